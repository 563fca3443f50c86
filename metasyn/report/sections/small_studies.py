"""Small-study effects: tested only where a test can tell anything, otherwise said why not."""

from __future__ import annotations

from collections.abc import Mapping

from metasyn.diagnostics.funnel_notes import FEWEST
from metasyn.diagnostics.funnel_tests import FunnelTest
from metasyn.diagnostics.trim_and_fill import TrimAndFill
from metasyn.effects.effects import Effects
from metasyn.errors import Note
from metasyn.models.groups import Groups, Line
from metasyn.models.results import Pooled
from metasyn.report.document import Sentence
from metasyn.report.formats import join_words, p_value, plural
from metasyn.report.lines import Shown, estimate_text, is_share, measure_of
from metasyn.report.sections.diagnostics_run import LineRun
from metasyn.report.sections.diagnostics_words import WEAK

__all__ = ["has_funnel", "small_study_sentences"]


def small_study_sentences(groups: Groups, runs: Mapping[str, LineRun]) -> tuple[Sentence, ...]:
    """What small studies say, line by line, or why nothing was tested.

    Parameters
    ----------
    groups
        The pooled lines.
    runs
        Diagnostics of the lines that have any, by code.
    """
    pooled = [line for line in groups.lines if isinstance(line.result, Pooled)]
    if not pooled:
        return ()
    if is_share(measure_of(groups)):
        return (
            Sentence(
                "No funnel plot and no test of asymmetry was made: a proportion and its standard "
                "error depend on each other, so a lopsided funnel of proportions says nothing "
                "about unpublished studies.",
                ("sterne2011",),
            ),
        )
    tables = [line.label for line in pooled if not isinstance(line.result.data, Effects)]
    few = [line.label for line in pooled if line.label not in tables and not has_funnel(line)]
    sentences = [
        sentence
        for line in pooled
        if line.code in runs and has_funnel(line)
        for sentence in _tested(runs[line.code])
    ]
    if tables:
        sentences.append(
            Sentence(
                "This report tests no asymmetry of counts of two arms that are pooled as counts: "
                f"{join_words(tables)}."
            )
        )
    if few:
        sentences.append(
            Sentence(
                f"With fewer than {FEWEST} studies chance cannot be told from asymmetry, so "
                f"nothing was tested in {join_words(few)}.",
                ("sterne2011",),
            )
        )
    return tuple(sentences)


def has_funnel(line: Line) -> bool:
    """Whether a funnel of the line tells anything: effects of ten studies or more, no shares."""
    result = line.result
    return (
        isinstance(result, Pooled)
        and isinstance(result.data, Effects)
        and len(result.data) >= FEWEST
        and not is_share(result.measure)
    )


def _tested(run: LineRun) -> tuple[Sentence, ...]:
    if run.diagnosis is None:
        return ()
    line, test, filled = run.line, run.diagnosis.egger, run.diagnosis.trim_and_fill
    if not isinstance(test, FunnelTest) or not isinstance(filled, TrimAndFill):
        against = {note.message for note in (test, filled) if isinstance(note, Note)}
        return (Sentence(f"{line.label}: {' '.join(sorted(against))}"),)
    result = run.diagnosis.pooled
    asymmetric = test.p_value is not None and test.p_value < WEAK
    says = "differ from larger ones" if asymmetric else "show no clear difference from larger ones"
    moved = Shown(filled.pooled.transformed().estimate, None, None, result.measure)
    fill = (
        f"trim and fill adds {plural(filled.k0, 'study', 'studies')} and gives "
        f"{estimate_text(moved)}"
        if filled.k0
        else "trim and fill adds no study"
    )
    return (
        Sentence(
            f"{line.label}: small studies {says} (Egger’s test, p {_p(test.p_value)}); {fill}.",
            ("egger1997", "duval2000"),
        ),
    )


def _p(value: float | None) -> str:
    text = p_value(value)
    return text if text.startswith("<") else f"= {text}"
