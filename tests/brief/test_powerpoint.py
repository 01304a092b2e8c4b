"""Check the deck: native charts with the queries' numbers, nothing cut off, typefaces, notes."""

import io
import re
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.dml import MSO_COLOR_TYPE, MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.util import Pt

from dashboard.brief.editing import reported_by
from dashboard.brief.fit import LINE, line_count, longest_word, text_width
from dashboard.brief.layout import (
    BODY_BOTTOM,
    CELL_SIDE,
    HEADLINE_SIZES,
    HEIGHT,
    TEXT,
    WIDTH,
    row_heights,
)
from dashboard.brief.looks import (
    DASHES,
    PALE,
    SERIES,
    STATE_MARKS,
    WHITE,
    bar_look,
    look_from,
)
from dashboard.brief.powerpoint.charts import LEAST_TEXT
from dashboard.brief.powerpoint.deck import as_pptx
from dashboard.brief.powerpoint.template import contrast, template_look
from dashboard.brief.screen import screens, style_of
from dashboard.brief.slides import Brief, Chart, Table, TownMap
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RED, SEQUENCE
from tests.brief.conftest import Make

MAQIAO, JIANGCHUAN = "310112112", "310112001"
CHOICES: list[tuple[str | None, str | None, Language]] = [
    (None, None, "zh"),
    (None, None, "en"),
    (MAQIAO, "2025-06", "zh"),
    (MAQIAO, "2025-12", "en"),
    (JIANGCHUAN, "2024-08", "en"),
    (None, "2023-11", "zh"),
]
FOOTING = [PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER]
SMALL_NAMES = re.compile(r"footer|page|legend|map-note|.* [\d.]+")


def opened(brief: Brief) -> Any:
    return Presentation(io.BytesIO(as_pptx(brief)))


def shapes_of(page: Any) -> list[Any]:
    """List shapes, those inside groups too."""
    found = []
    for shape in page.shapes:
        found.append(shape)
        if shape.shape_type == 6:
            found += shape.shapes
    return found


@pytest.fixture(scope="module", params=CHOICES, ids=str)
def pair(request: pytest.FixtureRequest, make: Make) -> tuple[Brief, Any]:
    brief = make(*request.param)
    return brief, opened(brief)


def test_it_is_wide_and_has_a_page_for_each(pair: tuple[Brief, Any]) -> None:
    brief, deck = pair
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.001)
    assert len(deck.slides) == len(brief.slides) + 1
    titles = [page.shapes.title.text_frame.text for page in deck.slides]
    assert titles == [brief.cover.title, *(slide.headline for slide in brief.slides)]


def test_nothing_lies_outside_the_page(pair: tuple[Brief, Any]) -> None:
    _, deck = pair
    for page in deck.slides:
        for shape in page.shapes:
            assert shape.left >= 0 and shape.top >= 0, shape.name
            assert shape.left + shape.width <= deck.slide_width + 1, shape.name
            assert shape.top + shape.height <= deck.slide_height + 1, shape.name


def test_no_text_overflows_its_box(pair: tuple[Brief, Any]) -> None:
    _, deck = pair
    for page in deck.slides:
        for shape in shapes_of(page):
            if not shape.has_text_frame or not shape.text_frame.text or shape.name == "page":
                continue
            frame = shape.text_frame
            sides = frame.margin_left + frame.margin_right
            if shape.is_placeholder:  # Their margins are the master's.
                sides = Pt(2 * CELL_SIDE)
            wide = (shape.width - sides) / 12700
            size = max(run.font.size.pt for p in frame.paragraphs for run in p.runs)
            if shape.name != page.shapes.title.name:
                assert size >= TEXT or SMALL_NAMES.fullmatch(shape.name), shape.name
            high = sum(_paragraph_height(p, wide) for p in frame.paragraphs)
            assert high <= shape.height / 12700 + size * (LINE - 1), (shape.name, frame.text)


def text_height(text: str, size: float, width: float, *, bold: bool = False) -> float:
    return line_count(text, size, width, bold=bold) * size * LINE


def _paragraph_height(paragraph: Any, wide: float) -> float:
    runs = paragraph.runs
    size = max(run.font.size.pt for run in runs)
    above = paragraph.space_before.pt if paragraph.space_before else 0
    if len(runs) > 1:
        needed = sum(text_width(r.text, r.font.size.pt, bold=bool(r.font.bold)) for r in runs)
        assert needed <= wide
        return size * LINE
    # Titles are bold by their layout.
    bold = runs[0].font.bold is not False
    return above + text_height(runs[0].text, size, wide, bold=bold)


def test_headlines_and_conclusions_stand_on_a_line_or_two(pair: tuple[Brief, Any]) -> None:
    _, deck = pair
    for page in list(deck.slides)[1:]:
        title = page.shapes.title.text_frame.paragraphs[0].runs[0]
        assert title.font.size.pt in HEADLINE_SIZES
        shape = next(each for each in page.shapes if each.name == "conclusion")
        (run,) = shape.text_frame.paragraphs[0].runs
        assert line_count(run.text, run.font.size.pt, shape.width / 12700 - 2 * CELL_SIDE) <= 2


def test_tables_end_above_the_footer_and_break_no_word(pair: tuple[Brief, Any]) -> None:
    brief, deck = pair
    count = 0
    for page in deck.slides:
        for frame in (shape for shape in page.shapes if shape.has_table):
            count += 1
            rows = frame.table.rows
            assert frame.top + sum(row.height for row in rows) <= Pt(BODY_BOTTOM) + 100
            rooms = [column.width / 12700 - 2 * CELL_SIDE for column in frame.table.columns]
            for row in rows:
                for cell, room in zip(row.cells, rooms, strict=True):
                    text = cell.text_frame.text
                    bold = any(run.font.bold for run in cell.text_frame.paragraphs[0].runs)
                    assert longest_word(text, TEXT, bold=bold) <= room + 0.01, text
                    high = text_height(text, TEXT, room + 0.01, bold=bold)
                    assert high <= row.height / 12700, text
    assert count == sum(isinstance(part, Table) for slide in brief.slides for part in slide.parts)


def test_typefaces_and_colours_are_the_themes(pair: tuple[Brief, Any]) -> None:
    """What is changed in the theme or master changes on every page; alerts stay what they are."""
    _, deck = pair
    theme = deck.slide_master.part.part_related_by(RT.THEME).blob.decode()
    assert theme.count('<a:ea typeface="Microsoft YaHei"/>') == 2
    assert theme.count('<a:latin typeface="Arial"/>') == 2
    assert {"C00000", "1F4E79"} <= set(re.findall(r'<a:accent\d><a:srgbClr val="(\w+)"', theme))
    count = 0
    for page in deck.slides:
        charts = [shape.chart._chartSpace for shape in page.shapes if shape.has_chart]
        for root in (page._element, *charts):
            assert not list(root.iter(qn("a:latin"), qn("a:ea")))
            for form in root.iter(qn("a:rPr"), qn("a:defRPr")):
                assert not list(form.iter(qn("a:srgbClr")))
                size = form.get("sz")
                assert size is None or int(size) >= (
                    1000 if root is page._element else LEAST_TEXT * 100
                )
                count += 1
        for shape in page.shapes:
            if not isinstance(shape, GraphicFrame | GroupShape):
                assert not list(shape._element.spPr.iter(qn("a:srgbClr"))), shape.name
    assert count > 150


def test_no_letter_is_missing_from_the_typefaces(pair: tuple[Brief, Any]) -> None:
    """Microsoft YaHei holds what GBK holds, Arial what Latin-1 holds."""
    _, deck = pair
    text = "".join(
        run.text for page in deck.slides for run in page._element.iter(qn("a:t")) if run.text
    )
    missing = {letter for letter in text if not _is_in(letter, "latin-1", "gbk")} - {"−"}
    assert missing == set()
    assert len(set(text)) > 60


def _is_in(letter: str, *encodings: str) -> bool:
    for encoding in encodings:
        try:
            letter.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def test_charts_hold_the_data_in_their_sheets(pair: tuple[Brief, Any]) -> None:
    """What PowerPoint draws, and the sheet it opens on "edit data", are the briefing's numbers."""
    brief, deck = pair
    charts = [part for slide in brief.slides for part in slide.parts if isinstance(part, Chart)]
    native = [shape.chart for page in deck.slides for shape in page.shapes if shape.has_chart]
    assert len(native) == len(charts) == 4
    for chart, drawn in zip(charts, native, strict=True):
        series = drawn.plots[0].series
        assert [each.name for each in series] == [each.name for each in chart.series]
        book = openpyxl.load_workbook(io.BytesIO(drawn.part.chart_workbook.xlsx_part.blob))
        rows = list(book.worksheets[0].values)
        assert len(rows) - 1 == len(chart.categories)
        for number, each in enumerate(chart.series):
            assert tuple(series[number].values) == pytest.approx(each.values, nan_ok=True)
            cells = tuple(row[number + 1] for row in rows[1:])
            assert [cell is None for cell in cells] == [value is None for value in each.values]
            assert [cell or 0 for cell in cells] == pytest.approx([v or 0 for v in each.values])
        names = [_as_category(row[0]) for row in rows[1:]]
        assert tuple(names) == chart.categories


def test_every_bar_is_named_and_axes_are_numbered_as_they_must(pair: tuple[Brief, Any]) -> None:
    _, deck = pair
    spaces = [s.chart._chartSpace for page in deck.slides for s in page.shapes if s.has_chart]
    for space in spaces:
        assert all(int(each.get("val")) >= 0 for each in space.iter(qn("c:axId"), qn("c:crossAx")))
        for axis in space.iter(qn("c:catAx")):
            assert axis.find(qn("c:tickLblSkip")).get("val") == "1"
    assert sum(space.find(f".//{qn('c:catAx')}") is not None for space in spaces) == 2


def test_long_names_of_who_reports_wrap_on_the_cover(make: Make) -> None:
    unit = "、".join(f"闵行区某某某某某某某某某委员会第{n}办公室" for n in "一二三四")
    cover = opened(reported_by(make(), unit)).slides[0]
    shape = cover.placeholders[1]
    paragraphs = shape.text_frame.paragraphs
    assert [p.text for p in paragraphs][1].endswith(unit)
    wide = shape.width / 12700 - 2 * CELL_SIDE
    assert sum(_paragraph_height(p, wide) for p in paragraphs) <= shape.height / 12700
    caveat = next(each for each in cover.shapes if each.name == "caveat")
    assert shape.top + shape.height <= caveat.top


def _as_category(value: Any) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date | datetime) else str(value)


def test_the_map_is_shapes_named_by_town_and_coloured_by_class(pair: tuple[Brief, Any]) -> None:
    brief, deck = pair
    (town_map,) = [p for slide in brief.slides for p in slide.parts if isinstance(p, TownMap)]
    groups = [shape for page in deck.slides for shape in page.shapes if shape.shape_type == 6]
    assert len(groups) == 1
    shapes = {shape.name: shape for shape in groups[0].shapes}
    assert len(town_map.places) == 14
    for place in town_map.places:
        assert place.class_index is not None
        colour = shapes[place.name].fill.fore_color
        is_themes = colour.type == MSO_COLOR_TYPE.SCHEME
        assert not is_themes or colour.theme_color == MSO_THEME_COLOR.ACCENT_1
        fill = BLUE if is_themes else f"#{colour.rgb}"
        assert fill == town_map.fills[place.class_index]
    assert groups[0].left > 0 and groups[0].top + groups[0].height <= Pt(BODY_BOTTOM) + 1


def test_notes_name_definitions_and_queries(pair: tuple[Brief, Any]) -> None:
    brief, deck = pair
    for slide, page in zip(brief.slides, list(deck.slides)[1:], strict=True):
        notes = page.notes_slide.notes_text_frame.text
        for counted in slide.counted:
            assert f"python -m dashboard query {counted.query}" in notes
        for note in slide.notes:
            assert note in notes
        if slide.key == "ranking":
            assert "--set end_month=" in notes


def test_footers_tell_source_month_page_and_sample(pair: tuple[Brief, Any]) -> None:
    brief, deck = pair
    for number, page in enumerate(list(deck.slides)[1:], 2):
        texts = {shape.name: shape.text_frame.text for shape in page.shapes if shape.has_text_frame}
        assert brief.source in texts["footer"]
        assert brief.caveat in texts["footer"]
        assert brief.slides[number - 2].as_of in texts["footer"]
        (field,) = page._element.iter(qn("a:fld"))
        assert field.get("type") == "slidenum"
        assert [p.placeholder_format.type for p in page.placeholders] == FOOTING
        assert field.find(qn("a:t")).text == str(number)


def test_labels_of_the_map_do_not_cover_each_other(pair: tuple[Brief, Any]) -> None:
    brief, deck = pair
    (town_map,) = [p for slide in brief.slides for p in slide.parts if isinstance(p, TownMap)]
    names = {f"{place.name} {place.label}" for place in town_map.places}
    boxes = [shape for page in deck.slides for shape in shapes_of(page) if shape.name in names]
    assert len(boxes) == 14
    slack = Pt(1)
    for one, a in enumerate(boxes):
        for b in boxes[one + 1 :]:
            across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
            down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
            assert across <= slack or down <= slack, (a.name, b.name)


def test_what_stands_out_does_so_in_grey_too(make: Make) -> None:
    def grey(colour: str) -> float:
        return sum(w * int(colour[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5)))

    chart = Chart("bars", "", ("a", "b", "c"), (), "0", frozenset({"a"}), reference="c")
    (marked, _), (other, _), hollow = (bar_look(chart, 0, each) for each in chart.categories)
    assert hollow == (WHITE, INK_SOFT)
    assert abs(grey(marked) - grey(other)) > 60
    assert abs(grey(SERIES[0]) - grey(SERIES[1])) > 60
    # A third series is as dark as the first: only lines have it, dotted, with another marker.
    assert len(set(DASHES)) == len(SERIES)
    for slide in make().slides:
        for part in slide.parts:
            if isinstance(part, Chart) and part.kind != "lines":
                assert len(part.series) <= 2
    assert len({mark for mark, _ in STATE_MARKS.values()}) == len(STATE_MARKS)


def test_classes_differ_in_grey(make: Make) -> None:
    (town_map,) = [p for slide in make().slides for p in slide.parts if isinstance(p, TownMap)]
    greys = [
        sum(w * int(fill[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5)))
        for fill in town_map.fills
    ]
    assert all(light - dark > 18 for light, dark in zip(greys, greys[1:], strict=False))


def test_room_for_rows_grows_with_their_text() -> None:
    from dashboard.brief.slides import Column

    columns = (Column("甲", 0.5), Column("乙", 0.5))
    short, long = (Table("", columns, ((text, ""),)) for text in ("短", "长" * 40))
    assert row_heights(short, 400)[1] < row_heights(long, 400)[1]
    # 190 points hold ten characters of 18.
    assert line_count("长" * 40, TEXT, 190) == 4
    assert line_count("two words", TEXT, text_width("words", TEXT)) == 2


# Templates -------------------------------------------------------------------------------


def made_template(wide: float, high: float, *, dark: bool = False) -> Any:
    """Make a user's template: PowerPoint's old 4:3 one, stretched, in green, Georgia and KaiTi."""
    template: Any = Presentation()
    across, down = Pt(wide) / template.slide_width, Pt(high) / template.slide_height
    template.slide_width, template.slide_height = Pt(wide), Pt(high)
    for holder in (template.slide_master, *template.slide_layouts):
        for each in holder.placeholders:
            if each._element.spPr.find(qn("a:xfrm")) is None:
                continue
            left, top, width, height = each.left, each.top, each.width, each.height
            each.left, each.width = round(left * across), round(width * across)
            each.top, each.height = round(top * down), round(height * down)
        for page in (holder,) if holder is not template.slide_master else ():
            template.slides.add_slide(page)
    theme = template.slide_master.part.part_related_by(RT.THEME)
    text = theme.blob.decode().replace("4F81BD", "00703C").replace("Calibri", "Georgia")
    theme._blob = text.replace('<a:ea typeface=""/>', '<a:ea typeface="KaiTi"/>').encode()
    if dark:
        colours = template.slide_master._element.find(qn("p:clrMap"))
        for name, other in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
            colours.set(name, other)
    return template


def as_bytes(template: Any) -> bytes:
    file = io.BytesIO()
    template.save(file)
    return file.getvalue()


SIZES = [(WIDTH, HEIGHT), (720, 540), (720, 405), (1200, 540)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("dark", [False, True])
def test_a_template_lends_its_look_and_loses_its_pages(
    make: Make, size: tuple[float, float], dark: bool
) -> None:
    template = made_template(*size, dark=dark)
    brief = make()
    deck: Any = Presentation(io.BytesIO(as_pptx(brief, template=as_bytes(template))))
    assert (deck.slide_width.pt, deck.slide_height.pt) == size
    assert len(deck.slides) == brief.total
    assert len(deck.slide_layouts) == len(template.slide_layouts)
    assert [page.slide_layout.name for page in deck.slides] == [
        "Title Slide",
        *["Title Only"] * len(brief.slides),
    ]
    assert deck.slides[0].placeholders[1].text_frame.text.startswith(brief.place)
    for slide, page in zip(brief.slides, list(deck.slides)[1:], strict=True):
        title = page.shapes.title
        assert title.text_frame.text == slide.headline
        # Where, in which colour and typeface is the master's to say.
        assert title._element.spPr.find(qn("a:xfrm")) is None
        assert not list(title._element.iter(qn("a:solidFill"), qn("a:latin"), qn("a:ea")))
        body = next(p for p in page.slide_layout.slide_master.placeholders
                    if p.placeholder_format.type == PP_PLACEHOLDER.BODY)  # fmt: skip
        for shape in page.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width + 2
            if shape.is_placeholder:
                continue
            assert shape.top >= body.top - 2, shape.name
            assert shape.top + shape.height <= body.top + body.height + 2, shape.name
    # Pages that are gone leave nothing behind in the file.
    parts = {part.partname for part in deck.part.package.iter_parts()}
    assert (
        sum(bool(re.fullmatch(r"/ppt/slides/slide\d+\.xml", name)) for name in parts) == brief.total
    )


@pytest.mark.parametrize("dark", [False, True])
def test_what_takes_the_place_of_our_colours_stands_out(dark: bool) -> None:
    look = look_from(template_look(as_bytes(made_template(720, 540, dark=dark))))
    assert look.fonts == ("Georgia", "KaiTi", "宋体")
    assert look.ground == ("#000000" if dark else "#FFFFFF")
    assert (look.shown[BLUE] == "#00703C") != dark
    shown = {each: look.shown.get(each, each) for each in (BLUE, INK, RED, PALE, WHITE)}
    for colour, ground in ((BLUE, WHITE), (INK, PALE), (BLUE, PALE), (RED, WHITE)):
        assert contrast(shown[colour], shown[ground]) >= 4, (colour, ground)
    steps = [contrast(look.shown[each], look.ground) for each in SEQUENCE]
    assert steps == sorted(steps)
    assert all(more / less > 1.15 for less, more in zip(steps, steps[1:], strict=False))


def test_the_preview_shows_the_templates_look(make: Make) -> None:
    look = look_from(template_look(as_bytes(made_template(720, 540))))
    pages = screens(make(), look)
    text = "".join(pages) + style_of(look)
    assert look == look_from(look.as_json())
    assert not re.search(f"{BLUE}|{SEQUENCE[1]}", text)
    assert all("'Georgia','KaiTi'" in page and "#00703C" in text for page in pages)
    wide, high = (float(re.search(rf"--{n}:([\d.]+)", pages[1])[1]) for n in ("wide", "high"))  # type: ignore[index]
    assert wide / high == pytest.approx(4 / 3, abs=0.001)


def test_a_template_that_cannot_be_used_is_refused_in_a_sentence(make: Make) -> None:
    with pytest.raises(Problem, match="is no PowerPoint file") as problem:
        as_pptx(make(), template=b"nothing")
    assert "模板" in problem.value.problems[0].zh
    untitled: Any = Presentation()
    for layout in untitled.slide_layouts:
        for each in list(layout.placeholders):
            each._element.getparent().remove(each._element)
    with pytest.raises(Problem, match="no layout with a title"):
        template_look(as_bytes(untitled))


def test_measures_are_those_of_a_screen() -> None:
    assert pytest.approx(16 / 9) == WIDTH / HEIGHT
