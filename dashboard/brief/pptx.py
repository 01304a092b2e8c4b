"""Write a briefing as PowerPoint: native charts with their data, native shapes, native tables.

Sizes are in points. Text is 18 or more; only the footer and the map's labels are smaller.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from dashboard.brief.asking import command_line
from dashboard.brief.fit import LINE, line_count, text_width
from dashboard.brief.slides import (
    Brief,
    Chart,
    Figures,
    Part,
    Place,
    Sentence,
    Slide,
    Stack,
    Table,
    TownMap,
)
from dashboard.draw.theme import BLUE, INK, INK_SOFT, NO_DATA, RED, RULE
from dashboard.model.problem import Problem
from dashboard.model.words import Words

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 40.0
BODY_TOP, BODY_BOTTOM = 128.0, 492.0
GAP = 18.0
TEXT = 18.0
SMALL = 12.0
EAST_ASIAN, LATIN = "Microsoft YaHei", "Arial"
HEADLINE_SIZES = (30.0, 28.0, 26.0, 24.0)
CONCLUSION_SIZES = (20.0, 19.0, 18.0)
CELL_SIDE, CELL_TOP = 5.0, 3.0
PART_TITLE = 28.0
FIGURES = 112.0
ROOMY_ROW = 46.0
MONTHS_A_TICK = 4
# Apart in lightness as well as in hue, so that they stay apart in grey.
SERIES = (BLUE, "#8FA9C4", "#C00000")
PALE, GREY = "#F3F6FA", "#8C8C8C"

Box = tuple[float, float, float, float]
Point = tuple[float, float]


def as_pptx(brief: Brief, *, template: bytes | None = None) -> bytes:
    """Write the whole briefing, over the user's own template if there is one.

    Raises Problem for a template that can't be used.
    """
    deck = _blank_deck() if template is None else _emptied(template)
    properties = deck.core_properties
    properties.title = f"{brief.cover.title} {brief.place} {brief.cover.date}"
    properties.subject = " · ".join(filter(None, (brief.source, brief.caveat, brief.version)))
    properties.author = brief.place
    properties.language = _tag(brief)
    writer = _Writer(deck, brief)
    writer.cover()
    for number, slide in enumerate(brief.slides, 2):
        writer.slide(slide, number)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _blank_deck() -> Any:
    """Make an empty 16:9 deck with one layout, whose theme names a Chinese typeface."""
    deck = Presentation()
    before = deck.slide_width
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    kept: Any = deck.slide_layouts.get_by_name("Title Only")
    for layout in list(deck.slide_layouts):
        if layout is not kept:
            deck.slide_layouts.remove(layout)
    for shape in (*deck.slide_master.placeholders, *kept.placeholders):
        # These boxes are laid out for 4:3.
        shape.left, shape.width = (
            round(side * deck.slide_width / before) for side in (shape.left, shape.width)
        )
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode()
    text = text.replace('<a:ea typeface=""/>', f'<a:ea typeface="{EAST_ASIAN}"/>')
    text = text.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{LATIN}"/>')
    theme._blob = text.encode()
    return deck


def _emptied(template: bytes) -> Any:
    """Open a template and take its pages out; its master and layouts stay."""
    try:
        deck: Any = Presentation(io.BytesIO(template))
    except (ValueError, KeyError, OSError, BadZipFile, PackageNotFoundError) as error:
        raise Problem(
            Words(
                "模板不是可用的 PowerPoint 文件（.pptx）：请另存为 .pptx 后再试。",
                "The template is no PowerPoint file (.pptx): save it as .pptx and try again.",
            )
        ) from error
    size = (deck.slide_width.pt, deck.slide_height.pt)
    if max(abs(size[0] - WIDTH), abs(size[1] - HEIGHT)) > 1:
        raise Problem(
            Words(
                "模板应为 16:9 宽屏（33.87 × 19.05 厘米）：请在“设计—幻灯片大小”中改后再试。",
                "The template must be 16:9 widescreen (33.87 × 19.05 cm): change it under "
                "Design, Slide Size.",
            )
        )
    if _title_layout(deck) is None:
        raise Problem(Words("模板没有带标题的版式。", "The template has no layout with a title."))
    pages = deck.slides._sldIdLst
    for page in list(pages):
        deck.part.drop_rel(page.rId)
        pages.remove(page)
    return deck


def _title_layout(deck: Any) -> Any:
    """Find the layout with a title and least else."""
    titled = [
        layout
        for layout in deck.slide_layouts
        if any(each.placeholder_format.idx == 0 for each in layout.placeholders)
    ]
    return min(titled, key=lambda layout: len(layout.placeholders), default=None)


def _tag(brief: Brief) -> str:
    return "zh-CN" if brief.language == "zh" else "en-GB"


def _colour(text: str) -> Any:
    return RGBColor.from_string(text.removeprefix("#"))


class _Writer:
    """Write pages into one deck."""

    def __init__(self, deck: Any, brief: Brief) -> None:
        self._deck, self._brief = deck, brief
        self._layout = _title_layout(deck)
        self._total = len(brief.slides) + 1
        self._page: Any = None

    # Pages -------------------------------------------------------------------------------

    def _new_page(self) -> Any:
        self._page = self._deck.slides.add_slide(self._layout)
        for each in list(self._page.placeholders):
            if each.placeholder_format.idx != 0:
                each._element.getparent().remove(each._element)
        return self._page

    def cover(self) -> None:
        cover, page = self._brief.cover, self._new_page()
        self._bar((0, 0, WIDTH, 14), RED)
        self._title(cover.title, (MARGIN + 20, 150, WIDTH - 2 * MARGIN - 40, 70), (44, 40, 36, 32))
        self._text(
            cover.subtitle, (MARGIN + 20, 226, 800, 48), 32, name="place", colour=BLUE, bold=True
        )
        self._bar((MARGIN + 27, 290, 120, 4), RED)
        self._text(cover.unit, (MARGIN + 20, 318, 800, 36), 22, name="unit")
        self._text(cover.date, (MARGIN + 20, 356, 800, 36), 22, name="date")
        mark = self._text(
            cover.mark, (WIDTH - MARGIN - 130, 40, 130, 36), 20, name="mark", colour=RED,
            bold=True, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE,
        )  # fmt: skip
        mark.line.color.rgb, mark.line.width = _colour(RED), Pt(1.5)
        if cover.note:
            self._text(
                cover.note, (MARGIN + 20, 436, WIDTH - 2 * MARGIN - 40, 60), TEXT, name="caveat",
                colour=INK_SOFT,
            )  # fmt: skip
        texts = (cover.note, self._brief.source, self._brief.version)
        page.notes_slide.notes_text_frame.text = "\n".join(filter(None, texts))

    def slide(self, slide: Slide, number: int) -> None:
        page = self._new_page()
        wide = WIDTH - 2 * MARGIN
        self._bar((0, 0, WIDTH, 8), RED)
        self._title(slide.headline, (MARGIN, 20, wide, 62), HEADLINE_SIZES)
        size = _fitting(slide.conclusion, wide - 2 * CELL_SIDE, CONCLUSION_SIZES)
        self._text(
            slide.conclusion, (MARGIN, 84, wide, 34), size, name="conclusion", colour=BLUE,
            anchor=MSO_ANCHOR.MIDDLE,
        )  # fmt: skip
        left = MARGIN
        room = wide - GAP * (len(slide.stacks) - 1)
        for stack in slide.stacks:
            width = room * stack.width / sum(each.width for each in slide.stacks)
            self._stack(stack, (left, BODY_TOP, width, BODY_BOTTOM - BODY_TOP))
            left += width + GAP
        self._footer(slide, number)
        page.notes_slide.notes_text_frame.text = self._notes(slide)

    def _notes(self, slide: Slide) -> str:
        commands = [command_line(each) for each in slide.counted]
        return "\n".join([slide.conclusion, *slide.notes, *commands])

    def _title(self, text: str, box: Box, sizes: Sequence[float]) -> None:
        shape = self._page.shapes.title
        _place(shape, box)
        frame = shape.text_frame
        _plain_frame(frame, MSO_ANCHOR.MIDDLE)
        size = _fitting(text, box[2] - 2 * CELL_SIDE, sizes)
        self._run(frame.paragraphs[0], text, size, colour=RED, bold=True)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT

    def _footer(self, slide: Slide, number: int) -> None:
        brief = self._brief
        top = HEIGHT - 36
        self._bar((MARGIN, top, WIDTH - 2 * MARGIN, 1), RULE)
        box = self._text(
            " · ".join((brief.place, brief.source, slide.as_of)),
            (MARGIN, top + 5, WIDTH - 2 * MARGIN - 90, 22), SMALL, name="footer", colour=INK_SOFT,
        )  # fmt: skip
        if brief.caveat:
            self._run(
                box.text_frame.paragraphs[0], f" · {brief.caveat}", SMALL, colour=RED, bold=True
            )
        page = self._text(
            "", (WIDTH - MARGIN - 90, top + 5, 90, 22), SMALL, name="page", align=PP_ALIGN.RIGHT
        )
        paragraph = page.text_frame.paragraphs[0]
        field = parse_xml(
            f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            f'<a:rPr lang="{_tag(brief)}" sz="{SMALL * 100:.0f}"/><a:t>{number}</a:t></a:fld>'
        )
        paragraph._p.insert(0, field)
        for old in paragraph.runs:
            paragraph._p.remove(old._r)
        self._run(paragraph, f" / {self._total}", SMALL, colour=INK_SOFT)

    # Parts -------------------------------------------------------------------------------

    def _stack(self, stack: Stack, box: Box) -> None:
        """Give tables and figures what they need; charts and maps share the rest."""
        left, top, width, height = box
        needs = [needed_height(part, width) for part in stack.parts]
        rest = height - sum(need for need in needs if need) - GAP * (len(needs) - 1)
        free = sum(need is None for need in needs)
        rows = sum(len(part.rows) + 1 for part in stack.parts if isinstance(part, Table))
        spare = max(0.0, rest) / rows if rows and not free else 0.0
        for part, need in zip(stack.parts, needs, strict=True):
            high = rest / free if need is None else need
            if isinstance(part, Table):
                high = self._table(part, (left, top, width, high), spare)
            else:
                self._part(part, (left, top, width, high))
            top += high + GAP

    def _part(self, part: Part, box: Box) -> None:
        if isinstance(part, Figures):
            self._figures(part, box)
        elif isinstance(part, Chart):
            self._chart(part, box)
        elif isinstance(part, TownMap):
            self._map(part, box)
        elif isinstance(part, Sentence):
            self._text(
                part.text, box, 24, name="sentence", align=PP_ALIGN.CENTER,
                anchor=MSO_ANCHOR.MIDDLE, colour=INK_SOFT,
            )  # fmt: skip

    def _part_title(self, text: str, box: Box) -> Box:
        """Write a part's title over it and return the box that is left."""
        if not text:
            return box
        left, top, width, height = box
        self._text(text, (left, top, width, PART_TITLE), TEXT, name="part-title", bold=True)
        return left, top + PART_TITLE, width, height - PART_TITLE

    def _figures(self, figures: Figures, box: Box) -> None:
        left, top, width, height = box
        gap, inset = 8.0, 3.0
        wide = (width - gap * (len(figures.items) - 1)) / len(figures.items)
        for number, each in enumerate(figures.items):
            x = left + number * (wide + gap)
            self._bar((x, top, wide, height), PALE)
            self._bar((x, top, wide, 3), BLUE)
            self._text(each.name, (x, top + 5, wide, 46), TEXT, name="figure-name", inset=inset)
            shape = self._text(
                each.figure, (x, top + 50, wide, 36), 26, name="figure", colour=BLUE, bold=True,
                anchor=MSO_ANCHOR.MIDDLE, inset=inset,
            )  # fmt: skip
            if each.unit:
                self._run(shape.text_frame.paragraphs[0], each.unit, TEXT, colour=BLUE)
            self._text(
                each.change, (x, top + 86, wide, 25), TEXT, name="change", colour=INK_SOFT,
                inset=inset,
            )  # fmt: skip

    def _table(self, table: Table, box: Box, spare: float) -> float:
        """Write a table; return the height that it takes with its title."""
        left, top, width, height = self._part_title(table.title, box)
        heights = row_heights(table, width)
        heights = [max(h, min(h + spare, ROOMY_ROW)) for h in heights]
        frame = self._page.shapes.add_table(
            len(table.rows) + 1, len(table.columns), Pt(left), Pt(top), Pt(width), Pt(sum(heights))
        )
        frame.name = "table"
        _describe(frame, table.title or self._page.shapes.title.text_frame.text)
        native = frame.table
        style = native._tbl.tblPr.find(qn("a:tableStyleId"))
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
        whole = sum(column.width for column in table.columns)
        for column, each in zip(native.columns, table.columns, strict=True):
            column.width = Pt(width * each.width / whole)
        for row, high in zip(native.rows, heights, strict=True):
            row.height = Pt(high)
        headings = tuple(column.heading for column in table.columns)
        for y, texts in enumerate((headings, *table.rows)):
            for x, text in enumerate(texts):
                self._cell(native.cell(y, x), text, y, is_number=table.columns[x].is_number)
        return sum(heights) + (top - box[1])

    def _cell(self, cell: Any, text: str, row: int, *, is_number: bool) -> None:
        cell.margin_left = cell.margin_right = Pt(CELL_SIDE)
        cell.margin_top = cell.margin_bottom = Pt(CELL_TOP)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.fill.solid()
        cell.fill.fore_color.rgb = _colour(BLUE if row == 0 else "#FFFFFF" if row % 2 else PALE)
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
        colour = "#FFFFFF" if row == 0 else INK
        self._run(paragraph, text, TEXT, colour=colour, bold=row == 0)

    # Charts ------------------------------------------------------------------------------

    def _chart(self, chart: Chart, box: Box) -> None:
        left, top, width, height = self._part_title(chart.title, box)
        data: Any = CategoryChartData(number_format=chart.number_format)
        if chart.is_by_month:
            data.categories = [date.fromisoformat(f"{month}-01") for month in chart.categories]
            data.categories.number_format = "yyyy-mm"
        else:
            data.categories = list(chart.categories)
        for series in chart.series:
            data.add_series(series.name, series.values)
        kind = {
            "bars": XL_CHART_TYPE.BAR_CLUSTERED,
            "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
            "lines": XL_CHART_TYPE.LINE_MARKERS,
        }[chart.kind]
        frame = self._page.shapes.add_chart(kind, Pt(left), Pt(top), Pt(width), Pt(height), data)
        frame.name = "chart"
        _describe(frame, chart.title)
        native = frame.chart
        native.has_title = False
        native.font.size = Pt(TEXT)
        native.font.color.rgb = _colour(INK)
        _typefaces(native.font)
        native.has_legend = len(chart.series) > 1
        if native.has_legend:
            native.legend.position = XL_LEGEND_POSITION.BOTTOM
            native.legend.include_in_layout = False
        self._axes(native, chart)
        for number, series in enumerate(native.plots[0].series):
            if chart.kind == "lines":
                self._line(series, chart, number)
            else:
                self._bars(series, chart, number)

    def _axes(self, native: Any, chart: Chart) -> None:
        values, categories = native.value_axis, native.category_axis
        categories.format.line.color.rgb = _colour("#9AA5B1")
        categories.has_major_gridlines = False
        values.has_major_gridlines = chart.kind != "bars"
        if chart.kind == "bars":
            # Read from the top; the labels give the values, so that no axis is needed.
            categories.reverse_order = True
            values.visible = False
            native.plots[0].gap_width = 28 if len(chart.series) == 1 else 45
            native.plots[0].overlap = 0
        else:
            values.major_gridlines.format.line.color.rgb = _colour(RULE)
            values.format.line.fill.background()
            values.tick_labels.number_format = "0"
            values.tick_labels.number_format_is_linked = False
        if chart.is_by_month:
            axis = categories._element
            axis.find(qn("c:numFmt")).set("formatCode", "yyyy-mm")
            axis.find(qn("c:baseTimeUnit")).set("val", "months")
            for name, value in (("majorTimeUnit", "months"), ("majorUnit", MONTHS_A_TICK)):
                step = parse_xml(f'<c:{name} {nsdecls("c")} val="{value}"/>')
                axis.find(qn("c:baseTimeUnit")).addnext(step)
        values.minimum_scale = chart.least or 0
        if chart.kind == "columns":
            # A few columns shall not fill the whole width.
            native.plots[0].gap_width = 40 if len(chart.categories) > 6 else 300

    def _bars(self, series: Any, chart: Chart, number: int) -> None:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _colour(SERIES[number])
        series.invert_if_negative = False
        known = [value for value in chart.series[number].values if value is not None]
        if chart.kind == "bars":
            labels = series.data_labels
            labels.show_value = True
            labels.number_format, labels.number_format_is_linked = chart.number_format, False
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            self._label_font(labels.font)
        for index, category in enumerate(chart.categories):
            value = chart.series[number].values[index]
            if category in chart.marked or category == chart.reference:
                fill = series.points[index].format.fill
                fill.solid()
                fill.fore_color.rgb = _colour(RED if category in chart.marked else GREY)
            at_end = index in (0, len(chart.categories) - 1)
            if chart.kind == "columns" and at_end and value is not None and known:
                self._point_label(series.points[index], chart, XL_LABEL_POSITION.OUTSIDE_END)

    def _line(self, series: Any, chart: Chart, number: int) -> None:
        line = series.format.line
        line.color.rgb, line.width = _colour(SERIES[number]), Pt(2.75)
        line.dash_style = (MSO_LINE.SOLID, MSO_LINE.DASH, MSO_LINE.ROUND_DOT)[number]
        series.smooth = False
        series.marker.style = (
            XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE,
        )[number]  # fmt: skip
        series.marker.size = 7
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _colour(SERIES[number])
        series.marker.format.line.color.rgb = _colour(SERIES[number])

    def _point_label(self, point: Any, chart: Chart, position: Any) -> None:
        label = point.data_label
        label.position = position
        self._label_font(label.font)
        element = label._dLbl
        form = parse_xml(
            f'<c:numFmt {nsdecls("c")} formatCode="{chart.number_format}" sourceLinked="0"/>'
        )
        element.find(qn("c:idx")).addnext(form)

    def _label_font(self, font: Any) -> None:
        font.size = Pt(TEXT)
        _typefaces(font)

    # The map -----------------------------------------------------------------------------

    def _map(self, town_map: TownMap, box: Box) -> None:
        left, top, width, height = self._part_title(town_map.title, box)
        legend = 108.0
        geometry = town_map.geometry
        scale = min((width - legend) / geometry.width, height / geometry.height)
        x0 = left + (width - legend - geometry.width * scale) / 2
        y0 = top + (height - geometry.height * scale) / 2
        regions = {region.code: region for region in geometry.regions}
        group = self._page.shapes.add_group_shape()
        group.name = town_map.title
        _describe(group, f"{town_map.title} {town_map.note}")

        def point(pair: Sequence[float]) -> tuple[int, int]:
            return Pt(x0 + pair[0] * scale), Pt(y0 + pair[1] * scale)

        # What is marked is drawn last, so that no neighbour covers its outline.
        for place in sorted(town_map.places, key=lambda each: each.is_marked):
            if place.code not in regions:
                continue
            shape = _freeform(
                group, [[point(p) for p in ring] for ring in regions[place.code].rings]
            )
            shape.name = place.name
            _describe(shape, f"{place.name} {place.label}")
            shape.fill.solid()
            fill = NO_DATA if place.class_index is None else town_map.fills[place.class_index]
            shape.fill.fore_color.rgb = _colour(fill)
            shape.line.color.rgb = _colour(RED if place.is_marked else "#FFFFFF")
            shape.line.width = Pt(3 if place.is_marked else 1)
            _unstyled(shape)
        for line in geometry.lines:
            shape = _freeform(group, [[point(p) for p in line.points]], is_closed=False)
            shape.name = line.name
            shape.fill.background()
            shape.line.color.rgb, shape.line.width = _colour("#7FA7C9"), Pt(2)
            _unstyled(shape)

        def placed(pair: Sequence[float]) -> Point:
            return x0 + pair[0] * scale, y0 + pair[1] * scale

        for place in town_map.places:
            if place.code in regions:
                region = regions[place.code]
                rings = [[placed(pair) for pair in ring] for ring in region.rings]
                self._map_label(place, placed(region.label), rings, len(town_map.fills))
        self._legend(town_map, (left + width - legend, top, legend, height))

    def _map_label(self, place: Place, at: Point, rings: list[list[Point]], classes: int) -> None:
        """Name a town and give its value: in it where that fits, else on a pale ground."""
        size = SMALL if self._brief.language == "zh" else 10.0
        forms = (f"{place.name}\n{place.label}", f"{place.name} {place.label}")
        boxes = [_label_box(form, at, size) for form in forms]
        inside = next((n for n, box in enumerate(boxes) if _is_inside(box, rings)), None)
        is_dark = place.class_index == classes - 1 and inside is not None
        shape = self._text(
            forms[inside or 0], boxes[inside or 0], size, name=f"{place.name} {place.label}",
            align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE, inset=0, bold=place.is_marked,
            colour="#FFFFFF" if is_dark else INK,
        )  # fmt: skip
        if inside is None:
            shape.fill.solid()
            shape.fill.fore_color.rgb = _colour("#FFFFFF")
            clear = parse_xml(f'<a:alpha {nsdecls("a")} val="72000"/>')
            shape.fill._fill._solidFill.find(qn("a:srgbClr")).append(clear)

    def _legend(self, town_map: TownMap, box: Box) -> None:
        left, top, width, height = box
        there = [number for number, text in enumerate(town_map.legend) if text]
        has_gap = any(place.class_index is None for place in town_map.places)
        y = top + 4
        for number in there:
            self._bar((left, y + 3, 22, 16), town_map.fills[number], name="legend")
            self._text(town_map.legend[number], (left + 26, y, width - 26, 22), 14, name="legend",
                       anchor=MSO_ANCHOR.MIDDLE, inset=2)  # fmt: skip
            y += 24
        if has_gap:
            self._bar((left, y + 3, 22, 16), NO_DATA, name="legend")
            self._text("—", (left + 26, y, width - 26, 22), 14, name="legend", inset=2)
        if town_map.note:
            self._text(town_map.note, (left, top + height - 54, width, 54), SMALL, name="map-note",
                       anchor=MSO_ANCHOR.BOTTOM, colour=INK_SOFT, inset=0)  # fmt: skip

    # Shapes ------------------------------------------------------------------------------

    def _bar(self, box: Box, fill: str, *, name: str = "band") -> None:
        shape = self._page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Pt(side) for side in box))
        shape.name = name
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(fill)
        shape.line.fill.background()
        _unstyled(shape)

    def _text(
        self,
        text: str,
        box: Box,
        size: float,
        *,
        name: str,
        colour: str = INK,
        bold: bool = False,
        align: Any = PP_ALIGN.LEFT,
        anchor: Any = MSO_ANCHOR.TOP,
        inset: float = CELL_SIDE,
    ) -> Any:
        shape = self._page.shapes.add_textbox(*(Pt(side) for side in box))
        shape.name = name
        frame = shape.text_frame
        _plain_frame(frame, anchor, inset=inset)
        for number, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = align
            self._run(paragraph, line, size, colour=colour, bold=bold)
        return shape

    def _run(
        self, paragraph: Any, text: str, size: float, *, colour: str = INK, bold: bool = False
    ) -> None:
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = _colour(colour)
        run._r.get_or_add_rPr().set("lang", _tag(self._brief))
        _typefaces(run.font)


def _fitting(text: str, width: float, sizes: Sequence[float]) -> float:
    """Take the largest size at which a text stands on one line; the least if at none."""
    return next((size for size in sizes if text_width(text, size) <= width), sizes[-1])


def needed_height(part: Part, width: float) -> float | None:
    """Say how high a part must be; None for what takes the room there is."""
    if isinstance(part, Figures):
        return FIGURES
    if isinstance(part, Table):
        return sum(row_heights(part, width)) + (PART_TITLE if part.title else 0)
    return None


def row_heights(table: Table, width: float) -> list[float]:
    """Reckon the height of the heading and of each row."""
    whole = sum(column.width for column in table.columns)
    rooms = [width * column.width / whole - 2 * CELL_SIDE for column in table.columns]
    headings = tuple(column.heading for column in table.columns)
    return [
        max(
            line_count(text, TEXT, room) for text, room in zip(texts, rooms, strict=True)
        ) * TEXT * LINE + 2 * CELL_TOP
        for texts in (headings, *table.rows)
    ]  # fmt: skip


def _freeform(group: Any, rings: list[list[tuple[int, int]]], *, is_closed: bool = True) -> Any:
    first, *others = rings
    builder = group.shapes.build_freeform(*first[0], scale=1.0)
    builder.add_line_segments(first[1:], close=is_closed)
    for ring in others:
        builder.move_to(*ring[0])
        builder.add_line_segments(ring[1:], close=is_closed)
    return builder.convert_to_shape()


def _label_box(text: str, at: Point, size: float) -> Box:
    lines = text.split("\n")
    wide = max(text_width(line, size) for line in lines) + 4
    high = len(lines) * size * LINE
    return at[0] - wide / 2, at[1] - high / 2, wide, high


def _is_inside(box: Box, rings: list[list[Point]]) -> bool:
    """Tell whether a box's corners and the middles of its sides lie in a shape."""
    left, top, wide, high = box
    return all(
        _is_in((left + wide * across / 2, top + high * down / 2), rings)
        for across in range(3)
        for down in range(3)
    )


def _is_in(point: Point, rings: list[list[Point]]) -> bool:
    """Tell whether a point lies in a shape, its holes left out (even-odd)."""
    x, y = point
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
    return crossings % 2 == 1


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(side) for side in box)


def _plain_frame(frame: Any, anchor: Any, *, inset: float = CELL_SIDE) -> None:
    frame.word_wrap = True
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = Pt(inset)
    frame.margin_top = frame.margin_bottom = Pt(0)


def _typefaces(font: Any) -> None:
    """Set the typeface for Latin letters and for East-Asian ones, which take another element."""
    font.name = LATIN
    latin = font._rPr.find(qn("a:latin"))
    for old in font._rPr.findall(qn("a:ea")):
        font._rPr.remove(old)
    latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{EAST_ASIAN}"/>'))


def _unstyled(shape: Any) -> None:
    """Drop the theme's style, with its shadow."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def _describe(shape: Any, text: str) -> None:
    """Give a shape the words that a screen reader says of it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", text)
