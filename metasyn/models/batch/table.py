"""What came back from many sets: columns, one value a set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.errors import Note
from metasyn.models.batch.backends import IntArray
from metasyn.models.batch.block import Columns, MeanSpec
from metasyn.models.batch.codes import CODES, FAILURES, notes_of
from metasyn.models.batch.quantiles import chi2_tails, two_sided

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PooledTable"]


@dataclass(frozen=True, eq=False, kw_only=True)
class PooledTable:
    """Pooled estimates of many sets on the analysis scale: read-only arrays of shape (sets,).

    A number that a set does not have is NaN, and its code says why; the numbers are those of
    :class:`~metasyn.Pooled`.

    Parameters
    ----------
    spec
        What was asked.
    labels
        Name of every set, or None where sets are rows of an array.
    code
        Sum of the bits of :data:`~metasyn.models.batch.codes.CODES`; 0 where there is nothing to
        say. :meth:`notes` puts it into words.
    k
        Number of studies.
    estimate, se, statistic
        Estimate, its standard error, and the statistic of the test of no effect.
    df
        Degrees of freedom of the test and the confidence interval; infinite for the normal.
    ci_low, ci_high, prediction_low, prediction_high
        Limits of the confidence and the prediction interval.
    tau2, tau2_se, tau2_ci_low, tau2_ci_high
        Variance between studies, its standard error and interval.
    i2, h2
        Share of the variance that lies between studies (0 to 1), and its ratio.
    q
        Cochran's Q.
    log_likelihood
        At the estimate.
    """

    spec: MeanSpec
    labels: npt.NDArray[Any] | None
    code: IntArray
    k: IntArray
    estimate: FloatArray
    se: FloatArray
    statistic: FloatArray
    df: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    prediction_low: FloatArray
    prediction_high: FloatArray
    tau2: FloatArray
    tau2_se: FloatArray
    tau2_ci_low: FloatArray
    tau2_ci_high: FloatArray
    i2: FloatArray
    h2: FloatArray
    q: FloatArray
    log_likelihood: FloatArray

    @classmethod
    def of(
        cls, columns: Columns, spec: MeanSpec, labels: npt.NDArray[Any] | None = None
    ) -> PooledTable:
        """A table of columns, which become read-only."""
        code, k, values = columns
        for column in (code, k, *values.values()):
            column.setflags(write=False)
        return cls(spec=spec, labels=labels, code=code, k=k, **values)

    def __len__(self) -> int:
        return len(self.code)

    @cached_property
    def p_value(self) -> FloatArray:
        """Two-sided p-values of the test of no effect; computed when first asked for."""
        return two_sided(self.statistic, self.df)

    @cached_property
    def q_p(self) -> FloatArray:
        """p-values of Cochran's Q; computed when first asked for."""
        return chi2_tails(self.q, self.k.astype(np.float64) - 1.0)

    @cached_property
    def failed(self) -> npt.NDArray[np.bool_]:
        """Sets without results."""
        failed: npt.NDArray[np.bool_] = (self.code & FAILURES) != 0
        return failed

    def notes(self, row: int) -> tuple[Note, ...]:
        """What is to be said of a set.

        Examples
        --------
        >>> import metasyn as ms
        >>> [note.code for note in ms.pool_many([[0.3]], [[0.1]]).notes(0)]
        ['single-study']
        """
        return notes_of(int(self.code[row]))

    def summary(self) -> str:
        """How many sets were pooled, and what is to be said of how many.

        Examples
        --------
        >>> import metasyn as ms
        >>> print(ms.pool_many([[0.3, 0.5], [0.2, 0.1]], [[0.1, 0.1], [0.1, 0.0]]).summary())
        RandomEffects, 2 sets, 1 without results
        1 invalid-variance: A sampling variance (vi) is zero, negative or infinite; it must be
        positive and finite.
        ...
        """
        sets, failed = len(self), int(self.failed.sum())
        lines = [f"{type(self.spec).__name__}, {sets} sets, {failed} without results"]
        lines.extend(
            f"{count} {code.name}: {code.message}"
            for code in CODES.values()
            if (count := int(((self.code & code.bit) != 0).sum()))
        )
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """One row a set, in the order of the columns of ``Pooled.to_frame``; ``notes`` in words."""
        import pandas as pd

        columns: dict[str, object] = {name: getattr(self, name) for name in _FRAME}
        frame = pd.DataFrame(columns)
        names = {
            value: "; ".join(note.code for note in notes_of(value))
            for value in Counter(self.code.tolist())
        }
        frame["notes"] = pd.Categorical([names[value] for value in self.code.tolist()])
        if self.labels is not None:
            frame.insert(0, "set", self.labels)
        return frame


_FRAME = (
    "code",
    "k",
    "estimate",
    "se",
    "statistic",
    "p_value",
    "ci_low",
    "ci_high",
    "prediction_low",
    "prediction_high",
    "tau2",
    "tau2_se",
    "tau2_ci_low",
    "tau2_ci_high",
    "i2",
    "h2",
    "q",
    "q_p",
    "log_likelihood",
)
