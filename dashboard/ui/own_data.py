"""Let people bring their own files in the page: the sheet, the files, the verdict, then all else."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.apart import Busy
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, activity_kind, is_of_persons, programme
from dashboard.contract.words import Words
from dashboard.intake import loading
from dashboard.intake.annotating import annotate
from dashboard.intake.checking import NothingRecognised, Reading
from dashboard.intake.crossing import read_mapping_apart
from dashboard.intake.faults import EMPTY, Check
from dashboard.intake.ladder import RUNGS, Rung
from dashboard.intake.personal import pseudonym_key
from dashboard.intake.report import (
    MOST_LINES,
    coercion_lines,
    dropped_lines,
    grouped,
    report,
)
from dashboard.intake.template import template
from dashboard.language import Say
from dashboard.paths import DATA, own_path, warehouse_path
from dashboard.subjects.pages import PAGES
from dashboard.ui.context import Context
from dashboard.ui.notices import plain, show_problem
from dashboard.ui.own_correcting import (
    corrected,
    forget_corrections,
    show_recognised,
)
from dashboard.ui.own_deliveries import UNDO_REASON, ask_reason, offer_return, show_deliveries
from dashboard.ui.own_history import offer_undo, show_history
from dashboard.ui.own_ladder import XLSX, offer_sheet, show_asked, show_ladder, stands
from dashboard.ui.own_questions import show_questions
from dashboard.ui.own_reader import Reader, query_of, reader_of
from dashboard.ui.own_targets import show_targets
from dashboard.ui.page import page_at
from dashboard.ui.rights import takes_loads, who_loads
from dashboard.ui.uploader import name_uploaders
from dashboard.ui.uploads import file_name, uploads_kept
from dashboard.warehouse.uploads import Damaged, State, current_state

_TYPES = ["xlsx", "xls", "csv", "parquet", "geojson", "gpkg", "zip"]
_MOST_TOLD = 6
_CHECKED, _TOLD, _ROUND, _READ = "own-checked", "own-told", "own-round", "own-read"


@dataclass(frozen=True)
class _Checked:
    """Hold what came of a check: the check, or what can't be read at all."""

    check: Check | None
    problem: Problem | None = None


def show_own_data(context: Context) -> None:
    """Show all of it; what was just loaded is told at its top.

    Each part stands in a container, so that what opens in one stays open while others come and go.
    """
    say, reader = context.say, reader_of(context)
    with st.container():
        if told := st.session_state.pop(_TOLD, []):
            st.success("  \n".join(plain(say.words(words)) for words in told))
            _lead_on(context, reader)
    try:
        state = current_state(own_path())
    except Damaged as problem:
        show_problem(problem, say)
        offer_undo(say, say("将回到最近一份完好的数据。"), lambda: _undo(say))
        return
    with st.container():
        show_asked(context, state)
    with st.container():
        # Whoever has put files in is to see the verdict first.
        if not st.session_state.get(_files_key()):
            _offer_sheet(context, reader, state)
    files, mapping = _choose_files(say)
    with st.container():
        if files:
            _steps(say, files, mapping)
        else:
            st.session_state.pop(_CHECKED, None)
            st.session_state.pop(_READ, None)
    parts: tuple[Callable[[], None], ...] = (
        lambda: show_ladder(context, state),
        lambda: show_targets(context),
        lambda: show_history(context, lambda: _undo(say)),
        lambda: show_deliveries(context),
    )
    for show in parts:
        with st.container():
            show()


def _lead_on(context: Context, reader: Reader) -> None:
    """Lead to one's own first page."""
    say, name = context.say, reader.first_page
    label = say("看您的“{page}” ›", page=PAGES[name].title(say))
    st.page_link(page_at(name), label=label, query_params=query_of(context, reader))


# The sheet --------------------------------------------------------------------------------


def _offer_sheet(context: Context, reader: Reader, state: State | None) -> None:
    """Offer the sheet that this reader fills in first, and the workbook of all tables."""
    say = context.say
    there = stands(state)
    rung = RUNGS[0]
    if reader.role == "operator" and "community" in there:
        rung = RUNGS[2]
    _step(say("填一张表"))
    st.markdown(_advice(say, reader, rung))
    with st.container(horizontal=True, vertical_alignment="center"):
        offer_sheet(context, rung, state, say("下载“{table}”表格", table=say.words(rung.label)))
        st.download_button(
            say("全部表的模板"),
            template,
            "minhang-template.xlsx",
            XLSX,
            on_click="ignore",
            type="primary" if reader.role == "researcher" else "tertiary",
        )


def _advice(say: Say, reader: Reader, rung: Rung) -> str:
    if rung is not RUNGS[0]:
        return say("运营方每月报入住：表里已写好您的社区与下一个月，只填数。")
    eight = say(
        "八列：社区名称、街镇、类型、覆盖方式、模式、起始时间、房源、居民。下拉可选，三行示例不会载入；不知道的留空。"
    )
    if reader.role == "town" and not reader.towns:
        return say("在上面选好街镇，表里就写好它。") + eight
    if reader.role == "researcher":
        return say("示例与公开数字可直接用；有自己的数据，用全部表的模板，或从名册起。")
    return eight


# The files --------------------------------------------------------------------------------


def _choose_files(say: Say) -> tuple[list[Any], Any]:
    """Take the files; return them and the mapping file."""
    _step(say("放进来"))
    name_uploaders(say)
    files = st.file_uploader(
        say(
            "填好的表，或直接用您已有的台账：先检查，不改动任何数据。姓名、证件号、手机号、微信号不入库，参与者换成加密假名。"
        ),
        type=_TYPES,
        accept_multiple_files=True,
        key=_files_key(),
        on_change=forget_corrections,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say(".xlsx、.xls、.csv、.parquet、.geojson、.gpkg、.zip，每个不超过 300 MB"))
        last_month = st.popover(say("用上月的对照文件"), type="tertiary")
    with last_month:
        mapping = st.file_uploader(
            say("对照文件（可选）"), type=["toml", "json"], key=f"{_files_key()}-mapping"
        )
    return uploads_kept(say, files or []), next(
        iter(uploads_kept(say, filter(None, [mapping]))), None
    )


def _files_key() -> str:
    """Name the uploader anew after each load, which empties it."""
    return f"own-files-{st.session_state.get(_ROUND, 0)}"


def _step(title: str) -> None:
    st.markdown(f"##### {title}")


@contextmanager
def _as_files(uploads: list[Any]) -> Iterator[tuple[list[Path], Path]]:
    """Write the uploads where they can be read, under their own names, for as long as needed."""
    with TemporaryDirectory() as name:
        folder, paths = Path(name), []
        for number, upload in enumerate(uploads):
            place = folder / str(number + 1)
            place.mkdir()
            path = place / file_name(upload.name)
            path.write_bytes(upload.getbuffer())
            paths.append(path)
        yield paths, folder


# The verdict and what follows from it -----------------------------------------------------


def _steps(say: Say, files: list[Any], upload: Any) -> None:
    try:
        mapping = _mapping(upload)
    except Problem as problem:
        show_problem(problem, say)
        return
    with (
        st.container()
    ):  # so that what stands below keeps its place whether it is checked anew or not
        checked = _checked(say, files, mapping)
    found = checked.check
    is_ready = checked.problem is None and found is not None and not found.faults
    _tell_verdict(*_verdict(say, checked))
    if checked.problem is not None:
        show_problem(checked.problem, say)
        if not isinstance(checked.problem, Busy):
            names = [file.name for file in files]
            offer_return(say, Check(), checked.problem, names)
    elif found is not None:
        show_questions(say, found)
        _show_check(say, files, found)
    if found is None:
        return
    if is_ready:
        _offer_load(say, files, mapping, found)
    _tell_beside(say, found)
    if found.recognised:
        _step(say("读作什么"))
        show_recognised(say, found.recognised, _to_point_out(found))
        _show_landing(say, found)
        offer_report(say, found)


_SHOWN_ROWS = 5


def _show_landing(say: Say, found: Check) -> None:
    """Show the first rows of each table as they will land."""
    if not found.frames:
        return
    with st.expander(say("将这样载入")):
        for name, rows in found.frames.items():
            table = NAMED[name]
            shown = rows.head(_SHOWN_ROWS).dropna(axis=1, how="all")
            labels = {c.name: say.words(c.field.label) for c in table.columns}
            st.caption(say("{table}：{count:,} 行", table=say.words(table.label), count=len(rows)))
            if not is_of_persons(table):
                st.dataframe(shown.rename(columns=labels), hide_index=True, key=f"own-lands-{name}")


def offer_report(say: Say, found: Check) -> None:
    """Offer what was asked, read and left out as one text that an auditor can follow."""
    st.download_button(
        say("下载检查报告"),
        lambda: "\n".join(say.words(line) for line in report(found)).encode("utf-8-sig"),
        "check.txt",
        "text/plain",
        on_click="ignore",
        type="tertiary",
        key="own-report",
    )


def _verdict(say: Say, checked: _Checked) -> tuple[str, bool]:
    """Say in a line whether the files can be loaded, and if not, how much is to be done."""
    found = checked.check
    if checked.problem is not None or found is None:
        return say("还读不了"), False
    if not found.faults:
        return say("可以载入"), True
    if [fault.code for fault in found.faults] == [EMPTY]:
        return say("还没有填"), False
    asked, cells = left_open(found)
    told = []
    if asked:
        told.append(say("还有 {count} 个问题", count=asked))
    if cells:
        told.append(say("{count} 个单元格要改", count=cells))
    return say.listed(told), False


def left_open(found: Check) -> tuple[int, int]:
    """Count the questions, the same of several sheets once, and the cells to be corrected."""
    asked: set[tuple[Any, ...]] = set()
    cells = 0
    for number, fault in enumerate(found.faults):
        if fault.is_question:
            asked.add((fault.what, fault.value))
        elif fault.can_be_pointed_out or fault.row is None:
            asked.add((number,))
        else:
            cells += 1
    return len(asked), cells


def _tell_verdict(line: str, is_ready: bool) -> None:
    look = "ready" if is_ready else "open"
    st.html(f'<p class="mh-verdict mh-verdict-{look}" role="status">{escape(line)}</p>')


def _to_point_out(found: Check) -> tuple[str, str] | None:
    """Find the sheet of which somebody has to say by hand what it or its columns are."""
    for fault in found.faults:
        if fault.can_be_pointed_out:
            return fault.file, fault.sheet
    unknown = (each.sheet for each in found.recognised if each.table is None and not each.is_mapped)
    return next(((sheet.file, sheet.name) for sheet in unknown), None)


def _mapping(upload: Any) -> dict[str, Any]:
    """Read the mapping file and lay over it what was corrected by hand."""
    said: dict[str, Any] = {}
    if upload is not None:
        said = read_mapping_apart(file_name(upload.name), bytes(upload.getbuffer()))
    return {**said, **corrected()}


def _checked(say: Say, files: list[Any], mapping: dict[str, Any]) -> _Checked:
    """Check the files, once for the same files, mapping and state of what is loaded."""
    state = current_state(own_path())
    mark = (
        [file.file_id for file in files], json.dumps(mapping), state.number if state else 0,
    )  # fmt: skip
    kept = st.session_state.get(_CHECKED)
    if kept is not None and kept[0] == mark:
        return kept[1]
    with _as_files(files) as (paths, _), _bar(say) as progress:
        try:
            found = loading.check(paths, _places(), _reading(mapping), progress=progress)
            checked = _Checked(found)
        except NothingRecognised as problem:
            checked = _Checked(problem.check, problem)
        except Busy as problem:
            return _Checked(None, problem)
        except Problem as problem:
            checked = _Checked(None, problem)
    st.session_state[_CHECKED] = (mark, checked)
    return checked


def _places() -> loading.Places:
    return loading.Places(DATA, own_path(), warehouse_path())


def _reading(mapping: dict[str, Any]) -> Reading:
    kept = st.session_state.setdefault(_READ, {})
    return Reading(date.today(), pseudonym_key, mapping or None, kept)


@contextmanager
def _bar(say: Say) -> Iterator[Callable[[float, Words], None]]:
    """Show progress while something runs, and nothing afterwards."""
    bar = st.progress(0.0)

    def progress(share: float, step: Words) -> None:
        bar.progress(min(share, 1.0), say.words(step))

    yield progress
    bar.empty()


def _show_check(say: Say, files: list[Any], found: Check) -> None:
    """Say what is ready, or what to do first."""
    if not found.faults:
        st.markdown(plain(_ready(say, found)))
        if found.made_activities:
            st.dataframe(_made(say, found), hide_index=True, key="own-made")
        return
    if [fault.code for fault in found.faults] == [EMPTY]:
        (fault,) = found.faults
        st.markdown(say("{what}；{todo}。", what=say.words(fault.what), todo=say.words(fault.todo)))
        return
    also = ""
    if pointed := sum(fault.can_be_pointed_out for fault in found.faults):
        also = say("其中 {count} 处也可在下面的“改正读法”中指明。", count=pointed)
    if all(fault.is_question for fault in found.faults):
        st.markdown(say("没有载入任何数据。答完上面的问题即可，不必改文件。") + also)
        with st.expander(say("或在文件里改")):
            _show_faults(say, files, found)
        return
    st.markdown(say("没有载入任何数据。在标注副本中改好，再上传它。") + also)
    _show_faults(say, files, found)


def _show_faults(say: Say, files: list[Any], found: Check) -> None:
    """Show each fault with its place, and offer the files with them marked."""
    _offer_copies(say, files, found)
    offer_return(say, found)
    groups = grouped(found.faults)[:MOST_LINES]
    st.dataframe(
        pd.DataFrame(
            {
                say("文件"): [fault.file for fault, _ in groups],
                say("位置"): [f"{f.sheet}!{f.cell}" if f.cell else f.sheet for f, _ in groups],
                say("值"): [fault.value for fault, _ in groups],
                say("问题"): [say.words(fault.what) for fault, _ in groups],
                say("怎么改"): [say.words(fault.todo) for fault, _ in groups],
                say("行数"): [count for _, count in groups],
            }
        ),
        hide_index=True,
        key="own-faults",
    )


def _tell_beside(say: Say, found: Check) -> None:
    """Tell what was noticed, and folded what was read otherwise than it was typed."""
    told = [plain(say.words(words)) for words in found.warnings]
    if told:
        st.warning("  \n".join(told[:_MOST_TOLD]))
    if len(told) > _MOST_TOLD:
        with st.expander(say("还有 {count} 条说明", count=len(told) - _MOST_TOLD)):
            st.markdown("\n".join(f"- {line}" for line in told[_MOST_TOLD:]))
    if lines := [*coercion_lines(found), *dropped_lines(found)]:
        with st.expander(say("改写与去除了什么")):
            st.markdown("\n".join(f"- {plain(say.words(words))}" for words in lines))


def _ready(say: Say, found: Check) -> str:
    parts = [f"{say.words(label)} {count:,}" for label, count in found.row_counts.items()]
    if found.boundaries is not None:
        parts.append(say("14 个街镇的边界"))
    told = say("没有问题：{rows}。", rows=say.listed(parts))
    if made := len(found.made_activities):
        told += say("其中 {count} 场活动是按签到表新建的，请核对下表，载入即确认。", count=made)
    return told


def _made(say: Say, found: Check) -> pd.DataFrame:
    """List the activities that sign-in sheets tell of and that were not there."""
    kinds, brands = (say.names(each.allowed) for each in (activity_kind, programme))
    return pd.DataFrame(
        {
            say("日期"): each.held_on.isoformat(),
            say("社区"): each.community,
            say("活动"): each.name,
            say("类别"): kinds[each.kind],
            say("品牌"): brands[each.programme] if each.programme else "",
            say("人次"): each.attendances,
            say("儿童"): each.children,
            say("同日另有"): say.listed(list(each.same_day)),
            say("出自"): each.where,
            say("代码"): each.code,
        }
        for each in found.made_activities
    )


def _offer_copies(say: Say, files: list[Any], found: Check) -> None:
    """Offer a copy of each file with faults; it is made when it is asked for."""
    faulty = list(dict.fromkeys(fault.file for fault in found.faults))

    def made(name: str) -> bytes:
        with _as_files(files) as (paths, folder):
            (copy,) = annotate(paths, found, folder / "annotated.xlsx", name)
            return copy.read_bytes()

    with st.container(horizontal=True):
        for name in faulty:
            st.download_button(
                say("下载标注副本：{file}", file=plain(name)),
                partial(made, name),
                f"{Path(name).stem}-annotated.xlsx",
                XLSX,
                key=f"own-annotated-{name}",
                on_click="ignore",
                type="primary",
            )


def _offer_load(say: Say, files: list[Any], mapping: dict[str, Any], found: Check) -> None:
    if not takes_loads():
        st.info(say("此服务器不在网页上载入：请把检查过的文件交给管理员载入。"))
        return
    replaced = [
        name
        for name, count in found.absent.items()
        if st.checkbox(
            say(
                "{table}：以前载入的同街镇、同月份的行中，有 {count:,} 行这次没有；以这次的文件为准，删去它们",
                table=say.words(NAMED[name].label),
                count=count,
            ),
            key=f"own-replace-{name}",
        )
    ]
    number = ""
    if found.boundaries is not None:
        number = st.text_input(
            say("审图号（印在每张地图下）"), placeholder="GS(2026)1234", key="own-map-number"
        )
    reason = ask_reason(say, found)
    made = len(found.made_activities)
    label = say("载入，含新建活动 {count} 场", count=made) if made else say("载入")
    if st.button(label, type="primary", key="own-load"):
        try:
            with _as_files(files) as (paths, _), _bar(say) as progress:
                submission = loading.Submission(who_loads(), number or None, replaced, reason)
                done = loading.load(
                    paths, _places(), _reading(mapping), submission, progress=progress
                )
        except Problem as problem:
            show_problem(problem, say)
            return
        _tell_and_start_over(done.lines())


def _undo(say: Say) -> None:
    try:
        with _bar(say) as progress:
            why = st.session_state.get(UNDO_REASON, "")
            batch = loading.undo(_places(), who=who_loads(), restate=why, progress=progress)
    except Problem as problem:
        show_problem(problem, say)
        return
    _tell_and_start_over(loading.undone_lines(batch))


def _tell_and_start_over(lines: list[Words]) -> None:
    st.session_state[_TOLD] = lines
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_CHECKED, None)
    st.session_state.pop(_READ, None)
    forget_corrections()
    st.rerun()
