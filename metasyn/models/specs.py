"""What can be asked of :func:`metasyn.pool`: frozen specifications, checked when made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, get_args

from metasyn.errors import SpecError
from metasyn.models.alternative_specs import (
    BetaBinomial,
    FirthLogistic,
    HenmiCopas,
    IVhet,
    PoissonNormal,
    QualityEffects,
)
from metasyn.models.design_weights import DesignWeights
from metasyn.models.spec_checks import one_of as _one_of
from metasyn.models.spec_checks import within as _within

__all__ = [
    "BetaBinomial",
    "BinomialNormal",
    "CommonEffect",
    "FirthLogistic",
    "HenmiCopas",
    "IVhet",
    "MantelHaenszel",
    "Peto",
    "PoissonNormal",
    "QualityEffects",
    "RandomEffects",
    "Spec",
]

Tau2 = Literal[
    "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT", "GENQ"
]
Ci = Literal["z", "t", "hksj", "hksj-adhoc", "hksj-guarded", "kr", "profile"]
Tau2Ci = Literal["QP", "GQ", "PL", "none"]
RateInterval = Literal["auto", "wald-t", "wald-z", "integrated", "profile", "profile-t"]
Prediction = Literal["auto", "simple", "z", "V", "HTS", "HK", "HK-PR", "KR", "KR-PR", "NNF", "none"]


@dataclass(frozen=True)
class RandomEffects:
    """Inverse-variance random-effects model.

    Parameters
    ----------
    tau2
        Estimator of the variance between studies.
    ci
        Inference on the estimate; ``hksj-guarded`` is the wider of ``hksj`` and ``z``. ``kr`` goes
        with REML, ``profile`` (Bartlett-corrected) with ML.
    level
        Coverage of every interval.
    moderators
        A formula (``"~ year + C(design)"``) on the columns of the effects' frame.
    prediction
        Kind of prediction interval; ``auto`` goes with ``ci``. ``KR`` and ``KR-PR`` go with REML.
    seed
        Seed of the bootstrap prediction interval (``NNF``).
    tau2_ci
        Interval of tau2: Q-profile (``QP``), generalised Q (``GQ``; with ``weights`` or 1 / vi) or
        profile likelihood (``PL``; with ML and REML).
    weights
        Fixed positive weights, one a study: those of ``GENQ``, for tau2 and the estimate.

    Raises
    ------
    SpecError
        If an argument is not one of the allowed values, or two do not go together.

    Examples
    --------
    >>> RandomEffects("DL", ci="z").tau2
    'DL'
    """

    tau2: Tau2 = "REML"
    _: KW_ONLY
    ci: Ci = "hksj-guarded"
    level: float = 0.95
    moderators: str | None = None
    prediction: Prediction = "auto"
    seed: int = 0
    tau2_ci: Tau2Ci = "QP"
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        _one_of("tau2", self.tau2, get_args(Tau2))
        _one_of("ci", self.ci, get_args(Ci))
        _one_of("prediction", self.prediction, get_args(Prediction))
        _one_of("tau2_ci", self.tau2_ci, get_args(Tau2Ci))
        _within("level", self.level, 0, 1, open_ends=True)
        if self.weights is not None:
            object.__setattr__(self, "weights", tuple(float(w) for w in self.weights))
        self._check_pairs()

    def _check_pairs(self) -> None:
        """Refuse arguments that do not go together."""
        needs = (
            (self.ci == "kr", "ci 'kr'", ("REML",)),
            (self.ci == "profile", "ci 'profile'", ("ML",)),
            (self.prediction in ("KR", "KR-PR"), f"prediction {self.prediction!r}", ("REML",)),
            (self.tau2_ci == "PL", "tau2_ci 'PL'", ("ML", "REML")),
            (self.weights is not None, "weights", ("GENQ",)),
        )
        for asked, what, estimators in needs:
            if asked and self.tau2 not in estimators:
                words = " or ".join(repr(code) for code in estimators)
                raise SpecError(f"{what} needs tau2 {words}, not {self.tau2!r}.")
        if self.tau2 == "GENQ":
            if self.weights is None:
                raise SpecError("tau2 'GENQ' needs weights, one a study.")
            if not all(0.0 < w < math.inf for w in self.weights):
                raise SpecError("weights must be positive and finite.")


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
        Power of the pseudo-study that holds all reports with n <= 2; 0 is as if they were deleted.
    series_weight
        Power of small non-consecutive series (n = 3 to 9).
    case_cap
        Largest share of the information that single cases may carry; 1 is no cap.
    interval
        ``auto`` is ``wald-t`` (t with Kish's effective number of studies less one) from three
        studies on, ``integrated`` (equal-tailed, with priors) for one or two and where all
        patients or none had the event, and ``profile`` for single cases alone. ``profile-t`` is a
        profile likelihood calibrated by t; ``wald-z`` is metafor's, for comparison only.
    cases
        ``pseudo-study`` sums single cases into one unit; ``individual`` keeps patients apart.
    model
        ``UM.FS``, ``UM.RS``, ``CM.EL`` or ``CM.AL`` for two arms; None for one arm.
    level
        Coverage of every interval.
    design_weights
        Table of weights by design; None: :class:`~metasyn.DesignWeights` as it stands.
    quality
        Appraisal of single cases: study label, or id of a registry's result or study, to a weight
        from 0 to 1 that multiplies the report inside the pseudo-study; reports that are not named
        count 1. ``ms.quality_weights(registry)`` makes it of the sheet ``appraisals``.
    tau_prior
        Scale of the half-normal prior of tau in the integrated interval.

    Raises
    ------
    SpecError
        If an argument lies outside its range.

    References
    ----------
    Weights, cap and interval: sections 2 to 4 of :mod:`metasyn.models.binomial_normal`. Quality
    weighting is biased unless its gain in variance offsets the bias (Greenland & O'Rourke 2001,
    Biostatistics 2:463).
    """

    case_weight: float = 0.10
    series_weight: float = 0.30
    case_cap: float = 0.10
    interval: RateInterval = "auto"
    cases: Literal["pseudo-study", "individual"] = "pseudo-study"
    model: Literal["UM.FS", "UM.RS", "CM.EL", "CM.AL"] | None = None
    level: float = 0.95
    design_weights: DesignWeights | None = None
    quality: Mapping[str, float] | None = field(default=None, hash=False)
    tau_prior: float = 1.0

    def __post_init__(self) -> None:
        _within("case_weight", self.case_weight, 0, 1)
        _within("series_weight", self.series_weight, 0, 1)
        _within("case_cap", self.case_cap, 0, 1)
        _one_of("interval", self.interval, get_args(RateInterval))
        _one_of("cases", self.cases, ("pseudo-study", "individual"))
        _one_of("model", self.model, (None, "UM.FS", "UM.RS", "CM.EL", "CM.AL"))
        _within("level", self.level, 0, 1, open_ends=True)
        _within("tau_prior", self.tau_prior, 0, 10, open_ends=True)
        for label, quality in (self.quality or {}).items():
            _within(f"quality of {label!r}", quality, 0, 1)

    @property
    def table(self) -> DesignWeights:
        """The table of weights in force."""
        return DesignWeights() if self.design_weights is None else self.design_weights


Spec = (
    RandomEffects
    | CommonEffect
    | HenmiCopas
    | IVhet
    | QualityEffects
    | MantelHaenszel
    | Peto
    | BinomialNormal
    | PoissonNormal
    | BetaBinomial
    | FirthLogistic
)
