"""Files: the same bytes every time, text from a workbook stays text, errors say what to do."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

import metasyn as ms
from metasyn.figures.files import write_layout
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.svg import svg_of
from metasyn.figures.write import write_forest

SUFFIXES = ("svg", "pdf", "png")
NASTY = "<script>alert(1)</script> $x_1$ & \"two\" 'one' ]]> \\frac{1}{2} %s {0}"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_same_layout_same_bytes(crs, tipping, tmp_path, suffix):
    files = [
        write_forest(crs, tmp_path / f"{name}.{suffix}", tipping=tipping, title="T", dpi=100)
        for name in ("a", "b")
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_bytes_do_not_depend_on_the_process_or_the_users_settings(tmp_path):
    program = (
        "import sys, metasyn as ms\n"
        "from metasyn.figures.files import write_layout\n"
        "from metasyn.figures.marks import Layout, Page\n"
        "from metasyn.figures.text_metrics import Face, placed\n"
        "marks = (placed('Same 68% τ² Иванов', (10, 20), Face(8)),)\n"
        "layout = Layout((Page(120, 40, marks),), 'T', 'D', ())\n"
        "for kind in ('svg', 'pdf', 'png'):\n"
        "    write_layout(layout, f'{sys.argv[1]}.{kind}', dpi=100)\n"
    )
    for name, seed in (("a", "1"), ("b", "2")):
        settings = tmp_path / "matplotlibrc"
        settings.write_text("font.size: 20\nsavefig.dpi: 50\n" if name == "b" else "")
        environment = {**os.environ, "PYTHONHASHSEED": seed, "MATPLOTLIBRC": str(settings)}
        command = [sys.executable, "-c", program, str(tmp_path / name)]
        subprocess.run(command, check=True, env=environment)
    for suffix in SUFFIXES:
        first, second = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in "ab")
        assert first == second, suffix


def test_pictures_do_not_tell_when_they_were_made(crs, tmp_path):
    pdf = write_forest(crs, tmp_path / "f.pdf").read_bytes()
    png = write_forest(crs, tmp_path / "f.png", dpi=50).read_bytes()
    assert pdf.count(b"Date") == pdf.count(b"/CreationDate (D:19800101000000Z)") == 1
    assert b"Software" not in png and b"tIME" not in png


def test_text_from_a_workbook_stays_text(ratios):
    layout = forest_layout(
        ratios([0.1, 0.3], [0.2, 0.3], [NASTY, "Lee 2019"]), title=NASTY, favours=(NASTY, NASTY)
    )
    svg = svg_of(layout)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own document
    assert "<script" not in svg
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {
        "svg", "title", "desc", "style", "rect", "text", "line", "polygon", "polyline", "circle",
    }  # fmt: skip
    written = " ".join(e.text or "" for e in root.iter() if e.tag.endswith("text"))
    assert "$x_1$" in written and "<script>alert(1)</script>" in written


def test_letters_without_a_font_are_boxed_in_pictures_and_kept_in_svg(ratios, tmp_path):
    label = "Study \N{EGYPTIAN HIEROGLYPH A001}\x07 2019"
    layout = forest_layout(ratios([0.1], [0.2], [label]))
    assert "\N{EGYPTIAN HIEROGLYPH A001}" in svg_of(layout)
    assert "\x07" not in svg_of(layout)
    for suffix in SUFFIXES:
        write_layout(layout, tmp_path / f"x.{suffix}", dpi=50)


def test_long_pdf_has_pages_and_svg_is_one_tall_picture(many, tmp_path):
    groups = many(120, 20, "latin")
    pdf = write_forest(groups, tmp_path / "f.pdf").read_bytes()
    assert pdf.count(b"/Type /Page\n") > 1
    svg = write_forest(groups, tmp_path / "f.svg").read_text("utf-8")
    height = float(ElementTree.fromstring(svg).get("height").removesuffix("pt"))  # noqa: S314
    assert height > 120 * 13


def test_a_picture_too_tall_for_a_png_is_refused_with_a_remedy(many, tmp_path):
    with pytest.raises(ms.OutputError, match=r"Take dpi=\d+ or less, or write a PDF"):
        write_forest(many(120, 5, "latin"), tmp_path / "f.png", dpi=4000)


def test_an_unknown_suffix_or_style_is_named(crs, tmp_path):
    with pytest.raises(ms.SpecError, match=r"must end in \.svg, \.pdf or \.png"):
        write_forest(crs, tmp_path / "f.gif")
    with pytest.raises(ms.SpecError, match="must be one of 'plain', 'revman'"):
        write_forest(crs, tmp_path / "f.svg", style="nature")


def test_a_folder_in_the_way_is_an_output_error(crs, tmp_path):
    (tmp_path / "f.svg").mkdir()
    with pytest.raises(ms.OutputError, match="cannot be written"):
        write_forest(crs, tmp_path / "f.svg")


def test_drawing_leaves_the_users_settings_alone(crs, tmp_path):
    before = dict(mpl.rcParams)
    write_forest(crs, tmp_path / "f.pdf")
    assert dict(mpl.rcParams) == before


def test_fonts_come_with_their_licence():
    folder = Path(ms.__file__).parent / "figures" / "fonts"
    assert {file.name for file in folder.iterdir()} == {
        "LICENSE.txt",
        "LiberationSans-Bold.ttf",
        "LiberationSans-Regular.ttf",
    }
    assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE.txt").read_text()
