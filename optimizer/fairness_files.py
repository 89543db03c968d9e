"""The file of a ledger: ``fairness.csv``."""

import pandas as pd

from optimizer.fairness import PARTS, Ledger

FAIRNESS_COLUMNS = (
    "rep_id",
    "name",
    "contract_hours",
    *(column for part in PARTS for column in (part, f"{part}_due", f"{part}_excess")),
    "requests_made",
    "standby_hours",
)


def fairness_table(ledger: Ledger) -> pd.DataFrame:
    """Return the rows of ``fairness.csv``, one per rep; what is owed to two digits.

    Beside what was carried and what was due stands the difference, above 0 for more than due.
    """
    table = ledger.table.copy()
    for part in PARTS:
        table[f"{part}_excess"] = table[part] - table[f"{part}_due"]
    rounded = table[list(FAIRNESS_COLUMNS)]
    numbers = rounded.select_dtypes("number").columns
    # No minus before a nought that rounding left.
    return rounded.assign(**{name: rounded[name].round(2) + 0.0 for name in numbers})
