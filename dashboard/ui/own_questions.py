"""Put what a check leaves open as questions with a few answers; each is kept as a mapping has it."""

from collections.abc import Callable, Mapping, Sequence
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
    """Ask what is open, the first of it first, the same of several sheets once; an answer checks the
    files anew."""
    asked, words = alike(found), words_alike(found.questions)
    for number, same in enumerate(asked[:MOST_ASKED]):
        _ask(say, same, f"own-question-{number}")
    sheets = {(each.sheet.file, each.sheet.key): each for each in reversed(found.recognised)}
    for same_words in words[: max(0, MOST_ASKED - len(asked))]:
        _ask_word(say, [sheets[each.file, each.sheet] for each in same_words], same_words)
    left = len(asked) + len(words) - MOST_ASKED
    if left > 0:
        st.caption(say("答完这些，还有 {count} 个问题。", count=left))


Asked = tuple[Recognised, Question]


def alike(found: Check) -> list[list[Asked]]:
    """Put together what is asked of several sheets in the same words and with the same answers."""
    together: dict[tuple[Any, ...], list[Asked]] = {}
    for each in found.recognised:
        for question in each.questions:
            key = question.field, question.refused.what, *(one.told for one in question.answers)
            together.setdefault(key, []).append((each, question))
    return list(together.values())


def words_alike(questions: Sequence[ValueQuestion]) -> list[list[ValueQuestion]]:
    """Put together what is asked of one word in several sheets."""
    together: dict[tuple[str, str], list[ValueQuestion]] = {}
    for each in questions:
        together.setdefault((each.field, each.word), []).append(each)
    return list(together.values())


def _sheets(say: Say, sheets: Sequence[Recognised]) -> str:
    """Name the sheets that a question is of: the first, and how many there are."""
    first = sheets[0].sheet
    if len(sheets) == 1:
        return first.name
    if len({each.sheet.file for each in sheets}) > 1:
        return say("{sheet} 等 {count} 张表", sheet=f"{first.file} {first.name}", count=len(sheets))
    return say("{sheet} 等 {count} 张表", sheet=first.name, count=len(sheets))


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


def _ask(say: Say, asked: Sequence[Asked], key: str) -> None:
    question = asked[0][1]
    sheets = [each for each, _ in asked]
    what = say("{sheet}：{what}", sheet=_sheets(say, sheets), what=say.words(question.refused.what))

    def all_answer(said: Mapping[str, Any]) -> None:
        for each in sheets:
            answer(each, said)

    def chosen(at: int) -> None:
        for each, its in asked:
            answer(each, its.answers[at].said)

    if question.answers:
        _choose(what, [say.words(each.told) for each in question.answers], key, chosen)
    elif question.field == "month" and question.refused.code == "layout":
        this = date.today().year
        years = [this - back for back in range(_YEARS_BACK)]
        _choose(what, list(map(str, years)), key, lambda at: all_answer({"year": years[at]}))
    elif question.field == "month":
        _ask_month(say, what, all_answer, key)


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


def _ask_month(say: Say, what: str, take: Callable[[Mapping[str, Any]], None], key: str) -> None:
    """Ask which month a sheet is of, among those that ended lately."""
    today = date.today()
    counted = (12 * today.year + today.month - 1 - back for back in range(_MONTHS_BACK))
    months = [f"{number // 12}-{number % 12 + 1:02d}" for number in counted]
    st.session_state[key] = None
    st.selectbox(
        plain(what), months, key=key, placeholder=say("选月份"),
        on_change=lambda: take({"constants": {"month": st.session_state[key]}}),
    )  # fmt: skip


def _ask_word(say: Say, sheets: Sequence[Recognised], words: Sequence[ValueQuestion]) -> None:
    asked = words[0]
    key = f"own-word-{asked.file}:{asked.sheet}-{asked.field}-{asked.word}"
    what = say(
        "{sheet}：“{word}”是哪一项？（{count} 行）",
        sheet=_sheets(say, sheets), word=asked.word, count=sum(each.count for each in words),
    )  # fmt: skip

    def taken() -> None:
        for each in sheets:
            answer(each, {"values": {asked.field: {asked.word: st.session_state[key]}}})

    st.session_state[key] = None
    st.selectbox(
        plain(what), list(asked.options), key=key, placeholder=say("选一项"),
        format_func=lambda code: say.words(asked.options[code]), on_change=taken,
    )  # fmt: skip
