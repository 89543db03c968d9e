"""Reps that are called for, whatever comes, agree with the requirement and grow with volume."""

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, midnight
from data.errors import InputError
from data.files import csv_text
from forecast.closures import Calendar
from forecast.series import PROBABILITIES, quantile_column
from optimizer.concurrency import Handling
from optimizer.demand import Demand
from optimizer.queue_settings import QueueSettings
from optimizer.required_distribution import LEVELS, RequiredDistribution
from optimizer.requirement import plan_requirement, with_distributions
from optimizer.requirement_files import read_requirement, requirement_table
from optimizer.service_policy import ServicePolicy

HANDLING = Handling(concurrency=3, rep_messages=5, writing_minutes=1, customer_reply_minutes=2)
QUEUES = {"live": QueueSettings(handling=HANDLING, service=ServicePolicy(min_reps=1))}
DUBLIN = "Europe/Dublin"


def demand(day: str = "2026-10-25", peak: float = 60.0) -> Demand:
    """A local day; the first one has 25 hours."""
    calendar = Calendar(DUBLIN, 60)
    first = pd.Timestamp(day).date()
    start = midnight(first, DUBLIN)
    index = grid(
        start, midnight(pd.Timestamp(first + pd.Timedelta(days=1)).date(), DUBLIN), 60, DUBLIN
    )
    mean = peak * (0.2 + 0.8 * np.sin(np.linspace(0, np.pi, len(index))))
    spread = dict(zip(PROBABILITIES, (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4), strict=True))
    table = pd.DataFrame({"mean": mean}, index=index)
    for probability, factor in spread.items():
        table[quantile_column(probability)] = mean * factor
    table.index.name = "interval_start"
    return Demand("live", calendar, table)


@pytest.fixture(scope="module")
def required():
    one = demand()
    found = plan_requirement([one], QUEUES, 0.95)
    return with_distributions(found, [one], QUEUES, 0.95)


def test_the_distribution_contains_the_requirement(required):
    """At the median and at the guard nothing else may be called for than the requirement says."""
    found = required.distributions["live"]
    assert found.levels == tuple(sorted({*LEVELS, 0.95}))
    table = required.table
    assert (found.reps[:, found.levels.index(0.5)] == table["primary"]).all()
    both = table["primary"] + table["on_call"]
    assert (found.reps[:, found.levels.index(0.95)] == both).all()
    assert (found.reps == found.of_volume(found.volume.T).T).all()
    assert len(found.starts) == 25


def test_probabilities_of_reps_are_those_of_volume(required):
    """As often as the volume stays below a level, so must the reps that it calls for."""
    found = required.distributions["live"]
    for place, level in enumerate(found.levels):
        assert (np.abs(found.quantile(level) - found.reps[:, place]) <= 1).all()
        suffices = (found.draws <= found.reps[:, place]).mean(axis=0)
        assert (suffices >= level - 0.01).all()


def test_reps_between_levels_are_those_that_a_search_finds(required):
    """Interpolating saves searches only if it finds what they would."""
    one = demand()
    found = required.distributions["live"]
    for level in (0.1, 0.9):
        volume = one.quantile(level).to_numpy()
        told = found.of_volume(volume[None])[0]
        table = one.table.assign(**{quantile_column(0.5): volume})
        for column in table.columns:
            table[column] = volume
        alone = plan_requirement([Demand("live", one.calendar, table)], QUEUES, 0.95)
        apart = told - alone.table["primary"].to_numpy()
        assert (np.abs(apart) <= 1).all()
        assert abs(apart.mean()) < 0.3


def test_more_volume_never_calls_for_fewer_reps(required):
    """Beyond the outermost volumes, too."""
    found = required.distributions["live"]
    paths = np.arange(0, 300, 5)[:, None].repeat(len(found.starts), 1)
    assert (np.diff(found.of_volume(paths), axis=0) >= 0).all()
    assert (found.of_volume(paths[:1])[0] >= 1).all()


def test_a_file_tells_the_same_distribution(required, tmp_path):
    """What a later stage reads must be what this one found."""
    path = tmp_path / "requirement.csv"
    path.write_text(csv_text(requirement_table(required)))
    read = read_requirement(path, DUBLIN, 60).distributions["live"]
    found = required.distributions["live"]
    assert read.levels == found.levels
    np.testing.assert_array_equal(read.reps, found.reps)
    np.testing.assert_allclose(read.volume, found.volume, atol=1e-4)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reps_q75", "rips_q75", "column reps_q75 is missing beside its twin"),
        ("volume_q75,reps_q75", "volume_q96,reps_q96", "more volume never requires fewer reps"),
    ],
)
def test_a_damaged_distribution_is_refused(required, tmp_path, old, new, message):
    """A planner must not get a plan from columns that contradict one another."""
    path = tmp_path / "requirement.csv"
    path.write_text(csv_text(requirement_table(required)).replace(old, new))
    with pytest.raises(InputError, match=message):
        read_requirement(path, DUBLIN, 60)


def test_levels_and_shapes_are_checked():
    """A distribution that contradicts itself is a mistake of the caller."""
    starts = pd.date_range("2026-11-30", periods=1, freq="h", tz="UTC")
    rising, reps, one = np.array([[1.0, 2.0]]), np.array([[1, 2]]), np.array([1])
    with pytest.raises(ValueError, match="they rise"):
        RequiredDistribution("live", starts, (0.9, 0.5), rising, reps, one)
    with pytest.raises(ValueError, match="never requires fewer"):
        RequiredDistribution("live", starts, (0.5, 0.9), rising, reps[:, ::-1], one)
    with pytest.raises(ValueError, match="intervals by levels"):
        RequiredDistribution("live", starts, (0.5, 0.9), rising, reps[:, :1], one)
