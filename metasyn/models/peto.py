"""Peto's one-step odds ratio."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import read_only
from metasyn.effects.counts import TwoArmCounts
from metasyn.errors import DataError
from metasyn.models.mantel_haenszel import COMMON
from metasyn.models.results import Pooled
from metasyn.models.specs import Peto
from metasyn.models.tables import Fate, margins, zero_notes
from metasyn.models.wald import chi_squared, wald

__all__ = ["FATE", "pool_peto"]

FATE = Fate(
    "is used as observed, nothing is added",
    "carries no information and weighs 0",
    "carries no information and weighs 0",
)
"""What becomes of studies with empty cells."""


def pool_peto(data: TwoArmCounts, spec: Peto) -> Pooled:
    """Pool 2x2 tables by Peto's method.

    Observed minus expected events over their hypergeometric variance (Yusuf, Peto, Lewis, Collins &
    Sleight 1985, Progress in Cardiovascular Diseases 27:335-371); metafor's ``rma.peto``. Q is the
    spread of the studies' own (O - E) / V.

    Parameters
    ----------
    data
        2x2 tables.
    spec
        The level.

    Raises
    ------
    DataError
        If no study has events and non-events and patients in both arms.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> tables = counts(ai=[0, 6], bi=[40, 300], ci=[3, 29], di=[38, 274])
    >>> round(pool_peto(tables, Peto()).estimate, 4)
    -1.4533
    """
    m = margins(data)
    on = m.informative
    if not on.any():
        raise DataError(
            "No study has both events and non-events in its two arms: the odds ratio cannot be "
            "estimated."
        )
    n1, n2, n, events, others = (x[on] for x in (m.n1, m.n2, m.n, m.events, m.others))
    difference = data.ai[on] - events * n1 / n
    variance = events * others * (n1 / n) * (n2 / n) / (n - 1)
    total = float(variance.sum())
    estimate, se = float(difference.sum()) / total, total**-0.5
    inference = wald(estimate, se, spec.level)
    df = len(variance) - 1
    q = max(0.0, float((difference**2 / variance).sum()) - total * estimate**2) if df else 0.0
    weights = np.zeros(len(data))
    weights[on] = variance / total
    return Pooled(
        spec=spec,
        data=data,
        measure="PETO",
        k=len(data),
        estimate=estimate,
        se=se,
        statistic=inference.statistic,
        p_value=inference.p_value,
        ci=inference.ci,
        prediction=None,
        tau2=None,
        tau2_se=None,
        tau2_ci=None,
        i2=max(0.0, 1 - df / q) if q > 0 else 0.0,
        h2=q / df if df else 1.0,
        q=q,
        q_p=chi_squared(q, df).p_value if df else 1.0,
        weights=read_only(weights),
        log_likelihood=None,
        notes=(*data.notes, *zero_notes(data, FATE), COMMON),
    )
