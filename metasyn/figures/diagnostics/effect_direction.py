"""The effect-direction plot: an arrow for every study and outcome domain, sized by sample.

Thomson and Thomas 2013, Res Synth Methods 4:95, as Boon and Thomson 2021, Res Synth Methods 12:29,
revised it: the arrow says the direction alone; its size is the study's, never the effect's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from metasyn.diagnostics.effect_direction import EffectDirections
from metasyn.diagnostics.no_null import told
from metasyn.diagnostics.p_words import p_words
from metasyn.errors import SpecError
from metasyn.figures.house_styles import style_of
from metasyn.figures.marks import Layout, Line, Mark, Page, Polygon
from metasyn.figures.paging import pages_of_rows
from metasyn.figures.panel import Sign, heading, key_line, notes
from metasyn.figures.styles import Style, StyleName
from metasyn.figures.text_metrics import Face, clean, placed, text_width, wrap

__all__ = ["effect_direction_layout"]

ROW, COLUMN = 17.0, 66.0
LABEL_WIDTH = 190.0
SIZES = (
    (300.0, 6.2, "300 patients or more"),
    (50.0, 4.6, "50 to 299"),
    (0.0, 3.2, "fewer than 50"),
)
"""Least sample size, half the height of the arrow, and words (Boon and Thomson 2021, fig. 2)."""
UNKNOWN = 4.6


def effect_direction_layout(
    result: EffectDirections | Mapping[str, EffectDirections],
    style: StyleName = "plain",
    *,
    title: str | None = None,
    page_height: float | None = None,
) -> Layout:
    """Places of everything in an effect-direction plot.

    Parameters
    ----------
    result
        What :func:`metasyn.effect_direction_test` returned, or outcome domain to such results.
    style, title
        House style, and what stands above the plot.
    page_height
        Studies are dealt out to pages of this height; None for one page.

    Raises
    ------
    SpecError
        If there is no domain.
    """
    domains = {"": result} if isinstance(result, EffectDirections) else dict(result)
    if not domains:
        raise SpecError("There is no outcome domain to draw.")
    look, name = style_of(style), clean(title or "")
    table = _Table(domains, look)
    studies = table.studies
    pages = pages_of_rows(len(studies), lambda rows: _page(table, name, rows), page_height)
    return Layout(pages, name or "Effect-direction plot", _description(domains), studies)


def _page(table: _Table, name: str, rows: range) -> Page:
    """Some of the studies; the tests stand below the last of them."""
    look = table.style
    said = f"{name} (continued)" if name and rows.start else name
    top, y = heading(said, look, table.right - look.margin)
    head, y = table.header(y)
    body, y = table.body(y, rows)
    test, y = table.tests(y) if rows.stop == len(table.studies) else ([], y + look.small)
    width = table.right + look.margin
    key, y = key_line(table.signs(), look, width, y)
    foot, y = notes(_sentences(table.domains), look, width - 2 * look.margin, y)
    return Page(width, y, (*top, *head, *body, *test, *key, *foot))


@dataclass(frozen=True)
class _Table:
    """Studies in rows, outcome domains in columns."""

    domains: Mapping[str, EffectDirections]
    style: Style

    @cached_property
    def studies(self) -> tuple[str, ...]:
        """Every study once, in the order in which the domains bring them."""
        return tuple(dict.fromkeys(s for found in self.domains.values() for s in found.slab))

    @cached_property
    def left(self) -> float:
        """Where the columns begin."""
        labels = (clean(label) for label in (*self.studies, TEST))
        widest = max(text_width(label, self.style.size, "bold") for label in labels)
        return self.style.margin + min(LABEL_WIDTH, widest) + self.style.gap

    @property
    def right(self) -> float:
        """Right edge; never so narrow that sentences become columns."""
        return max(self.left + COLUMN * len(self.domains), 300.0)

    def x(self, column: int) -> float:
        """Middle of a column."""
        return self.left + (column + 0.5) * COLUMN

    def _rule(self, y: float) -> Line:
        return Line(self.style.margin, y, self.right, y, 0.8, self.style.palette.rule, role="rule")

    def header(self, y: float) -> tuple[list[Mark], float]:
        """Names of the domains, wrapped, standing on the rule."""
        face = Face(self.style.small, "bold", self.style.palette.ink)
        words = [clean(name) or "Direction" for name in self.domains]
        titles = [wrap(name, COLUMN - 6, face.size, "bold") for name in words]
        step = 1.2 * face.size
        bottom = y + step * max(map(len, titles))
        marks: list[Mark] = [
            placed(line, (self.x(i), bottom - j * step), face, "middle", "header")
            for i, lines in enumerate(titles)
            for j, line in enumerate(reversed(lines))
        ]
        bottom += 0.7 * self.style.leading
        return [*marks, self._rule(bottom)], bottom

    def body(self, y: float, rows: range) -> tuple[list[Mark], float]:
        """One row a study."""
        marks: list[Mark] = []
        studies = self.studies
        for row in rows:
            study = studies[row]
            label, middle, y = self._label(clean(study), y, row)
            marks += label
            for column, found in enumerate(self.domains.values()):
                if study in found.slab:
                    marks += self._cell(found, found.slab.index(study), column, middle, row)
        return [*marks, self._rule(y)], y

    def _label(self, text: str, y: float, row: int | None) -> tuple[list[Mark], float, float]:
        """Lines of a label, the middle of its row, and where the row ends."""
        style = self.style
        face = Face(style.size, "normal" if row is not None else "bold", style.palette.ink)
        lines = wrap(text, self.left - style.margin - style.gap, face.size, face.weight)
        height = max(ROW, len(lines) * style.leading + 5)
        middle = y + height / 2
        first = middle + 0.358 * face.size - (len(lines) - 1) * style.leading / 2
        marks: list[Mark] = [
            placed(line, (style.margin, first + i * style.leading), face, "start", "label", row)
            for i, line in enumerate(lines)
        ]
        return marks, middle, y + height

    def _cell(self, found: EffectDirections, i: int, column: int, y: float, row: int) -> list[Mark]:
        """The arrow, and the number of outcomes behind it where there are several."""
        size = found.ni[i] if found.ni else None
        half = UNKNOWN if size is None else next(half for n, half, _ in SIZES if size >= n)
        marks = _arrow(found.directions[i], self.x(column), y, half, self.style, row)
        count = found.outcomes[i] if found.outcomes else 1
        if count > 1:
            face = Face(self.style.small - 1, "normal", self.style.palette.muted)
            at = (self.x(column) + 1.6 * half + 2.5, y + 0.6 * face.size)
            marks.append(placed(str(count), at, face, "start", "outcomes", row))
        return marks

    def tests(self, y: float) -> tuple[list[Mark], float]:
        """The sign test of every domain."""
        style = self.style
        face = Face(style.small, "normal", style.palette.ink)
        marks, _, end = self._label(TEST, y, None)
        start = y + (ROW + 0.716 * face.size) / 2
        for column, found in enumerate(self.domains.values()):
            for i, line in enumerate(_test(found)):
                at = (self.x(column), start + i * style.leading)
                marks.append(placed(line, at, face, "middle", "test"))
        return marks, max(end, y + ROW + style.leading)

    def signs(self) -> list[Sign]:
        """Directions that occur, and sizes where they are known."""
        style, occurring = self.style, {d for f in self.domains.values() for d in f.directions}
        signs = [_direction_sign(d, words, style) for d, words in WORDS if d in occurring]
        if any(size is not None for found in self.domains.values() for size in found.ni):
            signs += [
                Sign(words, lambda x, y, half=half: _triangle(x, y, half, style, "key"), half)  # type: ignore[misc]
                for _, half, words in SIZES
            ]
        return signs


TEST = "Higher among clear directions"
WORDS = (("higher", "Higher"), ("lower", "Lower"), ("unclear", "Unclear or conflicting"))


def _arrow(direction: str, x: float, y: float, half: float, style: Style, row: int) -> list[Mark]:
    """A triangle that points up or down, or two that point to the sides."""
    palette = style.palette
    if direction == "higher":
        shape = ((x, y - half), (x + half, y + half), (x - half, y + half))
        return [Polygon(shape, palette.pooled_edge, role="higher", row=row)]
    if direction == "lower":
        shape = ((x, y + half), (x + half, y - half), (x - half, y - half))
        return [Polygon(shape, palette.case, role="lower", row=row)]
    return [
        Polygon(
            ((x + side * 1.6 * half, y), (x + side, y - 0.8 * half), (x + side, y + 0.8 * half)),
            "#ffffff",
            palette.muted,
            0.9,
            role="unclear",
            row=row,
        )
        for side in (-1, 1)
    ]


def _direction_sign(direction: str, words: str, style: Style) -> Sign:
    def draw(x: float, y: float) -> Mark:
        if direction == "unclear":
            shape = ((x - 5, y), (x, y - 3.2), (x + 5, y), (x, y + 3.2))
            return Polygon(shape, "#ffffff", style.palette.muted, 0.9, role="key")
        (mark,) = _arrow(direction, x, y, 4.0, style, 0)
        assert isinstance(mark, Polygon)  # noqa: S101 - arrows are triangles
        return Polygon(mark.points, mark.fill, role="key")

    return Sign(words, draw)


def _triangle(x: float, y: float, half: float, style: Style, role: str) -> Polygon:
    shape = ((x, y - half), (x + half, y + half), (x - half, y + half))
    return Polygon(shape, None, style.palette.muted, 0.8, role=role)


def _test(found: EffectDirections) -> Sequence[str]:
    clear = found.higher + found.lower
    if found.p_value is None:
        return ("none",)
    return f"{found.higher} of {clear}", p_words(found.p_value, 3)


def _sentences(domains: Mapping[str, EffectDirections]) -> list[str]:
    null = {told(found.null, found.measure) for found in domains.values()}
    said = [
        f"Arrows say only whether an effect lies above or below {' or '.join(sorted(null))}; not "
        "how large it is, nor whether it is significant. p: exact sign test against one half.",
    ]
    if any(count > 1 for found in domains.values() for count in found.outcomes):
        said.append(
            "A small number counts the outcomes behind an arrow; at least 70% of them point its "
            "way."
        )
    if any(size is not None for found in domains.values() for size in found.ni):
        said.append("The larger the arrow, the larger the study.")
    if max(found.higher + found.lower for found in domains.values()) < 6:
        said.append("With fewer than 6 clear directions the sign test cannot reach p < 0.05.")
    return said


def _description(domains: Mapping[str, EffectDirections]) -> str:
    parts = [
        f"{clean(name) or 'all outcomes'}: {found.higher} higher, {found.lower} lower, "
        f"{found.unclear} unclear"
        for name, found in domains.items()
    ]
    return f"Effect-direction plot. {'; '.join(parts)}."
