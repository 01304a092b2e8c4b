"""Show what was loaded, which values were said anew, and take back the last load."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.contract.clock import in_shanghai
from dashboard.contract.fields import Table
from dashboard.contract.tables import NAMED, qualifier
from dashboard.intake.merging import WHOLE_ROW
from dashboard.language import Say
from dashboard.paths import own_path
from dashboard.ui.context import Context
from dashboard.ui.notices import plain
from dashboard.ui.own_deliveries import ask_undo_reason
from dashboard.ui.rights import takes_loads
from dashboard.warehouse.uploads import State, current_state, loader

MOST_RESTATED = 2_000


def show_history(context: Context, undo: Callable[[], None]) -> None:
    """Show the batches and the restatements; ``undo`` is called when the button is pressed."""
    say, state = context.say, current_state(own_path())
    if state is None:
        return
    st.markdown(f"##### {say('历次载入')}")
    with st.expander(
        say(
            "{count} 批，最近一次 {when}",
            count=len(state.batches),
            when=_day(state.batches[-1]),
        )
    ):
        st.table(_batches(say, state), hide_index=True)
    with st.container():  # so that what is asked below stays open whether these come or go
        _show_changed(context, state)
    last = state.batches[-1]
    files = say.listed([file["name"] for file in last["files"]])
    offer_undo(say, say("撤销批次 {batch}（{files}）？", batch=last["batch"], files=files), undo)


def _show_changed(context: Context, state: State) -> None:
    """Show the values that were said anew, and those that came as about or at least."""
    say, restated = context.say, state.frame("restatement")
    if len(restated):
        with st.expander(say("更正过的数值：{count} 处", count=len(restated))):
            st.markdown(say("月份载入后又改的数，以后来的为准；原来的值留在这里。"))
            for line in _reasons(say, state):
                st.markdown(plain(line))
            st.dataframe(_restated(context, restated.tail(MOST_RESTATED)), hide_index=True)
    qualified = state.frame("qualified_value")
    if len(qualified):
        with st.expander(say("上报为约数或余数的值：{count} 处", count=len(qualified))):
            st.dataframe(_qualified(context, qualified.tail(MOST_RESTATED)), hide_index=True)


def _reasons(say: Say, state: State) -> list[str]:
    """Say why batches changed rows of locked months."""
    return [
        say(
            "批次 {batch}，锁定后更正：{reason}",
            batch=each["batch"],
            reason=each["restated"]["reason"],
        )
        for each in state.batches
        if "restated" in each
    ]


def offer_undo(say: Say, question: str, undo: Callable[[], None]) -> None:
    """Offer to take back the last load; it is asked once more."""
    if not takes_loads():
        return
    with st.popover(say("撤销最近一次载入")):
        st.markdown(plain(question))
        ask_undo_reason(say)
        if st.button(say("确认撤销"), type="primary", key="own-undo"):
            undo()


def _batches(say: Say, state: State) -> pd.DataFrame:
    def total(batch: dict[str, Any], what: str) -> int:
        return sum(table.get(what, 0) for table in batch["tables"].values())

    who = {"app": say("网页"), "command line": say("命令行")}
    return pd.DataFrame(
        [
            {
                say("批次"): batch["batch"],
                say("时间"): f"{in_shanghai(batch['when']):%Y-%m-%d %H:%M}",
                say("载入人"): plain(who.get(loader(batch), loader(batch))),
                say("文件"): say.listed([plain(file["name"]) for file in batch["files"]]),
                say("行数"): total(batch, "rows"),
                say("新增"): total(batch, "added"),
                say("更正"): total(batch, "restated"),
                say("删去"): total(batch, "removed"),
                say("改写"): sum(batch["coercions"].values()),
                say("未入库的个人信息"): sum(batch["dropped"].values()),
            }
            for batch in reversed(state.batches)
        ]
    )


def _day(batch: Mapping[str, Any]) -> str:
    return f"{in_shanghai(batch['when']):%Y-%m-%d}"


def _restated(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """List values said anew, with communities by name."""
    say = context.say
    gone = rows["column_name"] == WHOLE_ROW
    values = {say("原值"): rows["before_value"], say("现值"): rows["after_value"]}
    values[say("现值")] = values[say("现值")].mask(gone, say("已删去"))
    return _values(context, rows, values)


def _qualified(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """List values that came as about or at least, as they were written."""
    say = context.say
    limits = [say.words(qualifier.allowed[code]) for code in rows["qualifier"]]
    return _values(context, rows, {say("原文"): rows["raw_value"], say("限定"): limits})


def _values(context: Context, rows: pd.DataFrame, told: Mapping[str, Any]) -> pd.DataFrame:
    """List values by batch, table, row and column, the last first."""
    say = context.say
    tables = [NAMED[name] for name in rows["table_name"]]

    def column(table: Table, name: str) -> str:
        return say("整行") if name == WHOLE_ROW else say.words(table.column(name).field.label)

    listed = pd.DataFrame(
        {
            say("批次"): rows["batch"],
            say("表"): [say.words(table.label) for table in tables],
            say("哪一行"): _rows_named(context, rows["row_key"]),
            say("列"): list(map(column, tables, rows["column_name"])),
            **told,
        }
    )
    return listed.iloc[::-1]


def _rows_named(context: Context, keys: pd.Series) -> list[str]:
    """Name rows by their keys, communities by name."""
    names = context.communities["name"]
    return [" · ".join(names.get(part, part) for part in key.split(" ")) for key in keys]
