"""Many sets of studies, each around one mean: the sums that estimators need, set by set.

The formulas are those of :class:`metasyn.models.random_effects.moments.MeanModel`, on columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch import formulas
from metasyn.models.batch.backends import EVERY, Backend, IntArray, Prepared, Rows
from metasyn.models.batch.forms import AtZero, FixedForms, Forms
from metasyn.models.batch.grids import of_pairs
from metasyn.models.batch.likelihood import likelihood_maximum
from metasyn.models.random_effects.moments import ROOM

__all__ = ["Forms", "HeldSets", "MeanSets", "Solutions"]


class Solutions(NamedTuple):
    """Sets fitted at one tau2 each.

    Parameters
    ----------
    estimate, variance
        Weighted mean, and its Wald variance.
    q
        The form y'Py.
    """

    estimate: FloatArray
    variance: FloatArray
    q: FloatArray


@dataclass(frozen=True, eq=False)
class MeanSets:
    """Sets of two or more studies.

    Parameters
    ----------
    prepared
        The sets as the backend arranged them.
    backend
        Who sums.
    """

    prepared: Prepared
    backend: Backend

    p = 1

    def take(self, rows: Rows) -> MeanSets:
        """Some of the sets."""
        return MeanSets(self.prepared.take(rows, self.backend.axis), self.backend)

    @property
    def k(self) -> IntArray:
        """Number of studies."""
        return self.prepared.k

    @property
    def origin(self) -> FloatArray:
        """Estimate of the most precise study."""
        return self.prepared.origin

    @property
    def least_variance(self) -> FloatArray:
        """Variance of the most precise study."""
        return self.prepared.least_variance

    def __len__(self) -> int:
        return len(self.k)

    @cached_property
    def df(self) -> FloatArray:
        """Degrees of freedom k - 1."""
        return self.k.astype(np.float64) - 1.0

    @cached_property
    def tau2_bound(self) -> FloatArray:
        """Value above which the restricted and the full likelihood only fall."""
        return self.backend.bounds(self.prepared)

    @property
    def at_zero(self) -> AtZero:
        """Forms and traces without variance between studies."""
        return AtZero(*self.prepared.at_zero)

    def plain_variance(self) -> FloatArray:
        """Variance of the estimates about their plain mean, divisor k."""
        rest, axis = self.studies[0], self.backend.axis
        variance: FloatArray = (rest * rest).sum(axis=axis) / self.k
        return variance

    def sums(self, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Sums over all studies but the most precise; see the backend."""
        return self.backend.sums(self.prepared, tau2, rows)

    def top(self, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Weight of the most precise study."""
        weight: FloatArray = 1.0 / (self.least_variance[rows] + tau2)
        return weight

    def moments(self, tau2: FloatArray, rows: Rows = EVERY) -> Forms:
        """Forms and traces, at one tau2 a set."""
        return Forms(*self.backend.moments(self.prepared, tau2, rows))

    def maximum(self, *, restricted: bool) -> FloatArray:
        """The tau2 that maximises the likelihood over [0, infinity)."""
        return self.backend.maxima(self.prepared, restricted)

    def q_roots(self, target: FloatArray, start: FloatArray) -> FloatArray:
        """The tau2 at which y'Py falls to its target, searched from ``start``."""
        return self.backend.q_roots(self.prepared, target, start)

    def solutions(self, tau2: FloatArray) -> Solutions:
        """Weighted mean, its Wald variance and the form y'Py."""
        q, mean, total = self.backend.solutions(self.prepared, tau2)
        return Solutions(self.origin + mean, 1.0 / total, q)

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        """Log-likelihood with the mean profiled out, constants included."""
        a = self.sums(tau2, rows)[:3]
        q, _, total = formulas.solution((a[0], a[1], a[2]), self.top(tau2, rows))
        k = self.k[rows].astype(np.float64)
        return formulas.log_likelihood(q, total, self.sum_of_logs(tau2, rows), k, restricted)

    def sum_of_logs(self, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Sum of log (v + tau2) over the studies."""
        return self.backend.logs(self.prepared, tau2, rows)

    @cached_property
    def contrasts(self) -> tuple[FloatArray, FloatArray]:
        """Contrasts with the most precise study, and variances; see the backend."""
        return self.backend.contrasts(self.prepared)

    @cached_property
    def studies(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Estimates about their plain mean, variances, and 1 where a study is present, else 0.

        Absent studies have estimates and variances of 0.
        """
        axis = self.backend.axis
        at = np.expand_dims(self.prepared.reference, axis)
        z, v = self.contrasts[0], self.contrasts[1].copy()
        np.put_along_axis(v, at, np.expand_dims(self.least_variance, axis), axis)
        present = np.isfinite(v)
        v[~present] = 0.0
        mean = z.sum(axis=axis) / self.k
        rest = np.where(present, z - np.expand_dims(mean, axis), 0.0)
        return rest, v, present.astype(np.float64)

    def fixed_weights(self, a: FloatArray | None) -> tuple[FloatArray, FloatArray]:
        """Fixed weights of the studies (1 where None), and their sums; absent ones weigh 0."""
        axis, present = self.backend.axis, self.studies[2]
        weights = present if a is None else present * np.expand_dims(a, 1 - axis)
        return weights, weights.sum(axis=axis)

    def fixed_forms(self, a: FloatArray | None) -> FixedForms:
        """Forms and traces of P = A - A11'A / 1'A1 for fixed weights A."""
        axis, (rest, v, _) = self.backend.axis, self.studies
        weights, total = self.fixed_weights(a)
        share = weights / np.expand_dims(total, axis)
        e = rest - np.expand_dims((share * rest).sum(axis=axis), axis)
        left, outer = weights * v, 1.0 - 2.0 * share
        a1, av = (share * weights).sum(axis=axis), (share * left).sum(axis=axis)
        return FixedForms(
            q=(weights * e * e).sum(axis=axis),
            tr_1=total - a1,
            tr_v=(left * (1.0 - share)).sum(axis=axis),
            tr_11=(weights * weights * outer).sum(axis=axis) + a1 * a1,
            tr_1v=(weights * left * outer).sum(axis=axis) + a1 * av,
            tr_vv=(left * left * outer).sum(axis=axis) + av * av,
        )

    def fixed_location(self, a: FloatArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean by fixed weights, and its variance."""
        axis, (_, v, present) = self.backend.axis, self.studies
        weights, total = self.fixed_weights(a)
        mean = self.origin + (weights * self.contrasts[0]).sum(axis=axis) / total
        variances = (v + np.expand_dims(tau2, axis)) * present
        return mean, (weights * weights * variances).sum(axis=axis) / (total * total)


@dataclass(frozen=True, eq=False)
class HeldSets:
    """The same sets with their means held at given values: no coefficient is left.

    Parameters
    ----------
    free
        The sets.
    shift
        Held means less the estimate of the most precise study, shape (sets,).
    """

    free: MeanSets
    shift: FloatArray

    def __len__(self) -> int:
        return len(self.free)

    def take(self, rows: Rows) -> HeldSets:
        """Some of the sets."""
        return HeldSets(self.free.take(rows), self.shift[rows])

    @property
    def least_variance(self) -> FloatArray:
        """Variance of the most precise study."""
        return self.free.least_variance

    @cached_property
    def tau2_bound(self) -> FloatArray:
        """Value above which the likelihood only falls: the plain sum of squares less min v."""
        rest, _, present = self.free.studies
        axis = self.free.backend.axis
        mean = self.free.contrasts[0].sum(axis=axis) / self.free.k
        rest = rest + present * np.expand_dims(mean - self.shift, axis)
        bound: FloatArray = ROOM * (rest * rest).sum(axis=axis) - self.least_variance
        return bound

    def moments(self, tau2: FloatArray, rows: Rows = EVERY) -> Forms:
        """Forms with P = W, at one tau2 a set."""
        a0, a1, a2, b0, b1, b2, c0, c1, c2 = self.free.sums(tau2, rows)
        top, x = self.free.top(tau2, rows), self.shift[rows]
        s1, s2 = a0 + top, b0 + top * top
        q = a2 - x * (2.0 * a1 - x * s1)
        q1 = b2 - x * (2.0 * b1 - x * s2)
        q2 = c2 - x * (2.0 * c1 - x * (c0 + top * top * top))
        return Forms(q, q1, q2, s1, s2, s1, s2)

    def balance(self, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Quotient of y'WWy and sum w, which is tr P too."""
        a0, _, _, b0, b1, b2, *_ = self.free.sums(tau2, rows)
        top, x = self.free.top(tau2, rows), self.shift[rows]
        quotient: FloatArray = (b2 - x * (2.0 * b1 - x * (b0 + top * top))) / (a0 + top)
        return quotient

    def balances(self, values: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        """Quotients of several tau2, shape (values, sets); there is nothing to restrict."""
        del restricted
        return of_pairs(self.balance, values, rows, len(self))

    def maximum(self) -> FloatArray:
        """The tau2 that maximises the likelihood over [0, infinity)."""
        return likelihood_maximum(self, restricted=False)

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        """Log-likelihood, constants included."""
        del restricted
        a0, a1, a2, *_ = self.free.sums(tau2, rows)
        x = self.shift[rows]
        q = a2 - x * (2.0 * a1 - x * (a0 + self.free.top(tau2, rows)))
        k = self.free.k[rows]
        likelihood: FloatArray = -0.5 * (
            k * formulas.LOG_2_PI + self.free.sum_of_logs(tau2, rows) + q
        )
        return likelihood
