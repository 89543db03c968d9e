"""Prices that leave a tier without a use are said so, and others are not."""

import pytest

from optimizer.concurrency import Handling
from optimizer.price_advice import odd_prices
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings, tier_prices

HANDLING = Handling(concurrency=1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0.1)


def queues(shrinkage: float) -> dict[str, QueueSettings]:
    service = ServicePolicy(shrinkage=shrinkage)
    return {"live": QueueSettings(handling=HANDLING, service=service)}


@pytest.mark.parametrize(
    ("prices", "price", "shrinkage", "said"),
    [
        ({}, 10.0, 0.0, []),
        ({}, 10.0, 0.3, []),
        ({"standby_price": 1.0}, 10.0, 0.0, ["as much as one at work"]),
        ({"activation_price": 12.0}, 10.0, 0.0, ["not below understaffing_price 10"]),
        ({"standby_price": 0.9, "activation_price": 4.0}, 6.0, 0.0, ["standby never pays"]),
        ({"activation_price": 0.6}, 10.0, 0.0, ["only least_primary, 50%"]),
        ({"activation_price": 1.2}, 10.0, 0.4, ["only least_primary, 50%"]),
    ],
)
def test_a_tier_without_a_use_is_named(prices, price, shrinkage, said):
    """A planner who wonders why nobody is on call must find the reason."""
    found = odd_prices(
        ShiftSettings(understaffing_price=price), OnCallSettings(**prices), queues(shrinkage)
    )
    assert len(found) == len(said)
    assert all(words in line for words, line in zip(said, found, strict=True))


def test_quantiles_are_those_at_which_the_cheapest_of_three_changes():
    """Primary, standby and lack cost the same at the quantiles that are shown."""
    prices = tier_prices(
        ShiftSettings(understaffing_price=6.0), OnCallSettings(least_primary=0.0), 0.0
    )
    primary, both = prices.quantiles
    called = 1 - primary
    assert prices.duty == pytest.approx(prices.standby + called * prices.activation)
    absent = 1 - both
    standby = prices.standby + absent * prices.activation
    assert standby == pytest.approx(absent * prices.shortage)
