"""What the terminal shows of a plan around the clock."""

from collections.abc import Iterator

import pandas as pd
from rich.table import Table
from rich.text import Text

from data.clock import zone
from optimizer.around_clock import TIERS, AroundClock
from optimizer.around_clock_files import expectations

MARKS = {
    "live": ("■", "black on #9ecae1"),
    "phone": ("P", "black on #fee391"),
    "auto": ("·", "dim"),
}
NAMES = {"live": "live", "phone": "by phone", "auto": "automatic"}
LEGEND = "■ live   P on call by phone   · automatic reply"


def tier_map(plan: AroundClock) -> Table:
    """Return a map of the period: days down, hours across; of an hour its least tier."""
    local = pd.DatetimeIndex(plan.table["interval_start"]).tz_convert(zone(plan.timezone))
    cells = pd.DataFrame(
        {"day": local.date, "hour": local.hour, "tier": plan.table["tier"].map(TIERS.index)}
    )
    least = cells.groupby(["day", "hour"])["tier"].max()
    table = Table(
        title=f"{plan.queue}: what every hour gets, {plan.timezone}",
        title_justify="left",
        box=None,
        padding=(0, 0),
        pad_edge=False,
    )
    table.add_column("", width=7)
    for hour in range(24):
        table.add_column(f"{hour:02d}", width=3, justify="right")
    for day in sorted(set(cells["day"])):
        row = [Text(f"{day:%a %d}")]
        for hour in range(24):
            known = (day, hour) in least.index
            mark, style = MARKS[TIERS[least[day, hour]]] if known else ("", "")
            row.append(Text(f" {mark} ", style=style))
        table.add_row(*row)
    return table


def summary_lines(plan: AroundClock) -> Iterator[str]:
    """Yield hours and shares of each tier, how long people wait, and what it costs."""
    yield LEGEND
    hours = "; ".join(f"{plan.hours(tier):g} h {NAMES[tier]}" for tier in TIERS)
    yield (
        f"{hours}.  Of {plan.table['volume'].sum():,.0f} contacts {plan.share('answered_live'):.1%}"
        f" are answered live, {plan.share('by_phone'):.1%} by phone, and "
        f"{plan.share('told_to_wait'):.1%} are told when"
    )
    if plan.mean_wait_hours is not None and plan.most_wait_hours is not None:
        yield (
            f"They wait {plan.mean_wait_hours:.1f} h on average, and at most "
            f"{plan.most_wait_hours:.1f} h in the promised share of cases"
        )
    if plan.lost >= 0.5:
        yield (
            f"{plan.lost:,.0f} contacts are never answered: the team has too few hours for all; "
            "raise max_hours, the team or the catalogue of shifts"
        )
    yield from _phone_lines(plan)


def _phone_lines(plan: AroundClock) -> Iterator[str]:
    woken = float((plan.table["woken"] * plan.interval_minutes / 60).sum())
    if plan.hours("phone"):
        yield f"Whoever is on call by phone is busy with it for {woken:.1f} h of the period"
    if plan.cost_without_phone is not None and plan.report.objective is not None:
        saved = plan.cost_without_phone - plan.report.objective
        if saved > 0 and plan.hours("phone"):
            yield (
                f"On-call by phone is worth {saved:,.1f}: the best plan without it costs "
                f"{plan.cost_without_phone:,.1f}"
            )


def stretch_lines(plan: AroundClock) -> Iterator[str]:
    """Yield each stretch without anybody at work, and what is said at its begin and end."""
    for row in stretches(plan).itertuples(index=False):
        yield f"  {row.From} to {row.Until}  {row.Tier}: {row.Says}"


def stretches(plan: AroundClock) -> pd.DataFrame:
    """Return a row per stretch without anybody at work in which somebody writes.

    Returns
    -------
    pandas.DataFrame
        Text: ``From`` and ``Until`` by the calendar's clock, ``Tier``, and what an automatic reply
        ``Says`` at its begin and at its end.
    """
    local = pd.DatetimeIndex(plan.table["interval_start"]).tz_convert(zone(plan.timezone))
    step = pd.Timedelta(minutes=plan.interval_minutes)
    said = list(expectations(plan))
    tiers = plan.table["tier"].to_list()
    rows = []
    begin = 0
    for end in range(1, len(tiers) + 1):
        if end < len(tiers) and tiers[end] == tiers[begin]:
            continue
        texts = list(dict.fromkeys(text for text in said[begin:end] if text))
        if texts:
            shown = texts[0] if len(texts) == 1 else f"{texts[0]} … {texts[-1]}"
            until = local[end - 1] + step
            rows.append(
                (f"{local[begin]:%a %H:%M}", f"{until:%a %H:%M}", NAMES[tiers[begin]], shown)
            )
        begin = end
    return pd.DataFrame(rows, columns=["From", "Until", "Tier", "Says"])
