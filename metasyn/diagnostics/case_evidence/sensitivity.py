"""One table: the headline, and what other models and weights make of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from metasyn.diagnostics.case_evidence.beta_binomial import beta_binomial
from metasyn.diagnostics.case_evidence.quality_effects import logits_of, quality_effects
from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.effects.counts import Counts
from metasyn.models.binomial_normal.cap import effective_power
from metasyn.models.binomial_normal.headlines import headlines
from metasyn.models.binomial_normal.information import shares_of
from metasyn.models.binomial_normal.units import Units, units_of
from metasyn.models.rate import PooledRate
from metasyn.models.specs import BinomialNormal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Alternative", "Sensitivity", "sensitivity_of"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rate by another model or other weights.

    Parameters
    ----------
    code
        For programs.
    label
        For people.
    rate, low, high
        Rate and limits of its interval; NaN where it has none.
    case_share
        Weight of the single cases in it (0 to 1).
    why_not
        Why it is not the headline; empty for the headline.
    """

    code: str
    label: str
    rate: float
    low: float
    high: float
    case_share: float
    why_not: str


@dataclass(frozen=True, eq=False, slots=True)
class Sensitivity:
    """The headline and its alternatives.

    Parameters
    ----------
    rows
        The headline first.
    """

    rows: tuple[Alternative, ...]

    def row(self, code: str) -> Alternative:
        """A row by its code."""
        return next(row for row in self.rows if row.code == code)

    def to_frame(self) -> pd.DataFrame:
        """One row an alternative: ``code label rate low high case_share why_not``."""
        import pandas as pd

        names = ("code", "label", "rate", "low", "high", "case_share", "why_not")
        return pd.DataFrame({name: [getattr(row, name) for row in self.rows] for name in names})


_FULL = "Published cases are selected for success; at full weight that bias enters in full."
_HEAVY = "Under random effects single patients outweigh trials, and their selection enters in full."
_GROWING = "Many cases beside few studies gain weight with every report; a pseudo-study does not."
_BETA_BINOMIAL = "Single cases count in full, and more than their patients under heterogeneity."
_OTHER_SPREAD = "It assumes another distribution of the rates between studies."
_BESIDE = "It stands beside the headline; it leaves the single cases out altogether."
_PRIOR = "It shows how far the headline depends on its prior."
_INVERSE_VARIANCE = (
    "Needs a continuity correction, which makes every single case 25% or 75% and its share wrong."
)
_CORRECTED = "Takes the log odds of a study for normal, and adds a half to counts of zero."


def sensitivity_of(pooled: PooledRate, setting: Setting) -> Sensitivity:
    """Fit the alternatives to a pooled rate."""
    rows = [_of_model("headline", "Headline", pooled, "")]
    if pooled.studies_only is not None:
        rows.append(_of_model("studies-only", "Studies only", pooled.studies_only, _BESIDE))
    if setting.has_cases:
        rows.extend(_other_weights(pooled, setting))
    if setting.kind == "integrated":
        rows.extend(_other_priors(setting))
    counts = pooled.data
    if isinstance(counts, Counts):
        rows.extend(_other_models(counts, setting.spec))
    return Sensitivity(tuple(rows))


def _of_model(code: str, label: str, pooled: PooledRate, why_not: str) -> Alternative:
    low, high = (np.nan, np.nan) if pooled.ci is None else pooled.ci
    rate, low, high = (float(expit(value)) for value in (pooled.estimate, low, high))
    return Alternative(code, label, rate, low, high, pooled.case_share, why_not)


def _other_weights(pooled: PooledRate, setting: Setting) -> Iterator[Alternative]:
    together = replace(setting.units, mode="pseudo-study")
    apart = replace(setting.units, mode="individual")
    spec, weight = setting.spec, setting.spec.case_weight
    if pooled.studies_only is not None:
        basis = pooled.studies_only.maximum
        turned = -basis.mu if setting.harm else basis.mu
        weight = effective_power(apart, (turned, basis.tau), weight, spec.case_cap).power
    label = "Single cases as one pseudo-study at full weight"
    yield _weighed(setting, together, 1.0, ("full-weight-pseudo-study", label, _FULL))
    label = "Single cases one by one at full weight"
    yield _weighed(setting, apart, 1.0, ("full-weight-individual", label, _HEAVY))
    if weight > 0:
        label = "Single cases one by one at the case weight"
        yield _weighed(setting, apart, weight, ("case-weight-individual", label, _GROWING))


def _weighed(
    setting: Setting, units: Units, weight: float, texts: tuple[str, str, str]
) -> Alternative:
    code, label, why_not = texts
    lines = headlines(setting.spec, units.batch(weight), units.anchors, units.kish - 1)
    low, high = setting.spans(lines.low, lines.high)
    share = float(shares_of(units, weight, lines.fits)[-1]) if units.cases.rows else 0.0
    rate = float(setting.rates(lines.mu)[0])
    return Alternative(code, label, rate, float(low[0]), float(high[0]), share, why_not)


def _other_priors(setting: Setting) -> Iterator[Alternative]:
    for factor in (0.5, 1.5):
        scale = factor * setting.spec.tau_prior
        changed = replace(setting, spec=replace(setting.spec, tau_prior=scale))
        texts = (f"tau-prior-{scale:g}", f"Half-normal prior of τ with scale {scale:g}", _PRIOR)
        yield _weighed(changed, setting.units, setting.power, texts)


def _other_models(counts: Counts, spec: BinomialNormal) -> Iterator[Alternative]:
    units = units_of(counts, spec)
    is_case = np.zeros(len(counts), dtype=bool)
    is_case[list(units.cases.rows)] = True
    counted = counts.ni > 0
    df = units.kish - 1
    sets = (("", counted), ("-studies", counted & ~is_case))
    for suffix, chosen in sets:
        if chosen.any() and (suffix == "" or is_case.any()):
            xi, ni = counts.xi[chosen], counts.ni[chosen]
            found = beta_binomial(xi, ni, spec.level, df)
            share = float(ni[is_case[chosen]].sum() / ni.sum())
            label = "Beta-binomial" if not suffix else "Beta-binomial, studies only"
            numbers = (found.rate, found.low, found.high, share)
            why_not = _BETA_BINOMIAL if is_case[chosen].any() else _OTHER_SPREAD
            yield Alternative(f"beta-binomial{suffix}", label, *numbers, why_not)
    if counted.sum() >= 2:
        yield from _inverse_variance(counts, spec, is_case)


def _inverse_variance(
    counts: Counts, spec: BinomialNormal, is_case: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> Iterator[Alternative]:
    counted = counts.ni > 0
    yi, vi = logits_of(counts.xi[counted], counts.ni[counted])
    units = units_of(counts, spec)
    quality = np.empty(len(counts))
    quality[list(units.rows)] = units.power
    quality[list(units.cases.rows)] = spec.case_weight * units.cases.quality
    models = [("ivhet", "IVhet (Doi)", np.ones(len(yi)))]
    if quality[counted].any():
        models.append(
            ("quality-effects", "Quality effects (Doi), weights as quality", quality[counted])
        )
    for code, label, q in models:
        found = quality_effects(yi, vi, q, spec.level)
        low, rate, high = (float(expit(v)) for v in (found.low, found.estimate, found.high))
        share = float(found.weights[is_case[counted]].sum())
        why_not = _INVERSE_VARIANCE if is_case.any() else _CORRECTED
        yield Alternative(code, label, rate, low, high, share, why_not)
