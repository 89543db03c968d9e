"""Make sure that there is a browser for the browser tests; run by ``make test``.

A browser that is installed is used. Without one, it is installed by the system's packages where
that is allowed, else by Playwright. Without any the gate fails: browser tests are never skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALLS = (
    ("apt-get", "update"),
    ("apt-get", "install", "-y", "--no-install-recommends", "chromium"),
)


def find_browser() -> str | None:
    """Return the path of a Chrome or Chromium: an installed one, or Playwright's own."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.is_file() else None


def install_browser() -> None:
    """Install a browser with what this machine offers; `find_browser` tells whether it worked."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        for command in INSTALLS:
            subprocess.run(
                command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            )
    if find_browser() is None:
        subprocess.run((sys.executable, "-m", "playwright", "install", "chromium"), check=False)


def main() -> int:
    """Find a browser, or install one; 1 with a message when there is none in the end."""
    if find_browser() is None:
        install_browser()
    found = find_browser()
    if found is None:
        sys.stderr.write(
            "browser_setup: there is no Chrome or Chromium, and none could be installed; "
            "install chromium (apt-get install chromium) and run make test again\n"
        )
        return 1
    sys.stdout.write(f"Browser for the tests: {found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
