"""Why a row cannot be converted, in words that say what to add."""

from __future__ import annotations

from metasyn.effects.conversions.ledger.from_arms import CONTROL
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
    """What the rules lack that lack least; of those, the ones that the row holds most for."""
    candidates = [
        ((len(lacks), len(lacks) - most), ", ".join(lacks))
        for rule in RULES
        if target in rule.targets
        for lacks in (rule.lacks(row, target),)
        for most in (len(rule.lacks(_NOTHING, target)),)
        if len(lacks) < most and all(" " not in one for one in lacks)
    ]
    if not candidates:
        return ""
    best = min(rank for rank, _ in candidates)
    lacking = [lacks for rank, lacks in candidates if rank == best]
    if row.record is not None and not row.control:  # its problems say why no control is known
        lacking = [_of_treated(lacks) for lacks in lacking]
    fewest = dict.fromkeys(lacks for lacks in lacking if lacks)
    return f"it lacks {' or '.join(fewest)}" if fewest else ""


def _of_treated(lacks: str) -> str:
    return ", ".join(name for name in lacks.split(", ") if not name.startswith(CONTROL))


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
