"""What several tests of rosters share."""

import pytest

from optimizer import plan_roster as module


@pytest.fixture(params=[0, 10**9], ids=["tours", "compact"])
def way(request, monkeypatch):
    """Both ways of filling shifts."""
    monkeypatch.setattr(module, "TOURS_FROM", request.param)
    return request.param
