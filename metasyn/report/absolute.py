"""Effects per 1,000 patients: event rates, and differences from a relative effect and a risk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from metasyn.effects.contrasts import controls_of
from metasyn.models.groups import Groups
from metasyn.report.lines import Shown

__all__ = ["RELATIVE", "Baseline", "Difference", "baseline_of", "difference", "risk_with"]


def _odds(risk: float) -> float:
    return risk / (1.0 - risk)


def _of_odds_ratio(effect: float, risk: float) -> float:
    odds = effect * _odds(risk)
    return odds / (1.0 + odds)


RELATIVE: Mapping[str, Callable[[float, float], float]] = {
    "RR": lambda effect, risk: effect * risk,
    "OR": _of_odds_ratio,
    "PETO": _of_odds_ratio,
    "RD": lambda effect, risk: risk + effect,
    "HR": lambda effect, risk: 1.0 - (1.0 - risk) ** effect,
}
"""Measure to the risk with treatment, from the effect and the risk without."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Risk without the treatment.

    Parameters
    ----------
    risk
        Between 0 and 1.
    source
        Where it comes from, in words.
    cells
        Cells of the numbers behind it.
    """

    risk: float
    source: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Patients more (or, if negative, fewer) per patient treated, -1 to 1.

    Parameters
    ----------
    value, low, high
        Difference of risks with its interval; the limits are None where the effect has none.
    bounded
        Whether a risk had to be kept between 0 and 1.
    """

    value: float
    low: float | None
    high: float | None
    bounded: bool


def risk_with(measure: str, effect: float, risk: float) -> float:
    """Risk with treatment from a relative effect, not yet kept between 0 and 1.

    Parameters
    ----------
    measure
        ``RR``, ``OR``, ``PETO``, ``RD`` or ``HR``.
    effect
        On its display scale.
    risk
        Risk without treatment, between 0 and 1.

    References
    ----------
    Guyatt et al. 2013, J Clin Epidemiol 66:158 (GRADE guidelines 12).

    Examples
    --------
    >>> risk_with("RR", 0.5, 0.2), round(risk_with("OR", 0.5, 0.2), 4), risk_with("RD", -0.1, 0.5)
    (0.1, 0.1111, 0.4)
    """
    return RELATIVE[measure](effect, risk)


def difference(what: Shown, baseline: Baseline) -> Difference | None:
    """Difference of risks that a relative effect means; None where the measure gives none."""
    if what.estimate is None or what.measure not in RELATIVE:
        return None
    limits = (None, None) if what.ci is None else tuple(what.ci)
    risks = [
        None if one is None else risk_with(what.measure, one, baseline.risk)
        for one in (what.estimate, *limits)
    ]
    kept = [None if one is None else min(max(one, 0.0), 1.0) for one in risks]
    value, low, high = (None if one is None else one - baseline.risk for one in kept)
    assert value is not None  # noqa: S101 - it comes from the estimate
    return Difference(value, low, high, bounded=kept != risks)


def baseline_of(groups: Groups, code: str, stated: float | None) -> Baseline | None:
    """Risk without treatment: the one stated, else the median of the comparison groups.

    Parameters
    ----------
    groups
        Comparisons of two arms.
    code
        The line.
    stated
        Risk that the author of the report gives; None where none is given.
    """
    if stated is not None:
        return Baseline(stated, "stated for this report")
    controls = {
        control.result_id: control
        for row in groups.line(code).studies
        if row.record is not None
        for control in controls_of(row.record, groups.records.among)
    }
    counted = [one for one in controls.values() if one.events is not None and one.n]
    risks = [one.events / one.n for one in counted if one.events is not None and one.n]
    if not risks or not 0.0 < median(risks) < 1.0:
        return None
    cells = tuple(
        str(one.cell(name))
        for one in counted
        for name in ("events", "n")
        if name in one.provenance.columns
    )
    source = (
        "that of the comparison group"
        if len(risks) == 1
        else f"the median of {len(risks)} comparison groups"
    )
    return Baseline(median(risks), source, cells)
