"""Explore (自由探索): any indicator at any grain in any view, all of it in the address."""

import streamlit as st

from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.model.indicators import BY_TOWN
from dashboard.ui.address import with_choice
from dashboard.ui.context import Context, columns_of
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
    view_names,
    why_not,
)
from dashboard.views.explore.findings import finding, key_numbers
from dashboard.views.explore.months import show_multiples, show_trend
from dashboard.views.explore.pairs import show_bivariate, show_scatter
from dashboard.views.explore.places import show_distribution, show_map, show_ranking
from dashboard.views.explore.tables import show_table
from dashboard.warehouse.grains import Grain

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
    say, view = context.say, context.address.choice(VIEW)
    grain = chosen_grain(context, view)
    is_empty = context.district_months().rows.empty
    problem = None if is_empty else why_not(context, view, grain)

    def headline() -> Headline:
        if problem:
            return Headline(say("这一组合没有图"), "")
        return finding(context, view, grain)

    if not begin_page(context, headline, is_empty=is_empty, needs=_columns(context, view, grain)):
        return
    if not problem:
        show_tiles(key_numbers(context, view, grain), context)
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="center"):
        _choose_view(context, view, grain)
        if grain != "district":
            choose_indicator(context, BY_TOWN, shapes=False)
        _choose_second(context, view)
        _choose_grain(context, view, grain)
        _choose_more(context, view)
    if problem:
        st.info(problem)
    else:
        SHOWN[view](context, grain)


def _columns(context: Context, view: str, grain: Grain) -> tuple[str, ...]:
    """List what the chosen indicators are counted from; the table of totals shows all of them."""
    return () if grain == "district" else columns_of(*chosen_indicators(context, view))


def _choose_view(context: Context, view: str, grain: Grain) -> None:
    """Offer the views; a grain that the chosen one can't be of gives way to its usual."""
    say, names = context.say, view_names(context.say)
    st.session_state["choice-view"] = view

    def view_changed() -> None:
        new = st.session_state["choice-view"]
        address = with_choice(context.address, VIEW, new)
        if grain not in GRAINS_OF[new]:
            address = with_choice(address, GRAIN, "usual")
        go_to(address, context.warehouse.months)

    st.segmented_control(
        say("图形"), list(names), format_func=names.__getitem__, key="choice-view", required=True,
        on_change=view_changed, label_visibility="collapsed",
    )  # fmt: skip


def _choose_grain(context: Context, view: str, grain: Grain) -> None:
    """Offer the grains that the view can be of, where there are several."""
    say, grains = context.say, GRAINS_OF[view]
    if grains == (grain,):
        return
    st.session_state["choice-by"] = grain if grain in grains else None

    def grain_changed() -> None:
        new = st.session_state["choice-by"] or grain
        new = "usual" if new == grains[0] else new
        go_to(with_choice(context.address, GRAIN, new), context.warehouse.months)

    st.segmented_control(
        say("范围"), grains, format_func=grain_names(say).__getitem__, key="choice-by",
        on_change=grain_changed, label_visibility="collapsed",
    )  # fmt: skip


def _choose_second(context: Context, view: str) -> None:
    """Offer the other indicator, where two are compared."""
    say = context.say
    if view in OF_TWO:
        names = {each.code: say("与 {name}", name=say.words(each.name)) for each in BY_TOWN}
        choose(context, SECOND, say("另一指标"), names)


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
