from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import grid, midnight
from forecast.closures import Calendar
from forecast.day_learning import LONGEST_LEAD, learn_day_update
from forecast.day_update import HOURS, DayUpdate
from forecast.days import Floats
from forecast.intraday import FLOOR, update_day
from forecast.rehearsal import PastForecasts
from forecast.series import VolumeForecast

LEVELS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
SCORES = np.array([-1.645, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.645])
DAY = date(2026, 6, 3)


def past_of(actual: Floats, made: float = 100.0) -> PastForecasts:
    """Return a rehearsal that forecast the same for every slot of every day, a day ahead."""
    days = np.arange(len(actual))
    return PastForecasts(
        days + 10,
        10 + days[:, None],
        np.full((len(actual), 1, actual.shape[1]), made),
        actual[:, None],
    )


def busy_days(days: int = 120, common: float = 0.2, own: float = 0.1) -> Floats:
    """Return days of 24 hours of about 100, each day busy or quiet as a whole."""
    rng = np.random.default_rng(1)
    day = rng.normal(0, common, (days, 1)) + rng.normal(0, own, (days, HOURS))
    return np.maximum(np.round(100 * (1 + day)), 0.0)


def forecast_of(
    update: DayUpdate | None,
    *,
    days: int = 3,
    timezone: str = "Europe/Dublin",
    minutes: int = 60,
    first: date = DAY,
    mean: float = 100.0,
    sd: float = 22.0,
) -> VolumeForecast:
    index = grid(
        midnight(first, timezone),
        midnight(first + timedelta(days=days), timezone),
        minutes,
        timezone,
    )
    values = np.maximum(mean + sd * SCORES, 0.0)
    table = pd.DataFrame(np.tile(values, (len(index), 1)), index=index, columns=LEVELS)
    table.insert(0, "mean", mean)
    return VolumeForecast("live", "made", Calendar(timezone, minutes), table, update=update)


def learnt(actual: Floats, made: float = 100.0) -> DayUpdate:
    update = learn_day_update(past_of(actual, made))
    assert update is not None
    return update


BUSY = learnt(busy_days())
CHANCE = learnt(np.random.default_rng(2).poisson(100, (120, HOURS)).astype(float))


def morning(forecast: VolumeForecast, hours: int, contacts: float) -> pd.Series:
    return pd.Series(contacts, index=forecast.table.index[:hours])


def test_a_busy_morning_raises_the_afternoon_and_a_quiet_one_lowers_it() -> None:
    """Days are busy or quiet as a whole here, so what came in the morning tells of the rest."""
    made = forecast_of(BUSY)
    for contacts, low, high in ((130.0, 120.0, 135.0), (70.0, 65.0, 80.0)):
        rest = update_day(made, morning(made, 12, contacts)).table.iloc[:12]
        assert ((rest["q50"] > low) & (rest["q50"] < high)).all()
        assert ((rest["mean"] > low) & (rest["mean"] < high)).all()


def test_what_is_known_of_the_day_makes_the_rest_narrower() -> None:
    """Two parts in three of the error are the day's own, and at noon they are nearly known."""
    made = forecast_of(BUSY)
    width = made.table["q90"] - made.table["q10"]
    narrowed = update_day(made, morning(made, 12, 100.0)).table
    after = (narrowed["q90"] - narrowed["q10"]).iloc[:12]
    assert (after < 0.65 * width.iloc[12:24]).all()
    later = update_day(made, morning(made, 18, 100.0)).table
    assert (later["q90"] - later["q10"]).iloc[0] < 1.05 * after.iloc[0]


def test_where_hours_are_chance_a_busy_morning_says_nothing() -> None:
    """Emergencies come independently; following a busy morning would add error."""
    made = forecast_of(CHANCE, sd=10.0)
    rest = update_day(made, morning(made, 12, 120.0)).table.iloc[:12]
    assert ((rest["q50"] > 98) & (rest["q50"] < 104)).all()


def test_a_morning_as_expected_leaves_the_middle_where_it_was() -> None:
    """Nothing surprising has happened."""
    made = forecast_of(BUSY)
    rest = update_day(made, morning(made, 12, 100.0)).table
    assert rest["q50"].to_numpy() == pytest.approx(100.0, abs=1.0)
    assert rest["mean"].to_numpy() == pytest.approx(100.0, abs=1.0)


def test_the_forecast_begins_when_the_actuals_end() -> None:
    """What has passed is no forecast any more, and a forecast is updated from its morning."""
    made = forecast_of(BUSY)
    updated = update_day(made, morning(made, 12, 110.0))
    assert updated.cutoff == made.table.index[12]
    assert updated.table.index[-1] == made.table.index[-1]
    assert updated.update is None
    with pytest.raises(ValueError, match="does not say how to update"):
        update_day(updated, morning(updated, 2, 110.0))


def test_tomorrow_moves_a_little_and_the_day_after_not_at_all() -> None:
    """What a day's error adds to the next is learnt; beyond that nothing is claimed."""
    known = replace(BUSY, next_day=0.3)
    made = forecast_of(known)
    table = update_day(made, morning(made, 12, 130.0)).table
    assert 101 < table["q50"].iloc[12] < table["q50"].iloc[0]
    assert table.iloc[36:].equals(made.table.iloc[48:])


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=1, max_size=23),
    st.sampled_from([BUSY, CHANCE]),
)
def test_any_morning_leaves_a_distribution(values: list[int | None], known: DayUpdate) -> None:
    """Quantiles stay ordered and at least a tenth of the morning's, whatever came."""
    made = forecast_of(known)
    actual = pd.Series(
        [np.nan if value is None else float(value) for value in values],
        index=made.table.index[: len(values)],
    )
    updated = update_day(made, actual)
    before = made.table.loc[updated.table.index]
    assert (updated.table >= FLOOR * before - 1e-9).all(axis=None)


def test_an_outage_says_nothing_of_the_afternoon() -> None:
    """Contacts that could not come in are no quiet morning."""
    made = forecast_of(BUSY)
    actual = morning(made, 12, 100.0)
    actual.iloc[8:11] = 0.0
    updated = update_day(made, actual)
    assert updated.table["q50"].iloc[:12].to_numpy() == pytest.approx(100.0, abs=2.0)
    [note] = updated.notes
    assert "no contact from 08:00 to 11:00, where 300 were expected" in note


def test_a_day_without_contacts_is_cut_but_not_to_nothing() -> None:
    """It may be an outage or a day off; the planner is told and can say which."""
    made = forecast_of(BUSY)
    updated = update_day(made, morning(made, 12, 0.0))
    rest = updated.table.iloc[:12]
    assert ((rest["q50"] >= FLOOR * 100) & (rest["q50"] < 60)).all()
    [note] = updated.notes
    assert "by 12:00 0 of 1,200 expected contacts had come" in note


def test_past_closed_days_tell_what_is_left_of_a_day_without_contacts() -> None:
    """Where such days stayed empty before, less is left of this one."""
    days = busy_days()
    days[[20, 40, 60, 80, 100]] = 0.0
    made = forecast_of(BUSY)
    nothing = morning(made, 12, 0.0)
    plain = update_day(made, nothing).table["q50"].iloc[0]
    told = update_day(replace(made, update=learnt(days)), nothing).table["q50"].iloc[0]
    assert told < 0.75 * plain


def test_volume_in_a_closed_hour_does_not_count_and_is_told() -> None:
    """The forecast of a closed hour is 0, so no ratio can be made of it."""
    made = forecast_of(BUSY)
    table = made.table.copy()
    table.iloc[:8] = 0.0
    made = replace(made, table=table)
    usual = update_day(made, morning(made, 12, 100.0).mask(made.table["mean"].iloc[:12] == 0, 0.0))
    odd = update_day(made, morning(made, 12, 100.0))
    assert odd.table.equals(usual.table)
    assert "800 contacts came in intervals that the forecast takes as closed" in odd.notes[0]


def test_an_hour_without_an_actual_is_not_an_hour_without_contacts() -> None:
    """A gap is left out, and the sentence says so."""
    made = forecast_of(BUSY)
    actual = morning(made, 12, 130.0)
    actual.iloc[3:5] = np.nan
    updated = update_day(made, actual)
    assert updated.table["q50"].iloc[0] > 120
    assert "2 intervals of today before the last actual have none" in updated.notes[0]


@pytest.mark.parametrize("minutes", [15, 30])
def test_finer_intervals_give_the_update_of_whole_hours(minutes: int) -> None:
    """The update is learnt of hours; a grid of quarters adds up to nearly the same afternoon."""
    parts = 60 // minutes
    made = forecast_of(BUSY)
    # The chance in a count falls with the root of it, the rest in proportion.
    sd = float(np.sqrt(100 / parts + (22**2 - 100) / parts**2))
    finer = forecast_of(BUSY, minutes=minutes, mean=100 / parts, sd=sd)
    by_hour = update_day(made, morning(made, 12, 125.0)).table["q50"].iloc[:12].sum()
    by_part = update_day(finer, morning(finer, 12 * parts, 125.0 / parts)).table
    assert by_part["q50"].iloc[: 12 * parts].sum() == pytest.approx(by_hour, rel=0.03)


def test_a_part_of_an_hour_is_weaker_evidence_than_the_whole() -> None:
    """A quarter of an hour has more chance in it; the rest of its own hour is not thereby known."""
    made = forecast_of(BUSY, minutes=15, mean=25.0, sd=6.0)
    table = update_day(made, morning(made, 4 * 12 + 1, 25.0)).table
    width = (table["q90"] - table["q10"]).iloc[0]
    assert width > 0.5 * (made.table["q90"] - made.table["q10"]).iloc[0]


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Dublin", date(2026, 3, 29), 23),
        ("Europe/Dublin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("Australia/Melbourne", date(2026, 4, 5), 25),
    ],
)
def test_days_of_23_and_25_hours_end_at_local_midnight(
    timezone: str, day: date, hours: int
) -> None:
    """Today is the local day: the update reaches its last hour, and tomorrow is another day."""
    made = forecast_of(replace(BUSY, next_day=0.0), timezone=timezone, first=day)
    updated = update_day(made, morning(made, hours - 12, 130.0)).table
    assert (updated["q50"].iloc[:12] > 120).all()
    assert updated["q50"].iloc[12] == 100.0


def test_learning_sees_each_day_from_its_nearest_origin() -> None:
    """A day that several origins forecast counts once, with the lead that an update has."""
    days = busy_days(60)
    count = len(days) - LONGEST_LEAD
    made = np.full((count, LONGEST_LEAD, HOURS), 500.0)
    made[:, 0] = 100.0
    actual = np.stack([days[place : place + LONGEST_LEAD] for place in range(count)])
    ordinal = np.arange(count)[:, None] + np.arange(LONGEST_LEAD)
    actual[ordinal >= count] = np.nan
    several = PastForecasts(np.arange(count), ordinal, made, actual)
    near = learn_day_update(several)
    alone = learn_day_update(past_of(days[:count]))
    assert near is not None
    assert alone is not None
    assert near.correlation == alone.correlation


def test_a_short_past_is_not_trusted_and_chance_is_not_either() -> None:
    """Trust is found on weeks that the update was not learnt from."""
    assert learnt(busy_days(20)).trust == (0.0,) * HOURS
    assert max(CHANCE.trust) < 0.5
    assert min(BUSY.trust[6:20]) > 0.8


def test_what_was_too_sure_on_other_days_is_made_wider_but_not_wider_than_the_morning() -> None:
    """The width is learnt from errors; knowing more never makes less sure than knowing nothing."""
    widths = []
    for width in (0.8, 1.0, 5.0):
        made = forecast_of(replace(BUSY, width=(width,) * HOURS))
        table = update_day(made, morning(made, 12, 100.0)).table.iloc[:12]
        widths.append((table["q90"] - table["q10"]).iloc[0])
    before = (made.table["q90"] - made.table["q10"]).iloc[0]
    assert widths[1] == pytest.approx(1.25 * widths[0])
    assert widths[2] == pytest.approx(before)


def test_too_short_a_past_teaches_no_update() -> None:
    """A day alone cannot tell what hours have in common."""
    assert learn_day_update(past_of(busy_days(1))) is None


def test_an_update_checks_its_parts() -> None:
    """A damaged one must not silently shift a forecast."""
    with pytest.raises(ValueError, match="24 hours"):
        replace(BUSY, spread=BUSY.spread[:5])
    with pytest.raises(ValueError, match="0 to 1"):
        replace(BUSY, next_day=1.5)
