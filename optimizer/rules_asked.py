"""Which rules are set, and the refusal of those that a programme does not keep."""

from collections.abc import Collection

from data.errors import InputError
from optimizer.labour_rules import LabourRules
from optimizer.staff import Team


def rules_asked(rules: LabourRules, team: Team) -> dict[str, str]:
    """Return every rule that forbids something beyond rest, days in a row and hours of a week.

    Returns
    -------
    dict
        By the name of the rule, where it is set, in words.
    """
    contracts = [rep.contract for rep in team.reps]
    kinds = {wish.kind for wish in team.preferences}
    table = {
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
    }
    columns = {
        "min_period_hours": any(one.min_period_hours > 0 for one in contracts),
        "max_period_hours": any(one.max_period_hours is not None for one in contracts),
        "min_shifts": any(one.min_shifts > 0 for one in contracts),
        "max_shifts": any(one.max_shifts is not None for one in contracts),
        "mentors": any(rep.mentors for rep in team.reps),
    }
    asked = {name: f"{name} in [labour]" for name, is_set in table.items() if is_set}
    if rules.proficiency:
        asked["proficiency"] = "[[labour.proficiency]]"
    asked |= {name: f"column {name} of the team" for name, is_set in columns.items() if is_set}
    return asked | {name: f"kind {name} of the preferences" for name in sorted(kinds - {"wish"})}


def keeps(rules: LabourRules, team: Team, kept: Collection[str], soft: Collection[str]) -> bool:
    """Whether a programme keeps all rules that are set, as `refuse_unkept` asks."""
    return rules_asked(rules, team).keys() <= set(kept) and rules.prices.keys() <= set(soft)


def refuse_unkept(
    rules: LabourRules,
    team: Team,
    *,
    kept: Collection[str],
    soft: Collection[str],
    who: str,
    way_out: str,
) -> None:
    """Refuse rules that are set and that a programme would not keep.

    Parameters
    ----------
    kept
        Names of the rules that it keeps, beyond rest, days in a row and hours of a week.
    soft
        Names of the rules that it keeps at a price as well.
    who, way_out
        What the programme is, and what to do instead, for the message.

    Raises
    ------
    InputError
        Naming the first such rule and where it is set.
    """
    for name, place in rules_asked(rules, team).items():
        if name not in kept:
            raise InputError(f"{place}: {who} not keep to it; {way_out}")
    for name in rules.prices:
        if name not in soft:
            raise InputError(
                f"{name} in [labour.prices]: {who} not weigh this rule against its price; "
                f"remove the price, or {way_out}"
            )
