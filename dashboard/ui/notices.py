"""Tell the user in the page what went wrong, in sentences, and offer the next step."""

import re
from collections.abc import Iterable

import streamlit as st

from dashboard.language import Say
from dashboard.model.problem import Problem
from dashboard.model.words import Words

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:-])")


def show_notices(notices: Iterable[Words], say: Say) -> None:
    """Show what was left out of a wrong or stale address."""
    for notice in notices:
        st.warning(plain(say.words(notice)))


def show_problem(problem: Problem, say: Say) -> None:
    """Show a problem that stops the page."""
    for line in problem.lines(say.language):
        st.error(plain(line))


def plain(text: str) -> str:
    """Keep what stands in an address or a file from being read as Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)
