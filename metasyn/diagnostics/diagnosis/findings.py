"""What each diagnostic found, in one line and one number: a table by class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from metasyn.diagnostics.baujat import Baujat
from metasyn.diagnostics.cumulative import Cumulative
from metasyn.diagnostics.excess_significance import ExcessSignificance
from metasyn.diagnostics.fail_safe_n import FailSafeN
from metasyn.diagnostics.funnel_tests import FunnelTest
from metasyn.diagnostics.funnel_variants import VARIANTS
from metasyn.diagnostics.gosh import Gosh
from metasyn.diagnostics.influence import Influence
from metasyn.diagnostics.labbe import Labbe
from metasyn.diagnostics.leave_one_out import LeaveOneOut
from metasyn.diagnostics.limit_meta_analysis import LimitMetaAnalysis
from metasyn.diagnostics.no_null import null_of
from metasyn.diagnostics.p_curve import PCurve
from metasyn.diagnostics.p_uniform import PUniform
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.pet_peese import PetPeese
from metasyn.diagnostics.publication_bias_sensitivity import PublicationBiasSensitivity
from metasyn.diagnostics.qq import NormalQQ
from metasyn.diagnostics.radial import Radial
from metasyn.diagnostics.rank_test import RankTest
from metasyn.diagnostics.selection_models.result import SelectionModel
from metasyn.diagnostics.trim_and_fill import TrimAndFill
from metasyn.diagnostics.what_would_it_take import WhatWouldItTake

__all__ = ["TITLES", "finding_of", "number_of"]

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "influence": "Influence",
        "leave_one_out": "Leave-one-out",
        "cumulative": "Cumulative by year",
        "baujat": "Baujat",
        "radial": "Radial plot",
        "normal_qq": "Normal quantiles",
        "labbe": "L'Abbé",
        "egger": "Egger's test",
        "egger_variant": "Egger's test, variant for the measure",
        "begg": "Begg's test",
        "trim_and_fill": "Trim and fill",
        "pet_peese": "PET-PEESE",
        "limit": "Limit meta-analysis",
        "fail_safe_n": "Fail-safe N",
        "excess_significance": "Excess significance",
        "p_curve": "p-curve",
        "p_uniform": "p-uniform*",
        "selection": "Selection model",
        "bias_sensitivity": "Selection needed",
        "what_would_it_take": "What it would take",
        "gosh": "GOSH",
    }
)
"""Fields of a diagnosis in their order, and their names for people."""


class Finding(NamedTuple):
    """How a result is told: its number (None where it has none), and the words around it."""

    number: Callable[[Any], float | None]
    words: Callable[[Any], str]


def finding_of(result: object) -> str:
    """What was found, one line."""
    return _FINDINGS[type(result)].words(result)


def number_of(result: object) -> float | None:
    """The number of the finding."""
    number = _FINDINGS[type(result)].number(result)
    return None if number is None else float(number)


def _listed(labels: tuple[str, ...]) -> str:
    """Up to five names."""
    more = f" and {len(labels) - 5} more" if len(labels) > 5 else ""
    return ", ".join(labels[:5]) + more


def _counted(labels: tuple[str, ...], what: str) -> str:
    """How many, and who."""
    return f"{len(labels)} {what}" + (f": {_listed(labels)}" if labels else "")


def _flagged(found: Influence) -> tuple[str, ...]:
    pairs = zip(found.slab, found.flagged.tolist(), strict=True)
    return tuple(label for label, is_so in pairs if is_so)


def _change(found: LeaveOneOut) -> float:
    """The largest change of the estimate, with its sign."""
    changes: list[float] = (found.estimates - found.pooled.estimate).tolist()
    return max(changes, key=abs)


def _moves(found: LeaveOneOut) -> str:
    values, change = found.estimates, _change(found)
    who = found.slab[int((values - found.pooled.estimate == change).argmax())]
    told = f"{change:+.4f} without {who}; from {values.min():.4f} to {values.max():.4f}"
    null = null_of(found.pooled.measure)
    if null is None:
        return told
    what = f"decide whether the interval holds {null:g}"
    return f"{told}; {_counted(found.deciding(null), what)}"


def _later(found: Cumulative) -> float:
    """Change of the estimate since half of the studies."""
    return found.fits[-1].estimate - found.fits[len(found.fits) // 2].estimate


def _course(found: Cumulative) -> str:
    told = f"{_later(found):+.4f} since half of the studies"
    if null_of(found.fits[-1].measure) is None:
        return told
    return f"{told}; {found.settled[0].lower()}{found.settled[1:]}"


def _leading(found: Baujat) -> str:
    share = found.shares
    return f"{share.max():.0%} of heterogeneity from {found.slab[int(share.argmax())]}"


def _outside(found: Radial | NormalQQ) -> str:
    return _counted(found.outside, "outside")


def _asymmetry(found: FunnelTest) -> str:
    name = VARIANTS[found.variant].name
    return f"{p_words(found.p_value)} ({name} on {found.predictor}, slope {found.slope:.4f})"


def _filled(found: TrimAndFill) -> str:
    after, before = found.pooled.estimate, found.observed.estimate
    return f"{found.k0} missing on the {found.side}: {after:.4f}, {before:.4f} observed"


def _selected(found: SelectionModel) -> str:
    lrt = None if found.lrt is None else found.lrt.p_value
    return f"{found.estimate:.4f} adjusted, {found.unadjusted.estimate:.4f} not; {p_words(lrt)}"


def _needed(found: PublicationBiasSensitivity) -> str:
    return found.summary().splitlines()[1]


def _ratio(found: PublicationBiasSensitivity) -> float | None:
    return found.for_estimate.value


def _least(found: WhatWouldItTake) -> str:
    return found.answers[0].sentence if found.answers else "no question"


_FINDINGS: Mapping[type, Finding] = MappingProxyType(
    {
        Influence: Finding(
            lambda f: len(_flagged(f)), lambda f: _counted(_flagged(f), "influential")
        ),
        LeaveOneOut: Finding(_change, _moves),
        Cumulative: Finding(_later, _course),
        Baujat: Finding(lambda f: f.shares.max(), _leading),
        Radial: Finding(lambda f: len(f.outside), _outside),
        NormalQQ: Finding(lambda f: len(f.outside), _outside),
        Labbe: Finding(
            lambda f: int((f.treated > f.control).sum()),
            lambda f: f"{int((f.treated > f.control).sum())} of {len(f.slab)} studies with a "
            "higher risk under treatment",
        ),
        FunnelTest: Finding(lambda f: f.p_value, _asymmetry),
        RankTest: Finding(lambda f: f.p_value, lambda f: f"{p_words(f.p_value)} (tau {f.tau:.4f})"),
        TrimAndFill: Finding(lambda f: f.k0, _filled),
        PetPeese: Finding(
            lambda f: f.conditional.estimate,
            lambda f: f"{f.conditional.estimate:.4f} ({f.chosen} is chosen)",
        ),
        LimitMetaAnalysis: Finding(
            lambda f: f.adjusted.estimate,
            lambda f: f"{f.adjusted.estimate:.4f} adjusted, {f.pooled.estimate:.4f} not; "
            f"small-study effects {p_words(f.small_study_p)}",
        ),
        FailSafeN: Finding(
            lambda f: f.n, lambda f: f"{f.n} hidden null results ({f.method}); no proof either way"
        ),
        ExcessSignificance: Finding(
            lambda f: f.p_value,
            lambda f: f"{p_words(f.p_value)}: {f.observed} significant, {f.expected:.1f} expected",
        ),
        PCurve: Finding(
            lambda f: f.right_skew.full_p,
            lambda f: f"{p_words(f.right_skew.full_p)} (right skew); evidential value "
            f"{'present' if f.evidential_value else 'not shown'}",
        ),
        PUniform: Finding(
            lambda f: f.estimate,
            lambda f: f"{f.estimate:.4f} adjusted, {f.pooled.estimate:.4f} not; "
            f"{p_words(f.p_value)}",
        ),
        SelectionModel: Finding(lambda f: f.estimate, _selected),
        PublicationBiasSensitivity: Finding(_ratio, _needed),
        WhatWouldItTake: Finding(
            lambda f: f.answers[0].number if f.answers else None, _least
        ),
        Gosh: Finding(
            lambda f: len(f.estimate),
            lambda f: f"{len(f.estimate)} subsets; {f.splits()['slab'][0]} splits them most",
        ),
    }
)  # fmt: skip
"""Class of a result to its number and words; the number stands in the words."""
