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
    from metasyn.diagnostics.annotators import AnnotatorAgreement as AnnotatorAgreement
    from metasyn.diagnostics.annotators import annotator_agreement as annotator_agreement
    from metasyn.diagnostics.baujat import Baujat as Baujat
    from metasyn.diagnostics.baujat import baujat as baujat
    from metasyn.diagnostics.bootstrap import Bootstrap as Bootstrap
    from metasyn.diagnostics.bootstrap import bootstrap as bootstrap
    from metasyn.diagnostics.case_evidence import CaseEvidence as CaseEvidence
    from metasyn.diagnostics.case_evidence import case_evidence as case_evidence
    from metasyn.diagnostics.copas import Copas as Copas
    from metasyn.diagnostics.copas import copas as copas
    from metasyn.diagnostics.cumulative import Cumulative as Cumulative
    from metasyn.diagnostics.cumulative import cumulative as cumulative
    from metasyn.diagnostics.diagnosis import Diagnosis as Diagnosis
    from metasyn.diagnostics.diagnosis import diagnose as diagnose
    from metasyn.diagnostics.effect_direction import EffectDirections as EffectDirections
    from metasyn.diagnostics.effect_direction import effect_direction_test as effect_direction_test
    from metasyn.diagnostics.excess_significance import ExcessSignificance as ExcessSignificance
    from metasyn.diagnostics.excess_significance import excess_significance as excess_significance
    from metasyn.diagnostics.fail_safe_n import FailSafeN as FailSafeN
    from metasyn.diagnostics.fail_safe_n import fail_safe_n as fail_safe_n
    from metasyn.diagnostics.funnel_tests import FunnelTest as FunnelTest
    from metasyn.diagnostics.funnel_tests import egger as egger
    from metasyn.diagnostics.gosh import Gosh as Gosh
    from metasyn.diagnostics.gosh import gosh as gosh
    from metasyn.diagnostics.influence import Influence as Influence
    from metasyn.diagnostics.influence import influence as influence
    from metasyn.diagnostics.labbe import Labbe as Labbe
    from metasyn.diagnostics.labbe import labbe as labbe
    from metasyn.diagnostics.leave_one_out import LeaveOneOut as LeaveOneOut
    from metasyn.diagnostics.leave_one_out import leave_one_out as leave_one_out
    from metasyn.diagnostics.limit_meta_analysis import LimitMetaAnalysis as LimitMetaAnalysis
    from metasyn.diagnostics.limit_meta_analysis import limit_meta_analysis as limit_meta_analysis
    from metasyn.diagnostics.p_curve import PCurve as PCurve
    from metasyn.diagnostics.p_curve import p_curve as p_curve
    from metasyn.diagnostics.p_uniform import PUniform as PUniform
    from metasyn.diagnostics.p_uniform import p_uniform as p_uniform
    from metasyn.diagnostics.permuted_egger import PermutedEgger as PermutedEgger
    from metasyn.diagnostics.permuted_egger import permuted_egger as permuted_egger
    from metasyn.diagnostics.pet_peese import PetPeese as PetPeese
    from metasyn.diagnostics.pet_peese import pet_peese as pet_peese
    from metasyn.diagnostics.profile_likelihood import ProfileLikelihood as ProfileLikelihood
    from metasyn.diagnostics.profile_likelihood import profile_likelihood as profile_likelihood
    from metasyn.diagnostics.publication_bias_sensitivity import (
        PublicationBiasSensitivity as PublicationBiasSensitivity,
    )
    from metasyn.diagnostics.publication_bias_sensitivity import (
        publication_bias_sensitivity as publication_bias_sensitivity,
    )
    from metasyn.diagnostics.qq import NormalQQ as NormalQQ
    from metasyn.diagnostics.qq import normal_qq as normal_qq
    from metasyn.diagnostics.radial import Radial as Radial
    from metasyn.diagnostics.radial import radial as radial
    from metasyn.diagnostics.rank_test import RankTest as RankTest
    from metasyn.diagnostics.rank_test import begg as begg
    from metasyn.diagnostics.selection_models.model import selection_model as selection_model
    from metasyn.diagnostics.selection_models.result import SelectionModel as SelectionModel
    from metasyn.diagnostics.selection_models.vevea_woods import VeveaWoods as VeveaWoods
    from metasyn.diagnostics.selection_models.vevea_woods import vevea_woods as vevea_woods
    from metasyn.diagnostics.trim_and_fill import TrimAndFill as TrimAndFill
    from metasyn.diagnostics.trim_and_fill import trim_and_fill as trim_and_fill
    from metasyn.diagnostics.what_would_it_take import WhatWouldItTake as WhatWouldItTake
    from metasyn.diagnostics.what_would_it_take import what_would_it_take as what_would_it_take
    from metasyn.effects.conversions.ledger import Converted as Converted
    from metasyn.effects.conversions.ledger import convert_rows as convert_rows
    from metasyn.effects.counts import Counts as Counts
    from metasyn.effects.counts import TwoArmCounts as TwoArmCounts
    from metasyn.effects.counts import counts as counts
    from metasyn.effects.effect_sizes import effect_sizes as effect_sizes
    from metasyn.effects.effects import Effects as Effects
    from metasyn.effects.effects import effects_from as effects_from
    from metasyn.effects.person_time import PersonTime as PersonTime
    from metasyn.effects.person_time import TwoArmPersonTime as TwoArmPersonTime
    from metasyn.effects.person_time import person_time as person_time
    from metasyn.errors import DataError as DataError
    from metasyn.errors import MetasynError as MetasynError
    from metasyn.errors import Note as Note
    from metasyn.errors import OutputError as OutputError
    from metasyn.errors import RegistryError as RegistryError
    from metasyn.errors import SpecError as SpecError
    from metasyn.errors import WorkbookError as WorkbookError
    from metasyn.exchange.bundle import Bundle as Bundle
    from metasyn.exchange.bundle import write_bundle as write_bundle
    from metasyn.figures.badge import badge_svg as badge_svg
    from metasyn.figures.badge import write_badge as write_badge
    from metasyn.figures.evidence_map import write_evidence_map as write_evidence_map
    from metasyn.figures.forest.options import ForestColumn as ForestColumn
    from metasyn.figures.forest.options import ForestOptions as ForestOptions
    from metasyn.figures.forest.options import RiskOfBias as RiskOfBias
    from metasyn.figures.funnel import write_funnel as write_funnel
    from metasyn.figures.prisma_flow import write_prisma_flow as write_prisma_flow
    from metasyn.figures.risk_of_bias.table import risk_of_bias as risk_of_bias
    from metasyn.figures.risk_of_bias.write import write_risk_of_bias as write_risk_of_bias
    from metasyn.figures.swimmer_write import write_swimmer as write_swimmer
    from metasyn.figures.tipping import write_tipping as write_tipping
    from metasyn.figures.write import write_forest as write_forest
    from metasyn.figures.write_figure import write_figure as write_figure
    from metasyn.models.batch.lazy import pool_lazily as pool_lazily
    from metasyn.models.batch.pool_many import pool_many as pool_many
    from metasyn.models.batch.table import PooledTable as PooledTable
    from metasyn.models.beta_binomial import PooledBetaBinomial as PooledBetaBinomial
    from metasyn.models.binomial_normal.rate_sets import RateSets as RateSets
    from metasyn.models.binomial_normal.rate_sets import pool_rate_sets as pool_rate_sets
    from metasyn.models.design_weights import DesignRule as DesignRule
    from metasyn.models.design_weights import DesignWeights as DesignWeights
    from metasyn.models.exact import ExactOddsRatio as ExactOddsRatio
    from metasyn.models.exact import clopper_pearson as clopper_pearson
    from metasyn.models.exact import exact_odds_ratio as exact_odds_ratio
    from metasyn.models.exact import mid_p_interval as mid_p_interval
    from metasyn.models.freeman_tukey import FreemanTukeyGap as FreemanTukeyGap
    from metasyn.models.freeman_tukey import freeman_tukey_gap as freeman_tukey_gap
    from metasyn.models.groups import Groups as Groups
    from metasyn.models.groups import Line as Line
    from metasyn.models.groups import StudyRow as StudyRow
    from metasyn.models.interval import Interval as Interval
    from metasyn.models.mantel_haenszel import PooledMantelHaenszel as PooledMantelHaenszel
    from metasyn.models.pool import pool as pool
    from metasyn.models.pool_by import pool_by as pool_by
    from metasyn.models.random_effects.fit_statistics import FitStatistics as FitStatistics
    from metasyn.models.random_effects.fit_statistics import fit_statistics as fit_statistics
    from metasyn.models.random_effects.heterogeneity import Heterogeneity as Heterogeneity
    from metasyn.models.random_effects.heterogeneity import heterogeneity as heterogeneity
    from metasyn.models.random_effects.permutation import PermutationTest as PermutationTest
    from metasyn.models.random_effects.permutation import permutation_test as permutation_test
    from metasyn.models.random_effects.predictive import probability_beyond as probability_beyond
    from metasyn.models.random_effects.subgroups import Subgroups as Subgroups
    from metasyn.models.random_effects.subgroups import subgroups as subgroups
    from metasyn.models.rare_events import RareEvents as RareEvents
    from metasyn.models.rare_events import RareEventsRow as RareEventsRow
    from metasyn.models.rare_events import rare_events as rare_events
    from metasyn.models.rate import PooledRate as PooledRate
    from metasyn.models.regression import Regression as Regression
    from metasyn.models.results import NotPooled as NotPooled
    from metasyn.models.results import Pooled as Pooled
    from metasyn.models.simulate.performance import Simulation as Simulation
    from metasyn.models.simulate.scenario import Scenario as Scenario
    from metasyn.models.simulate.selected_cases import SelectedCases as SelectedCases
    from metasyn.models.simulate.selected_cases import SelectedSets as SelectedSets
    from metasyn.models.simulate.selected_cases import rate_performance as rate_performance
    from metasyn.models.simulate.selected_cases import selected_sets as selected_sets
    from metasyn.models.simulate.simulate import simulate as simulate
    from metasyn.models.specs import BetaBinomial as BetaBinomial
    from metasyn.models.specs import BinomialNormal as BinomialNormal
    from metasyn.models.specs import CommonEffect as CommonEffect
    from metasyn.models.specs import FirthLogistic as FirthLogistic
    from metasyn.models.specs import HenmiCopas as HenmiCopas
    from metasyn.models.specs import IVhet as IVhet
    from metasyn.models.specs import MantelHaenszel as MantelHaenszel
    from metasyn.models.specs import Peto as Peto
    from metasyn.models.specs import PoissonNormal as PoissonNormal
    from metasyn.models.specs import QualityEffects as QualityEffects
    from metasyn.models.specs import RandomEffects as RandomEffects
    from metasyn.records.appraisal import Appraisal as Appraisal
    from metasyn.records.appraisal_weights import QualityWeights as QualityWeights
    from metasyn.records.appraisal_weights import quality_weights as quality_weights
    from metasyn.records.search_flow import SearchFlow as SearchFlow
    from metasyn.records.tallies import Tallies as Tallies
    from metasyn.records.tallies import Tally as Tally
    from metasyn.records.tally import tally as tally
    from metasyn.registry.issues import Issue as Issue
    from metasyn.registry.issues import Issues as Issues
    from metasyn.registry.registry import Registry as Registry
    from metasyn.registry.registry import read_registry as read_registry
    from metasyn.report.write import ReportFiles as ReportFiles
    from metasyn.report.write import write_report as write_report

_HOMES = {
    "metasyn.diagnostics.annotators": ("AnnotatorAgreement", "annotator_agreement"),
    "metasyn.diagnostics.baujat": ("Baujat", "baujat"),
    "metasyn.diagnostics.bootstrap": ("Bootstrap", "bootstrap"),
    "metasyn.diagnostics.case_evidence": ("CaseEvidence", "case_evidence"),
    "metasyn.diagnostics.copas": ("Copas", "copas"),
    "metasyn.diagnostics.cumulative": ("Cumulative", "cumulative"),
    "metasyn.diagnostics.diagnosis": ("Diagnosis", "diagnose"),
    "metasyn.diagnostics.effect_direction": ("EffectDirections", "effect_direction_test"),
    "metasyn.diagnostics.excess_significance": ("ExcessSignificance", "excess_significance"),
    "metasyn.diagnostics.fail_safe_n": ("FailSafeN", "fail_safe_n"),
    "metasyn.diagnostics.funnel_tests": ("FunnelTest", "egger"),
    "metasyn.diagnostics.gosh": ("Gosh", "gosh"),
    "metasyn.diagnostics.influence": ("Influence", "influence"),
    "metasyn.diagnostics.labbe": ("Labbe", "labbe"),
    "metasyn.diagnostics.leave_one_out": ("LeaveOneOut", "leave_one_out"),
    "metasyn.diagnostics.limit_meta_analysis": ("LimitMetaAnalysis", "limit_meta_analysis"),
    "metasyn.diagnostics.p_curve": ("PCurve", "p_curve"),
    "metasyn.diagnostics.p_uniform": ("PUniform", "p_uniform"),
    "metasyn.diagnostics.permuted_egger": ("PermutedEgger", "permuted_egger"),
    "metasyn.diagnostics.pet_peese": ("PetPeese", "pet_peese"),
    "metasyn.diagnostics.publication_bias_sensitivity": (
        "PublicationBiasSensitivity",
        "publication_bias_sensitivity",
    ),
    "metasyn.diagnostics.profile_likelihood": ("ProfileLikelihood", "profile_likelihood"),
    "metasyn.diagnostics.qq": ("NormalQQ", "normal_qq"),
    "metasyn.diagnostics.radial": ("Radial", "radial"),
    "metasyn.diagnostics.rank_test": ("RankTest", "begg"),
    "metasyn.diagnostics.selection_models.model": ("selection_model",),
    "metasyn.diagnostics.selection_models.result": ("SelectionModel",),
    "metasyn.diagnostics.selection_models.vevea_woods": ("VeveaWoods", "vevea_woods"),
    "metasyn.diagnostics.trim_and_fill": ("TrimAndFill", "trim_and_fill"),
    "metasyn.diagnostics.what_would_it_take": ("WhatWouldItTake", "what_would_it_take"),
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
    "metasyn.exchange.bundle": ("Bundle", "write_bundle"),
    "metasyn.figures.badge": ("badge_svg", "write_badge"),
    "metasyn.figures.evidence_map": ("write_evidence_map",),
    "metasyn.figures.forest.options": ("ForestColumn", "ForestOptions", "RiskOfBias"),
    "metasyn.figures.funnel": ("write_funnel",),
    "metasyn.figures.tipping": ("write_tipping",),
    "metasyn.figures.prisma_flow": ("write_prisma_flow",),
    "metasyn.figures.swimmer_write": ("write_swimmer",),
    "metasyn.figures.risk_of_bias.table": ("risk_of_bias",),
    "metasyn.figures.risk_of_bias.write": ("write_risk_of_bias",),
    "metasyn.figures.write": ("write_forest",),
    "metasyn.figures.write_figure": ("write_figure",),
    "metasyn.models.beta_binomial": ("PooledBetaBinomial",),
    "metasyn.models.binomial_normal.rate_sets": ("RateSets", "pool_rate_sets"),
    "metasyn.models.batch.lazy": ("pool_lazily",),
    "metasyn.models.batch.pool_many": ("pool_many",),
    "metasyn.models.batch.table": ("PooledTable",),
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
    "metasyn.models.simulate.performance": ("Simulation",),
    "metasyn.models.simulate.scenario": ("Scenario",),
    "metasyn.models.simulate.selected_cases": (
        "SelectedCases",
        "SelectedSets",
        "rate_performance",
        "selected_sets",
    ),
    "metasyn.models.simulate.simulate": ("simulate",),
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
    "metasyn.records.appraisal": ("Appraisal",),
    "metasyn.records.appraisal_weights": ("QualityWeights", "quality_weights"),
    "metasyn.records.search_flow": ("SearchFlow",),
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
