"""Write a page or a figure as plain values, for JSON: what answers, files and tests compare."""

from typing import Any

import pandas as pd

from dashboard.asking.questions import Questions
from dashboard.figures.figure import Figure, drawn, origin_of
from dashboard.figures.page import Beside, Page, Part, Search
from dashboard.figures.tiles import tile_name, tile_value


def page_as_dict(ask: Questions, page: Page) -> dict[str, Any]:
    """Write a page: its layout as a tree of names, then the values by name."""
    headline = page.headline or page.empty
    return {
        "headline": None if headline is None else vars(headline),
        "tiles": [
            {**tile_name(tile, ask.say), **tile_value(tile, ask.say), "value": _plain(tile.value)}
            for tile in page.key_numbers
        ],
        "controls": [_name(part) for part in page.controls],
        "note": page.note,
        "rows": [[[_name(part) for part in column] for column in row.columns] for row in page.rows],
        "figures": {figure.key: figure_as_dict(ask, figure) for figure in page.figures},
    }


def _name(part: Part) -> Any:
    if isinstance(part, Beside):
        return [_name(each) for each in part.parts]
    return part.name if isinstance(part, Search) else part.key


def figure_as_dict(ask: Questions, figure: Figure) -> dict[str, Any]:
    """Write what a figure shows, says and rests on; the drawing is the browser's."""
    counted = figure.counted
    return {
        **vars(figure.caption),
        "alt": figure.drawing.alt,
        "kind": figure.drawing.kind,
        "drawing": drawn(ask, figure).body,
        "source": ask.source_of(counted.columns),
        "origin": origin_of(ask, figure),
        "is_sample": ask.shows_sample(counted.columns),
        "query": counted.query,
        "parameters": dict(counted.parameters),
        "data": data_rows(counted.rows),
    }


def data_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Write rows as plain values; what is missing is None, and dates are ISO."""
    names = [str(name) for name in rows.columns]
    columns = [_plain_column(rows[name]) for name in rows.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain_column(column: pd.Series) -> list[Any]:
    """Write a column's values; what is missing is found for all of them at once."""
    values = zip(column.tolist(), column.isna().tolist(), strict=True)
    return [None if is_missing else _plain_value(value) for value, is_missing in values]


def _plain(value: Any) -> Any:
    return None if value is None or pd.isna(value) else _plain_value(value)


def _plain_value(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
