"""The same kernel over Dask: tasks that carry what they need, sent to the workers of a scheduler.

A task that is lost with its worker is given to another one; nothing has to be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError
from metasyn.models.batch.backends import choose
from metasyn.models.batch.block import Columns, MeanSpec
from metasyn.models.batch.run import Progress, empty_columns, put, run
from metasyn.models.batch.sources import CHUNK, ArraySets, Source

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["TASK", "in_tasks", "is_dask", "run_on_dask"]

TASK = 4 * CHUNK
"""Studies in a task: 4 MB, less than Dask warns of, and some tenths of a second."""

AHEAD = 3
"""Tasks under way for every thread of the workers, so that none waits."""

RETRIES = 3
"""Times that a task may fail before its error is raised."""

Part = TypeVar("Part")


def is_dask(engine: str) -> bool:
    """Whether an engine is Dask or the address of one of its schedulers.

    Examples
    --------
    >>> is_dask("tcp://10.0.0.7:8786"), is_dask("numba")
    (True, False)
    """
    return engine == "dask" or "://" in engine


def run_on_dask(
    source: Source, spec: MeanSpec, engine: str, progress: Progress | None = None
) -> Columns:
    """Pool every set of a source on the workers of a Dask scheduler.

    Parameters
    ----------
    source
        The sets.
    spec
        The model.
    engine
        ``dask``, or the address of a scheduler.
    progress
        Told how far things are, or None.
    """
    backend = choose("auto", source.studies)
    out, done = empty_columns(len(source), spec), 0
    tasks = ((rows, (*source.chunk(rows), spec, backend)) for rows in source.parts(TASK, 1))
    for rows, columns in in_tasks(_pool, tasks, engine):
        done += put(out, rows, columns)
        if progress is not None:
            progress(done, len(source))
    return out


def _pool(yi: FloatArray, vi: FloatArray, spec: MeanSpec, backend: str) -> Columns:
    """Pool every row of two arrays in one thread: the workers are many already."""
    return run(ArraySets(yi, vi), spec, backend, cores=1)


def in_tasks(
    work: Callable[..., Any], tasks: Iterable[tuple[Part, tuple[Any, ...]]], engine: str
) -> Iterator[tuple[Part, Any]]:
    """Results of work in no order; new tasks are sent as old ones are done.

    Parameters
    ----------
    work
        A function that workers can import.
    tasks
        Name of every task, and the arguments of the function.
    engine
        ``dask``, or the address of a scheduler.

    Raises
    ------
    SpecError
        If Dask is not installed or the scheduler does not answer.
    """
    with _client(engine) as client:
        from distributed import as_completed

        left = iter(tasks)
        names: dict[str, Part] = {}

        def send(count: int) -> list[Any]:
            sent = []
            for name, arguments in islice(left, count):
                future = client.submit(work, *arguments, pure=False, retries=RETRIES)
                names[future.key] = name
                sent.append(future)
            return sent

        threads = max(1, sum(client.nthreads().values()))
        waiting = as_completed(send(AHEAD * threads), with_results=True)
        for future, result in waiting:
            yield names.pop(future.key), result
            waiting.update(send(1))


@contextmanager
def _client(engine: str) -> Iterator[Client]:
    """A client: of the scheduler at an address, the one in force, or of a cluster made for it."""
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError:
        raise SpecError(
            f"engine {engine!r} needs Dask, which is not installed. Install it with: "
            "pip install 'metasyn-evidence[batch]'."
        ) from None
    if engine != "dask":
        with _connected(engine) as client:
            yield client
    elif (current := _current()) is not None:
        yield current
    else:
        with LocalCluster(processes=True) as cluster, Client(cluster) as client:
            yield client


def _current() -> Client | None:
    """The client in force."""
    from distributed import get_client

    try:
        return get_client()
    except ValueError:
        return None


def _connected(address: str) -> Client:
    """A client of the scheduler at an address."""
    from distributed import Client

    try:
        return Client(address, set_as_default=False, timeout=10)
    except (OSError, ValueError, ImportError) as error:
        raise SpecError(f"engine {address!r}: no Dask scheduler answers there ({error}).") from None
