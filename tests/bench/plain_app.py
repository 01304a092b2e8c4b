"""The same Overview as a plain Streamlit page would show it. ``streamlit run`` runs this file.

The product's own page, questions and caches; only its figures are drawn by ``st.plotly_chart``,
``st.dataframe`` and ``st.markdown``, and a town is chosen with pills. It does less than the product:
no menu under a figure, no hover across figures, no click on a bar.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit import config

from dashboard.contract.indicators import written
from dashboard.contract.problem import Problem
from dashboard.figures.address import read_address, with_filters
from dashboard.figures.figure import Figure
from dashboard.figures.tiles import Tile
from dashboard.paths import warehouse_path
from dashboard.ui import page as shown
from dashboard.ui.assets import STATIC, lay_out_assets
from dashboard.ui.context import Context
from dashboard.ui.filters import go_to
from dashboard.ui.header import show_header
from dashboard.ui.notices import say_here, show_problem
from dashboard.views import VIEWS
from dashboard.warehouse.store import Store
from tests.bench.peers.shown import HEIGHT, mapped, plotted

# What the benchmark must set to run it at all; everything else must be as Streamlit has it.
NEEDED = {"server.port", "server.headless", "browser.gatherUsageStats"}


@st.cache_resource
def store() -> Store:
    return Store(warehouse_path())


def main() -> None:
    changed = {key for key in config.get_config_options() if config.is_manually_set(key)} - NEEDED
    if changed:
        raise RuntimeError(f"not Streamlit's defaults: {sorted(changed)}")
    vars(shown)["show"] = show_plainly
    vars(shown)["show_tiles"] = show_metrics
    say = say_here()
    st.set_page_config(page_title=VIEWS["overview"].title(say), layout="wide")
    st.html(STATIC / "dashboard.css")
    pages: dict[str, Any] = {}
    for name, view in VIEWS.items():
        pages[name] = st.Page(
            partial(show_page, pages),
            title=view.title(say),
            url_path=name,
            default=name == "overview",
        )
    st.navigation(list(pages.values()), position="hidden").run()


def show_page(pages: dict[str, Any]) -> None:
    say, warehouse = say_here(), store().current()
    address, _ = read_address(
        st.query_params.to_dict(),
        months=warehouse.months,
        town_codes=warehouse.run("towns", {})["town_code"].tolist(),
    )
    context = Context(warehouse, address, say, lay_out_assets())
    show_header(context, pages, "overview")
    choose_towns(context)
    try:
        VIEWS["overview"].show(context)
    except Problem as problem:
        show_problem(problem, say)


def choose_towns(context: Context) -> None:
    """Choose one town with pills, into the same address."""
    names, chosen = context.town_names(), context.filters.town_codes
    st.session_state["plain-towns"] = chosen[0] if chosen else None

    def changed() -> None:
        town = st.session_state["plain-towns"]
        towns = () if town is None else (town,)
        go_to(with_filters(context.address, town_codes=towns), context.warehouse.months)

    st.pills(
        context.say("街镇"), list(names), format_func=names.__getitem__, key="plain-towns",
        on_change=changed, label_visibility="collapsed",
    )  # fmt: skip


def show_plainly(
    context: Context, shown: Figure, *, chosen: tuple[str, ...] = (), **others: object
) -> None:
    """Draw what the product's ``show`` draws, with Streamlit's own elements."""
    drawing, caption = shown.drawing, shown.caption
    if not caption.spoken_only:
        st.markdown(f"**{caption.headline}**")
    if caption.note:
        st.caption(caption.note)
    if drawing.empty:
        st.info(drawing.empty)
    elif drawing.kind == "table":
        columns = [column["text"] for column in drawing.body["columns"]]
        rows = [row["cells"] for row in drawing.body["rows"]]
        st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, height=300)
    elif drawing.kind == "list":
        st.markdown("\n".join(_line(item) for item in drawing.body["items"]))
    else:
        draw = mapped if drawing.kind == "map" else plotted
        st.plotly_chart(
            go.Figure(draw(drawing.body, chosen)),
            key=shown.key, height=HEIGHT, theme=None, config={"displayModeBar": False},
        )  # fmt: skip
    st.caption(" · ".join(filter(None, (caption.as_of, context.source_of(shown.counted.columns)))))


def show_metrics(tiles: Sequence[Tile], context: Context) -> None:
    """Show the key numbers as Streamlit's own, with their lines."""
    say = context.say
    for place, tile in zip(st.columns(len(tiles)), tiles, strict=True):
        value = written(tile.value, tile.indicator, say.language)
        known = tile.values.dropna().tolist()
        place.metric(say.words(tile.indicator.name), value, chart_data=known, chart_type="line")
        place.caption(tile.comparison)


def _line(item: dict[str, Any]) -> str:
    badge = f"`{item['badge']}` " if item.get("badge") else ""
    return f"- {badge}**{item['title']}** {item['text']}"


main()
