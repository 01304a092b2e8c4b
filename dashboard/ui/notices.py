"""Tell the user in the page what went wrong, in sentences, and offer the next step."""

import re

import streamlit as st

from dashboard.contract.problem import Problem
from dashboard.language import Say

# Addresses become links even where their signs are escaped: a mark of no width parts them.
_ADDRESS = re.compile(r"(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:-])")


def say_here() -> Say:
    """Speak the language that the page's address asks for."""
    return Say("en" if st.query_params.get("lang") == "en" else "zh")


def show_failure(say: Say) -> None:
    """Show that a page failed, without the traceback, which is for the log."""
    st.error(say("本页未能显示，原因已记入日志。请清除筛选后重试，或联系管理员。"))


def show_problem(problem: Problem, say: Say) -> None:
    """Show a problem that stops the page."""
    for line in problem.lines(say.language):
        st.error(plain(line))


def plain(text: str) -> str:
    """Keep what stands in an address or a file from being read as Markdown."""
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub(_WORD_JOINER, text))
