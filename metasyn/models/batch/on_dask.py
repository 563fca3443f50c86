"""The same kernel over Dask: sets sent to workers in tasks, and frames that Dask holds itself.

A task carries its own studies, so that the scheduler can give it to another worker when one dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError
from metasyn.models.batch.backends import Rows, choose
from metasyn.models.batch.block import Columns, MeanSpec
from metasyn.models.batch.run import Progress, empty_columns, put, run
from metasyn.models.batch.sources import CHUNK, ArraySets, Source

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["client_for", "pool_task", "run_on_dask"]

TASK = 4 * CHUNK
"""Studies in a task: 4 MB, less than Dask warns of, and some hundredths of a second."""

AHEAD = 3
"""Tasks under way for every thread of the workers, so that none waits."""

RETRIES = 3
"""Times that a task may fail before its error is raised."""


def run_on_dask(
    source: Source, spec: MeanSpec, address: str | None, progress: Progress | None = None
) -> Columns:
    """Pool every set of a source on the workers of a Dask scheduler.

    Parameters
    ----------
    source
        The sets.
    spec
        The model.
    address
        Address of the scheduler; None for the client in force, or a cluster made for the call.
    progress
        Told how far things are, or None.
    """
    engine = choose("auto", source.studies)
    out = empty_columns(len(source))
    done = 0
    with client_for(address) as client:
        for rows, columns in _results(client, source, spec, engine):
            done += put(out, rows, columns)
            if progress is not None:
                progress(done, len(source))
    return out


def _results(
    client: Client, source: Source, spec: MeanSpec, engine: str
) -> Iterator[tuple[Rows, Columns]]:
    """Results of tasks as they come; new ones are sent as old ones are done."""
    from distributed import as_completed

    parts = iter(source.parts(TASK))
    threads = max(1, sum(client.nthreads().values()))
    sent = {}

    def send(rows: Rows) -> Any:
        future = client.submit(
            pool_task, *source.chunk(rows), spec, engine, pure=False, retries=RETRIES
        )
        sent[future.key] = rows
        return future

    waiting = as_completed(
        [send(rows) for rows in islice(parts, AHEAD * threads)], with_results=True
    )
    for future, columns in waiting:
        yield sent.pop(future.key), columns
        for rows in islice(parts, 1):
            waiting.add(send(rows))


def pool_task(yi: FloatArray, vi: FloatArray, spec: MeanSpec, engine: str) -> Columns:
    """Pool every row of two arrays in one thread: the workers are many already."""
    return run(ArraySets(yi, vi), spec, engine, cores=1)


@contextmanager
def client_for(address: str | None) -> Iterator[Client]:
    """A client: of the scheduler at the address, the one in force, or of a cluster made for it.

    Raises
    ------
    SpecError
        If Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster, get_client
    except ModuleNotFoundError:
        raise SpecError(
            "engine 'dask' needs Dask, which is not installed: pip install 'dask[distributed]'."
        ) from None
    if address is None:
        try:
            yield get_client()
            return
        except ValueError:
            pass
        with LocalCluster(processes=True) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(address, set_as_default=False, timeout=10)
    except (OSError, ValueError) as error:
        raise SpecError(f"engine {address!r}: no Dask scheduler answers there ({error}).") from None
    with client:
        yield client
