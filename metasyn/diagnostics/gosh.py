"""GOSH: the model fitted to every subset of the studies, or to a seeded sample of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import Note, SpecError
from metasyn.models.random_effects.pooling import check
from metasyn.models.specs import CommonEffect, RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Gosh", "gosh"]

Members = npt.NDArray[np.bool_]
ALL_UP_TO = 20
"""Studies up to which all subsets are fitted unless a number is given."""
SAMPLE = 100_000
"""Subsets that are sampled of more studies unless a number is given."""
CHUNK = 65_536
"""Subsets fitted at once."""
COMPILED_FROM = 2_000_000
"""Studies in all subsets from which compiled code, slow to load, is worth it."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Gosh:
    """Fits of subsets, n of them.

    Parameters
    ----------
    slab
        Labels of the k studies.
    members
        Which studies are in each subset, shape (n, k).
    size
        Number of studies in each subset, shape (n,).
    estimate, tau2, i2, h2, q
        Results of each subset, shape (n,); only the estimate of a single study.
    exhaustive
        Whether these are all subsets.
    seed
        Of the sample; None where there is none.
    notes
        What a reader has to know.
    measure
        Code of the measure of the estimates.
    """

    slab: tuple[str, ...]
    members: Members
    size: FloatArray
    estimate: FloatArray
    tau2: FloatArray
    i2: FloatArray
    h2: FloatArray
    q: FloatArray
    exhaustive: bool
    seed: int | None
    notes: tuple[Note, ...] = ()
    measure: str = "GEN"

    def including(self, label: str) -> Members:
        """Which subsets hold a study, shape (n,).

        Raises
        ------
        SpecError
            If there is no such study.
        """
        if label not in self.slab:
            raise SpecError(f"There is no study {label!r}; there are {', '.join(self.slab)}.")
        column: Members = self.members[:, self.slab.index(label)]
        return column

    def splits(self) -> pd.DataFrame:
        """One row a study, the one that splits the estimates most in front.

        ``separation`` is the difference of the mean estimates of subsets with and without the
        study, in standard deviations within the two groups; ``i2_with`` and ``i2_without`` are
        mean shares, over subsets of two or more.
        """
        import pandas as pd

        rows = [self._split(i) for i in range(len(self.slab))]
        frame = pd.DataFrame(rows)
        order = np.argsort(-frame["separation"].abs().to_numpy(), kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    def _split(self, i: int) -> dict[str, object]:
        inside = self.members[:, i]
        with_it, without = self.estimate[inside], self.estimate[~inside]
        gap = float(with_it.mean() - without.mean()) if len(without) and len(with_it) else np.nan
        spread = float(np.sqrt((with_it.var() + without.var()) / 2.0)) if len(without) else 0.0
        several = self.size > 1
        return {
            "slab": self.slab[i],
            "with": float(with_it.mean()) if len(with_it) else np.nan,
            "without": float(without.mean()) if len(without) else np.nan,
            "separation": gap / spread if spread else np.nan,
            "i2_with": _mean(self.i2[inside & several]),
            "i2_without": _mean(self.i2[~inside & several]),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a subset: ``size estimate tau2 i2 h2 q``."""
        import pandas as pd

        names = ("size", "estimate", "tau2", "i2", "h2", "q")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def summary(self) -> str:
        """The spread of the estimates, and the study that splits them most."""
        low, middle, high = np.quantile(self.estimate, (0.025, 0.5, 0.975))
        first = self.splits().iloc[0]
        kind = "all" if self.exhaustive else f"a sample (seed {self.seed}) of"
        lines = [
            f"GOSH, {kind} {len(self.estimate)} subsets of {len(self.slab)} studies: median "
            f"{middle:.4f}, 95% of estimates in [{low:.4f}, {high:.4f}]",
            f"Splits them most: {first['slab']}, mean {first['with']:.4f} with it and "
            f"{first['without']:.4f} without ({first['separation']:.2f} SD)"
            if np.isfinite(first["separation"])
            else "No study splits them: there are no estimates to tell apart",
        ]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def gosh(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    subsets: int | None = None,
    seed: int = 0,
) -> Gosh:
    """Pool every subset of the studies (graphical display of study heterogeneity).

    Parameters
    ----------
    effects
        Estimates and sampling variances of two or more studies.
    spec
        The model, without moderators; :class:`~metasyn.RandomEffects` by default.
    subsets
        Largest number of subsets; where there are more, so many are drawn with replacement, all
        subsets alike. None: all of up to 20 studies, else 100 000.
    seed
        Of the sample.

    Raises
    ------
    SpecError
        If the model has moderators, or ``subsets`` is not positive.
    DataError
        If there are fewer than two studies, or numbers that cannot be pooled.

    References
    ----------
    Olkin, Dahabreh and Trikalinos 2012, Res Synth Methods 3:214.

    Examples
    --------
    >>> from metasyn.effects.effects import effects_from
    >>> found = gosh(effects_from([0.1, 0.2, 0.1, 2.0], [0.02, 0.04, 0.03, 0.03]))
    >>> len(found.estimate), found.splits()["slab"][0]
    (15, '4')
    """
    spec = one_mean(effects, spec, "GOSH", 2)
    check(effects)
    if subsets is not None and subsets < 1:
        raise SpecError(f"subsets must be positive, not {subsets}.")
    k = len(effects)
    limit = subsets or (2**ALL_UP_TO if k <= ALL_UP_TO else SAMPLE)
    exhaustive = 2**k - 1 <= limit
    members = _all(k) if exhaustive else _sample(k, limit, seed)
    notes: tuple[Note, ...] = ()
    if not exhaustive:
        message = f"{limit} subsets out of {2**k - 1:.4g}, drawn at random with seed {seed}."
        notes = (Note("gosh-sample", message),)
    members.setflags(write=False)
    return Gosh(
        slab=effects.slab,
        members=members,
        size=read_only(members.sum(axis=1)),
        **_fits(effects, spec, members),
        exhaustive=exhaustive,
        seed=None if exhaustive else seed,
        notes=notes,
        measure=effects.measure,
    )


def _all(k: int) -> Members:
    """Every subset but the empty one; the first study's bit turns fastest."""
    codes = np.arange(1, 2**k, dtype=np.int64)
    members: Members = (codes[:, None] >> np.arange(k)) & 1 == 1
    return members


def _sample(k: int, n: int, seed: int) -> Members:
    """Subsets drawn alike, none of them empty."""
    rng = np.random.default_rng(seed)
    members: Members = rng.random((n, k)) < 0.5
    while (empty := ~members.any(axis=1)).any():
        members[empty] = rng.random((int(empty.sum()), k)) < 0.5
    return members


def _fits(effects: Effects, spec: InverseVariance, members: Members) -> dict[str, FloatArray]:
    """Results of the subsets, chunk by chunk."""
    from metasyn.models.batch.pool_many import pool_many

    lean: RandomEffects | CommonEffect = spec
    if isinstance(spec, RandomEffects):
        lean = replace(spec, ci="z", prediction="none", tau2_ci="none")
    names = ("estimate", "tau2", "i2", "h2", "q")
    results = {name: np.empty(len(members)) for name in names}
    engine = "auto" if members.size >= COMPILED_FROM else "numpy"
    for start in range(0, len(members), CHUNK):
        some = members[start : start + CHUNK]
        yi, vi = np.where(some, effects.yi, np.nan), np.where(some, effects.vi, np.nan)
        table = pool_many(yi, vi, lean, engine=engine)
        for name in names:
            results[name][start : start + CHUNK] = getattr(table, name)
    return {name: read_only(values) for name, values in results.items()}


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else float("nan")
