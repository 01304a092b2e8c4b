"""The same Overview in Panel: ``panel_app.py PORT``."""

import sys
from typing import Any

import panel as pn

from tests.bench.peers import shown

PORT = int(sys.argv[1])
pn.extension("plotly")
QUIET = {"displayModeBar": False, "responsive": True}


def outcomes(values: list[shown.Dict]) -> str:
    """Write the outcomes as one piece of HTML: a pane each would take longer."""
    parts = [
        f'<div><div>{each["label"]}</div><b class="number">{each["figure"]}</b>{each["unit"]}'
        f"{each['of']}<div>{each['change']}</div><small>{each['small']}</small></div>"
        for each in values
    ]
    return f"<div>{''.join(parts)}</div>"


def lines(body: shown.Dict) -> str:
    items = [f"<li><i>{a}</i><b>{b}</b>{c}</li>" for a, b, c in shown.listed(body)]
    return f"<ul>{''.join(items)}</ul>"


def page() -> Any:
    """Build a session's page; a choice changes its panes' objects."""
    month = pn.state.session_args.get("from", [b"2025-12"])[0].decode()
    names = {name: code for code, name in shown.towns().items()}
    choice = pn.widgets.RadioButtonGroup(options={"全区": "", **names}, value="")
    headline, numbers = pn.pane.HTML(), pn.pane.HTML()
    drawn = pn.pane.Plotly(height=shown.HEIGHT, config=QUIET, width=520)
    due, changes = pn.pane.HTML(), pn.pane.HTML()

    def show(town: str) -> None:
        made, of = shown.overview(town or None, month), (town,) if town else ()
        headline.object = f"<h1>{made.headline}</h1><p>{made.sentence}</p>"
        numbers.object = outcomes(made.numbers)
        drawn.object = shown.mapped(made.bodies["communities-map"], of)
        due.object, changes.object = lines(made.bodies["due"]), lines(made.bodies["changes"])

    show("")
    # One message for all of them, as Panel's guide says.
    choice.param.watch(lambda event: pn.io.hold()(show)(event.new), "value")
    return pn.Column(headline, choice, pn.Row(numbers, drawn, pn.Column(due, changes)))


pn.serve(page, address="127.0.0.1", port=PORT, show=False, title="peer")
