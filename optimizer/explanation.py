r"""Why an hour missed its target: volume, handling time, absence, shape of the shifts, and chance.

The staffing model is asked twice what it says of an hour: as it was planned, and as it came. In
between, four factors change from the one to the other: volume from the forecast to what came,
handling from the settings to that of the day, the reps that shifts bring from those required to
those planned (shape), and from those planned to those on duty (absence). What a factor is worth
depends on which others have changed before it, so each is credited with its mean over all
:math:`4!` orders, its Shapley value:

.. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|! \, (3 - |S|)!}{4!} \, [f(S \cup i) - f(S)]

The values add up to all that has changed, and factors that do the same get the same (Shapley 1953,
https://doi.org/10.1515/9781400881970-018). What is left between the model's word for the day as it
came and the service that was reached is chance. Every factor changes in all hours at once, so what
an hour inherits from the hours before it, such as a queue, is credited to the factor that made it.
"""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import Handling
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from optimizer.simulated_service import conditions_of
from optimizer.staffing.simulation import simulate_counts

FACTORS = ("volume", "handling", "absence", "shape")
PARTS = (*FACTORS, "chance")
INPUT_COLUMNS = ("planned_volume", "volume", "required", "planned", "on_duty")
# A share of such hours as rare as this is no longer put down to chance.
RARE = 0.05
# The most runs show a standard deviation within 5 %, the fewest within 13 %; a busy
# floor varies less, and takes longer to play.
FEWEST_RUNS, MOST_RUNS, CONTACTS_PLAYED = 30, 200, 150_000

Floats = npt.NDArray[np.float64]


def shapley(worth: Floats) -> Floats:
    """Share out what changes among the factors that change it.

    Parameters
    ----------
    worth
        A row per set of factors that have changed: row ``k`` is of those whose bits are set in
        ``k``, so there are 2 to the number of factors; any number of columns.

    Returns
    -------
    numpy.ndarray
        A row per factor; they add up to the last row of `worth` less the first.

    Examples
    --------
    Either of two factors is enough, so they share:

    >>> shapley(np.array([[0.0], [1.0], [1.0], [1.0]])).ravel().tolist()
    [0.5, 0.5]
    """
    factors = len(worth).bit_length() - 1
    if len(worth) != 1 << factors:
        raise ValueError(f"A row per set of factors is a power of 2, not {len(worth)} rows.")
    sizes = [subset.bit_count() for subset in range(len(worth))]
    orders = [
        math.factorial(size) * math.factorial(factors - size - 1) / math.factorial(factors)
        for size in range(factors)
    ]
    shares = np.zeros((factors, worth.shape[1]))
    for factor in range(factors):
        for subset, size in enumerate(sizes):
            if not subset >> factor & 1:
                gained = worth[subset | 1 << factor] - worth[subset]
                shares[factor] += orders[size] * gained
    return shares


def explain(
    hours: pd.DataFrame, settings: QueueSettings, handling: Handling, interval_minutes: int
) -> pd.DataFrame:
    """Say of every interval where its service came from.

    Parameters
    ----------
    hours
        A row per interval of one queue, in a row and in order: ``planned_volume`` and ``volume``,
        contacts as forecast and as they came; ``required``, ``planned`` and ``on_duty``, reps on
        duty that the requirement called for, that the plan brings after shrinkage, and that there
        were; ``reached``, share of the contacts in time, NaN where there is nothing to explain.
        Rows without it still lead up to the others.
    settings
        The queue's, as planned.
    handling
        What conversations asked of reps in fact.
    interval_minutes
        Length of an interval.

    Returns
    -------
    pandas.DataFrame
        The same rows: ``target``; ``promised``, the share in time with the volume that was planned
        for and the reps that it called for; ``predicted``, the same as things came; ``margin``,
        what was promised beyond the target; and `PARTS`. Reached less target is margin and parts
        together. NaN where `reached` is.

    Raises
    ------
    ValueError
        When an input is missing, negative or not finite.
    """
    inputs = hours[list(INPUT_COLUMNS)].to_numpy(dtype=float)
    if not np.isfinite(inputs).all() or (inputs < 0).any():
        raise ValueError("Volume and reps must be known and at least 0 in every interval.")
    reached = hours["reached"].to_numpy(dtype=float)
    worth = _worth(hours, settings, handling, interval_minutes)
    target = settings.service.target
    table = pd.DataFrame(
        {
            "target": np.full(len(hours), target),
            "promised": worth[0],
            "predicted": worth[-1],
            "margin": worth[0] - target,
            **dict(zip(FACTORS, shapley(worth), strict=True)),
            "chance": reached - worth[-1],
        },
        index=hours.index,
    )
    table.loc[np.isnan(reached)] = np.nan
    return table


def _worth(
    hours: pd.DataFrame, settings: QueueSettings, handling: Handling, interval_minutes: int
) -> Floats:
    """Return the service of every interval for each set of factors that have changed."""
    volumes = hours["planned_volume"].to_numpy(dtype=float), hours["volume"].to_numpy(dtype=float)
    required, planned, on_duty = (
        hours[name].to_numpy(dtype=np.int64) for name in ("required", "planned", "on_duty")
    )
    known: dict[tuple[bytes, Handling, bytes], Floats] = {}
    rows = []
    for subset in range(1 << len(FACTORS)):
        changed = {name: bool(subset >> place & 1) for place, name in enumerate(FACTORS)}
        volume = volumes[changed["volume"]]
        work = handling if changed["handling"] else settings.handling
        reps = required + (planned - required) * changed["shape"]
        reps = np.maximum(reps + (on_duty - planned) * changed["absence"], 0)
        key = volume.tobytes(), work, reps.tobytes()
        if key not in known:
            stated = replace(settings, handling=work)
            predicted = predict_service(stated, volume, reps, interval_minutes)
            known[key] = predicted["service_level"].to_numpy(dtype=float)
        rows.append(known[key])
    return np.array(rows)


def add_noise(
    explained: pd.DataFrame,
    hours: pd.DataFrame,
    settings: QueueSettings,
    handling: Handling,
    interval_minutes: int,
    runs: int | None,
    seed: int,
) -> pd.DataFrame:
    """Add how far chance goes, as a simulation of the day as it came shows it.

    Contacts of an hour are not as many throws of a coin: who comes behind a long conversation waits
    with everybody else. So the same contacts are played again and again at other minutes, with
    other conversations, and the share in time of an hour varies as much as it does there.

    Parameters
    ----------
    explained, hours, settings, handling, interval_minutes
        What `explain` returned, and was given; `hours` also has ``judged``, the contacts of which
        `reached` is a share.
    runs
        How often to play the day, at least 2; None for as often as tells enough.
    seed
        The same seed plays the same days.

    Returns
    -------
    pandas.DataFrame
        With ``chance_sd``, the standard deviation that chance gives to the share in time;
        ``as_few``, the probability that no more contacts are in time by chance; and
        ``chance_alone``, whether chance alone explains an hour that missed its target: the model,
        given the day as it came, says that it is met, and as few are in time in more than a share
        of `RARE` of such hours.
    """
    counts = np.rint(hours["volume"].to_numpy(dtype=float)).astype(np.int64)
    if runs is None:
        affordable = CONTACTS_PLAYED // max(int(counts.sum()), 1)
        runs = min(max(affordable, FEWEST_RUNS), MOST_RUNS)
    if runs < 2:
        raise ValueError(f"Chance takes at least 2 runs to be seen, not {runs}.")
    result = simulate_counts(
        np.tile(counts, (runs, 1)),
        hours["on_duty"].to_numpy(dtype=np.int64),
        conditions_of(replace(settings, handling=handling), interval_minutes),
        seed,
    )
    noise = result.table[f"{settings.service.clock}_se"].to_numpy() * math.sqrt(runs)
    told = explained["predicted"].notna().to_numpy()
    share = np.clip(explained["predicted"].to_numpy(dtype=float)[told], 0.0, 1.0)
    judged = np.maximum(np.rint(hours["judged"].to_numpy(dtype=float)[told]), 1)
    reached = hours["reached"].to_numpy(dtype=float)[told]
    # Where everybody or nobody was in time in every run, a coin still varies a little.
    coin = np.sqrt(share * (1 - share) / judged)
    spread = np.fmax(noise[told], coin)
    table = explained.assign(chance_sd=np.nan, as_few=np.nan, chance_alone=False)
    table.loc[told, "chance_sd"] = spread
    table.loc[told, "as_few"] = _as_few(np.rint(reached * judged), judged, share, spread)
    table["chance_alone"] = (
        (hours["reached"] < table["target"])
        & (table["predicted"] >= table["target"])
        & (table["as_few"] >= RARE)
    )
    return table


def _as_few(in_time: Floats, judged: Floats, share: Floats, spread: Floats) -> Floats:
    """Return the probability of at most so many in time: beta-binomial of that mean and spread."""
    from scipy.stats import betabinom, binom

    coin = np.maximum(share * (1 - share) / judged, 1e-12)
    alike = np.clip((spread**2 / coin - 1) / np.maximum(judged - 1, 1), 0.0, 0.999)
    alike[judged < 2] = 0.0
    alone = np.asarray(binom.cdf(in_time, judged, share), dtype=np.float64)
    together = (alike > 1e-6) & (share > 1e-9) & (share < 1 - 1e-9)
    weight = (1 - alike[together]) / alike[together]
    a, b = share[together] * weight, (1 - share[together]) * weight
    alone[together] = betabinom.cdf(in_time[together], judged[together], a, b)
    return np.asarray(np.clip(alone, 0.0, 1.0))


def summarize(explained: pd.DataFrame, hours: pd.DataFrame) -> pd.Series:
    """Return a day's means over its judged contacts; they add up as the hours do.

    Returns
    -------
    pandas.Series
        ``judged`` (contacts), ``reached``, ``target``, ``promised``, ``predicted``, ``margin`` and
        `PARTS`; NaN but for ``judged`` when there were none.
    """
    columns = ["target", "promised", "predicted", "margin", *PARTS]
    told = explained["predicted"].notna() & (hours["judged"] > 0)
    weight = hours.loc[told, "judged"].to_numpy(dtype=float)
    values = explained.loc[told, columns].assign(reached=hours.loc[told, "reached"])
    if not len(weight):
        return pd.Series({"judged": 0.0, **dict.fromkeys(values.columns, math.nan)})
    means = np.average(values.to_numpy(dtype=float), axis=0, weights=weight)
    return pd.Series({"judged": weight.sum(), **dict(zip(values.columns, means, strict=True))})
