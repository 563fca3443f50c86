"""Many sets of studies around linear predictors of one design: arrays are studies x sets.

The estimates are those of :class:`metasyn.models.random_effects.design_model.DesignModel`, from an
orthonormal basis of the design, which keeps fewer digits where variances lie orders of magnitude
apart. A permutation of moderators against effects is a set: the design stays, effects and
variances move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import EVERY, IntArray, Rows
from metasyn.models.batch.forms import AtZero, FixedForms, Forms
from metasyn.models.batch.formulas import LOG_2_PI
from metasyn.models.batch.grids import of_pairs
from metasyn.models.batch.likelihood import likelihood_maximum
from metasyn.models.batch.roots import q_root
from metasyn.models.random_effects.moments import ROOM

__all__ = ["DesignSets", "Solved", "inverses", "traces"]


def inverses(matrices: FloatArray) -> FloatArray:
    """Inverses of positive definite matrices, shape (p, p, sets), by Gauss and Jordan's sweep.

    Examples
    --------
    >>> inverses(np.array([[[2.0], [1.0]], [[1.0], [1.0]]]))[:, :, 0].tolist()
    [[1.0, -1.0], [-1.0, 2.0]]
    """
    swept = matrices.copy()
    for i in range(len(swept)):
        pivot = 1.0 / swept[i, i]
        row, column = swept[i] * pivot, swept[:, i].copy()
        swept -= column[:, None] * row
        swept[i], swept[:, i] = row, -column * pivot
        swept[i, i] = pivot
    return swept


def traces(a: FloatArray, b: FloatArray) -> FloatArray:
    """Traces of the products of matrices, shape (p, p, sets)."""
    found: FloatArray = np.einsum("ijn,jin->n", a, b)
    return found


class Solved(NamedTuple):
    """Weighted least squares at one tau2 a set.

    Parameters
    ----------
    w
        Weights, shape (studies, sets).
    inverse
        Inverse Gram matrix of the weighted basis, shape (p, p, sets).
    beta
        Coefficients of the rest on the basis, shape (p, sets).
    e
        Residuals, shape (studies, sets).
    """

    w: FloatArray
    inverse: FloatArray
    beta: FloatArray
    e: FloatArray


@dataclass(frozen=True, eq=False)
class DesignSets:
    """Sets of k studies that share a design matrix X = basis @ triangle.

    Parameters
    ----------
    basis
        Orthonormal columns, shape (k, p), k > p.
    triangle
        Shape (p, p).
    y, v
        Estimates and positive variances, shape (k, sets).
    """

    basis: FloatArray
    triangle: FloatArray
    y: FloatArray
    v: FloatArray

    @classmethod
    def of(cls, X: FloatArray, y: FloatArray, v: FloatArray) -> DesignSets:
        """Decompose a design matrix of full column rank, shape (k, p)."""
        basis, triangle = np.linalg.qr(X)
        return cls(basis, triangle, y, v)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return len(self.triangle)

    @cached_property
    def k(self) -> IntArray:
        """Number of studies."""
        return np.full(len(self), len(self.basis))

    @cached_property
    def df(self) -> FloatArray:
        """Degrees of freedom k - p."""
        return self.k.astype(np.float64) - self.p

    @cached_property
    def start(self) -> FloatArray:
        """Coefficients of unweighted least squares on the basis, shape (p, sets)."""
        start = self.basis.T @ self.y
        found: FloatArray = start + self.basis.T @ (self.y - self.basis @ start)
        return found

    @cached_property
    def rest(self) -> FloatArray:
        """Residuals of unweighted least squares, shape (k, sets)."""
        residuals: FloatArray = self.y - self.basis @ self.start
        return residuals

    @cached_property
    def least_variance(self) -> FloatArray:
        """Smallest sampling variance."""
        least: FloatArray = self.v.min(axis=0)
        return least

    @cached_property
    def tau2_bound(self) -> FloatArray:
        """Value above which the restricted and the full likelihood only fall."""
        bound: FloatArray = ROOM * np.square(self.rest).sum(axis=0) - self.least_variance
        return bound

    @cached_property
    def _pairs(self) -> FloatArray:
        """Products of all pairs of columns of the basis, shape (p p, k)."""
        k, p = self.basis.shape
        pairs = self.basis[:, :, None] * self.basis[:, None, :]
        return np.ascontiguousarray(pairs.reshape(k, p * p).T)

    def __len__(self) -> int:
        return int(self.y.shape[1])

    def take(self, rows: Rows) -> DesignSets:
        """Some of the sets."""
        return replace(self, y=self.y[:, rows], v=self.v[:, rows])

    def gram(self, weights: FloatArray) -> FloatArray:
        """Gram matrices of the weighted basis, shape (p, p, sets)."""
        found: FloatArray = (self._pairs @ weights).reshape(self.p, self.p, -1)
        return found

    def solved(self, w: FloatArray, rows: Rows = EVERY, *, refined: bool = True) -> Solved:
        """Weighted least squares, refined once so that residuals lose no digits."""
        rest = self.rest[:, rows]
        inverse = inverses(self.gram(w))
        beta = _times(inverse, self.basis.T @ (w * rest))
        e = rest - self.basis @ beta
        if refined:
            beta = beta + _times(inverse, self.basis.T @ (w * e))
            e = rest - self.basis @ beta
        return Solved(w, inverse, beta, e)

    def weights(self, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Weights 1 / (v + tau2), shape (k, sets)."""
        w = self.v[:, rows] + tau2
        np.reciprocal(w, out=w)
        return w

    def moments(self, tau2: FloatArray, rows: Rows = EVERY) -> Forms:
        """Forms and traces, at one tau2 a set."""
        w, inverse, _, e = self.solved(self.weights(tau2, rows), rows)
        w2, py = w * w, w * e
        lifted = w * py
        cross = self.basis.T @ lifted
        taken = _product(inverse, self.gram(w2))
        s1, s2 = w.sum(axis=0), w2.sum(axis=0)
        return Forms(
            q=_dot(e, py),
            q1=_dot(py, py),
            q2=_dot(py, lifted) - _dot(cross, _times(inverse, cross)),
            s1=s1,
            s2=s2,
            tr1=s1 - np.einsum("iin->n", taken),
            tr2=s2 - 2.0 * traces(inverse, self.gram(w2 * w)) + traces(taken, taken),
        )

    @cached_property
    def at_zero(self) -> AtZero:
        """Forms and traces without variance between studies."""
        found = self.moments(np.zeros(len(self)))
        return AtZero(found.q, found.s1, found.tr1, found.tr2)

    def balance(self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood), not refined."""
        w, inverse, _, e = self.solved(self.weights(tau2, rows), rows, refined=False)
        py, trace = w * e, w.sum(axis=0)
        if restricted:
            trace = trace - traces(inverse, self.gram(w * w))
        quotient: FloatArray = _dot(py, py) / trace
        return quotient

    def balances(self, values: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        """The same of several tau2, shape (values, sets)."""
        return of_pairs(partial(self.balance, restricted=restricted), values, rows, len(self))

    def maximum(self, *, restricted: bool) -> FloatArray:
        """The tau2 that maximises the likelihood over [0, infinity)."""
        return likelihood_maximum(self, restricted=restricted)

    def q_roots(self, target: FloatArray, start: FloatArray) -> FloatArray:
        """The tau2 at which y'Py falls to its target, searched from ``start``."""
        return q_root(self.q_and_slope, target, start)

    def q_and_slope(self, tau2: FloatArray, rows: Rows = EVERY) -> tuple[FloatArray, FloatArray]:
        """The form y'Py and its derivative -y'PPy."""
        w, _, _, e = self.solved(self.weights(tau2, rows), rows)
        py = w * e
        return _dot(e, py), -_dot(py, py)

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        """Log-likelihood with the coefficients profiled out, up to a constant of the design."""
        w, inverse, _, e = self.solved(self.weights(tau2, rows), rows)
        logs = -np.log(w).sum(axis=0)
        if restricted:
            logs = logs - np.linalg.slogdet(np.moveaxis(inverse, 2, 0))[1]
        n = len(self.basis) - (self.p if restricted else 0)
        likelihood: FloatArray = -0.5 * (n * LOG_2_PI + logs + _dot(e, w * e))
        return likelihood

    def fixed_forms(self, a: FloatArray | None) -> FixedForms:
        """Forms and traces for fixed weights, shape (k, sets) (1 where None)."""
        a, v = np.ones_like(self.v) if a is None else a, self.v
        _, inverse, _, e = self.solved(a)
        once, twice = _product(inverse, self.gram(a * a)), _product(inverse, self.gram(a * a * v))
        return FixedForms(
            q=_dot(e, a * e),
            tr_1=a.sum(axis=0) - np.einsum("iin->n", once),
            tr_v=_dot(a, v) - np.einsum("iin->n", twice),
            tr_11=_dot(a, a) - 2.0 * traces(inverse, self.gram(a**3)) + traces(once, once),
            tr_1v=_dot(a, a * v) - 2.0 * traces(inverse, self.gram(a**3 * v)) + traces(once, twice),
            tr_vv=_dot(a * v, a * v)
            - 2.0 * traces(inverse, self.gram(a**3 * v * v))
            + traces(twice, twice),
        )

    def plain_variance(self) -> FloatArray:
        """Variance of the estimates about their plain mean, divisor k."""
        variance: FloatArray = self.y.var(axis=0)
        return variance


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Sums of products over the first axis."""
    found: FloatArray = np.einsum("ij,ij->j", a, b)
    return found


def _times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    """Matrices times vectors, shapes (p, p, sets) and (p, sets)."""
    found: FloatArray = np.einsum("ijn,jn->in", matrices, vectors)
    return found


def _product(a: FloatArray, b: FloatArray) -> FloatArray:
    """Products of matrices, shape (p, p, sets)."""
    found: FloatArray = np.einsum("ijn,jkn->ikn", a, b)
    return found
