"""Events over person-time: what rate models pool, one arm or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from metasyn.effects.arrays import FloatArray, as_floats, as_labels
from metasyn.errors import DataError, Note

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PersonTime", "TwoArmPersonTime", "person_time"]


@dataclass(frozen=True, eq=False)
class PersonTime:
    """Events over person-time, one arm a study.

    Parameters
    ----------
    xi
        Events, shape (k,), read-only.
    ti
        Person-time, in any unit that all studies share, shape (k,), read-only.
    slab
        Study labels.
    notes
        What a reader has to know.
    """

    xi: FloatArray
    ti: FloatArray
    slab: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.xi)

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab``, ``xi``, ``ti``."""
        import pandas as pd

        return pd.DataFrame({"slab": self.slab, "xi": self.xi, "ti": self.ti})


@dataclass(frozen=True, eq=False)
class TwoArmPersonTime:
    """Events over person-time in a treated and a control arm.

    Parameters
    ----------
    x1i, t1i, x2i, t2i
        Events and person-time of the treated arm, then of the control arm, shape (k,), read-only.
    slab
        Study labels.
    notes
        What a reader has to know.
    """

    x1i: FloatArray
    t1i: FloatArray
    x2i: FloatArray
    t2i: FloatArray
    slab: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.x1i)

    def to_frame(self) -> pd.DataFrame:
        """One row a study: ``slab``, ``x1i``, ``t1i``, ``x2i``, ``t2i``."""
        import pandas as pd

        return pd.DataFrame(
            {
                "slab": self.slab,
                "x1i": self.x1i,
                "t1i": self.t1i,
                "x2i": self.x2i,
                "t2i": self.t2i,
            }
        )


def person_time(
    *,
    xi: npt.ArrayLike | None = None,
    ti: npt.ArrayLike | None = None,
    x1i: npt.ArrayLike | None = None,
    t1i: npt.ArrayLike | None = None,
    x2i: npt.ArrayLike | None = None,
    t2i: npt.ArrayLike | None = None,
    slab: Sequence[object] | None = None,
) -> PersonTime | TwoArmPersonTime:
    """Events over person-time, of one arm (``xi``, ``ti``) or of two (``x1i`` to ``t2i``).

    Parameters
    ----------
    xi, ti
        Events and person-time, shape (k,).
    x1i, t1i, x2i, t2i
        Events and person-time of the treated arm, then of the control arm, shape (k,).
    slab
        Study labels; ``1``, ``2``, ... if None.

    Raises
    ------
    DataError
        If arguments are missing or mixed, shapes differ, events are no counts, or a person-time
        is not positive. The row is named.

    Examples
    --------
    >>> len(person_time(xi=[3, 0], ti=[120.5, 80]))
    2
    >>> type(person_time(x1i=[3], t1i=[120], x2i=[5], t2i=[118])).__name__
    'TwoArmPersonTime'
    """
    one = {"xi": xi, "ti": ti}
    two = {"x1i": x1i, "t1i": t1i, "x2i": x2i, "t2i": t2i}
    given = [name for name, value in (one | two).items() if value is not None]
    if given == list(one):
        (x, t), labels = _checked(one, slab)
        return PersonTime(x, t, labels)
    if given == list(two):
        (x1, t1, x2, t2), labels = _checked(two, slab)
        return TwoArmPersonTime(x1, t1, x2, t2, labels)
    raise DataError(
        "Give xi and ti for one arm, or x1i, t1i, x2i and t2i for two; got "
        + (", ".join(given) or "nothing")
        + "."
    )


def _checked(
    values: dict[str, npt.ArrayLike | None], slab: Sequence[object] | None
) -> tuple[list[FloatArray], tuple[str, ...]]:
    arrays = {name: as_floats(name, value) for name, value in values.items() if value is not None}
    sizes = {name: len(array) for name, array in arrays.items()}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise DataError(f"Events and person-time must have the same length; got {listed}.")
    labels = as_labels(slab, next(iter(sizes.values())))
    for name, array in arrays.items():
        if name.startswith("x"):
            wrong = ~(np.isfinite(array) & (array >= 0) & (array == np.floor(array)))
            must = "a count of events must be 0, 1, 2, ..."
        else:
            wrong = ~(np.isfinite(array) & (array > 0))
            must = "person-time must be a positive number"
        if wrong.any():
            row = int(np.argmax(wrong))
            raise DataError(f"{labels[row]}: {name} is {array[row]:g}; {must}.")
    return list(arrays.values()), labels
