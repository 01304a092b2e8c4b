"""Hold a drawing: what the browser needs to draw it, and what a test can read without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pandas as pd

Kind = Literal["plot", "map", "table", "list"]

# What stands in a column.
Values: TypeAlias = "Sequence[object] | pd.Series[Any]"

# Pixels, or a CSS length where a drawing fills what the screen leaves it.
Height = int | str


@dataclass(frozen=True)
class Drawing:
    """Describe one drawing.

    ``keys`` pairs each thing that can be chosen with the sentence a screen reader speaks for
    it, in reading order. ``empty`` is said instead of drawing when there is nothing to draw.
    ``listed`` are the columns as files give them: by their headings, numbers as numbers; without it
    files give what a table's or list's body says, and of others what was counted.
    """

    kind: Kind
    alt: str
    body: dict[str, Any] = field(default_factory=dict)
    keys: tuple[tuple[str, str], ...] = ()
    height: Height | None = None
    empty: str | None = None
    listed: Mapping[str, Values] | None = field(default=None, repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Give what the browser needs, as plain JSON values; it knows a list's keys by itself."""
        unsent = ("keys", "listed") if self.kind == "list" else ("listed",)
        return {
            name: value
            for name, value in vars(self).items()
            if value is not None and name not in unsent
        }


Trace = dict[str, Any]
Figure = dict[str, Any]


def scatter(**properties: object) -> Trace:
    """Give plotly's trace of points, lines or texts."""
    return {"type": "scatter", **properties}


def bar(**properties: object) -> Trace:
    """Give plotly's trace of bars."""
    return {"type": "bar", **properties}


def heatmap(**properties: object) -> Trace:
    """Give plotly's trace of coloured cells."""
    return {"type": "heatmap", **properties}


def framed(traces: Trace | Sequence[Trace], layout: dict[str, Any]) -> Figure:
    """Put traces into a layout."""
    return {"data": [traces] if isinstance(traces, dict) else list(traces), "layout": layout}


def plot(
    figure: Figure,
    *,
    alt: str,
    height: Height,
    keys: tuple[tuple[str, str], ...] = (),
    rows: list[str] | None = None,
) -> Drawing:
    """Draw a figure by plotly; ``rows`` are the keys of a bar chart's rows, from y = 0 on.

    It is a plain dictionary, which takes a tenth of the time of plotly's own objects; the
    tests have plotly check every one. A mark's ``customdata`` is the key that a click on it
    reports (a heat map's is a list of lists). An axis with ``fixedrange`` False can be zoomed,
    and stays so while ``uirevision`` of the layout is the same. Texts are drawn as they stand,
    whatever is in them, and a line break begins a line; other markup of ours is ``Marked``.
    """
    return Drawing("plot", alt, {**_sendable(figure), "rows": rows}, keys, height)


def _sendable(value: Any, name: str = "") -> Any:
    """Write what is missing as None and texts so that plotly reads no markup in them: the browser
    gets plain numbers, texts and lists. Keys come back as they are."""
    if isinstance(value, dict):
        return {each: _sendable(own, each) for each, own in value.items()}
    if isinstance(value, list):
        return [_sendable(each, name) for each in value]
    if isinstance(value, str):
        return value if name == "customdata" else str(_plain(value))
    return None if isinstance(value, float) and value != value else value


def written_plainly(part: dict[str, Any]) -> dict[str, Any]:
    """Write a part of a plot that is made already so that plotly reads no markup in its texts."""
    return {name: _sendable(own, name) for name, own in part.items()}


class Marked(str):
    """Hold a text in which plotly is to read markup, all of it ours."""


def _plain(text: str) -> str:
    if isinstance(text, Marked):
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def bold(text: str) -> Marked:
    return Marked(f"<b>{_plain(text)}</b>")


def small(text: str) -> Marked:
    return Marked(f"<span style='font-size:11px'>{_plain(text)}</span>")


def together(*texts: str) -> Marked:
    """Join texts, of which some are marked."""
    return Marked("".join(_plain(text) for text in texts))


def nothing(kind: Kind, sentence: str, *, height: Height | None = None) -> Drawing:
    """Say why there is nothing to draw."""
    return Drawing(kind, sentence, height=height, empty=sentence)
