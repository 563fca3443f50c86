"""Permutation tests of coefficients: exact where they can be, seeded otherwise.

Higgins and Thompson 2004, Stat Med 23:1663, who permute the moderators against the effects;
without moderators the signs of the effects are flipped (Follmann and Proschan 1999, Biometrics
55:732). tau2 is estimated anew in every permutation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import SpecError
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.design_sets import DesignSets
from metasyn.models.batch.permutation import design_statistics, mean_statistics
from metasyn.models.batch.run import in_threads
from metasyn.models.random_effects.design import tested_rows
from metasyn.models.random_effects.weights import user_weights
from metasyn.models.regression import Regression
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PermutationTest", "permutation_test"]

SLACK = 1e-9
"""Relative slack in comparing statistics, so that equal ones count as equal."""

TOGETHER = 2048
"""Arrangements that are looked at together."""


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
    observed
        Absolute statistic of every term.
    statistics
        The same in every arrangement, shape (arrangements,).
    """

    p_values: dict[str, float]
    qm_p: float | None
    exact: bool
    arrangements: int
    observed: dict[str, float] = field(default_factory=dict)
    statistics: dict[str, FloatArray] = field(default_factory=dict, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """One row a term: ``term p_value``."""
        import pandas as pd

        return pd.DataFrame({"term": self.p_values.keys(), "p_value": self.p_values.values()})

    def summary(self) -> str:
        """The p-values in lines for people."""
        how = "all" if self.exact else "a sample of"
        lines = [f"Permutation test, {how} {self.arrangements} arrangements"]
        lines += [f"{term}: p {p:.4g}" for term, p in self.p_values.items()]
        if self.qm_p is not None:
            lines.append(f"All moderators: p {self.qm_p:.4g}")
        return "\n".join(lines)


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
    count = 2**k if exact else draws
    found = []
    for block, numbers in _blocks(count):
        signs = _signs(numbers, k) if exact else _drawn_signs(len(numbers), k, (seed, block))
        if block == 0:
            signs[0] = 1.0
        found.append(np.abs(mean_statistics(effects.yi * signs, effects.vi, spec)))
    statistics = read_only(np.concatenate(found))
    observed = float(statistics[0])
    share = float((statistics >= observed * (1.0 - SLACK)).mean())
    return PermutationTest(
        {"Intercept": share}, None, exact, count, {"Intercept": observed}, {"Intercept": statistics}
    )


def _signs(numbers: IntArray, k: int) -> FloatArray:
    """Signs of k studies by the bits of a number; 0 leaves all as they are."""
    bits = (numbers[:, None] >> np.arange(k)) & 1
    return 1.0 - 2.0 * bits.astype(np.float64)


def _drawn_signs(n: int, k: int, seed: tuple[int, int]) -> FloatArray:
    return np.random.default_rng(seed).choice((1.0, -1.0), (n, k))


def _permute(fit: Regression, spec: RandomEffects, draws: int, seed: int) -> PermutationTest:
    shuffle = _Shuffle.of(fit, spec)
    sizes = np.bincount(shuffle.kinds).tolist()
    total = math.factorial(sum(sizes)) // math.prod(math.factorial(n) for n in sizes)
    exact, count = total <= draws, min(total, draws)
    every = _every_order(shuffle.kinds) if exact else None
    observed = shuffle.statistics(shuffle.kinds[None])

    def permuted(block: tuple[int, IntArray]) -> tuple[int, FloatArray]:
        number, numbers = block
        if every is not None:
            orders = every[numbers]
        else:
            orders = shuffle.drawn(len(numbers), (seed, number), observed_first=number == 0)
        return number, shuffle.statistics(orders)

    blocks = dict(in_threads(permuted, _blocks(count)))
    statistics = np.hstack([blocks[number] for number in sorted(blocks)])
    *shares, joint = (statistics >= observed * (1.0 - SLACK)).mean(axis=1).tolist()
    terms = fit.design.terms
    return PermutationTest(
        dict(zip(terms, shares, strict=True)),
        joint,
        exact,
        count,
        dict(zip(terms, observed[:-1, 0].tolist(), strict=True)),
        dict(zip(terms, map(read_only, statistics[:-1]), strict=True)),
    )


def _blocks(count: int) -> list[tuple[int, IntArray]]:
    """Numbers of arrangements, those together that are looked at together."""
    starts = range(0, count, TOGETHER)
    return [(b, np.arange(n, min(n + TOGETHER, count))) for b, n in enumerate(starts)]


@dataclass(frozen=True, eq=False)
class _Shuffle:
    """A regression whose studies meet the moderators of others.

    Parameters
    ----------
    X
        Design matrix sorted by kind of row, shape (k, p).
    kinds
        Kind of every study's row, shape (k,); like rows are of one kind.
    yi, vi, weights
        Estimates, variances and fixed weights (or None), shape (k,).
    tested
        Rows that pick the coefficients of the joint test.
    """

    X: FloatArray
    kinds: IntArray
    yi: FloatArray
    vi: FloatArray
    weights: FloatArray | None
    tested: FloatArray
    spec: RandomEffects

    @classmethod
    def of(cls, fit: Regression, spec: RandomEffects) -> _Shuffle:
        """The studies of a regression."""
        distinct, kinds = np.unique(fit.design.matrix, axis=0, return_inverse=True)
        kinds = kinds.ravel()
        model = fit.contrasts.model
        return cls(
            X=distinct[np.sort(kinds)],
            kinds=kinds,
            yi=model.yi,
            vi=model.vi,
            weights=user_weights(spec, model.k),
            tested=tested_rows(fit.design),
            spec=spec,
        )

    def drawn(self, n: int, seed: tuple[int, int], *, observed_first: bool) -> IntArray:
        """Orders of the kinds drawn at random, shape (n, k)."""
        orders = np.random.default_rng(seed).permuted(np.tile(self.kinds, (n, 1)), axis=1)
        if observed_first:
            orders[0] = self.kinds
        return orders

    def statistics(self, orders: IntArray) -> FloatArray:
        """Absolute statistics of the coefficients, then the joint one, for orders of the kinds."""
        # moving a study to where its kind lies in X is moving the moderators to the study
        at = np.argsort(orders, axis=1, kind="stable").T
        sets = DesignSets.of(self.X, self.yi[at], self.vi[at])
        weights = None if self.weights is None else self.weights[at]
        each, joint = design_statistics(sets, self.spec, weights, self.tested)
        return np.abs(np.vstack((each, joint)))


def _every_order(kinds: IntArray) -> IntArray:
    """Every distinct order of kinds, in lexical order, shape (orders, k)."""
    order = sorted(kinds.tolist())
    orders = [order.copy()]
    while True:
        rises = [i for i in range(len(order) - 1) if order[i] < order[i + 1]]
        if not rises:
            return np.array(orders)
        i = rises[-1]
        j = max(j for j in range(i + 1, len(order)) if order[j] > order[i])
        order[i], order[j] = order[j], order[i]
        order[i + 1 :] = order[:i:-1]
        orders.append(order.copy())
