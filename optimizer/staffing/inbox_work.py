"""What an asynchronous queue asks of the hands: conversations written one message at a time."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from optimizer.concurrency import Handling, message_times

Floats = npt.NDArray[np.float64]

_STRATA = (np.arange(3) + 0.5) / 3
_MANY = 40.0


@dataclass(frozen=True)
class InboxWork:
    """What a conversation asks of the hands.

    Parameters
    ----------
    rep_messages
        Mean number of the rep's messages, geometric.
    writing_minutes
        Mean time of hands for one of them.
    customer_reply_minutes
        Mean time until the customer answers, by night as well.
    writing_cv
        Standard deviation of the writing time over its mean; 1 is exponential, else lognormal.
    """

    rep_messages: float
    writing_minutes: float
    customer_reply_minutes: float
    writing_cv: float = 1.0

    @property
    def returning(self) -> float:
        """Share of messages after which the customer answers."""
        return 1 - 1 / self.rep_messages

    @property
    def taken_by_leaver(self) -> float:
        """Messages of work that leave with a rep: what is in hand has often begun to be long."""
        return (1 + self.writing_cv**2) / 2

    def written_within(self, minutes: Floats) -> Floats:
        """Return how likely a message takes no longer than so many minutes; 0 for none."""
        from scipy.special import ndtr

        relative = np.maximum(minutes, 0.0) / self.writing_minutes
        if self.writing_cv == 1:
            return np.asarray(-np.expm1(-relative))
        spread = math.log1p(self.writing_cv**2)
        logs = np.log(np.maximum(relative, 1e-300))
        return np.asarray(ndtr((logs + spread / 2) / math.sqrt(spread)))

    @cached_property
    def typical_minutes(self) -> Floats:
        """Writing times of equally many messages each, short to long, with the right mean."""
        from scipy.special import ndtri

        if self.writing_cv == 1:
            times = -np.log1p(-_STRATA)
        else:
            times = np.exp(math.sqrt(math.log1p(self.writing_cv**2)) * ndtri(_STRATA))
        return np.asarray(times * self.writing_minutes / times.mean())

    def done_within(self, messages: Floats, hand_minutes: Floats) -> Floats:
        """Return how likely so many messages take no more than so many minutes of hands.

        Many messages take a time whose cube root is near normal (Wilson and Hilferty 1931,
        https://doi.org/10.1073/pnas.17.12.684), which is quicker to work out and within 0.0002.
        """
        from scipy.special import gammainc, ndtr

        spread = self.writing_cv**2
        budget = np.maximum(hand_minutes, 0.0) / (self.writing_minutes * spread)
        # No message at all is done at once, which the function does not know of.
        shape, budget = np.broadcast_arrays(np.maximum(messages, 1e-12) / spread, budget)
        chance = np.empty(shape.shape)
        many = shape > _MANY
        chance[~many] = gammainc(shape[~many], budget[~many])
        shape, budget = shape[many], budget[many]
        root = np.cbrt(budget / shape) - 1 + 1 / (9 * shape)
        chance[many] = ndtr(3 * np.sqrt(shape) * root)
        return chance


def inbox_work(handling: Handling) -> InboxWork:
    """Return what an asynchronous queue's conversation asks of the hands.

    Concurrency and patience are of no account: whoever writes an e-mail writes one at a time, and
    who sent one has gone.
    """
    times = message_times(handling)
    return InboxWork(
        times.rep_messages,
        times.writing_minutes,
        times.customer_reply_minutes,
        handling.writing_cv,
    )
