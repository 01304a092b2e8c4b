"""Check that sheets and columns are recognised, and that a mapping corrects what is not."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from dashboard.model.problem import Problem
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
