"""Hold a drawing: what the browser needs to draw it, and what a test can read without one."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

Kind = Literal["plot", "map", "table", "list"]

# Pixels, or a CSS length where a drawing fills what the screen leaves it.
Height = int | str


@dataclass(frozen=True)
class Drawing:
    """Describe one drawing.

    ``keys`` pairs each thing that can be chosen with the sentence a screen reader speaks for
    it, in reading order. ``empty`` is said instead of drawing when there is nothing to draw.
    """

    kind: Kind
    alt: str
    body: dict[str, Any] = field(default_factory=dict)
    keys: tuple[tuple[str, str], ...] = ()
    height: Height | None = None
    empty: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give what the browser needs, as plain JSON values; it knows a list's keys by itself."""
        unsent = ("keys",) if self.kind == "list" else ()
        return {
            name: value
            for name, value in vars(self).items()
            if value is not None and name not in unsent
        }


def plot(
    figure: go.Figure | dict[str, Any],
    *,
    alt: str,
    height: Height,
    keys: tuple[tuple[str, str], ...] = (),
    rows: list[str] | None = None,
) -> Drawing:
    """Wrap a plotly figure; ``rows`` are the keys of a bar chart's rows, from y = 0 on.

    The figure may be the plain dictionary of one, which takes a tenth of the time; the tests
    have plotly check it. A mark's ``customdata`` is the key that a click on it reports (a heat
    map's is a list of lists); pass it and the coordinates as lists. An axis with ``fixedrange``
    False can be zoomed, and stays so while ``uirevision`` of the layout is the same.
    """
    if isinstance(figure, go.Figure):
        # Plotly's own encoder writes NaN as null; the browser gets plain numbers and lists.
        figure = json.loads(figure.to_json(engine="json"))
        figure.get("layout", {}).pop("template", None)
    return Drawing("plot", alt, {**figure, "rows": rows}, keys, height)


def gaps(values: pd.Series) -> list[float | None]:
    """List numbers for a plain figure: what is missing is a gap."""
    return [None if value != value else value for value in values.tolist()]


def nothing(kind: Kind, sentence: str, *, height: Height | None = None) -> Drawing:
    """Say why there is nothing to draw."""
    return Drawing(kind, sentence, height=height, empty=sentence)
