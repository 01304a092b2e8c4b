"""Show the steps from a register to proposals: what stands, what comes next and what it unlocks."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from dashboard.intake.ladder import (
    MORE,
    RUNGS,
    Rung,
    Standing,
    is_up,
    next_rung,
    rung_of,
    standing,
    unlocked,
)
from dashboard.intake.sheets import next_month, own_communities, prefilled, register
from dashboard.intake.template import town_names
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.own_reader import RUNG, Reader, reader_of
from dashboard.warehouse.uploads import State

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_NAMES = 4


@st.cache_data(max_entries=8)
def _standing(_state: State | None, folder: str) -> dict[str, Standing]:
    return standing(_state)


def stands(state: State | None) -> dict[str, Standing]:
    """Count what stands, once for a state, which never changes."""
    return _standing(state, str(state.folder) if state else "")


def show_asked(context: Context, state: State | None) -> None:
    """Show the step that a link from where it is missing names."""
    rung = rung_of(context.address.choice(RUNG))
    if rung is None:
        return
    say = context.say
    st.markdown(f"##### {say('要补的是“{table}”', table=say.words(rung.label))}")
    _show(context, rung, stands(state), state, place="asked")


def show_ladder(context: Context, state: State | None) -> None:
    """Show all steps; those that not everybody has are folded."""
    say, there = context.say, stands(state)
    st.markdown(f"##### {say('已有什么，还缺什么')}")
    st.caption(
        say("一级一级补：每补一张表，多看一些指标。表里已写好您的社区与下一个月，只填空白。")
        if "community" in there
        else say("从名册起；载入之后，其余各表会写好您的社区，只填空白。")
    )
    for rung in RUNGS:
        _show(context, rung, there, state)
    with st.expander(say("更多：不是处处都有的表"), key="own-more"):
        for rung in MORE:
            _show(context, rung, there, state)


def _show(
    context: Context,
    rung: Rung,
    there: Mapping[str, Standing],
    state: State | None,
    place: str = "",
) -> None:
    say = context.say
    text, button = st.columns([4, 1], vertical_alignment="center")
    with text:
        st.html(_written(say, rung, there))
    with button:
        label = say("下载“{table}”", table=say.words(rung.label))
        offer_sheet(context, rung, state, label, place=place or "ladder")


def offer_sheet(
    context: Context, rung: Rung, state: State | None, label: str, place: str = "first"
) -> None:
    """Offer the sheet of a step, of the reader's towns; it is made when it is asked for."""
    sheet, name = _sheet(rung, reader_of(context), state)
    st.download_button(
        label,
        sheet,
        name,
        XLSX,
        key=f"own-sheet-{place}-{rung.table.name}",
        on_click="ignore",
        type="tertiary" if place == "ladder" else "primary",
    )


def _written(say: Say, rung: Rung, there: Mapping[str, Standing]) -> str:
    """Write a step: whether it stands, what it unlocks, who usually has it."""
    is_next = rung is next_rung(there)
    state = "up" if is_up(rung, there) else "next" if is_next else "open"
    signs = {"up": ("●", say("已有")), "next": ("◐", say("接下来")), "open": ("○", say("未有"))}
    sign, word = signs[state]
    known = _known(say, rung, there)
    parts = [_unlocking(say, rung), _held(say, rung)]
    return (
        f'<div class="mh-rung mh-rung-{state}"><p><span aria-hidden="true">{sign}</span> '
        f"<b>{escape(say.words(rung.label))}</b> <em>{escape(known or word)}</em></p>"
        f"<p>{escape(' · '.join(filter(None, parts)))}</p></div>"
    )


def _known(say: Say, rung: Rung, there: Mapping[str, Standing]) -> str:
    """Say how much stands of a step's tables."""
    told = []
    for table in rung.tables:
        found = there.get(table.name)
        if found is None or not found.rows:
            continue
        rows = say("{count:,} 行", count=found.rows)
        if len(rung.tables) > 1:
            rows = f"{say.words(table.label)} {rows}"
        told.append(rows)
        if found.months:
            told.append(say("{count} 个月", count=found.months))
        if found.towns:
            told.append(say("{count} 个街镇", count=found.towns))
        if found.last:
            told.append(say("最近 {month}", month=f"{found.last:%Y-%m}"))
    if rung.table.name == "occupancy" and told and not is_up(rung, there):
        told.append(say("再有一个月就能说变化"))
    return " · ".join(told)


def _unlocking(say: Say, rung: Rung) -> str:
    names = [say.words(each.name) for each in unlocked(rung)]
    if not names:
        return say.words(rung.table.row)
    listed = say.listed(names[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        return say("可看{names}等 {count} 项指标", names=listed, count=len(names))
    return say("可看{names}", names=listed)


def _held(say: Say, rung: Rung) -> str:
    return say("多在{who}", who=say.words(rung.table.held_by)) if rung.table.held_by else ""


def _sheet(rung: Rung, reader: Reader, state: State | None) -> tuple[partial[bytes], str]:
    """Give what makes the sheet of a step, and its file's name."""
    if rung is RUNGS[0]:
        return partial(register_of, reader, state), register_name(reader)
    return partial(_prefilled, rung, reader, state), f"{rung.label.zh}.xlsx"


def register_of(reader: Reader, state: State | None) -> bytes:
    """Make the register of the reader's towns, for the month that comes next."""
    own = own_communities(state, reader.towns)
    return register(own, reader.towns, next_month(own, date.today()))


def register_name(reader: Reader) -> str:
    return f"{'-'.join([RUNGS[0].label.zh, *map(town_names().__getitem__, reader.towns)])}.xlsx"


def _prefilled(rung: Rung, reader: Reader, state: State | None) -> bytes:
    own = own_communities(state, reader.towns)
    return prefilled(rung.table, own, next_month(own, date.today()))
