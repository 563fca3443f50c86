"""The command line as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path) -> Run:
    """Run ``metasyn`` with arguments in a folder of its own."""
    command = Path(sys.executable).with_name("metasyn")

    def run_command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,  # a bundle takes 15 s alone, and minutes on a machine that is busy
        )

    return run_command


@pytest.fixture
def crs() -> Path:
    return Path(__file__).parents[2] / "studies" / "severe_crs.xlsx"


@pytest.fixture
def spoiled(crs, tmp_path) -> Callable[..., Path]:
    """A copy of the CRS workbook with some cells changed (``M4=5``)."""

    def spoil(**cells: object) -> Path:
        workbook = openpyxl.load_workbook(crs)
        for address, value in cells.items():
            workbook["results"][address] = value
        path = tmp_path / "spoiled.xlsx"
        workbook.save(path)
        return path

    return spoil
