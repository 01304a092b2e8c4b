"""The same Overview as a plain Streamlit page would show it. ``streamlit run`` runs this file.

The product's own page, questions and caches; only its figures are drawn by ``st.plotly_chart``,
``st.dataframe`` and ``st.markdown``, and a town is chosen with pills. It does less than the product:
no menu under a figure, no hover across figures, no click on a bar.
"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit import config

from dashboard.figures.address import with_filters
from dashboard.figures.figure import Figure
from dashboard.paths import warehouse_path
from dashboard.subjects.pages import make_page
from dashboard.ui.assets import STATIC
from dashboard.ui.context import Context, context_at
from dashboard.warehouse.store import Store
from tests.bench.peers.shown import HEIGHT, mapped, numbers_of

# What the benchmark must set to run it at all; everything else must be as Streamlit has it.
NEEDED = {"server.port", "server.headless", "browser.gatherUsageStats"}


@st.cache_resource
def store() -> Store:
    return Store(warehouse_path())


def main() -> None:
    changed = {key for key in config.get_config_options() if config.is_manually_set(key)} - NEEDED
    if changed:
        raise RuntimeError(f"not Streamlit's defaults: {sorted(changed)}")
    st.set_page_config(layout="wide")
    st.html(STATIC / "dashboard.css")
    st.navigation([st.Page(show_overview, title="Overview", default=True)], position="hidden").run()


def show_overview() -> None:
    warehouse = store().current()
    context, _ = context_at(warehouse, "overview", st.query_params.to_dict(), ())
    choose_towns(context)
    page = make_page(context, "overview", context.address.chosen)
    if page.headline is None:
        return
    st.html(f'<div class="mh-headline"><h1>{page.headline.state}</h1></div>')
    for row in page.rows:
        for place, parts in zip(
            st.columns(row.widths or len(row.columns)), row.columns, strict=True
        ):
            with place:
                for figure in parts:
                    if isinstance(figure, Figure):
                        is_of_towns = figure.click == "town"
                        chosen = context.chosen_towns if is_of_towns else ()
                        show_plainly(context, figure, chosen=chosen)


def choose_towns(context: Context) -> None:
    """Choose one town with pills, into the same address."""
    names, chosen = context.town_names(), context.filters.town_codes
    st.session_state["plain-towns"] = chosen[0] if chosen else None

    def changed() -> None:
        town = st.session_state["plain-towns"]
        towns = () if town is None else (town,)
        address = with_filters(context.address, town_codes=towns)
        st.query_params.from_dict(address.written(context.warehouse.months))

    st.pills(
        context.say("街镇"), list(names), format_func=names.__getitem__, key="plain-towns",
        on_change=changed, label_visibility="collapsed",
    )  # fmt: skip


def show_plainly(context: Context, shown: Figure, *, chosen: tuple[str, ...] = ()) -> None:
    """Draw a figure with Streamlit's own elements."""
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
    elif shown.key == "outcomes":
        for each in numbers_of(drawing.body):
            st.metric(each["label"], f"{each['figure']} {each['unit']}")
            st.caption(f"{each['of']} · {each['change']} · {each['small']}")
    elif drawing.kind == "list":
        st.markdown("\n".join(_line(item) for item in drawing.body["items"]))
    else:
        st.plotly_chart(
            go.Figure(mapped(drawing.body, chosen)),
            key=shown.key, height=HEIGHT, theme=None, config={"displayModeBar": False},
        )  # fmt: skip
    st.caption(" · ".join(filter(None, (caption.as_of, context.source_of(shown.counted.columns)))))


def _line(item: dict[str, Any]) -> str:
    badge = f"`{item['badge']}` " if item.get("badge") else ""
    return f"- {badge}**{item['title']}** {item['text']}"


main()
