"""Long lists in files."""

import gzip

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.errors import DataError, OutputError
from metasyn.models.batch.files import writer_of

RNG = np.random.default_rng(2)
FRAME = pd.DataFrame(
    {
        "set": RNG.integers(0, 30, 300),
        "yi": RNG.normal(size=300),
        "vi": RNG.uniform(0.1, 1.0, 300),
        "other": "x",
    }
)


@pytest.mark.parametrize("name", ["long.parquet", "long.csv", "long.CSV.gz", "folder"])
def test_a_file_is_as_good_as_a_frame(tmp_path, name):
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
        FRAME[:100].to_parquet(path / "0.parquet")
        FRAME[100:].to_parquet(path / "1.parquet")
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(FRAME.to_csv(index=False).encode()))
    else:
        getattr(FRAME, f"to_{path.suffix[1:]}")(path, index=False)
    found = ms.pool_many("yi", "vi", data=path, by="set")
    wanted = ms.pool_many("yi", "vi", data=FRAME, by="set")
    assert found.labels.tolist() == wanted.labels.tolist()
    np.testing.assert_allclose(found.estimate, wanted.estimate, rtol=1e-12)


def test_files_that_are_no_tables_are_refused(tmp_path):
    for name, text, words in (
        ("a.parquet", "hello", "is no Parquet file"),
        ("a.csv", "", "no table of comma-separated values"),
        ("b.csv", 'yi,vi,set\n1,2,"3', "no table of comma-separated values"),
        ("c.csv", "yi,vi\n1,2", "has no column set; its columns are yi, vi"),
        ("a.txt", "yi,vi,set", "give a .parquet or a .csv file"),
    ):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(DataError, match=words):
            ms.pool_many("yi", "vi", data=path, by="set")
    with pytest.raises(FileNotFoundError):
        ms.pool_many("yi", "vi", data=tmp_path / "none.csv", by="set")


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.csv.gz"])
def test_what_is_written_is_read_again(tmp_path, name):
    source, target = tmp_path / "in.csv", tmp_path / name
    source.touch()
    writer_of(target, source)(FRAME)
    again = pd.read_parquet(target) if name.endswith("parquet") else pd.read_csv(target)
    pd.testing.assert_frame_equal(again, FRAME, check_dtype=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", name]


def test_places_that_cannot_be_written_are_refused_beforehand(tmp_path):
    source = tmp_path / "in.csv"
    source.touch()
    for name, words in (
        ("in.csv", "is the file that is read"),
        ("none/out.csv", "there is no folder"),
        ("out.xlsx", "ends in .parquet or .csv"),
        ("", "is a folder"),
    ):
        with pytest.raises(OutputError, match=words):
            writer_of(tmp_path / name, source)
