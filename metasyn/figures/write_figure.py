"""Any result as a figure in a file: its class says which figure."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from metasyn.diagnostics.annotators import AnnotatorAgreement
from metasyn.diagnostics.baujat import Baujat
from metasyn.diagnostics.bootstrap import Bootstrap
from metasyn.diagnostics.case_evidence.evidence import CaseEvidence
from metasyn.diagnostics.case_evidence.tipping import Tipping
from metasyn.diagnostics.copas.result import Copas
from metasyn.diagnostics.diagnosis import Diagnosis
from metasyn.diagnostics.effect_direction import EffectDirections
from metasyn.diagnostics.excess_significance import ExcessSignificance
from metasyn.diagnostics.fail_safe_n import FailSafeN
from metasyn.diagnostics.funnel_tests import FunnelTest
from metasyn.diagnostics.gosh import Gosh
from metasyn.diagnostics.influence import Influence
from metasyn.diagnostics.labbe import Labbe
from metasyn.diagnostics.limit_meta_analysis import LimitMetaAnalysis
from metasyn.diagnostics.p_curve import PCurve
from metasyn.diagnostics.p_uniform import PUniform
from metasyn.diagnostics.permuted_egger import PermutedEgger
from metasyn.diagnostics.pet_peese import PetPeese
from metasyn.diagnostics.profile_likelihood import ProfileLikelihood
from metasyn.diagnostics.publication_bias_sensitivity.result import PublicationBiasSensitivity
from metasyn.diagnostics.qq import NormalQQ
from metasyn.diagnostics.radial import Radial
from metasyn.diagnostics.rank_test import RankTest
from metasyn.diagnostics.selection_models.result import SelectionModel
from metasyn.diagnostics.selection_models.vevea_woods import VeveaWoods
from metasyn.diagnostics.trim_and_fill import TrimAndFill
from metasyn.diagnostics.what_would_it_take import WhatWouldItTake
from metasyn.errors import SpecError
from metasyn.figures.diagnostics.asymmetry import asymmetry_layout, pet_peese_layout
from metasyn.figures.diagnostics.baujat import baujat_layout
from metasyn.figures.diagnostics.bias_sensitivity import bias_sensitivity_layout
from metasyn.figures.diagnostics.bootstrap import bootstrap_layout
from metasyn.figures.diagnostics.bubble import bubble_layout
from metasyn.figures.diagnostics.copas import copas_layout
from metasyn.figures.diagnostics.diagnosis import diagnosis_layout
from metasyn.figures.diagnostics.effect_direction import effect_direction_layout
from metasyn.figures.diagnostics.excess_significance import excess_significance_layout
from metasyn.figures.diagnostics.fail_safe_n import fail_safe_layout
from metasyn.figures.diagnostics.gosh import gosh_layout
from metasyn.figures.diagnostics.influence import influence_layout
from metasyn.figures.diagnostics.labbe import labbe_layout
from metasyn.figures.diagnostics.limit import limit_layout
from metasyn.figures.diagnostics.p_curve import p_curve_layout
from metasyn.figures.diagnostics.p_uniform import p_uniform_layout
from metasyn.figures.diagnostics.permutation import permutation_layout, permuted_egger_layout
from metasyn.figures.diagnostics.profile import profile_layout
from metasyn.figures.diagnostics.qq import qq_layout
from metasyn.figures.diagnostics.radial import radial_layout
from metasyn.figures.diagnostics.rank_test import rank_test_layout
from metasyn.figures.diagnostics.selection import selection_layout
from metasyn.figures.diagnostics.vevea_woods import vevea_woods_layout
from metasyn.figures.diagnostics.what_would_it_take import what_would_it_take_layout
from metasyn.figures.files import write_layout
from metasyn.figures.forest_layout import ForestResults, forest_layout
from metasyn.figures.funnel import trim_and_fill_layout
from metasyn.figures.marks import Layout
from metasyn.figures.styles import StyleName
from metasyn.figures.tipping import tipping_layout
from metasyn.figures.write import PAGE_HEIGHT
from metasyn.models.random_effects.permutation import PermutationTest
from metasyn.models.regression import Regression

__all__ = ["LAYOUTS", "WITHOUT", "figure_layout", "write_figure"]


LAYOUTS: Mapping[type, Callable[..., Layout]] = MappingProxyType(
    {
        **dict.fromkeys(get_args(ForestResults), forest_layout),
        Baujat: baujat_layout,
        Bootstrap: bootstrap_layout,
        CaseEvidence: tipping_layout,
        Copas: copas_layout,
        Diagnosis: diagnosis_layout,
        EffectDirections: effect_direction_layout,
        ExcessSignificance: excess_significance_layout,
        FailSafeN: fail_safe_layout,
        FunnelTest: asymmetry_layout,
        Gosh: gosh_layout,
        Influence: influence_layout,
        Labbe: labbe_layout,
        LimitMetaAnalysis: limit_layout,
        NormalQQ: qq_layout,
        PCurve: p_curve_layout,
        PUniform: p_uniform_layout,
        PermutationTest: permutation_layout,
        PermutedEgger: permuted_egger_layout,
        PetPeese: pet_peese_layout,
        ProfileLikelihood: profile_layout,
        PublicationBiasSensitivity: bias_sensitivity_layout,
        Radial: radial_layout,
        RankTest: rank_test_layout,
        Regression: bubble_layout,
        SelectionModel: selection_layout,
        Tipping: tipping_layout,
        TrimAndFill: trim_and_fill_layout,
        VeveaWoods: vevea_woods_layout,
        WhatWouldItTake: what_would_it_take_layout,
    }
)
"""Class of a result to its layout: a function of the result, a style, and ``title=``."""

IN_ROWS = (forest_layout, effect_direction_layout)
"""Layouts that grow with the studies; a PDF has them in pages."""

WITHOUT: Mapping[type, str] = MappingProxyType(
    {
        AnnotatorAgreement: "three classes by three are nine counts, which its to_frame() tells "
        "better",
    }
)
"""Class of a result to why no figure of it would say more than its table."""


def figure_layout(
    result: object,
    style: StyleName = "plain",
    *,
    title: str | None = None,
    page_height: float | None = None,
) -> Layout:
    """The figure of a result, as data; arguments as in :func:`write_figure`.

    Figures of one row a study come in pages of at most ``page_height``, where one is given.

    Raises
    ------
    SpecError
        If there is no figure of such a result, or it cannot be drawn.
    """
    found = (LAYOUTS[kind] for kind in type(result).__mro__ if kind in LAYOUTS)
    layout = next(found, None)
    for kind, why in WITHOUT.items():
        if isinstance(result, kind):
            raise SpecError(f"There is no figure of {kind.__name__}: {why}.")
    if layout is None:
        known = ", ".join(sorted(kind.__name__ for kind in LAYOUTS))
        raise SpecError(
            f"There is no figure of a {type(result).__name__}; there are figures of {known}."
            f"{_as_table(result)}"
        )
    if page_height is not None and layout in IN_ROWS:
        return layout(result, style, title=title, page_height=page_height)
    return layout(result, style, title=title)


def _as_table(result: object) -> str:
    """Where to look instead, for results that are tables."""
    if not hasattr(result, "to_frame"):
        return ""
    return f" A {type(result).__name__} is a table: see its to_frame() or summary()."


def write_figure(
    result: Any,
    path: str | os.PathLike[str],
    style: StyleName = "plain",
    *,
    title: str | None = None,
    dpi: float = 300,
) -> Path:
    """Draw the figure of a result into a file.

    Parameters
    ----------
    result
        What a diagnostic or a model returned: the class of the result says which figure it is.
    path
        Where to: ``.svg``, ``.png`` or ``.pdf`` (figures with a row a study come in pages).
    style
        House style.
    title
        Stands above the figure.
    dpi
        Resolution of a PNG.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SpecError
        If there is no figure of such a result, no such style or kind of file.
    OutputError
        If the file cannot be written.
    """
    height = PAGE_HEIGHT if Path(path).suffix.lower() == ".pdf" else None
    layout = figure_layout(result, style, title=title, page_height=height)
    return write_layout(layout, path, dpi=dpi)
