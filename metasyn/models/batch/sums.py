"""Sums over the studies of many sets, in numpy: arrays are studies x sets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch import formulas
from metasyn.models.batch.backends import EVERY, IntArray, Prepared, Rows
from metasyn.models.batch.codes import bit
from metasyn.models.batch.forms import Forms
from metasyn.models.batch.likelihood import likelihood_maximum
from metasyn.models.batch.roots import q_root
from metasyn.models.random_effects.pooling import LARGEST, SMALLEST

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

Three = tuple[FloatArray, FloatArray, FloatArray]

axis = 0
"""Studies come first: numpy then adds whole rows of sets."""


chunk = 65_536
"""A dozen arrays of this size are made, half a megabyte each."""

TOGETHER = 10_000
"""Studies whose maxima are searched together: what comes and goes stays in the cache."""


def prepare(yi: FloatArray, vi: FloatArray) -> Prepared:
    """Check sets and take contrasts; see :class:`~metasyn.models.batch.backends.Prepared`."""
    y, v = np.array(yi.T, order="C"), np.array(vi.T, order="C")
    no_y, no_v = np.isnan(y), np.isnan(v)
    present = ~(no_y | no_v)
    k = present.sum(axis=0)
    code = _codes(y, v, present)
    code[k == 0] |= bit("no-study")
    code[(no_y != no_v).any(axis=0)] |= bit("incomplete-study")
    v[~present] = np.inf
    sets = np.arange(len(k))
    reference = v.argmin(axis=0)
    origin, least = y[reference, sets], v[reference, sets]
    v[reference, sets] = np.inf
    y -= origin
    y[~present] = 0.0
    return Prepared(y, v, k, code, origin, least, reference, _at_zero(y, v, least))


def _at_zero(z: FloatArray, v: FloatArray, least: FloatArray) -> FloatArray:
    """Forms and traces without variance between studies."""
    w = np.reciprocal(v)
    power = w * z
    a = _one_power(w, z, power)
    np.multiply(w, w, out=power)
    b0, c0 = power.sum(axis=0), _dot(power, w)
    return np.array(formulas.traced(a, b0, c0, 1.0 / least))


def _one_power(w: FloatArray, z: FloatArray, wz: FloatArray) -> Three:
    """Sums of w, times 1, z and z^2."""
    return w.sum(axis=0), wz.sum(axis=0), _dot(wz, z)


def _second_powers(w: FloatArray, wz: FloatArray) -> Three:
    """Sums of w^2, times 1, z and z^2."""
    b0, b1, b2 = (_dot(*pair) for pair in ((w, w), (w, wz), (wz, wz)))
    return b0, b1, b2


def _dot(x: FloatArray, y: FloatArray) -> FloatArray:
    """Sums of products over the studies."""
    total: FloatArray = np.einsum("i...,i...->...", x, y)
    return total


def _codes(y: FloatArray, v: FloatArray, present: npt.NDArray[np.bool_]) -> IntArray:
    """Bits of what makes sets unusable."""
    code = np.zeros(y.shape[1], dtype=np.int64)
    regular = (v > SMALLEST) & (v < LARGEST) & (np.abs(y) < LARGEST)
    if regular.all():
        return code
    infinite = present & np.isinf(y)
    improper = present & ~((v > 0.0) & (v < np.inf))
    extreme = present & ~regular & ~infinite & ~improper
    code[infinite.any(axis=0)] |= bit("invalid-estimate")
    code[improper.any(axis=0)] |= bit("invalid-variance")
    code[extreme.any(axis=0)] |= bit("out-of-range")
    return code


def contrasts(sets: Prepared) -> tuple[FloatArray, FloatArray]:
    """Contrasts and variances; see :class:`~metasyn.models.batch.backends.Backend`."""
    return sets.yi, sets.vi


def sums(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Sums of w^j, w^j z and w^j z^2; see :class:`~metasyn.models.batch.backends.Backend`."""
    w, z = _weights(sets, tau2, rows)
    wz, w2 = w * z, w * w
    b = w2.sum(axis=0), _dot(w, wz), _dot(wz, wz)
    c0, c1 = _dot(w2, w), _dot(w2, wz)
    w2 *= z
    return np.array((*_one_power(w, z, wz), *b, c0, c1, _dot(w2, wz)))


def moments(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Forms and traces; see :class:`~metasyn.models.batch.backends.Backend`."""
    a, b, c = sums(sets, tau2, rows).reshape(3, 3, -1)
    return np.array(formulas.moments(tuple(a), tuple(b), tuple(c), _top(sets, tau2, rows)))


def solutions(sets: Prepared, tau2: FloatArray) -> FloatArray:
    """Form, mean and sum of weights; see :class:`~metasyn.models.batch.backends.Backend`."""
    w, z = _weights(sets, tau2)
    return np.array(formulas.solution(_one_power(w, z, w * z), _top(sets, tau2)))


def logs(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Sums of log (v + tau2); see :class:`~metasyn.models.batch.backends.Backend`."""
    v, unit = sets.vi[:, rows], sets.least_variance[rows] + tau2
    ratios = (v + tau2) / unit
    ratios[v == np.inf] = 1.0
    product = np.multiply.reduce(ratios, axis=0)
    total: FloatArray = np.log(product)
    large = np.flatnonzero(product == np.inf)
    if len(large):
        total[large] = np.log(ratios[:, large]).sum(axis=0)
    return total + sets.k[rows] * np.log(unit)


def bounds(sets: Prepared) -> FloatArray:
    """Bounds of maxima; see :class:`~metasyn.models.batch.backends.Backend`."""
    z, v, k = sets.yi, sets.vi, sets.k.astype(np.float64)
    squares = _dot(z, z) - z.sum(axis=0) ** 2 / k
    total = np.where(v < np.inf, v, 0.0).sum(axis=0) + sets.least_variance
    return formulas.tau2_bound(squares, k, sets.least_variance, total / k)


def maxima(sets: Prepared, restricted: bool) -> FloatArray:
    """Maxima of likelihoods; see :class:`~metasyn.models.batch.backends.Backend`."""
    upper, found = bounds(sets), np.empty(len(sets.k))
    size = max(1, TOGETHER // len(sets.yi))
    for start in range(0, len(found), size):
        some = slice(start, start + size)
        columns = _Columns(sets.take(some, axis), upper[some])
        found[some] = likelihood_maximum(columns, restricted=restricted)
    return found


def q_roots(sets: Prepared, target: FloatArray, start: FloatArray) -> FloatArray:
    """Where y'Py falls to its target; see :class:`~metasyn.models.batch.backends.Backend`."""

    def q_and_slope(tau2: FloatArray, rows: Rows) -> tuple[FloatArray, FloatArray]:
        w, z = _weights(sets, tau2, rows)
        wz = w * z
        a, b = _one_power(w, z, wz), _second_powers(w, wz)
        return formulas.sloped(a, b, _top(sets, tau2, rows))

    return q_root(q_and_slope, target, start)


class _Columns:
    """Sets as the search for maxima wants them."""

    def __init__(self, sets: Prepared, tau2_bound: FloatArray) -> None:
        self.sets, self.tau2_bound = sets, tau2_bound
        self.least_variance = sets.least_variance

    def __len__(self) -> int:
        return len(self.sets.k)

    def take(self, rows: Rows) -> _Columns:
        return _Columns(self.sets.take(rows, axis), self.tau2_bound[rows])

    def moments(self, tau2: FloatArray, rows: Rows = EVERY) -> Forms:
        return Forms(*moments(self.sets, tau2, rows))

    def balances(self, values: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        w, z = _weights(self.sets, values, rows)
        wz = w * z
        a, b = (w.sum(axis=0), wz.sum(axis=0)), _second_powers(w, wz)
        form, trace = formulas.scores(a, b, _top(self.sets, values, rows), restricted)
        quotient: FloatArray = form / trace
        return quotient

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        w, z = _weights(self.sets, tau2, rows)
        q, _, total = formulas.solution(_one_power(w, z, w * z), _top(self.sets, tau2, rows))
        k = self.sets.k[rows].astype(np.float64)
        return formulas.log_likelihood(q, total, logs(self.sets, tau2, rows), k, restricted)


def _top(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
    """Weight of the most precise study."""
    weight: FloatArray = 1.0 / (sets.least_variance[rows] + tau2)
    return weight


def _weights(sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> tuple[FloatArray, FloatArray]:
    """Weights and contrasts, of the shape of tau2 with the studies before it."""
    if isinstance(rows, slice):
        z, v = sets.yi[:, rows], sets.vi[:, rows]
    else:
        z, v = sets.yi.take(rows, axis=1), sets.vi.take(rows, axis=1)
    if tau2.ndim == 2:
        z, v = z[:, None], v[:, None]
    w = v + tau2
    np.reciprocal(w, out=w)
    return w, z
