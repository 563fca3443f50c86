"""The pooled estimate as studies come in, one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metasyn.diagnostics.fits_frame import fits_frame
from metasyn.diagnostics.no_null import null_of
from metasyn.diagnostics.take import InverseVariance, one_mean, spec_of, take
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.pool import pool
from metasyn.models.random_effects.design import moderators_of
from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cumulative", "cumulative"]


@dataclass(frozen=True, eq=False, slots=True)
class Cumulative:
    """A cumulative meta-analysis.

    Parameters
    ----------
    by
        What the studies are ordered by.
    slab
        The study that each step adds, in order.
    order
        Its position among the effects.
    keys
        Its value of what orders the studies.
    fits
        Pooled estimate of the studies so far; the first is the first study's own.
    notes
        What a reader has to know.
    """

    by: str
    slab: tuple[str, ...]
    order: tuple[int, ...]
    keys: tuple[object, ...]
    fits: tuple[Pooled, ...]
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a step: ``slab``, the key, then the columns of a pooled estimate."""
        frame = fits_frame(self.slab, self.fits)
        frame.insert(1, "key", list(self.keys))
        return frame

    def summary(self) -> str:
        """First, last, and from which study on the interval excludes 0 for good."""
        first, last = self.fits[0], self.fits[-1]
        lines = [
            f"Cumulative by {self.by}, {len(self.fits)} studies: from {first.estimate:.4f} "
            f"({self.slab[0]}) to {last.estimate:.4f} (with {self.slab[-1]})",
        ]
        if null_of(last.measure) is not None:
            lines.append(self.settled)
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    @property
    def settled(self) -> str:
        """From which study on the interval excludes no effect (mostly 0) for good, in words."""
        null = null_of(self.fits[-1].measure) or 0.0
        excludes = [
            fit.ci is not None and not fit.ci.low <= null <= fit.ci.high for fit in self.fits
        ]
        if not excludes[-1]:
            return f"The interval of all studies includes {null:g}"
        since = len(excludes) - next(
            (i for i, out in enumerate(reversed(excludes)) if not out), len(excludes)
        )
        return f"The interval excludes {null:g} from {self.slab[since]} on"


def cumulative(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    by: str | Iterable[object] = "year",
    descending: bool = False,
) -> Cumulative:
    """Pool the first study, the first two, ... in an order.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default.
    by
        ``"precision"`` (the most precise first), ``"given"`` (as they stand), the name of a column
        of the effects' data or records, or one key a study. Ties stay in the given order.
    descending
        Turn the order round.

    Raises
    ------
    SpecError
        If there is no such column, or the model has moderators.
    DataError
        If a study has no key, or keys cannot be compared.

    References
    ----------
    Lau et al. 1992, N Engl J Med 327:248.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> effects = effects_from([0.1, 0.3, 0.9], [0.02, 0.04, 0.01], slab=["A", "B", "C"])
    >>> cumulative(effects, by="precision").slab
    ('C', 'A', 'B')
    """
    spec = one_mean(effects, spec, "A cumulative meta-analysis", 1)
    name, keys = _keys(effects, by)
    order = _ordered(keys, descending)
    slab = tuple(effects.slab[row] for row in order)
    fits, bare = [], replace(effects, data=None)
    for size in range(1, len(order) + 1):
        rows = order[:size]
        fits.append(pool(take(bare, rows), spec_of(spec, rows)))
    note = Note(
        "repeated-looks",
        "Intervals are not adjusted for looking again after every study.",
    )
    return Cumulative(
        name, slab, tuple(order), tuple(keys[row] for row in order), tuple(fits), (note,)
    )


def _keys(effects: Effects, by: object) -> tuple[str, list[object]]:
    """What the studies are ordered by, and every study's value."""
    if not isinstance(by, str):
        keys = list(by) if isinstance(by, Iterable) else []
        if len(keys) != len(effects):
            raise DataError(f"by must hold one key for each of the {len(effects)} studies.")
        return "given keys", keys
    if by == "precision":
        return "precision", effects.vi.tolist()
    if by == "given":
        return "given order", list(range(len(effects)))
    frame = moderators_of(effects)
    if by not in frame.columns:
        columns = ", ".join(str(column) for column in frame.columns)
        raise SpecError(f"There is no column {by!r}; there are precision, given, {columns}.")
    missing = frame[by].isna().to_numpy()
    if missing.any():
        labels = [label for label, gone in zip(effects.slab, missing, strict=True) if gone]
        raise DataError(f"{by} is missing in {', '.join(labels)}; fill it in or leave them out.")
    return by, frame[by].tolist()


def _ordered(keys: list[object], descending: bool) -> list[int]:
    """Positions by key; equal keys as they stand."""
    try:
        return sorted(range(len(keys)), key=lambda row: keys[row], reverse=descending)  # type: ignore[arg-type, return-value]
    except TypeError:
        raise DataError("The keys cannot be compared; give all numbers or all texts.") from None
