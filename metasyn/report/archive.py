"""Office files without the moment of their making."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["steady"]

_MOMENT = b"2000-01-01T00:00:00Z"
_ZIP_MOMENT = (2000, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def steady(content: bytes) -> bytes:
    """The same zipped file with every time stamp fixed, so that equal contents are equal bytes."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == _PROPERTIES:
                part = _TIMES.sub(rb"\g<1>" + _MOMENT, part)
            entry = zipfile.ZipInfo(name, _ZIP_MOMENT)
            # Pictures are packed already: to pack them again takes a second, and gains nothing.
            packed = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part)
    return made.getvalue()
