"""Changes to the files of a workspace: checked first, then written whole."""

from collections.abc import Mapping

from data.files import write_all
from ui.settings import SETTINGS_FILE, change_setting, parse_settings
from ui.workflow import Workspace


def write_settings(of: Workspace, values: Mapping[tuple[str, ...], object]) -> None:
    """Set values in the settings file, comments and order kept.

    Parameters
    ----------
    of
        The workspace.
    values
        By the way to each value, such as ``("queues", "live", "service", "target")``.

    Raises
    ------
    InputError
        When the settings would not be valid; the file is then left as it is.
    """
    text = of.text
    for keys, value in values.items():
        text = change_setting(text, keys, value)
    parse_settings(text)
    write_all({of.folder / SETTINGS_FILE: text})
