"""Briefing (汇报): see every page of it as it will be, change its words, take it along."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.brief.content import SECTIONS, make_brief, section_names
from dashboard.brief.editing import edited, problem_table, reported_by
from dashboard.brief.files import KINDS, Kind, check_template, writer_for
from dashboard.brief.looks import OWN_LOOK, Look
from dashboard.brief.one_page import STYLE as SHEET_STYLE
from dashboard.brief.one_page import sheet
from dashboard.brief.present import preview_style, show_style, show_words
from dashboard.brief.screen import screens, style_of
from dashboard.brief.slides import Brief
from dashboard.insight.briefing import CONCLUSION, HEADLINE
from dashboard.language import Say
from dashboard.model.problem import Problem
from dashboard.ui.address import Choice, with_choice
from dashboard.ui.component import briefing_component
from dashboard.ui.context import Context
from dashboard.ui.filters import go_to, show_filters, show_path
from dashboard.ui.header import show_headline
from dashboard.ui.notices import plain, show_problem
from dashboard.ui.uploader import name_uploaders
from dashboard.warehouse.boundaries import DrawnTowns

MOST_PROBLEMS = 7
MOST_TEMPLATE_MB = 50

SHOWN = Choice("present", ("0", "1"))
FORM = Choice("form", ("pages", "a3"))
CHOICES = (SHOWN, FORM)


def title(say: Say) -> str:
    return say("汇报")


def show(context: Context) -> None:
    """Show the page."""
    say = context.say
    made = context.remember_chosen("briefing", make=lambda: _made(context))
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        show_headline(
            say("{place}汇报，{date}", place=made.place, date=made.cover.date),
            say("选好月份与街镇，改好文字，放映或下载；数字与各页相同。"),
        )
        show_filters(context)
    with st.container(key="briefing-actions"):
        actions = st.container(
            key="briefing-files", horizontal=True, vertical_alignment="center", gap="small"
        )
        brief, template, look = _changed(context, made)
        long = _too_long(brief, say)
        if long:
            st.warning(say("写得太长，幻灯片上放不下：{pages}。请缩短。", pages=say.listed(long)))
    with actions:
        st.button(
            say("放映"), icon=":material/slideshow:", type="primary", key="briefing-present",
            on_click=_choose, args=(context, SHOWN, "1"),
        )  # fmt: skip
        _downloads(context, brief, template)
        _choose_form(context)
    _preview(context, brief, look)


def _choose(context: Context, choice: Choice, chosen: str) -> None:
    go_to(with_choice(context.address, choice, chosen), context.warehouse.months)


def _choose_form(context: Context) -> None:
    """Let one see the pages or the one sheet."""
    say = context.say
    forms = {"pages": say("逐页预览"), "a3": say("A3 预览")}
    st.session_state["briefing-form"] = context.address.choice(FORM)
    st.segmented_control(
        say("预览"), list(forms), format_func=forms.__getitem__, key="briefing-form",
        on_change=lambda: _choose(context, FORM, st.session_state["briefing-form"]),
        label_visibility="collapsed", required=True,
    )  # fmt: skip


def _preview(context: Context, brief: Brief, look: Look) -> None:
    """Show the pages as they will be, or full screen; all texts typed here are escaped."""
    is_sheet = context.address.choice(FORM) == "a3"
    briefing_component()(
        key="briefing-preview",
        data={
            "pages": screens(brief, look),
            "sheet": sheet(brief) if is_sheet else "",
            "style": "\n".join([style_of(look), SHEET_STYLE, show_style(), preview_style()]),
            "words": show_words(context.say),
            "isShown": context.address.choice(SHOWN) == "1",
        },
        on_left_change=lambda: _choose(context, SHOWN, "0"),
    )


def _made(context: Context) -> Brief:
    assets = context.assets
    towns = DrawnTowns(assets.geometry, assets.is_schematic, assets.problem, assets.map_number)
    return make_brief(context, towns)


def _changed(context: Context, brief: Brief) -> tuple[Brief, bytes | None, Look]:
    """Let one choose pages and their order, change what they say, and bring a template."""
    say, names = context.say, section_names(context.say)
    with st.expander(say("选页、改标题、改问题清单、用自己的模板")):
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
                column_config={
                    column.heading: st.column_config.SelectboxColumn(options=list(brief.states))
                    for column in table.columns
                    if column.is_state
                },
                key=f"problems-{key}",
            )
            problems = rows.fillna("").to_numpy().tolist()
        template, look = _template(say)
    if unit:
        brief = reported_by(brief, unit)
    sentences = {
        str(row.Index): (str(row[2] or ""), str(row[3] or "")) for row in said.itertuples()
    }
    changed = edited(brief, sections=sections, sentences=sentences, problems=problems)
    return changed, template, look


def _template(say: Say) -> tuple[bytes | None, Look]:
    """Take the user's own PowerPoint template and its look; say at once why one can't be used."""
    name_uploaders(say)
    file = st.file_uploader(
        say("自己的 PowerPoint 模板（.pptx）：沿用其母版与版式，不留其页面"),
        type=["pptx"],
        max_upload_size=MOST_TEMPLATE_MB,
        key="briefing-template",
    )
    if file is None:
        return None, OWN_LOOK
    template = bytes(file.getvalue())
    try:
        look = check_template(template)
    except Problem as problem:
        show_problem(problem, say)
        return None, OWN_LOOK
    st.success(say("已采用模板 {name}，下载的 PowerPoint 以它为底。", name=plain(file.name)))
    return template, look


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


def _downloads(context: Context, brief: Brief, template: bytes | None) -> None:
    say = context.say
    names = {
        "pptx": say("PowerPoint（可编辑）"),
        "docx": say("Word 公文"),
        "xlsx": say("Excel 工作簿"),
        "report": say("网页（可打印）"),
        "a3": say("A3 一页"),
        "show": say("离线放映"),
    }
    for kind in KINDS:
        _download(kind, names[kind.name], brief, template)


def _download(kind: Kind, name: str, brief: Brief, template: bytes | None) -> None:
    suffix = f"-{kind.name}" if kind.name in ("a3", "show") else ""
    path = Path(f"{brief.name}{suffix}.{kind.ending}")
    mine = template if kind.ending == "pptx" else None
    form = kind.name if kind.ending == "html" else None
    st.download_button(
        name,
        lambda: writer_for(path, form=form, template=mine)(brief),
        path.name,
        kind.mime,
        on_click="ignore",
        key=f"briefing-{kind.name}",
    )
