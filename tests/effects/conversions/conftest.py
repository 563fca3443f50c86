"""Reference values of tests/reference/conversions.R."""

import json
from pathlib import Path

import numpy as np
import pytest

_FILE = Path(__file__).parents[2] / "reference" / "conversions.json"


@pytest.fixture(scope="session")
def reference():
    return json.loads(_FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def summaries(reference):
    """Keyword arguments of the five-number summaries, with their reference row."""
    names = {"min": "minimum", "max": "maximum"}
    return [
        {names.get(k, k): np.nan if v is None else v for k, v in row.items()}
        for row in reference["summaries"]
    ]
