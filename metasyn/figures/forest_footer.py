"""What stands under a forest plot: the model, the intervals, the weights, in words."""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.figures.words import interval_method, model_name, number, unbroken
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
}
"""Models without options that a reader has to know."""


def footer(spec: Spec, results: Iterable[Pooled | NotPooled], proportions: bool) -> tuple[str, ...]:
    """Sentences on the model, in the order in which a reader asks for them."""
    found = tuple(results)
    pooled = [result for result in found if isinstance(result, Pooled)]
    refused = [result for result in found if isinstance(result, NotPooled)]
    drawn = "studies and lines that are not pooled" if refused else "studies"
    sentences = [_model(spec), _intervals(spec, drawn, pooled, proportions)]
    predictions = {
        interval_method(result.prediction) for result in pooled if result.prediction is not None
    }
    if predictions:
        sentences.append(
            f"Prediction interval for the true value in a new study: {_join(predictions)}."
        )
    if pooled:
        sentences.append(_weights(spec))
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
    weight = number(spec.case_weight, 2)
    series = number(spec.series_weight, 2)
    together = (
        f"Single cases ({unbroken('n ≤ 2')}) count together as one study"
        if spec.cases == "pseudo-study"
        else f"Single cases ({unbroken('n ≤ 2')}) count one by one"
    )
    return (
        f"{together} at weight {weight}, with at most {number(100 * spec.case_cap, 0)}% of the "
        f"information; small non-consecutive series ({unbroken('n 3–9')}) count at weight {series}."
    )


def _intervals(spec: Spec, drawn: str, pooled: list[Pooled], proportions: bool) -> str:
    level = number(100 * spec.level, 1).removesuffix(".0")
    methods = {interval_method(result.ci) for result in pooled if result.ci is not None}
    studies = "exact (Clopper–Pearson)" if proportions else "Wald"
    text = f"Intervals ({level}%): {drawn}, {studies}"
    return f"{text}; pooled, {_join(methods)}." if methods else f"{text}."


def _weights(spec: Spec) -> str:
    match spec:
        case BinomialNormal(model=None):
            share = "share of the information on the pooled rate"
        case RandomEffects() | CommonEffect():
            share = "share of the inverse-variance weights"
        case _:
            share = "share of the pooled estimate"
    return f"Weight: {share}; squares have areas in proportion to it."


def _join(words: Iterable[str]) -> str:
    ordered = sorted(words)
    if len(ordered) < 2:
        return "".join(ordered)
    return f"{'; '.join(ordered[:-1])} or {ordered[-1]}"
