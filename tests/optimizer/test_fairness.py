"""The ledger and the score: known values, and the laws that make a score worth reading."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.week import WeeklyHours
from optimizer.fairness import PARTS, FairnessSettings, PastRoster, latest, ledger
from optimizer.fairness_files import FAIRNESS_COLUMNS, fairness_table
from optimizer.fairness_kinds import BURDENS, burdens
from optimizer.fairness_score import misplaced, score_of
from optimizer.fairness_shares import deal
from optimizer.local_shifts import minutes_of_week, wall_time
from optimizer.roster import Assignment
from optimizer.staff import Absence, Contract, Preference, Team
from tests.optimizer.roster_cases import ZONE, at, rep, shift, week_coverage

NIGHT = "23:00-06:00"
EVEN = FairnessSettings()


def past(assignments, reps, *, weeks=1, coverage=None, **team):
    people = tuple(rep(one) if isinstance(one, str) else one for one in reps)
    given_ = tuple(Assignment(who, one) for who, one in assignments)
    return PastRoster(at(0, 0), at(7 * weeks, 0), given_, Team(people, **team), coverage)


def counted(*pasts, holidays=()):
    return ledger(pasts, NIGHT, set(holidays))


def row(made, rep_id):
    return made.table.set_index("rep_id").loc[rep_id]


def night(day, **more):
    return shift(day, 22, 30, **more)


def test_what_is_a_night_a_weekend_and_a_holiday_is_told_by_the_rep_s_own_clock():
    """A Dublin night is an afternoon in Sydney, where the weekend also begins earlier."""
    friday_night = shift(4, 22, 30)
    assert burdens([friday_night], ZONE, NIGHT, set())[0].tolist() == [True, False, False, False]
    in_sydney = burdens([friday_night], "Australia/Sydney", NIGHT, {date(2026, 3, 7)})[0]
    assert in_sydney.tolist() == [False, True, True, False]
    standby = shift(5, 9, 17, role="on_call")
    assert burdens([standby], ZONE, NIGHT, set())[0].tolist() == [False, True, False, True]


@given(
    st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 10), timezones=st.just(UTC)),
    st.integers(1, 1500),
    st.sampled_from([ZONE, "America/Chicago", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_the_minutes_of_a_shift_are_those_on_the_wall_one_by_one(start, minutes, zone):
    """Counting on from the first minute is only right where no clock changes on the way."""
    one = replace(shift(0), start=start, end=start + timedelta(minutes=minutes))
    walls = (wall_time(start + timedelta(minutes=number), zone) for number in range(minutes))
    counted = [wall.weekday() * 1440 + wall.hour * 60 + wall.minute for wall in walls]
    assert minutes_of_week(one, zone).tolist() == counted


@pytest.mark.parametrize(("end", "is_night"), [(25, True), (24.75, False)])
def test_a_night_shift_holds_two_hours_of_the_night(end, is_night):
    """A shift that ends at a quarter to one is late, not a night."""
    assert burdens([shift(0, 17, end)], ZONE, NIGHT, set())[0, 0] == is_night


def test_a_night_of_a_clock_change_is_counted_by_its_wall():
    """02:00 to 06:00 on the spring change is three elapsed hours, all of them night."""
    monday = date(2026, 3, 23)
    assert burdens([shift(6, 4, 8, monday=monday)], ZONE, NIGHT, set())[0, 0]
    assert not burdens([shift(6, 5, 9, monday=monday)], ZONE, NIGHT, set())[0, 0]


def test_a_turn_is_owed_by_contract_hours_of_those_who_could_have_it():
    """A half contract owes half; who is away, lacks the skill or takes no standby owes nothing."""
    reps = (
        rep("full"),
        rep("half", contract=Contract(0, 20)),
        rep("away"),
        rep("other", skills=frozenset({"normal"})),
        rep("never", on_call=False),
    )
    absences = (Absence("away", at(0, 0), at(7, 0), "vacation"),)
    nights = [("full", night(day)) for day in range(3)]
    made = counted(past([*nights, ("half", shift(3, role="on_call"))], reps, absences=absences))
    assert row(made, "full")["nights"] == 3
    due = made.table.set_index("rep_id")["nights_due"]
    assert due["full"] == pytest.approx(3 * 40 / 100)
    assert due["half"] == pytest.approx(3 * 20 / 100)
    assert due["never"] == pytest.approx(3 * 40 / 100)
    assert due["away"] == due["other"] == 0
    owed = made.table.set_index("rep_id")["standby_due"]
    assert owed["never"] == owed["away"] == 0
    assert owed["full"] == pytest.approx(2 / 3)
    assert row(made, "half")["standby_hours"] == 8


def test_who_worked_what_the_rules_forbid_owes_it():
    """A team file that has changed since then must not lose a turn."""
    stranger = rep("late", available=WeeklyHours.from_text("Mon-Fri 08:00-18:00"))
    made = counted(past([("late", night(0))], (stranger,)))
    assert row(made, "late")["nights_due"] == row(made, "late")["nights"] == 1


def test_nobody_owes_more_than_the_whole_of_a_shift():
    """Where two are needed and two can, each owes one, whatever their contracts say."""
    able = np.ones((2, 1), dtype=bool)
    assert deal(able, np.array([40.0, 20.0]), np.array([2.0]))[:, 0].tolist() == [1, 1]
    assert deal(able, np.array([40.0, 20.0]), np.array([3.0]))[:, 0].tolist() == [1, 1]
    assert deal(able, np.array([0.0, 0.0]), np.array([1.0]))[:, 0].tolist() == [0.5, 0.5]


@given(
    st.integers(1, 6).flatmap(
        lambda reps: st.tuples(
            st.lists(st.sampled_from([0.0, 20.0, 32.0, 40.0]), min_size=reps, max_size=reps),
            st.lists(
                st.tuples(st.integers(0, 8), st.lists(st.booleans(), min_size=reps, max_size=reps)),
                min_size=1,
                max_size=4,
            ),
        )
    )
)
def test_what_is_owed_adds_up_to_what_there_is(case):
    """Nothing is lost, nobody owes what they could not have, nobody more than one of a shift."""
    weights, columns = case
    able = np.array([flags for _, flags in columns]).T
    counts = np.array([float(count) for count, _ in columns])
    owed = deal(able, np.array(weights), counts)
    assert np.allclose(owed.sum(axis=0), np.minimum(counts, able.sum(axis=0)))
    assert (owed[~able] == 0).all()
    assert (owed >= 0).all()
    assert (owed <= 1 + 1e-9).all()


def test_requests_for_and_against_are_counted_where_they_were_denied():
    """Working in a time one would rather not, and not working in one that was asked for."""
    wishes = (
        Preference("ana", at(0, 12), at(0, 20), -1),
        Preference("ana", at(1, 0), at(2, 0), 1),
        Preference("ana", at(8, 0), at(9, 0), -1),
        Preference("ben", at(0, 0), at(1, 0), 2),
        Preference("ben", at(1, 0), at(2, 0), 0.0, "never"),
    )
    worked = [("ana", shift(0)), ("ben", shift(0))]
    made = counted(past(worked, ("ana", "ben"), preferences=wishes))
    assert row(made, "ana")[["requests", "requests_made"]].tolist() == [2, 2]
    assert row(made, "ben")[["requests", "requests_made"]].tolist() == [0, 1]
    assert row(made, "ana")["requests_due"] == pytest.approx(4 / 3)


def test_gaps_are_rep_hours_that_were_required_and_not_covered():
    """Three of twenty-four half hours are missing: 87.5 of 100."""
    coverage = week_coverage("live", days=1).assign(required_primary=1, understaffing=0)
    coverage.loc[:2, "understaffing"] = 1
    made = counted(replace(past([], ("ana",), coverage=coverage), interval_minutes=30))
    assert (made.required_hours, made.missing_hours) == (12, 1.5)
    score = score_of(made, EVEN)
    assert score.parts[0].score == score.total == 87.5


def test_equal_loads_are_100_and_nothing_to_share_is_no_score():
    """A team that shares evenly has nothing to improve; no turns say nothing."""
    made = counted(past([("ana", night(0)), ("ben", night(1))], ("ana", "ben")))
    assert score_of(made, EVEN).total == 100
    idle = score_of(counted(past([], ("ana",))), EVEN)
    assert idle.total is None
    assert all(one.score is None for one in idle.parts)


def test_a_known_score_with_its_weights():
    """Four nights with one of two: two lie wrong; one weekend cannot be shared better."""
    given_ = [("ana", night(day)) for day in range(4)] + [("ben", shift(5))]
    made = counted(past(given_, ("ana", "ben")))
    score = score_of(made, FairnessSettings(nights=3.0))
    parts = {one.name: one for one in score.parts}
    assert (parts["nights"].score, parts["nights"].amiss) == (50, 2)
    assert parts["weekends"].score == 100
    assert score.total == pytest.approx((3 * 50 + 100) / 4)
    assert score_of(made, FairnessSettings(nights=0.0)).total == 100


loads = st.integers(2, 6).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 9), min_size=size, max_size=size),
        st.lists(st.integers(1, 5), min_size=size, max_size=size),
    )
)


def owed_of(carried, hours):
    return sum(carried) * np.array(hours, dtype=float) / sum(hours)


@given(loads)
def test_moving_a_turn_from_who_has_most_to_who_has_least_never_lowers_the_score(case):
    """A planner who helps must not be told that it got worse."""
    carried, hours = case
    owed = owed_of(carried, hours)
    before = np.array(carried, dtype=float)
    most, least = int(np.argmax(before - owed)), int(np.argmin(before - owed))
    if before[most] == 0 or most == least:
        return
    after = before.copy()
    after[most] -= 1
    after[least] += 1
    assert misplaced(after, owed) <= misplaced(before, owed)


@given(loads, st.randoms(use_true_random=False))
def test_who_is_who_does_not_matter(case, random):
    """A permutation of the people leaves every part as it is."""
    carried, hours = case
    order = list(range(len(carried)))
    random.shuffle(order)
    owed = owed_of(carried, hours)
    mixed = np.array([carried[place] for place in order], dtype=float)
    assert misplaced(mixed, owed[order]) == misplaced(np.array(carried, dtype=float), owed)


@given(loads, st.integers(2, 4))
def test_a_team_twice_as_large_with_the_same_people_has_the_same_score(case, times):
    """The score is a share of turns: it does not depend on the size of the team."""
    carried, hours = np.array(case[0], dtype=float), np.array(case[1], dtype=float)
    owed = owed_of(carried, hours)
    many = misplaced(np.tile(carried, times), np.tile(owed, times))
    assert many == times * misplaced(carried, owed)


@given(loads)
def test_no_fewer_moves_put_everybody_right(case):
    """The turns that lie wrong are the fewest that have to move: counted by moving one by one."""
    carried, hours = np.array(case[0], dtype=float), np.array(case[1], dtype=float)
    owed = owed_of(carried, hours)
    moved, moves = carried.copy(), 0
    while misplaced(moved, owed):
        moved[np.argmax(moved - owed)] -= 1
        moved[np.argmin(moved - owed)] += 1
        moves += 1
    assert moves == misplaced(carried, owed)
    assert (moved <= np.ceil(owed - 1e-9)).all()
    assert (moved >= np.floor(owed + 1e-9)).all()


def test_only_the_last_weeks_count_and_each_moment_once():
    """A plan made anew for a week that was planned before takes its place."""
    monday = at(0, 0)
    week = timedelta(weeks=1)

    def made(number, weeks=1):
        begin = monday + number * week
        one = Assignment("ana", replace(night(0), start=begin, end=begin + timedelta(hours=8)))
        return PastRoster(begin, begin + weeks * week, (one,), Team((rep("ana"),)))

    kept = latest([made(0), made(1, weeks=2), made(2)], monday + 3 * week, 2, ZONE)
    assert [(one.begin, one.end) for one in kept] == [
        (monday + week, monday + 2 * week),
        (monday + 2 * week, monday + 3 * week),
    ]
    assert latest([made(0)], monday, 13, ZONE) == latest([], monday, 13, ZONE) == ()
    assert ledger((), NIGHT, ()) is None


def test_thirteen_weeks_over_a_clock_change_begin_at_a_local_midnight():
    """A window of weeks is a window of wall time."""
    until = datetime(2026, 11, 2, tzinfo=UTC)
    one = PastRoster(until - timedelta(weeks=20), until, (), Team((rep("ana"),)))
    (kept,) = latest([one], until, 13, ZONE)
    assert kept.begin == datetime(2026, 8, 2, 23, tzinfo=UTC)


def test_people_who_joined_and_left_are_each_counted_for_their_time():
    """Whoever left keeps a row; whoever joined owes nothing of before."""
    first = past([("ana", night(0)), ("old", night(1))], ("ana", "old"))
    week = timedelta(weeks=1)
    later = [("ana", replace(night(0), start=at(7, 22), end=at(8, 6)))]
    second = replace(past(later, ("ana", "new")), begin=first.begin + week, end=first.end + week)
    made = counted(first, second)
    assert made.table["rep_id"].tolist() == ["ana", "new", "old"]
    assert row(made, "new")["nights_due"] == 0.5
    assert row(made, "old")["nights_due"] == 1
    assert made.excess()["ana"]["nights"] == pytest.approx(0.5)


def test_the_excess_of_every_part_adds_up_to_nothing():
    """What one carried too much others carried too little."""
    given_ = [("ana", night(0)), ("ben", shift(5)), ("ana", shift(6, role="on_call"))]
    excess = counted(past(given_, ("ana", "ben", "cleo")), holidays=[date(2026, 3, 2)]).excess()
    for part in PARTS:
        assert sum(one[part] for one in excess.values()) == pytest.approx(0)
    assert excess["ana"]["holidays"] > 0


def test_the_file_has_a_row_per_rep_and_no_rests_of_sums():
    """The file is what the screen and the command show."""
    made = counted(past([("ana", night(0))], ("ana", "ben", "cleo")))
    table = fairness_table(made)
    assert table.columns.tolist() == list(FAIRNESS_COLUMNS)
    assert table["nights_excess"].tolist() == [0.67, -0.33, -0.33]
    assert not (np.signbit(table["weekends_excess"])).any()
    assert set(BURDENS) < set(PARTS)


@pytest.mark.parametrize("wrong", [{"weeks": 0}, {"nights": -1.0}, {"gaps": float("nan")}])
def test_settings_that_mean_nothing_are_refused(wrong):
    """A weight below nothing would reward unfairness."""
    with pytest.raises(ValueError):
        FairnessSettings(**wrong)


def test_a_past_roster_ends_after_it_begins():
    """A stretch without time has no weeks to count."""
    with pytest.raises(ValueError):
        PastRoster(at(1, 0), at(1, 0), (), Team((rep("ana"),)))


def test_a_table_of_nothing_required_is_no_gap():
    """Without a requirement the part is left out, not full marks."""
    coverage = pd.DataFrame(
        columns=["queue", "interval_start", "required_primary", "required_on_call", "understaffing"]
    )
    assert score_of(counted(past([], ("ana",), coverage=coverage)), EVEN).parts[0].score is None
