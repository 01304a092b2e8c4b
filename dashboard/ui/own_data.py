"""Let people bring their own files in the page: template, upload, check, load, undo, history."""

import getpass
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.intake import loading
from dashboard.intake.annotating import annotate
from dashboard.intake.faults import Check
from dashboard.intake.headings import Recognised, read_mapping, written_mapping
from dashboard.intake.personal import pseudonym_key
from dashboard.intake.report import (
    MOST_LINES,
    coercion_lines,
    dropped_lines,
    field_label,
    grouped,
)
from dashboard.intake.template import template
from dashboard.language import Say
from dashboard.model.problem import Problem
from dashboard.model.tables import NAMED
from dashboard.model.words import Words
from dashboard.places import DATA, own_path, takes_loads, warehouse_path
from dashboard.ui.context import Context
from dashboard.ui.uploader import name_uploaders
from dashboard.warehouse.own import State, current_state

_TYPES = ["xlsx", "xls", "csv", "parquet", "geojson", "gpkg", "zip"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_own_data(context: Context) -> None:
    """Show the section; what was just loaded is told at its top."""
    say = context.say
    if told := st.session_state.pop("own-told", []):
        st.success("  \n".join(say.words(words) for words in told))
    st.markdown(
        say(
            "下载模板填写，或直接上传已有的工作簿：先检查，列出全部问题，不改动任何数据；没有问题才可载入。"
            "姓名、证件号、手机号、微信号不入库，参与者换成加密假名。"
        )
    )
    st.download_button(say("下载模板"), template, "minhang-template.xlsx", XLSX, on_click="ignore")
    name_uploaders(say)
    files = st.file_uploader(
        say("您的文件（.xlsx、.xls、.csv、.parquet、.geojson、.gpkg、.zip，每个不超过 300 MB）"),
        type=_TYPES,
        accept_multiple_files=True,
        key=f"own-files-{st.session_state.get('own-round', 0)}",
    )
    mapping = st.file_uploader(say("对照文件（可选）"), type=["toml", "json"], key="own-mapping")
    if files:
        with TemporaryDirectory() as folder:
            _check_and_load(say, _kept(files, Path(folder)), mapping, Path(folder))
    _history(context)


def _kept(files: list[Any], folder: Path) -> list[Path]:
    """Write the uploads where they can be read, under their own names and nothing more."""
    paths = []
    for number, file in enumerate(files):
        place = folder / str(number)
        place.mkdir()
        path = place / (Path(file.name.replace("\\", "/")).name or "file")
        path.write_bytes(file.getbuffer())
        paths.append(path)
    return paths


def _check_and_load(say: Say, paths: list[Path], mapping: Any, folder: Path) -> None:
    places = loading.Places(DATA, own_path(), warehouse_path())
    try:
        said = None
        if mapping is not None:
            file = folder / Path(mapping.name).name
            file.write_bytes(mapping.getbuffer())
            said = read_mapping(file)
        options: dict[str, Any] = {"today": date.today(), "key": pseudonym_key, "mapping": said}
        with _bar(say) as progress:
            found = loading.check(paths, places, **options, progress=progress)
        _show_check(say, found)
        if found.faults:
            _offer_copies(say, paths, found, folder)
            return
        if not takes_loads():
            st.info(
                say("此服务器不在网页上载入：请在服务器上运行 python -m dashboard load 文件名。")
            )
        elif st.button(say("载入"), type="primary", key="own-load"):
            with _bar(say) as progress:
                done = loading.load(paths, places, who=_who(), **options, progress=progress)
            _tell_and_start_over(done.lines())
    except Problem as problem:
        for words in problem.problems:
            st.error(say.words(words))


class _bar:  # noqa: N801 - used as a statement
    """Show progress while something runs, and nothing afterwards."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def __enter__(self) -> Callable[[float, Words], None]:
        self._bar = st.progress(0.0)

        def progress(share: float, step: Words) -> None:
            self._bar.progress(min(share, 1.0), self._say.words(step))

        return progress

    def __exit__(self, *error: object) -> None:
        self._bar.empty()


def _who() -> str:
    return f"{getpass.getuser()} (app)"


def _tell_and_start_over(lines: list[Words]) -> None:
    st.session_state["own-told"] = lines
    st.session_state["own-round"] = st.session_state.get("own-round", 0) + 1
    st.rerun()


def _show_check(say: Say, found: Check) -> None:
    if found.faults:
        st.error(say("须改正 {count} 处，没有载入任何数据。", count=len(found.faults)))
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
    else:
        counts = {NAMED[name].label: len(frame) for name, frame in found.frames.items()}
        counts |= {NAMED[name].label: found.staged_rows for name in found.staged}
        rows = say.listed([f"{say.words(label)} {count:,}" for label, count in counts.items()])
        st.success(say("没有问题，可以载入：{rows}。", rows=rows))
    for words in found.warnings:
        st.warning(say.words(words))
    with st.expander(say("读作什么，改写了什么"), expanded=False):
        st.table(_taken_as(say, found.recognised), hide_index=True)
        lines = [*coercion_lines(found), *dropped_lines(found)]
        st.markdown("\n".join(f"- {say.words(words)}" for words in lines))
        st.download_button(
            say("下载对照文件（TOML）"),
            written_mapping(found.recognised),
            "mapping.toml",
            "application/toml",
            on_click="ignore",
        )


def _taken_as(say: Say, recognised: list[Recognised]) -> pd.DataFrame:
    rows = [
        {
            say("表"): f"{found.sheet.name} → {say.words(found.table.label)}",
            say("列"): column.heading,
            say("读作"): say.words(field_label(found.table, column.field))
            if column.field
            else say("个人信息，不入库")
            if column.personal
            else say("未读"),
        }
        for found in recognised
        if found.table is not None
        for column in found.columns
    ]
    return pd.DataFrame(rows)


def _offer_copies(say: Say, paths: list[Path], found: Check, folder: Path) -> None:
    for number, path in enumerate(annotate(paths, found, folder / "annotated.xlsx")):
        st.download_button(
            say("下载标注副本：{file}", file=path.name),
            path.read_bytes(),
            path.name,
            XLSX,
            key=f"own-annotated-{number}",
            on_click="ignore",
        )


def _history(context: Context) -> None:
    say = context.say
    state = current_state(own_path())
    if state is None:
        return
    st.subheader(say("已载入"))
    st.table(_batches(say, state), hide_index=True)
    restated = state.frame("restatement")
    if len(restated):
        st.markdown(say("更正过的数值（{count} 处）：", count=len(restated)))
        st.dataframe(_restated(say, restated), hide_index=True)
    if takes_loads() and st.button(say("撤销最近一次载入"), key="own-undo"):
        places = loading.Places(DATA, own_path(), warehouse_path())
        try:
            with _bar(say) as progress:
                batch = loading.undo(places, progress=progress)
        except Problem as problem:
            for words in problem.problems:
                st.error(say.words(words))
            return
        _tell_and_start_over([Words(f"已撤销批次 {batch}。", f"Batch {batch} is undone.")])


def _batches(say: Say, state: State) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                say("批次"): batch["batch"],
                say("时间"): batch["when"].replace("T", " ")[:16] + " UTC",
                say("载入人"): batch["who"],
                say("文件"): say.listed([file["name"] for file in batch["files"]]),
                say("行数"): sum(table["rows"] for table in batch["tables"].values()),
                say("新增"): sum(table["added"] for table in batch["tables"].values()),
                say("更正"): sum(table["restated"] for table in batch["tables"].values()),
            }
            for batch in reversed(state.batches)
        ]
    )


def _restated(say: Say, rows: pd.DataFrame) -> pd.DataFrame:
    tables = [NAMED[name] for name in rows["table_name"]]
    return pd.DataFrame(
        {
            say("批次"): rows["batch"],
            say("表"): [say.words(table.label) for table in tables],
            say("主键值"): rows["row_key"],
            say("列"): [
                say.words(table.column(name).field.label)
                for table, name in zip(tables, rows["column_name"], strict=True)
            ],
            say("原值"): rows["before_value"],
            say("现值"): rows["after_value"],
        }
    )
