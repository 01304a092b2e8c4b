"""Briefing (汇报): see every page of it as it will be, change its words, take it along."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.brief.content import SECTIONS, make_brief
from dashboard.brief.editing import edited, problem_table
from dashboard.brief.files import KINDS, Kind
from dashboard.brief.html import as_html
from dashboard.brief.slides import Brief
from dashboard.insight.briefing import CONCLUSION, HEADLINE
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.filters import show_filters, show_path
from dashboard.ui.header import show_headline
from dashboard.warehouse.boundaries import DrawnTowns

PREVIEW_HEIGHT = 760
MOST_PROBLEMS = 7


def title(say: Say) -> str:
    return say("汇报")


def section_names(say: Say) -> dict[str, str]:
    return {
        "conclusion": say("一页结论"),
        "ranking": say("地图与排名"),
        "modes": say("五种模式"),
        "housing": say("入住与供给"),
        "participation": say("参与和响应"),
        "case": say("案例"),
        "problems": say("问题清单"),
        "steps": say("下一步"),
        "definitions": say("口径附录"),
    }


def show(context: Context) -> None:
    """Show the page."""
    say = context.say
    made = context.remember_chosen("briefing", make=lambda: _made(context))
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        show_headline(
            say("{place}汇报，{date}", place=made.place, date=made.cover.date),
            say("选好月份与街镇，改好文字，下载即可开会；数字与各页相同。"),
        )
        show_filters(context)
    with st.container(key="briefing-actions"):
        brief = _changed(context, made)
        _downloads(context, brief)
        long = _too_long(brief, say)
        if long:
            st.warning(say("写得太长，幻灯片上放不下：{pages}。请缩短。", pages=say.listed(long)))
    # All its texts are escaped, those typed here too.
    st.iframe(as_html(brief).decode(), height=PREVIEW_HEIGHT, alt=say("汇报预览"))


def _made(context: Context) -> Brief:
    assets = context.assets
    towns = DrawnTowns(assets.geometry, assets.is_schematic, assets.problem, assets.map_number)
    return make_brief(context, towns)


def _changed(context: Context, brief: Brief) -> Brief:
    """Let one choose pages and their order, and change what they say."""
    say, names = context.say, section_names(context.say)
    with st.expander(say("选页、改标题、改问题清单")):
        left, right = st.columns([1, 2])
        unit = left.text_input(say("汇报单位"), placeholder=brief.place, key="briefing-unit")
        sections = right.multiselect(
            say("页面，依所选的先后"),
            SECTIONS,
            default=SECTIONS,
            format_func=names.__getitem__,
            key="briefing-sections",
        )
        key = f"{brief.name}-{context.filters!r}"
        st.caption(say("标题不超过 28 个汉字，结论不超过 40 个，方能一行写下。"))
        said = st.data_editor(
            pd.DataFrame(
                {
                    "key": [slide.key for slide in brief.slides],
                    say("页面"): [names[slide.key] for slide in brief.slides],
                    say("标题"): [slide.headline for slide in brief.slides],
                    say("结论"): [slide.conclusion for slide in brief.slides],
                }
            ).set_index("key"),
            hide_index=True,
            disabled=[say("页面")],
            key=f"said-{key}",
        )
        problems = None
        table = problem_table(brief)
        if table:
            rows = st.data_editor(
                pd.DataFrame(table.rows, columns=[column.heading for column in table.columns]),
                hide_index=True,
                num_rows="dynamic",
                key=f"problems-{key}",
            )
            problems = rows.fillna("").to_numpy().tolist()
    if unit:
        cover = replace(brief.cover, unit=say("汇报单位：{unit}", unit=unit))
        brief = replace(brief, cover=cover)
    sentences = {
        str(row.Index): (str(row[2] or ""), str(row[3] or "")) for row in said.itertuples()
    }
    return edited(brief, sections=sections, sentences=sentences, problems=problems)


def _too_long(brief: Brief, say: Say) -> list[str]:
    """Name the pages that say more than fits."""
    names, language = section_names(say), say.language
    table = problem_table(brief)
    long = [
        names[slide.key]
        for slide in brief.slides
        if len(slide.headline) > HEADLINE[language] or len(slide.conclusion) > CONCLUSION[language]
    ]
    if table and len(table.rows) > MOST_PROBLEMS and names["problems"] not in long:
        long.append(names["problems"])
    return long


def _downloads(context: Context, brief: Brief) -> None:
    say = context.say
    names = {
        "pptx": say("PowerPoint（可编辑）"),
        "docx": say("Word 公文"),
        "xlsx": say("Excel 工作簿"),
        "html": say("网页（可打印）"),
    }
    for column, kind in zip(st.columns(len(KINDS)), KINDS, strict=True):
        with column:
            _download(kind, names[kind.ending], brief)


def _download(kind: Kind, name: str, brief: Brief) -> None:
    st.download_button(
        name,
        lambda: kind.write(brief),
        f"{brief.name}.{kind.ending}",
        kind.mime,
        on_click="ignore",
        width="stretch",
        key=f"briefing-{kind.ending}",
    )
