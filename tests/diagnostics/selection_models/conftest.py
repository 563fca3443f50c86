"""Data sets, references and simulated literatures of selection models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metasyn as ms

REFERENCE = Path(__file__).parents[2] / "reference" / "selmodel.json"
ALTERNATIVES = {"greater": "greater", "less": "less", "two.sided": "two-sided"}


class SelectionReference:
    """Fits of metafor's selmodel(), and how to ask for the same."""

    def __init__(self) -> None:
        content = json.loads(REFERENCE.read_text())
        self.sets = content["sets"]
        self.fits = [fit for fit in content["fits"] if "error" not in fit]
        self.refused = [fit for fit in content["fits"] if "error" in fit]

    def effects(self, name: str) -> ms.Effects:
        """A data set as effects."""
        columns = self.sets[name]
        data = pd.DataFrame({k: v for k, v in columns.items() if isinstance(v, list)})
        ni = np.array(columns["ni"], dtype=float) if "ni" in columns else None
        made = ms.effects_from(data["yi"], data["vi"], data=data.drop(columns=["yi", "vi"]))
        return ms.Effects(made.yi, made.vi, made.slab, columns["measure"], ni, made.data)

    def ask(self, record: dict[str, Any]) -> ms.SelectionModel:
        """The same model."""
        formula = "~ " + " + ".join(record["moderators"]) if record["moderators"] else None
        spec: ms.RandomEffects | ms.CommonEffect = ms.CommonEffect(moderators=formula)
        if record["method"] == "ML":
            spec = ms.RandomEffects("ML", ci="z", moderators=formula)
        return ms.selection_model(
            self.effects(record["set"]),
            record["type"],
            spec,
            steps=record["steps"] or None,
            alternative=ALTERNATIVES[record["alternative"]],
            delta=record["delta_fixed"] or None,
            precision=record["prec"] or "none",
        )

    @staticmethod
    def name(record: dict[str, Any]) -> str:
        """What a record is about."""
        keys = ("set", "method", "type", "alternative", "steps", "prec", "delta_fixed")
        return " ".join(str(record[key]) for key in (*keys, "moderators"))


@pytest.fixture(scope="session")
def selmodel() -> SelectionReference:
    """The reference values."""
    return SelectionReference()
