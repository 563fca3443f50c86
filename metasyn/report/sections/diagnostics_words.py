"""What each diagnostic says, in plain words and on the display scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from metasyn.diagnostics.what_would_it_take.answer import Answer
from metasyn.models.interval import Interval
from metasyn.models.results import Pooled
from metasyn.report.formats import join_words, number, p_value, percent, plural
from metasyn.report.lines import estimate_text, is_share, shown, value_text

__all__ = ["WEAK", "WORDS", "Reader"]

WEAK = 0.1
"""Tests of asymmetry are weak; below this p they are told as a sign of it."""
MOST = 5
"""Names of studies that are listed."""


@dataclass(frozen=True, eq=False, slots=True)
class Reader:
    """What the words are about: the pooled result, and the value at which its reading turns.

    Parameters
    ----------
    pooled
        The result that was diagnosed.
    goal
        The threshold in words, where one was given.
    """

    pooled: Pooled
    goal: str = ""

    def value(self, estimate: float, ci: Interval | None = None) -> str:
        """An estimate of the analysis scale, with its interval, as readers know it."""
        what = shown(replace(self.pooled, estimate=estimate, ci=ci, prediction=None))
        digits = 1 if is_share(what.measure) else 0
        return estimate_text(what, digits) if ci is None else value_text(what, digits)

    def adjusted(self, estimate: float, ci: Interval | None) -> str:
        """An adjusted estimate beside the one found."""
        return f"{self.value(estimate, ci)} instead of {self.value(self.pooled.estimate)}"


def _listed(labels: Sequence[str]) -> str:
    if len(labels) <= MOST:
        return join_words(labels)
    return f"{', '.join(labels[:MOST])} and {len(labels) - MOST} more"


def _p(value: float | None) -> str:
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def _course(found: Any, reader: Reader) -> str:
    half = found.fits[len(found.fits) // 2 - 1]
    then, now = reader.value(half.estimate), reader.value(found.fits[-1].estimate)
    first = "study" if half.k == 1 else f"{half.k} studies"
    return f"{then} with the first {first}, {now} with all"


def _leading(found: Any, _: Reader) -> str:
    share = found.heterogeneity / found.heterogeneity.sum()
    who, much = found.slab[int(share.argmax())], percent(float(share.max()))
    return f"{who} alone accounts for {much} of the disagreement between studies (Q)"


def _outside(found: Any, _: Reader) -> str:
    who = _listed(found.outside) if found.outside else "no study"
    verb = "lie" if len(found.outside) > 1 else "lies"
    return f"{who} {verb} outside the range that chance would explain"


def _higher(found: Any, _: Reader) -> str:
    count = int((found.treated > found.control).sum())
    verb = "has" if count == 1 else "have"
    return f"{count} of {plural(len(found.slab), 'study', 'studies')} {verb} more risk if treated"


def _asymmetry(found: Any, _: Reader) -> str:
    if found.p_value is not None and found.p_value < WEAK:
        return f"small studies differ from larger ones ({_p(found.p_value)})"
    return f"no clear asymmetry ({_p(found.p_value)})"


def _filled(found: Any, reader: Reader) -> str:
    if not found.k0:
        return "adds no study"
    ci = found.pooled.ci
    added = plural(found.k0, "study", "studies")
    return f"adds {added}: {reader.adjusted(found.pooled.estimate, ci)}"


def _significant(found: Any, _: Reader) -> str:
    expected = number(found.expected, 1)
    return f"{found.observed} significant, {expected} expected ({_p(found.p_value)})"


def _evidence(found: Any, _: Reader) -> str:
    if found.evidential_value:
        return "chance and selection alone do not explain the significant results"
    return "does not show that there is more than chance and selection"


def _ratio(found: Any, _: Reader) -> str:
    ratio = found.for_ci
    if ratio.reading == "already":
        return "the interval includes no effect without any selection"
    if ratio.value is None:
        return "no selection of significant results would bring the interval to no effect"
    return (
        "the interval would include no effect if significant results were published "
        f"{number(ratio.value, 1)} times as often as others"
    )


def _nulls(found: Any, _: Reader) -> str:
    if not found.n:
        return "nothing significant to undo"
    return f"{plural(found.n, 'hidden null result')}; no proof either way"


def _takes(found: Any, reader: Reader) -> str:
    """Studies to be removed, then hidden ones: the fewest for each change of the reading."""
    told = [
        text
        for answer in found.answers
        if answer.question in ("removal", "hidden") and (text := _taken(answer, reader))
    ]
    return "; ".join(told) or "no removal was found that changes the reading"


def _taken(answer: Answer, reader: Reader) -> str:
    if not answer.number:
        return ""
    count = int(answer.number)
    change = {
        "sign": "turn the estimate to the other side of no effect",
        "include": "make the interval include no effect",
        "exclude": "make the interval exclude no effect",
        "threshold": f"move the estimate across {reader.goal}",
    }[answer.goal]
    if answer.question == "hidden":
        tried = " (not all smaller numbers were tried)" if answer.method == "searched" else ""
        return f"{plural(count, 'hidden null result')}{tried} would {change}"
    fewer = " (fewer may do)" if answer.method == "greedy" else ""
    return f"removing {_listed(answer.studies)}{fewer} would {change}"


WORDS: Mapping[str, Callable[[Any, Reader], str]] = MappingProxyType(
    {
        "cumulative": _course,
        "baujat": _leading,
        "radial": _outside,
        "normal_qq": _outside,
        "labbe": _higher,
        "egger": _asymmetry,
        "egger_variant": _asymmetry,
        "begg": _asymmetry,
        "trim_and_fill": _filled,
        "pet_peese": lambda f, r: r.adjusted(f.conditional.estimate, f.conditional.ci),
        "limit": lambda f, r: r.adjusted(f.adjusted.estimate, f.adjusted.ci),
        "fail_safe_n": _nulls,
        "excess_significance": _significant,
        "p_curve": _evidence,
        "p_uniform": lambda f, r: r.adjusted(f.estimate, f.ci),
        "selection": lambda f, r: r.adjusted(f.estimate, f.ci),
        "bias_sensitivity": _ratio,
        "what_would_it_take": _takes,
    }
)
"""Field of a diagnosis to what its result says; of the studies left out points and a table tell."""
