"""Data sets and specifications of the references."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

REFERENCE = Path(__file__).parents[2] / "reference"
TESTS = {"z": "z", "knha": "hksj"}


class Reference:
    """A JSON of values from R, with its data sets."""

    def __init__(self, name: str) -> None:
        self.content = json.loads((REFERENCE / f"{name}.json").read_text())

    def __getitem__(self, key: str) -> list[dict[str, Any]]:
        return self.content[key]

    def effects(self, name: str) -> ms.Effects:
        """A data set as effects."""
        columns = self.content["sets"][name]
        data = pd.DataFrame({k: v for k, v in columns.items() if isinstance(v, list)})
        ni = np.array(columns["ni"], dtype=float) if "ni" in columns else None
        made = ms.effects_from(data["yi"], data["vi"], data=data.drop(columns=["yi", "vi"]))
        return ms.Effects(
            made.yi, made.vi, made.slab, measure=columns["measure"], ni=ni, data=made.data
        )

    def spec(self, record: dict[str, Any]) -> ms.RandomEffects | ms.CommonEffect:
        """The specification of a record."""
        moderators = record.get("moderators")
        formula = "~ " + " + ".join(moderators) if moderators else None
        if record["method"] == "EE":
            return ms.CommonEffect(moderators=formula)
        ci = TESTS.get(record.get("test", "z"), "z")
        return ms.RandomEffects(record["method"], ci=ci, prediction="none", moderators=formula)


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Reference:
    """The reference that the module names in ``REFERENCE_NAME``."""
    return Reference(request.module.REFERENCE_NAME)
