"""How ``report``, ``bundle`` and ``watch`` pool: measure and weights, and what goes with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from metasyn.errors import SpecError

if TYPE_CHECKING:
    from metasyn.models.specs import BinomialNormal, RandomEffects

__all__ = [
    "EXPORTED",
    "MEASURES",
    "BaselineRisk",
    "CaseWeight",
    "Measure",
    "PooledMeasure",
    "Pooling",
    "SeriesWeight",
    "measure_called",
]

_COUNTS = "events and n"
_MEANS = "mean, sd and n"
_BOTH_COUNTS, _BOTH_MEANS = f"{_COUNTS} of both", f"{_MEANS} of both"
_PRINTED = "effect_measure, effect, ci_low and ci_high of the treated"


@dataclass(frozen=True, slots=True)
class PooledMeasure:
    """A measure by which the rows of a workbook are pooled.

    Parameters
    ----------
    code, label
        What is typed, and its name within a sentence.
    kind
        What it says: a proportion or a mean of one arm, or how two arms compare.
    needs
        Columns of the sheet results, in words.
    is_exported
        Whether ``metasyn export`` knows it.
    is_of_risk
        Whether a risk without treatment makes it a difference per 1,000 patients.
    """

    code: str
    label: str
    kind: Literal["proportion", "mean", "comparison"]
    needs: str
    is_exported: bool = False
    is_of_risk: bool = False


_TABLE = (
    PooledMeasure("RR", "risk ratio", "comparison", _BOTH_COUNTS, True, True),
    PooledMeasure("OR", "odds ratio", "comparison", _BOTH_COUNTS, True, True),
    PooledMeasure("RD", "risk difference", "comparison", _BOTH_COUNTS, True, True),
    PooledMeasure("PETO", "odds ratio (Peto)", "comparison", _BOTH_COUNTS, is_of_risk=True),
    PooledMeasure("AS", "arcsine risk difference", "comparison", _BOTH_COUNTS),
    PooledMeasure("HR", "hazard ratio", "comparison", _PRINTED, is_of_risk=True),
    PooledMeasure("IRR", "incidence rate ratio", "comparison", _PRINTED),
    PooledMeasure("MD", "mean difference", "comparison", _BOTH_MEANS),
    PooledMeasure("SMD", "standardised mean difference", "comparison", _BOTH_MEANS),
    PooledMeasure("ROM", "ratio of means", "comparison", _BOTH_MEANS),
    PooledMeasure("PLO", "proportion (logit)", "proportion", _COUNTS, is_exported=True),
    PooledMeasure("PR", "proportion (raw)", "proportion", _COUNTS),
    PooledMeasure("PLN", "proportion (log)", "proportion", _COUNTS),
    PooledMeasure("PRZ", "proportion (probit)", "proportion", _COUNTS),
    PooledMeasure("PAS", "proportion (arcsine)", "proportion", _COUNTS),
    PooledMeasure("PFT", "proportion (double arcsine)", "proportion", _COUNTS),
    PooledMeasure("MN", "mean", "mean", _MEANS),
    PooledMeasure("MNLN", "mean (log)", "mean", _MEANS),
)
MEASURES: Mapping[str, PooledMeasure] = MappingProxyType({one.code: one for one in _TABLE})
"""Every measure by which rows can be pooled, by its code."""


EXPORTED = ", ".join(one.code for one in _TABLE if one.is_exported)
"""Codes of the measures that ``metasyn export`` knows."""


def _codes(*kinds: str) -> str:
    return ", ".join(one.code for one in _TABLE if one.kind in kinds)


Measure = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="Pool by inverse variance. Treated arms against their controls (column "
        f"'comparator_arm'): {_codes('comparison')}. Single arms: {_codes('proportion', 'mean')}.  "
        r"\[default: proportions of single arms by their exact likelihood]",
        show_default=False,
    ),
]
CaseWeight = Annotated[
    float | None,
    typer.Option(
        help="Without --measure: weight of all single cases together, 0 to 1.  \\[default: 0.1]",
        show_default=False,
    ),
]
SeriesWeight = Annotated[
    float | None,
    typer.Option(
        help="Without --measure: weight of each small case series (n = 3 to 9), 0 to 1.  "
        r"\[default: 0.3]",
        show_default=False,
    ),
]
BaselineRisk = Annotated[
    float | None,
    typer.Option(
        help="With --measure RR, OR, RD, PETO or HR: risk without treatment (0 to 1) for "
        r"differences per 1,000 patients.  \[default: median of the control arms]",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Pooling:
    """What ``--measure`` and the options that go with it ask for.

    Parameters
    ----------
    measure
        Code of a measure; None pools proportions of single arms by their exact likelihood.
    case_weight, series_weight
        Weights of that likelihood; None leaves the model's own.
    baseline_risk
        Risk without treatment; None takes that of the control arms.

    Raises
    ------
    SpecError
        If the measure is not known, or an option does not go with it.
    """

    measure: str | None = None
    case_weight: float | None = None
    series_weight: float | None = None
    baseline_risk: float | None = None

    def __post_init__(self) -> None:
        if self.measure is not None:
            object.__setattr__(self, "measure", measure_called(self.measure).code)
            self._refuse_weights()
        self._check_risk()

    @property
    def spec(self) -> BinomialNormal | RandomEffects:
        """The model."""
        from metasyn.models.specs import BinomialNormal, RandomEffects

        if self.measure is not None:
            return RandomEffects()
        default = BinomialNormal()
        cases, series = self.case_weight, self.series_weight
        return BinomialNormal(
            case_weight=default.case_weight if cases is None else cases,
            series_weight=default.series_weight if series is None else series,
        )

    @property
    def pooled_measure(self) -> PooledMeasure:
        """The measure pooled: log odds of the exact likelihood where none was asked for."""
        return MEASURES[self.measure or "PLO"]

    def _refuse_weights(self) -> None:
        for name in ("case_weight", "series_weight"):
            if getattr(self, name) is not None:
                raise SpecError(
                    f"{_typed(name)} belongs to proportions on their exact likelihood: it has no "
                    f"meaning with --measure {self.measure}. Leave one of the two out."
                )

    def _check_risk(self) -> None:
        risk = self.baseline_risk
        if risk is None:
            return
        if self.measure is None or not MEASURES[self.measure].is_of_risk:
            known = ", ".join(one.code for one in _TABLE if one.is_of_risk)
            asked = "" if self.measure is None else f", not with {self.measure}"
            raise SpecError(
                f"--baseline-risk goes with a --measure that compares risks ({known}){asked}."
            )
        if not 0.0 < risk < 1.0:
            raise SpecError(f"--baseline-risk lies between 0 and 1 (0.2 is 20%); it is {risk:g}.")


def measure_called(name: str, *, exported: bool = False) -> PooledMeasure:
    """The measure that a person means, in upper or lower case.

    Parameters
    ----------
    name
        Its code.
    exported
        Whether it has to be one that ``metasyn export`` knows.

    Raises
    ------
    SpecError
        If there is none; the message lists those that there are.

    Examples
    --------
    >>> measure_called("rr").label
    'risk ratio'
    """
    known = {one.code: one for one in _TABLE if one.is_exported or not exported}
    found = known.get(name.strip().upper())
    if found is None:
        raise SpecError(_unknown(name, known))
    return found


def _unknown(name: str, known: Mapping[str, PooledMeasure]) -> str:
    from metasyn.registry.near_miss import nearest

    near = nearest(name, known, {code: one.label for code, one in known.items()})
    hint = f" Did you mean {near}?" if near else ""
    listed = "".join(f"\n  {code:<6}{one.label}" for code, one in known.items())
    return f"--measure takes no '{name}'.{hint} It takes:{listed}"


def _typed(name: str) -> str:
    return f"--{name.replace('_', '-')}"
