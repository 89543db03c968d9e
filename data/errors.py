"""Errors that a person can mend.

A caller acts differently on them: the command line prints the one line and ends with status 2,
the app shows it beside the field, and neither shows a traceback.
"""

from pathlib import Path


class InputError(ValueError):
    """Something the user gave cannot be used; the message is one line and says the mend."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(str(message).split()))


def fault(
    file: Path | str,
    found: object,
    mend: str,
    *,
    row: int | str | None = None,
    column: str | None = None,
) -> InputError:
    """Word an error about a place in a file.

    Parameters
    ----------
    file
        The file as the user named it.
    found
        What stands there.
    mend
        What was expected, or what to do.
    row
        Line number in the file as an editor counts, the header being line 1; or the name of a row.
    column
        Name of the column or key.

    Examples
    --------
    >>> print(fault("team.csv", "50", "must be at most max_hours, 40", row=3, column="min_hours"))
    team.csv, row 3, column min_hours: found '50'; must be at most max_hours, 40
    """
    place = [str(file)]
    if row is not None:
        place.append(f"row {row}")
    if column is not None:
        place.append(f"column {column}")
    return InputError(f"{', '.join(place)}: found {_brief(found)}; {mend}")


def _brief(found: object) -> str:
    text = found if isinstance(found, str) else repr(found)
    text = text if len(text) <= 60 else text[:57] + "..."
    return repr(text) if isinstance(found, str) else text
