"""Put a figure on a page: the one function that every drawing of every page goes through.

Under each figure stand its as-of date, source and caveat, and a menu: its data, its picture,
its SQL with parameters, and how to cite it.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.asking.questions import command_line, sql_with_parameters
from dashboard.figures.figure import Caption as Caption
from dashboard.figures.figure import Figure, file_name
from dashboard.figures.files import figure_as_csv, figure_as_xlsx, figure_listing
from dashboard.figures.listing import WHOLE
from dashboard.language import Say
from dashboard.ui.component import component, forget, language_tag, sent
from dashboard.ui.context import Context
from dashboard.ui.notices import plain


def show(
    context: Context,
    figure: Figure,
    *,
    on_click: Callable[[str | None, bool], None] | None = None,
    opens: str | None = None,
    chosen: tuple[str, ...] = (),
) -> None:
    """Draw a figure. ``on_click`` gets the clicked key, or None for a click on nothing, and
    whether it was to be added to what is chosen. Instead ``opens`` is the address, up to the
    key, that the lines of a list or table lead to."""
    key, drawing, caption, counted = figure.key, figure.drawing, figure.caption, figure.counted
    say = context.say
    frame = {
        "plotly": context.assets.plotly,
        "source": context.source_of(counted.columns),
        "caveat": say("示例数据") if context.shows_sample(counted.columns) else "",
        "words": _words(say),
        "file": file_name(context, key, counted),
        "clickable": bool(on_click or opens),
        **({"opens": opens} if opens else {}),
    }
    body = {
        **drawing.as_dict(),
        "headline": caption.headline,
        "headlineSpokenOnly": caption.spoken_only,
        "note": caption.note,
        "asOf": caption.as_of,
    }

    def clicked() -> None:
        event = st.session_state[key].get("clicked")
        if event and on_click:
            st.session_state[f"{key}-answered"] = event["n"]
            on_click(event["key"], event["add"])

    def asked() -> None:
        event = st.session_state[key].get("asked")
        if event and event["what"] == "parts":
            forget(event["ids"])

    answer = component()(
        key=key,
        data=sent(frame, body, chosen=chosen),
        on_clicked_change=clicked,
        on_asked_change=asked,
    )
    event = answer.get("clicked")
    if event and on_click and st.session_state.get(f"{key}-answered") != event["n"]:
        # The first click on a page left open while the server restarted: this session did not
        # know the figure yet, so that nobody has answered it.
        st.session_state[f"{key}-answered"] = event["n"]
        on_click(event["key"], event["add"])
        st.rerun()
    event = answer.get("asked")
    if event and event["what"] != "parts":
        _answer_menu(context, event, figure)


def _words(say: Say) -> dict[str, str]:
    """Give the words of the menu."""
    return {
        "data": say("数据"),
        "research": say("研究"),
        "picture": say("图片"),
        "screen": say("屏幕大小"),
        "column": say("单栏 85 毫米"),
        "page": say("通栏 170 毫米"),
        "slide": say("幻灯片 16:9"),
        "whole": say("还原视图"),
        "failed": say("这幅图未能绘出，请重新载入页面。"),
        "language": language_tag(say),
    }


def _answer_menu(context: Context, event: dict[str, Any], figure: Figure) -> None:
    say, what = context.say, event["what"]
    if what == "research":
        # Typesetting is loaded by the first who asks for it, not at every start.
        from dashboard.ui.research import answer_research

        answer_research(context, figure, event.get("drawings") or {})
        return
    titles = {"data": say("下载数据"), "sql": say("SQL 与参数")}

    @st.dialog(titles[what], width="large")
    def answer() -> None:
        caption = figure.caption
        headline, note = plain(caption.headline), _joined(caption.note, caption.as_of)
        st.markdown(f"**{headline}**  \n{plain(note)}")
        if what == "data":
            _offer_data(context, figure)
        else:
            for each in (figure.counted, *figure.counted.beside):
                st.code(command_line(each), language="bash")
                st.code(sql_with_parameters(each), language="sql")

    answer()


def _offer_data(context: Context, figure: Figure) -> None:
    listed = figure_listing(context, figure)
    name = file_name(context, figure.key, figure.counted)
    left, right = st.columns(2)
    left.download_button(
        "CSV", figure_as_csv(context, figure), f"{name}.csv", "text/csv", on_click="ignore",
        width="stretch",
    )  # fmt: skip
    right.download_button(
        "XLSX",
        figure_as_xlsx(context, figure),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        width="stretch",
    )
    st.dataframe(
        listed.written(),
        hide_index=True,
        height=280,
        placeholder="—",
        column_config={
            name: st.column_config.NumberColumn(format="localized" if form == WHOLE else "%.1f")
            for name, form in listed.formats.items()
            if pd.api.types.is_numeric_dtype(listed.rows[name])
        },
    )


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
