"""Permutation tests of coefficients: exact where they can be, seeded otherwise.

Higgins and Thompson 2004, Stat Med 23:1663, who permute the moderators against the effects;
without moderators the signs of the effects are flipped (Follmann and Proschan 1999, Biometrics
55:732). tau2 is estimated anew in every permutation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.models.random_effects.contrasts import Contrasts
from metasyn.models.random_effects.design import tested_rows
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.model import Model
from metasyn.models.regression import Regression
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

__all__ = ["PermutationTest", "permutation_test"]

SLACK = 1e-9
"""Relative slack in comparing statistics, so that equal ones count as equal."""


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """What a permutation test found.

    Parameters
    ----------
    p_values
        Two-sided p-value of every term.
    qm_p
        p-value of the omnibus test; None without moderators.
    exact
        Whether every arrangement was looked at.
    arrangements
        How many were looked at, the observed one included.
    """

    p_values: dict[str, float]
    qm_p: float | None
    exact: bool
    arrangements: int


def permutation_test(pooled: Pooled, draws: int = 5000, seed: int = 0) -> PermutationTest:
    """Test the coefficients of a random-effects model by rearranging the studies.

    Parameters
    ----------
    pooled
        A result of :func:`metasyn.pool` with :class:`~metasyn.RandomEffects`.
    draws
        Arrangements to look at; where there are no more than this, all are, and the test is exact.
    seed
        Seed of the arrangements.

    Raises
    ------
    SpecError
        If the model is no random-effects model of two or more studies.

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.2, 0.3, 0.1, 0.4, 0.3], [0.02] * 5)
    >>> permutation_test(ms.pool(effects)).p_values
    {'Intercept': 0.0625}
    """
    data, spec = pooled.data, pooled.spec
    if not isinstance(spec, RandomEffects) or not isinstance(data, Effects) or pooled.k < 2:
        raise SpecError("A permutation test needs a random-effects model of two or more studies.")
    if isinstance(pooled, Regression):
        return _permute(pooled, spec, draws, seed)
    return _flip(data, spec, draws, seed)


def _flip(effects: Effects, spec: RandomEffects, draws: int, seed: int) -> PermutationTest:
    k = len(effects)
    exact = k < 60 and 2**k <= draws
    rng = np.random.default_rng(seed)
    if exact:
        signs: Iterator[Sequence[float]] = product((1.0, -1.0), repeat=k)
    else:
        signs = (rng.choice((1.0, -1.0), k).tolist() for _ in range(draws - 1))
    observed = _statistics(MeanModel(effects.yi, effects.vi), spec)[0]
    least = abs(float(observed[0])) * (1.0 - SLACK)
    reached = 0 if exact else 1
    for flipped in signs:
        model = MeanModel(effects.yi * np.asarray(flipped), effects.vi)
        reached += int(abs(_statistics(model, spec)[0][0]) >= least)
    count = 2**k if exact else draws
    return PermutationTest({"Intercept": reached / count}, None, exact, count)


def _permute(fit: Regression, spec: RandomEffects, draws: int, seed: int) -> PermutationTest:
    yi, vi = fit.contrasts.model.yi, fit.contrasts.model.vi
    X, tested = fit.design.matrix, tested_rows(fit.design)
    distinct, kinds = np.unique(X, axis=0, return_inverse=True)
    sizes = Counter(kinds.ravel().tolist())
    total = math.factorial(len(X)) // math.prod(math.factorial(n) for n in sizes.values())
    exact, rng = total <= draws, np.random.default_rng(seed)
    orders: Iterator[Sequence[int]] = _arrangements(sizes)
    if not exact:
        orders = (rng.permutation(kinds.ravel()).tolist() for _ in range(draws - 1))
    observed, joint = _statistics(DesignModel(yi, vi, X), spec, tested)
    reached = np.full(len(observed), 0 if exact else 1)
    joint_reached = 0 if exact else 1
    for order in orders:
        model = DesignModel(yi, vi, distinct[np.asarray(order)])
        statistics, other = _statistics(model, spec, tested)
        reached += np.abs(statistics) >= np.abs(observed) * (1.0 - SLACK)
        joint_reached += other >= joint * (1.0 - SLACK)
    count = total if exact else draws
    p_values = dict(zip(fit.design.terms, (reached / count).tolist(), strict=True))
    return PermutationTest(p_values, joint_reached / count, exact, count)


def _arrangements(sizes: Counter[int]) -> Iterator[tuple[int, ...]]:
    """Every distinct order of a multiset."""
    if not sizes:
        yield ()
        return
    for kind in sorted(sizes):
        rest = sizes - Counter((kind,))
        for tail in _arrangements(rest):
            yield (kind, *tail)


def _statistics(
    model: Model, spec: RandomEffects, tested: FloatArray | None = None
) -> tuple[FloatArray, float]:
    """Test statistics of the coefficients, and the omnibus statistic."""
    contrasts, _ = fitted(model, spec)
    covariance = contrasts.covariance
    spread = np.sqrt(np.diag(covariance))
    statistics = np.divide(
        contrasts.beta, spread, out=np.full(len(spread), np.inf), where=spread > 0.0
    )
    if tested is None:
        return statistics, 0.0
    return statistics, _joint(contrasts, covariance, tested)


def _joint(contrasts: Contrasts, covariance: FloatArray, tested: FloatArray) -> float:
    """Wald statistic of the tested coefficients; infinite where the fit is exact."""
    inner = tested @ covariance @ tested.T
    values = tested @ contrasts.beta
    if not inner.any():
        return math.inf
    return float(values @ np.linalg.solve(inner, values))
