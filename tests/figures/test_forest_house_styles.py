"""What each journal prints, letter by letter, and how RevMan and JAMA differ from the others."""

from dataclasses import replace

import pytest

import metasyn as ms
from metasyn.figures.forest.statistics import p_text
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.house_styles import STYLES, style_of
from metasyn.figures.marks import Rectangle
from metasyn.models.interval import Interval

JOURNALS = ("plain", "revman", "bmj", "jama", "lancet")


def texts(layout, role=None):
    said = [t for t in layout.pages[0].texts if role is None or t.role == role]
    return [t.text.replace("\N{NO-BREAK SPACE}", " ") for t in said]


def pooled_row(layout):
    row = layout.blocks[0].pooled
    return " ".join(part for part in row.cells["estimate"] if part)


@pytest.fixture
def pooled(ratios):
    """0.72 (0.49 to 1.06), P 0.007 for the overall test."""
    made = ratios([-0.5, -0.2], [0.2, 0.2])
    ends = Interval(-0.71335, 0.05827, 0.95, "z")
    return replace(made, estimate=-0.328504, ci=ends, prediction=None, p_value=0.0071)


@pytest.mark.parametrize(
    ("style", "estimate", "p", "label"),
    [
        ("plain", "0.72 [0.49, 1.06]", None, "Pooled (random effects)"),
        ("revman", "0.72 [0.49 , 1.06]", "Z = 3.00 (P = 0.007)", "Total (95% CI)"),
        ("bmj", "0.72 (0.49 to 1.06)", "Z = 3.00 (P = 0.007)", "Total (95% CI)"),
        ("jama", "0.72 (0.49-1.06)", "Z = 3.00 (P = .007)", "Total"),
        ("lancet", "0·72 (0·49–1·06)", "Z = 3·00 (P = 0·007)", "Total"),
    ],
)
def test_estimate_p_and_label_of_a_pooled_line(pooled, style, estimate, p, label):
    layout = forest_layout(pooled, style)
    assert pooled_row(layout) == estimate
    assert layout.blocks[0].pooled.label == label
    tests = [text for text in texts(layout, "statistics") if text.startswith("Test for overall")]
    assert tests == ([] if p is None else [f"Test for overall effect: {p}"])


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("plain", "τ² = 0.31; χ² = 152.20, df = 1; P < 0.001; I² = 92%; k = 2 studies"),
        (
            "revman",
            "Heterogeneity: Tau² = 0.31; Chi² = 152.20, df = 1 (P < 0.001); I² = 92%; "
            "k = 2 studies",
        ),
        (
            "bmj",
            "Test for heterogeneity: τ² = 0.31; χ² = 152.20, df = 1; P < 0.001; I² = 92%; "
            "k = 2 studies",
        ),
        ("jama", "Heterogeneity: χ² = 152.20, df = 1; P < .001; I² = 92%; k = 2 studies"),
        ("lancet", "Heterogeneity: χ² = 152·20, df = 1; P < 0·001; I² = 92%; k = 2 studies"),
    ],
)
def test_heterogeneity_of_each_journal(pooled, style, line):
    said = " ".join(texts(forest_layout(pooled, style), "statistics"))
    assert said.startswith(line)


@pytest.mark.parametrize("style", JOURNALS)
def test_only_jama_and_lancet_leave_tau2_out(pooled, style):
    said = " ".join(texts(forest_layout(pooled, style), "statistics"))
    assert ("τ²" in said or "Tau²" in said) is (style not in ("jama", "lancet"))


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("plain", "χ² = 4.30, df = 1; P = 0.04"),
        ("revman", "Chi² = 4.30, df = 1 (P = 0.04); I² = 77%"),
        ("jama", "χ² = 4.30, df = 1; P = .04"),
        ("lancet", "χ² = 4·30, df = 1; P = 0·04"),
    ],
)
def test_subgroup_differences_of_each_journal(two_arms, style, line):
    found = ms.subgroups(two_arms, ["A", "A", "A", "B", "B"], ms.CommonEffect())
    found = replace(found, statistic=4.3, p_value=0.0381)
    said = texts(forest_layout(found, style), "statistics")
    assert f"Test for subgroup differences: {line}" in said


def test_an_f_test_of_subgroups_names_both_degrees_of_freedom(two_arms):
    found = ms.subgroups(two_arms, ["A", "A", "A", "B", "B"])
    found = replace(found, statistic=2.5, df=(1.0, 3.0), p_value=0.21)
    said = texts(forest_layout(found, "bmj"), "statistics")
    assert "Test for subgroup differences: F = 2.50; df = 1, 3.0; P = 0.21" in said
    found = replace(found, statistic=None, p_value=None)
    said = " ".join(texts(forest_layout(found, "bmj"), "statistics"))
    assert "not possible, the studies of each subgroup agree exactly" in said


@pytest.mark.parametrize(
    ("p", "plain", "jama"),
    [
        (0.00021, "< 0.001", "< .001"),
        (0.001, "= 0.001", "= .001"),
        (0.0072, "= 0.007", "= .007"),
        (0.0096, "= 0.01", "= .01"),
        (0.0481, "= 0.05", "= .05"),
        (0.25, "= 0.25", "= .25"),
        (0.9972, "= 1.00", "> .99"),
    ],
)
def test_digits_of_p_values(p, plain, jama):
    assert p_text(p, style_of("bmj").numbers) == plain
    assert p_text(p, style_of("jama").numbers) == jama


@pytest.mark.parametrize(
    ("style", "weight"),
    [("plain", "50.0"), ("revman", "50.0%"), ("bmj", "50.0"), ("jama", "50.0"), ("lancet", "50·0")],
)
def test_weights_of_each_journal(pooled, style, weight):
    assert forest_layout(pooled, style).rows[0].cells["weight"] == (weight, "")


@pytest.mark.parametrize(
    ("style", "headers"),
    [
        ("plain", ["Study", "Risk ratio [95% CI]", "Weight, %"]),
        ("revman", ["Study or Subgroup", "Weight", "Risk Ratio", "IV, Random, 95% CI"]),
        ("bmj", ["Study or subgroup", "Weight", "(%)", "Risk ratio, IV, random", "(95% CI)"]),
        ("jama", ["Source", "Risk ratio", "(95% CI)", "Weight, %"]),
        ("lancet", ["Study", "Risk ratio", "(95% CI)", "Weight", "(%)"]),
    ],
)
def test_headers_of_each_journal(pooled, style, headers):
    assert set(texts(forest_layout(pooled, style), "header")) == set(headers)


@pytest.mark.parametrize("weight", [0.007, 0.05, 0.162, 0.326, 0.9])
def test_sides_of_revmans_squares(pooled, weight):
    """Side = 2 + 0.16 px for each percent of weight, at 14 px type (measured on RevMan Web)."""
    made = replace(pooled, weights=pooled.weights * [2 * weight, 2 * (1 - weight)])
    layout = forest_layout(made, "revman")
    first = next(m for m in layout.pages[0].marks if m.role == "square" and m.row == 0)
    assert isinstance(first, Rectangle) and first.fill == "#0000cc"
    style = STYLES["revman"]
    expected = max(style.least_square, (2 + 16 * weight) * style.size / 14)
    assert first.width == first.height == pytest.approx(expected)


def test_the_footer_says_how_squares_grow(pooled):
    for style in JOURNALS:
        said = " ".join(texts(forest_layout(pooled, style), "footer"))
        in_line = "the sides of squares grow with it in a straight line" in said
        assert in_line is (style == "revman")
        assert ("areas in proportion" in said) is not in_line


def test_revman_has_no_pooled_line_and_no_effect_in_the_middle(pooled):
    layout = forest_layout(pooled, "revman")
    assert not [m for m in layout.pages[0].marks if m.role == "pooled-line"]
    axis = layout.axis
    assert axis.x(1.0) == pytest.approx((axis.left + axis.right) / 2)


def test_favours_stand_above_the_rows_in_jama_only(pooled):
    for style in JOURNALS:
        layout = forest_layout(pooled, style, favours=("A", "B"))
        words = next(t for t in layout.pages[0].texts if t.role == "favours")
        row = next(t for t in layout.pages[0].texts if t.row == 0)
        assert (words.y < row.y) is (style == "jama")


def test_favours_are_bold_in_the_bmj_and_in_jama(pooled):
    for style in JOURNALS:
        layout = forest_layout(pooled, style, favours=("A", "B"))
        weights = {t.weight for t in layout.pages[0].texts if t.role == "favours"}
        assert weights == {"bold" if style in ("bmj", "jama") else "normal"}


@pytest.mark.parametrize(
    ("style", "columns"),
    [
        ("plain", ["label", "events", "control", "plot", "estimate", "weight"]),
        (
            "revman",
            ["label", "count", "total", "control_count", "control_total", "weight", "estimate"],
        ),
        ("bmj", ["label", "events", "control", "plot", "weight", "estimate"]),
        ("jama", ["label", "events", "control", "estimate", "weight", "plot"]),
        ("lancet", ["label", "events", "control", "plot", "estimate", "weight"]),
    ],
)
def test_order_of_the_columns_of_each_journal(two_arms, style, columns):
    """RevMan and JAMA have all words left of the plot, the others on both sides."""
    layout = forest_layout(ms.pool(two_arms, ms.CommonEffect()), style)
    row = [t for t in layout.pages[0].texts if t.row == 0]
    lefts = {"label" if t.role == "study" else t.role: t.box.left for t in row}
    lefts["plot"] = layout.axis.left
    found = sorted(lefts, key=lefts.__getitem__)
    wanted = columns if "plot" in columns else [*columns, "plot"]
    assert found == wanted


@pytest.mark.parametrize(
    ("spec", "revman", "bmj"),
    [
        (ms.CommonEffect(), "IV, Fixed, 95% CI", "Risk ratio, IV, fixed"),
        (ms.RandomEffects(), "IV, Random, 95% CI", "Risk ratio, IV, random"),
        (ms.MantelHaenszel("RR"), "M-H, Fixed, 95% CI", "Risk ratio, M-H, fixed"),
    ],
)
def test_models_are_abbreviated_as_cochrane_does(two_arms, spec, revman, bmj):
    data = two_arms.counts if isinstance(spec, ms.MantelHaenszel) else two_arms
    pooled = ms.pool(data, spec)
    assert revman in texts(forest_layout(pooled, "revman"), "header")
    assert bmj in texts(forest_layout(pooled, "bmj"), "header")


def test_only_jama_has_no_room_between_subgroups(two_arms):
    found = ms.subgroups(two_arms, ["A", "A", "A", "B", "B"], ms.CommonEffect())
    for style in JOURNALS:
        layout = forest_layout(found, style)
        lines = {t.row: t.y for t in layout.pages[0].texts if t.row is not None}
        second = next(i for i, row in enumerate(layout.rows) if row.label == "B")
        apart = lines[second] - lines[second - 1]
        assert (apart > 1.3 * STYLES[style].pitch) is (style != "jama"), style


def test_ticks_have_the_decimal_mark_of_the_style(pooled):
    assert "0·5" in texts(forest_layout(pooled, "lancet"), "tick")
    assert "0.5" in texts(forest_layout(pooled, "bmj"), "tick")


def test_two_arms_and_their_sums(two_arms):
    """RevMan sums the sizes and has a line of events; the Lancet sums both; others neither."""
    pooled = ms.pool(two_arms, ms.CommonEffect())
    revman = forest_layout(pooled, "revman")
    total = revman.blocks[0].pooled.cells
    assert (total["total"][0], total["control_total"][0]) == ("19327", "19337")
    events = next(row for row in revman.rows if row.label == "Total events:")
    assert (events.cells["count"][0], events.cells["control_count"][0]) == ("108", "346")
    lancet = forest_layout(pooled, "lancet").blocks[0].pooled.cells
    assert (lancet["events"][0], lancet["control"][0]) == ("108/19327", "346/19337")
    assert "events" not in forest_layout(pooled, "bmj").blocks[0].pooled.cells
