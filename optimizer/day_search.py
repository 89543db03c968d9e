"""Moves of single shifts, by which a plan for a target per day is mended and then trimmed.

What a move brings is guessed from the responses of `optimizer.day_programme`, and the most
promising moves are followed exactly: a rep more somewhere can break a later hour. A move takes a
shift away, adds one, or replaces one by another near it; in pairs, one saves hours and the other
makes up for what the first one costs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.day_programme import Responses
from optimizer.day_task import DayTask, Shortfall
from optimizer.followed_service import Followed

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

NEAR_HOURS = 4.0
FOLLOWED_A_STEP = 40
TRIED_TO_MEND = 4
MOST_TRIED = 20
SAVERS, HELPERS = 120, 60
# Lacking contacts weigh so many times what the programme's prices say: mending comes first.
PRESSING = 3.0
UNSURE = 0.002
MOST_PRESSING = 1000.0


@dataclass(frozen=True)
class Staffed:
    """How many reps each shift takes, and what comes of it.

    Parameters
    ----------
    counts
        By shift of the task.
    rostered
        Reps, by interval.
    followed
        Their service.
    lacks
        What they lack of what is promised.
    hours
        Paid hours of the shifts.
    """

    counts: Reps
    rostered: Reps
    followed: Followed
    lacks: Shortfall
    hours: float


@dataclass(frozen=True)
class Moves:
    """Single moves: a row each.

    Parameters
    ----------
    taken, given
        Place of the shift that has one rep less, or one more; -1 for none.
    hours
        Paid hours that it adds.
    gain
        Contacts in time that it is guessed to bring, by day or week, and in the last column towards
        the floors of hours.
    """

    taken: Reps
    given: Reps
    hours: Floats
    gain: Floats

    def only(self, places: npt.NDArray[np.int64]) -> "Moves":
        """Return some of them, in the order of their places."""
        return Moves(self.taken[places], self.given[places], self.hours[places], self.gain[places])


class ShiftSearch:
    """Mend and trim plans of a task.

    Parameters
    ----------
    task
        The queue.
    known
        What reps bring, to guess by.
    prices
        Paid hours for a contact in time, by day or week.
    busiest
        By interval, share of time in which reps may write.
    budget
        How many staffs may be followed; it is the same on every machine.
    """

    def __init__(
        self, task: DayTask, known: Responses, prices: Floats, busiest: Floats, budget: int
    ) -> None:
        self.task, self.busiest, self.left = task, busiest, budget
        self._known = known
        self._caution = 1.0
        usual = float(prices[prices > 0].mean()) if (prices > 0).any() else 1.0
        # A day that has enough without being asked for has no price until it lacks some.
        self._prices = np.append(np.maximum(prices, usual / 2), usual) * PRESSING

    def staffed(self, counts: Reps, near: Followed | None = None) -> Staffed:
        """Follow the service of so many reps on each shift."""
        self.left -= 1
        rostered = self.task.rostered_by(counts)
        followed = self.task.follow(rostered, near)
        lacks = self.task.shortfall(rostered, followed, self.busiest)
        return Staffed(counts, rostered, followed, lacks, float(counts @ self.task.hours))

    def worth(self, plan: Staffed) -> float:
        """Return paid hours and, in hours, what a plan lacks; less is better."""
        lacks = plan.lacks
        late = float(lacks.stretches @ self._prices[:-1])
        below = float(lacks.floors.sum() + lacks.writing.sum()) * float(self._prices[-1])
        return plan.hours + late + below

    def mended(self, plan: Staffed) -> Staffed | None:
        """Return a plan that lacks nothing, reached by moves of least worth; None if not found."""
        usual = self._prices
        tried: dict[tuple[int, int], Staffed] = {}
        while not plan.lacks.is_none and self.left > 0:
            better = self._less_lacking(plan, tried)
            if better is not None:
                plan, self._caution = better, 1.0
                tried.clear()
            elif self._prices.max() < MOST_PRESSING * usual.max():
                # What was guessed to be enough is not: ask for more of it, and pay more for it.
                self._prices, self._caution = self._prices * 3, self._caution * 3
            else:
                break
        self._prices, self._caution = usual, 1.0
        return plan if plan.lacks.is_none else None

    def _less_lacking(self, plan: Staffed, tried: dict[tuple[int, int], Staffed]) -> Staffed | None:
        """Return a plan worth more, reached by one of the most promising moves; None if none is.

        What came of moves from this plan is kept in `tried`: when lacks weigh more, others follow.
        """
        moves = self._moves(plan)
        best, fresh = plan, 0
        for place in np.argsort(self._guess(plan, moves), kind="stable"):
            move = int(moves.taken[place]), int(moves.given[place])
            if move not in tried:
                if fresh == MOST_TRIED:
                    break
                tried[move] = self._moved(plan, moves.only(np.array([place])))
                fresh += 1
            if self.worth(tried[move]) < self.worth(best) - 1e-9:
                best = tried[move]
            if best is not plan and fresh >= TRIED_TO_MEND:
                break
        return None if best is plan else best

    def trimmed(self, plan: Staffed) -> Staffed:
        """Return a plan of fewer paid hours that lacks nothing either, or the same."""
        while self.left > 0:
            better = self._better(plan)
            if better is None:
                break
            plan = better
        return plan

    def _better(self, plan: Staffed) -> Staffed | None:
        moves = self._moves(plan)
        for place, move in enumerate(self._promising(plan, moves)):
            if place >= FOLLOWED_A_STEP or self.left <= 0:
                break
            tried = self._moved(plan, move)
            if tried.lacks.is_none:
                return tried
        return None

    def _promising(self, plan: Staffed, moves: Moves) -> Iterator[Moves]:
        """Yield moves that save hours and may lack nothing, alone or in pairs, the best first."""
        room = self._room(plan)
        price = np.minimum(self._prices, 1e3)
        costs = np.maximum(-moves.gain, 0) @ price
        saves = np.flatnonzero(moves.hours < 0)
        saves = saves[np.argsort((costs / -moves.hours.clip(max=-1e-9))[saves], kind="stable")]
        helps = np.flatnonzero((moves.hours >= 0) & (moves.gain.max(axis=1) > 0))
        worth = moves.gain @ price / (moves.hours + 1)
        helps = helps[np.argsort(-worth[helps], kind="stable")][:HELPERS]
        one, two = np.meshgrid(saves[:SAVERS], np.append(helps, -1), indexing="ij")
        one, two = one.ravel(), two.ravel()
        alone = two < 0
        hours = moves.hours[one] + np.where(alone, 0.0, moves.hours[two])
        gain = moves.gain[one] + np.where(alone[:, None], 0.0, moves.gain[two])
        once = plan.counts[np.maximum(moves.taken, 0)] < 2
        clash = ~alone & (moves.taken[one] == moves.taken[two]) & once[one]
        lacking = np.maximum(-(room + gain), 0.0)
        contacts = np.append(self.task.contacts, self.task.contacts.mean())
        fit = (hours < -1e-9) & ~clash & (lacking <= UNSURE * contacts).all(axis=1)
        kept = np.flatnonzero(fit)
        score = hours[kept] + lacking[kept] @ price * 2
        for place in kept[np.argsort(score, kind="stable")]:
            pair = [one[place]] if alone[place] else [one[place], two[place]]
            yield moves.only(np.array(pair))

    def _moved(self, plan: Staffed, moves: Moves) -> Staffed:
        counts = plan.counts.copy()
        np.subtract.at(counts, moves.taken[moves.taken >= 0], 1)
        np.add.at(counts, moves.given[moves.given >= 0], 1)
        return self.staffed(counts, plan.followed)

    def _room(self, plan: Staffed) -> Floats:
        """Return contacts that each day or week has beyond its target; none towards floors."""
        enough = self.task.settings.service.target * self.task.contacts
        room = self.task.in_time(plan.followed) - enough
        return np.append(room, -plan.lacks.floors.sum())

    def _guess(self, plan: Staffed, moves: Moves) -> Floats:
        """Return the worth that moves are guessed to add."""
        room = self._room(plan)
        room = np.where(room < 0, room * self._caution, room)
        before = np.maximum(-room, 0) @ self._prices
        after = np.maximum(-(room + moves.gain), 0) @ self._prices
        return np.asarray(moves.hours + after - before)

    def _moves(self, plan: Staffed) -> Moves:
        """List single moves of a plan, with what they are guessed to bring."""
        task = self.task
        near = NEAR_HOURS * 60 / task.interval_minutes
        taken, given = [], []
        for place in np.flatnonzero(plan.counts):
            first, last = task.first[place], task.last[place]
            beside = (np.abs(task.first - first) <= near) & (np.abs(task.last - last) <= near)
            beside &= (task.first < last) & (task.last > first)
            beside[place] = False
            others = np.append(np.flatnonzero(beside), -1)
            taken.append(np.full(len(others), place))
            given.append(others)
        every = np.arange(len(task.shifts))
        taken.append(np.full(len(every), -1))
        given.append(every)
        taking, giving = np.concatenate(taken), np.concatenate(given)
        cost = np.append(task.hours, 0.0)
        hours = cost[giving] - cost[taking]
        return Moves(taking, giving, hours, self._gain(plan, taking, giving))

    def _gain(self, plan: Staffed, taken: Reps, given: Reps) -> Floats:
        """Guess what moves bring: a rep more, or fewer, where one of both shifts is alone."""
        more, fewer = self._by_rep(plan)
        first, last = np.append(self.task.first, 0), np.append(self.task.last, 0)
        a, b = first[taken], last[taken]
        c, d = first[given], last[given]
        apart = (taken < 0) | (given < 0)
        start, end = np.maximum(a, c), np.minimum(b, d)
        start, end = np.where(apart, b, start), np.where(apart, b, end)
        lost = fewer[start] - fewer[a] + fewer[b] - fewer[end]
        start, end = np.where(apart, d, np.maximum(a, c)), np.where(apart, d, np.minimum(b, d))
        return np.asarray(more[start] - more[c] + more[d] - more[end] - lost)

    def _by_rep(self, plan: Staffed) -> tuple[Floats, Floats]:
        """Return what one rep more brings and one fewer costs, summed up to each interval.

        Rows are instants between intervals, columns days or weeks and the floors of hours.
        """
        task, duty = self.task, self.task.on_duty(plan.rostered)
        floor = task.settings.service.hour_floor
        now = task.volume * plan.followed.level
        over = now - floor * task.volume
        told = []
        for step in (1, -1):
            then = task.on_duty(np.maximum(plan.rostered + step, 0))
            change = self._guessed(then) - self._guessed(duty)
            if step > 0:
                gain, towards = change, np.minimum(change, np.maximum(-over, 0.0))
            else:
                gain = np.maximum(-change, 0.0)
                towards = np.maximum(gain - np.maximum(over, 0.0), 0.0)
                towards += np.where(then < task.least, 1.0 + task.volume, 0.0)
            table = np.zeros((len(gain) + 1, len(task.contacts) + 1))
            table[np.arange(1, len(gain) + 1), task.stretch] = gain
            table[1:, -1] = towards
            told.append(np.cumsum(table, axis=0))
        return told[0], told[1]

    def _guessed(self, duty: Reps) -> Floats:
        return self._known.at(self.task.rostered(duty))
