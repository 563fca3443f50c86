"""Single cases as low-weight evidence: every display of how much they count."""

from metasyn.diagnostics.case_evidence.evidence import CaseEvidence, case_evidence

__all__ = ["CaseEvidence", "case_evidence"]
