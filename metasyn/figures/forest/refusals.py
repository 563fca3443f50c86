"""Why a line has no pooled estimate, in words that leave no question open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from metasyn.models.groups import Line
from metasyn.models.results import NotPooled
from metasyn.records import SetAside

__all__ = ["refusal_words"]

MOST = 2
"""Reasons that are told in full."""


def refusal_words(line: Line, result: NotPooled) -> str:
    """The reason; where every row was set aside, how many and why."""
    if line.studies or not line.set_aside:
        return result.reason
    reasons = Counter(_why(aside) for aside in line.set_aside)
    told = [
        f"{'1 row' if times == 1 else f'{times} rows'}: {reason}"
        for reason, times in reasons.most_common(MOST)
    ]
    rest = sum(reasons.values()) - sum(times for _, times in reasons.most_common(MOST))
    if rest:
        told.append(f"{rest} more for other reasons")
    return f"{result.reason} ({'; '.join(told)})"


def _why(aside: SetAside) -> str:
    """Why a row was set aside: in plain words where the reason names codes of the registry."""
    reason = aside.reason.rstrip(".")
    marked = f"Marked analyse = {aside.record.analyse}: "
    if aside.code in _MARKED and reason.startswith(marked):
        return f"{_MARKED[aside.code]} ({reason.removeprefix(marked)})"
    if aside.code == "role":
        return f"given as {aside.record.role.replace('_', ' ')}, not as asked for"
    if aside.code == "comparator-arm":
        return "the comparison arm of another row"
    return reason[:1].lower() + reason[1:]


_MARKED: Mapping[str, str] = MappingProxyType(
    {
        "analyse-sensitivity": "for sensitivity analyses only",
        "analyse-no": "not for analysis",
    }
)
"""Code of a row that was marked by its curators to the words for it."""
