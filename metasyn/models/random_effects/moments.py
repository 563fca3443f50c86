"""Quadratic forms and traces of the projection P, the only sums that estimators of tau2 need.

With W = diag(1 / (v + tau2)) and P = W - W X (X'WX)^-1 X'W, every estimator, likelihood and
interval of an inverse-variance model is a function of y'Py, y'PPy, y'PPPy, tr P and tr PP. They
are computed here in time and memory linear in the number of studies; no k x k matrix is formed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray

__all__ = ["DesignModel", "MeanModel", "Model", "Moments"]

BLOCK = 32_768
"""Weights held at once: a block of studies times the values of tau2 stays in the cache."""


ROOM = 1.0 + 1e-6
"""Slack in a bound that an optimum can lie on, against rounding."""


class Moments(NamedTuple):
    """Quadratic forms and traces at one tau2.

    Parameters
    ----------
    q, q1, q2
        y'Py, y'PPy and y'PPPy.
    s1, s2
        Sums of the weights and of their squares.
    tr1, tr2
        Traces of P and PP.
    """

    q: float
    q1: float
    q2: float
    s1: float
    s2: float
    tr1: float
    tr2: float


class Fit(NamedTuple):
    """Weighted least squares at one tau2.

    Parameters
    ----------
    beta
        Coefficients, shape (p,).
    cov
        Their Wald covariance (X'WX)^-1, shape (p, p).
    log_det
        log |X'WX|.
    """

    beta: FloatArray
    cov: FloatArray
    log_det: float


@dataclass(frozen=True, eq=False)
class MeanModel:
    """Studies around one mean.

    Sums run over contrasts with the most precise study, whose weight is kept apart: tr P and its
    kin then lose no digits where one study outweighs all others by many orders of magnitude.

    Parameters
    ----------
    yi, vi
        Estimates and positive sampling variances, shape (k,), k > 1.
    """

    yi: FloatArray
    vi: FloatArray

    p = 1

    @cached_property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @cached_property
    def reference(self) -> int:
        """Position of the most precise study."""
        return int(self.vi.argmin())

    @cached_property
    def least_variance(self) -> float:
        """Smallest sampling variance."""
        return float(self.vi[self.reference])

    @cached_property
    def origin(self) -> float:
        """Estimate of the most precise study."""
        return float(self.yi[self.reference])

    @cached_property
    def _others(self) -> tuple[FloatArray, FloatArray]:
        """Variances, and columns 1, z, z^2 of the contrasts z with the reference.

        The reference has an infinite variance here, and so no weight in the sums.
        """
        v = self.vi.copy()
        v[self.reference] = np.inf
        columns = np.ones((self.k, 3))
        np.subtract(self.yi, self.origin, out=columns[:, 1])
        np.square(columns[:, 1], out=columns[:, 2])
        return v, columns

    @cached_property
    def tau2_bound(self) -> float:
        """Value above which the restricted and the full likelihood only fall.

        With R the range of the estimates, |y_i - mu| <= (1 - w_i / sum w) R, so the score
        sum w^2 (y - mu)^2 - tr P is negative once w_i R^2 < 1 for every study.
        """
        _, columns = self._others
        z = columns[:, 1]
        spread = max(float(z.max()), 0.0) - min(float(z.min()), 0.0)
        return ROOM * spread * spread - self.least_variance

    def moments(self, tau2: float) -> Moments:
        """Forms and traces at one tau2."""
        v, columns = self._others
        w = 1.0 / (v + tau2)
        w2 = w * w
        # sums of w, w^2 and w^3 times 1, z and z^2
        (a0, a1, a2), (b0, b1, b2) = (w @ columns).tolist(), (w2 @ columns).tolist()
        c0, c1, c2 = ((w2 * w) @ columns).tolist()
        top = 1.0 / (self.least_variance + tau2)
        total = top + a0
        mu, share = a1 / total, top / total
        lead = top * mu
        gap = b1 - mu * b0
        cross = gap + lead * a0
        cube = c2 - mu * (2.0 * c1 - mu * c0) + lead * (2.0 * gap + lead * a0)
        return Moments(
            q=max(0.0, a2 - mu * a1),
            q1=lead * lead + b2 - mu * (2.0 * b1 - mu * b0),
            q2=cube - cross * cross / total,
            s1=total,
            s2=top * top + b0,
            tr1=a0 - b0 / total + share * a0,
            tr2=b0 - 2.0 * c0 / total + (b0 / total) ** 2 + share * share * (a0 * a0 + 2.0 * b0),
        )

    def balance_over(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood) at several values of tau2."""
        v, columns = self._others
        a, b = np.zeros((2, len(tau2), 3))
        for rows in _blocks(self.k, len(tau2)):
            w = 1.0 / (v[rows] + tau2[:, None])
            a += w @ columns[rows]
            b += np.multiply(w, w, out=w) @ columns[rows]
        top = 1.0 / (self.least_variance + tau2)
        total = top + a[:, 0]
        mu = a[:, 1] / total
        form = (top * mu) ** 2 + b[:, 2] - mu * (2.0 * b[:, 1] - mu * b[:, 0])
        trace = a[:, 0] + (top * a[:, 0] - b[:, 0]) / total if restricted else total
        return form / trace

    def q_and_slope(self, tau2: float) -> tuple[float, float]:
        """The form y'Py and its derivative -y'PPy."""
        v, columns = self._others
        w = 1.0 / (v + tau2)
        s1, y1, yy1 = (w @ columns).tolist()
        s2, y2, yy2 = ((w * w) @ columns).tolist()
        top = 1.0 / (self.least_variance + tau2)
        mu = y1 / (top + s1)
        return max(0.0, yy1 - mu * y1), -((top * mu) ** 2 + yy2 - mu * (2.0 * y2 - mu * s2))

    def location(self, tau2: float) -> tuple[float, float]:
        """Weighted mean and its Wald variance."""
        v, columns = self._others
        s1, y1, _ = ((1.0 / (v + tau2)) @ columns).tolist()
        total = s1 + 1.0 / (self.least_variance + tau2)
        return self.origin + y1 / total, 1.0 / total

    def fit(self, tau2: float) -> Fit:
        """Weighted least squares at one tau2."""
        mean, variance = self.location(tau2)
        return Fit(np.array([mean]), np.array([[variance]]), -float(np.log(variance)))

    @property
    def log_det_xx(self) -> float:
        """Logarithm of |X'X|."""
        return float(np.log(self.k))

    @property
    def design(self) -> FloatArray:
        """Design matrix, shape (k, 1)."""
        return np.ones((self.k, 1))


@dataclass(frozen=True, eq=False)
class DesignModel:
    """Studies around a linear predictor.

    Parameters
    ----------
    yi, vi
        Estimates and positive sampling variances, shape (k,).
    design
        Design matrix X of full column rank, shape (k, p), k > p.
    """

    yi: FloatArray
    vi: FloatArray
    design: FloatArray

    @cached_property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @cached_property
    def p(self) -> int:
        """Number of coefficients."""
        return int(self.design.shape[1])

    @cached_property
    def least_variance(self) -> float:
        """Smallest sampling variance."""
        return float(self.vi.min())

    @cached_property
    def _basis(self) -> tuple[FloatArray, FloatArray]:
        """Orthonormal basis of the columns of X, and y less its projection on them."""
        basis, _ = np.linalg.qr(self.design)
        rest = self.yi - basis @ (basis.T @ self.yi)
        return basis, rest - basis @ (basis.T @ rest)

    @cached_property
    def tau2_bound(self) -> float:
        """Value above which the restricted and the full likelihood only fall.

        In an orthonormal basis of the residuals P is (A + tau2 I)^-1, and the score is negative
        once tau2 exceeds the residual sum of squares of unweighted least squares less min v.
        """
        rest = self._basis[1]
        return ROOM * float(rest @ rest) - self.least_variance

    def moments(self, tau2: float) -> Moments:
        """Forms and traces at one tau2, by a QR decomposition."""
        basis, rest = self._basis
        w = 1.0 / (self.vi + tau2)
        root = np.sqrt(w)
        Q, _ = np.linalg.qr(basis * root[:, None])
        e = _residual(Q, root * rest)
        py = root * e
        u = _residual(Q, root * py)
        leverage = np.einsum("ij,ij->i", Q, Q)
        w2 = w * w
        overlap = (Q * w[:, None]).T @ Q
        return Moments(
            q=float(e @ e),
            q1=float(py @ py),
            q2=float(u @ u),
            s1=float(w.sum()),
            s2=float(w2.sum()),
            tr1=float(w @ (1.0 - leverage)),
            tr2=float(w2 @ (1.0 - 2.0 * leverage) + np.vdot(overlap, overlap)),
        )

    def balance_over(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood) at several values of tau2.

        By normal equations: good enough to bracket roots, which :meth:`moments` then refines.
        """
        n, p = len(tau2), self.p
        Z = np.column_stack((self._basis[0], self._basis[1]))
        row, column = np.triu_indices(p + 1)
        sums = np.zeros((2, n, len(row) + 1))
        for rows in _blocks(self.k, n):
            block = Z[rows]
            products = np.ones((len(block), len(row) + 1))
            products[:, 1:] = block[:, row] * block[:, column]
            w = 1.0 / (self.vi[rows] + tau2[:, None])
            sums[0] += w @ products
            sums[1] += np.multiply(w, w, out=w) @ products
        grams = np.empty((2, n, p + 1, p + 1))
        grams[..., row, column] = grams[..., column, row] = sums[..., 1:]
        inverse = np.linalg.inv(grams[0][:, :p, :p])
        r = np.ones((n, p + 1))
        r[:, :p] = -np.einsum("nij,nj->ni", inverse, grams[0][:, :p, p])
        form = np.einsum("ni,nij,nj->n", r, grams[1], r)
        trace = sums[0][:, 0]
        if restricted:
            trace = trace - np.einsum("nij,nji->n", inverse, grams[1][:, :p, :p])
        balance: FloatArray = form / trace
        return balance

    def q_and_slope(self, tau2: float) -> tuple[float, float]:
        """The form y'Py and its derivative -y'PPy."""
        basis, rest = self._basis
        root = np.sqrt(1.0 / (self.vi + tau2))
        Q, _ = np.linalg.qr(basis * root[:, None])
        e = _residual(Q, root * rest)
        py = root * e
        return float(e @ e), -float(py @ py)

    def fit(self, tau2: float) -> Fit:
        """Weighted least squares at one tau2."""
        root = np.sqrt(1.0 / (self.vi + tau2))
        Q, R = np.linalg.qr(self.design * root[:, None])
        inverse = np.linalg.inv(R)
        beta = inverse @ (Q.T @ (root * self.yi))
        log_det = 2.0 * float(np.log(np.abs(np.diag(R))).sum())
        return Fit(beta, inverse @ inverse.T, log_det)

    @cached_property
    def log_det_xx(self) -> float:
        """Logarithm of |X'X|."""
        return float(np.linalg.slogdet(self.design.T @ self.design)[1])


Model = MeanModel | DesignModel


def _residual(Q: FloatArray, z: FloatArray) -> FloatArray:
    """The part of z outside the columns of Q, projected twice to hold orthogonality."""
    e = z - Q @ (Q.T @ z)
    return e - Q @ (Q.T @ e)


def _blocks(k: int, n: int) -> Iterator[slice]:
    """Slices of k studies such that n values of tau2 times a slice fit a block."""
    size = max(1, BLOCK // n)
    for start in range(0, k, size):
        yield slice(start, start + size)
