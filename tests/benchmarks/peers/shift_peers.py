"""What other solvers make of a programme of shifts; runs in an environment of its own.

``python shift_peers.py SOLVER PROGRAMME.mps SECONDS GAP`` prints a line of JSON: ``status``,
``cost`` and ``bound`` where there are any, and ``cpu``, the seconds of processor time that the
solver took, its children's among them, without reading the file. SOLVER is ``cp_sat`` or ``cbc``.
"""

import json
import resource
import sys
from typing import Any


def spent() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    whole = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        whole += used.ru_utime + used.ru_stime
    return whole


def cp_sat(path: str, seconds: float, gap: float) -> dict[str, Any]:
    from ortools.linear_solver.python import model_builder

    model = model_builder.Model()
    if not model.import_from_mps_file(path):
        raise SystemExit(f"{path} cannot be read")
    solver = model_builder.Solver("sat")
    solver.set_time_limit_in_seconds(seconds)
    solver.set_solver_specific_parameters(f"num_workers:1 relative_gap_limit:{gap}")
    begun = spent()
    status = solver.solve(model)
    found = {"status": status.name, "cpu": spent() - begun}
    if status.name in ("OPTIMAL", "FEASIBLE"):
        found |= {"cost": solver.objective_value, "bound": solver.best_objective_bound}
    return found


def cbc(path: str, seconds: float, gap: float) -> dict[str, Any]:
    import pulp

    _, model = pulp.LpProblem.fromMPS(path)
    begun = spent()
    options = {"msg": False, "timeLimit": seconds, "gapRel": gap, "threads": 1}
    model.solve(pulp.PULP_CBC_CMD(**options))
    found = {"status": pulp.LpSolution[model.sol_status], "cpu": spent() - begun}
    if model.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        found["cost"] = pulp.value(model.objective)
    return found


if __name__ == "__main__":
    name, path, seconds, gap = sys.argv[1:]
    print(json.dumps({"cp_sat": cp_sat, "cbc": cbc}[name](path, float(seconds), float(gap))))
