"""What metafor made of the exported files (tests/reference/exported_pools.R), and RevMan's rows."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest

import metasyn as ms
from metasyn.exchange.metafor import metafor
from metasyn.exchange.revman import REVMAN_COLUMNS, revman

REFERENCE = Path(__file__).parents[1] / "reference"
RUNS = json.loads((REFERENCE / "exported_pools.json").read_text())["pools"]


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def rows(export, name):
    return read(export.files[name].decode())


@pytest.mark.parametrize("measure", RUNS)
def test_the_files_that_metafor_read_are_those_that_are_written(groups, measure):
    export = metafor(groups(measure), measure=measure)
    kept = REFERENCE / "exported_pools" / measure
    assert export.files["pool.R"] == (kept / "pool.R").read_bytes()
    for name in ("effects.csv", "pooled.csv"):
        found, wanted = (
            rows(export, name),
            read((kept / name).read_text("utf-8")),
        )
        assert len(found) == len(wanted)
        for row, other in zip(found, wanted, strict=True):
            assert row.keys() == other.keys()
            for key, text in row.items():
                # The last digits of an iterated optimum depend on the machine.
                same = text == other[key] or float(text) == pytest.approx(
                    float(other[key]), rel=1e-9, abs=1e-9
                )
                assert same, (key, text, other[key])


@pytest.mark.parametrize("measure", RUNS)
def test_the_script_found_metasyn_s_numbers(groups, measure):
    written = rows(metafor(groups(measure), measure=measure), "pooled.csv")
    assert [row["group"] for row in written] == [run["group"] for run in RUNS[measure]]
    for row, run in zip(written, RUNS[measure], strict=True):
        numbers = {name: float(row[name]) for name in run if name != "group"}
        expected = {name: value for name, value in run.items() if name != "group"}
        # One-dimensional optimum, tight on both sides; tau2 may end at 0 from either side.
        assert numbers == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_single_cases_are_left_out_and_named(groups):
    export = metafor(groups())
    assert "Yu 2022" not in export.files["effects.csv"].decode()
    assert [str(note) for note in export.notes] == [
        "Treatment B: 1 single case left out; inverse variance gives them no weight."
    ]


def test_labels_are_no_formulas(groups):
    assert b",'=Park 2020," in metafor(groups()).files["effects.csv"]
    assert b",'=Park 2020," in revman(groups()).files["analysis-data-rows.csv"]


def test_cells_are_named(groups):
    assert rows(metafor(groups()), "effects.csv")[0]["cell"] == "results!M2"


def test_revman_proportions(groups):
    table = rows(revman(groups()), "analysis-data-rows.csv")
    assert tuple(table[0]) == REVMAN_COLUMNS
    assert [row["Analysis number"] for row in table] == ["1", "1", "1", "2", "2"]
    first = table[0]
    # 30 of 40: logit log(3), variance 1/30 + 1/10, interval back from log(3) -+ 1.96 se.
    assert float(first["GIV Mean"]) == pytest.approx(1.0986122886681098, rel=1e-12)
    assert float(first["GIV SE"]) == pytest.approx((1 / 30 + 1 / 10) ** 0.5, rel=1e-12)
    assert float(first["Mean"]) == pytest.approx(0.75, rel=1e-12)
    half = 1.959963984540054 * (1 / 30 + 1 / 10) ** 0.5
    ends = [1 / (1 + math.exp(-(math.log(3) + sign * half))) for sign in (-1, 1)]
    assert float(first["CI start"]) == pytest.approx(ends[0], rel=1e-12)
    assert float(first["CI end"]) == pytest.approx(ends[1], rel=1e-12)
    assert first["Footnotes"].startswith("30 of 40, one arm")


def test_revman_comparisons(groups):
    first = rows(revman(groups("RR"), measure="RR"), "analysis-data-rows.csv")[0]
    names = ("Experimental cases", "Experimental N", "Control cases", "Control N")
    assert [first[name] for name in names] == ["30", "40", "20", "41"]
    assert float(first["Mean"]) == pytest.approx((30 / 40) / (20 / 41), rel=1e-12)
    assert (first["GIV Mean"], first["Weight"]) == ("", "")


def test_other_models_and_measures_are_refused(groups):
    with pytest.raises(ms.SpecError, match="hksj"):
        metafor(groups(spec=ms.BinomialNormal()))
    with pytest.raises(ms.SpecError, match="not exported"):
        revman(groups(), measure="PFT")
