"""How firm each pooled result stands: studies left out, studies that stand out, small studies."""

from __future__ import annotations

from collections.abc import Iterator

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
from metasyn.report.sections.diagnostic_figures import diagnostic_figures
from metasyn.report.sections.diagnostics_run import (
    ENOUGH,
    LineRun,
    Without,
    is_inverse_variance,
    line_run,
)
from metasyn.report.sections.diagnostics_table import diagnostics_table, same_for_all
from metasyn.report.sections.small_studies import small_study_sentences

__all__ = ["diagnostics"]


def diagnostics(material: Material) -> Section | None:
    """One point a pooled line of three studies or more; None where there is none."""
    groups = material.groups
    told = {line.code: line_run(line, material) for line in groups.lines if _is_told(line)}
    found = [one for one in told.values() if one.rows]
    untold = [line for line in groups.lines if _is_pooled(line) and line.code not in told]
    if not found and not any(_of_tables(line) for line in untold):
        return None
    points = tuple(_point(one, material) for one in found)
    blocks: list[Block] = [Paragraph(_how(material)), Bullets(points)] if found else []
    if untold:
        blocks.append(Paragraph(tuple(_why_untold(untold))))
    small = small_study_sentences(groups, told)
    if small:
        blocks.append(Paragraph(small, lead="Small studies."))
    blocks += _looked_into(tuple(told.values()), material)
    if found:
        blocks.append(_table(found, groups))
    blocks += (block for one in found for block in diagnostic_figures(one, material))
    return Section("diagnostics", "How firm the results stand", tuple(blocks))


def _looked_into(runs: tuple[LineRun, ...], material: Material) -> Iterator[Block]:
    """The table of all diagnostics, and what no line answers."""
    same = same_for_all(runs)
    if same:
        yield Paragraph(same)
    table = diagnostics_table(runs, material)
    if table is not None:
        yield table


def _is_pooled(line: Line) -> bool:
    return isinstance(line.result, Pooled)


def _of_tables(line: Line) -> bool:
    """Whether two arms were pooled by a model that takes their counts, not effects."""
    result = line.result
    return (
        isinstance(result, Pooled)
        and not isinstance(result, PooledRate)
        and not is_inverse_variance(line)
    )


def _why_untold(lines: list[Line]) -> Iterator[Sentence]:
    """Why no study is left out of some lines."""
    few = [line.label for line in lines if not _of_tables(line)]
    other = [line.label for line in lines if _of_tables(line)]
    if few:
        yield Sentence(f"Fewer than {ENOUGH} studies, too few to leave one out: {join_words(few)}.")
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
        return sum(unit.kind != "cases" for unit in result.units) >= ENOUGH
    return is_inverse_variance(line) and result.k >= ENOUGH


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


def _point(found: LineRun, material: Material) -> Paragraph:
    line, rows = found.line, found.rows
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


def _turned(line: Line, rows: tuple[Without, ...], material: Material) -> Iterator[Sentence]:
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


def _table(found: list[LineRun], groups: Groups) -> Table:
    share = is_share(measure_of(groups))
    rows = [_row(studies.line, one) for studies in found for one in studies.rows]
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


def _row(line: Line, one: Without) -> Row:
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
