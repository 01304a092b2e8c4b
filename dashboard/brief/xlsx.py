"""Write a briefing as a workbook: a summary, each page with native charts, every table behind it."""

import io
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from dashboard.asking.questions import QueryResult, command_line, sql_with_parameters
from dashboard.brief.fit import text_width
from dashboard.brief.looks import SERIES, STATE_MARKS, bar_look
from dashboard.brief.official import official
from dashboard.brief.properties import subject_of, title_of
from dashboard.brief.slides import (
    Brief,
    Cell,
    Chart,
    Column,
    Sentence,
    Slide,
    Table,
    as_table,
)
from dashboard.contract.indicators import INDICATORS, column_heading
from dashboard.contract.measures import FIELDS, vocabulary
from dashboard.contract.words import Words
from dashboard.draw.theme import BLUE, RED, RULE
from dashboard.figures.tables import neutral
from dashboard.language import Say

WIDEST = 60
CHART_ROWS = 20
A4 = 9
CHART_KINDS = {"bars": "bar", "columns": "column", "lines": "line"}
GREY = "#8C8C8C"
MARKERS = ("circle", "square", "triangle")
DASH_TYPES = ("solid", "dash", "round_dot")
DAY, MONTH = "yyyy-mm-dd", "yyyy-mm"
# From this many columns on a sheet is printed two pages wide, its first columns on both.
WIDE = 16

# What is counted, by its query: the names of the sheets with the rows behind the pages.
SHEETS = {
    "district_by_month": Words("逐月总数", "Totals by month"),
    "participation_by_month": Words("逐月参与", "Participation by month"),
    "occupancy_by_month": Words("逐月入住", "Occupancy by month"),
    "proposals_by_month": Words("逐月提案", "Proposals by month"),
    "changes": Words("本期变动", "Changes"),
    "coverage_by_town": Words("各街镇覆盖", "Coverage by town"),
    "modes_by_town": Words("各街镇模式", "Modes by town"),
    "housing_by_community": Words("各社区房源与居民", "Housing by community"),
    "occupancy_by_community": Words("各社区入住", "Occupancy by community"),
    "supply_completion": Words("供应目标", "Supply targets"),
    "communities": Words("社区", "Communities"),
    "published_columns": Words("公开的栏目", "Published columns"),
    "project_reports": Words("公开报道", "Published reports"),
    "participation_by_community": Words("各社区参与", "Participation by community"),
}
# Where part of the district was loaded, not every town is there.
OF_PART = {
    "coverage_by_town": Words("街镇覆盖", "Coverage by town"),
    "modes_by_town": Words("街镇模式", "Modes by town"),
}
# What is made of the counts.
HEADINGS = {
    "numerator": Words("分子", "Numerator"),
    "denominator": Words("分母", "Denominator"),
    "value": Words("值（%）", "Value (%)"),
    "low": Words("95%区间下限（%）", "95% interval, low (%)"),
    "high": Words("95%区间上限（%）", "95% interval, high (%)"),
    "is_fault": Words("数据有误", "At fault"),
    "key": Words("代码", "Code"),
    "name": Words("名称", "Name"),
}


def as_xlsx_brief(brief: Brief) -> bytes:
    """Write the whole workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "nan_inf_to_errors": True}
    )  # fmt: skip
    book.set_properties(
        {
            "title": title_of(brief),
            "subject": subject_of(brief),
            "author": brief.unit,
            "company": brief.unit,
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
        self._cell_form = cell
        self._forms: dict[str, Any] = {}
        self._states = {
            state: book.add_format({**cell, "bold": True, "font_color": colour})
            for state, (_, colour) in STATE_MARKS.items()
        }
        self._names: set[str] = set()

    def _form(self, form: str) -> Any:
        if form not in self._forms:
            look = {**self._cell_form, "num_format": form, "align": "right"}
            self._forms[form] = self._book.add_format(look)
        return self._forms[form]

    def _words(self, words: Words) -> str:
        return official(self.say.words(words), self._brief.language)

    def write(self) -> None:
        self._summary()
        for number, slide in enumerate(self._brief.slides, 2):
            self._slide(slide, number)
        for slide in self._brief.slides:
            if slide.listed is not None:
                self._listed(slide.name, slide.listed)
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
            if table := as_table(part, say):
                y = self._table(sheet, table, y)
        sheet.write_string(y, 0, say("各页"), self._bold)
        for x, text in enumerate((say("页面"), say("一句话"), say("结论"), say("截至"))):
            sheet.write_string(y + 1, x, text, self._head)
        for number, slide in enumerate(brief.slides, 2):
            row = y + number
            name = page_name(slide, number)
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self._link, name)
            for x, text in enumerate((slide.headline, slide.conclusion, slide.as_of), 1):
                sheet.write_string(row, x, text, self._wrap)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 2, 50)
        sheet.set_column(3, 3, 26)

    def _slide(self, slide: Slide, number: int) -> None:
        sheet = self._sheet(page_name(slide, number), colour=BLUE)
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
            elif isinstance(part, Sentence):
                sheet.write_string(y, 0, part.text)
                y += 2
            elif table := as_table(part, self.say):
                y = self._table(sheet, table, y)
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
        if isinstance(text, Cell):
            self._written(sheet, y, x, text.value, text.form)
        elif column.is_state and text in self._brief.states:
            state = self._brief.states[text]
            sheet.write_string(y, x, f"{STATE_MARKS[state][0]} {text}".strip(), self._states[state])
        else:
            sheet.write_string(y, x, text, self._right if column.is_number else self._wrap)

    def _written(self, sheet: Any, y: int, x: int, value: float | date, form: str) -> None:
        if isinstance(value, date):
            sheet.write_datetime(y, x, value, self._form(form))
        else:
            sheet.write_number(y, x, value, self._form(form))

    def _chart(self, sheet: Any, chart: Chart, y: int) -> int:
        """Write a chart's numbers and, beside them, the chart that draws them."""
        sheet.write_string(y, 0, chart.title, self._bold)
        head = y + 1
        sheet.write_blank(head, 0, None, self._head)
        for x, series in enumerate(chart.series, 1):
            sheet.write_string(head, x, series.name, self._head_right)
        for row, category in enumerate(chart.categories, head + 1):
            if chart.is_by_month:
                self._written(sheet, row, 0, date.fromisoformat(f"{category}-01"), MONTH)
            else:
                sheet.write_string(row, 0, category, self._wrap)
            for x, series in enumerate(chart.series, 1):
                value = series.values[row - head - 1]
                if value is not None:
                    self._written(sheet, row, x, value, chart.number_format)
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
            drawn.set_y_axis({"reverse": True, "interval_unit": 1})
            drawn.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
        else:
            drawn.set_y_axis({**scale, "num_format": "0", "line": {"none": True}})
            drawn.set_x_axis({"date_axis": True, "num_format": MONTH, "major_unit": 3,
                              "major_unit_type": "months"})  # fmt: skip
        drawn.set_size({"width": 640, "height": 420})
        sheet.insert_chart(head, len(chart.series) + 2, drawn, {"description": chart.title})
        return max(last, head + CHART_ROWS) + 2

    def _rows(self, counted: QueryResult) -> None:
        """Write the rows of one query under headings in words, numbers and dates as such."""
        rows, language = counted.rows, self._brief.language
        # A complete count has no interval.
        ends = [name for name in ("low", "high") if name in rows and rows[name].isna().all()]
        rows = neutral(rows.drop(columns=ends))
        names = SHEETS if self._brief.is_district else SHEETS | OF_PART
        name = self._words(names[counted.query]) if counted.query in names else counted.query
        sheet = self._sheet(name, colour=SERIES[1], rows_on_each_page=1)
        for x, column in enumerate(rows.columns):
            known = FIELDS.get(column)
            heading = (
                column_heading(column, language)
                if known
                else self._words(HEADINGS.get(column, Words(column, column)))
            )
            allowed = (
                {code: self._words(words) for code, words in vocabulary(known).items()}
                if known
                else {}
            )
            sheet.write_string(0, x, heading, self._head)
            wide = text_width(heading, 1)
            for y, value in enumerate(rows.iloc[:, x], 1):
                said = allowed.get(value, value) if isinstance(value, str) else value
                wide = max(
                    wide, self._value(sheet, y, x, said, MONTH if column == "month" else DAY)
                )
            sheet.set_column(x, x, min(WIDEST, wide * 1.9 + 2))
        sheet.freeze_panes(1, 0)
        if len(rows.columns) >= WIDE:
            sheet.fit_to_pages(2, 0)
            sheet.repeat_columns(0, 1)
        if len(rows):
            sheet.autofilter(0, 0, len(rows), len(rows.columns) - 1)

    def _value(self, sheet: Any, y: int, x: int, value: Any, day: str) -> float:
        """Write one value; return its width in letters. What is missing stays empty."""
        if value is None or pd.isna(value):
            return 0.0
        if isinstance(value, date):
            whole = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
            self._written(sheet, y, x, whole, day)
            return text_width(day, 1)
        if isinstance(value, bool | np.bool_):
            value = self.say("是") if value else self.say("否")
        if isinstance(value, str):
            text = official(value, self._brief.language)
            sheet.write_string(y, x, text)
            return text_width(text, 1)
        number = float(value)
        self._written(sheet, y, x, number, "#,##0" if number == int(number) else "#,##0.0")
        return text_width(f"{number:,.0f}", 1)

    def _listed(self, page: str, table: Table) -> None:
        """Write a list of which a page shows the first, whole and to be filtered."""
        name = self.say("{page}（全部 {count} 个）", page=page, count=len(table.rows))
        sheet = self._sheet(name, colour=BLUE, rows_on_each_page=1)
        self._table(sheet, table, 0)
        for x, column in enumerate(table.columns):
            sheet.set_column(x, x, column.width * 110)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def _definitions(self) -> None:
        say = self.say
        sheet = self._sheet(say("口径"), colour=GREY, rows_on_each_page=1)
        texts = {
            say("指标"): [self._words(each.name) for each in INDICATORS],
            say("算法"): [self._words(each.formula) for each in INDICATORS],
            say("单位"): [self._words(each.unit) for each in INDICATORS],
            say("说明"): [self._words(each.caveat) if each.caveat else "" for each in INDICATORS],
            say("查询"): [each.query for each in INDICATORS],
        }
        table = Table.of("", {Column(name, 0): column for name, column in texts.items()})
        self._table(sheet, table, 0)
        for x, wide in enumerate((28, 60, 14, 60, 26)):
            sheet.set_column(x, x, wide)

    def _queries(self) -> None:
        """List what was asked: the command, and below it the query line by line, to be copied."""
        say = self.say
        sheet = self._sheet(say("查询"), colour=GREY, rows_on_each_page=1)
        for x, heading in enumerate((say("查询"), say("命令"))):
            sheet.write_string(0, x, heading, self._head)
        y = 1
        for each in self._brief.counted:
            sheet.write_string(y, 0, each.query, self._bold)
            sheet.write_string(y, 1, command_line(each), self._wrap)
            lines = sql_with_parameters(each).splitlines()
            for number, line in enumerate(lines, y + 1):
                sheet.write_string(number, 1, line)
            y += len(lines) + 2
        sheet.write_string(y, 0, say("数据版本"), self._bold)
        sheet.write_string(y, 1, self._brief.version)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 130)


def page_name(slide: Slide, number: int) -> str:
    """Name a page's sheet; what Excel forbids in a name stands in none of them."""
    return f"{number} {slide.name}"[:31]


def _look(chart: Chart, number: int) -> dict[str, Any]:
    """Choose a series' colours: as in the other files, and apart in grey."""
    if chart.kind == "lines":
        colour = {"color": SERIES[number]}
        return {
            "line": {**colour, "width": 2.25, "dash_type": DASH_TYPES[number]},
            "marker": {"type": MARKERS[number], "size": 6, "fill": colour, "border": colour},
        }
    return {
        "fill": {"color": bar_look(chart, number)[0]},
        "points": [
            {
                "fill": {"color": fill},
                **({"border": {"color": outline, "width": 1.5}} if outline else {}),
            }
            for fill, outline in (bar_look(chart, number, each) for each in chart.categories)
        ],
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
