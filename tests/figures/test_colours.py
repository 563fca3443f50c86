"""Colours: readable on paper, told apart in grey and by people who see few colours."""

from itertools import pairwise

import pytest
import seaborn as sns

from metasyn.figures.diagnostics.gosh import SHADES
from metasyn.figures.evidence_map_counts import CLASSES
from metasyn.figures.funnel_marks import CONTOURS, OUTSIDE
from metasyn.figures.house_styles import STYLES


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast ratio (WCAG 2.2, definition)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_texts_and_signs_stand_out_from_the_paper(style):
    palette = style.palette
    # WCAG 2.2: 4.5 for text (1.4.3), 3 for graphics that are needed to understand (1.4.11)
    assert min(contrast(colour) for colour in (palette.ink, palette.muted)) >= 4.5
    signs = (palette.study, palette.whisker, palette.case, palette.pooled_edge)
    assert min(contrast(colour) for colour in signs) >= 3


def test_pooled_and_single_cases_have_seaborns_colours():
    blue, _, _, vermilion, *_ = sns.color_palette("colorblind").as_hex()
    palette = STYLES["plain"].palette
    assert (palette.pooled, palette.case) == (blue, vermilion)


def test_shades_of_the_funnel_and_designs_of_the_map_are_ordered_in_grey():
    shades = [luminance(contour.fill) for contour in (OUTSIDE, *CONTOURS)]
    assert shades == sorted(shades) and len(set(shades)) == len(shades)
    designs = [luminance(found.fill) for found in CLASSES]
    assert designs == sorted(designs)
    assert all(b - a > 0.1 for a, b in pairwise(designs))


def test_shades_of_gosh_darken_with_the_share_of_subsets_that_hold_the_study():
    shades = [luminance(shade) for shade in SHADES]
    assert shades == sorted(shades, reverse=True)
    assert all(a - b > 0.05 for a, b in pairwise(shades))
    # the two ends are told apart like a graphic from its ground (WCAG 2.2, 1.4.11)
    assert contrast(SHADES[0], SHADES[-1]) >= 3
