"""What was learnt of handling, as tables of the settings and as sentences."""

import math
from collections.abc import Iterator
from typing import Any

import tomlkit

from data.clock import zone
from data.errors import InputError
from optimizer.calibration import Calibration, QueueCalibration
from optimizer.concurrency import as_throughput, throughput_per_hour
from optimizer.resampling import Estimate
from ui.settings import parse_settings

_BY_MESSAGES = ("rep_messages", "writing_minutes", "customer_reply_minutes")
_BY_THROUGHPUT = ("conversations_per_hour", "solo_minutes")
_SPREADS = ("writing_cv", "customer_reply_cv", "patience_cv")


def handling_text(learnt: Calibration, source: str, timezone: str) -> str:
    """Return ``handling.toml``: a table per queue, every value with its interval and count."""
    document = tomlkit.document()
    for line in (
        f"Learnt from {source} by staffcast calibrate. Paste a table into staffcast.toml, or let",
        "--apply do it. Ranges are 95 % intervals; what each rests on stands behind it.",
    ):
        document.add(tomlkit.comment(line))
    queues = tomlkit.table(is_super_table=True)
    for found in learnt.queues:
        queue = tomlkit.table(is_super_table=True)
        queue.append("handling", _table(found, timezone))
        queues.append(found.queue, queue)
    document.append("queues", queues)
    return tomlkit.dumps(document)


def applied_text(text: str, learnt: Calibration, name: str) -> str:
    """Return the text of a settings file with what was learnt in it, other lines as they were.

    Concurrency is raised to what was seen and never lowered.

    Parameters
    ----------
    text
        The settings.
    learnt
        Every queue of it must be in the settings.
    name
        How messages call the file.

    Raises
    ------
    InputError
        When a queue has no table, or the settings would not be valid.
    """
    document = tomlkit.parse(text)
    queues: Any = document.get("queues", {})
    for found in learnt.queues:
        if found.queue not in queues:
            raise InputError(
                f"{name}: there is no table [queues.{found.queue}]; add it, or choose another "
                "queue with --queue"
            )
        table = queues[found.queue].setdefault("handling", tomlkit.table())
        new = dict(_entries(found))
        for key in (*_BY_MESSAGES, *_BY_THROUGHPUT, *_SPREADS):
            if key in table and key not in new:
                del table[key]
        for key, (value, comment) in new.items():
            # What the tool allows is not less for a quiet week.
            if key == "concurrency" and table.get(key, 0) >= value:
                continue
            table[key] = value
            table[key].comment(comment)
    changed = tomlkit.dumps(document)
    parse_settings(changed, name)
    return changed


def _table(found: QueueCalibration, timezone: str) -> Any:
    table = tomlkit.table()
    for line in (_span(found, timezone), *basis_lines(found)):
        table.add(tomlkit.comment(line))
    for key, (value, comment) in _entries(found):
        table.append(key, tomlkit.item(value).comment(comment))
    for line in _asides(found):
        table.add(tomlkit.comment(line))
    table.add(tomlkit.nl())
    return table


def _span(found: QueueCalibration, timezone: str) -> str:
    begin, end = (each.tz_convert(zone(timezone)) for each in (found.begin, found.end))
    return f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {timezone}, {found.units} {found.unit}"


def basis_lines(found: QueueCalibration) -> list[str]:
    """Say what was averaged, what was fitted, and what could not be known."""
    known = found.known
    recorded = {
        "rep_messages": known.messages,
        "writing_s": known.writing,
        "customer_gap_s": known.customer_reply,
    }
    lines = []
    if any(recorded.values()):
        lines.append(
            "Recorded and averaged: " + _listed(name for name in recorded if recorded[name])
        )
    if not known.all_recorded:
        lacking = _listed(name for name in recorded if not recorded[name])
        what = "completions and time at every level of concurrency"
        if known.first_replies and not known.writing:
            what += ", and times from pick-up to first reply"
        lines.append(f"Not in the export: {lacking}; fitted to {what}")
    if known.messages_assumed:
        lines.append(
            f"Not to be known: messages per conversation; {found.rep_messages.value:g} are assumed"
        )
    if found.silent_share is None:
        lines.append("Not to be known: customers who left unseen; they count as conversations")
    if found.patience is None:
        lines.append("Not to be known: patience; nobody waited, or who left is not recorded")
    return lines


def _entries(found: QueueCalibration) -> Iterator[tuple[str, tuple[float, str]]]:
    handling = found.handling
    yield (
        "concurrency",
        (
            handling.concurrency,
            f"seen at {found.reached:.1%} of pick-ups; if the tool lets reps hold more, put that",
        ),
    )
    if found.known.messages_assumed and _has_throughput(found):
        last = found.levels.iloc[-1]
        of = f"{int(last['completions'])} completions at that level"
        per_hour = f"{_short(last['low'])} to {_short(last['high'])}, {of}"
        yield "conversations_per_hour", (_rounded(float(last["per_hour"])), per_hour)
        solo = found.solo_minutes
        yield "solo_minutes", (_rounded(solo.value), interval_text(solo))
    else:
        for key in _BY_MESSAGES:
            estimate: Estimate = getattr(found, key)
            yield key, (_rounded(estimate.value), interval_text(estimate))
            if key.startswith("writing") and handling.writing_cv != 1:
                yield from _spread_entry(found, "writing_cv")
            if key.startswith("customer") and handling.customer_reply_cv != 1:
                yield from _spread_entry(found, "customer_reply_cv")
    patience = found.patience
    if patience is not None and patience.mean_minutes is not None and patience.high is not None:
        comment = (
            f"{_short(patience.low)} to {_short(patience.high)}, {patience.left} of "
            f"{patience.waits} who waited left"
        )
        yield "patience_minutes", (_rounded(patience.mean_minutes), comment)
        if patience.cv is not None:
            text = "lognormal: clearly likelier than exponential"
            yield "patience_cv", (_rounded(handling.patience_cv), text)


def _spread_entry(found: QueueCalibration, name: str) -> Iterator[tuple[str, tuple[float, str]]]:
    estimate: Estimate = getattr(found, name)
    yield name, (_rounded(getattr(found.handling, name)), interval_text(estimate))


def _asides(found: QueueCalibration) -> Iterator[str]:
    """Yield what does not belong into the table as it stands."""
    if not found.known.messages_assumed and _has_throughput(found):
        last = found.levels.iloc[-1]
        yield (
            "the same by throughput, instead of writing_minutes and customer_reply_minutes: "
            f"conversations_per_hour = {_rounded(float(last['per_hour']))} "
            f"({_short(last['low'])} to {_short(last['high'])}), "
            f"solo_minutes = {_rounded(found.solo_minutes.value)} "
            f"({interval_text(found.solo_minutes)})"
        )
    for name, cv in (
        ("writing_cv", found.writing_cv),
        ("customer_reply_cv", found.customer_reply_cv),
    ):
        if cv is not None and getattr(found.handling, name) == 1:
            yield f"{name} is {_rounded(cv.value)} ({interval_text(cv)}): as exponential times"
    patience = found.patience
    if patience is not None and patience.mean_minutes is None:
        yield (
            f"patience: none of {patience.waits} who waited left; it is at least "
            f"{_short(patience.low)} minutes"
        )


def _has_throughput(found: QueueCalibration) -> bool:
    """Say whether throughput and lone duration can stand in for the times of messages."""
    handling = found.handling
    gain = throughput_per_hour(handling)[-1] * found.solo_minutes.value / 60
    above = (handling.rep_messages or 2.0) > 1
    return above and handling.concurrency > 1 and 1.001 < gain < handling.concurrency - 0.001


def translation(found: QueueCalibration) -> str:
    """Say the handling in both ways that settings know."""
    handling = found.handling
    by_messages = ", ".join(f"{key} = {_rounded(getattr(handling, key))}" for key in _BY_MESSAGES)
    if not _has_throughput(found):
        return f"By messages: {by_messages}"
    other = as_throughput(handling)
    by_throughput = ", ".join(f"{key} = {_rounded(getattr(other, key))}" for key in _BY_THROUGHPUT)
    return f"By messages: {by_messages}; the same by throughput: {by_throughput}"


def interval_text(estimate: Estimate) -> str:
    """Return interval and count, such as ``7.27 to 9.46, 225 conversations``."""
    ends = f"{_short(estimate.low)} to {_short(estimate.high)}"
    if estimate.low == estimate.high:
        ends = "assumed"
    return f"{ends}, {estimate.n} {estimate.of}"


def _listed(names: Iterator[str]) -> str:
    return ", ".join(names)


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _rounded(value: float) -> float:
    """Keep four digits: more are noise."""
    return round(value, 3 - math.floor(math.log10(abs(value)))) if value else 0.0
