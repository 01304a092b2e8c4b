"""Hand figures and key numbers to the browser, and no part of them twice.

The protocol stands on top of ``dashboard/static/figure/figure.js``.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.language import Say
from dashboard.ui.assets import lay_out_assets

# The scripts themselves are fetched once as files: what stands here is sent with every figure.
# Its line break tells Streamlit that it is a script and no path of one.
_LOADER = (
    'export default c=>{{\nimport(new URL("app/static/{script}",document.baseURI))'
    ".then(f=>f.default(c))}}"
)


@st.cache_resource
def component() -> Callable[..., Any]:
    loader = _LOADER.format(script=lay_out_assets().figure)
    return st.components.v2.component("figure", js=loader, isolate_styles=False)


@st.cache_resource
def briefing_component() -> Callable[..., Any]:
    """The preview of a briefing and its show; its styles stay its own."""
    return st.components.v2.component(
        "briefing", js=_LOADER.format(script=lay_out_assets().briefing)
    )


def sent(frame: dict[str, Any], body: dict[str, Any], *, chosen: tuple[str, ...] = ()) -> bytes:
    """Write what the browser is sent: both parts by their digests, and those that it lacks.

    The browser keeps what it was sent, and asks again for what did not reach it.
    """
    parts = {_digest(text): text for text in (_json(frame), _json(body))}
    known = _known()
    new = ",".join(f'"{digest}":{text}' for digest, text in parts.items() if digest not in known)
    known.update(parts)
    head = _json({"chosen": list(chosen), "ids": list(parts)})
    return (f'{head[:-1]},"parts":{{{new}}}}}' if new else head).encode()


def forget(digests: list[str]) -> None:
    """Send these again: the browser does not have them."""
    _known().difference_update(digests)


def language_tag(say: Say) -> str:
    return "zh-CN" if say.language == "zh" else "en"


def _known() -> set[str]:
    """Give the parts that this session's browser has been sent, by their digest."""
    known: set[str] = st.session_state.setdefault("parts-sent", set())
    return known


def _json(content: dict[str, Any]) -> str:
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
