"""One full run of diagnostics: what could be wrong with this pool."""

from metasyn.diagnostics.diagnosis.diagnose import diagnose
from metasyn.diagnostics.diagnosis.result import Diagnosis

__all__ = ["Diagnosis", "diagnose"]
