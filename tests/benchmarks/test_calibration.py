"""How near calibration comes to the truth of the sample, and how often intervals hold it."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from data.conversations import COLUMNS as KINDS
from data.conversations import Conversations
from data.generate import FIRST_DAY, TRUTH, simulate
from data.sample_floor import Conversation, Duty, Floor
from optimizer.calibration import QueueCalibration, calibrate
from optimizer.concurrency import Handling, throughput_per_hour

SEEDS = range(101, 113)
BUSY_SEEDS = range(201, 213)
DTYPES = {"time": "datetime64[us, UTC]", "text": "str", "flag": "boolean"}
FITTED = ["writing_s", "customer_gap_s"]


def _conversations(table: pd.DataFrame, without: list[str]) -> Conversations:
    kinds = {name: DTYPES.get(KINDS[name], "float64") for name in table}
    return Conversations(table.astype(kinds).drop(columns=without))


def _truth(queue: str, concurrency: int) -> np.ndarray:
    true = TRUTH[queue]
    return throughput_per_hour(
        Handling(
            concurrency,
            rep_messages=true.rep_messages,
            writing_minutes=true.writing_minutes,
            customer_reply_minutes=true.customer_reply_minutes,
        )
    )


def _errors(found: QueueCalibration) -> tuple[np.ndarray, np.ndarray]:
    """Return relative error and whether the interval holds the truth, of every level."""
    true = _truth(found.queue, found.handling.concurrency)[1:]
    levels = found.levels
    inside = (levels["low"].to_numpy() <= true) & (true <= levels["high"].to_numpy())
    return levels["per_hour"].to_numpy() / true - 1, inside


def _judge(
    record: Callable[[str, str], None], name: str, found: list[QueueCalibration]
) -> tuple[float, float, float]:
    """Record what was found; return error over what is possible, bias in standard errors, cover."""
    errors, inside = zip(*(_errors(each) for each in found), strict=True)
    bias = float(np.mean([each.mean() for each in errors]))
    mean = float(np.mean([np.abs(each).mean() for each in errors]))
    covered = float(np.mean(np.concatenate(inside)))
    count = int(np.mean([each.levels["completions"].sum() for each in found]))
    # A mean that no method can beat: sqrt(2 / pi) standard errors of one over root n.
    floor = np.sqrt(2 / np.pi / count)
    figure = (
        f"mean error of throughput {mean:.2%} (no method: {floor:.2%}), bias {bias:+.2%}, "
        f"95 % intervals hold {covered:.0%}; {len(found)} seeds, {count} conversations"
    )
    record(name, figure)
    print(name, figure)
    # Of the mean over seeds, one standard error of one over root n.
    return mean / floor, bias * np.sqrt(count * len(found)), covered


@pytest.mark.benchmark
@pytest.mark.parametrize("without", [[], FITTED], ids=["recorded", "fitted"])
@pytest.mark.parametrize("weeks", [1, 8])
def test_the_sample_team(
    record: Callable[[str, str], None], weeks: int, without: list[str]
) -> None:
    """From a few weeks of a small team chance is all there is: no bias, and honest intervals."""
    learnt = []
    for seed in SEEDS:
        table = _sample(weeks, seed)
        learnt += calibrate(_conversations(table, without), "sample").queues
    for queue in TRUTH:
        mine = [each for each in learnt if each.queue == queue]
        name = f"{queue}, {weeks} week(s) of the sample, {'fitted' if without else 'recorded'}"
        times_floor, bias, covered = _judge(record, name, mine)
        assert times_floor < 1.6
        assert abs(bias) < 3
        assert covered > 0.85


@lru_cache
def _sample(weeks: int, seed: int) -> pd.DataFrame:
    return simulate(weeks=weeks, seed=seed)


@lru_cache
def _busy_week(queue: str, seed: int) -> pd.DataFrame:
    """Let a larger team with the handling of a sample queue work 6,500 conversations in a week."""
    rng = np.random.default_rng((seed, 1))
    true = TRUTH[queue]
    start = pd.Timestamp(FIRST_DAY, tz="UTC").timestamp()
    capacity = throughput_per_hour(
        Handling(
            true.concurrency,
            rep_messages=true.rep_messages,
            writing_minutes=true.writing_minutes,
            customer_reply_minutes=true.customer_reply_minutes,
        )
    )[-1]
    days, hours = 6, 8
    reps = round(6_500 / (days * hours * 0.8 * capacity))
    duties = [
        Duty(f"rep{rep}", queue, start + day * 86_400, start + day * 86_400 + hours * 3_600)
        for rep in range(reps)
        for day in range(days)
    ]
    spans = start + np.arange(days) * 86_400
    created = np.sort(np.concatenate([at + rng.uniform(0, hours * 3_600, 1_083) for at in spans]))
    arrivals = [
        Conversation(
            queue,
            float(at),
            int(rng.geometric(1 / true.rep_messages)),
            float(at + rng.exponential(true.patience_minutes * 60)),
            bool(rng.random() < true.silent_share),
        )
        for at in created
    ]
    end = start + 7 * 86_400
    Floor({queue: true}, np.random.default_rng((seed, 2))).run(arrivals, duties, end)
    return _help_desk(arrivals)


def _help_desk(arrivals: list[Conversation]) -> pd.DataFrame:
    def times(name: str) -> pd.Series:
        seconds = pd.Series([getattr(each, name) for each in arrivals], dtype=float)
        return pd.to_datetime(np.floor(seconds), unit="s", utc=True)

    done = np.array([each.closed is not None for each in arrivals])

    def seconds(name: str) -> pd.Series:
        return pd.Series([getattr(each, name) for each in arrivals], dtype=float).where(done)

    return pd.DataFrame(
        {
            "conversation_id": [f"c{number}" for number in range(len(arrivals))],
            "created_at": times("created"),
            "queue": [each.queue for each in arrivals],
            "rep_id": [each.hands.rep_id if each.hands else None for each in arrivals],
            "assigned_at": times("assigned"),
            "first_reply_at": times("first_reply"),
            "closed_at": times("closed"),
            "rep_messages": [float(each.rep_messages) for each in arrivals],
            "writing_s": seconds("writing"),
            "customer_gap_s": seconds("customer_gap"),
            "snoozed_s": seconds("snoozed"),
            "handling_s": seconds("held"),
            "abandoned_at": times("abandoned"),
            "reopened": [float(each.reopened) for each in arrivals],
        }
    )


@pytest.mark.benchmark
@pytest.mark.parametrize("without", [[], FITTED], ids=["recorded", "fitted"])
@pytest.mark.parametrize("queue", list(TRUTH))
def test_a_busy_week(record: Callable[[str, str], None], queue: str, without: list[str]) -> None:
    """A week of a team that is large enough for 2 % gives throughput within 2 % at every level."""
    weeks = [_conversations(_busy_week(queue, seed), without) for seed in BUSY_SEEDS]
    found = [each for week in weeks for each in calibrate(week, "week").queues]
    name = f"{queue}, a week of 6,500, {'fitted' if without else 'recorded'}"
    _, bias, covered = _judge(record, name, found)
    assert np.mean([np.abs(_errors(each)[0]).mean() for each in found]) < 0.02
    assert abs(bias) < 3
    assert covered > 0.75


@pytest.mark.benchmark
@pytest.mark.parametrize("without", [[], FITTED], ids=["recorded", "fitted"])
def test_all_of_the_sample(record: Callable[[str, str], None], without: list[str]) -> None:
    """Eighteen months of the team itself give every level within 2 %."""
    table = _sample(78, 101)
    for each in calibrate(_conversations(table, without), "sample").queues:
        name = f"{each.queue}, 78 weeks of the sample, {'fitted' if without else 'recorded'}"
        _judge(record, name, [each])
        assert np.abs(_errors(each)[0]).max() < 0.02
