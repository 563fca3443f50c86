"""Weighted least squares with weights that do not depend on tau2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only

__all__ = ["FixedWeights"]


@dataclass(frozen=True, eq=False)
class FixedWeights:
    """Estimates and quadratic form of weights A = diag(a), with P = A - A X (X'AX)^-1 X'A.

    Parameters
    ----------
    a
        Positive weights, shape (k,).
    basis
        Orthonormal basis of the columns of A^(1/2) X, shape (k, p).
    triangle
        R of that QR decomposition, shape (p, p).
    """

    a: FloatArray
    basis: FloatArray
    triangle: FloatArray

    @classmethod
    def of(cls, X: FloatArray, a: FloatArray) -> FixedWeights:
        """Decompose a design matrix of full column rank."""
        basis, triangle = np.linalg.qr(X * np.sqrt(a)[:, None])
        return cls(a, basis, triangle)

    def beta(self, y: FloatArray) -> FloatArray:
        """Coefficients, shape (p,)."""
        return read_only(np.linalg.solve(self.triangle, self.basis.T @ (np.sqrt(self.a) * y)))

    def cov(self, variances: FloatArray) -> FloatArray:
        """Covariance of the coefficients where the studies have these variances."""
        inner = (self.basis * (self.a * variances)[:, None]).T @ self.basis
        inverse = np.linalg.inv(self.triangle)
        return read_only(inverse @ inner @ inverse.T)

    def q(self, y: FloatArray) -> float:
        """The form y'Py."""
        e = np.sqrt(self.a) * y
        e = e - self.basis @ (self.basis.T @ e)
        return float(e @ e)

    def trace(self, d: FloatArray) -> float:
        """Trace of (P D) for D = diag(d)."""
        leverage = np.einsum("ij,ij->i", self.basis, self.basis)
        return float((self.a * d) @ (1.0 - leverage))

    def trace_of_two(self, d: FloatArray, e: FloatArray) -> float:
        """Trace of (P D P E) for D = diag(d) and E = diag(e)."""
        x, y = self.a * d, self.a * e
        leverage = np.einsum("ij,ij->i", self.basis, self.basis)
        left = (self.basis * x[:, None]).T @ self.basis
        right = (self.basis * y[:, None]).T @ self.basis
        return float((x * y) @ (1.0 - 2.0 * leverage) + np.vdot(left, right))
