"""Tipping curves: one panel a line, where it tips, the strip of the forest plot."""

from dataclasses import replace

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.case_evidence.tipping import WEIGHTS, Tipping, TippingCurve
from metasyn.effects.arrays import read_only
from metasyn.figures.forest.strip import strip_of
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Text
from metasyn.figures.tipping import tipping_layout, write_tipping
from metasyn.figures.write_figure import figure_layout

LONG = "Tocilizumab together with corticosteroids after failure of anakinra, any dose and line "


def shapes(layout, role):
    return [m for m in layout.pages[0].marks if m.role == role and not isinstance(m, Text)]


def words(layout, role):
    return [t.text for t in layout.pages[0].texts if t.role == role]


def curve(mode, first, last, crosses=()):
    rate = read_only(first + (last - first) * np.sqrt(WEIGHTS))
    low, high = read_only(rate - 0.1), read_only(np.minimum(rate + 0.1, 1))
    return TippingCurve(mode, WEIGHTS, rate, low, high, rate, rate, crosses, ())


@pytest.fixture
def curves():
    return {
        "Tocilizumab": Tipping(
            0.5, 0.1, curve("pseudo-study", 0.68, 0.6), curve("individual", 0.68, 0.4)
        ),
        LONG * 2: Tipping(
            0.5, 0.075, curve("pseudo-study", 0.4, 0.7, (0.1111,)), curve("individual", 0.4, 0.9)
        ),
        "Ruxolitinib": Tipping(
            0.5, 0.1, curve("pseudo-study", 0.9, 1.0), curve("individual", 0.9, 1.0)
        ),
    }


def test_tipping_panels_do_not_overlap_and_say_where_they_tip(curves):
    layout = tipping_layout(curves, title="How much do single cases move the rate? " * 3)
    (page,) = layout.pages
    for i, text in enumerate(page.texts):
        for other in page.texts[i + 1 :]:
            assert not text.box.overlaps(other.box), (text.text, other.text)
    for mark in page.marks:
        assert mark.box.left >= 0 and mark.box.right <= page.width, mark
        assert mark.box.top >= 0 and mark.box.bottom <= page.height, mark
    said = " ".join(words(layout, "panel-title"))
    assert said.count("The rate crosses 50% at no weight from 0 to 1.") == 2
    assert "The rate crosses 50% at weight 0.11." in said
    assert len(shapes(layout, "crossing")) == 1


def test_the_weight_in_force_is_marked_on_the_curve(curves):
    layout = tipping_layout({"Tocilizumab": curves["Tocilizumab"]})
    (used,), (upright,) = shapes(layout, "used"), shapes(layout, "weight")
    (line,) = shapes(layout, "curve")
    assert used.x == upright.x1
    place = int(np.flatnonzero(WEIGHTS == 0.1)[0])
    assert (used.x, used.y) == pytest.approx(line.points[place])


def test_curves_of_one_line_are_drawn_by_their_class(curves):
    alone = figure_layout(curves["Ruxolitinib"], "jama", title="One line")
    assert words(alone, "panel-title")[0] == "Pooled rate"
    assert alone.description.startswith("Pooled rate: from 90.0% without single cases to 100.0%.")


def test_a_strip_takes_the_curve_of_the_pseudo_study(curves):
    strip = strip_of(curves["Tocilizumab"])
    assert strip.weights == (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    assert strip.rates[0] == pytest.approx(0.68) and strip.rates[-1] == pytest.approx(0.6)


def test_a_strip_without_weight_zero_where_nothing_but_cases_is_known(curves):
    full = curves["Tocilizumab"].pseudo_study
    cut = {n: read_only(getattr(full, n)[1:]) for n in ("weight", "rate", "low", "high", "share")}
    only = replace(curves["Tocilizumab"], pseudo_study=replace(full, **cut))
    assert strip_of(only).weights == (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def test_a_forest_plot_takes_the_curves_themselves(crs, curves):
    layout = forest_layout(crs, tipping={"tocilizumab": curves["Tocilizumab"]})
    assert words(layout, "tipping-weight") == ["0", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]


def test_a_weight_that_the_cap_lowered_is_in_the_strip(crs, curves):
    line = crs.line("tocilizumab")
    line = replace(line, result=replace(line.result, case_power=0.075))
    groups = ms.Groups((line,), "intervention", crs.spec, crs.records)
    layout = forest_layout(groups, tipping={"tocilizumab": curves["Tocilizumab"]})
    bold = [t.text for t in layout.pages[0].texts if t.weight == "bold"]
    assert "0.075" in bold and "70.3" in bold
    points = shapes(layout, "tipping-point")
    assert len(points) == 8
    assert points[3].x == pytest.approx(layout.axis.x(0.703))


def test_no_curve_is_an_error():
    with pytest.raises(ms.SpecError, match="no tipping curve"):
        tipping_layout({})


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_curves_are_written_with_the_same_bytes(curves, tmp_path, suffix):
    files = [write_tipping(curves, tmp_path / f"{name}.{suffix}", dpi=60) for name in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_case_evidence_is_drawn_as_its_curves(tmp_path):
    counts = ms.counts(xi=[1, 1, 0, 8, 12, 30], ni=[1, 1, 1, 12, 20, 50])
    evidence = ms.case_evidence(counts, ms.BinomialNormal())
    one = write_tipping(evidence, tmp_path / "one.svg").read_bytes()
    assert one == write_tipping(evidence.tipping, tmp_path / "two.svg").read_bytes()
    named = write_tipping({"Anakinra": evidence}, tmp_path / "three.svg").read_text("utf-8")
    assert "Anakinra" in named
    without = ms.case_evidence(ms.counts(xi=[8, 12, 30], ni=[12, 20, 50]), ms.BinomialNormal())
    with pytest.raises(ms.SpecError, match="Anakinra: no cases here"):
        write_tipping({"Anakinra": without}, tmp_path / "no.svg")
    with pytest.raises(ms.SpecError, match=r"drawn of case evidence.*not of a PooledRate"):
        write_tipping(ms.pool(counts, ms.BinomialNormal()), tmp_path / "no.svg")
    assert not (tmp_path / "no.svg").exists()
