"""Why a line has no pooled estimate, in words that leave no question open."""

from __future__ import annotations

from collections import Counter

from metasyn.models.groups import Line
from metasyn.models.results import NotPooled

__all__ = ["refusal_words"]

MOST = 2
"""Reasons that are told in full."""


def refusal_words(line: Line, result: NotPooled) -> str:
    """The reason; where every row was set aside, how many and why."""
    if line.studies or not line.set_aside:
        return result.reason
    reasons = Counter(aside.reason.rstrip(".") for aside in line.set_aside)
    told = [
        f"{'1 row' if times == 1 else f'{times} rows'}: {_lower(reason)}"
        for reason, times in reasons.most_common(MOST)
    ]
    rest = sum(reasons.values()) - sum(times for _, times in reasons.most_common(MOST))
    if rest:
        told.append(f"{rest} more for other reasons")
    return f"{result.reason} ({'; '.join(told)})"


def _lower(sentence: str) -> str:
    """A sentence within a sentence."""
    return sentence[:1].lower() + sentence[1:]
