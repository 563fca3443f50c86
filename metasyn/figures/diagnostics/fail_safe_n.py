"""Fail-safe N: what remains of a finding as hidden null results are added."""

from __future__ import annotations

import math

import numpy as np

from metasyn.diagnostics.fail_safe_n import FailSafeN
from metasyn.effects.arrays import FloatArray
from metasyn.figures.analysis_axis import Range, linear
from metasyn.figures.key_signs import DASH, curve, path, point_sign, stroke_sign
from metasyn.figures.marks import Circle, Layout, Line, Mark
from metasyn.figures.plot_frame import Look, PlotFrame, Told, plot_frame
from metasyn.figures.styles import StyleName
from metasyn.figures.words import number

__all__ = ["fail_safe_layout", "remaining"]

SIZE = (330.0, 190.0)
STEPS = 201
BEYOND = 1.5
"""How far past its number the curve is followed, in units of that number."""


def fail_safe_layout(
    result: FailSafeN, style: StyleName = "plain", *, title: str | None = None
) -> Layout:
    """Places of everything in a plot of hidden null results.

    Parameters
    ----------
    result
        What :func:`metasyn.fail_safe_n` returned.
    style, title
        House style, and what stands above the plot.
    """
    goal, now = _goal(result), float(remaining(result, np.zeros(1))[0])
    low, high = min(now, goal, 0.0), max(now, goal, 0.0)
    furthest = max(BEYOND * result.exact, 5.0)
    x = Range(linear(), 0.0, furthest, "Hidden studies without effect", (0.0, 0.0))
    y = Range(linear(), low, high, _axis_title(result), (4.0, 8.0))
    frame = plot_frame(Look(style, title), x, y, size=SIZE)
    palette = frame.style.palette
    hidden = np.linspace(0.0, frame.panel.x.high, STEPS)
    values = remaining(result, hidden)
    marks = [curve(path(frame.panel, hidden, values), "remaining", palette.pooled_edge, 1.6)]
    signs = [
        stroke_sign("With so many hidden studies", palette.pooled_edge, 1.6),
        stroke_sign(_goal_words(result), palette.ink, 0.8, DASH),
    ]
    if result.n:
        signs.append(point_sign(f"Fail-safe N: {result.n}", palette.case, 3.4))
    return frame.layout([*_goal_lines(frame, result, goal), *marks, *_found(frame, result, goal)],
                        signs, _told(result))  # fmt: skip


def remaining(result: FailSafeN, hidden: FloatArray) -> FloatArray:
    """Statistic (or mean, Orwin) of the studies with so many hidden ones, shape (n,).

    z of Rosenthal and Rosenberg shrinks with the root of k / (k + N), Orwin's mean with
    k / (k + N) itself.
    """
    share = result.k / (result.k + hidden)
    if result.method == "Orwin":
        shrunken: FloatArray = (result.estimate or 0.0) * share
        return shrunken
    falling: FloatArray = _statistic(result) * np.sqrt(share)
    return falling


def _statistic(result: FailSafeN) -> float:
    """Absolute z of the observed studies; from N where there is one, since p may be 0 in floats."""
    from scipy.special import ndtri

    if result.exact > 0.0:
        return _goal(result) * math.sqrt(1.0 + result.exact / result.k)
    tail = (result.p_value or 0.0) / (2.0 if result.method == "Rosenberg" else 1.0)
    return abs(float(ndtri(tail)))


def _goal(result: FailSafeN) -> float:
    """What the curve falls to: the quantile of the test, or Orwin's mean."""
    from scipy.special import ndtri

    if result.method == "Orwin":
        return result.target
    tail = result.target / (2.0 if result.method == "Rosenberg" else 1.0)
    return abs(float(ndtri(tail)))


def _axis_title(result: FailSafeN) -> str:
    return "Mean effect" if result.method == "Orwin" else "Test of all studies, absolute z"


def _goal_words(result: FailSafeN) -> str:
    if result.method == "Orwin":
        return f"Mean of {number(result.target, 3)}"
    sides = "one" if result.method == "Rosenthal" else "two"
    return f"Significant at {result.target:g}, {sides}-sided"


def _goal_lines(frame: PlotFrame, result: FailSafeN, goal: float) -> list[Mark]:
    panel, ink = frame.panel, frame.style.palette.ink
    level = panel.y.x(goal)
    marks: list[Mark] = [Line(panel.x.left, level, panel.x.right, level, 0.8, ink, DASH, "goal")]
    if result.exact > 0.0:
        x = panel.x.x(result.exact)
        marks.append(Line(x, level, x, panel.bottom, 0.8, frame.style.palette.case, role="number"))
    return marks


def _found(frame: PlotFrame, result: FailSafeN, goal: float) -> list[Mark]:
    if result.exact <= 0.0:
        return []
    at = frame.panel.point(result.exact, goal)
    return [Circle(*at, 3.4, frame.style.palette.case, "#ffffff", 0.8, "fail-safe")]


def _told(result: FailSafeN) -> Told:
    if result.method == "Orwin":
        goal = f"halve the mean to {number(result.target, 3)}"
        if not math.isclose(2 * result.target, result.estimate or 0.0):
            goal = f"bring the mean to {number(result.target, 3)}"
    else:
        goal = "end significance"
    count = "1 hidden study" if result.n == 1 else f"{result.n} hidden studies"
    found = f"{count} without effect would {goal}" if result.n else "There is nothing to undo"
    said = [f"{found} ({result.method}).", *(note.message for note in result.notes)]
    return Told(f"Fail-safe N ({result.method})", said, f"{result.k} studies: {found}.")
