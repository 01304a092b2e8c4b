"""Draw what stands on top of every page: name, pages, caveat, as-of date and language."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.model.tables import NAMED
from dashboard.ui.context import Context
from dashboard.ui.filters import go_to


def show_header(context: Context, pages: Mapping[str, StreamlitPage], current: str) -> None:
    """Show the header; its links carry the address along, so that filters stay."""
    say, months = context.say, context.warehouse.months
    # A page's own choices mean nothing to another.
    here = replace(context.address, choices=()).written(months)
    at = list(pages).index(current)
    with st.container(horizontal=True, key=f"header-{at}", vertical_alignment="center"):
        brand = say("闵行新型居住社区")
        st.html(f'<div class="mh-brand">{brand}</div>', width="content")
        for page in pages.values():
            st.page_link(page, query_params=here)
        caveat = say("示例数据")
        badge = f'<span class="mh-caveat">{caveat}</span>' if context.is_sample else ""
        if context.not_loaded:
            tables = say.listed([say.words(NAMED[name].label) for name in context.not_loaded])
            missing = say("尚未载入：{tables}", tables=tables)
            badge += f'<span class="mh-caveat">{missing}</span>'
        st.html(f'<div class="mh-state">{badge} {context.as_of()}</div>', width="stretch")
        other = replace(context.address, language="en" if say.language == "zh" else "zh")
        st.button(
            "English" if say.language == "zh" else "中文",
            key="language", type="tertiary", on_click=go_to, args=(other, months),
        )  # fmt: skip


def show_headline(state: str, change: str) -> None:
    """Show the page's one sentence and the line below it."""
    st.html(f'<div class="mh-headline"><h1>{_safe(state)}</h1><p>{_safe(change)}</p></div>')


def show_not_loaded(context: Context, columns: Iterable[str]) -> bool:
    """Say in the headline's place which tables it needs that were not loaded; False if none."""
    lacking = context.lacking(columns)
    if lacking:
        show_headline(
            context.not_loaded_words(lacking),
            context.say("载入后才有这些数字；见“数据与口径 → 您的数据”。"),
        )
    return bool(lacking)


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
