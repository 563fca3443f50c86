"""What a simulation draws: data sets of studies, the same whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Literal, NamedTuple, Protocol, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError
from metasyn.models.spec_checks import one_of

__all__ = ["Drawable", "Draws", "Scenario", "uniforms"]

Shape = Literal["normal", "laplace", "exponential"]

LEAST, MOST = 0.009, 0.6
"""Range of Brockwell and Gordon's variances."""


class Draws(NamedTuple):
    """Data sets.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances, shape (sets, studies); NaN where a study is absent.
    new
        True effect of one more study of each set, shape (sets,).
    """

    yi: FloatArray
    vi: FloatArray
    new: FloatArray


class Drawable(Protocol):
    """What can be simulated: the truth, and data sets by their numbers.

    Sets with the same numbers and seed must be the same, whichever are drawn together.
    """

    @property
    def mean(self) -> float:
        """True mean effect."""
        ...

    @property
    def tau2(self) -> float:
        """True variance between studies."""
        ...

    @property
    def studies(self) -> int:
        """Largest number of studies of a set."""
        ...

    def draw(self, first: int, count: int, seed: int) -> Draws:
        """Data sets number ``first`` and on."""
        ...


@dataclass(frozen=True)
class Scenario:
    """Studies around a mean with known sampling variances.

    Parameters
    ----------
    k
        Number of studies; a pair draws it evenly from a range, both ends included.
    mean
        True mean effect.
    tau2
        True variance between studies.
    vi
        Sampling variances, one a study; None draws them as Brockwell and Gordon did, a quarter of
        a chi-squared variable with one degree of freedom, kept between 0.009 and 0.6.
    effects
        Distribution of the true effects: ``normal``, ``laplace`` (heavy tails) or ``exponential``
        (skewed to the right), with this mean and variance.

    Raises
    ------
    SpecError
        If an argument makes no sense.

    References
    ----------
    Brockwell and Gordon 2001, Stat Med 20:825, sec. 4.

    Examples
    --------
    >>> Scenario(5, tau2=0.1).draw(0, 2, seed=1).yi.shape
    (2, 5)
    """

    k: int | tuple[int, int] = 10
    _: KW_ONLY
    mean: float = 0.0
    tau2: float = 0.0
    vi: tuple[float, ...] | None = None
    effects: Shape = "normal"

    def __post_init__(self) -> None:
        one_of("effects", self.effects, get_args(Shape))
        low, high = self._range
        if not 1 <= low <= high:
            raise SpecError(f"k is {self.k!r}; it must be a positive number, or a range of them.")
        if not 0.0 <= self.tau2 < np.inf or not np.isfinite(self.mean):
            raise SpecError("mean must be finite, and tau2 finite and not negative.")
        if self.vi is not None:
            object.__setattr__(self, "vi", tuple(float(v) for v in self.vi))
            if len(self.vi) != high or not all(0.0 < v < np.inf for v in self.vi):
                raise SpecError(f"vi must be {high} positive, finite variances, one a study.")

    @property
    def _range(self) -> tuple[int, int]:
        return (self.k, self.k) if isinstance(self.k, int) else self.k

    @property
    def studies(self) -> int:
        """Largest number of studies of a set."""
        return self._range[1]

    def draw(self, first: int, count: int, seed: int) -> Draws:
        """Data sets number ``first`` and on.

        Parameters
        ----------
        first, count
            Number of the first set, and how many.
        seed
            Key of the generator.
        """
        low, m = self._range
        u = uniforms(first, count, 3 * m + 2, seed)
        of_k, of_effects, of_errors, of_variances = np.split(u, (1, m + 2, 2 * m + 2), axis=1)
        true = self.mean + np.sqrt(self.tau2) * _DEVIATES[self.effects](of_effects)
        vi = _variances(of_variances) if self.vi is None else np.tile(self.vi, (count, 1))
        yi = true[:, :m] + np.sqrt(vi) * ndtri(of_errors)
        absent = np.arange(m) >= low + np.floor(of_k * (m - low + 1))
        yi[absent] = vi[absent] = np.nan
        return Draws(yi, vi, true[:, m])


def uniforms(first: int, count: int, words: int, seed: int) -> FloatArray:
    """Uniform numbers between 0 and 1, both excluded, for data sets by their numbers.

    Every set has its own stretch of the counter of Philox (Salmon et al. 2011), so that its numbers
    depend on nothing but its own number and the seed.

    Parameters
    ----------
    first, count
        Number of the first set, and how many.
    words
        Numbers for each set.
    seed
        Key of the generator.

    Returns
    -------
    array
        Shape (count, words).

    Examples
    --------
    >>> together, alone = uniforms(0, 3, 5, seed=7), uniforms(2, 1, 5, seed=7)
    >>> bool((together[2] == alone[0]).all())
    True
    """
    steps = -(-words // 4)
    generator = np.random.Philox(key=seed, counter=first * steps)
    raw = generator.random_raw(count * steps * 4).reshape(count, steps * 4)[:, :words]
    numbers: FloatArray = ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    return numbers


def _variances(u: FloatArray) -> FloatArray:
    """Brockwell and Gordon's variances as squares of a truncated normal variable."""
    low, high = ndtr(2.0 * np.sqrt(LEAST)), ndtr(2.0 * np.sqrt(MOST))
    root = ndtri(low + (high - low) * u)
    variances: FloatArray = 0.25 * root * root
    return variances


def _laplace(u: FloatArray) -> FloatArray:
    centred = u - 0.5
    deviate: FloatArray = -np.sign(centred) * np.log1p(-2.0 * np.abs(centred)) / np.sqrt(2.0)
    return deviate


def _exponential(u: FloatArray) -> FloatArray:
    deviate: FloatArray = -np.log1p(-u) - 1.0
    return deviate


_DEVIATES: dict[Shape, Callable[[FloatArray], FloatArray]] = {
    "normal": ndtri,
    "laplace": _laplace,
    "exponential": _exponential,
}
"""Deviates of mean 0 and variance 1 from uniform numbers."""
