"""What a report is made from: results only, never typed numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metasyn.diagnostics.case_evidence import CaseEvidence
from metasyn.diagnostics.living import LivingChanges
from metasyn.models.groups import Groups
from metasyn.records import Statement
from metasyn.records.certainty import Judgement
from metasyn.report.document import Figure, Plate

if TYPE_CHECKING:
    from metasyn.figures.forest_layout import ForestLayout

__all__ = ["Material"]


@dataclass(frozen=True, eq=False)
class Material:
    """Results and words that the sections are built from.

    Parameters
    ----------
    title, question
        As given by the author.
    groups
        The headline results.
    drawing, tipping
        The forest plot, and the tipping curves, as SVG; empty where there is none.
    layout
        Places of everything in the forest plot; None where there is none.
    plates, tipping_plates
        The same drawings in pages, for paper; empty where no paper is asked for.
    check
        The same rows by inverse variance; None where it does not apply.
    sensitivity
        Name of an alternative to its results.
    evidence
        Group code to what single cases add.
    statements
        What reports say of each other.
    command
        The command that makes this report; empty where it is not known.
    workbook, directory
        Where the data are and where the report was asked for, as they are to be told.
    versions
        Software to version.
    changes
        What changed since the last version; None where there is none, or nobody compared.
    certainty
        What people judged of the certainty of the evidence.
    baseline_risk
        Risk without treatment, for differences per 1,000; None takes the comparison groups'.
    figures
        Section to its figures of the whole registry.
    """

    title: str
    question: str
    groups: Groups
    drawing: str = ""
    tipping: str = ""
    layout: ForestLayout | None = None
    plates: tuple[Plate, ...] = ()
    tipping_plates: tuple[Plate, ...] = ()
    check: Groups | None = None
    sensitivity: Mapping[str, Groups] = field(default_factory=dict)
    evidence: Mapping[str, CaseEvidence] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    command: str = ""
    workbook: str = ""
    directory: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    changes: LivingChanges | None = None
    certainty: tuple[Judgement, ...] = ()
    baseline_risk: float | None = None
    figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
