"""Tell the user in the page what went wrong, in sentences, and offer the next step."""

from collections.abc import Iterable

import streamlit as st

from dashboard.language import Say
from dashboard.model.problem import Problem
from dashboard.model.words import Words


def show_notices(notices: Iterable[Words], say: Say) -> None:
    """Show what was left out of a wrong or stale address."""
    for notice in notices:
        st.warning(say.words(notice))


def show_problem(problem: Problem, say: Say) -> None:
    """Show a problem that stops the page."""
    for line in problem.lines(say.language):
        st.error(line)
