"""The same Overview in Dash: ``dash_app.py PORT plain`` or ``tuned``.

Plain sends every figure whole. Tuned sends only what of the map follows the choice (Patch),
compresses, and serves by threads, as Dash's own guide to performance says.
"""

import sys
from typing import Any
from urllib.parse import parse_qs, quote

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
        html.Div(id="tiles", style={"display": "flex"}),
        html.Div(
            [
                dcc.Graph(id="map", config=QUIET, style={"width": "38%", "height": shown.HEIGHT}),
                dcc.Graph(id="rank", config=QUIET, style={"width": "38%", "height": shown.HEIGHT}),
                html.Div([html.Ul(id="attention"), html.Ul(id="changes")], style={"width": "24%"}),
            ],
            style={"display": "flex"},
        ),
        html.Div(id="published"),
    ]
)


def patched(body: shown.Dict, chosen: tuple[str, ...]) -> Any:
    """Give the map's changes alone."""
    figure, shapes = Patch(), shown.geometry(body["geometry"])["regions"]
    for number, shape in enumerate(shapes):
        region, code = body["regions"].get(shape["code"], {}), shape["code"]
        for name, value in shown.outline(shape, region, code in chosen).items():
            figure["data"][number][name] = value
    figure["data"][len(shapes)]["text"] = shown.labels(body)
    return figure


def tile(value: shown.Dict) -> Any:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><polyline fill="none" '
        f'stroke="#1F4E79" points="{shown.points_of(value["line"])}"/></svg>'
    )
    return html.Div(
        [
            html.Div(value["label"]),
            html.B(value["figure"], className="number"),
            html.Span(value["unit"]),
            html.Small(value["comparison"]),
            html.Img(src="data:image/svg+xml," + quote(drawn), width=80),
        ]
    )


def lines(body: shown.Dict) -> list[Any]:
    return [
        html.Li([html.I(badge), html.B(title), text]) for badge, title, text in shown.listed(body)
    ]


def table(body: shown.Dict) -> Any:
    head = html.Tr([html.Th(column["text"]) for column in body.get("columns", [])])
    rows = [html.Tr([html.Td(str(cell)) for cell in row["cells"]]) for row in body.get("rows", [])]
    return html.Table([html.Thead(head), html.Tbody(rows)])


@app.callback(  # type: ignore[untyped-decorator]
    Output("headline", "children"),
    Output("sentence", "children"),
    Output("tiles", "children"),
    Output("map", "figure"),
    Output("rank", "figure"),
    Output("attention", "children"),
    Output("changes", "children"),
    Output("published", "children"),
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
        made.headline, made.sentence, [tile(each) for each in made.tiles],
        draw(made.bodies["town-map"], of), shown.plotted(made.bodies["town-ranking"], of),
        lines(made.bodies["attention"]), lines(made.bodies["changes"]),
        # What agrees with published figures does not follow the towns.
        table(made.bodies["published"]) if is_first or not IS_TUNED else dash.no_update,
    )  # fmt: skip


if IS_TUNED:
    Compress(app.server)
waitress.serve(app.server, host="127.0.0.1", port=PORT, threads=4)
