"""Results as the rows of a forest plot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from metasyn.figures.forest.bias import bias_of
from metasyn.figures.forest.cells import (
    Cells,
    counts_of,
    event_sums,
    filled,
    statement_cell,
    study_counts,
    summed_counts,
)
from metasyn.figures.forest.content import Section, Shown
from metasyn.figures.forest.options import RiskOfBias
from metasyn.figures.forest.own_columns import OwnColumn
from metasyn.figures.forest.refusals import refusal_words
from metasyn.figures.forest.statistics import (
    heterogeneity_words,
    statistics_lines,
    subgroup_test,
)
from metasyn.figures.forest.strip import with_point
from metasyn.figures.forest.table import Block, Cell, Row, RowKind, TippingStrip
from metasyn.figures.scales import Scale
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import model_name, number, plain_number, prediction_method, unbroken
from metasyn.models.groups import Line, StudyRow
from metasyn.models.interval import Interval
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.records import Codes
from metasyn.records.tallies import Tallies

__all__ = ["Extras", "Writer"]


@dataclass(frozen=True, slots=True)
class Extras:
    """What stands beside the studies on request.

    Parameters
    ----------
    tipping
        Group code to its tipping strip.
    statements
        What other publications say, for a column of its own.
    own
        Columns of the user's data.
    bias
        Judgements of risk of bias.
    """

    tipping: Mapping[str, TippingStrip] = field(default_factory=dict)
    statements: Tallies | None = None
    own: tuple[OwnColumn, ...] = ()
    bias: RiskOfBias | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes pooled lines as rows, in a style and on a scale.

    Parameters
    ----------
    style, scale
        How numbers look, and what they mean.
    codes
        Code lists of the registry, for the labels of designs.
    percent
        Coverage of the intervals in percent.
    alone
        Whether the figure has one pooled line only.
    extras
        What stands beside the studies on request.
    """

    style: Style
    scale: Scale
    codes: Codes
    percent: str
    alone: bool
    extras: Extras

    def block(self, section: Section) -> Block:
        """A pooled line as a block of rows."""
        line, result = section.line, section.line.result
        label = clean(line.label)
        rows = [Row("heading", label, self._said_of_treatment(line))] if label else []
        rows += [self._study(one, section) for one in section.shown if not one.row.is_case]
        rows += self._cases(section)
        if section.role == "subgroup" and isinstance(result, Pooled) and result.k == 1:
            rows.append(Row("not-pooled", "Not pooled: one study"))
        elif isinstance(result, NotPooled):
            rows.append(self._not_pooled(line, result))
        elif section.role != "added":
            rows += self._pooled_rows(section, result)
        overall = section.role == "overall"
        keyed = (replace(row, key=row.key or line.code, flush=overall) for row in rows)
        return Block(label, tuple(keyed), overall)

    @property
    def _cells(self) -> Cells:
        return Cells(self.scale, self.style.numbers)

    def _study(self, one: Shown, section: Section) -> Row:
        row = one.row
        ends = (row.ci.low, row.ci.high) if math.isfinite(row.ci.low) else None
        step = section.role in ("left-out", "added")
        cells = {
            "design": ("", self._design(one)),
            **({} if step else study_counts(row)),
            "estimate": self._cells.estimate(row.estimate, ends),
            "weight": self._cells.weight(None if row.is_case else row.weight),
            **{f"weight:{name}": self._cells.weight(w) for name, w in one.shares.items()},
            **({} if row.is_case or not step else self._step_cells(one)),
            **self._said_of_study(row),
            **{c.code: c.cell(one, self.codes, self._decimal) for c in self.extras.own},
        }
        low, high = ends or (None, None)
        known = math.isfinite(row.estimate)
        return Row(
            "case" if row.is_case else "step" if step else "study",
            clean(row.record.study.flagged(row.label) if row.record else row.label),
            filled(cells),
            row.estimate if known else None,
            low if known else None,
            high if known else None,
            row.weight,
            key=row.record.result_id if row.record else "",
            bias=bias_of(row, self.extras.bias),
        )

    @property
    def _decimal(self) -> str:
        return self.style.numbers.decimal

    def _step_cells(self, one: Shown) -> dict[str, Cell]:
        """Number of studies and heterogeneity of a fit."""
        tau2, i2 = one.fields["tau2"], one.fields["i2"]
        cells = {"k": (str(one.fields["k"]), "")}
        if isinstance(tau2, float):
            cells["tau2"] = number(tau2, 3, self._decimal), ""
        if isinstance(i2, float):
            cells["i2"] = number(100 * i2, 0), ""
        return cells

    def _design(self, one: Shown) -> str:
        record = one.row.record
        code = record.study.design if record else one.fields.get("design")
        if not code or not isinstance(code, str):
            return ""
        designs = self.codes.get("design")
        return clean(designs.label(code) if designs else code)

    def _said_of_study(self, row: StudyRow) -> dict[str, Cell]:
        if self.extras.statements is None or row.record is None:
            return {}
        return statement_cell(self.extras.statements.study(row.record.study_id).count)

    def _said_of_treatment(self, line: Line) -> dict[str, Cell]:
        said = self.extras.statements
        if said is None or line.code not in self.codes.get("intervention", ()):
            return {}
        return statement_cell(said.treatment(line.code).count)

    def _cases(self, section: Section) -> list[Row]:
        """Single cases in a stratum of their own, and what they count together."""
        result = section.line.result
        cases = [self._study(one, section) for one in section.shown if one.row.is_case]
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

    def _not_pooled(self, line: Line, result: NotPooled) -> Row:
        label = f"Not pooled: {clean(refusal_words(line, result))}"
        if result.ci is None or not result.n or result.events is None:
            return Row("not-pooled", label)
        rate, ends = result.events / result.n, (result.ci.low, result.ci.high)
        cells = counts_of(str(result.events), str(result.n))
        cells["estimate"] = self._cells.estimate(rate, ends)
        return Row("not-pooled", label, cells, rate, *ends)

    def _pooled_rows(self, section: Section, result: Pooled) -> list[Row]:
        alone = result.studies_only if isinstance(result, PooledRate) else None
        studies = tuple(row for row in section.rows if not row.is_case)
        counts_cases = isinstance(result, PooledRate) and result.case_power > 0
        counted = section.rows if counts_cases else studies
        rows = [self._summary("pooled", self._pooled_label(section, result), counted, result)]
        weight = self._share(section, [one.row.weight for one in section.shown])
        rows[0] = replace(rows[0], cells={**rows[0].cells, "weight": weight})
        if alone is not None:
            label = f"{self._total(section)} without single cases"
            rows.append(self._summary("studies-only", label, studies, alone))
        prediction = result.transformed().prediction
        if prediction is not None:
            rows.append(self._prediction(prediction))
        rows += self._tipping(section.line.code, result, rows[0])
        words = statistics_lines(result, counted, self.scale.null, self.style)
        if section.test is not None:
            words = (*words, subgroup_test(section.test, self.style))
        rows += [*self._sums(studies), *(Row("statistics", text) for text in words)]
        return [*rows, *(self._model(*named, section) for named in section.others)]

    def _sums(self, studies: tuple[StudyRow, ...]) -> list[Row]:
        """Events of both arms, where the style has a line for them."""
        cells = event_sums(studies) if self.style.sums == "sizes" else {}
        return [Row("statistics", "Total events:", cells)] if cells else []

    def _share(self, section: Section, weights: Sequence[float | None]) -> Cell:
        """Weight of a pooled row: all of it, or what the studies of a subgroup have together."""
        if section.role != "subgroup":
            return self._cells.weight(1.0)
        return self._cells.weight(sum(weight or 0.0 for weight in weights))

    def _model(self, name: str, other: Pooled | NotPooled, section: Section) -> Row:
        """What a further model made of the line."""
        label = clean(name)
        if isinstance(other, NotPooled):
            return Row("statistics", f"{label}: not pooled, {clean(other.reason)}")
        words = heterogeneity_words(other, self.style)
        row = self._summary("model", f"{label} ({', '.join(words)})" if words else label, (), other)
        weight = self._share(section, [one.shares.get(name) for one in section.shown])
        return replace(row, cells={**row.cells, f"weight:{name}": weight})

    def _tipping(self, code: str, result: Pooled, pooled: Row) -> list[Row]:
        """The tipping strip, with the weight in force among its weights."""
        strip = self.extras.tipping.get(code)
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
        label = f"Prediction interval ({prediction_method(interval)})"
        text = self._cells.estimate(interval.low, ends)[1]
        return Row("prediction", label, {"estimate": ("", text)}, None, *ends)

    def _pooled_label(self, section: Section, result: Pooled) -> str:
        if section.role == "left-out":
            return "All studies"
        total, model = self._total(section), model_name(result.spec)
        words = {"model": model, "total": total, "level": self.percent}
        if isinstance(result, PooledRate) and result.case_power > 0:
            weight = number(result.case_power, 3, self._decimal).rstrip("0")
            label = f"{total}, single cases at weight {weight}"
        elif section.role == "overall" and "{total}" not in self.style.total:
            label = f"{total} ({model})"
        else:
            label = self.style.total.format(**words)
        return f"{label}, {model}" if section.others and model not in label else label

    def _total(self, section: Section) -> str:
        """First word of a pooled line."""
        overall = section.role == "overall"
        if "{total}" not in self.style.total:
            return "All pooled" if overall else "Pooled"
        return "Total" if self.alone or overall else "Subtotal"

    def _summary(
        self, kind: RowKind, label: str, studies: tuple[StudyRow, ...], pooled: Pooled
    ) -> Row:
        values = pooled.transformed()
        ends = (values.ci.low, values.ci.high) if values.ci else None
        cells = {
            **summed_counts(studies, self.style.sums),
            "estimate": self._cells.estimate(values.estimate, ends),
        }
        low, high = ends or (None, None)
        return Row(kind, label, filled(cells), values.estimate, low, high)
