"""What was done, sentence by sentence, from the specification and the results."""

from __future__ import annotations

from metasyn.models.groups import Groups
from metasyn.models.rate import PooledRate
from metasyn.models.results import NotPooled, Pooled
from metasyn.models.specs import BinomialNormal, RandomEffects, Spec
from metasyn.report.absolute import RELATIVE
from metasyn.report.document import Block, Paragraph, Section, Sentence
from metasyn.report.formats import join_words, percent, within_sentence
from metasyn.report.lines import (
    by_words,
    cases,
    is_share,
    measure_of,
    outcome_words,
    own_interval,
    pooled_of,
)
from metasyn.report.material import Material
from metasyn.report.sections.certainty import certainties_of
from metasyn.report.sections.conversions import has_conversions
from metasyn.report.sections.methods_models import (
    model_sentences,
    tau2_interval_sentences,
    zero_cell_sentences,
)
from metasyn.report.sections.weights import weight_table, weights
from metasyn.report.wording import ci_term, prediction_term

__all__ = ["methods"]


def methods(material: Material) -> Section:
    """Paragraphs on the data, the model, the check, and the software."""
    groups = material.groups
    paragraphs = [
        Paragraph(_data(groups), lead="Data."),
        Paragraph((*_model(groups), *_intervals(groups), *_not_pooled(groups)), lead="Model."),
    ]
    light = weights(groups)
    if light:
        paragraphs.append(Paragraph(light, lead="Single cases and small series."))
    if material.check is not None:
        paragraphs.append(Paragraph(_check(material.check), lead="Check."))
    elsewise = _otherwise(material)
    if elsewise:
        paragraphs.append(Paragraph(elsewise, lead="Other models."))
    judged = _certainty(material)
    if judged:
        paragraphs.append(Paragraph(judged, lead="Summary of findings."))
    paragraphs.append(Paragraph(_software(material), lead="Software."))
    blocks: tuple[Block, ...] = (*paragraphs, *weight_table(groups))
    return Section("methods", "Methods", blocks)


def _data(groups: Groups) -> tuple[Sentence, ...]:
    sentences = [
        Sentence(
            f"Rows with {outcome_words(groups.records)} were taken from the workbook as they "
            f"stand and grouped by {by_words(groups)}; {_untouched(groups)}."
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


def _untouched(groups: Groups) -> str:
    """What was done to the numbers of the workbook, or that nothing was."""
    if has_conversions(groups):
        return "how every estimate came from them is told above, row by row"
    if zero_cell_sentences(pooled_of(groups)):
        return "no number was changed or imputed, but counts of zero were corrected as told below"
    return "no number was changed or imputed"


def _model(groups: Groups) -> tuple[Sentence, ...]:
    if not any(line.studies for line in groups.lines):
        return ()
    return (
        *model_sentences(groups.spec, measure_of(groups)),
        *zero_cell_sentences(pooled_of(groups)),
    )


def _intervals(groups: Groups) -> tuple[Sentence, ...]:
    results = pooled_of(groups)
    if not results:
        return (Sentence("No line had enough reports, or enough variation, to be pooled."),)
    level = f"{100 * groups.spec.level:g}%"
    sentences = []
    share = is_share(measure_of(groups))
    found = [ci_term(one.ci, share=share) for one in results if one.ci is not None]
    terms = {term.short: term for term in found}
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
    sentences.extend(_bootstrap(groups.spec, results))
    sentences.extend(tau2_interval_sentences(groups.spec, results))
    sentences.extend(_priors(groups.spec, results))
    if any(isinstance(r, PooledRate) for r in results):
        sentences.append(
            Sentence(
                "The weight of a row is its share of the information on the pooled proportion.",
                ("riley2018",),
            )
        )
    return tuple(sentences)


def _bootstrap(spec: Spec, results: list[Pooled]) -> list[Sentence]:
    """Draws and seed of a bootstrap prediction interval, where a line has one."""
    drawn = any(one.prediction and one.prediction.method == "NNF" for one in results)
    if not drawn or not isinstance(spec, RandomEffects):
        return []
    from metasyn.models.random_effects.bootstrap import DRAWS

    return [Sentence(f"The bootstrap made {DRAWS:,} draws from seed {spec.seed}.")]


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
            "median; the prior of the proportion is uniform and that of τ half-normal with "
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
    sentences = list(_model(check))
    first = sentences[0]
    sentences[0] = Sentence(f"As a check, {first.text[0].lower()}{first.text[1:]}", first.cites)
    if any(cases(line) for line in check.lines):
        sentences.append(
            Sentence("It leaves out single cases, to which inverse variance cannot do justice.")
        )
    sentences.extend(
        _intervals(check)[:1]
        if any(isinstance(result, Pooled) for result in check.values())
        else ()
    )
    return tuple(sentences)


def _otherwise(material: Material) -> tuple[Sentence, ...]:
    """What comparisons were pooled by besides."""
    if is_share(measure_of(material.groups)) or not material.sensitivity:
        return ()
    names = join_words([within_sentence(name) for name in material.sensitivity])
    return (Sentence(f"The same rows were pooled otherwise as well: {names}."),)


def _certainty(material: Material) -> tuple[Sentence, ...]:
    """How certainty was judged and differences were made, where they were."""
    found = [one for line in material.groups.lines for one in certainties_of(line, material)]
    sentences = []
    if found:
        double = all(row.is_double for one in found for row in one.judgements)
        who = "two people, each alone," if double else "people"
        sentences.append(
            Sentence(
                f"The certainty of the evidence was judged by {who} after GRADE; their levels were "
                "added up and kept between very low and high.",
                ("guyatt2011",),
            )
        )
    groups = material.groups
    if measure_of(groups) in RELATIVE and pooled_of(groups):
        risk = "the median risk of the comparison groups of the line"
        if material.baseline_risk is not None:
            risk = f"a stated risk of {percent(material.baseline_risk, 1)} without treatment"
        sentences.append(
            Sentence(
                f"Differences per 1,000 patients follow from the pooled effect and {risk}, which "
                "is taken as known.",
                ("guyatt2013",),
            )
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
            "Where metafor for R has the same model, the tests of metasyn hold the results "
            "against it.",
            ("viechtbauer2010",),
        )
    )
    return tuple(sentences)
