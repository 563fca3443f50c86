"""Sets that are hard to pool, and a batch compared with the engine for one set."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import metasyn as ms
from metasyn.models.batch.backends import backend_of
from metasyn.models.batch.block import COLUMNS

ENDS = {
    f"{name}_{end}": (name, end)
    for name in ("ci", "prediction", "tau2_ci")
    for end in ("low", "high")
}
IN_ERRORS = {"estimate", "ci_low", "ci_high", "prediction_low", "prediction_high"}
"""Columns on the scale of the effects, where a value near 0 has no relative accuracy."""


@pytest.fixture(params=["numpy", "numba"])
def engine(request):
    return request.param


@pytest.fixture
def chunks_of(monkeypatch, engine):
    """Let batches be cut into chunks of so many studies."""

    def cut(studies):
        monkeypatch.setattr(backend_of(engine), "chunk", studies)

    return cut


@pytest.fixture
def sets_of():
    """Draw sets of up to k studies, with and without heterogeneity, some studies absent."""

    def draw(rng, n, k, *, spread=0.5, absent=0.2):
        vi = 0.02 + 0.3 * rng.chisquare(1, (n, k)) * 10.0 ** rng.uniform(-spread, spread, (n, k))
        yi = rng.normal(size=(n, k)) * np.sqrt(vi + rng.choice([0.0, 0.01, 0.3, 3.0], (n, 1)))
        gone = rng.random((n, k)) < absent
        gone[:, 0] = False
        yi[gone] = vi[gone] = np.nan
        return yi, vi

    return draw


def value_of(pooled, column):
    if column in ENDS:
        interval = getattr(pooled, ENDS[column][0])
        return math.nan if interval is None else getattr(interval, ENDS[column][1])
    if column == "df":
        return math.inf if pooled.ci.df is None else pooled.ci.df
    value = getattr(pooled, column)
    return math.nan if value is None else value


def one_by_one(yi, vi, spec):
    """The engine for one set, row by row."""
    for y, v in zip(yi, vi, strict=True):
        here = ~np.isnan(y)
        own = spec
        if getattr(spec, "weights", None) is not None:
            own = dataclasses.replace(spec, weights=tuple(np.array(spec.weights)[here]))
        yield ms.pool(ms.effects_from(y[here], v[here]), own)


@pytest.fixture
def same_as_pool():
    """Check every column and every note of a batch against ``ms.pool``."""

    def check(yi, vi, spec, engine, rel=1e-9):
        table = ms.pool_many(yi, vi, spec, engine=engine)
        for row, pooled in enumerate(one_by_one(yi, vi, spec)):
            for name in (*COLUMNS, "p_value", "q_p"):
                wanted = value_of(pooled, name)
                slack = rel * pooled.se if name in IN_ERRORS else 1e-15
                value = float(getattr(table, name)[row])
                assert value == pytest.approx(wanted, rel=rel, abs=slack, nan_ok=True), (row, name)
            assert table.k[row] == pooled.k
            said = {note.code for note in pooled.notes} - {"prediction-common-effect"}
            assert {note.code for note in table.notes(row)} == said, row

    return check
