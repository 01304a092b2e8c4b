"""Check that days which lack their year get that of the title, where that leaves nothing open."""

from typing import Any

import pytest

from dashboard.contract.tables import TOWN
from dashboard.intake import gazetteer
from dashboard.intake.headings import recognise
from dashboard.intake.messages import CellError
from dashboard.intake.parsing import Registers, attempt, readers
from dashboard.intake.reading import Sheet
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table

TOWNS = gazetteer.Towns(read_table(DATA / "towns.csv", TOWN))
REGISTERS = Registers(TOWNS, gazetteer.no_communities(), set(), set())


def read(title: str, raw: Any, heading: str = "日期", *, typed: bool = True) -> str | None:
    """Give the day that a cell is read as; None where it is refused."""
    head = [heading, "社区", "活动类别", "线上"]
    if heading != "日期":
        head = [heading, "社区", "提案类别", "提案内容", "提出日期"]
    found = recognise(Sheet("a.xlsx", "Sheet1", [[title], head, [raw]], typed=typed))
    assert found is not None
    assert found.table is not None
    name = next(column.field for column in found.columns if column.heading == heading)
    taken = attempt(readers(found, found.table, REGISTERS)[str(name)], raw)
    return None if isinstance(taken, CellError) else str(taken.value)


@pytest.mark.parametrize(
    "raw", ["9.5", "9月5日", "09月05日", "9/5", "9月5日 19:00", "9.5（周六）", 9.5]
)
def test_a_day_of_the_titles_month_is_of_its_year(raw: Any) -> None:
    assert read("2026年9月活动一览表", raw) == "2026-09-05"
    assert read("2026年活动一览表", raw) == "2026-09-05"


@pytest.mark.parametrize("raw", ["12月30日", 9.1, "9月", "9.31", "9.5-9.7", "5.9"])
def test_a_day_that_may_be_another_is_refused(raw: Any) -> None:
    assert read("2026年9月活动一览表", raw) is None


def test_without_a_year_around_it_a_day_is_refused() -> None:
    assert read("活动一览表", "9月5日") is None
    assert read("2025–2026年活动一览表", "9月5日") is None
    assert read("2026年9月活动一览表", "9.1", typed=False) is None
    assert read("2026年9月活动一览表", "9.1") == "2026-09-01"


def test_what_is_settled_later_may_be_so_in_the_next_year() -> None:
    assert read("2026年提案台账", "1月5日", "办结日期") is None
    assert read("2026年1月提案台账", "1月5日", "办结日期") == "2026-01-05"
