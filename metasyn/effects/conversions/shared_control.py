"""Covariance of comparisons that share a control group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray, as_floats, read_only
from metasyn.errors import DataError, SpecError

__all__ = ["shared_control_matrix"]

Control = Mapping[str, float]


class _Part(NamedTuple):
    """The control group's part of a sampling variance, and what it is made of."""

    needs: tuple[str, ...]
    variance: Callable[[Control], float]


def shared_control_matrix(
    measure: str, vi: npt.ArrayLike, control: Control, yi: npt.ArrayLike | None = None
) -> FloatArray:
    """Sampling covariance matrix of several comparisons with one control group.

    Two comparisons vary together as far as their common control does. With this matrix each may
    use the whole control group, which is better than splitting it (:func:`split_control`).

    Parameters
    ----------
    measure
        OR, RR, RD, AS, MD, ROM, IRR or SMD.
    vi
        Sampling variances of the comparisons, shape (k,).
    control
        What is known of the control group, by metafor's names: ``ci`` events and ``n2i`` patients
        (OR, RR, RD; AS: ``n2i``), ``x2i`` events (IRR), ``sd2i`` and ``n2i`` (MD; ROM with the
        mean ``m2i``), ``n2i`` and ``ni``, the patients of all arms (SMD). Where 0.5 was added to
        the tables, it is added here too.
    yi
        Estimates, shape (k,); SMD only.

    Returns
    -------
    ndarray, shape (k, k)
        ``vi`` on its diagonal.

    Raises
    ------
    SpecError
        If the measure has no such matrix.
    DataError
        If numbers are missing or impossible, or the matrix is not positive definite: the variances
        and the control do not belong together.

    Notes
    -----
    The covariance is the control's part of the variance: 1/c + 1/d (OR), 1/c - 1/n (RR),
    p(1 - p)/n (RD), 1/(4n) (AS), SD^2/n (MD), SD^2/(n m^2) (ROM), 1/x (IRR) and, for SMD,
    1/n + y y'/(2N). Source: Gleser & Olkin 2009, in Cooper, Hedges & Valentine (eds), The Handbook
    of Research Synthesis, 2nd edition, chapter 19, pages 359-367.

    Examples
    --------
    >>> shared_control_matrix("MD", vi=[0.5, 0.7], control={"sd2i": 4, "n2i": 64})
    array([[0.5 , 0.25],
           [0.25, 0.7 ]])
    """
    if measure not in _PARTS:
        raise SpecError(f"measure is {measure!r}; it must be one of {', '.join(_PARTS)}.")
    part = _PARTS[measure]
    missing = [name for name in part.needs if not np.isfinite(control.get(name, np.nan))]
    if missing:
        raise DataError(f"{measure} needs {', '.join(missing)} of the control group.")
    wrong = [name for name in part.needs if name not in {"ci", "m2i"} and control[name] <= 0]
    if wrong:
        raise DataError(f"{wrong[0]} of the control group is {control[wrong[0]]:g}.")
    variances = as_floats("vi", vi)
    matrix = np.full((len(variances),) * 2, part.variance(control))
    if measure == "SMD":
        estimates = as_floats("yi", [] if yi is None else yi)
        if len(estimates) != len(variances):
            raise DataError("SMD needs yi, one estimate a comparison.")
        matrix = matrix + estimates[:, None] * estimates / (2 * control["ni"])
    np.fill_diagonal(matrix, variances)
    if not np.isnan(matrix).any() and np.linalg.eigvalsh(matrix)[0] <= 0:
        raise DataError(
            "The matrix is not positive definite: the variances are too small for this control "
            "group."
        )
    return read_only(matrix)


def _odds(control: Control) -> float:
    events, rest = _table(control, least=0.0)
    return 1 / events + 1 / rest


def _risk(control: Control) -> float:
    events, rest = _table(control, least=0.0)
    return 1 / events - 1 / (events + rest)


def _difference(control: Control) -> float:
    events, rest = _table(control, least=-1.0)
    return events * rest / (events + rest) ** 3


def _table(control: Control, least: float) -> tuple[float, float]:
    """Events and non-events, both above ``least``."""
    events, rest = control["ci"], control["n2i"] - control["ci"]
    if min(events, rest, 0.0) < 0 or min(events, rest) <= least:
        raise DataError(
            f"{events:g} events among {control['n2i']:g} controls; where 0.5 was added to the "
            "tables, add it here too."
        )
    return events, rest


_PARTS: Mapping[str, _Part] = {
    "OR": _Part(("ci", "n2i"), _odds),
    "RR": _Part(("ci", "n2i"), _risk),
    "RD": _Part(("ci", "n2i"), _difference),
    "AS": _Part(("n2i",), lambda c: 1 / (4 * c["n2i"])),
    "MD": _Part(("sd2i", "n2i"), lambda c: c["sd2i"] ** 2 / c["n2i"]),
    "ROM": _Part(("m2i", "sd2i", "n2i"), lambda c: (c["sd2i"] / c["m2i"]) ** 2 / c["n2i"]),
    "IRR": _Part(("x2i",), lambda c: 1 / c["x2i"]),
    "SMD": _Part(("n2i", "ni"), lambda c: 1 / c["n2i"]),
}
