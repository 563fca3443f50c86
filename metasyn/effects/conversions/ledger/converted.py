"""The ledger: what every row became, or why it became nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Derivation, Effects
from metasyn.errors import Note
from metasyn.records import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Converted", "Rows", "Unconverted"]

Rows: TypeAlias = "Sequence[Result] | Sequence[Mapping[str, object]] | pd.DataFrame"


@dataclass(frozen=True, slots=True)
class Unconverted:
    """A row that no rule fits.

    Parameters
    ----------
    slab
        Label of the study.
    reason
        What it lacks, or what is impossible.
    position
        Its place among the rows, from 0.
    """

    slab: str
    reason: str
    position: int


@dataclass(frozen=True, eq=False)
class Converted:
    """Rows of one sheet, each in its own form, as effects of one measure.

    Parameters
    ----------
    effects
        Effects of the rows that were converted, in their order, each with its derivation.
    positions
        Their places among the rows, from 0.
    unconverted
        Rows that were not, and why.

    Examples
    --------
    >>> from metasyn.effects.conversions.ledger import convert_rows
    >>> rows = [
    ...     {"study": "A", "events": 4, "n": 120, "comparator_events": 11, "comparator_n": 130},
    ...     {"study": "B", "effect_measure": "RR", "effect": 0.2, "se": 0.35},
    ...     {"study": "C", "effect_measure": "OR", "effect": 0.5, "se": 0.31},
    ... ]
    >>> print(convert_rows(rows, "RR").summary())
    RR: 2 of 3 rows converted.
    A (two-by-two): Both arms: events and patients as reported.
    B (effect-se): RR of 0.2 as printed, with its standard error 0.35.
    Not converted: C: its effect is OR, not RR; baseline_risk would convert it.
    """

    effects: Effects
    positions: tuple[int, ...]
    unconverted: tuple[Unconverted, ...]

    def __len__(self) -> int:
        return len(self.effects)

    @property
    def yi(self) -> FloatArray:
        """Estimates on the analysis scale."""
        return self.effects.yi

    @property
    def vi(self) -> FloatArray:
        """Sampling variances."""
        return self.effects.vi

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """How each estimate came about."""
        return self.effects.derivations

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a reader has to know."""
        return self.effects.notes

    def summary(self) -> str:
        """The ledger for people, one line a row."""
        total = len(self) + len(self.unconverted)
        lines = [f"{self.effects.measure}: {len(self)} of {plural(total, 'row')} converted."]
        lines += [f"{one.slab} ({one.rule}): {one.sentence}" for one in self.derivations]
        said = [note for note in self.notes if note.code != "unconverted"]
        lines += [f"Note: {note.message}" for note in said]
        lines += [f"Not converted: {one.slab}: {one.reason}." for one in self.unconverted]
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Every row in its order: ``slab``, ``rule``, ``yi``, ``vi``, ``sentence``, ``reason``."""
        import pandas as pd

        rows: dict[int, tuple[object, ...]] = {
            position: (one.slab, one.rule, yi, vi, one.sentence, "")
            for position, one, yi, vi in zip(
                self.positions, self.derivations, self.yi, self.vi, strict=True
            )
        }
        nothing = float("nan")
        for lost in self.unconverted:
            rows[lost.position] = (lost.slab, "", nothing, nothing, "", lost.reason)
        columns = ["slab", "rule", "yi", "vi", "sentence", "reason"]
        return pd.DataFrame([rows[position] for position in sorted(rows)], columns=columns)
