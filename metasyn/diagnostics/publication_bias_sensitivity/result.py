"""What came back from a sensitivity analysis of publication bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.publication_bias_sensitivity.weighting import Corrected
from metasyn.effects.arrays import FloatArray
from metasyn.errors import Note

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PublicationBiasSensitivity", "SelectionRatio"]


class SelectionRatio(NamedTuple):
    """How much likelier favoured results must be published; the value is None if not ``needed``.

    The reading is ``needed``, ``already`` (true without selection) or ``impossible`` (not even if
    results that are not favoured are almost never published).
    """

    value: float | None
    reading: Literal["needed", "already", "impossible"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PublicationBiasSensitivity:
    """Sensitivity to selection of significant results in one direction.

    Parameters
    ----------
    favoured
        ``higher`` or ``lower``: direction of the significant results that are favoured.
    chosen_by
        ``user``, or ``sign`` of the pooled estimate.
    q
        Value that the estimate is to be moved to.
    tau2
        Variance between studies in the weights; 0 for a common effect.
    slab, affirmative
        Studies, and whether their results were favoured, shape (k,).
    uncorrected, worst_case
        Estimates without selection and from the results that are not favoured alone.
    corrected
        Estimate at the selection ratio that was asked for, or None.
    for_estimate, for_ci
        Ratio that moves the estimate, or the limit of its interval nearer to q, to q.
    eta, estimate, ci_low, ci_high
        Corrected estimates over a range of selection ratios, for a figure.
    level, alpha
        Coverage; two-sided level of significance at which selection turns.
    notes
        What a reader has to know.
    measure
        Code of the measure of the estimates.
    """

    favoured: Literal["higher", "lower"]
    chosen_by: Literal["user", "sign"]
    q: float
    tau2: float
    slab: tuple[str, ...]
    affirmative: npt.NDArray[np.bool_]
    uncorrected: Corrected
    worst_case: Corrected
    corrected: Corrected | None
    for_estimate: SelectionRatio
    for_ci: SelectionRatio
    eta: FloatArray
    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    level: float
    alpha: float
    notes: tuple[Note, ...] = ()
    measure: str = "GEN"

    @property
    def trusted(self) -> bool:
        """False for proportions, and where the standard error rests on too few studies."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate: uncorrected, corrected if asked for, worst case."""
        import pandas as pd

        given = [("uncorrected", self.uncorrected), ("worst case", self.worst_case)]
        if self.corrected is not None:
            given.insert(1, ("corrected", self.corrected))
        frame = pd.DataFrame([{"estimator": name, **found._asdict()} for name, found in given])
        return frame.rename(columns={"low": "ci_low", "high": "ci_high"})

    def curve(self) -> pd.DataFrame:
        """One row a selection ratio: ``eta estimate ci_low ci_high``."""
        import pandas as pd

        names = ("eta", "estimate", "ci_low", "ci_high")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def summary(self) -> str:
        """The ratios in sentences."""
        count, k = int(self.affirmative.sum()), len(self.slab)
        why = "as given" if self.chosen_by == "user" else "the sign of the pooled estimate"
        lines = [
            f"Selection of significant {self.favoured} results ({why}): {count} of {k} studies "
            "are such results",
            self._sentence("the estimate", self.for_estimate),
            self._sentence("the interval", self.for_ci),
            f"Worst case, the other {k - count} alone: {self.worst_case.estimate:.4f} "
            f"[{self.worst_case.low:.4f}, {self.worst_case.high:.4f}]",
        ]
        if self.corrected is not None:
            found = self.corrected
            lines.append(
                f"At a ratio of {found.eta:g}: {found.estimate:.4f} "
                f"[{found.low:.4f}, {found.high:.4f}]"
            )
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _sentence(self, what: str, ratio: SelectionRatio) -> str:
        if ratio.reading == "already":
            return f"To move {what} to {self.q:g}: it is there without any selection"
        if ratio.value is None:
            return f"To move {what} to {self.q:g}: no such selection could do that"
        return (
            f"To move {what} to {self.q:g}: such results would have to be published "
            f"{ratio.value:.2f} times as often as others"
        )


UNTRUSTED = ("no-null", "few-degrees-of-freedom")
