"""Trials sampled fairly beside single cases published selectively: truths, data, performance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from metasyn.effects.arrays import FloatArray

__all__ = ["SelectedCases", "SelectedSets", "rate_performance", "selected_sets"]


@dataclass(frozen=True)
class SelectedCases:
    """What is true: trials sampled fairly, single cases published selectively.

    Parameters
    ----------
    code
        Name of the scenario.
    odds
        Odds ratio of publication, success to failure: every success is published, a failure with
        probability ``1 / odds``.
    p
        Rate in the median study.
    tau
        Standard deviation of the logits between studies.
    trials, sizes
        Number of trials, and fewest and most patients in one.
    cases
        Number of published reports of one patient.
    """

    code: str
    odds: float
    p: float
    tau: float
    trials: int
    sizes: tuple[int, int]
    cases: int

    def draw(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Events and patients: trials first, then the single cases that were published.

        Examples
        --------
        >>> truth = SelectedCases("two trials", 4, 0.6, 0.5, 2, (10, 40), 3)
        >>> xi, ni = truth.draw(np.random.default_rng(1))
        >>> bool((xi <= ni).all()), ni[2:].tolist()
        (True, [1.0, 1.0, 1.0])
        """
        low, high = self.sizes
        n = rng.integers(low, high + 1, self.trials)
        x = rng.binomial(n, expit(logit(self.p) + self.tau * rng.standard_normal(self.trials)))
        published: list[float] = []
        while len(published) < self.cases:
            rate = expit(logit(self.p) + self.tau * rng.standard_normal())
            success = rng.random() < rate
            if success or rng.random() < 1 / self.odds:
                published.append(float(success))
        return np.concatenate([x, published]), np.concatenate([n, np.ones(self.cases)])


class SelectedSets(NamedTuple):
    """Data sets, padded with NaN, shape (sets, studies), and what was true of each."""

    xi: FloatArray
    ni: FloatArray
    truth: tuple[SelectedCases, ...]

    def without_cases(self) -> SelectedSets:
        """The trials alone."""
        case = self.ni <= 2
        return SelectedSets(
            np.where(case, np.nan, self.xi), np.where(case, np.nan, self.ni), self.truth
        )


def selected_sets(
    truths: Sequence[SelectedCases], rngs: Sequence[np.random.Generator]
) -> SelectedSets:
    """One data set a truth, each from its own generator."""
    rows = [truth.draw(rng) for truth, rng in zip(truths, rngs, strict=True)]
    width = max(len(x) for x, _ in rows)
    xi, ni = np.full((2, len(rows), width), np.nan)
    for row, (x, n) in enumerate(rows):
        xi[row, : len(x)], ni[row, : len(n)] = x, n
    return SelectedSets(xi, ni, tuple(truths))


def rate_performance(truth: FloatArray, rates: FloatArray) -> dict[str, float]:
    """Bias, root mean squared error, coverage and width, each with its Monte Carlo error.

    Parameters
    ----------
    truth
        True rates, shape (sets,).
    rates
        Estimated rates and the ends of their intervals, shape (3, sets).

    References
    ----------
    Morris, White & Crowther 2019, Statistics in Medicine 38:2074-2102, table 6; the error of the
    root mean squared error by the delta method.

    Examples
    --------
    >>> found = rate_performance(np.array([0.5, 0.5]), np.array([[0.4, 0.8], [0.2, 0.6], [0.7, 1]]))
    >>> round(found["bias"], 3), found["coverage"], round(found["width"], 3)
    (0.1, 0.5, 0.45)
    """
    rate, low, high = rates
    error, size = rate - truth, len(truth)
    covered, width = (low <= truth) & (truth <= high), high - low
    rmse = float(np.sqrt(np.mean(error**2)))
    coverage = float(covered.mean())
    root = np.sqrt(size)
    return {
        "data_sets": size,
        "bias": float(error.mean()),
        "bias_mc": float(error.std() / root),
        "rmse": rmse,
        "rmse_mc": float((error**2).std() / (2 * max(rmse, 1e-12) * root)),
        "coverage": coverage,
        "coverage_mc": float(np.sqrt(coverage * (1 - coverage)) / root),
        "width": float(width.mean()),
        "width_mc": float(width.std() / root),
    }
