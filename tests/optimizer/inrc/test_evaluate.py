"""Every rule of the competition, counted by hand on a fortnight that begins on a Friday."""

import pytest

from optimizer.inrc.evaluate import evaluate
from optimizer.inrc.instance import (
    FREE,
    Contract,
    EntryKind,
    Limit,
    Pattern,
    PatternEntry,
    Request,
    RequestKind,
)
from tests.optimizer.inrc.wards import EARLY, NIGHT, row, ward

#          FSSMTWTFSSMTWT
NOBODY = ".............."
LONG = (4, 5, 6)


def judged(contract, text, **options):
    """Return what one employee's days break, by rule."""
    return evaluate(ward(contract, len(text), **options), [row(text)]).by_rule()


def pattern(*entries):
    """Return a pattern that costs 2."""
    return Pattern("p", 2, entries)


SHIFT_N = PatternEntry(EntryKind.SHIFT, NIGHT)
SHIFT_E = PatternEntry(EntryKind.SHIFT, EARLY)
ANY = PatternEntry(EntryKind.ANY)
NONE = PatternEntry(EntryKind.NONE)


@pytest.mark.parametrize(
    ("rule", "limit", "text", "cost"),
    [
        ("MaxNumAssignments", {"most_shifts": Limit(3, 2)}, "EE..EE..E.....", 4),
        ("MaxNumAssignments", {"most_shifts": Limit(5, 2)}, "EE..EE..E.....", 0),
        ("MinNumAssignments", {"fewest_shifts": Limit(7, 3)}, "EE..EE..E.....", 6),
        ("MinNumAssignments", {"fewest_shifts": Limit(1, 3)}, NOBODY, 3),
        ("MaxConsecutiveWorkingDays", {"most_days": Limit(2, 1)}, "EEEE..NNN...EE", 3),
        ("MinConsecutiveWorkingDays", {"fewest_days": Limit(3, 2)}, "E..EEE.EE..EEE", 6),
        ("MaxConsecutiveFreeDays", {"most_free": Limit(2, 1)}, "....E..E.....E", 5),
        ("MaxConsecutiveFreeDays", {"most_free": Limit(10, 1)}, NOBODY, 4),
        ("MinConsecutiveFreeDays", {"fewest_free": Limit(3, 2)}, "...E..EEEEEE.E", 6),
    ],
)
def test_numbers_and_runs_cost_by_the_unit(rule, limit, text, cost):
    """Each unit beyond a limit costs its weight; nobody's work at all is one spell of free days."""
    assert judged(Contract("c", **limit), text).get(rule, 0) == cost


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ({"fewest_days": Limit(3, 1)}, "E............."),
        ({"fewest_days": Limit(3, 1)}, ".............E"),
        ({"fewest_free": Limit(3, 1)}, ".EEEEEEEEEEEEE"),
        ({"fewest_free": Limit(3, 1)}, "EEEEEEEEEEEEE."),
    ],
)
def test_runs_that_the_period_cuts_are_judged_as_long_as_they_are_seen(limit, text):
    """The competition knows no history: a run of one at either end lacks two of three."""
    assert sum(judged(Contract("c", **limit), text).values()) == 2


@pytest.mark.parametrize(
    ("limit", "text", "cost"),
    [
        ({"most_weekends": Limit(1, 3)}, ".E......E......E............", 6),
        ({"most_weekends": Limit(1, 3)}, ".E.............E............", 0),
        ({"fewest_weekends": Limit(2, 5)}, ".E.............E......E.....", 5),
        ({"fewest_weekends": Limit(2, 5)}, ".............................", 0),
        ({"most_weekends_of_four": Limit(2, 4)}, ".E......E......E......E....", 8),
    ],
)
def test_weekends_are_counted_when_any_of_their_days_is_worked(limit, text, cost):
    """Three in a row, two apart, one alone between two, none, and four in all."""
    assert sum(judged(Contract("c", **limit), text).values()) == cost


def test_four_weeks_are_any_four_weekends_in_a_row():
    """Of five weekends worked, both windows of four hold two more than two."""
    text = ".E......E......E......E......E....."
    assert judged(Contract("c", most_weekends_of_four=Limit(2, 1)), text) == {
        "MaxWorkingWeekendsInFourWeeks": 4
    }


@pytest.mark.parametrize(
    ("weekend", "text", "complete", "same"),
    [
        ((5, 6), ".EE...........", 0, 0),
        ((5, 6), ".E............", 1, 1),
        ((5, 6), "..E...........", 1, 1),
        ((5, 6), ".EN...........", 0, 2),
        (LONG, "EEE...........", 0, 0),
        (LONG, "E.............", 2, 2),
        (LONG, ".E............", 2, 2),
        (LONG, "EE............", 1, 1),
        (LONG, "E.E...........", 4, 1),
        (LONG, "EEN...........", 0, 3),
        (LONG, "E.N...........", 4, 4),
    ],
)
def test_weekends_are_whole_and_of_one_shift(weekend, text, complete, same):
    """As the competition's evaluator numbers them: by runs of work, and by shift types."""
    contract = Contract("c", weekend, complete_weekends=1, same_shift_weekends=10)
    found = judged(contract, text)
    assert found.get("CompleteWeekends", 0) == complete
    assert found.get("IdenticalShiftTypesDuringWeekend", 0) == 10 * same


def test_a_weekend_that_the_period_cuts_is_not_judged():
    """A period of one Saturday holds no weekend, and neither does one that begins on a Sunday."""
    contract = Contract("c", complete_weekends=1, fewest_weekends=Limit(4, 1))
    assert judged(contract, ".E") == {}
    assert judged(contract, ".EE") == {"MinConsecutiveWorkingWeekends": 3}


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("N.............", 7),
        ("NE............", 0),
        ("E.............", 0),
        ("N......N......", 14),
        ("N.....N.......", 7),
    ],
)
def test_no_night_before_a_free_weekend(text, cost):
    """The night of the Friday counts when neither Saturday nor Sunday is worked."""
    found = judged(Contract("c", night_before_free_weekend=7), text)
    assert found.get("NoNightShiftBeforeFreeWeekend", 0) == cost


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("NE............", 1),
        ("N.E...........", 1),
        ("NEE...........", 1),
        ("N..E..........", 0),
        ("NN..E.........", 0),
        ("NN.E..........", 1),
        (".............N", 0),
    ],
)
def test_two_free_days_after_nights(text, times):
    """Another night may follow; other work within two days counts once per last night."""
    found = judged(Contract("c", free_after_nights=3), text)
    assert found.get("TwoFreeDaysAfterNightShifts", 0) == 3 * times


@pytest.mark.parametrize(
    ("entries", "text", "times"),
    [
        ((SHIFT_N, SHIFT_E), "NENE..........", 2),
        ((SHIFT_N, SHIFT_E), "N.E...........", 0),
        ((SHIFT_E, SHIFT_E), "EEE...........", 2),
        ((SHIFT_N, ANY), "NN.N..........", 1),
        ((SHIFT_N, NONE), "NN.N..........", 2),
        ((SHIFT_E, NONE, SHIFT_E), "E.E.E.........", 2),
        ((SHIFT_N, SHIFT_E), ".............N", 0),
    ],
)
def test_unwanted_patterns_count_each_time_they_occur(entries, text, times):
    """Occurrences may overlap; one that the period cuts does not count."""
    contract = Contract("c", patterns=(pattern(*entries),))
    assert judged(contract, text).get("UnwantedPattern p", 0) == 2 * times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        (".EE...........", 1),
        (".E............", 1),
        ("..E...........", 1),
        ("EEE...........", 0),
        (NOBODY, 0),
        (".EE.....EE....", 2),
        ("E......E.EE...", 0),
    ],
)
def test_a_free_friday_before_any_work_of_the_weekend_counts_once(text, times):
    """The evaluator's reading of None, Any, Any on fixed days; other days of the week are free."""
    days = [PatternEntry(EntryKind.NONE, weekday=4)]
    days += [PatternEntry(EntryKind.ANY, weekday=day) for day in (5, 6)]
    contract = Contract("c", patterns=(pattern(*days),))
    assert judged(contract, text).get("UnwantedPattern p", 0) == 2 * times


def test_patterns_on_fixed_days_match_on_those_alone():
    """A night on a Friday before a Saturday's early shift; that of the Monday does not count."""
    friday, saturday = (
        PatternEntry(EntryKind.SHIFT, NIGHT, 4),
        PatternEntry(EntryKind.SHIFT, EARLY, 5),
    )
    contract = Contract("c", patterns=(pattern(friday, saturday),))
    assert judged(contract, "NE.NE..NE.....") == {"UnwantedPattern p": 4}


def test_a_shift_without_its_skill_costs_each_time():
    """Three shifts of somebody without the skill."""
    contract = Contract("c", alternative_skill=5)
    assert judged(contract, "E.N...E.......", skills=()) == {"AlternativeSkillCategory": 15}
    assert judged(contract, "E.N...E.......") == {}


@pytest.mark.parametrize(
    ("kind", "shift", "broken", "kept"),
    [
        (RequestKind.DAY_OFF, FREE, "EN", "."),
        (RequestKind.DAY_ON, FREE, ".", "EN"),
        (RequestKind.SHIFT_OFF, NIGHT, "N", "E."),
        (RequestKind.SHIFT_ON, NIGHT, "E.", "N"),
    ],
)
def test_requests_are_met_or_cost_their_weight(kind, shift, broken, kept):
    """All four kinds, on the third day."""
    asked = (Request(kind, 0, 2, 6, shift),)
    for letters, cost in ((broken, 6), (kept, 0)):
        for letter in letters:
            text = f"..{letter}..........."
            assert sum(judged(Contract("c"), text, requests=asked).values()) == cost


def test_cover_is_to_be_exact():
    """One missing and one too many, each where it is; the cost is not touched."""
    cover = ((1, 0), (0, 0), (2, 1))
    found = evaluate(ward(Contract("c"), 3, cover=cover, people=2), [row("E.E"), row(".NN")])
    assert [(w.day, w.shift, w.wanted, w.found) for w in found.wrong_cover] == [
        (1, NIGHT, 0, 1),
        (2, EARLY, 2, 1),
    ]
    assert found.misplaced == 2
    assert found.cost == 0


def test_a_roster_of_another_shape_is_refused():
    """A row per employee and a shift or FREE per day."""
    with pytest.raises(ValueError, match="1 rows of 3 days"):
        evaluate(ward(Contract("c"), 3), [row("E.")])
