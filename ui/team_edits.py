"""The people of a workspace as editable tables, checked by the same reader as every command."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from data.errors import InputError
from data.files import csv_text, read_names, read_table, write_all
from optimizer.staff import Team
from optimizer.team_files import RULE_COLUMNS, TEAM_COLUMNS, read_team
from ui.workspaces import Workspace

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "team": ("rep_id", *TEAM_COLUMNS),
    "absences": ("rep_id", "start", "end", "kind"),
    "preferences": ("rep_id", "start", "end", "weight"),
}

RULES: Mapping[str, tuple[str, ...]] = {"team": RULE_COLUMNS, "preferences": ("kind",)}
"""Columns that are shown and kept where the file has them."""


def file_name(of: Workspace, table: str) -> str:
    """Return the name of a table's file: ``team``, ``absences`` or ``preferences``."""
    return str(getattr(of.settings.files, table))


def read(of: Workspace, table: str) -> pd.DataFrame:
    """Read a table as it stands, every cell as text; without a file it has no rows.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    path = of.path(file_name(of, table))
    columns = COLUMNS[table]
    if not path.exists():
        return pd.DataFrame(columns=list(columns), dtype=str)
    names = read_names(path)
    columns += tuple(name for name in RULES.get(table, ()) if name in names)
    return read_table(path, columns[:1], columns[1:]).reset_index(drop=True)


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Return an edited table as text, without the rows that are wholly empty."""
    text = table.fillna("").astype(str).apply(lambda column: column.str.strip())
    filled = (text != "").any(axis=1)
    return pd.DataFrame(text[filled]).reset_index(drop=True)


def check(of: Workspace, table: str, edited: pd.DataFrame) -> Team | None:
    """Read an edited table together with the others as they stand.

    Returns
    -------
    Team or None
        None when there is no team yet.

    Raises
    ------
    InputError
        Naming the file, row and column of what cannot be used.
    """
    tables = {name: read(of, name) for name in COLUMNS} | {table: tidy(edited)}
    if tables["team"].empty and table != "team":
        raise InputError("There is no team yet; name the reps first")
    with tempfile.TemporaryDirectory(prefix="staffcast-") as name:
        folder = Path(name)
        paths = {kind: folder / file_name(of, kind) for kind in COLUMNS}
        write_all({paths[kind]: csv_text(content) for kind, content in tables.items()})
        given = {kind: path for kind, path in paths.items() if not tables[kind].empty}
        try:
            return read_team(
                paths["team"],
                given.get("absences"),
                given.get("preferences"),
                timezone=of.settings.calendar.timezone,
            )
        except InputError as error:
            raise InputError(str(error).replace(f"{folder}/", "")) from error


def save(of: Workspace, table: str, edited: pd.DataFrame) -> None:
    """Write an edited table to its file.

    Raises
    ------
    InputError
        When it cannot be used; the file is then left as it is.
    """
    check(of, table, edited)
    write_all({of.path(file_name(of, table)): csv_text(tidy(edited))})
