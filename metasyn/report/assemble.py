"""All sections in reading order; those that have nothing to say are left out."""

from __future__ import annotations

from collections.abc import Callable

from metasyn.models.results import NotPooled
from metasyn.report.checklists import checklists
from metasyn.report.document import Document, Section
from metasyn.report.lines import cases
from metasyn.report.material import Material
from metasyn.report.numbering import numbered
from metasyn.report.sections.case_evidence import case_evidence
from metasyn.report.sections.certainty import certainties_of
from metasyn.report.sections.changes import changes_section
from metasyn.report.sections.characteristics import characteristics
from metasyn.report.sections.conversions import conversions, has_conversions
from metasyn.report.sections.diagnostics import diagnostics
from metasyn.report.sections.flow import flow
from metasyn.report.sections.forest import forest
from metasyn.report.sections.limitations import limitations
from metasyn.report.sections.methods import methods
from metasyn.report.sections.pictures import (
    appraisal,
    case_courses,
    evidence_map,
    search_flow,
)
from metasyn.report.sections.pooled import pooled
from metasyn.report.sections.question import brief, question
from metasyn.report.sections.references import references
from metasyn.report.sections.reproduce import reproduce
from metasyn.report.sections.set_aside import set_aside
from metasyn.report.sections.statements import relevant, statements
from metasyn.report.sections.studies import studies
from metasyn.report.sections.summary import summary

__all__ = ["assemble"]


def _changes(material: Material) -> Section | None:
    """What changed since the last version, where somebody compared."""
    if material.changes is None:
        return None
    return changes_section(material.changes, material.groups.records.codes)


def _statements(material: Material) -> Section | None:
    return statements(material) if relevant(material.statements, material.groups) else None


def _conversions(material: Material) -> Section | None:
    return conversions(material) if has_conversions(material.groups) else None


_SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    question,
    brief,
    summary,
    _changes,
    search_flow,
    flow,
    forest,
    pooled,
    case_evidence,
    case_courses,
    diagnostics,
    studies,
    characteristics,
    appraisal,
    evidence_map,
    set_aside,
    _statements,
    _conversions,
    methods,
    limitations,
    reproduce,
)


def assemble(material: Material) -> Document:
    """Build the document.

    Raises
    ------
    DataError
        If the rows do not add up.
    """
    built = (section(material) for section in _SECTIONS)
    body = tuple(section for section in built if section is not None)
    lists = checklists(body, _applying(material), judged=_is_judged(material))
    cited = Document(material.title, (*body, lists)).citations()
    version = material.versions.get("metasyn", "")
    return numbered(
        Document(
            material.title,
            (*body[:-1], references(cited), body[-1], lists),
            byline=f"Made with metasyn {version}".strip(),
        )
    )


def _applying(material: Material) -> list[str]:
    """Ids of the checklists that apply to what is reported."""
    lines = [line for line in material.groups.lines if line.studies]
    designs = {row.record.study.design for line in lines for row in line.studies if row.record}
    applies = {
        "prisma": True,
        "prisma-abstract": True,
        "swim": any(isinstance(line.result, NotPooled) for line in lines),
        "moose": bool(designs - {"rct"}),
        "care": any(cases(line) for line in lines),
    }
    return [name for name, does in applies.items() if does]


def _is_judged(material: Material) -> bool:
    return any(certainties_of(line, material) for line in material.groups.lines)
