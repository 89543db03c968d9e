"""Tables of how good forecasts were: the leaderboard, and where its errors lie.

Sums and means run over all intervals of all cutoffs whose volume is known; `forecast.metrics` says
what each number is. The Poisson floor stands beside every WAPE: it is taken at the median over the
models of what each expected of an interval, so it is the same for all models.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.clock import zone
from data.week import DAYS
from forecast.days import Floats
from forecast.metrics import pinball_losses, poisson_deviations
from forecast.models import YARDSTICK
from forecast.series import quantile_level
from forecast.ties import compare, errors_by_cutoff

COLUMNS = (
    "unique_id",
    "model",
    "wape",
    "mase",
    "rmsse",
    "bias",
    "pinball",
    "coverage_80",
    "coverage_90",
    "poisson_floor",
    "cpu_s",
)
SCORES = (*COLUMNS[2:-1], "intervals")
LEADS = ((0, 1, "day 1"), (1, 3, "days 2-3"), (3, 7, "days 4-7"), (7, None, "later"))
QUEUE_AND_MODEL = ["unique_id", "model"]


def leaderboard(
    rows: pd.DataFrame, timezone: str = "UTC", yardstick: str = YARDSTICK
) -> pd.DataFrame:
    """Score every model on the rows of a backtest.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them, of one queue or of several.
    timezone
        Whose midnights part the days of the daily totals.
    yardstick
        The model that all are also held against.

    Returns
    -------
    pandas.DataFrame
        A row per queue and model, within a queue by rising WAPE: ``unique_id``, ``model``,
        ``wape``, ``mase``, ``rmsse``, ``bias``, ``pinball``, ``coverage_80``, ``coverage_90``,
        ``poisson_floor`` and ``cpu_s``; ``intervals`` and ``cutoffs``, how many were scored;
        ``wape_day`` and ``wape_week``, the WAPE of the means' totals of local days and of weeks
        from the cutoff, each with its ``poisson_floor_…``; and the columns of
        `forecast.ties.compare`. Pinball is in contacts/interval, ``cpu_s`` the mean of CPU seconds
        per forecast; the others are fractions or multiples. Closed intervals, in which nothing can
        come, are left out of the coverage.
    """
    scored = _scored(rows)
    if scored.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    board = _scores(scored, QUEUE_AND_MODEL).set_index(QUEUE_AND_MODEL)
    by_cutoff = scored.groupby([*QUEUE_AND_MODEL, "cutoff"], sort=False)["cpu_s"].first()
    by_model = by_cutoff.groupby(level=QUEUE_AND_MODEL, sort=False)
    board["cpu_s"], board["cutoffs"] = by_model.mean(), by_model.size()
    for name, part in (("day", _local_day(scored, timezone)), ("week", _week_ahead(scored))):
        board = board.join(_totals(scored.assign(part=part), name))
    compared = {
        queue: compare(errors_by_cutoff(of_queue), yardstick)
        for queue, of_queue in scored.groupby("unique_id", sort=False)
    }
    board = board.join(pd.concat(compared, names=QUEUE_AND_MODEL)).reset_index()
    first = {queue: place for place, queue in enumerate(compared)}
    board = board.assign(place=board["unique_id"].map(first))
    board = board.sort_values(["place", "wape"], kind="stable", ignore_index=True)
    rest = [name for name in board.columns if name not in (*COLUMNS, "place")]
    return board[[*COLUMNS, *rest]]


def over_queues(board: pd.DataFrame) -> pd.DataFrame:
    """Average a leaderboard over its queues, each counting the same whatever its size.

    Parameters
    ----------
    board
        As `leaderboard` returns it.

    Returns
    -------
    pandas.DataFrame
        A row per model, by rising mean WAPE: ``model``; ``queues``, how many it was scored on;
        the means over queues of ``wape``, ``mase``, ``rmsse``, ``bias``, ``coverage_80``,
        ``coverage_90``, ``poisson_floor`` and ``cpu_s``; ``ratio_to_yardstick``, the geometric
        mean; ``first``, on how many queues no model was told to be better, and ``told``, on how
        many that could be told. A mean is NaN when it is not known of a queue.
    """
    means = [name for name in COLUMNS[2:] if name != "pinball"]
    by_model = board.groupby("model", sort=False)
    table = by_model[means].mean(skipna=False)
    table.insert(0, "queues", by_model.size())
    logs = np.log(board["ratio_to_yardstick"]).groupby(board["model"], sort=False)
    table["ratio_to_yardstick"] = np.exp(logs.mean(skipna=False))
    table["first"] = (board["rank"] == 1).fillna(value=False).groupby(board["model"]).sum()
    table["told"] = board["rank"].notna().groupby(board["model"]).sum()
    return table.sort_values("wape", kind="stable").reset_index()


def accuracy_by_lead(rows: pd.DataFrame) -> pd.DataFrame:
    """Score every model on each stretch of leads.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them.

    Returns
    -------
    pandas.DataFrame
        A row per queue, model and stretch: ``unique_id``, ``model``, ``leads`` and the scores:
        ``wape``, ``mase``, ``rmsse``, ``bias``, ``pinball``, ``coverage_80``, ``coverage_90``,
        ``poisson_floor``, ``intervals``.
    """
    scored = _scored(rows)
    ahead = pd.DatetimeIndex(scored["ds"]) - pd.DatetimeIndex(scored["cutoff"])
    edges = [first for first, _, _ in LEADS[1:]]
    group = np.searchsorted(edges, ahead / pd.Timedelta(days=1), side="right")
    found = _scores(scored.assign(leads=group), [*QUEUE_AND_MODEL, "leads"])
    found["leads"] = [LEADS[place][2] for place in found["leads"]]
    return found


def accuracy_by_cutoff(rows: pd.DataFrame) -> pd.DataFrame:
    """Score every model on each cutoff.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them.

    Returns
    -------
    pandas.DataFrame
        A row per queue, model and cutoff: ``unique_id``, ``model``, ``cutoff`` in UTC and the
        scores, as in `accuracy_by_lead`.
    """
    return _scores(_scored(rows), [*QUEUE_AND_MODEL, "cutoff"])


def accuracy_by_hour_of_week(rows: pd.DataFrame, timezone: str = "UTC") -> pd.DataFrame:
    """Score every model on each of the 168 hours of the week.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them.
    timezone
        Whose wall clock names the hours.

    Returns
    -------
    pandas.DataFrame
        A row per queue, model and hour in which there was an interval: ``unique_id``, ``model``,
        ``weekday`` (``Mon`` …), ``hour``, the scores as in `accuracy_by_lead`, and
        ``share_of_error``, what part of the model's absolute errors falls into the hour.
    """
    scored = _scored(rows)
    local = pd.DatetimeIndex(scored["ds"]).tz_convert(zone(timezone))
    scored = scored.assign(weekday=local.day_of_week, hour=local.hour)
    keys = [*QUEUE_AND_MODEL, "weekday", "hour"]
    found = _scores(scored, keys)
    error = scored.groupby(keys, sort=True)["error"].sum()
    of_model = error.groupby(level=QUEUE_AND_MODEL).transform("sum")
    found["share_of_error"] = error.div(of_model.where(of_model > 0)).to_numpy()
    found["weekday"] = [DAYS[day] for day in found["weekday"]]
    return found


def hour_by_weekday(by_hour: pd.DataFrame, value: str = "wape") -> pd.DataFrame:
    """Lay the hours of the week out as weeks, to be read at a glance.

    Parameters
    ----------
    by_hour
        As `accuracy_by_hour_of_week` returns it.
    value
        Which score.

    Returns
    -------
    pandas.DataFrame
        24 rows per queue and model: ``unique_id``, ``model``, ``hour`` of the day, and the score
        in a column per weekday, ``Mon`` to ``Sun``; NaN where nothing was scored.
    """
    hours = pd.DataFrame({"hour": range(24)})
    rows = by_hour[QUEUE_AND_MODEL].drop_duplicates().merge(hours, how="cross")
    keys = [*QUEUE_AND_MODEL, "hour"]
    laid = by_hour.pivot_table(value, keys, "weekday", aggfunc="first")
    laid = laid.reindex(columns=pd.Index(DAYS))
    return rows.merge(laid, "left", left_on=keys, right_index=True)


def _scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose volume is known, with what each adds to every score."""
    known = rows[rows["y"].notna()]
    quantiles = [name for name in known.columns if name[0] == "q" and name[1:].isdigit()]
    actual, median = (known[name].to_numpy(dtype=float) for name in ("y", "q50"))
    typical = known.groupby(["unique_id", "cutoff", "ds"])["mean"].transform("median")
    levels = [(known[name].to_numpy(dtype=float), quantile_level(name)) for name in quantiles]
    losses = [pinball_losses(actual, values, level) for values, level in levels]
    can_come = np.max([values for values, _ in levels], axis=0) + actual > 0
    added = {
        "error": np.abs(actual - median),
        "surplus": median - actual,
        "scaled": _over(np.abs(actual - median), known["week_before_mae"]),
        "scaled_square": _over(median - actual, known["week_before_rmse"]) ** 2,
        "loss": np.mean(losses, axis=0),
        "in_80": np.where(can_come, known["y"].between(known["q10"], known["q90"]), np.nan),
        "in_90": np.where(can_come, known["y"].between(known["q05"], known["q95"]), np.nan),
        "typical": typical.to_numpy(dtype=float),
        "chance": poisson_deviations(typical.to_numpy(dtype=float)),
    }
    return known.assign(**added)


def _scores(scored: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Score every group of rows, groups in the order of their keys but queues and models kept."""
    ordered = scored.assign(
        **{name: pd.Categorical(scored[name], scored[name].unique()) for name in QUEUE_AND_MODEL}
    )
    groups = ordered.groupby(list(keys), sort=True, observed=True)
    sums = groups[["error", "surplus", "y", "typical", "chance"]].sum()
    whole = groups[["scaled", "scaled_square", "loss"]].mean(skipna=False)
    covered = groups[["in_80", "in_90"]].mean()
    table = pd.DataFrame(
        {
            "wape": _over(sums["error"], sums["y"]),
            "mase": whole["scaled"],
            "rmsse": np.sqrt(whole["scaled_square"]),
            "bias": _over(sums["surplus"], sums["y"]),
            "pinball": whole["loss"],
            "coverage_80": covered["in_80"],
            "coverage_90": covered["in_90"],
            "poisson_floor": _over(sums["chance"], sums["typical"]),
            "intervals": groups.size(),
        }
    ).reset_index()
    return table.astype(dict.fromkeys(QUEUE_AND_MODEL, "str"))


def _totals(scored: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the WAPE of totals per ``part`` of a window, and its Poisson floor."""
    of_part = [*QUEUE_AND_MODEL, "cutoff", "part"]
    sums = scored.groupby(of_part, sort=False)[["y", "mean", "typical"]].sum()
    sums["error"] = (sums["y"] - sums["mean"]).abs()
    sums["chance"] = poisson_deviations(sums["typical"].to_numpy())
    pooled = sums.groupby(level=QUEUE_AND_MODEL, sort=False).sum()
    return pd.DataFrame(
        {
            f"wape_{name}": _over(pooled["error"], pooled["y"]),
            f"poisson_floor_{name}": _over(pooled["chance"], pooled["typical"]),
        },
        index=pooled.index,
    )


def _local_day(scored: pd.DataFrame, timezone: str) -> pd.Series:
    local = pd.DatetimeIndex(scored["ds"]).tz_convert(zone(timezone))
    return pd.Series(local.tz_localize(None).normalize(), index=scored.index)


def _week_ahead(scored: pd.DataFrame) -> pd.Series:
    ahead = pd.DatetimeIndex(scored["ds"]) - pd.DatetimeIndex(scored["cutoff"])
    return pd.Series(ahead // pd.Timedelta(weeks=1), index=scored.index)


def _over(part: pd.Series | Floats, whole: pd.Series) -> Floats:
    """Divide, where there is something to divide by; NaN elsewhere."""
    parts, wholes = np.asarray(part, dtype=float), whole.to_numpy(dtype=float)
    over: Floats = np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
    return over
