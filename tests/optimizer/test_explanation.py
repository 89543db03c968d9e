"""What a missed hour is put down to: shares that add up, and go to the cause that was planted."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.concurrency import Handling
from optimizer.explanation import FACTORS, PARTS, add_noise, explain, shapley, summarize
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.birth_death import evaluate

CHAT = Handling(4, rep_messages=6, writing_minutes=1.0, customer_reply_minutes=4)
SLOW = Handling(4, rep_messages=6, writing_minutes=1.3, customer_reply_minutes=4)
LIVE = QueueSettings(CHAT, ServicePolicy(target=0.8, within_seconds=180))


def served(volume, reps, handling=CHAT):
    return evaluate(volume, reps, 60, handling, 180)["first_reply"].to_numpy()


def hours(reached=None, **changes):
    """Four hours that went as planned but for what is changed."""
    volume = [20.0, 26.0, 24.0, 18.0]
    columns = {
        "planned_volume": volume,
        "volume": volume,
        "required": [4, 5, 5, 4],
        "planned": [4, 5, 5, 4],
        "on_duty": [4, 5, 5, 4],
        "judged": volume,
    } | changes
    if "planned" in changes and "on_duty" not in changes:
        columns["on_duty"] = changes["planned"]
    if reached is None:
        reached = served(columns["volume"], columns["on_duty"])
    return pd.DataFrame(columns | {"reached": reached})


def assert_all_is(part, found, reached):
    for other in PARTS:
        if other != part:
            assert np.abs(found[other]).max() < 1e-12, other
    np.testing.assert_allclose(found[part], reached - found["promised"], atol=1e-12)
    assert found[part].min() < -0.05


def test_only_more_volume_is_all_volume():
    """What alone has changed bears all of the gap, and nothing else any."""
    table = hours(volume=[30.0, 34.0, 24.0, 18.0])
    assert_all_is("volume", explain(table, LIVE, CHAT, 60), table["reached"])


def test_only_missing_reps_is_all_absence():
    """As for volume."""
    table = hours(on_duty=[4, 3, 4, 4])
    assert_all_is("absence", explain(table, LIVE, CHAT, 60), table["reached"])


def test_only_fewer_planned_than_required_is_all_shape():
    """As for volume: nobody is absent where everybody who was planned came."""
    table = hours(planned=[4, 3, 4, 4])
    assert_all_is("shape", explain(table, LIVE, CHAT, 60), table["reached"])


def test_only_longer_handling_is_all_handling():
    """As for volume."""
    table = hours(reached=served([20.0, 26.0, 24.0, 18.0], [4, 5, 5, 4], SLOW))
    assert_all_is("handling", explain(table, LIVE, SLOW, 60), table["reached"])


def test_a_day_as_planned_leaves_what_was_reached_to_chance():
    """Nothing but chance is left where all inputs are those of the plan."""
    table = hours(reached=[0.5, np.nan, 1.0, 0.7])
    found = explain(table, LIVE, CHAT, 60)
    assert not np.nan_to_num(found[list(FACTORS)].to_numpy()).any()
    np.testing.assert_allclose(found["chance"], table["reached"] - found["promised"])
    assert found.loc[1].isna().all()


def test_what_an_hour_inherits_is_credited_to_what_made_it():
    """A queue from a surge an hour ago is the surge's, though the hour itself came as forecast."""
    found = explain(hours(volume=[60.0, 26.0, 24.0, 18.0]), LIVE, CHAT, 60)
    assert found["volume"].iloc[1] < -0.1


def test_what_leaving_reps_do_is_what_the_settings_say():
    """Conversations that are handed back wait again: that is the plan's, and not chance."""
    service = ServicePolicy(target=0.8, within_seconds=180, shift_end="hand_back")
    table = hours(**{key: [6, 4, 5, 3] for key in ("required", "planned", "on_duty")})
    volume, counts = table["volume"].to_numpy(), table["on_duty"].to_numpy()
    kept = table["reached"]
    reached = evaluate(volume, counts, 60, CHAT, 180, leaving=service.leaving)["first_reply"]
    assert (reached - kept).abs().max() > 0.02
    found = explain(table.assign(reached=reached), QueueSettings(CHAT, service), CHAT, 60)
    assert np.abs(found[list(PARTS)].to_numpy()).max() < 1e-12


reps = st.lists(st.integers(0, 6), min_size=3, max_size=3)
contacts = st.lists(st.floats(0, 40), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(contacts, contacts, reps, reps, reps, st.sampled_from([CHAT, SLOW]))
def test_margin_and_parts_add_up_to_the_miss(forecast, came, required, planned, on_duty, handling):
    """A planner who adds the points up finds the gap, whatever happened."""
    table = hours(
        reached=[0.1, 0.5, 0.9],
        planned_volume=forecast,
        volume=came,
        required=required,
        planned=planned,
        on_duty=on_duty,
        judged=came,
    )
    found = explain(table, LIVE, handling, 60)
    summed = found[["margin", *PARTS]].sum(axis=1)
    np.testing.assert_allclose(summed, table["reached"] - found["target"], atol=1e-12)


def test_the_sign_is_that_of_the_change():
    """More contacts or fewer reps never help, and the other way round: staffing is monotone."""
    worse = explain(hours(volume=[25.0, 30.0, 28.0, 22.0], on_duty=[3, 4, 4, 3]), LIVE, CHAT, 60)
    better = explain(hours(volume=[15.0, 20.0, 20.0, 14.0], on_duty=[5, 6, 6, 5]), LIVE, CHAT, 60)
    for part in ("volume", "absence"):
        assert (worse[part] < 0).all()
        assert (better[part] > 0).all()


def test_what_is_not_known_is_refused():
    """Without reps nobody can say what absence did."""
    with pytest.raises(ValueError, match="known and at least 0"):
        explain(hours(on_duty=[4, np.nan, 5, 4], reached=[1, 1, 1, 1]), LIVE, CHAT, 60)


worths = st.integers(1, 4).flatmap(
    lambda count: st.lists(
        st.floats(-1, 1, allow_subnormal=False), min_size=1 << count, max_size=1 << count
    )
)


@given(worths)
def test_shares_are_means_over_all_orders(worth):
    """The definition, order by order."""
    factors = len(worth).bit_length() - 1
    gained = np.zeros(factors)
    orders = list(permutations(range(factors)))
    for order in orders:
        changed = 0
        for factor in order:
            gained[factor] += worth[changed | 1 << factor] - worth[changed]
            changed |= 1 << factor
    found = shapley(np.array(worth)[:, None]).ravel()
    np.testing.assert_allclose(found, gained / len(orders), atol=1e-12)


@given(st.lists(st.floats(-1, 1), min_size=5, max_size=5))
def test_factors_that_do_the_same_get_the_same(by_size):
    """Symmetry: where only the number of changed factors counts, all share alike."""
    worth = np.array([by_size[subset.bit_count()] for subset in range(16)])[:, None]
    np.testing.assert_allclose(shapley(worth), (by_size[4] - by_size[0]) / 4, atol=1e-12)


def test_a_number_of_rows_that_is_no_power_of_two_is_refused():
    """There is a row for every set of factors."""
    with pytest.raises(ValueError, match="power of 2"):
        shapley(np.zeros((3, 1)))


def with_noise(table, handling=CHAT, runs=60, seed=1):
    return add_noise(
        explain(table, LIVE, handling, 60), table, LIVE, handling, 60, runs=runs, seed=seed
    )


def test_chance_is_silent_when_what_was_predicted_came():
    """No miss, no points of chance, and nothing said about it."""
    found = with_noise(hours())
    assert np.abs(found["chance"]).max() < 1e-12
    assert not found["chance_alone"].any()


def test_contacts_that_wait_for_each_other_vary_more_than_coins():
    """Behind a long conversation everybody waits; with ample reps each contact is by itself."""
    busy = with_noise(hours(on_duty=[3, 3, 3, 3]), runs=200)
    share, judged = busy["predicted"], hours()["judged"]
    coin = np.sqrt(share * (1 - share) / judged)
    assert (busy["chance_sd"] > 1.5 * coin)[1:].all()
    ample = with_noise(hours(on_duty=[30, 30, 30, 30]), runs=200)
    share = ample["predicted"]
    assert (ample["chance_sd"] < 1.3 * np.sqrt(share * (1 - share) / judged)).all()


def test_one_contact_that_was_late_is_as_rare_as_the_model_says():
    """A single contact is a coin: late with probability 1 less its share in time."""
    ones = [1.0, 1.0, 1.0, 1.0]
    table = hours(planned_volume=ones, volume=ones, judged=ones, reached=[0.0, 0.0, 1.0, 0.0])
    found = with_noise(table)
    late = 1 - found["predicted"]
    np.testing.assert_allclose(found["as_few"], [late[0], late[1], 1.0, late[3]])
    assert found["chance_alone"].tolist() == [*(late[:2] >= 0.05), False, late[3] >= 0.05]


def test_chance_excuses_a_near_miss_and_not_a_collapse():
    """A few too late in one hour is chance; nobody in time for an hour is not."""
    expected = hours()["reached"]
    assert (expected > 0.8).all()
    found = with_noise(hours(reached=[0.0, expected[1], 0.75, expected[3]]), runs=200)
    assert found["chance_alone"].tolist() == [False, False, True, False]
    assert found["as_few"].iloc[0] < 0.001


def test_noise_repeats_with_its_seed():
    """The same question has the same answer."""
    table = hours(on_duty=[3, 4, 4, 4])
    one, same, other = (with_noise(table, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert (one["chance_sd"] != other["chance_sd"]).any()
    with pytest.raises(ValueError, match="at least 2 runs"):
        with_noise(table, runs=1)


def test_a_day_is_the_mean_of_its_contacts_and_adds_up():
    """An hour of many contacts counts for more than one of few; unexplained hours for nothing."""
    table = hours(reached=[0.5, 1.0, np.nan, 0.75], judged=[10, 30, 20, 0])
    found = explain(table, LIVE, CHAT, 60)
    day = summarize(found, table)
    assert day["judged"] == 40
    assert day["reached"] == pytest.approx((10 * 0.5 + 30 * 1.0) / 40)
    assert day[["margin", *PARTS]].sum() == pytest.approx(day["reached"] - 0.8)
    nothing = summarize(found, table.assign(judged=0))
    assert nothing["judged"] == 0
    assert nothing.drop("judged").isna().all()
