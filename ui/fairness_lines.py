"""What the terminal shows of fairness: the score with its parts, and the ledger."""

from collections.abc import Iterator
from datetime import timedelta

from rich.table import Table
from rich.text import Text

from data.clock import zone
from optimizer.fairness import PARTS, Ledger
from optimizer.fairness_score import PartScore, Score

BAR = 20
TITLES = {
    "gaps": "Cover",
    "nights": "Nights",
    "weekends": "Weekends",
    "holidays": "Holidays",
    "standby": "Standby",
    "requests": "Requests",
}


def days_of(ledger: Ledger, timezone: str) -> str:
    """Name the first and last local day of a ledger."""
    begin, last = (
        moment.astimezone(zone(timezone))
        for moment in (ledger.begin, ledger.end - timedelta(microseconds=1))
    )
    return f"{begin:%Y-%m-%d} to {last:%Y-%m-%d}"


def headline(score: Score, ledger: Ledger, timezone: str) -> str:
    """Say the score in a line."""
    if score.total is None:
        return f"Fairness, {days_of(ledger, timezone)}: there is nothing to share yet"
    return f"Fairness, {days_of(ledger, timezone)}: {score.total:.0f} of 100"


def said(part: PartScore) -> str:
    """Say what a part counts, in its own unit."""
    if part.score is None:
        return "not known" if part.name == "gaps" else "nothing to share"
    if part.name == "gaps":
        return f"{part.amiss:,.0f} of {part.amount:,.0f} {part.unit} not covered"
    if part.name == "requests":
        return f"{part.amiss:.0f} of {part.amount:.0f} denials fell on the wrong person"
    return f"{part.amiss:.0f} of {part.amount:.0f} {part.unit} lie with the wrong person"


def score_lines(score: Score) -> Iterator[str]:
    """Yield a line for each part: its name, a bar, its score, and what it counts."""
    for part in score.parts:
        filled = 0 if part.score is None else round(BAR * part.score / 100)
        bar = "█" * filled + "░" * (BAR - filled)
        number = "  –" if part.score is None else f"{part.score:3.0f}"
        yield f"  {TITLES[part.name]:<9} {bar} {number}  {said(part)}"


def ledger_view(ledger: Ledger) -> Table:
    """Return the ledger as a table: what was carried, and how much more or less than due."""
    table = Table(title="Who carried what, and how much more than due", title_justify="left")
    table.box = None
    table.add_column("")
    for part in PARTS:
        table.add_column(TITLES[part].lower(), justify="right")
    table.add_column("standby h", justify="right")
    table.add_column("contract h", justify="right")
    for row in ledger.table.to_dict("records"):
        cells = [_cell(row[part], row[f"{part}_due"]) for part in PARTS]
        table.add_row(
            str(row["rep_id"]), *cells, f"{row['standby_hours']:g}", f"{row['contract_hours']:g}"
        )
    return table


def _cell(carried: float, due: float) -> Text:
    if not carried and not due:
        return Text("–")
    away = round(carried - due, 1) + 0.0
    style = "" if abs(away) < 1 else ("red" if away > 0 else "blue")
    return Text.assemble(f"{carried:.0f} ", (f"{away:+5.1f}", style))
