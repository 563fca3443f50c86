"""Estimates with sampling variances: what inverse-variance models pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray, as_floats, as_labels, read_only
from metasyn.errors import DataError, Note

if TYPE_CHECKING:
    import pandas as pd

    from metasyn.effects.counts import Counts, TwoArmCounts
    from metasyn.records import Result

__all__ = ["Derivation", "Effects", "effects_from"]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one estimate came from what its report prints.

    Parameters
    ----------
    slab
        Label of the study.
    rule
        Short name of the conversion (``"median-iqr"``).
    sentence
        What was done and what it assumes, for the report.
    """

    slab: str
    rule: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Effects:
    """Estimates and sampling variances of a set of studies.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances on the analysis scale, shape (k,), read-only.
    slab
        Study labels.
    measure
        Code of the measure (``"RR"``; ``"GEN"`` where it is not known).
    ni
        Total sample sizes, or None.
    data
        Moderators, one row a study, or None.
    records
        The record behind every row; empty where the arrays came from a user.
    derivations
        Conversions behind the estimates.
    notes
        What a reader has to know.
    counts
        Counts behind the estimates, of these studies and maybe of others that were left out
        since: they belong to a study by its label. None where the estimates came otherwise.
    """

    yi: FloatArray
    vi: FloatArray
    slab: tuple[str, ...]
    measure: str = "GEN"
    ni: FloatArray | None = None
    data: pd.DataFrame | None = None
    records: tuple[Result, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    notes: tuple[Note, ...] = ()
    counts: Counts | TwoArmCounts | None = None

    def __len__(self) -> int:
        return len(self.yi)

    def take(self, rows: Sequence[int]) -> Effects:
        """The studies in these rows, in this order, with all that belongs to them.

        Parameters
        ----------
        rows
            Positions from 0 to k - 1.

        Examples
        --------
        >>> effects_from([0.1, 0.2, 0.3], [1, 1, 1]).take([2, 0]).slab
        ('3', '1')
        """
        index = np.asarray(rows, dtype=np.intp)
        labels = {self.slab[row] for row in rows}
        return replace(
            self,
            yi=read_only(self.yi[index]),
            vi=read_only(self.vi[index]),
            slab=tuple(self.slab[row] for row in rows),
            ni=None if self.ni is None else read_only(self.ni[index]),
            data=None if self.data is None else self.data.iloc[index],
            records=tuple(self.records[row] for row in rows) if self.records else (),
            derivations=tuple(d for d in self.derivations if d.slab in labels),
        )

    def estimable(self) -> Effects:
        """The studies that have an estimate and a variance; a note names the others.

        Examples
        --------
        >>> from metasyn.effects.effect_sizes import effect_sizes
        >>> cells = {"ai": [4, 0], "bi": [10, 5], "ci": [3, 0], "di": [8, 6]}
        >>> effects = effect_sizes("RR", **cells, drop00=True)
        >>> effects.estimable().slab, effects.estimable().notes[-1].message
        (('1',), 'Left out, because there is no estimate: 2.')
        """
        known = np.isfinite(self.yi) & np.isfinite(self.vi)
        if known.all():
            return self
        lost = ", ".join(label for label, kept in zip(self.slab, known, strict=True) if not kept)
        note = Note("left-out", f"Left out, because there is no estimate: {lost}.")
        return replace(self.take(np.flatnonzero(known).tolist()), notes=(*self.notes, note))

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab``, ``yi``, ``vi`` and the moderators of other names."""
        import pandas as pd

        frame = pd.DataFrame({"slab": self.slab, "yi": self.yi, "vi": self.vi})
        if self.data is None:
            return frame
        moderators = self.data.drop(columns=[n for n in frame.columns if n in self.data.columns])
        return pd.concat([frame, moderators.reset_index(drop=True)], axis=1)


def effects_from(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    slab: Sequence[object] | None = None,
    data: pd.DataFrame | None = None,
) -> Effects:
    """Effects that are already computed.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (k,).
    slab
        Study labels; ``1``, ``2``, ... if None.
    data
        Moderators, one row a study.

    Raises
    ------
    DataError
        If shapes differ.

    Examples
    --------
    >>> effects = effects_from([0.1, 0.3], [0.02, 0.04], slab=["Lee 2019", "Park 2020"])
    >>> effects.slab
    ('Lee 2019', 'Park 2020')
    """
    yi, vi = as_floats("yi", yi), as_floats("vi", vi)
    if len(yi) != len(vi):
        raise DataError(f"yi has {plural(len(yi), 'value')} and vi {len(vi)}; they must agree.")
    if data is not None and len(data) != len(yi):
        raise DataError(
            f"data has {plural(len(data), 'row')} for {plural(len(yi), 'study', 'studies')}."
        )
    return Effects(yi, vi, as_labels(slab, len(yi)), data=data)
