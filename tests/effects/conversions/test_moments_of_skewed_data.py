"""Quantile estimation, Box-Cox and MLN: published output, R, exact populations, properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metasyn.effects.conversions import (
    box_cox_2020,
    mean_sd,
    mln_2021,
    quantile_estimation_2020,
)
from metasyn.errors import DataError

METHODS = {"qe": quantile_estimation_2020, "bc": box_cox_2020, "mln": mln_2021}
EVERY = pytest.mark.parametrize("method", METHODS)

# Output in the README of the R package estmeansd (1.0.1): min 2, median 4, max 9, n 100
README = {"n": 100, "median": 4, "minimum": 2, "maximum": 9}


def test_quantile_estimation_gives_the_published_output():
    made = quantile_estimation_2020(**README)
    # 4.347284 and 1.502171: its optimiser stops at a relative change of 1e-8 of the distance,
    # which is 1e-5 of the estimates
    assert (made.mean, made.sd) == pytest.approx((4.347284, 1.502171), rel=2e-5)
    assert made.detail[0].startswith("log-normal")


@pytest.mark.parametrize(
    ("method", "printed", "draws"),
    [("bc", (4.210971, 1.337348), 1100), ("mln", (4.195238, 1.294908), 10_000)],
)
def test_simulated_output_scatters_around_the_integrals(method, printed, draws):
    made = METHODS[method](**README)
    kurtosis = float(stats.lognorm(np.sqrt(np.log1p((made.sd / made.mean) ** 2))).stats("k")) + 3
    errors = made.sd / np.sqrt(draws), made.sd * np.sqrt((kurtosis - 1) / (4 * draws))
    assert abs(made.mean - printed[0]) < 3 * errors[0]
    assert abs(made.sd - printed[1]) < 3 * errors[1]


@EVERY
def test_the_search_finds_what_r_finds(method, reference, summaries):
    for given_, expected in zip(summaries, reference[method], strict=True):
        made = METHODS[method](**given_)
        # minima are sharp to the root of the machine's precision, on both sides
        assert made.mean == pytest.approx(expected["mean"], rel=1e-6)
        assert made.sd == pytest.approx(expected["sd"], rel=1e-6)
        assert "not converged" not in made.detail[0]
        if method == "qe":
            assert made.detail[0].lower().replace("-", "").startswith(expected["family"])
        else:
            power = float(made.detail[0].split()[1].rstrip(","))
            assert power == pytest.approx(expected["power"], rel=0.005, abs=1e-6)  # three digits


def test_mln_without_its_jacobian_is_estmeansd_s(reference, summaries):
    for given_, expected in zip(summaries, reference["mln_plain"], strict=True):
        made = mln_2021(**given_, jacobian=False)
        assert (made.mean, made.sd) == pytest.approx((expected["mean"], expected["sd"]), rel=1e-6)


def test_without_the_jacobian_mln_depends_on_the_unit():
    in_grams = {"n": 100, "median": 9.0, "minimum": 2.0, "maximum": 17.0}
    in_kilograms = {k: v if k == "n" else v / 1000 for k, v in in_grams.items()}
    plain = [mln_2021(**one, jacobian=False).sd for one in (in_grams, in_kilograms)]
    assert abs(1000 * plain[1] / plain[0] - 1) > 0.1
    whole = [mln_2021(**one).sd for one in (in_grams, in_kilograms)]
    assert 1000 * whole[1] == pytest.approx(whole[0], rel=1e-7)


POPULATIONS = {
    "log-normal": stats.lognorm(0.6, scale=12),
    "gamma": stats.gamma(2.5, scale=4),
    "Weibull": stats.weibull_min(1.6, scale=30),
    "normal": stats.norm(50, 8),
    "beta": stats.beta(2, 5),
}


@pytest.mark.parametrize("family", POPULATIONS)
@pytest.mark.parametrize(
    "reported", [(0.25, 0.5, 0.75), (0.01, 0.5, 0.99), (0.01, 0.25, 0.5, 0.75, 0.99)]
)
def test_quantile_estimation_recovers_an_exact_population(family, reported):
    names = {0.01: "minimum", 0.25: "q1", 0.5: "median", 0.75: "q3", 0.99: "maximum"}
    population = POPULATIONS[family]
    made = quantile_estimation_2020(n=100, **{names[p]: float(population.ppf(p)) for p in reported})
    # the distance is 0 at the truth, so that its minimum is sharp to about 1e-7
    assert made.detail[0].startswith(family)
    assert made.mean == pytest.approx(population.mean(), rel=1e-5)
    assert made.sd == pytest.approx(population.std(), rel=1e-5)


@pytest.mark.parametrize("method", ["bc", "mln"])
def test_power_methods_recover_a_large_log_normal_sample(method):
    n, population = 100_001, stats.lognorm(0.6, scale=12)
    ranks = {"q1": 25_001, "median": 50_001, "q3": 75_001}
    made = METHODS[method](n, **{k: float(population.ppf(r / (n + 1))) for k, r in ranks.items()})
    # ranks over n + 1 stand for expected order statistics up to 1/n
    assert made.mean == pytest.approx(population.mean(), rel=1e-3)
    assert made.sd == pytest.approx(population.std(), rel=3e-3)


@EVERY
def test_skewed_samples_are_met_better_than_by_normal_methods(method):
    rng, draws, n = np.random.default_rng(11), 40, 101
    sample = np.sort(rng.lognormal(2, 0.9, (draws, n)), axis=1)
    reported = {"median": sample[:, 50], "q1": sample[:, 25], "q3": sample[:, 75]}
    found, normal = METHODS[method](n, **reported), mean_sd(n, **reported)
    truth = sample.mean(axis=1), sample.std(axis=1, ddof=1)
    for mine, theirs, true in zip(
        (found.mean, found.sd), (normal.mean, normal.sd), truth, strict=True
    ):
        assert np.median(np.abs(mine - true)) < np.median(np.abs(theirs - true))


@EVERY
@settings(max_examples=20, deadline=None)
@given(
    steps=st.lists(st.floats(0.05, 2), min_size=4, max_size=4),
    n=st.integers(10, 400),
    factor=st.sampled_from([1e-6, 0.37, 1e6]),
    five=st.booleans(),
)
def test_estimates_follow_the_unit_of_measurement(method, steps, n, factor, five):
    # quantile estimation tries the beta distribution, which has no unit, for numbers within 0..1
    start = 1e7 if method == "qe" else 1.0
    x = start * np.exp(np.cumsum([0, *steps]))
    names = ("minimum", "q1", "median", "q3", "maximum") if five else ("q1", "median", "q3")
    values = x if five else x[1:4]
    made = METHODS[method](n, **dict(zip(names, values, strict=True)))
    scaled = METHODS[method](n, **dict(zip(names, factor * values, strict=True)))
    # powers and shapes are sharp to 1e-8, the moments of steep distributions less so
    assert scaled.mean == pytest.approx(factor * made.mean, rel=1e-5)
    assert scaled.sd == pytest.approx(factor * made.sd, rel=1e-4)


@EVERY
def test_results_are_the_same_twice(method):
    one, two = (METHODS[method](60, 15, 10, 22, 3, 80) for _ in range(2))
    assert (one.mean, one.sd, one.detail) == (two.mean, two.sd, two.detail)


def test_negative_numbers_leave_quantile_estimation_the_normal_distribution():
    made = quantile_estimation_2020(n=20, median=0, q1=-3, q3=4, minimum=-10, maximum=8)
    z = stats.norm.ppf([0.05, 0.25, 0.5, 0.75, 0.95])
    line = stats.linregress(z, [-10, -3, 0, 4, 8])
    assert made.detail[0].startswith("normal")
    assert (made.mean, made.sd) == pytest.approx((line.intercept, line.slope), rel=1e-12)


@pytest.mark.parametrize("method", ["bc", "mln"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"median": 4, "minimum": 0, "maximum": 9}, "minimum is 0; .* takes positive numbers"),
        ({"median": 4, "q1": 4, "q3": 9}, "q1 equals the median"),
        ({"median": 4, "q1": 2, "q3": 4}, "q3 equals the median"),
        ({"median": 4, "q1": 2, "q3": 9, "n": 2}, "n is 2"),
    ],
)
def test_power_methods_say_what_they_cannot_take(method, arguments, words):
    with pytest.raises(DataError, match=words):
        METHODS[method](**{"n": 50, **arguments})


def test_mln_needs_room_between_its_order_statistics():
    with pytest.raises(DataError, match="five numbers need at least 5"):
        mln_2021(n=4, median=3, q1=2, q3=4, minimum=1, maximum=9)
    with pytest.raises(DataError, match="minimum equals q1"):
        mln_2021(n=40, median=3, q1=1, q3=4, minimum=1, maximum=9)


@EVERY
def test_no_spread_is_refused(method):
    with pytest.raises(DataError, match=r"no spread|equals the median"):
        METHODS[method](n=50, median=4, q1=4, q3=4)


def test_an_sd_beyond_the_range_is_flagged():
    made = quantile_estimation_2020(n=[7, 100], median=[9, 4], q1=[6, 3], q3=[17, 5],
                                    minimum=[2, 2], maximum=[41, 9])  # fmt: skip
    assert [note.code for note in made.notes] == ["sd-beyond-range"]
    assert "(element 1)" in made.notes[0].message


@pytest.mark.parametrize("method", ["bc", "mln"])
def test_absurd_spreads_are_infinite_and_said_not_to_converge(method):
    made = METHODS[method](n=50, median=1, q1=1e-20, q3=1e40)
    assert not np.isnan(made.mean) and np.isinf(made.sd)
    assert [note.code for note in made.notes] == ["not-converged"]
    assert "not converged" in made.detail[0]


def test_a_shape_at_its_limit_is_said():
    # hardly skewed: the gamma wants a larger shape than 100, the authors' limit
    made = quantile_estimation_2020(
        n=500, median=1.15, q1=0.97, q3=1.21, minimum=0.83, maximum=1.43
    )
    assert made.detail[0].startswith("gamma, shape at its limit, ")
    assert (made.sd / made.mean) ** 2 == pytest.approx(1 / 100, rel=1e-5)
