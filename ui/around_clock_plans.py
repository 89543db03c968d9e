"""A plan around the clock as files and as a draft, alike for the command and the screen."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.errors import InputError
from data.files import csv_text
from forecast.series import VolumeForecast
from optimizer.around_clock import AroundClock
from optimizer.around_clock_files import tiers_table
from optimizer.cover import count_coverage
from optimizer.plan_around_clock import ClockTerms, plan_around_clock
from optimizer.report import SolveReport, SolveStatus
from optimizer.requirement import Requirement
from optimizer.shift_files import coverage_table, shifts_table
from optimizer.shifts import Shift, ShiftPlan, StaffedShift
from optimizer.solver import Cancellation
from optimizer.staff import Team
from ui.drafts import Drafts
from ui.jobs import Tell, check
from ui.plan_report import report_text
from ui.settings import Settings

FILES = ("tiers.csv", "shifts.csv", "coverage.csv", "report.json")
KIND = "around_the_clock"
TIMES = ("interval_start", "answer_by")


@dataclass(frozen=True)
class ClockBasis:
    """What a queue's plan around the clock is made from."""

    settings: Settings
    forecast: VolumeForecast
    requirement: Requirement
    team: Team

    @property
    def key(self) -> str:
        """What a change of any of it changes."""
        rows = self.requirement.table
        needed = rows.loc[rows["queue"] == self.forecast.queue, "primary"]
        parts = (
            self.forecast.table.to_csv(),
            needed.to_csv(index=False),
            self.settings.queues[self.forecast.queue],
            terms_of(self.settings),
            self.team.reps,
            self.team.absences,
        )
        return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


@dataclass(frozen=True)
class KeptClock:
    """A plan that was kept, and whether it still follows from what stands now."""

    plan: AroundClock
    is_fresh: bool


def terms_of(known: Settings) -> ClockTerms:
    """Return the settings that a plan around the clock goes by."""
    return ClockTerms(
        known.around_the_clock, known.shifts, known.on_call, known.labour, known.solver
    )


def plan_and_keep(basis: ClockBasis, drafts: Drafts, cancel: Cancellation, tell: Tell) -> None:
    """Plan a queue around the clock, and keep the plan with the workspace's drafts.

    Raises
    ------
    Cancelled
        When it was stopped.
    InputError
        When the queue cannot be planned, or no plan was found in time.
    """
    tell("Choose what every hour gets", None)
    queue = basis.forecast.queue
    made = plan_around_clock(
        basis.forecast,
        basis.requirement,
        basis.settings.queues[queue],
        basis.team,
        terms_of(basis.settings),
        cancel,
    )
    check(cancel)
    if isinstance(made, SolveReport):
        raise InputError(
            f"No plan was found in {made.seconds:.0f} s; raise time_limit_seconds in [solver]"
        )
    drafts.save(KIND, _name(basis.forecast), {"basis": basis.key, "plan": _payload(made)})


def kept_clock(drafts: Drafts, basis: ClockBasis) -> KeptClock | None:
    """Return the plan of a queue's period; None when there is none yet."""
    kept: dict[str, Any] | None = drafts.load(KIND, _name(basis.forecast))
    if kept is None:
        return None
    return KeptClock(_plan(kept["plan"]), kept["basis"] == basis.key)


def _name(forecast: VolumeForecast) -> str:
    return f"{forecast.queue} {forecast.table.index[0].isoformat()}"


def _payload(made: AroundClock) -> dict[str, Any]:
    report = made.report
    return {
        "queue": made.queue,
        "table": _columns(made.table),
        "shifts": [
            [
                one.shift.queue,
                one.shift.site,
                one.shift.start.isoformat(),
                one.shift.end.isoformat(),
                one.reps,
            ]
            for one in made.shifts
        ],
        "timezone": made.timezone,
        "interval_minutes": made.interval_minutes,
        "mean_wait_hours": made.mean_wait_hours,
        "most_wait_hours": made.most_wait_hours,
        "lost": made.lost,
        "cost_without_phone": made.cost_without_phone,
        "report": [report.status.value, report.objective, report.bound, report.gap, report.seconds],
    }


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a table's columns as JSON holds them; numbers keep every digit."""
    times = {
        name: [None if pd.isna(time) else time.isoformat() for time in table[name]]
        for name in TIMES
    }
    # The store sorts keys, so the order of the columns is said apart.
    values = [times.get(str(name), table[name].tolist()) for name in table.columns]
    return {"names": [str(name) for name in table.columns], "values": values}


def _plan(kept: dict[str, Any]) -> AroundClock:
    status, *figures = kept["report"]
    columns = kept["table"]
    table = pd.DataFrame(dict(zip(columns["names"], columns["values"], strict=True)))
    for column in TIMES:
        table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601").dt.as_unit("us")
    simple = ("queue", "timezone", "interval_minutes", "mean_wait_hours", "most_wait_hours")
    return AroundClock(
        **{name: kept[name] for name in (*simple, "lost", "cost_without_phone")},
        table=table,
        shifts=tuple(
            StaffedShift(
                Shift(
                    queue,
                    site,
                    pd.Timestamp(start).to_pydatetime(),
                    pd.Timestamp(end).to_pydatetime(),
                    "primary",
                ),
                reps,
            )
            for queue, site, start, end, reps in kept["shifts"]
        ),
        report=SolveReport(SolveStatus(status), *figures),
    )


def clock_files(made: AroundClock) -> dict[str, str]:
    """Return the files of a plan; the shifts and their coverage are what `roster` reads."""
    required = pd.DataFrame(
        {
            "queue": made.queue,
            "interval_start": made.table["interval_start"],
            "required_primary": made.table["required"].where(made.table["tier"] == "live", 0),
            "required_on_call": 0,
        }
    )
    plan = ShiftPlan(
        made.shifts,
        count_coverage(required, made.shifts, made.interval_minutes),
        made.timezone,
        made.interval_minutes,
        replace(made.report, seconds=0.0),
    )
    return {
        "tiers.csv": csv_text(tiers_table(made)),
        "shifts.csv": csv_text(shifts_table(plan)),
        "coverage.csv": csv_text(coverage_table(plan.coverage, made.timezone)),
        "report.json": report_text(_record(made)),
    }


def _record(made: AroundClock) -> dict[str, object]:
    shares = ("answered_live", "by_phone", "told_to_wait")
    return {
        **made.report.record(),
        "hours": {tier: made.hours(tier) for tier in ("live", "phone", "auto")},
        "shares": {name: round(made.share(name), 6) for name in shares},
        "mean_wait_hours": _rounded(made.mean_wait_hours),
        "most_wait_hours": _rounded(made.most_wait_hours),
        "lost": round(made.lost, 6),
        "cost_without_phone": _rounded(made.cost_without_phone),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
