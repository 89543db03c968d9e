"""What other solvers make of a week of many reps; runs in an environment of its own.

``python roster_peers.py SOLVER WEEK.npz SECONDS GAP`` prints a line of JSON: ``cost`` and ``bound``
where there are any, and ``cpu``, the seconds of processor time that the solver took, its children's
among them, without building the model; SECONDS are of processor time, too. SOLVER is ``highs``,
``cbc`` or ``cp_sat``.

All get the compact model, a binary for every rep and every shift that they may work: at most one
shift a day; rest, as cliques of what a day's late shifts and the next day's early ones exclude; the
fewest of days worked and of hours; reps missing and too many in every hour, and hours below a
contract, at their prices.
"""

import json
import re
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

DAY = 1440


class Compact:
    """The model: columns with costs and most values, and rows between two sides."""

    def __init__(self, path: str) -> None:
        self.week = dict(np.load(path))
        allowed = self.week["allowed"]
        self.rep, self.shift = np.nonzero(allowed)
        self.begins = np.concatenate([[0], np.cumsum(allowed.sum(axis=1))])
        hours = self.week["required"]
        self.works = len(self.rep)
        self.lacking = self.works + 2 * len(hours)
        self.costs = np.concatenate(
            [
                self.week["cost"][self.shift],
                np.repeat([self.week["under"], self.week["over"]], len(hours)),
                np.full(len(allowed), self.week["short"]),
            ]
        )
        self.most = np.concatenate(
            [
                np.ones(self.works),
                hours,
                np.full(len(hours), len(allowed)),
                self.week["least"],
            ]
        ).astype(np.int64)

    def rows(self) -> Iterator[tuple[Any, Any, int | None, int | None]]:
        """Yield columns, entries, and the sides of every row."""
        yield from self._of_cover()
        for rep in range(len(self.week["allowed"])):
            yield from self._of_rep(rep)

    def _of_cover(self) -> Iterator[tuple[Any, Any, int | None, int | None]]:
        first, last = self.week["first"][self.shift], self.week["last"][self.shift]
        count = len(self.week["required"])
        for hour, required in enumerate(self.week["required"].tolist()):
            there = np.flatnonzero((first <= hour) & (hour < last))
            columns = np.concatenate([there, self.works + np.array([hour, count + hour])])
            entries = np.concatenate([np.ones(len(there)), [1, -1]]).astype(np.int64)
            yield columns, entries, required, required

    def _of_rep(self, rep: int) -> Iterator[tuple[Any, Any, int | None, int | None]]:
        columns = np.arange(self.begins[rep], self.begins[rep + 1])
        shift = self.shift[columns]
        day, hours = self.week["day"][shift], self.week["hours"][shift]
        start, free = self.week["start"][shift], self.week["free"][shift]
        ones = np.ones(len(columns), dtype=np.int64)
        for number in range(7):
            today = columns[day == number]
            yield today, ones[: len(today)], None, 1
            early = np.unique(start[day == number + 1])
            # Beyond the last moment at which rest is over nothing is excluded any more.
            latest = free[day == number].max(initial=0) - DAY
            for moment in early[early < latest]:
                late = (day == number) & (free - DAY > moment)
                excluded = columns[late | ((day == number + 1) & (start <= moment))]
                yield excluded, ones[: len(excluded)], None, 1
        yield columns, ones, None, int(self.week["max_days"])
        run, most = int(self.week["run"][rep]), int(self.week["max_run"])
        if run and most:
            goes_on = columns[day <= most - run]
            yield goes_on, ones[: len(goes_on)], None, most - run
        yield columns, hours, None, int(self.week["most"][rep])
        least = int(self.week["least"][rep])
        yield np.append(columns, self.lacking + rep), np.append(hours, 1), least, None


def spent() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    whole = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        whole += used.ru_utime + used.ru_stime
    return whole


def loaded(model: Compact) -> Any:
    """Put the model into HiGHS."""
    import highspy

    highs = highspy.Highs()
    highs.silent()
    count = len(model.costs)
    nothing = np.empty(0, dtype=np.int32)
    most = model.most.astype(np.float64)
    empty = np.zeros(count, dtype=np.int32)
    highs.addCols(count, model.costs, np.zeros(count), most, 0, empty, nothing, np.empty(0))
    whole = np.arange(model.works, dtype=np.int32)
    kinds = np.full(len(whole), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    highs.changeColsIntegrality(len(whole), whole, kinds)
    columns, entries, lower, upper = zip(*model.rows(), strict=True)
    sizes = np.array([len(each) for each in columns])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    highs.addRows(
        len(sizes),
        np.array([-np.inf if side is None else side for side in lower], dtype=np.float64),
        np.array([np.inf if side is None else side for side in upper], dtype=np.float64),
        int(sizes.sum()),
        begins,
        np.concatenate(columns).astype(np.int32),
        np.concatenate(entries).astype(np.float64),
    )
    return highs


def highs(model: Compact, seconds: float, gap: float) -> dict[str, float]:
    solver = loaded(model)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", gap)
    begun = spent()

    def look(event: Any) -> None:
        if spent() - begun > seconds:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(look)
    solver.cbSimplexInterrupt.subscribe(look)
    solver.run()
    info = solver.getInfo()
    found = {"cpu": spent() - begun, "bound": info.mip_dual_bound}
    if info.primal_solution_status == 2:
        found["cost"] = info.objective_function_value
    return found


def cbc(model: Compact, seconds: float, gap: float) -> dict[str, float]:
    import pulp

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "week.mps"
        loaded(model).writeModel(str(path))
        begun = spent()
        limits = ["-sec", str(seconds), "-timeMode", "cpu", "-ratio", str(gap)]
        words = [pulp.PULP_CBC_CMD().path, path, *limits, "-threads", "1", "-solve"]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = {"cpu": spent() - begun}
    for key, words_before in (("cost", "Objective value"), ("bound", "Lower bound")):
        told = re.findall(rf"{words_before}:\s+(-?[\d.]+)", said)
        if told:
            found[key] = float(told[-1])
    if "bound" not in found and "Optimal solution found" in said:
        found["bound"] = found["cost"]
    return found


def cp_sat(model: Compact, seconds: float, gap: float) -> dict[str, float]:
    from ortools.sat.python import cp_model

    programme = cp_model.CpModel()
    most = model.most.tolist()
    variables = [programme.new_int_var(0, upper, "") for upper in most]
    for columns, entries, lower, upper in model.rows():
        chosen = [variables[place] for place in columns]
        if lower is None and upper == 1:
            programme.add_at_most_one(chosen)
            continue
        total = cp_model.LinearExpr.weighted_sum(chosen, entries.tolist())
        if lower is not None:
            programme.add(total >= lower)
        if upper is not None:
            programme.add(total <= upper)
    costs = model.costs.astype(np.int64)
    if (costs != model.costs).any():
        raise SystemExit("CP-SAT reckons in whole numbers; the costs are not")
    programme.minimize(cp_model.LinearExpr.weighted_sum(variables, costs.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.relative_gap_limit = gap
    begun, is_over = spent(), threading.Event()

    def watch() -> None:
        while not is_over.wait(0.2):
            if spent() - begun > seconds:
                solver.stop_search()

    watching = threading.Thread(target=watch)
    watching.start()
    status = solver.solve(programme)
    is_over.set()
    watching.join()
    found = {"cpu": spent() - begun, "bound": solver.best_objective_bound}
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found["cost"] = solver.objective_value
    return found


if __name__ == "__main__":
    name, path, seconds, gap = sys.argv[1:]
    solve = {"highs": highs, "cbc": cbc, "cp_sat": cp_sat}[name]
    print(json.dumps(solve(Compact(path), float(seconds), float(gap))))
