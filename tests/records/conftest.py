"""The workbook of severe cytokine release syndrome, read once."""

from pathlib import Path

import pytest

import metasyn as ms


@pytest.fixture(scope="session")
def crs_registry():
    return ms.read_registry(Path(__file__).parents[2] / "studies" / "severe_crs.xlsx")
