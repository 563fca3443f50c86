"""Labels with letters that no file may hold: every kind of file stays sound."""

from __future__ import annotations

import re

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from matplotlib.image import imread

import metasyn as ms
from metasyn.figures.legible import MISSING, legible
from metasyn.figures.text_metrics import text_width

REFUSED = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ufffe", "\uffff", "\u202e"]
LABELS = [f"Lee{letter}20{i:02d}" for i, letter in enumerate(REFUSED)]
WHOLE = [
    f"Lee{' ' if letter == chr(0x85) else MISSING}20{i:02d}" for i, letter in enumerate(REFUSED)
]


@pytest.fixture(scope="module")
def effects() -> ms.Effects:
    k = len(LABELS)
    return ms.effects_from(np.linspace(-0.9, 0.4, k), np.linspace(0.01, 0.3, k), slab=LABELS)


@pytest.fixture(scope="module")
def results(effects):
    spec = ms.RandomEffects()
    return {
        "forest": ms.pool(effects, spec),
        "leave-one-out": ms.leave_one_out(effects, spec),
        "influence": ms.influence(effects, spec),
        "baujat": ms.baujat(effects, spec),
        "qq": ms.normal_qq(effects, spec),
        "radial": ms.radial(effects, spec),
    }


def texts_of(path) -> list[str]:
    """Every text of an SVG; parsing fails where it is no sound XML."""
    root = fromstring(path.read_bytes())
    return ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_forest_plot_says_what_it_may(results, tmp_path):
    path = ms.write_forest(results["forest"], tmp_path / "a.svg", title="All\x07 of\u202e it")
    found = texts_of(path)
    assert [text for text in found if text.startswith("Lee")] == WHOLE
    assert f"All{MISSING} of{MISSING} it" in found
    content = path.read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202e]", content)


@pytest.mark.parametrize("kind", ["forest", "leave-one-out", "influence", "baujat", "qq", "radial"])
@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_every_figure_is_a_sound_file(results, kind, suffix, tmp_path):
    path = ms.write_figure(results[kind], tmp_path / f"a.{suffix}")
    content = path.read_bytes()
    if suffix == "svg":
        assert texts_of(path)
    elif suffix == "pdf":
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")
    else:
        assert imread(path).min() < 0.5  # something is drawn


def test_a_text_is_as_wide_as_what_is_drawn():
    for label, shown in zip(LABELS, WHOLE, strict=True):
        assert text_width(label, 10) == text_width(shown, 10)
        assert legible(label) == shown


def test_joined_and_foreign_letters_stay():
    text = "Müller 王 Пётр \N{ARABIC LETTER MEEM}\u200d\N{ARABIC LETTER MEEM} e\u0301"
    assert legible(text) == text
