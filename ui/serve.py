"""Start the app: Streamlit on this machine alone, with the defaults that suit private data."""

import os
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
        A free port.
    browser
        Whether to open a browser too.

    Returns
    -------
    int
        The status to end with, once the app was stopped.

    Raises
    ------
    InputError
        When `workspace` is no folder.
    """
    from streamlit import App

    if not workspace.is_dir():
        raise InputError(f"{workspace}: there is no such folder; make one with staffcast init")
    os.environ[WORKSPACE_VARIABLE] = str(workspace.resolve())
    App(Path(__file__).with_name("app.py")).run(config=options(port, browser=browser))
    return 0
