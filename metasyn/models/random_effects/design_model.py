"""Studies around a linear predictor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.random_effects.moments import ROOM, Fit, Moments, blocks
from metasyn.models.random_effects.references import Projected, References, Weighted, most_precise

__all__ = ["DesignModel"]

APART = 1e4
"""Variances that differ by less are served by the same references at every tau2."""


class _Basis(NamedTuple):
    """X = columns @ triangle with orthonormal columns, and what they leave of y."""

    columns: FloatArray
    triangle: FloatArray
    rest: FloatArray


@dataclass(frozen=True, eq=False)
class DesignModel:
    """Studies around a linear predictor.

    Studies are told as contrasts with the most precise ones, so that no digits are lost where
    variances differ by many orders of magnitude.

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
        rest = self.yi - columns @ (columns.T @ self.yi)
        return _Basis(columns, triangle, rest - columns @ (columns.T @ rest))

    @cached_property
    def _most_steps(self) -> int:
        """How often the references may change as tau2 grows."""
        return int(math.log(float(self.vi.max()) / self.least_variance, APART))

    @cached_property
    def _known(self) -> dict[int, References]:
        """References by their step."""
        return {}

    def _step(self, tau2: float) -> int:
        """Number of the references that serve a tau2: those of a similar one."""
        if not self._most_steps or tau2 < APART * self.least_variance:
            return 0
        return min(self._most_steps, int(math.log(tau2 / self.least_variance, APART)))

    def _references(self, step: int) -> References:
        found = self._known.get(step)
        if found is None:
            tau2 = self.least_variance * APART**step if step else 0.0
            rows = most_precise(self._basis.columns, self.vi + tau2)
            found = self._known[step] = References.of(self.yi, self.vi, self.design, rows)
        return found

    @cached_property
    def _latest(self) -> dict[float, tuple[References, Weighted, Projected]]:
        """What was found at the tau2 that was asked for last."""
        return {}

    def _at(self, tau2: float) -> tuple[References, Weighted, Projected]:
        """References, weights and P y at one tau2."""
        found = self._latest.get(tau2)
        if found is None:
            self._latest.clear()
            on = self._references(self._step(tau2))
            at = on.weighted(tau2)
            found = self._latest[tau2] = on, at, at.project(on.split(on.contrasts))
        return found

    @cached_property
    def tau2_bound(self) -> float:
        """Value above which the restricted and the full likelihood only fall.

        In an orthonormal basis of the residuals P is (A + tau2 I)^-1, and the score is negative
        once tau2 exceeds the residual sum of squares of unweighted least squares less min v.
        """
        rest = self._basis.rest
        return ROOM * float(np.square(rest).sum()) - self.least_variance

    def moments(self, tau2: float) -> Moments:
        """Forms and traces at one tau2."""
        _, at, once = self._at(tau2)
        # Py less what lies in the space of the design: 0 at the references again
        parts = zip(at.parts, once.rest, strict=True)
        twice = at.project([rest - B @ once.lead for (B, _), rest in parts])
        weights = at.root**-2.0
        s1, s2 = sum(float(w.sum()) for _, w in at.parts), sum(float(w @ w) for _, w in at.parts)
        (second, third), lost = at.higher(), at.lost
        taken = at.inverse @ second
        across = weights[:, None] * taken @ at.inverse * weights
        return Moments(
            q=once.form,
            q1=float(once.lead @ once.lead) + sum(float(rest @ rest) for rest in once.rest),
            q2=twice.form,
            s1=s1 + float(weights.sum()),
            s2=s2 + float(weights @ weights),
            tr1=s1 - float(np.trace(taken)) + float(np.trace(lost)),
            tr2=s2
            - 2.0 * float(np.trace(at.inverse @ third))
            + float(np.vdot(taken, taken.T))
            + 2.0 * float(np.trace(across))
            + float(np.square(lost).sum()),
        )

    def balance_over(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood) at several values of tau2.

        Without refinement: good enough to bracket roots, which :meth:`moments` then refines.
        """
        if not self._most_steps:
            return self._balance(tau2, self._references(0), restricted)
        steps = np.array([self._step(value) for value in tau2.tolist()])
        balance = np.empty(len(tau2))
        for step in np.unique(steps).tolist():
            here = steps == step
            balance[here] = self._balance(tau2[here], self._references(step), restricted)
        return balance

    def _balance(self, tau2: FloatArray, on: References, restricted: bool) -> FloatArray:
        n, p = len(tau2), self.p
        Z = np.column_stack((on.design, on.contrasts))
        row, column = np.triu_indices(p + 1)
        sums = np.zeros((2, n, len(row) + 1))
        for rows in blocks(self.k, n):
            block = Z[rows]
            products = np.ones((len(block), len(row) + 1))
            products[:, 1:] = block[:, row] * block[:, column]
            w = 1.0 / (on.v[rows] + tau2[:, None])
            sums[0] += w @ products
            sums[1] += np.multiply(w, w, out=w) @ products
        grams = np.empty((2, n, p + 1, p + 1))
        grams[..., row, column] = grams[..., column, row] = sums[..., 1:]
        root = np.sqrt(on.top + tau2[:, None])
        both = root[:, :, None] * root[:, None, :]
        shared = both * grams[0][:, :p, :p]
        left = np.linalg.inv(np.eye(p) + shared)
        inverse = both * left
        r = np.ones((n, p + 1))
        r[:, :p] = -np.einsum("nij,nj->ni", inverse, grams[0][:, :p, p])
        form = np.square(r[:, :p] / root**2).sum(axis=1)
        form += np.einsum("ni,nij,nj->n", r, grams[1], r)
        if restricted:
            lost = left @ shared / both
            trace = sums[0][:, 0] - np.einsum("nij,nji->n", inverse, grams[1][:, :p, :p])
            trace += np.einsum("nii->n", lost)
        else:
            trace = sums[0][:, 0] + (root**-2.0).sum(axis=1)
        balance: FloatArray = form / trace
        return balance

    def q_and_slope(self, tau2: float) -> tuple[float, float]:
        """The form y'Py and its derivative -y'PPy."""
        found = self._at(tau2)[2]
        q1 = float(found.lead @ found.lead) + sum(float(rest @ rest) for rest in found.rest)
        return found.form, -q1

    def fit(self, tau2: float) -> Fit:
        """Weighted least squares at one tau2."""
        on, at, found = self._at(tau2)
        log_det = at.log_det - 2.0 * float(np.linalg.slogdet(on.back)[1])
        return Fit(
            read_only(on.back @ (self.yi[on.rows] + found.beta)),
            read_only(on.back @ at.inverse @ on.back.T),
            log_det,
        )

    @cached_property
    def log_det_xx(self) -> float:
        """Logarithm of |X'X|."""
        return 2.0 * float(np.log(np.abs(np.diag(self._basis.triangle))).sum())
