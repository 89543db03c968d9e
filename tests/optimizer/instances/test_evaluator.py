"""The evaluator finds every planted violation, and counts penalties as one does by hand."""

from pathlib import Path

import pytest

from optimizer.instances.curtois_qu import parse_instance
from optimizer.instances.evaluator import evaluate
from tests.optimizer.instances.toys import TWO_WEEKS

INSTANCE = parse_instance(TWO_WEEKS, Path("made_up.txt"))
GOOD = {"Ann": "EE---EEE------", "Bob": "-LLLL---------", "Cem": "-LL-----------"}


def roster(**changed):
    """Write a roster of one letter a day; good but for what is changed."""
    return {
        name: tuple(None if letter == "-" else letter for letter in days)
        for name, days in (GOOD | changed).items()
    }


def test_a_good_roster_breaks_nothing_and_costs_what_is_counted_by_hand():
    """Day 5 lacks one E, day 9 one L, day 1 has an L too many; one wish of Ann is met."""
    judged = evaluate(INSTANCE, roster())
    assert judged.broken == ()
    assert judged.penalties == {
        "shift_on_requests": 0,
        "shift_off_requests": 0,
        "cover_under": 100 + 100,
        "cover_over": 1,
    }
    assert judged.objective == 201


def test_wishes_cost_their_weights():
    """Ann not on E on day 1, Bob not on L on day 4, Cem on L on day 5."""
    judged = evaluate(
        INSTANCE, roster(Ann="-----EEEEE----", Bob="-LLL----------", Cem="-LL--L--------")
    )
    assert judged.penalties["shift_on_requests"] == 5
    assert judged.penalties["shift_off_requests"] == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"Ann": "-----LLL------"}, "Ann: works L 3 times, at most 2 allowed"),
        ({"Cem": "E-LL----------"}, "Cem: works E 1 times, at most 0 allowed"),
        ({"Bob": "-LLLLL--LLLL--"}, "Bob: works 5400 minutes, at most 4800 allowed"),
        ({"Bob": "-EEE----------"}, "Bob: works 1440 minutes, at least 2400 due"),
        ({"Bob": "-LLLE---------"}, "Bob: E on day 4 must not follow L"),
        ({"Ann": "----EEEEEE----"}, "Ann: works 6 days in a row from day 4, at most 5 allowed"),
        ({"Ann": "EE---EE--E----"}, "Ann: works 1 days in a row from day 9, at least 2 due"),
        ({"Ann": "EE---EE-EE----"}, "Ann: is off 1 days in a row from day 7, at least 2 due"),
        ({"Bob": "-LL--LL-----LL"}, "Bob: works 2 weekends, at most 1 allowed"),
        ({"Ann": "--EEEEE-------"}, "Ann: works on day 3, a day off"),
    ],
)
def test_a_planted_violation_is_found(changed, sentence):
    """One for every hard rule of the format."""
    assert sentence in evaluate(INSTANCE, roster(**changed)).broken


def test_runs_at_the_ends_of_the_horizon_may_go_on_beyond():
    """One day worked, or one day off, at the begin or the end is not too short."""
    text = TWO_WEEKS.replace("4800,2400,5,2,2,1", "4800,0,5,2,2,2")
    instance = parse_instance(text, Path("made_up.txt"))
    assert evaluate(instance, roster(Ann="E------------E", Bob="-EEE----EE--L-")).broken == (
        "Bob: works 1 days in a row from day 12, at least 2 due",
        "Bob: works on day 9, a day off",
    )
    assert evaluate(instance, roster(Ann="-----EE---EEE-", Bob="-EEE---EE-----")).broken == ()


def test_a_weekend_counts_once_whether_saturday_or_sunday_or_both():
    """Saturday is day 5, Sunday day 6."""
    for days in ("-----EE-------", "-------------", "----EE--------", "------EE------"):
        judged = evaluate(INSTANCE, roster(Ann=days.ljust(14, "-")))
        assert not any("weekends" in sentence for sentence in judged.broken)


def test_a_roster_of_others_is_refused():
    """Names, days and shifts have to be the instance's."""
    with pytest.raises(ValueError, match="names"):
        evaluate(INSTANCE, {"Ann": (None,) * 14})
    with pytest.raises(ValueError, match="14 days"):
        evaluate(INSTANCE, roster(Ann="E"))
    with pytest.raises(ValueError, match="known shifts"):
        evaluate(INSTANCE, roster(Ann="X-------------"))
