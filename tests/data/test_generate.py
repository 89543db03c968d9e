"""The generator is the oracle of calibration and staffing, so it must obey laws of its own."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import generate
from data.clock import grid, midnight
from data.sample_customers import Region, at_christmas
from data.sample_floor import AUTO_CLOSE_S, Conversation, Duty, Floor, TrueHandling
from data.sample_team import SAMPLE_REPS, SITES, duties
from data.samples import SAMPLE_NAMES

MINUTE = 60.0
NEVER = 1e12
ALWAYS = (Duty("one", "chat", 0.0, NEVER),)
ZONE = generate.TIMEZONE


class Average:
    """Stands in for chance: every exponential takes its mean, every break is the same kind."""

    def __init__(self, kind: float = 0.5) -> None:
        self.kind = kind

    def exponential(self, mean: float) -> float:
        return mean

    def random(self) -> float:
        return self.kind


def handling(concurrency: int = 2, **changes: float) -> TrueHandling:
    """One minute to write, three until the customer answers."""
    return TrueHandling(
        concurrency=concurrency,
        **{
            "rep_messages": 2.0,
            "writing_minutes": 1.0,
            "customer_reply_minutes": 3.0,
            "patience_minutes": 5.0,
            **changes,
        },
    )


def asks(minute: float, turns: int = 1, patience: float = NEVER, silent: bool = False):
    created = minute * MINUTE
    return Conversation("chat", created, turns, created + patience * MINUTE, silent)


def run(
    conversations: Sequence[Conversation],
    truth: TrueHandling | None = None,
    team: Sequence[Duty] = ALWAYS,
    rng: object = None,
) -> None:
    Floor({"chat": truth or handling()}, rng or Average()).run(conversations, team, NEVER)


def minutes(*instants: float | None) -> list[float | None]:
    return [None if instant is None else instant / MINUTE for instant in instants]


def test_messages_of_two_conversations_take_turns_in_order_of_arrival() -> None:
    """Worked by hand: hands write 0-1, 1-2, then answers come at 4 and 5, each written at once."""
    one, two = asks(0, turns=2), asks(0.5, turns=2)
    run([one, two])
    assert minutes(one.assigned, one.first_reply, one.closed) == [0, 1, 5]
    assert minutes(two.assigned, two.first_reply, two.closed) == [0.5, 2, 6]
    assert minutes(one.writing, one.customer_gap, one.held) == [2, 3, 5]
    assert minutes(two.writing, two.customer_gap, two.held) == [2, 3, 5.5]
    assert (two.rep_messages, two.customer_messages) == (2, 2)


def test_who_finds_every_place_taken_waits_for_the_first_to_close() -> None:
    """The third of three is picked up at the instant at which a place is free."""
    crowd = [asks(0), asks(0), asks(0.5)]
    run(crowd)
    assert minutes(*(each.assigned for each in crowd)) == [0, 0, 1]
    assert minutes(*(each.closed for each in crowd)) == [1, 2, 3]


def test_patience_ends_at_pick_up() -> None:
    """Who waits beyond their patience is gone; who is picked up before stays, however slow."""
    gone, patient = asks(0.5, patience=0.4), asks(0.6, patience=0.5)
    run([asks(0), gone, patient], handling(concurrency=1))
    assert (gone.assigned, gone.closed) == (None, None)
    assert minutes(gone.abandoned, patient.assigned) == pytest.approx([0.9, 1.0])
    assert patient.abandoned is None


def test_one_who_left_unseen_costs_a_message_and_a_place_for_ten_minutes() -> None:
    """The rep cannot know, so the conversation holds its place until it is closed by the clock."""
    silent = asks(0, turns=9, patience=0.0, silent=True)
    run([silent])
    assert (silent.rep_messages, silent.customer_messages, silent.abandoned) == (1, 1, None)
    assert silent.held == silent.closed == MINUTE + AUTO_CLOSE_S


def test_the_emptiest_rep_on_duty_gets_the_next() -> None:
    """Of equals, the one who has waited longest for a conversation."""
    crowd = [asks(minute, turns=50) for minute in (0, 1, 2, 3)]
    team = [Duty(name, "chat", 0.0, NEVER) for name in ("ann", "ben")]
    run(crowd, handling(concurrency=3), team)
    assert [each.hands.rep_id for each in crowd if each.hands] == ["ann", "ben", "ann", "ben"]


def test_off_duty_finishes_what_it_holds_and_takes_nothing_new() -> None:
    """What comes too late waits for the next duty, and is then picked up at its start."""
    held, late = asks(0, turns=3), asks(5)
    team = [Duty("ann", "chat", 0, 4 * MINUTE), Duty("ann", "chat", 20 * MINUTE, NEVER)]
    run([held, late], team=team)
    assert minutes(held.closed, late.assigned) == [9, 20]


@pytest.mark.parametrize(("kind", "reopened"), [(0.001, 0), (0.004, 1)])
def test_a_break_frees_the_place_and_comes_back_to_its_owner(kind: float, reopened: int) -> None:
    """Put aside at minute 1, it waits from minute 181 for the place that another has taken."""
    first, other = asks(0, turns=2), asks(180.5)
    run([first, other], handling(concurrency=1), rng=Average(kind))
    assert minutes(other.assigned, other.closed) == [180.5, 181.5]
    assert minutes(first.snoozed, first.closed, first.held) == [180.5, 182.5, 2]
    assert (first.reopened, first.customer_gap) == (reopened, 0)


def test_single_messages_one_at_a_time_are_erlangs_queue() -> None:
    """Known value: with 3 reps and 2 erlangs, 4/9 of the contacts wait (Erlang C)."""
    rng = np.random.default_rng(1)
    arrivals = np.cumsum(rng.exponential(0.5, 60_000))
    crowd = [asks(minute) for minute in arrivals]
    team = [Duty(name, "chat", 0.0, NEVER) for name in ("ann", "ben", "eve")]
    run(crowd, handling(concurrency=1), team, rng)
    waits = np.array([each.assigned - each.created for each in crowd])
    assert (waits > 0).mean() == pytest.approx(4 / 9, abs=0.015)
    assert waits.mean() == pytest.approx(4 / 9 * MINUTE, rel=0.06)


@pytest.mark.parametrize("queue", ["live", "normal"])
def test_a_full_rep_completes_what_the_machine_repair_model_says(queue: str) -> None:
    """With every place always taken, hands are busy as long as any of K customers has written."""
    truth = generate.TRUTH[queue]
    rng = np.random.default_rng(1)
    turns = rng.geometric(1 / truth.rep_messages, 4_000)
    crowd = [Conversation(queue, 0.0, int(n), NEVER, silent=False) for n in turns]
    floor = Floor({queue: _without_breaks(truth)}, rng)
    floor.run(crowd, [Duty("one", queue, 0.0, NEVER)], NEVER)
    writing = truth.writing_minutes
    answering = truth.customer_reply_minutes * (1 - 1 / truth.rep_messages)
    terms = np.cumprod(
        [1.0, *(left * writing / answering for left in range(truth.concurrency, 0, -1))]
    )
    busy = 1 - 1 / terms.sum()
    hours = max(each.closed for each in crowd) / 3600
    expected = 60 * busy / (writing * truth.rep_messages)
    assert len(crowd) / hours == pytest.approx(expected, rel=0.03)


def _without_breaks(truth: TrueHandling) -> TrueHandling:
    return handling(
        truth.concurrency,
        rep_messages=truth.rep_messages,
        writing_minutes=truth.writing_minutes,
        customer_reply_minutes=truth.customer_reply_minutes,
        snooze_share=0.0,
        reopen_share=0.0,
    )


def local_days(first: date, days: int, timezone: str) -> pd.DatetimeIndex:
    """Return the quarters of an hour of some local days."""
    return grid(
        midnight(first, timezone), midnight(first + timedelta(days=days), timezone), 15, timezone
    )


def expected_per_day(queue: str, day: date) -> float:
    return float(generate.CUSTOMERS.rate(queue, local_days(day, 1, ZONE)).sum() / 4)


@pytest.mark.parametrize("region", generate.CUSTOMERS.regions.values(), ids=lambda r: r.country)
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_clock_changes_keep_the_local_profile(region: Region, month: int) -> None:
    """Customers live by the wall clock: the same weekday and hour weighs the same all year."""
    instants = local_days(date(2026, month, 1), 28, region.timezone)
    local = instants.tz_convert(region.timezone)
    table = pd.DataFrame({"rhythm": region.rhythm(instants), "day": local.date})
    ordinary = table.groupby("day")["rhythm"].transform("max") > 0.5 * region.on_holidays
    weekday = local.day_of_week
    kept = table[ordinary & (weekday < 5)]
    by_hour = kept["rhythm"].groupby([local[kept.index].day_of_week, local[kept.index].hour])
    share = by_hour.agg(lambda rhythm: (rhythm == rhythm.max()).mean())
    assert (share >= 0.7).all(), "all but the holidays"
    expected = np.outer(region.by_weekday[:5], region.by_hour)
    np.testing.assert_allclose(by_hour.max(), expected.ravel())


@pytest.mark.parametrize(("month", "hours"), [(1, {17}), (7, {16, 17}), (11, {17})])
def test_the_busiest_hour_is_when_both_continents_are_at_work(month: int, hours: set[int]) -> None:
    """Around 17:00 UTC, whichever clocks are in force, though neither region peaks alone there."""
    instants = local_days(date(2026, month, 12), 5, "UTC")
    total = sum(generate.CUSTOMERS.rate(queue, instants) for queue in generate.TRUTH)
    by_hour = pd.Series(total).groupby(instants.hour).mean()
    assert int(by_hour.idxmax()) in hours


def test_holidays_are_quieter_and_special_days_busier() -> None:
    """Each against the same weekday a week before, growth apart."""
    growth = generate.CUSTOMERS.growth_per_year ** (7 / 365.25)

    def ratio(queue: str, *day: int) -> float:
        today = date(*day)
        usual = expected_per_day(queue, today - timedelta(weeks=1))
        return expected_per_day(queue, today) / usual / growth

    assert 0.4 < ratio("normal", 2026, 8, 3) < 0.75, "Irish only"
    assert 0.4 < ratio("normal", 2026, 11, 26) < 0.75, "American only"
    assert ratio("normal", 2025, 12, 25) < 0.35, "both"
    assert ratio("normal", 2026, 6, 16) == pytest.approx(10)
    assert ratio("live", 2026, 6, 16) == pytest.approx(10)
    assert ratio("live", 2026, 3, 11) == pytest.approx(1.7, rel=0.15)
    assert 0.9 < ratio("normal", 2026, 3, 11) < 1.1, "a launch concerns new customers"
    assert 1.5 < ratio("normal", 2026, 2, 11) < 3, "an outage of three hours"
    assert ratio("normal", 2026, 5, 13) == pytest.approx(1), "nothing"


def test_volume_grows_by_the_stated_rate() -> None:
    """The same ordinary weekday a year (52 weeks) later."""
    ratio = expected_per_day("normal", date(2026, 9, 16)) / expected_per_day(
        "normal", date(2025, 9, 17)
    )
    assert ratio == pytest.approx(generate.CUSTOMERS.growth_per_year ** (364 / 365.25))


def test_contacts_come_at_the_expected_rate_and_only_when_open() -> None:
    """Counts over four weeks lie within four standard deviations, the day's noise included."""
    start, end = (midnight(date(2026, 9, day), ZONE) for day in (1, 29))
    drawn = generate.CUSTOMERS.arrivals(start, end, np.random.default_rng(3))
    instants = grid(start, end, 15, ZONE)
    for queue in generate.TRUTH:
        expected = generate.CUSTOMERS.rate(queue, instants).sum() / 4
        created = pd.to_datetime(drawn.loc[drawn["queue"] == queue, "created"], unit="s", utc=True)
        deviation = np.sqrt(expected + (generate.CUSTOMERS.day_noise * expected) ** 2 / 20)
        assert abs(len(created) - expected) < 4 * deviation
        assert generate.CUSTOMERS.is_open(queue, pd.DatetimeIndex(created)).all()


def test_christmas_is_told_by_the_day() -> None:
    """From Christmas Eve to the second of January."""
    days = [date(2025, 12, 23) + timedelta(days=ahead) for ahead in range(12)]
    assert [at_christmas(day) for day in days] == [False, *[True] * 10, False]


@pytest.mark.parametrize("site", SITES)
def test_shifts_keep_to_the_local_clock(site: str) -> None:
    """All year a rep of a site starts at the same hours of the wall clock."""
    people = {rep.rep_id: rep for rep in SAMPLE_REPS if rep.site == site}
    starts: dict[tuple[str, int], set[str]] = {}
    for duty in duties(date(2026, 1, 5), date(2027, 1, 3)):
        if duty.rep_id in people:
            start = pd.Timestamp(duty.start, unit="s", tz="UTC").tz_convert(SITES[site])
            starts.setdefault((duty.rep_id, start.day_of_week), set()).add(f"{start:%H:%M}")
    assert starts
    assert all(len(hours) == 1 for hours in starts.values())


@pytest.mark.parametrize("first", [date(2025, 6, 2), date(2026, 3, 2), date(2026, 10, 5)])
def test_somebody_is_on_duty_whenever_a_queue_is_open(first: date) -> None:
    """Across the weeks in which the three sites change their clocks, each on its own day."""
    weeks = timedelta(weeks=5)
    worked = list(duties(first - timedelta(days=1), first + weeks))
    quarters = grid(midnight(first, ZONE), midnight(first + weeks, ZONE), 15, ZONE)
    seconds = np.asarray((quarters - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1))
    for queue in generate.TRUTH:
        on_duty = sum(
            ((one.start <= seconds) & (seconds < one.end)).astype(int)
            for one in worked
            if one.queue == queue
        )
        bare = generate.CUSTOMERS.is_open(queue, quarters) & (on_duty == 0)
        assert not bare.any(), quarters[bare][:3]


@pytest.fixture(scope="module")
def fortnight() -> pd.DataFrame:
    return generate.simulate(weeks=2)


def test_a_seed_makes_one_sample(fortnight: pd.DataFrame) -> None:
    """Run again the same, to the byte of the file; with another seed another."""
    again = generate.conversations_file(generate.simulate(weeks=2))
    assert generate.conversations_file(fortnight) == again
    other = generate.simulate(weeks=2, seed=2)
    assert not other["created_at"].equals(fortnight["created_at"])


def test_a_short_span_is_the_beginning_of_a_long_one(fortnight: pd.DataFrame) -> None:
    """The future changes nothing that has ended."""
    week = generate.simulate(weeks=1)
    end = midnight(generate.FIRST_DAY + timedelta(weeks=1), ZONE)
    begun = fortnight[fortnight["created_at"] < end]
    ended = (begun["closed_at"] < end) | (begun["abandoned_at"] < end)
    assert len(week) == len(begun)
    assert ended.mean() > 0.95
    pd.testing.assert_frame_equal(week[ended], begun[ended])


def test_the_command_writes_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says which."""
    generate.main(["--out", str(tmp_path / "new"), "--weeks", "1"])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(SAMPLE_NAMES)
    told = capsys.readouterr().out
    assert all(name in told for name in SAMPLE_NAMES)


@pytest.mark.parametrize("weeks", ["0", "79", "many"])
def test_a_span_that_cannot_be_is_refused(weeks: str, tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(SystemExit) as error:
        generate.main(["--out", str(tmp_path / "new"), "--weeks", weeks])
    assert error.value.code == 2
    assert not (tmp_path / "new").exists()
