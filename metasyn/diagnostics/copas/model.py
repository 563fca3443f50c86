"""The Copas selection model: a sensitivity analysis of selective publication."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from metasyn.diagnostics.copas.path import contours, path
from metasyn.diagnostics.copas.result import Copas
from metasyn.diagnostics.copas.search import RHO_BOUND, Studies, best, surface
from metasyn.diagnostics.funnel_notes import funnel_notes
from metasyn.diagnostics.heterogeneity_note import heterogeneity_note
from metasyn.diagnostics.least_squares import weighted_line
from metasyn.diagnostics.many_minima import Minimum
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.random_effects.quantiles import chi2_tail, critical
from metasyn.models.specs import RandomEffects

__all__ = ["copas"]

GRID = 20
RAREST = 0.01
"""Probability of publication below which selection is beyond belief."""
NONE_UNPUBLISHED = 10.0
"""gamma0 at which, with gamma1 = 0, all is published (Copas and Shi 2001, p. 256)."""


def copas(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    side: Literal["left", "right"] | None = None,
    alpha: float = 0.10,
) -> Copas:
    """Estimate the mean under more and more selection of small studies.

    The grid, the path through it, the test of residual selection and the choice of the adjusted
    estimate are those of Carpenter et al. and of R's metasens. Where a likelihood has several
    maxima the highest counts (metasens takes the one that its single start leads to), and where rho
    is at its bound it counts as known in standard errors (metasens differentiates across it).

    Parameters
    ----------
    effects
        Estimates and sampling variances of five or more studies.
    spec
        The model of the unadjusted estimate, and the level; :class:`~metasyn.RandomEffects` by
        default. The fan itself is fitted by maximum likelihood.
    side
        Where studies are missing; None: against the slope of Egger's line. rho is held to the sign
        that this means, with and without further selection, so that the two models are nested.
    alpha
        Level of the test of residual selection.

    Raises
    ------
    SpecError
        If the model has moderators, or an argument is out of range.
    DataError
        If there are fewer than five studies or all have the same variance.

    References
    ----------
    Copas 1999, J R Stat Soc A 162:95; Copas and Shi 2000, Biostatistics 1:247, and 2001, Stat
    Methods Med Res 10:251; Carpenter et al. 2009, J Clin Epidemiol 62:624; Schwarzer, Carpenter and
    Rücker 2010, J Clin Epidemiol 63:282.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> yi = [0.05, 0.1, 0.2, 0.3, 0.7, 0.5, 0.9, 1.2]
    >>> found = copas(effects_from(yi, [0.01, 0.01, 0.02, 0.04, 0.1, 0.1, 0.2, 0.3]))
    >>> found.side, bool(found.estimate[-1] < found.estimate[0])
    ('left', True)
    """
    if side not in (None, "left", "right"):
        raise SpecError(f"side must be 'left', 'right' or None, not {side!r}.")
    if not 0.0 < alpha < 1.0:
        raise SpecError(f"alpha must lie between 0 and 1, not {alpha:g}.")
    spec = one_mean(effects, spec, "The Copas selection model", 5)
    check(effects)
    if isinstance(spec, RandomEffects):
        spec = replace(spec, prediction="none", tau2_ci="none")
    studies = Studies.of(effects, side)
    grid0, grid1 = _grid(studies.sei)
    maxima = surface(studies, grid0, grid1)
    heights = maxima[..., 0]
    gamma0, gamma1, notes = _path(studies.scale * heights, grid0, grid1)
    gamma0, gamma1, scarce = _in_order(gamma0, gamma1, studies.sei.max())
    near = _nearest(maxima, (gamma0, gamma1), (grid0, grid1))
    plain, left = _fits(studies, gamma0, gamma1, near)
    se = _standard_errors(plain)
    settled = plain.settled & left.settled
    half, sign, scale = critical(spec.level, None) * se, studies.sign, studies.scale
    estimate = sign * plain.at[:, 0]
    unlikely = ndtr(-(gamma0[:, None] + gamma1[:, None] / studies.sei))
    settled.setflags(write=False)
    pooled = pool(effects, spec)
    mixed = heterogeneity_note(pooled, "Its reasons may look like selection to the model.")
    against = (*funnel_notes(effects), _SENSITIVITY, *mixed)
    return Copas(
        k=len(effects),
        pooled=pooled,
        side="left" if sign > 0.0 else "right",
        grid_gamma0=read_only(grid0),
        grid_gamma1=read_only(grid1 * scale),
        contour=read_only(sign * scale * heights),
        gamma0=read_only(gamma0),
        gamma1=read_only(gamma1 * scale),
        probability=read_only(ndtr(gamma0 + gamma1 / studies.sei.max())),
        estimate=read_only(scale * estimate),
        se=read_only(scale * se),
        ci_low=read_only(scale * (estimate - half)),
        ci_high=read_only(scale * (estimate + half)),
        rho=read_only(np.append(np.nan, sign * plain.at[1:, 1] + 0.0)),
        tau=read_only(scale * np.sqrt(plain.at[:, 2])),
        residual_p=read_only(
            [chi2_tail(2.0 * max(0.0, gain), 1.0) for gain in (plain.value - left.value).tolist()]
        ),
        unpublished=read_only((unlikely / (1.0 - unlikely)).sum(axis=1)),
        settled=settled,
        alpha=alpha,
        level=spec.level,
        notes=(*against, *notes, *scarce, *_trouble(plain, settled, se)),
    )


_SENSITIVITY = Note(
    "copas-sensitivity",
    "The data cannot tell how much is unpublished: read the fan as a whole; no row of it is the "
    "answer.",
)


def _grid(sei: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Parameters of selection from next to none to a great deal (Carpenter et al. 2009)."""
    most = 1.29 / (1.0 / sei.min() - 1.0 / sei.max())
    return np.linspace(-0.25 - most / sei.max(), 2.0, GRID), np.linspace(0.0, most, GRID)


def _path(
    heights: FloatArray, grid0: FloatArray, grid1: FloatArray
) -> tuple[FloatArray, FloatArray, tuple[Note, ...]]:
    """Parameters of selection along the fan, none at all in front."""
    points = path(contours(heights))
    notes: tuple[Note, ...] = ()
    if not len(points):
        message = (
            "The estimate has no straight contours over the parameters of selection; the fan goes "
            "along the diagonal of the grid."
        )
        notes = (Note("copas-no-contours", message),)
        points = np.repeat(np.linspace(1.0, 0.0, 9), 2).reshape(-1, 2)
    gamma0 = grid0[0] + points[:, 0] * (grid0[-1] - grid0[0])
    gamma1 = grid1[0] + points[:, 1] * (grid1[-1] - grid1[0])
    return np.append(NONE_UNPUBLISHED, gamma0), np.append(0.0, gamma1), notes


def _in_order(
    gamma0: FloatArray, gamma1: FloatArray, largest: float
) -> tuple[FloatArray, FloatArray, tuple[Note, ...]]:
    """From no selection to the most that is likely at all."""
    probability = ndtr(gamma0 + gamma1 / largest)
    order = np.argsort(-probability, kind="stable")
    order = order[probability[order] >= RAREST]
    notes: tuple[Note, ...] = ()
    if len(order) < len(gamma0):
        message = (
            f"{len(gamma0) - len(order)} rows are left out at which the study with the largest "
            f"standard error would be published with a probability below {RAREST:g}."
        )
        notes = (Note("copas-hardly-published", message),)
    return gamma0[order], gamma1[order], notes


def _fits(
    studies: Studies, gamma0: FloatArray, gamma1: FloatArray, near: FloatArray
) -> tuple[Minimum, Minimum]:
    """The model along the fan, and with further selection by standard error.

    ``near``: where the maxima are at points of the grid that are near, shape (rows, 3).
    """
    count = len(gamma0)
    starts = np.append(np.tile(studies.starts(), (count, 1, 1)), near[:, None], axis=1)
    plain = best(studies, gamma0, gamma1, starts)
    slope = weighted_line(studies.yi, studies.sei, studies.sei**-2.0, 0.95).slope.estimate
    further = np.append(starts, plain.at[:, None], axis=1)
    beta = np.zeros((count, further.shape[1], 1))
    beta[:, : starts.shape[1]] = slope
    left = best(studies, gamma0, gamma1, np.concatenate([further, beta], axis=2))
    return plain, left


def _nearest(
    maxima: FloatArray, at: tuple[FloatArray, FloatArray], grids: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """The maxima at the points of the grid that are nearest to these, shape (rows, 3)."""
    rows = (
        np.abs(values[:, None] - grid).argmin(axis=1)
        for values, grid in zip(at, grids, strict=True)
    )
    nearest: FloatArray = maxima[tuple(rows)]
    return nearest


def _standard_errors(found: Minimum) -> FloatArray:
    """Of the mean, from the information of the parameters off their bounds.

    NaN where it is not positive, and where rho is at its bound with tau 0: there the likelihood
    has an edge, and its curvature says nothing.
    """
    errors = np.full(len(found.at), np.nan)
    edge = (found.at[:, 1] >= RHO_BOUND) & (found.at[:, 2] <= 0.0)
    for i, free in enumerate(found.free):
        # without selection rho plays no part
        used = free & np.array([True, i > 0, True])
        information = found.curvature[i][np.ix_(used, used)]
        if not edge[i] and np.linalg.eigvalsh(information)[0] > 0.0:
            errors[i] = np.sqrt(np.linalg.inv(information)[0, 0])
    return errors


def _trouble(plain: Minimum, settled: npt.NDArray[np.bool_], se: FloatArray) -> tuple[Note, ...]:
    """Rows that should be read with care."""
    notes = []
    if not settled.all():
        message = f"Rows of the fan that did not settle: {int((~settled).sum())}."
        notes.append(Note("copas-unsettled", message))
    if np.isnan(se).any():
        message = f"Rows of the fan without a standard error: {int(np.isnan(se).sum())}."
        notes.append(Note("copas-no-standard-error", message))
    if (plain.at[1:, 1] >= RHO_BOUND).any():
        message = (
            f"rho lies at its bound ({RHO_BOUND}) in places; standard errors there take it as "
            "known and are too small."
        )
        notes.append(Note("copas-rho-at-bound", message))
    if len(plain.at) > 1 and (plain.at[1:, 1] <= 0.0).all():
        message = "rho is 0 everywhere: no selection on this side is visible in the data."
        notes.append(Note("copas-no-selection", message))
    return tuple(notes)
