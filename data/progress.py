"""How long work tells of its progress: the stage it is in, and the share of the whole, 0 to 1."""

from collections.abc import Callable

Report = Callable[[str, float], None]


def silent(stage: str, share: float) -> None:
    """Tell nobody."""
