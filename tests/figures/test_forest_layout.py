"""What a forest plot shows: rows, signs, arrows, weights, words."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import metasyn as ms
from metasyn.figures.forest.footer import MODELS
from metasyn.figures.forest.options import ForestOptions
from metasyn.figures.forest.table import TippingStrip
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Circle, Line, Rectangle, Text
from metasyn.figures.styles import StyleName
from metasyn.figures.words import MODEL_NAMES
from metasyn.models.specs import Spec


def marks(layout, role, page=0):
    """Marks of a role in the plot, those of the key left out."""
    return [m for m in layout.pages[page].marks if m.role == role and m.row != -1]


def shapes(layout, role):
    return [mark for mark in marks(layout, role) if not isinstance(mark, Text)]


def texts(layout, role=None):
    return [t.text for t in layout.pages[0].texts if role is None or t.role == role]


def footer(layout):
    return " ".join(texts(layout, "footer")).replace("\N{NO-BREAK SPACE}", " ")


def kinds(layout, block=0):
    return [row.kind for row in layout.blocks[block].rows]


def test_rows_of_a_pooled_line_with_single_cases(crs, tipping):
    assert kinds(forest_layout(crs, tipping=tipping)) == [
        "heading", "study", "study", "study", "study",
        "stratum", "case", "case", "case", "cases-together",
        "pooled", "studies-only", "prediction", "tipping", "statistics",
    ]  # fmt: skip


def test_blocks_stand_in_the_order_of_the_groups(crs):
    layout = forest_layout(crs)
    assert texts(layout, "heading") == ["Tocilizumab", "Haemofiltration", "Etanercept", "Dasatinib"]


def test_numbers_are_printed_in_percent(crs):
    cells = forest_layout(crs).blocks[0].rows[1].cells
    assert cells["events"][0].rstrip("\N{FIGURE SPACE}") == "31/45"
    assert cells["estimate"] == ("68.9", "[53.4, 81.8]")
    assert cells["weight"] == ("40.0", "")
    assert cells["design"] == ("", "Retrospective cohort")


def test_area_of_squares_is_in_proportion_to_the_weight(crs):
    layout = forest_layout(crs)
    squares = {layout.rows[s.row].weight: s.width for s in shapes(layout, "square")}
    # 12.9% against 40%: sides as the roots of the weights
    assert squares[0.129] / squares[0.40] == pytest.approx((0.129 / 0.40) ** 0.5)
    assert squares[0.40] == max(squares.values()) == layout.style.square


def test_light_studies_stay_visible(ratios):
    pooled = ratios([0.1, 0.2], [0.1, 0.1])
    pooled = replace(pooled, weights=pooled.weights * [1.9998, 0.0002])
    layout = forest_layout(pooled)
    sides = [s.width for s in shapes(layout, "square")]
    assert min(sides) == layout.style.least_square


def test_single_cases_are_hollow_circles_and_count_together_once(crs):
    layout = forest_layout(crs)
    circles = shapes(layout, "case")
    assert len(circles) == 3 + 1  # tocilizumab's, and haemofiltration's only case
    assert all(isinstance(c, Circle) and c.fill == "#ffffff" and c.edge for c in circles)
    (together,) = shapes(layout, "cases-together")
    assert isinstance(together, Rectangle) and together.fill == "#ffffff"
    row = layout.rows[together.row]
    assert row.cells["weight"] == ("2.1", "")
    assert row.cells["events"][0].startswith("1/3")


def test_a_diamond_spans_the_interval_and_the_one_without_cases_is_open(crs):
    layout = forest_layout(crs)
    pooled, alone = shapes(layout, "diamond")
    x = layout.axis.x
    assert (pooled.box.left, pooled.box.right) == pytest.approx((x(0.48), x(0.86)))
    assert pooled.fill != "#ffffff"
    assert (alone.box.left, alone.box.right) == pytest.approx((x(0.487), x(0.866)))
    assert alone.fill == "#ffffff"


def test_lines_that_are_not_pooled_have_brackets_and_no_diamond(crs):
    layout = forest_layout(crs)
    etanercept = [i for i, row in enumerate(layout.rows) if row.key == "etanercept"]
    drawn = {m.role for m in layout.pages[0].marks if m.row in etanercept and type(m) is not Text}
    assert drawn == {"not-pooled", "bracket", "sum"}
    last = layout.blocks[2].rows[-1]
    assert last.label == "Not pooled: one report"
    assert last.cells["estimate"] == ("100.0", "[29.2, 100.0]")
    dashes = next(m for m in marks(layout, "not-pooled") if isinstance(m, Line))
    assert dashes.dash


def test_a_line_without_rows_says_why(crs):
    assert [(r.kind, r.label) for r in forest_layout(crs).blocks[3].rows] == [
        ("heading", "Dasatinib"),
        ("not-pooled", "Not pooled: no row has the numbers that the model needs"),
    ]


def test_prediction_interval_is_a_bar_with_its_type(crs):
    layout = forest_layout(crs)
    (bar,) = shapes(layout, "prediction")
    assert isinstance(bar, Rectangle)
    assert (bar.box.left, bar.box.right) == pytest.approx(
        (layout.axis.x(0.29), layout.axis.x(0.93))
    )
    assert "Prediction interval (t, k − 2 df)" in texts(layout, "prediction")
    assert "Prediction interval for the true value in a new study: t, k − 2 df." in footer(layout)


def test_a_line_without_prediction_interval_has_no_bar(ratios):
    pooled = replace(ratios([0.1, 0.2, 0.4], [0.2, 0.1, 0.2]), prediction=None)
    layout = forest_layout(pooled)
    assert not shapes(layout, "prediction")
    assert "Prediction" not in " ".join(texts(layout))


def test_statistics_stand_under_the_line(crs, ratios):
    said = "".join(texts(forest_layout(crs), "statistics")).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "τ² = 0.21; k = 4 studies, 3 single cases; population-averaged rate 68.3%"
    said = " ".join(texts(forest_layout(ratios([0.1, 0.2], [0.2, 0.1])), "statistics"))
    said = said.replace("\N{NO-BREAK SPACE}", " ")
    assert said == "τ² = 0.31; χ² = 152.20, df = 1; P < 0.001; I² = 92%; k = 2 studies"


def test_the_tipping_strip_marks_the_weight_in_use(crs, tipping):
    layout = forest_layout(crs, tipping=tipping)
    weights = [t for t in layout.pages[0].texts if t.role == "tipping-weight"]
    assert [t.text for t in weights] == ["0", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
    assert [t.text for t in weights if t.weight == "bold"] == ["0.1"]
    points = shapes(layout, "tipping-point")
    rates = tipping["tocilizumab"].rates
    assert [point.x for point in points] == pytest.approx([layout.axis.x(r) for r in rates])
    assert texts(layout, "tipping-rate")[0] == "71.2"


def test_a_strip_of_unequal_lengths_is_refused():
    with pytest.raises(ms.DataError, match="as many rates, lows and highs as weights"):
        TippingStrip((0.0, 1.0), (0.5,), (0.4, 0.4), (0.6, 0.6))


def test_proportions_run_from_0_to_100_without_a_line_of_no_effect(crs):
    layout = forest_layout(crs)
    assert [(t.value, t.label) for t in layout.axis.ticks] == [
        (0, "0"), (0.25, "25"), (0.5, "50"), (0.75, "75"), (1, "100"),
    ]  # fmt: skip
    assert layout.axis.null is None
    assert not shapes(layout, "null")
    assert texts(layout, "axis-title") == ["CRS resolved, %"]


def test_ratios_have_a_log_axis_and_a_line_of_no_effect(ratios):
    layout = forest_layout(ratios([-0.7, -0.2, 0.3], [0.2, 0.3, 0.2]))
    axis = layout.axis
    assert axis.log and axis.null == 1.0
    (null,) = shapes(layout, "null")
    assert null.x1 == null.x2 == pytest.approx(axis.x(1.0))
    assert axis.x(0.5) - axis.x(0.25) == pytest.approx(axis.x(1.0) - axis.x(0.5))


def test_intervals_beyond_the_axis_end_in_arrows(ratios):
    pooled = ratios([-0.7, -0.2, 0.3], [0.2, 2.5, 0.2])
    layout = forest_layout(pooled, options=ForestOptions(limits=(0.2, 5.0)))
    arrows = shapes(layout, "arrow")
    wide = [a for a in arrows if layout.rows[a.row].label == "Study 2"]
    assert sorted(a.box.left for a in wide)[0] == layout.axis.left
    assert sorted(a.box.right for a in wide)[1] == layout.axis.right
    assert layout.rows[1].cells["estimate"] == ("0.82", "[0.01, 109.94]")


def test_an_estimate_beyond_the_axis_has_an_arrow_and_no_square(ratios):
    layout = forest_layout(
        ratios([-0.1, 0.1, 4.0], [0.1, 0.1, 0.2]), options=ForestOptions(limits=(0.5, 2.0))
    )
    assert {layout.rows[s.row].label for s in shapes(layout, "square")} == {"Study 1", "Study 2"}
    arrow = next(a for a in shapes(layout, "arrow") if layout.rows[a.row].label == "Study 3")
    assert arrow.box.right == layout.axis.right


def test_no_sign_stands_where_the_axis_does_not_reach(crs):
    """Rates of 0, 33 and 70% on an axis from 80%: arrows, but no circle, square or diamond."""
    layout = forest_layout(crs, options=ForestOptions(limits=(0.8, 1.0)))
    signs = ("square", "case", "cases-together", "diamond", "sum")
    rows = [layout.rows[m.row] for sign in signs for m in shapes(layout, sign)]
    assert rows and all(row.estimate >= 0.8 for row in rows)
    pooled = next(i for i, row in enumerate(layout.rows) if row.kind == "pooled")
    assert {m.role for m in layout.pages[0].marks if m.row == pooled and type(m) is not Text} == {
        "interval",
        "arrow",
    }


def test_favours_stand_on_both_sides_of_no_effect(ratios):
    layout = forest_layout(ratios([0.1, 0.2], [0.2, 0.2]), favours=("Favours A", "Favours B"))
    left, right = (t for t in layout.pages[0].texts if t.role == "favours")
    assert (left.text, right.text) == ("←\u00a0Favours A", "Favours B\u00a0→")
    assert left.box.right < layout.axis.x(1.0) < right.box.left


def test_studies_without_an_estimate_say_so():
    data = ms.counts(ai=[4, 6, 0], bi=[119, 300, 50], ci=[11, 29, 0], di=[128, 274, 60])
    layout = forest_layout(ms.pool(data, ms.MantelHaenszel("OR")))
    row = layout.rows[2]
    assert row.cells["estimate"] == ("", "Not estimable")
    assert row.cells["events"][0].startswith("0/50")
    assert row.cells["control"][0].startswith("0/60")
    drawn = [m for m in layout.pages[0].marks if m.row == 2 and not isinstance(m, Text)]
    assert drawn == []
    assert "df = 1" in " ".join(texts(layout, "statistics")).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("plain", ("0.61", "[0.41, 0.90]")),
        ("revman", ("0.61", "[0.41 , 0.90]")),
        ("bmj", ("0.61", "(0.41 to 0.90)")),
        ("jama", ("0.61", "(0.41-0.90)")),
        ("lancet", ("0·61", "(0·41–0·90)")),
    ],
)
def test_each_journal_writes_its_own_way(ratios, style: StyleName, expected):
    layout = forest_layout(ratios([-0.5, -0.5], [0.2, 0.2]), style)
    assert layout.blocks[0].pooled.cells["estimate"] == expected


def test_column_order_is_the_journals(ratios):
    pooled = ratios([-0.5, -0.5], [0.2, 0.2])

    def order(style):
        layout = forest_layout(pooled, style)
        ends = {t.role: t.x for t in layout.pages[0].texts if t.row == 0}
        return sorted([*ends, "plot"], key=lambda c: layout.axis.left if c == "plot" else ends[c])

    assert order("plain") == ["study", "plot", "estimate", "weight"]
    assert order("revman") == ["study", "weight", "estimate", "plot"]
    assert order("bmj") == ["study", "plot", "weight", "estimate"]
    assert order("jama") == ["study", "estimate", "weight", "plot"]
    assert order("lancet") == ["study", "plot", "estimate", "weight"]


def test_negative_limits_are_written_with_a_true_minus_and_never_with_a_dash(ratios):
    pooled = ratios([-0.5, 0.5], [0.5, 0.5], measure="MD")
    rows = forest_layout(pooled, "lancet").rows
    assert rows[0].cells["estimate"] == ("−0·50", "(−1·48 to 0·48)")
    assert rows[1].cells["estimate"] == ("0·50", "(−0·48 to 1·48)")


def test_the_footer_says_model_intervals_and_weights(crs):
    said = footer(forest_layout(crs))
    assert said.startswith(
        "Model: binomial-normal, logit scale, maximum likelihood. Single cases (n ≤ 2) count "
        "together as one study at weight 0.10, with at most 10% of the information;"
    )
    intervals = "studies and sums that are not pooled, exact (Clopper–Pearson); pooled, Wald t."
    assert f"Intervals (95%): {intervals}" in said
    assert "squares have areas in proportion" in said


def test_single_cases_that_are_not_pooled_are_counted_apart(crs):
    spec = ms.RandomEffects()
    line = crs.line("tocilizumab")
    result = replace(line.result, spec=spec, case_power=0.0, studies_only=None, units=())
    lines = (replace(line, result=result),)
    layout = forest_layout(ms.Groups(lines, "intervention", spec, crs.records))
    pooled = layout.blocks[0].pooled
    assert pooled.cells["events"][0] == "55/79"
    assert "k = 4 studies;" in "".join(texts(layout, "statistics")).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "Single cases are shown and have no part in pooled estimates." in footer(layout)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (ms.BinomialNormal(case_weight=0), "are shown and have no part in pooled rates;"),
        (ms.BinomialNormal(cases="individual"), "count one by one at weight 0.10, with at most"),
        (ms.BinomialNormal(case_cap=1, case_weight=0.2), "as one study at weight 0.20; small"),
        (ms.BinomialNormal(design_weights=ms.DesignWeights()), "the analysis’s own table."),
        (ms.RandomEffects("DL"), "τ² by DerSimonian–Laird."),
        (ms.CommonEffect(), "Model: common effect, inverse variance."),
        (ms.BetaBinomial(), "Model: beta-binomial, maximum likelihood."),
    ],
)
def test_the_footer_changes_with_the_specification(crs, spec, sentence):
    line = crs.line("tocilizumab")
    groups = ms.Groups((line,), "intervention", spec, crs.records)
    assert sentence in footer(forest_layout(groups))


def test_every_model_has_a_name_for_people():
    for spec in get_args(Spec):
        assert spec.__name__ in MODEL_NAMES
        told = spec.__name__ in MODELS or spec in (ms.RandomEffects, ms.BinomialNormal)
        assert told, spec


def test_the_key_explains_the_signs_that_occur_and_no_others(crs, ratios):
    assert texts(forest_layout(crs), "key") == [
        "Study", "Single case", "Single cases together", "Pooled estimate",
        "Without single cases", "Prediction interval", "Sum, not pooled (exact interval)",
    ]  # fmt: skip
    assert texts(forest_layout(ratios([0.1, 0.3], [0.1, 0.1])), "key") == [
        "Study",
        "Pooled estimate",
        "Prediction interval",
    ]


def test_rows_carry_the_key_of_what_stands_behind_them(crs):
    layout = forest_layout(crs)
    assert layout.keys[:2] == ("tocilizumab", "R1")
    assert len(layout.keys) == len(layout.rows)


def test_layouts_are_frozen_and_repeatable(crs):
    first, second = forest_layout(crs), forest_layout(crs)
    assert first.pages == second.pages
    with pytest.raises(AttributeError):
        first.pages = ()


def test_nothing_to_draw_is_an_error(crs):
    empty = ms.Groups((), "intervention", crs.spec, crs.records)
    with pytest.raises(ms.SpecError, match="no line to draw"):
        forest_layout(empty)


def test_rows_that_were_set_aside_are_told_in_plain_words():
    workbook = Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"
    outcome = ("crs_resolution", "crs_improvement")
    registry = ms.read_registry(workbook)
    records = registry.select(outcome=outcome, analyse="primary", role="treatment_refractory")
    groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
    told = [
        row.label
        for block in forest_layout(groups).blocks
        for row in block.rows
        if row.kind == "not-pooled" and "set aside" in row.label
    ]
    assert any("given as treatment first line, not as asked for" in label for label in told)
    assert not any("_" in label or " = " in label for label in told)
