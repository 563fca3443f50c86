"""Covariance of comparisons with one control: Gleser and Olkin's chapter, simulated truth."""

import numpy as np
import pytest
from scipy.linalg import block_diag

from metasyn.effects import effect_sizes as effect_sizes_module
from metasyn.effects.conversions import shared_control_matrix
from metasyn.errors import DataError, SpecError

effect_sizes = effect_sizes_module.effect_sizes

# Gleser & Olkin 2009, Table 19.1: control (events, patients), then treatments by their number
STUDIES = (
    ((40, 1000), {1: (100, 4000), 2: (150, 4000)}),
    ((10, 200), {1: (15, 400)}),
    ((150, 2000), {1: (40, 1000), 2: (80, 1000), 3: (50, 1000)}),
)
# pages 361 to 365: pooled estimates, their covariance matrix, and Q
PRINTED = {
    "RD": (
        (0.0200, 0.0043, 0.0211),
        np.array([[24.612, 19.954, 13.323], [19.954, 28.538, 13.255], [13.323, 13.255, 69.806]])
        * 1e-6,
        7.1907,
    ),
    "OR": (
        (0.5099, 0.0044, 0.4301),
        np.array([[1412, 712, 425], [712, 1178, 455], [425, 455, 2703]]) * 1e-5,
        2.057,
    ),
    "RR": ((0.4875, 0.0006, 0.4047), None, None),
    "AS": (
        (0.0505, 0.0051, 0.0491),  # printed doubled: 0.1010, 0.0102, 0.0982
        np.array([[58, 40, 24], [40, 61, 25], [24, 25, 137]]) * 1e-5 / 4,
        4.264,
    ),
}


def pooled(y, blocks, treatments):
    """Generalised least squares, one coefficient a treatment."""
    design = (np.array(treatments)[:, None] == sorted(set(treatments))).astype(float)
    weight = np.linalg.inv(block_diag(*blocks))
    covariance = np.linalg.inv(design.T @ weight @ design)
    estimate = covariance @ design.T @ weight @ y
    rest = y - design @ estimate
    return estimate, covariance, rest @ weight @ rest


@pytest.mark.parametrize("measure", PRINTED)
def test_gleser_and_olkin_s_counts(measure):
    y, blocks, treatments = [], [], []
    for (c, n2), arms in STUDIES:
        # the chapter takes control minus treatment
        made = effect_sizes(
            measure, ai=[c] * len(arms), n1i=[n2] * len(arms),
            ci=[x for x, _ in arms.values()], n2i=[n for _, n in arms.values()],
        )  # fmt: skip
        y += list(made.yi)
        blocks.append(shared_control_matrix(measure, made.vi, {"ci": c, "n2i": n2}))
        treatments += arms
    estimate, covariance, q = pooled(np.array(y), blocks, treatments)
    means, matrix, printed_q = PRINTED[measure]
    assert np.abs(estimate - means).max() <= 6e-5  # four printed decimals
    if matrix is not None:
        half = 6e-10 if measure == "RD" else 6e-6  # the last printed digit
        assert np.abs(covariance - matrix).max() <= half
        assert q == pytest.approx(printed_q, abs=0.0008)


def test_gleser_and_olkin_s_standardised_differences():
    # page 364: d of studies with 1, 1, 1 and 2 treatments; page 367: 2.3743 and 1.5702
    y = [[2.1670, 1.3406], [2.8927], [2.1754], [2.3821, 1.6664]]
    n1 = [[25, 22], [38], [50], [30, 30]]
    n2, treatments = [25, 40, 50, 30], [1, 2, 1, 1, 1, 2]
    blocks = []
    for d, treated, control in zip(y, n1, n2, strict=True):
        total = sum(treated) + control
        vi = [1 / n + 1 / control + g**2 / (2 * total) for g, n in zip(d, treated, strict=True)]
        known = {"n2i": control, "ni": total}
        blocks.append(shared_control_matrix("SMD", vi, known, yi=d))
    estimate, covariance, q = pooled(np.concatenate(y), blocks, treatments)
    assert np.abs(estimate - [2.3743, 1.5702]).max() <= 6e-5
    assert np.abs(covariance - [[0.02257, 0.01244], [0.01244, 0.03554]]).max() <= 6e-6
    assert q == pytest.approx(3.9447, abs=6e-4)


def simulated(measure, draws, rng):
    """Estimates of two arms against one control, drawn many times; their covariance matrix."""
    n = np.array([150, 120, 200])
    if measure in ("OR", "RR", "RD", "AS"):
        x = rng.binomial(n, [0.3, 0.4, 0.35], (draws, 3))
        p = x / n
        scale = {
            "OR": lambda p: np.log(p / (1 - p)), "RR": np.log, "RD": lambda p: p,
            "AS": lambda p: np.arcsin(np.sqrt(p)),
        }[measure](p)  # fmt: skip
        control = {"ci": 0.35 * 200, "n2i": 200}
    elif measure == "IRR":
        scale, control = np.log(rng.poisson([60, 50, 80], (draws, 3))), {"x2i": 80}
    else:
        mean = rng.normal([10, 11, 9], 2 / np.sqrt(n), (draws, 3))
        if measure == "SMD":
            spread = 2 * np.sqrt(rng.chisquare(n.sum() - 3, draws) / (n.sum() - 3))
            scale = mean / spread[:, None]
            control = {"n2i": 200, "ni": n.sum()}
        else:
            scale = np.log(mean) if measure == "ROM" else mean
            control = {"m2i": 9, "sd2i": 2, "n2i": 200}
    return scale[:, :2] - scale[:, 2:], control


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "AS", "MD", "ROM", "IRR", "SMD"])
def test_comparisons_vary_together_as_the_matrix_says(measure):
    draws = 200_000
    y, control = simulated(measure, draws, np.random.default_rng(99))
    truth = np.cov(y.T)
    made = shared_control_matrix(measure, np.diag(truth), control, yi=[0.5, 1.0])
    # standard error of a covariance of normal pairs; large-sample formulas are 2% off at n = 200
    error = np.sqrt((truth[0, 0] * truth[1, 1] + truth[0, 1] ** 2) / draws)
    assert abs(made[0, 1] - truth[0, 1]) < 4 * error + 0.02 * truth[0, 1]
    assert made[0, 1] == made[1, 0] and not made.flags.writeable


def test_zero_events_need_the_half_of_the_tables():
    with pytest.raises(DataError, match=r"0 events among 40 controls; where 0\.5 was added"):
        shared_control_matrix("OR", [1, 1], {"ci": 0, "n2i": 40})
    assert shared_control_matrix("RD", [1, 1], {"ci": 0, "n2i": 40})[0, 1] == 0
    made = shared_control_matrix("OR", [5, 5], {"ci": 0.5, "n2i": 41})
    assert made[0, 1] == pytest.approx(1 / 0.5 + 1 / 40.5)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("HR", [1], {}), SpecError, "measure is 'HR'"),
        (("OR", [1], {"ci": 3}), DataError, "OR needs n2i of the control group"),
        (("OR", [1], {"ci": 41, "n2i": 40}), DataError, "41 events among 40"),
        (("MD", [1], {"sd2i": -1, "n2i": 40}), DataError, "sd2i of the control group is -1"),
        (("SMD", [1], {"n2i": 40, "ni": 90}), DataError, "SMD needs yi"),
        (("MD", [0.1, 0.1], {"sd2i": 4, "n2i": 16}), DataError, "not positive definite"),
    ],
)
def test_the_impossible_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        shared_control_matrix(*arguments)


def test_a_missing_variance_stays_missing():
    made = shared_control_matrix("MD", [1, np.nan], {"sd2i": 2, "n2i": 16})
    assert np.isnan(made[1, 1]) and made[0, 1] == 0.25
