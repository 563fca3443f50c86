"""Marginal likelihood of studies with normal random effects, and its exact derivatives.

Row r of study i has the predictor ``offset_i + x_r b_i + sum_q lambda_q s_rq z_q`` with standard
normal z. The integral over z is taken by adaptive Gauss-Hermite quadrature around its mode, whose
integrand is log-concave; the derivatives in (b_i, lambda) are posterior means (Louis 1982), so
they are exact for the quadrature's posterior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.two_arm_glmm.families import Family

__all__ = ["Derivatives", "Row", "marginal"]

_WIDE = 2.5
"""Standard deviation beyond which the integrand is far from normal and needs more nodes."""
_NODES = {1: (41, 101), 2: (25, 51)}
"""Nodes a dimension for one and for two random effects, below and beyond ``_WIDE``."""
_AT_ONCE = 200_000
"""Studies x nodes held at one time."""
_MODE_STEPS = 100
_MODE_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Row:
    """One count of every study.

    Parameters
    ----------
    family
        Likelihood of the count.
    fixed
        Coefficients of the fixed parameters in the predictor, shape (p,).
    random
        Loadings of the random effects, shape (q,).
    offset
        Known part of the predictor, shape (k,), or 0.
    """

    family: Family
    fixed: FloatArray
    random: FloatArray
    offset: FloatArray | float = 0.0

    def take(self, studies: slice) -> Row:
        """The row of some of the studies."""
        offset = self.offset if isinstance(self.offset, float) else self.offset[studies]
        return Row(self.family.take(studies), self.fixed, self.random, offset)


class Derivatives(NamedTuple):
    """Log-likelihood of each study, its gradient and its Hessian in (b_i, lambda).

    Shapes (k,), (k, p + q) and (k, p + q, p + q).
    """

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray


def marginal(
    rows: tuple[Row, ...], fixed: FloatArray, scales: FloatArray, nodes: int | None = None
) -> Derivatives:
    """Evaluate every study.

    Parameters
    ----------
    rows
        Counts of the studies, their predictors, and their likelihoods.
    fixed
        Parameters b of each study, shape (k, p).
    scales
        Standard deviations lambda of the random effects, shape (q,).
    nodes
        Nodes a dimension, odd; chosen by the scales if None. 1 is Laplace's approximation.
    """
    loads = np.array([row.random * scales for row in rows])
    if nodes is None:
        few, many = _NODES[len(scales)]
        nodes = many if np.sqrt((loads**2).sum(axis=1)).max() > _WIDE else few
    if not scales.any():
        nodes = 1  # the integrand is the normal density, which one node integrates exactly
    size = max(1, _AT_ONCE // nodes ** len(scales))
    if len(fixed) <= size:
        return _part(rows, fixed, loads, nodes)
    parts = [
        _part(tuple(row.take(studies) for row in rows), fixed[studies], loads, nodes)
        for studies in (slice(start, start + size) for start in range(0, len(fixed), size))
    ]
    return Derivatives(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))


def _part(rows: tuple[Row, ...], fixed: FloatArray, loads: FloatArray, nodes: int) -> Derivatives:
    bases = [fixed @ row.fixed + row.offset for row in rows]
    centre, precision = _mode(rows, bases, loads)
    root = np.linalg.cholesky(precision)
    grid, log_weight = _grid(nodes, loads.shape[1])
    # z = centre + L^-T x has the precision L L^T of the integrand at its mode; shape (k, q, N)
    z = centre[:, :, None] + np.swapaxes(np.linalg.inv(root), 1, 2) @ grid
    q, p = loads.shape[1], fixed.shape[1]
    log_f = log_weight - 0.5 * (z**2).sum(axis=1) - 0.5 * q * np.log(2 * np.pi)
    gradient = np.zeros((len(z), p + q, z.shape[2]))
    directions, curvatures = [], []
    for row, base, load in zip(rows, bases, loads, strict=True):
        terms = row.family.at(base[:, None] + load @ z)
        direction = np.empty_like(gradient)
        direction[:, :p] = row.fixed[:, None]
        direction[:, p:] = row.random[:, None] * z
        log_f += terms.value
        gradient += terms.slope[:, None] * direction
        directions.append(direction)
        curvatures.append(terms.curvature)
    top = log_f.max(axis=1)
    weight = np.exp(log_f - top[:, None])
    total = weight.sum(axis=1)
    weight /= total[:, None]
    value = top + np.log(total) - np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    score = (gradient @ weight[:, :, None])[:, :, 0]
    hessian = _moment(gradient, weight) - score[:, :, None] * score[:, None, :]
    for direction, curvature in zip(directions, curvatures, strict=True):
        hessian -= _moment(direction, weight * curvature)
    return Derivatives(value, score, hessian)


def _moment(vectors: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted second moments over the nodes, shape (k, m, m)."""
    moment: FloatArray = (vectors * weight[:, None]) @ np.swapaxes(vectors, 1, 2)
    return moment


@cache
def _grid(nodes: int, dimensions: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Hermite nodes of shape (q, N), and the logs of their weights for plain integrals."""
    x, w = np.polynomial.hermite.hermgauss(nodes)
    log_w = np.log(w) + x**2 + 0.5 * np.log(2)
    grid = np.array(np.meshgrid(*[np.sqrt(2) * x] * dimensions, indexing="ij"))
    log_weights = sum(np.meshgrid(*[log_w] * dimensions, indexing="ij"))
    return read_only(grid.reshape(dimensions, -1)), read_only(np.ravel(log_weights))


def _mode(
    rows: tuple[Row, ...], bases: list[FloatArray], loads: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mode of every study's integrand and minus its Hessian there, by Newton steps halved."""
    z = np.zeros((len(bases[0]), loads.shape[1]))
    value, slope, precision = _integrand(rows, bases, loads, z)
    for _ in range(_MODE_STEPS if loads.any() else 0):
        step = np.linalg.solve(precision, slope[:, :, None])[:, :, 0]
        moved = np.abs(step).max(axis=1)
        if moved.max() < _MODE_TOLERANCE:
            break
        length = np.ones(len(z))
        for _ in range(60):
            trial = z + length[:, None] * step
            new = _integrand(rows, bases, loads, trial)
            worse = new[0] < value - 1e-12 * (1 + np.abs(value))
            if not worse.any():
                break
            length[worse] /= 2
        z, (value, slope, precision) = trial, new
    return z, precision


def _integrand(
    rows: tuple[Row, ...], bases: list[FloatArray], loads: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    value = -0.5 * (z**2).sum(axis=1)
    slope = -z
    precision = np.broadcast_to(np.eye(z.shape[1]), (*z.shape, z.shape[1])).copy()
    for row, base, load in zip(rows, bases, loads, strict=True):
        terms = row.family.at((base + z @ load)[:, None])
        value = value + terms.value[:, 0]
        slope = slope + terms.slope * load
        precision += terms.curvature[:, :, None] * np.outer(load, load)
    return value, slope, precision
