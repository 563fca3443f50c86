"""All sections in reading order."""

from __future__ import annotations

from metasyn.report.document import Document
from metasyn.report.material import Material
from metasyn.report.sections.case_evidence import case_evidence
from metasyn.report.sections.characteristics import characteristics
from metasyn.report.sections.conversions import conversions, has_conversions
from metasyn.report.sections.flow import flow
from metasyn.report.sections.forest import forest
from metasyn.report.sections.limitations import limitations
from metasyn.report.sections.methods import methods
from metasyn.report.sections.pooled import pooled
from metasyn.report.sections.question import brief, question
from metasyn.report.sections.references import references
from metasyn.report.sections.reproduce import reproduce
from metasyn.report.sections.set_aside import set_aside
from metasyn.report.sections.statements import relevant, statements
from metasyn.report.sections.studies import studies

__all__ = ["assemble"]

_SECTIONS = (
    question,
    brief,
    flow,
    forest,
    pooled,
    case_evidence,
    studies,
    characteristics,
    set_aside,
    statements,
    conversions,
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
    body = tuple(
        section(material)
        for section in _SECTIONS
        if (section is not statements or relevant(material.statements, material.groups))
        and (section is not conversions or has_conversions(material.groups))
    )
    cited = Document(material.title, body).citations()
    version = material.versions.get("metasyn", "")
    return Document(
        material.title,
        (*body[:-1], references(cited), body[-1]),
        byline=f"Made with metasyn {version}".strip(),
    )
