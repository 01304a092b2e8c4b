"""Sheets that are handed out come back: what was written in beforehand asks nothing of anybody."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.cli.main import main
from dashboard.contract.filters import add_months
from dashboard.contract.tables import NAMED
from dashboard.intake import sheets
from dashboard.intake.checking import Reading
from dashboard.intake.loading import Loaded, Places, Submission, check, load
from dashboard.intake.template import template
from dashboard.paths import DATA
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import current_state
from tests.intake import messy

Key = Callable[[], bytes]
TOWN, OTHER = "310112101", "310112103"
BASIS = ("community", "governance", "occupancy")
FEW = 4


@pytest.fixture(scope="module")
def basis(sample: Path, key: Key, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Own communities of two towns, a few in each, with their governance and housing."""
    folder = tmp_path_factory.mktemp("basis")
    places = Places(DATA, folder / "own", Path(shutil.copy(sample, folder / "minhang.duckdb")))
    warehouse = Warehouse(places.warehouse)
    tables = {name: warehouse.table(name, exact=True) for name in BASIS}
    register = tables["community"]
    open_here = register[register["closed_on"].isna()].groupby("town_code")["community_code"]
    codes = [code for town in (TOWN, OTHER) for code in open_here.get_group(town).head(FEW)]
    tables = {name: rows[rows["community_code"].isin(codes)] for name, rows in tables.items()}
    (folder / "basis.xlsx").write_bytes(template(tables))
    assert brought(folder / "basis.xlsx", places, key).check.faults == []
    return places


@pytest.fixture
def based(places: Places, basis: Places) -> Places:
    """The same, for a test that loads more."""
    shutil.copy(basis.warehouse, places.warehouse)
    shutil.copytree(basis.own, places.own)
    return places


def brought(file: Path, places: Places, key: Key) -> Loaded:
    return load([file], places, Reading(messy.TODAY, key), Submission("tester"))


def handed_out(name: str, places: Places, to: Path, *towns: str) -> tuple[Path, Worksheet]:
    own = sheets.own_communities(current_state(places.own), towns)
    month = sheets.next_month(own, messy.TODAY)
    to.write_bytes(sheets.prefilled(NAMED[name], own, month))
    return to, openpyxl.load_workbook(to).worksheets[0]


def filled(file: Path, rows: dict[int, dict[str, object]]) -> Path:
    """Fill some lines of a sheet, by the columns' headings."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    places = {
        str(cell.value).split("（")[0].rstrip("*"): cell.column for cell in sheet[1] if cell.value
    }
    for row, values in rows.items():
        for heading, value in values.items():
            sheet.cell(row, places[heading]).value = value
    book.save(file)
    return file


HOUSING = {
    "房源层次": "一间房", "房源": 20, "建成供应": 20, "可租": 20, "已租": 18, "可住人数": 40, "入住居民": 30,
    "迁入": 1, "迁出": 1,
}  # fmt: skip
FILLED: dict[str, dict[str, object]] = {
    "occupancy": HOUSING,
    "activity": {
        "举办日期": date(2025, 11, 5), "活动类别": "亲子活动", "服务领域": "基本服务",
        "服务方面": "心理咨询", "线上": "否", "儿童人数": 3,
    },
    "proposal": {
        "提案类别": "交通出行", "提出日期": date(2025, 11, 5), "闭环阶段": "需求提出",
        "重启办理": "否", "责任单位": "街镇",
    },
    "organisation": {"组织类型": "社工站", "起始日期": date(2025, 3, 1)},
    "club": {
        "社团类别": "文艺", "牵头人类型": "居民", "社团成员": 12, "起始日期": date(2025, 3, 1),
    },
    "monthly_record": {"计数项目": "党员", "人": 9},
}  # fmt: skip


@pytest.mark.parametrize("name", FILLED)
def test_a_sheet_with_own_communities_comes_back_without_a_question(
    name: str, based: Places, key: Key, tmp_path: Path
) -> None:
    before = state_rows(based, name)
    file, sheet = handed_out(name, based, tmp_path / f"{name}.xlsx")
    communities = state_rows(based, "community").set_index("community_code")
    codes = [row[0].value for row in sheet.iter_rows(min_row=3) if row[0].value]
    assert set(codes) == set(communities.index)
    assert {row[1].value for row in sheet.iter_rows(min_row=3) if row[0].value} == set(
        communities["name_zh"]
    )
    filled(file, {3: FILLED[name], 5: FILLED[name]})
    found = check([file], based, Reading(messy.TODAY, key))
    assert found.faults == []
    assert [words.zh for words in found.warnings] == []
    rows = found.frames[name]
    assert len(rows) == 2
    assert set(rows["community_code"]) <= set(codes)
    # All others were left as they were handed out.
    assert found.notes[name, "", "unfilled"] == len(codes) - 2
    assert brought(file, based, key).tables[name].added == 2
    assert len(state_rows(based, name)) == len(before) + 2


def state_rows(places: Places, name: str) -> pd.DataFrame:
    state = current_state(places.own)
    assert state is not None
    return state.frame(name)


def test_the_month_that_follows_the_last_is_written_in(basis: Places, tmp_path: Path) -> None:
    _, sheet = handed_out("occupancy", basis, tmp_path / "next.xlsx")
    last = pd.Timestamp(state_rows(basis, "occupancy")["month"].max()).date()
    months = {row[3].value for row in sheet.iter_rows(min_row=3) if row[0].value}
    assert {month.date() for month in months} == {add_months(last, 1)}
    nothing = sheets.own_communities(None)
    assert sheets.next_month(nothing, date(2026, 1, 9)) == date(2025, 12, 1)


def test_governance_as_it_is_comes_back_as_it_was(based: Places, key: Key, tmp_path: Path) -> None:
    file, _ = handed_out("governance", based, tmp_path / "governance.xlsx")
    loaded = brought(file, based, key)
    assert loaded.check.faults == []
    assert loaded.batch is None  # nothing was said anew


def test_a_sheet_is_of_the_towns_that_were_asked_for(basis: Places, tmp_path: Path) -> None:
    _, sheet = handed_out("proposal", basis, tmp_path / "town.xlsx", TOWN)
    codes = {row[0].value for row in sheet.iter_rows(min_row=3) if row[0].value}
    assert len(codes) == FEW
    assert all(str(code).startswith(TOWN) for code in codes)


@pytest.mark.parametrize("name", ["occupancy", "activity", "space_vote", "committee"])
def test_a_sheet_without_own_communities_is_empty(name: str, tmp_path: Path) -> None:
    content = sheets.prefilled(NAMED[name], sheets.own_communities(None), date(2026, 9, 1))
    (tmp_path / "empty.xlsx").write_bytes(content)
    sheet = openpyxl.load_workbook(tmp_path / "empty.xlsx").worksheets[0]
    assert not [
        cell for row in sheet.iter_rows(min_row=3, values_only=True) for cell in row if cell
    ]


# The register -----------------------------------------------------------------------------


def test_the_register_has_eight_columns_its_town_and_its_month(tmp_path: Path) -> None:
    content = sheets.register(sheets.own_communities(None), [TOWN], date(2026, 9, 1))
    (tmp_path / "register.xlsx").write_bytes(content)
    sheet = openpyxl.load_workbook(tmp_path / "register.xlsx").worksheets[0]
    assert sheet["A1"].value == "莘庄镇新型居住社区名册（截至2026年9月30日）"
    assert [cell.value for cell in sheet[2]] == [
        "社区名称", "街镇", "类型", "覆盖方式", "模式", "起始时间", "房源（套/间）", "居民（人）",
    ]  # fmt: skip
    examples = list(sheet.iter_rows(min_row=3, max_row=5, values_only=True))
    assert all(str(row[0]).startswith("示例：") and row[1] == "莘庄镇" for row in examples)
    assert {row[1] for row in sheet.iter_rows(min_row=6, values_only=True)} == {"莘庄镇"}
    assert len(sheet.data_validations.dataValidation) >= 5


def test_the_district_s_register_names_no_town(tmp_path: Path) -> None:
    content = sheets.register(sheets.own_communities(None), [], date(2026, 2, 1))
    (tmp_path / "register.xlsx").write_bytes(content)
    sheet = openpyxl.load_workbook(tmp_path / "register.xlsx").worksheets[0]
    assert sheet["A1"].value == "闵行区新型居住社区名册（截至2026年2月28日）"
    assert {cell for row in sheet.iter_rows(min_row=6, values_only=True) for cell in row} <= {None}


def test_the_register_of_own_communities_has_what_does_not_change_by_the_month(
    based: Places, tmp_path: Path
) -> None:
    own = sheets.own_communities(current_state(based.own), [OTHER])
    (tmp_path / "register.xlsx").write_bytes(sheets.register(own, [OTHER], date(2026, 1, 1)))
    sheet = openpyxl.load_workbook(tmp_path / "register.xlsx").worksheets[0]
    named = [row for row in sheet.iter_rows(min_row=6, values_only=True) if row[0]]
    assert {row[0] for row in named} == set(own.communities["name_zh"])
    assert all(row[1] and row[2] and row[3] for row in named)
    assert {row[6:8] for row in named} == {(None, None)}


def test_example_lines_are_never_loaded(places: Places, key: Key, tmp_path: Path) -> None:
    """Whatever else is made of the register, its example lines are no communities."""
    content = sheets.register(sheets.own_communities(None), [TOWN], date(2025, 11, 1))
    file = tmp_path / "register.xlsx"
    file.write_bytes(content)
    found = check([file], places, Reading(messy.TODAY, key))
    assert all(frame.empty for frame in found.frames.values())
    assert {fault.code for fault in found.faults} == {"empty"}


@pytest.mark.parametrize("towns", [[], [TOWN]])
def test_a_filled_register_alone_is_loaded(
    towns: list[str], places: Places, key: Key, tmp_path: Path
) -> None:
    month = date(2025, 11, 1)
    file = tmp_path / "register.xlsx"
    file.write_bytes(sheets.register(sheets.own_communities(None), towns, month))
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    rows: list[list[object]] = [
        ["春申人才公寓", "莘庄镇", "人才公寓", "居村治理", "居委会（筹备组）", date(2022, 3, 1), 400, 620],
        ["莘建之家", "莘庄镇", "建管家", "片区网格", None, date(2024, 6, 1), 180, 350],
    ]  # fmt: skip
    for number, values in enumerate(rows, start=6):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column).value = value
    book.save(file)
    loaded = brought(file, places, key)
    assert loaded.check.faults == []
    assert sorted(state_rows(places, "community")["name_zh"]) == ["春申人才公寓", "莘建之家"]
    assert sorted(state_rows(places, "governance")["coverage_type"]) == ["committee", "grid"]
    housing = state_rows(places, "occupancy")
    assert sorted(housing["resident_count"]) == [350, 620]
    assert {pd.Timestamp(each).date() for each in housing["month"]} == {month}


# The command line -------------------------------------------------------------------------


def test_the_command_line_hands_out_the_same_sheets(based: Places, tmp_path: Path) -> None:
    def made(*options: str) -> Worksheet:
        file = tmp_path / "made.xlsx"
        answer = CliRunner().invoke(main, ["template", "--to", str(file), *options])
        assert answer.exit_code == 0, answer.output
        return openpyxl.load_workbook(file).worksheets[0]

    assert "颛桥镇" in str(made("--register", "--town", "颛桥镇")["A1"].value)
    assert "颛桥镇" in str(made("--register", "--town", OTHER)["A1"].value)
    codes = [row[0].value for row in made("--for", "activity", "--town", TOWN).iter_rows(min_row=3)]
    assert {str(code)[:9] for code in codes if code} == {TOWN}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--register", "--for", "activity"), "--register"),
        (("--town", TOWN), "--town"),
        (("--register", "--town", "某镇"), "某镇"),
        (("--for", "nothing"), "--for"),
    ],
)
def test_the_command_line_says_what_it_can_t_hand_out(
    options: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    answer = CliRunner().invoke(main, ["template", "--to", str(tmp_path / "x.xlsx"), *options])
    assert answer.exit_code == 1
    assert told in answer.output
    assert not (tmp_path / "x.xlsx").exists()
