"""Counts of one arm pooled by the binomial-normal model, single cases as low-weight evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import gammaln

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import Counts
from metasyn.errors import DataError, SpecError
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.cap import NO_CASES, Cap, effective_power
from metasyn.models.binomial_normal.fit import Fits, fit
from metasyn.models.binomial_normal.headline import headline
from metasyn.models.binomial_normal.heterogeneity import i2_and_h2
from metasyn.models.binomial_normal.information import shares_of
from metasyn.models.binomial_normal.interval import chi2_drop
from metasyn.models.binomial_normal.limits import Limits, likelihood_limits
from metasyn.models.binomial_normal.notes import notes_of
from metasyn.models.binomial_normal.units import Units, units_of
from metasyn.models.interval import Interval
from metasyn.models.rate import Maximum, PooledRate, Unit
from metasyn.models.specs import BinomialNormal

__all__ = ["pool_counts"]


def pool_counts(counts: Counts, spec: BinomialNormal) -> PooledRate:
    """Pool events of one arm on their exact likelihood.

    Parameters
    ----------
    counts
        Events and patients of every study.
    spec
        Weights, cap and interval.

    Returns
    -------
    PooledRate
        On the logit scale; measure ``PLO``.

    Raises
    ------
    SpecError
        If the specification is for two arms, or its table of weights lacks a design.
    DataError
        If there is no study, or every study has weight 0.

    References
    ----------
    Case evidence, section 2. Likelihood: Stijnen, Hamza & Ozdemir 2010, Statistics in Medicine
    29:3046-3067; power of the marginal likelihood: Ibrahim & Chen 2000, Statistical Science
    15:46-60, and Rabe-Hesketh & Skrondal 2006, JRSS A 169:805-827.

    Examples
    --------
    >>> import metasyn as ms
    >>> data = ms.counts(xi=[24, 11, 15, 28] + [1] * 13 + [0], ni=[31, 25, 18, 34] + [1] * 14)
    >>> pooled = pool_counts(data, ms.BinomialNormal())
    >>> round(pooled.estimate, 6), round(pooled.case_share, 6)
    (1.040252, 0.01923)
    """
    if spec.model is not None:
        raise SpecError(
            f"model={spec.model!r} is for two arms (ai, bi, ci, di); counts of one arm take "
            "model=None."
        )
    units = units_of(counts, spec)
    studies = pool_counts(_subset(counts, units.rows), spec) if _has_both(units) else None
    cap = _cap(units, studies, spec)
    batch = units.batch(cap.power)
    if not np.any(batch.power * batch.n > 0):
        raise DataError(_nothing(counts))
    fits = fit(batch)
    shares = shares_of(units, cap.power, fits)
    lead = headline(spec, units, batch, fits)
    limits = likelihood_limits(batch, fits, chi2_drop(spec.level))
    tau2 = float(fits.tau[0]) ** 2 if fits.tau_free[0] else None
    i2, h2 = i2_and_h2(units, tau2)
    return PooledRate(
        spec=spec,
        data=counts,
        measure="PLO",
        k=len(counts),
        estimate=lead.estimate,
        se=lead.se,
        statistic=None,
        p_value=None,
        ci=lead.ci,
        prediction=lead.prediction,
        tau2=tau2,
        tau2_se=2 * float(fits.tau[0] * fits.se_tau[0]) if np.isfinite(fits.se_tau[0]) else None,
        tau2_ci=_tau2_interval(limits, spec.level),
        i2=i2,
        h2=h2,
        q=None,
        q_p=None,
        weights=_row_weights(units, shares, len(counts)),
        log_likelihood=_log_likelihood(batch, fits),
        notes=notes_of(spec, units, cap, fits, (lead, limits)),
        units=_units(counts, units, cap.power, shares),
        maximum=_maximum(fits, limits, spec.level),
        average_rate=lead.average_rate,
        case_share=float(shares[len(units.rows) :].sum()),
        case_power=cap.power,
        cap_binds=cap.binds,
        studies_only=studies,
    )


def _has_both(units: Units) -> bool:
    return bool(units.cases.rows) and units.anchors > 0


def _nothing(counts: Counts) -> str:
    if len(counts) == 0:
        return "There is no study to pool."
    return (
        "Every study has weight 0 or no patients, so there is nothing to pool. Raise case_weight "
        "or series_weight, or change the table of weights."
    )


def _subset(counts: Counts, rows: tuple[int, ...]) -> Counts:
    chosen = list(rows)

    def pick(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(values[i] for i in chosen) if values else ()

    return Counts(
        read_only(counts.xi[chosen]),
        read_only(counts.ni[chosen]),
        pick(counts.slab),
        pick(counts.design),
        pick(counts.records),
        counts.notes,
    )


def _cap(units: Units, studies: PooledRate | None, spec: BinomialNormal) -> Cap:
    if not units.cases.rows:
        return NO_CASES
    if studies is None:
        return NO_CASES._replace(power=spec.case_weight)
    basis = studies.maximum
    return effective_power(units, (basis.mu, basis.tau), spec.case_weight, spec.case_cap)


def _maximum(fits: Fits, limits: Limits, level: float) -> Maximum:
    return Maximum(
        mu=float(fits.mu[0]),
        se=float(fits.se[0]),
        tau=float(fits.tau[0]),
        ci=Interval(*limits.mu, level, "profile"),
        tau_is_estimated=bool(fits.tau_free[0]),
        tau_at_bound=bool(fits.tau_at_bound[0]),
    )


def _tau2_interval(limits: Limits, level: float) -> Interval | None:
    if limits.tau is None:
        return None
    low, high = limits.tau
    return Interval(low**2, high**2, level, "profile")


def _log_likelihood(batch: Batch, fits: Fits) -> float:
    """Weighted log-likelihood with its binomial coefficients."""
    r, n = batch.events[0], batch.n[0]
    log_choose = gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)
    return float(fits.value[0] + batch.power[0] @ log_choose)


def _row_weights(units: Units, shares: FloatArray, size: int) -> FloatArray:
    """Share of every row; the single cases divide theirs by their patients."""
    weights = np.zeros(size)
    weights[list(units.rows)] = shares[: len(units.rows)]
    if units.cases.rows and units.cases.n > 0:
        part = units.cases.patients / units.cases.n
        weights[list(units.cases.rows)] = shares[-1] * part
    return read_only(weights)


def _units(counts: Counts, units: Units, case_power: float, shares: FloatArray) -> tuple[Unit, ...]:
    own = [
        Unit(counts.slab[row], kind, float(r), float(n), float(a), float(share), (row,))
        for row, kind, r, n, a, share in zip(
            units.rows, units.kinds, units.events, units.n, units.power, shares, strict=False
        )
    ]
    cases = units.cases
    if cases.rows:
        share = float(shares[-1])
        own.append(
            Unit("Single cases", "cases", cases.events, cases.n, case_power, share, cases.rows)
        )
    return tuple(own)
