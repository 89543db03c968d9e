r"""When reps of a plan take their breaks: variables, rows, and who takes which.

Breaks of one rule, queue and site wait in line. For every instant :math:`\tau` at which one may
start, :math:`b_\tau \in \mathbb{Z}_{\ge 0}` start there and :math:`w_\tau \ge 0` reps go on
waiting. With shifts s whose windows open at :math:`e_s` and close at :math:`l_s`, equally long for
all of them,

.. math::

    w_\tau = w_{\tau-1} + \sum_{s: e_s = \tau} x_s - b_\tau, \qquad
    w_\tau \le \sum_{s: e_s \le \tau < l_s} x_s .

Who starts earlier then goes first, and nobody's window closes before: the second row says that
whoever still waits has time left. The breaks of every shift follow from that, so this is Aykin's
model (1996), which counts the breaks of every shift and instant, with one variable an instant in
place of one an instant and shift. With windows in order, whole shifts leave whole breaks at the
corners of the rest.

References
----------
T. Aykin, "Optimal shift scheduling with multiple break windows", Management Science 42 (4), 1996,
doi:10.1287/mnsc.42.4.591.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pulp

from optimizer.breaks import MINUTE, Break, BreakRule, due_breaks
from optimizer.shifts import Shift, StaffedShift


@dataclass(frozen=True)
class BreakLine:
    """Breaks of one rule that reps of one queue and site take.

    Parameters
    ----------
    rule
        What makes them due.
    queue, site
        Of the shifts.
    begin, interval_minutes
        Of the grid; breaks may start an interval apart.
    shifts
        That have such a break, and how many work each.
    taken
        How many breaks start at each instant, rising.
    """

    rule: BreakRule
    queue: str
    site: str
    begin: datetime
    interval_minutes: int
    shifts: tuple[tuple[Shift, Any], ...]
    taken: tuple[tuple[datetime, Any], ...]

    def starts_of(self, reps: Mapping[Shift, int]) -> dict[Shift, list[datetime]]:
        """Deal the breaks of a solved programme out: who starts earlier goes first.

        Breaks shorter than an interval are spread over it, one after the other, as far as windows
        allow.

        Raises
        ------
        ValueError
            When there are not as many breaks as reps, or one lies outside its window.
        """
        window = self.rule.starts(self.interval_minutes)
        # Several pools may have reps on the same shift.
        shifts = {shift for shift, _ in self.shifts}
        waiting = sorted(
            (shift.start, shift) for shift in shifts for _ in range(reps.get(shift, 0))
        )
        dealt: dict[Shift, list[datetime]] = defaultdict(list)
        place = 0
        for moment, count in self.taken:
            slots = self._slots(moment)
            for number in range(round(count.value())):
                if place == len(waiting):
                    raise ValueError("More breaks are planned than reps to take them.")
                shift = waiting[place][1]
                place += 1
                if not shift.start + window[0] <= moment <= shift.start + window[-1]:
                    raise ValueError(f"A break at {moment} is outside the window of {shift}.")
                latest = shift.start + timedelta(hours=self.rule.latest_hours)
                spread = moment + number % slots * self.rule.length
                dealt[shift].append(spread if spread <= latest else moment)
        if place < len(waiting):
            raise ValueError("Fewer breaks are planned than reps to take them.")
        return dealt

    def _slots(self, moment: datetime) -> int:
        """Return how many breaks fit one after the other into the interval that begins here."""
        if (moment - self.begin) % (self.interval_minutes * MINUTE):
            return 1
        return max(1, self.interval_minutes // self.rule.minutes)


def add_breaks(
    problem: pulp.LpProblem,
    rules: Sequence[BreakRule],
    begin: datetime,
    interval_minutes: int,
    reps: Sequence[tuple[Shift, Any]],
) -> tuple[BreakLine, ...]:
    """Add the breaks of primary shifts to a programme.

    Parameters
    ----------
    problem
        To add to.
    rules
        What makes breaks due.
    begin, interval_minutes
        Of the grid; breaks start an interval apart within their windows.
    reps
        Shifts, and how many work each.
    """
    lines: dict[tuple[int, str, str, int], list[tuple[Shift, Any]]] = defaultdict(list)
    for shift, count in reps:
        if shift.role == "primary" and not shift.breaks:
            for rule in due_breaks(rules, shift.hours):
                # Shifts whose windows lie between one another's instants stand in other lines.
                offset = int(shift.start.timestamp()) // 60 % interval_minutes
                lines[rules.index(rule), shift.queue, shift.site, offset].append((shift, count))
    return tuple(
        _add_line(problem, f"{number:03d}", rules[key[0]], (begin, interval_minutes), shifts)
        for number, (key, shifts) in enumerate(sorted(lines.items(), key=lambda line: line[0]))
    )


def _add_line(
    problem: pulp.LpProblem,
    label: str,
    rule: BreakRule,
    grid: tuple[datetime, int],
    shifts: Sequence[tuple[Shift, Any]],
) -> BreakLine:
    by_start: dict[datetime, list[Any]] = defaultdict(list)
    for shift, count in shifts:
        by_start[shift.start].append(count)
    within = rule.starts(grid[1])
    moments = sorted({start + after for start in by_start for after in within})
    taken = []
    before: Any = None
    for number, moment in enumerate(moments):
        name = f"{label}_{number:06d}"
        count = problem.add_variable(f"break_{name}", 0, cat=pulp.LpInteger)
        taken.append((moment, count))
        # Nobody waits across a gap, because whoever waits has time left at the next instant.
        balance = [(one, 1.0) for one in by_start.get(moment - within[0], ())]
        balance += [(count, -1.0)] + ([] if before is None else [(before, 1.0)])
        later = [one for after in within[:-1] for one in by_start.get(moment - after, ())]
        before = None
        if later:
            before = problem.add_variable(f"waiting_{name}", 0)
            balance.append((before, -1.0))
            time_left = [(before, 1.0)] + [(one, -1.0) for one in later]
            problem.addConstraint(pulp.LpAffineExpression(time_left) <= 0, f"window_{name}")
        problem.addConstraint(pulp.LpAffineExpression(balance) == 0, f"line_{name}")
    queue, site = shifts[0][0].queue, shifts[0][0].site
    return BreakLine(rule, queue, site, *grid, tuple(shifts), tuple(taken))


def placed_breaks(
    lines: Sequence[BreakLine], staffed: Sequence[StaffedShift]
) -> tuple[StaffedShift, ...]:
    """Return a solved plan with the breaks of its shifts: those of one placement are one shift.

    Parameters
    ----------
    lines
        Of the programme.
    staffed
        Shifts without breaks, each once.
    """
    reps = {one.shift: one.reps for one in staffed}
    breaks: dict[Shift, list[list[Break]]] = {
        shift: [[] for _ in range(count)] for shift, count in reps.items()
    }
    for line in lines:
        for shift, starts in line.starts_of(reps).items():
            for own, start in zip(breaks[shift], sorted(starts), strict=True):
                own.append(Break(start, start + line.rule.length, line.rule.paid))
    found = Counter(
        replace(shift, breaks=tuple(sorted([*shift.breaks, *own])))
        for shift, each in breaks.items()
        for own in each
    )
    return tuple(StaffedShift(shift, found[shift]) for shift in sorted(found))


def absent_shares(
    start: datetime, minutes: int, begin: datetime, interval_minutes: int
) -> tuple[tuple[int, float], ...]:
    """Return of which intervals after `begin` a break takes how large a share.

    Examples
    --------
    >>> from datetime import datetime, timezone
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
    >>> absent_shares(noon, 45, noon.replace(hour=10), 30)
    ((4, 1.0), (5, 0.5))
    """
    first = (start - begin) // MINUTE
    places = range(first // interval_minutes, -(-(first + minutes) // interval_minutes))
    left = (max(first, place * interval_minutes) for place in places)
    right = (min(first + minutes, (place + 1) * interval_minutes) for place in places)
    return tuple(
        (place, (to - since) / interval_minutes)
        for place, since, to in zip(places, left, right, strict=True)
    )
