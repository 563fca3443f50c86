"""What the likelihood counts as one study: anchors, small series, and all single cases as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import Counts
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.design_weights import DesignRule, Kind
from metasyn.models.specs import BinomialNormal

__all__ = ["Cases", "Units", "units_of"]

Mode = Literal["pseudo-study", "individual"]


@dataclass(frozen=True, eq=False, slots=True)
class Cases:
    """All single cases of a data set, with the weights of an appraisal if there is one.

    Parameters
    ----------
    rows
        Positions in the data.
    quality
        Weight of each report, shape (m,); 1 where none is given.
    patients
        Patients of each report, times its quality, shape (m,).
    events, n
        Sums over the reports, each times its quality.
    """

    rows: tuple[int, ...]
    quality: FloatArray
    patients: FloatArray
    events: float
    n: float

    @property
    def failures(self) -> float:
        """Patients without the event."""
        return self.n - self.events


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """Anchors with their powers, and the single cases beside them.

    Parameters
    ----------
    events, n, power
        Of every anchor and series, shape (u,).
    kinds
        ``anchor`` or ``series``, one each.
    rows
        Position of each in the data.
    cases
        The single cases.
    mode
        Whether they are one pseudo-study or patients of their own.
    """

    events: FloatArray
    n: FloatArray
    power: FloatArray
    kinds: tuple[Kind, ...]
    rows: tuple[int, ...]
    cases: Cases
    mode: Mode

    @property
    def anchors(self) -> int:
        """Studies that count: power above 0 and at least one patient."""
        return int(((self.power > 0) & (self.n > 0)).sum())

    @property
    def kish(self) -> float:
        """Effective number of anchors, ``(sum a)^2 / sum a^2`` (Kish 1965); 0 without anchors."""
        power = self.power[self.n > 0]
        squares = float(np.sum(power**2))
        return float(np.sum(power)) ** 2 / squares if squares > 0 else 0.0

    def batch(
        self,
        case_power: npt.ArrayLike,
        *,
        mode: Mode | None = None,
        case_events: npt.ArrayLike | None = None,
        case_failures: npt.ArrayLike | None = None,
        case_offset: npt.ArrayLike = 0.0,
    ) -> Batch:
        """Likelihoods of the units, one for each of the values given.

        Parameters
        ----------
        case_power
            Weight of the single cases; scalar or shape (p,), like the following.
        mode
            Another way to count single cases.
        case_events, case_failures
            Other numbers of cases with and without the event; real numbers are legal.
        case_offset
            Shift of the logit of the single cases (log selection odds ratio).
        """
        if not self.cases.rows or not np.any(case_power):
            return Batch.of(self.events, self.n, self.power)
        power, good, bad, offset = np.broadcast_arrays(
            *(
                np.atleast_1d(np.asarray(value, dtype=np.float64))
                for value in (
                    case_power,
                    self.cases.events if case_events is None else case_events,
                    self.cases.failures if case_failures is None else case_failures,
                    case_offset,
                )
            )
        )
        one, zero = np.ones_like(good), np.zeros_like(good)
        if (mode or self.mode) == "pseudo-study":
            columns = [(good, good + bad, power, offset)]
        else:
            # Identical rows are one row with the sum of their powers.
            columns = [(one, one, power * good, offset), (zero, one, power * bad, offset)]
        width = len(self.events)
        parts = []
        for position, own in enumerate((self.events, self.n, self.power, np.zeros(width))):
            block = np.empty((len(power), width + len(columns)))
            block[:, :width] = own
            for shift, column in enumerate(columns):
                block[:, width + shift] = column[position]
            parts.append(block)
        return Batch(*parts)


def units_of(counts: Counts, spec: BinomialNormal) -> Units:
    """Sort studies into anchors, series and single cases by the table of weights.

    Parameters
    ----------
    counts
        Studies.
    spec
        Its table of weights, ``series_weight`` and ``quality`` are used.
    """
    designs = counts.design or (None,) * len(counts)
    rules = [
        spec.table.rule(design, n) for design, n in zip(designs, counts.ni.tolist(), strict=True)
    ]
    rows = tuple(i for i, rule in enumerate(rules) if rule.kind != "cases")
    power = [_power(rules[i], spec) for i in rows]
    case_rows = tuple(i for i, rule in enumerate(rules) if rule.kind == "cases")
    return Units(
        counts.xi[list(rows)],
        counts.ni[list(rows)],
        read_only(power),
        tuple(rules[i].kind for i in rows),
        rows,
        _cases(counts, case_rows, dict(spec.quality or ())),
        spec.cases,
    )


def _power(rule: DesignRule, spec: BinomialNormal) -> float:
    if rule.power is not None:
        return rule.power
    return spec.series_weight if rule.kind == "series" else 1.0


def _cases(counts: Counts, rows: tuple[int, ...], quality: Mapping[str, float]) -> Cases:
    q = np.array([_quality_of(counts, i, quality) for i in rows])
    patients = q * counts.ni[list(rows)]
    events = q * counts.xi[list(rows)]
    return Cases(rows, q, patients, float(events.sum()), float(patients.sum()))


def _quality_of(counts: Counts, row: int, quality: Mapping[str, float]) -> float:
    """Weight of a report by its label, else by the id of its result or of its study."""
    record = counts.records[row] if counts.records else None
    ids = () if record is None else (record.result_id, record.study_id)
    return next((quality[key] for key in (counts.slab[row], *ids) if key in quality), 1.0)
