"""Begg and Mazumdar's rank correlation test of funnel asymmetry."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.funnel_notes import UNTRUSTED, funnel_notes, withheld
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note
from metasyn.models.random_effects.pooling import check

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RankTest", "begg"]


@dataclass(frozen=True, slots=True)
class RankTest:
    """A rank correlation test.

    Parameters
    ----------
    k
        Number of studies.
    tau
        Kendall's tau-b of standardised estimates and sampling variances.
    p_value
        Two-sided; exact without ties, else normal with the variance corrected for ties.
    exact
        Which of the two.
    notes
        What a reader has to know.
    slab
        Study labels.
    standardised, vi
        What is ranked: distances from the common effect in units of their standard errors, and the
        sampling variances, shape (k,).
    """

    k: int
    tau: float
    p_value: float
    exact: bool
    notes: tuple[Note, ...] = ()
    slab: tuple[str, ...] = ()
    standardised: FloatArray = field(default_factory=lambda: np.empty(0), compare=False)
    vi: FloatArray = field(default_factory=lambda: np.empty(0), compare=False)

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind that the test should not be read for."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        names = ("k", "tau", "p_value", "exact", "trusted")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def summary(self, *, insist: bool = False) -> str:
        """The test in a line, and what speaks against it.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        if not (self.trusted or insist):
            return withheld(f"Begg's test, {self.k} studies", self.notes)
        how = "exact" if self.exact else "normal approximation"
        line = (
            f"Begg's test, {self.k} studies: tau = {self.tau:.4f}, {p_words(self.p_value)} ({how})"
        )
        return "\n".join([line, *(f"Note: {note}" for note in self.notes)])


def begg(effects: Effects, spec: InverseVariance | None = None) -> RankTest:
    """Rank correlation of standardised estimates and sampling variances.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model of the pool that is looked at. Estimates are standardised about the common effect
        whatever it is; it must only be of one mean.

    Raises
    ------
    SpecError
        If the model has moderators.
    DataError
        If there are fewer than three studies, or all variances or estimates are equal.

    References
    ----------
    Begg and Mazumdar 1994, Biometrics 50:1088.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> round(begg(effects_from([0.1, 0.3, 0.5, 0.9], [0.01, 0.04, 0.09, 0.25])).p_value, 4)
    0.0833
    """
    one_mean(effects, spec, "Begg's test", 3)
    check(effects)
    k = len(effects)
    yi, vi = effects.yi, effects.vi
    total = float((1.0 / vi).sum())
    mean = float((yi / vi).sum()) / total
    standardised = (yi - mean) / np.sqrt(vi - 1.0 / total)
    if np.ptp(vi) == 0.0 or np.ptp(standardised) == 0.0:
        raise DataError("All studies have the same variance or estimate; there are no ranks.")
    exact = len(np.unique(vi)) == k and len(np.unique(standardised)) == k
    signs = np.sign(np.subtract.outer(standardised, standardised))
    score = float((signs * np.sign(np.subtract.outer(vi, vi))).sum()) / 2.0
    ties = [_ties(values) for values in (standardised, vi)]
    pairs = k * (k - 1) / 2.0
    tau = score / math.sqrt((pairs - ties[0][0]) * (pairs - ties[1][0]))
    p_value = _exact_p(score, k) if exact else _normal_p(score, k, ties)
    return RankTest(
        k,
        tau,
        p_value,
        exact,
        funnel_notes(effects),
        slab=effects.slab,
        standardised=read_only(standardised),
        vi=vi,
    )


def _ties(values: FloatArray) -> tuple[float, float, float]:
    """Sums over groups of t tied values: t(t-1)/2, t(t-1)(t-2), t(t-1)(2t+5)."""
    t = np.unique(values, return_counts=True)[1].astype(np.float64)
    two = t * (t - 1.0)
    return float(two.sum() / 2.0), float((two * (t - 2.0)).sum()), float((two * (2 * t + 5)).sum())


def _exact_p(score: float, k: int) -> float:
    """Two-sided p-value from the distribution of inversions of a random order."""
    fewest = round((k * (k - 1) / 2.0 - abs(score)) / 2.0)
    chances = np.zeros(fewest + 1)
    chances[0] = 1.0
    for size in range(2, k + 1):  # a place among so many adds 0 to size - 1 inversions
        up_to = np.cumsum(chances)
        chances = up_to.copy()
        chances[size:] -= up_to[:-size]
        chances /= size
    return min(1.0, 2.0 * float(chances.sum()))


def _normal_p(score: float, k: int, ties: list[tuple[float, float, float]]) -> float:
    """Two-sided normal p-value, its variance corrected for ties (Kendall 1970, eq. 4.4)."""
    from scipy.special import ndtr

    (x1, x2, x3), (y1, y2, y3) = ties
    variance = (k * (k - 1.0) * (2.0 * k + 5.0) - x3 - y3) / 18.0
    variance += 2.0 * x1 * y1 / (k * (k - 1.0))
    variance += x2 * y2 / (9.0 * k * (k - 1.0) * (k - 2.0))
    return 2.0 * float(ndtr(-abs(score) / math.sqrt(variance)))
