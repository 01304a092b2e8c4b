"""Put a figure on a page: the one function that every drawing of every page goes through.

Under each figure stand its as-of date, source and caveat, and a menu: its data, its picture,
its SQL with parameters, and how to cite it.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.asking.questions import QueryResult, command_line, sql_with_parameters
from dashboard.brief.listing import WHOLE, listing
from dashboard.brief.tables import as_xlsx, listing_csv
from dashboard.draw.drawing import Drawing, nothing
from dashboard.figures.figure import Caption as Caption
from dashboard.figures.figure import LocalizedFigure, file_name, filters_said
from dashboard.language import Say
from dashboard.ui.component import component, forget, language_tag, sent
from dashboard.ui.context import Context
from dashboard.ui.notices import plain
from dashboard.ui.offscreen import keep
from dashboard.warehouse.store import named_query


def show_figure(
    context: Context,
    key: str,
    drawing: Drawing,
    caption: Caption,
    counted: QueryResult,
    *,
    on_click: Callable[[str | None, bool], None] | None = None,
    opens: str | None = None,
    chosen: tuple[str, ...] = (),
) -> None:
    """Draw a figure. ``on_click`` gets the clicked key, or None for a click on nothing, and
    whether it was to be added to what is chosen. Instead ``opens`` is the address, up to the
    key, that the lines of a list or table lead to."""
    drawing, caption = _as_loaded(context, drawing, caption, counted)
    told = LocalizedFigure(drawing, caption, counted)
    if keep(key, told):
        return
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
        _answer_menu(context, key, event, told)


def _as_loaded(
    context: Context, drawing: Drawing, caption: Caption, counted: QueryResult
) -> tuple[Drawing, Caption]:
    """Say below a figure which of its tables were not loaded; where all were not, instead of it."""
    lacking = context.lacking(counted.columns)
    if not lacking:
        return drawing, caption
    reason = context.not_loaded_words(lacking)
    if context.is_all_unloaded(counted):
        return (
            nothing("list", reason),
            replace(caption, headline=reason, note="", spoken_only=True),
        )
    return drawing, replace(caption, note=_joined(caption.note, reason))


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


def _answer_menu(context: Context, key: str, event: dict[str, Any], told: LocalizedFigure) -> None:
    say, what = context.say, event["what"]
    if what == "research":
        # Typesetting is loaded by the first who asks for it, not at every start.
        from dashboard.ui.research import answer_research

        answer_research(context, key, told, event.get("drawings") or {})
        return
    titles = {"data": say("下载数据"), "sql": say("SQL 与参数")}

    @st.dialog(titles[what], width="large")
    def answer() -> None:
        caption = told.caption
        headline, note = plain(caption.headline), _joined(caption.note, caption.as_of)
        st.markdown(f"**{headline}**  \n{plain(note)}")
        if what == "data":
            _offer_data(context, key, told)
        else:
            for each in (told.counted, *told.counted.beside):
                st.code(command_line(each), language="bash")
                st.code(sql_with_parameters(each), language="sql")

    answer()


def _offer_data(context: Context, key: str, told: LocalizedFigure) -> None:
    """Offer what the figure shows: a list's own lines, all of them, or what it is made of."""
    say, counted = context.say, told.counted
    listed = listing(context, counted, told.drawing)
    name = file_name(context, key, counted)
    left, right = st.columns(2)
    left.download_button(
        "CSV", listing_csv(listed), f"{name}.csv", "text/csv", on_click="ignore", width="stretch"
    )
    right.download_button(
        "XLSX",
        as_xlsx(listed, about=_about(context, told), title=say("数据"), about_title=say("说明")),
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


def _about(context: Context, told: LocalizedFigure) -> dict[str, str]:
    """Say what a file shows, and where its rows come from."""
    say, counted, caption = context.say, told.counted, told.caption
    taken = named_query(counted.query).parameter_names
    parameters = {name: value for name, value in counted.parameters.items() if name in taken}
    about = {
        say("内容"): caption.headline,
        say("说明"): caption.note,
        say("时点"): caption.as_of,
        say("范围"): filters_said(context),
        say("来源"): context.source_of(counted.columns),
        say("查询"): counted.query,
        say("参数"): json.dumps(parameters, ensure_ascii=False, default=str),
        say("数据版本"): say(
            "{version}（{built} 建成）",
            version=context.warehouse.version,
            built=context.warehouse.built_on.isoformat(),
        ),
    }
    if context.shows_sample(counted.columns):
        about[say("注意")] = say("示例数据：只宜说明方法，不得作为事实引用。")
    return {name: text for name, text in about.items() if text}


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
