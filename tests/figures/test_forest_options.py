"""What a user may choose: order, models, risk of bias, reference, pages; steps."""

from dataclasses import replace

import numpy as np
import pytest

import metasyn as ms
from metasyn.figures.forest.options import ForestColumn, ForestOptions, RiskOfBias
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Circle, Polygon, Text
from metasyn.figures.risk_of_bias.cells import COCHRANE, Domain, Level, RiskOfBiasKey
from metasyn.records import SetAside

KEY = RiskOfBiasKey(
    (Domain("A", "Selection"), Domain("B", "Reporting")),
    (Level("low", "+", COCHRANE["low"], "Low"), Level("high", "X", COCHRANE["high"], "High")),
)


def texts(layout, role=None, row=None):
    return [
        t.text.replace("\N{NO-BREAK SPACE}", " ")
        for t in layout.pages[0].texts
        if (role is None or t.role == role) and (row is None or t.row == row)
    ]


def names(layout):
    return [row.label for row in layout.rows if row.kind in ("study", "case", "step")]


def footer(layout):
    return " ".join(texts(layout, "footer"))


@pytest.fixture(scope="module")
def pooled(two_arms):
    return ms.pool(two_arms, ms.RandomEffects("DL", ci="z"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"order": "colour"}, "order is 'colour'; it must be one of 'weight'"),
        ({"limits": (2.0, 1.0)}, "the first must be the smaller"),
    ],
)
def test_impossible_options_are_refused(given, message):
    with pytest.raises(ms.SpecError, match=message):
        ForestOptions(**given)
    with pytest.raises(ms.SpecError, match="align is 'middle'"):
        ForestColumn("year", align="middle")


@pytest.mark.parametrize(
    ("order", "first", "said"),
    [
        ("year", ["Aronson 1948", "Ferguson 1949"], "by year, the oldest first"),
        ("name", ["Aronson 1948", "Ferguson 1949"], "by name"),
        ("effect", ["Ferguson 1949", "Hart 1977"], "by estimate, the smallest first"),
        ("weight", ["Hart 1977", "Frimodt 1973"], "by weight, the heaviest first"),
    ],
)
def test_orders_are_kept_and_said(pooled, order, first, said):
    layout = forest_layout(pooled, options=ForestOptions(order=order))
    assert names(layout)[:2] == first
    assert f"Order of studies: {said}." in footer(layout)


def test_single_cases_stay_below_in_every_order(crs):
    layout = forest_layout(crs, options=ForestOptions(order="effect"))
    kinds = [row.kind for row in layout.blocks[0].rows if row.kind in ("study", "case")]
    assert kinds == ["study"] * 4 + ["case"] * 3
    assert names(layout)[0] == "Le 2018 (KTE-C19)"  # 8/15, the smallest of the studies
    layout = forest_layout(crs, options=ForestOptions(order="design"))
    assert names(layout)[:4] == [
        "Le 2018 (CTL019)", "Le 2018 (KTE-C19)", "Zhu 2022", "Della Pepa 2026",
    ]  # fmt: skip


def test_subgroups_have_diamonds_a_test_and_shares_of_the_whole(two_arms):
    found = ms.subgroups(two_arms, ["A", "A", "A", "B", "B"], ms.RandomEffects("DL", ci="z"))
    layout = forest_layout(found, "bmj")
    assert [block.label for block in layout.blocks] == ["A", "B", ""]
    diamonds = [m for m in layout.pages[0].marks if m.role == "diamond" and m.row != -1]
    results = [*found.groups.values(), found.overall]
    for diamond, result in zip(diamonds, results, strict=True):
        ci = result.transformed().ci
        x = layout.axis.x
        assert (diamond.box.left, diamond.box.right) == pytest.approx((x(ci.low), x(ci.high)))
    shares = [row.weight for row in layout.rows if row.kind == "study"]
    assert shares == pytest.approx(found.overall.weights.tolist())
    printed = [block.pooled.cells["weight"][0] for block in layout.blocks]
    assert printed == [f"{100 * sum(shares[:3]):.1f}", f"{100 * sum(shares[3:]):.1f}", "100.0"]
    labels = [block.pooled.label for block in layout.blocks]
    assert labels == ["Subtotal (95% CI)", "Subtotal (95% CI)", "Total (95% CI)"]
    assert any(text.startswith("Test for subgroup differences") for text in texts(layout))


def test_a_subgroup_of_one_study_has_no_diamond(two_arms):
    found = ms.subgroups(two_arms, ["A", "A", "A", "A", "B"], ms.RandomEffects("DL", ci="z"))
    layout = forest_layout(found)
    assert [row.kind for row in layout.blocks[1].rows] == ["heading", "study", "not-pooled"]
    assert layout.blocks[1].rows[-1].label == "Not pooled: one study"
    assert "one study, taken without variance between studies" in footer(layout)


def test_studies_alike_keep_their_places_in_subgroups():
    effects = ms.effects_from([0.1, 0.2, 0.1, 0.4], [0.1, 0.2, 0.1, 0.1], slab=["S", "T", "S", "U"])
    found = ms.subgroups(effects, ["x", "x", "y", "y"], ms.CommonEffect())
    layout = forest_layout(found)
    assert names(layout) == ["S", "T", "S", "U"]


def test_further_models_have_a_diamond_and_weights_each(two_arms, pooled):
    common = ms.pool(two_arms, ms.CommonEffect())
    layout = forest_layout(pooled, options=ForestOptions(models={"Common": common}))
    model = next(row for row in layout.rows if row.kind == "model")
    assert model.label.replace("\N{NO-BREAK SPACE}", " ") == f"Common (I² = {100 * common.i2:.0f}%)"
    assert model.estimate == pytest.approx(common.transformed().estimate)
    assert model.cells["weight:Common"] == ("100.0", "")
    printed = texts(layout, "weight:Common")[:5]
    assert printed == [f"{100 * w:.1f}" for w in common.weights]
    assert texts(layout, "weight")[:5] == [f"{100 * w:.1f}" for w in pooled.weights]
    assert "Common: common effect, inverse variance. Interval: Wald z." in footer(layout)
    drawn = [m for m in layout.pages[0].marks if m.role == "diamond" and m.row != -1]
    assert len({m.fill for m in drawn if isinstance(m, Polygon)}) == 2
    assert "Another model" in texts(layout, "key")


def test_a_model_of_fewer_studies_leaves_the_others_blank(two_arms, pooled):
    fewer = replace(
        two_arms, yi=two_arms.yi[1:], vi=two_arms.vi[1:], slab=two_arms.slab[1:], data=None
    )
    model = ms.pool(fewer, ms.CommonEffect())
    layout = forest_layout(pooled, options=ForestOptions(models={"Fewer": model}))
    assert "weight:Fewer" not in layout.rows[0].cells
    assert layout.rows[1].cells["weight:Fewer"][0] == f"{100 * model.weights[0]:.1f}"
    # the counts behind the effects still belong to the right studies
    alone = forest_layout(model)
    assert alone.rows[0].label == "Ferguson 1949"
    assert alone.rows[0].cells["events"][0].strip() == "6/306"


def test_models_of_groups_and_of_subgroups(two_arms, crs):
    by = ["A", "A", "A", "B", "B"]
    random, common = (
        ms.subgroups(two_arms, by, spec) for spec in (ms.RandomEffects("DL"), ms.CommonEffect())
    )
    layout = forest_layout(random, options=ForestOptions(models={"Common": common}))
    rows = [row for row in layout.rows if row.kind == "model"]
    whole = [*common.groups.values(), common.overall]
    assert [row.estimate for row in rows] == pytest.approx(
        [result.transformed().estimate for result in whole]
    )
    layout = forest_layout(crs, options=ForestOptions(models={"Again": crs}))
    said = [row.label for row in layout.rows if row.label.startswith("Again")]
    assert said[0].startswith("Again (τ²")
    assert [row.kind for row in layout.blocks[1].rows].count("model") == 0


def test_models_of_another_kind_or_scale_are_refused(pooled, two_arms, crs):
    with pytest.raises(ms.SpecError, match="Model 'X' is Groups, the figure Pooled"):
        forest_layout(pooled, options=ForestOptions(models={"X": crs}))
    other = ms.pool(replace(two_arms, measure="OR"), ms.CommonEffect())
    with pytest.raises(ms.SpecError, match="One axis cannot show Risk ratio and Odds ratio"):
        forest_layout(pooled, options=ForestOptions(models={"X": other}))


def test_risk_of_bias_is_a_circle_a_domain_with_its_legend(pooled):
    judged = {"Hart 1977": [("A", "low"), ("B", "high")], "Ferguson 1949": [("B", "low")]}
    layout = forest_layout(pooled, options=ForestOptions(bias=RiskOfBias(KEY, judged)))
    cells = [m for m in layout.pages[0].marks if m.role == "rob" and m.row != -1]
    found = [(layout.rows[c.row].label, c.fill) for c in cells if isinstance(c, Circle)]
    assert found == [
        ("Ferguson 1949", COCHRANE["low"]),
        ("Hart 1977", COCHRANE["low"]),
        ("Hart 1977", COCHRANE["high"]),
    ]
    heads = {t.text: t.x for t in layout.pages[0].texts if t.role == "header"}
    assert [cell.x for cell in cells] == pytest.approx([heads["B"], heads["A"], heads["B"]])
    legend = " ".join(texts(layout, "rob-legend"))
    assert legend == "Risk of bias Low High A: Selection; B: Reporting"
    assert "Risk of bias not judged: 3 of 5 studies." in footer(layout)


def test_judgements_of_nobody_are_refused(pooled):
    bias = RiskOfBias(KEY, {"Someone 1999": [("A", "low")]})
    with pytest.raises(ms.SpecError, match="No study of the figure has a judgement"):
        forest_layout(pooled, options=ForestOptions(bias=bias))


def test_a_reference_is_a_dashed_line_on_the_axis_and_in_the_key(crs, pooled):
    layout = forest_layout(crs, favours=("Worse", "Better"), options=ForestOptions(reference=0.6))
    line = next(m for m in layout.pages[0].marks if m.role == "reference" and m.row is None)
    assert line.dash and line.x1 == pytest.approx(layout.axis.x(0.6))
    assert "Reference, 60.0%" in texts(layout, "key")
    left, right = (t for t in layout.pages[0].texts if t.role == "favours")
    assert left.box.right < layout.axis.x(0.6) < right.box.left
    far = forest_layout(pooled, options=ForestOptions(reference=40.0))
    assert far.axis.holds(40.0)


def test_favours_without_no_effect_are_refused(crs):
    with pytest.raises(ms.SpecError, match="a proportion has none"):
        forest_layout(crs, favours=("A", "B"))


def test_limits_of_proportions_and_of_ratios(crs, pooled):
    axis = forest_layout(crs, options=ForestOptions(limits=(0.4, 1.0))).axis
    assert (axis.low, axis.high) == pytest.approx((0.4, 1.0))
    assert [tick.label for tick in axis.ticks] == ["40", "60", "80", "100"]
    with pytest.raises(ms.SpecError, match="a ratio's axis begins above 0"):
        forest_layout(pooled, options=ForestOptions(limits=(0.0, 2.0)))


def test_names_of_the_arms(pooled):
    options = ForestOptions(arms=("BCG", "Unvaccinated"))
    for style in ("revman", "bmj"):
        headers = texts(forest_layout(pooled, style, options=options), "header")
        assert headers.count("BCG") == headers.count("Unvaccinated") == 1


def test_leave_one_out_shows_every_fit_and_the_whole(two_arms):
    found = ms.leave_one_out(two_arms, ms.RandomEffects("DL", ci="z"))
    layout = forest_layout(found, favours=("A", "B"))
    steps = [row for row in layout.rows if row.kind == "step"]
    assert [row.label for row in steps] == list(two_arms.slab)
    assert [row.estimate for row in steps] == pytest.approx(np.exp(found.estimates))
    assert layout.blocks[0].pooled.label == "All studies"
    assert [row.cells["k"] for row in steps] == [("4", "")] * 5
    assert [row.cells["tau2"][0] for row in steps] == [f"{fit.tau2:.3f}" for fit in found.fits]
    assert "Study left out" in texts(layout, "header")
    assert "Each row: the pooled estimate without that study." in footer(layout)


def test_cumulative_shows_every_step_with_its_key(two_arms):
    found = ms.cumulative(two_arms, ms.RandomEffects("DL", ci="z"), by="year", descending=True)
    layout = forest_layout(found)
    assert names(layout) == list(found.slab)
    assert texts(layout, "own:year") == ["1977", "1973", "1960", "1949", "1948"]
    assert {row.kind for row in layout.rows} == {"step"}
    assert layout.rows[-1].estimate == pytest.approx(found.fits[-1].transformed().estimate)
    assert "Order of studies: by year." in footer(layout)
    assert "Intervals are not adjusted" in footer(layout)


def test_steps_refuse_what_belongs_to_studies(two_arms):
    found = ms.leave_one_out(two_arms, ms.CommonEffect())
    with pytest.raises(ms.SpecError, match="order belongs to studies"):
        forest_layout(found, options=ForestOptions(order="name"))


def test_counts_of_both_arms_come_with_effects_made_from_counts(pooled):
    cells = forest_layout(pooled).rows[0].cells
    assert (cells["events"][0].strip(), cells["control"][0].strip()) == ("4/123", "11/139")
    given = ms.effects_from(pooled.data.yi, pooled.data.vi)
    assert "events" not in forest_layout(ms.pool(given, ms.CommonEffect())).rows[0].cells


def test_rates_of_one_arm_have_digits_enough():
    data = ms.person_time(xi=[4, 6, 9], ti=[100, 2000, 150], slab=["A", "B", "C"])
    layout = forest_layout(ms.pool(data, ms.PoissonNormal()), "bmj")
    printed = [row.cells["estimate"][0] for row in layout.rows if row.kind == "study"]
    assert printed == ["0.0400", "0.0030", "0.0600"]  # events over person-time
    assert layout.axis.log and layout.axis.null is None


@pytest.mark.parametrize("spec", [ms.CommonEffect(), ms.MantelHaenszel("RR")])
def test_contrasts_of_a_registry_show_both_arms_and_no_line_of_controls(contrasts, spec):
    groups = ms.pool_by(contrasts, "intervention", spec, measure="RR")
    layout = forest_layout(groups, "bmj")
    assert [block.label for block in layout.blocks] == ["tocilizumab"]
    cells = [(row.cells["events"][0], row.cells["control"][0]) for row in layout.rows[1:4]]
    assert cells == [("4/50", "9/52"), ("7/60", "8/61"), ("3/40", "9/39")]
    assert layout.keys[1] == "R0T"
    assert "standard_care: shown as the control of other lines." in footer(layout)


def test_a_line_whose_rows_were_all_set_aside_says_how_many_and_why(crs):
    line = crs.line("dasatinib")
    record = crs.line("tocilizumab").studies[0].record
    failure = SetAside(record, "analyse-sensitivity", "Drug failure is the selection criterion.")
    aside = (failure, failure, SetAside(record, "missing-numbers", "no number for events"))
    groups = ms.Groups((replace(line, set_aside=aside),), "intervention", crs.spec, crs.records)
    assert forest_layout(groups).rows[-1].label == (
        "Not pooled: no row has the numbers that the model needs (2 rows: drug failure is the "
        "selection criterion; 1 row: no number for events)"
    )


def test_numbered_pages_on_request(many, tmp_path):
    groups = many(120, 20, "latin")
    whole = ms.write_forest(groups, tmp_path / "one.svg")
    assert whole.name == "one.svg"
    first = ms.write_forest(groups, tmp_path / "f.svg", options=ForestOptions(paged=True))
    pages = sorted(path.name for path in tmp_path.glob("f*"))
    assert first.name == "f-1.svg" and len(pages) > 1
    assert pages == [f"f-{i + 1}.svg" for i in range(len(pages))]
    assert "Page 1 of" in first.read_text("utf-8")
    short = ms.write_forest(
        many(2, 20, "latin"), tmp_path / "s.svg", options=ForestOptions(paged=True)
    )
    assert short.name == "s.svg"


def test_every_sign_differs_in_shape_or_lightness_without_colours(pooled, two_arms):
    layout = forest_layout(
        pooled, options=ForestOptions(models={"C": ms.pool(two_arms, ms.CommonEffect())})
    )
    fills = [m.fill for m in layout.pages[0].marks if m.role == "diamond" and m.row != -1]

    def grey(colour):
        return sum(w * int(colour[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5)))

    assert abs(grey(fills[0]) - grey(fills[1])) > 60


def test_a_plot_of_500_studies_keeps_every_study(ratios):
    k = 500
    pooled = ratios(np.linspace(-1, 1, k), np.full(k, 0.2), [f"Author {i}" for i in range(k)])
    layout = forest_layout(pooled, options=ForestOptions(order="weight"))
    assert sum(isinstance(m, Text) and m.role == "study" for m in layout.pages[0].marks) == k


@pytest.mark.parametrize("wrap", [lambda one: {"A": one}, lambda one: [one]])
def test_only_pooled_results_are_drawn(pooled, tmp_path, wrap):
    with pytest.raises(ms.SpecError, match=r"shows pooled results, not (?:dict|list): pass what"):
        ms.write_forest(wrap(pooled), tmp_path / "forest.svg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("favours", ["AB", ("A",), ("A", "B", "C")])
def test_favours_are_two(pooled, favours):
    with pytest.raises(ms.SpecError, match="it must be two texts"):
        forest_layout(pooled, favours=favours)


def test_a_strip_is_of_tipping_curves(crs):
    with pytest.raises(ms.SpecError, match="tocilizumab: a tipping curve is drawn of"):
        forest_layout(crs, tipping={"tocilizumab": 1})
