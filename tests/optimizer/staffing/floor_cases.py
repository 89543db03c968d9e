"""Floors that several tests of the simulator play."""

from optimizer.staffing.simulation_draws import Practice, Work
from optimizer.staffing.simulation_run import Conditions

CHAT = Work(4, 8.0, 0.75, 4.0, 20.0)
CALLS = Work(1, 1.0, 4.0, 0.0, 10.0)
DAY = [20, 45, 60, 60, 30, 10]
STAFF = [4, 8, 11, 9, 6, 3]


def conditions(work=CHAT, within=120, interval=60, **practice):
    """Return what a floor is played under; what is not said is as simple as can be."""
    return Conditions(work, interval, within, Practice(**practice))
