"""The scenario's sliders: they change what is tried, never the settings file."""

import math
from dataclasses import replace
from typing import Any

import streamlit as st

from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.first_reply import reply_delay
from ui import session
from ui.advising import span
from ui.components import remembered
from ui.scenario import QueueScenario


def show(queue: str, stated: QueueSettings) -> None:
    """Show those sliders that bear on a queue, each with its unit."""
    tried = session.current_scenario().of(queue)
    service = stated.service
    # Who writes an e-mail writes one at a time.
    several = not stated.is_asynchronous
    columns = iter(st.columns(3 + several))
    with next(columns):
        volume(queue)
    if several:
        with next(columns):
            value = tried.concurrency or stated.handling.concurrency
            _slider(
                queue,
                "concurrency",
                "Conversations at once",
                (1, max(12, value)),
                value,
                "%d per rep",
                f"What a rep handles at once, at most. Set: {stated.handling.concurrency}.",
            )
    with next(columns):
        value = round(100 * (tried.target or service.target))
        in_time = "picked up" if service.clock == "pick_up" else "answered"
        _slider(
            queue,
            "target",
            f"Target, in {span(service.within_seconds)}",
            (min(50, value), max(_highest_target(stated), value)),
            value,
            "%d %%",
            f"Share of contacts {in_time} in time. Set: {100 * service.target:g} %.",
        )
    with next(columns):
        shrinkage = service.shrinkage if tried.shrinkage is None else tried.shrinkage
        value = round(100 * shrinkage)
        _slider(
            queue,
            "shrinkage",
            "Shrinkage",
            (0, max(60, value)),
            value,
            "%d %% of paid time",
            "Share of paid time not on duty: breaks, training, sickness. "
            f"Set: {_set_shrinkage(service)}.",
        )


def _highest_target(stated: QueueSettings) -> int:
    """Return the highest target, per cent, that replies can keep: each has to be written."""
    service = stated.service
    if service.clock == "pick_up":
        return 99
    written = float(reply_delay(stated.handling).within(service.within_seconds / 60)[0])
    return min(99, math.ceil(100 * written) - 1)


def _set_shrinkage(service: ServicePolicy) -> str:
    whole = f"{100 * service.shrinkage:.4g} %"
    if service.shrinkage_in_office is None or service.shrinkage_out_of_office is None:
        return whole
    return (
        f"{whole}, from {100 * service.shrinkage_in_office:g} % in office and "
        f"{100 * service.shrinkage_out_of_office:g} % out of office"
    )


def volume(queue: str) -> None:
    """Show the volume slider of a queue."""
    tried = session.current_scenario().of(queue)
    value = round(100 * tried.volume_factor)
    _slider(
        queue,
        "volume_factor",
        "Volume",
        (min(10, value), max(300, value)),
        value,
        "%d %% of forecast",
        "Multiplies the forecast of every hour.",
        step=5,
    )


def _slider(
    queue: str,
    name: str,
    label: str,
    limits: tuple[int, int],
    value: int,
    unit: str,
    note: str,
    step: int = 1,
) -> None:
    key = f"{name}:{queue}"
    remembered.seed(key, value)
    st.slider(
        label,
        *limits,
        step=step,
        format=unit,
        key=key,
        help=note,
        on_change=_keep,
        args=(queue, name, key),
    )


def _keep(queue: str, name: str, key: str) -> None:
    """Take a slider over into the scenario; all but concurrency count in per cent."""
    number = int(st.session_state[key])
    changed: dict[str, Any] = {name: number if name == "concurrency" else number / 100}
    session.try_queue(queue, replace(session.current_scenario().of(queue), **changed))


def reset(queue: str) -> None:
    """Forget what is tried for a queue."""
    session.try_queue(queue, QueueScenario())
