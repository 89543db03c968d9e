"""A year and a half of a large team, one million conversations, must be read while one waits."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROWS = 1_000_000
_READ = """
import sys, time
from pathlib import Path
from data.sources import read_conversations
from forecast.closures import CalendarSettings
from forecast.history import count_conversations, history_table
source = read_conversations([Path(sys.argv[1])])
histories = count_conversations(source, CalendarSettings("Europe/Dublin", 60))
table = history_table(histories)
print(len(source.table), len(table), sum(history.volume.sum() for history in histories))
peak = next(line for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))
print(time.process_time(), int(peak.split()[1]) / 1e6)
"""


def _iso(seconds: np.ndarray) -> np.ndarray:
    text = np.datetime_as_string(seconds.astype("datetime64[s]"))
    return np.char.add(text, "+00:00")


def _write(path: Path) -> None:
    rng = np.random.default_rng(1)
    created = np.sort(rng.integers(0, 540 * 86_400, ROWS)) + 1_735_689_600
    assigned = created + rng.integers(5, 300, ROWS)
    columns = {
        "conversation_id": np.char.add("c", np.arange(ROWS).astype(str)),
        "created_at": _iso(created),
        "queue": rng.choice(["live", "normal"], ROWS),
        "channel": "chat",
        "segment": rng.choice(["new", "established"], ROWS),
        "topic": rng.choice(["billing", "bug", "how to"], ROWS),
        "rep_id": rng.choice([f"rep{number}" for number in range(14)], ROWS),
        "assigned_at": _iso(assigned),
        "first_reply_at": _iso(assigned + 60),
        "closed_at": _iso(assigned + 3000),
        "rep_messages": rng.integers(1, 12, ROWS),
        "customer_messages": rng.integers(1, 12, ROWS),
        **{
            name: rng.exponential(300, ROWS).round(1)
            for name in ("writing_s", "customer_gap_s", "snoozed_s", "handling_s")
        },
        "abandoned_at": "",
        "bot_involved": rng.random(ROWS) < 0.3,
        "bot_resolved": False,
        "reopened": rng.integers(0, 2, ROWS),
        "csat": rng.integers(1, 6, ROWS),
    }
    pd.DataFrame(columns).to_csv(path, index=False)


@pytest.mark.benchmark
def test_a_million_conversations_become_history_in_time(
    tmp_path: Path, record: Callable[[str, str], None]
) -> None:
    """Measured in a process of its own: under 10 s of CPU and 1.5 GB at its peak.

    The peak is Linux's VmHWM: what getrusage says of a child includes its parent before the exec.
    """
    path = tmp_path / "million.csv"
    _write(path)
    command = [sys.executable, "-c", _READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counts, usage = done.stdout.splitlines()
    rows, _, volume = (float(word) for word in counts.split())
    assert rows == volume == ROWS
    cpu, peak = (float(word) for word in usage.split())
    record("one million conversations to history", f"{cpu:.1f} s CPU, {peak:.2f} GB")
    assert cpu < 10
    assert peak < 1.5
