"""Beta-binomial model of proportions by maximum likelihood, as a sensitivity analysis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit, stdtrit

from metasyn.effects.arrays import FloatArray

__all__ = ["BetaBinomial", "beta_binomial"]

_DISPERSIONS = np.array([0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0])


class BetaBinomial(NamedTuple):
    """Mean rate with its Wald interval on the logit scale, and the correlation within a study."""

    rate: float
    low: float
    high: float
    rho: float
    log_likelihood: float


def beta_binomial(events: FloatArray, n: FloatArray, level: float, df: float) -> BetaBinomial:
    """Fit by maximum likelihood, exactly at correlation 0 too.

    Parameters
    ----------
    events, n
        Events and patients, shape (k,).
    level
        Coverage of the interval.
    df
        Degrees of freedom of t; without any there is no interval (0 to 1).

    Notes
    -----
    With mean m and t = rho / (1 - rho), ``log L = sum_{j<r} log(m + j t) + sum_{j<n-r} log(1 - m +
    j t) - sum_{j<n} log(1 + j t)``, binomial coefficients left out (Griffiths 1973, Biometrics
    29:637-648). The likelihood is concave in m for fixed t.
    """
    from scipy.optimize import brentq

    terms = _Terms(_steps(events), _steps(n - events), _steps(n))
    if not (events.any() and (n - events).any()):
        m = float(events.any())
        return BetaBinomial(m, 0.0, 1.0, 0.0, 0.0)
    values = [_likelihood(terms, _best_mean(terms, t), t) for t in _DISPERSIONS.tolist()]
    best = int(np.argmax(values))
    low = _DISPERSIONS[max(best - 1, 0)]
    high = _DISPERSIONS[min(best + 1, len(_DISPERSIONS) - 1)]

    def slope(t: float) -> float:
        return _slope_in_t(terms, _best_mean(terms, t), t)

    if slope(low) <= 0:
        t = float(low)
    elif slope(high) >= 0:
        t = float(high)
    else:
        t = float(brentq(slope, low, high, xtol=1e-12, rtol=1e-12))
    m = _best_mean(terms, t)
    se = _standard_error(terms, m, t)
    factor = float(stdtrit(df, 0.5 + level / 2)) if df > 0 else np.inf
    logit = np.log(m / (1 - m))
    return BetaBinomial(
        m,
        float(expit(logit - factor * se)),
        float(expit(logit + factor * se)),
        t / (1 + t),
        _likelihood(terms, m, t),
    )


class _Terms(NamedTuple):
    """Steps j of the three sums of the likelihood, all studies together."""

    events: FloatArray
    failures: FloatArray
    patients: FloatArray


def _steps(counts: FloatArray) -> FloatArray:
    return np.concatenate([np.arange(count, dtype=np.float64) for count in counts])


def _likelihood(terms: _Terms, m: float, t: float) -> float:
    parts = m + terms.events * t, 1 - m + terms.failures * t, 1 + terms.patients * t
    return float(np.log(parts[0]).sum() + np.log(parts[1]).sum() - np.log(parts[2]).sum())


def _best_mean(terms: _Terms, t: float) -> float:
    from scipy.optimize import brentq

    def slope(m: float) -> float:
        up = 1 / (m + terms.events * t)
        down = 1 / (1 - m + terms.failures * t)
        return float(up.sum() - down.sum())

    return float(brentq(slope, 1e-12, 1 - 1e-12, xtol=1e-15, rtol=1e-14))


def _slope_in_t(terms: _Terms, m: float, t: float) -> float:
    up = terms.events / (m + terms.events * t)
    down = terms.failures / (1 - m + terms.failures * t)
    both = terms.patients / (1 + terms.patients * t)
    return float(up.sum() + down.sum() - both.sum())


def _standard_error(terms: _Terms, m: float, t: float) -> float:
    """Standard error of logit m from the observed information; of its m part where t is 0."""
    x, y, z = terms
    up, down = 1 / (m + x * t), 1 / (1 - m + y * t)
    i_mm = float((up**2).sum() + (down**2).sum())
    if t == 0:
        return 1 / (m * (1 - m) * float(np.sqrt(i_mm)))
    i_mt = float((x * up**2).sum() - (y * down**2).sum())
    i_tt = float(((x * up) ** 2).sum() + ((y * down) ** 2).sum() - ((z / (1 + z * t)) ** 2).sum())
    variance = 1 / (i_mm - i_mt**2 / i_tt)
    return float(np.sqrt(variance)) / (m * (1 - m))
