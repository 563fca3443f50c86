"""Small-study effects: tested only where a test can tell anything, otherwise said why not."""

from __future__ import annotations

from metasyn.diagnostics.funnel_notes import FEWEST
from metasyn.diagnostics.funnel_tests import egger
from metasyn.diagnostics.trim_and_fill import trim_and_fill
from metasyn.effects.effects import Effects
from metasyn.models.groups import Groups, Line
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects
from metasyn.report.document import Sentence
from metasyn.report.formats import join_words, p_value, plural
from metasyn.report.lines import Shown, estimate_text, is_share, measure_of

__all__ = ["small_study_sentences"]

_WEAK = 0.1
"""Egger's test is weak; below this p it is told as a sign of asymmetry."""


def small_study_sentences(groups: Groups) -> tuple[Sentence, ...]:
    """What small studies say, line by line, or why nothing was tested."""
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
    few = [line.label for line in pooled if len(_studies(line)) < FEWEST]
    sentences = [
        sentence for line in pooled if len(_studies(line)) >= FEWEST for sentence in _tested(line)
    ]
    if few:
        sentences.append(
            Sentence(
                f"With fewer than {FEWEST} studies chance cannot be told from asymmetry, so "
                f"nothing was tested in {join_words(few)}.",
                ("sterne2011",),
            )
        )
    return tuple(sentences)


def _studies(line: Line) -> tuple[str, ...]:
    result = line.result
    usable = isinstance(result, Pooled) and isinstance(result.data, Effects)
    return result.data.slab if usable else ()


def _tested(line: Line) -> tuple[Sentence, ...]:
    result = line.result
    assert isinstance(result, Pooled)  # noqa: S101 - chosen by the caller
    assert isinstance(result.data, Effects)  # noqa: S101 - it has studies to count
    spec = result.spec if isinstance(result.spec, RandomEffects | CommonEffect) else None
    test = egger(result.data, spec)
    filled = trim_and_fill(result.data, spec)
    asymmetric = test.p_value is not None and test.p_value < _WEAK
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
