"""How often severe cytokine release syndrome responds to treatment, by intervention.

Reads studies/severe_crs.xlsx and writes reports/crs_response_by_intervention/.
"""

from pathlib import Path

import metasyn as ms

HERE = Path(__file__).resolve().parent.parent
WORKBOOK = HERE / "studies" / "severe_crs.xlsx"
REPORT = HERE / "reports" / "crs_response_by_intervention"


def main() -> None:
    """Read the workbook, pool by intervention, write the report."""
    print(f"Reading {WORKBOOK.relative_to(HERE)} ...", flush=True)
    registry = ms.read_registry(WORKBOOK)
    registry.issues.raise_if_errors()
    records = registry.select(
        outcome=("crs_resolution", "crs_improvement"),
        analyse="primary",
        role=("treatment_first_line", "treatment_refractory", "pre_emptive"),
    )
    print(f"Pooling {len(records)} results by intervention ...", flush=True)
    groups = ms.pool_by(records, "intervention", ms.BinomialNormal())
    print("Writing the report ...", flush=True)
    ms.write_report(
        groups,
        REPORT,
        title="Response of severe cytokine release syndrome to treatment",
        question=(
            "Among patients with cytokine release syndrome after CAR-T cells or T-cell-engaging "
            "antibodies, what share responds (syndrome resolved or improved) to each treatment?"
        ),
        registry=registry,
    )
    print(f"Report: {(REPORT / 'index.html').relative_to(HERE)}")


if __name__ == "__main__":
    main()
