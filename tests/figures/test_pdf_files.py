"""PDFs of layouts: text that can be found and copied, fonts inside, the same picture as the PNG."""

import subprocess
from io import BytesIO

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from metasyn.figures.draw import draw_page, picture_of
from metasyn.figures.forest_layout import forest_layout
from metasyn.figures.letters import as_seen
from metasyn.figures.marks import Circle, Layout, Line, Page, Polygon, Rectangle
from metasyn.figures.pdf import pdf_of
from metasyn.figures.text_metrics import Face, placed
from metasyn.figures.write import write_forest

WORDS = (
    "Müller & Ó Briain 2018",
    "Иванов, Петрова",
    "王小明等人",
    "τ² = 0.13 (−0.50)",
    "Nguye\u0302\u0303n x\u0304",
    "5 µg, μ = 2",
    "(a\\b) <c>",
)


def told(command, file):
    return subprocess.run([command, file, "-"], check=True, capture_output=True).stdout.decode()


def sheet(*marks, width=200.0, height=200.0, title="Title", about="What it shows"):
    return Layout((Page(width, height, marks),), title, about, ())


def seen(file, folder, dpi):
    """Grey dots of the first page as poppler shows it."""
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", file, folder / "seen"]
    shown = subprocess.run(command, check=True, capture_output=True)
    assert shown.stderr == b""
    return np.asarray(Image.open(folder / "seen.png").convert("L"), dtype=float)


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("word", WORDS)
def test_text_can_be_copied_letter_by_letter(word, weight, tmp_path):
    file = tmp_path / "f.pdf"
    file.write_bytes(pdf_of(sheet(placed(word, (10, 50), Face(9, weight)))))
    assert told("pdftotext", file).strip() == word


def test_letters_from_right_to_left_are_joined_and_found(tmp_path):
    file = tmp_path / "f.pdf"
    word = "محمد"
    file.write_bytes(pdf_of(sheet(placed(word, (10, 50), Face(9)))))
    assert word in told("pdftotext", file)
    assert as_seen(f"a {word} b") == f"a {word[::-1]} b"


def test_fonts_are_embedded_with_the_letters_in_use_alone(crs, tmp_path):
    file = write_forest(crs, tmp_path / "f.pdf", title="Title")
    shown = subprocess.run(["pdffonts", file], check=True, capture_output=True)
    assert shown.stderr == b""
    lines = shown.stdout.decode().splitlines()[2:]
    assert len(lines) == 2 and all("LiberationSans" in line for line in lines)
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)
    assert file.stat().st_size < 60_000


def test_every_label_of_a_plot_is_found_in_the_order_of_the_rows(many, tmp_path):
    groups = many(30, 20, "latin")
    layout = forest_layout(groups, page_height=792)
    words = told("pdftotext", write_forest(groups, tmp_path / "f.pdf"))
    for page in layout.pages:
        for text in page.texts:
            assert " ".join(text.text.split()) in " ".join(words.split()), text


def test_pages_have_their_sizes_and_the_file_its_title(tmp_path):
    file = tmp_path / "f.pdf"
    pages = tuple(Page(width, 100.0, ()) for width in (100.0, 250.5))
    file.write_bytes(pdf_of(Layout(pages, "Größe (王)", "Beschreibung", ())))
    command = ["pdfinfo", "-f", "1", "-l", "2", file]
    shown = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    assert "Größe (王)" in shown and "Beschreibung" in shown
    assert "100 x 100" in shown and "250.5 x 100" in shown


SHAPES = (
    Rectangle(10, 10, 60, 30, "#ffcc00", "#aa0000", 2.0),
    Rectangle(80, 10, 60, 30, None, "#0000aa", 0.5),
    Rectangle(150, 10, 30, 30, "#00aa00"),
    Circle(40, 80, 20, "#88ccff", "#003366", 1.0),
    Circle(100, 80, 20, None, "#000000", 3.0),
    Polygon(((130, 60), (160, 80), (140, 100)), "#44aa44", "#000000", 1.0),
    Polygon(((10, 120), (40, 150), (70, 120)), None, "#cc00cc", 1.5, closed=False),
    Polygon(((80, 120), (110, 150), (150, 120)), None, "#884400", 1.5, dash=(4, 2)),
    Line(10, 160, 190, 170, 1.5, "#ff0000", (3, 1)),
    Line(10, 175, 190, 175, 1.0, "#000000"),
    placed("Start 王 Ж", (10, 190), Face(9)),
    placed("middle", (120, 190), Face(9, "bold", "#336699"), "middle"),
    placed("end", (190, 190), Face(9), "end"),
)


@pytest.mark.parametrize("mark", SHAPES, ids=lambda mark: type(mark).__name__)
def test_a_mark_looks_the_same_in_pdf_and_png(mark, tmp_path):
    layout = sheet(mark)
    file = tmp_path / "f.pdf"
    file.write_bytes(pdf_of(layout))
    shown = seen(file, tmp_path, 144)
    picture = Image.open(BytesIO(picture_of(layout.pages[0], 144))).convert("L")
    drawn = np.asarray(picture, dtype=float)
    assert shown.shape == drawn.shape == (400, 400)
    ink, difference = (255 - drawn).sum(), np.abs(shown - drawn).sum()
    assert ink > 0
    # the two programs smooth edges in their own ways: half a dot on either side of thin lines
    far = np.abs(blurred(shown) - blurred(drawn)).sum()
    assert far < 0.2 * ink, (far / ink, difference / ink)


def blurred(dots):
    """Means of 5 x 5 dots."""
    kernel = np.ones(5) / 5
    rows = np.apply_along_axis(np.convolve, 0, dots - 255, kernel, mode="same")
    return np.apply_along_axis(np.convolve, 1, rows, kernel, mode="same")


def test_a_figure_of_matplotlib_is_the_same_picture():
    page = sheet(*SHAPES).pages[0]
    figure = draw_page(page)
    assert tuple(figure.get_size_inches() * 72) == pytest.approx((page.width, page.height))
    figure.set_dpi(100)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[..., :3]
    assert (drawn == np.asarray(Image.open(BytesIO(picture_of(page, 100))))).all()


def test_a_letter_that_no_font_has_is_a_box(tmp_path):
    file = tmp_path / "f.pdf"
    word = "a\N{EGYPTIAN HIEROGLYPH A001}b"
    file.write_bytes(pdf_of(sheet(placed(word, (10, 50), Face(9, "bold")))))
    assert told("pdftotext", file).strip() == "a\N{WHITE SQUARE}b"
