"""How many hidden null results would undo a finding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from metasyn.diagnostics.no_null import no_null, withheld
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.random_effects.pooling import check

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FailSafeN", "fail_safe_n"]

Method = Literal["Rosenthal", "Orwin", "Rosenberg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailSafeN:
    """A fail-safe number of studies.

    Parameters
    ----------
    method
        ``Rosenthal``, ``Orwin`` or ``Rosenberg``.
    k
        Number of studies observed.
    n
        Number of hidden studies, rounded up.
    exact
        The same before rounding.
    estimate
        Mean effect that the method looks at; None for Rosenthal's, which adds z values.
    p_value
        Of the observed studies by the method's own test; None for Orwin's. One-sided for
        Rosenthal's, two-sided for Rosenberg's.
    target
        p-value to be reached, or for Orwin's the mean effect.
    notes
        What a reader has to know.
    """

    method: str
    k: int
    n: int
    exact: float
    estimate: float | None
    p_value: float | None
    target: float
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        names = ("method", "k", "n", "exact", "estimate", "p_value", "target")
        frame = pd.DataFrame([{name: getattr(self, name) for name in names}])
        return frame.astype(dict.fromkeys(names[3:], "float64"))

    @property
    def trusted(self) -> bool:
        """False where hidden null results mean nothing: measures of one group have no null."""
        return not any(note.code == "no-null" for note in self.notes)

    def summary(self, *, insist: bool = False) -> str:
        """The number in a sentence.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        what = f"Fail-safe N ({self.method}), {self.k} studies"
        if not (self.trusted or insist):
            return withheld(what, self.notes)
        goal = "a mean of" if self.method == "Orwin" else "a p-value of"
        line = f"{what}: {self.n} hidden studies without effect would bring {goal} {self.target:g}"
        return "\n".join([line, *(f"Note: {note}" for note in self.notes)])


def fail_safe_n(
    effects: Effects,
    method: Method = "Rosenthal",
    *,
    alpha: float = 0.05,
    target: float | None = None,
    weighted: bool = False,
) -> FailSafeN:
    """Number of hidden studies of average null result that would undo the finding.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    method
        ``Rosenthal`` (Stouffer's test no longer significant), ``Rosenberg`` (common-effect test no
        longer significant) or ``Orwin`` (mean effect down to ``target``).
    alpha
        Level of the test; one-sided for Rosenthal's, two-sided for Rosenberg's.
    target
        Mean effect for ``Orwin``, of the sign of the mean; half the mean if None.
    weighted
        Whether ``Orwin`` takes the mean by inverse variance.

    Raises
    ------
    SpecError
        If the method is unknown, or alpha or target is out of range.
    DataError
        If there is no study.

    References
    ----------
    Rosenthal 1979, Psychol Bull 86:638; Orwin 1983, J Educ Stat 8:157; Rosenberg 2005, Evolution
    59:464.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> fail_safe_n(effects_from([0.5, 0.6, 0.7], [0.04, 0.04, 0.04])).n
    27
    """
    check(effects)
    if method not in _METHODS:
        raise SpecError(f"method must be one of {', '.join(_METHODS)}, not {method!r}.")
    if not 0.0 < alpha < 0.5:
        raise SpecError(f"alpha must lie between 0 and 0.5, not {alpha:g}.")
    if method == "Orwin":
        return _orwin(effects, target, weighted)
    return _rosenthal(effects, alpha) if method == "Rosenthal" else _rosenberg(effects, alpha)


_METHODS = ("Rosenthal", "Orwin", "Rosenberg")
_NULLS = Note(
    "fail-safe-n",
    "Hidden studies are taken to average no effect and heterogeneity is ignored; a large number is "
    "no proof that bias is absent.",
)


def _round_up(exact: float) -> int:
    """Up to the next whole number, but for rounding errors."""
    return math.ceil(exact - 1e-9 * max(1.0, exact))


def _rosenthal(effects: Effects, alpha: float) -> FailSafeN:
    """Stouffer's sum of z values over the root of k + N falls to its quantile."""
    from scipy.special import ndtr, ndtri

    k = len(effects)
    total = float((effects.yi / np.sqrt(effects.vi)).sum())
    exact = max(0.0, (total / float(ndtri(alpha))) ** 2 - k)
    p_value = float(ndtr(-abs(total) / math.sqrt(k)))
    return FailSafeN(
        method="Rosenthal",
        k=k,
        n=_round_up(exact),
        exact=exact,
        estimate=None,
        p_value=p_value,
        target=alpha,
        notes=(*no_null(effects.measure), _NULLS),
    )


def _rosenberg(effects: Effects, alpha: float) -> FailSafeN:
    """The common-effect z falls to its quantile when studies of average weight are added."""
    from scipy.special import ndtr, ndtri

    k, weights = len(effects), 1.0 / effects.vi
    total, weight = float(weights @ effects.yi), float(weights.sum())
    needed = (total / float(ndtri(alpha / 2.0))) ** 2 - weight
    exact = max(0.0, k * needed / weight)
    return FailSafeN(
        method="Rosenberg",
        k=k,
        n=_round_up(exact),
        exact=exact,
        estimate=total / weight,
        p_value=float(2.0 * ndtr(-abs(total) / math.sqrt(weight))),
        target=alpha,
        notes=(*no_null(effects.measure), _NULLS),
    )


def _orwin(effects: Effects, target: float | None, weighted: bool) -> FailSafeN:
    """The mean of k + N studies falls to the target."""
    k = len(effects)
    weights = 1.0 / effects.vi if weighted else np.ones(k)
    mean = float(weights @ effects.yi / weights.sum())
    if mean == 0.0:
        raise DataError("The mean effect is 0; there is nothing to undo.")
    goal = mean / 2.0 if target is None else float(target)
    if goal == 0.0 or not math.isfinite(goal) or (goal > 0.0) != (mean > 0.0):
        raise SpecError(
            f"target must be a number other than 0 of the sign of the mean ({mean:.4g}), not "
            f"{goal:g}."
        )
    exact = max(0.0, k * (mean - goal) / goal)
    return FailSafeN(
        method="Orwin",
        k=k,
        n=_round_up(exact),
        exact=exact,
        estimate=mean,
        p_value=None,
        target=goal,
        notes=(*no_null(effects.measure), _NULLS),
    )
