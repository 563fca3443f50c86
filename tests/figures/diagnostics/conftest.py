"""Studies of any number with labels of any length, and the checker of boxes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from itertools import cycle, islice

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.figures.marks import Box, Circle, Layout, Mark, Page, Text

LETTERS = {
    "latin": "Alvarez-Fernandez and Westermann 2018 multicentre registry ",
    "cyrillic": "Иванов и Широкова 2018 многоцентровой регистр Щёлково ",
    "chinese": "复旦大学附属肿瘤医院细胞因子释放综合征登记研究二〇一八",
}
BCG = {
    "ai": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "bi": [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    "ci": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "di": [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
}
"""Vaccination against tuberculosis (Colditz et al. 1994, JAMA 271:698, table 1)."""
LATITUDE = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]


@pytest.fixture(scope="session")
def bcg() -> ms.Effects:
    """Log risk ratios of tuberculosis, with the latitude of the trials."""
    made = ms.effect_sizes("RR", **BCG)
    data = pd.DataFrame({"latitude": np.array(LATITUDE, dtype=float)})
    return ms.Effects(made.yi, made.vi, made.slab, measure="RR", ni=made.ni, data=data)


@pytest.fixture(scope="session")
def bcg_tables() -> ms.TwoArmCounts:
    """The same as 2x2 tables."""
    return ms.counts(**BCG)


@pytest.fixture(scope="session")
def studies() -> Callable[..., ms.Effects]:
    """k made-up log odds ratios; labels have so many letters of a script."""

    def build(k: int, length: int = 20, script: str = "latin") -> ms.Effects:
        rng = np.random.default_rng(k)
        vi = np.exp(rng.normal(-2.5, 1.2, k))
        yi = rng.normal(-0.3, np.sqrt(vi + 0.15))
        slab = [
            f"{''.join(islice(cycle(LETTERS[script]), length - len(str(i)) - 1)).rstrip()} {i}"
            for i in range(k)
        ]
        data = pd.DataFrame({"dose": np.round(rng.gamma(2, 20, k), 1)})
        made = ms.effects_from(yi, vi, slab=slab, data=data)
        ni = np.round(4 / vi)
        return ms.Effects(made.yi, made.vi, made.slab, measure="OR", ni=ni, data=data)

    return build


@pytest.fixture(scope="session")
def check() -> Callable[[Layout], None]:
    """No text overlaps a text or covers a point, and nothing leaves the page."""

    def checked(layout: Layout) -> None:
        assert layout.description and layout.title
        for page in layout.pages:
            assert _overlapping(list(page.texts)) == []
            assert _outside(page) == []
            points = [m for m in page.marks if isinstance(m, Circle)]
            assert [
                (text.text, point.role)
                for text in page.texts
                for point in points
                if text.box.overlaps(point.box)
            ] == []

    return checked


def _overlapping(texts: list[Text]) -> list[tuple[str, str]]:
    by_top = sorted(texts, key=lambda text: text.box.top)
    found = []
    for i, text in enumerate(by_top):
        for other in itertools.islice(by_top, i + 1, None):
            if other.box.top >= text.box.bottom:
                break
            if text.box.overlaps(other.box):
                found.append((text.text, other.text))
    return found


def _outside(page: Page) -> list[Mark]:
    whole = Box(0, 0, page.width, page.height)
    return [
        mark
        for mark in page.marks
        if mark.box.left < whole.left
        or mark.box.top < whole.top
        or mark.box.right > whole.right
        or mark.box.bottom > whole.bottom
    ]


@pytest.fixture(scope="session")
def shapes() -> Callable[[Layout, str], list[Mark]]:
    """Shapes of a role."""
    return lambda layout, role: [m for m in layout.pages[0].of(role) if not isinstance(m, Text)]


@pytest.fixture(scope="session")
def words() -> Callable[[Layout, str], str]:
    """Texts of a role, joined."""
    return lambda layout, role: " ".join(
        m.text for m in layout.pages[0].of(role) if isinstance(m, Text)
    )
