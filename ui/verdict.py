"""What a leaderboard says in words: which model is best, and which cannot be told from it."""

import pandas as pd


def verdict(board: pd.DataFrame) -> str:
    """Say which models of a queue's leaderboard are best, ties called ties.

    Parameters
    ----------
    board
        Rows of one queue of `forecast.accuracy.leaderboard`, by rising WAPE.
    """
    if board["rank"].isna().all():
        return (
            f"{_count(int(board['cutoffs'].max()), 'cutoff')} cannot tell differences between "
            "models from luck; that takes six weeks that do not overlap."
        )
    ties = [str(model) for model in board.loc[board["rank"] == 1, "model"]]
    if len(ties) == 1:
        return f"{ties[0]} is better than every other model, each at 95 %."
    return f"Tied for the first place, at 95 %: {', '.join(ties)}."


def _count(number: int, noun: str) -> str:
    """Count in words.

    Examples
    --------
    >>> _count(1, "cutoff"), _count(2, "cutoff")
    ('1 cutoff', '2 cutoffs')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
