"""Mean and SD from order statistics of normal data: published values, R, and simulated truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metasyn.effects.conversions import (
    bland_2015,
    hozo_2005,
    luo_2018,
    mean_sd,
    shi_2020,
    skewness_2023,
    walter_yao_2007,
    wan_2014,
)
from metasyn.errors import DataError, SpecError

CLOSED = 1e-12  # closed formulas on both sides: rounding only

# metafor 4.4, conv.fivenum(test=FALSE) of 2, 6, 9, 17 and 41: mean (Luo) and SD (Wan)
METAFOR_44 = {
    7: (
        (15.021544795358952, 14.29106691143328),
        (10.889285714285714, 10.103962147784886),
        (14.361220613598714, 12.197514529609084),
    ),
    30: (
        (11.972897250696676, 9.5575055212413016),
        (10.782500000000001, 8.5626224066574625),
        (12.3038216208361, 9.0600639639493821),
    ),
    100: (
        (10.403596372036779, 7.804399930371213),
        (10.75975, 8.2742542328822122),
        (11.420082492316839, 8.0393270816267126),
    ),
}
REPORTED = (
    {"minimum": 2, "maximum": 41},
    {"q1": 6, "q3": 17},
    {"minimum": 2, "q1": 6, "q3": 17, "maximum": 41},
)


@pytest.mark.parametrize("n", METAFOR_44)
@pytest.mark.parametrize("case", range(3))
def test_luo_and_wan_agree_with_metafor(n, case):
    mean, sd = METAFOR_44[n][case]
    assert luo_2018(n, 9, **REPORTED[case]) == pytest.approx(mean, rel=CLOSED)
    assert wan_2014(n, 9, **REPORTED[case]).sd == pytest.approx(sd, rel=CLOSED)


def test_all_closed_forms_agree_with_r(reference, summaries):
    for given_, expected in zip(summaries, reference["closed"], strict=True):
        made = {
            "luo": luo_2018(**given_),
            "wan_mean": wan_2014(**given_).mean,
            "wan_sd": wan_2014(**given_).sd,
        }
        if expected["shi"] is not None:
            made["shi"] = shi_2020(**{k: v for k, v in given_.items() if k != "median"})
        test = skewness_2023(**given_)
        for name, value in made.items():
            assert value == pytest.approx(expected[name], rel=CLOSED)
        assert [test.statistic, test.critical] == pytest.approx(expected["skewness"], rel=CLOSED)


def test_arrays_take_each_study_for_what_it_reports(summaries):
    names = ("n", "median", "q1", "q3", "minimum", "maximum")
    columns = {name: [row[name] for row in summaries] for name in names}
    together = mean_sd(**columns)
    for i, row in enumerate(summaries):
        alone = mean_sd(**row)
        assert (together.mean[i], together.sd[i]) == (alone.mean, alone.sd)


def test_hozo_s_rules_change_at_15_25_and_70():
    # metafor 4.4, conv.fivenum(method="hozo2005"): 15.25 at n = 7 and 20 at n = 20; the median
    # beyond 25. SDs by hand: sqrt((25 + 625)/12), range/4, range/6.
    assert hozo_2005(7, 9, 2, 41).mean == 15.25
    assert hozo_2005([25, 26], 15, 0, 50).mean.tolist() == [20.0, 15.0]
    assert hozo_2005([15, 16, 70, 71], 20, 0, 50).sd == pytest.approx(
        [np.sqrt((5**2 + 50**2) / 12), 12.5, 12.5, 50 / 6], rel=CLOSED
    )


def test_bland_s_variance_is_his_printed_formula():
    a, q1, m, q3, b = 2.0, 6.0, 9.0, 17.0, 41.0
    squares = (a**2 + 2 * q1**2 + 2 * m**2 + 2 * q3**2 + b**2) / 16
    products = (a * q1 + q1 * m + m * q3 + q3 * b) / 8
    mean = (a + 2 * q1 + 2 * m + 2 * q3 + b) / 8
    made = bland_2015(m, q1, q3, a, b)
    assert made.mean == pytest.approx(mean, rel=CLOSED)
    assert made.sd == pytest.approx(np.sqrt(squares + products - mean**2), rel=CLOSED)


def test_the_expected_range_agrees_with_r_and_with_the_control_charts(reference):
    for n, expected in reference["expected_range"]:
        # both integrals are known to about 1e-12
        assert walter_yao_2007(n, 0, 1) == pytest.approx(1 / expected, rel=1e-10)
    # d2 of control charts (Tippett 1925), printed with three decimals
    printed = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 10: 3.078, 20: 3.735, 25: 3.931}
    made = 1 / walter_yao_2007(list(printed), 0, 1)
    assert np.abs(made - list(printed.values())).max() <= 0.0005


@pytest.mark.parametrize("n", [17, 53, 201])
def test_normal_samples_are_met_on_average(n):
    draws, rng = 20_000, np.random.default_rng(20250101)
    sample = np.sort(rng.normal(50, 10, (draws, n)), axis=1)
    q = (n - 1) // 4  # quartiles and median are order statistics where n = 4q + 1 (Wan 2014)
    parts = {
        "minimum": sample[:, 0], "q1": sample[:, q], "median": sample[:, (n - 1) // 2],
        "q3": sample[:, n - 1 - q], "maximum": sample[:, -1],
    }  # fmt: skip
    for names in (("minimum", "maximum"), ("q1", "q3"), ("minimum", "q1", "q3", "maximum")):
        made = mean_sd(n, parts["median"], **{name: parts[name] for name in names})
        error = 4 / np.sqrt(draws)
        assert abs(made.mean.mean() - 50) < error * made.mean.std()
        # Blom's expected order statistics are approximate: within 3% at n = 17
        assert abs(made.sd.mean() / 10 - 1) < 0.03 + error * made.sd.std() / 10


def test_the_skewness_test_keeps_its_level_and_has_power():
    draws, n, rng = 20_000, 101, np.random.default_rng(7)
    normal = np.sort(rng.normal(0, 1, (draws, n)), axis=1)
    for names in (("minimum", "maximum"), ("q1", "q3"), ("minimum", "q1", "q3", "maximum")):
        at = {"minimum": 0, "q1": 25, "q3": 75, "maximum": 100}
        rejected = skewness_2023(n, normal[:, 50], **{k: normal[:, at[k]] for k in names}).skewed
        # 5% by construction (Shi 2023), the critical values being fitted to two digits
        assert rejected.mean() == pytest.approx(0.05, abs=0.01)
        skewed = np.exp(normal)
        found = skewness_2023(n, skewed[:, 50], **{k: skewed[:, at[k]] for k in names}).skewed
        assert found.mean() > 0.6  # quartiles see least of a log-normal tail


def test_what_cannot_be_tested_is_not_called_skewed():
    few = skewness_2023([4, 5], 1, q1=0, q3=10)
    assert few.tested.tolist() == [False, True]
    assert few.skewed.tolist() == [False, False]
    flat = skewness_2023(50, 5, q1=5, q3=5)
    assert not flat.tested and not flat.skewed


def test_flags_name_their_elements():
    made = mean_sd([20, 20, 4, 20, 20], 6, [4, 4, 4, 6, np.nan], [10, 60, 10, 6, np.nan])
    notes = {note.code: note.message for note in made.notes}
    assert set(notes) == {"skewed", "small-sample", "no-spread", "incomplete"}
    assert "element 2;" in notes["skewed"]
    assert notes["small-sample"].endswith("element 3.")
    assert notes["no-spread"].endswith("element 4.")
    assert notes["incomplete"].endswith("element 5.")
    assert not np.isnan(made.mean[:4]).any()


def test_data_that_are_not_skewed_get_no_flag():
    assert mean_sd(20, 6, 4, 10).notes == ()
    assert mean_sd(20, 6, 4, 14, 2, 20, method="qe").notes == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 20, "median": 6, "q1": 8, "q3": 10}, r"q1 \(8\) exceeds median \(6\)"),
        ({"n": [20, 20], "median": 6, "q1": 4, "q3": [10, 5]}, "Element 2: median"),
        ({"n": 1, "median": 6, "q1": 4, "q3": 10}, "n is 1"),
        ({"n": 20, "median": "six"}, "must hold numbers"),
        ({"n": [20, 30, 40], "median": [1, 2]}, "Shapes do not fit"),
    ],
)
def test_impossible_summaries_are_refused(arguments, words):
    with pytest.raises(DataError, match=words):
        mean_sd(**arguments)


def test_an_unknown_method_is_refused():
    with pytest.raises(SpecError, match="method is 'guess'"):
        mean_sd(20, 6, 4, 10, method="guess")


numbers = st.floats(-1e3, 1e3)


@given(
    values=st.lists(numbers, min_size=5, max_size=5).map(sorted),
    n=st.integers(5, 1000),
    shift=numbers,
    scale=st.floats(1e-3, 1e3),
)
def test_estimates_move_with_the_data(values, n, shift, scale):
    def all_of(x):
        a, q1, m, q3, b = x
        five = {"q1": q1, "q3": q3, "minimum": a, "maximum": b}
        hozo, bland, wan = (
            hozo_2005(n, m, a, b),
            bland_2015(m, q1, q3, a, b),
            wan_2014(n, m, **five),
        )
        means = [hozo.mean, bland.mean, wan.mean, luo_2018(n, m, **five)]
        return np.array(means), np.array([hozo.sd, bland.sd, wan.sd, shi_2020(n, q1, q3, a, b)])

    x = np.array(values)
    means, sds = all_of(x)
    moved, spread = all_of(shift + scale * x)
    size = abs(shift) + scale * np.abs(x).max()
    np.testing.assert_allclose(moved, shift + scale * means, atol=1e-12 * size)
    np.testing.assert_allclose(spread, scale * sds, atol=1e-12 * size)


def test_without_n_hozo_has_no_mean():
    assert np.isnan([hozo_2005(np.nan, 9, 2, 41).mean, hozo_2005(np.nan, 9, 2, 41).sd]).all()
