"""Who sums over studies: numpy for small batches, compiled code for large ones.

Everything else of the batch engine is written once, in numpy over the sets of a chunk.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError

if TYPE_CHECKING:
    from metasyn.models.batch.grids import Grid, Scan

__all__ = [
    "COMPILED_FROM",
    "EVERY",
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
"""Studies in a batch from which compiled code pays for being loaded."""


class Prepared(NamedTuple):
    """Sets in the form that sums are taken of: contrasts with the most precise study.

    Parameters
    ----------
    z, v
        Estimates less the most precise one, and sampling variances; sets and studies in the
        backend's order. The most precise study and absent ones have an infinite variance.
    k, code
        Number of studies of every set, and its code so far.
    origin, least_variance
        Estimate and variance of the most precise study.
    spread
        Range of the estimates.
    reference
        Position of the most precise study.
    """

    z: FloatArray
    v: FloatArray
    k: IntArray
    code: IntArray
    origin: FloatArray
    least_variance: FloatArray
    spread: FloatArray
    reference: IntArray

    def take(self, rows: Rows, axis: int) -> Prepared:
        """Some of the sets; studies lie along ``axis``."""
        return Prepared(
            along_sets(self.z, rows, axis),
            along_sets(self.v, rows, axis),
            self.k[rows],
            self.code[rows],
            self.origin[rows],
            self.least_variance[rows],
            self.spread[rows],
            self.reference[rows],
        )


class Backend(Protocol):
    """What a backend does; ``axis`` is the axis of its arrays along which studies lie."""

    axis: int

    def prepare(self, yi: FloatArray, vi: FloatArray) -> Prepared:
        """Check and arrange sets, shape (sets, studies); absent studies are NaN."""
        ...

    def sums(self, sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
        """Sums of w^j, w^j z and w^j z^2 for w = 1 / (v + tau2) and j = 1, 2, 3.

        Of the sets in ``rows``, each with its tau2; shape (9, sets).
        """
        ...

    def moments(self, sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
        """Forms and traces (``formulas.moments``), shape (7, sets)."""
        ...

    def balance(self, sets: Prepared, tau2: FloatArray, rows: Rows, restricted: bool) -> FloatArray:
        """Quotients of likelihoods (``formulas.balance``), shape (sets,)."""
        ...

    def solutions(self, sets: Prepared, tau2: FloatArray, rows: Rows) -> FloatArray:
        """Forms, mean and sum of weights (``formulas.solution``), shape (4, sets)."""
        ...

    def scan(self, sets: Prepared, grid: Grid, restricted: bool) -> Scan:
        """Walk grids of tau2 (``grids.walk``); the longest grids come first."""
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
        module = import_module(f"metasyn.models.batch.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        raise SpecError(
            f"engine {name!r} needs {error.name}, which is not installed. Install it with: "
            "pip install 'metasyn-evidence[batch]'."
        ) from None
    return cast(Backend, module)


def choose(engine: str, studies: int) -> str:
    """Name of the backend for a batch of so many studies.

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
    >>> choose("auto", 2_000)
    'numpy'
    """
    if engine in _MODULES:
        return engine
    if engine != "auto":
        raise SpecError(
            f"engine is {engine!r}; it must be 'auto', 'numpy', 'numba', 'dask' or the address of "
            "a Dask scheduler ('tcp://host:8786')."
        )
    return "numba" if studies >= COMPILED_FROM and find_spec("numba") else "numpy"


_MODULES = {"numpy": "sums", "numba": "compiled"}
