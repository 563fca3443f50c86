"""Sets of studies compiled by numba: arrays are sets x studies, as a user gave them.

Nothing imports this module before a batch is large enough. What is done with one set stands in
``one_set`` and ``one_search``; here it is done with all, and nothing is copied but the set at hand.
"""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch import roots
from metasyn.models.batch.backends import EVERY, IntArray, Prepared, Rows
from metasyn.models.batch.machine_code import compiled, inlined
from metasyn.models.batch.one_search import highest, q_root
from metasyn.models.batch.one_set import (
    at_zero,
    bound_of,
    examined,
    gathered,
    moments_of,
    solution,
    sum_of_logs,
    three_powers,
)

__all__ = [
    "axis",
    "bounds",
    "chunk",
    "contrasts",
    "logs",
    "maxima",
    "moments",
    "prepare",
    "q_roots",
    "solutions",
    "sums",
]

axis = 1
"""Studies come last: a set lies together, as in the arrays of a user."""

chunk = 131_072
"""Nothing is made of the studies but columns of results."""

Data = tuple[FloatArray, FloatArray, IntArray, IntArray, FloatArray]
"""Estimates, variances, position of the most precise study, number of studies, least variance."""


def prepare(yi: FloatArray, vi: FloatArray) -> Prepared:
    """Check sets; see :class:`~metasyn.models.batch.backends.Prepared`."""
    n = len(yi)
    k, code, at = np.empty((3, n), dtype=np.int64)
    origin, least = np.empty((2, n))
    forms = np.empty((4, n))
    # numba compiles anew for arrays that can be written to
    yi, vi = yi.view(), vi.view()
    yi.flags.writeable = vi.flags.writeable = False
    _prepare(yi, vi, (k, code, at), (origin, least), forms)
    return Prepared(yi, vi, k, code, origin, least, at, forms)


def contrasts(sets: Prepared) -> tuple[FloatArray, FloatArray]:
    """Contrasts and variances; see :class:`~metasyn.models.batch.backends.Backend`."""
    absent = np.isnan(sets.yi) | np.isnan(sets.vi)
    z = np.where(absent, 0.0, sets.yi - sets.origin[:, None])
    v = np.where(absent, np.inf, sets.vi)
    v[np.arange(len(v)), sets.reference] = np.inf
    return z, v


def sums(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Sums of w^j, w^j z and w^j z^2; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty((9, len(tau2)))
    _sums(_data(sets), tau2, _numbers(rows, sets), out)
    return out


def moments(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Forms and traces; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty((7, len(tau2)))
    _moments(_data(sets), tau2, _numbers(rows, sets), out)
    return out


def solutions(sets: Prepared, tau2: FloatArray) -> FloatArray:
    """Form, mean and sum of weights; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty((3, len(tau2)))
    _solutions(_data(sets), tau2, out)
    return out


def logs(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Sums of log (v + tau2); see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty(len(tau2))
    _logs(_data(sets), tau2, _numbers(rows, sets), out)
    return out


def bounds(sets: Prepared) -> FloatArray:
    """Bounds of maxima; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty(len(sets.k))
    _bounds(_data(sets), out)
    return out


def maxima(sets: Prepared, restricted: bool) -> FloatArray:
    """Maxima of likelihoods; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty(len(sets.k))
    _maxima(_data(sets), restricted, roots.STEPS, out)
    return out


def q_roots(sets: Prepared, target: FloatArray, start: FloatArray) -> FloatArray:
    """Where y'Py falls to its target; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty(len(sets.k))
    _q_roots(_data(sets), target, start, roots.STEPS, out)
    return out


def _data(sets: Prepared) -> Data:
    return sets.yi, sets.vi, sets.reference, sets.k, sets.least_variance


def _numbers(rows: Rows, sets: Prepared) -> IntArray:
    """Rows as numbers of sets."""
    return np.arange(*rows.indices(len(sets.k))) if isinstance(rows, slice) else rows


@compiled
def _prepare(
    yi: FloatArray,
    vi: FloatArray,
    counts: tuple[IntArray, IntArray, IntArray],
    values: tuple[FloatArray, FloatArray],
    out: FloatArray,
) -> None:
    k, code, at = counts
    origin, least = values
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for s in range(len(yi)):
        k[s], code[s], at[s], least[s] = examined(yi[s], vi[s])
        origin[s] = yi[s, at[s]]
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        out[0, s], out[1, s], out[2, s], out[3, s] = at_zero(z[:n], v[:n], least[s])


@inlined
def _put_moments(
    out: FloatArray, j: int, found: tuple[float, float, float, float, float, float, float]
) -> None:
    out[0, j], out[1, j], out[2, j], out[3, j] = found[:4]
    out[4, j], out[5, j], out[6, j] = found[4:]


@compiled
def _sums(data: Data, tau2: FloatArray, rows: IntArray, out: FloatArray) -> None:
    yi, vi, at, k, _ = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for j in range(len(rows)):
        s = rows[j]
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        a, b, c = three_powers(z[:n], v[:n], tau2[j])
        out[0, j], out[1, j], out[2, j] = a
        out[3, j], out[4, j], out[5, j] = b
        out[6, j], out[7, j], out[8, j] = c


@compiled
def _moments(data: Data, tau2: FloatArray, rows: IntArray, out: FloatArray) -> None:
    yi, vi, at, k, least = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for j in range(len(rows)):
        s = rows[j]
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        _put_moments(out, j, moments_of(z[:n], v[:n], least[s], tau2[j]))


@compiled
def _solutions(data: Data, tau2: FloatArray, out: FloatArray) -> None:
    yi, vi, at, k, least = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for s in range(len(yi)):
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        out[0, s], out[1, s], out[2, s] = solution(z[:n], v[:n], least[s], tau2[s])


@compiled
def _bounds(data: Data, out: FloatArray) -> None:
    yi, vi, at, k, least = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for s in range(len(yi)):
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        out[s] = bound_of(z[:n], v[:n], least[s])


@compiled
def _logs(data: Data, tau2: FloatArray, rows: IntArray, out: FloatArray) -> None:
    yi, vi, at, k, least = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for j in range(len(rows)):
        s = rows[j]
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        out[j] = sum_of_logs(v[:n], least[s], tau2[j])


@compiled
def _maxima(data: Data, restricted: bool, steps: int, out: FloatArray) -> None:
    yi, vi, at, k, least = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for s in range(len(yi)):
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        out[s] = highest(z[:n], v[:n], least[s], restricted, steps)


@compiled
def _q_roots(
    data: Data, target: FloatArray, start: FloatArray, steps: int, out: FloatArray
) -> None:
    yi, vi, at, k, least = data
    z, v = np.empty(yi.shape[1]), np.empty(yi.shape[1])
    for s in range(len(yi)):
        n = gathered(yi[s], vi[s], at[s], k[s], z, v)
        out[s] = q_root(z[:n], v[:n], least[s], target[s], start[s], steps)
