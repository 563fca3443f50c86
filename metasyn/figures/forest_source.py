"""What a forest plot shows, taken out of a result: blocks of rows, scale, words around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metasyn.errors import SpecError
from metasyn.figures.axis import Axis, axis_of, range_of
from metasyn.figures.forest_cells import aligned
from metasyn.figures.forest_footer import footer
from metasyn.figures.forest_rows import Writer
from metasyn.figures.forest_statistics import counted_words
from metasyn.figures.forest_studies import study_rows
from metasyn.figures.forest_table import Block, Row, TippingStrip
from metasyn.figures.scales import Scale, scale_of
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import model_name, number
from metasyn.models.groups import Groups, Line
from metasyn.models.results import Pooled
from metasyn.records import Codes
from metasyn.records.tallies import Tallies

__all__ = ["ForestSource", "source_of"]

STATEMENTS = (
    "Statements: what other publications say of each study and, in headings, of each treatment "
    "whatever the outcome. They have no part in weights or estimates."
)


@dataclass(frozen=True, slots=True)
class ForestSource:
    """Content of a forest plot.

    Parameters
    ----------
    blocks
        One a pooled line.
    scale
        What stands on the axis.
    title
        Stands above the plot; empty if there is none.
    axis_title
        Stands under the axis.
    footer
        Sentences under the plot.
    description
        Alternative text.
    percent
        Coverage of the intervals in percent, without needless zeros.
    model
        Name of the model.
    """

    blocks: tuple[Block, ...]
    scale: Scale
    title: str
    axis_title: str
    footer: tuple[str, ...]
    description: str
    percent: str
    model: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row in order."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def two_arms(self) -> bool:
        """Whether studies have a treated and a control arm."""
        return any("control" in row.cells for row in self.rows)

    @property
    def heaviest(self) -> float:
        """Largest weight of a study; 1 where none has a weight."""
        weights = [row.weight for row in self.rows if row.kind == "study" and row.weight]
        return max(weights, default=1.0)

    def axis(
        self, place: tuple[float, float], limits: tuple[float, float] | None, *, symmetric: bool
    ) -> Axis:
        """The axis that holds every estimate and pooled interval."""
        must: list[float] = []
        may: list[float] = []
        for row in self.rows:
            ends = [value for value in (row.low, row.high) if value is not None]
            (may if row.kind in ("study", "prediction") else must).extend(ends)
            if row.estimate is not None:
                must.append(row.estimate)
        chosen = limits or range_of(self.scale, must, may, symmetric=symmetric)
        return axis_of(self.scale, chosen, place)


def source_of(
    results: Groups | Pooled,
    style: Style,
    tipping: Mapping[str, TippingStrip],
    title: str | None,
    statements: Tallies | None = None,
) -> ForestSource:
    """Content of the forest plot of a result; with statements only on request.

    Raises
    ------
    SpecError
        If there is nothing to draw.
    """
    lines, codes, outcome = _lines(results)
    if not lines:
        raise SpecError("There is no line to draw: the result has no groups.")
    pooled = [line.result for line in lines if isinstance(line.result, Pooled)]
    spec = results.spec
    measure = pooled[0].measure if pooled else "PLO"
    scale = scale_of(measure)
    percent = number(100 * spec.level, 1).removesuffix(".0")
    writer = Writer(style, scale, codes, tipping, percent, len(lines) == 1, statements)
    blocks = aligned(tuple(writer.block(line) for line in lines))
    name = clean(outcome) or scale.name
    return ForestSource(
        blocks=blocks,
        scale=scale,
        title=clean(title or ""),
        axis_title=f"{name}, %" if scale.kind == "proportion" else name,
        footer=(*footer(spec, lines), *((STATEMENTS,) if statements else ())),
        description=_description(blocks, name, percent, scale),
        percent=percent,
        model=model_name(spec),
    )


def _lines(results: Groups | Pooled) -> tuple[tuple[Line, ...], Codes, str]:
    if isinstance(results, Groups):
        codes = results.records.codes
        outcomes = results.records.query.get("outcome", ())
        known = codes.get("outcome")
        labels = [known.label(code) if known else code for code in outcomes]
        return results.lines, codes, " or ".join(labels)
    return (Line("", "", study_rows(results), results, ()),), {}, ""


def _description(blocks: tuple[Block, ...], name: str, percent: str, scale: Scale) -> str:
    """What the figure shows, line by line."""
    unit = "%" if scale.kind == "proportion" else ""
    parts = [f"Forest plot of {name}, with {percent}% intervals."]
    for block in blocks:
        studies = sum(row.kind == "study" for row in block.rows)
        cases = sum(row.kind == "case" for row in block.rows)
        counted = counted_words(studies, cases)
        last = block.pooled or next((r for r in block.rows if r.kind == "not-pooled"), None)
        said = ""
        if last is not None:
            estimate, interval = last.cells.get("estimate", ("", ""))
            verdict = "pooled" if last.kind == "pooled" else last.label[:1].lower() + last.label[1:]
            said = f": {verdict} {estimate}{unit} {interval}" if estimate else f": {verdict}"
        label = f"{block.label}, {counted}" if block.label else counted
        parts.append(f"{label}{said}.")
    return " ".join(parts)
