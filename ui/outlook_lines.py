"""What shifts lead to, in sentences: how often on-call is called in, and when it is not enough."""

from collections.abc import Iterable

from data.clock import zone
from optimizer.shifts import OnCallSettings, Outlook, Programme, ShiftPlan, ShiftSettings


def outlook_lines(plan: ShiftPlan, programme: Programme) -> list[str]:
    """Say of each queue what its shifts serve and what is to be expected of them.

    Parameters
    ----------
    plan
        The shifts.
    programme
        What was to choose them.
    """
    if not plan.outlook and programme != "cover":
        return [
            "The requirement knows only the median and the guard, so these were covered; make it "
            "with staffcast require to weigh what else may come."
        ]
    return [line for each in plan.outlook for line in _lines(each, plan.interval_minutes)]


def ceiling_lines(plan: ShiftPlan, settings: ShiftSettings, on_call: OnCallSettings) -> list[str]:
    """Say what a ceiling on short intervals is worth, and when it is not kept.

    Parameters
    ----------
    plan
        The shifts.
    settings, on_call
        The price of a missing rep-hour and the ceiling that were asked for.
    """
    if on_call.most_short is None:
        return []
    said = []
    for each in plan.outlook:
        asked = f"{each.queue}: at most {on_call.most_short:.1%} of open intervals short"
        if each.p_short > on_call.most_short:
            said.append(f"{asked} cannot be kept, whatever a missing rep-hour costs.")
        elif each.prices.shortage > settings.understaffing_price:
            said.append(
                f"{asked} is worth a price of {each.prices.shortage:.3g} wages for a missing "
                f"rep-hour, instead of {settings.understaffing_price:g}."
            )
    return said


def _lines(outlook: Outlook, interval_minutes: int) -> list[str]:
    primary, both = outlook.prices.quantiles
    hours = interval_minutes / 60
    sums = outlook.table[["activated", "short"]].sum() * hours
    return [
        f"{outlook.queue}: at these prices it pays that primary serve the {100 * primary:.1f} % "
        f"quantile of what may be called for, and primary and on-call together the "
        f"{100 * both:.1f} % quantile.",
        f"{outlook.queue}: expected {sums['activated']:,.1f} rep-hours called in and "
        f"{sums['short']:,.1f} missing; an open interval is short with probability "
        f"{100 * outlook.p_short:.1f} % on average.",
    ]


def likely_short(
    outlooks: Iterable[Outlook], timezone: str, above: float, count: int = 4
) -> list[str]:
    """Name the stretches that may well be short even with on-call, the worst first.

    Parameters
    ----------
    outlooks
        What shifts lead to, by queue.
    timezone
        Whose wall time is named.
    above
        The chance from which on an interval is named.
    count
        How many stretches are named; how many more there are is said in a last entry.
    """
    wall, stretches = zone(timezone), []
    for outlook in outlooks:
        rows = outlook.table
        step = rows["interval_start"].diff().min()
        doubtful = rows["p_short"] > above
        for _, run in rows[doubtful].groupby((~doubtful).cumsum()[doubtful]):
            first = run["interval_start"].iloc[0].tz_convert(wall)
            last = (run["interval_start"].iloc[-1] + step).tz_convert(wall)
            most = float(run["p_short"].max())
            upto = "up to " if run["p_short"].nunique() > 1 else ""
            name = f"{first:%a %H:%M}–{last:%H:%M} {outlook.queue}"
            line = f"{name}: short with a chance of {upto}{100 * most:.0f} %"
            stretches.append((-float(run["short"].sum()), first, line))
    named = [line for *_, line in sorted(stretches)]
    more = len(named) - count
    return named[:count] + ([f"and {more} more that may be short"] if more > 0 else [])
