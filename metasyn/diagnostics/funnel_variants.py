"""The variants of Egger's test: one table of code, source and the points of the regression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, as_floats
from metasyn.effects.counts import TwoArmCounts
from metasyn.effects.effects import Effects
from metasyn.errors import DataError

__all__ = ["VARIANTS", "Points", "Predictor", "Variant", "predictor_of"]

Predictor = Literal["sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"]


class Points(NamedTuple):
    """What is regressed on what, with which weights, shape (k,) each."""

    y: FloatArray
    x: FloatArray
    weights: FloatArray


@dataclass(frozen=True, slots=True)
class Variant:
    """A row of the table of variants.

    Parameters
    ----------
    code, name, source
        For programs, for people, and where it was proposed.
    predictor
        What the effects are regressed on, where the variant says it.
    points
        From effects and 2x2 tables to the points of a weighted line; None where effects are
        regressed on a predictor of the user's.
    has_limit
        Whether the intercept is the effect of an infinitely large study.
    """

    code: str
    name: str
    source: str
    predictor: str = ""
    points: Callable[[Effects, TwoArmCounts | None], Points] | None = None
    has_limit: bool = True


def predictor_of(effects: Effects, predictor: Predictor) -> FloatArray:
    """Values of a predictor, shape (k,).

    Raises
    ------
    DataError
        If sample sizes are needed and not known.
    """
    if predictor == "sei":
        return np.sqrt(effects.vi)
    if predictor == "vi":
        return effects.vi
    if effects.ni is None or not np.isfinite(effects.ni).all():
        raise DataError(f"Predictor {predictor} needs the sample size (ni) of every study.")
    ni = effects.ni
    values = {"ni": ni, "ninv": 1.0 / ni, "sqrtni": np.sqrt(ni), "sqrtninv": 1.0 / np.sqrt(ni)}
    return values[predictor]


def _columns(effects: Effects, names: tuple[str, ...]) -> list[FloatArray]:
    data = effects.data
    missing = [name for name in names if data is None or name not in data.columns]
    if data is None or missing:
        raise DataError(
            f"This test needs {', '.join(names)}: give counts, or columns of the effects' data; "
            f"{', '.join(missing)} missing."
        )
    columns = [as_floats(name, data[name].to_numpy()) for name in names]
    for name, column in zip(names, columns, strict=True):
        for label, value in zip(effects.slab, column.tolist(), strict=True):
            if not np.isfinite(value) or value < 0:
                raise DataError(f"{label}: {name} is {value:g}; the test needs a count.")
    return columns


def _cells(effects: Effects, counts: TwoArmCounts | None) -> list[FloatArray]:
    if counts is None:
        return _columns(effects, ("ai", "bi", "ci", "di"))
    if len(counts) != len(effects):
        raise DataError(f"There are {len(counts)} tables for {len(effects)} estimates.")
    return [counts.ai, counts.bi, counts.ci, counts.di]


def _sizes(effects: Effects, counts: TwoArmCounts | None) -> tuple[FloatArray, FloatArray]:
    data = effects.data
    if counts is None and data is not None and {"n1i", "n2i"} <= set(data.columns):
        n1, n2 = _columns(effects, ("n1i", "n2i"))
        return n1, n2
    a, b, c, d = _cells(effects, counts)
    return a + b, c + d


def _informative(effects: Effects, events: FloatArray, n: FloatArray, name: str) -> None:
    for label, x, size in zip(effects.slab, events.tolist(), n.tolist(), strict=True):
        if not 0 < x < size:
            raise DataError(
                f"{label}: {x:g} events among {size:g}; {name} test cannot weigh a study without "
                "events or with nothing else. Leave it out."
            )


def _peters(effects: Effects, counts: TwoArmCounts | None) -> Points:
    a, b, c, d = _cells(effects, counts)
    events, n = a + c, a + b + c + d
    _informative(effects, events, n, "Peters'")
    return Points(effects.yi, 1.0 / n, 1.0 / (1.0 / events + 1.0 / (n - events)))


def _harbord(effects: Effects, counts: TwoArmCounts | None) -> Points:
    a, b, c, d = _cells(effects, counts)
    n1, n2, events = a + b, c + d, a + c
    n = n1 + n2
    _informative(effects, events, n, "Harbord's")
    score = a - events * n1 / n
    variance = n1 * n2 * events * (n - events) / (n * n * (n - 1.0))
    return Points(score / variance, 1.0 / np.sqrt(variance), variance)


def _deeks(effects: Effects, counts: TwoArmCounts | None) -> Points:
    n1, n2 = _sizes(effects, counts)
    effective = 4.0 * n1 * n2 / (n1 + n2)
    return Points(effects.yi, 1.0 / np.sqrt(effective), effective)


def _macaskill(effects: Effects, counts: TwoArmCounts | None) -> Points:
    if counts is None and effects.ni is not None and np.isfinite(effects.ni).all():
        n = effects.ni
    else:
        n1, n2 = _sizes(effects, counts)
        n = n1 + n2
    return Points(effects.yi, n, 1.0 / effects.vi)


def _pustejovsky(effects: Effects, counts: TwoArmCounts | None) -> Points:
    n1, n2 = _sizes(effects, counts)
    scaled = 1.0 / n1 + 1.0 / n2
    return Points(effects.yi, np.sqrt(scaled), 1.0 / scaled)


_TABLE = (
    Variant("rma", "Egger's test, mixed-effects", "Sterne and Egger 2005"),
    Variant("lm", "Egger's test", "Egger et al. 1997, BMJ 315:629"),
    Variant(
        "thompson-sharp",
        "Thompson and Sharp's test",
        "Thompson and Sharp 1999, Stat Med 18:2693",
    ),
    Variant("peters", "Peters' test", "Peters et al. 2006, JAMA 295:676", "1/n", _peters),
    Variant(
        "harbord",
        "Harbord's test",
        "Harbord et al. 2006, Stat Med 25:3443",
        "1/sqrt(score variance)",
        _harbord,
    ),
    Variant(
        "deeks",
        "Deeks' test",
        "Deeks et al. 2005, J Clin Epidemiol 58:882",
        "1/sqrt(effective sample size)",
        _deeks,
    ),
    Variant(
        "macaskill",
        "Macaskill's test",
        "Macaskill et al. 2001, Stat Med 20:641 (weights 1 / vi)",
        "n",
        _macaskill,
        has_limit=False,
    ),
    Variant(
        "pustejovsky",
        "Pustejovsky and Rodgers' test",
        "Pustejovsky and Rodgers 2019, Res Synth Methods 10:57",
        "sqrt(1/n1 + 1/n2)",
        _pustejovsky,
    ),
)

VARIANTS = {row.code: row for row in _TABLE}
"""Variants by code."""
