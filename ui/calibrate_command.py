"""What ``staffcast calibrate`` does: learn handling from conversations, and show how surely."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from data.conversations import Conversations
from data.errors import InputError
from data.files import write_all
from data.sources import read_conversations
from data.sources.messages import read_messages
from optimizer.calibration import Calibration, QueueCalibration, calibrate
from optimizer.calibration_cost import price_elapsed, typical_week
from optimizer.message_times import with_message_times
from optimizer.service_policy import ServicePolicy
from ui import terminal
from ui.handling_file import applied_text, basis_lines, handling_text, interval_text, translation
from ui.options import keep_inputs, mapping_of, settings_of, zone_of
from ui.settings import SETTINGS_FILE, Settings
from ui.workspaces import open_workspace

OK = 0
# Of throughput, as a share: what a planner may call known.
_KNOWN = 0.02
_TIE = 0.03


def run(
    sources: Sequence[Path],
    out: Path,
    *,
    queue: str | None,
    weeks: int | None,
    seed: int,
    apply: Path | None,
    settings: Path | None,
    timezone: str | None,
    columns: Sequence[str],
) -> int:
    """Learn the handling of every queue from conversations."""
    keep_inputs([out], *sources, settings)
    workspace = open_workspace(apply) if apply is not None else None
    known = workspace.settings if workspace is not None else settings_of(settings)
    zone_name = zone_of(timezone, known)
    with terminal.progress_bar() as report:
        report("Read conversations", 0.0)
        read = read_conversations(sources, mapping=mapping_of(columns) or None, timezone=zone_name)
        log = read_messages(sources)
        if log is not None:
            read = with_message_times(read, log)
        names = ", ".join(path.name for path in sources)
        learnt = calibrate(read, names, queue=queue, weeks=weeks, seed=seed, progress=report)
        costs = {found.queue: _cost_line(read, found, known, zone_name) for found in learnt.queues}
    files: dict[Path, bytes | str] = {out: handling_text(learnt, names, zone_name)}
    if workspace is not None:
        target = workspace.folder / SETTINGS_FILE
        if out.resolve() == target.resolve():
            raise InputError(f"{out}: is what --apply changes; name another place to write to")
        files[target] = applied_text(workspace.text, learnt, str(target))
    write_all(files)
    terminal.warn(_warnings(read, learnt))
    if log is not None:
        told = log["conversation_id"].nunique()
        terminal.print_lines([f"The times of messages of {told:,} conversations were read."])
    for found in learnt.queues:
        _show(found, costs[found.queue])
    terminal.print_lines(
        [
            "Plan by the law: what was seen at a level that was seldom held is mostly chance.",
            *(f"Written: {path}" for path in files),
        ]
    )
    return OK


def _cost_line(
    read: Conversations, found: QueueCalibration, known: Settings | None, timezone: str
) -> str:
    week = typical_week(read, found, timezone)
    if week is None:
        return "What elapsed time would cost is priced from a whole week on."
    service = ServicePolicy()
    if known is not None and found.queue in known.queues:
        service = known.queues[found.queue].service
    try:
        cost = price_elapsed(found, week, service, timezone)
    except InputError as error:
        return f"What elapsed time would cost cannot be told: {error}"
    more = cost.elapsed - cost.adjusted
    return (
        f"Planned with elapsed time, a typical week of {cost.volume:,.0f} contacts takes "
        f"{cost.elapsed:,.0f} rep-hours on duty instead of {cost.adjusted:,.0f}: {more:+,.0f} "
        f"({service.target:.0%} picked up within {service.within_seconds:g} s)."
    )


def _warnings(read: Conversations, learnt: Calibration) -> Iterator[str]:
    yield from (repair.sentence for repair in read.repairs)
    if learnt.left_out:
        yield f"{learnt.left_out} conversations were closed without a rep or a pick-up being stated"
    if learnt.forgotten:
        yield (
            f"{learnt.forgotten} conversations were never closed, though almost all of their age "
            "are; their completions are missing from throughput: state closed_at"
        )
    for queue, reason in learnt.skipped.items():
        yield f"queue {queue} {reason}"


def _show(found: QueueCalibration, cost: str) -> None:
    out = terminal.console()
    table = Table(
        title=f"{found.queue}: what one rep completes an hour", title_justify="left", box=None
    )
    for name in ("at once", "rep-hours", "of time", "done", "seen", "by the law", "95 %"):
        table.add_column(name, justify="right")
    for level in found.levels.itertuples():
        table.add_row(
            str(level.level),
            f"{level.rep_hours:,.1f}",
            f"{level.share:.1%}",
            f"{level.completions:,}",
            f"{level.observed:.2f}" if level.rep_hours else "",
            f"{level.per_hour:.2f}",
            f"{level.low:.2f}–{level.high:.2f}",
        )
    out.print(table)
    days = f"{found.begin:%Y-%m-%d} to {found.end:%Y-%m-%d}"
    drawn = f"From {days}; intervals are 95 %, by drawing {found.units} {found.unit} anew."
    terminal.print_lines([drawn, *basis_lines(found), *_lines(found), cost, ""])


def _lines(found: QueueCalibration) -> Iterator[str]:
    yield (
        f"Alone a conversation takes {found.solo_minutes.value:.1f} min "
        f"({interval_text(found.solo_minutes)}); one pair of hands completes at most "
        f"{found.ceiling.value:.2f} an hour ({interval_text(found.ceiling)})."
    )
    yield translation(found) + "."
    adjusted, elapsed = found.adjusted_minutes, found.elapsed_minutes
    unseen = ""
    if found.silent_share is not None:
        unseen = (
            f"; {found.silent_share.value:.1%} of customers had left unseen and are not counted"
        )
    yield (
        f"Handling takes {adjusted.value:.1f} min ({interval_text(adjusted)}), elapsed time is "
        f"{elapsed.value:.1f} min: {found.snoozed_share:.1%} of it snoozed, "
        f"{found.tail_share:.1%} after the last work, {found.absent_share:.1%} with the rep "
        f"away{unseen}."
    )
    yield from _patience_lines(found)
    yield from _judgements(found)


def _patience_lines(found: QueueCalibration) -> Iterator[str]:
    patience = found.patience
    if patience is None:
        return
    if patience.mean_minutes is None or patience.high is None:
        yield (
            f"None of {patience.waits} who waited left: patience is at least "
            f"{patience.low:.1f} min, and is not written."
        )
        return
    half = (
        f"half have left after {patience.median_minutes:.1f} min"
        if patience.median_minutes is not None
        else "fewer than half ever left"
    )
    shape = f", lognormal with a cv of {patience.cv:.2f}" if patience.cv is not None else ""
    yield (
        f"Patience is {patience.mean_minutes:.1f} min in the mean ({patience.low:.1f} to "
        f"{patience.high:.1f}; {patience.left} of {patience.waits} who waited left{shape}); "
        f"{half}."
    )


def _judgements(found: QueueCalibration) -> Iterator[str]:
    pace = found.pace
    if pace is not None and not pace.low <= 1 <= pace.high and abs(pace.value - 1) > _TIE:
        word = "fewer" if pace.value < 1 else "more"
        yield (
            f"Reps complete {abs(pace.value - 1):.0%} {word} than their writing times explain "
            f"({interval_text(pace)}): breaks, other work or messages that are not recorded."
        )
    last = found.levels.iloc[-1]
    half = (last["high"] - last["low"]) / 2 / last["per_hour"]
    if half > _KNOWN:
        weeks = (found.end - found.begin).total_seconds() / 604_800
        yield (
            f"Throughput is known within {half:.0%}; it would take about "
            f"{max(weeks * (half / _KNOWN) ** 2, 1):,.0f} weeks like these for {_KNOWN:.0%}."
        )
