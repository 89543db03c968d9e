"""What a session of the app works with: the workspace, its history, forecasts and scenario.

Results are cached by what they depend on, so that another screen, a reload or a second window
costs nothing and a changed file is noticed.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pandas as pd
import streamlit as st

from data.errors import InputError
from forecast.overrides import Override
from forecast.questions import Question, find_questions
from forecast.series import VolumeForecast, VolumeHistory
from forecast.totals import totals as add_up
from forecast.value_added import value_added as hold_against
from optimizer.queue_settings import worked_together
from optimizer.requirement import Requirement
from optimizer.staff import Team
from ui import scenario as scenarios
from ui import workflow, workspaces
from ui.drafts import Drafts
from ui.jobs import Jobs, jobs_of
from ui.overrides import kept_overrides, overridden
from ui.periods import Period, next_period
from ui.publishing import kept_snapshots, published_versions
from ui.scenario import QueueScenario, Scenario
from ui.serve import WORKSPACE_VARIABLE
from ui.settings import Settings
from ui.workspaces import ReadVolume, Source, Workspace

SCENARIO = "scenario"
CURRENT = "current"
_KEPT = 8

Stamp = tuple[tuple[str, int, int], ...]


def folder() -> Path:
    """Return the workspace's folder."""
    return Path(os.environ.get(WORKSPACE_VARIABLE, ".")).resolve()


def workspace() -> Workspace:
    """Read the workspace's settings as they are now.

    Raises
    ------
    InputError
        When there are none or they are not valid.
    """
    return workspaces.open_workspace(folder())


def drafts() -> Drafts:
    """Return the drafts of the workspace."""
    return Drafts(folder())


def jobs() -> Jobs:
    """Return the background jobs of the workspace."""
    return jobs_of(folder())


def current_scenario() -> Scenario:
    """Return the scenario of this session; a new session takes up the last one that was saved."""
    key = f"{SCENARIO}:{folder()}"
    if key not in st.session_state:
        st.session_state[key] = scenarios.from_payload(drafts().load(SCENARIO, CURRENT))
    return cast(Scenario, st.session_state[key])


def keep_scenario(changed: Scenario) -> None:
    """Make a scenario the one of this session, and save it."""
    key = f"{SCENARIO}:{folder()}"
    if st.session_state.get(key) != changed:
        st.session_state[key] = changed
        drafts().save(SCENARIO, CURRENT, scenarios.to_payload(changed))


def try_queue(queue: str, tried: QueueScenario) -> None:
    """Change what is tried for a queue."""
    keep_scenario(current_scenario().with_queue(queue, tried))


def choose(**changed: Any) -> None:
    """Change the week, the model or the queue that the screens show."""
    keep_scenario(replace(current_scenario(), **changed))


def forget_settings_of(queue: str) -> None:
    """Drop what is tried for a queue once it stands in the settings; volume stays a draft."""
    tried = current_scenario().of(queue)
    try_queue(queue, QueueScenario(volume_factor=tried.volume_factor))


def has_history(of: Workspace) -> bool:
    """Say whether the workspace has any history."""
    path = of.path(of.settings.files.history)
    return path.is_dir() and any(path.iterdir())


def histories(of: Workspace) -> tuple[VolumeHistory, ...]:
    """Return the volume of every queue of the workspace.

    Raises
    ------
    InputError
        When there is no history or it cannot be used.
    """
    return volume(of).histories


def volume(of: Workspace) -> ReadVolume:
    """Return the history with its source, for the report on it."""
    return _volume(of, _history_stamp(of))


def questions(of: Workspace, history: VolumeHistory) -> tuple[Question, ...]:
    """Return the open questions about the past of a queue, those that matter most first."""
    return _questions(history, history.queue, _history_stamp(of))


def open_questions(of: Workspace) -> dict[str, int] | None:
    """Return how many questions about the past are open, by queue; None while that is looked at.

    It is looked at beside the screens, which need not wait for it.
    """
    found = _open_questions(histories(of), _history_stamp(of))
    return found.result() if found.done() else None


def period(of: Workspace, chosen: Scenario) -> Period:
    """Return the week to plan."""
    cutoff = max(history.cutoff for history in histories(of))
    return next_period(cutoff, of.settings.calendar.timezone, chosen.start, 1)


def forecasts(of: Workspace, chosen: Scenario) -> tuple[VolumeForecast, ...]:
    """Return the forecasts of the week to plan, overrides included, before any volume factor."""
    return overridden(model_forecasts(of, chosen), overrides(of))


def overrides(of: Workspace) -> tuple[Override, ...]:
    """Return the overrides of the workspace, also those switched off."""
    return kept_overrides(of.folder)


def model_forecasts(of: Workspace, chosen: Scenario) -> tuple[VolumeForecast, ...]:
    """Return the models' own forecasts of the week to plan, before overrides."""
    week = period(of, chosen)
    instants = (week.start, week.end, week.cutoff)
    levels = workflow.levels(of.settings)
    return _forecasts(of, _history_stamp(of), instants, chosen.model, levels)


def totals(of: Workspace, chosen: Scenario, made: VolumeForecast) -> pd.DataFrame:
    """Return the totals of days and weeks of one of the `forecasts`, under the scenario.

    Returns
    -------
    pandas.DataFrame
        As `forecast.totals.totals`.
    """
    factor = chosen.of(made.queue).volume_factor
    return _totals(scenarios.scale(made, chosen), _forecast_key(of, chosen, made), factor)


def has_published(of: Workspace) -> bool:
    """Say whether the workspace has kept any published forecast."""
    return bool(published_versions(of.folder))


def value_added(of: Workspace) -> pd.DataFrame:
    """Return what was published against what came, as `forecast.value_added.value_added`."""
    return _value_added(of, published_versions(of.folder), _history_stamp(of))


def requirement(of: Workspace, chosen: Scenario) -> Requirement:
    """Return the reps that the scenario calls for, in every queue that the settings name.

    Queues are worked out and cached one by one, for a slider concerns one of them; those that are
    worked in each other's spare hands together.

    Raises
    ------
    InputError
        When the settings name no queue of the history.
    """
    settings = scenarios.apply_scenario(of.settings, chosen)
    known = {made.queue: made for made in forecasts(of, chosen) if made.queue in settings.queues}
    if not known:
        raise InputError("The settings name no queue of the history; upload it again to add them")
    parts = [
        _requirement(
            tuple(known[queue] for queue in group),
            tuple(_forecast_key(of, chosen, known[queue]) for queue in group),
            tuple(chosen.of(queue).volume_factor for queue in group),
            repr(([settings.queues[queue] for queue in group], settings.on_call.guard)),
            settings,
        )
        for group in worked_together(known, settings.queues)
    ]
    table = pd.concat([part.table for part in parts], ignore_index=True)
    table = table.sort_values(["queue", "interval_start"], ignore_index=True)
    return replace(parts[0], table=table)


def team(of: Workspace) -> Team | None:
    """Return the team; None when there is no team file.

    Raises
    ------
    InputError
        When a file of the team cannot be used.
    """
    return workspaces.read_workspace_team(of)


def stamp(paths: list[Path]) -> Stamp:
    """Return what changes when a file does: its size and time, of every file in folders too."""
    files = [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.is_file()
    ]
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)


def _history_stamp(of: Workspace) -> Stamp:
    files = of.settings.files
    data = stamp([of.path(name) for name in (files.history, files.events, files.drivers)])
    stated = {
        name: (queue.opening, queue.like, queue.expected_per_week)
        for name, queue in of.settings.queues.items()
    }
    return (*data, (repr((of.settings.calendar, stated)), 0, 0))


@st.cache_resource(max_entries=_KEPT, show_spinner="Reading the history …")
def _volume(_of: Workspace, key: Stamp) -> ReadVolume:  # noqa: ARG001 - the key
    files, timezone = _of.settings.files, _of.settings.calendar.timezone
    source = _source(_of, stamp([_of.path(files.history)]), timezone)
    return workspaces.read_workspace_history(_of, source)


@st.cache_resource(max_entries=2, show_spinner=False)
def _source(_of: Workspace, key: Stamp, timezone: str) -> Source:  # noqa: ARG001 - the key
    """Keep what came in on its own: an answer or another event concerns what is made of it."""
    return workspaces.read_workspace_source(_of)


def _forecast_key(of: Workspace, chosen: Scenario, made: VolumeForecast) -> tuple[object, ...]:
    """Return what changes when one of the forecasts does."""
    changes = repr(overrides(of))
    period = (str(made.cutoff), len(made.table))
    return (_history_stamp(of), *period, chosen.model, made.queue, changes)


@st.cache_resource(max_entries=_KEPT, show_spinner="Looking at the past …")
def _questions(
    _history: VolumeHistory,
    queue: str,  # noqa: ARG001 - part of the key
    stamp: Stamp,  # noqa: ARG001 - part of the key
) -> tuple[Question, ...]:
    return find_questions(_history)


@st.cache_resource(max_entries=2, show_spinner=False)
def _open_questions(
    _histories: tuple[VolumeHistory, ...],
    stamp: Stamp,  # noqa: ARG001 - the key
) -> Future[dict[str, int]]:
    beside = ThreadPoolExecutor(1, "questions")
    looking = beside.submit(lambda: {each.queue: len(find_questions(each)) for each in _histories})
    beside.shutdown(wait=False)
    return looking


@st.cache_resource(max_entries=_KEPT, show_spinner="Forecasting …")
def _forecasts(
    _of: Workspace,
    stamp: Stamp,
    week: tuple[pd.Timestamp, ...],
    model: str,
    levels: tuple[float, ...],
) -> tuple[VolumeForecast, ...]:
    read = _volume(_of, stamp)
    period = Period(*week)
    return workflow.forecast_period(read.histories, period, model, levels, likeness=read.likeness)


@st.cache_resource(max_entries=2, show_spinner="Holding forecasts against what came …")
def _value_added(
    _of: Workspace,
    versions: tuple[tuple[str, int], ...],  # noqa: ARG001 - part of the key
    stamp: Stamp,
) -> pd.DataFrame:
    return hold_against(kept_snapshots(_of.folder), _volume(_of, stamp).histories)


@st.cache_resource(max_entries=128, show_spinner=False)
def _totals(
    _scaled: VolumeForecast,
    forecast_key: object,  # noqa: ARG001 - part of the key
    factor: float,  # noqa: ARG001 - part of the key
) -> pd.DataFrame:
    return add_up(_scaled)


@st.cache_resource(max_entries=128, show_spinner=False)
def _requirement(
    _made: tuple[VolumeForecast, ...],
    forecast_keys: object,  # noqa: ARG001 - part of the key
    factors: tuple[float, ...],
    settings_key: str,  # noqa: ARG001 - part of the key
    _settings: Settings,
) -> Requirement:
    by_queue = {made.queue: factor for made, factor in zip(_made, factors, strict=True)}
    return workflow.require(_made, _settings, by_queue)
