"""Every rule of the ledger: what it gives, its order, its sentence."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from metasyn.effects.conversions import (
    hazard_from_logrank,
    hazard_from_o_minus_e,
    logrank_variance,
    mean_sd,
    mln_2021,
    quantile_estimation_2020,
    se_from_ci,
    smd_from_t,
)
from metasyn.effects.conversions.ledger import BRIDGES, FIELDS, RULES, TARGETS, convert_rows
from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.measures import MEASURES

CLOSED = 1e-12
CONTROL = {"comparator_events": 11, "comparator_n": 139}
MEAN = {"comparator_mean": 5, "comparator_sd": 2, "comparator_n": 20}
RATIO = {"effect_measure": "OR", "effect": 0.64, "ci_low": 0.33, "ci_high": 1.22}
SHARE = {"effect_measure": "proportion", "effect": 0.69}
SIZES = {"n": 20, "comparator_n": 22}
EVENTS = {"events": 40, "comparator_events": 50}


def one(row, target, **choices):
    made = convert_rows([{"study": "A", **row}], target, **choices)
    assert made.unconverted == ()
    return made


def alone(effects):
    return float(effects.yi[0]), float(effects.vi[0])


def expect(measure, **arguments):
    return alone(effect_sizes(measure, **{k: [v] for k, v in arguments.items()}))


LOGIT = (np.log(0.69 / 0.31), se_from_ci(np.log(0.55 / 0.45), np.log(0.8 / 0.2)) ** 2)
SUMMARY = mean_sd(20, 6, 4, 10)
SKEWED = mln_2021(20, 6, 4, 14, 2, 20)

# rule, row, target, estimate and variance by another way
CASES = [
    ("two-by-two", {"events": 4, "n": 123, **CONTROL}, "OR",
     expect("OR", ai=4, bi=119, ci=11, di=128)),
    ("two-by-two", {"events": 4, "n": 123, **CONTROL}, "PETO",
     expect("PETO", ai=4, bi=119, ci=11, di=128)),
    ("percent", {"percent": 15, "n": 40, "comparator_percent": "22.5", "comparator_n": 40}, "RR",
     expect("RR", ai=6, bi=34, ci=9, di=31)),
    ("events + percent", {"events": 6, "n": 40, "comparator_percent": 22.5, "comparator_n": 40},
     "RD", expect("RD", ai=6, bi=34, ci=9, di=31)),
    ("mean-sd", {"mean": 6, "sd": 2, "n": 20, **MEAN}, "SMD",
     expect("SMD", m1i=6, sd1i=2, n1i=20, m2i=5, sd2i=2, n2i=20)),
    ("mean-se + mean-sd", {"mean": 6, "mean_se": 0.5, "n": 16, **MEAN}, "MD",
     expect("MD", m1i=6, sd1i=2, n1i=16, m2i=5, sd2i=2, n2i=20)),
    ("median-iqr + mean-sd", {"median": 6, "q1": 4, "q3": 10, "n": 20, **MEAN}, "MD",
     expect("MD", m1i=SUMMARY.mean, sd1i=SUMMARY.sd, n1i=20, m2i=5, sd2i=2, n2i=20)),
    ("median-five + mean-sd",
     {"median": 6, "q1": 4, "q3": 14, "min": 2, "max": 20, "n": 20, **MEAN}, "MD",
     expect("MD", m1i=SKEWED.mean, sd1i=SKEWED.sd, n1i=20, m2i=5, sd2i=2, n2i=20)),
    ("mean-range + mean-sd", {"mean": 6, "min": 2, "max": 14, "n": 20, **MEAN}, "MD",
     expect("MD", m1i=6, sd1i=mean_sd(20, 8, minimum=2, maximum=14).sd, n1i=20, m2i=5, sd2i=2,
            n2i=20)),
    ("effect-ci", RATIO, "OR", (np.log(0.64), se_from_ci(0.33, 1.22, scale="log") ** 2)),
    ("effect-ci", {"effect_measure": "MD", "effect": 2, "ci_low": 1, "ci_high": 3, **SIZES}, "MD",
     (2, se_from_ci(1, 3, df=40) ** 2)),
    ("effect-ci", {**SHARE, "ci_low": 0.55, "ci_high": 0.8}, "PLO", LOGIT),
    ("effect-se", {"effect_measure": "HR", "effect": 0.5, "se": 0.3}, "HR", (np.log(0.5), 0.09)),
    ("o-minus-e", {"o_minus_e": -8, "v": 20}, "HR", hazard_from_o_minus_e(-8, 20)),
    ("o-minus-e", {"o_minus_e": -8, "v": 20}, "OR", (-0.4, 0.05)),
    ("observed-expected",
     {"events": 20, "expected": 25, "comparator_events": 30, "comparator_expected": 25}, "HR",
     (np.log(20 / 30), 0.08)),
    ("t", {"t": 2.5, **SIZES}, "SMD", expect("SMD", di=smd_from_t(2.5, 20, 22), n1i=20, n2i=22)),
    ("f", {"f": 6.25, "sign": -1, **SIZES}, "SMD",
     expect("SMD", di=-smd_from_t(2.5, 20, 22), n1i=20, n2i=22)),
    ("effect-z", {"effect_measure": "RR", "effect": 0.5, "z": -2}, "RR",
     (np.log(0.5), (np.log(0.5) / 2) ** 2)),
    ("logrank-chi2", {"chi2": 4, "sign": -1, **EVENTS}, "HR",
     hazard_from_logrank(4, 40 * 50 / 90, -1)),
    ("effect-p", {"effect_measure": "OR", "effect": 0.64, "p": 0.17}, "OR",
     (np.log(0.64), (np.log(0.64) / stats.norm.isf(0.085)) ** 2)),
    ("logrank-p", {"p": 0.075, "total_events": 485, "allocation": 1, "sign": -1}, "HR",
     hazard_from_logrank(1.7804643416920256**2, logrank_variance(485), -1)),
    ("hazard-events", {"effect_measure": "HR", "effect": 0.7, **EVENTS}, "HR",
     (np.log(0.7), 90 / 2000)),
    ("p", {"p": 2 * stats.t.sf(2.5, 40), "sign": 1, **SIZES}, "SMD",
     expect("SMD", di=smd_from_t(2.5, 20, 22), n1i=20, n2i=22)),
    ("events", {"events": 3, "n": 12}, "PLO", expect("PLO", xi=3, mi=9)),
    ("percent", {"percent": 25, "n": 12}, "PFT", expect("PFT", xi=3, mi=9)),
    ("single-case", {"events": 1, "n": 1}, "PLO", expect("PLO", xi=1, mi=0)),
    ("proportion-n", {"effect_measure": "proportion", "effect": 0.25, "n": 12}, "PAS",
     expect("PAS", xi=3, mi=9)),
    ("mean-sd", {"mean": 6, "sd": 2, "n": 20}, "MN", (6, 0.2)),
    ("median-iqr", {"median": 6, "q1": 4, "q3": 10, "n": 20}, "MNLN",
     expect("MNLN", mi=SUMMARY.mean, sdi=SUMMARY.sd, ni=20)),
    ("effect-ci", {"effect_measure": "mean", "effect": 6, "ci_low": 5, "ci_high": 7}, "MN",
     (6, se_from_ci(5, 7) ** 2)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "row", "target", "expected"), CASES)
def test_a_rule_gives_what_its_formula_gives(rule, row, target, expected):
    made = one(row, target)
    assert made.derivations[0].rule == rule
    # quantiles of t by scipy's distribution and by its special function: 1e-10
    tolerance = 1e-9 if rule == "p" else CLOSED
    assert alone(made) == pytest.approx(tuple(expected), rel=tolerance)
    assert made.effects.measure == target


def test_every_rule_is_tried():
    arm_rules = {"two-by-two", "two-means", "proportion", "one-mean"}
    named = {rule for rule, *_ in CASES}
    assert {rule.name for rule in RULES} - arm_rules <= named
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_the_ledger_agrees_with_r(reference):
    values = reference["ledger"]
    rows = {
        "or": ({"events": 4, "n": 123, **CONTROL}, "OR"),
        "zero": ({"events": 0, "n": 20, "comparator_events": 3, "comparator_n": 20}, "OR"),
        "smd": ({"mean": 6, "sd": 2, "n": 20, **MEAN}, "SMD"),
        "smd_median": ({"median": 6, "q1": 4, "q3": 10, "n": 20, **MEAN}, "SMD"),
        "plo": ({"events": 3, "n": 12}, "PLO"),
        "case": ({"events": 1, "n": 1}, "PLO"),
    }
    for name, (row, target) in rows.items():
        assert alone(one(row, target)) == pytest.approx(tuple(values[name]), rel=CLOSED)


def test_counts_come_before_a_printed_effect_and_intervals_before_p_values():
    full = {"events": 4, "n": 123, **CONTROL, **RATIO, "p": 0.17}
    order = []
    for drop in ("events", "ci_low"):
        order.append(one(full, "OR").derivations[0].rule)
        full.pop(drop)
    order.append(one(full, "OR").derivations[0].rule)
    assert order == ["two-by-two", "effect-ci", "effect-p"]


@pytest.mark.parametrize(
    ("target", "row", "expected"),
    [
        ("RR", {**RATIO, "effect": 3.0, "ci_low": 1.5, "ci_high": 6, "baseline_risk": 0.25}, 2.0),
        ("OR", {"effect_measure": "RR", "effect": 2.0, "ci_low": 1, "ci_high": 4,
                "baseline_risk": 0.25}, 3.0),
    ],
)  # fmt: skip
def test_ratios_lead_to_each_other_at_a_stated_risk(target, row, expected):
    made = one(row, target)
    assert np.exp(made.yi[0]) == pytest.approx(expected, rel=CLOSED)
    assert made.derivations[0].rule.startswith("effect-ci, ")
    assert "at a risk of 0.25 in the control group, taken as known" in made.derivations[0].sentence


def test_odds_ratios_and_smds_stand_for_each_other_only_when_asked():
    rows = [{"study": "A", **RATIO}, {"study": "B", "mean": 6, "sd": 2, "n": 20, **MEAN}]
    apart = convert_rows(rows, "SMD")
    assert [lost.reason for lost in apart.unconverted] == [
        "its effect is OR, not SMD; approximate=True would take one for the other"
    ]
    together = convert_rows(rows, "SMD", approximate=True)
    assert together.yi[0] == pytest.approx(np.log(0.64) * np.sqrt(3) / np.pi, rel=CLOSED)
    back = convert_rows(rows, "OR", approximate=True)
    assert back.yi[1] == pytest.approx(together.yi[1] * np.pi / np.sqrt(3), rel=CLOSED)
    assert "logistic" in back.derivations[1].sentence


@pytest.mark.parametrize(
    ("skewed", "method"), [("mln", mln_2021), ("qe", quantile_estimation_2020)]
)
def test_clearly_skewed_medians_go_the_way_that_is_asked_for(skewed, method):
    row = {"median": 6, "q1": 4, "q3": 14, "min": 2, "max": 20, "n": 20}
    made = one(row, "MN", skewed=skewed)
    expected = method(20, 6, 4, 14, 2, 20)
    assert alone(made) == pytest.approx((expected.mean, expected.sd**2 / 20), rel=CLOSED)
    assert "clearly skewed" in made.derivations[0].sentence
    assert [note.code for note in made.notes] == ["estimated-moments"]


def test_skewed_medians_that_only_normal_methods_can_take_are_flagged():
    row = {"study": "A", "median": 0, "q1": -1, "q3": 14, "min": -2, "max": 20, "n": 40}
    normal = mean_sd(40, 0, -1, 14, -2, 20)
    for made in (one(row, "MN"), one(row, "MN", skewed="normal")):
        assert alone(made) == pytest.approx((normal.mean, normal.sd**2 / 40), rel=CLOSED)
        assert {note.code for note in made.notes} == {"estimated-moments", "skewed"}
    assert "takes positive numbers" in one(row, "MN").derivations[0].sentence


def test_a_reported_mean_with_skewed_quartiles_is_flagged():
    row = {"mean": 8, "median": 5, "q1": 4, "q3": 14, "n": 80}
    assert "skewed" in {note.code for note in one(row, "MN").notes}


def test_the_level_of_printed_intervals_counts():
    made = one(RATIO, "OR", level=0.9)
    expected = se_from_ci(0.33, 1.22, 0.9, scale="log") ** 2
    assert made.vi[0] == pytest.approx(expected, rel=CLOSED)
    assert "90% interval" in made.derivations[0].sentence


def test_a_lopsided_interval_is_flagged():
    made = one({**RATIO, "ci_high": 3.0}, "OR")
    assert [note.code for note in made.notes] == ["lopsided-interval"]
    assert one(RATIO, "OR").notes == ()


def test_a_bound_of_p_is_taken_for_p_and_flagged():
    bound = one({"effect_measure": "OR", "effect": 0.5, "p": "<0.001"}, "OR")
    exact = one({"effect_measure": "OR", "effect": 0.5, "p": 0.001}, "OR")
    assert alone(bound) == alone(exact)
    assert [note.code for note in bound.notes] == ["bounded-p"]
    assert "standard error is too large" in bound.derivations[0].sentence


def test_percentages_of_several_counts_name_them():
    made = one({"percent": 7, "n": 200}, "PLO")
    assert alone(made) == pytest.approx(expect("PLO", xi=14, mi=186))
    assert "(13, 14, 15 would be printed so too)" in made.derivations[0].sentence


def test_the_direction_of_a_test_comes_from_the_effect_where_it_is_not_said():
    row = {"chi2": 4, **EVENTS, "effect_measure": "HR", "effect": 0.8, "v": 20}
    assert one(row, "HR").yi[0] == pytest.approx(-np.sqrt(4 / 20))
    smd = {"p": 0.03, "effect_measure": "MD", "effect": -3, **SIZES}
    assert one(smd, "SMD").yi[0] < 0


def test_zero_counts_are_noted_as_by_effect_sizes():
    made = one({"events": 0, "n": 20, **CONTROL}, "OR")
    assert [note.code for note in made.notes] == ["zero-cells"]


def test_patients_are_counted_where_they_are_known():
    rows = [{"events": 4, "n": 123, **CONTROL}, RATIO, {**RATIO, **SIZES}]
    made = convert_rows(rows, "OR").effects.ni
    np.testing.assert_array_equal(made, [262, np.nan, 42])
    assert convert_rows([RATIO], "OR").effects.ni is None


def test_a_frame_and_mappings_give_the_same():
    rows = [{"study": "A", "events": 4, "n": 123, **CONTROL}, {"study": "B", **RATIO}]
    frame = convert_rows(pd.DataFrame(rows), "OR")
    plain = convert_rows(rows, "OR")
    np.testing.assert_array_equal(frame.yi, plain.yi)
    np.testing.assert_array_equal(frame.vi, plain.vi)
    assert frame.derivations == plain.derivations
    assert frame.effects.slab == ("A", "B")


def test_labels_can_be_given():
    made = convert_rows([RATIO, {"study": "B", **RATIO}], "OR", slab=["x", "y"])
    assert made.effects.slab == ("x", "y")
    assert convert_rows([RATIO, {"study": "B", **RATIO}], "OR").effects.slab == ("1", "B")


def test_targets_are_measures_and_rules_lead_to_them():
    assert set(TARGETS) <= set(MEASURES)
    assert {"OR", "RR", "RD", "HR", "SMD", "MD", "PLO"} <= set(TARGETS)
    assert {bridge.source for bridge in BRIDGES} | {b.target for b in BRIDGES} <= set(TARGETS)
    assert all(meaning for meaning in FIELDS.values())


def test_every_row_of_the_cases_reads_only_known_fields():
    known = {*FIELDS, "effect_measure", "study"}
    assert all(set(row) <= known for _, row, _, _ in CASES)


def test_a_printed_p_value_is_no_effect():
    made = one({"effect_measure": "p_value", "effect": 0.03, "sign": -1, **SIZES}, "SMD")
    assert made.derivations[0].rule == "p"
    assert made.yi[0] == one({"p": 0.03, "sign": -1, **SIZES}, "SMD").yi[0]


def test_an_effect_without_direction_gives_no_sign():
    row = {"chi2": 4, "v": 20, "effect_measure": "HR", "effect": 0.8}
    assert one(row, "HR").yi[0] < 0
    share = {"study": "B", "p": 0.03, "effect_measure": "proportion", "effect": 0.4, **SIZES}
    made = convert_rows([{"study": "A", "t": 2, **SIZES}, share], "SMD")
    assert made.unconverted[0].reason.endswith("its effect is proportion, not SMD")
