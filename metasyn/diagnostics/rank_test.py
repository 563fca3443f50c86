"""Begg and Mazumdar's rank correlation test of funnel asymmetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metasyn.diagnostics.funnel_notes import UNTRUSTED, funnel_notes
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
    """

    k: int
    tau: float
    p_value: float
    exact: bool
    notes: tuple[Note, ...] = ()

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind that the test should not be read for."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        names = ("k", "tau", "p_value", "exact", "trusted")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def summary(self) -> str:
        """The test in a line, and what speaks against it."""
        how = "exact" if self.exact else "normal approximation"
        line = (
            f"Begg's test, {self.k} studies: tau = {self.tau:.4f}, p = {self.p_value:.4f} ({how})"
        )
        return "\n".join([line, *(f"Note: {note}" for note in self.notes)])


def begg(effects: Effects) -> RankTest:
    """Rank correlation of standardised estimates and sampling variances.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.

    Raises
    ------
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
    from scipy.stats import kendalltau

    check(effects)
    k = len(effects)
    if k < 3:
        raise DataError(f"Begg's test takes at least three studies, not {k}.")
    yi, vi = effects.yi, effects.vi
    total = float((1.0 / vi).sum())
    mean = float((yi / vi).sum()) / total
    standardised = (yi - mean) / np.sqrt(vi - 1.0 / total)
    if np.ptp(vi) == 0.0 or np.ptp(standardised) == 0.0:
        raise DataError("All studies have the same variance or estimate; there are no ranks.")
    exact = len(np.unique(vi)) == k and len(np.unique(standardised)) == k
    found = kendalltau(standardised, vi, method="exact" if exact else "asymptotic")
    return RankTest(k, float(found.statistic), float(found.pvalue), exact, funnel_notes(effects))
