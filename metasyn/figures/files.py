"""Layouts as files: the suffix says which kind."""

from __future__ import annotations

import os
from pathlib import Path

from metasyn.errors import OutputError, SpecError
from metasyn.figures.draw import picture_of
from metasyn.figures.marks import Layout
from metasyn.figures.pdf import pdf_of
from metasyn.figures.svg import svg_of

__all__ = ["write_layout"]

MOST_PIXELS = 2**16 - 1
"""Largest side of a picture that matplotlib draws."""


def write_layout(layout: Layout, path: str | os.PathLike[str], *, dpi: float = 300) -> Path:
    """Draw a layout into a file; the bytes depend on the layout alone.

    Parameters
    ----------
    layout
        Any figure.
    path
        ``.svg`` and ``.png`` take the first page, ``.pdf`` all of them.
    dpi
        Resolution of a PNG.

    Raises
    ------
    SpecError
        If the suffix is not one of svg, pdf, png.
    OutputError
        If the file cannot be written, or a PNG would be too tall at this resolution.
    """
    file = Path(path)
    writers = {".svg": _svg, ".pdf": _pdf, ".png": _png}
    suffix = file.suffix.lower()
    if suffix not in writers:
        raise SpecError(f"'{file.name}' must end in .svg, .pdf or .png.")
    content = writers[suffix](layout, dpi)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}.") from None
    return file


def _svg(layout: Layout, dpi: float) -> bytes:
    del dpi
    return svg_of(layout).encode("utf-8")


def _pdf(layout: Layout, dpi: float) -> bytes:
    del dpi
    return pdf_of(layout)


def _png(layout: Layout, dpi: float) -> bytes:
    page = layout.pages[0]
    pixels = max(page.width, page.height) / 72 * dpi
    if pixels > MOST_PIXELS:
        most = int(MOST_PIXELS * 72 / max(page.width, page.height))
        raise OutputError(
            f"The picture would be {pixels:.0f} pixels tall; a PNG may have {MOST_PIXELS}. "
            f"Take dpi={most} or less, or write a PDF, which has pages."
        )
    return picture_of(page, dpi)
