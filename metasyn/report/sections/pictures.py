"""Sections that are a figure of the whole registry, and what is to be said of it."""

from __future__ import annotations

from metasyn.report.document import Block, Paragraph, Section, Sentence
from metasyn.report.material import Material

__all__ = ["appraisal", "case_courses", "evidence_map", "search_flow"]


def search_flow(material: Material) -> Section | None:
    """The flow diagram."""
    return _section(material, "search-flow", "Flow diagram")


def appraisal(material: Material) -> Section | None:
    """What people judged of the studies, domain by domain."""
    said = Paragraph(
        (
            Sentence(
                "Judgements are those of people, as the workbook holds them; they carry no weight "
                "in the results unless the methods say so."
            ),
        )
    )
    return _section(material, "risk-of-bias", "Critical appraisal", said)


def evidence_map(material: Material) -> Section | None:
    """Where there are studies, and where there are none."""
    said = Paragraph(
        (
            Sentence(
                "The map counts every report of the workbook, whether it is pooled here or not."
            ),
        )
    )
    return _section(material, "evidence-map", "What has been studied", said)


def case_courses(material: Material) -> Section | None:
    """Treatments of single patients in their order."""
    return _section(material, "case-courses", "The course of single patients")


def _section(material: Material, name: str, title: str, *before: Block) -> Section | None:
    figures = material.figures.get(name, ())
    return Section(name, title, (*before, *figures)) if figures else None
