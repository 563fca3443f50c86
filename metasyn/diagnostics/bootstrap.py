"""Bootstrap distributions of a pooled estimate, tau2 and I2."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.interval import Interval
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Bootstrap", "bootstrap"]

Quantity = Literal["estimate", "tau2", "i2"]
TOGETHER = 4096
"""Draws that are pooled together."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Bootstrap:
    """Bootstrap distributions.

    Parameters
    ----------
    kind
        ``nonparametric`` (studies drawn with replacement) or ``parametric`` (effects drawn from the
        fitted normal model).
    draws, seed
        Draws asked for, and the seed of the generator.
    pooled
        The studies as they are.
    estimate, tau2, i2
        What each draw gave, shape (draws that could be pooled,); tau2 and i2 are None for a common
        effect.
    level
        Coverage of the intervals.
    notes
        What a reader has to know.
    """

    kind: Literal["nonparametric", "parametric"]
    draws: int
    seed: int
    pooled: Pooled
    estimate: FloatArray
    tau2: FloatArray | None
    i2: FloatArray | None
    level: float
    notes: tuple[Note, ...] = ()

    def interval(
        self, quantity: Quantity = "estimate", method: Literal["percentile", "basic"] = "percentile"
    ) -> Interval:
        """Interval of a quantity.

        Parameters
        ----------
        quantity
            ``estimate``, ``tau2`` or ``i2``.
        method
            ``percentile``, or ``basic``: the percentiles reflected about what was found; for the
            estimate only, because shares and variances have an end at 0.

        Raises
        ------
        SpecError
            If there is no such quantity or method.
        """
        drawn = {"estimate": self.estimate, "tau2": self.tau2, "i2": self.i2}.get(quantity)
        if drawn is None:
            raise SpecError(f"There is no {quantity!r} here; choose estimate, tau2 or i2.")
        if method not in ("percentile", "basic"):
            raise SpecError(f"method must be 'percentile' or 'basic', not {method!r}.")
        if method == "basic" and quantity != "estimate":
            raise SpecError("The basic interval is for the estimate; take percentiles.")
        tail = 0.5 * (1.0 - self.level)
        low, high = np.quantile(drawn, [tail, 1.0 - tail]).tolist()
        if method == "basic":
            twice = 2.0 * self.pooled.estimate
            low, high = twice - high, twice - low
        return Interval(low, high, self.level, f"bootstrap-{method}")

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What was drawn."""
        return ("estimate",) if self.tau2 is None else ("estimate", "tau2", "i2")

    def to_frame(self) -> pd.DataFrame:
        """One row a quantity: ``quantity found mean se ci_low ci_high``."""
        import pandas as pd

        rows = []
        for name in self.quantities:
            drawn, ci = getattr(self, name), self.interval(name)
            row = {"quantity": name, "found": getattr(self.pooled, name), "mean": drawn.mean()}
            row |= {"se": float(drawn.std(ddof=1)), "ci_low": ci.low, "ci_high": ci.high}
            rows.append(row)
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """The intervals beside what was found."""
        lines = [
            f"Bootstrap ({self.kind}), {len(self.estimate)} draws, seed {self.seed}, "
            f"{self.pooled.k} studies"
        ]
        for name in self.quantities:
            ci = self.interval(name)
            lines.append(f"{name}: {getattr(self.pooled, name):.4f} [{ci.low:.4f}, {ci.high:.4f}]")
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def bootstrap(
    effects: Effects,
    spec: InverseVariance | None = None,
    *,
    draws: int = 10_000,
    seed: int = 0,
    kind: Literal["nonparametric", "parametric"] = "nonparametric",
) -> Bootstrap:
    """Pool again and again, from studies or effects that are drawn anew.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model, without moderators and fixed weights; :class:`~metasyn.RandomEffects` by default.
    draws
        How many, 100 or more.
    seed
        Of the generator.
    kind
        ``nonparametric``: as many studies with replacement; ``parametric``: for every study an
        effect from the normal model that was fitted, with its own variance.

    Raises
    ------
    SpecError
        If the model cannot be used or an argument is out of range.
    DataError
        If there are fewer than three studies, or no draw could be pooled.

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap; Turner, Omar, Yang, Goldstein and
    Thompson 2000, Stat Med 19:3417 (parametric, meta-analysis); Viechtbauer 2007, Stat Med 26:37
    (parametric and nonparametric intervals of tau2 are too narrow for few studies).

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.1, 0.3, 0.5, 0.2, 0.6], [0.02, 0.03, 0.05, 0.02, 0.04])
    >>> found = ms.bootstrap(effects, draws=500, seed=1)
    >>> ci = found.interval()
    >>> bool(ci.low < found.pooled.estimate < ci.high), len(found.estimate)
    (True, 500)
    """
    spec = one_mean(effects, spec, "The bootstrap", 3)
    check(effects)
    if kind not in ("nonparametric", "parametric"):
        raise SpecError(f"kind must be 'nonparametric' or 'parametric', not {kind!r}.")
    if draws < 100:
        raise SpecError(f"draws must be 100 or more, not {draws}.")
    lean: InverseVariance = spec
    if isinstance(spec, RandomEffects):
        if spec.weights is not None:
            raise SpecError("Fixed weights belong to their studies; the bootstrap draws others.")
        spec = replace(spec, prediction="none", tau2_ci="none")
        lean = replace(spec, ci="z")
    pooled = pool(effects, spec)
    columns = _drawn(effects, lean, pooled, (draws, seed), kind)
    kept = ~np.isnan(columns["estimate"])
    if not kept.any():
        raise DataError("No draw could be pooled.")
    between = isinstance(spec, RandomEffects)
    return Bootstrap(
        kind=kind,
        draws=draws,
        seed=seed,
        pooled=pooled,
        estimate=read_only(columns["estimate"][kept]),
        tau2=read_only(columns["tau2"][kept]) if between else None,
        i2=read_only(columns["i2"][kept]) if between else None,
        level=spec.level,
        notes=_notes(len(effects), kind, int((~kept).sum())),
    )


def _drawn(
    effects: Effects, spec: InverseVariance, pooled: Pooled, run: tuple[int, int], kind: str
) -> dict[str, FloatArray]:
    """Results of all draws, block by block, each block with a seed of its own."""
    from metasyn.models.batch.pool_many import pool_many

    (draws, seed), k = run, len(effects)
    names = ("estimate", "tau2", "i2")
    columns = {name: np.empty(draws) for name in names}
    spread = np.sqrt(effects.vi + (pooled.tau2 or 0.0))
    for block, start in enumerate(range(0, draws, TOGETHER)):
        rows = slice(start, min(start + TOGETHER, draws))
        rng = np.random.default_rng((seed, block))
        shape = (rows.stop - rows.start, k)
        if kind == "parametric":
            yi = pooled.estimate + spread * rng.standard_normal(shape)
            table = pool_many(yi, effects.vi, spec, engine="numpy")
        else:
            members = rng.integers(0, k, shape)
            table = pool_many(effects.yi[members], effects.vi[members], spec, engine="numpy")
        for name in names:
            columns[name][rows] = getattr(table, name)
    return columns


def _notes(k: int, kind: str, failed: int) -> tuple[Note, ...]:
    """How far to trust the draws."""
    notes = []
    if k < 10:
        message = (
            f"{k} studies: bootstrap intervals of so few are too narrow; the interval of the model "
            "is safer."
        )
        notes.append(Note("bootstrap-few-studies", message))
    if kind == "nonparametric":
        message = (
            "A draw holds some studies several times and tends to show too little heterogeneity: "
            "intervals of tau2 and I2 are on the low side."
        )
        notes.append(Note("bootstrap-repeats", message))
    if failed:
        message = f"{failed} draws could not be pooled and are left out."
        notes.append(Note("bootstrap-failed-draws", message))
    return tuple(notes)
