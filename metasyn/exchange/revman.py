"""The studies of pooled lines in the columns of RevMan's data rows.

The columns are those of the ``data-rows`` file in the data package of Cochrane reviews (package
version 1, 2024): generic inverse variance on the analysis scale, estimates on the display scale.
"""

from __future__ import annotations

from collections.abc import Iterable

from metasyn.exchange.csv_text import CsvValue, csv_bytes
from metasyn.exchange.files import Export
from metasyn.exchange.pooled_rows import (
    PooledRow,
    check_model,
    pooled_rows,
    single_case_notes,
)
from metasyn.models.groups import Groups

__all__ = ["REVMAN_COLUMNS", "revman"]

REVMAN_COLUMNS = (
    *("Analysis group", "Analysis number", "Analysis name", "Subgroup", "Applicability"),
    *("Study", "Study year", "GIV Mean", "GIV SE"),
    *("Experimental mean", "Experimental SD", "Experimental cases", "Experimental N"),
    *("Control mean", "Control SD", "Control cases", "Control N"),
    *("O-E", "Variance", "Weight", "Mean", "CI start", "CI end", "Footnotes"),
)

_CASES = {"ai": "Experimental cases", "n1i": "Experimental N", "ci": "Control cases",
          "n2i": "Control N"}  # fmt: skip


def revman(groups: Groups, *, measure: str = "PLO") -> Export:
    """Write ``analysis-data-rows.csv``: one analysis a line, one row a study.

    Proportions go as generic inverse variance (logit and its standard error) with a footnote,
    because RevMan has no analysis of one arm. Weights are left blank: RevMan computes its own.

    Parameters
    ----------
    groups
        Lines pooled with ``RandomEffects(ci="hksj")``.
    measure
        The measure that they were pooled with; a key of
        :data:`metasyn.exchange.pooled_rows.MEASURES`.

    Raises
    ------
    SpecError
        If the lines were pooled in another way.
    """
    check_model(groups, measure)
    rows = list(pooled_rows(groups, measure))
    numbers = {code: place for place, code in enumerate(_lines(rows), start=1)}
    table = [_row(row, numbers[row.line.code], measure) for row in rows]
    notes = single_case_notes(groups) if measure == "PLO" else ()
    return Export({"analysis-data-rows.csv": csv_bytes(REVMAN_COLUMNS, table)}, notes)


def _lines(rows: Iterable[PooledRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.line.code for row in rows))


def _row(row: PooledRow, number: int, measure: str) -> dict[str, CsvValue]:
    written: dict[str, CsvValue] = {
        "Analysis group": 1,
        "Analysis number": number,
        "Analysis name": row.line.label,
        "Study": row.slab,
        "Study year": row.record.study.year,
        "Mean": row.estimate,
        "CI start": row.ci.low,
        "CI end": row.ci.high,
    }
    if measure != "PLO":
        return {**written, **{_CASES[name]: count for name, count in row.counts.items()}}
    events, n = row.counts["xi"], row.counts["ni"]
    footnote = f"{events} of {n}, one arm: logit of the proportion and its standard error."
    return {**written, "GIV Mean": row.yi, "GIV SE": row.vi**0.5, "Footnotes": footnote}
