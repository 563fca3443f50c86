"""Baujat's plot: what each study adds to heterogeneity, and how far it moves the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.diagnostics.refit import linear_model, refit
from metasyn.diagnostics.take import InverseVariance, one_mean, without
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Baujat", "baujat"]


@dataclass(frozen=True, eq=False, slots=True)
class Baujat:
    """The two axes of Baujat's plot, shape (k,).

    Parameters
    ----------
    slab
        Study labels.
    heterogeneity
        Squared Pearson residual: the study's part of Q, or of y'Py of a random-effects model.
    influence
        Squared change of the estimate by leaving the study out, over its variance then.
    """

    slab: tuple[str, ...]
    heterogeneity: FloatArray
    influence: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab heterogeneity influence``."""
        import pandas as pd

        columns = {"slab": self.slab, "heterogeneity": self.heterogeneity}
        return pd.DataFrame({**columns, "influence": self.influence})

    def summary(self) -> str:
        """The study that leads on either axis."""
        far, strong = int(self.heterogeneity.argmax()), int(self.influence.argmax())
        share = self.heterogeneity[far] / self.heterogeneity.sum()
        return (
            f"Baujat, {len(self.slab)} studies: {self.slab[far]} adds most to heterogeneity "
            f"({share:.0%}), {self.slab[strong]} moves the estimate most"
        )


def baujat(effects: Effects, spec: InverseVariance | None = None) -> Baujat:
    """Contribution to heterogeneity and influence of every study.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default.

    Raises
    ------
    SpecError, DataError
        If the model has moderators, or there are fewer than three studies.

    References
    ----------
    Baujat et al. 2002, Stat Med 21:2641.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = baujat(effects_from([0.1, 0.2, 0.1, 2.0], [0.02, 0.04, 0.03, 0.03]))
    >>> int(found.heterogeneity.argmax())
    3
    """
    spec = one_mean(effects, spec, "Baujat's plot", 3)
    model, _ = linear_model(effects, spec)
    whole = refit(model, spec, range(model.k))
    residual = effects.yi - whole.beta[0]
    moved = []
    for row in range(model.k):
        less = refit(model, spec, without(model.k, row))
        change, variance = float(less.beta[0] - whole.beta[0]), float(less.cov[0, 0])
        moved.append(change * change / variance if variance else float("nan"))
    heterogeneity = read_only(residual * residual / (effects.vi + whole.tau2))
    return Baujat(effects.slab, heterogeneity, read_only(moved))
