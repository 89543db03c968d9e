"""What reps do at the end of a shift with the conversations that are still open."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

ShiftEnd = Literal["keep", "hand_back", "wind_down"]

_SMALL = 1e-9


@dataclass(frozen=True)
class Leaving:
    """How shifts end.

    Parameters
    ----------
    shift_end
        Who leaves keeps what is open and finishes it after the shift (``keep``), hands it back to
        the front of the queue (``hand_back``), or takes nothing new in the last minutes and then
        keeps the rest (``wind_down``).
    wind_down_minutes
        Those last minutes.
    """

    shift_end: ShiftEnd = "keep"
    wind_down_minutes: float = 15.0

    @property
    def hand_back(self) -> bool:
        """Whether what is open goes to others."""
        return self.shift_end == "hand_back"

    @property
    def notice_minutes(self) -> float:
        """Before the end of the shift, from when on nothing new is taken."""
        return self.wind_down_minutes if self.shift_end == "wind_down" else 0.0


KEEP = Leaving()


@dataclass(frozen=True)
class Piece:
    """A part of an interval in which the same reps take new conversations.

    Parameters
    ----------
    interval
        Which.
    minutes
        How long.
    takers
        Reps who take new conversations: those on duty but for who winds down.
    """

    interval: int
    minutes: float
    takers: int


def pieces_of(reps: npt.NDArray[np.int64], minutes: float, leaving: Leaving) -> list[Piece]:
    """Cut intervals where reps begin to wind down; one piece each where nobody does."""
    notice = leaving.notice_minutes
    if notice == 0:
        return [Piece(place, minutes, int(count)) for place, count in enumerate(reps)]
    leavers = leavers_at(reps)
    whole, rest = divmod(notice, minutes)
    if minutes - rest < _SMALL:
        whole, rest = whole + 1, 0.0
    gone = np.concatenate([np.cumsum(leavers), np.full(int(whole) + 2, leavers.sum())])
    pieces = []
    for place, count in enumerate(reps):
        for length, ahead in ((minutes - rest, int(whole)), (rest, int(whole) + 1)):
            if length > _SMALL:
                winding = int(gone[place + ahead] - gone[place])
                pieces.append(Piece(place, length, max(int(count) - winding, 0)))
    return pieces


def leavers_at(reps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many leave at the start of each interval."""
    return np.maximum(-np.diff(reps, prepend=reps[:1]), 0)


def winding_down_in(place: int, minutes: float, notice: float) -> Sequence[tuple[int, float]]:
    """Return at which later intervals' starts those leave who wind down in interval `place`.

    With each the share of the winding down that lies in it.
    """
    shares = []
    for later in range(place + 1, place + 2 + math.ceil(notice / minutes)):
        end = (later - place) * minutes
        inside = min(end, minutes) - max(end - notice, 0.0)
        if inside > _SMALL:
            shares.append((later, inside / notice))
    return shares
