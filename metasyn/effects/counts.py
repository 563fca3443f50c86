"""Counts of events: what exact likelihoods pool, one arm or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.counting import plural
from metasyn.effects.arrays import FloatArray, as_floats, as_labels
from metasyn.errors import DataError, Note

if TYPE_CHECKING:
    import pandas as pd

    from metasyn.records import Result

__all__ = ["DESIGNS", "Counts", "TwoArmCounts", "counts"]

DESIGNS = (
    "rct",
    "single_arm_trial",
    "prospective_cohort",
    "retrospective_cohort",
    "comparative_cohort",
    "registry",
    "case_series",
    "case_report",
)
"""Design codes that set a study's weight."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Events among patients, one arm a study.

    Parameters
    ----------
    xi, ni
        Events and patients, shape (k,), read-only.
    slab
        Study labels.
    design
        Design code of every study, None where it is not given.
    records
        The record behind every row; empty where the arrays came from a user.
    notes
        What a reader has to know.
    """

    xi: FloatArray
    ni: FloatArray
    slab: tuple[str, ...]
    design: tuple[str | None, ...] = ()
    records: tuple[Result, ...] = ()
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.xi)

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab``, ``xi``, ``ni``, ``design``."""
        import pandas as pd

        return pd.DataFrame(
            {"slab": self.slab, "xi": self.xi, "ni": self.ni, "design": self.design}
        )


@dataclass(frozen=True, eq=False)
class TwoArmCounts:
    """A 2x2 table a study.

    Parameters
    ----------
    ai, bi, ci, di
        Events and non-events of the treated arm, then of the control arm, shape (k,), read-only.
    slab
        Study labels.
    records
        The treated arm's record behind every row; empty where the arrays came from a user.
    notes
        What a reader has to know.
    """

    ai: FloatArray
    bi: FloatArray
    ci: FloatArray
    di: FloatArray
    slab: tuple[str, ...]
    records: tuple[Result, ...] = ()
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.ai)

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab``, ``ai``, ``bi``, ``ci``, ``di``."""
        import pandas as pd

        return pd.DataFrame(
            {"slab": self.slab, "ai": self.ai, "bi": self.bi, "ci": self.ci, "di": self.di}
        )


def counts(  # noqa: PLR0913 - metafor's argument names, one or two arms
    *,
    xi: npt.ArrayLike | None = None,
    ni: npt.ArrayLike | None = None,
    ai: npt.ArrayLike | None = None,
    bi: npt.ArrayLike | None = None,
    ci: npt.ArrayLike | None = None,
    di: npt.ArrayLike | None = None,
    design: Sequence[str | None] | None = None,
    slab: Sequence[object] | None = None,
) -> Counts | TwoArmCounts:
    """Counts of events, of one arm (``xi``, ``ni``) or of two (``ai``, ``bi``, ``ci``, ``di``).

    Parameters
    ----------
    xi, ni
        Events and patients, shape (k,).
    ai, bi, ci, di
        Events and non-events of the treated arm, then of the control arm, shape (k,).
    design
        Design codes (:data:`DESIGNS`), one arm only. Without them, rows with ``ni <= 2`` are
        single cases and all others anchors.
    slab
        Study labels; ``1``, ``2``, ... if None.

    Raises
    ------
    DataError
        If arguments are missing or mixed, shapes differ, a count is negative, not whole or not
        a number, events exceed patients, or a design code is unknown. The row is named.

    Examples
    --------
    >>> len(counts(xi=[31, 8, 1], ni=[45, 15, 1]))
    3
    """
    one = {"xi": xi, "ni": ni}
    two = {"ai": ai, "bi": bi, "ci": ci, "di": di}
    given_one = [name for name, value in one.items() if value is not None]
    given_two = [name for name, value in two.items() if value is not None]
    if len(given_one) == 2 and not given_two:
        x, n = _arrays({"xi": xi, "ni": ni})
        labels = as_labels(slab, len(x))
        _check_whole({"xi": x, "ni": n}, labels)
        for label, events, patients in zip(labels, x, n, strict=True):
            if events > patients:
                raise DataError(
                    f"{label}: {plural(events, 'event')} among {plural(patients, 'patient')}."
                )
        return Counts(x, n, labels, _designs(design, labels))
    if len(given_two) == 4 and not given_one:
        if design is not None:
            raise DataError("design belongs to one-arm counts (xi, ni).")
        a, b, c, d = _arrays(two)
        labels = as_labels(slab, len(a))
        _check_whole({"ai": a, "bi": b, "ci": c, "di": d}, labels)
        return TwoArmCounts(a, b, c, d, labels)
    raise DataError(
        "Give xi and ni for one arm, or ai, bi, ci and di for two; got "
        + (", ".join(given_one + given_two) or "nothing")
        + "."
    )


def _arrays(values: dict[str, npt.ArrayLike | None]) -> list[FloatArray]:
    arrays = [as_floats(name, value) for name, value in values.items() if value is not None]
    if len({len(array) for array in arrays}) > 1:
        sizes = ", ".join(f"{name} {len(a)}" for name, a in zip(values, arrays, strict=True))
        raise DataError(f"All counts must have the same length; got {sizes}.")
    return arrays


def _check_whole(values: dict[str, FloatArray], labels: tuple[str, ...]) -> None:
    for name, array in values.items():
        wrong = ~(np.isfinite(array) & (array >= 0) & (array == np.floor(array)))
        if wrong.any():
            row = int(np.argmax(wrong))
            raise DataError(
                f"{labels[row]}: {name} is {array[row]:g}; a count must be 0, 1, 2, ..."
            )


def _designs(
    design: Sequence[str | None] | None, labels: tuple[str, ...]
) -> tuple[str | None, ...]:
    if design is None:
        return (None,) * len(labels)
    if len(design) != len(labels):
        raise DataError(
            f"design has {plural(len(design), 'code')} for "
            f"{plural(len(labels), 'study', 'studies')}."
        )
    codes = tuple(None if _is_missing(code) else code for code in design)
    for label, code in zip(labels, codes, strict=True):
        if code is not None and code not in DESIGNS:
            raise DataError(f"{label}: unknown design '{code}'; known are {', '.join(DESIGNS)}.")
    return codes


def _is_missing(code: object) -> bool:
    """None, or what pandas makes of it in a column."""
    return code is None or code != code or type(code).__name__ == "NAType"  # noqa: PLR0124
