"""Cells of risk of bias: a coloured circle with a symbol for every judgement, and their legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from metasyn.errors import SpecError
from metasyn.figures.marks import Circle, Mark
from metasyn.figures.text_metrics import Face, placed, text_width, wrap

__all__ = [
    "COCHRANE",
    "COLOUR_BLIND",
    "Domain",
    "Judgements",
    "Level",
    "RiskOfBiasKey",
    "rob_cell",
    "rob_legend",
]

Judgements = Mapping[str, Sequence[tuple[str, str]]]
"""Study (its key or its label) to its judgements: letter of the domain, code of the level."""

COCHRANE: Mapping[str, str] = MappingProxyType(
    {
        "low": "#02C100",
        "some": "#E2DF07",
        "high": "#BF0000",
        "critical": "#820000",
        "none": "#4EA1F7",
    }
)
"""Colours of Cochrane's figures: from low risk to critical risk, and no information."""
COLOUR_BLIND: Mapping[str, str] = MappingProxyType(
    {
        "low": "#FED98E",
        "some": "#FE9929",
        "high": "#D95F0E",
        "critical": "#993404",
        "none": "#FFFFFF",
    }
)
"""One hue that darkens with the risk; told apart without colours too."""
EDGE = "#4D4D4D"


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of a tool: the letter over its column, and its title."""

    letter: str
    title: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level of judgement.

    Parameters
    ----------
    code
        As data hold it.
    symbol
        Stands in the circle: ``+`` ``−`` ``X`` ``!`` ``?``.
    colour
        Fills the circle, ``#rrggbb``.
    label
        For people.
    """

    code: str
    symbol: str
    colour: str
    label: str

    @property
    def ink(self) -> str:
        """Black or white, whichever is easier to read on the colour (WCAG 2.2 contrast).

        Examples
        --------
        >>> Level("low", "+", "#02C100", "Low").ink, Level("high", "X", "#BF0000", "High").ink
        ('#000000', '#ffffff')
        """
        red, green, blue = (_linear(int(self.colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"


@dataclass(frozen=True, slots=True)
class RiskOfBiasKey:
    """Domains and levels of a tool, in their order.

    Parameters
    ----------
    domains
        One a column.
    levels
        Every level that the tool knows; the legend shows them all.
    title
        Name of the tool (``"RoB 2"``).
    """

    domains: tuple[Domain, ...]
    levels: tuple[Level, ...]
    title: str = ""

    def level(self, code: str) -> Level:
        """Level of a code.

        Raises
        ------
        SpecError
            If the tool has no such level.
        """
        for level in self.levels:
            if level.code == code:
                return level
        known = ", ".join(level.code for level in self.levels)
        raise SpecError(f"{self.title or 'The tool'} has no level {code!r}; it has {known}.")

    def judged(self, judgements: Sequence[tuple[str, str]]) -> Mapping[str, Level]:
        """Letter to level.

        Raises
        ------
        SpecError
            If a domain or a level is unknown, or a domain is judged twice.
        """
        letters = [domain.letter for domain in self.domains]
        found: dict[str, Level] = {}
        for letter, code in judgements:
            if letter not in letters:
                raise SpecError(f"There is no domain {letter!r}; there are {', '.join(letters)}.")
            if letter in found:
                raise SpecError(f"Domain {letter} is judged twice.")
            found[letter] = self.level(code)
        return found


def rob_cell(
    level: Level, middle: tuple[float, float], radius: float = 4.6, row: int | None = None
) -> list[Mark]:
    """The circle of a judgement with its symbol.

    Parameters
    ----------
    level
        The judgement.
    middle
        Where its middle stands, in points.
    radius
        Of the circle.
    row
        Position of the row that it belongs to.
    """
    x, y = middle
    size = 1.5 * radius
    face = Face(size, "bold", level.ink)
    return [
        Circle(x, y, radius, level.colour, EDGE, 0.4, "rob", row),
        placed(level.symbol, (x, y + 0.36 * size), face, "middle", "rob-symbol", row),
    ]


def rob_legend(
    key: RiskOfBiasKey, place: tuple[float, float], y: float, face: Face
) -> tuple[list[Mark], float]:
    """Every level, then every domain, in as many lines as they need.

    Parameters
    ----------
    key
        The tool.
    place
        Left edge and width.
    y
        Where the legend begins.
    face
        Of the words.

    Returns
    -------
    tuple
        The marks, and where they end.
    """
    left, width = place
    step, radius = face.size * 1.65, 0.58 * face.size
    marks: list[Mark] = []
    x, y = left, y + step
    title = f"Risk of bias ({key.title})" if key.title else "Risk of bias"
    bold = Face(face.size, "bold", face.colour)
    marks.append(placed(title, (x, y), bold, role="rob-legend"))
    x += text_width(title, face.size, "bold") + 10
    for level in key.levels:
        room = 2 * radius + 4 + text_width(level.label, face.size)
        if x > left and x + room > left + width:
            x, y = left, y + step
        marks += rob_cell(level, (x + radius, y - 0.358 * face.size), radius, -1)
        at = (x + 2 * radius + 4, y)
        marks.append(placed(level.label, at, face, role="rob-legend"))
        x += room + 10
    y += 0.35 * face.size
    titles = "; ".join(f"{domain.letter}: {domain.title}" for domain in key.domains)
    for line in wrap(titles, width, face.size):
        y += face.size * 1.35
        marks.append(placed(line, (left, y), face, role="rob-legend"))
    return marks, y


def _linear(part: float) -> float:
    """A part of an sRGB colour as light."""
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
