"""Show who delivered what for which month, remind who owes, and lock what is settled."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake import returning
from dashboard.intake.deliveries import (
    Board,
    Standing,
    cell_words,
    reminders,
    today,
    together,
    usual_month,
)
from dashboard.intake.deliveries_book import book, event_line
from dashboard.intake.faults import Check
from dashboard.intake.loading import Places, known_towns
from dashboard.intake.locking import checked_line, locks_in_force
from dashboard.intake.months import DATINGS
from dashboard.intake.returning import Said
from dashboard.language import Say
from dashboard.paths import DATA, own_path, warehouse_path
from dashboard.ui.context import Context
from dashboard.ui.notices import plain, show_problem
from dashboard.ui.rights import takes_loads, who_loads
from dashboard.warehouse.delivery_log import LAST_DUE_DAY, Event, Scope, now

MOST_MONTHS, MOST_EVENTS = 12, 200
UNDO_REASON = "own-undo-reason"
_RESTATE, _TOLD = "own-restate", "own-deliveries-told"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_deliveries(context: Context) -> None:
    """Show the board of a month or of all, the reminders, what happened, and the lock."""
    say, places = context.say, _places()
    board, warnings = returning.board_of(places, today())
    with st.container():  # so that what is asked below stays open whether these come or go
        for words in warnings:
            st.warning(plain(say.words(words)))
        if told := st.session_state.pop(_TOLD, None):
            st.success(plain(say.words(told)))
    if not board.tables:
        return
    names = known_towns(places)
    st.markdown(f"##### {say('报送')}")
    line = st.empty()
    month = _choose_month(say, board)
    _show_month(say, board, month, names, line)
    with st.expander(say("各月报送")):
        st.table(_over_months(say, board, names))
    with st.container():
        _show_reminders(say, board, names)
    with st.expander(say("报送经过")):
        st.dataframe(_happened(say, board, names), hide_index=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            say("下载报送情况"),
            lambda: book(board, board.months[:MOST_MONTHS], names, say),
            f"deliveries-{board.day}.xlsx",
            _XLSX,
            on_click="ignore",
        )
        if takes_loads():
            _offer_lock(say, board, month)
            _offer_agreement(say, board)


def _places() -> Places:
    return Places(DATA, own_path(), warehouse_path())


def _choose_month(say: Say, board: Board) -> str:
    usual = usual_month(board)
    months = board.months or (usual,)
    place = months.index(usual) if usual in months else 0
    chosen = st.selectbox(
        say("报送月份"), months, place, key="own-deliveries-month", label_visibility="collapsed"
    )
    return str(chosen)


def _show_month(
    say: Say, board: Board, month: str, names: Mapping[str, Words], line: DeltaGenerator
) -> None:
    """Show a month's towns and tables; say in a line above the choice how many owe something."""
    cells = {
        town: [board.cell(town, table, month) for table in board.tables]
        for town in board.expected_towns
    }
    owing = [[cell.standing for cell in each] for each in cells.values()]
    line.markdown(
        say(
            "{month}：应报 {towns} 个街镇、{tables} 张表，每月 {day} 日前报上月；"
            "{missing} 个街镇有缺，{returned} 个有退回待改。",
            month=month,
            towns=len(cells),
            tables=len(board.tables),
            day=board.agreed.due_day,
            missing=sum(Standing.MISSING in each for each in owing),
            returned=sum(Standing.RETURNED in each for each in owing),
        )
    )
    rows = [
        [say.words(names[town]), *(say.words(cell_words(cell)) for cell in each)]
        for town, each in cells.items()
    ]
    labels = [say("街镇"), *(say.words(NAMED[table].label) for table in board.tables)]
    st.table(pd.DataFrame(rows, columns=labels), hide_index=True)


def _over_months(say: Say, board: Board, names: Mapping[str, Words]) -> pd.DataFrame:
    """Say of each town and month what matters most among its tables."""

    def text(town: str, month: str) -> str:
        worst, count = together([board.cell(town, table, month) for table in board.tables])
        said = f"{worst.sign} {say.words(worst.words)}"
        return (
            said
            if count == len(board.tables)
            else say("{said} {count} 张表", said=said, count=count)
        )

    months = board.months[:MOST_MONTHS]
    return pd.DataFrame(
        {month: [text(town, month) for town in board.expected_towns] for month in months},
        index=[say.words(names[town]) for town in board.expected_towns],
    )


def _show_reminders(say: Say, board: Board, names: Mapping[str, Words]) -> None:
    texts = reminders(board, names)
    if not texts:
        return
    with st.expander(say("催报：{count} 个街镇，文字可复制", count=len(texts))):
        everybody = say("全部")
        chosen = st.selectbox(
            say("街镇"),
            [everybody, *texts],
            format_func=lambda town: say.words(names[town]) if town in names else town,
            key="own-deliveries-remind",
        )
        wanted = texts if chosen == everybody else {chosen: texts[chosen]}
        st.code("\n\n".join(say.words(text) for text in wanted.values()), None, wrap_lines=True)


def _happened(say: Say, board: Board, names: Mapping[str, Words]) -> pd.DataFrame:
    lines = [event_line(event, names, say) for event in reversed(board.events[-MOST_EVENTS:])]
    return pd.DataFrame(lines, columns=[say("日期"), say("动作"), say("由谁"), say("详情")])


# Changes ----------------------------------------------------------------------------------


def _do(say: Say, what: Callable[[], object], told: Words) -> None:
    """Record something, say so, and show what has become of the board."""
    try:
        what()
    except Problem as problem:
        show_problem(problem, say)
        return
    st.session_state[_TOLD] = told
    st.rerun()


def _choose_tables(say: Say, tables: Sequence[str], label: str, key: str) -> list[str]:
    return st.multiselect(
        label, tables, format_func=lambda name: say.words(NAMED[name].label), key=key
    )


def _offer_lock(say: Say, board: Board, month: str) -> None:
    """Offer to lock the month, and to unlock what is locked of it."""
    with st.popover(say("锁定 {month}", month=month)):
        st.markdown(say("锁定后，改动该月的行须写明理由，原来的值留存。"))
        tables = _choose_tables(say, board.tables, say("表（不选即全部）"), "own-lock-tables")
        reason = st.text_input(say("理由（可不填）"), key="own-lock-reason")
        told = Words(f"已锁定 {month}。", f"{month} is locked.")
        if st.button(say("锁定"), type="primary", key="own-lock"):
            _do(say, lambda: _lock(month, tables, reason), told)
        if any(month in months for months in board.locks.values()):
            opened = Words(f"已解锁 {month}。", f"{month} is unlocked.")
            if st.button(say("解锁"), key="own-unlock"):
                _do(say, lambda: _lock(month, tables, reason, is_undone=True), opened)


def _lock(month: str, tables: Sequence[str], reason: str, *, is_undone: bool = False) -> None:
    returning.lock(_places(), [month], tables, who_loads(), reason=reason, is_undone=is_undone)


def _offer_agreement(say: Say, board: Board) -> None:
    """Offer to change the due day, the tables and the towns that are expected."""
    agreed = board.agreed
    with st.popover(say("约定")):
        day = st.number_input(
            say("次月几日前报"), 1, LAST_DUE_DAY, agreed.due_day, key="own-due-day"
        )
        tables = st.multiselect(
            say("应报的表"),
            list(DATINGS),
            list(board.tables),
            format_func=lambda name: say.words(NAMED[name].label),
            key="own-expected",
        )
        scopes: dict[Scope, str] = {"all": say("全部街镇"), "own": say("只限报送过的街镇")}
        scope = st.radio(
            say("应报的街镇"), list(scopes), int(board.expected_towns != board.towns),
            format_func=lambda each: scopes[each], key="own-scope",
        )  # fmt: skip
        since = st.selectbox(
            say("从哪个月起"), board.months, len(board.months) - 1, key="own-since"
        )
        if st.button(say("保存约定"), type="primary", key="own-agree"):
            event = Event(
                "agreed", now(), who_loads(), due_day=int(day), scope=scope,
                expected=tuple(tables) if tuple(tables) != board.tables else None,
                since=since if since != board.months[-1] else None,
            )  # fmt: skip
            told = Words("已记下约定。", "The agreement is recorded.")
            _do(say, lambda: returning.record(_places(), event), told)


def offer_return(
    say: Say, found: Check, problem: Problem | None = None, files: Sequence[str] = ()
) -> None:
    """Offer to record that the checked files go back to their town; or that ``files``, which can't
    be read for some ``problem``, do."""
    if not takes_loads():
        return
    places = _places()
    names, register = known_towns(places), returning.towns_register(places)
    tables = {each.table.name for each in found.recognised if each.table} & set(DATINGS)
    with st.popover(say("退回街镇")):
        st.markdown(say("登记退回；标注副本请另行发给街镇。"))
        towns = st.multiselect(
            say("街镇"),
            list(names),
            returning.likely_towns(found, register, files),
            format_func=lambda town: say.words(names[town]),
            key="own-return-towns",
        )
        said = [] if tables else _choose_tables(say, list(DATINGS), say("表"), "own-return-tables")
        is_open = not towns or not (tables or said)
        if st.button(say("登记退回"), type="primary", key="own-return", disabled=is_open):
            told = Words(
                f"已登记退回：{'、'.join(names[town].zh for town in towns)}。",
                f"Recorded as returned: {', '.join(names[town].en for town in towns)}.",
            )

            def send_back() -> None:
                who, whose = who_loads(), Said(towns, said)
                if problem is None:
                    event = returning.returned(found, register, whose, who)
                else:
                    event = returning.unreadable(files, problem, register, whose, who)
                returning.record(places, event)

            _do(say, send_back, told)


def ask_reason(say: Say, found: Check) -> str:
    """Ask why rows of locked months are to change, where they would; empty if it is not said."""
    locks = locks_in_force(own_path())
    is_near = any(cell.month in locks.get(cell.table, ()) for cell in found.held)
    if not (found.locked or is_near):
        return ""
    if found.locked:
        st.warning(plain(say.words(checked_line(found.locked))))
    if not st.checkbox(say("作为锁定后更正载入"), key=_RESTATE):
        return ""
    return st.text_input(say("更正理由"), key=f"{_RESTATE}-reason").strip()


def ask_undo_reason(say: Say) -> None:
    """Ask why the last load is undone, where months are locked that it may have changed."""
    if locks_in_force(own_path()):
        st.text_input(say("理由（会改动已锁定的月份时须填）"), key=UNDO_REASON)
