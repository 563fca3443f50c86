"""Why a line has no pooled estimate, in words that leave no question open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from metasyn.models.groups import Line
from metasyn.models.results import NotPooled
from metasyn.records import Result, SetAside

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
    """Why a row was set aside: in plain words where its own name codes of the registry."""
    reason = aside.reason.rstrip(".")
    plain = _PLAIN.get(aside.code)
    return reason[:1].lower() + reason[1:] if plain is None else plain(aside.record)


def _with_reason(words: str, record: Result) -> str:
    return f"{words} ({record.analyse_reason})" if record.analyse_reason else words


_PLAIN: Mapping[str, Callable[[Result], str]] = MappingProxyType(
    {
        "role": lambda record: f"given as {record.role.replace('_', ' ')}, not as asked for",
        "analyse-sensitivity": lambda record: _with_reason("for sensitivity analyses only", record),
        "analyse-no": lambda record: _with_reason("not for analysis", record),
        "comparator-arm": lambda _: "the comparison arm of another row",
    }
)
"""Code of a row that was set aside to the words for it."""
