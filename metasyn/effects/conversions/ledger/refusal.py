"""Why a row cannot be converted, in words that say what to add."""

from __future__ import annotations

from metasyn.effects.conversions.ledger.from_effects import printed_as
from metasyn.effects.conversions.ledger.row import Row
from metasyn.effects.conversions.ledger.rules import BRIDGES, RULES

__all__ = ["refusal"]

_NOTHING = Row("", {})


def refusal(row: Row, target: str, *, approximate: bool) -> str:
    """What the row lacks for the rule that comes closest, and what is wrong with its effect."""
    parts = [_closest(row, target), _effect(row, target, approximate=approximate), *row.problems]
    return "; ".join(part for part in parts if part) or f"it holds nothing that leads to {target}"


def _closest(row: Row, target: str) -> str:
    """What the rule lacks that lacks least; of two, the one that the row holds more for."""
    candidates = [
        (len(lacks), len(lacks) - most, lacks)
        for rule in RULES
        if target in rule.targets
        for lacks in (rule.lacks(row, target),)
        for most in (len(rule.lacks(_NOTHING, target)),)
        if len(lacks) < most and all(" " not in one for one in lacks)
    ]
    fewest = min(candidates)[2] if candidates else ()
    return f"it lacks {', '.join(fewest)}" if fewest else ""


def _effect(row: Row, target: str, *, approximate: bool) -> str:
    if "effect" not in row or row.measure in printed_as(target):
        return ""
    if not row.measure:
        return "effect_measure does not say what its effect is"
    text = f"its effect is {row.measure}, not {target}"
    bridge = next((b for b in BRIDGES if (b.source, b.target) == (row.measure, target)), None)
    if bridge is None:
        return text
    if bridge.approximate and not approximate:
        return f"{text}; approximate=True would take one for the other"
    needed = ", ".join(row.lacks(*bridge.needs))
    parts = [f"{needed} would convert it" if needed else "", _closest(row, bridge.source)]
    return "; ".join([text, *(part for part in parts if part)])
