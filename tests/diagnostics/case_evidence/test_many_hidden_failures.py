"""Hidden failures by the hundred put points of the grid far from every study."""

import math

import metasyn as ms


def test_all_events_and_many_hidden_failures_stay_in_range():
    counts = ms.counts(xi=[10, 10, 2, 1, 2, 1], ni=[10, 10, 2, 1, 2, 1])
    evidence = ms.case_evidence(counts, threshold=0.2)
    assert math.isfinite(evidence.pooled.estimate)
    assert evidence.summary()
