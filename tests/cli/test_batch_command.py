"""``metasyn batch``: a long table in, one row a set out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import metasyn as ms


@pytest.fixture
def long(tmp_path):
    """Sets of 1 to 9 studies, in no order; the last has a variance of 0."""
    rng = np.random.default_rng(12)
    sets = np.repeat([f"g{n}" for n in range(9)], np.arange(1, 10))
    frame = pd.DataFrame({"set": sets, "yi": rng.normal(size=45), "vi": rng.uniform(0.05, 1, 45)})
    frame.loc[44, "vi"] = 0.0
    frame = frame.sample(frac=1, random_state=1, ignore_index=True)
    frame.to_parquet(tmp_path / "long.parquet")
    frame.to_csv(tmp_path / "long.csv", index=False)
    return frame


@pytest.mark.parametrize("source", ["long.parquet", "long.csv"])
@pytest.mark.parametrize("target", ["out.parquet", "out.csv"])
def test_one_row_a_set_as_pool_gives_it(run, tmp_path, long, source, target):
    result = run("batch", source, "--by", "set", "-o", target)
    assert result.returncode == 0, result.stderr
    read = pd.read_parquet if target.endswith("parquet") else pd.read_csv
    table = read(tmp_path / target).set_index("set")
    assert list(table.index) == list(dict.fromkeys(long["set"]))
    for name, rows in long.groupby("set"):
        assert table.loc[name, "k"] == len(rows)
        if name == "g8":
            assert np.isnan(table.loc[name, "estimate"])
            assert table.loc[name, "notes"]
            continue
        pooled = ms.pool(ms.effects_from(rows["yi"], rows["vi"]), ms.RandomEffects())
        assert table.loc[name, "estimate"] == pytest.approx(pooled.estimate, rel=1e-9)
        assert table.loc[name, "ci_low"] == pytest.approx(pooled.ci.low, rel=1e-9)
        assert table.loc[name, "ci_high"] == pytest.approx(pooled.ci.high, rel=1e-9)


def test_the_model_is_asked_for_by_options(run, tmp_path, long):
    options = ("--tau2", "DL", "--ci", "z", "--level", "0.9", "--prediction", "HTS")
    assert run("batch", "long.csv", "--by", "set", "-o", "out.csv", *options).returncode == 0
    found = pd.read_csv(tmp_path / "out.csv").set_index("set").loc["g5"]
    rows = long[long["set"] == "g5"]
    spec = ms.RandomEffects("DL", ci="z", level=0.9, prediction="HTS")
    pooled = ms.pool(ms.effects_from(rows["yi"], rows["vi"]), spec)
    assert found["tau2"] == pytest.approx(pooled.tau2, rel=1e-9)
    assert found["prediction_high"] == pytest.approx(pooled.prediction.high, rel=1e-9)


def test_a_common_effect(run, tmp_path, long):
    assert (
        run("batch", "long.csv", "--by", "set", "-o", "out.csv", "--tau2", "none").returncode == 0
    )
    rows = long[long["set"] == "g4"]
    found = pd.read_csv(tmp_path / "out.csv").set_index("set").loc["g4", "estimate"]
    assert found == pytest.approx(np.average(rows["yi"], weights=1 / rows["vi"]), rel=1e-12)


def test_the_summary_tells_of_sets_without_an_estimate(run, long):
    result = run("batch", "long.csv", "--by", "set", "-o", "out.csv")
    first, *rest = result.stdout.splitlines()
    assert first == "RandomEffects, 9 sets, 1 without results: out.csv"
    assert any(line.startswith("1 invalid-variance: A sampling variance") for line in rest)


def test_sets_keep_the_name_of_their_column_and_are_text(run, tmp_path):
    frame = pd.DataFrame({"gene": ["=1+1", "=1+1", "b"], "yi": [0.1, 0.2, 0.3], "vi": 0.1})
    frame.to_csv(tmp_path / "genes.csv", index=False)
    assert run("batch", "genes.csv", "--by", "gene", "-o", "out.csv").returncode == 0
    assert pd.read_csv(tmp_path / "out.csv")["gene"].tolist() == ["'=1+1", "b"]
    assert run("batch", "genes.csv", "--by", "gene", "-o", "out.parquet").returncode == 0
    assert pd.read_parquet(tmp_path / "out.parquet")["gene"].tolist() == ["=1+1", "b"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nowhere.csv", "--by", "set", "-o", "out.csv"), 2, "nowhere.csv"),
        (("long.csv", "--by", "group", "-o", "out.csv"), 1, "has no column group"),
        (("long.csv", "--by", "set", "-o", "long.csv"), 2, "long.csv is the file that is read"),
        (("long.csv", "--by", "set", "-o", "no/out.csv"), 2, "there is no folder"),
        (("long.csv", "--by", "set", "-o", "out.txt"), 2, ".parquet or .csv"),
        (("long.csv", "--by", "set", "-o", "out.csv", "--tau2", "REM"), 2, "tau2"),
        (("long.csv", "--by", "set", "-o", "out.csv", "--engine", "abacus"), 2, "abacus"),
    ],
)
def test_mistakes_get_a_line_each(run, tmp_path, long, arguments, code, told):
    before = (tmp_path / "long.csv").read_bytes()
    result = run("batch", *arguments)
    assert result.returncode == code
    assert told in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out.csv").exists()
    assert (tmp_path / "long.csv").read_bytes() == before
