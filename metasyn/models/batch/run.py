"""Chunks pooled on every core of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

import numpy as np

from metasyn.models.batch.backends import Rows
from metasyn.models.batch.block import COLUMNS, Columns, MeanSpec, absent_columns, pool_block
from metasyn.models.batch.sources import CHUNK, Source

__all__ = ["Progress", "empty_columns", "in_threads", "put", "run"]

Progress = Callable[[int, int], None]
"""Called with the number of sets done and of all."""

Part = TypeVar("Part")
Result = TypeVar("Result")


def run(
    source: Source,
    spec: MeanSpec,
    engine: str,
    progress: Progress | None = None,
    *,
    cores: int | None = None,
) -> Columns:
    """Pool every set of a source.

    Parameters
    ----------
    source
        The sets.
    spec
        The model.
    engine
        Name of the backend.
    progress
        Told how far things are, or None.
    cores
        Threads to work in; as many as this process may use cores where None.
    """
    out = empty_columns(len(source), spec)

    def pool(rows: Rows) -> int:
        return put(out, rows, pool_block(*source.chunk(rows), spec, engine))

    done = 0
    for count in in_threads(pool, source.parts(CHUNK), cores):
        done += count
        if progress is not None:
            progress(done, len(source))
    return out


def empty_columns(n: int, spec: MeanSpec) -> Columns:
    """Columns to be filled, one value a set; those that no set has take no memory."""
    code, k = np.zeros((2, n), dtype=np.int64)
    absent, nothing = absent_columns(spec), np.broadcast_to(np.nan, (n,))
    return Columns(code, k, {name: nothing if name in absent else np.empty(n) for name in COLUMNS})


def put(out: Columns, rows: Rows, part: Columns) -> int:
    """Fill in the results of some sets; how many they are."""
    out.code[rows], out.k[rows] = part.code, part.k
    for name, column in part.values.items():
        if out.values[name].flags.writeable:
            out.values[name][rows] = column
    return len(part.k)


def in_threads(
    work: Callable[[Part], Result], parts: Sequence[Part], cores: int | None = None
) -> Iterator[Result]:
    """Results of work on parts, in no order."""
    if cores is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if len(parts) < 2 or cores == 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(cores) as pool:
        waiting = [pool.submit(work, part) for part in parts]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()
