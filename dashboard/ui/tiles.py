"""Show key numbers as tiles without boxes: name, value, trend and what gives it meaning."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.asking.questions import columns_of
from dashboard.contract.indicators import Indicator, figure_of
from dashboard.language import Say
from dashboard.ui.component import component, forget, language_tag, sent
from dashboard.ui.context import Context

# A year and the month before it.
SPARK_MONTHS = 13

# The line's heights are whole numbers from 0 to this, as tiles.js takes them.
SPARK_TOP = 36


@dataclass(frozen=True)
class Tile:
    """Hold one number with its months before, and the line that compares it.

    ``values`` are one a month, in the indicator's unit, the last at the end month.
    """

    indicator: Indicator
    values: pd.Series
    comparison: str

    @property
    def value(self) -> float | None:
        return None if self.values.empty else self.values.iloc[-1]


def show_tiles(tiles: list[Tile], context: Context, *, key: str = "tiles") -> None:
    """Show a row of tiles; it wraps where the screen is narrow."""
    say = context.say
    tiles = [_as_loaded(context, tile) for tile in tiles]
    frame = {
        "kind": "tiles",
        "names": [tile_name(tile, say) for tile in tiles],
        "words": {"language": language_tag(say)},
    }
    values = {"values": [tile_value(tile, say) for tile in tiles]}

    def asked() -> None:
        event = st.session_state[key].get("asked")
        if event:
            forget(event["ids"])

    component()(key=key, data=sent(frame, values), on_asked_change=asked)


def _as_loaded(context: Context, tile: Tile) -> Tile:
    """Say on a tile which of its tables were not loaded."""
    lacking = context.lacking(columns_of(tile.indicator))
    if not lacking:
        return tile
    return replace(tile, values=tile.values.iloc[:0], comparison=context.not_loaded_words(lacking))


def tile_name(tile: Tile, say: Say) -> dict[str, str]:
    """Write what stays when filters change: the definition appears on hover and focus."""
    indicator = tile.indicator
    definition = say.words(indicator.formula)
    if indicator.caveat:
        definition += f" · {say.words(indicator.caveat)}"
    return {
        "code": indicator.code,
        "label": say.words(indicator.name),
        "definition": definition,
    }


def tile_value(tile: Tile, say: Say) -> dict[str, Any]:
    """Write what a filter changes: the number, its comparison and the months before it."""
    figure, unit = figure_of(tile.value, tile.indicator, say.language)
    if say.language == "en" and tile.indicator.kind == "count":
        unit = ""  # "Residents" above the figure says it already.
    return {
        "figure": figure,
        "unit": unit,
        "comparison": tile.comparison,
        "line": sparkline(tile.values),
    }


def sparkline(values: pd.Series) -> list[int]:
    """Give the heights of a small line, from 0, lowest; missing months are passed over."""
    known = values.dropna().tolist()
    if not known:
        return []
    low, spread = min(known), (max(known) - min(known)) or 1
    return [round((value - low) / spread * SPARK_TOP) for value in known]
