"""Poisson-normal models of events over person-time, one arm or two."""

from __future__ import annotations

from dataclasses import replace

from metasyn.effects.effect_sizes import effect_sizes
from metasyn.effects.person_time import PersonTime, TwoArmPersonTime
from metasyn.errors import Note, SpecError
from metasyn.models.results import Pooled
from metasyn.models.specs import PoissonNormal
from metasyn.models.tables import StudyEffects, study_effects, zero_rate_notes
from metasyn.models.two_arm_glmm.designs import FATES, one_arm_rates, two_arm_rates
from metasyn.models.two_arm_glmm.inference import infer
from metasyn.models.two_arm_glmm.pool import pooled_from

__all__ = ["pool_person_time"]

_NOT_TESTED = Note(
    "no-test", "A rate of one event a unit of time is no hypothesis: nothing is tested."
)


def pool_person_time(data: PersonTime | TwoArmPersonTime, spec: PoissonNormal) -> Pooled:
    """Pool event rates on their likelihood, without any correction of zero events.

    Maximum likelihood by adaptive Gauss-Hermite quadrature. Given the events of both arms, those of
    the treated arm are exactly binomial, so that CM.EL needs no approximation (Stijnen, Hamza &
    Ozdemir 2010, Statistics in Medicine 29:3046-3067, section 4).

    Parameters
    ----------
    data
        Events over person-time.
    spec
        Model and interval; ``model`` belongs to two arms.

    Returns
    -------
    Pooled
        Log rate (``IRLN``) of one arm, log rate ratio (``IRR``) of two.

    Raises
    ------
    SpecError
        If a two-arm model is asked of one arm.
    DataError
        If no study has an event in two arms.

    Examples
    --------
    >>> from metasyn.effects.person_time import person_time
    >>> data = person_time(xi=[7, 8, 3, 6], ti=[1344, 1600, 12012, 1988])
    >>> round(pool_person_time(data, PoissonNormal()).estimate, 4)
    -6.1953
    """
    if isinstance(data, PersonTime):
        if spec.model is not None:
            raise SpecError(f"model={spec.model!r} is for two arms (x1i, t1i, x2i, t2i).")
        design = one_arm_rates(data)
        own = effect_sizes("IRLN", xi=data.xi, ti=data.ti)
        effects = StudyEffects(own.yi, own.vi, design.used)
        inference = infer(design, spec.interval, spec.level)
        notes = (*data.notes, _NOT_TESTED)
        pooled = pooled_from((spec, data, "IRLN"), design, inference, effects, notes)
        return replace(pooled, statistic=None, p_value=None)
    model = spec.model or "UM.FS"
    design = two_arm_rates(data, model)
    inference = infer(design, spec.interval, spec.level)
    notes = (*data.notes, *zero_rate_notes(data, FATES[model]))
    if spec.model is None:
        notes = (*notes, Note("default-model", "Two arms and no model named: UM.FS was fitted."))
    own_ratios = study_effects(data, "IRR")
    return pooled_from((spec, data, "IRR"), design, inference, own_ratios, notes)
