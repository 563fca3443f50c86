"""Moderators: a formula and a frame as a design matrix that can be trusted."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, SpecError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Design", "design_of", "moderators_of", "tested_rows"]

MISSING = frozenset(("", "NR", "NA", "UNC", "PEND"))
"""What stands in a record for a value that is not there."""

DEPENDENT = 1e-10
"""A column is dependent when less than this share of its length is its own."""


@dataclass(frozen=True, eq=False)
class Design:
    """A design matrix and how to make rows of it.

    Parameters
    ----------
    formula
        The formula.
    terms
        Names of the columns.
    matrix
        Shape (k, p), of full column rank.
    columns
        Names of the moderators in the formula.
    encoding
        formulaic's record of categories, knots and centres.
    """

    formula: str
    terms: tuple[str, ...]
    matrix: FloatArray
    columns: tuple[str, ...]
    encoding: Any

    @property
    def intercept(self) -> int | None:
        """Position of the intercept, None where there is none."""
        return self.terms.index("Intercept") if "Intercept" in self.terms else None

    def rows(self, new_data: pd.DataFrame | Mapping[str, object]) -> FloatArray:
        """Rows of the matrix for new values of the moderators, shape (rows, p).

        Raises
        ------
        DataError
            If a moderator or a value is missing, or a category is unknown.
        """
        import pandas as pd

        if isinstance(new_data, Mapping) and all(np.isscalar(v) for v in new_data.values()):
            new_data = {name: [value] for name, value in new_data.items()}
        frame = pd.DataFrame(new_data).reset_index(drop=True)
        labels = [f"row {i + 1}" for i in range(len(frame))]
        _check_columns(self.columns, frame, labels)
        return _matrix(self.encoding, frame)[0]


def design_of(formula: str, effects: Effects) -> Design:
    """The design matrix of a formula on the effects' moderators.

    Parameters
    ----------
    formula
        One-sided (``"~ year + C(design)"``), in formulaic's grammar; splines are ``bs(x, df=4)``.
    effects
        Effects with a frame of moderators, or made from records.

    Raises
    ------
    SpecError
        If the formula cannot be read, has a left side or names an unknown moderator.
    DataError
        If a moderator has missing values, columns depend on each other, or there are too few
        studies; rows and columns are named.
    """
    parsed = _parse(formula)
    frame = moderators_of(effects)
    columns = _names(parsed, formula, frame)
    _check_columns(columns, frame, effects.slab)
    matrix, encoding = _matrix(parsed, frame)
    terms = tuple(str(name) for name in encoding.column_names)
    if not terms:
        raise SpecError(f"The formula {formula!r} has no term; '~ 1' is the model of one mean.")
    if len(matrix) <= len(terms):
        raise DataError(
            f"{len(matrix)} studies cannot carry {len(terms)} coefficients ({', '.join(terms)}); "
            "it takes at least one study more. Leave moderators out."
        )
    _check_rank(matrix, terms)
    return Design(formula, terms, read_only(matrix), columns, encoding)


def tested_rows(design: Design) -> FloatArray:
    """Rows that pick the coefficients of the omnibus test: all but the intercept."""
    p = len(design.terms)
    keep = [i for i in range(p) if p == 1 or i != design.intercept]
    return np.eye(p)[keep]


def moderators_of(effects: Effects) -> pd.DataFrame:
    """The effects' frame, or the columns of their records where they have no frame.

    A record's blanks and codes for missing values (``NR``, ``NA``, ``UNC``, ``PEND``) are missing.

    Raises
    ------
    DataError
        If there is neither.
    """
    import pandas as pd

    if effects.data is not None:
        return effects.data.reset_index(drop=True)
    if not effects.records:
        raise DataError(
            "Moderators need data: give a frame with one row a study, "
            "effects_from(yi, vi, data=frame)."
        )
    rows = []
    for record in effects.records:
        studied = {f.name: getattr(record.study, f.name) for f in fields(record.study)}
        own = {f.name: getattr(record, f.name) for f in fields(record)}
        rows.append({**record.study.extras, **studied, **record.extras, **own})
    frame = pd.DataFrame(rows)
    return frame.mask(frame.map(lambda value: isinstance(value, str) and value in MISSING))


def _parse(formula: str) -> Any:
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    try:
        parsed = Formula(formula)
    except FormulaicError as error:
        raise SpecError(f"moderators {formula!r} is no formula: {_first_line(error)}") from None
    if hasattr(parsed, "lhs"):
        raise SpecError(f"moderators {formula!r} has a left side; write only '~ ...'.")
    return parsed


def _names(parsed: Iterable[Any], formula: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """Moderators in a formula, in the order of the frame."""
    found: set[str] = set()
    for term in parsed:
        for factor in term.factors:
            expression = str(factor.expr)
            found |= {expression} if expression in frame.columns else _variables(expression)
    unknown = sorted(found - {str(column) for column in frame.columns})
    if unknown:
        raise SpecError(
            f"moderators {formula!r}: unknown {', '.join(unknown)}; the columns are "
            f"{', '.join(str(column) for column in frame.columns)}."
        )
    return tuple(str(column) for column in frame.columns if column in found)


def _variables(expression: str) -> set[str]:
    """Names in a Python expression that are no functions or modules."""
    tree = ast.parse(expression, mode="eval")
    called = {id(call.func) for call in ast.walk(tree) if isinstance(call, ast.Call)}
    owners = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in names if id(node) not in called | owners}


def _check_columns(columns: Iterable[str], frame: pd.DataFrame, labels: Sequence[str]) -> None:
    """Refuse absent columns and missing values, with the names of both."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise DataError(f"The data lack the moderators {', '.join(absent)}.")
    problems = []
    for name in columns:
        missing = frame[name].isna().to_numpy()
        if missing.any():
            rows = [label for label, gone in zip(labels, missing, strict=True) if gone]
            problems.append(f"{name} is missing in {', '.join(rows)}")
    if problems:
        raise DataError(
            f"Moderators: {'; '.join(problems)}. Fill in the values, leave the studies out, or "
            "leave the moderator out."
        )


def _matrix(encoding: Any, frame: pd.DataFrame) -> tuple[FloatArray, Any]:
    """Evaluate a formula, or its record of an earlier evaluation, on a frame."""
    from formulaic import Formula
    from formulaic.errors import DataMismatchWarning, FormulaicError

    make = encoding.get_model_matrix
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataMismatchWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            if isinstance(encoding, Formula):
                made = make(frame, context={}, na_action="ignore")
            else:
                made = make(frame, context={})
        except (FormulaicError, DataMismatchWarning) as error:
            raise DataError(f"Moderators: {_first_line(error)}") from None
    matrix = np.asarray(made, dtype=np.float64).reshape(len(frame), -1)
    bad = [str(name) for name, x in zip(made.columns, matrix.T, strict=True) if not _finite(x)]
    if bad:
        raise DataError(f"Moderators: {', '.join(bad)} is not finite for every study.")
    return matrix, made.model_spec


def _finite(column: FloatArray) -> bool:
    return bool(np.isfinite(column).all())


def _check_rank(matrix: FloatArray, terms: Sequence[str]) -> None:
    """Refuse columns that depend on the ones before them, and say on which."""
    lengths = np.sqrt(np.einsum("ij,ij->j", matrix, matrix))
    kept: list[int] = []
    problems = []
    for j, name in enumerate(terms):
        if lengths[j] == 0.0:
            problems.append(f"{name} is 0 in every study")
            continue
        column, before = matrix[:, j] / lengths[j], matrix[:, kept] / lengths[kept]
        share, *_ = np.linalg.lstsq(before, column, rcond=None)
        rest = column - before @ share
        if rest @ rest > DEPENDENT**2:
            kept.append(j)
            continue
        causes = [terms[i] for i, s in zip(kept, share, strict=True) if abs(s) > 1e-8]
        problems.append(f"{name} is a combination of {', '.join(causes)}")
    if problems:
        raise DataError(f"Moderators are collinear: {'; '.join(problems)}. Leave them out.")


def _first_line(error: BaseException) -> str:
    """An error's message without colour codes and continuation lines."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") + "." if lines else type(error).__name__
