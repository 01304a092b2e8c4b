"""Let one give candidate points of one's own below the page of siting: they stand in the address."""

import streamlit as st

from dashboard.contract.problem import Problem
from dashboard.contract.tables import lat, lon
from dashboard.contract.words import Words
from dashboard.figures.siting import BETWEEN, SITES, Spot, lies_here, spots_of
from dashboard.intake.gazetteer import SYSTEMS, to_wgs84
from dashboard.ui.context import Context

_MOST = 60
_TEXT, _SYSTEM, _WRONG = "siting-points", "siting-system", "siting-wrong"


def show_points(context: Context) -> None:
    """Show what stands below the figures."""
    say, (spots, _) = context.say, spots_of(context.address.chosen)
    with (
        st.expander(say("用自有的候选点"), expanded=bool(spots)),
        st.form("siting-own", border=False),
    ):
        st.caption(
            say(
                "每行一个：名称、经度、纬度，可从表格里复制三列贴进来；站只在这些点里选。"
                "换算成 WGS-84 后写进网址，不另存；别写个人的姓名与住址。"
            )
        )
        lines = "\n".join(f"{each.name}\t{each.lon:.5f}\t{each.lat:.5f}" for each in spots)
        st.text_area(say("候选点"), lines, key=_TEXT, height=140)
        st.selectbox(
            say("经纬度的坐标系"), SYSTEMS, index=0 if spots else None, key=_SYSTEM,
            placeholder=say("请选：GPS、高德与腾讯、百度各不相同"),
        )  # fmt: skip
        st.form_submit_button(say("用作候选"), on_click=_take)
        if wrong := st.session_state.pop(_WRONG, None):
            st.error(" ".join(say.words(each) for each in wrong))


def _take() -> None:
    """Write the points into the browser's address, or keep what is wrong with them."""
    try:
        spots = read_points(st.session_state[_TEXT], st.session_state[_SYSTEM])
    except Problem as problem:
        st.session_state[_WRONG] = problem.problems
        return
    if spots:
        st.query_params[SITES.name] = BETWEEN.join(each.written for each in spots)
    else:
        st.query_params.pop(SITES.name, None)


def read_points(text: str, system: str | None) -> list[Spot]:
    """Read a point a line, in WGS-84; raise Problem with a sentence for each line that is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return []
    if system is None:
        raise Problem(
            Words(
                "没有选坐标系：高德、腾讯、百度的经纬度与 GPS 差几百米，请选一种。",
                "No coordinate system is chosen: longitudes of Amap, Tencent and Baidu lie some hundred metres off "
                "those of GPS; choose one.",
            )
        )
    if len(lines) > _MOST:
        raise Problem(
            Words(
                f"有 {len(lines)} 行，网址里放得下 {_MOST} 个点：请减少，或用命令行 site --candidates。",
                f"There are {len(lines)} lines, and an address holds {_MOST} points: give fewer, or use the command "
                "site --candidates.",
            )
        )
    found = [_point(line, system) for line in lines]
    wrong = [n for n, spot in enumerate(found, 1) if spot is None]
    if wrong:
        listed = "、".join(map(str, wrong))
        raise Problem(
            Words(
                f"第 {listed} 行不是“名称、经度、纬度”：经度在 {lon.minimum}–{lon.maximum}、纬度在 {lat.minimum}–{lat.maximum} 之间，请改正。",
                f"Of these lines none is a name, a longitude ({lon.minimum}–{lon.maximum}) and a latitude "
                f"({lat.minimum}–{lat.maximum}): {', '.join(map(str, wrong))}; mend them.",
            )
        )
    return [spot for spot in found if spot is not None]


def _point(line: str, system: str) -> Spot | None:
    for mark in ("\t", "，", ",", None):
        parts = [part.strip() for part in line.strip().rsplit(mark, 2)]
        if len(parts) == 3:
            break
    try:
        name, east, north = parts[0], float(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        return None
    if not (name and lies_here(east, north)):
        return None
    return Spot(name, *to_wgs84(east, north, system))
