"""Put what a check leaves open as questions with a few answers; each is kept as a mapping has it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard.intake.faults import Check, ValueQuestion
from dashboard.intake.headings import Question, Recognised
from dashboard.language import Say
from dashboard.ui.notices import plain
from dashboard.ui.own_correcting import corrected, said_of_sheet, sheet_named

MOST_ASKED = 12
_YEARS_BACK, _MONTHS_BACK = 3, 24


def show_questions(say: Say, found: Check) -> None:
    """Ask what is open, the first of it first; an answer checks the files anew."""
    asked = [(each, question) for each in found.recognised for question in each.questions]
    words = found.questions
    for number, (each, question) in enumerate(asked[:MOST_ASKED]):
        _ask(say, each, question, f"own-question-{number}")
    sheets = {(each.sheet.file, each.sheet.key): each for each in reversed(found.recognised)}
    for word in words[: max(0, MOST_ASKED - len(asked))]:
        _ask_word(say, sheets[word.file, word.sheet], word)
    left = len(asked) + len(words) - MOST_ASKED
    if left > 0:
        st.caption(say("答完这些，还有 {count} 个问题。", count=left))


def answer(found: Recognised, said: Mapping[str, Any]) -> None:
    """Keep an answer of a sheet beside what was said of it before, by hand or in a mapping file."""
    there = dict(said_of_sheet(found))
    for key, value in said.items():
        if isinstance(value, Mapping):
            before = there.get(key, {})
            nested = {k: {**before.get(k, {}), **v} if isinstance(v, Mapping) else v for k, v in value.items()}  # fmt: skip
            there[key] = {**before, **nested}
        else:
            there[key] = value
    corrected()[sheet_named(found)] = there


def _ask(say: Say, found: Recognised, question: Question, key: str) -> None:
    what = say("{sheet}：{what}", sheet=found.sheet.name, what=say.words(question.refused.what))
    if question.answers:
        told = [say.words(each.told) for each in question.answers]
        _choose(what, told, key, lambda at: answer(found, question.answers[at].said))
    elif question.field == "month" and question.refused.code == "layout":
        this = date.today().year
        years = [this - back for back in range(_YEARS_BACK)]
        _choose(what, list(map(str, years)), key, lambda at: answer(found, {"year": years[at]}))
    elif question.field == "month":
        _ask_month(say, what, found, key)


def _choose(what: str, told: list[str], key: str, take: Any) -> None:
    """Offer answers side by side."""

    def taken() -> None:
        if (at := st.session_state[key]) is not None:
            take(at)

    st.session_state[key] = None
    st.segmented_control(
        plain(what), range(len(told)), format_func=lambda at: plain(told[at]), key=key,
        on_change=taken,
    )  # fmt: skip


def _ask_month(say: Say, what: str, found: Recognised, key: str) -> None:
    """Ask which month a sheet is of, among those that ended lately."""
    today = date.today()
    counted = (12 * today.year + today.month - 1 - back for back in range(_MONTHS_BACK))
    months = [f"{number // 12}-{number % 12 + 1:02d}" for number in counted]
    st.session_state[key] = None
    st.selectbox(
        plain(what), months, key=key, placeholder=say("选月份"),
        on_change=lambda: answer(found, {"constants": {"month": st.session_state[key]}}),
    )  # fmt: skip


def _ask_word(say: Say, found: Recognised, asked: ValueQuestion) -> None:
    key = f"own-word-{asked.file}:{asked.sheet}-{asked.field}-{asked.word}"
    what = say(
        "{sheet}：“{word}”是哪一项？（{count} 行）",
        sheet=asked.sheet, word=asked.word, count=asked.count,
    )  # fmt: skip
    codes = list(asked.options)
    st.session_state[key] = None
    st.selectbox(
        plain(what), codes, key=key, placeholder=say("选一项"),
        format_func=lambda code: say.words(asked.options[code]),
        on_change=lambda: answer(
            found, {"values": {asked.field: {asked.word: st.session_state[key]}}},
        ),
    )  # fmt: skip
