"""Figures for print: fonts inside, texts as outlines, right sizes, nothing that reaches out."""

import re
import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from dashboard.contract.problem import Problem
from dashboard.draw.rows import Item, item_list
from dashboard.publish.outline import outlined
from dashboard.publish.typeset import FORMS, WIDTHS, Width, forms_for, typeset
from tests.publish.conftest import FigureAt

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200">
<rect width="400" height="200" fill="#fff"/><g style="font-size:12px">
<text x="200" y="50" text-anchor="middle" style="fill:#C00000">浦江镇<tspan x="200" dy="1.2em"
 style="font-weight:bold">50.7%</tspan></text></g></svg>"""


def test_texts_become_outlines_where_they_stood() -> None:
    root = ElementTree.fromstring(outlined(DRAWING))
    assert root.findall(f".//{SVG}text") == []
    paths = root.findall(f".//{SVG}path")
    assert len(paths) == 2
    (left, right, top, bottom), (_, _, below, _) = (box(path.attrib["d"]) for path in paths)
    # Three characters of 12 px each, centred on 200, on the base line at 50; then a line below.
    assert 182 <= left < 185
    assert 215 < right <= 218
    assert 38 < top < 42
    assert 49 < bottom < 53
    assert below > bottom
    assert paths[0].attrib["fill"] == "#C00000"
    assert "stroke" not in paths[0].attrib
    # There is no bold cut of the font: a pen of the same colour stands for it.
    assert paths[1].attrib["stroke"] == "#C00000"


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Read the width and height of each page, in points."""
    assert pdf.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    return [(float(width), float(height)) for width, height in boxes]


def box(path: str) -> tuple[float, float, float, float]:
    """Give the left, right, top and bottom of an outline's points."""
    xs, ys, x, y = [], [], 0.0, 0.0
    for command, rest in re.findall(r"([MLHVQCZ])([^MLHVQCZ]*)", path):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", rest)]
        if command == "H":
            x = numbers[-1]
        elif command == "V":
            y = numbers[-1]
        elif numbers:
            x, y = numbers[-2:]
        xs.append(x)
        ys.append(y)
    return min(xs), max(xs), min(ys), max(ys)


@pytest.mark.parametrize(
    "text",
    [
        "no drawing",
        "<html/>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    ],
)
def test_what_is_no_drawing_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Problem):
        outlined(text)


def test_nothing_of_a_drawing_reaches_out_or_runs() -> None:
    inner = (
        '<script>1</script><image href="file:///etc/passwd"/><image href="http://a/b.png"/>'
        '<use href="http://a#b"/><foreignObject/><style>@import url(http://a)</style>'
        '<rect onclick="x()"/><image href="data:image/png;base64,AA"/>'
    )
    drawn = outlined(DRAWING.replace("</svg>", f"{inner}</svg>"))
    for bad in ("script", "file:", "http://a", "foreign", "import", "onclick"):
        assert bad not in drawn
    assert "data:image/png" in drawn


def test_a_plot_is_typeset_in_every_form_and_width(figure_at: FigureAt) -> None:
    figure = figure_at("coverage?lang=en", "coverage-trend")
    for width in WIDTHS:
        assert forms_for(figure.drawing, width) == FORMS
        pdf, svg, png = (typeset(figure, form, width, drawing=DRAWING) for form in FORMS)
        assert page_sizes(pdf)[0][0] == pytest.approx(width / 25.4 * 72, abs=0.1)
        assert b"NotoSansSC" in pdf
        # A font file goes along: CFF outlines, of the letters used alone.
        assert b"/FontFile3" in pdf
        assert len(pdf) < 100_000
        root = ElementTree.fromstring(svg)
        assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(
            width / 25.4 * 72, 0.01
        )
        assert root.findall(f".//{SVG}text") == []
        assert root.findall(f".//{SVG}image") == []
        # The drawing itself is in it, not as a picture in the picture.
        assert root.findall(f".//{SVG}svg//{SVG}path")
        across, _ = struct.unpack(">II", png[16:24])
        assert across == pytest.approx(width / 25.4 * 300, abs=2)
        at = png.find(b"pHYs")
        assert struct.unpack(">I", png[at + 4 : at + 8])[0] == 11811


def test_long_tables_come_as_pages_and_broad_ones_not_in_a_column(figure_at: FigureAt) -> None:
    figure = figure_at("housing", "housing-communities")
    assert forms_for(figure.drawing, 85) == ()
    assert forms_for(figure.drawing, 170) == ("pdf",)
    sizes = page_sizes(typeset(figure, "pdf", 170))
    assert len(sizes) > 3
    assert sizes[0][1] == pytest.approx(240 / 25.4 * 72, abs=0.1)
    short = figure_at("housing", "tiers")
    assert typeset(short, "svg", 170).startswith(b"<svg")


@pytest.mark.parametrize("width", WIDTHS)
def test_texts_are_set_as_they_are_and_never_read_as_markup(
    figure_at: FigureAt, width: Width
) -> None:
    figure = figure_at("overview", "attention")
    odd = item_list([Item("#panic[x] $ *", 'a"b\\c @d <e> _f_')], alt="", empty="")
    own = figure.own
    told = {
        **figure.told,
        "zh": replace(own, drawing=odd, caption=replace(own.caption, note="#let x = 1 $")),
    }
    assert typeset(replace(figure, told=told), "png", width).startswith(b"\x89PNG")
