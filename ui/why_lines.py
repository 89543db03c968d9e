"""Why a roster is as it is, in lines: for the command and the screen alike."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from data.clock import zone
from optimizer.conflict_types import Change, Conflict, WayOut
from optimizer.conflict_words import Hindrance
from optimizer.local_shifts import local_shift
from optimizer.obstacles import shift_text
from optimizer.roster_why import Why, WhyNot

Name = Callable[[str], str]
Answer = Why | WhyNot | Conflict

RULE_WORDS: Mapping[str, str] = {
    "skills": "without the skill",
    "on_call": "taking no standby",
    "site": "at another site",
    "employment": "not employed then",
    "absence": "away",
    "availability": "not available then",
    "never": "never to work then",
    "overlap": "on another shift at that time",
    "one_shift_a_day": "on another shift that day",
    "rest": "in need of rest",
    "consecutive_days": "after too many days in a row",
    "contract_maximum": "at the hours of their contract",
    "max_week_hours": "at the hours of a week",
    "filled": "other shifts keep their reps",
    "lock": "locks",
}

MOST_NAMED = 3
"""Of the members of one rule in a large conflict."""

FEW_MEMBERS = 8
"""Up to so many members, each has a line of its own."""


def answer_lines(found: Answer, name: Name, timezone: str) -> list[str]:
    """Say whatever was asked."""
    if isinstance(found, Why):
        return why_lines(found, name, timezone)
    if isinstance(found, WhyNot):
        return why_not_lines(found, name, timezone)
    return conflict_lines(found, name, timezone)


def why_lines(found: Why, name: Name, timezone: str) -> list[str]:
    """Say why a rep has a shift."""
    shift, who = found.assignment.shift, name(found.assignment.rep_id)
    lines = [f"{who}: {shift_text(local_shift(shift, timezone))}"]
    if found.assignment.locked:
        lines.append("It is locked: a person fixed it.")
    lines.append(f"{covers(found, name)}{':' if found.gap_hours else '.'}")
    lines += [f"- {line}" for line in _gap_lines(found.gap, timezone)]
    lines += _substitute_lines(found, name)
    if found.kept_out:
        kept = sum(count for _, count in found.kept_out)
        said = ", ".join(f"{count} {_words(rule)}" for rule, count in found.kept_out)
        lines.append(f"{kept} kept out by a rule: {said}.")
    return lines


def covers(found: Why, name: Name) -> str:
    """Say what the requirement has of a shift, and what would be missing without its rep."""
    who, hours = name(found.assignment.rep_id), found.gap_hours
    gap = f"{hours:.4g} rep-hour{'' if hours == 1 else 's'}" if hours else "nothing"
    required = f"Covers {found.required_hours:g} h of the requirement"
    return f"{required}; without {who} {gap} would be missing"


def _substitute_lines(found: Why, name: Name) -> Iterator[str]:
    if found.free:
        best, others = found.free[0], len(found.free) - 1
        more = f" {others} more could." if others else ""
        yield f"Next best: {name(best.rep_id)}, {best.cost.sentence}.{more}"
    elif found.substitutes:
        nearest = found.substitutes[0]
        broken = "; ".join(one.sentence for one in nearest.obstacles)
        yield f"Nobody else could take it. Nearest is {name(nearest.rep_id)}: {broken}."
    else:
        yield "There is nobody else."


def why_not_lines(found: WhyNot, name: Name, timezone: str) -> list[str]:
    """Say why a rep does not have a shift, or what it would cost."""
    who = name(found.rep_id)
    text = shift_text(local_shift(found.shift, timezone))
    if found.obstacles:
        lines = [f"{who} cannot take {text}: {verdict(found, name)}."]
        return lines + [f"- {one.sentence}" for one in found.obstacles]
    return [f"No rule keeps {who} from {text}.", f"{verdict(found, name)}."]


def verdict(found: WhyNot, name: Name) -> str:
    """Say how many rules keep a rep from a shift, or what it would cost."""
    count = len(found.obstacles)
    if count:
        return f"{'1 rule stands' if count == 1 else f'{count} rules stand'} in the way"
    place = f"instead of {name(found.instead_of)}" if found.instead_of else "on a free place"
    return f"Taken {place}: {found.cost.sentence}"


def says_more(wanted: Conflict, found: WhyNot) -> bool:
    """Say whether freeing a rep of other shifts changes which rules are in the way."""
    if wanted.is_possible or not wanted.ways_out:
        return True
    told = {one.rule for one in found.obstacles}
    given_up = {one.rule for one in wanted.ways_out[0].members}
    return given_up != told or not {one.rule for one in wanted.members} <= told


def conflict_lines(found: Conflict, name: Name, timezone: str) -> list[str]:
    """Say what is in the way of something, or what brings it."""
    note = f" {found.note[:1].upper()}{found.note[1:]}." if found.note else ""
    stop = "." if found.is_possible or not found.members else ":"
    lines = [f"{headline(found, name)}.", f"{in_the_way(found)}{stop}{note}"]
    if found.is_possible:
        return lines + [f"- {line}" for line in change_lines(found.changes, name, timezone)]
    lines += [f"- {line}" for line in member_lines(found.members, name)]
    if found.ways_out:
        lines.append("The least to give up:")
        lines += [f"- {way_line(one, found, name, timezone)}" for one in found.ways_out]
    return lines


def headline(found: Conflict, name: Name) -> str:
    """Say what is wanted."""
    who = name(found.wanted.rep_id) + " " if found.wanted.rep_id else ""
    return f"{who}{found.wanted.sentence}"


def in_the_way(found: Conflict) -> str:
    """Say how many rules are in the way, and how far that holds."""
    if found.is_possible:
        return "Nothing stands in the way; these changes bring it"
    if not found.members:
        return "No rule that is given up would help"
    count = len(found.members)
    rules = "One rule is" if count == 1 else f"These {count} rules together are"
    smallest = ", and no fewer" if found.is_smallest and count > 1 else ""
    context = "whatever else changes" if found.whatever_changes else "all else staying as it is"
    return f"{rules} in the way{smallest}, {context}"


def member_lines(members: Sequence[Hindrance], name: Name) -> list[str]:
    """Say the members of a conflict; of many, those of one rule are counted."""
    if len(members) <= FEW_MEMBERS:
        return [_member(one, name) + _gives(one.gives) for one in members]
    lines = []
    counts = Counter(one.rule for one in members)
    for rule, count in counts.most_common():
        own = [one for one in members if one.rule == rule]
        if count == 1:
            lines.append(_member(own[0], name) + _gives(own[0].gives))
            continue
        helping = sum(one.gives > 0 for one in own)
        named = ", ".join(_short(one, name) for one in own[:MOST_NAMED])
        more = f" and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
        helps = f"; given up for one of {helping}: {own[0].gives:g} h" if helping else ""
        lines.append(f"{count} {_words(rule)}: {named}{more}{helps}")
    return lines


def _short(one: Hindrance, name: Name) -> str:
    return name(one.rep_id) if one.rep_id else one.sentence.partition(" keeps ")[0]


def _member(one: Hindrance, name: Name) -> str:
    return f"{name(one.rep_id)}: {one.sentence}" if one.rep_id else one.sentence


def _gives(hours: float) -> str:
    return f" (giving it up alone brings {hours:g} h)" if hours > 0 else ""


def way_line(way: WayOut, found: Conflict, name: Name, timezone: str) -> str:
    """Say what is given up on a way out, the hours that it brings and who then works what."""
    given_up = " and ".join(_member(one, name) for one in way.members)
    return f"{given_up} → {way.hours:g} h{_moves(way, found, name, timezone)}"


def _moves(way: WayOut, found: Conflict, name: Name, timezone: str) -> str:
    """Say who then gets what, where that is not just the shift that was asked for."""
    lines = change_lines(way.changes, name, timezone)
    if not lines:
        return ""
    if len(way.changes) == 1 and way.changes[0].shift == found.wanted.shift:
        return f", {name(way.changes[0].rep_id)} takes it"
    return f": {'; '.join(lines)}"


def change_lines(changes: Iterable[Change], name: Name, timezone: str) -> list[str]:
    """Say who gets or gives up what."""
    return [
        f"{name(one.rep_id)} {'gets' if one.gets else 'gives up'} "
        f"{shift_text(local_shift(one.shift, timezone))}"
        for one in changes
    ]


def _gap_lines(gap: pd.DataFrame, timezone: str) -> Iterator[str]:
    """Say when reps would be missing; stretches in which nothing changes are one line."""
    starts, ends = (
        pd.DatetimeIndex(gap[column]).tz_convert(zone(timezone))
        for column in ("interval_start", "interval_end")
    )
    stretches: list[tuple[pd.Timestamp, pd.Timestamp, tuple[float, float]]] = []
    for start, end, *counts in zip(
        starts, ends, gap["missing"], gap["missing_without"], strict=True
    ):
        missing = (float(counts[0]), float(counts[1]))
        if stretches and stretches[-1][1:] == (start, missing):
            stretches[-1] = (stretches[-1][0], end, missing)
        else:
            stretches.append((start, end, missing))
    for start, end, (missing_now, without) in stretches:
        yield f"{start:%a %d %b %H:%M}–{end:%H:%M}: {without:g} missing instead of {missing_now:g}"


def _words(rule: str) -> str:
    return RULE_WORDS.get(rule, f"against {rule.replace('_', ' ')}")
