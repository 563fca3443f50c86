"""What stands under a forest plot: the model, the intervals, the weights, in words."""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.figures.forest.content import Content
from metasyn.figures.styles import Style
from metasyn.figures.text_metrics import clean
from metasyn.figures.words import (
    interval_method,
    model_name,
    number,
    prediction_method,
    unbroken,
)
from metasyn.models.interval import Interval
from metasyn.models.results import NotPooled, Pooled
from metasyn.models.specs import BinomialNormal, CommonEffect, RandomEffects, Spec

__all__ = ["footer"]

TAU2_NAMES = {
    "DL": "DerSimonian–Laird",
    "HE": "Hedges–Olkin",
    "HS": "Hunter–Schmidt",
    "HSk": "Hunter–Schmidt, small samples",
    "SJ": "Sidik–Jonkman",
    "ML": "maximum likelihood",
    "REML": "restricted maximum likelihood",
    "EB": "empirical Bayes",
    "PM": "Paule–Mandel",
    "PMM": "Paule–Mandel, median-unbiased",
    "DLIT": "DerSimonian–Laird, iterated",
    "SJIT": "Sidik–Jonkman, iterated",
    "GENQ": "generalised Q",
}


MODELS = {
    "CommonEffect": "common effect, inverse variance",
    "HenmiCopas": "common-effect weights with the interval of Henmi and Copas",
    "IVhet": "common-effect weights, variance with the heterogeneity between studies (IVhet)",
    "QualityEffects": "quality effects (Doi)",
    "MantelHaenszel": "common effect, Mantel–Haenszel",
    "Peto": "common effect, Peto’s one-step odds ratio",
    "PoissonNormal": "Poisson-normal, log scale, maximum likelihood",
    "BetaBinomial": "beta-binomial, maximum likelihood",
    "FirthLogistic": "logistic regression with Firth’s penalised likelihood",
}
"""Models without options that a reader has to know."""


def footer(content: Content, style: Style) -> tuple[str, ...]:
    """Sentences on the model, in the order in which a reader asks for them."""
    spec, lines = content.spec, content.lines
    steps = content.sections[0].role in ("left-out", "added")
    pooled = [line.result for line in lines if isinstance(line.result, Pooled)]
    sentences = [*content.sentences, _model(spec), _intervals(content)]
    predictions = {
        prediction_method(result.prediction) for result in pooled if result.prediction is not None
    }
    if predictions and content.sections[0].role != "added":
        sentences.append(
            f"Prediction interval for the true value in a new study: {_join(predictions)}."
        )
    if pooled and not steps:
        sentences.append(_weights(spec, style))
    return (*sentences, *_further(content), *_ordered(content), *_single_cases(content))


def _ordered(content: Content) -> tuple[str, ...]:
    """The order of the rows, where there is more than one."""
    if not content.ordered or all(len(section.shown) < 2 for section in content.sections):
        return ()
    return (f"Order of studies: {content.ordered}.",)


def _further(content: Content) -> tuple[str, ...]:
    """What further models are, by the names that the figure gives them."""
    found: dict[str, Pooled] = {}
    for section in content.sections:
        for name, other in section.others:
            if isinstance(other, Pooled):
                found.setdefault(name, other)
    said = []
    for name, pooled in found.items():
        ci = pooled.ci or pooled.transformed().ci
        how = f" Interval: {interval_method(ci)}." if ci is not None and ci.method else ""
        said.append(f"{clean(name)}: {_model(pooled.spec).removeprefix('Model: ')}{how}")
    return tuple(said)


def _single_cases(content: Content) -> tuple[str, ...]:
    refused = [line.result for line in content.lines if isinstance(line.result, NotPooled)]
    cases = any(row.is_case for line in content.lines for row in line.studies)
    sentences = []
    if cases and not isinstance(content.spec, BinomialNormal):
        sentences.append("Single cases are shown and have no part in pooled estimates.")
    if any(result.code == "cases-only" for result in refused):
        sentences.append(
            "Lines with single cases only show the share of successes among published cases; they "
            "are no estimate of efficacy."
        )
    return tuple(sentences)


def _model(spec: Spec) -> str:
    match spec:
        case BinomialNormal(model=None):
            return f"Model: binomial-normal, logit scale, maximum likelihood. {_cases(spec)}"
        case BinomialNormal():
            return f"Model: binomial-normal for two arms ({spec.model}), maximum likelihood."
        case RandomEffects():
            return f"Model: random effects, inverse variance; τ² by {TAU2_NAMES[spec.tau2]}."
    return f"Model: {MODELS.get(type(spec).__name__, model_name(spec))}."


def _cases(spec: BinomialNormal) -> str:
    words = f"Single cases ({unbroken('n ≤ 2')})"
    if spec.case_weight == 0:
        text = f"{words} are shown and have no part in pooled rates"
    else:
        how = "together as one study" if spec.cases == "pseudo-study" else "one by one"
        text = f"{words} count {how} at weight {number(spec.case_weight, 2)}"
        if spec.case_cap < 1:
            text += f", with at most {number(100 * spec.case_cap, 0)}% of the information"
    if spec.design_weights is not None:
        return f"{text}; other studies count by the weights of the analysis’s own table."
    series = f"small non-consecutive series ({unbroken('n 3–9')})"
    return f"{text}; {series} count at weight {number(spec.series_weight, 2)}."


def _intervals(content: Content) -> str:
    """Methods of all intervals that are drawn: studies, sums that are not pooled, pooled lines."""
    lines, role = content.lines, content.sections[0].role
    results = [line.result for line in lines if role != "added"]
    drawn: dict[str, list[Interval | None]] = {
        "rows" if role in ("left-out", "added") else "studies": [
            row.ci for line in lines for row in line.studies
        ],
        "sums that are not pooled": [r.ci for r in results if isinstance(r, NotPooled)],
        "pooled": [r.ci for r in results if isinstance(r, Pooled)],
    }
    by_methods: dict[str, list[str]] = {}
    for what, intervals in drawn.items():
        methods = _join({interval_method(ci) for ci in intervals if ci is not None and ci.method})
        if methods:
            by_methods.setdefault(methods, []).append(what)
    said = "; ".join(f"{' and '.join(whats)}, {names}" for names, whats in by_methods.items())
    level = number(100 * content.spec.level, 1).removesuffix(".0")
    return f"Intervals ({level}%): {said}."


def _weights(spec: Spec, style: Style) -> str:
    match spec:
        case BinomialNormal(model=None):
            share = "share of the information on the pooled rate"
        case RandomEffects() | CommonEffect():
            share = "share of the inverse-variance weights"
        case _:
            share = "share of the pooled estimate"
    if style.percent_square:
        return f"Weight: {share}; the sides of squares grow with it in a straight line."
    return f"Weight: {share}; squares have areas in proportion to it."


def _join(words: Iterable[str]) -> str:
    ordered = sorted(words)
    if len(ordered) < 2:
        return "".join(ordered)
    return f"{'; '.join(ordered[:-1])} or {ordered[-1]}"
