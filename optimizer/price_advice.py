"""Prices that cannot mean what they say, in words, before somebody wonders at a plan."""

from collections.abc import Mapping

from optimizer.queue_settings import QueueSettings
from optimizer.shifts import OnCallSettings, ShiftSettings, tier_prices
from optimizer.tier_prices import TierPrices


def odd_prices(
    shifts: ShiftSettings, on_call: OnCallSettings, queues: Mapping[str, QueueSettings]
) -> list[str]:
    """Say which prices leave a tier without a use, a sentence each; none where all is well.

    Parameters
    ----------
    shifts, on_call
        The prices.
    queues
        By name; their shrinkage makes an hour on duty dearer.

    Examples
    --------
    >>> odd_prices(ShiftSettings(), OnCallSettings(standby_price=1.2), {})
    ['standby_price 1.2: an hour on standby costs more than one at work, so nobody is put on call.']
    """
    if on_call.standby_price >= 1:
        more = "more than" if on_call.standby_price > 1 else "as much as"
        return [
            f"standby_price {on_call.standby_price:g}: an hour on standby costs {more} one at "
            "work, so nobody is put on call."
        ]
    if on_call.activation_price >= shifts.understaffing_price:
        return [
            f"activation_price {on_call.activation_price:g} is not below understaffing_price "
            f"{shifts.understaffing_price:g}: calling somebody in costs what the lack of one "
            "does, so nobody is put on call."
        ]
    found = []
    for name, settings in queues.items():
        prices = tier_prices(shifts, on_call, settings.service.shrinkage)
        if not _pays(prices):
            found.append(
                f"{name}: at these prices an hour on standby never pays; on-call would take a "
                "lower standby_price or activation_price, or a higher understaffing_price."
            )
        elif prices.standby + prices.activation <= prices.duty:
            limit = f"{on_call.least_primary:.0%} of what may be called for"
            found.append(
                f"{name}: standby and a call together cost {prices.standby + prices.activation:g} "
                f"wages an hour, a rep on duty {prices.duty:.3g} with shrinkage: only "
                f"least_primary, {limit}, keeps primary reps at work."
            )
    return found


def _pays(prices: TierPrices) -> bool:
    """Say whether standby is worth its price for anybody beyond primary."""
    free = TierPrices(prices.shrinkage, prices.standby, prices.activation, prices.shortage, 0.0)
    primary, both = free.quantiles
    return both > primary
