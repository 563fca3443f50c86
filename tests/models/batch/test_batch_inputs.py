"""Every form in which sets can be given, and what is refused."""

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.errors import DataError, SpecError

RNG = np.random.default_rng(5)
YI, VI = RNG.normal(size=(40, 6)), RNG.uniform(0.1, 1.0, (40, 6))


def same(found, wanted, rel=1e-12):
    for name in ("estimate", "se", "tau2", "ci_low", "prediction_high", "q"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), rtol=rel)


@pytest.mark.parametrize(
    "change",
    [
        np.asfortranarray,
        lambda x: np.repeat(x, 2, axis=0)[::2],
        lambda x: x.tolist(),
        np.ma.array,
        lambda x: x.astype(">f8"),
        lambda x: x.astype(object),
    ],
    ids=["fortran", "strided", "lists", "masked", "byte-swapped", "objects"],
)
def test_forms_of_the_same_arrays(engine, change):
    same(ms.pool_many(change(YI), change(VI), engine=engine), ms.pool_many(YI, VI), rel=1e-11)


def test_read_only_and_float32_and_whole_numbers(engine):
    yi, vi = YI.astype(np.float32), VI.astype(np.float32)
    yi.setflags(write=False)
    found = ms.pool_many(yi, vi, engine=engine)
    assert found.estimate.dtype == np.float64
    same(found, ms.pool_many(yi.astype(float), vi.astype(float)), rel=1e-11)
    whole = ms.pool_many([[1, 2, 4]], [[1, 2, 1]], engine=engine)
    assert whole.estimate[0] == pytest.approx(
        ms.pool(ms.effects_from([1, 2, 4], [1, 2, 1])).estimate, rel=1e-12
    )


def test_a_mask_is_as_good_as_nan(engine):
    gone = RNG.random(YI.shape) < 0.3
    masked = ms.pool_many(np.ma.array(YI, mask=gone), VI, engine=engine)
    both = ms.pool_many(np.ma.array(YI, mask=gone), np.ma.array(VI, mask=gone), engine=engine)
    blank = ms.pool_many(np.where(gone, np.nan, YI), np.where(gone, np.nan, VI), engine=engine)
    same(masked, blank)
    same(both, blank)
    assert (both.code == blank.code).all()


def test_one_row_of_variances_is_for_all_sets(engine):
    gone = np.ma.array(VI[0], mask=[0, 1, 0, 0, 0, 0])
    assert (ms.pool_many(YI, gone, engine=engine).k == 5).all()
    same(ms.pool_many(YI, VI[0], engine=engine), ms.pool_many(YI, np.tile(VI[0], (40, 1))), 1e-11)


def test_weights_go_with_columns(engine):
    gone = np.arange(6) >= 4
    weights = (1.0, 2.0, 3.0, 1.0, 9.0, 9.0)
    yi, vi = np.where(gone, np.nan, YI), np.where(gone, np.nan, VI)
    found = ms.pool_many(yi, vi, ms.RandomEffects("GENQ", weights=weights), engine=engine)
    spec = ms.RandomEffects("GENQ", weights=weights[:4])
    same(found, ms.pool_many(YI[:, :4], VI[:, :4], spec), rel=1e-11)


def ragged(shuffled):
    sizes = RNG.integers(1, 30, 200)
    labels = np.repeat([f"set {i:03d}" for i in range(200)], sizes)
    frame = pd.DataFrame(
        {
            "name": labels,
            "effect": RNG.normal(size=len(labels)),
            "variance": RNG.uniform(0.1, 1.0, len(labels)),
        }
    )
    return frame.sample(frac=1, random_state=1).reset_index(drop=True) if shuffled else frame


@pytest.mark.parametrize("shuffled", [False, True])
def test_ragged_sets_are_pooled_each(engine, shuffled, chunks_of):
    chunks_of(500)
    frame = ragged(shuffled)
    table = ms.pool_many("effect", "variance", data=frame, by="name", engine=engine)
    assert table.labels.tolist() == list(dict.fromkeys(frame["name"]))
    for row, (_, own) in enumerate(frame.groupby("name", sort=False)):
        pooled = ms.pool(ms.effects_from(own["effect"], own["variance"]))
        assert table.k[row] == len(own)
        assert table.estimate[row] == pytest.approx(pooled.estimate, rel=1e-10, abs=1e-12)
        assert table.se[row] == pytest.approx(pooled.se, rel=1e-10)


def test_one_long_set_among_short_ones(engine):
    sizes = [3] * 50 + [5000] + [2] * 50
    by = np.repeat(np.arange(101), sizes)
    yi, vi = RNG.normal(size=len(by)), RNG.uniform(0.1, 1.0, len(by))
    table = ms.pool_many(yi, vi, by=by, engine=engine)
    pooled = ms.pool(ms.effects_from(yi[by == 50], vi[by == 50]))
    assert table.k.tolist() == sizes
    assert table.tau2[50] == pytest.approx(pooled.tau2, rel=1e-9, abs=1e-12)


def test_missing_values_of_pandas_are_absent_studies():
    frame = pd.DataFrame(
        {
            "s": ["a", "a", "a", "b"],
            "yi": pd.array([0.1, 0.3, None, 0.2], dtype="Float64"),
            "vi": pd.array([1, 2, None, 3], dtype="Int64"),
        }
    )
    assert ms.pool_many("yi", "vi", data=frame, by="s").k.tolist() == [2, 1]


def test_labels_keep_their_type_and_lead_the_frame():
    table = ms.pool_many([0.1, 0.3], [0.1, 0.2], by=np.array([7, 3]))
    assert table.labels.tolist() == [7, 3]
    assert table.to_frame()["set"].tolist() == [7, 3]


def test_no_sets_at_all(engine):
    table = ms.pool_many(np.empty((0, 5)), np.empty((0, 5)), engine=engine)
    assert len(table) == 0
    assert table.to_frame().empty
    assert ms.pool_many(np.empty((2, 0)), np.empty((2, 0)), engine=engine).k.tolist() == [0, 0]


def test_results_cannot_be_written_to():
    table = ms.pool_many(YI, VI)
    with pytest.raises(ValueError, match="read-only"):
        table.estimate[0] = 1.0


def test_progress_is_told(engine, chunks_of):
    chunks_of(160)
    told = []
    ms.pool_many(YI, VI, engine=engine, progress=lambda done, total: told.append((done, total)))
    assert [total for _, total in told] == [40] * 4
    assert [done for done, _ in told] == [10, 20, 30, 40]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"yi": [0.1, 0.2], "vi": [0.1, 0.2]}, "two dimensions"),
        ({"yi": YI, "vi": VI[:3]}, "same shape, or one row"),
        ({"yi": [["x"]], "vi": [[0.1]]}, "real numbers"),
        ({"yi": [[0.1, None, {}]], "vi": [[0.1] * 3]}, "numbers"),
        ({"yi": [[1j]], "vi": [[0.1]]}, "real numbers"),
        ({"yi": [0.1, 0.2], "vi": [0.1, 0.2], "by": ["a"]}, "long list has one value a study"),
        ({"yi": [0.1, 0.2], "vi": [0.1, 0.2], "by": ["a", None]}, "empty in 1 of 2 rows"),
        ({"yi": "yi", "vi": "vi", "by": "s"}, "data is needed"),
        ({"yi": "yi", "vi": "vi", "data": pd.DataFrame({"yi": [1.0]})}, "names of its columns"),
        ({"yi": "yi", "vi": "vi", "by": "s", "data": [1]}, "a frame or the path"),
        (
            {"yi": "y", "vi": "vi", "by": "s", "data": pd.DataFrame({"yi": [1.0]})},
            "no column y, vi",
        ),
        (
            {
                "yi": "yi",
                "vi": "vi",
                "by": "s",
                "data": pd.DataFrame({"yi": ["0.1", "a lot"], "vi": [1, 2], "s": [1, 2]}),
            },
            "row 2 is 'a lot'",
        ),
    ],
)
def test_data_that_make_no_sense_are_refused(arguments, words):
    with pytest.raises(DataError, match=words):
        ms.pool_many(**arguments)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ms.Peto(), "not Peto"),
        (ms.RandomEffects(moderators="~ year"), "moderators"),
        (ms.RandomEffects(tau2_ci="GQ"), "GQ"),
        (ms.RandomEffects(prediction="NNF"), "NNF"),
    ],
)
def test_models_that_do_not_fit_a_batch_are_refused(spec, words):
    with pytest.raises(SpecError, match=words):
        ms.pool_many(YI, VI, spec)


def test_weights_that_do_not_fit_are_refused():
    spec = ms.RandomEffects("GENQ", weights=(1.0, 2.0))
    with pytest.raises(DataError, match="2 weights for 6 columns"):
        ms.pool_many(YI, VI, spec)
    with pytest.raises(SpecError, match="long list"):
        ms.pool_many([0.1, 0.2], [0.1, 0.1], spec, by=[1, 1])


def test_an_unknown_engine_is_refused():
    with pytest.raises(SpecError, match="engine is 'cuda'"):
        ms.pool_many(YI, VI, engine="cuda")
