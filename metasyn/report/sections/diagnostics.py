"""How firm each pooled result stands: studies left out, studies that stand out, small studies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from metasyn.diagnostics.influence import Influence, influence
from metasyn.diagnostics.leave_one_out import leave_one_out
from metasyn.effects.effects import Effects
from metasyn.models.groups import Groups, Line
from metasyn.models.rate import PooledRate
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects
from metasyn.report.document import (
    Block,
    Bullets,
    Column,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
    TableCell,
)
from metasyn.report.formats import join_words, number, percent, sentence_case
from metasyn.report.lines import (
    Shown,
    by_words,
    estimate_text,
    is_share,
    measure_of,
    measure_words,
    null_of,
    shown_line,
)
from metasyn.report.material import Material
from metasyn.report.sections.small_studies import small_study_sentences

__all__ = ["diagnostics"]

_ENOUGH = 3
"""Studies from which on leaving one out says anything."""


@dataclass(frozen=True, slots=True)
class _Without:
    """A study, the estimate without it on the display scale, and its diagnostics by the check."""

    label: str
    estimate: float
    residual: float | None
    flagged: bool


def diagnostics(material: Material) -> Section | None:
    """One point a pooled line of three studies or more; None where there is none."""
    groups = material.groups
    found = {line.code: _without(line, material) for line in groups.lines if _is_told(line)}
    lines = [line for line in groups.lines if found.get(line.code)]
    untold = [line for line in groups.lines if _is_pooled(line) and line.code not in found]
    if not lines and not any(_of_tables(line) for line in untold):
        return None
    points = tuple(_point(line, found[line.code], material) for line in lines)
    blocks: list[Block] = [Paragraph(_how(material)), Bullets(points)] if lines else []
    if untold:
        blocks.append(Paragraph(tuple(_why_untold(untold))))
    small = small_study_sentences(groups)
    if small:
        blocks.append(Paragraph(small, lead="Small studies."))
    if lines:
        blocks.append(_table([(line, found[line.code]) for line in lines], groups))
    return Section("diagnostics", "How firm the results stand", tuple(blocks))


def _is_pooled(line: Line) -> bool:
    return isinstance(line.result, Pooled)


def _of_tables(line: Line) -> bool:
    """Whether two arms were pooled by a model that takes their counts, not effects."""
    result = line.result
    return (
        isinstance(result, Pooled)
        and not isinstance(result, PooledRate)
        and not isinstance(result.spec, RandomEffects | CommonEffect)
    )


def _why_untold(lines: list[Line]) -> Iterator[Sentence]:
    """Why no study is left out of some lines."""
    few = [line.label for line in lines if not _of_tables(line)]
    other = [line.label for line in lines if _of_tables(line)]
    if few:
        yield Sentence(
            f"Fewer than {_ENOUGH} studies, too few to leave one out: {join_words(few)}."
        )
    if other:
        yield Sentence(
            "This report does not leave out single studies of counts of two arms that are pooled "
            f"as counts: {join_words(other)}."
        )


def _is_told(line: Line) -> bool:
    result = line.result
    if not isinstance(result, Pooled):
        return False
    if isinstance(result, PooledRate):
        return sum(unit.kind != "cases" for unit in result.units) >= _ENOUGH
    return isinstance(result.spec, RandomEffects | CommonEffect) and result.k >= _ENOUGH


def _how(material: Material) -> tuple[Sentence, ...]:
    told = [Sentence("Each study was left out in turn and the rest pooled again.")]
    if isinstance(material.groups.spec, RandomEffects | CommonEffect) or material.check is not None:
        where = "" if material.check is None else ", in the inverse-variance check,"
        told.append(
            Sentence(
                f"A study is marked as influential if{where} its pull on the estimate passes a "
                "usual cut-off (change of the fit, Cook’s distance, leverage).",
                ("viechtbauercheung2010",),
            )
        )
    return tuple(told)


def _without(line: Line, material: Material) -> tuple[_Without, ...]:
    result = line.result
    marks = _marks(line, material)
    if isinstance(result, PooledRate):
        one = material.evidence.get(line.code)
        if one is None:
            return ()
        rows = [
            (unit.label, shift.rate)
            for unit, shift in zip(one.influence.units, one.shifts.studies, strict=False)
            if unit.kind != "cases" and not np.isnan(shift.rate)
        ]
    else:
        assert isinstance(result, Pooled)  # noqa: S101 - chosen by the caller
        assert isinstance(result.data, Effects)  # noqa: S101 - inverse variance pools effects
        fits = leave_one_out(result.data, _without_prediction(result.spec)).fits
        estimates = [fit.transformed().estimate for fit in fits]
        rows = list(zip(result.data.slab, estimates, strict=True))
    return tuple(
        _Without(label, estimate, *marks.get(label, (None, False))) for label, estimate in rows
    )


def _without_prediction(spec: object) -> RandomEffects | CommonEffect:
    """The same without what nobody shows of a fit that leaves a study out."""
    assert isinstance(spec, RandomEffects | CommonEffect)  # noqa: S101 - chosen by the caller
    if isinstance(spec, CommonEffect):
        return spec
    return replace(spec, prediction="none", tau2_ci="none")


def _marks(line: Line, material: Material) -> dict[str, tuple[float | None, bool]]:
    """Study to its residual and whether it is influential, by inverse variance."""
    holder = line.result
    if material.check is not None and line.code in material.check:
        holder = material.check[line.code]
    if (
        not isinstance(holder, Pooled)
        or not isinstance(holder.data, Effects)
        or holder.k < _ENOUGH
        or not isinstance(holder.spec, RandomEffects | CommonEffect)
    ):
        return {}
    found: Influence = influence(holder.data, holder.spec)
    rows = zip(found.slab, found.rstudent, found.flagged, strict=True)
    return {label: (float(residual), bool(flagged)) for label, residual, flagged in rows}


def _point(line: Line, rows: tuple[_Without, ...], material: Material) -> Paragraph:
    what = shown_line(line)
    low = min(rows, key=lambda row: row.estimate)
    high = max(rows, key=lambda row: row.estimate)
    name = measure_words(material.groups).lower()

    def text(value: float) -> str:
        return estimate_text(Shown(value, None, None, what.measure), 1)

    ends = text(low.estimate), text(high.estimate)
    if ends[0] == ends[1]:
        moved = f"The {name} stays at {ends[0]}, whichever study is left out."
    else:
        moved = (
            f"The {name} of {estimate_text(what, 1)} becomes {ends[0]} without {low.label} and "
            f"{ends[1]} without {high.label}; without any other study it lies between."
        )
    sentences = [Sentence(moved), *_turned(line, rows, material)]
    flagged = [row.label for row in rows if row.flagged]
    if flagged:
        verb = "is" if len(flagged) == 1 else "are"
        sentences.append(Sentence(f"{join_words(flagged)} {verb} marked as influential."))
    return Paragraph(tuple(sentences), lead=f"{line.label}.")


def _turned(line: Line, rows: tuple[_Without, ...], material: Material) -> Iterator[Sentence]:
    """Studies without which the estimate lies on the other side of what decides."""
    what = shown_line(line)
    if what.estimate is None:
        return
    if is_share(what.measure):
        one = material.evidence.get(line.code)
        if one is None:
            return
        side, goal = one.threshold, percent(one.threshold)
    else:
        null = null_of(what.measure)
        if null is None:
            return
        side, goal = null, f"{null:g}, which is no effect"
    above = what.estimate > side
    turning = [row.label for row in rows if (row.estimate > side) != above]
    if turning:
        yield Sentence(
            f"Without {join_words(turning, 'or')} it would lie {'below' if above else 'above'} "
            f"{goal}."
        )


def _table(found: list[tuple[Line, tuple[_Without, ...]]], groups: Groups) -> Table:
    share = is_share(measure_of(groups))
    rows = [_row(line, one) for line, studies in found for one in studies]
    return Table(
        "leave-one-out",
        "The pooled result without each study in turn.",
        (
            Column(sentence_case(by_words(groups)), choice=True),
            Column("Without"),
            Column(measure_words(groups), "percent" if share else "number"),
            Column(
                "Change",
                "number",
                (),
                "in percentage points" if share else "on the scale of the measure",
            ),
            Column(
                "Residual",
                "number",
                (),
                "distance of the study from the rest, in standard errors (inverse variance)",
            ),
            Column("Influential", explanation="passes a usual cut-off"),
        ),
        tuple(rows),
        filterable=len(rows) > 20,
    )


def _row(line: Line, one: _Without) -> Row:
    what = shown_line(line)
    share = is_share(what.measure)
    change = one.estimate - (what.estimate or 0.0)
    shown = 100 * change if share else change
    return Row(
        (
            TableCell(line.label),
            TableCell(one.label),
            TableCell(
                estimate_text(Shown(one.estimate, None, None, what.measure), 1), one.estimate
            ),
            TableCell(f"{'+' if shown > 0 else ''}{number(shown, 1 if share else 2)}", shown),
            TableCell(number(one.residual, 1), one.residual),
            TableCell("yes" if one.flagged else "–"),
        )
    )
