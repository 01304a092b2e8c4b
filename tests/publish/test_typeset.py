"""Figures for print: fonts inside, texts to be searched, right sizes, nothing that reaches out."""

import io
import re
import zlib
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from dashboard.contract.problem import Problem
from dashboard.draw.rows import Item, item_list
from dashboard.publish.sanitiser import sanitised
from dashboard.publish.typeset import FORMS, WIDTHS, Width, forms_for, typeset
from tests.publish.conftest import FigureAt

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200">
<rect width="400" height="200" fill="#eeeeee"/><g style="font-size:12px">
<text x="200" y="50" text-anchor="middle" style="fill:#C00000">浦江镇<tspan x="200" dy="1.2em"
 style="font-weight:bold">50.7%</tspan></text></g></svg>"""


def test_there_is_no_bold_cut_of_the_font_so_that_a_pen_of_the_same_colour_stands_for_it() -> None:
    root = ElementTree.fromstring(sanitised(DRAWING))
    (text,), (bold,) = root.findall(f".//{SVG}text"), root.findall(f".//{SVG}tspan")
    assert "stroke" not in text.attrib
    assert bold.attrib["stroke"] == "#C00000"
    haloed = DRAWING.replace("font-weight:bold", "font-weight:700;stroke:#fff")
    assert 'stroke="' not in sanitised(haloed)


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Read the width and height of each page, in points."""
    assert pdf.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    return [(float(width), float(height)) for width, height in boxes]


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
        sanitised(text)


def test_nothing_of_a_drawing_reaches_out_or_runs() -> None:
    inner = (
        '<script>1</script><image href="file:///etc/passwd"/><image href="http://a/b.png"/>'
        '<use href="http://a#b"/><foreignObject/><style>@import url(http://a)</style>'
        '<rect onclick="x()"/><image href="data:image/png;base64,AA"/>'
    )
    drawn = sanitised(DRAWING.replace("</svg>", f"{inner}</svg>"))
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
        # Texts are outlines, which any program shows alike; the drawing is no picture in the picture.
        assert root.findall(f".//{SVG}text") == []
        assert root.findall(f".//{SVG}image") == []
        fills = {each.attrib.get("fill") for each in root.iter()}
        assert {"#c00000", "#eeeeee"} <= fills
        assert any(each.attrib.get("stroke") == "#c00000" for each in root.iter())
        picture = Image.open(io.BytesIO(png))
        assert picture.width == pytest.approx(width / 25.4 * 300, abs=2)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_texts_of_a_drawing_can_be_searched_in_the_pdf(figure_at: FigureAt) -> None:
    figure = figure_at("coverage?lang=en", "coverage-trend")
    pdf = typeset(figure, "pdf", 85, drawing=DRAWING.replace("浦江镇", "浦江㐂"))
    streams = re.findall(rb"stream\r?\n(.*?)\nendstream", pdf, re.DOTALL)
    maps = b"".join(zlib.decompress(each) for each in streams if each[:1] == b"\x78")
    # The font's map from glyphs to letters holds one that stands nowhere but in the drawing.
    assert b"<3402>" in maps.lower()


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
    figure = figure_at("overview?list=all", "attention")
    odd = item_list([Item("#panic[x] $ *", 'a"b\\c @d <e> _f_')], alt="", empty="")
    own = figure.own
    told = {
        **figure.told,
        "zh": replace(own, drawing=odd, caption=replace(own.caption, note="#let x = 1 $")),
    }
    assert typeset(replace(figure, told=told), "png", width).startswith(b"\x89PNG")
