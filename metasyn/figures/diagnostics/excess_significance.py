"""Excess significance: significant studies counted up by power, beside what power lets expect."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.excess_significance import ExcessSignificance
from metasyn.diagnostics.p_words import p_words
from metasyn.effects.arrays import FloatArray
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.key_signs import DASH, curve, path, stroke_sign
from metasyn.figures.marks import Layout, Line, Mark
from metasyn.figures.panel import Sign
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["excess_significance_layout"]

SIZE = (330.0, 190.0)
RUG = 9.0


def excess_significance_layout(
    result: ExcessSignificance, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of observed and expected significant studies.

    Parameters
    ----------
    result
        What :func:`metasyn.excess_significance` returned.
    style, title
        House style, and what stands above the plot.
    """
    order = np.argsort(result.power, kind="stable")
    power = 100 * result.power[order]
    seen = np.array(result.significant, dtype=float)[order].cumsum()
    expected = result.power[order].cumsum()
    x = Range(linear(), 0.0, 100.0, "Power of the study at the pooled effect, %", (4.0, 4.0))
    highest = float(max(seen[-1], expected[-1], 1.0))
    y = Range(linear(), 0.0, highest, "Significant studies up to this power", (RUG, 4.0))
    frame = plot_frame(Look(style, title), x, y, size=SIZE)
    palette = frame.style.palette
    marks = [
        *_rug(frame, result),
        _steps(frame, power, expected, "expected", palette.ink, DASH),
        _steps(frame, power, seen, "observed", palette.pooled_edge, ()),
    ]
    signs = [
        stroke_sign("Observed", palette.pooled_edge, 1.6),
        stroke_sign("Expected", palette.ink, 1.0, DASH),
        _stroke("Significant study", 4.0, 1.2, palette.pooled_edge),
        _stroke("Other study", 0.0, 0.6, palette.muted),
    ]
    return frame.layout(marks, signs, _told(result))


def _stroke(words: str, above: float, width: float, colour: str) -> Sign:
    """A stroke of the rug, for the key."""
    return Sign(words, lambda x, y: Line(x, y - above, x, y + 4, width, colour, role="key"), 2.0)


def _steps(
    frame: PlotFrame,
    power: FloatArray,
    total: FloatArray,
    role: str,
    colour: str,
    dash: tuple[float, ...],
) -> Mark:
    """A count that rises at each study."""
    xs = np.repeat(np.concatenate([[0.0], power, [100.0]]), 2)[1:-1]
    ys = np.repeat(np.concatenate([[0.0], total]), 2)
    return curve(path(frame.panel, xs, ys), role, colour, 1.0 if dash else 1.6, dash)


def _rug(frame: PlotFrame, result: ExcessSignificance) -> list[Mark]:
    """Power of each study; significant ones have the longer and thicker strokes."""
    panel, palette = frame.panel, frame.style.palette
    rows = zip(result.power.tolist(), result.significant, strict=True)
    marks: list[Mark] = []
    for i, (power, significant) in enumerate(rows):
        x, half = panel.x.x(100 * power), RUG if significant else RUG / 2
        look = (1.2, palette.pooled_edge) if significant else (0.6, palette.muted)
        marks.append(Line(x, panel.bottom - half + 1, x, panel.bottom, *look, role="rug", row=i))
    return marks


def _told(result: ExcessSignificance) -> Told:
    found = (
        f"{result.observed} of {len(result.slab)} studies are significant, "
        f"{number(result.expected, 1)} expected from their power ({p_words(result.p_value, 3)}, "
        "one-sided)"
    )
    said = [
        f"{found}. Where the observed count runs above the expected one at low power, significant "
        "results of small studies are too many.",
        *(note.message for note in result.notes),
    ]
    return Told("Excess significance", said, f"Excess significance: {found}.", result.slab)
