"""Laws that the service of any staff obeys, on days that nobody chose."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.leaving import Leaving

few = settings(
    derandomize=True, deadline=None, max_examples=15, phases=[Phase.explicit, Phase.generate]
)
spreads = st.sampled_from([0.3, 0.7, 1.0, 1.0, 1.6])
handlings = st.builds(
    Handling,
    concurrency=st.integers(1, 6),
    rep_messages=st.floats(1, 12),
    writing_minutes=st.floats(0.2, 3),
    customer_reply_minutes=st.floats(0.5, 10),
    patience_minutes=st.floats(2, 60),
    writing_cv=spreads,
    customer_reply_cv=spreads,
    patience_cv=spreads,
    speed_cv=st.sampled_from([0.0, 0.0, 0.25, 0.5]),
    reply_order=st.sampled_from(["first_come", "first_replies_first"]),
)
days = st.lists(st.tuples(st.floats(0, 80), st.integers(0, 14)), min_size=1, max_size=5)
endings = st.builds(
    Leaving, st.sampled_from(["keep", "hand_back", "wind_down"]), st.sampled_from([10.0, 45.0])
)


@few
@example(
    day=[(1e-245, 14), (7.4, 14), (11.6, 2), (1e-08, 3), (24.8, 14)],
    handling=Handling(
        concurrency=6,
        rep_messages=1.5,
        writing_minutes=2.6091587609209927,
        customer_reply_minutes=1.1,
        patience_minutes=27.159810539665592,
        customer_reply_cv=1.6,
        patience_cv=0.7,
        reply_order="first_replies_first",
    ),
    within=1000.0,
    minutes=60,
    leaving=Leaving("keep", 10.0),
)
@given(days, handlings, st.floats(0, 1200), st.sampled_from([15, 60]), endings)
def test_shares_are_shares_and_a_reply_comes_after_its_pick_up(
    day, handling, within, minutes, leaving
):
    """Whatever a planner can type."""
    volume, reps = zip(*day, strict=True)
    table = evaluate(volume, reps, minutes, handling, within, leaving=leaving)
    shares = table.drop(columns=["overrun_minutes", "waiting"]).fillna(0).to_numpy()
    assert (shares >= 0).all()
    assert (shares <= 1).all()
    assert (table["first_reply"] <= table["pick_up"] + 1e-3).all()
    assert table["overrun_minutes"].dropna().ge(0).all()
    assert (table["overrun_minutes"].notna() == (np.diff(reps, prepend=reps[0]) < 0)).all()


@few
@given(
    st.lists(st.tuples(st.floats(0, 80), st.integers(1, 14)), min_size=1, max_size=4),
    handlings,
    st.floats(10, 600),
)
def test_a_rep_more_all_day_never_hurts(day, handling, within):
    """Staffing is monotone: pick-up and first reply are at least as good, within a thousandth."""
    volume, reps = zip(*day, strict=True)
    fewer, more = (
        evaluate(volume, np.array(reps) + extra, 60, handling, within) for extra in (0, 1)
    )
    assert (more["pick_up"] >= fewer["pick_up"] - 1e-3).all()
    assert (more["first_reply"] >= fewer["first_reply"] - 1e-3).all()


@few
@given(days, handlings, st.floats(10, 600), st.floats(0.2, 5))
def test_minutes_may_be_called_hours(day, handling, within, scale):
    """All times longer by a factor, and as many contacts an interval: the same shares."""
    volume, reps = zip(*day, strict=True)
    slower = Handling(
        handling.concurrency,
        handling.rep_messages,
        scale * handling.writing_minutes,
        scale * handling.customer_reply_minutes,
        scale * handling.patience_minutes,
        reply_order=handling.reply_order,
        writing_cv=handling.writing_cv,
        customer_reply_cv=handling.customer_reply_cv,
        patience_cv=handling.patience_cv,
        speed_cv=handling.speed_cv,
    )
    # The number of steps goes by the hour: of quarters there are three, whatever the scale.
    one = evaluate(volume, reps, 15, handling, within)
    other = evaluate(volume, reps, 15 * scale, slower, within * scale)
    for column in ("pick_up", "first_reply", "follow_up", "hands_busy", "slots_busy"):
        np.testing.assert_allclose(one[column], other[column], atol=1e-2)
    np.testing.assert_allclose(
        one["overrun_minutes"] * scale, other["overrun_minutes"], atol=0.02 * scale * 60
    )


@few
@given(handlings, st.floats(5, 100), st.integers(1, 12), st.floats(30, 600))
def test_quarters_make_the_hour(handling, volume, reps, within):
    """An hour of constant rate and staff is four quarters of it, change of staff included."""
    staff = [reps, reps + 2, max(reps - 1, 1)]
    hours = evaluate([volume] * 3, staff, 60, handling, within)
    quarters = evaluate([volume / 4] * 12, np.repeat(staff, 4), 15, handling, within)
    for column in ("pick_up", "first_reply", "hands_busy"):
        pooled = quarters[column].to_numpy().reshape(3, 4).mean(axis=1)
        np.testing.assert_allclose(pooled, hours[column], atol=1e-2)


@few
@given(days, handlings, st.floats(10, 600))
def test_reps_who_hardly_differ_serve_as_reps_who_are_alike(day, handling, within):
    """Uneven speeds are followed by formulas of their own, which must meet those of even ones."""
    volume, reps = zip(*day, strict=True)
    alike, nearly = (
        evaluate(volume, reps, 60, replace(handling, speed_cv=cv), within) for cv in (0.0, 1e-6)
    )
    shares = alike.columns.difference(["overrun_minutes", "waiting"])
    np.testing.assert_allclose(alike[shares], nearly[shares], atol=1e-3)
    np.testing.assert_allclose(
        alike[["overrun_minutes", "waiting"]], nearly[["overrun_minutes", "waiting"]], rtol=1e-3
    )


def test_one_message_one_at_a_time_is_a_call_that_ends_with_its_reply():
    """Erlang A: the first reply is the pick-up and then an exponential call, convolved by hand."""
    call = Handling(1, 1, 6.0, 0.0, patience_minutes=10)
    minutes = np.linspace(0, 12, 49)
    staff = np.full(30, 6)
    picked_up = [
        evaluate(np.full(30, 55.0), staff, 60, call, 60 * wait)["pick_up"].iloc[-2]
        for wait in minutes
    ]
    steps = itertools.pairwise(zip(minutes, picked_up, strict=True))
    expected = picked_up[0] * (1 - np.exp(-12 / 6)) + sum(
        (later - share) * (1 - np.exp(-(12 - (start + end) / 2) / 6))
        for (start, share), (end, later) in steps
    )
    found = evaluate(np.full(30, 55.0), staff, 60, call, 720)["first_reply"].iloc[-2]
    assert found == pytest.approx(expected, abs=1e-4)
