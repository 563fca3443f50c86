"""Either kind of model: one mean, or a linear predictor."""

from __future__ import annotations

from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.mean_model import MeanModel

__all__ = ["Model"]

Model = MeanModel | DesignModel
