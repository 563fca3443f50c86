"""The sheet ``results``: one row a study, arm, outcome and time point."""

from __future__ import annotations

from metasyn.registry.schema import SheetRow, column

__all__ = ["ResultSheetRow"]


class ResultSheetRow(SheetRow):
    """One outcome of one arm of one study."""

    result_id: str = column(
        "Result id",
        "Identifies the row. Never changes and is never used again.",
        example="R0001",
        width=10,
        required=True,
        key=True,
    )
    study_id: str = column(
        "Study id",
        "The report that the figures come from: an id of the sheet studies.",
        example="S0001",
        width=10,
        required=True,
        refers_to="studies.study_id",
        may_be_missing=False,
    )
    arm: str = column(
        "Arm",
        "Name of the group of patients. The rows of one arm spell it in the same way.",
        example="treatment A after drug failure",
        width=32,
        required=True,
        may_be_missing=False,
    )
    intervention: str = column(
        "Intervention",
        "What the arm was given. A combined treatment has a code of its own.",
        width=26,
        required=True,
        codes="intervention",
        may_be_missing=False,
    )
    intervention_class: str = column(
        "Class",
        "Class of the intervention.",
        width=20,
        required=True,
        codes="intervention_class",
        may_be_missing=False,
    )
    role: str = column(
        "Role",
        "What the intervention was given for.",
        width=20,
        required=True,
        codes="role",
        may_be_missing=False,
    )
    outcome: str = column(
        "Outcome",
        "What was counted or measured.",
        width=26,
        required=True,
        codes="outcome",
        may_be_missing=False,
    )
    direction: str = column(
        "Direction",
        "Whether an event, or a higher value, is good or bad.",
        width=10,
        required=True,
        codes="direction",
        may_be_missing=False,
    )
    patient_group: str = column(
        "Patient group",
        "Rows with the same group describe the same patients. A digit after the letter marks a "
        "subset of that letter: S0016-A1 is part of S0016-A.",
        example="S0001-A",
        width=15,
        required=True,
        may_be_missing=False,
    )
    selection: str = column(
        "Selection",
        "Whether patients entered the report because of how they responded.",
        width=20,
        required=True,
        codes="selection",
    )
    severity: str = column(
        "Severity",
        "Severity of the condition among the patients of the row.",
        width=16,
        required=True,
        codes="severity",
    )
    comparator_arm: str = column(
        "Comparator arm",
        "The exact name of the control arm, whose row has the same study and outcome.",
        example="placebo",
        width=24,
    )
    events: int | None = column(
        "Events",
        "Patients with the outcome.",
        example="3",
        width=9,
        default=None,
        unit="patients",
        low=0,
    )
    n: int | None = column(
        "Patients",
        "Patients in whom the outcome was looked for.",
        example="4",
        width=9,
        default=None,
        unit="patients",
        low=1,
    )
    mean: float | None = column(
        "Mean",
        "Arithmetic mean, in the unit of the row.",
        example="5.2",
        width=9,
        default=None,
        unit="see unit",
    )
    sd: float | None = column(
        "SD",
        "Standard deviation between patients (not the standard error).",
        example="1.7",
        width=9,
        default=None,
        unit="see unit",
        low=0,
    )
    median: float | None = column(
        "Median", "Median.", example="3", width=9, default=None, unit="see unit"
    )
    q1: float | None = column(
        "Lower quartile", "25th percentile.", example="2", width=9, default=None, unit="see unit"
    )
    q3: float | None = column(
        "Upper quartile", "75th percentile.", example="9", width=9, default=None, unit="see unit"
    )
    min: float | None = column(
        "Minimum", "Smallest value.", example="1", width=9, default=None, unit="see unit"
    )
    max: float | None = column(
        "Maximum", "Largest value.", example="36", width=9, default=None, unit="see unit"
    )
    unit: str = column(
        "Unit",
        "Unit of mean, sd, median, quartiles and range.",
        width=13,
        codes="unit",
    )
    effect_measure: str = column(
        "Effect measure",
        "What the report's own estimate is. Filled only where the report prints one.",
        width=20,
        codes="effect_measure",
    )
    effect: float | None = column(
        "Effect",
        "The estimate as printed. Proportions are between 0 and 1.",
        example="0.69",
        width=9,
        default=None,
    )
    ci_low: float | None = column(
        "CI lower", "Lower end of its 95% interval.", example="0.53", width=9, default=None
    )
    ci_high: float | None = column(
        "CI upper", "Upper end of its 95% interval.", example="0.82", width=9, default=None
    )
    timepoint: str = column(
        "Time point",
        "When the outcome was assessed, in the words of the report.",
        example="day 14",
        width=20,
    )
    definition: str = column(
        "Definition",
        "How the report defines the outcome, and what was given besides.",
        example="resolved within 14 days of the first dose",
        width=50,
        required=True,
    )
    derivation: str = column(
        "Derivation",
        "How the figures came from what the report prints.",
        width=22,
        required=True,
        codes="derivation",
        may_be_missing=False,
    )
    analyse: str = column(
        "Analyse",
        "Whether the row enters the main analysis.",
        width=12,
        required=True,
        codes="analyse",
        may_be_missing=False,
    )
    analyse_reason: str = column(
        "Reason",
        "Why the row is, or is not, in the main analysis.",
        example="response to a treatment, with events and n",
        width=44,
        required=True,
    )
    source_locator: str = column(
        "Where in the source",
        "Page, table or section where the figures stand.",
        example="Table 2",
        width=24,
        required=True,
    )
    verified: str = column(
        "Verified",
        "Whether the figures were read in the report itself.",
        width=11,
        required=True,
        codes="verified",
        may_be_missing=False,
    )
