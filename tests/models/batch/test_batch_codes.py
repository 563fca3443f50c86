"""What a batch says of sets that cannot be pooled, or not wholly."""

import numpy as np
import pytest

import metasyn as ms
from metasyn.errors import DataError
from metasyn.models.batch.block import COLUMNS
from metasyn.models.batch.codes import CODES, FAILURES

NAN, INF = np.nan, np.inf
GOOD_Y, GOOD_V = [0.1, 0.4, 0.3], [0.1, 0.2, 0.1]
FAILING = {
    "no-study": ([NAN, NAN, NAN], [NAN, NAN, NAN]),
    "invalid-estimate": ([0.1, INF, 0.3], GOOD_V),
    "invalid-variance": (GOOD_Y, [0.1, 0.0, 0.1]),
    "out-of-range": ([0.1, 1e200, 0.3], GOOD_V),
}


def codes_of(table, row=0):
    return {note.code for note in table.notes(row)}


def test_every_code_has_its_own_bit_and_a_sentence():
    bits = [code.bit for code in CODES.values()]
    assert all(bit == 1 << i for i, bit in enumerate(bits))
    assert sum(code.bit for code in CODES.values() if code.fails) == FAILURES
    assert all(code.message.endswith(".") for code in CODES.values())


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_set_has_no_numbers_and_leaves_the_others_alone(engine, name):
    yi, vi = FAILING[name]
    table = ms.pool_many([GOOD_Y, yi, GOOD_Y], [GOOD_V, vi, GOOD_V], engine=engine)
    assert codes_of(table, 1) == {name}
    assert table.failed.tolist() == [False, True, False]
    assert all(np.isnan(getattr(table, column)[1]) for column in COLUMNS)
    alone = ms.pool_many([GOOD_Y], [GOOD_V], engine=engine)
    for column in COLUMNS:
        np.testing.assert_array_equal(
            getattr(table, column)[[0, 2]], getattr(alone, column)[[0, 0]]
        )


@pytest.mark.parametrize("name", FAILING)
def test_pool_refuses_what_has_a_failing_code(name):
    yi, vi = (np.array(values) for values in FAILING[name])
    here = ~np.isnan(yi)
    with pytest.raises(DataError):
        ms.pool(ms.effects_from(yi[here], vi[here]))


@pytest.mark.parametrize("vi", [-0.1, INF, 1e-80, 1e80])
def test_variances_that_pool_refuses_are_codes(engine, vi):
    table = ms.pool_many([GOOD_Y], [[0.1, vi, 0.1]], engine=engine)
    assert table.failed[0]
    with pytest.raises(DataError):
        ms.pool(ms.effects_from(GOOD_Y, [0.1, vi, 0.1]))


def test_reasons_add_up(engine):
    table = ms.pool_many([[INF, 0.4, 0.3]], [[0.1, 0.0, NAN]], engine=engine)
    assert codes_of(table) == {"invalid-estimate", "invalid-variance", "incomplete-study"}


@pytest.mark.parametrize(("yi", "vi"), [([0.1, NAN, 0.3], GOOD_V), (GOOD_Y, [0.1, NAN, 0.1])])
def test_half_a_study_is_absent_and_that_is_said(engine, yi, vi):
    table = ms.pool_many([yi], [vi], ms.RandomEffects(ci="hksj"), engine=engine)
    without = ms.pool(ms.effects_from([0.1, 0.3], [0.1, 0.1]), ms.RandomEffects(ci="hksj"))
    assert "incomplete-study" in codes_of(table)
    assert not table.failed[0]
    assert (table.k[0], table.estimate[0]) == (2, pytest.approx(without.estimate, rel=1e-12))


def test_one_study_is_its_own_estimate(engine):
    spec = ms.RandomEffects(level=0.9)
    table = ms.pool_many([[NAN, 0.3]], [[NAN, 0.04]], spec, engine=engine)
    alone = ms.pool(ms.effects_from([0.3], [0.04]), spec)
    assert codes_of(table) == {"single-study"}
    assert (table.estimate[0], table.se[0]) == (alone.estimate, alone.se)
    assert (table.ci_low[0], table.ci_high[0]) == pytest.approx(tuple(alone.ci), rel=1e-14)
    assert np.isnan([table.tau2[0], table.q[0], table.i2[0], table.prediction_low[0]]).all()
    assert table.p_value[0] == pytest.approx(alone.p_value, rel=1e-14)


def test_what_does_not_settle_is_a_code(engine, monkeypatch):
    monkeypatch.setattr("metasyn.models.batch.roots.STEPS", 1)
    spec = ms.RandomEffects("PM")
    table = ms.pool_many([GOOD_Y, [0.1, 4.0, -3.0]], [GOOD_V] * 2, spec, engine=engine)
    assert codes_of(table, 1) == {"not-settled"}
    assert np.isnan(table.estimate[1])


def test_the_summary_counts_and_the_frame_spells_out():
    table = ms.pool_many([GOOD_Y, [0.1, NAN, NAN]], [[0.1, 0.0, 0.1], [0.1, NAN, NAN]])
    assert table.summary().splitlines()[0] == "RandomEffects, 2 sets, 1 without results"
    assert "1 single-study: One study" in table.summary()
    frame = table.to_frame()
    assert frame["notes"].tolist() == ["invalid-variance", "single-study"]
    assert frame["code"].tolist() == [CODES["invalid-variance"].bit, CODES["single-study"].bit]
    one = ms.pool(ms.effects_from(GOOD_Y, GOOD_V)).to_frame()
    assert [name for name in frame if name in one] == [name for name in one if name != "measure"]
