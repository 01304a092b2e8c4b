"""Mangle workbooks at random: a check tells what is wrong in sentences, and never fails otherwise."""

import datetime as dt
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.intake.annotating import annotated
from dashboard.intake.checking import Known, Reading, check_sources
from dashboard.intake.headings import FIELD_SYNONYMS, LOADABLE
from dashboard.intake.loading import Places, known_at
from dashboard.intake.reading import Sheet, Source
from dashboard.intake.report import report
from dashboard.paths import DATA
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

UGLY: list[Any] = [
    "", None, "—", "无", " ", "=cmd|x", "#N/A", "#REF!", float("nan"), float("inf"), -1, 0, 1e300,
    1e18, 2025.1, 202513, 45000, 60, 2958466, "2025-02-30", "2024年13月", "约", "约约1", "1,00",
    "1e5", "０", "十", "一百", "合计", "小计", "备注：x", True, False, dt.date(1, 1, 1),
    dt.datetime(9999, 12, 31), dt.time(1, 2), dt.timedelta(days=2), "虹桥", "莘庄", "\u202e",
    "\x00", "a" * 40_000, "\U0001f600", "13812345678", "11010519491231002X", "%", "120%", "-0",
    "1-2", "2024.9—2025.1", "0.1.1", "nan", "None", "NaT", "5:00",
]  # fmt: skip
HEADINGS: list[Any] = ["", "姓名", "手机", "坐标系", "合计", None, 5, "经度"]

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def frames(sample: Path) -> Frames:
    warehouse = Warehouse(sample)
    return {table.name: warehouse.table(table.name, limit=60, exact=True) for table in LOADABLE}


@pytest.fixture(scope="module")
def known(sample: Path) -> Known:
    return known_at(Places(DATA, sample.parent / "own", sample), None)


def cell(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def mangled(table: Table, rows: pd.DataFrame, at: int, chance: random.Random) -> Sheet:
    """Make a sheet of a table's rows as a careless hand would leave it."""
    count = chance.randint(0, 12) if len(rows) else 0
    rows = rows.iloc[[chance.randrange(len(rows)) for _ in range(count)]]
    columns = list(rows.columns)
    if chance.random() < 0.3:
        columns = chance.sample(columns, chance.randint(1, len(columns)))
    headings = [
        chance.choice(HEADINGS)
        if chance.random() < 0.07
        else chance.choice([name, *table.column(name).field.label, *FIELD_SYNONYMS.get(name, ())])
        for name in columns
    ]
    cells = [[cell(value) for value in row] for row in rows[columns].itertuples(index=False)]
    for row in cells:
        for number in range(len(row)):
            if chance.random() < 0.08:
                row[number] = chance.choice(UGLY)
        if chance.random() < 0.05:
            del row[chance.randint(0, len(row)) :]
        elif chance.random() < 0.05:
            row.append(chance.choice(UGLY))
    lines = [*([chance.choice(UGLY)] for _ in range(chance.choice([0, 0, 1, 2]))), headings, *cells]
    if chance.random() < 0.2:
        lines.append(["合计", *(chance.choice(UGLY) for _ in headings)])
    if chance.random() < 0.1:
        chance.shuffle(lines)

    def place() -> tuple[int, int]:
        return chance.randint(0, len(lines)), chance.randint(0, 8)

    merged = [
        (top, left, top + chance.randint(0, 4), left + chance.randint(0, 3))
        for top, left in (place() for _ in range(chance.choice([0, 0, 1, 3])))
    ]
    failed = {place(): chance.choice(["", "#DIV/0!"]) for _ in range(chance.choice([0, 0, 1, 3]))}
    name = chance.choice([table.label.zh, table.name, "Sheet1", f"2024年{table.label.zh}"])
    return Sheet(
        "f.xlsx", name + " " * at, lines, typed=chance.random() < 0.7, merged=merged, failed=failed,
        is_hidden=chance.random() < 0.05, coordinates=chance.choice([None, "WGS-84"]),
    )  # fmt: skip


def said(sheets: list[Sheet], chance: random.Random) -> dict[str, Any] | None:
    if chance.random() < 0.8:
        return None
    tables = [table.name for table in LOADABLE]
    return {
        sheet.name: {
            "table": chance.choice([*tables, ""]),
            "heading_row": chance.choice([1, 2, 40]),
        }
        for sheet in sheets
    }


@settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_mangled_workbook_is_told_in_sentences(
    frames: Frames, known: Known, chance: random.Random
) -> None:
    tables = chance.sample(list(LOADABLE), chance.randint(1, 4))
    sheets = [mangled(table, frames[table.name], at, chance) for at, table in enumerate(tables)]
    with TemporaryDirectory() as scratch:
        try:
            check = check_sources(
                [Source(Path("f.xlsx"), "0" * 64, 1, sheets)], known,
                Reading(messy.TODAY, lambda: b"k" * 32, said(sheets, chance)), scratch=Path(scratch),
            )  # fmt: skip
        except Problem as problem:
            assert problem.problems
            return
    assert all(words.zh and words.en for words in report(check))
    if check.faults:
        assert annotated(b"no workbook", [each.sheet for each in check.recognised], check.faults)


# What it found ---------------------------------------------------------------------------


def checked(known: Known, *sheets: Sheet) -> Any:
    with TemporaryDirectory() as scratch:
        return check_sources(
            [Source(Path("f.xlsx"), "0" * 64, 1, list(sheets))], known,
            Reading(messy.TODAY, lambda: b"k" * 32), scratch=Path(scratch),
        )  # fmt: skip


def test_a_code_is_made_although_what_it_is_made_of_is_missing(known: Known) -> None:
    head = ["社区", "提案类别", "闭环阶段", "是否重启", "责任单位"]
    community = known.communities["community_code"].iloc[0]
    sheet = Sheet("f.xlsx", "提案", [head, [community, "交通出行", "需求提出", "否", "街镇"]])
    assert {fault.code for fault in checked(known, sheet).faults} == {"column"}


def test_merged_cells_of_a_coordinate_system_are_told(known: Known) -> None:
    head = ["名称", "街镇", "经度", "纬度", "坐标系"]
    rows = [["甲", "莘庄", 121.38, 31.11, "WGS-84"], ["乙", "莘庄", 121.38, 31.11, ""]]
    sheet = Sheet("f.xlsx", "社区", [head, *rows], merged=[(1, 4, 2, 4)])
    lines = [words.zh for words in report(checked(known, sheet))]
    assert any("坐标系" in line and "合并单元格填充" in line for line in lines)


def test_sheets_whose_names_differ_only_in_what_a_workbook_lacks_are_told_apart(
    known: Known,
) -> None:
    sheets = [
        Sheet("f.xlsx", name, [["街镇", "社区"], ["无此镇", "甲"]]) for name in ("a/b", "a_b")
    ]
    check = checked(known, *sheets)
    assert annotated(b"no workbook", [each.sheet for each in check.recognised], check.faults)


def test_a_hidden_sheet_is_not_read_and_told(known: Known) -> None:
    community = known.communities["community_code"].iloc[0]
    head = ["社区", "提案类别", "提交日期", "闭环阶段", "是否重启", "责任单位"]
    row = [community, "交通出行", "2025-11-05", "需求提出", "否", "街镇"]
    old = Sheet("f.xlsx", "提案旧", [head, [*row[:2], "去年", *row[3:]]], is_hidden=True)
    check = checked(known, Sheet("f.xlsx", "提案", [head, row]), old)
    assert check.faults == []
    assert len(check.frames["proposal"]) == 1
    assert ["隐藏" in words.zh for words in check.warnings] == [True]
