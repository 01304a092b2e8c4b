"""Make native charts, to be edited in PowerPoint with the data behind them."""

from datetime import date
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from dashboard.brief.layout import TEXT, Box
from dashboard.brief.looks import AXIS, SERIES, bar_look
from dashboard.brief.powerpoint.shapes import Page, describe
from dashboard.brief.slides import Chart
from dashboard.draw.theme import INK, RULE

MONTHS_A_TICK = 4
# Of a bar's room, for its name; in the units of the frame.
CLOSEST, LEAST_TEXT = 0.72, 14.0


def add_chart(page: Page, chart: Chart, box: Box) -> None:
    """Add a native chart, with its numbers in a sheet of its own."""
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
    frame = page.native.shapes.add_chart(kind, *(page.length(side) for side in box), data)
    frame.name = chart.title
    describe(frame, chart.title)
    native = frame.chart
    native.has_title = False
    native.font.size = page.length(_text_size(chart, box))
    page.paint(native.font.color, INK)
    native.has_legend = len(chart.series) > 1
    if native.has_legend:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
    _axes(page, native, chart)
    for number, series in enumerate(native.plots[0].series):
        if chart.kind == "lines":
            _line(page, series, number)
        else:
            _bars(page, series, chart, number)
    for axis in native._chartSpace.iter(qn("c:axId"), qn("c:crossAx")):
        axis.set("val", axis.get("val").removeprefix("-"))


def _text_size(chart: Chart, box: Box) -> float:
    """Write smaller where many bars stand close, so that each has its name."""
    if chart.kind != "bars":
        return TEXT
    return min(TEXT, max(LEAST_TEXT, CLOSEST * box[3] / len(chart.categories)))


def _axes(page: Page, native: Any, chart: Chart) -> None:
    values, categories = native.value_axis, native.category_axis
    page.paint(categories.format.line.color, AXIS)
    categories.has_major_gridlines = False
    values.has_major_gridlines = chart.kind != "bars"
    if chart.kind == "bars":
        # Read from the top; the labels give the values, so that no axis is needed.
        categories.reverse_order = True
        values.visible = False
        native.plots[0].gap_width = 28 if len(chart.series) == 1 else 45
        native.plots[0].overlap = 0
        # Else some names are left out where they stand close.
        every = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>')
        categories._element.find(qn("c:lblOffset")).addnext(every)
    else:
        page.paint(values.major_gridlines.format.line.color, RULE)
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


def _bars(page: Page, series: Any, chart: Chart, number: int) -> None:
    plain, _ = bar_look(chart, number)
    page.fill(series.format, plain)
    series.invert_if_negative = False
    known = [value for value in chart.series[number].values if value is not None]
    if chart.kind == "bars":
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = chart.number_format, False
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for index, category in enumerate(chart.categories):
        value = chart.series[number].values[index]
        fill, outline = bar_look(chart, number, category)
        if fill != plain:
            page.fill(series.points[index].format, fill)
        if outline:
            line = series.points[index].format.line
            page.paint(line.color, outline)
            line.width = page.length(1.5)
        at_end = index in (0, len(chart.categories) - 1)
        if chart.kind == "columns" and at_end and value is not None and known:
            _point_label(page, series.points[index], chart)


def _line(page: Page, series: Any, number: int) -> None:
    line = series.format.line
    page.paint(line.color, SERIES[number])
    line.width = page.length(2.75)
    line.dash_style = (MSO_LINE.SOLID, MSO_LINE.DASH, MSO_LINE.ROUND_DOT)[number]
    series.smooth = False
    series.marker.style = (
        XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE,
    )[number]  # fmt: skip
    series.marker.size = 7
    page.fill(series.marker.format, SERIES[number])
    page.paint(series.marker.format.line.color, SERIES[number])


def _point_label(page: Page, point: Any, chart: Chart) -> None:
    label = point.data_label
    label.position = XL_LABEL_POSITION.OUTSIDE_END
    element = label._dLbl
    form = parse_xml(
        f'<c:numFmt {nsdecls("c")} formatCode="{chart.number_format}" sourceLinked="0"/>'
    )
    element.find(qn("c:idx")).addnext(form)
