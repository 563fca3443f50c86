"""Schwarzer, Carpenter and Rücker 2015, Meta-Analysis with R (Springer), chapter 5.

Limit meta-analysis of 37 trials of topical non-steroidals in acute pain (Moore et al. 1998, BMJ
316:333; metasens' Moore1998): odds ratio 1.84 [1.26; 2.68] after adjustment.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import metasyn as ms

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "bias_packages.json").read_text())


def test_adjusted_odds_ratio():
    """The book's metasens gives the estimate the standard error that is now betalim's."""
    given = REFERENCE["sets"]["moore1998"]
    effects = ms.effects_from(given["yi"], given["vi"])
    found = ms.limit_meta_analysis(effects, ms.RandomEffects("DL", ci="z"))
    half = 1.959964 * found.betalim.se
    ends = found.adjusted.estimate + np.array([0.0, -half, half])
    assert np.exp(ends) == pytest.approx([1.84, 1.26, 2.68], abs=0.005)
