"""The published single cases by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metasyn.diagnostics.case_evidence.setting import Setting
from metasyn.models.binomial_normal.batch import Batch
from metasyn.models.binomial_normal.fit import fit
from metasyn.models.binomial_normal.interval import chi2_drop
from metasyn.models.binomial_normal.profile import mu_limits
from metasyn.models.interval import Interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CasesOnly", "cases_only_of"]


@dataclass(frozen=True, slots=True)
class CasesOnly:
    """Fraction of the published single cases with the event: never an estimate of efficacy.

    Parameters
    ----------
    events, n
        Summed counts (times quality, where it is given).
    fraction
        ``events / n``.
    ci
        Likelihood interval with as many patients as the case weight leaves, ``weight n``.
    ci_full
        The same at full weight, as if the reports were a random sample.
    """

    events: float
    n: float
    fraction: float
    ci: Interval
    ci_full: Interval

    def to_frame(self) -> pd.DataFrame:
        """One row: ``events n fraction low high low_full high_full``."""
        import pandas as pd

        return pd.DataFrame(
            {
                "events": [self.events],
                "n": [self.n],
                "fraction": [self.fraction],
                "low": [self.ci.low],
                "high": [self.ci.high],
                "low_full": [self.ci_full.low],
                "high_full": [self.ci_full.high],
            }
        )


def cases_only_of(setting: Setting) -> CasesOnly:
    """Success fraction of the single cases, with its intervals at the case weight and in full."""
    events = setting.bad if setting.harm else setting.good
    n = setting.units.cases.n
    return CasesOnly(
        events,
        n,
        events / n,
        _interval(setting, setting.spec.case_weight),
        _interval(setting, 1.0),
    )


def _interval(setting: Setting, weight: float) -> Interval:
    if weight == 0:
        return Interval(0.0, 1.0, setting.spec.level, "profile")
    batch = Batch.of([setting.good], [setting.units.cases.n], [weight])
    low, high = mu_limits(batch, fit(batch), chi2_drop(setting.spec.level))
    return setting.interval(low, high, "profile")
