"""The same Overview in Panel: ``panel_app.py PORT``."""

import sys
from typing import Any

import panel as pn

from tests.bench.peers import shown

PORT = int(sys.argv[1])
pn.extension("plotly")
QUIET = {"displayModeBar": False, "responsive": True}


def tiles(values: list[shown.Dict]) -> str:
    """Write the key numbers as one piece of HTML: a pane each would take longer."""
    parts = [
        f'<div><div>{each["label"]}</div><b class="number">{each["figure"]}</b>{each["unit"]}'
        f'<small>{each["comparison"]}</small><svg width="80" viewBox="0 0 100 40"><polyline '
        f'fill="none" stroke="#1F4E79" points="{shown.points_of(each["line"])}"/></svg></div>'
        for each in values
    ]
    return f'<div style="display:flex">{"".join(parts)}</div>'


def lines(body: shown.Dict) -> str:
    items = [f"<li><i>{a}</i><b>{b}</b>{c}</li>" for a, b, c in shown.listed(body)]
    return f"<ul>{''.join(items)}</ul>"


def table(body: shown.Dict) -> str:
    head = "".join(f"<th>{column['text']}</th>" for column in body.get("columns", []))
    rows = ["".join(f"<td>{cell}</td>" for cell in row["cells"]) for row in body.get("rows", [])]
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def page() -> Any:
    """Build a session's page; a choice changes its panes' objects."""
    month = pn.state.session_args.get("from", [b"2025-12"])[0].decode()
    names = {name: code for code, name in shown.towns().items()}
    choice = pn.widgets.RadioButtonGroup(options={"全区": "", **names}, value="")
    headline, numbers = pn.pane.HTML(), pn.pane.HTML()
    drawn, ranked = (pn.pane.Plotly(height=shown.HEIGHT, config=QUIET, width=w) for w in (520, 520))
    attention, changes, published = pn.pane.HTML(), pn.pane.HTML(), pn.pane.HTML()

    def show(town: str) -> None:
        made, of = shown.overview(town or None, month), (town,) if town else ()
        headline.object = f"<h1>{made.headline}</h1><p>{made.sentence}</p>"
        numbers.object = tiles(made.tiles)
        drawn.object = shown.mapped(made.bodies["town-map"], of)
        ranked.object = shown.plotted(made.bodies["town-ranking"], of)
        attention.object, changes.object = (
            lines(made.bodies["attention"]), lines(made.bodies["changes"])
        )  # fmt: skip
        published.object = table(made.bodies["published"])

    show("")
    # One message for all of them, as Panel's guide says.
    choice.param.watch(lambda event: pn.io.hold()(show)(event.new), "value")
    return pn.Column(
        headline, choice, numbers,
        pn.Row(drawn, ranked, pn.Column(attention, changes)), published,
    )  # fmt: skip


pn.serve(page, address="127.0.0.1", port=PORT, show=False, title="peer")
