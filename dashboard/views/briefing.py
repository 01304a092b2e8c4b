"""Briefing (汇报): see every page of it as it will be, change its words, take it along."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.apart import Busy
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.brief.content import SECTIONS, make_brief, section_names
from dashboard.brief.editing import PROBLEMS, problem_table
from dashboard.brief.files import KINDS, Kind, check_template, writer_for
from dashboard.brief.html import asset, show_words
from dashboard.brief.keeping import Edits, Texts, apply, name_of, read, save
from dashboard.brief.looks import OWN_LOOK, Look
from dashboard.brief.one_page import sheet, sheet_style
from dashboard.brief.screen import screens, style_of
from dashboard.brief.sentences import CONCLUSION, HEADLINE
from dashboard.brief.slides import Brief
from dashboard.contract.problem import Problem
from dashboard.figures.address import Choice, with_choice
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.paths import own_path
from dashboard.subjects.scenario.plan import OF_PLAN, Asked, asked_of
from dashboard.ui.context import Context
from dashboard.ui.notices import plain, show_problem
from dashboard.ui.page import briefing_component, go_to
from dashboard.ui.rights import takes_loads
from dashboard.ui.uploader import name_uploaders
from dashboard.ui.uploads import uploads_kept

MOST_PROBLEMS = 7
MOST_TEMPLATE_MB = 50
MOST_CHARACTERS = 200
_ROUND = "briefing-round"

SHOWN = Choice("present", ("0", "1"))
FORM = Choice("form", ("pages", "a3"))
CHOICES = (SHOWN, FORM, *OF_PLAN)


def title(say: Say) -> str:
    return say("汇报")


def headline(context: Context) -> Headline:
    say, made = context.say, _made(context)
    return Headline(
        say("{place}汇报，{date}", place=made.place, date=made.cover.date),
        say("选好月份与街镇，改好文字，放映或下载；数字与各页相同，会上可能问的答在演讲者备注里。"),
    )


def show(context: Context) -> None:
    """Show what stands below the headline."""
    say, made = context.say, _made(context)
    with st.container(key="briefing-actions"):
        actions = st.container(
            key="briefing-files", horizontal=True, vertical_alignment="center", gap="small"
        )
        warned = st.container()
        brief, template, look = _changed(context, made)
        long = _too_long(brief, say)
        if long:
            warned.warning(
                say("写得太长，幻灯片上放不下：{pages}。请缩短。", pages=say.listed(long))
            )
    with actions:
        st.button(
            say("放映"), icon=":material/slideshow:", type="primary", key="briefing-present",
            on_click=_choose, args=(context, SHOWN, "1"),
        )  # fmt: skip
        for kind in KINDS:
            _download(kind, say, brief, template)
        _choose_form(context)
    _preview(context, brief, look)


def _choose(context: Context, choice: Choice, chosen: str) -> None:
    go_to(context, with_choice(context.address, choice, chosen))


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
            "style": "\n".join(
                [style_of(look), sheet_style(), asset("show.css"), asset("preview.css")]
            ),
            "words": show_words(context.say),
            "isShown": context.address.choice(SHOWN) == "1",
        },
        on_left_change=lambda: _choose(context, SHOWN, "0"),
    )


def _made(context: Context) -> Brief:
    return _made_with(context, _scenario(context))


@remembered
def _made_with(ask: Questions, asked: Asked) -> Brief:
    return make_brief(ask, asked)


def _scenario(context: Context) -> Asked:
    """Give the scenario that the address asks for."""
    return asked_of(context.address.chosen, context.warehouse.community_codes)


@dataclass(frozen=True)
class _Draft:
    """Hold what this page was opened with: the changes kept, and the problem list as then."""

    kept: Edits
    rows: list[tuple[str, ...]]


def _changed(context: Context, brief: Brief) -> tuple[Brief, bytes | None, Look]:
    """Let one choose pages and their order, change what they say, and bring a template.

    What was changed is kept, and is there when one comes back.
    """
    say, language = context.say, context.say.language
    name = name_of(context.filters, _scenario(context))
    # With other data the page begins anew: the texts made of the old ones are no changes.
    key = f"{name}-{language}-{context.warehouse.version}-{st.session_state.get(_ROUND, 0)}"
    draft = _draft(context, brief, name, key)
    with st.expander(say("选页、改标题、改问题清单、用自己的模板")):
        state = st.container(horizontal=True, vertical_alignment="center")
        unit, sections = _choose_pages(context, brief, draft.kept, key)
        sentences = _change_sentences(context, brief, draft.kept, key)
        problems = _change_problems(context, brief, draft.rows, key)
        template, file, look = _template(say, draft.kept.template)
    mine = Edits(unit, sections, file, {language: Texts(sentences, problems)}).content
    with state:
        _keep(context, name, key, mine)
    return apply(brief, mine, say), template, look


def _draft(context: Context, brief: Brief, name: str, key: str) -> _Draft:
    """Give what the page was opened with: read anew whenever one comes to it."""
    kept_key, table = f"briefing-draft-{key}", problem_table(brief)
    if f"briefing-sections-{key}" in st.session_state and kept_key in st.session_state:
        return st.session_state[kept_key]
    kept = _kept(context, name)
    rows = kept.of(context.say.language).problems
    draft = _Draft(kept, [*(rows if rows is not None else table.rows if table else ())])
    st.session_state[kept_key] = draft
    st.session_state.pop(f"briefing-mine-{key}", None)
    return draft


def _kept(context: Context, name: str) -> Edits:
    if not takes_loads():
        return st.session_state.get(f"briefing-kept-{name}", Edits())
    try:
        return read(own_path(), name)
    except Problem as problem:
        show_problem(problem, context.say)
        return Edits()


def _keep(context: Context, name: str, key: str, mine: Edits) -> None:
    """Save what was just changed here, say since when it is kept, and offer the way back."""
    say, seen = context.say, f"briefing-mine-{key}"
    saved = st.session_state[f"briefing-draft-{key}"].kept
    # What another saved meanwhile is not overwritten by who changes nothing.
    if st.session_state.setdefault(seen, mine) != mine:
        st.session_state[seen] = mine
        _save(context, name, mine)
        saved = None
    if mine == Edits():
        return
    if not takes_loads():
        st.warning(
            say("此服务器不保存修改：换页仍在，关闭或重新载入浏览器后就没有了，请及时下载。")
        )
    else:
        now = _kept(context, name)
        if now.saved_at:
            when = f"{datetime.fromisoformat(now.saved_at):%Y-%m-%d %H:%M}"
            st.caption(
                say(
                    "修改已保存于 {when}，下次打开仍在；几人同时修改时，以最后保存的为准。",
                    when=when,
                )
            )
        if saved is not None and now.version and now.version != context.warehouse.version:
            st.warning(say("这些修改写于另一版本的数据，数字可能已变：请核对后再用。"))
    with st.popover(say("恢复原文")):
        st.markdown(say("放弃这里的修改，回到由数据写成的文字？"))
        st.button(
            say("放弃修改"), key=f"briefing-revert-{key}", on_click=_revert, args=(context, name)
        )


def _save(context: Context, name: str, mine: Edits) -> None:
    if not takes_loads():
        kept: Edits = st.session_state.get(f"briefing-kept-{name}", Edits())
        texts = {**kept.without(context.say.language).texts, **mine.texts}
        st.session_state[f"briefing-kept-{name}"] = replace(mine, texts=texts)
        return
    try:
        save(
            own_path(), name, mine, language=context.say.language, version=context.warehouse.version
        )
    except Problem as problem:
        show_problem(problem, context.say)


def _revert(context: Context, name: str) -> None:
    """Take back what was changed, and show the pages as they were made."""
    _save(context, name, Edits())
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _choose_pages(
    context: Context, brief: Brief, kept: Edits, key: str
) -> tuple[str, tuple[str, ...]]:
    say, names = context.say, section_names(context.say)
    left, right = st.columns([1, 2])
    unit = left.text_input(
        say("汇报单位"), kept.unit, placeholder=brief.place, key=f"briefing-unit-{key}",
        max_chars=MOST_CHARACTERS,
    )  # fmt: skip
    there = [section for section in kept.sections if section in SECTIONS]
    sections = right.multiselect(
        say("页面，依所选的先后"),
        SECTIONS,
        default=there or SECTIONS,
        format_func=names.__getitem__,
        key=f"briefing-sections-{key}",
    )
    return (unit or "").strip(), () if tuple(sections) == SECTIONS else tuple(sections)


def _change_sentences(
    context: Context, brief: Brief, kept: Edits, key: str
) -> dict[str, tuple[str, str]]:
    """Let one change headlines and conclusions; give those that differ from what was made."""
    say, language = context.say, context.say.language
    names, changed = section_names(say), {}
    limits = {say("标题"): HEADLINE[language], say("结论"): CONCLUSION[language]}
    st.caption(say("标题不超过 28 个汉字，结论不超过 40 个，方能一行写下。"))
    with st.container(key="briefing-sentences", gap="small"):
        for slide in brief.slides:
            before = kept.of(language).sentences.get(slide.key, ("", ""))
            made = (slide.headline, slide.conclusion)
            left, *columns = st.columns([1, 4, 4], vertical_alignment="center", gap="small")
            left.markdown(names[slide.key])
            typed = tuple(
                _sentence(
                    column,
                    f"{names[slide.key]}：{what}",
                    (kept_text, text),
                    limits[what],
                    f"{slide.key}-{n}-{key}",
                    say,
                )
                for n, (column, what, kept_text, text) in enumerate(
                    zip(columns, limits, before, made, strict=True)
                )
            )
            if any(typed):
                changed[slide.key] = (typed[0], typed[1])
    return changed


def _sentence(
    column: Any, label: str, texts: tuple[str, str], most: int, key: str, say: Say
) -> str:
    """Take one sentence, and say below it where it is too long; empty where it is as made.

    ``texts`` are what was kept and what was made.
    """
    kept, made = texts
    typed = column.text_input(
        label, kept or made, placeholder=made, key=f"briefing-said-{key}",
        label_visibility="collapsed",
    )  # fmt: skip
    text = (typed or "").strip()[:MOST_CHARACTERS]
    if len(text) > most:
        column.error(say("太长：{count} 字，放得下 {most} 字。", count=len(text), most=most))
    return "" if text == made else text


def _change_problems(
    context: Context, brief: Brief, rows: list[tuple[str, ...]], key: str
) -> tuple[tuple[str, ...], ...] | None:
    """Let one change the problem list; give its rows if they differ from what was made."""
    say, table = context.say, problem_table(brief)
    if table is None:
        return None
    headings = [column.heading for column in table.columns]
    shown = st.data_editor(
        pd.DataFrame([row for row in rows if len(row) == len(headings)], columns=headings),
        hide_index=True,
        num_rows="dynamic",
        column_config={
            column.heading: st.column_config.SelectboxColumn(options=list(brief.states))
            for column in table.columns
            if column.is_state
        },
        key=f"briefing-problems-{key}",
    )
    changed = tuple(
        tuple(map(str, row)) for row in shown.fillna("").to_numpy().tolist() if any(row)
    )
    if len(changed) > MOST_PROBLEMS:
        st.error(
            say("清单放得下 {most} 行，现有 {count} 行。", most=MOST_PROBLEMS, count=len(changed))
        )
    return None if changed == table.rows else changed


def _template(say: Say, before: str) -> tuple[bytes | None, str, Look]:
    """Take the user's own PowerPoint template, its name and its look; say at once why one can't
    be used.

    ``before`` names the one used last, which is not kept itself.
    """
    name_uploaders(say)
    file = st.file_uploader(
        say("自己的 PowerPoint 模板（.pptx）：沿用其母版与版式，不留其页面"),
        type=["pptx"],
        max_upload_size=MOST_TEMPLATE_MB,
        key="briefing-template",
    )
    if file is None or not uploads_kept(say, [file]):
        if before:
            st.caption(
                say("上次用的模板是 {name}：模板本身不保存，请再选一次。", name=plain(before))
            )
        return None, before, OWN_LOOK
    template = bytes(file.getvalue())
    found = _checked_template(file.file_id, template)
    if isinstance(found, Problem):
        show_problem(found, say)
        return None, before, OWN_LOOK
    st.success(say("已采用模板 {name}，下载的 PowerPoint 以它为底。", name=plain(file.name)))
    return template, file.name, found


def _checked_template(file_id: str, template: bytes) -> Look | Problem:
    """Tell how a template looks, or what is wrong with it, once for each that is brought."""
    checked: dict[str, Look | Problem] = st.session_state.get("briefing-template-checked", {})
    if file_id not in checked:
        try:
            checked = {file_id: check_template(template)}
        except Busy as problem:
            return problem
        except Problem as problem:
            checked = {file_id: problem}
        st.session_state["briefing-template-checked"] = checked
    return checked[file_id]


def _too_long(brief: Brief, say: Say) -> list[str]:
    """Name the pages that say more than fits."""
    names, language, table = section_names(say), say.language, problem_table(brief)
    is_long = table is not None and len(table.rows) > MOST_PROBLEMS
    return [
        names[slide.key]
        for slide in brief.slides
        if len(slide.headline) > HEADLINE[language]
        or len(slide.conclusion) > CONCLUSION[language]
        or (slide.key == PROBLEMS and is_long)
    ]


def _download(kind: Kind, say: Say, brief: Brief, template: bytes | None) -> None:
    suffix = f"-{kind.name}" if kind.name in ("a3", "show") else ""
    path = Path(f"{brief.name}{suffix}.{kind.ending}")
    mine = template if kind.ending == "pptx" else None
    form = kind.name if kind.ending == "html" else None
    st.download_button(
        say.words(kind.label),
        lambda: writer_for(path, form=form, template=mine)(brief),
        path.name,
        kind.mime,
        on_click="ignore",
        key=f"briefing-{kind.name}",
    )
