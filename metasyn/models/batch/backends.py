"""Who sums over studies: numpy for small batches, compiled code for large ones.

Everything else of the batch engine is written once, in numpy over the sets of a chunk.
"""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError

__all__ = [
    "COMPILED_FROM",
    "EVERY",
    "PRICE",
    "SMALL",
    "Backend",
    "IntArray",
    "Prepared",
    "Rows",
    "along_sets",
    "backend_of",
    "choose",
]

IntArray = npt.NDArray[np.int64]
Rows = IntArray | slice
EVERY = slice(None)

COMPILED_FROM = 100_000
"""Studies in a batch that is taken for the start of heavy work: compiled code is loaded for it."""

PRICE = 2_000_000
"""Studies pooled by numpy, in many batches, that took as long as loading compiled code does.

Whoever loads when the price is spent has waited at most twice as long as need be, whatever comes.
Loading takes about 0.4 s from numba's cache, and numpy loses 0.2 microseconds a study (REML).
"""

SMALL = 2_000
"""Studies in a batch below which nobody waits for any engine: it is not worth another kernel."""


class Prepared(NamedTuple):
    """Sets checked and arranged, and their forms without variance between studies.

    Parameters
    ----------
    yi, vi
        Estimates and sampling variances as the backend needs them, sets and studies in its order.
    k, code
        Number of studies of every set, and its code so far.
    origin, least_variance
        Estimate and variance of the most precise study.
    reference
        Position of the most precise study.
    at_zero
        Forms and traces at a tau2 of 0 (``formulas.traced``), shape (4, sets).
    """

    yi: FloatArray
    vi: FloatArray
    k: IntArray
    code: IntArray
    origin: FloatArray
    least_variance: FloatArray
    reference: IntArray
    at_zero: FloatArray

    def take(self, rows: Rows, axis: int) -> Prepared:
        """Some of the sets; studies lie along ``axis``."""
        yi, vi = along_sets(self.yi, rows, axis), along_sets(self.vi, rows, axis)
        return Prepared(
            yi,
            vi,
            self.k[rows],
            self.code[rows],
            self.origin[rows],
            self.least_variance[rows],
            self.reference[rows],
            self.at_zero[:, rows],
        )


class Backend(Protocol):
    """What a backend does; ``axis`` is the axis of its arrays along which studies lie.

    ``tau2`` has one value for each of the sets in ``rows``.
    """

    axis: int
    chunk: int
    """Studies that it takes at once, absent ones counted: its arrays stay in the cache."""

    def prepare(self, yi: FloatArray, vi: FloatArray) -> Prepared:
        """Check and arrange sets, shape (sets, studies); absent studies are NaN."""
        ...

    def contrasts(self, sets: Prepared) -> tuple[FloatArray, FloatArray]:
        """Estimates less the most precise one, and variances, in the order of the backend.

        The most precise study and absent ones have an infinite variance.
        """
        ...

    def sums(self, sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Sums of w^j, w^j z and w^j z^2 for w = 1 / (v + tau2) and j = 1, 2, 3.

        Over all studies but the most precise; shape (9, sets).
        """
        ...

    def moments(self, sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Forms and traces (``formulas.moments``), shape (7, sets)."""
        ...

    def solutions(self, sets: Prepared, tau2: FloatArray) -> FloatArray:
        """Form, mean and sum of weights (``formulas.solution``), shape (3, sets)."""
        ...

    def logs(self, sets: Prepared, tau2: FloatArray, rows: Rows = EVERY) -> FloatArray:
        """Sums of log (v + tau2) over all studies, shape (sets,)."""
        ...

    def bounds(self, sets: Prepared) -> FloatArray:
        """Values of tau2 above which the likelihoods only fall (``formulas.tau2_bound``)."""
        ...

    def maxima(self, sets: Prepared, restricted: bool) -> FloatArray:
        """The tau2 that maximises the likelihood of every set; NaN where that did not settle."""
        ...

    def q_roots(self, sets: Prepared, target: FloatArray, start: FloatArray) -> FloatArray:
        """The tau2 of every set at which y'Py falls to its target, searched from ``start``."""
        ...


def along_sets(x: FloatArray, rows: Rows, axis: int) -> FloatArray:
    """Some of the sets of an array whose studies lie along ``axis``."""
    return x[:, rows] if axis == 0 else x[rows]


def backend_of(name: str) -> Backend:
    """A backend by its name, imported now.

    Raises
    ------
    SpecError
        If it is not installed.
    """
    try:
        module = import_module(f"{_HERE}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        raise SpecError(
            f"engine {name!r} needs {error.name}, which is not installed. Install it with: "
            "pip install 'metasyn-evidence[batch]'."
        ) from None
    return cast(Backend, module)


def choose(engine: str, studies: int) -> str:
    """Name of the backend for a batch of so many studies.

    Compiled code is taken where it is there already, and loaded for a large batch or when small
    ones have added up: which engine pools a batch depends on what the process did before, and the
    last digits with it. A name of an engine settles it.

    Parameters
    ----------
    engine
        ``numpy``, ``numba`` or ``auto``.
    studies
        Studies of all sets together.

    Raises
    ------
    SpecError
        If there is no such engine.

    Examples
    --------
    >>> choose("auto", 1_000)
    'numpy'
    """
    if engine in _MODULES:
        return engine
    if engine != "auto":
        raise SpecError(
            f"engine is {engine!r}; it must be 'auto', 'numpy', 'numba', 'dask' or the address of "
            "a Dask scheduler ('tcp://host:8786')."
        )
    if studies < SMALL:
        return "numpy"
    if f"{_HERE}.{_MODULES['numba']}" in sys.modules:
        return "numba"
    _SPENT["numpy"] += studies
    heavy = studies >= COMPILED_FROM or _SPENT["numpy"] > PRICE
    return "numba" if heavy and find_spec("numba") else "numpy"


_HERE = __name__.rpartition(".")[0]
_MODULES = {"numpy": "sums", "numba": "compiled"}

_SPENT = Counter[str]()
"""Studies pooled by an engine in this process."""
