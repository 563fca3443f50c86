"""Studies around a linear predictor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.random_effects.moments import ROOM, Fit, Moments, blocks, stretches

__all__ = ["DesignModel"]


class _Basis(NamedTuple):
    """X = columns @ triangle with orthonormal columns, and y = columns @ start + rest."""

    columns: FloatArray
    triangle: FloatArray
    start: FloatArray
    rest: FloatArray


@dataclass(frozen=True, eq=False)
class DesignModel:
    """Studies around a linear predictor.

    The design is orthonormalised once; at each tau2 normal equations are solved and refined once,
    so that residuals are as accurate as a QR decomposition's.

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
    def _basis(self) -> _Basis:
        columns, triangle = np.linalg.qr(self.design)
        start = columns.T @ self.yi
        rest = self.yi - columns @ start
        more = columns.T @ rest
        return _Basis(
            read_only(columns),
            read_only(triangle),
            read_only(start + more),
            read_only(rest - columns @ more),
        )

    @cached_property
    def _parts(self) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
        """Basis, variances and y less its projection, in stretches of studies."""
        columns, _, _, rest = self._basis
        cuts = stretches(self.k, self.p + 1)
        return [(columns[cut], self.vi[cut], rest[cut]) for cut in cuts]

    @cached_property
    def tau2_bound(self) -> float:
        """Value above which the restricted and the full likelihood only fall.

        In an orthonormal basis of the residuals P is (A + tau2 I)^-1, and the score is negative
        once tau2 exceeds the residual sum of squares of unweighted least squares less min v.
        """
        rest = self._basis.rest
        return ROOM * float(np.square(rest).sum()) - self.least_variance

    def _solved(self, tau2: float) -> tuple[FloatArray, FloatArray]:
        """Gram matrix of the weighted basis, and the coefficients of ``rest`` on the basis."""
        gram, beta = np.zeros((self.p, self.p)), np.zeros(self.p)
        for step in range(2):
            right = np.zeros(self.p)
            for B, v, rest in self._parts:
                weighted = B / (v + tau2)[:, None]
                right += weighted.T @ (rest - B @ beta)
                if step == 0:
                    gram += weighted.T @ B
            beta = beta + np.linalg.solve(gram, right)
        return gram, beta

    def moments(self, tau2: float) -> Moments:
        """Forms and traces at one tau2."""
        gram, beta = self._solved(tau2)
        s1 = s2 = q = q1 = q3 = 0.0
        second, third, cross = np.zeros_like(gram), np.zeros_like(gram), np.zeros(self.p)
        for B, v, rest in self._parts:
            w = 1.0 / (v + tau2)
            e = rest - B @ beta
            py = w * e
            lifted = w * py
            weighted = B * w[:, None]
            q += float(e @ py)
            q1 += float(py @ py)
            q3 += float(py @ lifted)
            cross += B.T @ lifted
            second += weighted.T @ weighted
            third += (weighted * w[:, None]).T @ weighted
            s1 += float(w.sum())
            s2 += float(w @ w)
        inverse = np.linalg.inv(gram)
        taken = inverse @ second
        return Moments(
            q=q,
            q1=q1,
            q2=q3 - float(cross @ inverse @ cross),
            s1=s1,
            s2=s2,
            tr1=s1 - float(np.trace(taken)),
            tr2=s2 - 2.0 * float(np.trace(inverse @ third)) + float(np.vdot(taken, taken.T)),
        )

    def balance_over(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood) at several values of tau2.

        Without refinement: good enough to bracket roots, which :meth:`moments` then refines.
        """
        n, p = len(tau2), self.p
        Z = np.column_stack((self._basis.columns, self._basis.rest))
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
        _, beta = self._solved(tau2)
        q = q1 = 0.0
        for B, v, rest in self._parts:
            e = rest - B @ beta
            py = e / (v + tau2)
            q += float(e @ py)
            q1 += float(py @ py)
        return q, -q1

    def fit(self, tau2: float) -> Fit:
        """Weighted least squares at one tau2."""
        gram, beta = self._solved(tau2)
        _, triangle, start, _ = self._basis
        back = np.linalg.inv(triangle)
        cov = back @ np.linalg.inv(gram) @ back.T
        log_det = float(np.linalg.slogdet(gram)[1]) + self.log_det_xx
        return Fit(read_only(back @ (start + beta)), read_only(cov), log_det)

    @cached_property
    def log_det_xx(self) -> float:
        """Logarithm of |X'X|."""
        return 2.0 * float(np.log(np.abs(np.diag(self._basis.triangle))).sum())
