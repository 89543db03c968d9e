"""Who is rostered as arrays: clocks, contracts, absences, wishes and what is fixed.

Days are the local days of each rep, numbered from the earliest local day on which the period begins
anywhere in the team, so that a week of a team in several zones may have an eighth day. A shift
belongs to the day and the ISO week in which it starts by the rep's clock, and rest is counted by
that clock, as everywhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.clock import week_start
from optimizer.contract_rows import SHIFT_HOURS
from optimizer.local_shifts import LocalShift, local_shift, owed_minutes, wall_time, wish_worth
from optimizer.patterns import Flags, Period
from optimizer.pools import Pool, pools_of_team
from optimizer.premiums import Wages
from optimizer.report import SolveReport, SolveStatus
from optimizer.roster import AimReport, Assignment
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings
from optimizer.solver import report_of
from optimizer.staff import Absence, LabourRules, Team
from optimizer.tours.beside import together_of
from optimizer.tours.contracts import hour_bounds, period_bounds, shift_bounds
from optimizer.tours.labour import Fixed, Letters, day_rules, fixed_shifts, free_of, spans
from optimizer.tours.pardon import BEYOND_ALL, excused, units_broken
from optimizer.tours.polish import TIE
from optimizer.tours.requests import WISH_PRICE, apart, musts, never
from optimizer.tours.tiers import Cover
from optimizer.tours.week import OFF, Crew, Floats, Ints, RosterProblem, ShiftTable, View

IDLE_PRICE = 2.0
"""Of an hour below a contract's minimum, in wages: more than working it, less than a gap."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class TeamWeek:
    """A roster problem, its costs in wages, and the shifts that its places stand for.

    Parameters
    ----------
    locked_cost
        Of the shifts that are locked, which the problem leaves out.
    """

    problem: RosterProblem
    shifts: tuple[Shift, ...]
    locked_cost: float = 0.0

    def worked(self, team: Team, tours: Ints) -> list[Assignment]:
        """Return who works what in a roster, a row of shifts by day for each rep of the team."""
        return [
            Assignment(rep.rep_id, self.shifts[place])
            for rep, tour in zip(team.reps, tours, strict=True)
            for place in tour
            if place != OFF
        ]

    def aims(self, tours: Ints, report: SolveReport, gap: float) -> tuple[AimReport, ...]:
        """Tell what a roster costs, locks included, and before it what of hard rules it breaks.

        Parameters
        ----------
        report
            Of the problem.
        gap
            Within which the cost is good enough.
        """
        units = units_broken(self.problem.tour_costs(np.arange(len(tours)), tours))
        together, report = self.problem.together, _with_locks(report, self.locked_cost)
        if together is None:
            return aims_of(report, units, gap)
        hours = together.broken(tours)
        cost = (report.objective or 0.0) - together.hard * hours
        return aims_of(replace(report, objective=cost), units, gap, hours)


@dataclass(frozen=True)
class People:
    """Who is rostered, each in a pool of their own, by which rules, beside what is fixed."""

    team: Team
    pools: tuple[Pool, ...]
    rules: LabourRules
    locked: tuple[Assignment, ...]
    history: tuple[Assignment, ...]


def problem_of(
    people: People,
    period: Period,
    listed: tuple[Shift, ...],
    table: ShiftTable,
    cover: Cover,
    wish: Floats | None,
) -> RosterProblem:
    """Write people and the shifts that they could work down as a roster problem.

    Parameters
    ----------
    period
        What is planned; every shift starts in it.
    listed, table
        The shifts, and what each covers and costs.
    cover
        What is required.
    wish
        As in a crew.
    """
    team, rules = people.team, people.rules
    places = {rep.rep_id: place for place, rep in enumerate(team.reps)}
    zones = sorted({rep.timezone for rep in team.reps})
    day_0 = min(wall_time(period.begin.to_pydatetime(), zone).date() for zone in zones)
    week = _weeks(day_0, period, zones)
    mondays = [week_start(day_0) + timedelta(weeks=number) for number in range(int(week[-1]) + 1)]
    fixed = fixed_shifts(team, people.locked, people.history)
    seen = {zone: [local_shift(shift, zone) for shift in listed] for zone in zones}
    everything = [one for local in seen.values() for one in local]
    letters = Letters.of(everything, fixed, rules, [rep.contract for rep in team.reps])
    views = tuple(_view(seen[zone], day_0, rules, letters) for zone in zones)
    instants = period.begin.to_pydatetime(), period.end.to_pydatetime()
    nobody = np.zeros(len(team.reps), dtype=np.int64)
    least, most = _contracts(people.pools, fixed, rules, mondays, period)
    bounds = [period_bounds(*each, instants) for each in zip(people.pools, fixed, strict=True)]
    named = letters.fixed(team.reps, fixed, (day_0, len(week)), instants)
    crew = Crew(
        view=np.array([zones.index(rep.timezone) for rep in team.reps]),
        allowed=_allowed(people.pools, listed, period),
        least=least,
        most=most,
        ready=nobody,
        run=nobody,
        wish=wish,
        past=letters.before(team.reps, fixed, day_0),
        fixed=named,
        shifts=shift_bounds(bounds, letters.at_work(named).sum(axis=1)),
    )
    for one in never(team) if "never" not in rules.prices else ():
        crew.allowed[places[one.rep_id]] &= apart(one, listed)
    for row, each in enumerate(fixed):
        if each.shifts:
            crew.allowed[row] &= free_of(each.shifts, views[crew.view[row]], day_0, rules)
    problem = RosterProblem(
        cover=cover,
        short=IDLE_PRICE,
        shifts=table,
        views=views,
        crew=crew,
        week=week,
        rules=day_rules(rules, letters, day_0, SHIFT_HOURS * IDLE_PRICE),
        period=hour_bounds(bounds, IDLE_PRICE, rules.prices.get("max_period_hours")),
        together=together_of(team, rules, listed, people.locked, people.history, crew.allowed),
    )
    return _with_musts(problem, musts(team, fixed, instants, listed), rules.prices.get("must"))


def _with_musts(problem: RosterProblem, held: Ints, price: float | None) -> RosterProblem:
    """Return a problem in which times that somebody must work cost until a shift holds them.

    Parameters
    ----------
    held
        As `optimizer.tours.requests.musts` has it.
    price
        Of a time that no shift holds; None where none is to be missed that can be held.
    """
    if not held.any():
        return problem
    owed = (BEYOND_ALL if price is None else price) * held.astype(np.float64)
    wish = -owed[:, :-1] if problem.crew.wish is None else problem.crew.wish - owed[:, :-1]
    asked = replace(problem, crew=replace(problem.crew, wish=wish), offset=owed[:, -1])
    return asked if price is not None else excused(asked)


def _contracts(
    pools: Sequence[Pool],
    fixed: Sequence[Fixed],
    rules: LabourRules,
    mondays: Sequence[date],
    period: Period,
) -> tuple[Ints, Ints]:
    """Return the least and most minutes by rep and week that what is fixed leaves."""
    least, most = [], []
    for pool, each in zip(pools, fixed, strict=True):
        hours = 0.0 if pool.members is None else pool.members.rep.contract.max_hours
        limit = round(min(hours, rules.max_week_hours) * 60)
        kept, past = each.minutes(mondays)
        owed = _owed(pool, mondays, period)
        least.append([max(0, one - there) for one, there in zip(owed, kept, strict=True)])
        most.append([max(0, limit - one - two) for one, two in zip(kept, past, strict=True)])
    return np.array(least, dtype=np.int64), np.array(most, dtype=np.int64)


def _owed(pool: Pool, mondays: Sequence[date], period: Period) -> list[int]:
    """Return the minutes that the contract of a pool's rep asks for, by week."""
    if pool.members is None:
        return [0] * len(mondays)
    rep, absences = pool.members.rep, pool.members.absences
    span = period.begin.to_pydatetime(), period.end.to_pydatetime()
    return [owed_minutes(rep.contract, rep, monday, span, absences) for monday in mondays]


def _view(seen: Sequence[LocalShift], day_0: date, rules: LabourRules, letters: Letters) -> View:
    """Write shifts down as the wall clock of a zone shows them."""
    day, start, free = spans(seen, day_0, rules)
    minutes = [one.minutes if one.shift.role == "primary" else 0 for one in seen]
    return View(day, start, free, np.array(minutes, dtype=np.int64), letters.of_shifts(seen))


def idle_costs(team: Team, hours: Floats) -> Floats:
    """Return what shifts of so many hours save of the contracts' minima, each, at most."""
    contracts = [rep.contract for rep in team.reps]
    bounds = 1 + any(one.min_period_hours > 0 for one in contracts)
    shift = SHIFT_HOURS if any(one.min_shifts > 0 for one in contracts) else 0.0
    return np.asarray(IDLE_PRICE * (bounds * hours + shift))


def _weeks(day_0: date, period: Period, zones: Sequence[str]) -> Ints:
    """Return the ISO week, from 0, of each local day that the period touches anywhere."""
    last_instant = period.end.to_pydatetime() - timedelta(microseconds=1)
    last = max(wall_time(last_instant, zone).date() for zone in zones)
    days = [day_0 + timedelta(days=number) for number in range((last - day_0).days + 1)]
    return np.array([(week_start(day) - week_start(day_0)).days // 7 for day in days])


def _allowed(pools: Sequence[Pool], shifts: Sequence[Shift], period: Period) -> Flags:
    """By rep and shift, whether skill, role, site, hours, employment and absences allow it."""
    begin = period.begin.to_pydatetime()
    end = max([period.end, *(pd.Timestamp(shift.end) for shift in shifts)])
    period = Period(period.begin, end)
    first = np.array([(shift.start - begin) // MINUTE for shift in shifts], dtype=np.int64)
    last = np.array([-((begin - shift.end) // MINUTE) for shift in shifts], dtype=np.int64)
    queues = np.array([shift.queue for shift in shifts], dtype=object)
    sites = np.array([shift.site for shift in shifts], dtype=object)
    standby = np.array([shift.role == "on_call" for shift in shifts], dtype=bool)
    allowed = np.zeros((len(pools), len(shifts)), dtype=bool)
    for place, pool in enumerate(pools):
        if pool.members is None:
            continue
        rep = pool.members.rep
        # The site's own hours bind its shifts, not its reps where they help out elsewhere.
        refused = np.concatenate([[0], np.cumsum(~replace(pool, windows=None).allowed(period))])
        may = refused[last] == refused[first]
        if rep.skills:
            may &= np.isin(queues, list(rep.skills))
        if not rep.on_call:
            may &= ~standby
        if rep.site:
            may &= (sites == "") | (sites == rep.site)
        allowed[place] = may
    return allowed


def pools_of_one(
    team: Team, shifts: ShiftSettings, timezone: str, period: Period
) -> tuple[Pool, ...]:
    """Return a pool of one for every rep."""
    own: dict[str, tuple[Absence, ...]] = {rep.rep_id: () for rep in team.reps}
    for absence in team.absences:
        own[absence.rep_id] += (absence,)
    # Mentors are nobody in a team of one, and say nothing of who may work when.
    alone = (replace(rep, mentors=()) for rep in team.reps)
    return tuple(
        pools_of_team(Team((rep,), own[rep.rep_id]), shifts, timezone, period)[0] for rep in alone
    )


def locked_cost(
    team: Team, locked: Sequence[Assignment], on_call: OnCallSettings, wages: Wages
) -> float:
    """Return what the locked shifts cost: their hours and what their reps wish."""
    prices = {"primary": 1.0, "on_call": on_call.standby_price}
    cost = 0.0
    for one in locked:
        wishes = tuple(wish for wish in team.preferences if wish.rep_id == one.rep_id)
        shift = one.shift
        paid = wages.paid(shift.site, shift.start, shift.end, shift.breaks)
        cost += prices[shift.role] * paid - WISH_PRICE * wish_worth(shift, wishes)
    return cost


def aims_of(
    report: SolveReport, units: int, gap: float, together: float = 0.0
) -> tuple[AimReport, ...]:
    """Tell the hard rules that a roster leaves broken apart from what it costs otherwise.

    Parameters
    ----------
    report
        In wages, a unit of such a rule at a price above all else.
    units
        Of such rules that the roster leaves broken.
    gap
        Within which the cost is good enough.
    together
        Hours by which such rules that bind reps together are broken; neither the objective nor the
        bound has them.
    """
    if units == 0 and together == 0:
        return (AimReport("cost", report),)
    objective, bound = report.objective or 0.0, report.bound
    fewer = units if bound is None else round((objective - bound) / BEYOND_ALL)
    cost = objective - units * BEYOND_ALL
    # What fewer broken rules would cost is not known, so nothing is proven of the rest.
    rest = bound - units * BEYOND_ALL if bound is not None and fewer == 0 else None
    is_near = rest is not None and cost - rest <= max(TIE, gap * abs(cost))
    least, is_least = float(max(0, units - fewer)), fewer == 0 and together == 0
    return (
        AimReport("rules", report_of(units + together, least, 0.0, is_proven=is_least)),
        AimReport("cost", report_of(cost, rest, report.seconds, is_proven=is_near)),
    )


def _with_locks(report: SolveReport, cost: float) -> SolveReport:
    """Add what the locked shifts cost, which nothing could change."""
    return report_of(
        (report.objective or 0.0) + cost,
        None if report.bound is None else report.bound + cost,
        report.seconds,
        is_proven=report.status is SolveStatus.OPTIMAL,
    )
