"""From rows as they were exported to conversations that can be counted, and what that took."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.conversations import COLUMNS, DEFAULT_QUEUE, Conversations
from data.errors import InputError
from data.repairs import Repair

_PAUSE_DAYS = 28
_PAUSES = 20
_FEW = 0.005
_FAR_DAYS = 366
_LONGEST = pd.Timedelta(days=366 * 50)
_LAST_YEAR = 9999


class Tidying:
    """A table on its way to `Conversations`, and the list of what was mended.

    Parameters
    ----------
    table
        Rows as `read_cells` gives them, numbered from 0.
    source
        Name of the file or files, for messages.
    """

    def __init__(self, table: pd.DataFrame, source: str) -> None:
        self.table = table
        self.source = source
        self.repairs: list[Repair] = []

    def conversations(self, start: pd.Timestamp | None) -> Conversations:
        """Mend one thing after the other.

        Parameters
        ----------
        start
            The instant from which nothing may be known; None when all may be.

        Raises
        ------
        InputError
            When nothing is left, or many dates lie far from all the others.
        """
        self._name_queues()
        self._drop_without_creation()
        self._name_without_id()
        self._sort_and_drop_repeated()
        self._drop_after(start)
        self._drop_far()
        self._blank_before_creation()
        ordered = [column for column in COLUMNS if column in self.table]
        return Conversations(self.table[ordered].reset_index(drop=True), tuple(self.repairs))

    def _name_queues(self) -> None:
        if "queue" not in self.table:
            self.table["queue"] = pd.Series(DEFAULT_QUEUE, index=self.table.index, dtype="str")
            return
        nameless = self.table["queue"].isna()
        if nameless.any():
            self.table["queue"] = self.table["queue"].fillna(DEFAULT_QUEUE)
            self._note(
                "without queue", nameless, "name no queue; they were put into the queue "
                f"{DEFAULT_QUEUE!r}"
            )  # fmt: skip

    def _drop_without_creation(self) -> None:
        lost = self.table["created_at"].isna()
        self._drop(lost, "without created_at", "have no creation time and were left out")

    def _name_without_id(self) -> None:
        nameless = self.table["conversation_id"].isna()
        if nameless.any():
            ids = self.table["conversation_id"].copy()
            ids[nameless] = [f"without id {place + 1}" for place in ids.index[nameless]]
            self.table["conversation_id"] = ids
            self._note("without id", nameless, "have no id; each was kept as one conversation")

    def _sort_and_drop_repeated(self) -> None:
        ids = self.table["conversation_id"]
        repeated = bool(ids.duplicated().any())
        if repeated or not self.table["created_at"].is_monotonic_increasing:
            # By queue too, so that the order of the rows does not matter to what is kept.
            self.table = self.table.sort_values(["created_at", "queue"], kind="stable")
        if repeated:
            self._drop(
                self.table["conversation_id"].duplicated(), "repeated id",
                "repeat the id of another row and were left out; the earliest of each was kept",
            )  # fmt: skip

    def _drop_after(self, start: pd.Timestamp | None) -> None:
        if start is not None:
            late = self.table["created_at"] >= start
            self._drop(
                late, "after the start",
                f"were created at or after {start.isoformat()} and were left out: "
                "a plan from then on cannot know them",
            )  # fmt: skip

    def _drop_far(self) -> None:
        created = pd.DatetimeIndex(self.table["created_at"])
        far = find_far_dates(created, f"{self.source}: column created_at")
        kept = created[~far]
        if kept.max() - kept.min() > _LONGEST or kept.max().year == _LAST_YEAR:
            raise InputError(
                f"{self.source}, column created_at: found dates from {kept.min().date()} to "
                f"{kept.max().date()}; mend the dates or the unit they are in"
            )
        if far.any():
            lost = pd.Series(far, index=self.table.index)
            self._drop(lost, "far date", describe_far_dates(created[far]))

    def _blank_before_creation(self) -> None:
        for column in ("assigned_at", "first_reply_at", "closed_at", "abandoned_at"):
            if column in self.table:
                early = self.table[column] < self.table["created_at"]
                if early.any():
                    self.table[column] = self.table[column].mask(early)
                    self._note(
                        "before creation", early,
                        f"have a {column} before their creation; it was taken as not known",
                    )  # fmt: skip

    def _drop(self, lost: pd.Series, kind: str, what: str) -> None:
        if lost.any():
            self._note(kind, lost, what)
            self.table = self.table[~lost]
            if self.table.empty:
                raise InputError(
                    f"{self.source}: no conversation is left; {self.repairs[-1].sentence}"
                )

    def _note(self, kind: str, rows: pd.Series, what: str) -> None:
        count = int(rows.sum())
        self.repairs.append(Repair(kind, count, f"{self.source}: {count} rows {what}."))


def find_far_dates(instants: pd.DatetimeIndex, where: str) -> npt.NDArray[np.bool_]:
    """Say which few instants cannot belong to the same history as the others.

    Raises
    ------
    InputError
        When they are many: more than half a percent, and more than one.
    """
    far = far_from_others(instants)
    if far.sum() > _few(len(far)):
        others = instants[~far]
        raise InputError(
            f"{where}: found {int(far.sum())} dates such as {instants[far].min().date()} that lie "
            f"far from all the others, {others.min().date()} to {others.max().date()}; "
            "mend the dates or the unit they are in"
        )
    return far


def describe_far_dates(instants: pd.DatetimeIndex) -> str:
    """Word what is wrong with rows that are left out for their dates."""
    first, last = instants.min().date(), instants.max().date()
    span = f"{first}" if first == last else f"{first} to {last}"
    return f"are dated far from all the others ({span}) and were left out"


def _few(rows: int) -> int:
    return max(1, int(rows * _FEW))


def far_from_others(instants: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
    """Say which instants cannot belong to the same history as the others.

    The days on which anything happened are cut where nothing happened for four weeks, or for
    twenty times the usual pause if that is longer. The piece with the most conversations is the
    history. Other pieces are far when they are few (half a percent, or one), or when they lie
    farther away than a year and than twice the length of the history.

    Parameters
    ----------
    instants
        In any order.
    """
    days = instants.as_unit("us").asi8 // 86_400_000_000
    known, counts = np.unique(days, return_counts=True)
    pauses = np.diff(known)
    if len(pauses) < 2:
        return np.zeros(len(days), dtype=bool)
    limit = max(float(_PAUSE_DAYS), _PAUSES * float(np.median(pauses)))
    piece = np.concatenate([[0], np.cumsum(pauses > limit)])
    sizes = np.bincount(piece, weights=counts)
    body = known[piece == int(np.argmax(sizes))]
    first, last = int(body[0]), int(body[-1])
    away = np.maximum(first - known, known - last)
    outside = away > 0
    if counts[outside].sum() > _few(len(days)):
        outside = away > max(_FAR_DAYS, 2 * (last - first))
    return np.asarray(np.isin(days, known[outside]))
