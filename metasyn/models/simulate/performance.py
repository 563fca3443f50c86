"""How an estimator did in a simulation, with Monte Carlo standard errors.

Morris, White and Crowther 2019, Stat Med 38:2074, table 6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.models.simulate.scenario import Drawable
from metasyn.models.specs import Spec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "NEEDED", "Measured", "Performance", "Simulation", "measured"]


NEEDED = (
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "prediction_low",
    "prediction_high",
    "tau2",
    "tau2_ci_low",
    "tau2_ci_high",
)
"""Columns of results that performance is measured on."""


class Measured(NamedTuple):
    """A measure of performance and its Monte Carlo standard error."""

    value: float
    mcse: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What one specification did; measures are None where it has nothing of the kind.

    Parameters
    ----------
    sets
        Data sets with an estimate.
    failed
        Data sets without.
    bias
        Mean error of the estimate.
    empirical_se
        Standard deviation of the estimates.
    model_se
        Root mean square of the standard errors.
    mse
        Mean squared error of the estimate.
    coverage, width
        Share of confidence intervals that hold the mean, and their mean width.
    rejection
        Share of confidence intervals without 0: power, or the error of the first kind.
    tau2_bias, tau2_mse
        Mean error and mean squared error of tau2.
    tau2_coverage
        Share of the intervals of tau2 that hold it; an empty one does not.
    prediction_coverage, prediction_width
        Share of prediction intervals that hold the true effect of one more study, and their mean
        width, over the sets that have one.
    """

    sets: int
    failed: int
    bias: Measured
    empirical_se: Measured
    model_se: Measured
    mse: Measured
    coverage: Measured
    width: Measured
    rejection: Measured
    tau2_bias: Measured | None
    tau2_mse: Measured | None
    tau2_coverage: Measured | None
    prediction_coverage: Measured | None
    prediction_width: Measured | None


MEASURES = tuple(field.name for field in fields(Performance))[2:]
"""Measures of performance, in the order of the table."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Simulation:
    """A simulation study.

    Parameters
    ----------
    scenario
        What was drawn.
    specs
        What was fitted, by name.
    sets
        Number of data sets.
    seed
        Key of the generator.
    results
        Performance of every specification, by name.
    """

    scenario: Drawable
    specs: Mapping[str, Spec]
    sets: int
    seed: int
    results: Mapping[str, Performance]

    def to_frame(self) -> pd.DataFrame:
        """One row a specification; a column for each measure and one for its error (``_mcse``)."""
        import pandas as pd

        return pd.DataFrame([{"spec": name, **_row(r)} for name, r in self.results.items()])

    def summary(self) -> str:
        """The main measures in a few lines for people."""
        lines = [f"{self.sets} data sets of {self.scenario}, seed {self.seed}"]
        for name, r in self.results.items():
            lines.append(
                f"{name}: bias {_shown(r.bias)}, coverage {_shown(r.coverage)}, width "
                f"{_shown(r.width)}" + (f", {r.failed} failed" if r.failed else "")
            )
        return "\n".join(lines)


def measured(columns: Mapping[str, FloatArray], truth: tuple[float, float]) -> Performance:
    """Performance of a specification.

    Parameters
    ----------
    columns
        :data:`NEEDED` and ``new`` (true effects of one more study), each of shape (sets,).
    truth
        True mean and tau2.
    """
    mean, tau2 = truth
    fitted = np.isfinite(columns["estimate"])
    x = {name: column[fitted] for name, column in columns.items()}
    n, error = int(fitted.sum()), x["estimate"] - mean
    spread = float(error.std(ddof=1)) if n > 1 else math.nan
    return Performance(
        sets=n,
        failed=len(fitted) - n,
        bias=_average(error),
        empirical_se=Measured(spread, spread / math.sqrt(2.0 * (n - 1)) if n > 1 else math.nan),
        model_se=_root(_average(x["se"] ** 2)),
        mse=_average(error**2),
        coverage=_share((x["ci_low"] <= mean) & (mean <= x["ci_high"])),
        width=_average(x["ci_high"] - x["ci_low"]),
        rejection=_share((x["ci_low"] > 0.0) | (x["ci_high"] < 0.0)),
        **_of_tau2(x, tau2),
        **_of_prediction(x),
    )


def _of_tau2(x: Mapping[str, FloatArray], tau2: float) -> dict[str, Measured | None]:
    has = np.isfinite(x["tau2"])
    low, high = x["tau2_ci_low"][has], x["tau2_ci_high"][has]
    error = x["tau2"][has] - tau2
    some, bounded = bool(has.any()), bool(np.isfinite(low).any())
    return {
        "tau2_bias": _average(error) if some else None,
        "tau2_mse": _average(error**2) if some else None,
        "tau2_coverage": _share((low <= tau2) & (tau2 <= high)) if bounded else None,
    }


def _of_prediction(x: Mapping[str, FloatArray]) -> dict[str, Measured | None]:
    has = np.isfinite(x["prediction_low"])
    low, high, new = (x[name][has] for name in ("prediction_low", "prediction_high", "new"))
    return {
        "prediction_coverage": _share((low <= new) & (new <= high)) if has.any() else None,
        "prediction_width": _average(high - low) if has.any() else None,
    }


def _average(x: FloatArray) -> Measured:
    """A mean and its standard error."""
    n = len(x)
    mcse = float(x.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    return Measured(float(x.mean()) if n else math.nan, mcse)


def _share(hits: npt.NDArray[np.bool_]) -> Measured:
    """A share and its binomial standard error."""
    n = len(hits)
    if not n:
        return Measured(math.nan, math.nan)
    share = float(hits.mean())
    return Measured(share, math.sqrt(share * (1.0 - share) / n))


def _root(square: Measured) -> Measured:
    """A root, by the delta method."""
    root = math.sqrt(square.value)
    return Measured(root, square.mcse / (2.0 * root) if root else math.nan)


def _row(result: Performance) -> dict[str, float]:
    row: dict[str, float] = {"sets": result.sets, "failed": result.failed}
    for name in MEASURES:
        found = getattr(result, name)
        row[name], row[f"{name}_mcse"] = found or (np.nan, np.nan)
    return row


def _shown(found: Measured) -> str:
    return f"{found.value:.4f} ± {found.mcse:.4f}"
