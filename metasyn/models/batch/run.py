"""Chunks pooled on every core of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

import numpy as np

from metasyn.models.batch.backends import Rows, backend_of
from metasyn.models.batch.block import COLUMNS, Columns, MeanSpec, absent_columns, pool_block
from metasyn.models.batch.sources import Source

__all__ = ["Progress", "empty_columns", "in_threads", "put", "run"]

EVEN = 2
"""Parts of a batch come in pairs, for two cores and more."""

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
    parts = source.parts(backend_of(engine).chunk, EVEN)
    for count in in_threads(pool, parts, cores):
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
    """Results of work on parts, in no order; the thread that asks works too."""
    if cores is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    others = min(cores or 1, len(parts)) - 1
    if others < 1:
        yield from map(work, parts)
        return
    waiting, done = SimpleQueue[Part](), SimpleQueue[Future[Result]]()
    for part in parts:
        waiting.put(part)

    def help_out() -> None:
        while (future := _next(work, waiting)) is not None:
            done.put(future)

    threads = [Thread(target=help_out) for _ in range(others)]
    try:
        for thread in threads:
            thread.start()
        for _ in parts:
            yield (_next(work, waiting) or done.get()).result()
    finally:
        while not waiting.empty():
            _next(lambda _: None, waiting)
        for thread in threads:
            thread.join()


def _next(work: Callable[[Part], Result], waiting: SimpleQueue[Part]) -> Future[Result] | None:
    """What became of the next part; None where all are taken."""
    try:
        part = waiting.get_nowait()
    except Empty:
        return None
    future = Future[Result]()
    try:
        future.set_result(work(part))
    except BaseException as error:
        future.set_exception(error)
    return future
