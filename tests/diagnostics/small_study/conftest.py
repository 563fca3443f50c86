"""Second routes to the small-study methods, from R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import metasyn as ms

REFERENCE = Path(__file__).parents[2] / "reference" / "small_study.json"


class SmallStudy:
    """The JSON, with its data sets as effects."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = json.loads(REFERENCE.read_text())

    def __getitem__(self, key: str) -> Any:
        return self.content[key]

    def effects(self, name: str) -> ms.Effects:
        columns = self.content["sets"][name]
        made = ms.effects_from(columns["yi"], columns["vi"])
        return ms.Effects(made.yi, made.vi, made.slab, measure=columns["measure"])


@pytest.fixture(scope="session")
def small_study() -> SmallStudy:
    return SmallStudy()
