"""The floor's rates: balanced routing, its correction, and what they owe to conservation."""

import numpy as np
import pytest

from optimizer.concurrency import Handling, completion_rates, lasting_shares
from optimizer.staffing.floor import Floor, moves
from optimizer.staffing.passage import EMPTY, pass_interval

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)

BUSY = Handling(4, rep_messages=6, writing_minutes=2.0, customer_reply_minutes=2.5)


def floor(reps, arrivals, handling=CHAT):
    return Floor(
        reps,
        arrivals,
        tuple(completion_rates(handling).tolist()),
        1 / handling.patience_minutes,
        tuple(lasting_shares(handling).tolist()),
    )


def levels_of_two_reps(arrivals, rates):
    """Return the stationary law of (emptier, fuller) for two reps, emptiest first, no queue."""
    slots = len(rates) - 1
    pairs = [(low, high) for low in range(slots + 1) for high in range(low, slots + 1)]
    place = {pair: index for index, pair in enumerate(pairs)}
    generator = np.zeros((len(pairs), len(pairs)))

    def move(pair, to, rate):
        generator[place[pair], place[tuple(sorted(to))]] += rate

    for low, high in pairs:
        if low < slots:
            move((low, high), (low + 1, high), arrivals)
        if low:
            move((low, high), (low - 1, high), rates[low])
        if high:
            move((low, high), (low, high - 1), rates[high])
    generator -= np.diag(generator.sum(axis=1))
    system = np.vstack([generator.T, np.ones(len(pairs))])
    law = np.linalg.lstsq(system, np.append(np.zeros(len(pairs)), 1.0))[0]
    return pairs, law


@pytest.mark.parametrize("load", [0.7, 0.95])
def test_reps_below_balance_are_nearer_to_the_truth_than_balance(load):
    """Two reps enumerated level by level: the corrected rate errs less than the balanced one."""
    rates = completion_rates(BUSY)
    arrivals = load * 2 * rates[-1]
    pairs, law = levels_of_two_reps(arrivals, rates)
    corrected = moves(floor(2, arrivals, BUSY), 30).completions
    lasting = np.interp(np.arange(9) / 2, np.arange(5), lasting_shares(BUSY))
    errors = []
    for n in range(2, 8):
        weights = np.array(
            [p if sum(pair) == n else 0.0 for pair, p in zip(pairs, law, strict=True)]
        )
        truth = (
            sum(
                w * (rates[low] + rates[high])
                for w, (low, high) in zip(weights, pairs, strict=True)
            )
            / weights.sum()
        )
        balanced = rates[n // 2] + rates[(n + 1) // 2]
        passing = arrivals * (1 - lasting[n + 1]) if n < 8 else 0.0
        model = (corrected[n] - passing) / lasting[n]
        assert model <= balanced + 1e-12
        errors.append((abs(model - truth), abs(balanced - truth)))
    ours, theirs = np.sum(errors, axis=0)
    assert ours < 0.7 * theirs


def test_a_full_floor_completes_its_capacity():
    """From the last slot on every rep works at the highest level."""
    rates = moves(floor(3, 0.5), 40)
    assert rates.completions[13:] == pytest.approx(3 * completion_rates(CHAT)[-1])
    assert rates.deaths[13:] - rates.completions[13:] == pytest.approx(np.arange(1, 28) / 20)


def test_an_empty_floor_completes_nothing():
    """Nothing open, nothing to end; and nothing is ended before the first state."""
    assert moves(floor(3, 0.5), 40).deaths[0] == 0.0


def test_counting_only_what_lasts_changes_the_pace_and_not_the_rest():
    """Where the load settles is that of all conversations: births and deaths shrink alike."""
    ours = moves(floor(3, 0.7), 40)
    memoryless = moves(
        Floor(3, 0.7, floor(3, 0.7).rates, floor(3, 0.7).abandonment, (1.0,) * 5), 40
    )
    np.testing.assert_allclose(
        ours.births[:-1] / ours.deaths[1:], memoryless.births[:-1] / memoryless.deaths[1:]
    )
    assert (ours.births[:10] < memoryless.births[:10]).all()


@pytest.mark.parametrize("reps", [0, 1, 6, 20])
def test_contacts_are_completed_or_abandon_or_are_still_there(reps):
    """Conservation over an hour from an empty floor: nobody is lost and nobody made up."""
    ours = floor(reps, 0.6)
    passage = pass_interval(EMPTY, ours, 60.0)
    load = passage.path.mean
    n = np.arange(len(load))
    waiting = load @ np.maximum(n - ours.slots, 0)
    completed = load @ moves(ours, len(load)).completions
    settled = 60 * (0.6 - completed - waiting / 20)
    assert passage.path.states[-1] @ n == pytest.approx(settled, abs=1e-6)


@pytest.mark.parametrize("messages", [1.0, 1.5, 4.0, 12.0])
def test_lasting_shares_are_shares(messages):
    """A call of one message lasts as it is; the more messages, the fewer are soon over."""
    handling = Handling(5, messages, 0.5, 3.0)
    shares = lasting_shares(handling)
    assert (shares > 0).all()
    assert (shares <= 1).all()
    if messages == 1.0:
        assert (shares == 1).all()


def test_a_lone_conversation_ends_at_the_slower_rate_of_its_phases():
    """Late in a conversation, hands, customer, hands, … decays at its slower eigenvalue."""
    phases = np.array([[-1 / 0.75, (1 - 1 / 8) / 0.75], [1 / 4, -1 / 4]])
    slower = -np.linalg.eigvals(phases).max()
    duration = 8 * (0.75 + 4 * 7 / 8)
    assert lasting_shares(CHAT)[1] == pytest.approx(slower * duration)


@pytest.mark.parametrize(("reps", "arrivals"), [(1, 0.3), (2, 0.3), (7, 0.9), (20, 4.0)])
def test_reps_below_balance_are_the_chain_that_they_are_said_to_be(reps, arrivals):
    """Solve births and deaths of the reps one below balance outright, at every load."""
    ours = floor(reps, arrivals)
    rates = np.array(ours.rates)
    lasting = np.interp(np.arange(ours.slots + 1) / reps, np.arange(5), ours.lasting)
    completions = moves(ours, ours.slots).completions
    for n in range(reps, ours.slots):
        level, above = divmod(n, reps)
        weights = [1.0]
        while (births := reps - 1 - above - 2 * (len(weights) - 1)) > 0:
            weights.append(weights[-1] * births * rates[level] / arrivals)
        short = np.average(np.arange(len(weights)), weights=weights)
        bend = 2 * rates[level] - rates[level - 1] - rates[level + 1]
        exact = above * rates[level + 1] + (reps - above) * rates[level] - short * bend
        model = (completions[n] - arrivals * (1 - lasting[n + 1])) / lasting[n]
        assert model == pytest.approx(exact, rel=1e-10)
