"""Expected information of a study on the pooled logit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaln

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.fit import Fits
from metasyn.models.binomial_normal.kernel import score
from metasyn.models.binomial_normal.quadrature import SMALL_TAU, SMALL_TAU_NODES
from metasyn.models.binomial_normal.units import Units

_COUNTABLE = 20_000
"""Patients up to which every count is summed."""
_COUNTED_END = 400
"""Counts at either end of a larger study that are summed one by one."""
_REACH, _PANELS, _NODES = 12.0, 60, 12
"""Between them: standard deviations of the logit to either side, panels, and nodes of each."""

__all__ = ["case_information", "expected_information", "shares_of"]


def expected_information(n: npt.ArrayLike, mu: float, tau: float) -> FloatArray:
    """Expected information on mu of studies of n patients, tau known.

    Parameters
    ----------
    n
        Patients, shape (u,). Between whole numbers (quality-weighted cases) the information is
        interpolated linearly.
    mu, tau
        Where; finite.

    Returns
    -------
    FloatArray
        ``sum_r P(r) s_mu(r)^2`` over r = 0..n, shape (u,); ``n p (1 - p)`` where tau is 0.

    References
    ----------
    Case evidence, sections 1.2 and 2.4.

    Examples
    --------
    >>> expected_information([1, 10], 0.4, 0.5).round(6).tolist()
    [0.215822, 1.450522]
    """
    sizes = np.asarray(n, dtype=np.float64)
    p = float(expit(mu))
    if tau == 0:
        return sizes * p * (1 - p)
    below, above = np.floor(sizes), np.ceil(sizes)
    whole = np.unique(np.concatenate([below, above]))
    information = np.array(_whole(whole, mu, tau))
    at_below = information[np.searchsorted(whole, below)]
    at_above = information[np.searchsorted(whole, above)]
    result: FloatArray = at_below + (sizes - below) * (at_above - at_below)
    return result


def _whole(sizes: FloatArray, mu: float, tau: float) -> list[float]:
    small = sizes[sizes <= _COUNTABLE]
    lengths = small.astype(np.intp) + 1
    ends = np.cumsum(lengths)
    n = np.repeat(small, lengths)
    r = np.arange(lengths.sum()) - np.repeat(ends - lengths, lengths)
    terms = _terms(r.astype(np.float64), n, mu, tau)
    counted = np.add.reduceat(terms, ends - lengths).tolist() if len(small) else []
    return [*counted, *(_integrated(float(n), mu, tau) for n in sizes[sizes > _COUNTABLE])]


def _terms(r: FloatArray, n: FloatArray, mu: float, tau: float) -> FloatArray:
    """P(r) s_mu(r)^2."""
    at = score(r, n, mu, tau, SMALL_TAU_NODES if tau <= SMALL_TAU else None)
    log_choose = gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)
    return np.asarray(np.exp(at.value + log_choose) * at.s_mu**2)


def _integrated(n: float, mu: float, tau: float) -> float:
    """The sum for a large n: its ends by counting, between them the integral over the logit."""
    end = _COUNTED_END
    ends = np.concatenate([np.arange(end), n - np.arange(end)])
    # A sum of a smooth function is its integral from midpoint to midpoint (Euler and Maclaurin).
    low = np.log((end - 0.5) / (n - end + 0.5))
    p = float(expit(mu))
    width = np.sqrt(tau**2 + 1 / (n * p * (1 - p)) + 1 / end)
    first, last = max(mu - _REACH * width, low), min(mu + _REACH * width, -low)
    cuts = np.linspace(first, last, _PANELS + 1)
    x, w = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(cuts)[:, None] / 2
    eta = ((cuts[:-1, None] + half) + half * x).ravel()
    r = n * expit(eta)
    inner = _terms(r, np.full_like(r, n), mu, tau) * r * (1 - r / n)
    outer = _terms(ends, np.full_like(ends, n), mu, tau)
    return float(outer.sum() + inner @ (half * w).ravel())


def case_information(units: Units, mu: float, tau: float) -> float:
    """Expected information of all single cases at power 1."""
    if units.mode == "individual":
        return units.cases.n * float(expected_information([1.0], mu, tau)[0])
    return float(expected_information([units.cases.n], mu, tau)[0])


def shares_of(units: Units, case_power: float, fits: Fits) -> FloatArray:
    """Part of the information that each unit carries, the single cases last.

    ``a_u I_u / sum_j a_j I_j`` at the maximum of the likelihood (section 6 of the package's text);
    at a maximum of 0% or 100% its limit, in proportion to ``a_u n_u``.
    """
    mu, tau = float(fits.mu[0]), float(fits.tau[0])
    cases = units.cases
    one_by_one = units.mode == "individual"
    sizes, weights = units.n, units.power
    if cases.rows:
        sizes = np.append(sizes, 1.0 if one_by_one else cases.n)
        weights = np.append(weights, case_power * cases.n if one_by_one else case_power)
    information = weights * (sizes if np.isinf(mu) else expected_information(sizes, mu, tau))
    shares: FloatArray = information / information.sum()
    return shares
