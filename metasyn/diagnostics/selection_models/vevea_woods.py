"""Sensitivity to given selection: the four weight sets of Vevea and Woods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metasyn.diagnostics.selection_models.model import selection_model
from metasyn.diagnostics.selection_models.result import Parameter, SelectionModel
from metasyn.diagnostics.take import InverseVariance
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError

if TYPE_CHECKING:
    import pandas as pd

    from metasyn.models.results import Pooled

__all__ = ["STEPS", "WEIGHTS", "VeveaWoods", "vevea_woods"]

STEPS = (0.005, 0.01, 0.05, 0.1, 0.25, 0.35, 0.5, 0.65, 0.75, 0.9, 0.95, 0.99, 0.995, 1.0)
"""Upper ends of the intervals of one-sided p-values."""

_HALF, _TENTH = (0.5,) * 6, (0.1,) * 4
WEIGHTS: dict[str, tuple[float, ...]] = {
    "moderate one-sided": (1.0, 0.99, 0.95, 0.8, 0.75, 0.65, 0.6, 0.55, *_HALF),
    "severe one-sided": (1.0, 0.99, 0.9, 0.75, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25, *_TENTH),
    "moderate two-sided": (
        *(1.0, 0.99, 0.95, 0.9, 0.8, 0.75, 0.6),
        *(0.6, 0.75, 0.8, 0.9, 0.95, 0.99, 1.0),
    ),
    "severe two-sided": (
        *(1.0, 0.99, 0.9, 0.75, 0.6, 0.5, 0.25),
        *(0.25, 0.5, 0.6, 0.75, 0.9, 0.99, 1.0),
    ),
}
"""Weights of the intervals (Vevea and Woods 2005, Table 1); the authors call them examples."""


@dataclass(frozen=True, eq=False, slots=True)
class VeveaWoods:
    """A pooled estimate under four assumed degrees of selection.

    Parameters
    ----------
    unadjusted
        Without selection, by maximum likelihood.
    adjusted
        The selection models by the name of their weights.
    notes
        What a reader has to know.
    """

    unadjusted: Pooled
    adjusted: dict[str, SelectionModel]
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Five rows, ``unadjusted`` first.

        Columns ``selection estimate se statistic p_value ci_low ci_high tau2 log_likelihood``.
        """
        import pandas as pd

        fits: dict[str, Pooled | SelectionModel] = {"unadjusted": self.unadjusted, **self.adjusted}
        rows = []
        for name, fit in fits.items():
            tau2 = fit.tau2.estimate if isinstance(fit.tau2, Parameter) else fit.tau2
            low, high = (None, None) if fit.ci is None else fit.ci
            row = {"selection": name, "estimate": fit.estimate, "se": fit.se}
            row |= {"statistic": fit.statistic, "p_value": fit.p_value}
            row |= {"ci_low": low, "ci_high": high, "tau2": tau2}
            rows.append(row | {"log_likelihood": fit.log_likelihood})
        frame = pd.DataFrame(rows)
        return frame.astype(dict.fromkeys(frame.columns[1:], "float64"))

    def summary(self) -> str:
        """The estimates beside each other."""
        frame = self.to_frame()[["selection", "estimate", "ci_low", "ci_high", "p_value", "tau2"]]
        lines = [
            f"Sensitivity to selection (Vevea and Woods 2005), {self.unadjusted.k} studies",
            frame.round(4).to_string(index=False, na_rep="-"),
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def vevea_woods(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    alternative: Literal["greater", "less"] = "greater",
) -> VeveaWoods:
    """Pool under the four a-priori weight functions of Vevea and Woods.

    Nothing of the selection is estimated, so that this is open to few studies too.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        As for :func:`~metasyn.selection_model`.
    alternative
        Whether one-sided selection favours high or low estimates; two-sided selection is the same
        for both.

    Raises
    ------
    SpecError, DataError
        As :func:`~metasyn.selection_model` does.

    References
    ----------
    Vevea and Woods 2005, Psychol Methods 10:428, Table 1.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> effects = effects_from([0.9, 0.5, 0.6, 0.3, 0.1], [0.2, 0.1, 0.05, 0.02, 0.01])
    >>> vevea_woods(effects).to_frame()["estimate"].round(3).tolist()
    [0.317, 0.272, 0.238, 0.287, 0.247]
    """
    if alternative not in ("greater", "less"):
        raise SpecError(f"alternative is {alternative!r}; it must be 'greater' or 'less'.")
    adjusted = {
        name: selection_model(
            effects, "stepfun", spec, steps=STEPS, alternative=alternative, delta=weights
        )
        for name, weights in WEIGHTS.items()
    }
    models = list(adjusted.values())
    notes = tuple(dict.fromkeys(note for model in models for note in model.notes))
    return VeveaWoods(models[0].unadjusted, adjusted, notes)
