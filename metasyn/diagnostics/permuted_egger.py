"""A permutation version of Egger's test, for few studies."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.funnel_notes import UNTRUSTED, funnel_notes, withheld
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.design_sets import DesignSets
from metasyn.models.batch.permutation import design_statistics
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PermutedEgger", "permuted_egger"]

SLACK = 1e-9
"""Relative slack in comparing statistics, so that equal ones count as equal."""
TOGETHER = 2048
EXACT_UP_TO = 8
"""Studies up to which all orders can be asked for (40,320)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutedEgger:
    """A permutation test of funnel asymmetry.

    Parameters
    ----------
    k
        Number of studies.
    statistic
        Slope of the effects on their standard errors, over its own standard error.
    p_value
        Two-sided.
    arrangements, exact
        How many orders were looked at, the observed one included; whether these are all.
    seed
        Of the orders; None where they are all.
    notes
        What a reader has to know.
    statistics
        Absolute statistic of every order, the observed one first, shape (arrangements,).
    """

    k: int
    statistic: float
    p_value: float
    arrangements: int
    exact: bool
    seed: int | None
    notes: tuple[Note, ...] = ()
    statistics: FloatArray = field(default_factory=lambda: np.empty(0), compare=False)

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind that the test should not be read for."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        names = ("k", "statistic", "p_value", "arrangements", "exact", "seed", "trusted")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def summary(self, *, insist: bool = False) -> str:
        """The test in a line.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        if not (self.trusted or insist):
            return withheld(f"Egger's test by permutation, {self.k} studies", self.notes)
        how = "all" if self.exact else f"seed {self.seed}, a sample of"
        line = (
            f"Egger's test by permutation, {self.k} studies: statistic {self.statistic:.3f}, "
            f"{p_words(self.p_value)} ({how} {self.arrangements} orders)"
        )
        return "\n".join([line, *(f"Note: {note}" for note in self.notes)])


def permuted_egger(
    effects: Effects, spec: RandomEffects | None = None, *, draws: int = 10_000, seed: int = 0
) -> PermutedEgger:
    """Test funnel asymmetry without relying on the distribution of the slope.

    Without small-study effects, deviations from the pooled mean in units of their standard
    deviations (from vi + tau2 and what the study itself has of the mean) have no order; they are
    dealt to the studies anew, every study keeping its own standard error, and the regression with
    its tau2 is fitted again. Mean and tau2 are estimated, so that the level is not exact: in
    simulations of 8 and 15 studies, 5.5% of tests at 5% reject without small-study effects.

    Parameters
    ----------
    effects
        Estimates and sampling variances of four or more studies.
    spec
        The random-effects model, without moderators and fixed weights.
    draws
        Orders to look at; where there are no more than this, all are.
    seed
        Of the orders.

    Raises
    ------
    SpecError
        If the model cannot be used, or ``draws`` is below 100.
    DataError
        If there are fewer than four studies or all have the same variance.

    References
    ----------
    Egger et al. 1997, BMJ 315:629; Higgins and Thompson 2004, Stat Med 23:1663 (permutation in
    meta-regression); Winkler et al. 2014, NeuroImage 92:381 (residuals of the reduced model).

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.1, 0.2, 0.4, 0.7, 1.1], [0.01, 0.02, 0.05, 0.1, 0.2])
    >>> found = permuted_egger(effects)
    >>> found.exact, found.arrangements
    (True, 120)
    """
    chosen = one_mean(effects, spec, "Egger's test by permutation", 4)
    check(effects)
    if not isinstance(chosen, RandomEffects) or chosen.weights is not None:
        raise SpecError("Egger's test by permutation takes RandomEffects without fixed weights.")
    if draws < 100:
        raise SpecError(f"draws must be 100 or more, not {draws}.")
    sei, k = np.sqrt(effects.vi), len(effects)
    if np.ptp(sei) <= 1e-12 * sei.max():
        raise DataError("Every study has the same value of the predictor; there is no slope.")
    lean = replace(chosen, prediction="none", tau2_ci="none")
    pooled = pool(effects, lean)
    spread = np.sqrt(effects.vi + (pooled.tau2 or 0.0))
    share = spread**-2.0 / (spread**-2.0).sum()
    scores = (effects.yi - pooled.estimate) / (spread * np.sqrt(1.0 - share))
    observed = float(_slopes(effects.yi[None], effects.vi, sei, lean)[0])
    if not math.isfinite(observed):
        raise DataError(
            "The slope has no finite statistic: the studies lie on a line, or their variances "
            "differ too much; there is nothing to permute."
        )
    exact = k <= EXACT_UP_TO and math.factorial(k) <= draws
    blocks = _every_order(k) if exact else _orders(k, draws, seed)
    permuted = [
        _slopes(pooled.estimate + spread * scores[block], effects.vi, sei, lean) for block in blocks
    ]
    statistics = np.abs(np.concatenate([[observed], *permuted]))
    reached = int((statistics >= abs(observed) * (1.0 - SLACK)).sum())
    return PermutedEgger(
        k=k,
        statistic=observed,
        p_value=reached / len(statistics),
        arrangements=len(statistics),
        exact=exact,
        seed=None if exact else seed,
        notes=funnel_notes(effects),
        statistics=read_only(statistics),
    )


def _every_order(k: int) -> list[IntArray]:
    """All orders but the observed one."""
    return [np.array(list(permutations(range(k))))[1:]]


def _orders(k: int, draws: int, seed: int) -> list[IntArray]:
    """Orders at random, one fewer than the draws: the observed one is the first of them."""
    blocks = []
    for number, start in enumerate(range(1, draws, TOGETHER)):
        size = min(TOGETHER, draws - start)
        rng = np.random.default_rng((seed, number))
        blocks.append(rng.permuted(np.tile(np.arange(k), (size, 1)), axis=1))
    return blocks


def _slopes(yi: FloatArray, vi: FloatArray, sei: FloatArray, spec: RandomEffects) -> FloatArray:
    """Slope over standard error in every set, shape (sets,)."""
    design = np.column_stack([np.ones(len(sei)), sei])
    sets = DesignSets.of(design, yi.T, np.tile(vi[:, None], (1, len(yi))))
    each: FloatArray = design_statistics(sets, spec, None, np.array([[0.0, 1.0]]))[0][1]
    return each
