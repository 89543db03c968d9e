"""What everybody carries of a rotation, and the comp time that it earns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.clock import midnight, zone
from data.errors import InputError
from optimizer.rotation import Duty, Rotation, RotationSettings
from optimizer.staff import Absence, Rep

COMP = "comp"
"""Kind of an absence that takes comp time."""

HOUR = timedelta(hours=1)
SATURDAY = 5
LEDGER_COLUMNS = (
    "rep_id",
    "name",
    "weight",
    "turns_before",
    "turns",
    "fair_turns",
    "days",
    "hours",
    "night_hours",
    "weekend_hours",
    "holiday_hours",
    "days_stood_in",
    "activated_hours",
    "comp_before",
    "comp_earned",
    "comp_taken",
    "comp_balance",
)


@dataclass(frozen=True)
class Activation:
    """A time at which somebody on call was called in, in UTC.

    Parameters
    ----------
    place
        Where it stands, for messages.
    """

    rep_id: str
    start: datetime
    end: datetime
    place: str = "activation"


@dataclass(frozen=True)
class Carried:
    """What one person carried, in days and elapsed hours.

    Parameters
    ----------
    days
        On call, by the wall clock: a week is 7 also when clocks change.
    hours
        On call, elapsed.
    night_hours, weekend_hours, holiday_hours
        Of them, by the person's own wall clock; an hour may be several of these.
    days_stood_in
        Days among them in which the turn was somebody else's, who was away.
    activated_hours
        In which the person was called in.
    """

    days: float = 0.0
    hours: float = 0.0
    night_hours: float = 0.0
    weekend_hours: float = 0.0
    holiday_hours: float = 0.0
    days_stood_in: float = 0.0
    activated_hours: float = 0.0

    def comp_hours(self, settings: RotationSettings) -> float:
        """Return the comp time that it earns, hours."""
        return (
            settings.comp_hours_per_week * self.days / 7
            + settings.comp_hours_per_holiday * self.holiday_hours / 24
            + settings.comp_hours_per_activated_hour * self.activated_hours
        )


def ledger_table(
    rotation: Rotation,
    settings: RotationSettings,
    *,
    history: Sequence[Duty] = (),
    absences: Sequence[Absence] = (),
    activations: Sequence[Activation] = (),
    holidays: Collection[date] = (),
) -> pd.DataFrame:
    """Return the rows of ``ledger.csv``, one for each member.

    Comp time earned before the horizon (by the duties of `history`, at the rates of the settings)
    less what was taken before it is `comp_before`; the balance is at the end of the horizon.

    Parameters
    ----------
    absences
        Those of kind ``comp`` take comp time: a day of them takes what the settings say, a part of
        a day its hours and no more than that.
    activations
        Times at which people on call were called in.
    holidays
        Local days.

    Raises
    ------
    InputError
        When somebody was called in who was not on call.
    """
    begin = rotation.weeks.instants()[0]
    past = [duty for duty in history if duty.week < rotation.weeks.first]
    _check_activations(activations, [*past, *rotation.duties])
    rows = []
    for load in rotation.loads:
        rep = load.member.rep
        before = _carried(rep, past, activations, rotation, settings, holidays)
        now = _carried(rep, rotation.duties, activations, rotation, settings, holidays)
        taken_before, taken = _comp_taken(rep, absences, begin, settings)
        comp_before = before.comp_hours(settings) - taken_before
        earned = now.comp_hours(settings)
        values = (
            rep.rep_id, rep.name, load.member.weight, load.before, load.turns, load.fair,
            now.days, now.hours, now.night_hours, now.weekend_hours, now.holiday_hours,
            now.days_stood_in, now.activated_hours,
            comp_before, earned, taken, comp_before + earned - taken,
        )  # fmt: skip
        rows.append(values)
    table = pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))
    numbers = table.select_dtypes("float").columns
    table[numbers] = table[numbers].round(2)
    return table


def _carried(
    rep: Rep,
    duties: Sequence[Duty],
    activations: Sequence[Activation],
    rotation: Rotation,
    settings: RotationSettings,
    holidays: Collection[date],
) -> Carried:
    own = [duty for duty in duties if duty.rep_id == rep.rep_id]
    if not own:
        return Carried()
    calendar = zone(rotation.weeks.timezone)
    days = [_wall_days(duty, calendar) for duty in own]
    minutes = pd.DatetimeIndex(np.concatenate([_minutes(duty) for duty in own]), tz="UTC")
    local = minutes.tz_convert(zone(rep.timezone))
    on_holiday = np.isin(local.tz_localize(None).to_numpy().astype("datetime64[D]"),
                         np.array(sorted(holidays), dtype="datetime64[D]"))  # fmt: skip
    return Carried(
        days=sum(days),
        hours=len(minutes) / 60,
        night_hours=int(settings.night.covers(minutes, 1, rep.timezone).sum()) / 60,
        weekend_hours=int((local.day_of_week >= SATURDAY).sum()) / 60,
        holiday_hours=int(on_holiday.sum()) / 60,
        days_stood_in=sum(
            day for duty, day in zip(own, days, strict=True) if duty.kind == "part_cover"
        ),
        activated_hours=sum(
            max(timedelta(0), min(duty.end, called.end) - max(duty.start, called.start)) / HOUR
            for duty in own
            for called in activations
            if called.rep_id == rep.rep_id
        ),
    )


def _minutes(duty: Duty) -> np.ndarray:
    begin, end = (
        np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "m")
        for moment in (duty.start, duty.end)
    )
    return np.arange(begin, end).astype("datetime64[us]")


def _wall_days(duty: Duty, calendar: ZoneInfo) -> float:
    start, end = (
        moment.astimezone(calendar).replace(tzinfo=None) for moment in (duty.start, duty.end)
    )
    return (end - start) / timedelta(days=1)


def _comp_taken(
    rep: Rep, absences: Sequence[Absence], begin: datetime, settings: RotationSettings
) -> tuple[float, float]:
    """Return the hours of comp time taken before an instant and from it on."""
    taken = [0.0, 0.0]
    for absence in absences:
        if absence.rep_id != rep.rep_id or absence.kind.casefold() != COMP:
            continue
        day = absence.start.astimezone(zone(rep.timezone)).date()
        while (dawn := midnight(day, rep.timezone).to_pydatetime()) < absence.end:
            dusk = midnight(day + timedelta(days=1), rep.timezone).to_pydatetime()
            span = min(dusk, absence.end) - max(dawn, absence.start)
            taken[dawn >= begin] += min(settings.comp_hours_per_day, span / HOUR)
            day += timedelta(days=1)
    return taken[0], taken[1]


def _check_activations(activations: Sequence[Activation], duties: Sequence[Duty]) -> None:
    """Refuse who was called in without being on call, and hours that stand twice."""
    by_rep: dict[str, list[Activation]] = {}
    for called in activations:
        spans = [
            (duty.start, duty.end)
            for duty in duties
            if duty.rep_id == called.rep_id and duty.start < called.end and called.start < duty.end
        ]
        on_call = sum(
            (min(end, called.end) - max(start, called.start) for start, end in spans), timedelta(0)
        )
        if on_call < called.end - called.start:
            raise InputError(
                f"{called.place}: {called.rep_id} was not on call in all of the time from "
                f"{called.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}; mend it, or give the rotation "
                "of that week with --history"
            )
        for other in by_rep.setdefault(called.rep_id, []):
            if called.start < other.end and other.start < called.end:
                raise InputError(
                    f"{called.place}: {called.rep_id} is called in at this time already, by "
                    f"{other.place}; remove one of them"
                )
        by_rep[called.rep_id].append(called)
