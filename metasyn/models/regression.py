"""What a meta-regression returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

    from metasyn.models.random_effects.contrasts import Contrasts
    from metasyn.models.random_effects.design import Design

__all__ = ["Coefficient", "Regression"]


class Coefficient(NamedTuple):
    """A row of the table of coefficients."""

    term: str
    estimate: float
    se: float
    statistic: float | None
    p_value: float | None
    ci_low: float
    ci_high: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Regression(Pooled):
    """A meta-regression.

    ``estimate`` and what belongs to it (``se``, ``ci``, ``prediction``, ...) are the expected
    effect at the mean of the design matrix, the average moderator profile of the studies. ``tau2``,
    ``i2``, ``h2`` and ``q`` are residual: what the moderators leave.

    Parameters
    ----------
    rows
        The table of coefficients.
    qm, qm_p, qm_df
        Omnibus test of all coefficients but the intercept: chi-squared (second degrees of freedom
        None) or F; no statistic where the studies fit exactly, with a note.
    r2
        Share of tau2 without moderators that they account for (0 to 1); of a common-effect model
        the adjusted R2 of weighted least squares. None where the formula has no intercept, or
        with a note that says why.
    design
        Formula, terms and design matrix.
    contrasts
        The fit, for inference on any linear combination of the coefficients.
    """

    rows: tuple[Coefficient, ...]
    qm: float | None
    qm_p: float | None
    qm_df: tuple[float, float | None]
    r2: float | None
    design: Design
    contrasts: Contrasts

    @property
    def coefficients(self) -> pd.DataFrame:
        """The table of coefficients: term estimate se statistic p_value ci_low ci_high."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=Coefficient._fields)

    @property
    def fitted(self) -> FloatArray:
        """Expected effect of every study, shape (k,)."""
        return self.design.matrix @ self.contrasts.beta

    @property
    def vif(self) -> dict[str, float]:
        """Variance inflation factor of every term but the intercept.

        From the correlations of the estimates, so that weights count (Fox and Monette 1992, JASA
        87:178).
        """
        keep = [i for i in range(len(self.rows)) if i != self.design.intercept]
        covariance = self.contrasts.cov[np.ix_(keep, keep)]
        inflation = np.diag(covariance) * np.diag(np.linalg.inv(covariance))
        return {self.rows[i].term: float(f) for i, f in zip(keep, inflation, strict=True)}

    def predict(
        self,
        new_data: pd.DataFrame | Mapping[str, object] | None = None,
        level: float | None = None,
    ) -> pd.DataFrame:
        """Expected effects, with confidence and prediction intervals.

        Parameters
        ----------
        new_data
            Values of the moderators, one row a prediction (scalars make one); the studies' own
            where None.
        level
            Coverage; the specification's where None.

        Returns
        -------
        pandas.DataFrame
            ``estimate se ci_low ci_high``, and ``pi_low pi_high`` where the model has a prediction
            interval; with ``slab`` in front where ``new_data`` is None.

        Raises
        ------
        DataError
            If a moderator or a value is missing, or a category is unknown.

        Examples
        --------
        >>> import pandas as pd
        >>> import metasyn as ms
        >>> data = pd.DataFrame({"dose": [1, 2, 3, 4, 5]})
        >>> effects = ms.effects_from([0.1, 0.3, 0.2, 0.5, 0.6], [0.02] * 5, data=data)
        >>> fit = ms.pool(effects, ms.RandomEffects(moderators="~ dose"))
        >>> fit.predict({"dose": [6]}).round(2)["estimate"].tolist()
        [0.7]
        """
        import pandas as pd

        matrix = self.design.matrix if new_data is None else self.design.rows(new_data)
        lines = [self._predicted(row, level) for row in matrix]
        frame = pd.DataFrame(lines)
        if new_data is None and isinstance(self.data, Effects):
            frame.insert(0, "slab", list(self.data.slab))
        return frame

    def _predicted(self, row: FloatArray, level: float | None) -> dict[str, float]:
        line = self.contrasts.line(row, level)
        named = {"estimate": line.estimate, "se": line.se}
        named |= {"ci_low": line.ci.low, "ci_high": line.ci.high}
        interval, _ = self.contrasts.prediction(row, level)
        if interval is not None:
            named |= {"pi_low": interval.low, "pi_high": interval.high}
        return named

    def summary(self) -> str:
        """The result in a few lines for people, then the table of coefficients."""
        lines = [
            super().summary(),
            f"The estimate is the effect at the mean of {self.design.formula}",
            *self._tests(),
            self.coefficients.round(4).to_string(index=False),
        ]
        return "\n".join(lines)

    def _tests(self) -> list[str]:
        lines = []
        if self.qm is not None and self.qm_p is not None:
            name = "chi-squared" if self.qm_df[1] is None else "F"
            df = ", ".join(f"{value:.4g}" for value in self.qm_df if value is not None)
            lines.append(f"Test of moderators: {name} {self.qm:.3f} (df {df}), p {self.qm_p:.4g}")
        if self.r2 is not None:
            lines.append(f"R² {100 * self.r2:.1f}%")
        return lines
