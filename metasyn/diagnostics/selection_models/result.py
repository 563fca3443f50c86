"""What a selection model returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.selection_models.weight_functions import SelectionType, WeightFunction
from metasyn.effects.arrays import FloatArray, as_floats
from metasyn.errors import Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.results import Pooled
from metasyn.models.wald import ChiSquared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Alternative", "Parameter", "Precision", "SelectionModel"]

Alternative = Literal["greater", "less", "two-sided"]
Precision = Literal["none", "sei", "vi", "ninv", "sqrtninv"]

UNTRUSTED = ("selection-not-converged", "selection-no-curvature", "selection-empty-interval")
"""Codes of the notes that take the ground from under an adjusted estimate."""


class Parameter(NamedTuple):
    """A parameter: a coefficient, tau2, or a delta of the weight function.

    Parameters
    ----------
    name
        The term, ``tau2``, or the delta; the interval of p-values of a step function.
    k
        Number of studies in the interval; None for what has no interval.
    estimate
        The estimate, or the value that was given.
    fixed
        Whether the value was given.
    se, statistic, p_value, ci
        None for what was given, ended at a bound, or cannot be told. The test of a delta is of no
        selection.
    """

    name: str
    k: int | None
    estimate: float
    fixed: bool = False
    se: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    ci: Interval | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class SelectionModel:
    """A meta-analysis adjusted for selection by p-values.

    Parameters
    ----------
    type, alternative, precision
        The weight function, the side of its p-values, and the measure of precision in it.
    k
        Number of studies.
    estimate, se, statistic, p_value, ci
        The adjusted mean with its Wald test and interval; with moderators the expected effect at
        the mean of the design matrix. ``se`` and what rests on it are None, with a note, where the
        likelihood does not tell them.
    tau2
        Adjusted variance between studies, a :class:`Parameter`; None in a common-effect model.
    coefficients, deltas
        Adjusted coefficients, and the parameters of the weight function.
    lrt
        Likelihood-ratio test of no selection; None where all deltas are given.
    tau2_lrt
        Likelihood-ratio test of tau2 = 0, chi-squared with 1 degree of freedom as metafor's; None
        in a common-effect model.
    log_likelihood
        At the maximum.
    unadjusted
        The same model without selection, by maximum likelihood.
    function
        The weight function.
    notes
        What a reader has to know.
    """

    type: SelectionType
    alternative: Alternative
    precision: Precision
    k: int
    estimate: float
    se: float | None
    statistic: float | None
    p_value: float | None
    ci: Interval | None
    tau2: Parameter | None
    coefficients: tuple[Parameter, ...]
    deltas: tuple[Parameter, ...]
    lrt: ChiSquared | None
    tau2_lrt: ChiSquared | None
    log_likelihood: float
    unadjusted: Pooled
    function: WeightFunction
    notes: tuple[Note, ...] = ()

    @property
    def trusted(self) -> bool:
        """False where the data do not tell the adjusted estimate."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def selection_probability(self, p: npt.ArrayLike, precision: float = 1.0) -> FloatArray:
        """Relative probability that a study with these p-values is seen.

        Relative to the first interval of a step function and to p = 0 (or to all p below the
        threshold) of the others; a beta weight has no such reference.

        Parameters
        ----------
        p
            P-values from 0 to 1, of the side that the model is about, shape (n,).
        precision
            Imprecision of the study relative to the least precise one, where the model has it.

        Raises
        ------
        SpecError
            If a value lies outside 0 to 1.
        """
        values = as_floats("p", p)
        if not ((values >= 0.0) & (values <= 1.0)).all():
            raise SpecError("p must hold p-values, from 0 to 1.")
        deltas = np.array([delta.estimate for delta in self.deltas])
        return self.function.weight(values, deltas, precision)

    def to_frame(self) -> pd.DataFrame:
        """One row a parameter, coefficients, tau2 and deltas.

        Columns ``parameter k estimate fixed se statistic p_value ci_low ci_high``.
        """
        import pandas as pd

        rows = []
        for name, k, estimate, fixed, se, statistic, p_value, ci in self._parameters():
            low, high = (None, None) if ci is None else ci
            rows.append((name, k, estimate, fixed, se, statistic, p_value, low, high))
        names = ["parameter", "k", "estimate", "fixed", "se", "statistic", "p_value"]
        frame = pd.DataFrame(rows, columns=[*names, "ci_low", "ci_high"])
        numbers = ["se", "statistic", "p_value", "ci_low", "ci_high"]
        return frame.astype(dict.fromkeys(numbers, "float64") | {"k": "Int64"})

    def _parameters(self) -> tuple[Parameter, ...]:
        between = () if self.tau2 is None else (self.tau2,)
        return (*self.coefficients, *between, *self.deltas)

    def summary(self) -> str:
        """Adjusted and unadjusted estimate, tests, the table of parameters."""
        side = {"greater": "high", "less": "low", "two-sided": "extreme"}[self.alternative]
        weighed = "" if self.precision == "none" else f", precision {self.precision}"
        lines = [
            f"Selection model ({self.type}{weighed}), {self.k} studies, "
            f"in favour of significantly {side} estimates",
            f"Unadjusted (ML): {_line(self.unadjusted.estimate, self.unadjusted.ci)}",
            f"Adjusted: {_line(self.estimate, self.ci)}",
            *_tested("Selection", self.lrt),
            *_tested("tau² = 0", self.tau2_lrt),
            self.to_frame().round(4).to_string(index=False, na_rep="-"),
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def _line(estimate: float, ci: Interval | None) -> str:
    return f"{estimate:.4f}" + ("" if ci is None else f" [{ci.low:.4f}, {ci.high:.4f}]")


def _tested(what: str, test: ChiSquared | None) -> list[str]:
    if test is None:
        return []
    return [f"Test of {what}: LRT {test.statistic:.3f} (df {test.df}), {p_words(test.p_value)}"]
