"""A pooled estimate for people and for programs: display scale, summary, frame."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from metasyn.counting import plural
from metasyn.effects.effects import Effects
from metasyn.effects.measures import measure_of
from metasyn.effects.transforms import freeman_tukey_back
from metasyn.errors import Note
from metasyn.models.interval import Interval
from metasyn.models.results import NotPooled, Pooled, Transformed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["predicted", "summary", "to_frame", "transformed"]


def transformed(pooled: Pooled) -> Transformed:
    """The estimate and its intervals on the display scale of the measure."""
    measure = measure_of(pooled.measure)
    sizes = pooled.data.ni if isinstance(pooled.data, Effects) else None

    def back(value: float) -> float:
        return float(measure.back.apply(value, sizes if measure.back.needs_ni else None))

    def interval(given: Interval | None) -> Interval | None:
        if given is None:
            return None
        low, high = sorted((back(given.low), back(given.high)))
        return Interval(low, high, given.level, given.method, given.df)

    notes: tuple[Note, ...] = ()
    if measure.code == "PFT" and sizes is not None:
        notes = freeman_tukey_back(pooled.estimate, pooled.se, sizes).notes
    return Transformed(
        measure.display,
        back(pooled.estimate),
        interval(pooled.ci),
        interval(pooled.prediction),
        notes,
    )


def predicted(pooled: Pooled, level: float | None) -> pd.DataFrame:
    """One row: the estimate with its intervals at a level, pooled again where it is another."""
    import pandas as pd

    from metasyn.models.pool import pool

    if level is not None and level != pooled.spec.level:
        pooled = pool(pooled.data, replace(pooled.spec, level=level))
    row = {"estimate": pooled.estimate, "se": pooled.se}
    for name, interval in (("ci", pooled.ci), ("pi", pooled.prediction)):
        if interval is not None:
            row |= {f"{name}_low": interval.low, f"{name}_high": interval.high}
    return pd.DataFrame([row])


def summary(pooled: Pooled) -> str:
    """The result in a few lines: estimate on both scales, heterogeneity, notes."""
    measure = measure_of(pooled.measure)
    shown = transformed(pooled)
    lines = [
        f"{type(pooled.spec).__name__}, {plural(pooled.k, 'study', 'studies')}",
        f"{measure.label}: {pooled.estimate:.4f} (se {pooled.se:.4f}){_interval(pooled.ci)}",
    ]
    if measure.back.name != "identity":
        lines.append(f"{shown.label}: {shown.estimate:.4f}{_interval(shown.ci)}")
    if shown.prediction is not None:
        lines.append(f"Prediction interval of a new study{_interval(shown.prediction)}")
    if pooled.statistic is not None and pooled.p_value is not None:
        lines.append(f"Test of no effect: {pooled.statistic:.3f}, p {_p(pooled.p_value)}")
    lines.extend(_heterogeneity(pooled))
    lines.extend(f"Note: {note}" for note in (*pooled.notes, *shown.notes))
    return "\n".join(lines)


def _heterogeneity(pooled: Pooled) -> list[str]:
    parts = []
    if pooled.tau2 is not None:
        parts.append(f"tau² {pooled.tau2:.4f}{_interval(pooled.tau2_ci)}")
    if pooled.i2 is not None:
        parts.append(f"I² {100 * pooled.i2:.1f}%")
    if pooled.q is not None and pooled.q_p is not None:
        parts.append(f"Q {pooled.q:.2f}, p {_p(pooled.q_p)}")
    return [f"Between studies: {'; '.join(parts)}"] if parts else []


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    how = interval.method if interval.df is None else f"{interval.method}, df {interval.df:.4g}"
    kind = f", {how}" if how else ""
    return f" [{interval.low:.4f}, {interval.high:.4f}] ({100 * interval.level:g}%{kind})"


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {value:.4f}"


def to_frame(pooled: Pooled) -> pd.DataFrame:
    """One row: estimate, standard error, intervals and heterogeneity on the analysis scale."""
    import pandas as pd

    def ends(name: str, interval: Interval | None) -> dict[str, object]:
        low, high = interval if interval is not None else (math.nan, math.nan)
        return {f"{name}_low": low, f"{name}_high": high}

    row: dict[str, object] = {"measure": pooled.measure, "k": pooled.k}
    row |= {name: getattr(pooled, name) for name in ("estimate", "se", "statistic", "p_value")}
    row |= ends("ci", pooled.ci) | ends("prediction", pooled.prediction)
    row |= {"tau2": pooled.tau2, "tau2_se": pooled.tau2_se} | ends("tau2_ci", pooled.tau2_ci)
    row |= {name: getattr(pooled, name) for name in ("i2", "h2", "q", "q_p", "log_likelihood")}
    return pd.DataFrame([row])


def summary_of_not_pooled(line: NotPooled) -> str:
    """Why there is no estimate, the summed counts with their interval, and notes."""
    lines = [f"Not pooled, {plural(line.k, 'study', 'studies')}: {line.reason}."]
    if line.events is not None and line.n:
        rate = line.events / line.n
        lines.append(f"{line.events} of {line.n}: {rate:.4f}{_interval(line.ci)}")
    elif line.ci is not None:
        lines.append(f"Its own interval:{_interval(line.ci)}")
    lines.extend(f"Note: {note}" for note in line.notes)
    return "\n".join(lines)


def frame_of_not_pooled(line: NotPooled) -> pd.DataFrame:
    """One row: counts, their rate and interval, and the reason."""
    import pandas as pd

    low, high = line.ci if line.ci is not None else (math.nan, math.nan)
    rate = line.events / line.n if line.events is not None and line.n else math.nan
    row = {"k": line.k, "code": line.code, "reason": line.reason}
    row |= {"events": line.events, "n": line.n, "rate": rate, "ci_low": low, "ci_high": high}
    return pd.DataFrame([row])
