"""Sums over the studies of many sets, compiled by numba: arrays are sets x studies.

Nothing imports this module before a batch is large enough. Machine code is kept on disk: beside
this file, or in the user's cache folder where this one cannot be written (or wherever
NUMBA_CACHE_DIR says); where no place can be written it is compiled anew in every process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch import formulas
from metasyn.models.batch.backends import IntArray, Prepared, Rows
from metasyn.models.batch.codes import bit
from metasyn.models.batch.grids import Brackets, Grid, Scan, Stretches
from metasyn.models.random_effects.pooling import LARGEST, SMALLEST

__all__ = ["axis", "balance", "compiled", "moments", "prepare", "scan", "solutions", "sums"]

F = TypeVar("F", bound=Callable[..., Any])
Three = tuple[float, float, float]

axis = 1
"""Studies come last: a set lies together, as in the arrays of a user."""

_NO_STUDY, _INCOMPLETE = bit("no-study"), bit("incomplete-study")
_ESTIMATE, _VARIANCE = bit("invalid-estimate"), bit("invalid-variance")
_RANGE = bit("out-of-range")


def compiled(function: F) -> F:
    """Machine code of a function: it runs beside other threads, and sums in any order."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    options["fastmath"] = {"reassoc", "contract"}
    try:
        made: F = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder for the cache can be written
        made = numba.njit(**options)(function)
    return made


def prepare(yi: FloatArray, vi: FloatArray) -> Prepared:
    """Check and arrange sets; see :class:`~metasyn.models.batch.backends.Prepared`."""
    n = len(yi)
    z, v = np.empty(yi.shape), np.empty(yi.shape)
    k, code, at = np.empty((3, n), dtype=np.int64)
    origin, least_variance, spread = np.empty((3, n))
    # numba compiles anew for arrays that can be written to
    yi, vi = yi.view(), vi.view()
    yi.flags.writeable = vi.flags.writeable = False
    _prepare(yi, vi, z, v, (k, code, at), (origin, least_variance, spread))
    return Prepared(z, v, k, code, origin, least_variance, spread, at)


def sums(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Sums of w^j, w^j z and w^j z^2; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty((9, len(tau2)))
    _sums(sets.z, sets.v, tau2, _numbers(rows, sets), out)
    return out


def moments(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Forms and traces; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty((7, len(tau2)))
    _moments(sets.z, sets.v, sets.least_variance, tau2, _numbers(rows, sets), out)
    return out


def balance(sets: Prepared, tau2: FloatArray, rows: Rows, restricted: bool) -> FloatArray:
    """Quotients; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty(len(tau2))
    _balance(sets.z, sets.v, sets.least_variance, tau2, _numbers(rows, sets), restricted, out)
    return out


def solutions(sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
    """Forms, mean and sum of weights; see :class:`~metasyn.models.batch.backends.Backend`."""
    out = np.empty((4, len(tau2)))
    _solutions(sets.z, sets.v, sets.least_variance, tau2, _numbers(rows, sets), out)
    return out


def scan(sets: Prepared, grid: Grid, restricted: bool) -> Scan:
    """Walk grids of tau2; see :class:`~metasyn.models.batch.backends.Backend`."""
    room = 2 * len(sets.k)
    while True:
        found, near = np.empty((2, room), dtype=np.int64)
        ends, around = np.empty((4, room)), np.empty((2, room))
        at_zero = np.empty(len(sets.k), dtype=np.bool_)
        data, nodes = (sets.z, sets.v, sets.least_variance), (grid.low, grid.step, grid.last)
        hits, nears = _walk(data, nodes, restricted, at_zero, (found, near), (ends, around))
        if max(hits, nears) <= room:
            break
        room = max(hits, nears)
    brackets = Brackets(found[:hits], *ends[:, :hits])
    return Scan(np.flatnonzero(at_zero), brackets, Stretches(near[:nears], *around[:, :nears]))


def _numbers(rows: Rows, sets: Prepared) -> IntArray:
    """Rows as numbers of sets."""
    return np.arange(*rows.indices(len(sets.k))) if isinstance(rows, slice) else rows


_moments_of, _balance_of = compiled(formulas.moments), compiled(formulas.balance)
_solution_of = compiled(formulas.solution)


@compiled
def _code(y: float, v: float) -> int:
    """What makes a study unusable."""
    code = 0
    if np.isinf(y):
        code |= _ESTIMATE
    if not 0.0 < v < np.inf:
        code |= _VARIANCE
    if code == 0 and not (SMALLEST < v < LARGEST and y * y < np.inf):
        code = _RANGE
    return code


@compiled
def _look_closely(y: FloatArray, v: FloatArray) -> tuple[int, int, float]:
    """Number of studies, code and least variance of a set with absent or unusable studies."""
    k, code, least = 0, 0, np.inf
    for i in range(len(y)):
        no_y, no_v = np.isnan(y[i]), np.isnan(v[i])
        if no_y and no_v:
            continue
        if no_y or no_v:
            code |= _INCOMPLETE
            continue
        k += 1
        code |= _code(y[i], v[i])
        least = min(least, v[i])
    if k == 0:
        code |= _NO_STUDY
    return k, code, least


@compiled
def _prepare(
    yi: FloatArray,
    vi: FloatArray,
    z: FloatArray,
    v: FloatArray,
    counts: tuple[IntArray, IntArray, IntArray],
    values: tuple[FloatArray, FloatArray, FloatArray],
) -> None:
    n, m = yi.shape
    k, code, at = counts
    origin, least_variance, spread = values
    for s in range(n):
        regular, least = True, np.inf
        for i in range(m):
            regular &= (vi[s, i] > SMALLEST) & (vi[s, i] < LARGEST) & (yi[s, i] ** 2 < np.inf)
            least = min(least, vi[s, i])
        k[s], code[s] = m, 0
        if not regular:
            k[s], code[s], least = _look_closely(yi[s], vi[s])
        reference = 0
        while reference < m - 1 and (vi[s, reference] != least or np.isnan(yi[s, reference])):
            reference += 1
        at[s], origin[s], least_variance[s] = reference, yi[s, reference], least
        low = high = 0.0
        for i in range(m):
            x, variance = yi[s, i] - origin[s], vi[s, i]
            if not regular and (np.isnan(x) or np.isnan(variance)):
                x, variance = 0.0, np.inf
            z[s, i], v[s, i] = x, variance
            low, high = min(low, x), max(high, x)
        v[s, reference] = np.inf
        spread[s] = high - low


@compiled
def _two_powers(z: FloatArray, v: FloatArray, t: float) -> tuple[Three, Three]:
    """Sums of w and w^2, times 1, z and z^2, of one set."""
    a0 = a1 = a2 = b0 = b1 = b2 = 0.0
    for i in range(len(z)):
        w, x = 1.0 / (v[i] + t), z[i]
        wx = w * x
        wxx = wx * x
        a0 += w
        a1 += wx
        a2 += wxx
        b0 += w * w
        b1 += w * wx
        b2 += w * wxx
    return (a0, a1, a2), (b0, b1, b2)


@compiled
def _three_powers(z: FloatArray, v: FloatArray, t: float) -> tuple[Three, Three, Three]:
    """Sums of w, w^2 and w^3, times 1, z and z^2, of one set."""
    a0 = a1 = a2 = b0 = b1 = b2 = c0 = c1 = c2 = 0.0
    for i in range(len(z)):
        w, x = 1.0 / (v[i] + t), z[i]
        w2 = w * w
        wx, w2x, w3x = w * x, w2 * x, w2 * w * x
        a0 += w
        a1 += wx
        a2 += wx * x
        b0 += w2
        b1 += w2x
        b2 += w2x * x
        c0 += w2 * w
        c1 += w3x
        c2 += w3x * x
    return (a0, a1, a2), (b0, b1, b2), (c0, c1, c2)


@compiled
def _sums(z: FloatArray, v: FloatArray, tau2: FloatArray, rows: IntArray, out: FloatArray) -> None:
    for j in range(len(rows)):
        a, b, c = _three_powers(z[rows[j]], v[rows[j]], tau2[j])
        out[0, j], out[1, j], out[2, j] = a
        out[3, j], out[4, j], out[5, j] = b
        out[6, j], out[7, j], out[8, j] = c


@compiled
def _moments(
    z: FloatArray,
    v: FloatArray,
    least: FloatArray,
    tau2: FloatArray,
    rows: IntArray,
    out: FloatArray,
) -> None:
    for j in range(len(rows)):
        s, t = rows[j], tau2[j]
        a, b, c = _three_powers(z[s], v[s], t)
        q, q1, q2, s1, s2, tr1, tr2 = _moments_of(a, b, c, 1.0 / (least[s] + t))
        out[0, j], out[1, j], out[2, j], out[3, j], out[4, j] = q, q1, q2, s1, s2
        out[5, j], out[6, j] = tr1, tr2


@compiled
def _balance(
    z: FloatArray,
    v: FloatArray,
    least: FloatArray,
    tau2: FloatArray,
    rows: IntArray,
    restricted: bool,
    out: FloatArray,
) -> None:
    for j in range(len(rows)):
        s, t = rows[j], tau2[j]
        a, b = _two_powers(z[s], v[s], t)
        out[j] = _balance_of(a, b, 1.0 / (least[s] + t), restricted)


@compiled
def _solutions(
    z: FloatArray,
    v: FloatArray,
    least: FloatArray,
    tau2: FloatArray,
    rows: IntArray,
    out: FloatArray,
) -> None:
    for j in range(len(rows)):
        s, t = rows[j], tau2[j]
        a, b = _two_powers(z[s], v[s], t)
        out[0, j], out[1, j], out[2, j], out[3, j] = _solution_of(a, b, 1.0 / (least[s] + t))


@compiled
def _walk(
    data: tuple[FloatArray, FloatArray, FloatArray],
    grid: tuple[FloatArray, FloatArray, IntArray],
    restricted: bool,
    at_zero: npt.NDArray[np.bool_],
    numbers: tuple[IntArray, IntArray],
    places: tuple[FloatArray, FloatArray],
) -> tuple[int, int]:
    """What ``grids.walk`` finds, as far as there is room for it; how much there is."""
    (z, v, least), (low, step, last) = data, grid
    (found, near), (ends, around) = numbers, places
    hits = nears = 0
    for s in range(len(low)):
        ratio = np.exp(step[s])
        t0 = t1 = t2 = b0 = b1 = b2 = 0.0
        for number in range(last[s] + 1):
            t0, t1, t2 = t1, t2, low[s] if number == 1 else t2 * ratio
            a, b = _two_powers(z[s], v[s], t2)
            b0, b1, b2 = b1, b2, _balance_of(a, b, 1.0 / (least[s] + t2), restricted)
            if number == 0:
                at_zero[s] = b2 <= 1.0
                continue
            if b1 > 1.0 >= b2:
                if hits < len(found):
                    found[hits] = s
                    ends[0, hits], ends[1, hits], ends[2, hits], ends[3, hits] = t1, t2, b1, b2
                hits += 1
            if number > 1 and (1.0 < b1 < min(b0, b2) or max(b0, b2) < b1 <= 1.0):
                if nears < len(near):
                    near[nears], around[0, nears], around[1, nears] = s, t0, t2
                nears += 1
    return hits, nears
