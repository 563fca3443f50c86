"""Tools of critical appraisal as data: one table for the check, the figures and the weights.

Answers are paraphrased; judge with the tool itself at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metasyn.errors import SpecError

__all__ = ["OVERALL", "TOOLS", "Domain", "Level", "Tone", "Tool", "tool_of"]

OVERALL = "overall"
"""Code of the judgement on all domains together."""

Tone = Literal["low", "some", "high", "critical", "none", "blank"]
"""Which colour of a scheme a level has; the figures know the colours."""


@dataclass(frozen=True, slots=True)
class Level:
    """One answer of a tool.

    Parameters
    ----------
    code, label
        What stands in the cells, and what people read.
    symbol
        One letter that tells it from the others without colour.
    tone
        Which colour of a scheme its cells have.
    credit
        What it adds to a quality score, 0 to 1; None where the question does not apply, so that
        it leaves the score. Levels of one scale lie evenly between the best (1) and the worst (0);
        what is unclear or not reported is not credited.
    """

    code: str
    label: str
    symbol: str
    tone: Tone
    credit: float | None

    @property
    def is_good(self) -> bool:
        """Whether it is the best level."""
        return self.credit == 1.0


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain or question of a tool; ``group`` joins questions, where the tool does."""

    code: str
    title: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of critical appraisal.

    Parameters
    ----------
    code, label
        What stands in the cells, and what people read.
    versions
        Editions with these domains and levels; an edition with others is another tool.
    domains
        Domains or questions in order, without the overall judgement.
    levels
        Answers from the best to the worst, then those that are no step of the scale.
    has_overall
        Whether the tool ends in an overall judgement.
    per_result
        Whether a result has to be named; the other tools may name one.
    scored
        Codes of the domains that a quality score is made of; empty: all.
    source
        Where the tool was published.
    """

    code: str
    label: str
    versions: tuple[str, ...]
    domains: tuple[Domain, ...]
    levels: tuple[Level, ...]
    has_overall: bool
    per_result: bool
    scored: tuple[str, ...]
    source: str

    @property
    def columns(self) -> tuple[Domain, ...]:
        """Domains, then the overall judgement where there is one."""
        return (*self.domains, Domain(OVERALL, "Overall")) if self.has_overall else self.domains

    @property
    def scored_domains(self) -> tuple[Domain, ...]:
        """The domains of a quality score; never the overall judgement, which repeats them."""
        return tuple(d for d in self.domains if not self.scored or d.code in self.scored)

    def level(self, code: str) -> Level | None:
        """A level by its code; None where the tool has no such answer."""
        return next((level for level in self.levels if level.code == code), None)

    def domain(self, code: str) -> Domain | None:
        """A domain (or the overall judgement) by its code; None where there is none."""
        return next((domain for domain in self.columns if domain.code == code), None)


def _domains(*titles: str) -> tuple[Domain, ...]:
    return tuple(Domain(f"D{i}", title) for i, title in enumerate(titles, 1))


def _questions(*titles: str) -> tuple[Domain, ...]:
    return tuple(Domain(f"Q{i}", title) for i, title in enumerate(titles, 1))


_LOW = Level("low", "Low", "+", "low", 1.0)
_NOT_KNOWN = Level("no_information", "No information", "?", "none", 0.0)
_ANSWERS = (
    Level("yes", "Yes", "+", "low", 1.0),
    Level("no", "No", "X", "high", 0.0),
    Level("unclear", "Unclear", "?", "some", 0.0),
    Level("not_applicable", "Not applicable", "·", "blank", None),
)

ROB2 = Tool(
    "rob2",
    "RoB 2",
    ("2019",),
    _domains(
        "Randomisation process",
        "Deviations from intended interventions",
        "Missing outcome data",
        "Measurement of the outcome",
        "Selection of the reported result",
    ),
    (
        _LOW,
        Level("some_concerns", "Some concerns", "−", "some", 1 / 2),
        Level("high", "High", "X", "high", 0.0),
    ),
    True,
    True,
    (),
    "Sterne et al. 2019, BMJ 366:l4898",
)
ROBINS_I = Tool(
    "robins_i",
    "ROBINS-I",
    ("2016",),
    _domains(
        "Confounding",
        "Selection of participants",
        "Classification of interventions",
        "Deviations from intended interventions",
        "Missing data",
        "Measurement of outcomes",
        "Selection of the reported result",
    ),
    (
        _LOW,
        Level("moderate", "Moderate", "−", "some", 2 / 3),
        Level("serious", "Serious", "X", "high", 1 / 3),
        Level("critical", "Critical", "!", "critical", 0.0),
        _NOT_KNOWN,
    ),
    True,
    False,
    (),
    "Sterne et al. 2016, BMJ 355:i4919",
)
ROBINS_I_V2 = Tool(
    "robins_i_v2",
    "ROBINS-I V2",
    ("2025", "2024"),
    _domains(
        "Confounding",
        "Classification of interventions",
        "Selection of participants",
        "Missing data",
        "Measurement of the outcome",
        "Selection of the reported result",
    ),
    (
        # At its best, confounding is low "except for concerns about uncontrolled confounding".
        _LOW,
        Level("moderate", "Moderate", "−", "some", 2 / 3),
        Level("serious", "Serious", "X", "high", 1 / 3),
        Level("critical", "Critical", "!", "critical", 0.0),
    ),
    True,
    True,
    (),
    "ROBINS-I V2 for follow-up studies, draft of 20 November 2025, riskofbias.info",
)
ROBINS_E = Tool(
    "robins_e",
    "ROBINS-E",
    ("2023", "2024"),
    _domains(
        "Confounding",
        "Measurement of the exposure",
        "Selection of participants",
        "Post-exposure interventions",
        "Missing data",
        "Measurement of the outcome",
        "Selection of the reported result",
    ),
    (
        _LOW,
        Level("some_concerns", "Some concerns", "−", "some", 2 / 3),
        Level("high", "High", "X", "high", 1 / 3),
        Level("very_high", "Very high", "!", "critical", 0.0),
    ),
    True,
    False,
    (),
    "Higgins et al. 2024, Environment International 186:108602",
)
JBI_CASE_REPORT = Tool(
    "jbi_case_report",
    "JBI case report",
    ("2017", "2020"),
    _questions(
        "Demographic characteristics described",
        "History described as a timeline",
        "Clinical condition on presentation described",
        "Diagnostic tests and their results described",
        "Intervention described",
        "Condition after the intervention described",
        "Adverse or unanticipated events described",
        "Takeaway lessons given",
    ),
    _ANSWERS,
    False,
    False,
    (),
    "JBI checklist for case reports: Moola et al. 2020, JBI Manual for Evidence Synthesis, ch. 7",
)
JBI_CASE_SERIES = Tool(
    "jbi_case_series",
    "JBI case series",
    ("2017", "2020"),
    _questions(
        "Clear criteria for inclusion",
        "Condition measured in a standard, reliable way",
        "Valid methods to identify the condition",
        "Consecutive inclusion",
        "Complete inclusion",
        "Demographics reported",
        "Clinical information reported",
        "Outcomes or follow-up reported",
        "Demographics of the sites reported",
        "Statistical analysis appropriate",
    ),
    _ANSWERS,
    False,
    False,
    (),
    "JBI checklist for case series: Munn et al. 2020, JBI Evidence Synthesis 18:2127-2133",
)
MURAD = Tool(
    "murad",
    "Murad 2018",
    ("2018",),
    (
        Domain("Q1", "All cases of the centre, or selection made clear", "Selection"),
        Domain("Q2", "Exposure adequately ascertained", "Ascertainment"),
        Domain("Q3", "Outcome adequately ascertained", "Ascertainment"),
        Domain("Q4", "Alternative causes ruled out", "Causality"),
        Domain("Q5", "Challenge and rechallenge", "Causality"),
        Domain("Q6", "Dose-response effect", "Causality"),
        Domain("Q7", "Follow-up long enough", "Causality"),
        Domain("Q8", "Described in enough detail to replicate", "Reporting"),
    ),
    _ANSWERS,
    False,
    False,
    # Questions 4 to 6 are mostly about adverse drug events (the table's footnote).
    ("Q1", "Q2", "Q3", "Q7", "Q8"),
    "Murad et al. 2018, BMJ Evidence-Based Medicine 23:60-63, table 1",
)

TOOLS = (ROB2, ROBINS_I, ROBINS_I_V2, ROBINS_E, JBI_CASE_REPORT, JBI_CASE_SERIES, MURAD)
"""Every tool that metasyn checks, draws and scores."""


def tool_of(code: str) -> Tool:
    """A tool by its code.

    Raises
    ------
    SpecError
        If there is no such tool.

    Examples
    --------
    >>> tool = tool_of("murad")
    >>> tool.label, [domain.code for domain in tool.scored_domains]
    ('Murad 2018', ['Q1', 'Q2', 'Q3', 'Q7', 'Q8'])
    """
    known = {tool.code: tool for tool in TOOLS}
    if code not in known:
        raise SpecError(f"There is no tool {code!r}; use one of {', '.join(known)}.")
    return known[code]
