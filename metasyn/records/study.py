"""What a study says: reports, results and statements, each value with its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from metasyn.records.cell import Cell

__all__ = ["NOTICES", "Provenance", "Result", "Statement", "Study"]

NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "retraction": "retracted",
        "concern": "expression of concern",
        "reinstatement": "retracted, then reinstated",
        "correction": "corrected",
    }
)
"""Editorial notices, the gravest first: code to what stands behind the label of a report."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The row that a record was read from.

    Parameters
    ----------
    sheet, row
        Sheet name and 1-based row.
    columns
        1-based column of every field.
    missing
        Field to the missing-value code that stands in its cell (``NR``, ``NA``, ``UNC``, ``PEND``);
        a blank cell has no entry.
    """

    sheet: str
    row: int
    columns: Mapping[str, int] = field(default_factory=dict, repr=False)
    missing: Mapping[str, str] = field(default_factory=dict, repr=False)

    def cell(self, name: str) -> Cell:
        """Cell of a field."""
        return Cell(self.sheet, self.row, self.columns[name])


@dataclass(frozen=True, slots=True)
class Study:
    """One report.

    Text fields are empty where the cell is blank, and hold the missing-value code (``NR``) where
    one stands there; numbers are None for both. ``provenance.missing`` tells them apart.
    """

    study_id: str
    label: str
    first_author: str
    year: int | None
    title: str
    journal: str
    doi: str
    pmid: str
    design: str
    country: str
    population: str
    age_group: str
    trigger: str
    grading_scale: str
    n_enrolled: int | None
    overlaps_with: tuple[str, ...]
    overlap_basis: str
    source_url: str
    source_depth: str
    bibliography_check: str
    note: str
    provenance: Provenance
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    notice: str = ""
    notice_date: str = ""
    notice_reason: str = ""
    notice_checked: str = ""

    @property
    def label_with_notice(self) -> str:
        """Label, with the editorial notice on the report where there is one."""
        return self.flagged(self.label)

    def flagged(self, label: str) -> str:
        """Some other label of the report, with the notice where there is one."""
        flag = NOTICES.get(self.notice, "")
        return f"{label} ({flag})" if flag else label

    @property
    def is_description(self) -> bool:
        """Whether the title is a description in [brackets], not the published title."""
        return self.title.startswith("[") and self.title.endswith("]")


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome of one arm of one study; missing values as in :class:`Study`."""

    result_id: str
    study: Study
    arm: str
    intervention: str
    intervention_class: str
    role: str
    outcome: str
    direction: str
    patient_group: str
    selection: str
    severity: str
    comparator_arm: str
    events: int | None
    n: int | None
    mean: float | None
    sd: float | None
    median: float | None
    q1: float | None
    q3: float | None
    min: float | None
    max: float | None
    unit: str
    effect_measure: str
    effect: float | None
    ci_low: float | None
    ci_high: float | None
    timepoint: str
    definition: str
    derivation: str
    analyse: str
    analyse_reason: str
    source_locator: str
    verified: str
    provenance: Provenance
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def study_id(self) -> str:
        """Id of the study that the result belongs to."""
        return self.study.study_id

    @property
    def is_single_case(self) -> bool:
        """Whether the row counts one or two patients.

        Such rows weigh little: section 2 of :mod:`metasyn.models.binomial_normal`.
        """
        return self.n is not None and self.n <= 2

    def cell(self, name: str) -> Cell:
        """Cell of a field (``record.cell("events")`` prints as ``results!M17``)."""
        return self.provenance.cell(name)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one report says of another report, or of a treatment."""

    statement_id: str
    citing_label: str
    citing_study_id: str
    cited_study_id: str
    intervention: str
    outcome: str
    stance: str
    section: str
    basis: str
    paraphrase: str
    source_url: str
    provenance: Provenance
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    quotation: str = ""
    annotator_1: str = ""
    class_1: str = ""
    annotator_2: str = ""
    class_2: str = ""
    adjudicator: str = ""
    self_citation: str = ""
    citing_notice: str = ""
    citing_notice_checked: str = ""
