"""What every test shares: examples that repeat, on any machine."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let benchmarks be told where public data lies."""
    parser.addoption(
        "--data",
        type=Path,
        default=None,
        help="folder with public series (volume/*.csv) for the benchmarks",
    )
