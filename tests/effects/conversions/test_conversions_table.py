"""The one table of conversions: complete, documented, and true to the functions."""

import inspect
import pkgutil

import numpy as np
import pytest

from metasyn.effects import conversions
from metasyn.effects.conversions import CONVERSIONS

ROWS = list(CONVERSIONS.values())
BY_NAME = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)

NO_CONVERSION = {"Conversion", "Estimate", "Group", "MeanSD", "Skewness", "CONVERSIONS"}


def test_every_public_function_is_listed_once():
    listed = [row.function.__name__ for row in ROWS]
    assert len(set(listed)) == len(listed)
    assert set(listed) == set(conversions.__all__) - NO_CONVERSION


def test_no_module_hides_a_conversion():
    public = set()
    for module in pkgutil.iter_modules(conversions.__path__, conversions.__name__ + "."):
        if module.name.endswith(".ledger"):
            continue
        found = __import__(module.name, fromlist=["__all__"])
        public |= {
            name
            for name in found.__all__
            if inspect.isfunction(getattr(found, name))
            and "Examples" in (getattr(found, name).__doc__ or "")
            and "Source:" in getattr(found, name).__doc__
        }
    assert public <= {row.function.__name__ for row in ROWS}


@BY_NAME
def test_a_row_says_what_it_gives_and_assumes(row):
    assert row.gives and row.source and row.needs
    assert row.assumes[0].isupper() and row.assumes.endswith(".")


@BY_NAME
def test_a_docstring_has_parameters_errors_source_and_example(row):
    text = inspect.getdoc(row.function)
    for section in ("Parameters", "Raises", "Notes", "Examples"):
        assert f"{section}\n{'-' * len(section)}" in text
    described = text.split("Parameters\n----------\n")[1].split("\n\n")[0]
    for name in inspect.signature(row.function).parameters:
        assert name in described


@BY_NAME
def test_needs_are_the_arguments_without_default(row):
    parameters = inspect.signature(row.function).parameters
    assert all(parameters[name].default is inspect.Parameter.empty for name in row.needs)


SCALARS = {
    "hozo-2005": {"n": 20, "median": 6, "minimum": 2, "maximum": 14},
    "walter-yao-2007": {"n": 20, "minimum": 2, "maximum": 14},
    "bland-2015": {"median": 6, "q1": 4, "q3": 10, "minimum": 2, "maximum": 14},
    "wan-2014": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "luo-2018": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "shi-2020": {"n": 20, "q1": 4, "q3": 10, "minimum": 2, "maximum": 14},
    "skewness-2023": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "quantile-estimation-2020": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "box-cox-2020": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "mln-2021": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "mean-sd": {"n": 20, "median": 6, "q1": 4, "q3": 10},
    "sd-of-change": {"sd_baseline": 3, "sd_final": 4, "correlation": 0.5},
    "correlation-from-sds": {"sd_baseline": 3, "sd_final": 4, "sd_change": 4},
    "log-from-raw": {"mean": 10, "sd": 5},
    "raw-from-log": {"mean": 1, "sd": 0.5},
    "split-control": {"n": 40, "comparisons": 2, "events": 9},
    "se-from-ci": {"low": 1, "high": 3},
    "se-from-p": {"estimate": 2, "p": 0.03},
    "se-from-statistic": {"estimate": 2, "statistic": 1.5},
    "t-from-f": {"f": 4},
    "sd-from-se": {"se": 1, "n": 25},
    "sd-from-ci": {"low": 1, "high": 3, "n": 25},
    "sd-from-mean-difference": {"se": 1, "n1": 25, "n2": 22},
    "hazard-o-minus-e": {"o_minus_e": -8, "v": 20},
    "hazard-expected": {"o1": 20, "e1": 25, "o2": 30, "e2": 25},
    "hazard-logrank": {"chi2": 4, "v": 20, "sign": -1},
    "hazard-logrank-p": {"p": 0.03, "v": 20, "sign": -1},
    "logrank-variance": {"events": 40},
    "logrank-variance-arms": {"events1": 20, "events2": 30},
    "or-to-rr": {"yi": 0.5, "risk": 0.2, "vi": 0.1},
    "rr-to-or": {"yi": 0.5, "risk": 0.2, "vi": 0.1},
    "smd-to-or": {"yi": 0.5, "vi": 0.1},
    "or-to-smd": {"yi": 0.5, "vi": 0.1},
    "smd-from-t": {"t": 2, "n1": 20, "n2": 22},
    "smd-to-r": {"yi": 0.5, "vi": 0.1},
    "r-to-smd": {"yi": 0.5, "vi": 0.1},
    "r-to-z": {"ri": 0.5, "ni": 20},
    "z-to-r": {"yi": 0.5, "vi": 0.1},
}
"""Arguments of the conversions that work element by element."""

ALONG_AN_AXIS = {"combine-groups", "combine-counts", "shared-control", "counts-from-percent"}
ELEMENTWISE = pytest.mark.parametrize("name", SCALARS)


def test_every_elementwise_conversion_is_tried():
    assert set(SCALARS) | ALONG_AN_AXIS == set(CONVERSIONS)


def parts(result):
    """Numbers of a result, whatever its type."""
    if isinstance(result, tuple):
        return list(result)
    if hasattr(result, "mean"):
        return [result.mean, result.sd] if hasattr(result, "sd") else [result]
    return [result.statistic, result.critical] if hasattr(result, "critical") else [result]


@ELEMENTWISE
def test_scalars_give_floats_and_arrays_give_read_only_arrays(name):
    function, given = CONVERSIONS[name].function, SCALARS[name]
    one = parts(function(**given))
    many = parts(function(**{key: [value, value] for key, value in given.items()}))
    for alone, both in zip(one, many, strict=True):
        assert type(alone) is float
        assert both.shape == (2,) and not both.flags.writeable
        np.testing.assert_array_equal(both, [alone, alone])


@ELEMENTWISE
def test_a_missing_number_gives_nan_in_its_element_alone(name):
    function, given = CONVERSIONS[name].function, SCALARS[name]
    complete = parts(function(**given))
    for missing in CONVERSIONS[name].needs:
        holed = {k: [v, np.nan] if k == missing else [v, v] for k, v in given.items()}
        made = parts(function(**holed))
        assert any(np.isnan(part[1]) for part in made)
        for part, whole in zip(made, complete, strict=True):
            assert part[0] == pytest.approx(whole, rel=1e-14)  # sums in another order


@ELEMENTWISE
def test_infinity_is_refused(name):
    given = SCALARS[name]
    for key in given:
        with pytest.raises(ValueError, match="infinite"):
            CONVERSIONS[name].function(**{**given, key: np.inf})
