"""One set of studies, compiled: checked, arranged, and summed over.

A set lies in a row of its own, as contrasts with its most precise study, which stands apart; absent
studies are left out. Such a row is made where it is needed and stays in the fastest cache.
"""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch import formulas
from metasyn.models.batch.codes import bit
from metasyn.models.batch.machine_code import callable_in_compiled, compiled, inlined, ordered
from metasyn.models.random_effects.pooling import LARGEST, SMALLEST

__all__ = [
    "at_zero",
    "bound_of",
    "examined",
    "gathered",
    "likelihood",
    "moments_of",
    "score",
    "sloped",
    "solution",
    "sum_of_logs",
    "three_powers",
]

Three = tuple[float, float, float]

_NO_STUDY, _INCOMPLETE = bit("no-study"), bit("incomplete-study")
_ESTIMATE, _VARIANCE = bit("invalid-estimate"), bit("invalid-variance")
_RANGE = bit("out-of-range")

callable_in_compiled(
    formulas.log_likelihood,
    formulas.moments,
    formulas.scores,
    formulas.sloped,
    formulas.solution,
    formulas.tau2_bound,
    formulas.traced,
)


@compiled
def _code(y: float, v: float) -> int:
    """What makes a study unusable."""
    code = 0
    if np.isinf(y):
        code |= _ESTIMATE
    if not 0.0 < v < np.inf:
        code |= _VARIANCE
    if code == 0 and not (SMALLEST < v < LARGEST and abs(y) < LARGEST):
        code = _RANGE
    return code


@compiled
def _look_closely(y: FloatArray, v: FloatArray) -> tuple[int, int, float]:
    """Number of studies, code and least variance of a set with absent or unusable studies."""
    k, half, usable, least = 0, False, True, np.inf
    for i in range(len(y)):
        here, there = y[i] == y[i], v[i] == v[i]
        present = here & there
        k += present
        half |= here != there
        usable &= (not present) | ((v[i] > SMALLEST) & (v[i] < LARGEST) & (abs(y[i]) < LARGEST))
        least = min(least, v[i] if present else np.inf)
    code = _INCOMPLETE if half else 0
    if not usable:
        for i in range(len(y)):
            if y[i] == y[i] and v[i] == v[i]:
                code |= _code(y[i], v[i])
    return k, code if k else code | _NO_STUDY, least


@ordered
def _least(v: FloatArray) -> float:
    """Least of some variances, none of which is NaN."""
    least = np.inf
    for i in range(len(v)):
        least = min(least, v[i])
    return least


@inlined
def examined(y: FloatArray, v: FloatArray) -> tuple[int, int, int, float]:
    """Number of studies, code, position of the most precise study and its variance."""
    regular = True
    for i in range(len(y)):
        regular &= (v[i] > SMALLEST) & (v[i] < LARGEST) & (abs(y[i]) < LARGEST)
    k, code, least = (len(y), 0, _least(v)) if regular else _look_closely(y, v)
    at = 0
    while at < len(y) - 1 and (v[at] != least or np.isnan(y[at])):
        at += 1
    return k, code, at, least


@inlined
def gathered(y: FloatArray, v: FloatArray, at: int, k: int, z: FloatArray, u: FloatArray) -> int:
    """Contrasts with the study at a position, and variances; how many studies there are.

    The variance of that study becomes infinite: it stands apart, but keeps its place, because
    memory that is written twice is slow to read.
    """
    origin = y[at]
    if k == len(y):
        for i in range(k):
            z[i], u[i] = y[i] - origin, np.inf if i == at else v[i]
        return k
    n = 0
    for i in range(len(y)):
        # written in any case, and written over where the study is absent: no branch to be guessed
        z[n], u[n] = y[i] - origin, np.inf if i == at else v[i]
        n += (y[i] == y[i]) & (v[i] == v[i])
    return n


@inlined
def bound_of(z: FloatArray, v: FloatArray, least: float) -> float:
    """Value of tau2 above which the likelihoods only fall."""
    s1 = s2 = total = 0.0
    for i in range(len(z)):
        s1 += z[i]
        s2 += z[i] * z[i]
        total += least if v[i] == np.inf else v[i]
    return formulas.tau2_bound(s2 - s1 * s1 / len(z), float(len(z)), least, total / len(z))


@inlined
def _one_power(z: FloatArray, v: FloatArray, t: float) -> Three:
    """Sums of w, times 1, z and z^2, of one set."""
    a0 = a1 = a2 = 0.0
    for i in range(len(z)):
        w, x = 1.0 / (v[i] + t), z[i]
        wx = w * x
        a0 += w
        a1 += wx
        a2 += wx * x
    return a0, a1, a2


@inlined
def _two_powers(z: FloatArray, v: FloatArray, t: float) -> tuple[Three, Three]:
    """Sums of w and w^2, times 1, z and z^2, of one set."""
    a0 = a1 = a2 = b0 = b1 = b2 = 0.0
    for i in range(len(z)):
        w, x = 1.0 / (v[i] + t), z[i]
        wx = w * x
        a0 += w
        a1 += wx
        a2 += wx * x
        b0 += w * w
        b1 += w * wx
        b2 += wx * wx
    return (a0, a1, a2), (b0, b1, b2)


@inlined
def three_powers(z: FloatArray, v: FloatArray, t: float) -> tuple[Three, Three, Three]:
    """Sums of w, w^2 and w^3, times 1, z and z^2, of one set."""
    a0 = a1 = a2 = b0 = b1 = b2 = c0 = c1 = c2 = 0.0
    for i in range(len(z)):
        w, x = 1.0 / (v[i] + t), z[i]
        w2, wx = w * w, w * x
        w2x = w2 * x
        a0 += w
        a1 += wx
        a2 += wx * x
        b0 += w2
        b1 += w2x
        b2 += wx * wx
        c0 += w2 * w
        c1 += w2 * wx
        c2 += w2x * wx
    return (a0, a1, a2), (b0, b1, b2), (c0, c1, c2)


@inlined
def moments_of(
    z: FloatArray, v: FloatArray, least: float, t: float
) -> tuple[float, float, float, float, float, float, float]:
    """Forms and traces of one set."""
    a, b, c = three_powers(z, v, t)
    return formulas.moments(a, b, c, 1.0 / (least + t))


@inlined
def score(
    z: FloatArray, v: FloatArray, least: float, t: float, restricted: bool
) -> tuple[float, float]:
    """Form and trace whose quotient is the balance of one set."""
    a, b = _two_powers(z, v, t)
    return formulas.scores(a[:2], b, 1.0 / (least + t), restricted)


@inlined
def at_zero(z: FloatArray, v: FloatArray, least: float) -> tuple[float, float, float, float]:
    """Form, sum of weights and traces of one set without variance between studies."""
    a0 = a1 = a2 = b0 = c0 = 0.0
    for i in range(len(z)):
        w, x = 1.0 / v[i], z[i]
        wx, w2 = w * x, w * w
        a0 += w
        a1 += wx
        a2 += wx * x
        b0 += w2
        c0 += w2 * w
    return formulas.traced((a0, a1, a2), b0, c0, 1.0 / least)


@inlined
def solution(z: FloatArray, v: FloatArray, least: float, t: float) -> Three:
    """Form, mean and sum of weights of one set."""
    return formulas.solution(_one_power(z, v, t), 1.0 / (least + t))


@inlined
def sloped(z: FloatArray, v: FloatArray, least: float, t: float) -> tuple[float, float]:
    """Form and slope of one set."""
    a, b = _two_powers(z, v, t)
    return formulas.sloped(a, b, 1.0 / (least + t))


@inlined
def sum_of_logs(v: FloatArray, least: float, t: float) -> float:
    """Sum of log (v + t), of the study that stands apart too."""
    unit, product = least + t, 1.0
    scale = 1.0 / unit
    for i in range(len(v)):
        product *= 1.0 if v[i] == np.inf else (v[i] + t) * scale
    if product < np.inf:
        return float(len(v) * np.log(unit) + np.log(product))
    total = float(np.log(unit))
    for i in range(len(v)):
        total += 0.0 if v[i] == np.inf else np.log(v[i] + t)
    return total


@inlined
def likelihood(z: FloatArray, v: FloatArray, least: float, t: float, restricted: bool) -> float:
    """Log-likelihood of one set."""
    q, _, total = solution(z, v, least, t)
    return formulas.log_likelihood(q, total, sum_of_logs(v, least, t), float(len(z)), restricted)
