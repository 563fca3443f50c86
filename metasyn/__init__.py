"""metasyn: evidence synthesis from a spreadsheet of study records.

The public names are loaded when they are first used, so that ``import metasyn`` costs nothing.

Examples
--------
>>> import metasyn as ms
>>> ms.effects_from([0.1, 0.3], [0.02, 0.04]).slab
('1', '2')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from metasyn._version import __version__

if TYPE_CHECKING:
    from metasyn.diagnostics.annotators import AnnotatorAgreement, annotator_agreement
    from metasyn.diagnostics.case_evidence import CaseEvidence, case_evidence
    from metasyn.diagnostics.cumulative import Cumulative, cumulative
    from metasyn.diagnostics.effect_direction import EffectDirections, effect_direction_test
    from metasyn.diagnostics.excess_significance import ExcessSignificance, excess_significance
    from metasyn.diagnostics.fail_safe_n import FailSafeN, fail_safe_n
    from metasyn.diagnostics.funnel_tests import FunnelTest, egger
    from metasyn.diagnostics.influence import Influence, influence
    from metasyn.diagnostics.leave_one_out import LeaveOneOut, leave_one_out
    from metasyn.diagnostics.pet_peese import PetPeese, pet_peese
    from metasyn.diagnostics.rank_test import RankTest, begg
    from metasyn.diagnostics.trim_and_fill import TrimAndFill, trim_and_fill
    from metasyn.effects.conversions.ledger import Converted, convert_rows
    from metasyn.effects.counts import Counts, TwoArmCounts, counts
    from metasyn.effects.effect_sizes import effect_sizes
    from metasyn.effects.effects import Effects, effects_from
    from metasyn.effects.person_time import PersonTime, TwoArmPersonTime, person_time
    from metasyn.figures.badge import badge_svg, write_badge
    from metasyn.figures.evidence_map import write_evidence_map
    from metasyn.figures.funnel import write_funnel
    from metasyn.figures.tipping import write_tipping
    from metasyn.figures.write import write_forest
    from metasyn.models.beta_binomial import PooledBetaBinomial
    from metasyn.models.binomial_normal.rate_sets import RateSets, pool_rate_sets
    from metasyn.models.design_weights import DesignRule, DesignWeights
    from metasyn.models.exact import (
        ExactOddsRatio,
        clopper_pearson,
        exact_odds_ratio,
        mid_p_interval,
    )
    from metasyn.models.freeman_tukey import FreemanTukeyGap, freeman_tukey_gap
    from metasyn.models.groups import Groups, Line, StudyRow
    from metasyn.models.interval import Interval
    from metasyn.models.mantel_haenszel import PooledMantelHaenszel
    from metasyn.models.pool import pool
    from metasyn.models.pool_by import pool_by
    from metasyn.models.random_effects.fit_statistics import FitStatistics, fit_statistics
    from metasyn.models.random_effects.heterogeneity import Heterogeneity, heterogeneity
    from metasyn.models.random_effects.permutation import PermutationTest, permutation_test
    from metasyn.models.random_effects.predictive import probability_beyond
    from metasyn.models.random_effects.subgroups import Subgroups, subgroups
    from metasyn.models.rare_events import RareEvents, RareEventsRow, rare_events
    from metasyn.models.rate import PooledRate
    from metasyn.models.regression import Regression
    from metasyn.models.results import NotPooled, Pooled
    from metasyn.models.specs import (
        BetaBinomial,
        BinomialNormal,
        CommonEffect,
        FirthLogistic,
        HenmiCopas,
        IVhet,
        MantelHaenszel,
        Peto,
        PoissonNormal,
        QualityEffects,
        RandomEffects,
    )
    from metasyn.records.tallies import Tallies, Tally
    from metasyn.records.tally import tally
    from metasyn.registry.issues import Issue, Issues
    from metasyn.registry.registry import Registry, read_registry
    from metasyn.report.write import ReportFiles, write_report

_HOMES = {
    "metasyn.diagnostics.annotators": ("AnnotatorAgreement", "annotator_agreement"),
    "metasyn.diagnostics.case_evidence": ("CaseEvidence", "case_evidence"),
    "metasyn.diagnostics.cumulative": ("Cumulative", "cumulative"),
    "metasyn.diagnostics.effect_direction": ("EffectDirections", "effect_direction_test"),
    "metasyn.diagnostics.excess_significance": ("ExcessSignificance", "excess_significance"),
    "metasyn.diagnostics.fail_safe_n": ("FailSafeN", "fail_safe_n"),
    "metasyn.diagnostics.funnel_tests": ("FunnelTest", "egger"),
    "metasyn.diagnostics.influence": ("Influence", "influence"),
    "metasyn.diagnostics.leave_one_out": ("LeaveOneOut", "leave_one_out"),
    "metasyn.diagnostics.pet_peese": ("PetPeese", "pet_peese"),
    "metasyn.diagnostics.rank_test": ("RankTest", "begg"),
    "metasyn.diagnostics.trim_and_fill": ("TrimAndFill", "trim_and_fill"),
    "metasyn.effects.conversions.ledger": ("Converted", "convert_rows"),
    "metasyn.effects.counts": ("Counts", "TwoArmCounts", "counts"),
    "metasyn.effects.effect_sizes": ("effect_sizes",),
    "metasyn.effects.effects": ("Effects", "effects_from"),
    "metasyn.effects.person_time": ("PersonTime", "TwoArmPersonTime", "person_time"),
    "metasyn.errors": (
        "DataError",
        "MetasynError",
        "Note",
        "OutputError",
        "RegistryError",
        "SpecError",
        "WorkbookError",
    ),
    "metasyn.figures.badge": ("badge_svg", "write_badge"),
    "metasyn.figures.evidence_map": ("write_evidence_map",),
    "metasyn.figures.funnel": ("write_funnel",),
    "metasyn.figures.tipping": ("write_tipping",),
    "metasyn.figures.write": ("write_forest",),
    "metasyn.models.beta_binomial": ("PooledBetaBinomial",),
    "metasyn.models.binomial_normal.rate_sets": ("RateSets", "pool_rate_sets"),
    "metasyn.models.design_weights": ("DesignRule", "DesignWeights"),
    "metasyn.models.exact": (
        "ExactOddsRatio",
        "clopper_pearson",
        "exact_odds_ratio",
        "mid_p_interval",
    ),
    "metasyn.models.freeman_tukey": ("FreemanTukeyGap", "freeman_tukey_gap"),
    "metasyn.models.groups": ("Groups", "Line", "StudyRow"),
    "metasyn.models.interval": ("Interval",),
    "metasyn.models.mantel_haenszel": ("PooledMantelHaenszel",),
    "metasyn.models.pool": ("pool",),
    "metasyn.models.pool_by": ("pool_by",),
    "metasyn.models.random_effects.fit_statistics": ("FitStatistics", "fit_statistics"),
    "metasyn.models.random_effects.heterogeneity": ("Heterogeneity", "heterogeneity"),
    "metasyn.models.random_effects.permutation": ("PermutationTest", "permutation_test"),
    "metasyn.models.random_effects.predictive": ("probability_beyond",),
    "metasyn.models.random_effects.subgroups": ("Subgroups", "subgroups"),
    "metasyn.models.rare_events": ("RareEvents", "RareEventsRow", "rare_events"),
    "metasyn.models.rate": ("PooledRate",),
    "metasyn.models.regression": ("Regression",),
    "metasyn.models.results": ("NotPooled", "Pooled"),
    "metasyn.models.specs": (
        "BetaBinomial",
        "BinomialNormal",
        "CommonEffect",
        "FirthLogistic",
        "HenmiCopas",
        "IVhet",
        "MantelHaenszel",
        "Peto",
        "PoissonNormal",
        "QualityEffects",
        "RandomEffects",
    ),
    "metasyn.records.tallies": ("Tallies", "Tally"),
    "metasyn.records.tally": ("tally",),
    "metasyn.registry.issues": ("Issue", "Issues"),
    "metasyn.registry.registry": ("Registry", "read_registry"),
    "metasyn.report.write": ("ReportFiles", "write_report"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]  # noqa: PLE0604 - names, not objects


def __getattr__(name: str) -> object:
    try:
        home = _HOME_OF[name]
    except KeyError:
        raise AttributeError(f"module 'metasyn' has no attribute {name!r}") from None
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
