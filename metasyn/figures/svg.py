"""Layouts written as SVG: text stays text, as wide as it was measured.

Every text carries the length that the layout measured, and the letters themselves are embedded, so
that a browser shows the same picture with or without the fonts. Everything that came from a
workbook is escaped.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from metasyn.figures.embedded_fonts import face_rules
from metasyn.figures.marks import Circle, Layout, Line, Mark, Polygon, Rectangle, Text

__all__ = ["svg_of"]

FALLBACK = (
    "'Liberation Sans', Arimo, Arial, Helvetica, 'DejaVu Sans', 'Noto Sans CJK SC', "
    "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)


def svg_of(layout: Layout, page: int = 0) -> str:
    """A page of a layout as a standalone SVG document.

    Parameters
    ----------
    layout
        Places of everything.
    page
        Which page, from 0.
    """
    sheet = layout.pages[page]
    # All pages share a font, which is cut out once.
    family, rules = face_rules(text for one in layout.pages for text in one.texts)
    width, height = _n(sheet.width), _n(sheet.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="{family}-t {family}-d" '
        f'font-family="{family}, {escape(FALLBACK)}" text-rendering="geometricPrecision" '
        'font-kerning="none" style="font-variant-ligatures:none">'
    )
    parts = [
        head,
        f'<title id="{family}-t">{escape(layout.title)}</title>',
        f'<desc id="{family}-d">{escape(layout.description)}</desc>',
        f"<style>{rules}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_element(mark, layout.keys) for mark in sheet.marks),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _element(mark: Mark, keys: tuple[str, ...]) -> str:
    """One mark, with its role and the row that it belongs to, for programs."""
    about = f' data-role="{mark.role}"' if mark.role else ""
    if mark.row is not None and 0 <= mark.row < len(keys):
        about += f' data-row="{mark.row}" data-key={quoteattr(keys[mark.row])}'
    match mark:
        case Text():
            return _text(mark, about)
        case Line():
            return (
                f'<line{about} x1="{_n(mark.x1)}" y1="{_n(mark.y1)}" x2="{_n(mark.x2)}" '
                f'y2="{_n(mark.y2)}" stroke="{mark.colour}" stroke-width="{_n(mark.width)}"'
                f"{_dash(mark.dash)}/>"
            )
        case Rectangle():
            return (
                f'<rect{about} x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" '
                f'height="{_n(mark.height)}"{_paint(mark)}/>'
            )
        case Circle():
            return (
                f'<circle{about} cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.radius)}"'
                f"{_paint(mark)}/>"
            )
        case Polygon():
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in mark.points)
            name = "polygon" if mark.closed else "polyline"
            return f'<{name}{about} points="{points}"{_paint(mark)}{_dash(mark.dash)}/>'


def _text(mark: Text, about: str) -> str:
    bold = ' font-weight="bold"' if mark.weight == "bold" else ""
    anchor = f' text-anchor="{mark.anchor}"' if mark.anchor != "start" else ""
    return (
        f'<text{about} x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}"{bold}{anchor}'
        f' fill="{mark.colour}" textLength="{_n(mark.width)}" lengthAdjust="spacingAndGlyphs"'
        f' xml:space="preserve">{escape(mark.text)}</text>'
    )


def _paint(mark: Rectangle | Circle | Polygon) -> str:
    fill = f' fill="{mark.fill or "none"}"'
    if mark.edge is None:
        return fill
    return f'{fill} stroke="{mark.edge}" stroke-width="{_n(mark.edge_width)}"'


def _dash(lengths: tuple[float, ...]) -> str:
    return f' stroke-dasharray="{" ".join(map(_n, lengths))}"' if lengths else ""


def _n(value: float) -> str:
    """A length with three decimals at most."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
