"""What came back from a model: frozen results of few fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.effects.arrays import FloatArray
from metasyn.effects.counts import Counts, TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.effects.person_time import PersonTime, TwoArmPersonTime
from metasyn.errors import Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.specs import Spec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Data", "NotPooled", "Pooled", "Transformed"]

Data = Effects | Counts | TwoArmCounts | PersonTime | TwoArmPersonTime


@dataclass(frozen=True, slots=True)
class Transformed:
    """A pooled estimate on its display scale: risk, ratio, proportion, ...

    Parameters
    ----------
    label
        What the scale is (``"Risk ratio"``).
    estimate, ci, prediction
        Back-transformed; intervals are None where the result has none.
    notes
        What a reader has to know of the back-transformation.
    """

    label: str
    estimate: float
    ci: Interval | None
    prediction: Interval | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooled:
    """A pooled estimate on the analysis scale (log ratio, logit, ...).

    Parameters
    ----------
    spec
        What was asked.
    data
        What was pooled.
    measure
        Code of the measure; it rules how results are displayed.
    k
        Number of studies.
    estimate, se, statistic, p_value
        Estimate, its standard error, and the test of no effect.
    ci
        Confidence interval, or None with a note that says why.
    prediction
        Prediction interval of a new study's true effect, or None with a note that says why.
    tau2, tau2_se, tau2_ci
        Variance between studies, its standard error and interval; None where the model has none.
    i2, h2
        Share of the variance that lies between studies (0 to 1), and its ratio; metafor's.
    q, q_p
        Cochran's Q and its p-value.
    weights
        Share of each study in the estimate, shape (k,), sums to 1.
    log_likelihood
        At the estimate; None for moment estimators.
    notes
        What a reader has to know.
    """

    spec: Spec
    data: Data
    measure: str
    k: int
    estimate: float
    se: float
    statistic: float | None
    p_value: float | None
    ci: Interval | None
    prediction: Interval | None
    tau2: float | None
    tau2_se: float | None
    tau2_ci: Interval | None
    i2: float | None
    h2: float | None
    q: float | None
    q_p: float | None
    weights: FloatArray
    log_likelihood: float | None
    notes: tuple[Note, ...] = ()

    def transformed(self) -> Transformed:
        """The estimate and its intervals on the display scale.

        Examples
        --------
        >>> import metasyn as ms
        >>> effects = ms.effect_sizes("RR", ai=[4, 6], bi=[119, 300], ci=[11, 29], di=[128, 274])
        >>> round(ms.pool(effects, ms.CommonEffect()).transformed().estimate, 3)
        0.266
        """
        from metasyn.models.display import transformed

        return transformed(self)

    def predict(
        self,
        new_data: pd.DataFrame | Mapping[str, object] | None = None,
        level: float | None = None,
    ) -> pd.DataFrame:
        """The expected effect of a new study, with confidence and prediction intervals.

        Parameters
        ----------
        new_data
            Values of moderators; only a :class:`~metasyn.Regression` takes them.
        level
            Coverage; the specification's where None.

        Returns
        -------
        pandas.DataFrame
            One row on the analysis scale: ``estimate se ci_low ci_high``, and ``pi_low pi_high``
            where the result has a prediction interval (else its notes say why).

        Raises
        ------
        SpecError
            If there are new data, which a model without moderators cannot use.

        Examples
        --------
        >>> import metasyn as ms
        >>> pooled = ms.pool(ms.effects_from([0.1, 0.3, 0.4], [0.02, 0.04, 0.01]))
        >>> pooled.predict(level=0.8).round(3).columns.tolist()
        ['estimate', 'se', 'ci_low', 'ci_high', 'pi_low', 'pi_high']
        """
        from metasyn.models.display import predicted

        if new_data is not None:
            raise SpecError("The model has no moderators; predict() takes no new data.")
        return predicted(self, level)

    def summary(self) -> str:
        """The result in a few lines for people."""
        from metasyn.models.display import summary

        return summary(self)

    def to_frame(self) -> pd.DataFrame:
        """One row with every number, on the analysis scale."""
        from metasyn.models.display import to_frame

        return to_frame(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class NotPooled:
    """A line of studies that no model should pool, with what can be said of it.

    Parameters
    ----------
    data
        The studies.
    k
        Number of studies.
    reason
        Why there is no pooled estimate, one sentence.
    code
        The same for programs: ``no-study``, ``no-weight``, ``single-study``, ``no-events``,
        ``all-events``, ``cases-only``.
    events, n
        Summed counts, None where the data are no counts.
    ci
        Exact (Clopper-Pearson) interval of the summed proportion, or the study's own interval.
    model
        What the model says at its boundary, where it says anything; it rests on its prior.
    notes
        What a reader has to know.
    """

    data: Data
    k: int
    reason: str
    code: str
    events: int | None
    n: int | None
    ci: Interval | None
    model: Pooled | None = None
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Why there is no estimate, and what can be said, in a few lines for people.

        Examples
        --------
        >>> import metasyn as ms
        >>> from metasyn.models.line import not_poolable
        >>> print(not_poolable(ms.counts(xi=[7], ni=[12]), 0.95).summary())
        Not pooled, 1 study: one report.
        7 of 12: 0.5833 [0.2767, 0.8483] (95%, clopper-pearson)
        """
        from metasyn.models.display import summary_of_not_pooled

        return summary_of_not_pooled(self)

    def to_frame(self) -> pd.DataFrame:
        """One row: ``k code reason events n rate ci_low ci_high``, the interval as in ``ci``."""
        from metasyn.models.display import frame_of_not_pooled

        return frame_of_not_pooled(self)
