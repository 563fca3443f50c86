"""Prediction intervals for the true effect of a new study."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from metasyn.errors import Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.random_effects.inference import Scale
from metasyn.models.random_effects.quantiles import critical

__all__ = ["AUTO", "KINDS", "Kind", "Spread", "predict_interval"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table of prediction intervals.

    Parameters
    ----------
    code
        What a specification says.
    variance
        Variance of the estimate in it: ``none``, ``wald``, ``hksj`` or ``kr``.
    loss
        Degrees of freedom taken from k - p (or from Kenward and Roger's); None for the normal.
    source
        Where it was proposed.
    """

    code: str
    variance: str
    loss: int | None
    source: str


_KINDS = (
    Kind("simple", "none", None, "mu +- z tau"),
    Kind("z", "wald", None, "metafor's with normal quantiles"),
    Kind("V", "wald", 0, "Veroniki et al. 2019, Res Synth Methods 10:23"),
    Kind("HTS", "wald", 1, "Higgins, Thompson and Spiegelhalter 2009, JRSS A 172:137, sec. 3.6"),
    Kind("HK", "hksj", 0, "IntHout et al. 2016, BMJ Open 6:e010247, with k - 1"),
    Kind("HK-PR", "hksj", 1, "Partlett and Riley 2017, Stat Med 36:301"),
    Kind("KR", "kr", 0, "Kenward and Roger's variance and degrees of freedom"),
    Kind("KR-PR", "kr", 1, "Partlett and Riley 2017, Stat Med 36:301"),
)
KINDS = {kind.code: kind for kind in _KINDS}
"""Closed-form kinds of prediction interval by code; the bootstrap (NNF) stands apart."""

AUTO = {"z": "V", "t": "V", "hksj": "HK", "hksj-adhoc": "HK", "kr": "KR", "profile": "V"}
"""The kind that goes with the method of the confidence interval."""


class Spread(NamedTuple):
    """Variances of an estimate, and the degrees of freedom that go with them.

    Parameters
    ----------
    wald
        Wald variance.
    factor
        Hartung and Knapp's q.
    df
        k - p.
    kr
        Kenward and Roger's variance and degrees of freedom, or None.
    """

    wald: float
    factor: float
    df: int
    kr: tuple[float, float] | None = None


def kind_of(asked: str, ci: str, scale: Scale) -> str:
    """The kind that a specification means, ``auto`` resolved."""
    if asked != "auto":
        return asked
    if ci == "z":
        return "z"
    if scale.method == "hksj-adhoc" and scale.factor == 1.0:
        return "V"
    return AUTO[ci if ci in ("kr", "profile") else scale.method]


def predict_interval(
    estimate: float, tau2: float, spread: Spread, code: str, level: float
) -> tuple[Interval | None, tuple[Note, ...]]:
    """Prediction interval of a kind, or a note that says why there is none.

    Parameters
    ----------
    estimate
        Estimate of the mean.
    tau2
        Variance between studies.
    spread
        Variances of the estimate.
    code
        Kind of interval (:data:`KINDS`), or ``none``.
    level
        Coverage.

    Raises
    ------
    SpecError
        If the kind has no closed form.

    Examples
    --------
    >>> interval, _ = predict_interval(-0.7145, 0.3132, Spread(0.0323, 0.999, 12), "HTS", 0.95)
    >>> round(interval.low, 2), interval.df
    (-2.01, 11)
    """
    if code == "none":
        return None, ()
    if spread.df < 2:
        return None, (_too_few(),)
    if code == "NNF":
        raise SpecError("prediction 'NNF' is for one mean; choose another kind with moderators.")
    kind = KINDS[code]
    variance, df = _variance(kind, spread)
    if df is not None and df <= 0.0:
        return None, (_no_freedom(code, df),)
    half = critical(level, df) * math.sqrt(tau2 + variance)
    return Interval(estimate - half, estimate + half, level, code, df), ()


def _variance(kind: Kind, spread: Spread) -> tuple[float, float | None]:
    """Variance of the estimate, and degrees of freedom."""
    base: float = spread.df
    match kind.variance:
        case "none":
            variance = 0.0
        case "hksj":
            variance = spread.wald * spread.factor
        case "kr":
            assert spread.kr is not None, "the caller gives Kenward and Roger's"  # noqa: S101
            variance, base = spread.kr
        case _:
            variance = spread.wald
    return variance, None if kind.loss is None else base - kind.loss


def _too_few() -> Note:
    return Note(
        "prediction-few-studies",
        "No prediction interval: it takes at least two studies more than the model has "
        "coefficients (three studies without moderators).",
    )


def _no_freedom(code: str, df: float) -> Note:
    return Note(
        "prediction-no-df",
        f"No prediction interval: the kind {code} has {df:.2g} degrees of freedom here.",
    )
