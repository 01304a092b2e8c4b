"""Set targets on the page, list them, and take them back."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from dashboard.asking.targets import targets
from dashboard.contract.filters import add_months
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, target_bound
from dashboard.contract.targets import (
    EACH_COMMUNITY,
    EACH_TOWN,
    LOADED,
    NOT_OF_ONE,
    TARGETABLE,
    WHOLE,
    usual_bound,
)
from dashboard.contract.words import Words
from dashboard.figures.targets import place_named
from dashboard.insight.targets import SUGGESTED, Target, wanted_told
from dashboard.intake import loading
from dashboard.intake.checking import Reading
from dashboard.intake.deliveries import today
from dashboard.intake.messages import message
from dashboard.intake.personal import pseudonym_key
from dashboard.intake.report import fault_line
from dashboard.paths import DATA, own_path, warehouse_path
from dashboard.ui.context import Context
from dashboard.ui.notices import plain, show_problem
from dashboard.ui.rights import takes_loads, who_loads

TABLE = NAMED["target"]
MOST_MONTHS_AHEAD = 60
_TOLD = "own-targets-told"


def show_targets(context: Context) -> None:
    """List the targets that were set, and offer to set another or to take one back."""
    say, there = context.say, targets(context)
    st.markdown(f"##### {say('目标')}")
    st.markdown(
        say("有目标的指标才评达标、关注、滞后。也可在表格“目标”中填好，与其他表一起放进来。")
    )
    told_and_listed = st.container()  # so that what is asked below stays open when they come or go
    if told := st.session_state.pop(_TOLD, None):
        told_and_listed.success("  \n".join(plain(say.words(words)) for words in told))
    if there:
        told_and_listed.table(_listed(context, there), hide_index=True)
    if not takes_loads():
        return
    with st.container(horizontal=True):
        with st.popover(say("定一个目标")):
            _offer_to_set(context)
        if there:
            with st.popover(say("撤下一个目标"), type="tertiary"):
                _offer_to_take_back(context, there)


def _listed(context: Context, there: tuple[Target, ...]) -> pd.DataFrame:
    say, ask = context.say, context
    return pd.DataFrame(
        {
            say("指标"): [say.words(TARGETABLE[each.indicator].name) for each in there],
            say("范围"): [place_named(ask, each) for each in there],
            say("目标"): [wanted_told(say, each) for each in there],
            say("到期"): [f"{each.due:%Y-%m}" for each in there],
            say("制定单位"): [each.set_by for each in there],
            say("依据"): [each.basis or "—" for each in there],
        }
    )


def _offer_to_set(context: Context) -> None:
    say, ask = context.say, context
    code = st.selectbox(
        say("指标"),
        codes := list(TARGETABLE),
        codes.index("committee_coverage"),
        format_func=lambda code: say.words(TARGETABLE[code].name),
        key="own-target-indicator",
    )
    indicator = TARGETABLE[code]
    place = st.selectbox(
        say("范围"),
        _choices(context, code),
        format_func=lambda code: _option(context, code),
        key=f"own-target-place-{code in NOT_OF_ONE}",
    )
    bounds = list(target_bound.allowed)
    bound = st.selectbox(
        say("要求"),
        bounds,
        bounds.index(usual_bound(code)),
        format_func=lambda code: say.words(target_bound.allowed[code]),
        key=f"own-target-bound-{code}",
    )
    value = st.number_input(
        say("目标值（{unit}）", unit=say.words(indicator.unit)),
        min_value=0.0,
        max_value=100.0 if indicator.kind == "share" else None,
        value=None,
        format="%g",
        placeholder=_suggested(context, code),
        key=f"own-target-value-{code}",
    )
    last = ask.warehouse.months[-1]
    due = st.selectbox(
        say("到期月份"),
        [add_months(last, count) for count in range(MOST_MONTHS_AHEAD)],
        format_func=lambda month: f"{month:%Y-%m}",
        key="own-target-due",
    )
    set_by = st.text_input(
        say("制定单位"), placeholder=say("如：区社会工作部"), key="own-target-set-by"
    )
    basis = st.text_input(say("依据（可不填）"), key="own-target-basis")
    is_whole = value is not None and bool(set_by.strip())
    if not st.button(say("定下"), type="primary", disabled=not is_whole, key="own-target-set"):
        return
    row = {
        "target_indicator": code, "target_place": place, "due_month": pd.Timestamp(due),
        "target_bound": bound, "target_value": value, "set_by": set_by.strip(),
        "target_basis": basis.strip() or None,
    }  # fmt: skip
    _tell(context, lambda: _set(pd.DataFrame([row])))


def _choices(context: Context, indicator: str) -> list[str]:
    """List what a target of an indicator may be for, of what was loaded: an operator's communities are no
    town's whole."""
    scope = context.scope
    whole = WHOLE if scope.is_district else LOADED
    of_one = [] if indicator in NOT_OF_ONE else [EACH_COMMUNITY, *context.communities.index]
    if scope.operator:
        return [whole, *of_one]
    return [whole, EACH_TOWN, *scope.towns, *of_one]


def _option(context: Context, code: str) -> str:
    named = Target("", code, context.filters.end_month, "", 0.0, "")
    return place_named(context, named)


def _suggested(context: Context, code: str) -> str:
    """Give what might be taken, as a suggestion of this product's own; nobody has set it."""
    say = context.say
    if code not in SUGGESTED:
        return ""
    return say("建议 {value:g}（本系统假定）", value=SUGGESTED[code])


def _set(rows: pd.DataFrame) -> list[Words]:
    """Load rows as a workbook is loaded, with all its checks."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{TABLE.label.zh}-{today()}.csv"
        file.write_text(_as_text(rows), encoding="utf-8-sig")
        done = loading.load(
            [file],
            _places(),
            Reading(today(), pseudonym_key),
            loading.Submission(who_loads()),
        )
    if done.is_refused:
        raise Problem([fault_line(fault) for fault in done.check.faults])
    return done.lines()


def _as_text(rows: pd.DataFrame) -> str:
    """Write rows as offices would, so that a percentage says that it is one."""
    signs = ["%" if TARGETABLE[code].kind == "share" else "" for code in rows["target_indicator"]]
    values = [f"{value:g}{sign}" for value, sign in zip(rows["target_value"], signs, strict=True)]
    months = rows["due_month"].dt.strftime("%Y-%m")
    labels = {column.name: column.field.label.zh for column in TABLE.columns}
    return str(
        rows.assign(target_value=values, due_month=months)
        .rename(columns=labels)
        .to_csv(index=False)
    )


def _offer_to_take_back(context: Context, there: tuple[Target, ...]) -> None:
    say, ask = context.say, context
    number = st.selectbox(
        say("哪一个"),
        range(len(there)),
        format_func=lambda number: say(
            "{indicator}，{place}，{month}",
            indicator=say.words(TARGETABLE[there[number].indicator].name),
            place=place_named(ask, there[number]),
            month=f"{there[number].due:%Y-%m}",
        ),
        key="own-target-which",
    )
    if st.button(say("撤下"), key="own-target-take-back"):
        each = there[number]
        key = dict(
            zip(TABLE.key, (each.indicator, each.place, pd.Timestamp(each.due)), strict=True)
        )
        _tell(context, lambda: _take_back(key))


def _take_back(key: dict[str, object]) -> list[Words]:
    done = loading.take_back(_places(), TABLE, key, loading.Submission(who_loads()))
    gone = done.batch is None
    return [message("load.gone") if gone else message("load.taken_back", batch=done.batch)]


def _tell(context: Context, do: Callable[[], list[Words]]) -> None:
    try:
        with st.spinner(context.say("正在载入")):
            told = do()
    except Problem as problem:
        show_problem(problem, context.say)
        return
    st.session_state[_TOLD] = told
    st.rerun()


def _places() -> loading.Places:
    return loading.Places(DATA, own_path(), warehouse_path())
