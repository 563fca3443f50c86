"""Results as the rows of a forest plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from metasyn.figures.forest_statistics import statistics_lines
from metasyn.figures.forest_table import Block, Cell, Row, TippingStrip
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import (
    interval_method,
    interval_text,
    model_name,
    number,
    shown,
    unbroken,
)
from metasyn.models.groups import Line, StudyRow
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Codes

__all__ = ["Writer", "aligned"]

NOTHING: Cell = ("", "")
FIGURE_SPACE = "\N{FIGURE SPACE}"
"""As wide as a digit."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes pooled lines as rows, in a style and on a scale.

    Parameters
    ----------
    style, scale
        How numbers look, and what they mean.
    codes
        Code lists of the registry, for the labels of designs.
    tipping
        Group code to its tipping strip.
    percent
        Coverage of the intervals in percent.
    alone
        Whether the figure has one pooled line only.
    """

    style: Style
    scale: Scale
    codes: Codes
    tipping: Mapping[str, TippingStrip]
    percent: str
    alone: bool

    def block(self, line: Line) -> Block:
        """A pooled line as a block of rows."""
        result = line.result
        studies = [self._study(row) for row in line.studies if not row.is_case]
        cases = [self._study(row) for row in line.studies if row.is_case]
        heading = [Row("heading", clean(line.label))] if line.label else []
        rows = [*heading, *studies, *self._stratum(cases, line)]
        if isinstance(result, NotPooled):
            rows.append(self._not_pooled(result))
        else:
            rows += self._pooled_rows(line, result)
        return Block(clean(line.label), tuple(rows))

    def _study(self, row: StudyRow) -> Row:
        cells = {
            "design": ("", self._design(row)),
            **_counts(row.events, row.n),
            "estimate": self._estimate(row.estimate, (row.ci.low, row.ci.high)),
            "weight": self._weight(None if row.is_case else row.weight),
        }
        return Row(
            "case" if row.is_case else "study",
            clean(row.label),
            _filled(cells),
            row.estimate,
            row.ci.low,
            row.ci.high,
            row.weight,
        )

    def _design(self, row: StudyRow) -> str:
        if row.record is None or not row.record.study.design:
            return ""
        code = row.record.study.design
        designs = self.codes.get("design")
        return clean(designs.label(code) if designs else code)

    def _stratum(self, cases: list[Row], line: Line) -> list[Row]:
        if not cases:
            return []
        rows = [Row("stratum", f"Single cases ({unbroken('n ≤ 2')})"), *cases]
        result = line.result
        if isinstance(result, PooledRate) and result.case_power > 0:
            unit = result.units[-1]
            together = Row(
                "cases-together",
                f"Single cases together, {_cases(len(cases))}",
                {
                    **_counts(round(unit.events), round(unit.n)),
                    "weight": self._weight(result.case_share),
                    "estimate": self._estimate(unit.events / unit.n, None),
                },
                estimate=unit.events / unit.n,
                weight=result.case_share,
            )
            rows.append(together)
        return rows

    def _not_pooled(self, result: NotPooled) -> Row:
        if result.ci is None or not result.n or result.events is None:
            return Row("not-pooled", f"Not pooled: {clean(result.reason)}")
        estimate = result.events / result.n
        return Row(
            "not-pooled",
            f"Not pooled: {clean(result.reason)}",
            {
                **_counts(result.events, result.n),
                "estimate": self._estimate(estimate, (result.ci.low, result.ci.high)),
            },
            estimate,
            result.ci.low,
            result.ci.high,
        )

    def _pooled_rows(self, line: Line, result: Pooled) -> list[Row]:
        alone = result.studies_only if isinstance(result, PooledRate) else None
        rows = [self._summary("pooled", self._pooled_label(result), line.studies, result)]
        if alone is not None:
            studies = tuple(row for row in line.studies if not row.is_case)
            label = f"{self._total} without single cases"
            rows.append(self._summary("studies-only", label, studies, alone))
        if result.prediction is not None:
            low, high = self._back(result.prediction.low), self._back(result.prediction.high)
            text = interval_text(low, high, self.scale, self.style.numbers)
            label = f"Prediction interval ({interval_method(result.prediction)})"
            rows.append(Row("prediction", label, {"estimate": ("", text)}, None, low, high))
        strip = self.tipping.get(line.code)
        if strip is not None:
            weight = result.case_power if isinstance(result, PooledRate) else None
            label = f"Rate as the weight of single cases goes {unbroken('from 0 to 1')}"
            rows.append(Row("tipping", label, weight=weight, strip=strip))
        cases = sum(row.is_case for row in line.studies)
        counted = (len(line.studies) - cases, cases)
        words = statistics_lines(result, *counted, self.scale.null, self.style)
        return [*rows, *(Row("statistics", text) for text in words)]

    def _pooled_label(self, result: Pooled) -> str:
        words = {
            "model": model_name(result.spec),
            "total": self._total,
            "level": self.percent,
        }
        label = self.style.total.format(**words)
        if not isinstance(result, PooledRate) or result.case_power <= 0:
            return label
        weight = number(result.case_power, 3, self.style.numbers.decimal).rstrip("0")
        return f"{self._total}, single cases at weight {weight}"

    @property
    def _total(self) -> str:
        """First word of a pooled line."""
        if "{total}" not in self.style.total:
            return "Pooled"
        return "Total" if self.alone else "Subtotal"

    def _summary(self, kind: str, label: str, studies: tuple[StudyRow, ...], pooled: Pooled) -> Row:
        ends = None
        if pooled.ci is not None:
            ends = self._back(pooled.ci.low), self._back(pooled.ci.high)
        estimate = self._back(pooled.estimate)
        counted = [row for row in studies if row.events is not None and row.n is not None]
        events = sum(row.events or 0 for row in counted)
        cells = {
            **(_counts(events, sum(row.n or 0 for row in counted)) if counted else {}),
            "estimate": self._estimate(estimate, ends),
            "weight": self._weight(1.0) if kind == "pooled" else NOTHING,
        }
        return Row(
            "pooled" if kind == "pooled" else "studies-only",
            label,
            _filled(cells),
            estimate,
            ends[0] if ends else None,
            ends[1] if ends else None,
        )

    def _back(self, value: float) -> float:
        return float(self.scale.back.apply(value))

    def _estimate(self, estimate: float, ends: tuple[float, float] | None) -> Cell:
        text = shown(estimate, self.scale, self.style.numbers)
        interval = interval_text(*ends, self.scale, self.style.numbers) if ends else ""
        return text, interval

    def _weight(self, weight: float | None) -> Cell:
        if weight is None:
            return NOTHING
        text = number(100 * weight, 1, self.style.numbers.decimal)
        return self.style.numbers.weight.format(weight=text), ""


def _filled(cells: Mapping[str, Cell]) -> Mapping[str, Cell]:
    return {column: cell for column, cell in cells.items() if any(cell)}


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _counts(events: int | None, n: int | None) -> dict[str, Cell]:
    if events is None or n is None:
        return {}
    return {"events": (f"{events}/{n}", ""), "count": (str(events), ""), "total": (str(n), "")}


def aligned(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks whose fractions end in figure spaces, so that their slashes stand in line."""
    digits = max(
        (
            len(row.cells["total"][0])
            for block in blocks
            for row in block.rows
            if row.cells.get("total")
        ),
        default=0,
    )

    def padded(row: Row) -> Row:
        if "events" not in row.cells:
            return row
        fill = FIGURE_SPACE * (digits - len(row.cells["total"][0]))
        return replace(row, cells={**row.cells, "events": (row.cells["events"][0] + fill, "")})

    return tuple(replace(block, rows=tuple(map(padded, block.rows))) for block in blocks)
