"""File drawer: how many unpublished failures would turn a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import logit

from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.effects.arrays import FloatArray
from metasyn.models.binomial_normal.headlines import estimates
from metasyn.models.binomial_normal.interval import Kind
from metasyn.models.binomial_normal.units import Units

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST", "FileDrawer", "HiddenFailures", "file_drawer_of"]

MOST = 100.0
"""Hidden failures per published success up to which the threshold is looked for."""
_AT = 1e-9
"""Distance of two logits that is rounding: the rate is at the threshold."""
_STEPS = np.array([0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, MOST])

Basis = Literal[
    "full-weight-individual",
    "in-force",
    "case-weight-individual",
    "full-weight-pseudo-study",
    "cases-only",
]


@dataclass(frozen=True, slots=True)
class HiddenFailures:
    """Unpublished failures that bring the rate to the threshold.

    Parameters
    ----------
    basis
        What the rate is: every patient at full weight (``full-weight-individual``: how fragile
        naive pooling is), the model in force, patients one by one at the case weight, a
        pseudo-study at full weight, or the single cases alone (closed form).
    weight
        Weight of the single cases.
    per_success
        Hidden failures per published success; 0 where the rate is beyond the threshold already,
        infinite where :data:`MOST` do not bring it there, NaN where no success is published.
    total
        Hidden failures in all.
    """

    basis: Basis
    weight: float
    per_success: float
    total: float

    @property
    def whole(self) -> float:
        """Hidden failures in all, in whole patients; infinite where out of reach."""
        return float(np.ceil(self.total - 1e-4)) if np.isfinite(self.total) else self.total


@dataclass(frozen=True, eq=False, slots=True)
class FileDrawer:
    """Hidden failures on every basis.

    Parameters
    ----------
    threshold
        Rate at which a decision turns.
    rows
        One a basis.

    Notes
    -----
    For single cases alone ``(1 - p0) / p0 - F / S``; with selection odds w between success and
    failure, hidden failures per success are ``(w - 1) F / S``
    (:mod:`metasyn.models.binomial_normal`, section 6).
    """

    threshold: float
    rows: tuple[HiddenFailures, ...]

    def on(self, basis: Basis) -> HiddenFailures:
        """The row of a basis."""
        return next(row for row in self.rows if row.basis == basis)

    def to_frame(self) -> pd.DataFrame:
        """One row a basis: ``basis weight per_success total``."""
        import pandas as pd

        names = ("basis", "weight", "per_success", "total")
        return pd.DataFrame({name: [getattr(row, name) for row in self.rows] for name in names})


def file_drawer_of(setting: Setting) -> FileDrawer:
    """Hidden failures per published success, on every basis."""
    units, spec = setting.units, setting.spec
    one_by_one = replace(units, mode="individual")
    together = replace(units, mode="pseudo-study")
    rows = (
        _row(setting, "full-weight-individual", (one_by_one, 1.0, "profile")),
        _row(setting, "in-force", (units, setting.power, setting.kind)),
        _row(setting, "case-weight-individual", (one_by_one, spec.case_weight, "profile")),
        _row(setting, "full-weight-pseudo-study", (together, 1.0, "profile")),
        _cases_only(setting),
    )
    threshold = 1 - setting.threshold if setting.harm else setting.threshold
    return FileDrawer(threshold, rows)


def _row(setting: Setting, basis: Basis, how: tuple[Units, float, Kind]) -> HiddenFailures:
    units, weight, kind = how
    if units.anchors == 0:
        return replace(_cases_only(setting), basis=basis, weight=weight)
    if setting.good == 0 or weight == 0:
        return HiddenFailures(basis, weight, np.nan, np.nan)
    per_success = _first_crossing(setting, units, weight, kind)
    return HiddenFailures(basis, weight, per_success, per_success * setting.good)


def _first_crossing(setting: Setting, units: Units, weight: float, kind: Kind) -> float:
    from scipy.optimize import brentq

    target = float(logit(setting.threshold))

    def miss(per_success: FloatArray) -> FloatArray:
        hidden = np.atleast_1d(per_success) * setting.good
        batch = units.batch(weight, case_events=setting.good, case_failures=setting.bad + hidden)
        return estimates(setting.spec, kind, batch) - target

    over = miss(_STEPS)
    if over[0] <= _AT:
        return 0.0
    under = np.flatnonzero(over <= _AT)
    if under.size == 0:
        return np.inf
    low, high = _STEPS[under[0] - 1], _STEPS[under[0]]
    if miss(high)[0] >= 0:  # there but for rounding
        return float(high)
    return float(brentq(lambda x: float(miss(x)[0]), low, high, xtol=1e-7))


def _cases_only(setting: Setting) -> HiddenFailures:
    weight = setting.spec.case_weight
    if setting.good == 0:
        return HiddenFailures("cases-only", weight, np.nan, np.nan)
    odds = (1 - setting.threshold) / setting.threshold
    per_success = max(odds - setting.bad / setting.good, 0.0)
    return HiddenFailures("cases-only", weight, per_success, per_success * setting.good)
