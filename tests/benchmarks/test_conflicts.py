"""How soon a roster of 200 reps says why, why not, and what is in the way."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import pytest

from optimizer.conflicts import (
    explain_contract,
    explain_unfilled,
    explain_wanted,
    short_contracts,
)
from optimizer.roster_why import why, why_not
from tests.benchmarks.why_weeks import draw_roster, scarce_week, with_sick

pytestmark = pytest.mark.benchmark

REPS = 200
SEEDS = (1, 2, 3)


class Times:
    """CPU seconds by what was asked."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def of(self, what: str, ask: Callable[[], Any]) -> Any:
        begun = time.process_time()
        answer = ask()
        self.seconds.setdefault(what, []).append(time.process_time() - begun)
        return answer

    def figure(self, what: str) -> str:
        """Say how many were asked and how long they took."""
        taken = self.seconds[what]
        return f"median {median(taken):.2f}, worst {max(taken):.2f} s CPU; {len(taken)} asked"


@pytest.fixture(scope="module")
def measured() -> Times:
    """Ask all that can be asked of three rosters after ten sick calls each, and of scarce weeks."""
    times = Times()
    for seed in SEEDS:
        standing = with_sick(draw_roster(REPS, seed), seed)
        people = list(standing.people)
        for number, one in enumerate(standing.assignments[::60]):
            times.of("why", partial(why, standing, one))
            place, other = one.shift.plain, people[(37 * number) % REPS]
            if all(each.shift.plain != place for each in standing.people[other].worked):
                times.of("why not", partial(why_not, standing, other, place))
                times.of("wanted for a rep", partial(explain_wanted, standing, other, place))
        for staffed in standing.unfilled:
            ask = partial(explain_unfilled, standing, staffed.shift)
            times.of("unfilled after sick calls", ask)
        for short in short_contracts(standing)[:10]:
            times.of("contract", partial(explain_contract, standing, *short))
    for skilled in (4, 6, 8):
        standing = scarce_week(REPS, skilled)
        for staffed in [one for one in standing.unfilled if one.shift.queue == "vip"][:4]:
            ask = partial(explain_unfilled, standing, staffed.shift)
            found = times.of("unfilled, few with the skill", ask)
            assert found.members
            assert found.whatever_changes
    return times


@pytest.mark.parametrize(
    ("what", "seconds"),
    [
        ("why", 1),
        ("why not", 1),
        ("wanted for a rep", 5),
        ("unfilled after sick calls", 5),
        ("unfilled, few with the skill", 5),
        ("contract", 5),
    ],
)
def test_an_answer_comes_in_time(
    measured: Times, record: Callable[[str, str], None], what: str, seconds: float
) -> None:
    """Within a second where a screen answers a click, within five for what is in the way."""
    record(f"{what}: explained at {REPS} reps", measured.figure(what))
    assert max(measured.seconds[what]) < seconds
