"""Offer what a single figure can be told: which indicator, and map or tiles."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from dashboard.contract.indicators import BY_CODE, Indicator
from dashboard.ui.address import Address
from dashboard.ui.context import Context
from dashboard.ui.filters import go_to


def choose_indicator(
    context: Context,
    indicators: Iterable[Indicator],
    *,
    default: str = Address.indicator,
    shapes: bool = True,
) -> Indicator:
    """Let the user choose what the figures below show and, with ``shapes``, the map's.

    Return what is chosen: ``default`` where the address names none of these.
    """
    say, months = context.say, context.warehouse.months
    names = {each.code: say.words(each.name) for each in indicators}
    chosen = context.address.indicator if context.address.indicator in names else default
    st.session_state["map-indicator"] = chosen

    def changed() -> None:
        go_to(replace(context.address, indicator=st.session_state["map-indicator"]), months)

    with st.container(horizontal=True, key="map-controls", vertical_alignment="center"):
        st.selectbox(
            say("指标"), list(names), format_func=names.__getitem__, key="map-indicator",
            on_change=changed, label_visibility="collapsed", placeholder=say("指标"),
        )  # fmt: skip
        if shapes:
            choose_shape(context)
    return BY_CODE[chosen]


def choose_shape(context: Context) -> None:
    """Let the user choose the schematic map or tiles."""
    say = context.say
    forms = {False: say("示意图"), True: say("方格图")}
    st.session_state["shape"] = context.address.tiles

    def changed() -> None:
        tiles = bool(st.session_state["shape"])
        go_to(replace(context.address, tiles=tiles), context.warehouse.months)

    st.segmented_control(
        say("图形"), list(forms), format_func=forms.__getitem__, key="shape", on_change=changed,
        label_visibility="collapsed", required=True,
    )  # fmt: skip
