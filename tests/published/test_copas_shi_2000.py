"""Copas and Shi 2000, BMJ 320:417: passive smoking and lung cancer, 37 studies (Hackshaw 1998).

Figures of the abstract (p. 417): an excess risk of 24% (95% interval 13% to 36%) if nothing is
selected, a significant correlation of outcome and size, and 15% if 60% of studies are included.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr

import metasyn as ms
from metasyn.diagnostics.copas.search import Studies, best

SETS = json.loads((Path(__file__).parents[1] / "reference" / "bias_packages.json").read_text())


@pytest.fixture(scope="module")
def effects():
    given = SETS["sets"]["hackshaw1998"]
    return ms.effects_from(given["yi"], given["vi"])


def test_without_selection(effects):
    pooled = ms.pool(effects, ms.RandomEffects("DL", ci="z"))
    excess = np.exp([pooled.estimate, pooled.ci.low, pooled.ci.high]) - 1
    np.testing.assert_allclose(excess, [0.24, 0.13, 0.36], atol=0.005)


def test_selection_is_significant(effects):
    assert ms.copas(effects).residual_p[0] < 0.05


def test_sixty_percent_of_studies(effects):
    """15%, where the most precise study is all but certain to be published (0.99).

    The abstract does not give the parameters of selection; the authors take selection to fade for
    large studies.
    """
    studies, sei = Studies.of(effects, None), np.sqrt(effects.vi)

    def gamma1(gamma0):
        return (2.326348 - gamma0) * sei.min()

    def share(gamma0):
        published = ndtr(gamma0 + gamma1(gamma0) / sei)
        return len(sei) / float((1.0 / published).sum())

    gamma0 = brentq(lambda at: share(at) - 0.6, -3.0, 2.0)
    gammas = np.array([gamma0]), np.array([gamma1(gamma0) / studies.scale])
    mean = best(studies, *gammas, studies.starts()[None]).at[0, 0] * studies.scale
    assert np.exp(mean) - 1 == pytest.approx(0.15, abs=0.005)
