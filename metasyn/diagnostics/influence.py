"""How much each study moves the fit: outliers, leverage, influence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.refit import LeftOut, left_out
from metasyn.diagnostics.take import InverseVariance
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.random_effects.model import Model
from metasyn.models.specs import CommonEffect, RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Influence", "influence", "influence_of"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Influence:
    """Diagnostics of every study, shape (k,) each.

    Parameters
    ----------
    slab
        Study labels.
    terms
        Names of the coefficients.
    rstudent
        Externally standardised residual: the study against the fit without it. With Hartung and
        Knapp's inference its variance carries their factor too, as metafor's.
    dffits
        Change of the study's fitted value by leaving it out, in standard errors.
    cook_d
        Squared Mahalanobis distance of the coefficients with and without the study.
    cov_r
        Determinant of the coefficients' covariance without the study, over that with it.
    tau2_del, q_del
        tau2 and Cochran's Q without the study.
    tau2, q
        The same of all studies.
    hat
        Leverage.
    weight
        Share of the weights.
    dfbetas
        Change of every coefficient in standard errors, shape (k, p).
    flagged
        Studies that pass a cut-off of :func:`influence`.
    notes
        What a reader has to know.
    """

    slab: tuple[str, ...]
    terms: tuple[str, ...]
    rstudent: FloatArray
    dffits: FloatArray
    cook_d: FloatArray
    cov_r: FloatArray
    tau2_del: FloatArray
    q_del: FloatArray
    tau2: float
    q: float
    hat: FloatArray
    weight: FloatArray
    dfbetas: FloatArray
    flagged: npt.NDArray[np.bool_]
    notes: tuple[Note, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a study; the columns of ``dfbetas`` are named ``dfbetas_<term>``."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in ("slab", *_COLUMNS)}
        changes = {f"dfbetas_{t}": c for t, c in zip(self.terms, self.dfbetas.T, strict=True)}
        return pd.DataFrame({**columns, **changes, "flagged": self.flagged})

    def summary(self) -> str:
        """Which studies are flagged, and the largest residual."""
        flagged = [label for label, is_so in zip(self.slab, self.flagged, strict=True) if is_so]
        lines = [
            f"Influence of {len(self.slab)} studies; influential: {', '.join(flagged) or 'none'}"
        ]
        if not np.isnan(self.rstudent).all():
            far = int(np.nanargmax(np.abs(self.rstudent)))
            lines.append(
                f"Largest studentised residual: {self.rstudent[far]:.3f} ({self.slab[far]})"
            )
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


_COLUMNS = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "weight")


def influence(effects: Effects, spec: InverseVariance | None = None) -> Influence:
    """Diagnostics of outliers and influence, each study left out in turn.

    A study is flagged if ``|dffits| > 3 sqrt(p / (k - p))``, if Cook's distance passes the median
    of chi-squared with p degrees of freedom, if ``hat > 3 p / k``, or if any ``|dfbetas| > 1``.

    Parameters
    ----------
    effects
        Estimates and sampling variances, at least p + 2 studies.
    spec
        The model, with or without moderators; :class:`~metasyn.RandomEffects` by default.
        Covariances are those of its tests (scaled with Hartung and Knapp's).

    Raises
    ------
    SpecError
        If the model is no inverse-variance model.
    DataError
        If there are too few studies, or the coefficients cannot be told without one of them.

    References
    ----------
    Viechtbauer and Cheung 2010, Res Synth Methods 1:112.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = influence(effects_from([0.1, 0.2, 0.1, 2.0], [0.02, 0.04, 0.03, 0.03]))
    >>> found.flagged.tolist()
    [False, False, False, True]
    """
    spec = RandomEffects() if spec is None else spec
    if not isinstance(spec, RandomEffects | CommonEffect):
        raise SpecError(
            f"influence takes RandomEffects or CommonEffect, not {type(spec).__name__}."
        )
    return influence_of(effects, left_out(effects, spec))


def influence_of(effects: Effects, fits: LeftOut) -> Influence:
    """The same from fits that are made already.

    Parameters
    ----------
    effects, fits
        The studies, and the model fitted with all and without each of them.

    Raises
    ------
    DataError
        As :func:`influence` does.
    """
    model = fits.model
    if model.k < model.p + 2:
        raise DataError(
            f"influence takes at least {model.p + 2} studies for {model.p} coefficients, not "
            f"{model.k}."
        )
    whole = fits.whole
    hat = read_only(whole.weights * _squares(model, _inverse(model, whole.weights)))
    columns = _columns(fits, hat)
    return Influence(
        slab=effects.slab,
        terms=fits.terms,
        **columns,
        tau2=whole.tau2,
        q=whole.q,
        hat=hat,
        weight=read_only(whole.weights / whole.weights.sum()),
        flagged=_flags(columns, hat, model),
        notes=(*effects.notes, *_undefined(columns)),
    )


def _undefined(columns: dict[str, FloatArray]) -> tuple[Note, ...]:
    """A note where a column has no value."""
    gone = [name for name, column in columns.items() if not np.isfinite(column).all()]
    if not gone:
        return ()
    message = (
        f"{', '.join(gone)}: no value where the studies that are left agree to the last digit, so "
        "that the fit has no error to measure by."
    )
    return (Note("exact-fit", message),)


def _columns(fits: LeftOut, hat: FloatArray) -> dict[str, FloatArray]:
    """Every study's fit without it, compared with the fit with it."""
    model, whole, less = fits.model, fits.whole, fits.less
    beta = np.array([fit.beta for fit in less])
    cov = np.array([fit.cov for fit in less])
    tau2 = np.array([fit.tau2 for fit in less])
    factor = np.array([fit.factor for fit in less])
    change, spread = whole.beta - beta, model.vi + tau2
    moved = np.einsum("kp,kp->k", model.design, change)
    with np.errstate(divide="ignore", invalid="ignore"):
        dfbetas = change / np.sqrt(factor[:, None] * _scales(model, tau2))
        dffits = moved / np.sqrt(factor * hat * spread)
        cov_r = np.linalg.det(cov) / np.linalg.det(whole.cov)
        residual = model.yi - np.einsum("kp,kp->k", model.design, beta)
        rstudent = residual / np.sqrt(factor * spread + _squares(model, cov))
    columns = {
        "rstudent": rstudent,
        "dffits": dffits,
        "cook_d": _distances(change, whole.cov),
        "cov_r": cov_r,
        "tau2_del": tau2,
        "q_del": np.array([fit.q for fit in less]),
        "dfbetas": dfbetas,
    }
    return {name: read_only(column) for name, column in columns.items()}


def _distances(change: FloatArray, cov: FloatArray) -> FloatArray:
    """Squared Mahalanobis lengths; NaN where the covariance is 0."""
    if not np.diag(cov).all():
        return np.full(len(change), math.nan)
    return np.asarray((change * np.linalg.solve(cov, change.T).T).sum(axis=1))


def _inverse(model: Model, weights: FloatArray) -> FloatArray:
    """(X'WX)^-1."""
    X = model.design
    return np.asarray(np.linalg.inv(X.T @ (X * weights[:, None])))


def _scales(model: Model, tau2: FloatArray) -> FloatArray:
    """Diagonals of (X'WX)^-1 of all studies at each tau2, shape (len(tau2), p)."""
    diagonals = [np.diag(_inverse(model, 1.0 / (model.vi + value))) for value in tau2]
    return np.array(diagonals)


def _squares(model: Model, matrices: FloatArray) -> FloatArray:
    """The form x'Mx of every study, with one matrix for all or one each."""
    X = model.design
    which = "ij" if matrices.ndim == 2 else "kij"
    squares: FloatArray = np.einsum(f"ki,{which},kj->k", X, matrices, X)
    return squares


def _flags(columns: dict[str, FloatArray], hat: FloatArray, model: Model) -> npt.NDArray[np.bool_]:
    """Studies past a cut-off."""
    from scipy.special import chdtr

    k, p = model.k, model.p
    flagged: npt.NDArray[np.bool_] = (
        (np.abs(columns["dffits"]) > 3.0 * math.sqrt(p / (k - p)))
        | (chdtr(p, columns["cook_d"]) > 0.5)
        | (hat > 3.0 * p / k)
        | (np.abs(columns["dfbetas"]) > 1.0).any(axis=1)
    )
    flagged.setflags(write=False)
    return flagged
