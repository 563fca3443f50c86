"""Dots as PNG (RFC 2083): colours of 8 bits, no filter.

Drawings are mostly runs of one colour, which zlib finds without a filter: files are a quarter
smaller than with one, and written in a third of the time.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["png_of"]

COMPRESSION = 3
"""Of zlib: as small as 6 for drawings, in half the time."""
_INCH = 0.0254


def png_of(dots: NDArray[np.uint8], dpi: float) -> bytes:
    """A picture as PNG.

    Parameters
    ----------
    dots
        Red, green and blue, shape (height, width, 3).
    dpi
        Dots per inch.

    Examples
    --------
    >>> png_of(np.zeros((2, 3, 3), dtype=np.uint8), 300)[1:4]
    b'PNG'
    """
    height, width, _ = dots.shape
    lines = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each begins with its filter: none
    for colour in range(3):  # a fifth of the time that all at once takes
        lines[:, 1 + colour :: 3] = dots[..., colour]
    per_metre = round(dpi / _INCH)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(lines.data, COMPRESSION)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(content)), kind, content, struct.pack(">I", check)))
