"""Marginal log-likelihood of a study and its exact derivatives, for many studies at once.

A row is a study with r events among n patients whose logit is ``mu + tau z``, z standard normal.
Binomial coefficients are left out: ``L = Int expit(eta)^r (1 - expit(eta))^(n - r) phi(z) dz``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.quadrature import (
    FEW_NODES,
    MANY_NODES,
    SMALL_TAU,
    SMALL_TAU_NODES,
    WIDE_TAU,
    Rule,
    centre_and_scale,
    gauss_hermite,
    trapezoid,
)

__all__ = ["Score", "derivatives", "log_marginal", "score"]

_ROWS_AT_ONCE = 1024
"""Rows x nodes that stay in the processor's cache."""
_LOG_ROOT_2_PI = 0.5 * float(np.log(2 * np.pi))


class Score(NamedTuple):
    """Log-likelihood and its slope in mu, each of shape (m,)."""

    value: FloatArray
    s_mu: FloatArray


class _Rows(NamedTuple):
    """Rows that share a quadrature rule."""

    r: FloatArray
    n: FloatArray
    mu: FloatArray
    tau: FloatArray


class _Posterior(NamedTuple):
    """Posterior of z at its nodes: weights, nodes and success rates, shape (rows, nodes)."""

    value: FloatArray
    weight: FloatArray
    z: FloatArray
    p: FloatArray


def log_marginal(
    r: npt.ArrayLike,
    n: npt.ArrayLike,
    mu: npt.ArrayLike,
    tau: npt.ArrayLike,
    nodes: int | None = None,
) -> FloatArray:
    """Log of the marginal likelihood of each row.

    Parameters
    ----------
    r, n, mu, tau
        Events (real numbers are legal), patients, mean and standard deviation of the logit; any
        shapes that broadcast. The result is flat.
    nodes
        Quadrature nodes; None: as many as tau needs.

    Examples
    --------
    >>> round(float(log_marginal(1, 1, 0.5, 1.0)[0]), 10)
    -0.5074527636
    """
    value: FloatArray = _by_parts(_value, 1, _flat(r, n, mu, tau), nodes)[0]
    return value


def score(
    r: npt.ArrayLike,
    n: npt.ArrayLike,
    mu: npt.ArrayLike,
    tau: npt.ArrayLike,
    nodes: int | None = None,
) -> Score:
    """Log-likelihood of each row and its slope in mu; arguments as in :func:`log_marginal`."""
    return Score(*_by_parts(_score, 2, _flat(r, n, mu, tau), nodes))


def derivatives(
    r: npt.ArrayLike,
    n: npt.ArrayLike,
    mu: npt.ArrayLike,
    tau: npt.ArrayLike,
    nodes: int | None = None,
) -> FloatArray:
    """Log-likelihood, exact score and Hessian of each row, by posterior weights.

    With d = r - nP and c = d^2 - nP(1 - P), the posterior means E[d], E[dz], E[c], E[cz], E[cz^2]
    give all derivatives (section 1 of the package's text). Arguments as in :func:`log_marginal`.

    Returns
    -------
    FloatArray
        Shape (6, m): log-likelihood, slopes in mu and tau, and second derivatives in mu, in mu and
        tau, and in tau.

    Examples
    --------
    >>> round(float(derivatives(1, 1, 0.5, 1.0)[2, 0]), 10)
    -0.0496462227
    """
    return _by_parts(_derivatives, 6, _flat(r, n, mu, tau), nodes)


def _value(rows: _Rows, rule: Rule, out: FloatArray) -> None:
    out[0] = _posterior(rows, rule).value


def _score(rows: _Rows, rule: Rule, out: FloatArray) -> None:
    at = _posterior(rows, rule)
    out[0] = at.value
    out[1] = rows.r - rows.n * _mean(at.weight, at.p)


def _derivatives(rows: _Rows, rule: Rule, out: FloatArray) -> None:
    value, weight, z, p = _posterior(rows, rule)
    n_p = rows.n[:, None] * p
    d = rows.r[:, None] - n_p
    c = d * d
    c -= n_p
    n_p *= p
    c += n_p
    d *= weight
    c *= weight
    s_mu, s_tau = d.sum(axis=1), _mean(d, z)
    out[0], out[1], out[2] = value, s_mu, s_tau
    out[3] = c.sum(axis=1) - s_mu * s_mu
    out[4] = _mean(c, z) - s_mu * s_tau
    c *= z
    out[5] = _mean(c, z) - s_tau * s_tau


def _mean(weight: FloatArray, values: FloatArray) -> FloatArray:
    mean: FloatArray = np.einsum("mq,mq->m", weight, values)
    return mean


def _posterior(rows: _Rows, rule: Rule) -> _Posterior:
    r, n, mu, tau = rows
    centre, scale = centre_and_scale(r, n, mu, tau)
    unit = scale if rule.local else np.ones_like(scale)
    z = unit[:, None] * rule.x
    z += centre[:, None]
    eta = tau[:, None] * z
    eta += mu[:, None]
    log_p = np.exp(-np.abs(eta))
    np.log1p(log_p, out=log_p)
    np.subtract(np.minimum(eta, 0), log_p, out=log_p)
    # log(1 - P) = log P - eta
    f = n[:, None] * log_p
    eta *= (n - r)[:, None]
    f -= eta
    f -= 0.5 * z * z
    f += rule.log_w
    # A shift that keeps every exponent in range, also where the mode of a far point is not settled.
    top = f.max(axis=1)
    f -= top[:, None]
    weight = np.exp(f, out=f)
    total = weight.sum(axis=1)
    weight /= total[:, None]
    value = top + np.log(total * unit) - _LOG_ROOT_2_PI
    return _Posterior(value, weight, z, np.exp(log_p, out=log_p))


def _flat(*values: npt.ArrayLike) -> _Rows:
    arrays = [np.asarray(value, dtype=np.float64) for value in values]
    if not all(array.ndim == 1 and array.shape == arrays[0].shape for array in arrays):
        arrays = [np.ravel(array) for array in np.broadcast_arrays(*arrays)]
    return _Rows(*arrays)


def _by_parts(
    function: Callable[[_Rows, Rule, FloatArray], None],
    width: int,
    rows: _Rows,
    nodes: int | None,
) -> FloatArray:
    """Apply a function of rows with the quadrature rule that they need, a block at a time."""
    size = len(rows.r)
    out = np.empty((width, size))
    for rule, index in _groups(rows, nodes):
        if len(index) == size <= _ROWS_AT_ONCE:
            function(rows, rule, out)
            return out
        for start in range(0, len(index), _ROWS_AT_ONCE):
            block = index[start : start + _ROWS_AT_ONCE]
            part = np.empty((width, len(block)))
            function(_Rows(*(values[block] for values in rows)), rule, part)
            out[:, block] = part
    return out


def _groups(rows: _Rows, nodes: int | None) -> list[tuple[Rule, npt.NDArray[np.intp]]]:
    """Rows by the rule that they need."""
    small = rows.tau <= SMALL_TAU
    few = gauss_hermite(min(nodes or SMALL_TAU_NODES, SMALL_TAU_NODES))
    if nodes is not None:
        return [(few, np.flatnonzero(small)), (gauss_hermite(nodes), np.flatnonzero(~small))]
    wide = rows.tau > WIDE_TAU
    wall = wide & ((rows.r == 0) | (rows.r == rows.n))
    return [
        (few, np.flatnonzero(small)),
        (gauss_hermite(FEW_NODES), np.flatnonzero(~small & ~wide)),
        (gauss_hermite(MANY_NODES), np.flatnonzero(wide & ~wall)),
        (trapezoid(), np.flatnonzero(wall)),
    ]
