"""Show a page to nobody, and keep its figures: as another language tells them, or for a file.

What a page shows follows from its address alone, so that showing it again gives the same figures.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from dashboard.contract.words import Language
from dashboard.figures.figure import Figure, LocalizedFigure
from dashboard.language import Say
from dashboard.paths import public_address
from dashboard.ui.context import Context

_THREAD = "shown-to-nobody"
_CHATTING = (
    "root",
    "streamlit.runtime.scriptrunner_utils.script_run_context",
    "streamlit.runtime.state.session_state_proxy",
)
_kept: ContextVar[dict[str, LocalizedFigure] | None] = ContextVar("kept", default=None)


def keep(key: str, told: LocalizedFigure) -> bool:
    """Keep a figure instead of showing it, where a page is shown to nobody; say whether so."""
    kept = _kept.get()
    if kept is None:
        return False
    kept[key] = told
    return True


def recorded(context: Context, language: Language) -> dict[str, LocalizedFigure]:
    """Give the figures of a page by their keys, as a language tells them."""
    address = replace(context.address, language=language)
    unseen = replace(context, say=Say(language), address=address, pages={})

    def show() -> dict[str, LocalizedFigure]:
        figures: dict[str, LocalizedFigure] = {}
        _kept.set(figures)
        context.show(unseen)
        return figures

    _silence()
    # In a thread of its own Streamlit knows no session, so that nothing reaches the browser.
    with ThreadPoolExecutor(1, thread_name_prefix=_THREAD) as thread:
        return thread.submit(show).result()


def figure_of(context: Context, key: str, own: LocalizedFigure) -> Figure:
    """Gather what is known of a figure on a page."""
    other: Language = "en" if context.say.language == "zh" else "zh"
    told: dict[Language, LocalizedFigure] = {context.say.language: own}
    translated = recorded(context, other).get(key)
    if translated is not None:
        told[other] = translated
    # Months stand in it even where they are the usual ones, which change as time goes on.
    months = {"from": context.filters.start_month, "to": context.filters.end_month}
    query = urlencode(
        {
            **context.address.written(context.warehouse.months),
            **{name: f"{month:%Y-%m}" for name, month in months.items()},
        }
    )
    return Figure(
        key=key,
        told=told,
        asking=context,
        address=f"{context.page}?{query}",
        taken_on=date.today(),
        site=public_address(),
    )


def _silence() -> None:
    """Streamlit warns of every element that a thread without a session makes: here all are."""
    for name in _CHATTING:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _OthersOnly) for each in logger.filters):
            logger.addFilter(_OthersOnly())


class _OthersOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.threadName or "").startswith(_THREAD)
