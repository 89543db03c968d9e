"""A leaderboard in words: a tie is called a tie, and nothing is told from too few weeks."""

import pandas as pd

from ui.verdict import verdict


def board(*ranks: int | None) -> pd.DataFrame:
    """Models a, b, … with their ranks."""
    names = [chr(ord("a") + place) for place in range(len(ranks))]
    ranked = pd.Series(ranks, dtype="Int64")
    return pd.DataFrame({"model": names, "rank": ranked, "cutoffs": 8})


def test_a_tie_is_called_a_tie_and_names_all_that_share_it() -> None:
    """Also one that comes after others in the order of WAPE."""
    assert verdict(board(1, 1, 3, 1)) == "Tied for the first place, at 95 %: a, b, d."


def test_a_winner_is_named_alone() -> None:
    """Whoever else is on the board was told apart from it."""
    assert verdict(board(1, 2, 2)) == "a is better than every other model, each at 95 %."


def test_too_few_weeks_tell_nothing() -> None:
    """However far apart the models look."""
    assert verdict(board(None, None)).startswith("8 cutoffs cannot tell differences")
