"""How strong selection of significant results would have to be to explain a finding."""

from metasyn.diagnostics.publication_bias_sensitivity.result import (
    PublicationBiasSensitivity,
    SelectionRatio,
)
from metasyn.diagnostics.publication_bias_sensitivity.sensitivity import (
    publication_bias_sensitivity,
)

__all__ = ["PublicationBiasSensitivity", "SelectionRatio", "publication_bias_sensitivity"]
