"""More significant studies than their power lets expect: the test for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from metasyn.diagnostics.no_null import no_null, withheld
from metasyn.diagnostics.p_words import p_words
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError
from metasyn.models.pool import pool

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ExcessSignificance", "excess_significance"]

Test = Literal["chi2", "binom", "exact"]
Alternative = Literal["two-sided", "greater", "less"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ExcessSignificance:
    """A test of excess significance.

    Parameters
    ----------
    slab
        Study labels.
    significant
        Whether each study is, shape (k,).
    power
        Power of each study at the pooled effect, shape (k,).
    observed, expected
        Number of significant studies, and the sum of the powers.
    test
        ``chi2``, ``binom`` or ``exact``.
    statistic
        Chi-squared; None for the others.
    p_value
        One-sided: more significant studies than expected.
    theta, tau2
        Effect and variance between studies that the powers are computed at.
    notes
        What a reader has to know.
    """

    slab: tuple[str, ...]
    significant: tuple[bool, ...]
    power: FloatArray
    observed: int
    expected: float
    test: str
    statistic: float | None
    p_value: float
    theta: float
    tau2: float
    notes: tuple[Note, ...] = ()

    @property
    def ratio(self) -> float:
        """Observed over expected."""
        return self.observed / self.expected if self.expected else math.inf

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab significant power``."""
        import pandas as pd

        columns = {"slab": self.slab, "significant": self.significant, "power": self.power}
        return pd.DataFrame(columns)

    @property
    def trusted(self) -> bool:
        """False where significance says nothing: measures of one group have no null."""
        return not any(note.code == "no-null" for note in self.notes)

    def summary(self, *, insist: bool = False) -> str:
        """Observed and expected numbers, and the test.

        Parameters
        ----------
        insist
            Tell it even where it should not be trusted; else the reason stands in its place.
        """
        what = f"Excess significance ({self.test}), {len(self.slab)} studies"
        if not (self.trusted or insist):
            return withheld(what, self.notes)
        line = (
            f"{what}: {self.observed} significant, {self.expected:.2f} expected, "
            f"{p_words(self.p_value)}"
        )
        return "\n".join([line, *(f"Note: {note}" for note in self.notes)])


def excess_significance(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    alpha: float = 0.05,
    alternative: Alternative = "two-sided",
    test: Test = "chi2",
) -> ExcessSignificance:
    """Compare the number of significant studies with the sum of their powers.

    Parameters
    ----------
    effects
        Estimates and sampling variances of two or more studies.
    spec
        The model that gives effect and tau2; :class:`~metasyn.RandomEffects` by default. Power is
        over the distribution of true effects.
    alpha
        Level of the studies' tests.
    alternative
        Of the studies' tests.
    test
        ``chi2`` (Ioannidis and Trikalinos), ``binom`` (all powers equal their mean) or ``exact``
        (Poisson-binomial).

    Raises
    ------
    SpecError
        If an argument is unknown or out of range.
    DataError
        If there are fewer than two studies.

    References
    ----------
    Ioannidis and Trikalinos 2007, Clin Trials 4:245.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = excess_significance(effects_from([0.5, 0.6, 0.1], [0.04, 0.04, 0.04]))
    >>> found.observed, round(found.expected, 2)
    (2, 1.54)
    """
    spec = one_mean(effects, spec, "The test of excess significance", 2)
    if alternative not in get_args(Alternative) or test not in get_args(Test):
        raise SpecError(
            f"alternative must be one of {', '.join(get_args(Alternative))} and test one of "
            f"{', '.join(get_args(Test))}; got {alternative!r} and {test!r}."
        )
    if not 0.0 < alpha < 0.5:
        raise SpecError(f"alpha must lie between 0 and 0.5, not {alpha:g}.")
    pooled = pool(effects, spec)
    tau2 = pooled.tau2 or 0.0
    significant = _rejects(effects, alpha, alternative)
    power = _power(effects, pooled.estimate, tau2, alpha, alternative)
    observed, expected = int(significant.sum()), float(power.sum())
    statistic, p_value = _TESTS[test](observed, power)
    return ExcessSignificance(
        slab=effects.slab,
        significant=tuple(bool(is_so) for is_so in significant),
        power=read_only(power),
        observed=observed,
        expected=expected,
        test=test,
        statistic=statistic,
        p_value=p_value,
        theta=pooled.estimate,
        tau2=tau2,
        notes=(*no_null(effects.measure), *_notes(len(effects), expected, test)),
    )


def _rejects(effects: Effects, alpha: float, alternative: str) -> np.ndarray:
    from scipy.special import ndtr

    z = effects.yi / np.sqrt(effects.vi)
    tails = {"two-sided": 2.0 * ndtr(-np.abs(z)), "greater": ndtr(-z), "less": ndtr(z)}
    rejects: np.ndarray = tails[alternative] <= alpha
    return rejects


def _power(
    effects: Effects, theta: float, tau2: float, alpha: float, alternative: str
) -> FloatArray:
    """Probability of a significant result, over true effects that vary with tau2."""
    from scipy.special import ndtr, ndtri

    two = alternative == "two-sided"
    cut = -float(ndtri(alpha / 2.0 if two else alpha)) * np.sqrt(effects.vi)
    spread = np.sqrt(effects.vi + tau2)
    above: FloatArray = ndtr((theta - cut) / spread)
    below: FloatArray = ndtr((-theta - cut) / spread)
    if two:
        return above + below
    return above if alternative == "greater" else below


def _chi_squared(observed: int, power: FloatArray) -> tuple[float | None, float]:
    from scipy.special import ndtr

    k, expected = len(power), float(power.sum())
    if not 0.0 < expected < k:
        return None, 1.0 if observed <= expected else 0.0
    statistic = (observed - expected) ** 2 * (1.0 / expected + 1.0 / (k - expected))
    root = math.copysign(math.sqrt(statistic), observed - expected)
    return statistic, float(ndtr(-root))


def _binomial(observed: int, power: FloatArray) -> tuple[float | None, float]:
    from scipy.special import bdtrc

    if observed == 0:
        return None, 1.0
    return None, float(bdtrc(observed - 1, len(power), float(power.mean())))


def _exact(observed: int, power: FloatArray) -> tuple[float | None, float]:
    """Upper tail of the Poisson-binomial distribution, one study at a time."""
    chances = np.zeros(len(power) + 1)
    chances[0] = 1.0
    for p in power.tolist():
        chances[1:] = chances[1:] * (1.0 - p) + chances[:-1] * p
        chances[0] *= 1.0 - p
    return None, min(1.0, float(chances[observed:].sum()))


_TESTS = {"chi2": _chi_squared, "binom": _binomial, "exact": _exact}


def _notes(k: int, expected: float, test: str) -> tuple[Note, ...]:
    if not 0.0 < expected < k:
        message = (
            f"Every study has a power of {expected / k:.0f} at the pooled effect: there is nothing "
            "that chance could have made more or fewer."
        )
        return (Note("excess-significance-certain", message),)
    if test != "chi2" or min(expected, k - expected) >= 5.0:
        return ()
    message = "Fewer than 5 studies are expected in a class; prefer test='exact'."
    return (Note("excess-significance-few", message),)
