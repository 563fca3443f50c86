"""A line without an estimate speaks for itself, as a pooled one does."""

from __future__ import annotations

import pytest

import metasyn as ms
from metasyn.models.line import not_poolable


@pytest.mark.parametrize(
    ("xi", "ni", "words"),
    [
        ([7], [12], "Not pooled, 1 study: one report.\n7 of 12: 0.5833 [0.2767, 0.8483]"),
        ([1, 0], [1, 1], "Not pooled, 2 studies: single cases only.\n1 of 2: 0.5000 [0.0126, 0.98"),
    ],
)
def test_says_why_and_gives_the_summed_counts(xi, ni, words):
    line = not_poolable(ms.counts(xi=xi, ni=ni), 0.95)
    assert line.summary().startswith(words)
    frame = line.to_frame()
    assert list(frame) == ["k", "code", "reason", "events", "n", "rate", "ci_low", "ci_high"]
    assert frame.loc[0, "rate"] == sum(xi) / sum(ni)
    assert frame.loc[0, "events"] == sum(xi)
    assert frame.loc[0, "reason"] in words


def test_a_line_without_counts_gives_its_interval_or_nothing():
    empty = ms.NotPooled(
        data=ms.counts(xi=[], ni=[]),
        k=0,
        reason="every row was set aside",
        code="no-study",
        events=None,
        n=None,
        ci=None,
    )
    assert empty.summary() == "Not pooled, 0 studies: every row was set aside."
    assert empty.to_frame().loc[0, ["rate", "ci_low", "ci_high"]].isna().all()
    own = ms.Interval(0.1, 0.4, 0.95, "z")
    alone = ms.NotPooled(
        data=ms.effects_from([0.2], [0.01]),
        k=1,
        reason="one report",
        code="single-study",
        events=None,
        n=None,
        ci=own,
    )
    assert alone.summary().endswith("Its own interval: [0.1000, 0.4000] (95%, z)")
