"""Changes to the files of a workspace: checked first, then written whole."""

from collections.abc import Mapping

from data.files import write_all
from ui.settings import SETTINGS_FILE, change_setting, parse_settings
from ui.workspaces import Workspace

Changes = Mapping[tuple[str, ...], object]


def changed_text(of: Workspace, values: Changes) -> str:
    """Return the settings file with values set, comments and order kept.

    Parameters
    ----------
    of
        The workspace.
    values
        By the way to each value, such as ``("queues", "live", "service", "target")``.

    Raises
    ------
    InputError
        When the settings would not be valid.
    """
    text = of.text
    for keys, value in values.items():
        text = change_setting(text, keys, value)
    parse_settings(text)
    return text


def write_settings(of: Workspace, values: Changes) -> None:
    """Set values in the settings file.

    Raises
    ------
    InputError
        When the settings would not be valid; the file is then left as it is.
    """
    write_all({of.folder / SETTINGS_FILE: changed_text(of, values)})
