"""Log-likelihoods of counts, concave in their linear predictor, with two derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln, xlogy

from metasyn.effects.arrays import FloatArray, read_only

__all__ = ["Binomial", "Family", "Hypergeometric", "Poisson", "Terms"]

_HIGHEST_STEPS = 500
"""Steps of at most 1 on the log odds ratio reach any estimate of a table that people can fill."""


class Terms(NamedTuple):
    """Log-likelihood at a predictor, its slope, and minus its second derivative."""

    value: FloatArray
    slope: FloatArray
    curvature: FloatArray


class Family(Protocol):
    """One count a study, given a linear predictor."""

    def at(self, eta: FloatArray) -> Terms:
        """Evaluate at predictors of shape (k, nodes); the result has that shape."""

    def highest(self) -> FloatArray:
        """Log-likelihood of every study at its own best predictor, shape (k,)."""

    def take(self, studies: slice) -> Family:
        """The family of some of the studies."""


@dataclass(frozen=True, eq=False)
class Binomial:
    """Events among patients, on the logit scale.

    Parameters
    ----------
    events, n
        Shape (k,).
    """

    events: FloatArray
    n: FloatArray

    def at(self, eta: FloatArray) -> Terms:
        """Evaluate at logits of shape (k, nodes)."""
        events, n = self.events[:, None], self.n[:, None]
        decay = np.exp(-np.abs(eta))
        p = np.where(eta >= 0, 1.0, decay) / (1 + decay)
        log_q = -np.maximum(eta, 0) - np.log1p(decay)
        value = events * eta + n * log_q + _log_choose(n, events)
        return Terms(value, events - n * p, n * decay / (1 + decay) ** 2)

    def highest(self) -> FloatArray:
        """Log-likelihood at the observed proportions."""
        others = self.n - self.events
        size = np.maximum(self.n, 1)
        return read_only(
            _log_choose(self.n, self.events)
            + xlogy(self.events, self.events / size)
            + xlogy(others, others / size)
        )

    def take(self, studies: slice) -> Binomial:
        """The family of some of the studies."""
        return Binomial(self.events[studies], self.n[studies])


@dataclass(frozen=True, eq=False)
class Poisson:
    """Events over person-time, on the log-rate scale.

    Parameters
    ----------
    events, time
        Shape (k,).
    """

    events: FloatArray
    time: FloatArray

    def at(self, eta: FloatArray) -> Terms:
        """Evaluate at log rates of shape (k, nodes)."""
        events, log_time = self.events[:, None], np.log(self.time)[:, None]
        # exp overflows only where the likelihood is 0 anyway
        mean = np.exp(np.minimum(eta + log_time, 700))
        value = events * (eta + log_time) - mean - gammaln(events + 1)
        return Terms(value, events - mean, mean)

    def highest(self) -> FloatArray:
        """Log-likelihood at the observed rates."""
        return read_only(xlogy(self.events, self.events) - self.events - gammaln(self.events + 1))

    def take(self, studies: slice) -> Poisson:
        """The family of some of the studies."""
        return Poisson(self.events[studies], self.time[studies])


@dataclass(frozen=True, eq=False)
class Hypergeometric:
    """Events of the treated arm given all margins: the non-central hypergeometric distribution.

    The predictor is the log odds ratio (Fisher 1935; Stijnen, Hamza & Özdemir 2010, Statistics in
    Medicine 29:3046-3067, section 3.2). Every table of the support is summed, in logs.

    Parameters
    ----------
    events, n1, n2, total
        Events of the treated arm, patients of the two arms, events of both arms, shape (k,).
    """

    events: FloatArray
    n1: FloatArray
    n2: FloatArray
    total: FloatArray
    _shift: FloatArray = field(init=False, repr=False)
    _log_tables: FloatArray = field(init=False, repr=False)
    _sizes: npt.NDArray[np.intp] = field(init=False, repr=False)
    _starts: npt.NDArray[np.intp] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        low, high = self.edges()
        sizes = (high - low).astype(np.intp) + 1
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
        table = np.arange(sizes.sum()) - np.repeat(starts, sizes) + np.repeat(low, sizes)
        n1, n2, total, events = (
            np.repeat(x, sizes) for x in (self.n1, self.n2, self.total, self.events)
        )
        log_tables = _log_choose(n1, table) + _log_choose(n2, total - table)
        observed = _log_choose(n1, events) + _log_choose(n2, total - events)
        object.__setattr__(self, "_shift", table - events)
        object.__setattr__(self, "_log_tables", log_tables - observed)
        object.__setattr__(self, "_sizes", sizes)
        object.__setattr__(self, "_starts", starts)

    def at(self, eta: FloatArray) -> Terms:
        """Evaluate at log odds ratios of shape (k, nodes)."""
        shift = self._shift[:, None]
        terms = np.repeat(eta, self._sizes, axis=0) * shift + self._log_tables[:, None]
        top = np.maximum.reduceat(terms, self._starts, axis=0)
        terms = np.exp(terms - np.repeat(top, self._sizes, axis=0))
        total = np.add.reduceat(terms, self._starts, axis=0)
        mean = np.add.reduceat(terms * shift, self._starts, axis=0) / total
        spread = (shift - np.repeat(mean, self._sizes, axis=0)) ** 2
        variance = np.add.reduceat(terms * spread, self._starts, axis=0) / total
        return Terms(-top - np.log(total), -mean, variance)

    def edges(self) -> tuple[FloatArray, FloatArray]:
        """Fewest and most events that the margins allow, each of shape (k,)."""
        return np.maximum(0, self.total - self.n2), np.minimum(self.n1, self.total)

    def tables(self, eta: float) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Support of every table, less its events, and its probabilities at a log odds ratio."""
        for start, size in zip(self._starts, self._sizes, strict=True):
            part = slice(start, start + size)
            log_p = self._log_tables[part] + self._shift[part] * eta
            p = np.exp(log_p - log_p.max())
            yield self._shift[part], p / p.sum()

    def highest(self) -> FloatArray:
        """Log-likelihood at each table's conditional estimate; 0 at the edge of the support."""
        low, high = self.edges()
        inside = (self.events > low) & (self.events < high)
        eta = np.zeros((len(self.events), 1))
        for _ in range(_HIGHEST_STEPS):
            terms = self.at(eta)
            step = np.where(inside[:, None], terms.slope / np.maximum(terms.curvature, 1e-12), 0.0)
            eta += np.clip(step, -1, 1)
            if np.abs(step).max(initial=0.0) < 1e-9:
                break
        return read_only(np.where(inside, self.at(eta).value[:, 0], 0.0))

    def take(self, studies: slice) -> Hypergeometric:
        """The family of some of the studies."""
        return Hypergeometric(
            self.events[studies], self.n1[studies], self.n2[studies], self.total[studies]
        )


def _log_choose(n: FloatArray, k: FloatArray) -> FloatArray:
    # the beta function loses fewer digits than three gamma functions at large n
    choose: FloatArray = -betaln(n - k + 1, k + 1) - np.log1p(n)
    return choose
