"""Permutation tests: the statistic found among those of the rearranged studies."""

from __future__ import annotations

from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.permuted_egger import PermutedEgger
from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError
from metasyn.figures.analysis_axis import linear
from metasyn.figures.diagnostics.histogram import Histogram, histograms
from metasyn.figures.house_styles import style_of
from metasyn.figures.key_signs import shade_sign, stroke_sign
from metasyn.figures.marks import Layout
from metasyn.figures.plot_frame import Look, Told
from metasyn.figures.styles import StyleName
from metasyn.models.random_effects.permutation import PermutationTest

__all__ = ["permutation_layout", "permuted_egger_layout"]


def permutation_layout(
    result: PermutationTest, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in histograms of a permutation test, one panel a term.

    Parameters
    ----------
    result
        What :func:`metasyn.permutation_test` returned.
    style, title
        House style, and what stands above the plot.

    Raises
    ------
    SpecError
        If the result has no statistics.
    """
    if not result.statistics:
        raise SpecError("This test keeps no statistics of its arrangements; nothing can be drawn.")
    panels = [
        _panel(
            f"Absolute statistic of {'the mean' if term == 'Intercept' else term}",
            f"{'Mean' if term == 'Intercept' else term}: {p_words(p, 3)}",
            result.statistics[term],
            result.observed[term],
        )
        for term, p in result.p_values.items()
    ]
    return _drawn(panels, _how(result.arrangements, result.exact), [], Look(style, title))


def permuted_egger_layout(
    result: PermutedEgger, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a histogram of Egger's test by permutation.

    Parameters
    ----------
    result
        What :func:`metasyn.permuted_egger` returned.
    style, title
        House style, and what stands above the plot.
    """
    panel = _panel(
        "Absolute statistic of the slope on the standard errors",
        f"Egger's test: {p_words(result.p_value, 3)}",
        result.statistics,
        abs(result.statistic),
    )
    said = [note.message for note in result.notes]
    return _drawn([panel], _how(result.arrangements, result.exact), said, Look(style, title))


def _how(count: int, exact: bool) -> str:
    return f"{'All' if exact else 'A sample of'} {count} arrangements of the studies"


def _panel(name: str, words: str, drawn: FloatArray, found: float) -> Histogram:
    return Histogram(name, words, drawn, found, (), linear(), lambda middle: middle >= found, True)


def _drawn(panels: list[Histogram], how: str, said: list[str], look: Look) -> Layout:
    palette = style_of(look.style).palette
    signs = [
        shade_sign("Less than found", palette.prediction),
        shade_sign("At least as much", palette.pooled),
        stroke_sign("Found", palette.case, 1.6),
    ]
    sentence = f"{how}; p is the share whose statistic is at least as large as the one found."
    description = f"{how}. {'; '.join(panel.words for panel in panels)}."
    told = Told("Permutation test", [sentence, *said], description)
    return histograms(panels, signs, told, look)
