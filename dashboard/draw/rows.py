"""Draw what is best read as lines of text: tables and lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from dashboard.contract.indicators import Indicator
from dashboard.contract.origins import Origin
from dashboard.contract.rounding import number_written
from dashboard.draw.drawing import Drawing, Height, Values, nothing
from dashboard.language import Say

Level = Literal["fault", "late", "watch", "good", "lacking", "plain"]


@dataclass(frozen=True)
class Large:
    """Hold the one large number of a line, what it is ``of``, how it changed, and what it rests on,
    as a code and as it is ``named``."""

    figure: str
    unit: str
    of: str
    change: str
    origin: Origin
    named: str


@dataclass(frozen=True)
class Item:
    """Write one line of a list; ``key`` is what a click on it chooses, ``go`` what it changes in the
    address, to show the figure ``to``; ``leads`` names another page of the same place, which is told
    ``go`` besides. ``text`` says all, also what is shown as its large
    ``number``, and ends with what is set in ``small``."""

    title: str
    text: str
    key: str | None = None
    badge: str | None = None
    level: Level = "plain"
    go: Mapping[str, str] | None = None
    to: str = ""
    number: Large | None = None
    small: str = ""
    leads: str = ""


def item_list(
    items: list[Item],
    *,
    alt: str,
    empty: str,
    height: Height | None = None,
    listed: Mapping[str, Values] | None = None,
) -> Drawing:
    """Draw a list of sentences; ``listed`` are its columns for files, where they say more."""
    if not items:
        return nothing("list", empty)
    return Drawing(
        "list",
        alt,
        {"items": [_said(item) for item in items]},
        keys=tuple((item.key, f"{item.title} {item.text}") for item in items if item.key),
        height=height,
        listed=listed,
    )


def _said(item: Item) -> dict[str, Any]:
    """Give an item's texts; what it lacks is not sent."""
    number = {"number": vars(item.number)} if item.number else {}
    lacking = ("level",) if item.level == "plain" else ()
    said = vars(item) | number
    return {name: text for name, text in said.items() if text and name not in lacking}


@dataclass(frozen=True)
class Written:
    """Hold a column of figures already written, set as numbers are unless ``is_text``, and what
    files give instead: the numbers, under a heading that says more."""

    texts: Sequence[str] | pd.Series
    numbers: "Values | None" = None
    heading: str = ""
    is_text: bool = False


Column: TypeAlias = "Values | Written"


def table(
    columns: Mapping[str, Column],
    say: Say,
    *,
    height: Height | None = None,
    keys: Iterable[str | None] | None = None,
    empty: str = "",
    link: str = "",
) -> Drawing:
    """Draw a table of texts and numbers by their headings; ``keys`` are what a click chooses.

    ``empty`` is said where there are no rows, if more than that is known; ``link`` heads addresses
    that lead elsewhere. No other text is ever a link, whatever it looks like.
    """
    heads, cells = [], []
    for text, column in columns.items():
        values = column.texts if isinstance(column, Written) else column
        is_number = _are_numbers(values)
        is_set_so = is_number or (isinstance(column, Written) and not column.is_text)
        heads.append(
            {"text": text, "number": is_set_so, **({"link": True} if text == link else {})}
        )
        cells.append([_cell(value, number=is_number) for value in values])
    lines = list(zip(*cells, strict=True))
    if not lines:
        return nothing("table", empty or say("所选范围内没有数据。"))
    return Drawing(
        "table",
        alt=say("共 {count} 行的表格。", count=len(lines)),
        body={
            "columns": heads,
            "rows": [
                {"key": key, "cells": list(texts)}
                for key, texts in zip(
                    [None] * len(lines) if keys is None else keys, lines, strict=True
                )
            ],
        },
        height=height,
        listed=dict(_in_file(text, column) for text, column in columns.items()),
    )


def _are_numbers(values: Values) -> bool:
    """Tell whether a column is of numbers, of which some may be missing."""
    if isinstance(values, pd.Series):
        return pd.api.types.is_numeric_dtype(values)
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int | float | np.number) for value in known)


def _in_file(text: str, column: Column) -> tuple[str, Values]:
    """Give a column's heading and values in a file."""
    if not isinstance(column, Written):
        return text, column
    return column.heading or text, column.texts if column.numbers is None else column.numbers


def _cell(value: Any, *, number: bool) -> str:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "—"
    return number_written(value) if number else str(value)


def heading(indicator: Indicator, say: Say) -> str:
    """Head an indicator's values: its name and its unit."""
    name, unit = say.words(indicator.name), say.words(indicator.unit)
    if say.language == "zh":
        return f"{name}，{unit}"
    return name if indicator.kind == "count" or unit in name else f"{name}, {unit}"
