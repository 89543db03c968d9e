"""Questions about the past: what nothing explains, with a button for each answer."""

from typing import Literal

import streamlit as st

from data.errors import InputError
from forecast.events import MOST_FACTOR
from forecast.questions import Answer, Question
from forecast.series import VolumeHistory
from ui import answering, question_charts, session
from ui.components import faults
from ui.workspaces import Workspace

PAGE = 5
_FAULT = "answer_fault"


def show(of: Workspace, history: VolumeHistory) -> None:
    """List a queue's open questions, those that matter most first."""
    fault = st.session_state.pop(_FAULT, "")
    if fault:
        faults.show(fault)
    _way_back(of)
    asked = session.questions(of, history)
    name = answering.events_file(of).name
    if not asked:
        st.info("Nothing in the past calls for a question.", icon=":material/check_circle:")
        return
    st.markdown(
        f"**{_count(len(asked))} about {faults.escaped(history.queue)}** &nbsp; :gray[what matters "
        f"most comes first; bars: contacts that came, dashed: usual; answers go to {name}]"
    )
    key = f"questions_shown:{history.queue}"
    shown = int(st.session_state.get(key, PAGE))
    for question in asked[:shown]:
        with st.container(border=True):
            _one(of, history, question)
    if len(asked) > shown:
        st.button(
            f"Show more ({len(asked) - shown} left)",
            key="more_questions",
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({key: shown + PAGE}),
        )


def _count(number: int) -> str:
    return "1 open question" if number == 1 else f"{number} open questions"


def _way_back(of: Workspace) -> None:
    """Say what was answered last, and offer to take it back."""
    done = answering.last_answer(of)
    if not done:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check_circle: {faults.escaped(done)}", width="content")
        st.button(
            "Take it back", icon=":material/undo:", key="undo_answer", on_click=_undo, args=(of,)
        )


def _one(of: Workspace, history: VolumeHistory, question: Question) -> None:
    words, picture = st.columns([3, 2], vertical_alignment="center")
    with words:
        st.markdown(faults.escaped(question.sentence))
        offered = answering.offered(question)
        st.caption(
            f"Looks like: {offered.get(question.suggested, question.suggested).lower()}. "
            f"{question.matters:,.0f} contacts of the forecast hang on it."
        )
        with st.container(horizontal=True):
            for said, label in offered.items():
                _button(of, question, said, label)
    with picture:
        what = "days around it" if question.kind == "new level" else "usual day dashed"
        st.altair_chart(
            question_charts.chart(history, question),
            key=f"chart:{_name(question)}",
            alt=f"Contacts of {question.day}, {what}",
        )


def _button(of: Workspace, question: Question, said: Answer, label: str) -> None:
    kind: Literal["primary", "secondary"] = "primary" if said == question.suggested else "secondary"
    key = f"{said}:{_name(question)}"
    if said != "factor":
        st.button(
            label,
            key=key,
            type=kind,
            help=answering.HELP[said],
            on_click=_answer,
            args=(of, question, said),
        )
        return
    with st.popover(label, type=kind, key=f"open:{key}", help=answering.HELP[said]):
        st.number_input(
            "What happened multiplied the volume by",
            0.0,
            MOST_FACTOR,
            question.factor,
            step=0.05,
            format="%.3f",
            key=f"value:{key}",
            help="0.5 is half of the usual volume, 2 is twice as much.",
        )
        st.button("Take this factor", key=key, on_click=_answer, args=(of, question, said))


def _answer(of: Workspace, question: Question, said: Answer) -> None:
    """Write an answer; a fault is shown when the screen is drawn again."""
    factor = None
    if said == "factor":
        factor = float(st.session_state[f"value:{said}:{_name(question)}"])
    try:
        answering.answer(of, question, said, factor)
    except InputError as error:
        st.session_state[_FAULT] = str(error)


def _undo(of: Workspace) -> None:
    try:
        answering.undo(of)
    except InputError as error:
        st.session_state[_FAULT] = str(error)


def _name(question: Question) -> str:
    return f"{question.queue}:{question.day}:{question.start:%H%M}:{question.kind}"
