"""One question put to a pooled rate, turned so that more events are always better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import expit

from metasyn.effects.arrays import FloatArray
from metasyn.effects.counts import Counts
from metasyn.errors import SpecError
from metasyn.models.binomial_normal.interval import Kind, kind_of
from metasyn.models.binomial_normal.units import Units, units_of
from metasyn.models.interval import Interval
from metasyn.models.rate import PooledRate
from metasyn.models.specs import BinomialNormal

__all__ = ["Direction", "Setting", "setting_of"]

Direction = Literal["benefit", "harm"]


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """Studies, weights and threshold behind every display.

    Parameters
    ----------
    spec
        What was asked of the model.
    units
        Studies and single cases; for harms with events and non-events exchanged, so that the
        patients counted are those who did well.
    power
        Weight of the single cases after the cap.
    kind
        How the pooled line is estimated.
    threshold
        Rate of patients who did well at which a decision turns.
    harm
        Whether the outcome is a harm.
    """

    spec: BinomialNormal
    units: Units
    power: float
    kind: Kind
    threshold: float
    harm: bool

    @property
    def has_cases(self) -> bool:
        """Whether there is any single case to speak of."""
        return self.units.cases.n > 0

    @property
    def good(self) -> float:
        """Single cases that did well: published successes."""
        return self.units.cases.events

    @property
    def bad(self) -> float:
        """Single cases that did not."""
        return self.units.cases.failures

    def rates(self, mu: FloatArray) -> FloatArray:
        """Event rates of logits of doing well."""
        rate: FloatArray = expit(-np.asarray(mu) if self.harm else np.asarray(mu))
        return rate

    def rate(self, mu: float) -> float:
        """Event rate of a logit of doing well."""
        return float(expit(-mu if self.harm else mu))

    def interval(self, low: float, high: float, method: str) -> Interval:
        """Interval of the event rate, from limits of the logit of doing well."""
        ends = sorted((self.rate(low), self.rate(high)))
        return Interval(ends[0], ends[1], self.spec.level, method)

    def spans(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Limits of event rates, from limits of logits of doing well."""
        ends = self.rates(low), self.rates(high)
        return (ends[1], ends[0]) if self.harm else ends


def setting_of(pooled: PooledRate, threshold: float, direction: Direction) -> Setting:
    """The setting of a pooled rate."""
    counts, spec = pooled.data, pooled.spec
    if not (isinstance(counts, Counts) and isinstance(spec, BinomialNormal)):
        raise SpecError("Single cases are weighed in counts of one arm, by BinomialNormal.")
    units = units_of(counts, spec)
    best = pooled.maximum
    at_edge = bool(np.isinf(best.mu)) or best.tau_at_bound
    harm = direction == "harm"
    return Setting(
        spec,
        _turned(units) if harm else units,
        pooled.case_power,
        kind_of(spec, units.anchors, at_edge=at_edge),
        1 - threshold if harm else threshold,
        harm,
    )


def _turned(units: Units) -> Units:
    cases = replace(units.cases, events=units.cases.failures)
    return replace(units, events=units.n - units.events, cases=cases)
