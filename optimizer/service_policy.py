"""What a queue promises its customers, and on what terms its reps keep it."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from optimizer.shrinkage import whole_shrinkage
from optimizer.staffing.leaving import Leaving, ShiftEnd
from optimizer.staffing.simulation_draws import Routing

Clock = Literal["first_reply", "pick_up"]
TargetPer = Literal["hour", "day", "week"]
MOST_WIND_DOWN = 480.0


@dataclass(frozen=True)
class ServicePolicy:
    """The ``[queues.NAME.service]`` table.

    Parameters
    ----------
    target
        Share of contacts that are to be in time, strictly between 0 and 1.
    within_seconds
        What in time is, seconds after arrival.
    clock
        Which event counts: the ``first_reply`` sent, or ``pick_up`` by a rep.
    target_per
        Over what the target has to be met: in every interval (``hour``), or over a local ``day`` or
        ISO ``week`` as a whole, by contacts.
    hour_floor
        Share of contacts that is to be in time in every interval all the same, at most `target`;
        it counts where `target_per` is not ``hour``.
    shrinkage
        Share of paid time not on duty, in [0, 1); 0.30 when it is not given in either way.
    shrinkage_in_office, shrinkage_out_of_office
        Instead: the share of time at work that is not on duty (breaks, meetings), and the share of
        paid time not at work (holidays, sickness). `shrinkage` is then what they make together.
    max_hands_busy
        Cap on the share of time in which a rep's hands are busy, in (0, 1].
    min_reps
        Least reps on duty while a chat or phone queue is open.
    shift_end
        What reps do at the end of a shift with what is open: ``keep`` it and finish it after the
        shift, ``hand_back`` to the front of the queue, or ``wind_down``: take nothing new in the
        last `wind_down_minutes`, and then keep the rest.
    wind_down_minutes
        Those last minutes.
    routing
        Which rep with a free slot gets a new conversation: who has the ``fewest`` open, whose last
        one came longest ago (``round_robin``), or whose last one ended longest ago
        (``longest_idle``). The formulas reckon with the first, the simulator with what is set.
    """

    target: float = 0.80
    within_seconds: float = 120.0
    clock: Clock = "first_reply"
    target_per: TargetPer = "hour"
    hour_floor: float = 0.60
    # None until it is known from which of the two ways; a policy that exists has the number.
    shrinkage: float = cast(float, None)
    max_hands_busy: float = 0.85
    min_reps: int = 1
    shift_end: ShiftEnd = "keep"
    wind_down_minutes: float = 15.0
    shrinkage_in_office: float | None = None
    shrinkage_out_of_office: float | None = None
    routing: Routing = "fewest"

    def __post_init__(self) -> None:
        parts = self.shrinkage_in_office, self.shrinkage_out_of_office
        object.__setattr__(self, "shrinkage", whole_shrinkage(self.shrinkage, *parts))
        if not 0 < self.target < 1:
            raise ValueError(
                f"target must lie strictly between 0 and 1, not at {self.target:g}: "
                "no number of reps answers every contact in time."
            )
        if not 0 <= self.within_seconds < float("inf"):
            raise ValueError("within_seconds must be a finite number of at least 0.")
        if self.clock not in get_args(Clock):
            raise ValueError(f"clock must be first_reply or pick_up, not {self.clock!r}.")
        if self.target_per not in get_args(TargetPer):
            raise ValueError(f"target_per must be hour, day or week, not {self.target_per!r}.")
        if not 0 <= self.hour_floor < 1:
            raise ValueError(f"hour_floor must be at least 0 and below 1, not {self.hour_floor:g}.")
        if self.target_per != "hour" and self.hour_floor > self.target:
            raise ValueError(
                f"hour_floor is {self.hour_floor:g} and target {self.target:g}: no hour is asked "
                "for more than the whole; lower hour_floor."
            )
        if not 0 < self.max_hands_busy <= 1:
            raise ValueError("max_hands_busy must be above 0 and at most 1.")
        if self.min_reps < 0:
            raise ValueError("min_reps must be at least 0.")
        if self.shift_end not in get_args(ShiftEnd):
            raise ValueError(
                f"shift_end must be keep, hand_back or wind_down, not {self.shift_end!r}."
            )
        if self.routing not in get_args(Routing):
            raise ValueError(
                f"routing must be fewest, round_robin or longest_idle, not {self.routing!r}."
            )
        if not 0 < self.wind_down_minutes <= MOST_WIND_DOWN:
            raise ValueError(
                f"wind_down_minutes must be above 0 and at most {MOST_WIND_DOWN:g}, not "
                f"{self.wind_down_minutes:g}."
            )

    @property
    def leaving(self) -> Leaving:
        """How shifts end."""
        return Leaving(self.shift_end, self.wind_down_minutes)
