"""A published rotation changes as little as it must: sick days, late vacations, swaps."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from data.errors import InputError
from optimizer.plan_rotation import plan_rotation
from optimizer.rotation import Swap
from tests.optimizer.rotation_cases import (
    MONDAY,
    PLAIN,
    away,
    check,
    monday,
    on_call,
    team,
    vacations_of_a_year,
    weeks,
)


def test_a_short_absence_in_a_published_week_is_covered_for_its_days():
    """A sick day moves nobody's turn: somebody else takes the day."""
    published = plan_rotation(team(4), PLAIN, weeks(12)).duties
    absences = [away("ben", monday(1) + timedelta(days=2), 1)]
    made = plan_rotation(team(4, absences), PLAIN, weeks(12), history=published)
    changed = [duty for duty in made.duties if duty not in published]
    assert [(duty.rep_id, duty.kind, duty.instead_of, duty.hours) for duty in changed] == [
        ("ben", "turn", "", 48.0),
        (changed[1].rep_id, "part_cover", "ben", 24.0),
        ("ben", "turn", "", 96.0),
    ]
    assert changed[1].rep_id == "dee", "whose own turns are farthest away"
    assert check(made, 1, absences) == timedelta(0)
    again = plan_rotation(team(4, absences), PLAIN, weeks(12), history=made.duties)
    assert again.duties == made.duties


def test_stand_ins_are_shared():
    """Who has stood in is asked last the next time."""
    published = plan_rotation(team(4), PLAIN, weeks(12)).duties
    absences = [away("ben", monday(w) + timedelta(days=1), 1) for w in (1, 5, 9)]
    made = plan_rotation(team(4, absences), PLAIN, weeks(12), history=published)
    stood_in = [duty.rep_id for duty in made.duties if duty.kind == "part_cover"]
    assert sorted(stood_in) == ["ada", "cy", "dee"]


def test_a_late_vacation_moves_as_few_published_turns_as_equal_loads_allow():
    """People have made plans around a published rotation."""
    published = plan_rotation(team(7), PLAIN, weeks(52))
    absences = [away("cy", monday(16), 7)]
    made = plan_rotation(team(7, absences), PLAIN, weeks(52), history=published.duties)
    pairs = zip(on_call(published), on_call(made), strict=True)
    moved = [week for week, (old, new) in enumerate(pairs) if old != new]
    assert on_call(published)[16] == "cy"
    assert 16 in moved
    assert len(moved) <= 2
    assert made.is_even


def test_a_swap_moves_two_weeks_and_nothing_else():
    """Who did not agree to a swap must not notice it, and loads stay as they were."""
    absences = vacations_of_a_year()
    before = plan_rotation(team(7, absences), PLAIN, weeks(52))
    who = on_call(before)
    week, other = next(
        (a, b)
        for a, b in combinations(range(10, 52), 2)
        if who[a] != who[b]
        and not any(
            one.rep_id == name and one.start.date() < monday(w + 1) and one.end.date() > monday(w)
            for one in absences
            for name, w in ((who[a], b), (who[b], a))
        )
    )
    swap = Swap(who[week], monday(week), who[other], monday(other))
    after = plan_rotation(team(7, absences), PLAIN, weeks(52), swaps=[swap])
    assert check(after, 1, absences) == timedelta(0)
    assert on_call(after) == who
    assert after.loads == before.loads
    moved = {duty for duty in after.duties if duty not in before.duties}
    assert {(duty.week, duty.rep_id, duty.kind, duty.instead_of) for duty in moved} == {
        (monday(week), who[other], "swap", who[week]),
        (monday(other), who[week], "swap", who[other]),
    }
    worked = Counter(duty.rep_id for duty in after.duties)
    assert worked == Counter(who)
    undone = [swap, Swap(who[other], monday(week), who[week], monday(other))]
    assert plan_rotation(team(7, absences), PLAIN, weeks(52), swaps=undone).duties == before.duties


def test_a_swapped_week_needs_nobody_to_stand_in():
    """Whoever takes the week of somebody sick is there all of it."""
    published = plan_rotation(team(4), PLAIN, weeks(12)).duties
    absences = [away("ben", monday(1) + timedelta(days=2), 1)]
    swap = Swap("ben", monday(1), "cy", monday(6))  # dee would stand in
    made = plan_rotation(team(4, absences), PLAIN, weeks(12), history=published, swaps=[swap])
    assert all(duty.kind != "part_cover" for duty in made.duties)
    assert [duty.rep_id for duty in made.duties if duty.week == monday(1)] == ["cy"]


def test_a_swap_is_half_done_when_its_first_week_is_over():
    """The other half of the exchange is still owed."""
    swap = Swap("ada", MONDAY, "cy", monday(2))
    first = plan_rotation(team(4), PLAIN, weeks(8), swaps=[swap])
    later = weeks(7, monday(1))
    made = plan_rotation(team(4), PLAIN, later, history=first.duties, swaps=[swap])
    assert made.duties == first.duties[1:]
    with pytest.raises(InputError, match="the history does not say that cy took it for ada"):
        plan_rotation(team(4), PLAIN, later, history=first.duties[1:], swaps=[swap])
    past_both = weeks(5, monday(3))
    done = plan_rotation(team(4), PLAIN, past_both, history=first.duties, swaps=[swap])
    assert done.duties == first.duties[3:]


@pytest.mark.parametrize(
    ("swap", "words"),
    [
        (Swap("ada", MONDAY, "ada", monday(4)), "two people"),
        (Swap("ada", MONDAY, "ben", MONDAY), "two weeks"),
        (Swap("ada", monday(1), "cy", monday(2)), "ada is not on call .* ben is"),
        (Swap("ada", MONDAY, "zed", monday(2)), "zed"),
        (Swap("ada", MONDAY, "ben", date(2026, 12, 9)), "Mondays"),
        (Swap("ada", MONDAY, "ben", monday(99)), "Mondays"),
        (Swap("ben", monday(1), "cy", monday(2)), "cy is absent on 3 of the 7 days"),
    ],
)
def test_a_swap_that_cannot_be_is_refused(swap, words):
    """A swap on paper must not put somebody on call who is away."""
    absences = [away("cy", monday(1) + timedelta(days=2), 3)]
    with pytest.raises(InputError, match=words) as refused:
        plan_rotation(team(4, absences), PLAIN, weeks(8), swaps=[replace(swap, place="s, row 2")])
    assert str(refused.value).startswith("s, row 2: ")
