"""Selection models: what the mean would be, were studies seen by their p-values."""

from metasyn.diagnostics.selection_models.model import selection_model
from metasyn.diagnostics.selection_models.result import Parameter, SelectionModel
from metasyn.diagnostics.selection_models.vevea_woods import VeveaWoods, vevea_woods

__all__ = ["Parameter", "SelectionModel", "VeveaWoods", "selection_model", "vevea_woods"]
