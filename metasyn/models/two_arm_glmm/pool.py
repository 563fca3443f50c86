"""Two-arm models of 2x2 tables, and the result that all count models of this package share."""

from __future__ import annotations

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.counts import TwoArmCounts
from metasyn.errors import Note, SpecError
from metasyn.models.results import Data, Pooled
from metasyn.models.specs import BinomialNormal, PoissonNormal
from metasyn.models.tables import StudyEffects, study_effects, zero_notes
from metasyn.models.two_arm_glmm.designs import FATES, Design, two_arm_tables
from metasyn.models.two_arm_glmm.fit import Likelihood, maximise
from metasyn.models.two_arm_glmm.inference import Inference, infer
from metasyn.models.wald import ChiSquared, chi_squared

__all__ = ["pool_two_arm", "pooled_from"]

_Q_NOTE = Note(
    "q-likelihood-ratio",
    "Q is the likelihood-ratio test against a model with an effect of its own for every study.",
)
_DEFAULT_NOTE = Note("default-model", "Two arms and no model named: UM.FS was fitted.")


def pool_two_arm(data: TwoArmCounts, spec: BinomialNormal) -> Pooled:
    """Pool 2x2 tables on their likelihood, without any correction of empty cells.

    Maximum likelihood by adaptive Gauss-Hermite quadrature (41 to 101 nodes; 25 to 51 in each of
    the two dimensions of UM.RS, for which metafor has Laplace's approximation alone). ``se`` comes
    from the full observed information. Weights are those of the studies' conditional information I
    at the estimate, 1 / (1/I + tau2); I2 and H2 are metafor's.

    Parameters
    ----------
    data
        2x2 tables.
    spec
        ``model`` UM.FS (also where None), UM.RS, CM.EL or CM.AL; ``interval`` ``auto`` is
        ``wald-t`` from three informative studies on and ``profile`` below.

    Returns
    -------
    Pooled
        Log odds ratio. Under separation the estimate is infinite and the interval half-open.

    Raises
    ------
    SpecError
        If the interval is ``integrated``.
    DataError
        If no study informs the odds ratio.

    Examples
    --------
    >>> from metasyn.effects.counts import counts
    >>> tables = counts(ai=[0, 1, 2], bi=[116, 43, 206], ci=[3, 3, 9], di=[114, 32, 186])
    >>> pooled = pool_two_arm(tables, BinomialNormal(model="CM.EL"))
    >>> round(pooled.estimate, 4), pooled.tau2
    (-1.7385, 0.0)
    """
    if spec.interval == "integrated":
        raise SpecError("interval='integrated' is for one arm; two arms take wald or profile.")
    model = spec.model or "UM.FS"
    design = two_arm_tables(data, model)
    inference = infer(design, spec.interval, spec.level)
    notes = (*data.notes, *zero_notes(data, FATES[model]))
    if spec.model is None:
        notes = (*notes, _DEFAULT_NOTE)
    own = study_effects(data, "OR")
    return pooled_from((spec, data, "OR"), design, inference, own, notes)


def pooled_from(
    asked: tuple[BinomialNormal | PoissonNormal, Data, str],
    design: Design,
    inference: Inference,
    own: StudyEffects,
    notes: tuple[Note, ...],
) -> Pooled:
    """Put a result together.

    Parameters
    ----------
    asked
        Specification, data and measure.
    design, inference
        The model and what it says.
    own
        The studies' own effects, for I2 and H2.
    notes
        Of the data.
    """
    spec, data, measure = asked
    spread = _likelihood_ratio_q(design, inference)
    typical = _typical_variance(own)
    tau2 = inference.tau2
    i2, h2 = None, None
    if tau2 is not None and typical is not None:
        i2, h2 = tau2 / (tau2 + typical), tau2 / typical + 1
    return Pooled(
        spec=spec,
        data=data,
        measure=measure,
        k=len(data),
        estimate=inference.estimate,
        se=inference.se,
        statistic=inference.test.statistic,
        p_value=inference.test.p_value,
        ci=inference.test.ci,
        prediction=inference.prediction,
        tau2=tau2,
        tau2_se=inference.tau2_se,
        tau2_ci=inference.tau2_ci,
        i2=i2,
        h2=h2,
        q=spread.statistic,
        q_p=spread.p_value,
        weights=_weights(design, inference.estimate, tau2 or 0.0),
        log_likelihood=inference.fit.value,
        notes=(*notes, *inference.notes, _Q_NOTE),
    )


def _likelihood_ratio_q(design: Design, inference: Inference) -> ChiSquared:
    likelihood = design.likelihood
    df = int(design.used.sum()) - 1
    if df == 0:
        return ChiSquared(0.0, 0, 1.0)
    common = inference.fit.value
    if not design.direction:
        common = maximise(likelihood, {likelihood.shared: 0.0}).value
    saturated = design.saturated
    if isinstance(saturated, Likelihood):
        saturated = maximise(saturated).value
    return chi_squared(max(0.0, 2 * (saturated - common)), df)


def _typical_variance(own: StudyEffects) -> float | None:
    """Typical sampling variance as in metafor, (k - 1) / tr(P)."""
    if len(own.yi) < 2:
        return None
    w = 1 / own.vi
    return float((len(w) - 1) / (w.sum() - (w**2).sum() / w.sum()))


def _weights(design: Design, estimate: float, tau2: float) -> FloatArray:
    row = design.information
    centre = estimate if np.isfinite(estimate) else 0.0
    eta = np.broadcast_to(centre + row.offset, (int(design.informative.sum()),))
    information = row.family.at(eta[:, None]).curvature[:, 0]
    weights = np.zeros(len(design.informative))
    weights[design.informative] = information / (1 + tau2 * information)
    return read_only(weights / weights.sum())
