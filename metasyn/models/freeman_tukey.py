"""The Freeman-Tukey transformation, offered only to measure how far it leads astray."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.counts import Counts
from metasyn.effects.effects import effects_from
from metasyn.errors import DataError, Note
from metasyn.models.binomial_normal import pool_counts
from metasyn.models.random_effects import pool_effects
from metasyn.models.specs import BinomialNormal, CommonEffect, RandomEffects

__all__ = ["FreemanTukeyGap", "freeman_tukey_gap"]


@dataclass(frozen=True, slots=True)
class FreemanTukeyGap:
    """A proportion pooled on the double-arcsine scale, beside the binomial-normal model.

    Parameters
    ----------
    random_effects, common_effect
        Pooled on the transformed scale (REML; common effect) and turned back at the harmonic mean
        of the sample sizes (Miller 1978, The American Statistician 32:138), 0 to 1.
    binomial_normal
        From the exact likelihood, every study at full weight, 0 to 1.
    gap
        Difference, ``random_effects`` less ``binomial_normal``.
    crude
        Events of all studies over their patients.
    note
        The gap in words, for a result.
    """

    random_effects: float
    common_effect: float
    binomial_normal: float
    gap: float
    crude: float
    note: Note


def freeman_tukey_gap(data: Counts) -> FreemanTukeyGap:
    """Measure what the Freeman-Tukey transformation does to a pooled proportion.

    Its inverse depends on one sample size that no pooled result has; with unequal studies it can
    fall outside the data (Schwarzer, Chemaitelly, Abu-Raddad & Rücker 2019, Research Synthesis
    Methods 10:476-483; Röver & Friede 2022, ibid. 13:561-575).

    Parameters
    ----------
    data
        Counts of one arm.

    Raises
    ------
    DataError
        If a study has no patients.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> data = counts(xi=[30, 5, 800, 1, 12], ni=[400, 90, 12000, 8, 250000])
    >>> gap = freeman_tukey_gap(data)
    >>> gap.common_effect, round(gap.random_effects, 4), round(gap.binomial_normal, 4)
    (0.0, 0.0341, 0.0156)
    """
    if not (data.ni > 0).all():
        empty = data.slab[int(np.argmin(data.ni))]
        raise DataError(f"{empty}: no patients, so there is no proportion.")
    transformed = effects_from(_double_arcsine(data.xi, data.ni), 1 / (4 * data.ni + 2), data.slab)
    harmonic = float(len(data) / (1 / data.ni).sum())
    random = RandomEffects("REML", ci="z", prediction="none", tau2_ci="none")
    by_random, by_common = (
        _back(pool_effects(transformed, spec).estimate, harmonic)
        for spec in (random, CommonEffect())
    )
    by_likelihood = _full_weight_rate(data)
    crude = float(data.xi.sum() / data.ni.sum())
    note = Note(
        "freeman-tukey-gap",
        f"Freeman-Tukey gives {by_random:.4g} (random effects) or {by_common:.4g} (common effect), "
        f"the binomial-normal model {by_likelihood:.4g}: its inverse has no valid sample size for "
        "unequal studies.",
    )
    return FreemanTukeyGap(
        by_random, by_common, by_likelihood, by_random - by_likelihood, crude, note
    )


def _full_weight_rate(data: Counts) -> float:
    """Rate of the median study by maximum likelihood, no study weighted down."""
    spec = BinomialNormal(case_weight=1, series_weight=1, case_cap=1, cases="individual")
    pooled = pool_counts(Counts(data.xi, data.ni, data.slab, (None,) * len(data)), spec)
    return float(1 / (1 + np.exp(-pooled.maximum.mu)))


def _double_arcsine(x: FloatArray, n: FloatArray) -> FloatArray:
    """Transform as metafor does: half the sum of two arcsines."""
    both: FloatArray = np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))
    return both / 2


def _back(value: float, n: float) -> float:
    """Miller's inverse at a sample size, 0 or 1 outside the range of the transformation."""
    lowest, highest = _double_arcsine(np.array([0.0, n]), np.array([n, n]))
    if value <= lowest or value >= highest:
        return float(value >= highest)
    sine, cosine = np.sin(2 * value), np.cos(2 * value)
    inner = 1 - (sine + (sine - 1 / sine) / n) ** 2
    return float(0.5 * (1 - np.sign(cosine) * np.sqrt(max(inner, 0.0))))
