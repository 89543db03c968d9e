"""What the commands print: reports, the coverage heatmap, and a bar for work that takes a while."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from data.clock import zone
from data.progress import Report
from optimizer.report import Finding
from ui.verdict import verdict

BLUES = ("", "on #deebf7", "on #9ecae1", "on #4292c6")
REDS = ("", "on #fee0d2", "on #fc9272", "on #de2d26")


def console() -> Console:
    """Return a console that wraps at the terminal's width, and at 100 columns without one."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 100)


@contextmanager
def progress_bar() -> Iterator[Report]:
    """Show a bar with the stage's name while work goes on; nothing when nobody looks."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task("", total=1.0)

        def report(stage: str, share: float) -> None:
            bar.update(task, description=stage, completed=share)

        yield report


def print_lines(lines: Iterable[str]) -> None:
    """Print lines as they are."""
    out = console()
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def warn(lines: Iterable[str]) -> None:
    """Print warnings where results do not mix with them."""
    err = Console(stderr=True, highlight=False)
    for line in lines:
        err.print(f"warning: {line}", markup=False, soft_wrap=True)


def print_coverage(coverage: pd.DataFrame, timezone: str, interval_minutes: int) -> None:
    """Print a heatmap of net cover per queue: days down, hours across; as the screens have it.

    Parameters
    ----------
    coverage
        As in a shift plan: reps required and on duty by queue and interval.
    timezone
        The zone whose wall clock names days and hours.
    interval_minutes
        Length of an interval.
    """
    out = console()
    for queue, rows in coverage.groupby("queue", sort=True):
        out.print(_heatmap(str(queue), rows, timezone))
        out.print(_legend(rows, interval_minutes / 60), markup=False)


def _heatmap(queue: str, rows: pd.DataFrame, timezone: str) -> Table:
    local = pd.DatetimeIndex(rows["interval_start"]).tz_convert(zone(timezone))
    cells = pd.DataFrame(
        {
            "day": local.date,
            "hour": local.hour,
            "any": (rows[["required_primary", "required_on_call", "primary", "on_call"]])
            .sum(axis=1)
            .to_numpy(),
            "net": (rows["overstaffing"] - rows["understaffing"]).to_numpy(),
        }
    )
    # Of the intervals of an hour the worst is shown: an hour is as good as its shortest quarter.
    hourly = cells.groupby(["day", "hour"]).agg({"net": "min", "any": "max"})
    table = Table(
        title=f"{queue}: reps beyond need (+) or missing (-), both tiers, {timezone}",
        title_justify="left",
        box=None,
        padding=(0, 0),
        pad_edge=False,
    )
    table.add_column("", width=7)
    for hour in range(24):
        table.add_column(f"{hour:02d}", width=3, justify="right")
    for day in sorted({day for day, _ in hourly.index}):
        line = [Text(f"{day:%a %d}")]
        for hour in range(24):
            if (day, hour) not in hourly.index or hourly.loc[(day, hour), "any"] == 0:
                line.append(Text("·", style="dim"))
            else:
                line.append(_cell(round(float(hourly.loc[(day, hour), "net"]))))
        table.add_row(*line)
    return table


def _cell(net: int) -> Text:
    shades = BLUES if net > 0 else REDS
    shade = shades[min(abs(net), len(shades) - 1)]
    return Text(f"{net:+d}" if net else "0", style=f"black {shade}" if shade else "")


def _legend(rows: pd.DataFrame, hours: float) -> str:
    total = rows.drop(columns=["queue", "interval_start"]).sum() * hours
    return (
        f"Rep-hours: required {total['required_primary']:g} primary and "
        f"{total['required_on_call']:g} on-call; planned {total['primary']:g} and "
        f"{total['on_call']:g}; missing {total['understaffing']:g}, "
        f"beyond need {total['overstaffing']:g}.  · nobody needed or planned\n"
    )


def print_leaderboard(scores: pd.DataFrame) -> None:
    """Print how the models did, best first, a table per queue."""
    out = console()
    for queue, rows in scores.groupby("unique_id", sort=False):
        table = Table(title=f"{queue}: errors of forecasts", title_justify="left", box=None)
        table.add_column("rank", justify="right")
        table.add_column("model")
        for name in ("WAPE %", "95 % sure", "bias %", "MASE", "in 80 %", "in 90 %", "CPU s"):
            table.add_column(name, justify="right")
        for model, score in rows.set_index("model").iterrows():
            table.add_row(
                "" if pd.isna(score["rank"]) else str(score["rank"]),
                str(model),
                f"{100 * score['wape']:.1f}",
                _range(100 * score["wape_low"], 100 * score["wape_high"]),
                f"{100 * score['bias']:.1f}",
                f"{score['mase']:.2f}",
                *(f"{100 * score[name]:.0f}" for name in ("coverage_80", "coverage_90")),
                "" if pd.isna(score["cpu_s"]) else f"{score['cpu_s']:.2f}",
            )
        out.print(table)
        out.print(verdict(rows), markup=False, soft_wrap=True)
        floor = rows["poisson_floor"].iloc[0]
        out.print(
            f"Even the true mean would be off by {100 * floor:.1f} % (Poisson floor).\n",
            markup=False,
        )


def _range(low: float, high: float) -> str:
    return "" if pd.isna(low) else f"{low:.1f}–{high:.1f}"


def print_over_queues(average: pd.DataFrame) -> None:
    """Print how the models did on average over queues."""
    table = Table(title="Mean over queues", title_justify="left", box=None)
    table.add_column("model")
    for name in ("queues", "WAPE %", "to last week", "bias %", "in 80 %", "in 90 %", "first on"):
        table.add_column(name, justify="right")
    for model, score in average.set_index("model").iterrows():
        table.add_row(
            str(model),
            str(score["queues"]),
            f"{100 * score['wape']:.1f}",
            f"{score['ratio_to_yardstick']:.2f}",
            f"{100 * score['bias']:.1f}",
            *(f"{100 * score[name]:.0f}" for name in ("coverage_80", "coverage_90")),
            f"{score['first']} of {score['told']}",
        )
    out = console()
    out.print(table)
    out.print("to last week: geometric mean of the ratio to seasonal_naive's WAPE\n", markup=False)


def print_cost(cost: pd.DataFrame) -> None:
    """Print what errors cost when forecasts are staffed, cheapest first, a table per queue."""
    out = console()
    for queue, rows in cost.groupby("unique_id", sort=False):
        of = "a shift plan" if rows["staffing"].iloc[0] == "shifts" else "the requirement"
        title = f"{queue}: a week staffed by {of} of each forecast, rep-hours on duty"
        table = Table(title=title, title_justify="left", box=None)
        table.add_column("model")
        for name in ("WAPE %", "missing", "to spare", "cost", "on call", "missing then", "cost"):
            table.add_column(name, justify="right")
        for model, row in rows.set_index("model").iterrows():
            hours = ("understaffed_hours", "overstaffed_hours", "cost", "standby_hours")
            with_on_call = ("understaffed_with_on_call", "cost_with_on_call")
            table.add_row(
                str(model),
                f"{100 * row['wape']:.1f}",
                *(f"{row[name]:,.1f}" for name in (*hours, *with_on_call)),
            )
        out.print(table)
        needed = rows["needed_hours"].iloc[0]
        out.print(f"What came called for {needed:,.0f} rep-hours a week.\n", markup=False)


def print_findings(findings: Iterable[Finding]) -> None:
    """Print what the audit found: broken rules, then people missing, then wishes."""
    listed = sorted(findings, key=lambda finding: (finding.severity != "violation", finding))
    print_lines(f"  {finding.severity}: {finding.sentence}" for finding in listed)
