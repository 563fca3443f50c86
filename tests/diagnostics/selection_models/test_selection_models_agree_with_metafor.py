"""selection_model() against metafor's selmodel(): every type, eight data sets."""

import numpy as np
import pytest

SLACK = 1e-8
"""Relative: metafor's integrals are good to 1e-9 a study."""
ESTIMATES = 1e-4
"""Demanded where the optimum is well determined."""
ERRORS = 5e-3
"""Of standard errors: metafor differentiates numerically twice, also across tau2 = 0."""
HIGHER = 1e-5
"""A log-likelihood this much above metafor's is another, better optimum."""


def well_determined(record, model):
    """Whether both ended inside their bounds, at the same optimum."""
    codes = {note.code for note in model.notes}
    loose = {"selection-not-converged", "selection-at-bound", "selection-no-curvature"}
    return not codes & loose and abs(model.log_likelihood - record["ll"]) < HIGHER


def test_likelihood_is_never_lower(selmodel):
    """The likelihood reached, and that without selection."""
    assert len(selmodel.fits) > 100
    assert len({record["set"] for record in selmodel.fits}) == 8
    for record in selmodel.fits:
        model = selmodel.ask(record)
        what = selmodel.name(record)
        slack = SLACK * (1 + abs(record["ll"]))
        assert model.log_likelihood >= record["ll"] - slack, what
        given = [delta.fixed for delta in model.deltas]
        if not all(given):
            assert model.lrt.df == record["lrt_df"], what
        if record["type"] == "stepfun":
            assert [delta.k for delta in model.deltas] == record["counts"], what


def test_estimates(selmodel):
    """Coefficients, tau2, deltas, their standard errors and tests."""
    compared = 0
    for record in selmodel.fits:
        model, what = selmodel.ask(record), selmodel.name(record)
        if not well_determined(record, model):
            continue
        compared += 1
        found = [row.estimate for row in model.coefficients]
        np.testing.assert_allclose(found, record["beta"], atol=ESTIMATES, err_msg=what)
        tau2 = 0.0 if model.tau2 is None else model.tau2.estimate
        assert tau2 == pytest.approx(record["tau2"], abs=ESTIMATES), what
        found = [row.estimate for row in model.deltas]
        near = {"rtol": ESTIMATES, "atol": ESTIMATES, "err_msg": what}
        np.testing.assert_allclose(found, record["delta"], **near)
        rows = [*model.coefficients, *model.deltas]
        for row, se in zip(rows, [*record["se"], *record["delta_se"]], strict=True):
            if row.se is not None and isinstance(se, float):
                assert row.se == pytest.approx(se, rel=ERRORS), what
        if model.tau2_lrt is not None and record["type"] == "stepfun":
            assert model.tau2_lrt.statistic == pytest.approx(record["tau2_lrt"], abs=1e-5), what
        if model.lrt is not None:
            assert model.lrt.statistic == pytest.approx(record["lrt"], abs=1e-5), what
    assert compared > 0.9 * len(selmodel.fits)


def test_where_the_optimum_is_a_better_one(selmodel):
    """One: metafor -6.0875 near its start, here -5.80 with a delta at its bound, which is noted."""
    better = []
    for record in selmodel.fits:
        model = selmodel.ask(record)
        if model.log_likelihood > record["ll"] + HIGHER:
            better.append((record["set"], record["type"]))
            assert record["ll"] == pytest.approx(-6.08754, abs=1e-4)
            assert model.log_likelihood == pytest.approx(-5.804, abs=5e-3)
    assert better == [("hahn2001", "negexppow")]


def test_what_metafor_refuses_is_noted(selmodel):
    """Step functions with an interval that has no study."""
    assert selmodel.refused
    for record in selmodel.refused:
        assert "do not contain any observed p-values" in record["error"]
        model = selmodel.ask(record)
        assert "selection-empty-interval" in {note.code for note in model.notes}
        assert not model.trusted
