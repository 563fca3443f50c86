"""Records pooled group by group, with every row accounted for."""

from __future__ import annotations

from metasyn.errors import SpecError
from metasyn.models.groups import Groups, Line
from metasyn.models.line import LineModel, line_model
from metasyn.models.specs import BinomialNormal, Spec
from metasyn.models.study_rows import by_design_then_year
from metasyn.records import Records, Result, SetAside
from metasyn.records.independence import independent_rows

__all__ = ["pool_by"]


def pool_by(records: Records, by: str, spec: Spec | None = None, *, measure: str = "PLO") -> Groups:
    """Pool records group by group.

    Within a group no patient counts twice: of rows that share patients, arms with two outcomes and
    reports that overlap, one stays and the others are set aside with the reason. The rows that
    went in are the rows of the line plus those set aside.

    Parameters
    ----------
    records
        Rows chosen with ``registry.select(...)``.
    by
        A column of the sheets results or studies (``"intervention"``).
    spec
        The model; :class:`~metasyn.BinomialNormal` by default. Inverse-variance models of
        proportions pool the studies that are not single cases; single cases are shown without a
        weight.
    measure
        Measure of inverse-variance models; models of counts need none.

    Returns
    -------
    Groups
        Group code to :class:`~metasyn.Pooled` or :class:`~metasyn.NotPooled`, in the order of the
        registry's code list. Groups of which every row was set aside have a line without studies.

    Raises
    ------
    SpecError
        If no column is called ``by``, or the model does not pool such records.
    """
    model = line_model(BinomialNormal() if spec is None else spec, measure, records)
    rows: dict[str, list[Result]] = {}
    aside: dict[str, list[SetAside]] = {}
    for row in records.rows:
        rows.setdefault(_value(row, by), []).append(row)
    for item in records.set_aside:
        aside.setdefault(_value(item.record, by), []).append(item)
    codes = records.codes.get(by)
    order = sorted({**rows, **aside}, key=codes.rank if codes else None)
    return Groups(
        tuple(
            _line(
                (code, codes.label(code) if codes else code),
                rows.get(code, []),
                aside.get(code, []),
                records.query.get("outcome", ()),
                model,
            )
            for code in order
        ),
        by,
        model.spec,
        records,
    )


def _line(
    name: tuple[str, str],
    rows: list[Result],
    set_aside: list[SetAside],
    outcomes: tuple[str, ...],
    model: LineModel,
) -> Line:
    checked = [(row, model.lacks(row)) for row in rows]
    usable = [row for row, problem in checked if problem is None]
    lacking = [problem for _, problem in checked if problem is not None]
    kept, dependent = independent_rows(usable, outcomes)
    studies, result = model.pool(by_design_then_year(kept))
    return Line(*name, studies, result, (*set_aside, *lacking, *dependent))


def _value(record: Result, by: str) -> str:
    for holder in (record, record.study):
        if by in type(holder).__slots__:
            value = getattr(holder, by)
            return "" if value is None else str(value)
    raise SpecError(f"No column is called '{by}' in the sheets results and studies.")
