"""Environments of their own for what Staffcast is compared with."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


def peer_python(requirements: str) -> Path:
    """Return the Python of an environment, made now in the user's cache where it is not there yet.

    Parameters
    ----------
    requirements
        A file in ``peers/`` that says what is in it.
    """
    wanted = (PEERS / requirements).read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "staffcast" / f"peers-{hashlib.sha256(wanted).hexdigest()[:12]}"
    python, done = folder / "bin" / "python", folder / "complete"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "-q", "-r", PEERS / requirements]
        subprocess.run(install, check=True)
        done.touch()
    return python
