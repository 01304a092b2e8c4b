"""Show key numbers as tiles without boxes: name, value, trend and what gives it meaning."""

from collections.abc import Sequence

import streamlit as st

from dashboard.figures.tiles import Tile, tile_name, tile_value
from dashboard.ui.component import component, forget, language_tag, sent
from dashboard.ui.context import Context


def show_tiles(tiles: Sequence[Tile], context: Context, *, key: str = "tiles") -> None:
    """Show a row of tiles; it wraps where the screen is narrow."""
    say = context.say
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
