"""Nodes of (mu, tau) that many posteriors of the same studies share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_expit

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.kernel import log_marginal
from metasyn.models.binomial_normal.posterior import PANEL_NODES, Posterior, panel_quantiles
from metasyn.models.binomial_normal.quadrature import COARSE_NODES

__all__ = ["Grid", "grid_of"]

_TAU_NODES = 32
_TAU_REACH = 6.0
"""tau is integrated up to this many prior scales."""
_PANEL_GROWTH, _WIDEST_PANEL = 1.6, 1.5
_MOST_CENTRAL_PANELS = 60
_MU_REACH = 25.0
"""mu is integrated as far beyond 0 and beyond its centre: the prior's tails hold e^-25 there."""
_NEGLIGIBLE = 24.0
"""Pairs of panel and tau whose log density lies this far below the highest are left out."""

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Log-likelihoods of distinct studies on nodes of (mu, tau), and the powers they are given.

    Parameters
    ----------
    mu, tau
        Nodes, shapes (m,) and (t,).
    log_measure
        Log of node weight times prior, shape (m, t); minus infinity where nothing matters.
    log_likelihood
        Of each study, shape (u, m, t).
    powers
        Of every study in every data set, shape (p, u).
    edges
        Panels of mu, shape (panels, 2).
    """

    mu: FloatArray
    tau: FloatArray
    log_measure: FloatArray
    log_likelihood: FloatArray
    powers: FloatArray
    edges: FloatArray

    def weights(self) -> FloatArray:
        """Posterior probability of every pair of nodes in every data set, shape (p, m, t)."""
        density = self.log_measure + np.tensordot(self.powers, self.log_likelihood, axes=1)
        weight = np.exp(density - density.max(axis=(1, 2), keepdims=True))
        total: FloatArray = weight / weight.sum(axis=(1, 2), keepdims=True)
        return total

    def posterior(self) -> Posterior:
        """Posterior of the first data set."""
        return Posterior(self.mu, self.tau, self.weights()[0], self.edges)

    def quantiles(self, probabilities: FloatArray) -> FloatArray:
        """Posterior quantiles of mu in every data set, shape (p, j)."""
        mass = self.weights().sum(axis=2)
        return panel_quantiles(mass.reshape(len(mass), -1, PANEL_NODES), self.edges, probabilities)


def grid_of(batch: Batch, tau_scale: float = 1.0) -> Grid:
    """Lay nodes where the posteriors of the data sets live.

    Parameters
    ----------
    batch
        Data sets; studies that they share are evaluated once.
    tau_scale
        Scale of the half-normal prior of tau.

    Notes
    -----
    mu has a standard logistic prior (its rate is uniform) and composite Gauss-Legendre panels that
    are narrow in the middle; tau has Gauss-Legendre nodes on 0 to 6 prior scales (case evidence,
    section 2.5).
    """
    studies, powers = _distinct(batch)
    good, bad = batch.total_events + 0.5, batch.total_failures + 0.5
    centres, scales = np.log(good / bad), np.sqrt(1 / good + 1 / bad)
    ends = _panel_ends(
        float(centres.min()), float(centres.max()), float(np.clip(scales.min(), 0.02, 1.0))
    )
    x, w = np.polynomial.legendre.leggauss(_TAU_NODES)
    tau = 0.5 * _TAU_REACH * tau_scale * (x + 1)
    log_tau = np.log(w) - 0.5 * (tau / tau_scale) ** 2
    panels = _where_it_matters((studies, powers), ends, (tau, log_tau))
    kept = panels.any(axis=1)
    edges = np.column_stack([ends[:-1], ends[1:]])[kept]
    x, w = np.polynomial.legendre.leggauss(PANEL_NODES)
    half = 0.5 * (edges[:, 1] - edges[:, 0])
    mu = (edges.mean(axis=1)[:, None] + half[:, None] * x).ravel()
    log_mu = _log_prior(mu) + np.log((half[:, None] * w).ravel())
    matters = np.repeat(panels[kept], PANEL_NODES, axis=0)
    log_measure = np.where(matters, log_mu[:, None] + log_tau, -np.inf)
    values = _log_likelihoods(studies, (mu, tau), matters)
    return Grid(mu, tau, log_measure, values, powers, edges)


def _distinct(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """Distinct (events, n, offset), shape (u, 3), and their summed powers, shape (p, u)."""
    rows = np.stack([batch.events, batch.n, batch.offset], axis=2).reshape(-1, 3)
    studies, which = np.unique(rows, axis=0, return_inverse=True)
    powers = np.zeros((len(batch), len(studies)))
    owner = np.repeat(np.arange(len(batch)), batch.events.shape[1])
    np.add.at(powers, (owner, which.ravel()), batch.power.ravel())
    here = powers.any(axis=0)
    return studies[here], powers[:, here]


def _where_it_matters(
    data: tuple[FloatArray, FloatArray], ends: FloatArray, taus: tuple[FloatArray, FloatArray]
) -> BoolArray:
    """Panels of mu, at each tau, where some posterior is not negligible: shape (panels, t)."""
    (studies, powers), (tau, log_tau) = data, taus
    everywhere = np.ones((len(ends), len(tau)), dtype=bool)
    at_ends = np.tensordot(powers, _log_likelihoods(studies, (ends, tau), everywhere), axes=1)
    at_ends += _log_prior(ends)[:, None] + log_tau
    high = at_ends > at_ends.max(axis=(1, 2), keepdims=True) - _NEGLIGIBLE
    matters: BoolArray = (high[:, :-1] | high[:, 1:]).any(axis=0)
    return matters


def _log_likelihoods(
    studies: FloatArray, nodes: tuple[FloatArray, FloatArray], wanted: BoolArray
) -> FloatArray:
    """Log-likelihood of every study at the wanted pairs of nodes, 0 elsewhere: shape (u, m, t)."""
    row, column = np.nonzero(wanted)
    mu, tau = nodes[0][row], nodes[1][column]
    values = np.zeros((len(studies), *wanted.shape))
    for study, (events, n, offset) in enumerate(studies):
        # Where tau needs more nodes than these, the prior weighs what they miss by e^-3 and less.
        values[study, row, column] = log_marginal(events, n, mu + offset, tau, COARSE_NODES)
    return values


def _log_prior(mu: FloatArray) -> FloatArray:
    prior: FloatArray = log_expit(mu) + log_expit(-mu)
    return prior


def _panel_ends(lowest: float, highest: float, scale: float) -> FloatArray:
    """Ends of panels: narrow from the lowest to the highest centre, wider and wider outside."""
    width = scale
    count = min(int(np.ceil((highest - lowest) / width)), _MOST_CENTRAL_PANELS)
    central = np.linspace(lowest, highest, count + 1)
    reach = _MU_REACH + max(abs(lowest), abs(highest))
    tail = [0.0]
    while tail[-1] < reach:
        tail.append(tail[-1] + width)
        width = min(width * _PANEL_GROWTH, _WIDEST_PANEL)
    outside = np.array(tail[1:])
    return np.concatenate([lowest - outside[::-1], central, highest + outside])
