"""Simulation studies: many data sets drawn, pooled in several ways, and compared with the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.errors import SpecError
from metasyn.models.batch.backends import choose
from metasyn.models.batch.block import MeanSpec, pool_block
from metasyn.models.batch.on_dask import TASK, in_tasks, is_dask
from metasyn.models.batch.pool_many import checked
from metasyn.models.batch.run import Progress, in_threads
from metasyn.models.batch.sources import CHUNK, NARROW
from metasyn.models.simulate.performance import NEEDED, Simulation, measured
from metasyn.models.simulate.scenario import Drawable
from metasyn.models.specs import Spec

__all__ = ["simulate"]

Task = tuple[int, int]
"""Number of the first data set, and how many."""

Common = tuple[Drawable, tuple[MeanSpec, ...], int, str]
"""Scenario, specifications, seed and backend of every task."""


def simulate(
    scenario: Drawable,
    specs: Mapping[str, Spec],
    *,
    sets: int = 10_000,
    seed: int = 0,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Simulation:
    """Measure how estimators do where the truth is known.

    Every data set is drawn from its own stretch of a counter-based generator, by its number: the
    result does not depend on chunks, threads, workers or machines. All specifications see the same
    data sets.

    Parameters
    ----------
    scenario
        What to draw: a :class:`Scenario`, or anything with ``mean``, ``tau2``, ``studies`` and
        ``draw``.
    specs
        Specifications that :func:`metasyn.pool_many` takes, by name.
    sets
        Number of data sets.
    seed
        Key of the generator, not negative.
    engine
        As for :func:`metasyn.pool_many`.
    progress
        Called with the number of data sets done and of all.

    Raises
    ------
    SpecError
        If a specification does not fit a batch, or an argument makes no sense.

    Examples
    --------
    >>> import metasyn as ms
    >>> specs = {"z": ms.RandomEffects("DL", ci="z"), "hksj": ms.RandomEffects("DL", ci="hksj")}
    >>> found = ms.simulate(ms.Scenario(5, tau2=0.2), specs, sets=2000, seed=1)
    >>> {name: round(result.coverage.value, 2) for name, result in found.results.items()}
    {'z': 0.86, 'hksj': 0.91}
    """
    asked = {name: checked(spec) for name, spec in specs.items()}
    if not asked or sets < 1 or seed < 0:
        raise SpecError("simulate needs a specification, one data set or more, and seed >= 0.")
    studies = sets * scenario.studies
    size = _chunk(scenario) * (TASK // CHUNK if is_dask(engine) else 1)
    tasks = [(n, min(size, sets - n)) for n in range(0, sets, size)]
    backend = choose("auto" if is_dask(engine) else engine, studies)
    common = (scenario, tuple(asked.values()), seed, backend)
    values, new = np.empty((len(asked), len(NEEDED), sets)), np.empty(sets)
    done = 0
    for (first, count), (part, part_new) in _results(common, tasks, engine):
        some = slice(first, first + count)
        values[:, :, some], new[some] = part, part_new
        done += count
        if progress is not None:
            progress(done, sets)
    truth = (scenario.mean, scenario.tau2)
    results = {
        name: measured({**dict(zip(NEEDED, columns, strict=True)), "new": new}, truth)
        for name, columns in zip(asked, values, strict=True)
    }
    return Simulation(
        scenario=scenario,
        specs=MappingProxyType(asked),
        sets=sets,
        seed=seed,
        results=MappingProxyType(results),
    )


def _results(
    common: Common, tasks: list[Task], engine: str
) -> Iterator[tuple[Task, tuple[FloatArray, FloatArray]]]:
    """Results of tasks as they come."""
    if is_dask(engine):
        yield from in_tasks(_pooled, ((task, (common, task)) for task in tasks), engine)
    else:
        yield from in_threads(lambda task: (task, _pooled(common, task)), tasks)


def _pooled(common: Common, task: Task) -> tuple[FloatArray, FloatArray]:
    """Needed columns of every specification, shape (specs, columns, sets), and new effects."""
    scenario, specs, seed, backend = common
    first, count = task
    size = _chunk(scenario)
    parts, new = [], []
    for start in range(first, first + count, size):
        draws = scenario.draw(start, min(size, first + count - start), seed)
        tables = [pool_block(draws.yi, draws.vi, spec, backend).values for spec in specs]
        parts.append(np.array([[table[name] for name in NEEDED] for table in tables]))
        new.append(draws.new)
    return np.concatenate(parts, axis=2), np.concatenate(new)


def _chunk(scenario: Drawable) -> int:
    """Data sets that are pooled together, the same for every engine: so are the last digits."""
    return max(1, CHUNK // max(NARROW, scenario.studies))
