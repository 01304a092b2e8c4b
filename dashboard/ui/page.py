"""Place a page in Streamlit: one component draws it, and asks for what only the server can give."""

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.figures.address import Address
from dashboard.paths import ANSWERS_VARIABLE
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.ui.shown import Shown

# The scripts themselves are fetched once as files: what stands here is sent with every page.
# Its line break tells Streamlit that it is a script and no path of one.
_LOADER = (
    'export default c=>{{\nimport(new URL("app/static/{script}",document.baseURI))'
    ".then(f=>f.default(c))}}"
)


@st.cache_resource
def _component() -> Any:
    loader = _LOADER.format(script=lay_out_assets().figure)
    return st.components.v2.component("page", js=loader, isolate_styles=False)


@st.cache_resource
def briefing_component() -> Any:
    """The preview of a briefing and its show; its styles stay its own."""
    return st.components.v2.component(
        "briefing", js=_LOADER.format(script=lay_out_assets().briefing)
    )


def are_answered() -> bool:
    """Tell whether addresses are answered by HTTP here."""
    return os.environ.get(ANSWERS_VARIABLE) == "1"


def place(
    shown: Shown,
    notices: Sequence[str],
    read: Mapping[str, str],
    *,
    has_answers: bool,
    later: Collection[str] = (),
) -> Mapping[str, Any] | None:
    """Draw a page; return what its reader asks of a figure, if anything.

    The browser keeps the parts it was sent, and asks again for those that did not reach it. What
    it shows by then may be of another address than this session knows: what is asked names it.
    ``read`` are the address's parameters without what ``notices`` say was left out; ``later`` are
    those that this page was made without, so that the browser asks for it with them.
    """
    known: set[str] = st.session_state.setdefault("parts-sent", set())

    def asked() -> None:
        event = st.session_state["page"].get("asked")
        if event and event["what"] == "parts":
            known.difference_update(event["ids"])

    data = shown.told(
        known,
        asked={key: text for key, text in st.query_params.items() if key not in later},
        notices=list(notices),
        read=dict(read),
        answers=has_answers and are_answered(),
    )
    known.update(shown.parts)
    answer = _component()(key="page", data=data, on_asked_change=asked)
    event: Mapping[str, Any] | None = answer.get("asked")
    return None if event is None or event["what"] == "parts" else event


def page_at(name: str) -> Any:
    """Name one of the app's pages to Streamlit, which knows them by their addresses."""
    return st.Page(lambda: None, title=name, url_path=name, default=name == "overview")


def go_to(context: Context, address: Address) -> None:
    """Write an address into the browser's."""
    st.query_params.from_dict(address.written(context.warehouse.months))
