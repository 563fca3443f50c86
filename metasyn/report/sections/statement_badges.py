"""Badges of treatments and reports, each with the statements that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metasyn.figures.badge import badge_svg
from metasyn.models.groups import Groups
from metasyn.records import Codes, Statement
from metasyn.records.study import NOTICES
from metasyn.records.tallies import Tallies, Tally
from metasyn.report.badges import Badge, Badges, Quote
from metasyn.report.document import Sentence
from metasyn.report.formats import plural, sentence_case
from metasyn.report.links import web_url

__all__ = ["cell_of", "report_badges", "treatment_badges"]


def treatment_badges(tallies: Tallies, groups: Groups) -> tuple[Badges, ...]:
    """Badges of the lines' treatments, without statements too, then of all other treatments."""
    lines = [line.code for line in groups.lines] if groups.by == "intervention" else []
    spoken = dict.fromkeys(one.intervention for one in tallies.treatments if one.statements)
    others = [code for code in spoken if code not in lines]
    labels = {study.study_id: study.label_with_notice for study in groups.records.studies}
    known = groups.records.codes.get("intervention")

    def badges(lead: str, codes: Iterable[str]) -> Badges:
        items = []
        for code in codes:
            tally = tallies.treatment(code)
            label = (known.label(code) if known and code else code) or "No treatment named"
            items.append(_badge(tally, label, labels, groups.records.codes))
        return _block(lead, items)

    found = (
        badges("On the treatments of this report, whatever the outcome.", lines),
        badges("On other treatments." if lines else "By treatment.", others),
    )
    return tuple(block for block in found if block.items)


def report_badges(tallies: Tallies, groups: Groups) -> Badges:
    """Badges of the reports shown that are spoken of or have a notice; the others are counted."""
    shown = dict.fromkeys(
        row.record.study_id for line in groups.lines for row in line.studies if row.record
    )
    mine = [one for one in tallies.studies if one.study_id in shown]
    spoken = [one for one in mine if one.statements or one.notices]
    labels = {study.study_id: study.label_with_notice for study in groups.records.studies}
    items = [_badge(one, labels[one.study_id], labels, groups.records.codes) for one in spoken]
    silent = len(mine) - len(spoken)
    zero = Sentence(
        f"No statement is recorded on {plural(silent, 'report')} of the {len(mine)} shown."
    )
    return _block("On the reports shown.", items, (zero,) if silent else ())


def _block(lead: str, items: list[Badge], more: tuple[Sentence, ...] = ()) -> Badges:
    sentences = tuple(Sentence(f"{item.label}: {item.words}.") for item in items)
    return Badges((*sentences, *more), lead, items=tuple(items))


def _badge(tally: Tally, label: str, labels: Mapping[str, str], codes: Codes) -> Badge:
    words = " ".join((*tally.notices, str(tally.count)))
    quotes = tuple(_quote(one, labels, codes) for one in tally.statements)
    return Badge(label, badge_svg(tally), words, tally.notices, quotes)


def _quote(one: Statement, labels: Mapping[str, str], codes: Codes) -> Quote:
    def word(name: str, code: str) -> str:
        return codes[name].label(code) if code and name in codes else code

    about = (
        f"of {labels[one.cited_study_id]}" if one.cited_study_id in labels else "",
        f"on {word('outcome', one.outcome)}" if one.outcome else "",
        f"section: {word('section', one.section).lower()}" if one.section else "",
        f"basis: {word('basis', one.basis).lower()}" if one.basis else "",
        "self-citation" if one.self_citation == "yes" else "",
        f"the citing report: {NOTICES[one.citing_notice]}" if one.citing_notice in NOTICES else "",
    )
    return Quote(
        one.statement_id,
        cell_of(one),
        sentence_case(word("stance", one.stance) or "unclassified"),
        one.quotation,
        one.paraphrase,
        one.citing_label,
        web_url(one.source_url),
        tuple(filter(None, about)),
    )


def cell_of(one: Statement) -> str:
    """Address of the cell of a statement's class; empty where it is not known."""
    place = one.provenance
    return str(place.cell("stance")) if "stance" in place.columns else ""
