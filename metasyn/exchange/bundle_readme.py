"""The README of a bundle: what is in it, and how to check and repeat it."""

from __future__ import annotations

from collections.abc import Sequence

from metasyn._version import __version__
from metasyn.errors import Note

__all__ = ["readme"]

_FOLDERS = (
    ("report/", "the report: open `index.html` in a browser; Word, PDF, tables and numbers beside"),
    ("figures/", "every figure, for print and for slides"),
    ("data/", "the workbook as it was read, and its sheets as CSV files (`datapackage.json`)"),
    ("notices/", "the list of retractions and corrections that every report was looked up in"),
    ("references/", "the studies for reference managers (RIS, CSL-JSON)"),
    ("exchange/metafor/", "effects and pooled estimates; `Rscript pool.R` repeats them in R"),
    ("exchange/revman/", "the rows of the analyses as RevMan takes them"),
    ("exchange/robvis/", "judgements of the risk of bias as robvis draws them"),
    ("script/", "what made the report, and the versions of all packages"),
)


def readme(names: Sequence[str], notes: Sequence[Note]) -> str:
    """The README as Markdown.

    Parameters
    ----------
    names
        Names of the files.
    notes
        What could not be put in, or not be said in a format.
    """
    held = [
        f"| `{folder}` | {what} |"
        for folder, what in _FOLDERS
        if any(name.startswith(folder) for name in names)
    ]
    lines = [
        "# Supplement of an evidence synthesis",
        "",
        f"Made by metasyn {__version__}. Nothing here needs a network.",
        "",
        "| Folder | What it holds |",
        "|---|---|",
        *held,
        "",
        "## Check that nothing changed",
        "",
        "    sha256sum -c manifest-sha256.txt",
        "",
    ]
    scripts = [name for name in names if name.startswith("script/") and name.endswith(".py")]
    if scripts:
        lines += [
            "## Repeat it",
            "",
            "    python -m venv .venv && .venv/bin/pip install -r script/requirements.txt",
            *(f"    .venv/bin/python {name}" for name in scripts),
            "",
        ]
    if notes:
        lines += ["## What to know", "", *(f"- {note.message}" for note in notes), ""]
    return "\n".join(lines)
