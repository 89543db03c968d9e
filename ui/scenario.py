"""What a planner tries out beside the settings: volume, concurrency, target, shrinkage.

A scenario never changes the files of the workspace; it is kept as a draft until it is written to
the settings on purpose.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from forecast.series import VolumeForecast
from optimizer.concurrency import MAX_CONCURRENCY, as_messages
from optimizer.queue_settings import QueueSettings
from ui.settings import Settings

MAX_FACTOR = 10.0


@dataclass(frozen=True)
class QueueScenario:
    """What is tried for one queue; None leaves what the settings say.

    Parameters
    ----------
    volume_factor
        Volume as a multiple of the forecast, 0 to 10.
    concurrency
        Conversations that a rep handles at once.
    target
        Share of contacts in time, strictly between 0 and 1.
    shrinkage
        Share of paid time not on duty, in [0, 1).
    """

    volume_factor: float = 1.0
    concurrency: int | None = None
    target: float | None = None
    shrinkage: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.volume_factor <= MAX_FACTOR:
            raise ValueError(f"The volume factor lies from 0 to {MAX_FACTOR:g}.")
        if self.concurrency is not None and not 1 <= self.concurrency <= MAX_CONCURRENCY:
            raise ValueError(f"concurrency lies from 1 to {MAX_CONCURRENCY}.")
        if self.target is not None and not 0 < self.target < 1:
            raise ValueError("target lies strictly between 0 and 1.")
        if self.shrinkage is not None and not 0 <= self.shrinkage < 1:
            raise ValueError("shrinkage is at least 0 and below 1.")


@dataclass(frozen=True)
class Scenario:
    """The planner's view: which week, model and queue, and what is tried for each queue.

    Parameters
    ----------
    start
        First local day of the planned week; None for the first Monday after the data.
    model
        Name of the forecasting model.
    queue
        The queue that the screens show; empty for the first.
    queues
        What is tried, by queue; queues that are not named stay as set.
    """

    start: date | None = None
    model: str = "auto"
    queue: str = ""
    queues: Mapping[str, QueueScenario] = field(default_factory=dict)

    def of(self, queue: str) -> QueueScenario:
        """Return what is tried for a queue."""
        return self.queues.get(queue, QueueScenario())

    def with_queue(self, queue: str, tried: QueueScenario) -> "Scenario":
        """Return the scenario with another trial for one queue."""
        return replace(self, queues={**self.queues, queue: tried})

    @property
    def factors(self) -> dict[str, float]:
        """Volume multipliers by queue, where they differ from 1."""
        return {
            queue: tried.volume_factor
            for queue, tried in self.queues.items()
            if tried.volume_factor != 1.0
        }


def apply_scenario(settings: Settings, scenario: Scenario) -> Settings:
    """Return the settings as the scenario would have them.

    Other concurrency leaves the times of messages as they are, however the handling was given: a
    rep who holds more conversations does not type faster.
    """
    queues = {name: _apply(stated, scenario.of(name)) for name, stated in settings.queues.items()}
    return replace(settings, queues=queues)


def _apply(stated: QueueSettings, tried: QueueScenario) -> QueueSettings:
    handling, service = stated.handling, stated.service
    if tried.concurrency is not None and tried.concurrency != handling.concurrency:
        handling = replace(as_messages(handling), concurrency=tried.concurrency)
    if tried.target is not None:
        service = replace(service, target=tried.target)
    if tried.shrinkage is not None:
        service = replace(
            service,
            shrinkage=tried.shrinkage,
            shrinkage_in_office=None,
            shrinkage_out_of_office=None,
        )
    return replace(stated, handling=handling, service=service)


def scale(forecast: VolumeForecast, scenario: Scenario) -> VolumeForecast:
    """Return a forecast times the scenario's factor for its queue."""
    factor = scenario.of(forecast.queue).volume_factor
    return replace(forecast, table=forecast.table * factor)


def changes(settings: Settings, scenario: Scenario) -> list[str]:
    """Say in words how a scenario differs from the settings, one entry per change."""
    found = []
    for name, stated in settings.queues.items():
        tried = scenario.of(name)
        if tried.volume_factor != 1.0:
            found.append(f"{name}: volume × {tried.volume_factor:g}")
        for label, before, after in (
            ("concurrency", stated.handling.concurrency, tried.concurrency),
            ("target", stated.service.target, tried.target),
            ("shrinkage", stated.service.shrinkage, tried.shrinkage),
        ):
            if after is not None and not math.isclose(after, before):
                found.append(f"{name}: {label} {before:g} → {after:g}")
    return found


def settings_changes(
    settings: Settings, scenario: Scenario, queue: str
) -> dict[tuple[str, ...], object]:
    """Return the settings that a scenario would change for a queue, by their way in the file.

    Concurrency of a handling that is given by its throughput is left out: the throughput belongs
    to the concurrency it was measured at. So is shrinkage that is given in two parts: which of them
    changes the slider does not say.
    """
    stated, tried = settings.queues[queue], scenario.of(queue)
    found: dict[tuple[str, ...], object] = {}
    if tried.concurrency not in (None, stated.handling.concurrency) and (
        stated.handling.conversations_per_hour is None
    ):
        found["queues", queue, "handling", "concurrency"] = tried.concurrency
    if tried.target not in (None, stated.service.target):
        found["queues", queue, "service", "target"] = tried.target
    if tried.shrinkage not in (None, stated.service.shrinkage) and (
        stated.service.shrinkage_in_office is None
    ):
        found["queues", queue, "service", "shrinkage"] = tried.shrinkage
    return found


def to_payload(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as JSON can say it.

    Examples
    --------
    >>> tried = Scenario(date(2026, 11, 30), queues={"live": QueueScenario(1.2, target=0.9)})
    >>> from_payload(to_payload(tried)) == tried
    True
    """
    return {
        "start": scenario.start.isoformat() if scenario.start else None,
        "model": scenario.model,
        "queue": scenario.queue,
        "queues": {
            name: {
                "volume_factor": tried.volume_factor,
                "concurrency": tried.concurrency,
                "target": tried.target,
                "shrinkage": tried.shrinkage,
            }
            for name, tried in scenario.queues.items()
        },
    }


def from_payload(payload: Any) -> Scenario:
    """Read a scenario back; what cannot be understood is left as set.

    A draft is a convenience: one written by another version must not keep the app from opening.
    """
    if not isinstance(payload, Mapping):
        return Scenario()
    queues = payload.get("queues")
    tried = {}
    for name, parts in queues.items() if isinstance(queues, Mapping) else ():
        try:
            tried[str(name)] = QueueScenario(**parts)
        except (TypeError, ValueError):
            continue
    try:
        start = date.fromisoformat(payload["start"])
    except (KeyError, TypeError, ValueError):
        start = None
    return Scenario(
        start=start,
        model=str(payload.get("model") or "auto"),
        queue=str(payload.get("queue") or ""),
        queues=tried,
    )
