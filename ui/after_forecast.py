"""What is done with forecasts once the models have spoken: actuals, overrides, files, snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.errors import InputError
from data.files import csv_text, write_all
from data.sources import read_intervals
from forecast.closures import Calendar
from forecast.override_files import read_overrides
from forecast.overrides import Override
from forecast.series import VolumeForecast
from forecast.snapshots import Snapshot
from forecast.tables import forecast_table
from forecast.totals import totals_table
from forecast.update_file import update_path, update_text
from ui import terminal
from ui.overrides import in_use, overridden
from ui.publishing import keep_snapshot
from ui.settings import SETTINGS_FILE
from ui.updating import updated

AUTHOR = "forecast"


@dataclass(frozen=True)
class After:
    """What the options of ``forecast`` ask for beside the models' forecasts.

    Parameters
    ----------
    actuals
        File of today's intervals so far.
    overrides
        File of overrides.
    totals
        File to write totals to.
    publish
        Whether the workspace is to keep a snapshot.
    """

    actuals: Path | None = None
    overrides: Path | None = None
    totals: Path | None = None
    publish: bool = False

    @property
    def inputs(self) -> tuple[Path | None, ...]:
        """The files that are read."""
        return self.actuals, self.overrides

    def outs(self, out: Path) -> list[Path]:
        """Return the files that may be written."""
        return [out, update_path(out), model_path(out), *([self.totals] if self.totals else [])]

    def check(self, out: Path, settings: Path | None) -> None:
        """Refuse what cannot end well, before any work is done.

        Raises
        ------
        InputError
            When a forecast is to be published and there is no workspace, or totals would be
            written over the forecast.
        """
        *others, totals = (path.resolve() for path in self.outs(out))
        if self.totals is not None and totals in others:
            raise InputError(f"--totals: {self.totals} is written by --out; name another file")
        if self.publish and not _workspace(settings).joinpath(SETTINGS_FILE).is_file():
            raise InputError(
                f"--publish: there is no {SETTINGS_FILE} in {_workspace(settings)}; stand in a "
                "workspace or name its settings"
            )

    def read(self, calendar: Calendar) -> None:
        """Read the files once before anything is fitted: a slip in them shall cost no time.

        Raises
        ------
        InputError
            When a file cannot be read.
        """
        if self.actuals is not None:
            minutes = calendar.interval_minutes
            read_intervals(self.actuals, timezone=calendar.timezone, interval_minutes=minutes)
        if self.overrides is not None:
            read_overrides(self.overrides, calendar.timezone)

    def apply(
        self, own: Sequence[VolumeForecast], source: Path
    ) -> tuple[Snapshot, tuple[str, ...]]:
        """Take in the actuals, then the overrides.

        Returns
        -------
        tuple
            What is to be published beside what the models say, and what should be known of it.

        Raises
        ------
        InputError
            When a file cannot be used.
        """
        notes: tuple[str, ...] = ()
        if self.actuals is not None:
            own, notes = updated(own, self.actuals, source)
        overrides: tuple[Override, ...] = ()
        if self.overrides is not None:
            queues = [forecast.queue for forecast in own]
            given = read_overrides(self.overrides, own[0].calendar.timezone, queues)
            overrides = in_use(own, given)
            idle = len(given) - len(overrides)
            if idle:
                notes += (
                    f"{self.overrides.name}: {idle} of {len(given)} overrides are switched off or "
                    "lie outside the forecast.",
                )
        cutoff = min(forecast.cutoff for forecast in own)
        return Snapshot(cutoff, overridden(own, overrides), tuple(own), overrides), notes

    def write(self, out: Path, made: Snapshot, settings: Path | None) -> list[Path]:
        """Write the forecast's file and what goes with it; return the files for people.

        Beside ``F.csv`` lie ``F.update.json``, what an update needs, and with overrides
        ``F.model.csv``, what the models said.
        """
        files = {out: csv_text(forecast_table(made.published))}
        if made.overrides:
            files[model_path(out)] = csv_text(forecast_table(made.own))
        shown = list(files)
        files[update_path(out)] = update_text(made.published)
        if self.totals is not None:
            files[self.totals] = csv_text(totals_table(made.published))
            shown.append(self.totals)
        write_all(files)
        if self.publish:
            keep_snapshot(_workspace(settings), made, AUTHOR, datetime.now(UTC))
        return shown


def model_path(forecast: Path) -> Path:
    """Return where the models' own forecast stands beside one with overrides.

    Examples
    --------
    >>> print(model_path(Path("F.csv")))
    F.model.csv
    """
    return forecast.with_name(f"{forecast.stem}.model.csv")


def tell(made: Snapshot, notes: Sequence[str], written: Sequence[Path]) -> None:
    """Say what was forecast and what should be known of it."""
    terminal.warn(notes)
    for own, published in zip(made.own, made.published, strict=True):
        terminal.warn(published.notes)
        total = published.table["q50"].sum()
        model = f"({own.model})"
        if any(override.queue == own.queue for override in made.overrides):
            model = f"({own.model}: {own.table['q50'].sum():,.0f} before overrides)"
        terminal.print_lines(
            [
                f"{published.queue}: {total:,.0f} contacts expected in "
                f"{len(published.table)} intervals {model}"
            ]
        )
    terminal.print_lines([f"Written: {path}" for path in written])


def _workspace(settings: Path | None) -> Path:
    return Path() if settings is None else settings.parent
