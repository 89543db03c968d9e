"""What is advised for a queue on the day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from optimizer.shifts import Role, Shift

Action = Literal["call_in", "stay_on", "release"]


@dataclass(frozen=True)
class Advice:
    """One thing to do.

    Parameters
    ----------
    queue, action, role
        What; the role is that of the shift.
    rep_id
        Who; empty when nobody is named.
    shift
        The shift that is called in or left early.
    start, end
        The time to work, or not to work, in UTC.
    reps
        How many; 1 when named.
    saves
        Expected, in wages; below 0 for a release, what it costs.
    at_stake
        What those hours are expected to cost without it, beyond calls advised before it, in wages.
    worst
        Start of the interval that is most probably short, in UTC.
    p_short_before, p_short_after
        Probability that those at work do not suffice in it, without and with the advice.
    short_before
        How many are missing in it on average without the advice.
    expected, planned
        Contacts/hour in it by the median now and of the plan; NaN where the plan did not say.
    decide_by
        The last moment to call, in UTC.
    passed_over
        Why others who were on standby were not chosen, by name.
    """

    queue: str
    action: Action
    rep_id: str
    role: Role
    shift: Shift
    start: datetime
    end: datetime
    reps: int
    saves: float
    at_stake: float
    worst: datetime
    p_short_before: float
    p_short_after: float
    short_before: float
    expected: float
    planned: float
    decide_by: datetime
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Retuned:
    """What is advised for a queue.

    Parameters
    ----------
    queue
        Its name.
    advice
        By start; calls before releases.
    standby
        How many reps could be called in at all.
    likeliest, p_needed
        Start of the interval, among those with standby, in which those at work most probably do not
        suffice, in UTC, and that probability; None and 0 without standby.
    cost_before, cost_after
        Expected of shortage and calls in the time that is left, in wages, without the advice and
        with its calls.
    """

    queue: str
    advice: tuple[Advice, ...]
    standby: int
    likeliest: datetime | None
    p_needed: float
    cost_before: float
    cost_after: float
