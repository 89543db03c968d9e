"""How a rep works several conversations at once: from messages to throughput."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Handling:
    """The ``[queues.NAME.handling]`` table: what one conversation asks of a rep.

    Either `writing_minutes` and `customer_reply_minutes` are given, or `conversations_per_hour`
    and `solo_minutes`, from which they follow.

    Parameters
    ----------
    concurrency
        Conversations that a rep handles at once, at most.
    rep_messages
        Mean number of messages that the rep writes in a conversation; geometric, at least 1.
    writing_minutes
        Mean time of hands to write one of them.
    customer_reply_minutes
        Mean time until the customer answers.
    patience_minutes
        Mean time that a customer waits for pick-up before abandoning.
    conversations_per_hour
        Completed by one rep who holds `concurrency` of them all the time.
    solo_minutes
        Duration of one conversation of a rep who holds nothing else.
    """

    concurrency: int
    rep_messages: float
    writing_minutes: float
    customer_reply_minutes: float
    patience_minutes: float = 20.0
