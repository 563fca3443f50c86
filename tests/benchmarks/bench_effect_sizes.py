"""A million effect sizes at once: ``make bench``."""

import numpy as np
import pytest

import metasyn as ms

ROWS = 1_000_000


def data(measure):
    generator = np.random.default_rng(1)
    n1, n2 = generator.integers(50, 100, (2, ROWS))
    if measure == "OR":
        a, c = generator.integers(0, 50, (2, ROWS))
        return {"ai": a, "n1i": n1, "ci": c, "n2i": n2}
    if measure == "PFT":
        return {"xi": generator.integers(0, 50, ROWS), "ni": n1}
    m1, m2 = generator.normal(size=(2, ROWS))
    s1, s2 = generator.uniform(1, 2, (2, ROWS))
    return {"m1i": m1, "m2i": m2, "sd1i": s1, "sd2i": s2, "n1i": n1, "n2i": n2}


@pytest.mark.parametrize("measure", ["OR", "SMD", "PFT"])
def test_a_million_rows(benchmark, measure):
    given = data(measure)
    effects = benchmark(lambda: ms.effect_sizes(measure, **given))
    assert len(effects) == ROWS
