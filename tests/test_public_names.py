"""The public surface is a list, and importing it costs nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import metasyn as ms

HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "openpyxl", "pydantic", "statsmodels", "typer"}


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(run.stdout.split())


def test_every_public_name_is_there():
    missing = [name for name in ms.__all__ if not hasattr(ms, name)]
    assert missing == []
    assert set(ms.__all__) <= set(dir(ms))


def test_every_public_name_is_documented():
    undocumented = [name for name in ms.__all__ if not getattr(ms, name).__doc__]
    assert undocumented == []


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(ms, "pool_everything")


def test_importing_metasyn_loads_nothing_heavy():
    assert loaded_by("import metasyn") & HEAVY == set()


def test_help_loads_nothing_heavy_but_the_command_line():
    assert loaded_by("import metasyn.cli.app") & HEAVY <= {"typer"}


def test_type_checkers_see_every_public_name():
    """Loaded lazily at run time, imported explicitly for mypy and pyright."""
    tree = ast.parse(Path(ms.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert seen == set(ms.__all__) - {"__version__"}
