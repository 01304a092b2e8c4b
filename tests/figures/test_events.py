"""Check that events are told with their source and as well as their day is known."""

from datetime import date

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.words import Language
from dashboard.figures.events import events
from dashboard.figures.page import Choices
from dashboard.insight.quoting import dated_told
from dashboard.language import Say
from dashboard.subjects.pages import make_page
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


def marks(
    warehouse: Warehouse, page: str, key: str, language: Language = "zh"
) -> dict[object, str]:
    """Give what each mark on a figure's axis tells."""
    ask = Asking(warehouse, Say(language), default_filters(warehouse.months))
    (figure,) = (each for each in make_page(ask, page, Choices()).figures if each.key == key)
    notes = figure.drawing.body["layout"].get("annotations", ())
    told = {each["x"]: each["hovertext"] for each in notes if "hovertext" in each}
    # Labels are broken into short lines, so that charts cut none.
    assert all(len(line) <= 26 for each in told.values() for line in each.split("<br>"))
    spoken = figure.drawing.alt.replace(" ", "").replace("\n", "")
    told = {at: each.replace("<br>", "").replace(" ", "") for at, each in told.items()}
    assert all(each in spoken for each in told.values())
    return told


def test_an_axis_of_months_marks_what_happened_in_the_district(warehouse: Warehouse) -> None:
    found = marks(warehouse, "coverage", "coverage-trend")
    first, last = warehouse.months[0], warehouse.months[-1]
    assert all(f"{first:%Y-%m}" <= str(month) <= f"{last:%Y-%m}" for month in found)
    assert "《治理工作手册（试行版）》" in found["2024-10"]
    assert "约2024-09至2024-11，未注明日期" in found["2024-10"]
    assert all("来源：" in each for each in found.values())
    # One place's event is none of the district's, and what is known within a year has no month.
    assert not any("龙湖" in each or "工作方案" in each for each in found.values())
    english = marks(warehouse, "coverage", "coverage-trend", "en")
    assert english.keys() == found.keys()
    assert "Handbook" in english["2024-10"]
    assert marks(warehouse, "coverage", "town-ranking") == {}


def test_an_axis_of_days_marks_the_published_cases(warehouse: Warehouse) -> None:
    found = marks(warehouse, "needs", "needs-settling")
    assert sorted(found, key=str) == [0.0, 14.0]
    assert "不到14天" in found[14.0]
