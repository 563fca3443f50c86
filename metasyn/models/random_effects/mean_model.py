"""Studies around one mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.moments import ROOM, Fit, Moments, blocks, stretches

__all__ = ["MeanModel"]


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
    def _parts(self) -> list[tuple[FloatArray, FloatArray]]:
        """The same in stretches of studies."""
        v, columns = self._others
        return [(v[cut], columns[cut]) for cut in stretches(self.k, 3)]

    def _sums(self, tau2: float, powers: int) -> list[list[float]]:
        """Sums of w, w^2, ... times 1, z and z^2 over the studies but the reference."""
        totals: list[FloatArray] = []
        for v, columns in self._parts:
            w = power = 1.0 / (v + tau2)
            rows = [w @ columns]
            while len(rows) < powers:
                power = power * w
                rows.append(power @ columns)
            totals = [a + b for a, b in zip(totals, rows, strict=True)] if totals else rows
        return [row.tolist() for row in totals]

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

    @cached_property
    def _known(self) -> dict[float, tuple[Moments, float]]:
        """Moments and the contrast of the mean, by the values of tau2 that were asked for."""
        return {}

    def moments(self, tau2: float) -> Moments:
        """Forms and traces at one tau2."""
        found = self._known.get(tau2)
        if found is not None:
            return found[0]
        (a0, a1, a2), (b0, b1, b2), (c0, c1, c2) = self._sums(tau2, 3)
        top = 1.0 / (self.least_variance + tau2)
        total = top + a0
        mu, share = a1 / total, top / total
        lead = top * mu
        gap = b1 - mu * b0
        cross = gap + lead * a0
        cube = c2 - mu * (2.0 * c1 - mu * c0) + lead * (2.0 * gap + lead * a0)
        moments = Moments(
            q=max(0.0, a2 - mu * a1),
            q1=lead * lead + b2 - mu * (2.0 * b1 - mu * b0),
            q2=cube - cross * cross / total,
            s1=total,
            s2=top * top + b0,
            tr1=a0 - b0 / total + share * a0,
            tr2=b0 - 2.0 * c0 / total + (b0 / total) ** 2 + share * share * (a0 * a0 + 2.0 * b0),
        )
        self._known[tau2] = moments, mu
        return moments

    def balance_over(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """Quotient of y'PPy and tr P (sum w for the full likelihood) at several values of tau2."""
        v, columns = self._others
        a, b = np.zeros((2, len(tau2), 3))
        for rows in blocks(self.k, len(tau2)):
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
        found = self._known.get(tau2)
        if found is not None:
            return found[0].q, -found[0].q1
        (s1, y1, yy1), (s2, y2, yy2) = self._sums(tau2, 2)
        top = 1.0 / (self.least_variance + tau2)
        mu = y1 / (top + s1)
        return max(0.0, yy1 - mu * y1), -((top * mu) ** 2 + yy2 - mu * (2.0 * y2 - mu * s2))

    def location(self, tau2: float) -> tuple[float, float]:
        """Weighted mean and its Wald variance."""
        found = self._known.get(tau2)
        if found is not None:
            return self.origin + found[1], 1.0 / found[0].s1
        ((s1, y1, _),) = self._sums(tau2, 1)
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
