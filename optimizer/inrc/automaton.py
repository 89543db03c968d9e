r"""What a contract asks of one employee's days, as a weighted automaton over the days.

Reading a day's shift (or a day off) moves the automaton from a state of one day to a state of the
next, at a price; the prices along a path add up to what the contract asks of that sequence of days,
but for the number of shifts, which the pricing programme counts beside it. A state holds what the
rules still need to know: how many days of work or rest are behind it, how far unwanted patterns
have come, what was worked on the weekend so far, and how many weekends in a row.

Unwanted patterns, night rules and weekend rules are regular languages (Pesant 2004,
doi:10.1007/978-3-540-30201-8_36); states with the same future are merged from the last day back,
with prices pushed forward (Mohri 2009, doi:10.1007/978-3-642-01492-5_6).
"""

from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from optimizer.inrc.instance import FREE, Contract, Instance, Limit
from optimizer.inrc.unwanted import Unwanted, unwanted_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_STATES = 100_000
"""Of a contract, over all days; those of the competition have up to 3,000."""


@dataclass(frozen=True)
class _State:
    """What is known of the days behind; the first state knows nothing.

    Parameters
    ----------
    begun
        Unwanted sequences under way: which, and how many of their days.
    is_work
        Whether the last day was worked.
    run
        Days of work, or days off, up to here; counted no further than a rule asks.
    weekend
        The days of the weekend under way.
    weekends
        Weekends worked in a row; counted no further than a rule asks.
    recent
        Whether each of the last three weekends was worked.
    """

    begun: frozenset[tuple[int, int]] = frozenset()
    is_work: bool = False
    run: int = 0
    weekend: tuple[int, ...] = ()
    weekends: int = 0
    recent: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Moves:
    """The moves of one day into states that are alike in whether the day is worked.

    Parameters
    ----------
    origins, shifts, prices
        Of each move: the state before, the shift (FREE for a day off), what it costs. Moves into
        the same state stand together.
    begins
        Where the moves into each state begin.
    """

    origins: Ints
    shifts: Ints
    prices: Floats
    begins: Ints


@dataclass(frozen=True)
class Day:
    """The moves of one day; states after it are those worked into, then those of a day off."""

    work: Moves
    off: Moves


@dataclass(frozen=True)
class Automaton:
    """All days of a contract; there is one state before the first day and one after the last.

    Parameters
    ----------
    start
        Price that no path avoids.
    fewest, most
        Bounds on the shifts of the period, counted beside the states.
    """

    days: tuple[Day, ...]
    start: float
    fewest: Limit | None
    most: Limit | None

    def cost(self, row: npt.ArrayLike) -> float:
        """Return what the contract asks of a row of shifts, by following its path."""
        days = np.asarray(row, dtype=np.int64)
        worked = int((days != FREE).sum())
        total = self.start + count_price(worked, self.fewest, self.most)
        state = 0
        for day, shift in zip(self.days, days, strict=True):
            moves = day.off if shift == FREE else day.work
            found = np.flatnonzero((moves.origins == state) & (moves.shifts == shift))[0]
            total += float(moves.prices[found])
            target = int(np.searchsorted(moves.begins, found, side="right")) - 1
            state = target if shift != FREE else len(day.work.begins) + target
        return total


def count_price(shifts: int, fewest: Limit | None, most: Limit | None) -> float:
    """Return what a number of shifts costs over the period."""
    price = 0
    if fewest is not None:
        price += fewest.weight * max(0, fewest.value - shifts)
    if most is not None:
        price += most.weight * max(0, shifts - most.value)
    return float(price)


def automaton_of(instance: Instance, contract: Contract) -> Automaton:
    """Build the automaton of a contract over the days of an instance."""
    return _merged(_Rules.of(instance, contract))


class TooLargeError(ValueError):
    """A contract whose days no search could be waited for."""


@dataclass
class _Rules:
    """A contract with what of it depends on the period alone."""

    contract: Contract
    days: int
    shifts: int
    unwanted: tuple[Unwanted, ...]
    weekend_begins: frozenset[int]
    prices: dict[tuple[int, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: Instance, contract: Contract) -> "_Rules":
        begins = frozenset(days[0] for days in instance.weekends(contract))
        unwanted = unwanted_of(instance, contract)
        return cls(contract, instance.days, len(instance.shifts), unwanted, begins)

    def step(self, state: _State, day: int, shift: int) -> tuple[_State, int]:
        """Return the state after a day, and what the day costs."""
        begun, price = self._sequences(state.begun, day, shift)
        is_work = shift != FREE
        run, run_price = self._run(state, is_work)
        weekend, weekends, recent = state.weekend, state.weekends, state.recent
        price += run_price
        if weekend or day in self.weekend_begins:
            weekend = (*weekend, shift)
            if len(weekend) == len(self.contract.weekend):
                weekends, recent, over = self._end_weekend(state, weekend)
                weekend, price = (), price + over
        weekend = self._needed(weekend)
        return _State(begun, is_work, run, weekend, weekends, recent), price

    def end(self, state: _State) -> int:
        """Return what is due after the last day: runs that ended too short."""
        price = _short(state.run, self._fewest(is_work=state.is_work))
        return price + _short(state.weekends, self.contract.fewest_weekends)

    def _sequences(
        self, begun: frozenset[tuple[int, int]], day: int, shift: int
    ) -> tuple[frozenset[tuple[int, int]], int]:
        price, still = 0, set()
        fresh = ((n, 0) for n, part in enumerate(self.unwanted) if day in part.starts)
        for number, done in (*begun, *fresh):
            part = self.unwanted[number]
            if shift not in part.days[done]:
                continue
            if done + 1 == len(part.days):
                price += part.weight
            else:
                still.add((number, done + 1))
        return frozenset(still), price

    def _fewest(self, *, is_work: bool) -> Limit | None:
        return self.contract.fewest_days if is_work else self.contract.fewest_free

    def _run(self, state: _State, is_work: bool) -> tuple[int, int]:
        fewest = self._fewest(is_work=is_work)
        most = self.contract.most_days if is_work else self.contract.most_free
        if state.run and state.is_work == is_work:
            return _longer(state.run, fewest, most)
        run, price = _longer(0, fewest, most)
        return run, price + _short(state.run, self._fewest(is_work=state.is_work))

    def _end_weekend(
        self, state: _State, weekend: tuple[int, ...]
    ) -> tuple[int, tuple[bool, ...], int]:
        """Close a weekend: how many in a row, which of the last were worked, what is due."""
        contract = self.contract
        is_worked = any(shift != FREE for shift in weekend)
        price = self._weekend_price(weekend)
        if is_worked:
            weekends, over = _longer(
                state.weekends, contract.fewest_weekends, contract.most_weekends
            )
            price += over
        else:
            weekends = 0
            price += _short(state.weekends, contract.fewest_weekends)
        limit = contract.most_weekends_of_four
        if limit is None:
            return weekends, (), price
        four = (*state.recent, is_worked)
        total = len(self.weekend_begins)
        if len(four) == min(4, total):
            price += limit.weight * max(0, sum(four) - limit.value)
        return weekends, four[-3:], price

    def _weekend_price(self, weekend: tuple[int, ...]) -> int:
        if weekend not in self.prices:
            length = len(weekend)
            missing = sum(
                length - len(list(days))
                for is_free, days in groupby(weekend, lambda shift: shift == FREE)
                if not is_free
            )
            worked = [shift for shift in weekend if shift != FREE]
            alone = sum(length - worked.count(shift) for shift in set(worked))
            contract = self.contract
            self.prices[weekend] = (
                contract.complete_weekends * missing + contract.same_shift_weekends * alone
            )
        return self.prices[weekend]

    def _needed(self, weekend: tuple[int, ...]) -> tuple[int, ...]:
        """Forget which shifts a weekend had so far where no rule asks."""
        if self.contract.same_shift_weekends:
            return weekend
        return tuple(min(shift, 0) for shift in weekend)


def _longer(run: int, fewest: Limit | None, most: Limit | None) -> tuple[int, int]:
    """Return the length of a run with one more, as far as it counts, and what that one costs."""
    far = max(1, fewest.value if fewest else 0, most.value if most else 0)
    price = most.weight if most is not None and run + 1 > most.value else 0
    return min(run + 1, far), price


def _short(run: int, fewest: Limit | None) -> int:
    if fewest is None or run == 0:
        return 0
    return fewest.weight * max(0, fewest.value - run)


Steps = list[tuple[int, float]]
"""Of one state: the state after each shift, a day off last, and what the day costs."""


def _merged(rules: _Rules) -> Automaton:
    """Find all states, day by day, and merge from the last day back those with one future."""
    layers, tables = _unfolded(rules)
    ends = {state.is_work: 0 for state in layers[-1]}
    is_mixed = len(ends) == 2
    numbers = [int(is_mixed and not state.is_work) for state in layers[-1]]
    pushed = [float(rules.end(state)) for state in layers[-1]]
    days: list[Day] = []
    works = sum(ends)
    for states, table in zip(reversed(layers[:-1]), reversed(tables), strict=True):
        keys, pushed = _futures(states, table, numbers, pushed)
        days.append(_day(keys, works))
        numbers, works = _numbers(keys)
    contract = rules.contract
    return Automaton(tuple(reversed(days)), pushed[0], contract.fewest_shifts, contract.most_shifts)


def _unfolded(rules: _Rules) -> tuple[list[list[_State]], list[list[Steps]]]:
    """Return the states before each day and after the last, and the steps from each."""
    layers, tables, found = [[_State()]], [], 0
    symbols = (*range(rules.shifts), FREE)
    for day in range(rules.days):
        after: dict[_State, int] = {}
        table = []
        for state in layers[-1]:
            steps: Steps = []
            for shift in symbols:
                target, price = rules.step(state, day, shift)
                steps.append((after.setdefault(target, len(after)), float(price)))
            table.append(steps)
        layers.append(list(after))
        tables.append(table)
        found += len(after)
        if found > MOST_STATES:
            raise TooLargeError(
                f"{rules.contract.contract_id}: over {MOST_STATES:,} states in {rules.days} days"
            )
    return layers, tables


Key = tuple[bool, tuple[tuple[int, float], ...]]
"""Of one state: whether it is of a day off, and the state and the price after each shift."""


def _futures(
    states: list[_State], table: list[Steps], numbers: list[int], pushed: list[float]
) -> tuple[list[Key], list[float]]:
    """Return each state's future at prices above its least, and that least."""
    keys, least = [], []
    for state, steps in zip(states, table, strict=True):
        prices = [price + pushed[target] for target, price in steps]
        low = min(prices)
        future = tuple(
            (numbers[target], price - low) for (target, _), price in zip(steps, prices, strict=True)
        )
        keys.append((not state.is_work, future))
        least.append(low)
    return keys, least


def _numbers(keys: list[Key]) -> tuple[list[int], int]:
    """Give states the numbers of their futures, those after work first; count those."""
    order = {key: number for number, key in enumerate(sorted(set(keys)))}
    return [order[key] for key in keys], sum(not is_off for is_off, _ in order)


def _day(keys: list[Key], works: int) -> Day:
    """Return the moves of a day from the states before it, given how many states follow work."""
    rows = np.array(
        [
            (origin, FREE if place == len(future) - 1 else place, price, target)
            for origin, (_, future) in enumerate(sorted(set(keys)))
            for place, (target, price) in enumerate(future)
        ]
    )
    is_off = rows[:, 1] == FREE
    return Day(_moves(rows[~is_off], 0), _moves(rows[is_off], works))


def _moves(rows: Floats, first: int) -> Moves:
    rows = rows[np.argsort(rows[:, 3], kind="stable")]
    targets = rows[:, 3].astype(np.int64) - first
    begins = np.flatnonzero(np.diff(targets, prepend=-1))
    return Moves(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2], begins)
