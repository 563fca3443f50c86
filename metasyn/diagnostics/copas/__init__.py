"""The Copas selection model and its sensitivity fan."""

from metasyn.diagnostics.copas.model import copas
from metasyn.diagnostics.copas.result import Copas

__all__ = ["Copas", "copas"]
