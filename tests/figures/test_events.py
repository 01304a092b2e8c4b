"""Check that events are told with their source and as well as their day is known."""

from datetime import date

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.figures.events import events
from dashboard.insight.quoting import dated_told
from dashboard.language import Say
from dashboard.warehouse.store import Warehouse


def test_an_event_says_when_where_and_by_whom(warehouse: Warehouse) -> None:
    ask = Asking(warehouse, Say("zh"), default_filters(warehouse.months))
    found = {each.code: each for each in events(ask)}
    visit, station, handbook = found["E01"], found["E09"], found["E13"]
    assert (visit.dated, visit.precision) == ("2023-11-29", "day")
    assert station.earliest == date(2024, 8, 31)
    assert not station.is_wide
    assert station.place == "龙湖冠寓(颛桥)"
    assert handbook.precision == "span"
    assert "未注明日期" in handbook.dated
    assert handbook.is_wide
    assert all(each.source.title for each in found.values())
    english = events(ask.spoken("en"))
    assert [each.code for each in english] == list(found)
    assert "undated" in next(each.dated for each in english if each.code == "E13")


def test_a_month_is_told_as_a_month() -> None:
    assert dated_told(Say("zh"), date(2023, 12, 1), date(2023, 12, 31)) == "2023-12"
