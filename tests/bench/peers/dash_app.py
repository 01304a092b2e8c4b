"""The same Overview in Dash: ``dash_app.py PORT plain`` or ``tuned``.

Plain sends every figure whole. Tuned sends only what of the map follows the choice (Patch),
compresses, and serves by threads, as Dash's own guide to performance says.
"""

import sys
from typing import Any
from urllib.parse import parse_qs

import dash
import waitress
from dash import Input, Output, Patch, dcc, html
from flask_compress import Compress

from tests.bench.peers import shown

PORT, IS_TUNED = int(sys.argv[1]), sys.argv[2] == "tuned"
QUIET = {"displayModeBar": False}
app = dash.Dash(__name__, serve_locally=True, title="peer", update_title="")
app.layout = html.Div(
    [
        dcc.Location(id="url"),
        html.Div([html.H1(id="headline"), html.P(id="sentence")]),
        dcc.RadioItems({**shown.towns()}, None, id="town", inline=True),
        html.Div(
            [
                html.Div(id="outcomes", style={"width": "30%"}),
                dcc.Graph(id="map", config=QUIET, style={"width": "40%", "height": shown.HEIGHT}),
                html.Div([html.Ul(id="due"), html.Ul(id="changes")], style={"width": "30%"}),
            ],
            style={"display": "flex"},
        ),
    ]
)


def patched(body: shown.Dict, chosen: tuple[str, ...]) -> Any:
    """Give the map's changes alone."""
    figure, shapes = Patch(), shown.geometry(body["geometry"])["regions"]
    for number, shape in enumerate(shapes):
        region, code = body["regions"].get(shape["code"], {}), shape["code"]
        for name, value in shown.outline(shape, region, code in chosen).items():
            figure["data"][number][name] = value
    figure["data"][len(shapes)]["marker"] = shown.dots(body)["marker"]
    figure["data"][len(shapes) + 1]["text"] = shown.labels(body)
    return figure


def outcome(value: shown.Dict) -> Any:
    return html.Div(
        [
            html.Div(value["label"]),
            html.B(value["figure"], className="number"),
            html.Span(f"{value['unit']} {value['of']}"),
            html.Div(value["change"]),
            html.Small(value["small"]),
        ]
    )


def lines(body: shown.Dict) -> list[Any]:
    return [
        html.Li([html.I(badge), html.B(title), text]) for badge, title, text in shown.listed(body)
    ]


@app.callback(  # type: ignore[untyped-decorator]
    Output("headline", "children"),
    Output("sentence", "children"),
    Output("outcomes", "children"),
    Output("map", "figure"),
    Output("due", "children"),
    Output("changes", "children"),
    Input("town", "value"),
    Input("url", "search"),
)
def chosen(town: str | None, search: str | None) -> tuple[Any, ...]:
    """Answer a choice with the whole page, as one callback."""
    month = parse_qs((search or "").lstrip("?")).get("from", ["2025-12"])[0]
    made, of = shown.overview(town, month), (town,) if town else ()
    is_first = dash.ctx.triggered_id != "town"
    draw = patched if IS_TUNED and not is_first else shown.mapped
    return (
        made.headline, made.sentence, [outcome(each) for each in made.numbers],
        draw(made.bodies["communities-map"], of),
        lines(made.bodies["due"]), lines(made.bodies["changes"]),
    )  # fmt: skip


if IS_TUNED:
    Compress(app.server)
waitress.serve(app.server, host="127.0.0.1", port=PORT, threads=4)
