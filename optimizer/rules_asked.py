"""Which rules are set, and whether they are about anything that there is."""

from collections.abc import Iterable

from data.errors import InputError
from optimizer.labour_rules import LabourRules
from optimizer.staff import Team


def rules_asked(rules: LabourRules, team: Team) -> frozenset[str]:
    """Return the names of the rules that forbid something beyond rest, days in a row and hours."""
    contracts = [rep.contract for rep in team.reps]
    kinds = {wish.kind for wish in team.preferences}
    asked = {
        "min_consecutive_days": rules.min_consecutive_days > 1,
        "min_days_off": rules.min_days_off > 1,
        "max_days_off": rules.max_days_off is not None,
        "max_weekends": rules.max_weekends is not None,
        "whole_weekends": rules.whole_weekends,
        "max_consecutive_nights": rules.max_consecutive_nights is not None,
        "days_off_after_nights": rules.days_off_after_nights > 0,
        "forbidden_successions": bool(rules.forbidden_successions),
        "max_standby_per_week": rules.max_standby_per_week is not None,
        "min_days_between_standby": rules.min_days_between_standby > 0,
        "proficiency": bool(rules.proficiency),
        "min_period_hours": any(one.min_period_hours > 0 for one in contracts),
        "max_period_hours": any(one.max_period_hours is not None for one in contracts),
        "min_shifts": any(one.min_shifts > 0 for one in contracts),
        "max_shifts": any(one.max_shifts is not None for one in contracts),
        "mentors": any(rep.mentors for rep in team.reps),
        "never": "never" in kinds,
        "must": "must" in kinds,
    }
    return frozenset(name for name, is_set in asked.items() if is_set)


def check_queues(rules: LabourRules, team: Team, queues: Iterable[str]) -> None:
    """Refuse a level that is asked for on a queue that is neither planned nor anybody's skill.

    Raises
    ------
    InputError
        With the queues that there are.
    """
    known = set(queues).union(*(rep.skills for rep in team.reps))
    for one in rules.proficiency:
        if one.queue not in known:
            raise InputError(
                f"[[labour.proficiency]]: found queue {one.queue}, and there are "
                f"{', '.join(sorted(known))}; mend it"
            )
