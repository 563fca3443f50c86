"""Mean and SD from whatever part of the five-number summary is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.effects.conversions.arguments import BoolArray, plain
from metasyn.effects.conversions.box_cox import box_cox_2020
from metasyn.effects.conversions.five_numbers import FiveNumbers, MeanSD, five_numbers
from metasyn.effects.conversions.mln import mln_2021
from metasyn.effects.conversions.normal_based import (
    bland_2015,
    hozo_2005,
    luo_2018,
    shi_2020,
    wan_2014,
)
from metasyn.effects.conversions.quantile_estimation import quantile_estimation_2020
from metasyn.effects.conversions.skewness import skewness_2023
from metasyn.errors import Note, SpecError

__all__ = ["Method", "mean_sd"]

Method = Literal["luo-wan-shi", "wan", "hozo", "bland", "qe", "bc", "mln"]


def mean_sd(
    n: npt.ArrayLike,
    median: npt.ArrayLike,
    q1: npt.ArrayLike = np.nan,
    q3: npt.ArrayLike = np.nan,
    minimum: npt.ArrayLike = np.nan,
    maximum: npt.ArrayLike = np.nan,
    method: Method = "luo-wan-shi",
) -> MeanSD:
    """Mean and SD from the median and quartiles, range, or both, with a flag for skewed data.

    Parameters
    ----------
    n, median, q1, q3, minimum, maximum
        Sample size and summary, scalars or arrays; NaN what is not reported. Each element is
        taken for what it reports.
    method
        ``luo-wan-shi`` (Luo's mean, Wan's SD, Shi's SD from all five), ``wan``, ``hozo`` (range
        only), ``bland`` (all five only); for skewed data ``qe``, ``bc``, ``mln``.

    Returns
    -------
    MeanSD
        With the notes ``skewed`` (a method for normal data met data that are clearly not),
        ``small-sample`` (n < 5), ``no-spread`` (SD 0) and ``incomplete`` (no estimate), each
        naming its elements.

    Raises
    ------
    DataError
        If the numbers are not in order, n < 2, or the method cannot take them.
    SpecError
        If the method is unknown.

    Notes
    -----
    Mean and SD so found are less precise than reported ones, so that sampling variances computed
    from them are too small (McGrath et al. 2023, Stat Methods Med Res 32:373-388).

    Examples
    --------
    >>> result = mean_sd(n=20, median=6, q1=4, q3=14, minimum=2, maximum=20)
    >>> round(result.mean, 3), round(result.sd, 3)
    (8.628, 5.756)
    >>> print(result.notes[0])
    Clearly skewed (Shi 2023), but taken for normal: element 1; consider qe, bc or mln.
    """
    if method not in _METHODS:
        names = ", ".join(get_args(Method))
        raise SpecError(f"method is {method!r}; it must be one of {names}.")
    s = five_numbers(n, median, q1, q3, minimum, maximum)
    found = _METHODS[method](s)
    skewed = np.asarray(skewness_2023(n, median, q1, q3, minimum, maximum).skewed)
    missing = np.isnan(np.asarray(found.mean)) | np.isnan(np.asarray(found.sd))
    normal = method not in {"qe", "bc", "mln"}
    notes = (
        _note("skewed", skewed & ~missing & normal, _SKEWED),
        _note("small-sample", (s.n < 5) & ~missing, "n < 5, where the methods were not tried: {}."),
        _note("no-spread", np.asarray(found.sd) == 0, "SD 0, which no analysis can use: {}."),
        _note("incomplete", missing, "No mean or no SD for lack of numbers: {}."),
    )
    kept = tuple(note for note in notes if note is not None)
    return MeanSD(found.mean, found.sd, found.detail, found.notes + kept)


_SKEWED = "Clearly skewed (Shi 2023), but taken for normal: {}; consider qe, bc or mln."


def _note(code: str, where: BoolArray, text: str) -> Note | None:
    at = np.flatnonzero(where)
    elements = f"element {', '.join(str(i + 1) for i in at)}"
    return Note(code, text.format(elements)) if len(at) else None


def _luo_wan_shi(s: FiveNumbers) -> MeanSD:
    mean = luo_2018(*_all(s))
    shi = shi_2020(s.n, s.q1, s.q3, s.minimum, s.maximum)
    return MeanSD(mean, plain(np.where(s.five, shi, wan_2014(*_all(s)).sd)))


def _all(s: FiveNumbers) -> tuple[FloatArray, ...]:
    return s.n, s.median, s.q1, s.q3, s.minimum, s.maximum


_METHODS: Mapping[str, Callable[[FiveNumbers], MeanSD]] = {
    "luo-wan-shi": _luo_wan_shi,
    "wan": lambda s: wan_2014(*_all(s)),
    "hozo": lambda s: hozo_2005(s.n, s.median, s.minimum, s.maximum),
    "bland": lambda s: bland_2015(s.median, s.q1, s.q3, s.minimum, s.maximum),
    "qe": lambda s: quantile_estimation_2020(*_all(s)),
    "bc": lambda s: box_cox_2020(*_all(s)),
    "mln": lambda s: mln_2021(*_all(s)),
}
