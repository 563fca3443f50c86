"""Studies told against as many precise ones as there are coefficients.

The fitted values of p reference studies are the coefficients here. Every other study is its
contrast with them, and weights of the references stay apart from sums over the others: nothing
cancels, by however many orders of magnitude the variances differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.random_effects.moments import stretches

__all__ = ["Projected", "References", "Weighted", "most_precise"]

NOTHING = 1e-20
"""Square of the share of a row's length that is as good as none of its own."""


class References(NamedTuple):
    """The reference studies and the contrasts of the others with them.

    Parameters
    ----------
    rows
        Positions of the references, shape (p,).
    back
        From fitted values of the references to coefficients, shape (p, p).
    top
        Sampling variances of the references, shape (p,).
    v
        Sampling variances of all studies, infinite for the references, shape (k,).
    design, contrasts
        Studies as combinations of references, shape (k, p), and what the references leave of their
        estimates, shape (k,).
    """

    rows: npt.NDArray[np.intp]
    back: FloatArray
    top: FloatArray
    v: FloatArray
    design: FloatArray
    contrasts: FloatArray

    @classmethod
    def of(
        cls, yi: FloatArray, vi: FloatArray, X: FloatArray, rows: npt.NDArray[np.intp]
    ) -> References:
        """Tell the studies against those in ``rows``, whose rows of X are independent."""
        back = np.asarray(np.linalg.inv(X[rows]), dtype=np.float64)
        design = X @ back
        design[rows] = np.eye(len(rows))
        v = vi.copy()
        v[rows] = np.inf
        contrasts = yi - design @ yi[rows]
        contrasts[rows] = 0.0
        return cls(rows, back, vi[rows], v, design, contrasts)

    def weighted(self, tau2: float) -> Weighted:
        """The studies with their weights at one tau2."""
        cuts = stretches(len(self.v), len(self.rows) + 1)
        parts = [(self.design[cut], 1.0 / (self.v[cut] + tau2)) for cut in cuts]
        return Weighted(parts, np.sqrt(self.top + tau2))

    def split(self, values: FloatArray) -> list[FloatArray]:
        """Values of all studies in the stretches of :meth:`weighted`."""
        return [values[cut] for cut in stretches(len(self.v), len(self.rows) + 1)]


class Projected(NamedTuple):
    """P u for u that is 0 at the references: there and elsewhere, and u'Pu."""

    beta: FloatArray
    lead: FloatArray
    rest: list[FloatArray]
    form: float


@dataclass(frozen=True, eq=False)
class Weighted:
    """Reference form of the projection P at one tau2.

    Parameters
    ----------
    parts
        Designs and weights (0 for the references) in stretches of studies.
    root
        Standard deviations of the references, shape (p,).
    """

    parts: list[tuple[FloatArray, FloatArray]]
    root: FloatArray

    @cached_property
    def both(self) -> FloatArray:
        """Products of the standard deviations of the references, shape (p, p)."""
        return self.root[:, None] * self.root

    @cached_property
    def shared(self) -> FloatArray:
        """Information of the others in units of the references', shape (p, p)."""
        return self.both * sum((B.T @ (B * w[:, None]) for B, w in self.parts), self.none)

    @cached_property
    def none(self) -> FloatArray:
        """Zeros, shape (p, p)."""
        return np.zeros((len(self.root), len(self.root)))

    @cached_property
    def _left(self) -> FloatArray:
        """Covariance of the references' fitted values in units of their own."""
        system = np.eye(len(self.root)) + self.shared
        return np.asarray(np.linalg.inv(system), dtype=np.float64)

    @cached_property
    def inverse(self) -> FloatArray:
        """Covariance of the references' fitted values, shape (p, p)."""
        return self.both * self._left

    @property
    def lost(self) -> FloatArray:
        """Block of P at the references, shape (p, p)."""
        return self._left @ self.shared / self.both

    def higher(self) -> tuple[FloatArray, FloatArray]:
        """B'W^2B and B'W^3B over the others."""
        second, third = self.none.copy(), self.none.copy()
        for B, w in self.parts:
            heavy = B * w[:, None]
            second += heavy.T @ heavy
            third += (heavy * w[:, None]).T @ heavy
        return second, third

    @property
    def log_det(self) -> float:
        """Log |X'WX|, of designs of references."""
        return -float(np.linalg.slogdet(self._left)[1] + 2.0 * np.log(self.root).sum())

    def project(self, u: list[FloatArray]) -> Projected:
        """P u; coefficients are refined once."""
        weights = 1.0 / (self.root * self.root)
        pairs = list(zip(self.parts, u, strict=True))
        start = sum((B.T @ (w * part) for (B, w), part in pairs), 0.0 * weights)
        beta: FloatArray = self.inverse @ start
        right = -weights * beta
        for (B, w), part in pairs:
            right = right + B.T @ (w * (part - B @ beta))
        beta = beta + self.inverse @ right
        lead: FloatArray = -weights * beta
        rest, form = [], -float(lead @ beta)
        for (B, w), part in pairs:
            e = part - B @ beta
            rest.append(w * e)
            form += float(e @ rest[-1])
        return Projected(beta, lead, rest, form)


def most_precise(columns: FloatArray, variances: FloatArray) -> npt.NDArray[np.intp]:
    """Positions of the most precise independent studies, one a column, shape (p,).

    The next is always the one of which the most, in units of its standard deviation, is not told
    by those before.

    Parameters
    ----------
    columns
        Orthonormal basis of the design, shape (k, p).
    variances
        Positive, shape (k,).

    Examples
    --------
    >>> columns = np.linalg.qr(np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))[0]
    >>> most_precise(columns, np.array([0.1, 0.2, 9.0])).tolist()
    [0, 2]
    """
    own, rows = columns.copy(), []
    whole = np.einsum("ij,ij->i", own, own)
    for _ in range(columns.shape[1]):
        length = np.einsum("ij,ij->i", own, own)
        length[length <= NOTHING * whole] = 0.0
        row = int((length / variances).argmax())
        rows.append(row)
        unit = own[row] / np.linalg.norm(own[row])
        own -= (own @ unit)[:, None] * unit
        own[row] = 0.0
    return np.array(rows, dtype=np.intp)
