"""Several pooled estimates as a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metasyn.models.results import Pooled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fits_frame"]


def fits_frame(slab: Sequence[str], fits: Sequence[Pooled]) -> pd.DataFrame:
    """One row a fit: ``slab``, then the columns of a pooled estimate.

    Parameters
    ----------
    slab
        What tells the rows apart.
    fits
        Pooled estimates, as many.
    """
    import pandas as pd

    rows = [{"slab": label, **_row(fit)} for label, fit in zip(slab, fits, strict=True)]
    return pd.DataFrame(rows)


def _row(fit: Pooled) -> dict[str, object]:
    names = ("k", "estimate", "se", "statistic", "p_value")
    row: dict[str, object] = {name: getattr(fit, name) for name in names}
    for name, interval in (("ci", fit.ci), ("prediction", fit.prediction)):
        row[f"{name}_low"] = None if interval is None else interval.low
        row[f"{name}_high"] = None if interval is None else interval.high
    between = ("tau2", "i2", "h2", "q", "q_p")
    return row | {name: getattr(fit, name) for name in between}
