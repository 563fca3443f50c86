"""What single cases add to every line, where nobody has computed it before."""

from __future__ import annotations

from collections.abc import Mapping

from metasyn.diagnostics.case_evidence import CaseEvidence, case_evidence
from metasyn.models.groups import Groups, Line
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled
from metasyn.report.lines import is_harm

__all__ = ["evidence_by_line"]


def evidence_by_line(groups: Groups, threshold: float = 0.5) -> Mapping[str, CaseEvidence]:
    """Group code to case evidence, for pooled rates and for lines of single cases only.

    Parameters
    ----------
    groups
        Grouped results.
    threshold
        Rate at which a decision turns.
    """
    rates = {line.code: (line, _rate(line)) for line in groups.lines}
    return {
        code: case_evidence(
            rate, threshold=threshold, direction="harm" if is_harm(line) else "benefit"
        )
        for code, (line, rate) in rates.items()
        if rate is not None
    }


def _rate(line: Line) -> PooledRate | None:
    found: object = line.result
    if isinstance(found, NotPooled):
        found = found.model if found.code == "cases-only" else None
    return found if isinstance(found, PooledRate) else None
