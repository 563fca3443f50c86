"""What certainty rests on: judgements of people, and facts for those who have yet to judge."""

from __future__ import annotations

from dataclasses import dataclass

from metasyn.models.groups import Groups, Line
from metasyn.models.results import NotPooled
from metasyn.records.certainty import (
    DOMAINS,
    FEW,
    LEVELS,
    Certainty,
    Judgement,
    Level,
    certainties,
)
from metasyn.report.arms import both_arms, compared_cells
from metasyn.report.document import Block, Column, Row, Sentence, Table, TableCell
from metasyn.report.formats import join_words, plural, sentence_case
from metasyn.report.lines import by_words, reports
from metasyn.report.material import Material
from metasyn.report.sections.certainty_facts import certainty_facts

__all__ = [
    "Reasons",
    "certainties_of",
    "certainty_as",
    "certainty_cell",
    "level_label",
    "patients_cell",
    "profile",
    "reason_notes",
    "reasons_of",
    "symbols",
]


_NAMES: dict[Level, str] = {
    "very_low": "Very low",
    "low": "Low",
    "moderate": "Moderate",
    "high": "High",
}
_STEPS = {0: "Not serious", -1: "Serious", -2: "Very serious", -3: "Extremely serious"}


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons of all lines, numbered through.

    Parameters
    ----------
    numbered
        Number, label of the line, judgement.
    warnings
        What GRADE advises against, and judgements of one person alone.
    """

    numbered: tuple[tuple[int, str, Judgement], ...]
    warnings: tuple[str, ...]

    def numbers(self, certainty: Certainty) -> list[int]:
        """Numbers of the reasons of a certainty."""
        mine = {one.certainty_id for one in certainty.judgements}
        return [number for number, _, one in self.numbered if one.certainty_id in mine]

    def number(self, judgement: Judgement) -> int | None:
        """Number of the reason of a judgement; None where it changes nothing."""
        found = (i for i, _, one in self.numbered if one.certainty_id == judgement.certainty_id)
        return next(found, None)

    def cells(self, judgement: Judgement) -> tuple[str, ...]:
        """Cell of the reason."""
        place = judgement.provenance
        return (str(place.cell("reason")),) if "reason" in place.columns else ()


def certainties_of(line: Line, material: Material) -> tuple[Certainty, ...]:
    """What people judged of a line, one certainty a claim."""
    groups = material.groups
    if groups.by != "intervention" or not material.certainty:
        return ()
    designs = {row.record.study.design for row in line.studies if row.record}
    outcomes = groups.records.query.get("outcome", ())
    return certainties(material.certainty, line.code, outcomes, designs)


def reasons_of(material: Material) -> Reasons:
    """Number the reasons of every change of level, line by line."""
    numbered: list[tuple[int, str, Judgement]] = []
    warnings: list[str] = []
    for line in material.groups.lines:
        if not line.studies:
            continue
        for certainty in certainties_of(line, material):
            for one in certainty.judgements:
                if one.levels:
                    numbered.append((len(numbered) + 1, line.label, one))
            warnings += [f"{line.label}: {_low(note.message)}" for note in certainty.notes]
    return Reasons(tuple(numbered), tuple(warnings))


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def symbols(level: Level) -> str:
    """The level as GRADE's four signs.

    Examples
    --------
    >>> symbols("low")
    '⊕⊕○○'
    """
    place = LEVELS.index(level) + 1
    return "⊕" * place + "○" * (len(LEVELS) - place)


def level_label(level: Level) -> str:
    """The level in words."""
    return _NAMES[level]


def profile(material: Material, reasons: Reasons) -> list[Block]:
    """One row a line and claim, one column a ground: what was judged, and the facts beside it."""
    groups = material.groups
    rows = [row for line in groups.lines if line.studies for row in _rows(line, material, reasons)]
    if not rows:
        return []
    lowering = [domain for domain in DOMAINS.values() if domain.lowers]
    return [
        Table(
            "certainty",
            "What the certainty rests on: judgements where people made them, and facts that bear "
            "on them.",
            (
                Column(sentence_case(by_words(groups)), detail="Claim"),
                *(
                    Column(domain.label, "prose", detail=f"Facts on {_low(domain.label)}")
                    for domain in lowering
                ),
                Column("Raised for", "text"),
            ),
            tuple(rows),
            notes=(
                Sentence(
                    "A rate (how often the outcome occurs in patients treated so) starts at high "
                    "certainty; an effect (what the treatment changes) starts at high from "
                    "randomised trials and at low from anything else.",
                    ("balshem2011", "iorio2015"),
                ),
                Sentence(
                    f"Fewer than {FEW} patients are a cue to think of imprecision, not a verdict.",
                    ("murad2017",),
                ),
            ),
        )
    ]


def _rows(line: Line, material: Material, reasons: Reasons) -> list[Row]:
    facts = certainty_facts(line, material)
    found: tuple[Certainty | None, ...] = certainties_of(line, material)
    if not found:
        alone = isinstance(line.result, NotPooled) and line.result.code == "cases-only"
        found = () if alone else (None,)
    return [_row(line, one, facts, reasons) for one in found]


def _row(line: Line, found: Certainty | None, facts: dict[str, str], reasons: Reasons) -> Row:
    claim = ""
    if found is not None:
        what = "rate" if found.claim == "rate" else "effect"
        claim = f"as {'a' if what == 'rate' else 'an'} {what}, starts {_low(_NAMES[found.start])}"
    raised = [
        f"{DOMAINS[one.domain].label} (+{one.levels}){_numbered(one, reasons)}"
        for one in (found.judgements if found else ())
        if (one.levels or 0) > 0
    ]
    return Row(
        (
            TableCell(line.label, detail=claim),
            *(
                _ground(found.judged(code) if found else None, facts[code], reasons)
                for code, domain in DOMAINS.items()
                if domain.lowers
            ),
            TableCell(join_words(raised) or "–"),
        )
    )


def _ground(one: Judgement | None, facts: str, reasons: Reasons) -> TableCell:
    if one is None or one.levels is None:
        return TableCell("Not yet judged", detail=facts)
    step = f" (−{-one.levels})" if one.levels else ""
    text = f"{_STEPS[one.levels]}{step}{_numbered(one, reasons)}"
    note = one.reason if not one.levels else ""
    return TableCell(text, note=note, sources=reasons.cells(one), detail=facts)


def _numbered(one: Judgement, reasons: Reasons) -> str:
    found = reasons.number(one)
    return f", reason {found}" if found is not None else ""


def certainty_as(line: Line, material: Material, claim: str) -> Certainty | None:
    """The certainty of a line's claim; None where nobody judged it."""
    found = certainties_of(line, material)
    return next((one for one in found if one.claim == claim), None)


def patients_cell(line: Line, groups: Groups) -> TableCell:
    """Patients of a line, of both arms where arms are compared, and the reports behind them."""
    both = both_arms(line.studies, groups)
    count = plural(reports(line.studies), "report")
    if both is None:
        return TableCell("–", detail=count)
    cells = compared_cells(line.studies, groups)
    return TableCell(f"{both[1]:,}", both[1], cells, detail=count)


def certainty_cell(line: Line, material: Material, reasons: Reasons) -> TableCell:
    """The level of a line with the numbers of its reasons."""
    found = certainties_of(line, material)
    if not found:
        return TableCell("Not yet judged")
    texts = [
        f"{symbols(one.level)} {level_label(one.level)}"
        if one.level
        else f"Not yet judged ({len(one.open)} of 5 grounds open)"
        for one in found
    ]
    if len(found) > 1:
        texts = [f"{text} ({_claim(one)})" for text, one in zip(texts, found, strict=True)]
    numbers = [str(number) for one in found for number in reasons.numbers(one)]
    return TableCell("; ".join(texts), detail=f"Reasons {', '.join(numbers)}" if numbers else "")


def _claim(one: Certainty) -> str:
    return "as a rate" if one.claim == "rate" else "as an effect"


def reason_notes(reasons: Reasons) -> tuple[Sentence, ...]:
    """The numbered reasons, and what GRADE advises against."""
    told = [
        Sentence(
            f"{number}. {label}, {DOMAINS[one.domain].label.lower()}: {one.reason.rstrip('.')}.",
            sources=reasons.cells(one),
        )
        for number, label, one in reasons.numbered
    ]
    return (*told, *(Sentence(text) for text in reasons.warnings))
