"""The script that makes the report of a bundle again."""

from __future__ import annotations

from metasyn.models.groups import Groups
from metasyn.report.lines import measure_of
from metasyn.report.sections.reproduce import spec_text

__all__ = ["script_text"]


_LACKS = "The section on changes is left out: it needs the earlier workbook, which is not in here."


def script_text(
    groups: Groups,
    workbook: str,
    *,
    title: str,
    question: str,
    changes: bool = False,
    baseline_risk: float | None = None,
    notices: str | None = None,
) -> str:
    """Python that reads the workbook, pools it and writes the report, by the public interface.

    Parameters
    ----------
    groups
        The results.
    workbook
        The workbook's place in the bundle.
    title, question
        Words of the report.
    changes
        Whether the report tells what changed, which the script cannot: it would need the earlier
        workbook.
    baseline_risk
        Risk without treatment that was stated; None where none was.
    notices
        The place of the list of notices in the bundle; None where there was none.
    """
    query = ", ".join(f"{name}={codes!r}" for name, codes in groups.records.query.items())
    measure = measure_of(groups)
    asked = "" if measure == "PLO" else f", measure={measure!r}"
    listed = "" if notices is None else f", notices={notices!r}"
    risk = "" if baseline_risk is None else f"\n        baseline_risk={baseline_risk!r},"
    lacks = "" if not changes else f"\n\n{_LACKS}\n"
    return f'''"""Make the report again: run this in the folder that holds README.md.{lacks}"""

import metasyn as ms


def main() -> None:
    registry = ms.read_registry({workbook!r}{listed})
    registry.issues.raise_if_errors()
    records = registry.select({query})
    groups = ms.pool_by(records, {groups.by!r}, {spec_text(groups.spec)}{asked})
    ms.write_report(
        groups,
        "report",
        title={title!r},
        question={question!r},
        registry=registry,{risk}
        documents=("docx", "pdf"),
    )


if __name__ == "__main__":
    main()
'''
