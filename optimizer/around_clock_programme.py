"""The programme of `optimizer.around_clock`: built, solved and read off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pulp

from optimizer.around_clock import AroundClockSettings
from optimizer.cover import covered
from optimizer.patterns import Period, shift_times, useful_shifts
from optimizer.plan_shifts import IDLE_PRICE
from optimizer.pool_rules import Promise, add_pool_rules
from optimizer.pools import Pool
from optimizer.premiums import Wages
from optimizer.report import SolveReport
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, StaffedShift
from optimizer.solver import Cancellation, SolverSettings, solve
from optimizer.staff import LabourRules

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ClockTask:
    """What the programme is told; a value for each interval where nothing else is said.

    Parameters
    ----------
    queue, starts, interval_minutes, timezone
        The grid, and the calendar's zone.
    volume
        n: contacts to expect.
    phoned
        b: of them, those for which somebody on call is woken.
    busy
        φ: share of the interval for which the phone keeps its person busy.
    required
        r: reps on duty for the promise, at least 1.
    on_duty
        δ: share of a rostered rep-hour that is on duty.
    pace
        ϱ: contacts that a rostered rep-hour answers, live or waiting.
    can_phone
        Whether anybody takes standby.
    """

    queue: str
    starts: pd.DatetimeIndex
    interval_minutes: int
    timezone: str
    volume: Floats
    phoned: Floats
    busy: Floats
    required: Integers
    on_duty: float
    pace: float
    can_phone: bool

    @property
    def hours(self) -> float:
        """Length of an interval."""
        return self.interval_minutes / 60

    @property
    def held(self) -> Floats:
        """Contacts' worth of hands that a live interval takes, none of them waiting ones."""
        able = self.pace / self.on_duty * self.hours * self.required
        return np.asarray(np.minimum(self.volume, able))

    @property
    def period(self) -> Period:
        """The span of the intervals."""
        return Period(self.starts[0], self.starts[-1] + pd.Timedelta(minutes=self.interval_minutes))


@dataclass(frozen=True)
class ClockPlan:
    """A solved programme.

    Parameters
    ----------
    live, phone
        Which intervals are.
    missing
        u: reps on duty that live intervals lack.
    shifts
        Who is at work.
    lost
        Contacts that are never answered.
    idle_hours
        That contracts promise and the plan leaves idle.
    report
        What is proven; in wages.
    """

    live: Booleans
    phone: Booleans
    missing: Floats
    shifts: tuple[StaffedShift, ...]
    lost: float
    idle_hours: float
    report: SolveReport


def choose_tiers(
    task: ClockTask,
    pools: Sequence[Pool],
    prices: AroundClockSettings,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    rules: LabourRules,
    solver: SolverSettings,
    *,
    with_phone: bool = True,
    cancel: Cancellation | None = None,
) -> ClockPlan | SolveReport:
    """Choose shifts and what every interval gets; the report alone when no plan was found."""
    programme = _Programme(task, prices, on_call, shifts.wages(task.timezone))
    programme.add_tiers(with_phone=with_phone and task.can_phone)
    programme.add_shifts(pools, shifts, rules)
    programme.add_work()
    programme.add_backlog()
    programme.problem.setObjective(pulp.LpAffineExpression(pulp.lpSum(programme.costs)))
    report = solve(programme.problem, solver, cancel)
    return programme.read_off(report) if report.has_plan else report


class _Programme:
    """The programme as it is built, one family of rows after another."""

    def __init__(
        self,
        task: ClockTask,
        prices: AroundClockSettings,
        on_call: OnCallSettings,
        wages: Wages,
    ) -> None:
        self.task, self.prices, self.on_call, self.wages = task, prices, on_call, wages
        self.count = len(task.starts)
        self.problem = pulp.LpProblem("around_the_clock", pulp.LpMinimize)
        self.costs: list[Any] = []
        self.reps: list[tuple[Shift, Any]] = []
        self.promises: list[Promise] = []
        self.people = 0
        self.live = self._each("live", 1, pulp.LpBinary)
        self.phone = self._each("phone", 1, pulp.LpBinary)
        self.missing = self._each("missing", None)
        self.backlog = self._each("backlog", None)
        self.answered = self._each("answered", None)
        self.lost = self.problem.add_variable("lost", 0)

    def add_tiers(self, *, with_phone: bool) -> None:
        """Let every interval be live, by phone or automatic, at what is not answered at once."""
        task, prices = self.task, self.prices
        urgent = prices.urgent_value * prices.urgent_share * task.volume
        standby = self.on_call.standby_price + self.on_call.activation_price * task.busy
        stretch = max(1, round(prices.min_phone_hours / task.hours))
        for t in range(self.count):
            live, phone, n = self.live[t], self.phone[t], float(task.volume[t])
            if not with_phone:
                phone.upBound = 0
            self.problem += live + phone <= 1, f"tier_{t:05d}"
            told = n * (1 - live) - float(task.phoned[t]) * phone
            short = n / float(task.required[t]) * self.missing[t]
            self.costs += [prices.contact_value * told, prices.contact_value * short]
            self.costs += [float(urgent[t]) * (1 - live - phone)]
            start = task.starts[t].to_pydatetime()
            paid = self.wages.hours("", start, start + timedelta(minutes=task.interval_minutes))
            self.costs += [paid * float(standby[t]) * phone]
            for step in range(1, min(stretch, self.count)):
                later = (t + step) % self.count
                self.problem += (
                    phone - self.phone[t - 1] <= self.phone[later] + self.live[later],
                    f"stretch_{t:05d}_{step:03d}",
                )

    def add_shifts(self, pools: Sequence[Pool], shifts: ShiftSettings, rules: LabourRules) -> None:
        """Let the pools of the team work shifts, within the rules of their labour."""
        task, period = self.task, self.task.period
        for number, pool in enumerate(pools):
            if not pool.can_work(task.queue):
                continue
            times = shift_times(
                period,
                shifts.starts_every_minutes,
                shifts.lengths_hours,
                pool.timezone,
                pool.allowed(period),
            )
            # In an hour in which nobody writes, what waits can still be answered.
            always = np.ones(self.count, dtype=bool)
            useful = useful_shifts(times, task.starts, task.interval_minutes, always)
            here: list[tuple[Shift, Any]] = []
            for one in useful:
                shift = Shift(task.queue, pool.site, one.times.start, one.times.end, "primary")
                name = f"reps_{number:03d}_{len(here):06d}"
                reps = self.problem.add_variable(name, 0, cat=pulp.LpInteger)
                here.append((shift, reps))
                paid = self.wages.hours(shift.site, shift.start, shift.end)
                self.costs.append(paid * reps)
            self.reps += here
            if pool.members is None:
                raise ValueError("Around the clock is planned for a team; give pools of one.")
            self.people += pool.members.size
            self.promises += add_pool_rules(
                self.problem, f"{number:03d}", pool.members, here, rules, period
            )
        self.costs += [IDLE_PRICE * promise.idle for promise in self.promises]

    def add_work(self) -> None:
        """Say who is at work, that somebody is when it is live, and what is missing then."""
        at_work: list[list[Any]] = [[] for _ in range(self.count)]
        for shift, reps in self.reps:
            span = covered(self.task.starts, self.task.interval_minutes, shift)
            for t in range(span.start, span.stop):
                at_work[t].append(reps)
        task = self.task
        for t, each in enumerate(at_work):
            work, live, missing = pulp.lpSum(each), self.live[t], self.missing[t]
            required, held = int(task.required[t]), float(task.held[t])
            self.problem += live - work <= 0, f"somebody_{t:05d}"
            self.problem += work <= self.people * live, f"at_work_{t:05d}"
            self.problem += required * live - missing <= task.on_duty * work, f"enough_{t:05d}"
            self.problem += missing <= required * live, f"missing_{t:05d}"
            spare = task.pace * task.hours * work - held * live + held / required * missing
            self.problem += self.answered[t] <= spare, f"spare_{t:05d}"

    def add_backlog(self) -> None:
        """Let those wait who are told to, until hands are to spare; the period repeats itself."""
        for t in range(self.count):
            n, phoned = float(self.task.volume[t]), float(self.task.phoned[t])
            told = n * (1 - self.live[t]) - phoned * self.phone[t]
            short = n / float(self.task.required[t]) * self.missing[t]
            before = self.backlog[t - 1] - (self.lost if t == 0 else 0)
            self.problem += (
                self.backlog[t] == before + told + short - self.answered[t],
                f"backlog_{t:05d}",
            )
            self.costs.append(self.prices.waiting_price * self.task.hours * self.backlog[t])
        self.problem += self.lost <= self.backlog[-1], "lost"
        self.costs.append(self.prices.lost_value * self.lost)

    def read_off(self, report: SolveReport) -> ClockPlan:
        """Return the plan that the variables hold."""
        staffed: dict[Shift, int] = {}
        for shift, reps in self.reps:
            if round(reps.value()):
                staffed[shift] = staffed.get(shift, 0) + round(reps.value())
        return ClockPlan(
            live=np.array([round(each.value()) == 1 for each in self.live]),
            phone=np.array([round(each.value()) == 1 for each in self.phone]),
            missing=np.array([max(0.0, float(each.value())) for each in self.missing]),
            shifts=tuple(StaffedShift(shift, staffed[shift]) for shift in sorted(staffed)),
            lost=max(0.0, float(self.lost.value())),
            idle_hours=sum(promise.idle_hours() for promise in self.promises),
            report=report,
        )

    def _each(self, name: str, most: float | None, kind: str = "Continuous") -> list[Any]:
        return [
            self.problem.add_variable(f"{name}_{t:05d}", 0, most, kind) for t in range(self.count)
        ]
