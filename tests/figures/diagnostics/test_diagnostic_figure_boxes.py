"""Figures of diagnostics: nothing overlaps or is clipped, whatever the studies."""

import numpy as np
import pandas as pd
import pytest

import metasyn as ms
from metasyn.diagnostics.copas import copas
from metasyn.diagnostics.p_curve import p_curve
from metasyn.diagnostics.take import take
from metasyn.effects.counts import counts
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.marks import Text
from metasyn.figures.point_labels import MOST
from metasyn.figures.tipping import tipping_layout
from metasyn.figures.write_figure import LAYOUTS, figure_layout

TITLE = "What could be wrong with this pooled estimate, and how would a reader see it? "
DRAWN = {
    "baujat": (3, ms.baujat),
    "copas": (10, copas),
    "egger": (3, ms.egger),
    "pet-peese": (3, ms.pet_peese),
    "effect directions": (1, ms.effect_direction_test),
    "gosh": (2, lambda effects: ms.gosh(effects, subsets=3000)),
    "influence": (3, ms.influence),
    "labbe": (1, lambda effects: ms.labbe(tables(effects), -0.4, "OR")),
    "limit": (3, ms.limit_meta_analysis),
    "adjusted": (3, lambda effects: ms.diagnose(take(effects, range(min(60, len(effects)))))),
    "bootstrap": (3, lambda effects: ms.bootstrap(effects, ms.CommonEffect(), draws=100)),
    "excess significance": (2, ms.excess_significance),
    "fail-safe": (1, ms.fail_safe_n),
    "given selection": (2, ms.vevea_woods),
    "p-curve": (3, p_curve),
    "p-uniform": (3, lambda effects: ms.p_uniform(both_kinds(effects))),
    "permuted Egger": (4, lambda effects: ms.permuted_egger(effects, draws=100)),
    "permutation": (2, lambda effects: ms.permutation_test(ms.pool(effects), draws=100)),
    "ranks": (3, ms.begg),
    "what it would take": (3, lambda effects: ms.what_would_it_take(both_kinds(effects))),
    "profile": (2, ms.profile_likelihood),
    "qq": (2, lambda effects: ms.normal_qq(effects, draws=100)),
    "radial": (2, ms.radial),
    "regression": (3, lambda e: ms.pool(e, ms.RandomEffects(moderators="~ dose"))),
    "selection": (5, lambda e: ms.selection_model(e, "stepfun", steps=[0.025], alternative="less")),
    "sensitivity": (5, lambda e: ms.publication_bias_sensitivity(both_kinds(e))),
    "trim and fill": (3, ms.trim_and_fill),
}
"""Figure to the least number of studies, and its result."""
LABELS = [(5, "latin"), (80, "latin"), (60, "cyrillic"), (80, "chinese")]


def tables(effects):
    """2x2 tables of 40 patients, with the effects' labels."""
    k = len(effects)
    ai, ci = [(7 * i) % 21 for i in range(k)], [(3 * i + 1) % 21 for i in range(k)]
    return counts(ai=ai, bi=[20 - a for a in ai], ci=ci, di=[20 - c for c in ci], slab=effects.slab)


def both_kinds(effects):
    """At most 20 of the studies, every third one significant."""
    some = take(effects, range(min(20, len(effects))))
    z = [3.0 if i % 3 == 0 else 0.4 for i in range(len(some))]
    return ms.effects_from(z * np.sqrt(some.vi), some.vi, slab=some.slab)


@pytest.mark.parametrize("figure", DRAWN)
@pytest.mark.parametrize("k", [1, 2, 3, 13, 30, 120, 500])
def test_nothing_overlaps_for_any_number_of_studies(studies, check, figure, k):
    least, result_of = DRAWN[figure]
    effects = studies(max(k, least), 30)
    check(figure_layout(result_of(effects), title=TITLE * 2))


@pytest.mark.parametrize("figure", DRAWN)
@pytest.mark.parametrize(("length", "script"), LABELS)
def test_nothing_overlaps_for_any_label(studies, check, figure, length, script):
    layout = figure_layout(DRAWN[figure][1](studies(14, length, script)))
    check(layout)
    labels = [m for m in layout.pages[0].of("point-label") if isinstance(m, Text)]
    assert len({m.row for m in labels}) <= MOST


@pytest.mark.parametrize("style", ["revman", "bmj", "jama", "lancet"])
@pytest.mark.parametrize("figure", DRAWN)
def test_nothing_overlaps_in_any_style(studies, check, figure, style):
    check(figure_layout(DRAWN[figure][1](studies(13)), style, title="T"))


@pytest.mark.parametrize("figure", [name for name in DRAWN if name != "ranks"])  # all are tied
def test_studies_that_agree_exactly_are_drawn(check, figure):
    data = {"dose": [1.0, 2.0, 3.0, 4.0, 5.0, 6.5]}
    effects = ms.effects_from(
        [0.2] * 6, [0.01, 0.02, 0.03, 0.04, 0.05, 0.06], data=pd.DataFrame(data)
    )
    check(figure_layout(DRAWN[figure][1](effects)))


def test_every_layout_of_the_table_is_drawn_here_or_tested_elsewhere():
    elsewhere = (forest_layout, tipping_layout)
    here = [kind for kind, layout in LAYOUTS.items() if layout not in elsewhere]
    assert len(here) == len(DRAWN)


def hard(kind):
    """Fourteen studies: ratios from 1e-5 to 1e5, differences of a millionth, or almost the same."""
    rng = np.random.default_rng(4)
    yi, vi = (
        np.r_[-11.5, 11.5, rng.normal(0, 3, 12)],
        np.r_[0.5, 0.5, np.exp(rng.normal(-1, 2, 12))],
    )
    measure = "OR"
    if kind == "tiny":
        yi, vi, measure = rng.normal(3e-6, 1e-6, 14), np.exp(rng.normal(-27, 0.5, 14)), "MD"
    elif kind == "alike":
        yi, vi = 0.2 + 1e-9 * np.arange(14), np.linspace(0.01, 0.011, 14)
    data = pd.DataFrame({"dose": rng.gamma(2, 20, 14)})
    made = ms.effects_from(yi, vi, slab=[f"Study {i}" for i in range(14)], data=data)
    return ms.Effects(made.yi, made.vi, made.slab, measure=measure, ni=np.full(14, 80.0), data=data)


@pytest.mark.parametrize("figure", DRAWN)
@pytest.mark.parametrize("kind", ["extreme", "tiny", "alike"])
def test_nothing_overlaps_for_hard_values(check, figure, kind):
    check(figure_layout(DRAWN[figure][1](hard(kind)), title=TITLE))
