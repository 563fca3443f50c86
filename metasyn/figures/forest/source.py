"""What a forest plot shows, taken out of a result: blocks of rows, scale, words around them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metasyn.errors import SpecError
from metasyn.figures.axis import Axis, Tick, axis_of, range_of
from metasyn.figures.forest.arrangement import Arrangement
from metasyn.figures.forest.bias import bias_sentence
from metasyn.figures.forest.cells import aligned
from metasyn.figures.forest.content import Content, measure_of_lines
from metasyn.figures.forest.footer import footer
from metasyn.figures.forest.options import ForestOptions
from metasyn.figures.forest.rows import Extras, Writer
from metasyn.figures.forest.statistics import counted_words
from metasyn.figures.forest.table import Block, Row
from metasyn.figures.risk_of_bias.cells import RiskOfBiasKey
from metasyn.figures.scales import Scale, scale_of, with_digits
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import method_name, model_name, number

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
    model, method
        Name of the model, and how Cochrane abbreviates it.
    arms
        Names of the treated and of the control arm.
    bias
        Domains and levels of the risk of bias, where the figure tells it.
    reference
        A value at which a dashed line stands.
    """

    blocks: tuple[Block, ...]
    scale: Scale
    title: str
    axis_title: str
    footer: tuple[str, ...]
    description: str
    percent: str
    model: str
    method: str
    arms: tuple[str, str] = ("Treated", "Control")
    bias: RiskOfBiasKey | None = None
    reference: float | None = None

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
        self, place: tuple[float, float], limits: tuple[float, float] | None, style: Style
    ) -> Axis:
        """The axis that holds every estimate and pooled interval."""
        if self.scale.kind == "ratio" and limits is not None and limits[0] <= 0:
            raise SpecError(f"limits begin at {limits[0]:g}; a ratio's axis begins above 0.")
        if self.scale.kind == "proportion" and limits is not None:
            axis = _percent_axis(limits, place)
        else:
            axis = axis_of(self.scale, limits or self._range(style), place)
        decimal = style.numbers.decimal
        ticks = (replace(tick, label=tick.label.replace(".", decimal)) for tick in axis.ticks)
        return replace(axis, ticks=tuple(ticks))

    def _range(self, style: Style) -> tuple[float, float]:
        """What a reader has to see."""
        must: list[float] = [] if self.reference is None else [self.reference]
        may: list[float] = []
        for row in self.rows:
            ends = [value for value in (row.low, row.high) if value is not None]
            (may if row.kind in ("study", "step", "prediction") else must).extend(ends)
            if row.estimate is not None:
                must.append(row.estimate)
        return range_of(self.scale, must, may, symmetric=style.symmetric_axis)


def _percent_axis(limits: tuple[float, float], place: tuple[float, float]) -> Axis:
    """A part of the axis of proportions, with ticks in percent."""
    shown = axis_of(Scale("linear", "", 1.0, None, 0), (100 * limits[0], 100 * limits[1]), place)
    ticks = tuple(Tick(tick.value / 100, tick.label) for tick in shown.ticks)
    return replace(shown, low=shown.low / 100, high=shown.high / 100, ticks=ticks)


def source_of(
    content: Content, arrangement: Arrangement, extras: Extras, options: ForestOptions, title: str
) -> ForestSource:
    """Content of a forest plot as rows and words.

    Raises
    ------
    SpecError
        If scales differ, or nobody's risk of bias is known.
    """
    measure = measure_of_lines(content)
    scale = with_digits(scale_of(measure), (one.row.estimate for one in content.shown))
    percent = number(100 * content.spec.level, 1).removesuffix(".0")
    extras = replace(extras, own=arrangement.own, bias=options.bias)
    alone = len(content.sections) == 1
    writer = Writer(arrangement.style, scale, content.codes, percent, alone, extras)
    blocks = aligned(tuple(map(writer.block, content.sections)))
    rows = [row for block in blocks for row in block.rows]
    name = clean(content.outcome) or scale.name
    return ForestSource(
        blocks=blocks,
        scale=scale,
        title=clean(title),
        axis_title=f"{name}, %" if scale.kind == "proportion" else name,
        footer=(
            *footer(content, arrangement.style),
            *bias_sentence(rows, options.bias),
            *((STATEMENTS,) if extras.statements else ()),
        ),
        description=_description(blocks, name, percent, scale),
        percent=percent,
        model=model_name(content.spec),
        method=method_name(content.spec),
        arms=(clean(options.arms[0]), clean(options.arms[1])),
        bias=options.bias.key if options.bias else None,
        reference=options.reference,
    )


def _description(blocks: tuple[Block, ...], name: str, percent: str, scale: Scale) -> str:
    """What the figure shows, line by line."""
    unit = "%" if scale.kind == "proportion" else ""
    parts = [f"Forest plot of {name}, with {percent}% intervals."]
    for block in blocks:
        studies = sum(row.kind in ("study", "step") for row in block.rows)
        cases = sum(row.kind == "case" for row in block.rows)
        counted = counted_words(studies, cases)
        last = block.pooled or next((r for r in block.rows if r.kind == "not-pooled"), None)
        said = ""
        if last is not None:
            estimate, interval = last.cells.get("estimate", ("", ""))
            verdict = "pooled" if last.kind == "pooled" else last.label[:1].lower() + last.label[1:]
            said = f": {verdict} {estimate}{unit} {interval}" if estimate else f": {verdict}"
        label = f"{block.label}, {counted}" if block.label else counted
        parts.append(f"{'Everything' if block.overall else label}{said}.")
    return " ".join(parts)
