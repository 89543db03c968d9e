"""What many rows cost at once: the automata of all contracts beside each other, day by day.

From a state and a shift, two tables per day say the next state and the price. Rows are followed
through them together, a step per day; where some days of a row are another employee's, all pairs of
employees are followed together.
"""

import numpy as np
import numpy.typing as npt

from optimizer.inrc.automaton import Automaton, Floats, Ints, count_price
from optimizer.inrc.instance import FREE
from optimizer.inrc.ward import Ward


class Paths:
    """The tables of a ward's contracts."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward
        self._width = ward.cover.shape[1] + 1
        automata = {id(p): p.automaton for p in ward.pricing_of}
        numbers = {key: number for number, key in enumerate(automata)}
        self._contract_of = np.array([numbers[id(p)] for p in ward.pricing_of])
        self._start = np.array([automaton.start for automaton in automata.values()])
        self._tables = _joined(list(automata.values()), self._width)
        days = len(ward.cover)
        self._totals = np.array(
            [
                [count_price(shifts, each.fewest, each.most) for shifts in range(days + 1)]
                for each in automata.values()
            ]
        )
        idle = np.zeros((*ward.prices.shape[:2], 1))
        self._prices = np.concatenate([ward.prices, idle], axis=2)

    def costs(self, kinds: Ints, rows: Ints) -> Floats:
        """Return what each row costs an employee of the kind beside it."""
        contracts = self._contract_of[kinds]
        total: Floats = self._start[contracts] + self._ward.base[kinds]
        total += self._totals[contracts, (rows != FREE).sum(axis=1)]
        states = contracts.copy()
        for day, (after, prices) in enumerate(self._tables):
            at = states * self._width + rows[:, day] % self._width
            total += prices[at] + self._prices[kinds, day, rows[:, day]]
            states = after[at]
        return total

    def dealt(self, kinds: Ints, rows: Ints, is_dealt: npt.NDArray[np.bool_]) -> Floats:
        """Return what everybody's row costs with some of its days from anybody's row.

        Parameters
        ----------
        kinds, rows
            Of each employee.
        is_dealt
            By day, whether it is taken from the other row.

        Returns
        -------
        numpy.ndarray
            A row per employee who takes, a column per employee whose days are taken.
        """
        contracts = self._contract_of[kinds]
        worked = rows != FREE
        kept = (worked & ~is_dealt).sum(axis=1)
        shifts = kept[:, None] + (worked & is_dealt).sum(axis=1)[None, :]
        places = rows % self._width
        same = int(is_dealt.argmax())  # up to here a row is its own, whoever gives
        alone, states = self._start[contracts] + self._ward.base[kinds], contracts
        for day, (after, prices) in enumerate(self._tables[:same]):
            at = states * self._width + places[:, day]
            alone = alone + prices[at] + self._prices[kinds, day, places[:, day]]
            states = after[at]
        total: Floats = self._totals[contracts[:, None], shifts] + alone[:, None]
        states = states[:, None]
        for day, (after, prices) in enumerate(self._tables[same:], same):
            who = places[:, day][None, :] if is_dealt[day] else places[:, day][:, None]
            at = states * self._width + who
            total += prices[at] + self._prices[kinds[:, None], day, who]
            states = after[at]
        return total


def _joined(automata: list[Automaton], width: int) -> list[tuple[Ints, Floats]]:
    """Put the automata beside each other: the states of the first, those of the second, and on."""
    before = np.arange(len(automata))
    tables = []
    for moves in zip(*(automaton.days for automaton in automata), strict=True):
        sizes = [len(day.work.begins) + len(day.off.begins) for day in moves]
        firsts = np.cumsum([0, *sizes[:-1]])
        origins = sum(len(day.off.origins) for day in moves)
        after = np.zeros(origins * width, dtype=np.int64)
        prices = np.zeros(origins * width)
        for day, begin, first in zip(moves, before, firsts, strict=True):
            for part, offset in ((day.work, 0), (day.off, len(day.work.begins))):
                targets = np.zeros(len(part.origins), dtype=np.int64)
                targets[part.begins[1:]] = 1
                at = (begin + part.origins) * width + part.shifts % width
                after[at] = first + offset + np.cumsum(targets)
                prices[at] = part.prices
        tables.append((after, prices))
        before = firsts
    return tables
