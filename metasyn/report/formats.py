"""Numbers and lists as people read them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from metasyn.counting import plural
from metasyn.models.interval import Interval

__all__ = [
    "counted",
    "interval_text",
    "join_words",
    "legible",
    "number",
    "p_value",
    "per_thousand",
    "percent",
    "percent_range",
    "plural",
    "sentence_case",
    "within_sentence",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
"""What no file can hold, and the two marks that make letters read in another order."""


def percent(share: float, digits: int = 0) -> str:
    """Share of one as a percentage that never rounds something into nothing or into everything.

    Examples
    --------
    >>> percent(0.684), percent(0.9984), percent(0.0312, 1), percent(1.0), percent(0.99999)
    ('68%', '99.8%', '3.1%', '100%', '>99.9%')
    """
    if not math.isfinite(share):
        return "–"
    value = 100 * share
    text = _fixed(value, digits)
    if float(text.replace("−", "-")) in (0.0, 100.0) and value not in (0.0, 100.0):
        if 0 < value < 0.05:
            return "<0.1%"
        if 99.95 <= value < 100:
            return ">99.9%"
        text = _fixed(value, max(1, digits))
    return f"{text}%"


def per_thousand(share: float) -> str:
    """Patients of 1,000, never rounded into none or into all.

    Examples
    --------
    >>> per_thousand(0.684), per_thousand(0.0002), per_thousand(0.9998), per_thousand(1.0)
    ('684', 'fewer than 1', 'more than 999', '1,000')
    """
    if not math.isfinite(share):
        return "–"
    value = 1000 * abs(share)
    if 0 < value < 0.5:
        return "fewer than 1"
    if 999.5 <= value < 1000:
        return "more than 999"
    return f"{value:,.0f}"


def percent_range(interval: Interval | None, digits: int = 0) -> str:
    """Interval of a share in words.

    Examples
    --------
    >>> percent_range(Interval(0.487, 0.83))
    '49% to 83%'
    """
    if interval is None:
        return "–"
    return f"{percent(interval.low, digits)} to {percent(interval.high, digits)}"


def number(value: float | None, digits: int = 2) -> str:
    """Number with fixed decimals and a true minus sign.

    Examples
    --------
    >>> number(-0.714532), number(None), number(0.0004)
    ('−0.71', '–', '<0.01')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value != 0 and abs(value) < 0.5 * 10**-digits:
        return ("<" if value > 0 else ">−") + f"{10**-digits:.{digits}f}"
    return _fixed(value, digits)


def interval_text(interval: Interval | None, digits: int = 2) -> str:
    """Interval of a ratio or a difference.

    Examples
    --------
    >>> interval_text(Interval(-0.1, 1.456))
    '−0.10 to 1.46'
    """
    if interval is None:
        return "–"
    return f"{number(interval.low, digits)} to {number(interval.high, digits)}"


def p_value(p: float | None) -> str:
    """P value to two meaningful digits.

    Examples
    --------
    >>> p_value(0.0312), p_value(0.42), p_value(1e-5)
    ('0.031', '0.42', '< 0.001')
    """
    if p is None or not math.isfinite(p):
        return "–"
    if p < 0.001:
        return "< 0.001"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def counted(count: int, noun: str, verb: str, verbs: str) -> str:
    """Count with its noun and the verb that agrees.

    Examples
    --------
    >>> counted(1, "row", "comes", "come"), counted(3, "row", "comes", "come")
    ('1 row comes', '3 rows come')
    """
    return f"{plural(count, noun)} {verb if count == 1 else verbs}"


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """List in words.

    Examples
    --------
    >>> join_words(["a"]), join_words(["a", "b"], "or"), join_words(["a", "b", "c"])
    ('a', 'a or b', 'a, b and c')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def legible(text: str) -> str:
    r"""Text without characters that cannot be shown or that turn words round, a mark for each.

    Examples
    --------
    >>> legible("a\x00b")
    'a\ufffdb'
    """
    return _CONTROL.sub("\ufffd", text)


def sentence_case(text: str) -> str:
    """Text with its first letter in upper case; Greek letters are signs and stay as they are.

    Examples
    --------
    >>> sentence_case("one row"), sentence_case("τ² 0")
    ('One row', 'τ² 0')
    """
    return text if "\u0370" <= text[:1] <= "\u03ff" else text[:1].upper() + text[1:]


def within_sentence(text: str) -> str:
    """Text with its first letter in lower case, unless it begins with an abbreviation.

    Examples
    --------
    >>> within_sentence("Death, any cause"), within_sentence("CRS resolution")
    ('death, any cause', 'CRS resolution')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _fixed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return "0" + text[2:] if text.startswith("-0") and float(text) == 0 else text.replace("-", "−")
