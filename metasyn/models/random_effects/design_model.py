"""Studies around a linear predictor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.moments import ROOM, Fit, Moments, blocks

__all__ = ["DesignModel"]


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
        Q = _orthonormal(basis * root[:, None])
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
        for rows in blocks(self.k, n):
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
        Q = _orthonormal(basis * root[:, None])
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


LONG = 2_000
"""Rows from which on Cholesky's QR decomposition is the faster one."""

INDEPENDENT = 1e-10
"""Least ratio of eigenvalues of a Gram matrix for Cholesky's QR decomposition, taken twice."""


def _orthonormal(A: FloatArray) -> FloatArray:
    """Orthonormal basis of the columns of A.

    Long matrices by Cholesky's QR decomposition done twice, which is as accurate as Householder's
    where columns are not nearly dependent (Yamamoto et al. 2015, ETNA 44:306).
    """
    if len(A) < LONG:
        return np.asarray(np.linalg.qr(A)[0], dtype=np.float64)
    gram = A.T @ A
    sizes = np.linalg.eigvalsh(gram)
    if sizes[0] <= INDEPENDENT * sizes[-1]:
        return np.asarray(np.linalg.qr(A)[0], dtype=np.float64)
    Q = A @ np.linalg.inv(np.linalg.cholesky(gram)).T
    Q = Q @ np.linalg.inv(np.linalg.cholesky(Q.T @ Q)).T
    return np.asarray(Q, dtype=np.float64)


def _residual(Q: FloatArray, z: FloatArray) -> FloatArray:
    """The part of z outside the columns of Q, projected twice to hold orthogonality."""
    e = z - Q @ (Q.T @ z)
    return e - Q @ (Q.T @ e)
