"""Summary of critical appraisal: how much of the evidence each judgement covers, by domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metasyn.errors import SpecError
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Line, Mark, Page, Rectangle, Weight
from metasyn.figures.panel import TICK, heading, notes
from metasyn.figures.risk_of_bias.cells import Level, RiskOfBiasKey
from metasyn.figures.risk_of_bias.layout import appraisal_notes, legend
from metasyn.figures.risk_of_bias.table import Colours, JudgedTable, appraisal_key
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import Face, placed, text_width, wrap
from metasyn.models.results import Pooled
from metasyn.records.appraisal import Appraised

__all__ = ["Share", "shares_of", "summary_layout", "weights_of"]

BAR, PITCH, LABEL_WIDTH, WIDTH = 12.0, 19.0, 190.0, 300.0
NOT_JUDGED = Level("", "", "#FFFFFF", "Not judged")


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the evidence with one judgement; ``level`` is empty for what nobody judged."""

    domain: str
    level: str
    share: float


def weights_of(pooled: Pooled) -> Mapping[str, float]:
    """Weights of a pooled result by the ids of its results and of their studies.

    Parameters
    ----------
    pooled
        Made from a registry.

    Raises
    ------
    SpecError
        If the result has no weights, or was not made from a registry.
    """
    records = getattr(pooled.data, "records", ())
    if not records or pooled.weights is None:
        raise SpecError("Weights come from a pooled result of a registry's records.")
    found: dict[str, float] = {}
    for record, weight in zip(records, pooled.weights.tolist(), strict=True):
        for key in (record.result_id, record.study_id):
            found[key] = found.get(key, 0.0) + weight
    return found


def shares_of(table: JudgedTable, weights: Mapping[str, float] | None = None) -> tuple[Share, ...]:
    """How much of the evidence each judgement covers, domain by domain.

    Parameters
    ----------
    table
        What was judged.
    weights
        Id of a study or result to its share of all weight; None counts every study or result once.
        Without a weight of its own a study weighs nothing.

    Raises
    ------
    SpecError
        If nothing that was judged has a weight.
    """
    own = {one.subject: _weight(one, weights) for _, one in table.rows}
    total = sum(own.values())
    if total <= 0:
        raise SpecError("None of the studies that were judged has a weight.")
    shares = []
    for domain in table.tool.columns:
        for code in (*(level.code for level in table.tool.levels), ""):
            part = sum(own[one.subject] for _, one in table.rows if _code(one, domain.code) == code)
            if part > 0:
                shares.append(Share(domain.code, code, part / total))
    return tuple(shares)


def summary_layout(
    table: JudgedTable,
    *,
    weights: Mapping[str, float] | None = None,
    colours: Colours = "cochrane",
    title: str | None = None,
) -> Layout:
    """Places of a summary: one bar a domain, in percent.

    Parameters
    ----------
    table
        What was judged.
    weights
        As in :func:`shares_of`.
    colours
        Cochrane's, or one hue that darkens with the risk.
    title
        Stands above; None for the name of the tool.
    """
    style, key = style_of("plain"), appraisal_key(table.tool, colours)
    name = title or f"Critical appraisal: {table.tool.label}"
    shares = shares_of(table, weights)
    bars = _Bars(table, key, style, shares)
    inner = bars.right - style.margin
    top, y = heading(name, style, inner)
    body, y = bars.draw(y + 4)
    gaps = any(not share.level for share in shares)
    signs, y = legend(table, key, style, (inner, y), not_judged=gaps, domains=False)
    foot, y = notes((_basis(table, weights), *appraisal_notes(table)), style, inner, y)
    page = Page(bars.right + style.margin, y, (*top, *body, *signs, *foot))
    return Layout((page,), name, _description(table, key, shares), ())


@dataclass(frozen=True, slots=True)
class _Bars:
    table: JudgedTable
    key: RiskOfBiasKey
    style: Style
    shares: tuple[Share, ...]

    @property
    def left(self) -> float:
        """Where the bars begin."""
        widest = max(text_width(t, self.style.size, "bold") for t in self._titles)
        return self.style.margin + min(LABEL_WIDTH, widest) + self.style.gap

    @property
    def right(self) -> float:
        """Where they end."""
        return self.left + WIDTH

    @property
    def _titles(self) -> list[str]:
        return [
            domain.title if domain.title == "Overall" else f"{domain.code}  {domain.title}"
            for domain in self.table.tool.columns
        ]

    def draw(self, y: float) -> tuple[list[Mark], float]:
        """Bars with their titles, above an axis."""
        style, marks = self.style, list[Mark]()
        for index, (domain, title) in enumerate(
            zip(self.table.tool.columns, self._titles, strict=True)
        ):
            weight: Weight = "bold" if title == "Overall" else "normal"
            face = Face(style.size, weight, style.palette.ink)
            lines = wrap(title, self.left - style.margin - style.gap, face.size, weight)
            height = max(PITCH, len(lines) * style.leading + 4)
            middle = y + height / 2
            first = middle + 0.358 * face.size - (len(lines) - 1) * style.leading / 2
            for i, line in enumerate(lines):
                at = (style.margin, first + i * style.leading)
                marks.append(placed(line, at, face, "start", "label", index))
            marks += self._bar(domain.code, middle, index)
            y += height
        return [*marks, *self._axis(y)], y + TICK + 2.2 * style.small

    def _bar(self, domain: str, y: float, index: int) -> list[Mark]:
        marks: list[Mark] = []
        x = self.left
        for share in (share for share in self.shares if share.domain == domain):
            level = self.key.level(share.level) if share.level else NOT_JUDGED
            width = share.share * WIDTH
            box = Rectangle(x, y - BAR / 2, width, BAR, level.colour, "#4D4D4D", 0.4, "bar", index)
            marks.append(box)
            face = Face(self.style.small, "normal", level.ink)
            words = f"{level.symbol} {100 * share.share:.0f}%".strip()
            if text_width(words, face.size) + 6 <= width:
                at = (x + width / 2, y + 0.358 * face.size)
                marks.append(placed(words, at, face, "middle", "share", index))
            x += width
        return marks

    def _axis(self, y: float) -> list[Mark]:
        style = self.style
        face = Face(style.small, "normal", style.palette.ink)
        marks: list[Mark] = [
            Line(self.left, y, self.right, y, 0.7, style.palette.axis, role="axis")
        ]
        for percent in range(0, 101, 25):
            x = self.left + WIDTH * percent / 100
            marks.append(Line(x, y, x, y + TICK, 0.7, style.palette.axis, role="tick-mark"))
            at = (x, y + TICK + 1.15 * face.size)
            marks.append(placed(f"{percent}%", at, face, "middle", "tick"))
        return marks


def _weight(one: Appraised, weights: Mapping[str, float] | None) -> float:
    if weights is None:
        return 1.0
    return float(weights.get(one.subject, 0.0))


def _code(one: Appraised, domain: str) -> str:
    row = one.rows.get(domain)
    return "" if row is None else row.judgement


def _basis(table: JudgedTable, weights: Mapping[str, float] | None) -> str:
    """What the percents are of."""
    count = len(table.rows)
    what = "1 study or result" if count == 1 else f"{count} studies or results"
    if weights is None:
        return f"Percent of {what}, each counted once."
    weighty = sum(_weight(one, weights) > 0 for _, one in table.rows)
    left = count - weighty
    out = f"; {left} without a weight {'is' if left == 1 else 'are'} left out" if left else ""
    covered = sum(_weight(one, weights) for _, one in table.rows)
    whole = f" These carry {100 * covered:.0f}% of the pooled weight." if covered < 0.9995 else ""
    return f"Percent of the weight of {weighty} studies or results{out}.{whole}"


def _description(table: JudgedTable, key: RiskOfBiasKey, shares: tuple[Share, ...]) -> str:
    parts = []
    for domain in table.tool.columns:
        own = [share for share in shares if share.domain == domain.code]
        said = ", ".join(
            f"{(key.level(s.level) if s.level else NOT_JUDGED).label} {100 * s.share:.0f}%"
            for s in own
        )
        parts.append(f"{domain.title}: {said}")
    return f"Summary of critical appraisal with {table.tool.label}. {'; '.join(parts)}."
