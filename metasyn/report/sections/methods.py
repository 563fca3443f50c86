"""What was done, sentence by sentence, from the specification and the results."""

from __future__ import annotations

from metasyn.models.groups import Groups
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.models.specs import (
    BinomialNormal,
    CommonEffect,
    MantelHaenszel,
    RandomEffects,
    Spec,
)
from metasyn.report.document import (
    Block,
    Paragraph,
    Section,
    Sentence,
)
from metasyn.report.formats import join_words
from metasyn.report.lines import by_words, is_share, measure_of, outcome_words, own_interval
from metasyn.report.material import Material
from metasyn.report.sections.weights import weight_table, weights
from metasyn.report.wording import TAU2, ci_term, prediction_term

__all__ = ["methods"]

_MEASURES = {
    "PLO": "the log odds of the proportion",
    "PR": "the proportion",
    "PLN": "the log proportion",
    "PAS": "the arcsine of the proportion",
    "PFT": "the double arcsine of the proportion",
    "RR": "the log risk ratio",
    "OR": "the log odds ratio",
    "RD": "the risk difference",
    "PETO": "Peto’s log odds ratio",
}


def methods(material: Material) -> Section:
    """Paragraphs on the data, the model, the check, and the software."""
    groups = material.groups
    paragraphs = [
        Paragraph(_data(groups), lead="Data."),
        Paragraph((*_model(groups), *_intervals(groups), *_not_pooled(groups)), lead="Model."),
    ]
    if isinstance(groups.spec, BinomialNormal) and groups.spec.model is None:
        paragraphs.append(Paragraph(weights(groups.spec), lead="Single cases."))
    if material.check is not None:
        paragraphs.append(Paragraph(_check(material.check), lead="Check."))
    paragraphs.append(Paragraph(_software(material), lead="Software."))
    blocks: tuple[Block, ...] = (*paragraphs, *weight_table(groups))
    return Section("methods", "Methods", blocks)


def _data(groups: Groups) -> tuple[Sentence, ...]:
    sentences = [
        Sentence(
            f"Rows with {outcome_words(groups.records)} were taken from the workbook as they "
            f"stand and grouped by {by_words(groups)}; no number was changed or imputed."
        ),
        Sentence(
            "No patient counts twice within a line: of rows that describe the same patients, "
            "and of reports marked as overlapping, the larger stays and the other is set aside."
        ),
    ]
    if own_interval(groups) == "exact":
        sentences.append(
            Sentence(
                "The proportion of a single row is events over patients, with an exact interval.",
                ("clopper1934",),
            )
        )
    return tuple(sentences)


def _model(groups: Groups) -> tuple[Sentence, ...]:
    if not any(line.studies for line in groups.lines):
        return ()
    return _model_of(groups.spec, measure_of(groups))


def _model_of(spec: Spec, measure: str) -> tuple[Sentence, ...]:
    match spec:
        case BinomialNormal(model=None):
            return (
                Sentence(
                    "Proportions were pooled with a binomial-normal random-effects model: the "
                    "counts of each study are binomial and the studies’ true log odds vary "
                    "normally around their mean. It was fitted by maximum likelihood with "
                    "adaptive Gauss–Hermite quadrature; counts of zero need no correction.",
                    ("stijnen2010",),
                ),
                Sentence(
                    "The pooled proportion is that of the median study, back-transformed from "
                    "the mean of the log odds."
                ),
            )
        case BinomialNormal(model=str() as name):
            return (
                Sentence(
                    f"Two-arm counts were pooled with a binomial-normal model ({name}), without "
                    "correction of zero counts.",
                    ("stijnen2010",),
                ),
            )
        case RandomEffects():
            scale = _MEASURES.get(measure, "the effect measure")
            term = TAU2[spec.tau2]
            return (
                Sentence(
                    f"Studies were pooled by inverse variance under a random-effects model, on "
                    f"{scale}; the variance between studies was estimated by {term.long}.",
                    term.cites,
                ),
            )
        case CommonEffect():
            scale = _MEASURES.get(measure, "the effect measure")
            return (
                Sentence(
                    f"Studies were pooled by inverse variance under a common-effect model, on "
                    f"{scale}."
                ),
            )
        case MantelHaenszel():
            return (
                Sentence(
                    "Studies were pooled by the method of Mantel and Haenszel.", ("mantel1959",)
                ),
            )
        case _:
            return (Sentence("Odds ratios were pooled by Peto’s one-step method.", ("yusuf1985",)),)


def _intervals(groups: Groups) -> tuple[Sentence, ...]:
    results = [r for r in groups.values() if isinstance(r, Pooled)]
    if not results:
        return (Sentence("No line had enough reports, or enough variation, to be pooled."),)
    level = f"{100 * groups.spec.level:g}%"
    sentences = []
    terms = {ci_term(r.ci).short: ci_term(r.ci) for r in results if r.ci is not None}
    if terms:
        sentences.append(
            Sentence(
                f"{level} confidence intervals use "
                f"{join_words([term.long for term in terms.values()], 'or')}"
                + (", as marked in the table" if len(terms) > 1 else "")
                + ".",
                tuple(key for term in terms.values() for key in term.cites),
            )
        )
    predictions = {
        prediction_term(r.prediction).short: prediction_term(r.prediction)
        for r in results
        if r.prediction is not None
    }
    if predictions:
        sentences.append(
            Sentence(
                f"{level} prediction intervals, which show where the true value of a further, "
                "similar study would lie, use "
                f"{join_words([term.long for term in predictions.values()], 'or')}.",
                (*(key for term in predictions.values() for key in term.cites), "riley2011"),
            )
        )
    sentences.extend(_priors(groups.spec, results))
    if any(isinstance(r, PooledRate) for r in results):
        sentences.append(
            Sentence(
                "The weight of a row is its share of the information on the pooled proportion.",
                ("riley2018",),
            )
        )
    return tuple(sentences)


def _priors(spec: Spec, results: list[Pooled]) -> list[Sentence]:
    """The priors behind integrated intervals, where a line has one."""
    if not isinstance(spec, BinomialNormal):
        return []
    if not any(r.ci is not None and r.ci.method == "integrated" for r in results):
        return []
    where = (
        "Where the likelihood was integrated, which is done if there are only one or two studies "
        "or if they are all or nothing,"
        if spec.interval == "auto"
        else "The likelihood was integrated:"
    )
    return [
        Sentence(
            f"{where} the estimate is the posterior "
            "median; the prior of the proportion is uniform and that of tau half-normal with "
            f"scale {spec.tau_prior:g}."
        )
    ]


def _not_pooled(groups: Groups) -> tuple[Sentence, ...]:
    codes = {line.result.code for line in groups.lines if isinstance(line.result, NotPooled)}
    reasons = [
        words
        for code, words in (
            ("single-study", "a single report"),
            ("cases-only", "nothing but single cases"),
            ("no-events", "no events at all"),
            ("all-events", "events in all patients"),
        )
        if code in codes
    ]
    if not reasons:
        return ()
    lines = f"Lines with {join_words(reasons, 'or')} were not pooled"
    if not is_share(measure_of(groups)):
        return (Sentence(f"{lines}."),)
    return (
        Sentence(f"{lines}; they show the summed counts with an exact interval.", ("clopper1934",)),
    )


def _check(check: Groups) -> tuple[Sentence, ...]:
    sentences = list(_model_of(check.spec, measure_of(check)))
    first = sentences[0]
    sentences[0] = Sentence(f"As a check, {first.text[0].lower()}{first.text[1:]}", first.cites)
    sentences.append(
        Sentence("It leaves out single cases, to which inverse variance cannot do justice.")
    )
    sentences.extend(
        _intervals(check)[:1]
        if any(isinstance(result, Pooled) for result in check.values())
        else ()
    )
    return tuple(sentences)


def _software(material: Material) -> tuple[Sentence, ...]:
    versions = material.versions
    named = [f"{name} {version}" for name, version in versions.items()]
    cites = tuple(
        key
        for name, key in (
            ("numpy", "harris2020"),
            ("scipy", "virtanen2020"),
            ("pandas", "mckinney2010"),
            ("statsmodels", "seabold2010"),
        )
        if name in versions
    )
    sentences = [Sentence(f"Analyses were made with {join_words(named)}.", cites)] if named else []
    sentences.append(
        Sentence(
            "The models are checked against metafor for R, with which they agree.",
            ("viechtbauer2010",),
        )
    )
    return tuple(sentences)
