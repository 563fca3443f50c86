"""The likelihood of tau2 with the coefficients profiled out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.refit import linear_model
from metasyn.effects.arrays import FloatArray, as_floats, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.random_effects.fitting import fitted
from metasyn.models.random_effects.search import likelihood_maximum, log_likelihood
from metasyn.models.random_effects.tau2_interval import profile_likelihood as tau2_limits
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ProfileLikelihood", "profile_likelihood"]

POINTS = 201
BEYOND = 1.25
"""How far the grid reaches past the upper limit."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ProfileLikelihood:
    """The log-likelihood over values of tau2.

    Parameters
    ----------
    tau2, log_likelihood
        The curve, shape (n,); tau2 ascends.
    restricted
        Whether it is the restricted likelihood.
    estimate, at_estimate
        The estimate of tau2 that the specification asks for, and the curve there.
    maximum, highest
        Where the curve is highest, and how high it is.
    ci
        Values of tau2 that a likelihood-ratio test does not reject.
    k
        Number of studies.
    notes
        What a reader has to know.
    """

    tau2: FloatArray
    log_likelihood: FloatArray
    restricted: bool
    estimate: float
    at_estimate: float
    maximum: float
    highest: float
    ci: Interval
    k: int
    notes: tuple[Note, ...] = ()

    @property
    def limit(self) -> float:
        """Height of the curve at the ends of the interval."""
        from scipy.special import chdtri

        return self.highest - 0.5 * float(chdtri(1.0, 1.0 - self.ci.level))

    def to_frame(self) -> pd.DataFrame:
        """One row a point of the curve: ``tau2 log_likelihood``."""
        import pandas as pd

        return pd.DataFrame({"tau2": self.tau2, "log_likelihood": self.log_likelihood})

    def summary(self) -> str:
        """Where the likelihood is highest, and the interval."""
        kind = "Restricted likelihood" if self.restricted else "Likelihood"
        lines = [
            f"{kind} of tau2, {self.k} studies: highest at {self.maximum:.4f}, "
            f"{100 * self.ci.level:g}% interval [{self.ci.low:.4f}, {self.ci.high:.4f}]"
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def profile_likelihood(
    effects: Effects, spec: RandomEffects | None = None, *, tau2: npt.ArrayLike | None = None
) -> ProfileLikelihood:
    """Log-likelihood of tau2, the coefficients at their best for every value.

    The likelihood is the restricted one where the specification has REML, and the full one with
    every other estimator.

    Parameters
    ----------
    effects
        Estimates and sampling variances, more than coefficients.
    spec
        The model, with or without moderators; :class:`~metasyn.RandomEffects` by default.
    tau2
        Values, not negative; None: from 0 to beyond the upper limit of the interval.

    Raises
    ------
    SpecError
        If the model has no tau2.
    DataError
        If there are too few studies, or a value is negative.

    References
    ----------
    Hardy and Thompson 1996, Stat Med 15:619; Viechtbauer 2007, Stat Med 26:37.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = profile_likelihood(effects_from([0.1, 0.2, 0.1, 2.0], [0.02, 0.04, 0.03, 0.03]))
    >>> round(found.maximum, 3), round(found.ci.low, 3), round(found.ci.high, 3)
    (0.844, 0.217, 7.59)
    """
    spec = RandomEffects() if spec is None else spec
    if not isinstance(spec, RandomEffects):
        raise SpecError(f"A {type(spec).__name__} has no tau2; profile a RandomEffects model.")
    model, _ = linear_model(effects, spec)
    if model.k <= model.p:
        raise DataError(f"{model.k} studies tell nothing of tau2; it takes at least {model.p + 1}.")
    restricted = spec.tau2 == "REML"
    estimate = fitted(model, spec)[0].tau2
    maximum = likelihood_maximum(model, restricted=restricted)
    ci, notes = tau2_limits(model, spec.level, maximum, restricted=restricted)
    assert ci is not None  # noqa: S101 - the maximum is always inside
    high = BEYOND * max(ci.high, estimate)
    grid = np.linspace(0.0, high, POINTS) if tau2 is None else np.sort(as_floats("tau2", tau2))
    if not (np.isfinite(grid).all() and (grid >= 0.0).all()):
        raise DataError("Values of tau2 must be finite and not negative.")

    def height(value: float) -> float:
        return log_likelihood(model, value, restricted=restricted)

    return ProfileLikelihood(
        tau2=read_only(grid),
        log_likelihood=read_only([height(value) for value in grid.tolist()]),
        restricted=restricted,
        estimate=estimate,
        at_estimate=height(estimate),
        maximum=maximum,
        highest=height(maximum),
        ci=ci,
        k=model.k,
        notes=(*effects.notes, *notes),
    )
