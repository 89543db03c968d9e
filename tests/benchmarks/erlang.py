"""Erlang's formulas, hour by hour, as the trade applies them to conversations held at once."""

import math

import numpy as np
from scipy.special import betaincc

from optimizer.concurrency import Handling, completion_rates, message_times

# What practitioners' tables say a rep with 1, 2, … chats at once is worth.
PUBLISHED_FACTORS = (1.0, 1.7, 2.5, 2.9, 3.5, 3.5)


def erlang_c(volume: float, handling_minutes: float, servers: float, within: float) -> float:
    """Return P(wait <= within minutes) when everybody waits for ever; 0 when overloaded."""
    offered, servers = volume * handling_minutes / 60, math.floor(servers)
    if offered >= servers:
        return 0.0
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    waits = blocked / (1 - offered / servers * (1 - blocked))
    return 1 - waits * math.exp(-(servers - offered) * within / handling_minutes)


def erlang_a(
    volume: float, handling_minutes: float, servers: int, patience: float, within: float
) -> float:
    """Return the share picked up within so many minutes, customers giving up; M/M/s+M."""
    arrivals, rate = volume / 60, 1 / handling_minutes
    size = servers + math.ceil(arrivals * patience + 8 * math.sqrt(arrivals * patience)) + 40
    n = np.arange(1, size)
    deaths = np.minimum(n, servers) * rate + np.maximum(n - servers, 0) / patience
    weights = np.concatenate([[0.0], np.cumsum(np.log(arrivals) - np.log(deaths))])
    load = np.exp(weights - weights.max())
    load /= load.sum()
    # The wait of who has q ahead is a sum of exponentials with evenly spaced rates (Rényi 1953).
    ratio, ahead = servers * rate * patience, np.arange(1, size - servers + 1)
    waiting = ratio / (ratio + ahead) * betaincc(ratio + 1, ahead, math.exp(-within / patience))
    return float(load[:servers].sum() + load[servers:] @ waiting)


def full_handling_minutes(handling: Handling) -> float:
    """Return how long a conversation lasts with a rep who holds as many as can be."""
    return handling.concurrency / float(completion_rates(handling)[-1])


def lone_minutes(handling: Handling) -> float:
    """Return how long a conversation lasts with a rep who holds nothing else."""
    return message_times(handling).solo_minutes
