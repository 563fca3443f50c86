"""Tests of funnel asymmetry by regression: Egger's and its variants."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from metasyn.diagnostics.funnel_notes import UNTRUSTED, built_in, funnel_notes, withheld
from metasyn.diagnostics.funnel_variants import VARIANTS, Predictor, Variant, predictor_of
from metasyn.diagnostics.least_squares import LineFit, Term, weighted_line
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.random_effects.contrasts import wald_line
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.pooling import check
from metasyn.models.specs import CommonEffect, RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FunnelTest", "egger"]

AT_ZERO = ("sei", "vi", "ninv", "sqrtninv")
"""Predictors that are 0 for an infinitely large study."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class FunnelTest:
    """A regression test of funnel asymmetry.

    Parameters
    ----------
    variant, predictor
        Codes of the test and of what the effects were regressed on.
    k
        Number of studies.
    statistic, df, p_value
        Two-sided test of the slope; t, or normal where ``df`` is None.
    slope, intercept
        The line. For Harbord's test, of the score over its variance.
    slope_ci
        Interval of the slope.
    limit
        Interval of the intercept, the expected effect of an infinitely large study; None where the
        predictor has no such value.
    source
        Where the test was proposed.
    notes
        What a reader has to know.
    slab, y, x
        Studies, and what was regressed on what, shape (k,).
    measure
        Code of the measure of ``y``; ``GEN`` for Harbord's test.
    """

    variant: str
    predictor: str
    k: int
    statistic: float | None
    df: float | None
    p_value: float | None
    slope: float
    intercept: float
    slope_ci: Interval
    limit: Interval | None
    source: str
    notes: tuple[Note, ...] = ()
    slab: tuple[str, ...] = ()
    y: FloatArray = field(default_factory=lambda: read_only([]))
    x: FloatArray = field(default_factory=lambda: read_only([]))
    measure: str = "GEN"

    @property
    def trusted(self) -> bool:
        """False where the data are of a kind that the test should not be read for."""
        return not any(note.code in UNTRUSTED for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        names = ("variant", "predictor", "k", "statistic", "df", "p_value", "slope", "intercept")
        row = {name: getattr(self, name) for name in names}
        row |= {"slope_low": self.slope_ci.low, "slope_high": self.slope_ci.high}
        row["limit_low"] = None if self.limit is None else self.limit.low
        row["limit_high"] = None if self.limit is None else self.limit.high
        return pd.DataFrame([{**row, "trusted": self.trusted}])

    def summary(self, *, insist: bool = False) -> str:
        """The test in a line, the limit estimate, and what speaks against them.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        if not (self.trusted or insist):
            return withheld(f"{VARIANTS[self.variant].name}, {self.k} studies", self.notes)
        name = VARIANTS[self.variant].name
        lines = [f"{name} on {self.predictor}, {self.k} studies: {self._test()}"]
        if self.limit is not None:
            lines.append(
                f"Limit of an infinitely large study: {self.intercept:.4f} "
                f"[{self.limit.low:.4f}, {self.limit.high:.4f}]"
            )
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _test(self) -> str:
        if self.statistic is None or self.p_value is None:
            return "no test, the studies lie on the line"
        kind = "z" if self.df is None else f"t({self.df:g})"
        return f"{kind} = {self.statistic:.3f}, {p_words(self.p_value)}"


def egger(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    variant: str = "rma",
    predictor: Predictor = "sei",
    counts: TwoArmCounts | None = None,
) -> FunnelTest:
    """Test whether small studies show other effects than large ones.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        Model of variant ``rma``; its level serves the others too. Default
        :class:`~metasyn.RandomEffects`.
    variant
        ``rma`` (mixed-effects regression), ``lm`` (Egger's, multiplicative error), ``peters``,
        ``harbord``, ``deeks``, ``macaskill``, ``thompson-sharp`` or ``pustejovsky``.
    predictor
        For ``rma`` and ``lm``: ``sei vi ni ninv sqrtni sqrtninv``. The others bring their own.
    counts
        2x2 tables, in the order of the effects, for ``peters``, ``harbord`` and ``deeks``; without
        them columns ``ai bi ci di`` (``n1i n2i`` for ``deeks`` and ``pustejovsky``) of the data.

    Raises
    ------
    SpecError
        If the variant or predictor is unknown, or the model has moderators.
    DataError
        If there are fewer than three studies, sizes or counts are missing, or the predictor does
        not vary.

    References
    ----------
    Egger et al. 1997, BMJ 315:629; Sterne and Egger 2005; those of the variants are in
    :data:`metasyn.diagnostics.funnel_variants.VARIANTS`.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> effects = effects_from([0.4, 0.1, 0.6, 0.3], [0.01, 0.04, 0.09, 0.25])
    >>> found = egger(effects, variant="lm")
    >>> round(found.p_value, 4), found.trusted
    (0.8708, False)
    """
    row = _variant(variant)
    spec = one_mean(effects, spec, row.name, 3)
    check(effects)
    if predictor not in get_args(Predictor):
        known = ", ".join(get_args(Predictor))
        raise SpecError(f"predictor must be one of {known}, not {predictor!r}.")
    if row.points is not None:
        if predictor != "sei":
            raise SpecError(f"{row.name} brings its own predictor, {row.predictor}.")
        predictor_name = row.predictor
        y, x, weights = row.points(effects, counts)
        fit = weighted_line(y, x, weights, spec.level)
    else:
        y, x = effects.yi, predictor_of(effects, predictor)
        predictor_name = predictor
        fit = _fit(effects, spec, row, x)
    found = _result(effects, row, predictor_name, fit)
    return replace(found, y=read_only(y), x=read_only(x))


def _variant(code: str) -> Variant:
    if code not in VARIANTS:
        raise SpecError(f"variant must be one of {', '.join(VARIANTS)}, not {code!r}.")
    return VARIANTS[code]


def _fit(effects: Effects, spec: InverseVariance, row: Variant, x: FloatArray) -> LineFit:
    """The line of the variants that take any predictor."""
    if row.code == "lm":
        return weighted_line(effects.yi, x, 1.0 / effects.vi, spec.level)
    if row.code == "thompson-sharp":
        spec = RandomEffects("DL", ci="t", level=spec.level, prediction="none")
    return additive_line(effects, spec, x)


def additive_line(effects: Effects, spec: InverseVariance, x: FloatArray) -> LineFit:
    """A line with variance between studies added to that within them."""
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise DataError("Every study has the same value of the predictor; there is no slope.")
    model = DesignModel(effects.yi, effects.vi, np.column_stack([np.ones(len(x)), x]))
    if isinstance(spec, CommonEffect):
        found = model.fit(0.0)
        lines = [
            wald_line(float(b), float(v), spec.level, "z", None)
            for b, v in zip(found.beta, np.diag(found.cov), strict=True)
        ]
    else:
        try:
            contrasts, _ = fitted(model, spec)
        except ArithmeticError as error:
            raise DataError(
                f"The variances differ too much ({effects.vi.min():.3g} to {effects.vi.max():.3g}) "
                "to fit a line with variance between studies; is one of them a slip?"
            ) from error
        lines = [contrasts.line(pick) for pick in np.eye(2)]
    intercept, slope = (Term(*line) for line in lines)
    return LineFit(intercept, slope, slope.ci.df)


def _result(effects: Effects, row: Variant, predictor: str, fit: LineFit) -> FunnelTest:
    slope, intercept = fit.slope, fit.intercept
    notes = funnel_notes(effects)
    if row.points is None:
        notes += built_in(effects) if predictor == "sei" else ()
    has_limit = row.has_limit and (row.points is not None or predictor in AT_ZERO)
    return FunnelTest(
        variant=row.code,
        predictor=predictor,
        k=len(effects),
        statistic=slope.statistic,
        df=fit.df,
        p_value=slope.p_value,
        slope=slope.estimate,
        intercept=intercept.estimate,
        slope_ci=slope.ci,
        limit=intercept.ci if has_limit else None,
        source=row.source,
        notes=notes,
        slab=effects.slab,
        measure="GEN" if row.code == "harbord" else effects.measure,
    )
