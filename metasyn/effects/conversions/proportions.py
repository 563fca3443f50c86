"""Counts back from a percentage."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from metasyn.errors import DataError

__all__ = ["counts_from_percent"]


def counts_from_percent(percent: float | str, n: float, decimals: int = 0) -> tuple[int, ...]:
    """Every number of events among n that is printed as this percentage.

    Parameters
    ----------
    percent
        As printed, 0 to 100; a text keeps its own digits.
    n
        Patients, a whole number.
    decimals
        Decimals to which the report rounds.

    Returns
    -------
    tuple of int
        In rising order; empty where no count among n gives the percentage, which tells of another
        denominator or of a misprint. A count that lies exactly between two percentages belongs to
        both, because habits of rounding differ.

    Raises
    ------
    DataError
        If the percentage is outside 0..100 or has more decimals than it should, or n is not a
        whole positive number.

    Notes
    -----
    Whole-number arithmetic, so that no rounding of binary fractions interferes.

    Examples
    --------
    >>> counts_from_percent(33, n=45), counts_from_percent("33.3", n=45, decimals=1)
    ((15,), (15,))
    >>> counts_from_percent(7, n=200), counts_from_percent(30, n=7)
    ((13, 14, 15), ())
    """
    if not n >= 1 or n != int(n):
        raise DataError(f"n is {n}; it must be 1, 2, 3, ...")
    try:
        value = Decimal(str(percent))
    except InvalidOperation:
        raise DataError(f"percent is {percent!r}; it must be a number.") from None
    if not (value.is_finite() and 0 <= value <= 100):
        raise DataError(f"percent is {percent}; it lies between 0 and 100.")
    units = value.scaleb(decimals)
    if units != int(units):
        raise DataError(f"percent is {percent}; that is more than {decimals} decimals.")
    hundred, doubled = 2 * 100 * 10**decimals, 2 * int(units)
    lowest = -(-(doubled - 1) * int(n) // hundred)
    highest = (doubled + 1) * int(n) // hundred
    return tuple(range(max(lowest, 0), min(highest, int(n)) + 1))
