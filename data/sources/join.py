"""Several files made one table, in which an id names one conversation."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.repairs import Repair


def join_files(
    tables: Sequence[pd.DataFrame], paths: Sequence[Path]
) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Put tables below each other.

    Every tool counts its conversations from 1. An id that stands in two files with two creation
    times is two conversations, and the later file's is renamed; with one creation time it is one.

    Parameters
    ----------
    tables
        Rows as `read_cells` gives them, a table per file.
    paths
        The files.

    Returns
    -------
    tuple
        The table, its rows numbered from 0; and what was renamed.
    """
    if len(tables) == 1:
        return tables[0], ()
    whole = pd.concat(tables, ignore_index=True)
    kinds = {name: table[name].dtype for table in tables for name in table}
    # Columns that only some files have lose their type where the others are filled.
    whole = whole.astype({name: kind for name, kind in kinds.items() if whole[name].dtype != kind})
    files = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    names = _new_names(whole, files, paths)
    if not names:
        return whole, ()
    keys = pd.MultiIndex.from_arrays([files, whole["conversation_id"]])
    new = pd.Series(names, dtype="str").reindex(keys).to_numpy()
    whole["conversation_id"] = whole["conversation_id"].where(pd.isna(new), new).astype("str")
    sentence = (
        f"{', '.join(path.name for path in paths)}: {len(names)} ids stand in several files with "
        "different creation times; they are different conversations, and all were kept."
    )
    return whole, (Repair("same id in two files", len(names), sentence),)


def _new_names(
    whole: pd.DataFrame, files: npt.NDArray[np.intp], paths: Sequence[Path]
) -> dict[tuple[int, str], str]:
    """Return another name for an id of a file that means another conversation elsewhere."""
    rows = whole[["conversation_id", "created_at"]].assign(file=files).dropna()
    shared = _in_several(rows, "file") & _in_several(rows, "created_at")
    # A name that was given when the same files were joined before is recognised.
    known: dict[str, set[pd.Timestamp]] = {}
    if shared.any():
        given = rows[rows["conversation_id"].str.endswith(")")]
        for name, time in zip(given["conversation_id"], given["created_at"], strict=True):
            known.setdefault(name, set()).add(time)
    names: dict[tuple[int, str], str] = {}
    seen: dict[str, set[pd.Timestamp]] = {}
    mine = rows[shared]
    times: dict[tuple[int, str], set[pd.Timestamp]] = {}
    for file, name, time in mine[["file", "conversation_id", "created_at"]].itertuples(index=False):
        times.setdefault((file, name), set()).add(time)
    for (file, name), mine_at in times.items():
        earlier = seen.setdefault(name, set())
        if earlier and earlier.isdisjoint(mine_at):
            names[(file, name)] = _free_name(name, paths[file].name, mine_at, known)
        earlier.update(mine_at)
    return names


def _in_several(rows: pd.DataFrame, column: str) -> pd.Series:
    """Say of which rows the id has several values of a column."""
    ids = rows.drop_duplicates(["conversation_id", column])["conversation_id"]
    return rows["conversation_id"].isin(ids[ids.duplicated()])


def _free_name(
    name: str, file: str, times: set[pd.Timestamp], known: dict[str, set[pd.Timestamp]]
) -> str:
    number, new = 1, f"{name} ({file})"
    while new in known and known[new].isdisjoint(times):
        number += 1
        new = f"{name} ({file} {number})"
    known.setdefault(new, set()).update(times)
    return new
