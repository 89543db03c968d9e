"""What was mended in the input, so that nothing is changed silently."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Repair:
    """Something in the input that was changed or left out so that the rest could be used.

    Parameters
    ----------
    kind
        A short name, such as ``repeated id`` or ``gap``.
    count
        How many rows or intervals it touched.
    sentence
        What was found and what was done, for the planner.
    """

    kind: str
    count: int
    sentence: str
