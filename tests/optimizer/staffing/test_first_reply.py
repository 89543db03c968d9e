"""The delay from pick-up to the reply: known values, and quadrature against simulation by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.drain import drain
from optimizer.staffing.first_reply import PICK_UP, reply_delay
from optimizer.staffing.pickup import Line, picked_up_within

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
CALL = Handling(1, rep_messages=1, writing_minutes=6, customer_reply_minutes=0, patience_minutes=10)


def test_with_empty_hands_a_reply_takes_the_time_of_writing():
    """Nothing waits before it: exponential."""
    delay = reply_delay(CHAT)
    assert delay.within(2.0)[0] == pytest.approx(1 - math.exp(-2 / 0.75))


def test_one_other_conversation_is_at_the_hands_in_the_share_of_its_writing():
    """A reply waits for the other a share a / (a + c') of the time: then it is Erlang of two."""
    share = 0.75 / (0.75 + 4 * 7 / 8)
    x = 2 / 0.75
    expected = 1 - math.exp(-x) - share * x * math.exp(-x)
    assert reply_delay(CHAT).within(2.0)[1] == pytest.approx(expected)


def test_more_others_never_make_a_reply_quicker():
    """By level the share in time falls."""
    for minutes in (0.1, 1.0, 5.0):
        assert (np.diff(reply_delay(CHAT).within(minutes)) < 0).all()


@pytest.mark.parametrize("uneven", [0.0, 0.4])
@pytest.mark.parametrize("minutes", [1.0, 4.0, 30.0])
def test_wait_and_reply_after_it_are_convolved(minutes, uneven):
    """The sum of the wait and of writing, drawn at random."""
    random = np.random.default_rng(1)
    line, draws = Line(3, 4, 1.2, 0.05), 400_000
    delay = reply_delay(replace(CHAT, speed_cv=uneven))
    ahead = 5
    rates = 1.2 + 0.05 * np.arange(ahead + 1)
    wait = (random.exponential(1.0, (draws, ahead + 1)) / rates).sum(axis=1)
    stays = random.exponential(20.0, draws) > wait
    count, speed = delay.columns
    met = random.choice(len(count), draws, p=delay.stages[3])
    reply = random.gamma(count[met], 0.75) / speed[met]
    simulated = float((stays & (wait + reply <= minutes)).mean())
    assert delay.after_queue(line, (minutes,), 8)[0, ahead] == pytest.approx(simulated, abs=3e-3)


def test_a_reply_that_takes_no_time_is_pick_up():
    """As writing gets short, first reply and pick-up become one."""
    quick = reply_delay(Handling(4, 8, 1e-6, 4.0))
    line = Line(3, 4, 1.2, 0.05)
    np.testing.assert_allclose(
        quick.after_queue(line, (3.0,), 10), PICK_UP.after_queue(line, (3.0,), 10), atol=1e-4
    )
    np.testing.assert_array_equal(
        PICK_UP.after_queue(line, (3.0,), 10), picked_up_within(line, (3.0,), 10)
    )


def test_joiners_reply_to_the_first_of_the_queue_in_turns():
    """Two come with three slots each: two are written at once, two second, two third."""
    after = reply_delay(Handling(3, 8, 0.75, 4.0)).after_change(np.array([0.2, 0.1]), 2, 3, 2.0, 9)
    x = 2 / 0.75
    first = 1 - math.exp(-x)
    second = first - x * math.exp(-x)
    third = second - x * x / 2 * math.exp(-x)
    expected = [first, first, second, second, third, third, 0.2, 0.1, 0.1]
    assert after.tolist() == pytest.approx(expected)


def test_a_reply_is_as_quick_as_the_rep_who_is_met():
    """A mixture over lognormal speeds, whose quick ones are met the more, the busier all are.

    On the phone a rep completes as many calls as speed, mean √(1 + cv²), says; reps with nothing to
    do are met alike. Halfway between, by a fine rule of quadrature.
    """
    uneven = 0.4
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    speed = np.exp(math.sqrt(math.log1p(uneven**2)) * nodes)
    met = weights / weights.sum() * (1 + speed / math.sqrt(1 + uneven**2)) / 2
    for minutes in (1.0, 6.0, 15.0):
        expected = met @ -np.expm1(-speed * minutes / 6)
        found = reply_delay(replace(CALL, speed_cv=uneven)).within(minutes)
        assert found == pytest.approx(expected, abs=1e-4)


def test_a_call_outlasts_the_shift_by_the_mean_over_reps():
    """Of exponential calls the whole is left, and slow reps leave as often as quick ones."""
    left = drain(replace(CALL, speed_cv=0.3)).after
    assert left == pytest.approx([0, 6 * math.sqrt(1 + 0.3**2)], rel=1e-6)


@pytest.mark.parametrize("spread", [0.5, 2.0])
def test_what_is_left_of_a_call_under_way_is_longer_the_more_calls_differ(spread):
    """The inspection paradox: it is likely a long one, half of 1 + cv² means are left of it."""
    left = drain(replace(CALL, writing_cv=spread)).after
    assert left == pytest.approx([0, 6 * (1 + spread**2) / 2])


def test_only_the_message_under_way_is_likely_a_long_one():
    """A rep who writes all the time ends what is left of one message and then whole ones.

    Of one conversation, geometric: M - 1 more messages on average, whatever their spread.
    """
    busy = Handling(1, 4, 0.75, 0.0, writing_cv=2.0)
    assert drain(busy).after[1] == pytest.approx(0.75 * (1 + 4) / 2 + 3 * 0.75, rel=1e-4)


def test_a_lone_call_is_answered_when_it_is_over():
    """With one message a call, the first reply is the end: sure to come, and as long as a call."""
    table = evaluate([3.0], [40], 60, CALL, 360)
    assert table["first_reply"][0] == pytest.approx(1 - math.exp(-1), abs=1e-9)
    assert np.isnan(table["follow_up"][0])


def test_who_leaves_an_idle_floor_leaves_at_once_and_a_full_one_works_on():
    """Overrun: nothing at an empty floor; at a full one as long as a rep drains all slots."""
    idle = evaluate([0.0, 0.0], [5, 2], 60, CHAT, 120)
    assert np.isnan(idle["overrun_minutes"][0])
    assert idle["overrun_minutes"][1] == pytest.approx(0, abs=1e-9)
    full = evaluate([900.0, 900.0], [5, 2], 60, CHAT, 120)["overrun_minutes"][1]
    assert full == pytest.approx(drain(CHAT).after[4], rel=1e-3)


def test_a_lone_conversation_met_at_any_time_is_drained_by_hand():
    """With the hands: 8 writings and 7 answers; with the customer one answer more."""
    at_hands = 0.75 / (0.75 + 3.5)
    assert drain(CHAT).after[1] == pytest.approx(8 * 0.75 + 7 * 4 + (1 - at_hands) * 4)
    assert drain(CALL).after.tolist() == pytest.approx([0, 6], rel=1e-4)


@pytest.mark.parametrize("spread", [0.75, 0.9, 1.5, 3.0])
def test_a_reply_met_at_any_time_is_long_where_replies_are_uneven(spread):
    """The one under way has c (1 + cv²) / 2 minutes left; those after it are as long as all."""
    uneven = Handling(2, 8, 0.75, 4.0, customer_reply_cv=spread)
    at_hands = 0.75 / (0.75 + 3.5)
    left = (1 - at_hands) * 4 * (1 + spread**2) / 2
    assert drain(uneven).after[1] == pytest.approx(8 * 0.75 + 7 * 4 + left)
    assert (drain(uneven).after[2] > drain(CHAT).after[2]) == (spread > 1)


@pytest.mark.parametrize("level", [2, 4])
def test_a_rep_drains_conversations_as_fast_as_drawn_message_by_message(level):
    """Each open conversation waits for the hands or for its customer; the longest ends it."""
    random = np.random.default_rng(level)
    stages = np.array(reply_delay(Handling(level + 1, 8, 0.75, 4.0)).stages[level])
    drained = []
    for pending in random.choice(level + 1, 4000, p=stages[: level + 1]):
        waiting, away, now = int(pending), level - int(pending), 0.0
        while waiting + away:
            write, answer = (waiting > 0) / 0.75, away / 4
            now += random.exponential(1 / (write + answer))
            if random.random() < write / (write + answer):
                waiting -= 1
                away += random.random() >= 1 / 8
            else:
                waiting, away = waiting + 1, away - 1
        drained.append(now)
    error = np.std(drained) / len(drained) ** 0.5
    assert drain(CHAT).after[level] == pytest.approx(np.mean(drained), abs=4 * error)
