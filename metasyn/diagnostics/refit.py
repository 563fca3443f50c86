"""A model fitted to all studies and to some of them, with one design matrix for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance, spec_of, without
from metasyn.effects.arrays import FloatArray
from metasyn.effects.effects import Effects
from metasyn.errors import DataError
from metasyn.models.random_effects.design import design_of
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.mean_model import MeanModel
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.pooling import check
from metasyn.models.specs import RandomEffects

__all__ = ["LeftOut", "Refit", "left_out", "linear_model", "refit"]


@dataclass(frozen=True, eq=False, slots=True)
class Refit:
    """A fitted linear model.

    Parameters
    ----------
    model
        The studies in it.
    beta, cov
        Coefficients and their covariance as the tests use it, shapes (p,) and (p, p).
    tau2
        Variance between studies; 0 in a common-effect model.
    factor
        What the covariance is multiplied by (Hartung and Knapp's), else 1.
    q
        Cochran's Q of what the model leaves.
    weights
        Weights of the studies, shape (k,).
    """

    model: Model
    beta: FloatArray
    cov: FloatArray
    tau2: float
    factor: float
    q: float
    weights: FloatArray


@dataclass(frozen=True, eq=False)
class LeftOut:
    """A model fitted with all studies and without each of them, when asked for.

    Parameters
    ----------
    model, terms
        The studies, and the names of the coefficients.
    spec
        The model.
    slab
        Study labels, for messages.
    """

    model: Model
    terms: tuple[str, ...]
    spec: InverseVariance
    slab: tuple[str, ...]

    @cached_property
    def whole(self) -> Refit:
        """With all studies."""
        return refit(self.model, self.spec, range(self.model.k))

    @cached_property
    def less(self) -> tuple[Refit, ...]:
        """Without each study in turn."""
        k = self.model.k
        return tuple(
            refit(self.model, self.spec, without(k, i), f"Without {label}, ")
            for i, label in enumerate(self.slab)
        )


def left_out(effects: Effects, spec: InverseVariance) -> LeftOut:
    """The fits with all studies and without each of them; none is made before it is asked for.

    Raises
    ------
    DataError, SpecError
        If the numbers or the moderators cannot be used.
    """
    return LeftOut(*linear_model(effects, spec), spec, effects.slab)


def linear_model(effects: Effects, spec: InverseVariance) -> tuple[Model, tuple[str, ...]]:
    """The studies with their design matrix, and the names of the coefficients.

    Raises
    ------
    DataError, SpecError
        If the numbers or the moderators cannot be used.
    """
    check(effects)
    if spec.moderators is None:
        return MeanModel(effects.yi, effects.vi), ("Intercept",)
    design = design_of(spec.moderators, effects)
    return DesignModel(effects.yi, effects.vi, design.matrix), design.terms


def refit(model: Model, spec: InverseVariance, rows: Sequence[int], why: str = "") -> Refit:
    """Fit the model to the studies in these rows.

    Parameters
    ----------
    model
        All studies.
    spec
        The model.
    rows
        Positions of the studies that take part.
    why
        Who is left out, for messages.

    Raises
    ------
    DataError
        If these studies alone cannot tell the coefficients.
    """
    index = np.asarray(rows, dtype=np.intp)
    some = _rows(model, index, why)
    q = some.q_and_slope(0.0)[0]
    if isinstance(spec, RandomEffects):
        chosen = spec_of(spec, rows)
        assert isinstance(chosen, RandomEffects)  # noqa: S101
        found, _ = fitted(some, chosen)
        user = chosen.weights
        weights = 1.0 / (some.vi + found.tau2) if user is None else np.array(user)
        factor = found.scale.factor
        return Refit(some, found.beta, found.covariance, found.tau2, factor, q, weights)
    fit = some.fit(0.0)
    return Refit(some, fit.beta, fit.cov, 0.0, 1.0, q, 1.0 / some.vi)


def _rows(model: Model, index: npt.NDArray[np.intp], why: str) -> Model:
    """The studies in these rows, if they can tell the coefficients."""
    yi, vi = model.yi[index], model.vi[index]
    if isinstance(model, MeanModel):
        return MeanModel(yi, vi)
    matrix = model.design[index]
    if len(index) <= model.p or np.linalg.matrix_rank(matrix) < model.p:
        raise DataError(f"{why}the coefficients cannot be told apart; use a simpler model.")
    return DesignModel(yi, vi, matrix)
