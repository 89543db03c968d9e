"""The backlog of e-mails and tickets: known values, laws, and a simulation of every message."""

import numpy as np
import pytest
from scipy.stats import gamma, poisson

from optimizer.staffing.hands import Hands
from optimizer.staffing.inbox import Waiting, evaluate_inbox
from optimizer.staffing.inbox_search import (
    Inbox,
    ReplyPromise,
    fewest_own_reps,
    steady_hands,
    taut_string,
)
from optimizer.staffing.inbox_work import InboxWork
from tests.optimizer import inbox_simulation

TICKET = InboxWork(rep_messages=1, writing_minutes=10, customer_reply_minutes=0)
MAIL = InboxWork(rep_messages=2.5, writing_minutes=8, customer_reply_minutes=180)


def hands_of(reps, is_open=None, spared=0.0):
    """Return hands on an hourly grid; open throughout unless told."""
    reps = np.asarray(reps, dtype=float)
    runs = np.ones(len(reps), dtype=bool) if is_open is None else np.asarray(is_open, dtype=bool)
    return Hands(reps, np.full(len(reps), float(spared)), runs, 60)


def office_week(peak=9.0):
    """Return a week of contacts by day and night and an office open from 9 to 17 on weekdays."""
    hour, day = np.arange(168) % 24, np.arange(168) // 24
    volume = peak * (0.1 + np.exp(-0.5 * ((hour - 13) / 4) ** 2)) * np.where(day < 5, 1, 0.3)
    return volume, (hour >= 9) & (hour < 17) & (day < 5)


def test_steady_state_is_that_of_erlang_c():
    """One message each and constant reps is M/M/s, whose mean number waiting is known."""
    reps, arrivals = 3, 15.0
    found = evaluate_inbox(np.full(400, arrivals), hands_of([reps] * 400), TICKET, 60)
    load = arrivals / 6
    blocked = 1.0
    for servers in range(1, reps + 1):
        blocked = 1 / (1 + servers / load / blocked)
    waits = blocked / (1 - load / reps * (1 - blocked))
    assert found["backlog"].iloc[-1] == pytest.approx(load + waits * load / (reps - load), rel=1e-3)
    assert found["hands_busy"].iloc[-1] == pytest.approx(load / reps, rel=1e-3)
    begun = 1 - waits * np.exp(-(reps - load) * 60 / 10)
    assert found["pick_up"].iloc[-1] == pytest.approx(begun, abs=1e-3)


def test_answers_come_back_to_the_same_hands():
    """In equilibrium every conversation brings its mean number of messages."""
    found = evaluate_inbox(np.full(600, 12.0), hands_of([6] * 600), MAIL, 240)
    assert found["hands_busy"].iloc[-1] == pytest.approx(12 * 2.5 * 8 / 60 / 6, rel=1e-3)


def test_what_came_is_done_or_waits():
    """With one message each nothing is lost: contacts in, less messages written, is what waits."""
    volume = np.array([30.0, 0, 25, 3, 0, 0, 12, 8])
    reps = [1, 3, 2, 0, 2, 1, 4, 1]
    found = evaluate_inbox(
        volume, hands_of(reps), TICKET, 240, Waiting(np.array([20.0]), np.zeros(1))
    )
    written = found["hands_busy"] * np.array(reps) * 6
    taken = 0.0
    waiting = 20.0
    for place in range(len(reps)):
        leave = max(reps[place - 1] - reps[place], 0) if place else 0
        before = waiting
        waiting = found["backlog"].iloc[place]
        taken = before + volume[place] - written.iloc[place] - waiting
        # Who leaves takes a message along, when there is one for everybody.
        assert taken == pytest.approx(leave if before > 15 else taken, abs=0.02)
        assert -1e-6 <= taken <= leave + 1e-6


def test_a_deadline_far_within_a_backlog_is_a_count_of_completions():
    """With n ahead of one rep, the n-th of a Poisson stream of completions has to come in time."""
    waiting = Waiting(np.array([40.0]), np.zeros(1))
    found = evaluate_inbox(np.array([1e-9] * 12), hands_of([1] * 12), TICKET, 420, waiting)
    # Who comes in the first hour finds 40 less those done by then, and 7 hours from then on.
    expected = np.mean([poisson.sf(39, (7 + part) * 6) for part in (np.arange(40) + 0.5) / 40])
    assert found["pick_up"].iloc[0] == pytest.approx(expected, abs=2e-3)


def test_the_clock_stands_while_closed():
    """A contact of the night is as good as one of the opening, however long the night."""
    for night in (3, 15):
        is_open = [False] * night + [True] * 8
        reps = [0] * night + [2] * 8
        volume = np.array([9.0] + [0.0] * (night + 7))
        found = evaluate_inbox(volume, hands_of(reps, is_open), TICKET, 60)
        assert found["oldest_hours"].iloc[night - 1] == pytest.approx(0.0)
        at_opening = evaluate_inbox(
            np.full(8, 1e-9), hands_of([2] * 8), TICKET, 60, Waiting(np.array([9.0]), np.zeros(1))
        )
        assert found["backlog"].iloc[night - 1] == pytest.approx(9, abs=1e-6)
        assert found["backlog"].iloc[-1] == pytest.approx(at_opening["backlog"].iloc[-1], abs=0.05)


def test_more_hands_or_time_or_less_work_never_answer_fewer_in_time():
    """The promise is monotone in reps, spared hands, time, volume and what waits."""
    volume, is_open = office_week()
    reps = np.where(is_open, 5, 0)
    base = evaluate_inbox(volume, hands_of(reps, is_open), MAIL, 240)["first_reply"]
    better = {
        "reps": evaluate_inbox(volume, hands_of(reps + is_open, is_open), MAIL, 240),
        "spared": evaluate_inbox(volume, hands_of(reps, is_open, 0.4), MAIL, 240),
        "time": evaluate_inbox(volume, hands_of(reps, is_open), MAIL, 300),
        "volume": evaluate_inbox(0.9 * volume, hands_of(reps, is_open), MAIL, 240),
    }
    for name, table in better.items():
        assert (table["first_reply"] >= base - 1e-6).all(), name
        assert table["first_reply"].mean() > base.mean() + 1e-4, name
    waiting = Waiting(np.array([60.0]), np.array([30.0]))
    worse = evaluate_inbox(volume, hands_of(reps, is_open), MAIL, 240, waiting)["first_reply"]
    assert (worse <= base + 1e-6).all()
    assert worse.mean() < base.mean() - 1e-3


def test_the_oldest_is_as_old_as_what_waited():
    """Of what waits the oldest goes first, so its age falls once its turn has come."""
    waiting = Waiting(np.array([5.0, 10.0]), np.array([300.0, 60.0]))
    found = evaluate_inbox(np.full(4, 1e-9), hands_of([0, 1, 1, 1]), TICKET, 240, waiting)
    # Six an hour: after the first hour at work the five oldest are done.
    assert found["oldest_hours"].iloc[0] == pytest.approx(6, abs=0.01)
    assert found["oldest_hours"].iloc[1] < 5
    assert found["oldest_hours"].iloc[3] < found["oldest_hours"].iloc[1]


def random_week(seed, writing_cv=1.0):
    """Draw an inbox, its week and staff that is short at times."""
    random = np.random.default_rng(seed)
    inbox = inbox_simulation.Inbox(
        messages=float(random.choice([1.0, 1.5, 3.0])),
        writing=float(random.uniform(3, 12)),
        reply=float(random.choice([60, 240, 720])),
        writing_cv=writing_cv,
    )
    volume, is_open = office_week(float(random.uniform(6, 20)))
    if random.random() < 0.5:
        is_open = np.ones(168, dtype=bool)
    load = volume.sum() * inbox.messages * inbox.writing / 60
    level = load / random.uniform(0.85, 1.0) / is_open.sum()
    reps = np.where(is_open, np.maximum(np.rint(level * random.uniform(0.8, 1.2, 168)), 1), 0)
    within = float(random.choice([60, 120, 240, 480]))
    waiting = int(random.choice([0, 40]))
    return inbox, volume, reps.astype(int), is_open, within, waiting


def compare(seed, replications, writing_cv=1.0):
    """Return the week's error and its noise in points, and the mean backlog of both."""
    inbox, volume, reps, is_open, within, waiting = random_week(seed, writing_cv)
    seen = inbox_simulation.simulate(
        volume, reps, 60, inbox, is_open, within, replications, seed, waiting
    )
    work = InboxWork(inbox.messages, inbox.writing, inbox.reply, writing_cv)
    old = Waiting(np.array([float(waiting)]), np.zeros(1))
    found = evaluate_inbox(volume, hands_of(reps, is_open), work, within, old)
    apart = 100 * np.abs(found["first_reply"].to_numpy() - seen.share)
    noise = 100 * np.average(seen.share_se, weights=volume)
    return np.average(apart, weights=volume), noise, found["backlog"].mean(), seen.backlog.mean()


@pytest.mark.parametrize("seed", [3, 8])
def test_attainment_is_that_of_a_simulation(seed):
    """Within two points of a simulation that shares no code, besides its noise."""
    error, noise, backlog, seen = compare(seed, 30)
    assert error <= 2 + noise
    assert backlog == pytest.approx(seen, rel=0.12, abs=0.5)


def test_a_taut_string_is_the_shortest_course_between_bounds():
    """Held against a projection found by relaxation: any course that a pull can shorten is not."""
    random = np.random.default_rng(5)
    lower = np.concatenate([[0.0], np.cumsum(random.exponential(1, 12))])
    upper = lower + np.concatenate([[0.0], random.uniform(0.2, 4, 11), [0.0]])
    course = taut_string(lower, upper)
    relaxed = (lower + upper) / 2
    for _ in range(20000):
        for place in range(1, 12):
            middle = (relaxed[place - 1] + relaxed[place + 1]) / 2
            relaxed[place] = np.clip(middle, lower[place], upper[place])
    np.testing.assert_allclose(course, relaxed, atol=1e-6)


def test_steady_hands_do_all_the_work():
    """On paper, without chance, every message is written once and nobody works while closed."""
    volume, is_open = office_week()
    steady = steady_hands(Inbox(volume, np.zeros(168), is_open, 60, TICKET), 240)
    before_close = volume[: np.flatnonzero(is_open)[-1] + 1].sum()
    assert steady.sum() == pytest.approx(before_close * 10 / 60)
    assert (steady[~is_open] == 0).all()


@pytest.mark.parametrize("spared", [0.0, 0.8])
def test_one_rep_fewer_anywhere_breaks_a_promise(spared):
    """The requirement is minimal, and every promise is kept."""
    volume, is_open = (part[:48] for part in office_week(7.0))
    inbox = Inbox(volume, np.full(48, spared), is_open, 60, TICKET)
    lowest = np.zeros(48, dtype=np.int64)
    reps = fewest_own_reps(inbox, ReplyPromise(0.8, 120), lowest)
    assert (reps[~is_open] == 0).all()
    assert reps.sum() > 0

    def worst(staff):
        return evaluate_inbox(volume, inbox.hands(staff), TICKET, 120)["first_reply"].min()

    assert worst(reps) >= 0.8
    for place in np.flatnonzero(reps):
        fewer = reps.copy()
        fewer[place] -= 1
        assert worst(fewer) < 0.8, place


def test_hands_that_are_spared_save_reps():
    """What real-time queues leave need not be staffed again; enough of it, nothing at all."""
    volume, is_open = (part[:24] for part in office_week(7.0))
    lowest = np.zeros(24, dtype=np.int64)
    totals = [
        fewest_own_reps(
            Inbox(volume, np.full(24, spared), is_open, 60, TICKET),
            ReplyPromise(0.8, 240),
            lowest,
        ).sum()
        for spared in (0.0, 0.4, 9.0)
    ]
    assert totals[0] > totals[1] > totals[2] == 0


def test_a_promise_that_nobody_can_keep_is_refused():
    """A message takes ten minutes on average: no team writes 80 % of them in five."""
    inbox = Inbox(np.full(4, 3.0), np.zeros(4), np.ones(4, dtype=bool), 60, TICKET)
    with pytest.raises(ValueError, match="No number of reps"):
        fewest_own_reps(inbox, ReplyPromise(0.8, 5), np.zeros(4, dtype=np.int64))


def test_the_time_that_many_messages_take_is_gamma():
    """Few by the function itself, many by its cube root: nobody sees where the one takes over."""
    messages, minutes = np.arange(1.0, 300.0)[:, None], np.linspace(0, 4000, 201)[None]
    exact = gamma.cdf(minutes, messages, scale=10.0)
    np.testing.assert_allclose(TICKET.done_within(messages, minutes), exact, atol=1.5e-4)


def test_reps_far_beyond_need_cost_no_time():
    """An extra zero in a staff file: states that nobody could reach are not followed."""
    some, many = (
        evaluate_inbox(np.full(6, 20.0), hands_of([n] * 6), MAIL, 240) for n in (90, 10**6)
    )
    np.testing.assert_allclose(many["backlog"], some["backlog"], rtol=1e-6)
    np.testing.assert_allclose(many["first_reply"], 1.0, atol=1e-9)
