"""Write a briefing as a workbook: a summary, each page with native charts, every table behind it."""

import io
import re
from datetime import date
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard.brief.asking import Counted, command_line, sql_with_parameters
from dashboard.brief.content import section_names
from dashboard.brief.fit import text_width
from dashboard.brief.looks import SERIES, STATE_MARKS, bar_colour
from dashboard.brief.slides import (
    Brief,
    Chart,
    Column,
    Figures,
    Sentence,
    Slide,
    Table,
    TownMap,
)
from dashboard.brief.tables import neutral, plain_dates
from dashboard.draw.theme import BLUE, INK_SOFT, RED, RULE
from dashboard.language import Say
from dashboard.model.indicators import INDICATORS, column_heading
from dashboard.model.measures import FIELDS

WIDEST = 60
CHART_ROWS = 20
A4 = 9
CHART_KINDS = {"bars": "bar", "columns": "column", "lines": "line"}
GREY = "#8C8C8C"
MARKERS = ("circle", "square", "triangle")
DASH_TYPES = ("solid", "dash", "round_dot")
FIGURE = re.compile(r"(-?[\d,]+(?:\.\d+)?)(%?)")


def as_xlsx_brief(brief: Brief) -> bytes:
    """Write the whole workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "nan_inf_to_errors": True}
    )  # fmt: skip
    book.set_properties(
        {
            "title": f"{brief.cover.title} {brief.place} {brief.cover.date}",
            "comments": " · ".join(filter(None, (brief.source, brief.caveat, brief.version))),
        }
    )
    _Book(book, brief).write()
    book.close()
    return file.getvalue()


class _Book:
    """Write sheets into one workbook."""

    def __init__(self, book: Any, brief: Brief) -> None:
        self._book, self._brief, self.say = book, brief, Say(brief.language)
        self._title = book.add_format({"bold": True, "font_size": 16, "font_color": RED})
        head = {"bold": True, "bg_color": BLUE, "font_color": "white", "text_wrap": True}
        cell = {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": RULE}
        self._head = book.add_format(head)
        self._head_right = book.add_format({**head, "align": "right"})
        self._wrap = book.add_format(cell)
        self._right = book.add_format({**cell, "align": "right"})
        self._link = book.add_format({**cell, "font_color": BLUE, "underline": 1})
        self._bold = book.add_format({"bold": True, "valign": "top", "font_color": BLUE})
        self._numbers = {
            form: book.add_format({**cell, "num_format": form}) for form in ("0.0", "#,##0", "0.0%")
        }
        self._states = {
            state: book.add_format({**cell, "bold": True, "font_color": colour})
            for state, (_, colour) in STATE_MARKS.items()
        }
        self._names: set[str] = set()

    def write(self) -> None:
        self._summary()
        for number, slide in enumerate(self._brief.slides, 2):
            self._slide(slide, number)
        for slide in self._brief.slides:
            if slide.listed is not None:
                self._listed(slide.listed)
        for counted in self._brief.counted:
            self._rows(counted)
        self._definitions()
        self._queries()

    def _sheet(self, name: str, *, colour: str, rows_on_each_page: int = 0) -> Any:
        """Add a sheet; its name is cut to the length Excel bears, and made one of its own."""
        short, number = name[:31], 2
        while short.lower() in self._names:
            short, number = f"{name[:28]} {number}", number + 1
        self._names.add(short.lower())
        sheet = self._book.add_worksheet(short)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(f"&L{self._brief.place} {self._brief.caveat}&C&A&R&P / &N")
        sheet.set_tab_color(colour)
        if rows_on_each_page:
            sheet.repeat_rows(0, rows_on_each_page - 1)
        return sheet

    def _summary(self) -> None:
        """Tell all on one sheet: key figures, states, and what each page says, with links."""
        say, brief = self.say, self._brief
        sheet = self._sheet(say("摘要"), colour=RED)
        sheet.hide_gridlines(2)
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, f"{brief.cover.title} · {brief.place}", self._title)
        lines = (brief.cover.date, brief.cover.mark, brief.cover.unit, brief.source)
        sheet.write_string(1, 0, " · ".join(lines))
        sheet.write_string(2, 0, brief.cover.note, self._book.add_format({"font_color": RED}))
        y = 4
        parts = [
            part for slide in brief.slides if slide.key == "conclusion" for part in slide.parts
        ]
        for part in parts:
            if isinstance(part, Figures):
                rows = [(e.name, f"{e.figure}{e.unit}", e.change) for e in part.items]
                headings = [Column(text, 0) for text in (say("指标"), say("本期"), say("较上期"))]
                y = self._table(sheet, Table(say("关键数字"), tuple(headings), tuple(rows)), y)
            elif isinstance(part, Table):
                y = self._table(sheet, part, y)
        sheet.write_string(y, 0, say("各页"), self._bold)
        for x, text in enumerate((say("页面"), say("一句话"), say("结论"), say("截至"))):
            sheet.write_string(y + 1, x, text, self._head)
        for number, slide in enumerate(brief.slides, 2):
            row = y + number
            name = page_name(slide, number, self.say)
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self._link, name)
            for x, text in enumerate((slide.headline, slide.conclusion, slide.as_of), 1):
                sheet.write_string(row, x, text, self._wrap)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 2, 50)
        sheet.set_column(3, 3, 26)

    def _slide(self, slide: Slide, number: int) -> None:
        sheet = self._sheet(page_name(slide, number, self.say), colour=BLUE)
        sheet.hide_gridlines(2)
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, slide.headline, self._title)
        sheet.write_string(1, 0, slide.conclusion)
        texts = (self._brief.source, slide.as_of, self._brief.caveat_of(slide))
        sheet.write_string(2, 0, " · ".join(filter(None, texts)))
        y = 4
        for part in slide.parts:
            if isinstance(part, Chart):
                y = self._chart(sheet, part, y)
            elif isinstance(part, Table):
                y = self._table(sheet, part, y)
            elif isinstance(part, TownMap):
                columns = (Column(self.say("街镇"), 0), Column(part.title, 0, is_number=True))
                rows = tuple((place.name, place.label) for place in part.places)
                y = self._table(sheet, Table(part.title, columns, rows), y)
            elif isinstance(part, Sentence):
                sheet.write_string(y, 0, part.text)
                y += 2
        for x, wide in enumerate(_widths(slide)):
            sheet.set_column(x, x, wide)

    def _table(self, sheet: Any, table: Table, y: int) -> int:
        """Write a table; what is a number becomes one. Return the row to go on at."""
        if table.title:
            sheet.write_string(y, 0, table.title, self._bold)
            y += 1
        for x, column in enumerate(table.columns):
            sheet.write_string(
                y, x, column.heading, self._head_right if column.is_number else self._head
            )
        for number, row in enumerate(table.rows, y + 1):
            for x, (text, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(sheet, number, x, text, column)
        return y + len(table.rows) + 2

    def _cell(self, sheet: Any, y: int, x: int, text: str, column: Column) -> None:
        figure = read_figure(text) if column.is_number else None
        if figure is not None:
            value, form = figure
            sheet.write_number(y, x, value, self._numbers[form])
        elif column.is_state and text in self._brief.states:
            state = self._brief.states[text]
            sheet.write_string(y, x, f"{STATE_MARKS[state][0]} {text}".strip(), self._states[state])
        else:
            sheet.write_string(y, x, text, self._right if column.is_number else self._wrap)

    def _chart(self, sheet: Any, chart: Chart, y: int) -> int:
        """Write a chart's numbers and, beside them, the chart that draws them."""
        sheet.write_string(y, 0, chart.title, self._bold)
        head = y + 1
        sheet.write_blank(head, 0, None, self._head)
        for x, series in enumerate(chart.series, 1):
            sheet.write_string(head, x, series.name, self._head_right)
        for row, category in enumerate(chart.categories, head + 1):
            sheet.write_string(row, 0, category, self._wrap)
            for x, series in enumerate(chart.series, 1):
                value = series.values[row - head - 1]
                if value is not None:
                    sheet.write_number(row, x, value, self._numbers["0.0"])
        last = head + len(chart.categories)
        drawn = self._book.add_chart({"type": CHART_KINDS[chart.kind]})
        for number in range(len(chart.series)):
            drawn.add_series(
                {
                    "name": [sheet.name, head, number + 1],
                    "categories": [sheet.name, head + 1, 0, last, 0],
                    "values": [sheet.name, head + 1, number + 1, last, number + 1],
                    **_look(chart, number),
                }
            )
        drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
        drawn.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
        scale = {
            "min": chart.least or 0,
            "major_gridlines": {"visible": True, "line": {"color": RULE}},
        }
        if chart.kind == "bars":
            # Read from the top; the labels give the values, so that no axis is needed.
            drawn.set_y_axis({"reverse": True})
            drawn.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
        else:
            drawn.set_y_axis({**scale, "num_format": "0", "line": {"none": True}})
        drawn.set_size({"width": 640, "height": 420})
        sheet.insert_chart(head, len(chart.series) + 2, drawn, {"description": chart.title})
        return max(last, head + CHART_ROWS) + 2

    def _rows(self, counted: Counted) -> None:
        """Write the rows of one query under headings in words, numbers as numbers."""
        rows = neutral(plain_dates(counted.rows))
        sheet = self._sheet(counted.query, colour=SERIES[1], rows_on_each_page=1)
        headings = [
            column_heading(name, self._brief.language) if name in FIELDS else name
            for name in rows.columns
        ]
        for x, heading in enumerate(headings):
            sheet.write_string(0, x, heading, self._head)
            wide = text_width(heading, 1)
            for y, value in enumerate(rows.iloc[:, x], 1):
                wide = max(wide, self._value(sheet, y, x, value))
            sheet.set_column(x, x, min(WIDEST, wide * 1.9 + 2))
        sheet.freeze_panes(1, 0)
        if len(rows):
            sheet.autofilter(0, 0, len(rows), len(headings) - 1)

    def _value(self, sheet: Any, y: int, x: int, value: Any) -> float:
        """Write one value; return its width in letters. What is missing stays empty."""
        if value is None or pd.isna(value):
            return 0.0
        if isinstance(value, str | date):
            sheet.write_string(y, x, str(value))
            return text_width(str(value), 1)
        number = float(value)
        sheet.write_number(y, x, number, self._numbers["#,##0" if number == int(number) else "0.0"])
        return text_width(f"{number:,.0f}", 1)

    def _listed(self, table: Table) -> None:
        """Write a list of which a page shows the first, whole and to be filtered."""
        name = self.say("问题清单（全部 {count} 个）", count=len(table.rows))
        sheet = self._sheet(name, colour=BLUE, rows_on_each_page=1)
        self._table(sheet, table, 0)
        for x, column in enumerate(table.columns):
            sheet.set_column(x, x, column.width * 110)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def _definitions(self) -> None:
        say = self.say
        sheet = self._sheet(say("口径"), colour=GREY, rows_on_each_page=1)
        rows = [
            (
                say.words(each.name), say.words(each.formula), say.words(each.unit),
                say.words(each.caveat) if each.caveat else "", each.query,
            )
            for each in INDICATORS
        ]  # fmt: skip
        headings = [say("指标"), say("算法"), say("单位"), say("说明"), say("查询")]
        columns = tuple(Column(heading, 0) for heading in headings)
        self._table(sheet, Table("", columns, tuple(rows)), 0)
        for x, wide in enumerate((28, 60, 14, 60, 26)):
            sheet.set_column(x, x, wide)

    def _queries(self) -> None:
        say = self.say
        sheet = self._sheet(say("查询"), colour=GREY, rows_on_each_page=1)
        rows = [
            (each.query, command_line(each), sql_with_parameters(each))
            for each in self._brief.counted
        ]
        columns = tuple(Column(heading, 0) for heading in (say("查询"), say("命令"), "SQL"))
        self._table(sheet, Table("", columns, tuple(rows)), 0)
        y = len(rows) + 2
        sheet.write_string(y, 0, say("数据版本"), self._bold)
        sheet.write_string(y, 1, self._brief.version)
        for x, wide in enumerate((26, 60, 100)):
            sheet.set_column(x, x, wide)


def page_name(slide: Slide, number: int, say: Say) -> str:
    """Name a page's sheet; what Excel forbids in a name stands in none of them."""
    return f"{number} {section_names(say)[slide.key]}"[:31]


def read_figure(text: str) -> tuple[float, str] | None:
    """Read a number as it stands in a table, with its format; None for anything else.

    A sign before it makes it a change, which is left as it is written.
    """
    found = FIGURE.fullmatch(text)
    if found is None:
        return None
    value = float(found[1].replace(",", ""))
    if found[2]:
        return value / 100, "0.0%"
    return value, "0.0" if "." in found[1] else "#,##0"


def _look(chart: Chart, number: int) -> dict[str, Any]:
    """Choose a series' colours: as in the other files, and apart in grey."""
    if chart.kind == "lines":
        colour = {"color": SERIES[number]}
        return {
            "line": {**colour, "width": 2.25, "dash_type": DASH_TYPES[number]},
            "marker": {"type": MARKERS[number], "size": 6, "fill": colour, "border": colour},
        }
    any_marked = bool(chart.marked)
    points: list[dict[str, Any]] = [
        {"fill": {"color": "#FFFFFF"}, "border": {"color": INK_SOFT, "width": 1.5}}
        if category == chart.reference
        else {
            "fill": {
                "color": bar_colour(
                    number, is_marked=category in chart.marked, any_marked=any_marked
                )
            }
        }
        for category in chart.categories
    ]
    return {
        "fill": {"color": bar_colour(number, is_marked=False, any_marked=any_marked)},
        "points": points,
        "data_labels": {"value": True, "num_format": chart.number_format},
        "gap": 45,
    }


def _widths(slide: Slide) -> list[float]:
    """Give the columns of a page's sheet the room that its texts take."""
    widths = [24.0, 14.0, 14.0, 14.0]
    for part in slide.parts:
        if isinstance(part, Table):
            widths += [14.0] * (len(part.columns) - len(widths))
            headings = tuple(column.heading for column in part.columns)
            for row in (headings, *part.rows):
                for x, text in enumerate(row):
                    widths[x] = max(widths[x], min(WIDEST, text_width(text, 1) * 1.9 + 3))
    return widths
