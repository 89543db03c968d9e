"""What ``report.json`` holds of a solve: the proof, and of a roster what the audit found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from data.clock import UNIT
from optimizer.report import Finding, SolveReport, SolveStatus
from optimizer.roster import AimReport, Roster
from optimizer.shifts import ShiftPlan
from optimizer.simulated_service import Comparison, Difference
from optimizer.target_comparison import targets_report
from optimizer.tier_prices import TierPrices


def report_text(record: Mapping[str, Any]) -> str:
    """Render a record as JSON, sorted and stable to the byte."""
    return json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def proof_of(report: SolveReport) -> dict[str, Any]:
    """Return status, objective, bound and gap; the seconds differ from run to run."""
    return dict(report.record())


def shifts_report(plan: ShiftPlan) -> dict[str, Any]:
    """Return all that is recorded of a shift plan: its proof, its prices, what its targets save."""
    targets = {"targets": targets_report(plan.targets)} if plan.targets else {}
    return proof_of(plan.report) | outlook_report(plan) | targets


def outlook_report(plan: ShiftPlan) -> dict[str, Any]:
    """Return at which prices the shifts were chosen and what these make worth serving, by queue."""
    if not plan.outlook:
        return {}
    return {
        "tiers": {
            each.queue: {
                "prices": asdict(each.prices),
                "quantiles": [round(quantile, 6) for quantile in each.prices.quantiles],
            }
            for each in plan.outlook
        }
    }


def read_prices(record: Mapping[str, Any]) -> dict[str, TierPrices]:
    """Return the prices that `outlook_report` recorded, by queue."""
    tiers = record.get("tiers", {})
    return {queue: TierPrices(**tier["prices"]) for queue, tier in tiers.items()}


def people_report(roster: Roster) -> dict[str, Any]:
    """Return what is proven of each aim of a roster, and the audit's findings."""
    return {
        "aims": [{"aim": aim.aim, **proof_of(aim.report)} for aim in roster.aims],
        "findings": [asdict(finding) for finding in roster.findings],
    }


def read_proof(record: Mapping[str, Any]) -> SolveReport:
    """Return the report that `proof_of` recorded, without its seconds."""
    return SolveReport(
        SolveStatus(record["status"]), record["objective"], record["bound"], record["gap"], 0.0
    )


def read_aims(record: Mapping[str, Any]) -> tuple[AimReport, ...]:
    """Return the aims that `people_report` recorded."""
    return tuple(AimReport(aim["aim"], read_proof(aim)) for aim in record["aims"])


def read_findings(record: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings that `people_report` recorded."""
    return tuple(Finding(**finding) for finding in record["findings"])


def rescoring_report(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Return how far formulas and simulation are apart, by queue, rounded so that it repeats."""
    return [_plain(asdict(comparison)) for comparison in comparisons]


def read_rescoring(records: Sequence[Mapping[str, Any]]) -> tuple[Comparison, ...]:
    """Return the comparisons that `rescoring_report` recorded."""
    return tuple(
        Comparison(
            **{
                **record,
                "worst": _difference(record["worst"]) if record["worst"] else None,
                "beyond": tuple(_difference(each) for each in record["beyond"]),
            }
        )
        for record in records
    )


def _difference(record: Mapping[str, Any]) -> Difference:
    start = pd.Timestamp(record["interval_start"]).as_unit(UNIT)
    return Difference(**{**record, "interval_start": start})


def _plain(value: Any) -> Any:
    """Return what JSON can hold: instants as text in UTC, numbers with six digits."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, pd.Timestamp):
        return value.tz_convert("UTC").isoformat()
    return round(value, 6) if isinstance(value, float) else value
