"""A repair and a swap in words, for the terminal."""

from collections.abc import Iterator

from rich.table import Table

from optimizer.repair_files import change_sentence, gap_sentence, shift_words
from optimizer.repair_substitutes import Substitutes
from optimizer.repair_swaps import Swap
from optimizer.repair_types import Published, Repair

SHOWN = 5
VERBS = {"activate": "call in", "take": "give it to", "extend": "lengthen"}


def repair_lines(made: Repair, of: Published) -> Iterator[str]:
    """Say what a repair changes, what stays open and who is to be told."""
    freed, chosen = len(made.changes) - len(made.chosen), len(made.chosen)
    if not made.changes:
        yield "Nothing has to change."
    else:
        proven = ", and fewer would not do" if made.is_proven and chosen else ""
        yield (
            f"{_count(freed, 'duty', 'duties')} freed; {_count(chosen, 'duty', 'duties')} of "
            f"others changed{proven}."
        )
    for one in made.changes:
        yield f"  {change_sentence(one, of.team, of.timezone)}"
    if made.gaps:
        yield f"Stays open, {_count(made.missing_hours, 'rep-hour', 'rep-hours')} in all:"
        yield from (f"  {gap_sentence(gap, of.timezone)}" for gap in made.gaps)
    elif made.changes:
        yield "Nobody is missing who was not missing before."
    if made.changes:
        yield f"To be told: {', '.join(told(made, of))}"


def told(made: Repair, of: Published) -> list[str]:
    """Return who is to be told, those whose duties come first first."""
    names = {rep.rep_id: rep.name or rep.rep_id for rep in of.team.reps}
    return list(dict.fromkeys(names[one.rep_id] for one in made.changes))


def substitutes_view(found: Substitutes, timezone: str) -> Table:
    """List who could take a freed duty, the best first."""
    table = Table(
        title=f"Who could take {shift_words(found.shift, timezone)}",
        title_justify="left",
        box=None,
        padding=(0, 1),
    )
    for column in ("", "who", "how", "costs", "why"):
        table.add_column(column, justify="right" if column == "costs" else "left")
    for number, one in enumerate(found.ranked[:SHOWN], 1):
        how = f"{VERBS[one.way]}, {one.covers_hours:g} h"
        table.add_row(str(number), one.name, how, f"{one.cost:.1f}", one.reasons)
    return table


def hindered_line(found: Substitutes) -> str:
    """Say what keeps the others from a duty."""
    more = len(found.ranked) - SHOWN
    listed = "; ".join(f"{reason} ({count})" for reason, count in found.hindered)
    beside = f"{more} more could; " if more > 0 else ""
    return f"  {beside}of the others: {listed}" if listed else f"  {beside}nobody is hindered"


def swap_lines(swap: Swap, of: Published) -> Iterator[str]:
    """Say whether a swap is allowed and what it does."""
    names = {rep.rep_id: rep.name or rep.rep_id for rep in of.team.reps}
    given = shift_words(swap.shift, of.timezone)
    back = "" if swap.other_shift is None else shift_words(swap.other_shift, of.timezone)
    deal = f"{names[swap.rep_id]} gives {given} to {names[swap.other_id]}"
    deal += f" for {back}" if back else ""
    yield f"{deal}: {'allowed' if swap.is_allowed else 'not allowed'}."
    yield from (f"  {sentence}" for sentence in swap.obstacles)
    yield "  Cover stays as it is."
    for one in swap.carried:
        yield f"  {names[one.rep_id]}: {one.what} {one.before:g} → {one.after:g}"


def _count(number: float, one: str, many: str) -> str:
    return f"{number:g} {one if number == 1 else many}"
