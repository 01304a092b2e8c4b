"""Show a page that is a value: put its parts into Streamlit's places."""

from collections.abc import Callable

import streamlit as st

from dashboard.figures.figure import Figure
from dashboard.figures.page import Beside, Page, Part
from dashboard.insight.headline import Headline
from dashboard.ui.context import Context
from dashboard.ui.controls import show_picker
from dashboard.ui.filters import choose_community, choose_town, go_to_town, profile_of
from dashboard.ui.frame import show
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import show_tiles


def show_page(context: Context, page: Page) -> None:
    headline = page.headline or Headline("", "")
    is_empty = page.headline is None
    if not begin_page(
        context, lambda: headline, is_empty=is_empty, empty=page.empty,
        describing=page.describing,
    ):  # fmt: skip
        return
    show_tiles(page.tiles, context)
    if page.controls:
        with st.container(key="explore-controls", horizontal=True, vertical_alignment="center"):
            # Its place is kept, and is last by its style, so that nothing is made anew for a note.
            with st.container(key="explore-note", width="content"):
                if page.note:
                    st.html(f'<p class="mh-note" role="status">{page.note}</p>', width="content")
            for picker in page.controls:
                show_picker(context, picker)
    for row in page.rows:
        widths = row.widths or len(row.columns)
        places = st.columns(widths, gap="medium") if len(row.columns) > 1 else [st.container()]
        for place, parts in zip(places, row.columns, strict=True):
            with place:
                for part in parts:
                    _show_part(context, part)


def _show_part(context: Context, part: Part) -> None:
    if isinstance(part, Figure):
        show_figure(context, part)
    elif isinstance(part, Beside):
        with st.container(horizontal=True, key="map-controls", vertical_alignment="center"):
            for picker in part.parts:
                show_picker(context, picker)
    else:
        show_picker(context, part)


def show_figure(context: Context, figure: Figure) -> None:
    """Show a figure; what a click on it chooses becomes part of the address."""
    chosen = figure.marked
    if not chosen:
        is_of_towns = figure.click == "town"
        chosen = context.chosen_towns if is_of_towns else context.filters.community_codes
    show(
        context,
        figure,
        on_click=_answer(context, figure),
        opens=profile_of(context) if figure.opens_profile else None,
        chosen=chosen,
    )


def _answer(context: Context, figure: Figure) -> Callable[[str | None, bool], None] | None:
    """Make the answer to a click on a figure."""
    if figure.click is None:
        return None
    if figure.click == "town":
        return choose_town(context)
    if figure.click == "community":
        return choose_community(context)

    def show_instead(key: str | None, add: bool) -> None:
        if key is None or key in figure.marked:
            return
        if key in context.towns.index:
            go_to_town(context, key)
        else:
            choose_community(context)(key, False)

    return show_instead
