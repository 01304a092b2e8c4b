"""Offer what a researcher takes from a figure: for print, its data, how to cite it, how to redo it."""

import base64
import html
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from dashboard.figures.figure import Figure, PublishedFigure
from dashboard.figures.tables import as_csv, plain_dates
from dashboard.publish.citation import What, bibtex, gbt7714
from dashboard.publish.lobby import ANSWERED, lobby_sheet
from dashboard.publish.metadata import metadata
from dashboard.publish.published import published
from dashboard.publish.reproduce import reproduction
from dashboard.publish.typeset import MIME, WIDTHS, Width, forms_for, typeset
from dashboard.ui.assets import geometry_of
from dashboard.ui.context import Context

PREVIEW_DOTS_PER_INCH = 110


def answer_research(context: Context, figure: Figure, drawings: Mapping[str, str]) -> None:
    """Open the dialog. ``drawings`` are what the browser drew, by width in mm; files are made
    when they are asked for."""
    say = context.say

    @st.dialog(say("用于研究"), width="large")
    def answer() -> None:
        taken = published(context, context.page, context.address, figure)
        names = [say("图"), say("数据"), say("引用"), say("重现")]
        printed, data, cited, redone = st.tabs(names)
        with printed:
            _offer_figure(taken, drawings)
        with data:
            _offer_data(taken)
        with cited:
            _offer_citation(taken)
        with redone:
            _offer_reproduction(taken)

    answer()


def _offer_figure(figure: PublishedFigure, drawings: Mapping[str, str]) -> None:
    say, own = figure.asking.say, figure.drawing
    widths = [
        width for width in WIDTHS if forms_for(own, width) and _is_drawn(own.kind, drawings, width)
    ]
    titles = {85: say("单栏 85 毫米"), 170: say("通栏 170 毫米")}
    files, preview = st.columns([2, 3], gap="medium")
    with files:
        for width in widths:
            st.markdown(titles[width])
            with st.container(horizontal=True):
                for form in forms_for(own, width):
                    make = partial(
                        typeset, figure, form, width, drawing=drawings.get(str(width), "")
                    )
                    _download(form.upper(), make, f"{figure.name}-{width}mm.{form}", MIME[form])
        if figure.key == ANSWERED:
            st.markdown(say("大厅公示：竖版 A4 一页，中英文"))
            make = partial(lobby_sheet, figure)
            _download(say("大厅公示 PDF"), make, f"{figure.name}-A4.pdf", MIME["pdf"])
        st.caption(
            say(
                "图下为中英文图注。PDF 嵌入字体，SVG 的文字已转为轮廓，PNG 每英寸 300 点；黑白打印也能分辨。"
            )
        )
        if own.kind in ("table", "list") and "png" not in forms_for(own, 170):
            st.caption(say("表较长，只有分页的 PDF；整表见“数据”。"))
    if widths:
        with preview:
            _preview(figure, drawings, widths[-1])


def _is_drawn(kind: str, drawings: Mapping[str, str], width: Width) -> bool:
    return kind in ("table", "list") or bool(drawings.get(str(width)))


def _preview(figure: PublishedFigure, drawings: Mapping[str, str], width: Width) -> None:
    if "png" not in forms_for(figure.drawing, width):
        return
    picture = typeset(
        figure, "png", width, drawing=drawings.get(str(width), ""),
        dots_per_inch=PREVIEW_DOTS_PER_INCH,
    )  # fmt: skip
    # It comes along in the page: a file of its own would be gone once the dialog is closed.
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    alt = html.escape(figure.drawing.alt, quote=True)
    st.html(f'<img class="mh-preview" src="{source}" alt="{alt}">')


def _offer_data(figure: PublishedFigure) -> None:
    say = figure.asking.say
    with st.container(horizontal=True, vertical_alignment="center"):
        _download("CSV", lambda: as_csv(figure.counted.rows), f"{figure.name}.csv", "text/csv")
        _download(
            say("元数据 JSON"),
            lambda: metadata(figure, data=f"{figure.name}.csv"),
            f"{figure.name}.json",
            "application/json",
        )
    st.caption(
        say(
            "元数据按 Frictionless：每列的含义与单位、口径、来源、筛选、查询与数据版本、行数与缺失。"
        )
    )
    st.dataframe(plain_dates(figure.counted.rows), hide_index=True, height=280, placeholder="—")


def _offer_citation(figure: PublishedFigure) -> None:
    say = figure.asking.say
    whats: dict[What, str] = {"figure": say("引用这幅图"), "data": say("引用它的数据")}
    for what, title in whats.items():
        st.markdown(f"**{title}**")
        st.code(gbt7714(figure, what), language=None, wrap_lines=True)
        st.code(bibtex(figure, what), language=None, wrap_lines=True)
    if not figure.url:
        st.caption(say("此看板未设公开地址（启动时以 --public-address 给出），引用中不写网址。"))
    if figure.is_sample:
        st.caption(say("示例数据：只宜说明方法，不得作为事实引用。"))


def _offer_reproduction(figure: PublishedFigure) -> None:
    say = figure.asking.say
    make = partial(reproduction, figure, geometry=geometry_of(figure.drawing))
    _download(say("下载压缩包"), make, f"{figure.name}.zip", "application/zip")
    st.caption(
        say(
            "内有查询、参数、数据、图的描述与脚本：可由数据重画，也可在数据仓库上重新运行查询并逐格核对。"
        )
    )
    st.code(
        "pip install -r requirements.txt\npython redraw.py\npython redraw.py --query minhang.duckdb",
        language="bash",
    )


def _download(label: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    """Offer a file that is made when it is asked for."""
    st.download_button(label, make, name, mime, on_click="ignore", key=f"take-{name}")
