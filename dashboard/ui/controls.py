"""Offer what a page lets one choose besides the filters."""

from dataclasses import replace

import streamlit as st

from dashboard.figures.page import Picker
from dashboard.ui.context import Context
from dashboard.ui.filters import go_to


def show_picker(context: Context, picker: Picker) -> None:
    """Let the user choose; what is chosen becomes part of the address."""
    names = {code: name for code, name, _ in picker.options}
    leads_to = {code: choices for code, _, choices in picker.options}
    st.session_state[picker.key] = picker.chosen

    def changed() -> None:
        chosen = leads_to[st.session_state[picker.key]]
        address = replace(
            context.address, indicator=chosen.indicator, tiles=chosen.tiles, choices=chosen.own
        )
        go_to(address, context.warehouse.months)

    if picker.side_by_side:
        st.segmented_control(
            picker.title, list(names), format_func=names.__getitem__, key=picker.key,
            on_change=changed, label_visibility="collapsed", required=True,
        )  # fmt: skip
    else:
        st.selectbox(
            picker.title, list(names), format_func=names.__getitem__, key=picker.key,
            on_change=changed, label_visibility="collapsed", placeholder=picker.title,
        )  # fmt: skip
