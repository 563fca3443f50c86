"""Machine code of functions, made by numba.

It is kept on disk: beside the module, or in the user's cache folder where that one cannot be
written (or wherever NUMBA_CACHE_DIR says); where no place can be written it is compiled anew in
every process. numba asks for the age of a function's own file alone, so that the folder is named
after the content of all files that the code is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config
from numba.extending import register_jitable

__all__ = ["callable_in_compiled", "compiled", "inlined", "ordered"]

F = TypeVar("F", bound=Callable[..., Any])


ANY_ORDER = {"reassoc", "contract"}
"""Liberties with sums."""


def compiled(function: F) -> F:
    """Machine code of a function: it runs beside other threads, and sums in any order."""
    return _made(function, ANY_ORDER, inlined=False)


def inlined(function: F) -> F:
    """The same, put where it is called: counting references to rows takes longer than a sum."""
    return _made(function, ANY_ORDER, inlined=True)


def ordered(function: F) -> F:
    """The same for comparisons of numbers that are not NaN, which are then made several at once."""
    return _made(function, {"nnan", "nsz"}, inlined=True)


def callable_in_compiled(*functions: Callable[..., Any]) -> None:
    """Let compiled functions call plain ones, which stay as they are for others."""
    for function in functions:
        register_jitable(error_model="numpy", fastmath=ANY_ORDER, forceinline=True)(function)


def _made(function: F, fastmath: set[str], *, inlined: bool) -> F:
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    options |= {"fastmath": fastmath, "forceinline": inlined}
    try:
        with _own_folder():
            made: F = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder for the cache can be written
        made = numba.njit(**options)(function)
    return made


@contextmanager
def _own_folder() -> Iterator[None]:
    """Let numba keep what is made meanwhile in the folder of these sources."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(Path(before or Path(__file__).parent / "__pycache__") / _digest())
    try:
        yield
    finally:
        config.CACHE_DIR = before


@cache
def _digest() -> str:
    """Which sources these are."""
    here = Path(__file__).parent
    sources = sorted((*here.glob("*.py"), *(here.parent / "random_effects").glob("*.py")))
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
