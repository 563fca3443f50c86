"""A million rows in under a second, without a Python loop."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

from metasyn.effects.effect_sizes import effect_sizes

ROWS = 1_000_000


def _data(measure: str) -> dict[str, np.ndarray]:
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
def test_a_million_rows_take_less_than_a_second(measure: str) -> None:
    data = _data(measure)
    times = []
    for _ in range(3):  # the best of three: the machine may be busy
        start = perf_counter()
        effects = effect_sizes(measure, **data)
        times.append(perf_counter() - start)
    assert len(effects) == ROWS
    assert min(times) < 1
