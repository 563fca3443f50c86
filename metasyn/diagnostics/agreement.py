"""How well people who extracted the same data agree, field by field."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from metasyn.diagnostics.annotators import cohen_kappa
from metasyn.errors import Note
from metasyn.models.interval import Interval

__all__ = ["FieldAgreement", "field_agreement"]

Kind = Literal["code", "number", "text"]


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """Agreement on one field.

    Parameters
    ----------
    name
        The field.
    items
        Values that were extracted twice or more.
    agreed
        How many of them all extractors agree on.
    kappa, kappa_ci
        Cohen's kappa of codes and its 95% interval; None for other fields and where it does not
        exist.
    icc, icc_ci
        Intraclass correlation of numbers (one-way, single measures) and its 95% interval, which is
        rounded to two decimals; None for other fields and where it does not exist.
    notes
        What a reader has to know.
    """

    name: str
    items: int
    agreed: int
    kappa: float | None = None
    kappa_ci: Interval | None = None
    icc: float | None = None
    icc_ci: Interval | None = None
    notes: tuple[Note, ...] = ()

    @property
    def share(self) -> float:
        """Share of the values that all extractors agree on (0 to 1)."""
        return self.agreed / self.items

    def to_json(self) -> dict[str, object]:
        """The numbers, for programs."""
        return {
            "field": self.name,
            "items": self.items,
            "agreed": self.agreed,
            "share": self.share,
            "kappa": self.kappa,
            "kappa_ci": None if self.kappa_ci is None else list(self.kappa_ci),
            "icc": self.icc,
            "icc_ci": None if self.icc_ci is None else list(self.icc_ci),
            "notes": [note.message for note in self.notes],
        }


def field_agreement(
    name: str, kind: Kind, pairs: Sequence[tuple[object, object]], agreed: int
) -> FieldAgreement:
    """Agreement on one field from the values of two extractors.

    Cohen's kappa (statsmodels) of codes; the intraclass correlation ICC(1,1) of numbers (Shrout &
    Fleiss 1979, Psychol Bull 86:420-428; pingouin), because the extractors may differ from report
    to report.

    Parameters
    ----------
    name, kind
        The field, and what it holds.
    pairs
        The values of the first and of the second extractor, one pair an item, at least one; text
        in a field of numbers is a missing-value code.
    agreed
        How many items all extractors agree on.

    Examples
    --------
    >>> found = field_agreement("role", "code", [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")], 3)
    >>> found.share, found.kappa
    (0.75, 0.5)
    """
    if kind == "code":
        kappa, ci, notes = cohen_kappa(_table(pairs))
        return FieldAgreement(name, len(pairs), agreed, kappa, ci, notes=notes)
    if kind == "number":
        icc, ci, notes = _icc(pairs)
        return FieldAgreement(name, len(pairs), agreed, icc=icc, icc_ci=ci, notes=notes)
    return FieldAgreement(name, len(pairs), agreed)


def _table(
    pairs: Sequence[tuple[object, object]],
) -> np.ndarray[tuple[int, int], np.dtype[np.int_]]:
    codes = sorted({str(value) for pair in pairs for value in pair})
    table = np.zeros((len(codes), len(codes)), dtype=int)
    for first, second in pairs:
        table[codes.index(str(first)), codes.index(str(second))] += 1
    return table


def _icc(
    pairs: Sequence[tuple[object, object]],
) -> tuple[float | None, Interval | None, tuple[Note, ...]]:
    numbers = [
        (float(one), float(other))
        for one, other in pairs
        if isinstance(one, (int, float)) and isinstance(other, (int, float))
    ]
    left_out = len(pairs) - len(numbers)
    notes = [
        Note("missing-in-icc", f"{left_out} with a missing-value code are not in the correlation.")
    ] * bool(left_out)
    if len(numbers) < 3:  # pingouin's analysis of variance asks for five values
        return None, None, (*notes, Note("no-icc", "A correlation needs three pairs of numbers."))
    if len({value for pair in numbers for value in pair}) == 1:
        return None, None, (*notes, Note("no-icc", "All numbers are equal: no correlation."))
    icc, low, high = _one_way(numbers)
    if not math.isfinite(icc):
        return None, None, (*notes, Note("no-icc", "The correlation does not exist."))
    ci = Interval(low, high, 0.95, "F") if math.isfinite(low) and math.isfinite(high) else None
    return icc, ci, tuple(notes)


def _one_way(numbers: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """ICC(1,1) and its interval by pingouin."""
    import pandas as pd
    import pingouin

    long = pd.DataFrame(
        [
            {"item": item, "extractor": extractor, "value": value}
            for item, pair in enumerate(numbers)
            for extractor, value in enumerate(pair)
        ]
    )
    with warnings.catch_warnings():  # pingouin calls pandas in ways that pandas gives up
        warnings.simplefilter("ignore")
        table = pingouin.intraclass_corr(long, targets="item", raters="extractor", ratings="value")
    row = table.iloc[0]  # the first is the one-way, single-measures form
    low, high = next(row[name] for name in table.columns if str(name).startswith("CI95"))
    return float(row["ICC"]), float(low), float(high)
