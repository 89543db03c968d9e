"""The sample team: 18 months of conversations and a workspace that plans the week after them.

Made by ``python -m data.generate``; ``data/README.md`` says what every column means.
"""

from importlib.resources import files
from pathlib import Path

from data.errors import InputError

SAMPLE_FOLDER = Path(str(files(__package__)))

CONVERSATIONS = "conversations.parquet"
SETTINGS = "staffcast.toml"
TEAM = "team.csv"
ABSENCES = "absences.csv"
PREFERENCES = "preferences.csv"
EVENTS = "events.csv"
SAMPLE_NAMES = (CONVERSATIONS, SETTINGS, TEAM, ABSENCES, PREFERENCES, EVENTS)


def sample_files() -> Path:
    """Return the folder of the packaged sample files.

    Raises
    ------
    InputError
        When the installation lacks it.
    """
    folder = Path(str(files(__package__)))
    for name in SAMPLE_NAMES:
        if not (folder / name).is_file():
            raise InputError(
                f"{folder / name}: the sample file is missing; install staffcast again"
            )
    return folder


def sample_conversations_path() -> Path:
    """Return the packaged conversations, one a row (Parquet)."""
    return sample_files() / CONVERSATIONS
