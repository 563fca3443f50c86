"""The versions of all packages that a result depends on."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from platform import python_version

__all__ = ["pinned_versions"]

_PACKAGE = "metasyn-evidence"
_WRITERS = ("python-docx", "typst")
"""Optional packages that write the report for Word and for paper."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def pinned_versions() -> str:
    """Requirements for pip: this package and every installed one that it needs, pinned."""
    found: dict[str, str] = {}
    waiting = [_PACKAGE, *_WRITERS]
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # needed on other systems only, or an extra that is not used
            continue
        found[name] = package.version
        for requirement in package.requires or ():
            match = _NAME.match(requirement)
            if match and "extra ==" not in requirement.replace("'", '"').partition(";")[2]:
                waiting.append(match[0])
    lines = [f"{name}=={version}" for name, version in sorted(found.items())]
    return "\n".join([f"# Python {python_version()}", *lines, ""])


def _normal(name: str) -> str:
    """A package's name as the index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
