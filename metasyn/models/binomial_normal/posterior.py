"""Integrated likelihood of mu: posterior with a uniform rate and a half-normal tau."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import log_expit, ndtr

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.binomial_normal.kernel import log_marginal
from metasyn.models.binomial_normal.quadrature import FEW_NODES

__all__ = ["Grid", "Posterior", "grid_of"]

_TAU_NODES = 32
_TAU_REACH = 6.0
"""tau is integrated up to this many prior scales."""
_PANEL_NODES = 10
_PANEL_GROWTH, _WIDEST_PANEL = 1.4, 1.25
_MU_REACH = 25.0
"""mu is integrated as far beyond 0 and beyond its centre: the prior's tails hold e^-25 there."""
_NEGLIGIBLE = 35.0
"""Panels whose log density lies this far below the highest are left out."""
_HALVINGS = 60


@dataclass(frozen=True, eq=False, slots=True)
class Posterior:
    """Joint posterior of (mu, tau) on quadrature nodes.

    Parameters
    ----------
    mu, tau
        Nodes, shapes (m,) and (t,).
    weight
        Probability of each pair of nodes, shape (m, t), sums to 1.
    edges
        Panels of mu, low and high edge, shape (panels, 2).
    """

    mu: FloatArray
    tau: FloatArray
    weight: FloatArray
    edges: FloatArray

    def quantiles(self, probabilities: npt.ArrayLike) -> FloatArray:
        """Quantiles of mu, from the polynomial that its density is on every panel."""
        p = np.asarray(probabilities, dtype=np.float64)
        mass = self.weight.sum(axis=1).reshape(-1, _PANEL_NODES)
        after = np.cumsum(mass.sum(axis=1))
        panel = np.minimum(np.searchsorted(after, p), len(after) - 1)
        before = after[panel] - mass[panel].sum(axis=1)
        coefficients = mass[panel] @ _legendre()
        low, high = np.full(p.shape, -1.0), np.full(p.shape, 1.0)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            below = before + _cumulative(coefficients, middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        start, end = self.edges[panel].T
        quantiles: FloatArray = start + 0.5 * (low + 1) * (end - start)
        return quantiles

    @property
    def mean(self) -> float:
        """Posterior mean of mu."""
        return float(self.mu @ self.weight.sum(axis=1))

    @property
    def sd(self) -> float:
        """Posterior standard deviation of mu."""
        return float(np.sqrt((self.mu - self.mean) ** 2 @ self.weight.sum(axis=1)))

    @property
    def mean_tau(self) -> float:
        """Posterior mean of tau."""
        return float(self.weight.sum(axis=0) @ self.tau)

    def pairs(self, least: float = 1e-13) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Nodes (mu, tau) and weights of the pairs that matter, flat."""
        row, column = np.nonzero(self.weight > least * self.weight.max())
        weight = self.weight[row, column]
        return self.mu[row], self.tau[column], weight / weight.sum()

    @property
    def average_rate(self) -> float:
        """Posterior mean of the population-averaged rate, the predictive mean of a new patient."""
        mu, tau, weight = self.pairs()
        return float(weight @ np.exp(log_marginal(1.0, 1.0, mu, tau)))

    def predictive_quantiles(self, probabilities: tuple[float, ...]) -> list[float]:
        """Quantiles of the true logit of a new study."""
        from scipy.optimize import brentq

        mu, tau, weight = self.pairs()

        def excess(theta: float, p: float) -> float:
            return float(weight @ ndtr((theta - mu) / tau)) - p

        reach = 10 * float(tau.max())
        ends = float(mu.min()) - reach, float(mu.max()) + reach
        return [float(brentq(excess, *ends, args=(p,), xtol=1e-10)) for p in probabilities]


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Log-likelihood of every study on the nodes of (mu, tau), before it is weighted.

    Parameters
    ----------
    mu, tau
        Nodes, shapes (m,) and (t,).
    log_measure
        Log of node weight times prior, shape (m, t).
    log_likelihood
        Of each study, shape (u, m, t).
    edges
        Panels of mu, shape (panels, 2).
    """

    mu: FloatArray
    tau: FloatArray
    log_measure: FloatArray
    log_likelihood: FloatArray
    edges: FloatArray

    def posterior(self, power: FloatArray) -> Posterior:
        """Posterior with the studies weighted by ``power``, shape (u,)."""
        log_density = self.log_measure + np.tensordot(power, self.log_likelihood, axes=1)
        weight = np.exp(log_density - log_density.max())
        return Posterior(self.mu, self.tau, weight / weight.sum(), self.edges)


def grid_of(events: FloatArray, n: FloatArray, power: FloatArray, tau_scale: float = 1.0) -> Grid:
    """Lay the nodes where the likelihood of the studies lives.

    Parameters
    ----------
    events, n, power
        Studies, shape (u,). ``power`` only places the nodes.
    tau_scale
        Scale of the half-normal prior of tau.

    Notes
    -----
    mu has a standard logistic prior (its rate is uniform) and composite Gauss-Legendre panels that
    are narrow in the middle; tau has Gauss-Legendre nodes on 0 to 6 prior scales (case evidence,
    section 2.5).
    """
    good, bad = float(power @ events) + 0.5, float(power @ (n - events)) + 0.5
    centre = float(np.log(good / bad))
    scale = float(np.clip(np.sqrt(1 / good + 1 / bad), 0.02, 1.0))
    x, w = np.polynomial.legendre.leggauss(_TAU_NODES)
    tau = 0.5 * _TAU_REACH * tau_scale * (x + 1)
    log_tau = np.log(w) - 0.5 * (tau / tau_scale) ** 2
    edges = _panels(centre, scale)
    ends = np.append(edges[:, 0], edges[-1, 1])
    sums = np.tensordot(power, _log_likelihoods(events, n, ends, tau), axes=1)
    at_ends = _log_prior(ends) + np.max(sums + log_tau, axis=1)
    matters = at_ends > at_ends.max() - _NEGLIGIBLE
    edges = edges[matters[:-1] | matters[1:]]
    x, w = np.polynomial.legendre.leggauss(_PANEL_NODES)
    half = 0.5 * (edges[:, 1] - edges[:, 0])
    mu = (edges.mean(axis=1)[:, None] + half[:, None] * x).ravel()
    log_mu = _log_prior(mu) + np.log((half[:, None] * w).ravel())
    return Grid(mu, tau, log_mu[:, None] + log_tau, _log_likelihoods(events, n, mu, tau), edges)


def _log_likelihoods(
    events: FloatArray, n: FloatArray, mu: FloatArray, tau: FloatArray
) -> FloatArray:
    shape = len(events), len(mu), len(tau)
    # Where tau needs more nodes than these, the prior weighs what they miss by e^-4 and less.
    return log_marginal(
        events[:, None, None], n[:, None, None], mu[:, None], tau, FEW_NODES
    ).reshape(shape)


def _log_prior(mu: FloatArray) -> FloatArray:
    prior: FloatArray = log_expit(mu) + log_expit(-mu)
    return prior


def _panels(centre: float, scale: float) -> FloatArray:
    """Edges of panels that widen from the centre until they reach beyond both tails."""
    reach = _MU_REACH + abs(centre)
    edges, width = [0.0], 0.75 * scale
    while edges[-1] < reach:
        edges.append(edges[-1] + width)
        width = min(width * _PANEL_GROWTH, _WIDEST_PANEL)
    right = np.array(edges)
    ends = centre + np.concatenate([-right[:0:-1], right])
    return np.column_stack([ends[:-1], ends[1:]])


@cache
def _legendre() -> FloatArray:
    """From masses at a panel's nodes to the Legendre coefficients of its density on [-1, 1]."""
    x, _ = np.polynomial.legendre.leggauss(_PANEL_NODES)
    vander = np.polynomial.legendre.legvander(x, _PANEL_NODES - 1)
    return read_only(vander * (np.arange(_PANEL_NODES) + 0.5))


def _cumulative(coefficients: FloatArray, x: FloatArray) -> FloatArray:
    """Integral of each Legendre series from -1 to x; row i of the coefficients goes with x[i]."""
    # Int P_k = (P_{k+1} - P_{k-1}) / (2k + 1), and P_{-1} = -1 makes k = 0 come out as x + 1.
    p = np.polynomial.legendre.legvander(x, _PANEL_NODES)
    before = np.concatenate([-np.ones((len(x), 1)), p[:, : _PANEL_NODES - 1]], axis=1)
    integrals = (p[:, 1:] - before) / (2 * np.arange(_PANEL_NODES) + 1)
    total: FloatArray = np.sum(coefficients * integrals, axis=1)
    return total
