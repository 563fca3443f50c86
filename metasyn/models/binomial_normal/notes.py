"""What a reader of a pooled rate has to know."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from metasyn.errors import Note
from metasyn.models.binomial_normal.cap import Cap
from metasyn.models.binomial_normal.fit import TAU_BOUND, Fits
from metasyn.models.binomial_normal.headline import Headline
from metasyn.models.binomial_normal.interval import ENOUGH_ANCHORS
from metasyn.models.binomial_normal.limits import Limits
from metasyn.models.binomial_normal.units import Units
from metasyn.models.specs import BinomialNormal

__all__ = ["notes_of"]

_WIDEST_CAP = 0.2
_NOT_DEFINED = Note(
    "not-defined",
    "No rate is tested, and an exact likelihood has no Q. τ² is the variance of the logits between "
    "studies; I² sets it against the typical variance of a study's own logit.",
)


def notes_of(
    spec: BinomialNormal, units: Units, cap: Cap, fits: Fits, shown: tuple[Headline, Limits]
) -> tuple[Note, ...]:
    """Notes of a result, in the order of their weight."""
    lead, limits = shown
    return (
        *_about_limits(lead, limits),
        *_about_estimate(units, fits, lead),
        *_about_cases(spec, units, cap),
        *_about_spread(fits, lead),
        _NOT_DEFINED,
    )


def _about_estimate(units: Units, fits: Fits, lead: Headline) -> Iterator[Note]:
    if units.anchors == 0:
        yield Note(
            "cases-only",
            "Nothing but published single cases: this is the published-case success fraction, not "
            "an estimate of efficacy, and no weight can mend that.",
        )
    if fits.boundary[0]:
        code, what = ("all-events", "Every") if fits.boundary[0] > 0 else ("no-events", "No")
        at = "100%" if fits.boundary[0] > 0 else "0%"
        yield Note(code, f"{what} patient had the event: the likelihood is highest at {at}.")
    if lead.kind == "integrated":
        yield Note(
            "prior-dependent",
            "Estimate and interval are the posterior median and equal-tailed interval with a "
            "uniform rate and a half-normal tau: with such data they depend on these priors.",
        )
    if lead.ci is None:
        yield Note("no-interval", "A Wald interval does not exist at a rate of 0% or 100%.")
    if not fits.converged[0]:
        yield Note("not-converged", "The likelihood's maximum was not reached to 1e-10.")


def _about_limits(lead: Headline, limits: Limits) -> Iterator[Note]:
    ends = [*limits.mu, *(limits.tau or ()), *(lead.ci or ())]
    if any(isnan(end) for end in ends):
        yield Note("limit-not-found", "A limit of a likelihood interval was not found: it is NaN.")


def _about_cases(spec: BinomialNormal, units: Units, cap: Cap) -> Iterator[Note]:
    if not units.cases.rows:
        return
    if cap.binds:
        yield Note(
            "cap-binds",
            f"The weight of the single cases was lowered from {spec.case_weight:g} to "
            f"{cap.power:.3g}, so that they carry at most {spec.case_cap:.0%} of the information.",
        )
    if units.anchors == 0:
        yield Note("no-cap", "Without other studies there is no cap on the single cases.")
    if spec.case_cap > _WIDEST_CAP:
        yield Note(
            "wide-cap",
            f"A cap of {spec.case_cap:.0%} lets selected reports rule the estimate; above 20% "
            "intervals lost their coverage in simulations.",
        )
    named = [i for i, q in enumerate(units.cases.quality) if q != 1]
    if named:
        yield Note(
            "quality",
            f"{len(named)} of {len(units.cases.rows)} single cases are weighted by their quality.",
        )


def _about_spread(fits: Fits, lead: Headline) -> Iterator[Note]:
    if fits.tau_at_bound[0]:
        yield Note(
            "tau-at-bound",
            f"Studies are all or nothing: tau ran to the end of its search ({TAU_BOUND:g}).",
        )
    if not fits.tau_free[0]:
        why = (
            "all patients or none had the event"
            if fits.boundary[0]
            else "fewer than two studies count two patients or more"
        )
        yield Note("tau-not-estimated", f"tau2 cannot be estimated: {why}.")
    if lead.prediction is None:
        yield Note(
            "no-prediction",
            f"A prediction interval takes {ENOUGH_ANCHORS} studies and an estimate of tau2.",
        )
