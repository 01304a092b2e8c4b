"""The same Overview as a plain Streamlit page would show it. ``streamlit run`` runs this file.

The product's own page, questions and caches; only its figures are drawn by ``st.plotly_chart``,
``st.dataframe`` and ``st.markdown``, and a town is chosen with pills. It does less than the product:
no menu under a figure, no hover across figures, no click on a bar.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit import config

from dashboard.contract.indicators import written
from dashboard.draw.theme import INK, NO_DATA, RED
from dashboard.figures.address import with_filters
from dashboard.figures.figure import Figure
from dashboard.figures.tiles import Tile
from dashboard.paths import warehouse_path
from dashboard.subjects.pages import make_page
from dashboard.ui.assets import STATIC
from dashboard.ui.context import Context, context_at
from dashboard.warehouse.store import Store

HEIGHT = 440
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
    show_metrics(page.tiles, context)
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
    elif drawing.kind == "list":
        st.markdown("\n".join(_line(item) for item in drawing.body["items"]))
    else:
        figure = map_figure if drawing.kind == "map" else plot_figure
        st.plotly_chart(
            figure(drawing.body, chosen),
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


def plot_figure(body: dict[str, Any], chosen: tuple[str, ...]) -> go.Figure:
    """Make the figure with what is chosen in red, as the browser does it in the product."""
    figure = go.Figure({"data": body["data"], "layout": body["layout"]})
    if not chosen:
        return figure
    for trace in figure.data:
        if trace.customdata is None or "marker" not in trace:
            continue
        before, keys = trace.marker.color, list(trace.customdata)
        own = list(before) if isinstance(before, (list, tuple)) else [before] * len(keys)
        trace.marker.color = [
            RED if key in chosen else colour for key, colour in zip(keys, own, strict=True)
        ]
    if body["rows"]:
        names = zip(body["rows"], figure.layout.yaxis.ticktext, strict=True)
        figure.layout.yaxis.ticktext = [
            f"<b>{name}</b>" if key in chosen else name for key, name in names
        ]
    return figure


@cache
def _geometry(name: str) -> Any:
    return json.loads((STATIC / name).read_text(encoding="utf-8"))


def map_figure(body: dict[str, Any], chosen: tuple[str, ...]) -> go.Figure:
    """Draw the towns as filled outlines: a choropleth would fetch the world's map from elsewhere."""
    geometry, regions = _geometry(body["geometry"]), body["regions"]
    traces: list[go.Scatter] = []
    for shape in sorted(geometry["regions"], key=lambda each: each["code"] in chosen):
        region = regions.get(shape["code"], {})
        points = [point for ring in shape["rings"] for point in (*ring, (None, None))]
        is_chosen = shape["code"] in chosen
        traces.append(
            go.Scatter(
                x=[x for x, _ in points],
                y=[y for _, y in points],
                mode="lines",
                fill="toself",
                fillcolor=region.get("fill", NO_DATA),
                line={"color": RED if is_chosen else "#FFFFFF", "width": 2.5 if is_chosen else 1.2},
                hoveron="fills",
                hoverinfo="text",
                text=region.get("hover", "").replace("\n", "<br>"),
                showlegend=False,
            )
        )
    traces += [
        go.Scatter(
            x=[x for x, _ in line["points"]],
            y=[y for _, y in line["points"]],
            mode="lines",
            line={"color": "#A9CCE3", "width": 5},
            hoverinfo="skip",
            showlegend=False,
        )
        for line in geometry.get("lines") or []
    ]
    named = [shape for shape in geometry["regions"] if shape["code"] in regions]
    texts = [regions[shape["code"]] for shape in named]
    traces.append(
        go.Scatter(
            x=[shape["label"][0] for shape in named],
            y=[shape["label"][1] for shape in named],
            mode="text",
            text=[f"{text['name']}<br>{text.get('label', '')}" for text in texts],
            hoverinfo="skip",
            showlegend=False,
        )
    )
    traces += [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=each["text"],
            marker={"symbol": "square", "color": each["fill"], "size": 10},
        )
        for each in body["legend"]
    ]  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    return go.Figure(
        traces,
        go.Layout(
            template=None, font={"size": 12, "color": INK},
            margin={"l": 0, "r": 0, "t": 0, "b": 0}, legend={"orientation": "h", "y": 1},
            xaxis={**hidden, "range": [0, geometry["width"]]},
            yaxis={**hidden, "range": [geometry["height"], 0], "scaleanchor": "x"},
        ),
    )  # fmt: skip


main()
