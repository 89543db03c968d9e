"""The simulator must lose nobody, repeat itself, and move as its settings say."""

import math
import os
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from optimizer.concurrency import Handling, completion_rates
from optimizer.staffing import simulation
from optimizer.staffing.message_events import compiled_loop, is_compiled
from optimizer.staffing.simulation import COLUMNS, Tally, simulate, simulate_counts
from optimizer.staffing.simulation_draws import Break, Practice, Work, draw_staff, spread_around
from tests.optimizer.staffing.floor_cases import CALLS, CHAT, DAY, STAFF, conditions

SPREAD = replace(CHAT, writing_cv=0.5, customer_reply_cv=2.0, patience_cv=1.5)
FIRST = replace(CHAT, reply_order="first_replies_first")
LUNCH = (Break(70, 100, 4), Break(150, 185, 5))


def by_whole(work=CHAT, **practice):
    """The same conditions with conversations as wholes, as fast as their messages let them be."""
    handling = Handling(
        work.concurrency, work.rep_messages, work.writing_minutes, work.customer_reply_minutes
    )
    return replace(conditions(work, **practice), rates=tuple(completion_rates(handling)))


PRACTICES = {
    "as it is": conditions(),
    "spread": conditions(SPREAD),
    "first replies first": conditions(FIRST),
    "handed back": conditions(shift_end="hand_back", speed_cv=0.25),
    "wound down": conditions(shift_end="wind_down", wind_down_minutes=20),
    "breaks": conditions(breaks=LUNCH, routing="round_robin"),
    "breaks that all wait for": conditions(FIRST, breaks=LUNCH, break_waits=True),
    "longest idle": conditions(routing="longest_idle", shift_end="hand_back"),
    "whole": by_whole(breaks=LUNCH, break_waits=True, speed_cv=0.25),
    "whole, handed back": by_whole(shift_end="hand_back"),
}


@pytest.mark.parametrize("how", PRACTICES.values(), ids=PRACTICES)
def test_compiled_and_plain_loops_give_the_same_numbers(how):
    """A plan's figures must not depend on whether numba is installed."""
    plain = simulate(DAY, STAFF, how, 4, 1, engine="python")
    compiled = simulate(DAY, STAFF, how, 4, 1, engine="numba")
    pd.testing.assert_frame_equal(plain.table, compiled.table, check_exact=True)
    assert plain.events == compiled.events
    assert plain.events > 1000


def test_without_numba_the_same_is_simulated_plainly(monkeypatch):
    """The extra makes it faster and nothing else; who asks for it by name is told it is missing."""
    expected = simulate(DAY, STAFF, conditions(), 2, 1, engine="numba")
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr("optimizer.staffing.simulation.WORTH_COMPILING", 0)
    compiled_loop.cache_clear()
    try:
        found = simulate(DAY, STAFF, conditions(), 2, 1)
        pd.testing.assert_frame_equal(found.table, expected.table, check_exact=True)
        with pytest.raises(ValueError, match="numba is not installed"):
            simulate(DAY, STAFF, conditions(), 2, 1, engine="numba")
    finally:
        compiled_loop.cache_clear()


@pytest.mark.parametrize("how", PRACTICES.values(), ids=PRACTICES)
def test_every_contact_is_picked_up_or_gone_and_every_message_is_sent_once(how):
    """Nobody is lost on the floor, whatever happens to reps."""
    counts = np.array([DAY])
    contacts = []

    def watch(seen):
        assert seen.picked_up + seen.abandoned == sum(DAY)
        assert seen.waiting == 0
        contacts.append(seen)

    simulate_counts(counts, STAFF, how, 7, watch=watch)
    assert contacts
    for name in COLUMNS[:4]:
        assert (contacts[0].happened[name] <= contacts[0].among[name]).all()


def test_who_waits_for_ever_is_counted_as_waiting():
    """Without patience's end and without reps nobody is picked up and nobody abandons."""
    patient = replace(CHAT, patience_minutes=math.inf)
    seen = []
    simulate_counts(np.array([[5, 5]]), [0, 0], conditions(patient), 1, watch=seen.append)
    assert (seen[0].picked_up, seen[0].abandoned, seen[0].waiting) == (0, 0, 10)


def test_wholes_and_messages_are_nearly_the_same_floor():
    """With many messages a conversation is nearly exponential."""
    whole = simulate(DAY, STAFF, by_whole(), 300, 3).table
    messages = simulate(DAY, STAFF, conditions(), 300, 3).table
    assert whole["slots_busy"].to_numpy() == pytest.approx(messages["slots_busy"], abs=0.04)
    assert whole["pick_up"].to_numpy() == pytest.approx(messages["pick_up"], abs=0.06)
    assert whole["overrun_minutes"][3] == pytest.approx(messages["overrun_minutes"][3], rel=0.15)


def test_when_every_time_doubles_nothing_else_changes():
    """Shares know no unit of time."""
    slow = Work(4, 8.0, 1.5, 8.0, 40.0)
    once = simulate(DAY, STAFF, conditions(), 3, 1)
    twice = simulate(DAY, STAFF, conditions(slow, within=240, interval=120), 3, 1)
    for column in (*COLUMNS[:6], "pick_up_se"):
        assert twice.table[column].to_numpy() == pytest.approx(
            once.table[column].to_numpy(), rel=1e-9, nan_ok=True
        )
    assert twice.table["overrun_minutes"].dropna().to_numpy() == pytest.approx(
        2 * once.table["overrun_minutes"].dropna().to_numpy()
    )


def test_a_seed_makes_the_same_days_and_more_of_them_add_to_those():
    """What was simulated can be repeated, and made more certain."""
    first, again = (simulate(DAY, STAFF, conditions(), 3, 9).table for _ in range(2))
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert not first.equals(simulate(DAY, STAFF, conditions(), 3, 10).table)
    seen = {3: [], 5: []}
    for replications, kept in seen.items():
        counts = np.full((replications, 2), 20)
        simulate_counts(counts, [3, 3], conditions(), 1, watch=kept.append)
    for short, long in zip(seen[3], seen[5], strict=False):
        assert short.happened["pick_up"].tolist() == long.happened["pick_up"].tolist()


def test_who_answers_does_not_matter_when_one_is_answered_at_a_time():
    """With one conversation a rep and reps of one speed, routing decides nothing but names."""
    tables = [
        simulate([60] * 4, [5] * 4, conditions(CALLS, routing=routing), 3, 2).table["pick_up"]
        for routing in ("fewest", "round_robin", "longest_idle")
    ]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])
    assert tables[0].min() < 1


def test_an_even_floor_answers_sooner_than_turns_taken():
    """Who takes turns gets a third conversation while another rep has one."""
    fewest, turns = (
        simulate([50] * 6, [12] * 6, conditions(routing=routing), 40, 3).whole
        for routing in ("fewest", "round_robin")
    )
    noise = math.hypot(fewest["first_reply_se"], turns["first_reply_se"])
    assert fewest["first_reply"] > turns["first_reply"] + 2 * noise


def test_first_replies_first_answers_more_of_them_and_later_replies_wait():
    """Whichever goes first, hands are busy as long."""
    plain, first = (simulate(DAY, STAFF, conditions(work), 60, 4).whole for work in (CHAT, FIRST))
    assert first["first_reply"] > plain["first_reply"] + 0.01
    assert first["follow_up"] < plain["follow_up"]
    assert first["hands_busy"] == pytest.approx(plain["hands_busy"], abs=0.01)


def test_reps_who_hand_back_go_home_and_winding_down_shortens_the_overrun():
    """Overrun is of the leavers' own conversations."""
    keep, wind, back = (
        simulate(DAY, STAFF, conditions(shift_end=end, wind_down_minutes=30), 40, 5).table
        for end in ("keep", "wind_down", "hand_back")
    )
    assert keep["overrun_minutes"].isna().tolist() == [True, True, True, False, False, False]
    assert (back["overrun_minutes"].dropna() == 0).all()
    assert (wind["overrun_minutes"].dropna() < keep["overrun_minutes"].dropna() - 5).all()
    assert (keep["overrun_minutes"].dropna() > 10).all()


def test_later_replies_are_counted_of_reps_on_duty_alone():
    """Who has left answers what was kept, and there is no promise of that: the formulas' law."""
    late, none = simulate([60, 0, 0], [8, 8, 0], conditions(), 30, 6).table["follow_up"][1:]
    assert late > 0.5
    assert math.isnan(none)


@pytest.mark.parametrize("ready", [False, True])
def test_a_loop_that_has_to_be_compiled_says_so_first(monkeypatch, ready):
    """It takes some seconds in which nothing else is told; a loop that is ready is passed over."""
    monkeypatch.setattr(simulation, "is_compiled", lambda loop: ready)
    told = []
    simulate([5], [2], conditions(), 2, 1, engine="numba", progress=lambda *news: told.append(news))
    expected = [(simulation.SIMULATING, 0.5), (simulation.SIMULATING, 1.0)]
    assert told == (expected if ready else [(simulation.COMPILING, 0.0), *expected])


def test_what_was_kept_before_the_loop_changed_is_compiled_again(tmp_path):
    """So it takes its seconds again, and numba looks at the time of the file alike."""
    loop = SimpleNamespace(signatures=[], stats=SimpleNamespace(cache_path=str(tmp_path)))
    assert not is_compiled(loop)
    kept = tmp_path / "message_events.run_messages-14.py311.nbi"
    kept.touch()
    assert is_compiled(loop)
    os.utime(kept, (0, 0))
    assert not is_compiled(loop)
    assert is_compiled(SimpleNamespace(signatures=["(Floor)"]))


def test_on_a_break_nothing_new_is_taken_and_what_is_open_is_ended_or_waits():
    """A break of everybody for an hour leaves its new contacts waiting."""
    both = [
        simulate(
            [40] * 3,
            [10] * 3,
            conditions(breaks=(Break(60, 120, 10),), break_waits=waits),
            30,
            8,
        ).table
        for waits in (False, True)
    ]
    for table in both:
        late = simulate([40] * 3, [10] * 3, conditions(), 30, 8).table
        assert table["pick_up"][1] < 0.06 < late["pick_up"][1]
        assert table["pick_up"][0] == late["pick_up"][0]
    assert both[0]["follow_up"][1] > 0.5
    assert both[1]["follow_up"][1] < 0.1


def test_a_break_is_over_when_its_rep_has_left():
    """Who left on a break does not come back with it, and what waited is finished."""
    how = conditions(breaks=(Break(50, 70, 6),), break_waits=True)
    table = simulate([40, 10], [6, 2], how, 30, 9).table
    assert table["overrun_minutes"][1] > 5
    assert (table["hands_busy"] <= 1).all()


def test_times_have_the_mean_and_spread_that_were_asked_for():
    """Lognormal away from 1, exponential at 1, the same every time at 0."""
    random = np.random.default_rng(1)
    for cv in (0.5, 1.0, 1.8):
        drawn = spread_around(3.0, cv, 200_000, random)
        assert drawn.mean() == pytest.approx(3.0, rel=0.02)
        assert drawn.std() / drawn.mean() == pytest.approx(cv, rel=0.06)
    assert (spread_around(3.0, 0.0, 5, random) == 3.0).all()


def test_staff_is_as_many_as_asked_for_and_speeds_vary():
    """Joins less leaves are the reps on duty; every joiner is a new number."""
    staff = draw_staff([3, 5, 0, 4], 30, Practice(speed_cv=0.25), np.random.default_rng(1))
    assert len(staff.slow) == 9
    assert np.bincount(staff.until).tolist() == [0, 0, 5, 0, 4]
    many = draw_staff([20_000], 30, Practice(speed_cv=0.25), np.random.default_rng(1))
    speed = 1 / many.slow
    assert np.median(speed) == pytest.approx(1, abs=0.01)
    assert speed.std() / speed.mean() == pytest.approx(0.25, abs=0.01)


def test_the_standard_error_is_the_spread_of_what_other_seeds_say():
    """Noise that is shown must be the noise there is."""
    runs = [simulate([40] * 2, [8] * 2, conditions(), 8, seed).table for seed in range(40)]
    for column in ("pick_up", "first_reply", "hands_busy"):
        spread = np.std([run[column][1] for run in runs], ddof=1)
        stated = np.mean([run[f"{column}_se"][1] for run in runs])
        assert stated == pytest.approx(spread, rel=0.4)


def test_one_replication_has_no_standard_error():
    """Noise is seen between replications only."""
    tally = Tally(1)
    tally.add(np.array([1.0]), np.array([2.0]))
    assert tally.ratio()[0] == 0.5
    assert math.isnan(tally.standard_error()[0])
    tally.add(np.array([3.0]), np.array([4.0]))
    # Deviations from 4/6 of each are -1/3 and 1/3: sqrt(2 x 2/9) / 6.
    assert tally.standard_error()[0] == pytest.approx(math.sqrt(4 / 9) / 6)


def test_what_cannot_be_simulated_is_refused():
    """Each fault is named."""
    with pytest.raises(ValueError, match="replication"):
        simulate([1], [1], conditions(), 0, 1)
    with pytest.raises(ValueError, match="reps"):
        simulate([1], [-1], conditions(), 1, 1)
    with pytest.raises(ValueError, match="finite"):
        simulate([math.nan], [1], conditions(), 1, 1)
    with pytest.raises(ValueError, match="concurrency"):
        replace(CHAT, concurrency=0)
    with pytest.raises(ValueError, match="writing_cv"):
        replace(CHAT, writing_cv=-1)
    with pytest.raises(ValueError, match="rates"):
        replace(conditions(), rates=(0.0, 1.0))
    with pytest.raises(ValueError, match="break"):
        Break(5, 5, 1)


def test_an_empty_floor_handles_nothing_but_its_intervals():
    """No contact, no event beyond those of the staff."""
    result = simulate([0, 0], [2, 0], conditions(), 1, 1)
    assert result.events == 6  # two join, two leave, two intervals end
    assert result.table["pick_up"].isna().all()
