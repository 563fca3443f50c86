"""What was asked, and the answer in brief."""

from __future__ import annotations

from metasyn.models.groups import Groups, Line
from metasyn.models.results import NotPooled, Pooled
from metasyn.report.arms import both_arms, compared_cells
from metasyn.report.document import Bullets, Paragraph, Section, Sentence
from metasyn.report.formats import join_words, plural, sentence_case
from metasyn.report.lines import (
    by_words,
    cases,
    counts_text,
    estimate_text,
    is_harm,
    is_share,
    level_words,
    limits_text,
    line_cells,
    measure_of,
    measure_words,
    outcome_words,
    reports,
    shown_line,
    value_text,
)
from metasyn.report.material import Material

__all__ = ["brief", "question"]


def question(material: Material) -> Section:
    """The question, and which rows of the workbook can answer it."""
    asked = (Paragraph((Sentence(material.question),)),) if material.question else ()
    return Section("question", "Question", (*asked, Paragraph(_chosen(material.groups))))


def _chosen(groups: Groups) -> tuple[Sentence, ...]:
    records = groups.records
    outcomes = records.query.get("outcome", ())
    codes = records.codes.get("outcome")
    labels = [codes.label(code) if codes else code for code in outcomes]
    sentences = []
    if labels:
        text = f"The outcome is {labels[0]}"
        if len(labels) > 1:
            text += (
                f", or, where patients have no row for it, {join_words(labels[1:], 'or')}; "
                "patients with both are counted once, by the first"
            )
        sentences.append(Sentence(f"{text}."))
    for column, accepted in records.query.items():
        if column == "outcome" or not accepted:
            continue
        known = records.codes.get(column)
        words = [known.label(code) if known else code for code in accepted]
        sentences.append(
            Sentence(f"Rows are used if the workbook’s column ‘{column}’ says {_quoted(words)}.")
        )
    sentences.append(Sentence(f"Results are given by {by_words(groups)}."))
    return tuple(sentences)


def _quoted(words: list[str]) -> str:
    return join_words([f"‘{word}’" for word in words], "or")


def brief(material: Material) -> Section:
    """One sentence for every pooled line, one for all the others."""
    lines = material.groups.lines
    pooled = [line for line in lines if isinstance(line.result, Pooled)]
    others = [
        (line, line.result.code)
        for line in lines
        if isinstance(line.result, NotPooled) and line.studies
    ]
    controls = [line for line in lines if line.is_control]
    empty = [line for line in lines if not line.studies and not line.is_control]
    points = [_pooled_point(line, material.groups) for line in pooled]
    points += [
        _counted_point(lead, chosen)
        for lead, chosen in (
            (
                "Too few reports, or too uniform counts, to pool.",
                [line for line, why in others if why != "cases-only"],
            ),
            (
                f"Published single cases only, no estimate of {_of_what(lines)}.",
                [line for line, why in others if why == "cases-only"],
            ),
        )
        if chosen
    ]
    points += [
        Paragraph((Sentence(f"{join_words([one.label for one in chosen])}: {words}."),), lead=lead)
        for lead, words, chosen in (
            ("Compared with.", "shown as the control of other lines", controls),
            ("No usable row.", "every row was set aside", empty),
        )
        if chosen
    ]
    return Section("brief", "In brief", (Bullets(tuple(points)), _caution(material.groups)))


def _pooled_point(line: Line, groups: Groups) -> Paragraph:
    what = shown_line(line)
    weighed = tuple(row for row in line.studies if row.weight)
    share = is_share(what.measure)
    name = measure_words(groups)
    value = (
        f"in an estimated {estimate_text(what)}"
        if share
        else f"estimated {name[:1].lower()}{name[1:]} {estimate_text(what)}"
    )
    interval = (
        f" ({level_words(groups)} confidence interval {limits_text(what)})" if what.ci else ""
    )
    both = both_arms(weighed, groups)
    source = plural(reports(weighed), "report")
    if both is not None:
        source += f" with {f'{both[0]} of ' if share else ''}{plural(both[1], 'patient')}"
    return Paragraph(
        (
            Sentence(
                f"{sentence_case(outcome_words(groups.records))}{'' if share else ':'} {value}"
                f"{interval}; {source}"
                f"{_about_cases(line)}.",
                sources=compared_cells(weighed, groups),
            ),
        ),
        lead=f"{line.label}.",
    )


def _about_cases(line: Line) -> str:
    singles = cases(line)
    if not singles:
        return ""
    counted = plural(len(singles), "single case", words=True)
    if all(row.weight for row in singles):
        return f", among them {counted} at low weight"
    return f"; {counted} shown without weight"


def _counted_point(lead: str, lines: list[Line]) -> Paragraph:
    counted = [
        f"{line.label} {counts_text(line.studies, ' of ')}"
        if is_share(shown_line(line).measure)
        else f"{line.label} {value_text(shown_line(line))}"
        for line in lines
    ]
    cells = tuple(cell for line in lines for cell in line_cells(line.studies))
    return Paragraph((Sentence(f"{join_words(counted)}.", sources=cells),), lead=lead)


def _of_what(lines: tuple[Line, ...]) -> str:
    return "risk" if any(is_harm(line) for line in lines) else "efficacy"


def _caution(groups: Groups) -> Paragraph:
    if not is_share(measure_of(groups)) or not any(line.studies for line in groups.lines):
        return Paragraph(())
    return Paragraph(
        (
            Sentence(
                "These are proportions among treated patients, without a comparison group. They "
                "do not say how the patients would have fared with another treatment or with none, "
                "and they are not comparable between lines whose patients differ."
            ),
        ),
        lead="How to read this.",
        tone="caution",
    )
