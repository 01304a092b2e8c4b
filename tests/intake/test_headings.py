"""Check that sheets and columns are recognised, and that a mapping corrects what is not."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.problem import Problem
from dashboard.intake.headings import (
    LOADABLE,
    field_names,
    heading_key,
    is_remark,
    read_mapping,
    recognise,
    total_word,
    written_mapping,
)
from dashboard.intake.reading import Sheet
from dashboard.intake.values import tidy
from tests.intake import messy


def sheet(rows: list[list[Any]], name: str = "Sheet1", **more: Any) -> Sheet:
    return Sheet("book.xlsx", name, rows, **more)


@pytest.mark.parametrize("table", LOADABLE, ids=lambda table: table.name)
@pytest.mark.parametrize("language", [0, 1])
def test_a_table_is_recognised_by_its_labels_in_either_language(table: Any, language: int) -> None:
    headings: list[Any] = [column.field.label[language] for column in table.columns]
    found = recognise(sheet([["标题"], headings, ["x"] * len(headings)]))
    assert found is not None
    assert found.table == table
    assert set(found.fields) == {column.name for column in table.columns}
    assert (found.heading_row, found.body_row) == (1, 2)


def test_a_sheet_is_what_its_headings_say_whatever_its_name() -> None:
    head = ["社区名称", "月份", "房源层次", "建成供应", "可租", "已租", "入住居民"]
    found = recognise(Sheet("a.xlsx", "社区台账", [head, ["甲", "2026-06", "间", 9, 9, 8, 9]]))
    assert found is not None
    assert found.table is not None
    assert found.table.name == "occupancy"


def test_no_heading_leads_to_two_fields_of_a_table() -> None:
    for table in LOADABLE:
        names = field_names(table.name)
        for column in table.columns:
            for label in column.field.label:
                assert names[heading_key(label)] == column.name


@pytest.mark.parametrize(
    ("cell", "word"),
    [("合计", "合计"), ("小 计", "小计"), ("莘庄镇小计", "小计"), ("全区总计：", "总计"), ("Total", "total"), ("设计公寓", None), ("会计大楼", None)],
)  # fmt: skip
def test_totals_are_known_by_their_words(cell: str, word: str | None) -> None:
    assert total_word([cell, 1, 2]) == word


def test_remarks_are_no_rows() -> None:
    assert is_remark(["注：不含整修房源", "", ""])
    assert is_remark(["填表人：某某", "", "联系电话：1"])
    assert not is_remark(["春申公寓", "", ""])


def test_a_mapping_corrects_names_what_is_not_known(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["楼盘", "第几月", "丙"], ["春申", "2026-01", 5]]
    plain = recognise(sheet(rows))
    assert plain is not None and plain.table is None
    file = tmp_path / "m.toml"
    file.write_text(
        '[Sheet1]\ntable = "occupancy"\nheading_row = 1\n[Sheet1.columns]\n"楼盘" = "community_code"\n"第几月" = "month"\nC = "let_count"\n',
        encoding="utf-8",
    )
    found = recognise(sheet(rows), read_mapping(file))
    assert found is not None and found.table is not None
    assert {c.field: c.number for c in found.columns} == {
        "community_code": 0,
        "month": 1,
        "let_count": 2,
    }


def test_what_was_recognised_can_be_saved_and_used_again(tmp_path: Path) -> None:
    found = recognise(sheet(messy.GOVERNANCE, "治理"))
    assert found is not None
    file = tmp_path / "m.toml"
    file.write_text(written_mapping([found]), encoding="utf-8")
    again = recognise(sheet(messy.GOVERNANCE, "治理"), read_mapping(file))
    assert again is not None
    assert again.fields.keys() == found.fields.keys()
    assert again.is_mapped


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\ntable = 'nothing'", "no table"), ("[a]\ntable = 'occupancy'\ncolumns = {x = 'y'}", "no column"),
        ("not = toml = at all", "no mapping file"), ("{\"a\": 3}", "needs table"), ("[a]\ntable='community'\ncoordinates='x'", "coordinates are one of"),
        ('{"a": ' + "[" * 200_000, "no mapping file"), ("a = " + "[" * 200_000, "no mapping file"), ("\n{", "no mapping file"),
        ("[a]\ntable = ['occupancy']", "are texts"), ("[a]\ntable='occupancy'\ncolumns = {x = ['y']}", "are texts"),
        ("[a]\ntable='occupancy'\nheading_row = 0", "a row's number"), ("[a]\ntable='occupancy'\nheading_row = true", "a row's number"),
        ("[a]\ntable='occupancy'\ncoordinates = 3", "are texts"),
    ],
)  # fmt: skip
def test_a_mapping_that_means_nothing_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=said):
        read_mapping(file)


CELLS = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.dates()
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.text(max_size=10))
def test_whatever_a_sheet_holds_it_is_recognised_or_not(rows: list[list[Any]], name: str) -> None:
    found = recognise(sheet(rows, name))
    if found is not None:
        assert "[" in written_mapping([found])


# What is not the month's own number -------------------------------------------------------

BEFORE: list[Any] = ["社区名称", "月份", "房源层次"]
AFTER: list[Any] = ["入住居民", "迁入", "迁出"]


def read(*headings: str, below: tuple[str, ...] = (), title: str = "") -> Any:
    """Recognise a sheet of occupancy with some headings between the usual ones."""
    rows: list[list[Any]] = [[title]] if title else []
    rows.append([*BEFORE, *headings, *AFTER])
    if below:
        rows.append([""] * len(BEFORE) + list(below) + [""] * (len(headings) - len(below)))
    rows.append(["春申", "2026-04", "间", *range(100, 100 + len(headings)), 230, 5, 4])
    found = recognise(sheet(rows, "月度入住"))
    assert found is not None and found.table is not None
    return found


@pytest.mark.parametrize(
    "headings",
    [
        ("已租（去年）", "已租（今年）"), ("已租（上年同期）", "已租（本期）"), ("已租（计划）", "已租（实际）"),
        ("已租（同比）", "已租"), ("已租（环比增减）", "已租"), ("已租（累计）", "已租（本月）"),
        ("已租（1-4月）", "已租"), ("已租（%）", "已租（间）"), ("Let (last year)", "Let (current)"),
        ("Let (planned)", "Let (actual)"), ("Let (YoY)", "Let"), ("Let (YTD)", "Let"), ("已租（其中：青年）", "已租"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_the_months_own_column_is_read_wherever_it_stands(
    headings: tuple[str, ...], turned: bool
) -> None:
    found = read(*(headings[::-1] if turned else headings))
    assert found.questions == []
    other, own = map(tidy, headings)
    assert found.fields["let_count"].heading == own
    (remark,) = found.remarks
    assert own in remark.zh and other in remark.en


@pytest.mark.parametrize(
    "headings",
    [
        ("已租", "已租"), ("已租（2025年）", "已租（2026年）"), ("已租", "在租"), ("已租（今年）", "已租（本期）"),
        ("已租（去年）",), ("已租（计划）",), ("已租（累计）",), ("已租（1-4月累计）",), ("已租（同比）",), ("已租（去年）", "已租（计划）"),
        ("Let (last year)",), ("Let", "Let"),
    ],
)  # fmt: skip
def test_where_no_column_is_plainly_the_months_own_it_is_asked(headings: tuple[str, ...]) -> None:
    found = read(*headings)
    (question,) = found.questions
    assert (question.field, question.column) == ("let_count", 3)
    assert "改正读法" in question.refused.todo.zh
    assert "let_count" not in found.fields


@pytest.mark.parametrize(
    ("below", "column"),
    [(("上年同期", "本期"), 4), (("计划", "实际"), 4), (("本年", "去年"), 3), (("Last year", "This year"), 4)],
)  # fmt: skip
def test_a_second_row_of_headings_says_which_column(below: tuple[str, str], column: int) -> None:
    merged = read("已租", "已租", below=below)
    unmerged = read("已租", "", below=below)
    for found in (merged, unmerged):
        assert found.questions == []
        assert found.fields["let_count"].number == column
        assert found.body_row == 2


def test_a_part_of_what_a_heading_over_several_columns_names_is_not_the_whole() -> None:
    rows: list[list[Any]] = [
        [*BEFORE, "房源", "房源", "房源", *AFTER],
        ["", "", "", "建成供应", "可租", "整修", "", "", ""],
        ["春申", "2026-04", "间", 100, 90, 10, 230, 5, 4],
    ]
    found = recognise(sheet(rows, "月度入住"))
    assert found is not None
    assert {"supply_count", "available_count"} <= found.fields.keys()
    assert "dwelling_count" not in found.fields


def test_a_column_said_by_hand_stands() -> None:
    rows: list[list[Any]] = [
        [*BEFORE, "已租（去年）", "已租（今年）"],
        ["春申", "2026-04", "间", 100, 171],
    ]
    for name in ("已租(去年)", "D"):
        said = {"月度入住": {"table": "occupancy", "columns": {name: "let_count"}}}
        found = recognise(sheet(rows, "月度入住"), said)
        assert found is not None
        assert found.questions == []
        assert found.fields["let_count"].number == 3


def test_the_code_is_read_where_the_name_stands_beside_it() -> None:
    rows: list[list[Any]] = [
        ["社区名称", "社区代码", "月份", "房源层次"],
        ["春申", "310112101-001", "2026-04", "间"],
    ]
    found = recognise(sheet(rows, "月度入住"))
    assert found is not None
    assert found.questions == []
    assert found.fields["community_code"].number == 1
    assert len(found.remarks) == 1


def test_equal_or_empty_columns_of_one_name_are_no_question() -> None:
    rows: list[list[Any]] = [
        [*BEFORE, "已租", "已租", "已租"],
        ["春申", "2026-04", "间", 171, 171, ""],
    ]
    found = recognise(sheet(rows, "月度入住"))
    assert found is not None
    assert found.questions == []
    assert found.fields["let_count"].number == 3


# Units -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "title", "scale"),
    [
        ("已租（百套）", "", 2), ("已租（千间）", "", 3), ("已租（万）", "", 4), ("Let (thousand units)", "", 3),
        ("已租", "单位：百套", 2), ("已租", "2026年4月入住月报（单位：百套）", 2), ("已租", "Unit: thousand units", 3),
        ("已租（套）", "单位：百套", 0), ("已租（套/间）", "", 0), ("已租", "单位：套、人", 0), ("已租", "填报单位：百户村", 0),
        ("已租（含整修）", "", 0),
    ],
)  # fmt: skip
def test_the_unit_in_a_heading_or_a_title_counts_and_is_said(
    heading: str, title: str, scale: int
) -> None:
    found = read(heading, title=title)
    assert found.questions == []
    assert found.fields["let_count"].scale == scale
    assert len(found.remarks) == (scale > 0)
    assert found.fields["resident_count"].scale == 0


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("已租（%）", ""), ("已租（‰）", ""), ("已租（％）", ""), ("已租（百分比）", ""), ("已租（人）", ""), ("已租（万人）", ""), ("已租（公顷）", ""),
        ("已租", "单位：%"), ("已租", "单位：万"), ("Let (percent)", ""), ("已租（套）（百套）", ""),
    ],
)  # fmt: skip
def test_a_unit_that_does_not_fit_is_refused(heading: str, title: str) -> None:
    found = read(heading, title=title)
    assert "let_count" in {question.field for question in found.questions}
    assert "let_count" not in found.fields


def test_a_unit_below_the_heading_counts() -> None:
    found = read("已租", below=("百套",))
    assert found.fields["let_count"].scale == 2
    assert found.body_row == 2


def test_flows_under_a_title_of_cumulated_numbers_are_refused() -> None:
    found = read("已租", title="2026年1-4月累计入住情况")
    assert {question.field for question in found.questions} == {"move_in_count", "move_out_count"}
