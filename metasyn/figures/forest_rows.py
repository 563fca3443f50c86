"""Results as the rows of a forest plot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from metasyn.figures.forest_cells import (
    Cells,
    counts_of,
    filled,
    statement_cell,
    study_counts,
    summed_counts,
)
from metasyn.figures.forest_statistics import statistics_lines
from metasyn.figures.forest_strip import with_point
from metasyn.figures.forest_table import Block, Cell, Row, RowKind, TippingStrip
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import interval_method, model_name, number, plain_number, unbroken
from metasyn.models.groups import Line, StudyRow
from metasyn.models.interval import Interval
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Codes
from metasyn.records.tallies import Tallies

__all__ = ["Writer"]


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
    statements
        What other publications say, for a column of its own.
    """

    style: Style
    scale: Scale
    codes: Codes
    tipping: Mapping[str, TippingStrip]
    percent: str
    alone: bool
    statements: Tallies | None = None

    def block(self, line: Line) -> Block:
        """A pooled line as a block of rows."""
        result = line.result
        label = clean(line.label)
        said = self._said_of_treatment(line)
        rows = [Row("heading", label, said)] if label else []
        rows += [self._study(row) for row in line.studies if not row.is_case]
        rows += self._cases(line)
        if isinstance(result, NotPooled):
            rows.append(self._not_pooled(result))
        else:
            rows += self._pooled_rows(line, result)
        keyed = (row if row.key else replace(row, key=line.code) for row in rows)
        return Block(label, tuple(keyed))

    @property
    def _cells(self) -> Cells:
        return Cells(self.scale, self.style.numbers)

    def _study(self, row: StudyRow) -> Row:
        cells = {
            "design": ("", self._design(row)),
            **study_counts(row),
            "estimate": self._cells.estimate(row.estimate, (row.ci.low, row.ci.high)),
            "weight": self._cells.weight(None if row.is_case else row.weight),
            **self._said_of_study(row),
        }
        known = math.isfinite(row.estimate)
        return Row(
            "case" if row.is_case else "study",
            clean(row.record.study.flagged(row.label) if row.record else row.label),
            filled(cells),
            row.estimate if known else None,
            row.ci.low if known else None,
            row.ci.high if known else None,
            row.weight,
            key=row.record.result_id if row.record else "",
        )

    def _design(self, row: StudyRow) -> str:
        if row.record is None or not row.record.study.design:
            return ""
        code = row.record.study.design
        designs = self.codes.get("design")
        return clean(designs.label(code) if designs else code)

    def _said_of_study(self, row: StudyRow) -> dict[str, Cell]:
        if self.statements is None or row.record is None:
            return {}
        return statement_cell(self.statements.study(row.record.study_id).count)

    def _said_of_treatment(self, line: Line) -> dict[str, Cell]:
        if self.statements is None or line.code not in self.codes.get("intervention", ()):
            return {}
        return statement_cell(self.statements.treatment(line.code).count)

    def _cases(self, line: Line) -> list[Row]:
        """Single cases in a stratum of their own, and what they count together."""
        result = line.result
        cases = [self._study(row) for row in line.studies if row.is_case]
        if not cases or (isinstance(result, NotPooled) and result.code == "cases-only"):
            return cases
        rows = [Row("stratum", f"Single cases ({unbroken('n ≤ 2')})"), *cases]
        if isinstance(result, PooledRate) and result.case_power > 0:
            rows.append(self._together(result, len(cases)))
        return rows

    def _together(self, result: PooledRate, count: int) -> Row:
        """The pseudo-study of all single cases."""
        unit = result.units[-1]
        rate = unit.events / unit.n
        return Row(
            "cases-together",
            f"Single cases together, {'1 case' if count == 1 else f'{count} cases'}",
            {
                **counts_of(plain_number(unit.events), plain_number(unit.n)),
                "estimate": self._cells.estimate(rate, None),
                "weight": self._cells.weight(result.case_share),
            },
            rate,
            weight=result.case_share,
        )

    def _not_pooled(self, result: NotPooled) -> Row:
        label = f"Not pooled: {clean(result.reason)}"
        if result.ci is None or not result.n or result.events is None:
            return Row("not-pooled", label)
        rate, ends = result.events / result.n, (result.ci.low, result.ci.high)
        cells = counts_of(str(result.events), str(result.n))
        cells["estimate"] = self._cells.estimate(rate, ends)
        return Row("not-pooled", label, cells, rate, *ends)

    def _pooled_rows(self, line: Line, result: Pooled) -> list[Row]:
        alone = result.studies_only if isinstance(result, PooledRate) else None
        studies = tuple(row for row in line.studies if not row.is_case)
        counts_cases = isinstance(result, PooledRate) and result.case_power > 0
        counted = line.studies if counts_cases else studies
        rows = [self._summary("pooled", self._pooled_label(result), counted, result)]
        if alone is not None:
            label = f"{self._total} without single cases"
            rows.append(self._summary("studies-only", label, studies, alone))
        prediction = result.transformed().prediction
        if prediction is not None:
            rows.append(self._prediction(prediction))
        rows += self._tipping(line.code, result, rows[0])
        words = statistics_lines(result, counted, self.scale.null, self.style)
        return [*rows, *(Row("statistics", text) for text in words)]

    def _tipping(self, code: str, result: Pooled, pooled: Row) -> list[Row]:
        """The tipping strip, with the weight in force among its weights."""
        strip = self.tipping.get(code)
        if strip is None:
            return []
        weight = result.case_power if isinstance(result, PooledRate) else None
        if weight and None not in (pooled.estimate, pooled.low, pooled.high):
            values = (pooled.estimate or 0.0, pooled.low or 0.0, pooled.high or 0.0)
            strip = with_point(strip, weight, values)
        label = f"Rate as the weight of single cases goes {unbroken('from 0 to 1')}"
        return [Row("tipping", label, weight=weight, strip=strip)]

    def _prediction(self, interval: Interval) -> Row:
        ends = interval.low, interval.high
        label = f"Prediction interval ({interval_method(interval)})"
        text = self._cells.estimate(interval.low, ends)[1]
        return Row("prediction", label, {"estimate": ("", text)}, None, *ends)

    def _pooled_label(self, result: Pooled) -> str:
        words = {"model": model_name(result.spec), "total": self._total, "level": self.percent}
        if not isinstance(result, PooledRate) or result.case_power <= 0:
            return self.style.total.format(**words)
        weight = number(result.case_power, 3, self.style.numbers.decimal).rstrip("0")
        return f"{self._total}, single cases at weight {weight}"

    @property
    def _total(self) -> str:
        """First word of a pooled line."""
        if "{total}" not in self.style.total:
            return "Pooled"
        return "Total" if self.alone else "Subtotal"

    def _summary(
        self, kind: RowKind, label: str, studies: tuple[StudyRow, ...], pooled: Pooled
    ) -> Row:
        values = pooled.transformed()
        ends = (values.ci.low, values.ci.high) if values.ci else None
        cells = {
            **summed_counts(studies),
            "estimate": self._cells.estimate(values.estimate, ends),
            "weight": self._cells.weight(1.0 if kind == "pooled" else None),
        }
        low, high = ends or (None, None)
        return Row(kind, label, filled(cells), values.estimate, low, high)
