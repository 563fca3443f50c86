"""``metasyn export``: files, notes and refusals."""

from __future__ import annotations

import json


def test_references(run, crs, tmp_path):
    result = run("export", crs, "--to", "csl-json", "-o", "out")
    assert (result.returncode, result.stdout) == (0, "out/studies.json\n")
    assert "first author only" in result.stderr
    assert len(json.loads((tmp_path / "out" / "studies.json").read_text())) == 78
    again = run("export", crs, "--to", "csl-json", "-o", "out")
    assert again.returncode == 2
    assert "replace it with --force" in again.stderr
    assert run("export", crs, "--to", "csl-json", "-o", "out", "--force").returncode == 0


def test_pooled_lines(run, crs, tmp_path):
    outcome = ("--outcome", "crs_resolution", "--outcome", "crs_improvement")
    result = run("export", crs, "--to", "metafor", "-o", "out", *outcome)
    assert result.stdout.split() == ["out/effects.csv", "out/pooled.csv", "out/pool.R"]
    assert "Tocilizumab: 3 single cases left out" in result.stderr
    assert "tocilizumab,Tocilizumab,4," in (tmp_path / "out" / "pooled.csv").read_text()
    result = run("export", crs, "--to", "revman", "-o", "out", *outcome)
    assert result.stdout == "out/analysis-data-rows.csv\n"


def test_refusals(run, crs, spoiled):
    result = run("export", crs, "--to", "metafor", "-o", "out")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Say which results to export" in result.stderr
    result = run("export", crs, "--to", "robvis", "-o", "out")
    assert result.returncode == 1
    assert "no columns D1, D2, ... and Overall" in result.stderr
    result = run("export", spoiled(M4=5), "--to", "ris", "-o", "out")
    assert result.returncode == 1
    assert "more events than patients" in result.stderr
