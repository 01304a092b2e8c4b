"""Explore (自由探索): any indicator at any grain in any view, all of it in the address."""

import streamlit as st

from dashboard.asking.grains import Grain
from dashboard.asking.questions import columns_of
from dashboard.language import Say
from dashboard.ui.address import with_choice
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator, choose_shape
from dashboard.ui.filters import choose, go_to
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import show_tiles
from dashboard.views.explore.choices import (
    COUNT,
    GRAIN,
    GRAINS_OF,
    METHOD,
    OF_TWO,
    SECOND,
    SIZE,
    VIEW,
    chosen_grain,
    chosen_indicators,
    grain_names,
    grains_for,
    indicators_for,
    others_for,
    settled,
    view_names,
)
from dashboard.views.explore.findings import finding, key_numbers
from dashboard.views.explore.months import show_multiples, show_trend
from dashboard.views.explore.pairs import show_bivariate, show_scatter
from dashboard.views.explore.places import show_distribution, show_map, show_ranking
from dashboard.views.explore.tables import show_table

CHOICES = (VIEW, GRAIN, SECOND, METHOD, COUNT, SIZE)
SHOWN = {
    "map": show_map,
    "ranking": show_ranking,
    "trend": show_trend,
    "multiples": show_multiples,
    "distribution": show_distribution,
    "scatter": show_scatter,
    "bivariate": show_bivariate,
    "table": show_table,
}


def title(say: Say) -> str:
    return say("自由探索")


def show(context: Context) -> None:
    """Show the page: the finding, what is chosen, the view."""
    chosen, view = context, context.address.choice(VIEW)
    context, note = settled(chosen, view)
    grain = chosen_grain(context, view)
    if not begin_page(
        context,
        lambda: finding(context, view, grain),
        is_empty=context.has_none_open,
        needs=_columns(context, view, grain),
    ):
        return
    show_tiles(key_numbers(context, view, grain), context)
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="center"):
        # Its place is kept, and is last by its style, so that nothing is made anew for a note.
        with st.container(key="explore-note", width="content"):
            if note:
                st.html(f'<p class="mh-note" role="status">{note}</p>', width="content")
        # Another view begins from what was chosen, not from what this one showed instead.
        _choose_view(chosen, view)
        if grain != "district":
            choose_indicator(
                chosen, indicators_for(view), default=context.address.indicator, shapes=False
            )
        _choose_second(context, view, grain)
        _choose_grain(context, view, grain)
        _choose_more(context, view)
    SHOWN[view](context, grain)


def _columns(context: Context, view: str, grain: Grain) -> tuple[str, ...]:
    """List what the chosen indicators are counted from; the table of totals shows all of them."""
    return () if grain == "district" else columns_of(*chosen_indicators(context, view))


def _choose_view(context: Context, view: str) -> None:
    """Offer the views; a grain that the chosen one can't be of gives way to its usual."""
    say, names = context.say, view_names(context.say)
    st.session_state["choice-view"] = view

    def view_changed() -> None:
        new = st.session_state["choice-view"]
        address = with_choice(context.address, VIEW, new)
        if chosen_grain(context, view) not in GRAINS_OF[new]:
            address = with_choice(address, GRAIN, "usual")
        go_to(address, context.warehouse.months)

    st.segmented_control(
        say("图形"), list(names), format_func=names.__getitem__, key="choice-view", required=True,
        on_change=view_changed, label_visibility="collapsed",
    )  # fmt: skip


def _choose_grain(context: Context, view: str, grain: Grain) -> None:
    """Offer the grains that the view can be of, where there are several."""
    say = context.say
    grains = grains_for(chosen_indicators(context, view)[0], view)
    if grains == [grain]:
        return
    st.session_state["choice-by"] = grain

    def grain_changed() -> None:
        new = st.session_state["choice-by"]
        new = "usual" if new == GRAINS_OF[view][0] else new
        go_to(with_choice(context.address, GRAIN, new), context.warehouse.months)

    st.segmented_control(
        say("范围"), grains, format_func=grain_names(say).__getitem__, key="choice-by",
        on_change=grain_changed, label_visibility="collapsed", required=True,
    )  # fmt: skip


def _choose_second(context: Context, view: str, grain: Grain) -> None:
    """Offer the other indicator, where two are compared."""
    say = context.say
    if view not in OF_TWO:
        return
    first, second = chosen_indicators(context, view)
    names = {
        each.code: say("与 {name}", name=say.words(each.name))
        for each in others_for(first, view, grain)
    }
    st.session_state["choice-with"] = second.code

    def second_changed() -> None:
        chosen = st.session_state["choice-with"]
        go_to(with_choice(context.address, SECOND, chosen), context.warehouse.months)

    st.selectbox(
        say("另一指标"), list(names), format_func=names.__getitem__, key="choice-with",
        on_change=second_changed, label_visibility="collapsed",
    )  # fmt: skip


def _choose_more(context: Context, view: str) -> None:
    """Offer what only some views can be told."""
    say = context.say
    if view == "scatter":
        names = {"same": say("点同样大"), "residents": say("按居民")}
        choose(context, SIZE, say("点的大小"), names)
    if view in ("map", "bivariate"):
        choose_shape(context)
    if view == "map":
        names = {"quantiles": say("分位数"), "jenks": say("自然断点"), "equal": say("等间距")}
        choose(context, METHOD, say("分级方法"), names)
        levels = {count: say("{count} 级", count=count) for count in COUNT.allowed}
        choose(context, COUNT, say("级数"), levels)
