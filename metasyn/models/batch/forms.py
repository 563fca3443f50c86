"""What estimators of tau2 need of sets of studies, as columns: one value a set."""

from __future__ import annotations

from typing import NamedTuple, Protocol, Self

from metasyn.effects.arrays import FloatArray
from metasyn.models.batch.backends import EVERY, IntArray, Rows

__all__ = ["AtZero", "FixedForms", "Forms", "FreeSets", "Sets"]


class Forms(NamedTuple):
    """Quadratic forms and traces at one tau2 a set; the engine's ``Moments``, as columns.

    Parameters
    ----------
    q, q1, q2
        y'Py, y'PPy and y'PPPy.
    s1, s2
        Sums of the weights and of their squares.
    tr1, tr2
        Traces of P and PP.
    """

    q: FloatArray
    q1: FloatArray
    q2: FloatArray
    s1: FloatArray
    s2: FloatArray
    tr1: FloatArray
    tr2: FloatArray


class AtZero(NamedTuple):
    """Some of them without variance between studies.

    Parameters
    ----------
    q
        y'Py, Cochran's Q.
    s1
        Sum of the weights.
    tr1, tr2
        Traces of P and PP.
    """

    q: FloatArray
    s1: FloatArray
    tr1: FloatArray
    tr2: FloatArray


class FixedForms(NamedTuple):
    """The same for fixed weights A: P = A - A X (X'AX)^-1 X'A.

    Parameters
    ----------
    q
        y'Py.
    tr_1, tr_v
        Traces of P and PV.
    tr_11, tr_1v, tr_vv
        Traces of PP, PPV and PVPV.
    """

    q: FloatArray
    tr_1: FloatArray
    tr_v: FloatArray
    tr_11: FloatArray
    tr_1v: FloatArray
    tr_vv: FloatArray


class Sets(Protocol):
    """What a search for a maximum asks of sets: at one tau2 for each of some of them."""

    @property
    def least_variance(self) -> FloatArray:
        """Smallest sampling variance."""
        ...

    @property
    def tau2_bound(self) -> FloatArray:
        """Value above which the likelihood only falls."""
        ...

    def __len__(self) -> int: ...

    def take(self, rows: Rows) -> Self:
        """Some of the sets."""
        ...

    def moments(self, tau2: FloatArray, rows: Rows = EVERY) -> Forms:
        """Forms and traces."""
        ...

    def balances(self, values: FloatArray, rows: Rows = EVERY, *, restricted: bool) -> FloatArray:
        """Quotients that exceed 1 where the likelihood rises, of several tau2: values x sets."""
        ...

    def log_likelihood(
        self, tau2: FloatArray, rows: Rows = EVERY, *, restricted: bool
    ) -> FloatArray:
        """Log-likelihood."""
        ...


class FreeSets(Protocol):
    """What estimators of tau2 ask of sets: they have coefficients to estimate."""

    def __len__(self) -> int: ...

    def moments(self, tau2: FloatArray, rows: Rows = EVERY) -> Forms:
        """Forms and traces."""
        ...

    @property
    def k(self) -> IntArray:
        """Number of studies."""
        ...

    @property
    def df(self) -> FloatArray:
        """Degrees of freedom, studies less coefficients."""
        ...

    @property
    def at_zero(self) -> AtZero:
        """Forms and traces without variance between studies."""
        ...

    def maximum(self, *, restricted: bool) -> FloatArray:
        """The tau2 that maximises the likelihood over [0, infinity)."""
        ...

    def q_roots(self, target: FloatArray, start: FloatArray) -> FloatArray:
        """The tau2 at which y'Py falls to its target, searched from ``start``."""
        ...

    def fixed_forms(self, a: FloatArray | None) -> FixedForms:
        """Forms and traces for fixed weights (1 where None)."""
        ...

    def plain_variance(self) -> FloatArray:
        """Variance of the estimates about their plain mean, divisor k."""
        ...
