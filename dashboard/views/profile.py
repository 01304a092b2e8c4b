"""Profile (画像): the page, and the search by which one chooses a place."""

from dataclasses import replace

import streamlit as st

from dashboard.figures.page import Page
from dashboard.subjects.profile import choosing
from dashboard.ui.context import Context
from dashboard.ui.header import begin_page
from dashboard.ui.page import show_figure, show_page


def show_profile(context: Context, page: Page) -> None:
    """Show a profile, or what one chooses a place by."""
    if any(figure.key == "profile-found" for figure in page.figures):
        _choose(context)
        return
    # The filters that describe communities mean nothing to a profile, nor to links from it.
    address = replace(context.address, filters=context.filters.of_places)
    show_page(replace(context, address=address), page)


def _choose(context: Context) -> None:
    say = context.say
    begin_page(context, lambda: choosing.headline(context), describing=False)
    left, right = st.columns(choosing.WIDTHS, gap="medium")
    with left:
        # What was typed is there again when one comes back from a profile.
        if "profile-search" not in st.session_state:
            st.session_state["profile-search"] = st.session_state.get("profile-searched", "")
        text = st.text_input(
            say("查找街镇或社区"), key="profile-search", type="search", live=True,
            placeholder=say("名称、别名、拼音或首字母，如：龙湖、youchao、ycmq"),
        )  # fmt: skip
        st.session_state["profile-searched"] = text
        show_figure(context, choosing.found(context, text or ""))
    with right:
        show_figure(context, choosing.towns(context))
