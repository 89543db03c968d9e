"""What ``report.json`` holds of a solve: the proof, and of a roster what the audit found."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from optimizer.report import Finding, SolveReport, SolveStatus
from optimizer.roster import AimReport, Roster


def report_text(record: Mapping[str, Any]) -> str:
    """Render a record as JSON, sorted and stable to the byte."""
    return json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def proof_of(report: SolveReport) -> dict[str, Any]:
    """Return status, objective, bound and gap; the seconds differ from run to run."""
    return dict(report.record())


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
