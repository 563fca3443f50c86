"""copas() against numerical integration and other optimisers in R."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.diagnostics.copas.likelihood import Selection
from metasyn.diagnostics.copas.path import contours, path
from metasyn.diagnostics.copas.search import Studies, best, surface


@pytest.fixture(scope="module")
def passive_smoking(small_study):
    return ms.copas(small_study.effects("hackshaw1998"))


def test_likelihood_is_the_joint_density_given_publication(small_study):
    """1e-8: the reference integrates over the variable that selects."""
    for record in small_study["copas_values"]:
        effects = small_study.effects(record["set"])
        gammas = np.array([record["gamma0"]]), np.array([record["gamma1"]])
        selection = Selection.of(effects.yi, np.sqrt(effects.vi), *gammas)
        at = np.array([[record["mu"], record["rho"], record["tau"] ** 2, record["beta"]]])
        value = -float(selection(at, np.array([0])).value[0])
        assert value == pytest.approx(record["ll"], rel=1e-8), record


def test_reaches_the_maximum_of_another_optimiser(small_study):
    """The likelihood is no lower than nlminb's from eight starts (1e-6 for where it stops)."""
    for record in small_study["copas_points"]:
        effects = small_study.effects(record["set"])
        studies = Studies.of(effects, None)
        assert ("left" if studies.sign > 0 else "right") == record["side"]
        gamma0, gamma1 = np.array([record["gamma0"]]), np.array([record["gamma1"] / studies.scale])
        constant = len(effects) * np.log(studies.scale)
        starts = studies.starts()[None]
        plain = best(studies, gamma0, gamma1, starts)
        reached = -plain.value[0] - constant
        assert reached >= record["ll"] - 1e-6, record
        if reached < record["ll"] + 1e-6:
            mean = studies.sign * studies.scale * plain.at[0, 0]
            assert mean == pytest.approx(record["mu"], abs=2e-4 * studies.scale), record


@pytest.mark.parametrize("name", ["li2007", "hackshaw1998"])
def test_grid_is_no_lower_than_searches_at_each_point(small_study, name):
    """Fewer starts and neighbours reach what all starts reach at every point; 1e-6."""
    effects = small_study.effects(name)
    studies = Studies.of(effects, None)
    most = 1.29 / (1.0 / studies.sei.min() - 1.0 / studies.sei.max())
    grids = np.linspace(-0.25 - most / studies.sei.max(), 2.0, 20), np.linspace(0.0, most, 20)
    gammas = np.repeat(grids[0], 20), np.tile(grids[1], 20)
    at = surface(studies, *grids).reshape(-1, 3)
    reached = Selection.of(studies.yi, studies.sei, *gammas)(at, np.arange(400)).value
    searched = best(studies, *gammas, np.tile(studies.starts(), (400, 1, 1))).value
    assert (reached <= searched + 1e-6).all()


@pytest.mark.parametrize("point", [[-0.5, 0.6, 0.16, 0.2], [0.1, 0.3, 0.64, -0.5]])
def test_slopes_and_curvatures_are_those_of_the_likelihood(small_study, point):
    """Central differences with steps of 1e-6: 1e-6 of the largest."""
    effects = small_study.effects("bcg")
    gammas = np.array([-0.5]), np.array([0.3])
    selection, row = Selection.of(effects.yi, np.sqrt(effects.vi), *gammas), np.array([0])
    found = selection(np.array([point]), row)
    for i, step in enumerate(1e-6 * np.eye(4)):
        above, below = (selection(np.array([point]) + way * step, row) for way in (1.0, -1.0))
        slope = (above.value - below.value)[0] / 2e-6
        bend = (above.slope - below.slope)[0] / 2e-6
        assert found.slope[0, i] == pytest.approx(slope, abs=1e-6 * np.abs(found.slope).max())
        np.testing.assert_allclose(
            found.curvature[0, i], bend, atol=1e-6 * np.abs(found.curvature).max()
        )


def test_fan_starts_at_maximum_likelihood_without_selection(passive_smoking, small_study):
    """1e-6: two optimisers of one likelihood."""
    plain = ms.pool(small_study.effects("hackshaw1998"), ms.RandomEffects("ML", ci="z"))
    assert passive_smoking.probability[0] == 1.0
    assert passive_smoking.estimate[0] == pytest.approx(plain.estimate, abs=1e-6)
    assert passive_smoking.tau[0] ** 2 == pytest.approx(plain.tau2, abs=1e-6)
    assert passive_smoking.se[0] == pytest.approx(plain.se, rel=0.05)
    assert passive_smoking.unpublished[0] < 1e-20


def test_passive_smoking_shrinks_with_selection(passive_smoking):
    """Copas and Shi 2000, BMJ 320:417: significant correlation of outcome and size; the excess
    risk of 24% falls steadily with the share of studies that is unpublished."""
    found = passive_smoking
    assert found.side == "left"
    assert np.exp(found.pooled.estimate) == pytest.approx(1.24, abs=0.006)
    assert found.residual_p[0] < 0.05
    assert (np.diff(found.estimate) < 0).all()
    assert (np.diff(found.probability) < 0).all()
    assert (np.diff(found.unpublished) > 0).all()
    assert found.settled.all()


def test_adjusted_estimate_is_the_first_without_residual_selection(passive_smoking):
    first = int(np.argmax(passive_smoking.residual_p > 0.1))
    assert first > 0
    assert passive_smoking.adjusted.estimate == passive_smoking.estimate[first]


def test_mirrored_effects_have_a_mirrored_fan(small_study):
    """1e-6: the path is found anew."""
    effects = small_study.effects("li2007")
    one, other = ms.copas(effects), ms.copas(ms.effects_from(-effects.yi, effects.vi))
    assert {one.side, other.side} == {"left", "right"}
    np.testing.assert_allclose(other.estimate, -one.estimate, atol=1e-6)
    np.testing.assert_allclose(other.rho, -one.rho, atol=1e-5)


def test_unit_does_not_matter(small_study):
    effects = small_study.effects("li2007")
    one = ms.copas(effects)
    other = ms.copas(ms.effects_from(1e3 * effects.yi, 1e6 * effects.vi))
    # contours are drawn at round numbers of the effect, which powers of ten do not change
    np.testing.assert_allclose(other.estimate, 1e3 * one.estimate, rtol=1e-5)


def test_path_is_at_right_angles_to_straight_contours():
    unit = np.linspace(0, 1, 20)
    slanted = unit[:, None] + 2 * unit[None, :]
    points = path(contours(slanted))
    # contours y = c - x / 2; through (1, 1) at right angles: y = 1 + 2 (x - 1)
    np.testing.assert_allclose(points[:, 1], 1 + 2 * (points[:, 0] - 1), atol=1e-9)
    assert len(points) > 3


def test_selection_that_is_not_visible_is_said(small_study):
    """Studies missing on the side where small studies lie: rho is 0 all along the fan."""
    found = ms.copas(small_study.effects("li2007"), side="left")
    assert (found.rho[1:] == 0).all()
    np.testing.assert_allclose(found.estimate, found.estimate[0], atol=1e-6)
    codes = [note.code for note in found.notes]
    assert "copas-no-selection" in codes
    assert "copas-no-contours" in codes


def test_arguments_are_checked():
    effects = ms.effects_from([0.5, 0.6, 0.7, 0.8, 0.9], [0.04] * 5)
    with pytest.raises(ms.DataError, match="same variance"):
        ms.copas(effects)
    with pytest.raises(ms.SpecError, match="side"):
        ms.copas(effects, side="top")
    with pytest.raises(ms.DataError, match="at least 5"):
        ms.copas(ms.effects_from([0.1, 0.2], [1, 2]))


def test_frame_and_summary(passive_smoking):
    frame = passive_smoking.to_frame()
    assert len(frame) == len(passive_smoking.probability)
    assert passive_smoking.contour.shape == (20, 20)
    text = passive_smoking.summary()
    assert "Adjusted:" in text
    assert "no row of it is the answer" in text
