"""The app must be private by default, and Streamlit must not confuse its modules."""

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from streamlit import config

import ui
from data.errors import InputError
from ui.components import faults
from ui.serve import options, serve

UI = Path(ui.__file__).parent


def test_only_this_machine_is_served_and_nothing_is_reported_home() -> None:
    """The app shows people's hours and customers' volume."""
    given = options(8501, browser=False)
    assert given["server.address"] == "127.0.0.1"
    assert given["browser.gatherUsageStats"] is False
    assert given["client.showErrorDetails"] == "none"


def test_the_guards_of_streamlit_stay_on() -> None:
    """Forged requests from another site must not reach the app."""
    given = options(8501, browser=False)
    for name in ("server.enableXsrfProtection", "server.enableCORS"):
        assert name not in given
        assert config.get_options_for_section("server")[name.removeprefix("server.")] is True


@pytest.mark.parametrize("name", sorted(options(8501, browser=True)))
def test_every_option_is_known_to_streamlit(name: str) -> None:
    """A misspelt option would be refused at the start."""
    assert config.get_option(name) is not Ellipsis


def test_no_file_beside_the_app_shadows_a_module() -> None:
    """Streamlit puts the folder of the app first on the path: ui/calendar.py would break others."""
    modules = [path for path in UI.iterdir() if path.suffix == ".py" or path.is_dir()]
    own = {path.stem for path in modules if not path.name.startswith("__")}
    assert own & set(sys.stdlib_module_names) == set()
    elsewhere = [part for part in sys.path if Path(part or ".").resolve() != UI]
    before = sys.path[:]
    sys.path[:] = elsewhere
    try:
        taken = {name for name in own if find_spec(name) is not None}
    finally:
        sys.path[:] = before
    assert taken == set()


def test_a_workspace_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A typing error in the path is told before a server starts."""
    with pytest.raises(InputError, match="there is no such folder"):
        serve(tmp_path / "missing", 8501, browser=False)
    assert str(tmp_path / "missing") not in os.environ.values()


def test_a_port_in_use_is_told_before_the_app_starts(tmp_path: Path) -> None:
    """Two apps on one port: the second must say so instead of ending in silence."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"--port {port}"):
            serve(tmp_path, port, browser=False)


def test_a_message_that_quotes_a_file_is_no_formatting() -> None:
    """A header of stars or dollars must be shown as it stands."""
    assert faults.escaped("found '*a* $b$ [c]'") == r"found '\*a\* \$b\$ \[c\]'"
