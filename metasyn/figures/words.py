"""Numbers and method names as a figure prints them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from metasyn.figures.scales import Scale
from metasyn.figures.styles import Numbers
from metasyn.models.interval import Interval
from metasyn.models.specs import Spec

__all__ = [
    "interval_method",
    "interval_text",
    "method_name",
    "model_name",
    "number",
    "plain_number",
    "powered",
    "prediction_method",
    "shown",
    "unbroken",
]

INTERVAL_METHODS: Mapping[str, str] = {
    "z": "Wald z",
    "exact": "exact",
    "t": "Wald t",
    "wald-z": "Wald z",
    "wald-t": "Wald t",
    "hksj": "Hartung–Knapp",
    "hksj-adhoc": "Hartung–Knapp, ad hoc",
    "hksj-guarded": "Hartung–Knapp, never narrower than z",
    "kr": "Kenward–Roger",
    "profile": "profile likelihood",
    "profile-t": "profile likelihood, t-calibrated",
    "integrated": "integrated likelihood",
    "clopper-pearson": "exact (Clopper–Pearson)",
    "simple": "normal, τ² only",
    "V": "t, k − 1 df",
    "V-effective": "t, effective k − 1 df",
    "HTS": "t, k − 2 df",
    "HK": "Hartung–Knapp, t, k − 1 df",
    "HK-PR": "Hartung–Knapp, t, k − 2 df",
    "KR": "Kenward–Roger",
    "KR-PR": "Kenward–Roger, 1 df less",
    "NNF": "bootstrap (Nagashima, Noma, Furukawa)",
}


def interval_method(interval: Interval) -> str:
    """Name of an interval's method for people; its code where there is no other name.

    Examples
    --------
    >>> interval_method(Interval(0, 1, method="HTS"))
    't, k − 2 df'
    """
    return INTERVAL_METHODS.get(interval.method, interval.method)


def prediction_method(interval: Interval) -> str:
    """Name of a prediction interval's method.

    Examples
    --------
    >>> prediction_method(Interval(0, 1, method="z"))
    'normal'
    """
    return "normal" if interval.method == "z" else interval_method(interval)


MODEL_NAMES: Mapping[str, str] = {
    "RandomEffects": "random effects",
    "CommonEffect": "common effect",
    "HenmiCopas": "Henmi–Copas",
    "IVhet": "IVhet",
    "QualityEffects": "quality effects",
    "MantelHaenszel": "Mantel–Haenszel",
    "Peto": "Peto",
    "BinomialNormal": "binomial-normal",
    "PoissonNormal": "Poisson-normal",
    "BetaBinomial": "beta-binomial",
    "FirthLogistic": "Firth’s logistic regression",
}
"""Class of a specification to its name."""


def model_name(spec: Spec) -> str:
    """Name of a model, short enough for a header.

    Examples
    --------
    >>> from metasyn.models.specs import Peto
    >>> model_name(Peto())
    'Peto'
    """
    return MODEL_NAMES.get(type(spec).__name__, type(spec).__name__)


METHODS: Mapping[str, str] = {
    "RandomEffects": "IV, random",
    "CommonEffect": "IV, fixed",
    "MantelHaenszel": "M-H, fixed",
    "Peto": "Peto, fixed",
}
"""Class of a specification to how Cochrane abbreviates it."""


def method_name(spec: Spec) -> str:
    """A model as Cochrane abbreviates it; its name where there is no abbreviation.

    Examples
    --------
    >>> from metasyn.models.specs import IVhet, MantelHaenszel
    >>> method_name(MantelHaenszel("OR")), method_name(IVhet())
    ('M-H, fixed', 'IVhet')
    """
    return METHODS.get(type(spec).__name__, model_name(spec))


def unbroken(text: str) -> str:
    """Text that is never wrapped."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def number(value: float, decimals: int, decimal: str = ".") -> str:
    """A number with a true minus sign, and no minus before zero.

    Examples
    --------
    >>> number(-0.5, 2), number(-0.001, 2)
    ('−0.50', '0.00')
    """
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}").replace(".", decimal)


def plain_number(value: float) -> str:
    """A count without decimals, other numbers as short as they are.

    Examples
    --------
    >>> plain_number(1200.0), plain_number(12.5)
    ('1200', '12.5')
    """
    return f"{value:.10g}".replace("-", "\N{MINUS SIGN}")


HUGE = 1e6
"""Values from which on digits after the decimal mark, and most before it, tell nothing."""


def powered(value: float, decimal: str = ".") -> str:
    """A number as a multiple of a power of ten, for what is too large or small to be written out.

    Examples
    --------
    >>> powered(2.78e12), powered(-5e-8)
    ('2.8×10¹²', '−5×10⁻⁸')
    """
    mantissa, exponent = f"{value:.1e}".split("e")
    raised = str(int(exponent)).translate(_RAISED)
    return f"{number(float(mantissa), 1, decimal).removesuffix(f'{decimal}0')}×10{raised}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(value: float, scale: Scale, numbers: Numbers) -> str:
    """A value of the display scale as it is printed; no ratio is printed as 0.

    Examples
    --------
    >>> from metasyn.figures.scales import scale_of
    >>> [shown(value, scale_of("RR"), Numbers()) for value in (0.512, 1e-5, 6.4e25)]
    ['0.51', '<0.01', '6.4×10²⁵']
    """
    value *= scale.factor
    if math.isfinite(value) and abs(value) >= HUGE:
        return powered(value, numbers.decimal)
    text = number(value, scale.decimals, numbers.decimal)
    if scale.kind == "ratio" and value > 0 and not text.strip(f"0{numbers.decimal}"):
        return f"<{number(10.0**-scale.decimals, scale.decimals, numbers.decimal)}"
    return text


def interval_text(low: float, high: float, scale: Scale, numbers: Numbers) -> str:
    """An interval in the brackets of the style."""
    pattern = numbers.negative_interval if low < 0 else numbers.interval
    return pattern.format(low=shown(low, scale, numbers), high=shown(high, scale, numbers))
