"""What to change of a plan on the day, now that more is known of its volume.

Reps on standby are called in ahead where that costs least (`optimizer.call_programme`). Reps at
work may leave early where news has made them superfluous: only as many as the guarded volume now
calls for fewer than when the plan was made, and only where nobody is missing without them. What
the plan left idle from the start is no news, and who leaves saves wages only where an agreement
says so; what a release costs in expected shortage is told as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil

import numpy as np
import pandas as pd

from forecast.days import Floats, Integers
from optimizer.call_people import Crew, OnShift, name_callers, window_of
from optimizer.call_programme import Block, Stakes, Window, choose_calls
from optimizer.cover import REQUIRED_COLUMNS, count_coverage, covered
from optimizer.release_programme import choose_releases
from optimizer.required_distribution import RequiredDistribution
from optimizer.retuned import Action, Advice, Retuned
from optimizer.shifts import OnCallSettings, Shift, StaffedShift
from optimizer.tier_prices import TierPrices

LEAST_RELEASE_MINUTES = 60


def retune(
    needed: RequiredDistribution,
    planned: RequiredDistribution | None,
    crew: Crew,
    now: pd.Timestamp,
    interval_minutes: int,
    prices: TierPrices,
    on_call: OnCallSettings,
    *,
    may_release: bool = True,
) -> Retuned:
    """Advise whom to call in and who may leave early.

    Parameters
    ----------
    needed
        Reps that the intervals to come call for, by what is known now.
    planned
        The same by what was known when the plan was made, of at least these intervals; None where
        nothing of it is kept, and then nobody is released.
    crew
        Who is planned.
    now
        Calls take the notice from here.
    interval_minutes
        Length of an interval.
    prices, on_call
        What calls and shortage cost, and how calls are made.
    may_release
        Whether spare hands have nothing else to do.
    """
    task = _Task(needed, planned, crew, now, interval_minutes, prices, on_call)
    calls = task.calls()
    releases = task.releases(calls) if may_release and planned is not None else ()
    stakes, called = task.stakes, task.count(calls)
    nobody = np.zeros_like(called)
    needed_at = np.where(stakes.standby > 0, stakes.p_short(nobody), 0.0)
    most = int(np.argmax(needed_at))
    return Retuned(
        needed.queue,
        (*task.call_advice(calls), *task.release_advice(releases, called)),
        sum(window.reps for window in task.windows),
        task.starts[most].to_pydatetime() if task.windows else None,
        float(needed_at[most]),
        float(stakes.cost(nobody).sum()),
        float(stakes.cost(called).sum()),
    )


class _Task:
    """The hours to come of one queue."""

    def __init__(
        self,
        needed: RequiredDistribution,
        planned: RequiredDistribution | None,
        crew: Crew,
        now: pd.Timestamp,
        interval_minutes: int,
        prices: TierPrices,
        on_call: OnCallSettings,
    ) -> None:
        self.needed, self.planned, self.crew = needed, planned, crew
        self.now, self.minutes, self.on_call = now, interval_minutes, on_call
        self.starts, self.presence = needed.starts, 1 - prices.shrinkage
        self.least = on_call.activation_intervals(interval_minutes)
        earliest = int(self.starts.searchsorted(now + pd.Timedelta(minutes=on_call.notice_minutes)))
        pairs = [
            (one, window)
            for one in crew.of(needed.queue, "on_call")
            if (window := window_of(one, crew, self.starts, interval_minutes, earliest)) is not None
            and (window.goes_on or window.last - window.first >= self.least)
        ]
        self.people = tuple(one for one, _ in pairs)
        self.windows = tuple(window for _, window in pairs)
        standby = np.zeros(len(self.starts), dtype=np.int64)
        for window in self.windows:
            standby[window.first : window.last] += window.reps
        late = on_call.notice_minutes / 60 / on_call.min_activation_hours
        self.stakes = Stakes(
            needed.draws,
            self._at_work(),
            standby,
            prices,
            min(late, 1.0),
            interval_minutes / 60,
        )

    def _at_work(self) -> Floats:
        """Return the reps on duty: primary less shrinkage, and those called in already."""
        queue = self.needed.queue
        nobody = pd.DataFrame(
            {
                "queue": queue,
                "interval_start": self.starts,
                **dict.fromkeys(REQUIRED_COLUMNS[2:], 0),
            }
        )
        primary = [StaffedShift(one.shift, one.reps) for one in self.crew.of(queue, "primary")]
        counted = count_coverage(nobody, primary, self.minutes)["primary"]
        reps: Floats = self.presence * counted.to_numpy(dtype=float)
        sites = {one.rep_id: one.shift.site for one in self.crew.of(queue, "on_call") if one.rep_id}
        for call in self.crew.called:
            if call.rep_id in sites:
                shift = Shift(queue, sites[call.rep_id], call.start, call.end, "on_call")
                reps[covered(self.starts, self.minutes, shift)] += 1
        return reps

    def calls(self) -> tuple[Block, ...]:
        """Choose the calls, and give each to the one who is to take it."""
        blocks = choose_calls(self.stakes, self.windows, self.least)
        takers = name_callers(blocks, self.windows, self.people, self.crew) if blocks else ()
        return tuple(
            Block(taker, block.first, block.last)
            for block, taker in zip(blocks, takers, strict=True)
        )

    def count(self, blocks: Sequence[Block]) -> Integers:
        """Count the blocks that hold each interval."""
        found = np.zeros(len(self.starts), dtype=np.int64)
        for block in blocks:
            found[block.first : block.last] += 1
        return found

    def call_advice(self, calls: Sequence[Block]) -> tuple[Advice, ...]:
        """Say of each call what it is worth after those before it."""
        called = np.zeros(len(self.starts), dtype=np.int64)
        takers = {block.window for block in calls}
        advice: list[Advice] = []
        for block in calls:
            after = called + self.count([block])
            one = self.people[block.window]
            new = not self.windows[block.window].goes_on
            passed = self._passed_over(block, takers) if one.rep_id and new else ()
            advice.append(self._call(one, block, called, after, passed))
            called = after
        return _merged(advice)

    def releases(self, calls: Sequence[Block]) -> tuple[Block, ...]:
        """Choose who leaves early."""
        return choose_releases(
            self._spared(self.count(calls)),
            self._release_windows(),
            ceil(LEAST_RELEASE_MINUTES / self.minutes),
        )

    def release_advice(self, releases: Sequence[Block], called: Integers) -> tuple[Advice, ...]:
        """Say of each release what it costs after those before it."""
        people = self._releasable()
        advice: list[Advice] = []
        gone = np.zeros(len(self.starts), dtype=np.int64)
        for block in releases:
            after = gone + self.count([block])
            one = people[block.window]
            advice.append(self._release(one, block, called, gone, after))
            gone = after
        return _merged(advice)

    def _release(
        self, one: OnShift, block: Block, called: Integers, gone: Integers, after: Integers
    ) -> Advice:
        before_stakes = self._without(gone)
        after_stakes = self._without(after)
        span = slice(block.first, block.last)
        costs = [stakes.cost(called)[span].sum() for stakes in (before_stakes, after_stakes)]
        p_before, p_after = before_stakes.p_short(called), after_stakes.p_short(called)
        worst = block.first + int(np.argmax(p_after[span]))
        return self._record(
            "release",
            one,
            block,
            worst,
            (float(costs[0] - costs[1]), float(costs[0])),
            (float(p_before[worst]), float(p_after[worst])),
            float(before_stakes.short(called)[worst]),
        )

    def _without(self, gone: Integers) -> Stakes:
        """Return the stakes when some who are planned have left."""
        return replace(self.stakes, at_work=self.stakes.at_work - self.presence * gone)

    def _call(
        self,
        one: OnShift,
        block: Block,
        before: Integers,
        after: Integers,
        passed_over: tuple[str, ...],
    ) -> Advice:
        stakes, span = self.stakes, slice(block.first, block.last)
        p_before, p_after = stakes.p_short(before), stakes.p_short(after)
        worst = block.first + int(np.argmax(p_before[span]))
        cost = stakes.cost(before)[span].sum()
        own_calls = stakes.hours * stakes.prices.activation * before[span].sum()
        return self._record(
            "stay_on" if self.windows[block.window].goes_on else "call_in",
            one,
            block,
            worst,
            (float(cost - stakes.cost(after)[span].sum()), float(cost - own_calls)),
            (float(p_before[worst]), float(p_after[worst])),
            float(stakes.short(before)[worst]),
            passed_over,
        )

    def _record(
        self,
        action: Action,
        one: OnShift,
        block: Block,
        worst: int,
        money: tuple[float, float],
        p_short: tuple[float, float],
        short: float,
        passed_over: tuple[str, ...] = (),
    ) -> Advice:
        step = pd.Timedelta(minutes=self.minutes)
        start, last = self.starts[block.first], self.starts[block.last - 1] + step
        notice = pd.Timedelta(minutes=self.on_call.notice_minutes if action == "call_in" else 0)
        return Advice(
            queue=self.needed.queue,
            action=action,
            rep_id=one.rep_id,
            role=one.shift.role,
            shift=one.shift,
            start=start.to_pydatetime(),
            end=last.to_pydatetime(),
            reps=1,
            saves=money[0],
            at_stake=money[1],
            worst=self.starts[worst].to_pydatetime(),
            p_short_before=p_short[0],
            p_short_after=p_short[1],
            short_before=short,
            expected=self._per_hour(self.needed, worst),
            planned=self._per_hour(self.planned, worst) if self.planned is not None else np.nan,
            decide_by=max(start - notice, self.now).to_pydatetime(),
            passed_over=passed_over,
        )

    def _per_hour(self, of: RequiredDistribution, place: int) -> float:
        """Return the median of contacts/hour of an interval."""
        middle = int(np.argmin(np.abs(np.array(of.levels) - 0.5)))
        row = int(of.starts.searchsorted(self.starts[place]))
        return float(of.volume[row, middle]) * 60 / self.minutes

    def _passed_over(self, block: Block, takers: set[int]) -> tuple[str, ...]:
        """Say why others on standby at the start of a block are not called for it."""
        hours, name = self.crew.activated_hours, self.crew.name
        own = hours.get(self.people[block.window].rep_id, 0.0)
        start = self.starts[block.first].to_pydatetime()
        end = (self.starts[block.last - 1] + pd.Timedelta(minutes=self.minutes)).to_pydatetime()
        chosen = {self.people[place].rep_id for place in takers}
        said = []
        for one in self.crew.of(self.needed.queue, "on_call"):
            shift = one.shift
            if one.rep_id in chosen or not shift.start <= start < shift.end:
                continue
            broken = self.crew.rest_broken(one, start, min(end, shift.end))
            if any(
                call.rep_id == one.rep_id and call.start < shift.end and shift.start < call.end
                for call in self.crew.called
            ):
                said.append(f"{name(one.rep_id)} is called in already")
            elif shift.end < end:
                said.append(f"the standby of {name(one.rep_id)} ends before")
            elif broken:
                said.append(f"{name(one.rep_id)} {broken}")
            else:
                theirs = hours.get(one.rep_id, 0.0)
                than = f", not {own:g}" if theirs > own else " as well"
                said.append(f"{name(one.rep_id)} has {theirs:g} activated hours{than}")
        return tuple(said)

    def _spared(self, called: Integers) -> Integers:
        """Return how many rostered reps news has made superfluous in each interval."""
        if self.planned is None:
            raise ValueError("Nothing is kept of what the plan knew.")
        guard = self.on_call.guard
        rows = self.planned.starts.searchsorted(self.starts)
        now = self.needed.quantile(guard)
        fewer = self.planned.quantile(guard)[rows] - now
        spare = np.minimum(self.stakes.at_work - now, fewer)
        reps: Integers = np.floor(np.maximum(spare, 0.0) / self.presence + 1e-9).astype(np.int64)
        return np.where(called > 0, 0, reps)

    def _releasable(self) -> tuple[OnShift, ...]:
        """Return primary reps, those with most hours in the plan first."""
        hours = self.crew.primary_hours
        own = self.crew.of(self.needed.queue, "primary")
        return tuple(sorted(own, key=lambda one: (-hours[one.rep_id], one.shift, one.rep_id)))

    def _release_windows(self) -> tuple[Window, ...]:
        """Return from when primary reps may leave: nobody comes for less than a call's hours."""
        least = pd.Timedelta(hours=self.on_call.min_activation_hours)
        windows = []
        for one in self._releasable():
            span = covered(self.starts, self.minutes, one.shift)
            worked = int(self.starts.searchsorted(pd.Timestamp(one.shift.start) + least))
            # What ends beyond the hours in question is not judged to its end.
            whole = pd.Timestamp(one.shift.end) <= self.starts[-1] + pd.Timedelta(
                minutes=self.minutes
            )
            first = max(span.start, worked)
            windows.append(Window(first, span.stop if whole else first, one.reps))
        return tuple(windows)


def _merged(advice: Sequence[Advice]) -> tuple[Advice, ...]:
    """Join what is alike of reps whom nobody has named."""
    found: list[Advice] = []
    places: dict[tuple[Shift, datetime, datetime], int] = {}
    for one in advice:
        key = (one.shift, one.start, one.end)
        if one.rep_id or key not in places:
            places[key] = len(found)
            found.append(one)
            continue
        first = found[places[key]]
        found[places[key]] = replace(
            first,
            reps=first.reps + one.reps,
            saves=first.saves + one.saves,
            p_short_after=one.p_short_after,
        )
    return tuple(found)
