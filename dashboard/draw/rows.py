"""Draw what is best read as lines of text: tables and lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from dashboard.contract.indicators import Indicator
from dashboard.contract.rounding import number_written
from dashboard.draw.drawing import Drawing, Height, nothing
from dashboard.language import Say

Level = Literal["fault", "late", "watch", "plain"]


@dataclass(frozen=True)
class Item:
    """Write one line of a list; ``key`` is what a click on it chooses."""

    title: str
    text: str
    key: str | None = None
    badge: str | None = None
    level: Level = "plain"


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


def _said(item: Item) -> dict[str, str]:
    """Give an item's texts; what it lacks is not sent."""
    lacking = ("level",) if item.badge is None else ()
    return {name: text for name, text in vars(item).items() if text and name not in lacking}


def table(
    frame: pd.DataFrame,
    headings: dict[str, str],
    say: Say,
    *,
    key: str | None,
    height: Height,
    figures: Collection[str] = (),
    written: Mapping[str, str] = MappingProxyType({}),
) -> Drawing:
    """Draw a table of texts and numbers under the given headings; ``key`` names the key column.

    ``figures`` are columns of texts that are figures already written: set as numbers are;
    ``written`` names for some of them the column of numbers that they write, for files.
    """
    if frame.empty:
        return nothing("table", say("所选范围内没有数据。"))
    numeric = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in headings}
    cells = {
        name: [_cell(value, number=numeric[name]) for value in frame[name]] for name in headings
    }
    keys = frame[key].tolist() if key else [None] * len(frame)
    return Drawing(
        "table",
        alt=say("共 {count} 行的表格。", count=len(frame)),
        body={
            "columns": [
                {"text": text, "number": numeric[name] or name in figures}
                for name, text in headings.items()
            ],
            "rows": [
                {"key": own_key, "cells": list(texts)}
                for own_key, texts in zip(keys, zip(*cells.values(), strict=True), strict=True)
            ],
        },
        height=height,
        listed=pd.DataFrame(
            {text: frame[written.get(name, name)] for name, text in headings.items()}
        ).reset_index(drop=True),
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
