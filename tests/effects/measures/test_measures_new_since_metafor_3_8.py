"""Measures and forms that metafor 3.8 does not know: papers' numbers, delta method, simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.effects import Effects

REPLICATES = 40_000
# A variance from 40 000 replicates has a relative standard error of 0.7%; the formulas are of
# first order in 1/n, n = 400 here.
VARIANCE_TOLERANCE = 0.035


def one(measure: str, **arguments: object) -> tuple[float, float]:
    effects = effect_sizes(measure, **arguments)
    return float(effects.yi[0]), float(effects.vi[0])


class TestPrintedNumbers:
    @pytest.mark.parametrize(
        ("measure", "arguments", "printed"),
        [
            ("SMD", {"pi": -0.018, "n1i": 20, "n2i": 20}, -0.7664),
            ("COR", {"pi": -0.07, "ni": 30}, -0.3354),
            ("SMCC", {"pi": -0.018, "ni": 50}, -0.3408),
            ("PCOR", {"pi": -0.07, "mi": 5, "ni": 30}, -0.3610),
        ],
    )
    def test_signed_p_values_as_in_metafor_s_manual(
        self, measure: str, arguments: dict, printed: float
    ) -> None:
        assert one(measure, **arguments)[0] == pytest.approx(printed, abs=5e-5)

    def test_hazard_ratio_of_tierney_2007_equation_14(self) -> None:
        # p = 0.075 is z = 1.78; 229 and 256 deaths (bladder cancer trial): HR 0.85 (0.71 to 1.02)
        yi, vi = one("HR", pi=-0.075, x1i=229, x2i=256)
        assert yi / np.sqrt(vi) == pytest.approx(-1.78, abs=5e-3)
        limits = np.exp(yi + np.array([-1.96, 0, 1.96]) * np.sqrt(vi))
        np.testing.assert_allclose(limits, [0.71, 0.85, 1.02], atol=5e-3)

    def test_vaccine_efficacy_of_polack_2020_table_2(self) -> None:
        # 8 cases among 18 198 vaccinated, 162 among 18 325 given placebo: 95.0%
        effects = effect_sizes("VE", ai=8, n1i=18198, ci=162, n2i=18325)
        from metasyn.effects.transforms import display

        assert display("VE").apply(effects.yi)[0] == pytest.approx(0.950, abs=5e-4)


class TestHazardRatios:
    def test_all_events_and_sizes_agree_with_events_by_arm_where_arms_are_equal(self) -> None:
        by_arm = one("HR", pi=0.02, x1i=40, x2i=40)
        by_size = one("HR", pi=0.02, xi=80, n1i=100, n2i=100)
        assert by_arm == pytest.approx(by_size, rel=1e-14)

    def test_observed_minus_expected_is_peto_s_method(self) -> None:
        a, b, c, d = 12.0, 88.0, 25.0, 75.0
        events, n = a + c, a + b + c + d
        expected = events * (a + b) / n
        v = events * (b + d) * (a + b) * (c + d) / (n**2 * (n - 1))
        assert one("HR", oei=a - expected, voei=v) == pytest.approx(
            one("PETO", ai=a, bi=b, ci=c, di=d), rel=1e-12
        )

    def test_limits_give_the_standard_error(self) -> None:
        _, vi = one("HR", yi=np.log(0.7), ci_low=np.log(0.5), ci_high=np.log(0.98))
        assert np.sqrt(vi) == pytest.approx(np.log(0.98 / 0.5) / (2 * 1.959963984540054))


@pytest.mark.parametrize(
    ("z", "r", "arguments"),
    [
        ("ZPHI", "PHI", {"ai": 20, "bi": 10, "ci": 8, "di": 30}),
        ("ZPHI", "PHI", {"ai": 20, "bi": 10, "ci": 8, "di": 30, "vtype": "ST"}),
        ("ZTET", "RTET", {"ai": 20, "bi": 10, "ci": 8, "di": 30}),
        ("ZPB", "RPB", {"di": 0.7, "n1i": 30, "n2i": 20, "vtype": "CS"}),
        ("ZBIS", "RBIS", {"di": 0.7, "n1i": 30, "n2i": 20}),
        ("ZSPCOR", "SPCOR", {"ti": 2.5, "mi": 4, "ni": 60, "r2i": 0.3}),
    ],
)
def test_fisher_z_is_the_delta_method(z: str, r: str, arguments: dict) -> None:
    (raw, variance), (transformed, scaled) = one(r, **arguments), one(z, **arguments)
    step = 1e-6
    slope = (np.arctanh(raw + step) - np.arctanh(raw - step)) / (2 * step)
    assert transformed == pytest.approx(np.arctanh(raw), rel=1e-14)
    assert scaled == pytest.approx(variance * slope**2, rel=1e-7)  # a numerical derivative


def test_probit_proportion_is_the_delta_method() -> None:
    yi, vi = one("PRZ", xi=13, ni=50)
    raw, variance = one("PR", xi=13, ni=50)
    assert yi == pytest.approx(stats.norm.ppf(raw), rel=1e-14)
    assert vi == pytest.approx(variance / stats.norm.pdf(yi) ** 2, rel=1e-12)


def test_coefficient_of_determination_by_kendall_and_stuart() -> None:
    for vtype, variance in (("LS", 4 * 0.3 * 0.49 / 50), ("LS2", 0.588 * 46**2 / (2499 * 53))):
        assert one("R2", r2i=0.3, mi=3, ni=50, vtype=vtype) == pytest.approx(
            (0.3, variance), rel=1e-12
        )
    assert one("ZR2", r2i=0.3, mi=3, ni=50) == pytest.approx((np.arctanh(np.sqrt(0.3)), 0.02))


def test_determination_from_f_and_p() -> None:
    f = 0.3 / 3 / (0.7 / 46)
    expected = one("R2", r2i=0.3, mi=3, ni=50)
    assert one("R2", fi=f, mi=3, ni=50) == pytest.approx(expected, rel=1e-12)
    p = stats.f.sf(f, 3, 46)
    assert one("R2", pi=p, mi=3, ni=50) == pytest.approx(expected, rel=1e-10)


def test_average_kinds_plug_in_weighted_averages() -> None:
    n, r2 = np.array([40.0, 100.0]), np.array([0.2, 0.4])
    mean = (40 * 0.2 + 100 * 0.4) / 140
    averaged = effect_sizes("R2", r2i=r2, mi=3, ni=n, vtype="AV")
    np.testing.assert_allclose(averaged.vi, 4 * mean * (1 - mean) ** 2 / n, rtol=1e-13)
    a, b, c, d = np.array([[4, 9], [16, 11], [8, 3], [12, 17]], dtype=float)
    p, q = 13 / 40, 11 / 40
    odds = effect_sizes("OR", ai=a, bi=b, ci=c, di=d, vtype="AV").vi
    np.testing.assert_allclose(odds, 1 / (20 * p * (1 - p)) + 1 / (20 * q * (1 - q)), rtol=1e-13)
    risks = effect_sizes("RR", ai=a, bi=b, ci=c, di=d, vtype="AV").vi
    np.testing.assert_allclose(risks, (1 - p) / (20 * p) + (1 - q) / (20 * q), rtol=1e-13)
    pooled = effect_sizes("MN", mi=[1, 2], sdi=[2, 4], ni=[11, 31], vtype="HO").vi
    np.testing.assert_allclose(pooled, (10 * 4 + 30 * 16) / 40 / np.array([11, 31]), rtol=1e-13)
    partial = effect_sizes("PCOR", ri=[0.2, 0.4], mi=3, ni=n, vtype="AV").vi
    mean_r = (40 * 0.2 + 100 * 0.4) / 140
    np.testing.assert_allclose(partial, (1 - mean_r**2) ** 2 / (n - 3), rtol=1e-13)


def test_marginal_odds_ratio_from_the_share_of_pairs_with_both_events() -> None:
    a, b, c, d = 20.0, 12.0, 6.0, 40.0
    paired = (a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    margins = {"ai": a + b, "bi": c + d, "ci": a + c, "di": b + d}
    from_r = one("MPORM", ri=paired, **margins)
    assert one("MPORM", pi=a / (a + b + c + d), **margins) == pytest.approx(from_r, rel=1e-12)
    assert from_r == pytest.approx(one("MPOR", ai=a, bi=b, ci=c, di=d), rel=1e-12)


def two_groups(
    n: tuple[int, int], means: tuple[float, float], sds: tuple[float, float], seed: int
) -> dict[str, np.ndarray | int]:
    """Sampled means and standard deviations of two normal groups, independent by theory."""
    generator = np.random.default_rng(seed)
    data: dict[str, np.ndarray | int] = {"n1i": n[0], "n2i": n[1]}
    for i in (0, 1):
        data[f"m{i + 1}i"] = generator.normal(means[i], sds[i] / np.sqrt(n[i]), REPLICATES)
        squares = generator.chisquare(n[i] - 1, REPLICATES) / (n[i] - 1)
        data[f"sd{i + 1}i"] = sds[i] * np.sqrt(squares)
    return data


def two_occasions(
    n: int, means: tuple[float, float], sds: tuple[float, float], r: float, seed: int
) -> dict[str, np.ndarray | int]:
    """Sampled statistics of a bivariate normal: means, and Bartlett's factors of the Wishart."""
    generator = np.random.default_rng(seed)
    root = np.array([[sds[0], 0], [r * sds[1], sds[1] * np.sqrt(1 - r**2)]])
    mean = np.array(means)[:, None] + root @ generator.normal(size=(2, REPLICATES)) / np.sqrt(n)
    first = np.sqrt(generator.chisquare(n - 1, REPLICATES))
    second = np.sqrt(generator.chisquare(n - 2, REPLICATES))
    cross = generator.normal(size=REPLICATES)
    lower = np.array([[first, 0 * first], [cross, second]])
    factor = np.einsum("ij,jkr->ikr", root, lower)
    covariance = np.einsum("ikr,jkr->ijr", factor, factor) / (n - 1)
    sd1, sd2 = np.sqrt(covariance[0, 0]), np.sqrt(covariance[1, 1])
    ri = covariance[0, 1] / (sd1 * sd2)
    return {"m1i": mean[0], "m2i": mean[1], "sd1i": sd1, "sd2i": sd2, "ri": ri, "ni": n}


def agrees_with_its_spread(effects: Effects) -> None:
    assert np.mean(effects.vi) == pytest.approx(np.var(effects.yi), rel=VARIANCE_TOLERANCE)


UNEQUAL = two_groups((500, 300), (12.0, 10.0), (3.0, 5.0), seed=11)
EQUAL = two_groups((500, 300), (12.0, 10.0), (4.0, 4.0), seed=12)
MATCHED = two_occasions(400, (12.0, 10.0), (3.0, 5.0), 0.6, seed=13)
MATCHED_EQUAL = two_occasions(400, (12.0, 10.0), (4.0, 4.0), 0.6, seed=14)


class TestVariancesBySimulation:
    @pytest.mark.parametrize(
        ("measure", "vtype"),
        [
            ("SMDH", "LS"),
            ("SMDH", "LS2"),
            ("SMDH", "LS3"),
            ("SMD1H", "LS"),
            ("ROM", "LS2"),
            ("CVR", "LS2"),
            ("CLESN", "LS"),
            ("AUCN", "LS2"),
            ("CLESN", "LS3"),
        ],
    )
    def test_two_groups_with_unequal_variances(self, measure: str, vtype: str) -> None:
        agrees_with_its_spread(effect_sizes(measure, **UNEQUAL, vtype=vtype))

    @pytest.mark.parametrize("measure", ["CLESN", "AUCN"])
    def test_two_groups_with_equal_variances(self, measure: str) -> None:
        agrees_with_its_spread(effect_sizes(measure, **EQUAL, vtype="HO"))

    def test_variability_ratio_of_second_order(self) -> None:
        data = {k: v for k, v in UNEQUAL.items() if not k.startswith("m")}
        agrees_with_its_spread(effect_sizes("VR", **data, vtype="LS2"))

    @pytest.mark.parametrize(
        ("measure", "options"),
        [
            ("SMCRH", {"vtype": "LS"}),
            ("SMCRH", {"vtype": "LS2"}),
            ("SMCRPH", {"vtype": "LS"}),
            ("SMCRPH", {"vtype": "LS2"}),
            ("CLESCN", {}),
            ("AUCCN", {}),
            ("SMCC", {"vtype": "UB"}),
        ],
    )
    def test_two_occasions_with_unequal_variances(self, measure: str, options: dict) -> None:
        agrees_with_its_spread(effect_sizes(measure, **MATCHED, **options))

    def test_two_occasions_with_equal_variances(self) -> None:
        agrees_with_its_spread(effect_sizes("SMCRP", **MATCHED_EQUAL))
        first = {k: v for k, v in MATCHED_EQUAL.items() if k != "sd2i"}
        agrees_with_its_spread(effect_sizes("SMCR", **first, vtype="UB"))

    def test_determination_with_fixed_predictors(self) -> None:
        # R² = S/(S + E): S noncentral, E central chi-squared
        n, m, r2 = 2000, 3, 0.3
        generator = np.random.default_rng(15)
        s = generator.noncentral_chisquare(m, n * r2 / (1 - r2), REPLICATES)
        found = s / (s + generator.chisquare(n - m - 1, REPLICATES))
        agrees_with_its_spread(effect_sizes("R2F", r2i=found, mi=m, ni=n))
        agrees_with_its_spread(effect_sizes("ZR2F", r2i=found, mi=m, ni=n))

    def test_auc_kinds_under_their_models(self) -> None:
        generator = np.random.default_rng(16)
        x, y = generator.exponential(2, (4000, 40)), generator.exponential(1, (4000, 60))
        auc = np.mean(x[:, :, None] > y[:, None, :], axis=(1, 2))
        for vtype in ("LS", "LS2"):
            vi = effect_sizes("CLES", ai=auc, n1i=40, n2i=60, vtype=vtype).vi
            # 4000 replicates: 2.2%; both rest on exponential data, which these are
            assert np.mean(vi) == pytest.approx(np.var(auc), rel=0.08)
        # the Mann-Whitney variance of exponential data with scales 4 and 1, exactly
        theta, both_x, both_y = 4 / 5, 4 / 6, 1 - 2 / 5 + 1 / 9
        exact = theta * (1 - theta) + 39 * (both_x - theta**2) + 59 * (both_y - theta**2)
        vi = effect_sizes("AUC", ai=theta, n1i=40, n2i=60, vtype="LS2").vi[0]
        assert vi == pytest.approx(exact / (39 * 59), rel=1e-12)
        null = effect_sizes("CLES", ai=0.5, n1i=40, n2i=60, vtype="H0").vi[0]
        assert null == pytest.approx(101 / (12 * 40 * 60), rel=1e-14)  # Mann-Whitney's variance
        largest = effect_sizes("CLES", ai=0.8, n1i=40, n2i=60, vtype="MAX").vi[0]
        assert largest == pytest.approx(0.16 / 39, rel=1e-12)


class TestBiasCorrections:
    """Corrected estimates are nearer to the truth than the raw ones, by the predicted amount."""

    SMALL = two_groups((5, 9), (10.0, 10.0), (4.0, 2.0), seed=17)

    def bias(self, truth: float, measure: str, correct: bool | str) -> float:
        yi = effect_sizes(measure, **self.SMALL, correct=correct).yi
        return float(np.nanmean(yi)) - truth

    def test_ratio_of_means_by_lajeunesse(self) -> None:
        # standard error of a mean over 40 000 replicates: 0.001
        raw, corrected = self.bias(0, "ROM", correct=False), self.bias(0, "ROM", correct=True)
        assert raw == pytest.approx(-(0.16 / 5 - 0.04 / 9) / 2, abs=0.004)
        assert abs(corrected) < 0.004
        assert self.bias(0, "ROM", correct="metafor-3.8") == raw

    def test_coefficient_of_variation_ratio_by_senior(self) -> None:
        truth = np.log(0.4 / 0.2)
        raw = self.bias(truth, "CVR", correct=False)
        of_sds = self.bias(truth, "CVR", correct="metafor-3.8")
        corrected = self.bias(truth, "CVR", correct=True)
        assert abs(corrected) < abs(of_sds) < abs(raw)

    @pytest.mark.parametrize("measure", ["SMD", "SMDH", "SMD1H"])
    def test_standardised_differences_by_hedges(self, measure: str) -> None:
        data = two_groups((6, 6), (2.0, 0.0), (2.0, 2.0), seed=18)
        corrected = effect_sizes(measure, **data).yi
        raw = effect_sizes(measure, **data, correct=False).yi
        assert abs(np.mean(corrected) - 1) < abs(np.mean(raw) - 1)
        assert np.mean(corrected) == pytest.approx(1, abs=0.03)

    def test_change_by_the_pooled_standard_deviation(self) -> None:
        data = two_occasions(8, (2.0, 0.0), (2.0, 2.0), 0.5, seed=19)
        for measure in ("SMCRP", "SMCRPH"):
            assert np.mean(effect_sizes(measure, **data).yi) == pytest.approx(1, abs=0.02)
            assert np.mean(effect_sizes(measure, **data, correct=False).yi) > 1.04


def test_second_order_variances_are_those_of_the_papers() -> None:
    m1, m2, s1, s2, n1, n2 = 10.0, 8.0, 4.0, 3.0, 7.0, 12.0
    data = {"m1i": m1, "m2i": m2, "sd1i": s1, "sd2i": s2, "n1i": n1, "n2i": n2}
    # Lajeunesse 2015, equations 8 and 9
    first, second = s1**2 / (n1 * m1**2), s2**2 / (n2 * m2**2)
    expected = np.log(m1 / m2) + (first - second) / 2
    variance = first + second + (s1**4 / (n1**2 * m1**4) + s2**4 / (n2**2 * m2**4)) / 2
    assert one("ROM", **data, vtype="LS2") == pytest.approx((expected, variance), rel=1e-13)
    # Senior et al. 2020, equations 6 and 16
    expected = np.log(s1 / m1) - np.log(s2 / m2) + (1 / (n1 - 1) - 1 / (n2 - 1)) / 2
    expected += (second - first) / 2
    variance += n1 / (2 * (n1 - 1) ** 2) + n2 / (2 * (n2 - 1) ** 2)
    assert one("CVR", **data, vtype="LS2") == pytest.approx((expected, variance), rel=1e-13)


def test_normal_superiority_from_d_t_p_and_the_share_itself() -> None:
    t, n1, n2 = 2.3, 25, 30
    d = t * np.sqrt(1 / n1 + 1 / n2)
    p = 2 * stats.t.sf(t, n1 + n2 - 2)
    expected = one("AUCN", di=d, n1i=n1, n2i=n2)
    assert expected[0] == pytest.approx(stats.norm.cdf(d / np.sqrt(2)), rel=1e-14)
    for given in ({"ti": t}, {"pi": p}, {"ai": expected[0]}):
        assert one("AUCN", **given, n1i=n1, n2i=n2) == pytest.approx(expected, rel=1e-9)


def test_one_row_may_be_given_by_means_and_another_by_t() -> None:
    mixed = effect_sizes(
        "SMD",
        m1i=[5, np.nan],
        m2i=[3, np.nan],
        sd1i=[2, np.nan],
        sd2i=[2, np.nan],
        ti=[np.nan, 2.0],
        n1i=[10, 12],
        n2i=[10, 14],
    )
    by_t = one("SMD", ti=2.0, n1i=12, n2i=14)
    assert (mixed.yi[1], mixed.vi[1]) == pytest.approx(by_t)
    assert mixed.yi[0] == pytest.approx(one("SMD", di=1.0, n1i=10, n2i=10)[0])
