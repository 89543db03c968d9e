"""Prices of the two tiers, and the quantiles of volume that they make worth serving."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TierPrices:
    """What an hour of each tier costs, in wages of a rostered hour.

    Parameters
    ----------
    shrinkage
        Share of a primary rep's paid time not on duty; standby has none.
    standby
        Of an hour on standby.
    activation
        Of an hour called in, beside the standby.
    shortage
        Of a missing rep-hour.
    least_primary
        Quantile of volume that primary are to serve in any case.
    """

    shrinkage: float
    standby: float
    activation: float
    shortage: float
    least_primary: float

    @property
    def duty(self) -> float:
        """Of an hour on duty of a primary rep."""
        return 1.0 / (1.0 - self.shrinkage)

    @property
    def quantiles(self) -> tuple[float, float]:
        """Quantiles of required reps that primary, and both tiers together, are worth serving.

        A rep who is called for with a probability :math:`p` costs the wage as primary, the standby
        and :math:`p` activations on call, :math:`p` shortages when absent. These are the
        probabilities at which the cheapest of the three changes, as quantiles; the two are equal
        when standby never pays. Shifts longer than the hours that call for them may do otherwise.

        Examples
        --------
        >>> primary, both = TierPrices(0.0, 0.30, 1.40, 6.0, 0.0).quantiles
        >>> round(primary, 3), round(both, 3)
        (0.5, 0.935)
        """
        called = self._probability(self.duty - self.standby, self.activation)
        absent = self._probability(self.standby, self.shortage - self.activation)
        if absent >= called:
            called = absent = self._probability(self.duty, self.shortage)
        primary = max(1.0 - called, self.least_primary)
        return primary, max(1.0 - absent, primary)

    @staticmethod
    def _probability(saved: float, price: float) -> float:
        return min(max(saved / price, 0.0), 1.0) if price > 0 else 1.0
