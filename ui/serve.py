"""Start the app: Streamlit on this machine alone, with the defaults that suit private data."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from data.errors import InputError

WORKSPACE_VARIABLE = "STAFFCAST_WORKSPACE"
UPLOAD_MEGABYTES = 500
ADDRESS = "127.0.0.1"


def options(port: int, *, browser: bool) -> dict[str, object]:
    """Return Streamlit's options that differ from its defaults.

    Only this machine is listened to, nothing is reported home, errors keep their details to the
    terminal, and source files are not watched.
    """
    return {
        "server.address": ADDRESS,
        "server.port": port,
        "server.headless": not browser,
        "server.maxUploadSize": UPLOAD_MEGABYTES,
        "server.allowedHosts": [ADDRESS, "localhost"],
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        "runner.magicEnabled": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "browser.gatherUsageStats": False,
        "theme.base": "light",
        "theme.primaryColor": "#2166ac",
        "theme.paddingTop": "0.5rem",
        "theme.paddingBottom": "2rem",
        "theme.baseRadius": "small",
        "theme.headingFontSizes": ["1.7rem", "1.3rem", "1.1rem"],
        "theme.metricValueFontSize": "1.5rem",
    }


def serve(workspace: Path, port: int, *, browser: bool = True) -> int:
    """Serve a workspace on 127.0.0.1 until stopped.

    Parameters
    ----------
    workspace
        A folder; when it has no settings yet the app says how to make them.
    port
        A free port; 0 for any.
    browser
        Whether to open a browser too.

    Returns
    -------
    int
        The status to end with, once the app was stopped.

    Raises
    ------
    InputError
        When `workspace` is no folder or the port cannot be used.
    """
    from streamlit import App

    if not workspace.is_dir():
        raise InputError(f"{workspace}: there is no such folder; make one with staffcast init")
    free = _free_port(port)
    os.environ[WORKSPACE_VARIABLE] = str(workspace.resolve())
    # Ctrl-C is how the app is ended, and no fault.
    with suppress(KeyboardInterrupt):
        App(Path(__file__).with_name("app.py")).run(config=options(free, browser=browser))
    return 0


def _free_port(port: int) -> int:
    """Return the port when nothing listens there; any free one for 0."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError as error:
            raise InputError(
                f"--port {port}: cannot be used ({error.strerror}); give another one, or 0 for any"
            ) from error
        return int(listener.getsockname()[1])
