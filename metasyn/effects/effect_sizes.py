"""Effect sizes from summary data, with metafor's codes and argument names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.counting import plural
from metasyn.effects.arrays import as_floats, as_labels, read_only
from metasyn.effects.counts_behind import counts_behind
from metasyn.effects.effects import Effects
from metasyn.effects.measures import given as already
from metasyn.effects.measures import measure_of
from metasyn.effects.measures.computation import Options, compute
from metasyn.effects.measures.correction import Correct
from metasyn.effects.measures.measure import GIVEN_FORMS, Inputs, Measure
from metasyn.effects.measures.zero_cells import To
from metasyn.errors import DataError, SpecError

if TYPE_CHECKING:
    import pandas as pd

    from metasyn.records import Result

__all__ = ["effect_sizes"]

Values = npt.ArrayLike | None


def effect_sizes(  # noqa: PLR0913 - metafor's argument names, all in one place
    what: str | Sequence[Result],
    measure: str | None = None,
    /,
    *,
    ai: Values = None,
    bi: Values = None,
    ci: Values = None,
    di: Values = None,
    n1i: Values = None,
    n2i: Values = None,
    x1i: Values = None,
    x2i: Values = None,
    t1i: Values = None,
    t2i: Values = None,
    m1i: Values = None,
    m2i: Values = None,
    sd1i: Values = None,
    sd2i: Values = None,
    xi: Values = None,
    mi: Values = None,
    ri: Values = None,
    ti: Values = None,
    fi: Values = None,
    pi: Values = None,
    sdi: Values = None,
    r2i: Values = None,
    ni: Values = None,
    yi: Values = None,
    vi: Values = None,
    sei: Values = None,
    ci_low: Values = None,
    ci_high: Values = None,
    oei: Values = None,
    voei: Values = None,
    slab: Sequence[object] | None = None,
    data: pd.DataFrame | None = None,
    among: Sequence[Result] = (),
    add: float | None = None,
    to: To = "only0",
    drop00: bool = False,
    vtype: str | Sequence[str] | None = None,
    correct: Correct = True,
    level: float = 0.95,
    flip: bool | Sequence[bool] = False,
) -> Effects:
    """Estimates and sampling variances from arrays or from records.

    ``effect_sizes("RR", ai=.., bi=.., ci=.., di=..)`` or ``effect_sizes(records, "PLO")``.

    Parameters
    ----------
    what, measure
        Code of a measure (``metasyn measures`` lists all), or records and then the code.
    ai, bi, ci, di
        Cells of a 2x2 table; ``ai`` is also Cronbach's alpha, ``di`` also Cohen's d.
    n1i, n2i, ni
        Sample sizes.
    x1i, x2i, xi, t1i, t2i, ti
        Events and person-times; ``ti`` is also a t statistic.
    m1i, m2i, mi, sd1i, sd2i, sdi
        Means and standard deviations; ``mi`` is also the non-events, items or predictors.
    ri, r2i, fi, pi
        Correlations, coefficients of determination, F statistics, (signed) p-values.
    yi, vi, sei, ci_low, ci_high
        Estimates that are given, with variances, standard errors or confidence limits, all on
        the analysis scale (logs for ratios). Every measure takes them.
    oei, voei
        Observed minus expected events of a log-rank test, and its variance.
    slab
        Study labels; ``1``, ``2``, ... if None.
    data
        Moderators, one row a study.
    among
        Records in which control arms may also be looked up.
    add, to
        Constant for zero counts (None: 0.5, or 0 for the measures that need none) and the rows
        that get it: ``only0``, ``if0all``, ``all``, ``none``.
    drop00
        Leave studies without events, or with nothing else, in both groups without an estimate.
    vtype
        Kind of sampling variance, or one a study; None takes the measure's default.
    correct
        Correct biases where the measure knows how (SMD, ROM, CVR, ...): True, False, or
        ``"metafor-3.8"`` for what that version corrected.
    level
        Coverage of ``ci_low`` and ``ci_high``.
    flip
        Change the sign of all estimates, or of some rows (where more is better).

    Returns
    -------
    Effects
        One row a study in the given order; rows that cannot be computed are NaN and named in a
        note.

    Raises
    ------
    DataError
        If arguments are missing, do not belong to the measure or are impossible, or a record
        lacks a column; the row is named.
    SpecError
        If the measure or an option is unknown.

    Examples
    --------
    >>> effects = effect_sizes("RR", ai=[4, 6], bi=[119, 300], ci=[11, 29], di=[128, 274])
    >>> effects.yi.round(4)
    array([-0.8893, -1.5854])
    """
    values = {
        "ai": ai, "bi": bi, "ci": ci, "di": di, "n1i": n1i, "n2i": n2i, "x1i": x1i, "x2i": x2i,
        "t1i": t1i, "t2i": t2i, "m1i": m1i, "m2i": m2i, "sd1i": sd1i, "sd2i": sd2i, "xi": xi,
        "mi": mi, "ri": ri, "ti": ti, "fi": fi, "pi": pi, "sdi": sdi, "r2i": r2i, "ni": ni,
        "yi": yi, "vi": vi, "sei": sei, "ci_low": ci_low, "ci_high": ci_high, "oei": oei,
        "voei": voei,
    }  # fmt: skip
    kinds = vtype if vtype is None or isinstance(vtype, str) else np.asarray(vtype)
    options = Options(add, to, drop00, kinds, correct, level, np.asarray(flip))
    given = {name: value for name, value in values.items() if value is not None}
    if isinstance(what, str):
        if measure is not None:
            raise SpecError(f"Two measures: '{what}' and '{measure}'; give data by keyword.")
        return _from_arrays(measure_of(what), given, slab, data, options)
    if measure is None:
        raise SpecError('Name the measure: effect_sizes(records, "PLO").')
    if given or slab is not None:
        raise DataError("Records bring their own numbers and labels; give no arrays beside them.")
    from metasyn.effects.from_records import effects_of_records

    return effects_of_records(what, measure_of(measure), among, options, data)


def _from_arrays(
    measure: Measure,
    given: dict[str, npt.ArrayLike],
    slab: Sequence[object] | None,
    data: pd.DataFrame | None,
    options: Options,
) -> Effects:
    _refuse_wrong_arguments(measure, tuple(given))
    arrays = _same_length({name: as_floats(name, value) for name, value in given.items()})
    rows = len(next(iter(arrays.values())))
    labels = as_labels(slab, rows)
    if data is not None and len(data) != rows:
        raise DataError(
            f"data has {plural(len(data), 'row')} for {plural(rows, 'study', 'studies')}."
        )
    done = compute(measure, arrays, labels, options)
    sizes = None if np.isnan(done.ni).all() else read_only(done.ni)
    yi, vi = read_only(done.yi), read_only(done.vi)
    behind = counts_behind(measure, arrays, labels)
    return Effects(yi, vi, labels, measure.code, sizes, data, notes=done.notes, counts=behind)


def _refuse_wrong_arguments(measure: Measure, given: tuple[str, ...]) -> None:
    as_given = "yi" in given
    forms = GIVEN_FORMS if as_given else measure.forms
    accepted = already.NAMES if as_given else measure.accepts
    wanted = "; or ".join(", ".join(form) for form in forms)
    foreign = [name for name in given if name not in accepted]
    if foreign:
        raise DataError(f"{measure.code} does not take {', '.join(foreign)}; it needs {wanted}.")
    if not any(set(form) <= set(given) for form in forms):
        found = ", ".join(given) or "nothing"
        raise DataError(f"{measure.code} needs {wanted}; got {found}.")


def _same_length(arrays: Inputs) -> Inputs:
    longest = max(len(array) for array in arrays.values())
    for name, array in arrays.items():
        if len(array) not in (1, longest):
            sizes = ", ".join(f"{key} {len(value)}" for key, value in arrays.items())
            raise DataError(
                f"{name} has {plural(len(array), 'value')} for "
                f"{plural(longest, 'study', 'studies')}; got {sizes}."
            )
    return {name: np.broadcast_to(array, (longest,)) for name, array in arrays.items()}
