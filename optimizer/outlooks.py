"""What shifts lead to, queue by queue, over all that may come or over the paths they are for."""

import pandas as pd

from forecast.days import Floats
from optimizer.cover import Counts
from optimizer.loss_function import averaged, expected
from optimizer.recourse import recourse_cost
from optimizer.shift_needs import Lacking, Need
from optimizer.shifts import Outlook


def outlooks(needs: tuple[Need, ...], coverage: pd.DataFrame) -> tuple[Outlook, ...]:
    """Say of each queue whose distribution is known what its shifts lead to.

    Parameters
    ----------
    needs
        What the queues call for.
    coverage
        As `optimizer.cover.count_coverage` returns it.
    """
    found = []
    for need in needs:
        if need.lack is not None:
            rows = coverage[coverage["queue"] == need.queue]
            prices = need.lack.prices
            primary = rows["primary"].to_numpy() * (1 - prices.shrinkage)
            table = _expected(need.lack, primary, rows["on_call"].to_numpy())
            table.insert(0, "interval_start", need.starts)
            found.append(Outlook(need.queue, table, prices))
    return tuple(found)


def _expected(lack: Lacking, on_duty: Floats, standby: Counts) -> pd.DataFrame:
    if lack.paths is None:
        return expected(lack.distribution.draws, on_duty, standby)
    met = recourse_cost(
        lack.paths,
        on_duty,
        standby,
        lack.prices,
        1.0,
        lack.block_intervals,
        lack.notice_intervals,
    )
    return averaged(lack.paths, met.activated, met.short)
