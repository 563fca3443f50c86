"""Many sets of studies, each around one mean: the sums that estimators need, set by set.

The formulas are those of :class:`metasyn.models.random_effects.moments.MeanModel`, on columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import EVERY, Backend, IntArray, Prepared, Rows, along_sets
from metasyn.models.batch.forms import FixedForms, Forms
from metasyn.models.batch.grids import Grid, Scan, walk
from metasyn.models.random_effects.moments import ROOM

__all__ = ["Forms", "HeldSets", "MeanSets", "Solutions"]

LOG_2_PI = float(np.log(2.0 * np.pi))


class Solutions(NamedTuple):
    """Sets fitted at one tau2 each.

    Parameters
    ----------
    estimate, variance
        Weighted mean, and its Wald variance.
    q, slope
        The form y'Py and its derivative in tau2.
    """

    estimate: FloatArray
    variance: FloatArray
    q: FloatArray
    slope: FloatArray


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
        bound: FloatArray = ROOM * self.prepared.spread**2 - self.least_variance
        return bound

    @cached_property
    def at_zero(self) -> Forms:
        """Forms and traces without variance between studies."""
        return self.moments(np.zeros(len(self)))

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

    def balance(self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood)."""
        return self.backend.balance(self.prepared, tau2, rows, restricted)

    def scan(self, grid: Grid, *, restricted: bool) -> Scan:
        """Where along the grids the likelihood may have maxima."""
        return self.backend.scan(self.prepared, grid, restricted)

    def q_and_slope(self, tau2: FloatArray, rows: Rows = EVERY) -> tuple[FloatArray, FloatArray]:
        """The form y'Py and its derivative -y'PPy."""
        q, slope, *_ = self.backend.solutions(self.prepared, tau2, rows)
        return q, slope

    def solutions(self, tau2: FloatArray) -> Solutions:
        """Weighted mean, its Wald variance, the form y'Py and its derivative."""
        q, slope, mean, total = self.backend.solutions(self.prepared, tau2, EVERY)
        return Solutions(self.origin + mean, 1.0 / total, q, slope)

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        """Log-likelihood with the mean profiled out, constants included."""
        a0, a1, a2, *_ = self.sums(tau2, rows)
        total = a0 + self.top(tau2, rows)
        k = self.k[rows]
        n, logs = k.astype(np.float64), self.sum_of_logs(tau2, rows)
        if restricted:
            n, logs = n - 1.0, logs + np.log(total) - np.log(k)
        likelihood: FloatArray = -0.5 * (n * LOG_2_PI + logs + a2 - a1 / total * a1)
        return likelihood

    def sum_of_logs(self, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Sum of log (v + tau2) over the studies."""
        axis = self.backend.axis
        logs = along_sets(self.prepared.v, rows, axis) + np.expand_dims(tau2, axis)
        logs[logs == np.inf] = 1.0
        np.log(logs, out=logs)
        total: FloatArray = logs.sum(axis=axis) + np.log(self.least_variance[rows] + tau2)
        return total

    @cached_property
    def studies(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Estimates about their plain mean, variances, and 1 where a study is present, else 0.

        Absent studies have estimates and variances of 0.
        """
        axis = self.backend.axis
        at = np.expand_dims(self.prepared.reference, axis)
        v = self.prepared.v.copy()
        np.put_along_axis(v, at, np.expand_dims(self.least_variance, axis), axis)
        present = np.isfinite(v)
        v[~present] = 0.0
        z = self.prepared.z
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
        mean = self.origin + (weights * self.prepared.z).sum(axis=axis) / total
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
        mean = self.free.prepared.z.sum(axis=axis) / self.free.k
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

    def balance(self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        """Quotient of y'WWy and sum w, which is tr P too: there is nothing to restrict."""
        del restricted
        a0, _, _, b0, b1, b2, *_ = self.free.sums(tau2, rows)
        top, x = self.free.top(tau2, rows), self.shift[rows]
        quotient: FloatArray = (b2 - x * (2.0 * b1 - x * (b0 + top * top))) / (a0 + top)
        return quotient

    def scan(self, grid: Grid, *, restricted: bool) -> Scan:
        """Where along the grids the likelihood may have maxima."""
        return walk(partial(self.balance, restricted=restricted), grid)

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        """Log-likelihood, constants included."""
        del restricted
        a0, a1, a2, *_ = self.free.sums(tau2, rows)
        x = self.shift[rows]
        q = a2 - x * (2.0 * a1 - x * (a0 + self.free.top(tau2, rows)))
        k = self.free.k[rows]
        likelihood: FloatArray = -0.5 * (k * LOG_2_PI + self.free.sum_of_logs(tau2, rows) + q)
        return likelihood
