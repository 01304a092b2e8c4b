"""Let people correct what their sheets and columns were taken as, and keep that for next month."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.intake.faults import ValueQuestion
from dashboard.intake.gazetteer import SYSTEMS
from dashboard.intake.headings import (
    COORDINATES,
    COORDINATES_LABEL,
    LOADABLE,
    Column,
    Recognised,
    as_mapped,
    column_name,
    fields_of,
    written_mapping,
)
from dashboard.language import Say
from dashboard.ui.notices import plain

Mapping = dict[str, Any]

CORRECTED, _SHEET = "own-corrected", "own-sheet"
_NONE = ""
MOST_ASKED = 12


def corrected() -> Mapping:
    """Give what was corrected by hand in this session: sheet by sheet, as a mapping file has it."""
    found: Mapping = st.session_state.setdefault(CORRECTED, {})
    return found


def forget_corrections() -> None:
    st.session_state.pop(CORRECTED, None)
    st.session_state.pop(_SHEET, None)


def show_recognised(
    say: Say, recognised: list[Recognised], at_fault: tuple[str, str] | None
) -> None:
    """Show sheet by sheet what was taken as what; let it be corrected and kept as a file.

    ``at_fault``: the file and sheet that has to be corrected, which is offered first.
    """
    st.table(_sheets(say, recognised), hide_index=True)
    is_open = at_fault is not None or bool(corrected())
    with st.expander(say("改正读法"), expanded=is_open, key="own-correcting"):
        st.markdown(
            say(
                "选一张工作表，指定它是哪张表、各列是什么；改动立即重新检查。没有对应的列选“不读”。"
            )
        )
        titles = {_name(each): each for each in recognised}
        if st.session_state.get(_SHEET) not in titles:
            asked = f"{at_fault[0]}:{at_fault[1]}" if at_fault else ""
            st.session_state[_SHEET] = asked if asked in titles else next(iter(titles))
        name = st.selectbox(say("工作表"), list(titles), key=_SHEET)
        _correct(say, titles[name])
    st.download_button(
        say("下载对照文件，下月再用"),
        written_mapping(recognised),
        "mapping.toml",
        "application/toml",
        on_click="ignore",
        type="tertiary",
    )


def show_questions(
    say: Say, questions: Sequence[ValueQuestion], recognised: Sequence[Recognised]
) -> None:
    """Ask which option each word means that nobody knows; an answer holds for all its rows."""
    sheets = {(found.sheet.file, found.sheet.key): found for found in recognised}
    for question in questions[:MOST_ASKED]:
        options = say.names(question.options)
        key = f"own-word-{question.file}:{question.sheet}-{question.field}-{question.word}"

        def answer(question: ValueQuestion = question, key: str = key) -> None:
            found = sheets[question.file, question.sheet]
            name = f"{question.file}:{question.sheet}"
            said = corrected().get(name) or (as_mapped(found) if found.is_mapped else {})
            words = {**said.get("values", {}).get(question.field, {})}
            words[question.word] = st.session_state[key]
            corrected()[name] = {
                **said, "values": {**said.get("values", {}), question.field: words},
            }  # fmt: skip

        st.selectbox(
            say(
                "{sheet}：“{word}”是哪一项？（{count} 行）",
                sheet=plain(question.sheet), word=plain(question.word), count=question.count,
            ),
            list(options), index=None, format_func=options.__getitem__, key=key,
            on_change=answer, placeholder=say("选一项"),
        )  # fmt: skip
    if (more := len(questions) - MOST_ASKED) > 0:
        st.caption(say("答完这些，还有 {count} 个词。", count=more))


def _name(found: Recognised) -> str:
    return f"{found.sheet.file}:{found.sheet.name}"


def _sheets(say: Say, recognised: list[Recognised]) -> pd.DataFrame:
    rows = []
    is_one_file = len({found.sheet.file for found in recognised}) == 1
    for found in recognised:
        read = [column for column in found.columns if column.field]
        personal = [column for column in found.columns if column.personal and not column.field]
        unread = [c for c in found.columns if not c.field and not c.personal]
        rows.append(
            {
                say("工作表"): plain(
                    found.sheet.name if is_one_file else f"{found.sheet.file} · {found.sheet.name}"
                ),
                say("读作"): say.words(found.table.label) if found.table else say("不读"),
                say("表头"): say("第 {row} 行", row=found.heading_row + 1) if found.table else "",
                say("读到的列"): plain(_columns_read(say, found, read)),
                say("不读的列"): plain(say.listed([column.heading for column in unread])),
                say("个人信息，不入库"): plain(say.listed([column.heading for column in personal])),
            }
        )
    return pd.DataFrame(rows)


def _columns_read(say: Say, found: Recognised, read: list[Column]) -> str:
    """Count the columns read, and name those whose headings read otherwise than their fields."""
    if found.table is None:
        return ""
    labels = {name: each.label for name, each in fields_of(found.table.name).items()}
    labels[COORDINATES] = COORDINATES_LABEL
    meant = _fields(say, found)
    otherwise = [
        f"{column.heading} → {meant[column.field]}"
        for column in read
        if column.field and not any(label in column.heading for label in labels[column.field])
    ]
    if otherwise:
        return say("{count} 列：{names}", count=len(read), names=say.listed(otherwise))
    return say("{count} 列", count=len(read)) if read else ""


def _fields(say: Say, found: Recognised) -> dict[str, str]:
    """List what a column of a sheet may be; a place may be given by its name."""
    assert found.table is not None
    names = {name: say.words(each.label) for name, each in fields_of(found.table.name).items()}
    if found.table.name != "community" and "community_code" in names:
        names["community_code"] = say("社区（名称或代码）")
    if "town_code" in names:
        names["town_code"] = say("街镇（名称或代码）")
    if "lon" in names:
        names[COORDINATES] = say.words(COORDINATES_LABEL)
    return names


def _correct(say: Say, found: Recognised) -> None:
    name = _name(found)

    def tell(**said: Any) -> None:
        """Keep what was said of the sheet; all its columns stand anew under another table."""
        there = _said(found)
        if "table" not in said:
            there = {"table": found.table.name if found.table else _NONE, **there}
        elif said["table"] != there.get("table"):
            there = {}
        corrected()[name] = {**there, **said}

    tables = {_NONE: say("不读"), **{table.name: say.words(table.label) for table in LOADABLE}}
    left, middle, right = st.columns(3)
    key = f"own-table-{name}"
    with left:
        st.session_state[key] = found.table.name if found.table else _NONE
        st.selectbox(
            say("是哪张表"), list(tables), format_func=tables.__getitem__, key=key,
            on_change=lambda: tell(table=st.session_state[key]),
        )  # fmt: skip
    if found.table is None:
        return
    with middle:
        row = f"own-row-{name}"
        st.session_state[row] = found.heading_row + 1
        st.number_input(
            say("表头在第几行"), min_value=1, max_value=30, step=1, key=row,
            on_change=lambda: tell(heading_row=int(st.session_state[row])),
        )  # fmt: skip
    fields = _fields(say, found)
    if COORDINATES in fields:
        with right:
            system = f"own-system-{name}"
            st.session_state[system] = found.coordinates
            st.selectbox(
                say("坐标系"), SYSTEMS, key=system, placeholder=say("未声明"),
                on_change=lambda: tell(coordinates=st.session_state[system]),
            )  # fmt: skip
    places = st.columns(4)
    for number, column in enumerate(found.columns):
        with places[number % 4]:
            _correct_column(say, found, column, fields, tell)


def _said(found: Recognised) -> Mapping:
    """Give what was said of a sheet by hand, else in a mapping file: the rest of it is kept."""
    return corrected().get(_name(found)) or (as_mapped(found) if found.is_mapped else {})


def _correct_column(
    say: Say, found: Recognised, column: Column, fields: dict[str, str], tell: Any
) -> None:
    name, letters = _name(found), found.sheet.cell(0, column.number)[:-1]
    key = f"own-column-{name}-{letters}"
    nothing = say("个人信息，不入库") if column.personal else say("不读")
    st.session_state[key] = column.field or _NONE

    def changed() -> None:
        field = st.session_state[key]
        said = dict(_said(found).get("columns", {}))
        for other in found.columns:
            if field and other.field == field and other.number != column.number:
                said[column_name(found, other)] = _NONE
        said[column_name(found, column)] = field
        tell(columns=said)

    st.selectbox(
        f"{letters} · {plain(column.heading)}",
        [_NONE, *fields],
        format_func=lambda code: fields.get(code, nothing),
        key=key,
        on_change=changed,
    )
