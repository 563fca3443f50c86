"""Axes as data: the range of a display scale, its ticks, and where a value stands."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from metasyn.figures.scales import Scale
from metasyn.figures.words import HUGE, number, powered

__all__ = ["Axis", "Tick", "axis_of", "range_of"]

SHORT = 2.5
"""Ratio of the ends up to which a logarithmic axis has equal steps."""
LOG_STEPS = (1.0, 2.0, 5.0)
MOST_TICKS = 7
MOST_DECIMALS = 5
WIDEST = 4 * math.log(10)
"""A logarithmic axis spans at most four decades; what lies beyond ends in an arrow."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick: its value on the display scale and its label."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis.

    Parameters
    ----------
    low, high
        Range on the display scale.
    left, right
        Where the range stands on the page, in points.
    log
        Whether ratios are equally spaced.
    ticks
        Ticks within the range.
    null
        Value of no effect, None where there is none.
    """

    low: float
    high: float
    left: float
    right: float
    log: bool
    ticks: tuple[Tick, ...]
    null: float | None = None

    def x(self, value: float) -> float:
        """Place of a value, held within the axis.

        Examples
        --------
        >>> axis = Axis(0, 1, 100, 200, False, ())
        >>> axis.x(0.25), axis.x(3)
        (125.0, 200)
        """
        if value <= self.low:
            return self.left
        if value >= self.high:
            return self.right
        low, high, here = self.low, self.high, value
        if self.log:
            low, high, here = math.log(low), math.log(high), math.log(here)
        return self.left + (here - low) / (high - low) * (self.right - self.left)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high


def axis_of(scale: Scale, limits: tuple[float, float], place: tuple[float, float]) -> Axis:
    """Axis over a range, widened to round numbers.

    Parameters
    ----------
    scale
        Display scale; proportions always run from 0 to 1.
    limits
        What the axis must hold, on the display scale.
    place
        Left and right end in points.
    """
    if scale.kind == "proportion":
        ticks = tuple(Tick(i / 4, number(25 * i, 0)) for i in range(5))
        return Axis(0.0, 1.0, *place, log=False, ticks=ticks)
    if scale.kind == "ratio":
        low, high, ticks = _log_ticks(*limits)
        return Axis(low, high, *place, log=True, ticks=ticks, null=scale.null)
    low, high, ticks = _linear_ticks(*limits)
    return Axis(low, high, *place, log=False, ticks=ticks, null=scale.null)


def range_of(
    scale: Scale, must: Iterable[float], may: Iterable[float], *, symmetric: bool = False
) -> tuple[float, float]:
    """Range of values that a reader has to see.

    Parameters
    ----------
    scale
        Display scale.
    must
        Values that the axis holds (estimates, pooled intervals).
    may
        Limits of the studies' intervals: where a few of them would stretch the axis by more than
        a third, the outermost twentieth on each side is cut and ends in arrows.
    symmetric
        Whether no effect stands in the middle.

    Examples
    --------
    >>> from metasyn.figures.scales import scale_of
    >>> range_of(scale_of("RR"), [0.5, 0.8], [0.2, 1.5])
    (0.2, 1.5)
    """
    log = scale.kind == "ratio"
    null = [] if scale.null is None else [scale.null]
    inner = _coordinates([*must, *null], log=log)
    outer = sorted(_coordinates(may, log=log))
    cut = len(outer) // 20
    core = [*inner, *outer[cut : len(outer) - cut]] or [-1.0, 1.0]
    full = [*inner, *outer] or core
    chosen = full if _span(full) <= 4 / 3 * _span(core) else core
    low, high = min(chosen), max(chosen)
    if log and high - low > WIDEST:
        centre = inner or chosen
        middle = (min(centre) + max(centre)) / 2
        low, high = max(low, middle - WIDEST / 2), min(high, middle + WIDEST / 2)
    if symmetric and null:
        middle = _coordinates(null, log=log)[0]
        half = max(high - middle, middle - low)
        low, high = middle - half, middle + half
    return (math.exp(low), math.exp(high)) if log else (low, high)


def _coordinates(values: Iterable[float], *, log: bool) -> list[float]:
    """Finite values as coordinates on the axis."""
    finite = [value for value in values if math.isfinite(value)]
    return [math.log(value) for value in finite if value > 0] if log else finite


def _span(values: list[float]) -> float:
    return max(values) - min(values)


def _log_ticks(low: float, high: float) -> tuple[float, float, tuple[Tick, ...]]:
    """Limits widened to round numbers: 1, 2, 5, ..., or equal steps on a short axis."""
    if high < 1.1 * low:
        low, high = low / 1.1, high * 1.1
    if high <= SHORT * low:
        return _linear_ticks(low, high)
    first, last = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    round_numbers = [
        _round(step * 10.0**power) for power in range(first, last + 1) for step in LOG_STEPS
    ]
    start = max((v for v in round_numbers if v <= low * (1 + 1e-9)), default=low)
    end = min((v for v in round_numbers if v >= high * (1 - 1e-9)), default=high)
    inside = [v for v in round_numbers if start <= v <= end]
    if len(inside) > MOST_TICKS:
        inside = [v for v in inside if _is_power_of_ten(v)]
    step = math.ceil(len(inside) / MOST_TICKS)
    inside = [v for v in inside if round(math.log10(v)) % step == 0] if step > 1 else inside
    return start, end, tuple(Tick(v, _plain(v)) for v in inside)


def _linear_ticks(low: float, high: float) -> tuple[float, float, tuple[Tick, ...]]:
    """Limits widened to multiples of a round step, and four to seven ticks."""
    if high - low < max(1e-9 * max(abs(low), abs(high)), 1e-12):
        low, high = low - 1, high + 1
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) + (1 if step / power == 2.5 else 0)
    low, high = first * step, last * step
    small = decimals > MOST_DECIMALS or max(abs(low), abs(high)) >= HUGE
    ticks = tuple(Tick(i * step, _label(i * step, decimals, small)) for i in range(first, last + 1))
    return first * step, last * step, ticks


def _label(value: float, decimals: int, powers: bool) -> str:
    """Label of a tick: written out, or with a power of ten where that would be too wide."""
    return powered(value) if powers and value else number(value, 0 if powers else decimals)


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _is_power_of_ten(value: float) -> bool:
    return abs(math.log10(value) - round(math.log10(value))) < 1e-9


def _plain(value: float) -> str:
    """A round number without trailing zeros; far from 1 a power of ten.

    Examples
    --------
    >>> _plain(0.05), _plain(1000.0), _plain(1e-7)
    ('0.05', '1000', '10⁻⁷')
    """
    if not 1e-5 <= value < HUGE:
        return powered(value).removeprefix("1×")
    return f"{value:.10f}".rstrip("0").rstrip(".")
