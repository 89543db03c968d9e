"""Writing ``team.csv`` as `optimizer.team_files` reads it."""

import pandas as pd

from optimizer.staff import Contract, Rep, Team
from optimizer.team_files import RULE_COLUMNS, TEAM_COLUMNS


def team_table(team: Team) -> pd.DataFrame:
    """Return the reps as a team file has them, a row each, columns of rules where any is set."""
    rows = [
        {
            "rep_id": rep.rep_id,
            "name": rep.name,
            "email": rep.email,
            "timezone": rep.timezone,
            "site": rep.site,
            "skills": "|".join(_skill(rep, queue) for queue in sorted(rep.skills)),
            "min_hours": f"{rep.contract.min_hours:.10g}",
            "max_hours": f"{rep.contract.max_hours:.10g}",
            "available": rep.available.to_text(),
            "on_call": "yes" if rep.on_call else "no",
            "from": rep.employed_from.isoformat() if rep.employed_from else "",
            "until": rep.employed_until.isoformat() if rep.employed_until else "",
        }
        | _period_cells(rep.contract)
        | {"mentors": "|".join(rep.mentors)}
        for rep in team.reps
    ]
    stated = [name for name in RULE_COLUMNS if any(row[name] for row in rows)]
    return pd.DataFrame(rows, columns=["rep_id", *TEAM_COLUMNS, *stated])


def _skill(rep: Rep, queue: str) -> str:
    level = dict(rep.levels).get(queue)
    return queue if level is None else f"{queue}:{level}"


def _period_cells(contract: Contract) -> dict[str, str]:
    bounds = {name: getattr(contract, name) for name in RULE_COLUMNS if hasattr(contract, name)}
    return {
        name: "" if value is None or (name.startswith("min") and not value) else f"{value:.10g}"
        for name, value in bounds.items()
    }
