"""How the rows of one group become a pooled line, for each kind of model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from metasyn.effects.arrays import read_only
from metasyn.effects.conversions.ledger import TARGETS, convert_rows
from metasyn.effects.counts import Counts
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.effects import Effects
from metasyn.effects.from_records import counts_from, missing_counts, two_arm_counts_from
from metasyn.errors import DataError
from metasyn.models.groups import StudyRow
from metasyn.models.pool import pool
from metasyn.models.results import Data, NotPooled, Pooled
from metasyn.models.specs import (
    BetaBinomial,
    BinomialNormal,
    FirthLogistic,
    MantelHaenszel,
    Peto,
    Spec,
)
from metasyn.models.study_rows import effect_rows, exact_interval, proportion_rows
from metasyn.records import Records, Result, SetAside

__all__ = ["LineModel", "line_model"]

PROPORTIONS = ("PR", "PLN", "PLO", "PRZ", "PAS", "PFT")
NO_COUNTS = Counts(read_only([]), read_only([]), ())

_OF_TABLES = (MantelHaenszel, Peto, BinomialNormal, BetaBinomial, FirthLogistic)

Outcome = tuple[tuple[StudyRow, ...], Pooled | NotPooled]


class LineModel(Protocol):
    """What :func:`metasyn.pool_by` asks of a kind of model."""

    @property
    def spec(self) -> Spec:
        """What is asked of every line."""

    def lacks(self, record: Result) -> SetAside | None:
        """Why a record cannot enter the model; None if it can."""

    def pool(self, records: Sequence[Result]) -> Outcome:
        """The rows of the line, and its pooled result."""


@dataclass(frozen=True)
class RateLine:
    """Proportions on their exact likelihood, single cases as low-weight evidence."""

    spec: BinomialNormal

    def lacks(self, record: Result) -> SetAside | None:
        """Rows need events and n."""
        return missing_counts(record)

    def pool(self, records: Sequence[Result]) -> Outcome:
        """Pool, or say why a line of so few or so uniform studies is not pooled."""
        if not records:
            return (), _refused(NO_COUNTS, "no-study", self.spec.level)
        counts = counts_from(records)
        refusal = not_poolable(counts, self.spec.level)
        try:
            model = pool(counts, self.spec)
        except DataError:  # a specification may take the weight of every study away
            model = None
            refusal = refusal or _refused(counts, "no-weight", self.spec.level)
        if refusal is not None:
            rows = proportion_rows(counts, [None] * len(counts), self.spec.level)
            return rows, replace(refusal, model=model)
        assert model is not None  # noqa: S101 - a line without a model is refused
        return proportion_rows(counts, model.weights.tolist(), self.spec.level), model


@dataclass(frozen=True)
class EffectLine:
    """Estimates with variances, pooled by inverse variance or from their 2x2 tables."""

    spec: Spec
    measure: str
    among: Sequence[Result]

    def lacks(self, record: Result) -> SetAside | None:
        """Rows need what the measure takes, and their comparator arm where it compares."""
        treated = self._treated.get((record.study_id, record.arm, record.outcome))
        if treated is not None and not self._one_arm:
            reason = f"counted as the comparator of {treated.result_id}"
            return SetAside(record, "comparator-arm", reason)
        try:
            self._effects([record])
        except DataError as error:
            problem = str(error).splitlines()[-1].strip().removeprefix(f"{record.study.label}: ")
            return SetAside(record, "missing-numbers", problem.rstrip("."))
        return None

    def pool(self, records: Sequence[Result]) -> Outcome:
        """Pool the studies; single cases of one arm stay visible without a weight."""
        if not records:
            return (), _refused(NO_COUNTS, "no-study", self.spec.level)
        kept = [record for record in records if not (self._one_arm and record.is_single_case)]
        refusal = self._refusal(records, kept)
        if refusal is not None:
            return self._rows(records, [None] * len(records)), refusal
        pooled = pool(self._data(kept), self.spec)
        weight = dict(zip((id(record) for record in kept), pooled.weights.tolist(), strict=True))
        return self._rows(records, [weight.get(id(record)) for record in records]), pooled

    @cached_property
    def _treated(self) -> dict[tuple[str, str, str], Result]:
        """Study, comparator's arm and outcome to the first row that is compared with it."""
        found: dict[tuple[str, str, str], Result] = {}
        for row in self.among:
            if row.comparator_arm:
                found.setdefault((row.study_id, row.comparator_arm, row.outcome), row)
        return found

    @property
    def _one_arm(self) -> bool:
        return self.measure in PROPORTIONS

    def _rows(
        self, records: Sequence[Result], weights: Sequence[float | None]
    ) -> tuple[StudyRow, ...]:
        """Proportions as they were counted; contrasts as the measure estimates them."""
        if self._one_arm:
            return proportion_rows(counts_from(records), weights, self.spec.level)
        return effect_rows(self._effects(records), weights, self.spec.level)

    def _data(self, records: Sequence[Result]) -> Data:
        if self._pools_tables:
            return two_arm_counts_from(records, self.among)
        return self._effects(records)

    @property
    def _pools_tables(self) -> bool:
        return isinstance(self.spec, _OF_TABLES)

    def _effects(self, records: Sequence[Result]) -> Effects:
        """What the measure makes of counts, or of whatever form a row reports it in."""
        if self._one_arm or self._pools_tables or self.measure not in TARGETS:
            return effect_sizes(records, self.measure, among=self.among)
        converted: Effects = convert_rows(records, self.measure, among=self.among).effects
        return converted

    def _refusal(self, records: Sequence[Result], kept: Sequence[Result]) -> NotPooled | None:
        counts = counts_from(records) if self._one_arm else None
        refusal = None if counts is None else not_poolable(counts, self.spec.level)
        if refusal is None and len({record.study_id for record in kept}) < 2:
            data = counts or self._effects(records)
            return _refused(data, "single-study", self.spec.level)
        return refusal


def line_model(spec: Spec, measure: str, records: Records) -> LineModel:
    """The kind of line that a specification makes of records."""
    match spec:
        case BinomialNormal(model=None):
            return RateLine(spec)
        case MantelHaenszel():
            return EffectLine(spec, spec.measure, records.among)
        case Peto():
            return EffectLine(spec, "PETO", records.among)
        case BinomialNormal() | BetaBinomial() | FirthLogistic():
            return EffectLine(spec, "OR", records.among)
        case _:
            return EffectLine(spec, measure, records.among)


def not_poolable(counts: Counts, level: float) -> NotPooled | None:
    """Why counts of one arm are not pooled: too few reports, cases only, or no variation at all."""
    events, n = int(counts.xi.sum()), int(counts.ni.sum())
    reports = {record.study_id for record in counts.records} or set(counts.slab)
    if bool(np.all(counts.ni <= 2)):
        code = "cases-only"
    elif len(reports) < 2:
        code = "single-study"
    elif events == 0:
        code = "no-events"
    elif events == n:
        code = "all-events"
    else:
        return None
    return _refused(counts, code, level)


_REASONS = {
    "no-study": "every row was set aside",
    "cases-only": "single cases only",
    "no-weight": "every study has weight 0",
    "single-study": "one report",
    "no-events": "no patient had the event",
    "all-events": "every patient had the event",
}


def _refused(data: Data, code: str, level: float) -> NotPooled:
    events = n = ci = None
    if isinstance(data, Counts) and len(data):
        events, n = int(data.xi.sum()), int(data.ni.sum())
        ci = exact_interval(events, n, level)
    return NotPooled(
        data=data, k=len(data), reason=_REASONS[code], code=code, events=events, n=n, ci=ci
    )
