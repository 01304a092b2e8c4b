"""Draw what is best read as lines of text: tables and lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pandas as pd

from dashboard.contract.indicators import Indicator
from dashboard.contract.origins import Origin
from dashboard.contract.rounding import number_written
from dashboard.draw.drawing import Drawing, Height, nothing
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
    address, to show the figure ``to``. ``text`` says all, also what is shown as its large
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


def item_list(
    items: list[Item],
    *,
    alt: str,
    empty: str,
    height: Height | None = None,
    listed: pd.DataFrame | None = None,
) -> Drawing:
    """Draw a list of sentences; ``listed`` are its rows for files, where they say more."""
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
    numbers: Sequence[object] | pd.Series | None = None
    heading: str = ""
    is_text: bool = False


Column: TypeAlias = "pd.Series[Any] | Sequence[object] | Written"


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
    shown = pd.DataFrame(
        {
            text: column.texts if isinstance(column, Written) else column
            for text, column in columns.items()
        }
    )
    if shown.empty:
        return nothing("table", empty or say("所选范围内没有数据。"))
    numeric, cells = {}, []
    for text, column in shown.items():
        numeric[text] = is_number = pd.api.types.is_numeric_dtype(column)
        cells.append([_cell(value, number=is_number) for value in column.tolist()])
    held = {text: column for text, column in columns.items() if isinstance(column, Written)}
    told = {text: each.numbers for text, each in held.items() if each.numbers is not None}
    renamed = {text: each.heading for text, each in held.items() if each.heading}
    return Drawing(
        "table",
        alt=say("共 {count} 行的表格。", count=len(shown)),
        body={
            "columns": [
                {
                    "text": text,
                    "number": is_number or (text in held and not held[text].is_text),
                    **({"link": True} if text == link else {}),
                }
                for text, is_number in numeric.items()
            ],
            "rows": [
                {"key": key, "cells": list(texts)}
                for key, texts in zip(
                    [None] * len(shown) if keys is None else keys,
                    zip(*cells, strict=True),
                    strict=True,
                )
            ],
        },
        height=height,
        listed=shown.assign(**told).rename(columns=renamed).reset_index(drop=True),
    )


def _cell(value: Any, *, number: bool) -> str:
    if pd.isna(value):
        return "—"
    return number_written(value) if number else str(value)


def heading(indicator: Indicator, say: Say) -> str:
    """Head an indicator's values: its name and its unit."""
    name, unit = say.words(indicator.name), say.words(indicator.unit)
    if say.language == "zh":
        return f"{name}，{unit}"
    return name if indicator.kind == "count" or unit in name else f"{name}, {unit}"
