"""What came back from a Copas selection model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.funnel_notes import UNTRUSTED
from metasyn.effects.arrays import FloatArray
from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Copas", "CopasRow"]


class CopasRow(NamedTuple):
    """One point of the fan."""

    probability: float
    estimate: float
    se: float | None
    ci: Interval | None
    rho: float
    tau: float
    residual_p: float
    unpublished: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Copas:
    """A Copas selection model: estimates under more and more selection (the fan).

    Parameters
    ----------
    k
        Number of studies.
    pooled
        The usual estimate.
    side
        Where studies are taken to be missing.
    grid_gamma0, grid_gamma1, contour
        Grid of parameters of selection, shapes (g,), and the estimate over it, shape (g, g).
    gamma0, gamma1
        Parameters of selection along the fan, shape (m,).
    probability
        Of publishing the study with the largest standard error, shape (m,), from 1 downwards.
    estimate, se, ci_low, ci_high
        Maximum-likelihood estimate with its normal interval; NaN where the information gave none.
    rho, tau
        Correlation of sampling error and publication (NaN where all is published); standard
        deviation between studies.
    residual_p
        Likelihood-ratio test that no selection is left beyond the model's.
    unpublished
        Expected number of unpublished studies.
    settled
        Whether the likelihood was maximised.
    alpha
        Level of the residual test at which selection counts as explained.
    level
        Coverage.
    notes
        What a reader has to know.
    """

    k: int
    pooled: Pooled
    side: Literal["left", "right"]
    grid_gamma0: FloatArray
    grid_gamma1: FloatArray
    contour: FloatArray
    gamma0: FloatArray
    gamma1: FloatArray
    probability: FloatArray
    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    rho: FloatArray
    tau: FloatArray
    residual_p: FloatArray
    unpublished: FloatArray
    settled: npt.NDArray[np.bool_]
    alpha: float
    level: float
    notes: tuple[Note, ...] = ()

    @property
    def adjusted(self) -> CopasRow | None:
        """The least selection that leaves none unexplained; None where no point of the fan does."""
        explained = np.flatnonzero(self.residual_p > self.alpha)
        return self.row(int(explained[0])) if len(explained) else None

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind whose funnel should not be read."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def row(self, i: int) -> CopasRow:
        """A point of the fan."""
        missing = bool(np.isnan(self.se[i]))
        low, high = float(self.ci_low[i]), float(self.ci_high[i])
        return CopasRow(
            float(self.probability[i]),
            float(self.estimate[i]),
            None if missing else float(self.se[i]),
            None if missing else Interval(low, high, self.level, "copas-z"),
            float(self.rho[i]),
            float(self.tau[i]),
            float(self.residual_p[i]),
            float(self.unpublished[i]),
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a point of the fan."""
        import pandas as pd

        names = ("probability", "estimate", "se", "ci_low", "ci_high", "rho", "tau", "residual_p")
        columns = {name: getattr(self, name) for name in (*names, "unpublished", "settled")}
        return pd.DataFrame(columns)

    def summary(self) -> str:
        """The fan as a table, and the adjusted estimate."""
        lines = [
            f"Copas selection model, {self.k} studies, missing on the {self.side}: "
            f"{self.pooled.estimate:.4f} unadjusted",
            "P(publish largest SE)  estimate [interval]  residual p  unpublished",
        ]
        for i in range(len(self.probability)):
            row = self.row(i)
            ci = "[no interval]" if row.ci is None else f"[{row.ci.low:.4f}, {row.ci.high:.4f}]"
            lines.append(
                f"{row.probability:.2f}  {row.estimate:.4f} {ci}  {row.residual_p:.3f}  "
                f"{row.unpublished:.0f}"
            )
        found = self.adjusted
        if found is None:
            lines.append(f"No adjusted estimate: the residual p never exceeds {self.alpha:g}")
        else:
            lines.append(
                f"Adjusted: {found.estimate:.4f}, the first with a residual p above "
                f"{self.alpha:g} (probability {found.probability:.2f})"
            )
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])
