"""Write a briefing as a workbook: a summary, each page with native charts, every table behind it."""

import io
from datetime import date
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard.brief.asking import Counted, command_line, sql_with_parameters
from dashboard.brief.fit import text_width
from dashboard.brief.slides import Brief, Chart, Figures, Sentence, Slide, Table, TownMap
from dashboard.brief.tables import neutral, plain_dates
from dashboard.draw.theme import BLUE, RED
from dashboard.language import Say
from dashboard.model.indicators import INDICATORS, column_heading
from dashboard.model.measures import FIELDS

WIDEST = 60
CHART_ROWS = 20
CHART_KINDS = {"bars": "bar", "columns": "column", "lines": "line"}
GREY = "#8FA9C4"


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
        self._head = book.add_format(
            {"bold": True, "bg_color": BLUE, "font_color": "white", "text_wrap": True}
        )
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True, "valign": "top"})
        self._share = book.add_format({"num_format": "0.0"})
        self._whole = book.add_format({"num_format": "#,##0"})
        self._names: set[str] = set()

    def write(self) -> None:
        self._summary()
        for number, slide in enumerate(self._brief.slides, 2):
            self._slide(slide, number)
        for counted in self._brief.counted:
            self._rows(counted)
        self._definitions()
        self._queries()

    def _sheet(self, name: str) -> Any:
        """Add a sheet; its name is cut to the length Excel bears, and made one of its own."""
        short, number = name[:31], 2
        while short.lower() in self._names:
            short, number = f"{name[:28]} {number}", number + 1
        self._names.add(short.lower())
        sheet = self._book.add_worksheet(short)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _summary(self) -> None:
        say, brief = self.say, self._brief
        sheet = self._sheet(say("摘要"))
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, f"{brief.cover.title} · {brief.place}", self._title)
        lines = (brief.cover.date, brief.cover.mark, brief.cover.unit, brief.source)
        sheet.write_string(1, 0, " · ".join(lines))
        sheet.write_string(2, 0, brief.cover.note, self._book.add_format({"font_color": RED}))
        for x, text in enumerate((say("页面"), say("一句话"), say("结论"), say("截至"))):
            sheet.write_string(4, x, text, self._head)
        for y, slide in enumerate(brief.slides, 5):
            sheet.write_number(y, 0, y - 3)
            for x, text in enumerate((slide.headline, slide.conclusion, slide.as_of), 1):
                sheet.write_string(y, x, text, self._wrap)
        y = 6 + len(brief.slides)
        for slide in brief.slides:
            for part in slide.parts:
                if isinstance(part, Figures):
                    for each in part.items:
                        sheet.write_string(y, 1, each.name, self._bold)
                        sheet.write_string(y, 2, f"{each.figure}{each.unit}")
                        sheet.write_string(y, 3, each.change)
                        y += 1
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 2, 52)
        sheet.set_column(3, 3, 26)

    def _slide(self, slide: Slide, number: int) -> None:
        sheet = self._sheet(f"{number} {slide.key}")
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, slide.headline, self._title)
        sheet.write_string(1, 0, slide.conclusion)
        texts = (self._brief.source, slide.as_of, self._brief.caveat)
        sheet.write_string(2, 0, " · ".join(filter(None, texts)))
        y = 4
        for part in slide.parts:
            if isinstance(part, Chart):
                y = self._chart(sheet, part, y)
            elif isinstance(part, Table):
                headings = [column.heading for column in part.columns]
                y = self._texts(sheet, part.title, headings, part.rows, y)
            elif isinstance(part, TownMap):
                rows = [(place.name, place.label) for place in part.places]
                y = self._texts(sheet, part.title, [self.say("街镇"), part.title], rows, y)
            elif isinstance(part, Sentence):
                sheet.write_string(y, 0, part.text)
                y += 2
        for x, wide in enumerate(_widths(slide)):
            sheet.set_column(x, x, wide)

    def _texts(self, sheet: Any, title: str, headings: list[str], rows: Any, y: int) -> int:
        if title:
            sheet.write_string(y, 0, title, self._bold)
            y += 1
        for x, heading in enumerate(headings):
            sheet.write_string(y, x, heading, self._head)
        for number, row in enumerate(rows, y + 1):
            for x, text in enumerate(row):
                sheet.write_string(number, x, text, self._wrap)
        return y + len(rows) + 2

    def _chart(self, sheet: Any, chart: Chart, y: int) -> int:
        """Write a chart's numbers and, beside them, the chart that draws them."""
        sheet.write_string(y, 0, chart.title, self._bold)
        head = y + 1
        for x, series in enumerate(chart.series, 1):
            sheet.write_string(head, x, series.name, self._head)
        for row, category in enumerate(chart.categories, head + 1):
            sheet.write_string(row, 0, category)
            for x, series in enumerate(chart.series, 1):
                value = series.values[row - head - 1]
                if value is not None:
                    sheet.write_number(row, x, value, self._share)
        last = head + len(chart.categories)
        drawn = self._book.add_chart({"type": CHART_KINDS[chart.kind]})
        colours = (BLUE, GREY, RED)
        for x, _ in enumerate(chart.series, 1):
            look: dict[str, Any] = {"fill": {"color": colours[x - 1]}}
            if chart.kind == "lines":
                dash = ("solid", "dash", "round_dot")[x - 1]
                look = {"line": {"color": colours[x - 1], "width": 2.25, "dash_type": dash}}
            drawn.add_series(
                {
                    "name": [sheet.name, head, x],
                    "categories": [sheet.name, head + 1, 0, last, 0],
                    "values": [sheet.name, head + 1, x, last, x],
                    **look,
                    **(
                        {} if chart.kind == "lines" else {"data_labels": {"value": True}, "gap": 45}
                    ),
                }
            )
        drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
        drawn.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
        if chart.kind == "bars":
            drawn.set_y_axis({"reverse": True})
            drawn.set_x_axis({"min": chart.least or 0, "major_gridlines": {"visible": False}})
        else:
            drawn.set_y_axis({"min": chart.least or 0})
        drawn.set_size({"width": 640, "height": 400})
        sheet.insert_chart(head, len(chart.series) + 2, drawn)
        return max(last, head + CHART_ROWS) + 2

    def _rows(self, counted: Counted) -> None:
        """Write the rows of one query under headings in words, numbers as numbers."""
        rows = neutral(plain_dates(counted.rows))
        sheet = self._sheet(counted.query)
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
        sheet.write_number(y, x, number, self._whole if number == int(number) else self._share)
        return text_width(f"{number:,.0f}", 1)

    def _definitions(self) -> None:
        say = self.say
        sheet = self._sheet(say("口径"))
        rows = [
            (
                say.words(each.name), say.words(each.formula), say.words(each.unit),
                say.words(each.caveat) if each.caveat else "", each.query,
            )
            for each in INDICATORS
        ]  # fmt: skip
        headings = [say("指标"), say("算法"), say("单位"), say("说明"), say("查询")]
        self._texts(sheet, "", headings, rows, 0)
        for x, wide in enumerate((28, 60, 14, 60, 26)):
            sheet.set_column(x, x, wide)

    def _queries(self) -> None:
        say = self.say
        sheet = self._sheet(say("查询"))
        rows = [
            (each.query, command_line(each), sql_with_parameters(each))
            for each in self._brief.counted
        ]
        self._texts(sheet, "", [say("查询"), say("命令"), "SQL"], rows, 0)
        y = len(rows) + 2
        sheet.write_string(y, 0, say("数据版本"), self._bold)
        sheet.write_string(y, 1, self._brief.version)
        for x, wide in enumerate((26, 60, 100)):
            sheet.set_column(x, x, wide)


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
