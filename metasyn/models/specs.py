"""What can be asked of :func:`metasyn.pool`: frozen specifications, checked when made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from metasyn.errors import SpecError

__all__ = [
    "BinomialNormal",
    "CommonEffect",
    "MantelHaenszel",
    "Peto",
    "RandomEffects",
    "Spec",
]

Tau2 = Literal[
    "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT", "GENQ"
]
Ci = Literal["z", "t", "hksj", "hksj-adhoc", "hksj-guarded", "kr", "profile"]
Prediction = Literal["auto", "simple", "z", "V", "HTS", "HK", "HK-PR", "KR", "KR-PR", "NNF", "none"]


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise SpecError(f"{name} is {value!r}; it must be one of {words}.")


def _within(name: str, value: float, low: float, high: float, *, open_ends: bool = False) -> None:
    inside = low < value < high if open_ends else low <= value <= high
    if not inside:
        ends = "strictly between" if open_ends else "between"
        raise SpecError(f"{name} is {value!r}; it must lie {ends} {low:g} and {high:g}.")


@dataclass(frozen=True)
class RandomEffects:
    """Inverse-variance random-effects model.

    Parameters
    ----------
    tau2
        Estimator of the variance between studies.
    ci
        Inference on the estimate; ``hksj-guarded`` is the wider of ``hksj`` and ``z``.
    level
        Coverage of every interval.
    moderators
        A formula (``"~ year + C(design)"``) on the columns of the effects' frame.
    prediction
        Kind of prediction interval; ``auto`` goes with ``ci``.
    seed
        Seed of the bootstrap prediction interval (``NNF``).

    Raises
    ------
    SpecError
        If an argument is not one of the allowed values.

    Examples
    --------
    >>> RandomEffects("DL", ci="z").tau2
    'DL'
    """

    tau2: Tau2 = "REML"
    ci: Ci = "hksj-guarded"
    level: float = 0.95
    moderators: str | None = None
    prediction: Prediction = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        _one_of("tau2", self.tau2, get_args(Tau2))
        _one_of("ci", self.ci, get_args(Ci))
        _one_of("prediction", self.prediction, get_args(Prediction))
        _within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class CommonEffect:
    """Inverse-variance common-effect model."""

    level: float = 0.95
    moderators: str | None = None

    def __post_init__(self) -> None:
        _within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class MantelHaenszel:
    """Mantel-Haenszel pooling of 2x2 tables, or of events over person-time.

    Parameters
    ----------
    measure
        ``OR``, ``RR`` or ``RD`` of 2x2 tables; ``IRR`` or ``IRD`` of events over person-time.
    level
        Coverage of the interval.
    rd_variance
        Variance of ``RD``: ``sato`` (metafor's; for few large or many sparse tables) or
        ``greenland-robins`` (Review Manager's; for large tables).
    """

    measure: Literal["OR", "RR", "RD", "IRR", "IRD"] = "OR"
    level: float = 0.95
    rd_variance: Literal["sato", "greenland-robins"] = "sato"

    def __post_init__(self) -> None:
        _one_of("measure", self.measure, ("OR", "RR", "RD", "IRR", "IRD"))
        _one_of("rd_variance", self.rd_variance, ("sato", "greenland-robins"))
        _within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class Peto:
    """Peto's one-step odds ratio."""

    level: float = 0.95

    def __post_init__(self) -> None:
        _within("level", self.level, 0, 1, open_ends=True)


@dataclass(frozen=True)
class BinomialNormal:
    """Binomial-normal model on counts, single cases as low-weight evidence.

    Parameters
    ----------
    case_weight
        Power of the pseudo-study that holds all reports with n <= 2.
    series_weight
        Power of small non-consecutive series (n = 3 to 9).
    case_cap
        Largest share of the information that single cases may carry.
    interval
        ``auto`` follows the rule of the methods document (2.5).
    cases
        ``pseudo-study`` sums single cases into one unit; ``individual`` keeps rows.
    model
        ``UM.FS``, ``UM.RS``, ``CM.EL`` or ``CM.AL`` for two arms; None for one arm.
    level
        Coverage of every interval.
    """

    case_weight: float = 0.10
    series_weight: float = 0.30
    case_cap: float = 0.10
    interval: Literal["auto", "wald-t", "integrated", "profile", "profile-t"] = "auto"
    cases: Literal["pseudo-study", "individual"] = "pseudo-study"
    model: Literal["UM.FS", "UM.RS", "CM.EL", "CM.AL"] | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        _within("case_weight", self.case_weight, 0, 1)
        _within("series_weight", self.series_weight, 0, 1)
        _within("case_cap", self.case_cap, 0, 1)
        _within("level", self.level, 0, 1, open_ends=True)


Spec = RandomEffects | CommonEffect | MantelHaenszel | Peto | BinomialNormal
