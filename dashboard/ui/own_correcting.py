"""Let people correct what their sheets and columns were taken as, and keep that for next month."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.contract.fields import Table
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
from dashboard.intake.personal import mask, shown
from dashboard.intake.values import plain_cell
from dashboard.language import Say
from dashboard.ui.notices import plain

Mapping = dict[str, Any]

CORRECTED, _SHEET = "own-corrected", "own-sheet"
_NONE, _TOGETHER = "", "+"


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
    recognised = [each for each in recognised if not each.is_beside]
    st.table(_sheets(say, recognised), hide_index=True)
    is_open = at_fault is not None or bool(corrected())
    with st.expander(say("改正读法"), expanded=is_open, key="own-correcting"):
        st.markdown(
            say(
                "选一张工作表，指定它是哪张表、各列是什么；改动立即重新检查。没有对应的列选“不读”。"
            )
        )
        titles = {sheet_named(each): each for each in recognised}
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


def sheet_named(found: Recognised) -> str:
    """Name a sheet as what is said of it by hand does."""
    return f"{found.sheet.file}:{found.sheet.key}"


def _sheets(say: Say, recognised: list[Recognised]) -> pd.DataFrame:
    rows = []
    is_one_file = len({found.sheet.file for found in recognised}) == 1
    for found in recognised:
        together = [found, *found.beside]
        personal = [column for column in found.columns if column.personal and not column.field]
        rows.append(
            {
                say("工作表"): plain(
                    found.sheet.name if is_one_file else f"{found.sheet.file} · {found.sheet.name}"
                ),
                say("读作"): say.listed([say.words(t.label) for t in tables_of(found)])
                or say("不读"),
                say("表头"): say("第 {row} 行", row=_heading_row(found)) if found.table else "",
                say("读到的列"): plain(
                    say.listed([_columns_read(say, each) for each in together if each.table])
                ),
                say("不写在列里的"): plain(say.listed(_stated(say, together))),
                say("不读的列"): plain(say.listed([column.heading for column in found.unread])),
                say("个人信息，不入库"): plain(say.listed([column.heading for column in personal])),
            }
        )
    return pd.DataFrame(rows)


def _heading_row(found: Recognised) -> int:
    """Say at which row of its sheet the headings stand, from 1."""
    return found.sheet.place(found.heading_row, 0)[0] + 1


def tables_of(found: Recognised) -> list[Table]:
    """List the tables that a sheet's rows are read as."""
    return [each.table for each in (found, *found.beside) if each.table]


def _columns_read(say: Say, found: Recognised) -> str:
    """Count the columns read, and name those whose headings read otherwise than their fields."""
    assert found.table is not None
    read = [column for column in found.columns if column.field]
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


def _stated(say: Say, together: list[Recognised]) -> list[str]:
    """List what is stated once for all rows: in a title, the sheet's name or its file's."""
    return list(
        dict.fromkeys(
            say(
                "{label} {value}（{where}）",
                label=say.words(fields_of(each.table.name)[name].label),
                value=shown(mask(plain_cell(constant.raw))[0]),
                where=say.words(constant.where),
            )
            for each in together
            if each.table
            for name, constant in each.constants.items()
            if name in fields_of(each.table.name)
        )
    )


def _fields(say: Say, found: Recognised) -> dict[str, str]:
    """List what a column of a sheet may be; a place may be given by its name."""
    names = {
        name: say.words(each.label)
        for table in reversed(tables_of(found))
        for name, each in fields_of(table.name).items()
    }
    has_names = any(table.name == "community" for table in tables_of(found))
    if "community_code" in names and not has_names:
        names["community_code"] = say("社区（名称或代码）")
    if "town_code" in names:
        names["town_code"] = say("街镇（名称或代码）")
    if "lon" in names:
        names[COORDINATES] = say.words(COORDINATES_LABEL)
    return names


def _correct(say: Say, found: Recognised) -> None:
    name = sheet_named(found)

    def tell(**said: Any) -> None:
        """Keep what was said of the sheet; all its columns stand anew under another table."""
        there = said_of_sheet(found)
        if "table" not in said:
            there = {**_read_as(found), **there}
        elif (said["table"], said.get("tables")) != (there.get("table"), there.get("tables")):
            there = {}
        corrected()[name] = {**there, **said}

    tables = {_NONE: say("不读"), **{table.name: say.words(table.label) for table in LOADABLE}}
    together = _TOGETHER.join(table.name for table in tables_of(found))
    if together not in tables:
        tables[together] = say.listed([say.words(table.label) for table in tables_of(found)])
    left, middle, right = st.columns(3)
    key = f"own-table-{name}"

    def chosen() -> None:
        names = st.session_state[key].split(_TOGETHER)
        tell(table=names[0], **({"tables": names} if len(names) > 1 else {}))

    with left:
        st.session_state[key] = together
        st.selectbox(
            say("是哪张表"), list(tables), format_func=tables.__getitem__, key=key,
            on_change=chosen,
        )  # fmt: skip
    if found.table is None:
        return
    if found.sheet.whole is found.sheet:  # one that was laid out anew has rows of its own
        row = f"own-row-{name}"
        st.session_state[row] = found.heading_row + 1
        with middle:
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
    read_as = as_mapped(found)["columns"]
    # One column may be read as two fields: 受理时间 of a hotline.
    columns = {column.number: column for column in reversed(found.columns)}
    for number, (_, column) in enumerate(sorted(columns.items())):
        with places[number % 4]:
            field = read_as.get(column_name(found, column)) or column.field or _NONE
            _correct_column(say, found, column, field, fields, tell)


def _read_as(found: Recognised) -> Mapping:
    """Say which tables a sheet is read as, as a mapping has it."""
    names = [table.name for table in tables_of(found)]
    return {"table": names[0] if names else _NONE, **({"tables": names} if len(names) > 1 else {})}


def said_of_sheet(found: Recognised) -> Mapping:
    """Give what was said of a sheet by hand, else in a mapping file: the rest of it is kept."""
    return corrected().get(sheet_named(found)) or (as_mapped(found) if found.is_mapped else {})


def _correct_column(
    say: Say, found: Recognised, column: Column, read: str, fields: dict[str, str], tell: Any
) -> None:
    name, letters = sheet_named(found), found.sheet.cell(0, column.number)[:-1]
    key = f"own-column-{name}-{letters}"
    nothing = say("个人信息，不入库") if column.personal else say("不读")
    st.session_state[key] = read if read in fields else _NONE

    def changed() -> None:
        field = st.session_state[key]
        said = dict(said_of_sheet(found).get("columns", {}))
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
