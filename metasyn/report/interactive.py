"""What the page knows beside its text: data that scripts show on demand, as safe JSON."""

from __future__ import annotations

import json
import math
from typing import Any

from metasyn.models.specs import BinomialNormal
from metasyn.report.formats import sentence_case
from metasyn.report.interactive_models import lines_of, models_of
from metasyn.report.interactive_plot import plot_of
from metasyn.report.interactive_sources import facts_of
from metasyn.report.lines import by_words
from metasyn.report.material import Material

__all__ = ["interactive_data", "script_safe"]

_DIGITS = 8
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def interactive_data(material: Material) -> str:
    """Data of a report's page, to stand in a script element.

    The forest plot's places, every alternative that was computed for its lines, the curves along
    the weight of single cases, and the facts behind every row.
    """
    spec, lines = material.groups.spec, lines_of(material)
    content = {
        "by": sentence_case(by_words(material.groups)),
        "plot": plot_of(material),
        "lines": lines,
        "models": models_of(material, lines),
        "weight": spec.case_weight if isinstance(spec, BinomialNormal) else None,
        "facts": facts_of(material),
    }
    return script_safe(content)


def script_safe(content: object) -> str:
    r"""JSON that no text can break out of: tags, entities and line separators are escaped.

    Numbers have eight significant digits; those that do not exist are null.

    Examples
    --------
    >>> script_safe({"label": "</script><script>alert(1)</script>", "rate": float("nan")})
    '{"label":"\\u003c/script\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e","rate":null}'
    """
    text = json.dumps(_short(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_UNSAFE)


def _short(value: Any) -> Any:
    """The same with numbers as short as they may be."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_short(one) for one in value]
    return value
