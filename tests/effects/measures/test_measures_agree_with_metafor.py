"""Every measure that metafor 3.8 knows, against its escalc on metadat's data sets."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.measures import MEASURES
from metasyn.effects.measures.correction import METAFOR_38

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "escalc.json").read_text())

# The form of metafor 3.8, where 5.1 has another one by default.
OLD_FORM = {
    "SMDH": {"vtype": METAFOR_38},
    "SMD1H": {"vtype": METAFOR_38},
    "SMCRH": {"vtype": METAFOR_38},
    "PCOR": {"vtype": METAFOR_38},
    "ZPCOR": {"vtype": METAFOR_38},
    "ROM": {"correct": METAFOR_38},
    "CVR": {"correct": METAFOR_38},
}
# Closed formulas agree to rounding; the reference of RTET differentiates numerically.
TOLERANCE = {"RTET": 1e-6, "UCOR": 1e-8}

# Measures that metafor 3.8 does not know, each with what its test rests on.
NEW = {
    "ZPHI": "Yule 1912, delta method",
    "ZTET": "Pearson 1900, delta method",
    "ZPB": "Tate 1954, delta method",
    "ZBIS": "Soper 1914, delta method",
    "ZSPCOR": "Aloe & Becker 2012, delta method",
    "PRZ": "delta method",
    "R2": "Kendall & Stuart 1979, eq. 27.87 and 27.88",
    "ZR2": "Olkin & Finn 1995, p. 162",
    "R2F": "delta method on the noncentral F",
    "ZR2F": "delta method on the noncentral F",
    "SMCRP": "Cousineau 2020, eq. 2",
    "SMCRPH": "Bonett 2008, eq. 10",
    "CLES": "Newcombe 2006; Hanley & McNeil 1982",
    "AUC": "Newcombe 2006; Hanley & McNeil 1982",
    "CLESN": "Bonett 2008, eq. 8, delta method",
    "AUCN": "Bonett 2008, eq. 8, delta method",
    "CLESCN": "Bonett 2008, eq. 10, delta method",
    "AUCCN": "Bonett 2008, eq. 10, delta method",
    "HR": "Tierney et al. 2007",
    "HD": "a label only",
    "GEN": "a label only",
    "VE": "1 - risk ratio",
}


def _array(values: object) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in np.atleast_1d(values)], dtype=float)


def _name(case: dict) -> str:
    options = "-".join(f"{key}={value}" for key, value in case["options"].items())
    return f"{case['measure']}-{case['data']}-{'.'.join(case['columns'])}-{options}"


def test_the_reference_is_metafor_3_8() -> None:
    assert REFERENCE["metafor"].startswith("3.8")


def test_the_grid_of_measures_is_complete() -> None:
    data_sets = Counter(
        measure for measure, _ in {(c["measure"], c["data"]) for c in REFERENCE["cases"]}
    )
    assert set(data_sets) | set(NEW) == set(MEASURES)
    assert not set(data_sets) & set(NEW)
    assert min(data_sets.values()) >= 2


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=_name)
def test_measure_agrees_with_metafor(case: dict) -> None:
    data = REFERENCE["data"][case["data"]]
    arrays = {name: _array(data[column]) for name, column in case["columns"].items()}
    options = dict(case["options"])
    if options.get("vtype", "LS") == "LS":
        options |= OLD_FORM.get(case["measure"], {})
    elif case["measure"] == "ROM":
        options["correct"] = METAFOR_38
    if len(MEASURES[case["measure"]].vtypes) == 0:
        options.pop("vtype", None)
    effects = effect_sizes(case["measure"], **arrays, **options)
    yi, vi = _array(case["yi"]), _array(case["vi"])
    unknown = np.isnan(yi) | np.isnan(vi)
    rtol = TOLERANCE.get(case["measure"], 1e-10)
    np.testing.assert_array_equal(np.isnan(effects.yi), unknown)
    np.testing.assert_array_equal(np.isnan(effects.vi), unknown)
    # atol: differences of nearly equal numbers lose digits in both programs
    np.testing.assert_allclose(effects.yi[~unknown], yi[~unknown], rtol=rtol, atol=1e-14)
    np.testing.assert_allclose(effects.vi[~unknown], vi[~unknown], rtol=rtol, atol=1e-14)
    assert ("no-estimate" in [note.code for note in effects.notes]) == unknown.any()
