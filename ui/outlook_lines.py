"""What shifts lead to, in sentences: how often on-call is called in, and when it is not enough."""

from optimizer.shifts import Outlook, Programme, ShiftPlan


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
