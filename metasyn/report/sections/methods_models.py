"""Models in sentences: one for every specification, true of its own options and of no other's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from metasyn.models.results import Pooled
from metasyn.models.specs import (
    BetaBinomial,
    BinomialNormal,
    CommonEffect,
    FirthLogistic,
    HenmiCopas,
    IVhet,
    MantelHaenszel,
    Peto,
    PoissonNormal,
    QualityEffects,
    RandomEffects,
    Spec,
)
from metasyn.report.document import Sentence
from metasyn.report.formats import plural, sentence_case
from metasyn.report.wording import TAU2, TAU2_CI

__all__ = ["model_sentences", "tau2_interval_sentences", "zero_cell_sentences"]

_TWO_ARMS = {
    "UM.FS": "with a fixed baseline for every study",
    "UM.RS": "with baselines that vary normally between studies",
    "CM.EL": "on the events of the treated arm given those of both arms (exact likelihood)",
    "CM.AL": "on the events of the treated arm given those of both arms (approximate likelihood)",
}
_TABLES = {
    "OR": ("robins1986",),
    "RR": ("greenland1985",),
    "IRR": ("greenland1985",),
    "IRD": ("greenland1985",),
}
_RD_VARIANCE = {
    "sato": ("the variance of Sato", "sato1989"),
    "greenland-robins": ("the variance of Greenland and Robins", "greenland1985"),
}
_FIXED: Mapping[type, Sentence] = {
    Peto: Sentence("Odds ratios were pooled by Peto’s one-step method.", ("yusuf1985",)),
    BetaBinomial: Sentence(
        "Counts were pooled with a beta-binomial model: the risks of the arms vary by a beta "
        "distribution around their mean.",
        ("ma2016",),
    ),
    FirthLogistic: Sentence(
        "Counts were pooled by logistic regression with an intercept for every study and Firth’s "
        "penalty, which keeps estimates finite.",
        ("firth1993",),
    ),
}
_ADDED = re.compile(r"^(?P<constant>\S+) was added to .+ \(to=(?P<to>\w+)\) of")
_TO = {
    "only0": "to each count of every row with a zero count",
    "if0all": "to each count of every row, because some row had a zero count",
    "all": "to each count of every row",
}


def scale_words(measure: str) -> str:
    """What is pooled, in words.

    Examples
    --------
    >>> scale_words("PLO"), scale_words("RR")
    ('log odds of the proportion', 'log risk ratio')
    """
    from metasyn.effects.measures import measure_of

    if measure == "PLO":
        return "log odds of the proportion"
    if measure == "GEN":
        return "effect as it was given"
    label = measure_of(measure).label
    return label[:1].lower() + label[1:]


def model_sentences(spec: Spec, measure: str) -> tuple[Sentence, ...]:
    """What was pooled, and how."""
    match spec:
        case BinomialNormal(model=None):
            return _rates()
        case BinomialNormal(model=str() as name):
            return (
                Sentence(
                    f"Odds ratios were pooled with a binomial-normal random-effects model "
                    f"{_TWO_ARMS[name]}; counts of zero need no correction.",
                    ("stijnen2010", "jackson2018"),
                ),
            )
        case PoissonNormal():
            arms = "rates" if spec.model is None else "rate ratios"
            how = "" if spec.model is None else f" {_TWO_ARMS[spec.model]}"
            text = (
                f"Incidence {arms} were pooled with a Poisson-normal random-effects model{how}; "
                "counts of zero need no correction."
            )
            return (Sentence(text, ("stijnen2010",)),)
        case MantelHaenszel():
            return _mantel_haenszel(spec, measure)
        case Peto() | BetaBinomial() | FirthLogistic():
            return (_FIXED[type(spec)],)
        case _:
            return _inverse_variance(spec, measure)


def _rates() -> tuple[Sentence, ...]:
    return (
        Sentence(
            "Proportions were pooled with a binomial-normal random-effects model: the counts of "
            "each study are binomial and the studies’ true log odds vary normally around their "
            "mean. It was fitted by maximum likelihood with adaptive Gauss–Hermite quadrature; "
            "counts of zero need no correction.",
            ("stijnen2010",),
        ),
        Sentence(
            "The pooled proportion is that of the median study, back-transformed from the mean of "
            "the log odds."
        ),
    )


def _mantel_haenszel(spec: MantelHaenszel, measure: str) -> tuple[Sentence, ...]:
    from metasyn.effects.measures import measure_of

    name = measure_of(measure).display
    text = f"{sentence_case(name)}s were pooled by the method of Mantel and Haenszel"
    if spec.measure == "RD":
        words, key = _RD_VARIANCE[spec.rd_variance]
        return (Sentence(f"{text}, with {words}.", ("mantel1959", key)),)
    return (Sentence(f"{text}.", ("mantel1959", *_TABLES[spec.measure])),)


def _inverse_variance(spec: Spec, measure: str) -> tuple[Sentence, ...]:
    scale = f"on the {scale_words(measure)}"
    match spec:
        case RandomEffects():
            term = TAU2[spec.tau2]
            weights = "" if spec.weights is None else ", with weights that were given beforehand"
            text = (
                f"Studies were pooled by inverse variance under a random-effects model, {scale}"
                f"{weights}; the variance between studies was estimated by {term.long}."
            )
            return Sentence(text, term.cites), *_moderators(spec.moderators)
        case CommonEffect():
            text = f"Studies were pooled by inverse variance under a common-effect model, {scale}."
            return Sentence(text), *_moderators(spec.moderators)
        case HenmiCopas():
            text = (
                f"Studies were pooled with the weights of a common effect, {scale}; the interval "
                "allows for differences between studies and for missing small studies."
            )
            return (Sentence(text, ("henmi2010",)),)
        case IVhet() | QualityEffects():
            term = TAU2[spec.tau2]
            quality = isinstance(spec, QualityEffects)
            weights = "weights that follow the appraisal of the studies" if quality else ""
            text = (
                f"Studies were pooled with {weights or 'the weights of a common effect'}, {scale}; "
                f"the variance of the estimate allows for differences between studies, estimated "
                f"by {term.long}."
            )
            return (Sentence(text, ("doi2015b" if quality else "doi2015", *term.cites)),)
        case _:
            raise AssertionError(f"no words for {type(spec).__name__}")


def _moderators(formula: str | None) -> tuple[Sentence, ...]:
    return () if formula is None else (Sentence(f"Moderators in the model: {formula}."),)


def tau2_interval_sentences(spec: Spec, results: Iterable[Pooled]) -> list[Sentence]:
    """How the intervals of the variance between studies were made, where there are any."""
    methods = {one.tau2_ci.method for one in results if one.tau2_ci is not None}
    terms = [TAU2_CI[name] for name in TAU2_CI if name in methods]
    if not terms:
        return []
    words = " or ".join(term.long for term in terms)
    level = f"{100 * spec.level:g}%"
    return [
        Sentence(
            f"{level} intervals of the variance between studies (τ²) use {words}.",
            tuple(key for term in terms for key in term.cites),
        )
    ]


def zero_cell_sentences(results: Iterable[Pooled]) -> list[Sentence]:
    """What was added to zero counts, where anything was: each kind of addition once."""
    found: dict[tuple[str, str], int] = {}
    for one in results:
        for note in one.data.notes:
            match = _ADDED.match(note.message) if note.code == "zero-cells" else None
            if match:
                key = match["constant"], match["to"]
                found[key] = found.get(key, 0) + 1
    return [
        Sentence(f"In {plural(lines, 'line')}, {constant} was added {_TO.get(to, 'to counts')}.")
        for (constant, to), lines in found.items()
    ]
