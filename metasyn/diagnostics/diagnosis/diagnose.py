"""A full run of diagnostics, each where it can be computed and trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from metasyn.diagnostics.baujat import baujat_of
from metasyn.diagnostics.cumulative import cumulative
from metasyn.diagnostics.diagnosis.result import Diagnosis
from metasyn.diagnostics.excess_significance import excess_significance
from metasyn.diagnostics.fail_safe_n import fail_safe_n
from metasyn.diagnostics.funnel_notes import FEWEST, funnel_notes
from metasyn.diagnostics.funnel_notes import UNTRUSTED as FUNNEL
from metasyn.diagnostics.funnel_tests import FunnelTest, egger
from metasyn.diagnostics.gosh import gosh
from metasyn.diagnostics.influence import influence_of
from metasyn.diagnostics.labbe import Labbe, labbe
from metasyn.diagnostics.leave_one_out import leave_one_out
from metasyn.diagnostics.limit_meta_analysis import limit_meta_analysis
from metasyn.diagnostics.no_null import no_null
from metasyn.diagnostics.p_curve import UNTRUSTED as P_CURVE
from metasyn.diagnostics.p_curve import p_curve
from metasyn.diagnostics.p_uniform import UNTRUSTED as P_UNIFORM
from metasyn.diagnostics.p_uniform import p_uniform
from metasyn.diagnostics.pet_peese import pet_peese
from metasyn.diagnostics.publication_bias_sensitivity import publication_bias_sensitivity
from metasyn.diagnostics.publication_bias_sensitivity.result import (
    UNTRUSTED as RATIOS,
)
from metasyn.diagnostics.qq import normal_qq_of
from metasyn.diagnostics.radial import radial
from metasyn.diagnostics.rank_test import begg
from metasyn.diagnostics.refit import LeftOut, left_out
from metasyn.diagnostics.selection_models.model import selection_model
from metasyn.diagnostics.selection_models.result import UNTRUSTED as SELECTION
from metasyn.diagnostics.selection_models.result import SelectionModel
from metasyn.diagnostics.take import InverseVariance
from metasyn.diagnostics.trim_and_fill import trim_and_fill
from metasyn.diagnostics.what_would_it_take import what_would_it_take
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.pool import pool
from metasyn.models.random_effects.design import moderators_of
from metasyn.models.results import Pooled
from metasyn.models.specs import CommonEffect, RandomEffects

__all__ = ["diagnose"]


@dataclass(frozen=True, eq=False)
class _Case:
    """What is looked at: ``spec`` as it was given, ``mean`` without its moderators."""

    effects: Effects
    spec: InverseVariance
    mean: InverseVariance
    pooled: Pooled
    threshold: float | None
    gosh: bool
    seed: int

    @cached_property
    def fits(self) -> LeftOut:
        """The model with all studies and without each of them."""
        return left_out(self.effects, self.spec)

    @cached_property
    def fits_of_mean(self) -> LeftOut:
        """The same without moderators."""
        return self.fits if self.spec.moderators is None else left_out(self.effects, self.mean)

    @property
    def tables(self) -> TwoArmCounts | None:
        """The 2x2 tables of these studies, if the effects came from them."""
        counts = self.effects.counts
        fits = isinstance(counts, TwoArmCounts) and counts.slab == self.effects.slab
        return counts if fits and isinstance(counts, TwoArmCounts) else None


def diagnose(
    effects: Effects,
    spec: InverseVariance | None = None,
    threshold: float | None = None,
    *,
    gosh: bool = False,
    seed: int = 0,
    insist: bool = False,
) -> Diagnosis:
    """Run every diagnostic that these data allow.

    Where one cannot be computed, or should not be trusted (tests of funnel asymmetry below ten
    studies, funnels of proportions, ...), a :class:`~metasyn.Note` stands in its place and says
    why.

    Parameters
    ----------
    effects
        Estimates and sampling variances.
    spec
        The model; :class:`~metasyn.RandomEffects` by default. With moderators, influence and normal
        quantiles are of the regression and everything else of the mean.
    threshold
        Value on the analysis scale (of a ratio its logarithm) at which a decision turns, for what
        it would take.
    gosh
        Whether to pool all subsets of the studies too (up to 20 studies; a sample of more).
    seed
        Of the envelope of the normal quantiles and the sample of GOSH.
    insist
        Return also what should not be trusted.

    Raises
    ------
    SpecError
        If the model is no inverse-variance model.
    DataError
        If the effects cannot be pooled.

    References
    ----------
    Sterne et al. 2011, BMJ 343:d4002 (when to test a funnel); each diagnostic names its own.

    Examples
    --------
    >>> import metasyn as ms
    >>> yi, vi = [0.1, 0.3, 0.5, 0.2, 0.6], [0.02, 0.03, 0.05, 0.02, 0.04]
    >>> found = ms.diagnose(ms.effects_from(yi, vi))
    >>> found.leave_one_out.estimates.round(2).tolist()
    [0.36, 0.31, 0.26, 0.34, 0.23]
    >>> print(found.egger)
    5 studies: with fewer than 10, chance cannot be told from real asymmetry; do not rely on this.
    """
    spec = RandomEffects() if spec is None else spec
    if not isinstance(spec, RandomEffects | CommonEffect):
        raise SpecError(f"diagnose takes RandomEffects or CommonEffect, not {type(spec).__name__}.")
    mean = replace(spec, moderators=None)
    case = _Case(effects, spec, mean, pool(effects, mean), threshold, gosh, seed)
    reasons = {} if insist else _reasons(effects)
    found = {
        field: reasons.get(ground) or _result(run, case, insist)
        for field, (ground, run) in _RUNS.items()
    }
    return Diagnosis(pooled=case.pooled, **found)


def _reasons(effects: Effects) -> dict[str, Note]:
    """Why whole kinds of diagnostics should not be trusted."""
    reasons = {}
    asymmetry = funnel_notes(effects)
    if asymmetry:
        reasons["funnel"] = asymmetry[-1]
    without_null = no_null(effects.measure)
    if without_null:
        reasons["null"] = reasons["selection"] = without_null[0]
    elif len(effects) < FEWEST:
        message = (
            f"{len(effects)} studies: with fewer than {FEWEST} a model of selection cannot be told "
            "from chance."
        )
        reasons["selection"] = Note("selection-few-studies", message)
    return reasons


def _result(run: Callable[[_Case], Any], case: _Case, insist: bool) -> Any:
    """The result, or why there is none."""
    try:
        found = run(case)
    except (DataError, SpecError) as error:
        return Note("not-computed", str(error))
    if insist or isinstance(found, Note) or getattr(found, "trusted", True):
        return found
    against = [note.message for note in found.notes if note.code in _AGAINST]
    return Note("not-trusted", " ".join(against))


_AGAINST = frozenset(
    (
        *FUNNEL,
        *P_CURVE,
        *P_UNIFORM,
        *SELECTION,
        *RATIOS,
    )
)
"""Codes of the notes for which results are not trusted."""


def _cumulative(case: _Case) -> object:
    effects = case.effects
    known = effects.data is not None or effects.records
    if not known or "year" not in moderators_of(effects).columns:
        return Note("no-year", "There is no year of publication to order the studies by.")
    return cumulative(effects, case.mean, by="year")


_VARIANTS = {"OR": "harbord", "RR": "peters", "RD": "peters", "SMD": "pustejovsky"}
"""The variant of Egger's test for a measure (Sterne et al. 2011, Pustejovsky and Rodgers 2019)."""


def _variant(case: _Case) -> FunnelTest | Note:
    variant = _VARIANTS.get(case.effects.measure)
    if variant is None:
        return Note("no-variant", f"Egger's test needs no variant for {case.effects.measure}.")
    return egger(case.effects, case.mean, variant=variant, counts=case.tables)


def _labbe(case: _Case) -> Labbe | Note:
    measure = case.effects.measure
    if case.tables is None or measure not in ("RR", "OR", "RD"):
        return Note("no-tables", "A L'Abbé plot needs the events and sizes of two arms.")
    return labbe(case.tables, case.pooled.estimate, measure)  # type: ignore[arg-type]


def _selection(case: _Case) -> SelectionModel:
    """One step at a two-sided p of 0.05, in favour of the side of the pooled estimate."""
    return selection_model(
        case.effects,
        "stepfun",
        case.mean,
        steps=[0.025],
        alternative="less" if case.pooled.estimate < 0.0 else "greater",
    )


def _gosh(case: _Case) -> object:
    if not case.gosh:
        return Note("not-asked", "All subsets are pooled on request: gosh=True.")
    return gosh(case.effects, case.mean, seed=case.seed)


_RUNS: Mapping[str, tuple[str, Callable[[_Case], Any]]] = MappingProxyType(
    {
        "influence": ("", lambda c: influence_of(c.effects, c.fits)),
        "leave_one_out": ("", lambda c: leave_one_out(c.effects, c.mean)),
        "cumulative": ("", _cumulative),
        "baujat": ("", lambda c: baujat_of(c.effects, c.fits_of_mean)),
        "radial": ("", lambda c: radial(c.effects, c.mean)),
        "normal_qq": ("", lambda c: normal_qq_of(c.effects, c.fits, seed=c.seed)),
        "labbe": ("", _labbe),
        "egger": ("funnel", lambda c: egger(c.effects, c.mean)),
        "egger_variant": ("funnel", _variant),
        "begg": ("funnel", lambda c: begg(c.effects)),
        "trim_and_fill": ("funnel", lambda c: trim_and_fill(c.effects, c.mean)),
        "pet_peese": ("funnel", lambda c: pet_peese(c.effects, c.mean)),
        "limit": ("funnel", lambda c: limit_meta_analysis(c.effects, c.mean)),
        "fail_safe_n": ("null", lambda c: fail_safe_n(c.effects)),
        "excess_significance": ("null", lambda c: excess_significance(c.effects, c.mean)),
        "p_curve": ("null", lambda c: p_curve(c.effects, c.mean)),
        "p_uniform": ("selection", lambda c: p_uniform(c.effects, c.mean)),
        "selection": ("selection", _selection),
        "bias_sensitivity": ("null", lambda c: publication_bias_sensitivity(c.effects, c.mean)),
        "what_would_it_take": ("", lambda c: what_would_it_take(c.effects, c.mean, c.threshold)),
        "gosh": ("", _gosh),
    }
)
"""Field of a diagnosis to what may speak against it, and how it is computed."""
