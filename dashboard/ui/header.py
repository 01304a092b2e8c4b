"""Draw what stands on top of every page: name, pages, caveat, as-of date and language; below them
where one is, the page's one sentence and the filters."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.contract.tables import NAMED
from dashboard.figures.figure import filters_said
from dashboard.insight.headline import Headline
from dashboard.ui.context import Context
from dashboard.ui.filters import go_to, show_filters, show_path

_IN_VIEW = """<script>
{{
  const row = document.querySelector(".st-key-pages-{at}");
  const here = row?.children[{at}];
  const show = () => {{
    row.scrollLeft = here.offsetLeft - row.offsetLeft + (here.offsetWidth - row.clientWidth) / 2;
  }};
  if (here) new ResizeObserver(show).observe(row);
}}
</script>"""


def show_header(context: Context, pages: Mapping[str, StreamlitPage], current: str) -> None:
    """Show the header; its links carry the address along, so that filters stay."""
    say, months = context.say, context.warehouse.months
    # A page's own choices mean nothing to another.
    here = replace(context.address, choices=()).written(months)
    at = list(pages).index(current)
    with st.container(horizontal=True, key="header", vertical_alignment="center"):
        brand = say("闵行新型居住社区")
        st.html(f'<div class="mh-brand">{brand}</div>', width="content")
        with st.container(horizontal=True, key=f"pages-{at}", width="content"):
            for page in pages.values():
                st.page_link(page, query_params=here)
        # Where the pages' names stand in one row that scrolls, this page's comes into view.
        st.html(_IN_VIEW.format(at=at), unsafe_allow_javascript=True)
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


def begin_page(
    context: Context,
    headline: Callable[[], Headline],
    *,
    is_empty: bool = False,
    empty: Headline | None = None,
    describing: bool = True,
) -> bool:
    """Begin a page by the path, its headline and the filters; return whether there is more to show.

    What ``is_empty`` has no headline but says what to do instead, in the words of ``empty`` where
    the usual ones don't fit. Without ``describing`` the filters that describe communities are
    left out.
    """
    say = context.say
    nothing = empty or Headline(
        say("没有符合所选条件的社区"), say("没有符合所选条件的社区：请放宽筛选，或点“清除”。")
    )
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        said = Headline(nothing.state, "") if is_empty else headline()
        # Paper has no filters to read it from.
        chosen = say("所选：{chosen}", chosen=filters_said(context))
        show_headline(said.state, said.change, chosen=chosen)
        show_filters(context, describing=describing)
    if is_empty:
        st.info(nothing.change)
    return not is_empty


def show_headline(state: str, change: str, *, chosen: str = "") -> None:
    """Show the page's one sentence and the line below it; on paper also what is chosen."""
    printed = f'<p class="mh-scope">{_safe(chosen)}</p>' if chosen else ""
    st.html(
        f'<div class="mh-headline"><h1>{_safe(state)}</h1><p>{_safe(change)}</p>{printed}</div>'
    )


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
