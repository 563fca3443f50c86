"""Lines of text as shapes, and which letters of a line stand on their own.

A letter is drawn by the first font of the chain that has it (:mod:`metasyn.figures.text_metrics`).
Marks that stand on letters, joined scripts and scripts from right to left are set by matplotlib's
text layout; every other line is its letters side by side.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from metasyn.figures.marks import Text, Weight
from metasyn.figures.text_metrics import PLAIN_SETTING, drawable, font, unit_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Shape", "as_seen", "is_plain", "outline"]

_SIZE = 100.0
_RIGHT_TO_LEFT = ("R", "AL", "AN")


class Shape(NamedTuple):
    """Outlines: corners, shape (m, 2), y upwards, and matplotlib's codes of a path, shape (m,)."""

    corners: NDArray[np.float64]
    codes: NDArray[np.uint8]


@lru_cache(maxsize=8192)
def is_plain(text: str) -> bool:
    """Whether a line is its letters side by side.

    Examples
    --------
    >>> is_plain("Müller 2018"), is_plain("x\N{COMBINING MACRON}")
    (True, False)
    """
    return text.isascii() or not any(
        unicodedata.category(letter)[0] == "M"
        or unicodedata.category(letter) == "Cf"
        or unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT
        for letter in text
    )


def as_seen(text: str) -> str:
    """Letters in the order in which they stand on paper: those from right to left turned round."""
    runs = groupby(text, key=lambda letter: unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT)
    return "".join("".join(run)[:: -1 if turned else 1] for turned, run in runs)


def outline(mark: Text) -> Shape:
    """Outlines of a line of text, its anchor at the origin, in points."""
    text = drawable(mark.text, mark.weight)
    shape = _joined(text, mark.weight) if is_plain(text) else _set(text, mark.weight)
    shift = np.array([mark.box.left - mark.x, 0.0])
    return Shape(shape.corners * mark.size + shift, shape.codes)


def _joined(text: str, weight: Weight) -> Shape:
    """Letters side by side, at size 1."""
    corners, codes = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)]
    pen = 0.0
    for letter in text:
        shape = _set(letter, weight)
        if len(shape.codes):
            corners.append(shape.corners + np.array([pen, 0.0]))
            codes.append(shape.codes)
        pen += unit_width(letter, weight)
    return Shape(np.concatenate(corners), np.concatenate(codes))


@lru_cache(maxsize=8192)
def _set(text: str, weight: Weight) -> Shape:
    """A text as matplotlib sets it, at size 1."""
    from matplotlib.textpath import TextToPath

    corners, codes = TextToPath().get_text_path(
        font(_SIZE, weight), text, ismath=False, features=cast("tuple[str]", PLAIN_SETTING)
    )
    if not len(codes):
        return Shape(np.empty((0, 2)), np.empty(0, dtype=np.uint8))
    return Shape(np.asarray(corners) / _SIZE, np.asarray(codes, dtype=np.uint8))
