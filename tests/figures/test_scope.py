"""What is chosen is said as it is: no district where it is part of one, no share that repeats a choice."""

from dataclasses import replace

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.words import Language
from dashboard.figures.page import Choices, Page
from dashboard.language import Say
from dashboard.subjects.coverage import page as coverage_page
from dashboard.subjects.explore import page as explore_page
from dashboard.subjects.overview import page as overview_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

WHOLE = {"zh": "全区", "en": "District"}
PART = {"zh": "所选范围", "en": "Chosen communities"}
MODE_4 = {"modes": ("4",)}


def page(
    warehouse: Warehouse, name: str = "overview", language: Language = "zh", **chosen: object
) -> Page:
    filters: Filters = replace(default_filters(warehouse.months), **chosen)  # type: ignore[arg-type]
    ask = Asking(warehouse, Say(language), filters, lay_out_assets().maps)
    subject = coverage_page if name == "coverage" else overview_page
    return subject.page(ask, Choices())


def ranking(made: Page) -> str:
    return next(repr(each) for each in made.figures if each.key.endswith("ranking"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_line_of_a_ranking_is_named_by_what_it_is_of(
    warehouse: Warehouse, language: Language
) -> None:
    assert f"{WHOLE[language]} " in ranking(page(warehouse, "coverage", language))
    some = ranking(page(warehouse, "coverage", language, tiers=("room",)))
    assert f"{PART[language]} " in some
    assert f"{WHOLE[language]} " not in some


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["overview", "coverage"])
def test_what_a_filter_settles_is_no_finding(
    warehouse: Warehouse, name: str, language: Language
) -> None:
    made = page(warehouse, name, language, **MODE_4)
    assert made.headline is not None
    assert "100" not in made.headline.state
    if name == "coverage":
        assert "100.0%" not in ranking(made).split("rows=")[0]
    shares = {"committee_coverage", "resident_coverage"}
    assert {tile.value for tile in made.tiles if tile.indicator.code in shares} <= {None}
    assert not {"modes", "coverage-gaps"} & {figure.key for figure in made.figures}
    for figure in made.figures:
        assert "100.0%" not in figure.caption.headline + figure.caption.note, figure.key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_explore_does_not_tell_what_a_filter_settles(
    warehouse: Warehouse, language: Language
) -> None:
    for chosen in (MODE_4, {"coverage_types": ("grid",)}):
        filters = replace(default_filters(warehouse.months), **chosen)  # type: ignore[arg-type]
        ask = Asking(warehouse, Say(language), filters, lay_out_assets().maps)
        made = explore_page.page(ask, Choices())
        assert made.headline is not None
        assert "%" not in made.headline.state + made.headline.change


def test_one_community_is_told_by_name_and_how_it_is_governed(warehouse: Warehouse) -> None:
    made = page(warehouse, community_codes=("310112103-017",))
    assert made.headline is not None
    assert made.headline.state.startswith("示例社区·颛桥-17（")
    assert "1 个社区" not in made.headline.state
    named = page(warehouse, community_codes=("310112112-001",))
    assert named.headline is not None
    assert named.headline.state == "有巢马桥（具名项目，数字多为估计）"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", "放宽其中一项就有：覆盖类型、治理模式"), ("en", "Coverage type, Mode")],
)
def test_filters_that_exclude_each_other_are_named(
    warehouse: Warehouse, language: Language, expected: str
) -> None:
    made = page(
        warehouse, language=language, coverage_types=("grid",), modes=("1",),
        town_codes=("310112114",),
    )  # fmt: skip
    assert made.headline is None
    assert made.empty is not None
    assert expected in made.empty.change
    assert made.empty.change.count("街镇" if language == "zh" else "Town") == 1
