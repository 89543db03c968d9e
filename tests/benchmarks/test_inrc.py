"""How near the best known the instances of the competition of 2010 come, and to what bound.

Each instance in the folder ``inrc`` of --data is rostered, XML or text, by the name of its file.
Best known: for long ones and sprint_late03 Santos, Toffolo, Gomes and Ribas (2016),
doi:10.1007/s10479-014-1594-6, for the others a list in another published search; lower ones may be
known by now. Of instances that are not named here none was at hand.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.instances.answer import answer_instance
from optimizer.report import SolveStatus
from optimizer.solver import SolverSettings

pytestmark = pytest.mark.benchmark

SECONDS = 180.0


def _numbered(track: str, *costs: int) -> dict[str, int]:
    return {f"{track}{number:02d}": cost for number, cost in enumerate(costs, 1)}


BEST_KNOWN = {
    **_numbered("sprint", 56, 58, 51, 59, 58, 54, 56, 56, 55, 52),
    **_numbered("sprint_late", 37, 42, 48, 73, 44, 42, 42, 17, 17, 43),
    **_numbered("sprint_hidden", 33, 32, 62, 67, 59),
    **_numbered("medium", 240, 240, 236, 237, 303),
    **_numbered("medium_late", 158, 18, 29, 35, 107),
    **_numbered("medium_hidden", 130, 221, 36, 80, 122),
    **_numbered("long", 197, 219),
}
"""Nothing here fails for being cheaper."""

WITHIN = {"sprint": 1.0, "medium": 1.05, "long": 1.05}
"""Of the best known, by track."""


def test_published_instances(public_data: Path, record: Callable[[str, str], None]) -> None:
    """Sprint instances reach the best known; medium and long ones come within a twentieth."""
    folder = public_data / "inrc"
    found = (each for end in ("xml", "txt") for each in folder.glob(f"*.{end}"))
    paths = sorted(found, reverse=True)  # the small ones, of the sprint, first
    if not paths:
        pytest.skip(f"put instances of the competition into {folder}, as XML or text")
    dear = []
    for path in paths:
        begun = time.process_time()
        made = answer_instance(path, SolverSettings(SECONDS, gap=0.0))
        spent = time.process_time() - begun
        report, best = made.report, BEST_KNOWN.get(path.stem)
        known = "no best known" if best is None else f"best known {best}"
        record(
            f"INRC-I, {path.stem} ({known})",
            f"{report.objective:g}, bound {report.bound:g}, {report.status}; "
            f"{spent:.0f} s CPU, {report.seconds:.0f} s wall",
        )
        assert made.broken == ()
        assert sum(made.penalties.values()) == report.objective
        assert report.bound <= (report.objective if best is None else min(best, report.objective))
        assert report.status == SolveStatus.OPTIMAL or report.seconds >= SECONDS
        if (
            best is not None
            and report.objective > WITHIN[path.stem.split("_")[0].rstrip("0123456789")] * best
        ):
            dear.append((path.stem, report.objective, best))
    assert dear == []
