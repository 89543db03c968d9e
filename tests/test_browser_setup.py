"""The gate must find a browser or say why not: a browser test that is skipped shows nothing."""

import subprocess

import pytest

from tests import browser_setup


def test_an_installed_browser_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed where something will do."""
    monkeypatch.setattr(browser_setup.shutil, "which", lambda name: f"some/{name}")
    monkeypatch.setattr(browser_setup, "install_browser", lambda: pytest.fail("installed"))
    assert browser_setup.find_browser() == "some/chromium"
    assert browser_setup.main() == 0


@pytest.mark.parametrize("is_root", [True, False])
def test_a_missing_browser_is_installed_or_the_gate_fails(
    is_root: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As root by the system's packages, else by Playwright; and if neither helps, status 1."""
    ran: list[str] = []

    def run(command: tuple[str, ...], **_: object) -> None:
        ran.append(" ".join(command))

    monkeypatch.setattr(browser_setup, "find_browser", lambda: None)
    monkeypatch.setattr(browser_setup.os, "geteuid", lambda: 0 if is_root else 1000)
    monkeypatch.setattr(browser_setup.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(subprocess, "run", run)
    assert browser_setup.main() == 1
    assert "install chromium" in capsys.readouterr().err
    assert any("apt-get install" in command for command in ran) == is_root
    assert ran[-1].endswith("playwright install chromium")
