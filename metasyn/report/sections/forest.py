"""The forest plot."""

from __future__ import annotations

from metasyn.models.groups import Groups
from metasyn.models.results import Pooled
from metasyn.report.document import Figure, Link, Section, Sentence
from metasyn.report.formats import plural
from metasyn.report.lines import by_words, outcome_words, shown, value_text
from metasyn.report.material import Material

__all__ = ["forest"]


def forest(material: Material) -> Section:
    """The drawing, what it shows in words, and the same in other formats."""
    groups = material.groups
    figure = Figure(
        id="forest-plot",
        svg=material.drawing,
        alt=_alternative(groups),
        caption=_caption(groups),
        links=(
            Link("SVG", "forest.svg"),
            Link("PDF", "forest.pdf"),
            Link("PNG", "forest.png"),
        ),
    )
    return Section("forest", "Forest plot", (figure,))


def _alternative(groups: Groups) -> str:
    parts = [
        f"{line.label}: {value_text(shown(line.result))}"
        + ("" if isinstance(line.result, Pooled) else ", not pooled")
        for line in groups.lines
        if line.studies
    ]
    return f"Forest plot of {outcome_words(groups.records)} by {by_words(groups)}. " + "; ".join(
        parts
    )


def _caption(groups: Groups) -> tuple[Sentence, ...]:
    rows = [row for line in groups.lines for row in line.studies]
    singles = sum(row.is_case for row in rows)
    sentences = [
        Sentence(
            f"Forest plot of {plural(len(rows), 'row')}, by {by_words(groups)}; within a block by "
            "design, then year.",
            ("lewis2001",),
        ),
        Sentence(
            "The area of a square is proportional to the weight of its row; lines are exact "
            "intervals of the row alone; diamonds are pooled estimates."
        ),
    ]
    if singles:
        sentences.append(
            Sentence("Hollow circles are reports of one or two patients, kept in a stratum below.")
        )
    return tuple(sentences)
