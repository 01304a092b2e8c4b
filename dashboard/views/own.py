"""One's own data (您的数据): who one is, the sheet, the check, and which tables stand."""

from collections.abc import Mapping

import streamlit as st

from dashboard.contract.problem import Problem
from dashboard.figures.page import Choice, Page, Picker
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.paths import own_path
from dashboard.ui.context import Context
from dashboard.ui.own_reader import RUNG, WHO, reader_of
from dashboard.warehouse.uploads import current_state

CHOICES: tuple[Choice, ...] = (WHO, RUNG)


def title(say: Say) -> str:
    return say("您的数据")


def page(context: Context) -> Page:
    """Make what stands above: what is loaded, and who is asking."""
    controls = () if context.warehouse.is_protected else tuple(_pickers(context))
    return Page(_headline(context), controls=controls)


def _headline(context: Context) -> Headline:
    say = context.say
    if context.warehouse.is_protected:
        return Headline(
            say("这里不载入数据"), say("给外人看的版本只供查看；载入在本单位的版本上进行。")
        )
    try:
        state = current_state(own_path())
    except Problem:
        state = None
    reader = reader_of(context)
    names = context.town_names(short=False)
    place = say.listed([names[code] for code in reader.towns])
    last = f"{context.warehouse.months[-1]:%Y-%m}"
    told = say("数据截至 {month}；下面是已有的表与可以补上的表。", month=last)
    if state is None or "community" not in state.tables:
        return Headline(
            say("{place}：从示例到自己的数据，十分钟", place=place)
            if place
            else say("从示例到您的数据，十分钟"),
            say("一张八列的名册就够：先检查，再载入，示例随之让位；随时可撤销。"),
        )
    rows = state.frame("community")
    if place:
        rows = rows[rows["town_code"].isin(reader.towns)]
        return Headline(say("{place}：已载入 {count} 个社区", place=place, count=len(rows)), told)
    return Headline(
        say(
            "已载入 {count} 个社区，{towns} 个街镇",
            count=len(rows),
            towns=rows["town_code"].nunique(),
        ),
        told,
    )


def _pickers(context: Context) -> list[Picker]:
    """Ask who is there, and of a town which; both are kept in the address."""
    say, reader = context.say, reader_of(context)
    roles: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("district", say("区级部门"), {"who": "district", "town": "", "community": ""}),
        ("town", say("街镇"), {"who": "town", "community": ""}),
        ("operator", say("运营方"), {"who": "operator", "town": "", "community": ""}),
        ("researcher", say("研究者"), {"who": "researcher", "town": "", "community": ""}),
    )
    pickers = [Picker("who", say("您是"), roles, reader.role)]
    if reader.role == "town":
        towns = context.town_names(short=False)
        places: tuple[tuple[str, str, Mapping[str, str]], ...] = (
            ("", say("选择街镇"), {"who": "town", "town": ""}),
            *((code, name, {"who": "town", "town": code}) for code, name in towns.items()),
        )
        chosen = reader.towns[0] if len(reader.towns) == 1 else ""
        pickers.append(Picker("who-town", say("哪个街镇"), places, chosen, side_by_side=False))
    return pickers


def show(context: Context) -> None:
    """Show what stands below the headline."""
    if context.warehouse.is_protected:
        return
    # What reads workbooks is imported only for who opens this page.
    from dashboard.ui.own_data import show_own_data

    with st.container(key="own"):
        show_own_data(context)
