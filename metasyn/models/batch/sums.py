"""Sums over the studies of many sets, in numpy: arrays are studies x sets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch import formulas
from metasyn.models.batch.backends import IntArray, Prepared, Rows
from metasyn.models.batch.codes import bit
from metasyn.models.batch.grids import Grid, Scan, walk
from metasyn.models.random_effects.pooling import LARGEST, SMALLEST

__all__ = ["axis", "balance", "moments", "prepare", "scan", "solutions", "sums"]

axis = 0
"""Studies come first: numpy then adds whole rows of sets."""


def prepare(yi: FloatArray, vi: FloatArray) -> Prepared:
    """Check and arrange sets; see :class:`~metasyn.models.batch.backends.Prepared`."""
    y, v = np.ascontiguousarray(yi.T), np.array(vi.T, order="C")
    no_y, no_v = np.isnan(y), np.isnan(v)
    present = ~(no_y | no_v)
    k = present.sum(axis=0)
    code = _codes(y, v, present)
    code[k == 0] |= bit("no-study")
    code[(no_y != no_v).any(axis=0)] |= bit("incomplete-study")
    v[~present] = np.inf
    sets = np.arange(len(k))
    reference = v.argmin(axis=0)
    origin, least_variance = y[reference, sets], v[reference, sets]
    v[reference, sets] = np.inf
    z = np.where(present, y - origin, 0.0)
    spread = z.max(axis=0) - z.min(axis=0)
    return Prepared(z, v, k, code, origin, least_variance, spread, reference)


def _codes(y: FloatArray, v: FloatArray, present: npt.NDArray[np.bool_]) -> IntArray:
    """Bits of what makes sets unusable."""
    infinite = present & np.isinf(y)
    improper = present & ~((v > 0.0) & (v < np.inf))
    extreme = ~((v > SMALLEST) & (v < LARGEST) & (y * y < np.inf))
    extreme &= present & ~infinite & ~improper
    code = np.zeros(y.shape[1], dtype=np.int64)
    code[infinite.any(axis=0)] |= bit("invalid-estimate")
    code[improper.any(axis=0)] |= bit("invalid-variance")
    code[extreme.any(axis=0)] |= bit("out-of-range")
    return code


def sums(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Sums of w^j, w^j z and w^j z^2; see :class:`~metasyn.models.batch.backends.Backend`."""
    return _powers(sets, tau2, rows, 3)


def moments(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Forms and traces; see :class:`~metasyn.models.batch.backends.Backend`."""
    a, b, c = _powers(sets, tau2, rows, 3).reshape(3, 3, -1)
    return np.array(formulas.moments(tuple(a), tuple(b), tuple(c), _top(sets, tau2, rows)))


def balance(sets: Prepared, tau2: FloatArray, rows: Rows, restricted: bool) -> FloatArray:
    """Quotients; see :class:`~metasyn.models.batch.backends.Backend`."""
    a, b = _powers(sets, tau2, rows, 2).reshape(2, 3, -1)
    return formulas.balance(tuple(a), tuple(b), _top(sets, tau2, rows), restricted)


def solutions(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Forms, mean and sum of weights; see :class:`~metasyn.models.batch.backends.Backend`."""
    a, b = _powers(sets, tau2, rows, 2).reshape(2, 3, -1)
    return np.array(formulas.solution(tuple(a), tuple(b), _top(sets, tau2, rows)))


def scan(sets: Prepared, grid: Grid, restricted: bool) -> Scan:
    """Walk grids of tau2; see :class:`~metasyn.models.batch.backends.Backend`."""
    return walk(lambda tau2, rows: balance(sets, tau2, rows, restricted), grid)


def _top(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Weight of the most precise study."""
    weight: FloatArray = 1.0 / (sets.least_variance[rows] + tau2)
    return weight


def _powers(sets: Prepared, tau2: FloatArray, rows: Rows, powers: int) -> FloatArray:
    """Sums of w^j times 1, z and z^2 for j up to ``powers``, shape (3 powers, sets)."""
    z, v = sets.z[:, rows], sets.v[:, rows]
    out = np.empty((3 * powers, z.shape[1]))
    w = v + tau2
    np.reciprocal(w, out=w)
    power, square = w, z * z
    for j in range(0, 3 * powers, 3):
        np.sum(power, axis=0, out=out[j])
        np.einsum("ij,ij->j", power, z, out=out[j + 1])
        np.einsum("ij,ij->j", power, square, out=out[j + 2])
        if j < 3 * powers - 3:
            power = power * w
    return out
