"""Put a figure on a page: the one function that every drawing of every page goes through.

Under each figure stand its as-of date, source and caveat, and a menu: its data, its picture,
its SQL with parameters, and how to cite it.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.brief.asking import command_line, sql_with_parameters
from dashboard.brief.tables import as_csv, as_xlsx
from dashboard.draw.drawing import Drawing, nothing
from dashboard.language import Say
from dashboard.ui.component import component, forget, language_tag, sent
from dashboard.ui.context import Context, Counted


@dataclass(frozen=True)
class Caption:
    """Say what a figure shows: a headline, a line on how it is counted, and its as-of.

    ``spoken_only`` hides the headline where the control above the figure already says it.
    """

    headline: str
    note: str
    as_of: str
    spoken_only: bool = False


def show_figure(
    context: Context,
    key: str,
    drawing: Drawing,
    caption: Caption,
    counted: Counted,
    *,
    on_click: Callable[[str | None, bool], None] | None = None,
    opens: str | None = None,
    chosen: tuple[str, ...] = (),
) -> None:
    """Draw a figure. ``on_click`` gets the clicked key, or None for a click on nothing, and
    whether it was to be added to what is chosen. Instead ``opens`` is the address, up to the
    key, that the lines of a list or table lead to."""
    say = context.say
    drawing, caption = _as_loaded(context, drawing, caption, counted)
    frame = {
        "plotly": context.assets.plotly,
        "source": source_line(context, counted),
        "caveat": say("示例数据") if context.shows_sample(counted.columns) else "",
        "words": _words(say),
        "file": _file_name(context, key, counted),
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
        _answer_menu(context, key, event["what"], caption, counted)


def _as_loaded(
    context: Context, drawing: Drawing, caption: Caption, counted: Counted
) -> tuple[Drawing, Caption]:
    """Say below a figure which of its tables were not loaded; where all were not, instead of it."""
    lacking = context.lacking(counted.columns)
    if not lacking:
        return drawing, caption
    reason = context.not_loaded_words(lacking)
    if context.tells_nothing(counted):
        return (
            nothing("list", reason),
            replace(caption, headline=reason, note="", spoken_only=True),
        )
    return drawing, replace(caption, note=_joined(caption.note, reason))


def _words(say: Say) -> dict[str, str]:
    """Give the words of the menu."""
    return {
        "data": say("数据"),
        "cite": say("引用"),
        "picture": say("图片"),
        "screen": say("屏幕大小"),
        "column": say("单栏 85 毫米"),
        "page": say("通栏 170 毫米"),
        "slide": say("幻灯片 16:9"),
        "whole": say("还原视图"),
        "failed": say("这幅图未能绘出，请重新载入页面。"),
        "language": language_tag(say),
    }


def _file_name(context: Context, key: str, counted: Counted) -> str:
    """Name a file after its figure and month, and say in it when the data are a sample."""
    sample = "-sample" if context.shows_sample(counted.columns) else ""
    return f"{key}-{context.filters.end_month:%Y-%m}{sample}"


def source_line(context: Context, counted: Counted) -> str:
    return context.source_of(counted.columns)


def _answer_menu(context: Context, key: str, what: str, caption: Caption, counted: Counted) -> None:
    say = context.say
    titles = {"data": say("下载数据"), "sql": say("SQL 与参数"), "cite": say("如何引用")}

    @st.dialog(titles[what], width="large")
    def answer() -> None:
        st.markdown(f"**{caption.headline}**  \n{_joined(caption.note, caption.as_of)}")
        if what == "data":
            _offer_data(context, key, counted)
        elif what == "sql":
            for each in (counted, *counted.beside):
                st.code(command_line(each), language="bash")
                st.code(sql_with_parameters(each), language="sql")
        else:
            st.code(citation(context, caption, counted), language=None, wrap_lines=True)

    answer()


def _offer_data(context: Context, key: str, counted: Counted) -> None:
    say = context.say
    about = {
        say("查询"): counted.query,
        say("参数"): json.dumps(counted.parameters, ensure_ascii=False, default=str),
        say("数据版本"): context.warehouse.version,
        say("来源"): source_line(context, counted),
    }
    name = _file_name(context, key, counted)
    left, right = st.columns(2)
    left.download_button(
        "CSV", as_csv(counted.rows), f"{name}.csv", "text/csv", on_click="ignore", width="stretch"
    )
    right.download_button(
        "XLSX",
        as_xlsx(
            counted.rows, say.language, about=about, title=say("数据"), about_title=say("说明")
        ),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        width="stretch",
    )
    st.dataframe(counted.rows, hide_index=True, height=280)


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def citation(context: Context, caption: Caption, counted: Counted) -> str:
    """Write how to cite a figure: what, as of when, from which data, by which query."""
    digest = hashlib.sha256(sql_with_parameters(counted).encode()).hexdigest()[:8]
    return context.say(
        "闵行新型居住社区治理看板. {headline}. {source}. 数据版本 {version}，查询 {query}#{digest}.",
        headline=_joined(caption.headline, caption.as_of),
        source=source_line(context, counted),
        version=context.warehouse.version,
        query=counted.query,
        digest=digest,
    )
