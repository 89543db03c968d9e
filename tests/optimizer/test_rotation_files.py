"""What a rotation's files say arrives again, and what they cannot mean is refused by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from optimizer.plan_rotation import plan_rotation
from optimizer.rotation import RotationSettings, Swap
from optimizer.rotation_files import (
    read_activations,
    read_rotation,
    read_swaps,
    rotation_table,
)
from tests.optimizer.rotation_cases import MONDAY, away, monday, team, weeks

ROW = "2026-11-30,ada,1,2026-11-30T00:00:00+00:00,2026-12-07T00:00:00+00:00,turn,"
HEADER = "week,rep_id,seat,start,end,kind,instead_of\n"


@pytest.mark.parametrize("timezone", ["Europe/Dublin", "America/Chicago", "Asia/Kathmandu"])
def test_a_rotation_comes_back_as_it_was_written(tmp_path, timezone):
    """What was published is what the next plan builds on, across clock changes too."""
    horizon = weeks(20, MONDAY, timezone)
    settings = RotationSettings(people=2)
    base = plan_rotation(team(5, timezone=timezone), settings, horizon)
    in_week = {
        week: {duty.rep_id for duty in base.duties if duty.week == week}
        for week in (MONDAY, monday(3))
    }
    sick = [away(base.duties[2].rep_id, monday(1), 1, timezone=timezone)]
    giver = min(in_week[MONDAY] - in_week[monday(3)])
    taker = min(in_week[monday(3)] - in_week[MONDAY])
    swaps = [Swap(giver, MONDAY, taker, monday(3))]
    made = plan_rotation(
        team(5, sick, timezone), settings, horizon, history=base.duties, swaps=swaps
    )
    assert {duty.kind for duty in made.duties} == {"turn", "swap", "part_cover"}
    path = tmp_path / "rotation.csv"
    path.write_text(csv_text(rotation_table(made.duties, timezone)))
    assert read_rotation(path, timezone=timezone) == made.duties


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("2026-11-30,ada", "soon,ada", ["row 2", "week", "soon"]),
        (",ada,", ",,", ["row 2", "rep_id"]),
        (",1,", ",0,", ["row 2", "seat"]),
        (",1,", ",9,", ["row 2", "seat"]),
        ("turn,", "tern,", ["row 2", "kind", "tern"]),
        ("turn,", "turn,ben", ["row 2", "instead_of"]),
        ("turn,", "swap,", ["row 2", "instead_of"]),
        ("2026-12-07T", "2026-11-07T", ["row 2", "end"]),
        ("2026-12-07T00:00:00+00:00", "later", ["row 2", "end", "later"]),
        ("turn,", "turn,\n" + ROW.replace("ada", "ben"), ["row 3", "ben", "row 2"]),
    ],
)
def test_a_rotation_that_cannot_be_is_refused(tmp_path, old, new, parts):
    """One line with the row and the column, for whoever edited the file by hand."""
    path = tmp_path / "rotation.csv"
    path.write_text(HEADER + ROW.replace(old, new, 1) + "\n")
    with pytest.raises(InputError) as refused:
        read_rotation(path)
    assert all(part in str(refused.value) for part in parts), str(refused.value)


def test_swaps_and_activations_are_read(tmp_path):
    """The two files that people write by hand."""
    swaps = tmp_path / "swaps.csv"
    swaps.write_text("rep_id,week,with_rep_id,with_week\nada,2026-11-30,ben,2026-12-07\n")
    assert read_swaps(swaps) == (
        Swap("ada", MONDAY, "ben", monday(1), f"{swaps}, row 2"),
    )  # fmt: skip
    called = tmp_path / "activations.csv"
    called.write_text("rep_id,start,end\nada,2026-07-01T02:00,2026-07-01T03:30\n")
    (activation,) = read_activations(called, timezone="Europe/Dublin")
    assert activation.start.isoformat() == "2026-07-01T01:00:00+00:00"
    header = "rep_id,week,with_rep_id,with_week\n"
    at = "2026-07-01T02:00"
    for path, text, word, read in [
        (swaps, f"{header}ada,,ben,2026-12-07\n", "week", read_swaps),
        (swaps, f"{header},2026-11-30,ben,2026-12-07\n", "rep_id", read_swaps),
        (called, f"rep_id,start,end\nada,{at},{at}\n", "end", read_activations),
    ]:
        path.write_text(text)
        with pytest.raises(InputError, match=f"row 2, column {word}"):
            read(path)


@given(st.binary(max_size=200), st.sampled_from([read_rotation, read_swaps, read_activations]))
def test_random_bytes_are_read_or_refused(tmp_path_factory, content, read):
    """Whatever stands in a file, nothing but a line for its owner comes out."""
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes(HEADER.encode() + content)
    try:
        read(path)
    except InputError as error:
        assert "\n" not in str(error)
