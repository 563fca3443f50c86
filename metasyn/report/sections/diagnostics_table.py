"""What was looked into, line by line, what it says, and where it says nothing, why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from metasyn.diagnostics.diagnosis import Diagnosis
from metasyn.diagnostics.diagnosis.findings import TITLES
from metasyn.errors import Note
from metasyn.report.document import Column, Row, Sentence, Table, TableCell
from metasyn.report.formats import join_words, percent, sentence_case
from metasyn.report.lines import by_words
from metasyn.report.material import Material
from metasyn.report.sections.diagnostics_run import LineRun, is_inverse_variance
from metasyn.report.sections.diagnostics_words import WORDS, Reader

__all__ = ["QUESTIONS", "diagnostics_table", "same_for_all"]

QUESTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Single studies": ("baujat", "radial", "normal_qq", "labbe"),
        "Course over time": ("cumulative",),
        "Small studies": (
            "egger",
            "egger_variant",
            "begg",
            "trim_and_fill",
            "pet_peese",
            "limit",
        ),
        "Selective publication": (
            "excess_significance",
            "p_curve",
            "p_uniform",
            "selection",
            "bias_sensitivity",
            "fail_safe_n",
        ),
        "What would change it": ("what_would_it_take",),
    }
)
"""What readers ask, to the fields of a diagnosis that answer it.

Studies left out and their influence have points and a table of their own; GOSH is run on request.
"""

_SMALL = "Small studies"
"""A paragraph of its own says why nothing was tested."""

_NOT_MEANT = ("no-variant", "no-tables", "not-asked")
"""Codes of notes that a diagnostic is not for such data, which is nothing to tell readers."""

_ADVICE = (
    " Leave the step out or give the weights.",
    "; prefer given weights",
    ": take 0.5 off the estimates first",
)
"""Ends of messages that speak to who runs the analysis."""

Reasons = dict[str, list[str]]
"""Why there is no result, to the names of the diagnostics."""


def diagnostics_table(runs: Sequence[LineRun], material: Material) -> Table | None:
    """A row a line and question; None where nothing was run."""
    told = [run for run in runs if run.diagnosis is not None]
    common = _common(told)
    rows = [
        row
        for run in told
        for question, fields in QUESTIONS.items()
        for row in _rows(run, question, fields, common, material)
    ]
    return _table(rows, told, material) if rows else None


def same_for_all(runs: Sequence[LineRun]) -> tuple[Sentence, ...]:
    """Reasons that are the same for every line, which no row repeats."""
    told = [run for run in runs if run.diagnosis is not None]
    return tuple(
        Sentence(f"{question}: not looked into. {reason}")
        for question, reason in _common(told).items()
        if question != _SMALL
    )


def _table(rows: list[Row], runs: Sequence[LineRun], material: Material) -> Table:
    return Table(
        "diagnostics-table",
        _caption(runs),
        (
            Column(sentence_case(by_words(material.groups)), choice=True),
            Column("Question", choice=True),
            Column("What it says", "prose"),
            Column("Not shown, and why", "prose"),
        ),
        tuple(rows),
        filterable=len(rows) > 10,
    )


def _caption(runs: Sequence[LineRun]) -> str:
    said = "What diagnostics say, and where they say nothing, why"
    if all(is_inverse_variance(run.line) for run in runs):
        return f"{said}."
    return f"{said}; by inverse variance, where the model itself takes counts."


def _rows(
    run: LineRun,
    question: str,
    fields: tuple[str, ...],
    common: Mapping[str, str],
    material: Material,
) -> Iterator[Row]:
    if question in common:
        return
    assert run.diagnosis is not None  # noqa: S101 - chosen by the caller
    reader = Reader(run.diagnosis.pooled, _goal(run, material))
    says, reasons = _told(run.diagnosis, fields, reader)
    if not says and (not reasons or question == _SMALL):
        return
    why = [
        reason if len(reasons) == 1 and not says else f"{join_words(names)}: {reason}"
        for reason, names in reasons.items()
    ]
    cells = (run.line.label, question, " ".join(says) or "–", " ".join(why) or "–")
    yield Row(tuple(TableCell(cell) for cell in cells))


def _told(
    diagnosis: Diagnosis, fields: tuple[str, ...], reader: Reader
) -> tuple[list[str], Reasons]:
    """Sentences of what was found, and why the rest was not."""
    says, reasons = [], Reasons()
    for field in fields:
        found = getattr(diagnosis, field)
        if not isinstance(found, Note):
            says.append(f"{TITLES[field]}: {WORDS[field](found, reader)}.")
        elif found.code not in _NOT_MEANT:
            reason = _reason(found, diagnosis.pooled.measure)
            reasons.setdefault(reason, []).append(TITLES[field])
    return says, reasons


def _common(runs: Sequence[LineRun]) -> dict[str, str]:
    """Questions that no line answers, for one reason."""
    if len(runs) < 2:
        return {}
    found = {}
    for question, fields in QUESTIONS.items():
        notes = [getattr(run.diagnosis, field) for run in runs for field in fields]
        meant = [n for n in notes if not (isinstance(n, Note) and n.code in _NOT_MEANT)]
        measure = runs[0].diagnosis.pooled.measure if runs[0].diagnosis else ""
        reasons = {_reason(note, measure) if isinstance(note, Note) else "" for note in meant}
        if len(reasons) == 1 and "" not in reasons:
            found[question] = reasons.pop()
    return found


def _goal(run: LineRun, material: Material) -> str:
    one = material.evidence.get(run.line.code)
    return "" if one is None else percent(one.threshold)


def _reason(note: Note, measure: str) -> str:
    """Why there is no result, for readers: no codes, and no advice to who runs the analysis."""
    message = note.message.replace("<=", "≤")
    for advice in _ADVICE:
        message = message.replace(advice, "")
    if note.code == "not-computed":
        message = message.split(". ")[0]
    if message.startswith(f"{measure} has "):
        message = f"The measure{message.removeprefix(measure)}"
    return message if message.endswith(".") else f"{message}."
