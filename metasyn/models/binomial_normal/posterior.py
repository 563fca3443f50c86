"""Integrated likelihood of mu: posterior with a uniform rate and a half-normal tau."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.binomial_normal.kernel import log_marginal
from metasyn.models.binomial_normal.quadrature import COARSE_NODES

__all__ = ["PANEL_NODES", "Posterior", "panel_quantiles"]

PANEL_NODES = 10
"""Gauss-Legendre nodes of mu on every panel."""
_HALVINGS = 45


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

    def quantiles(self, probabilities: FloatArray) -> FloatArray:
        """Quantiles of mu, shape of the probabilities."""
        mass = self.weight.sum(axis=1).reshape(1, -1, PANEL_NODES)
        first: FloatArray = panel_quantiles(mass, self.edges, probabilities)[0]
        return first

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
        return float(weight @ np.exp(log_marginal(1.0, 1.0, mu, tau, COARSE_NODES)))

    def predictive_quantiles(self, probabilities: tuple[float, ...]) -> list[float]:
        """Quantiles of the true logit of a new study."""
        from scipy.optimize import brentq

        mu, tau, weight = self.pairs()

        def excess(theta: float, p: float) -> float:
            return float(weight @ ndtr((theta - mu) / tau)) - p

        reach = 10 * float(tau.max())
        ends = float(mu.min()) - reach, float(mu.max()) + reach
        return [float(brentq(excess, *ends, args=(p,), xtol=1e-10)) for p in probabilities]


def panel_quantiles(mass: FloatArray, edges: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Quantiles of densities that are polynomials on panels.

    Parameters
    ----------
    mass
        Probability at every node, shape (s, panels, nodes); every row of s sums to 1.
    edges
        Low and high edge of every panel, shape (panels, 2).
    probabilities
        Shape (j,).

    Returns
    -------
    FloatArray
        Shape (s, j).
    """
    after = np.cumsum(mass.sum(axis=2), axis=1)
    p = np.broadcast_to(probabilities, (len(mass), len(probabilities)))
    panel = np.minimum((after[:, :, None] < p[:, None, :]).sum(axis=1), len(edges) - 1)
    row = np.arange(len(mass))[:, None]
    chosen = mass[row, panel]
    before = after[row, panel] - chosen.sum(axis=2)
    coefficients = chosen @ _legendre()
    low, high = np.full(p.shape, -1.0), np.full(p.shape, 1.0)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = before + _cumulative(coefficients, middle) < p
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    start, end = edges[panel, 0], edges[panel, 1]
    quantiles: FloatArray = start + 0.5 * (low + 1) * (end - start)
    return quantiles


@cache
def _legendre() -> FloatArray:
    """From masses at a panel's nodes to the Legendre coefficients of its density on [-1, 1]."""
    x, _ = np.polynomial.legendre.leggauss(PANEL_NODES)
    vander = np.polynomial.legendre.legvander(x, PANEL_NODES - 1)
    return read_only(vander * (np.arange(PANEL_NODES) + 0.5))


def _cumulative(coefficients: FloatArray, x: FloatArray) -> FloatArray:
    """Integral of each Legendre series (last axis of the coefficients) from -1 to its x."""
    # Int P_k = (P_{k+1} - P_{k-1}) / (2k + 1), and P_{-1} = -1 makes k = 0 come out as x + 1.
    p = np.polynomial.legendre.legvander(x, PANEL_NODES)
    before = np.concatenate([-np.ones((*x.shape, 1)), p[..., : PANEL_NODES - 1]], axis=-1)
    integrals = (p[..., 1:] - before) / (2 * np.arange(PANEL_NODES) + 1)
    total: FloatArray = np.sum(coefficients * integrals, axis=-1)
    return total
