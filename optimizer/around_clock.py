r"""Around the clock with a small team: live, on call by phone, or an automatic reply.

Nobody staffs 168 hours a week with eight people. For every interval :math:`t` of :math:`h` hours
one of three is chosen: reps at work answer *live*; one person on call is woken by *phone* for what
is urgent; or an *automatic* reply says when there will be an answer. The period is taken to repeat
itself.

Variables: :math:`x_s \in \mathbb{Z}_{\ge 0}`, reps on shift s (of a pool g of the team);
:math:`a_t, p_t \in \{0, 1\}`, whether the interval is live or on call by phone;
:math:`u_t \ge 0`, reps missing in a live interval; :math:`q_t \ge 0`, contacts that wait at its
end; :math:`f_t \ge 0`, waiting contacts that are answered in it; :math:`\ell \ge 0`, contacts that
the team never gets round to.

Data: :math:`n_t`, contacts to expect, and :math:`b_t` of them for which the phone is used: those
that are urgent and, where a threshold is set, those beyond it; :math:`\omega n_t`, urgent ones;
:math:`r_t`, reps on duty for the queue's promise; :math:`\delta`, share of a rep-hour that is on
duty; :math:`\varrho`, contacts that a rep-hour answers with hands as busy as they may be, and
:math:`n'_t`, what of that :math:`n_t` takes; :math:`\varphi_t`, share of the interval for which the
phone keeps its person busy. Prices, in wages, the first three with the premiums of their hours:
:math:`c_s`, of a shift; :math:`\sigma`, standby; :math:`\alpha`, activation; :math:`v`, of a
contact that is not answered at once, and :math:`v^u` beside it of an urgent one; :math:`w`,
waiting, of a contact and hour; :math:`\lambda`, of a lost contact; :math:`\mu`, hours that
contracts promise and the plan leaves idle.

.. math::

    \min\; \sum c_s x_s + \mu \sum m + h \sum (\sigma + \alpha \varphi_t) p_t
        + v \sum \bigl[ n_t (1 - a_t - p_t) + (n_t - b_t) p_t + n_t u_t / r_t \bigr]
        + v^u \omega \sum n_t (1 - a_t - p_t) + w h \sum q_t + \lambda \ell

    X_t = \sum_{s \ni t} x_s,\qquad a_t + p_t &\le 1 \\
    a_t \le X_t \le N a_t,\qquad \delta X_t + u_t &\ge r_t a_t,\qquad u_t \le r_t a_t \\
    q_t &= q_{t-1} + n_t (1 - a_t - p_t) + (n_t - b_t) p_t + n_t u_t / r_t - f_t \\
    f_t &\le \varrho h X_t - n'_t (a_t - u_t / r_t) \\
    p_t - p_{t-1} &\le p_{t+k} + a_{t+k} \quad (k \text{ within the least stretch by phone})

with :math:`q` before the first interval equal to :math:`q` after the last one less
:math:`\ell`, and at least 0,
and the rules of `optimizer.pool_rules` for each pool. Whoever is at work answers live first; what
waits is answered in spare moments, as far as hands may be busy. Where fewer are at work than the
promise takes, the share that is missing waits too. The phone wakes its person :math:`\nu_t` times
an hour and for at least :math:`B` hours, so it keeps the person busy for :math:`\varphi_t = \nu_t B
/ (1 + \nu_t B)` of the time: a renewal process whose counter is locked for B after each count.

When a waiting contact will be answered is then told by `optimizer.answer_times`.

References
----------
D. R. Cox, "Renewal Theory", Methuen 1962 (counters of type I).
T. R. Robbins and T. P. Harrison, "A stochastic programming model for scheduling call centers with
global Service Level Agreements", European Journal of Operational Research 207 (3), 2010,
doi:10.1016/j.ejor.2010.06.013: what standby is worth beside shifts.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from optimizer.report import SolveReport
from optimizer.shifts import StaffedShift

Tier = Literal["live", "phone", "auto"]
TIERS: tuple[Tier, ...] = get_args(Tier)


@dataclass(frozen=True)
class AroundClockSettings:
    """The ``[around_the_clock]`` table; prices are in wages, that is in rep-hours.

    Parameters
    ----------
    contact_value
        What it is worth to answer a contact at once and not only when somebody is there again.
    urgent_share
        Share of contacts that are urgent, in [0, 1].
    urgent_value
        What it is worth, beside that, to answer an urgent contact at once.
    waiting_price
        Of a contact that waits for an hour.
    lost_value
        Of a contact that the team never gets round to.
    wake_above
        The person on call is also woken for the contacts of an interval beyond this number; None
        for urgent ones only.
    min_phone_hours
        Whoever is on call by phone is so for at least this long, or until somebody is at work.
    promise
        The stated time is kept with this probability.
    round_to_minutes
        Stated times are rounded up to multiples of this.
    """

    contact_value: float = 1.0
    urgent_share: float = 0.05
    urgent_value: float = 20.0
    waiting_price: float = 0.05
    lost_value: float = 10.0
    wake_above: int | None = None
    min_phone_hours: float = 4.0
    promise: float = 0.90
    round_to_minutes: int = 30

    def __post_init__(self) -> None:
        for name in ("contact_value", "urgent_value", "waiting_price", "lost_value"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be a finite number of at least 0.")
        if not 0 <= self.urgent_share <= 1:
            raise ValueError("urgent_share must be from 0 to 1.")
        if self.wake_above is not None and self.wake_above < 0:
            raise ValueError("wake_above must be at least 0.")
        if not 0 < self.min_phone_hours <= 24:
            raise ValueError("min_phone_hours must be above 0 and at most 24.")
        if not 0.5 <= self.promise < 1:
            raise ValueError("promise must be at least 0.5 and below 1.")
        if not 1 <= self.round_to_minutes <= 1440:
            raise ValueError("round_to_minutes must be from 1 to 1440.")


@dataclass(frozen=True)
class AroundClock:
    """What every interval of a period gets.

    Parameters
    ----------
    queue
        Whose contacts.
    table
        A row per interval: ``interval_start``; ``tier``; ``volume``, contacts to expect;
        ``required``, reps to roster for the promise; ``reps``, at work; ``answered_live``,
        ``by_phone``, ``told_to_wait``, contacts to expect of each kind; ``woken``, share of the
        interval for which the phone keeps its person busy; ``backlog``, contacts to expect that
        wait at its end; ``answer_by``, the time by which who is told to wait in it is answered
        with the probability of the promise, NaT where nobody is or no time can be promised.
    shifts
        Who is at work, as in a shift plan.
    timezone, interval_minutes
        The calendar's zone and grid.
    mean_wait_hours, most_wait_hours
        Of those who are told to wait: how long on average, and how long at most in the promise's
        share of cases; None when nobody is.
    lost
        Contacts that the team never gets round to in the period.
    report
        What is proven; costs are in the workspace's currency.
    cost_without_phone
        Of the best plan without anybody on call by phone; None when it was not found.
    """

    queue: str
    table: pd.DataFrame
    shifts: tuple[StaffedShift, ...]
    timezone: str
    interval_minutes: int
    mean_wait_hours: float | None
    most_wait_hours: float | None
    lost: float
    report: SolveReport
    cost_without_phone: float | None

    def hours(self, tier: Tier) -> float:
        """Return the hours of a tier."""
        return int((self.table["tier"] == tier).sum()) * self.interval_minutes / 60

    def share(self, column: str) -> float:
        """Return the share of contacts in ``answered_live``, ``by_phone`` or ``told_to_wait``."""
        volume = float(self.table["volume"].sum())
        return float(self.table[column].sum()) / volume if volume else 0.0
