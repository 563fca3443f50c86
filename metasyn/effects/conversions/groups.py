"""Groups put together, and controls split among comparisons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from metasyn.effects.conversions.arguments import Floats, numbers, plain, refuse

__all__ = ["Group", "combine_counts", "combine_groups", "split_control"]


class Group(NamedTuple):
    """Size, mean and SD of a group."""

    n: Floats
    mean: Floats
    sd: Floats


def combine_groups(n: npt.ArrayLike, mean: npt.ArrayLike, sd: npt.ArrayLike) -> Group:
    """Size, mean and SD of groups taken together, as if their patients had been one group.

    Parameters
    ----------
    n, mean, sd
        One value a group on the last axis, shape (..., groups); the SD of a single patient is 0.

    Raises
    ------
    DataError
        If n is below 1, an SD is negative, or there is no axis of groups.

    Notes
    -----
    Exact: squares within and between the groups are added. Two groups give the formula of the
    Cochrane Handbook (version 6, section 6.5.2.10, Table 6.5.a), any number the same at once.

    Examples
    --------
    >>> combine_groups(n=[10, 15], mean=[5, 7], sd=[2, 3]).mean
    6.2
    """
    size, centre, spread = numbers({"n": np.atleast_1d(n), "mean": mean, "sd": sd})
    refuse(size < 1, "n is {n:g}; a group needs at least 1", {"n": size})
    refuse(spread < 0, "sd is {sd:g}; it cannot be negative", {"sd": spread})
    total = size.sum(axis=-1)
    middle = (size * centre).sum(axis=-1) / total
    squares = (size - 1) * spread**2 + size * (centre - middle[..., None]) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = squares.sum(axis=-1) / np.where(total > 1, total - 1, np.nan)
    return Group(plain(total), plain(middle), plain(np.sqrt(variance)))


def combine_counts(events: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Events and patients of groups taken together: the sums.

    Parameters
    ----------
    events, n
        One value a group on the last axis, shape (..., groups).

    Raises
    ------
    DataError
        If events are negative or exceed the patients.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 6.5.2.10.

    Examples
    --------
    >>> combine_counts(events=[3, 5], n=[10, 12])
    (8.0, 22.0)
    """
    x, size = numbers({"events": np.atleast_1d(events), "n": n})
    refuse((x < 0) | (x > size), "{x:g} events among {n:g} patients", {"x": x, "n": size})
    return plain(x.sum(axis=-1)), plain(size.sum(axis=-1))


def split_control(
    n: npt.ArrayLike, comparisons: npt.ArrayLike, events: npt.ArrayLike = np.nan
) -> tuple[Floats, Floats]:
    """Share of a control group that each of several comparisons with it may use.

    The comparisons then count no control twice, but are still treated as independent, which they
    are not: :func:`shared_control_matrix` is the better choice. Means and SDs stay as they are.

    Parameters
    ----------
    n
        Patients of the control group.
    comparisons
        Number of comparisons that share it.
    events
        Events of the control group; NaN for a quantity.

    Returns
    -------
    n, events
        Of each comparison; they need not be whole.

    Raises
    ------
    DataError
        If there is less than one comparison, or events are impossible.

    Notes
    -----
    Source: Cochrane Handbook, version 6, section 23.3.4.

    Examples
    --------
    >>> split_control(n=40, comparisons=2, events=9)
    (20.0, 4.5)
    """
    size, parts, x = numbers({"n": n, "comparisons": comparisons, "events": events})
    refuse(parts < 1, "comparisons is {k:g}; there must be at least 1", {"k": parts})
    refuse((x < 0) | (x > size), "{x:g} events among {n:g} patients", {"x": x, "n": size})
    return plain(size / parts), plain(x / parts)
