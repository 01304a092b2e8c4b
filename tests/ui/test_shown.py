"""A page goes to the browser as a tree of parts, made once, and no part of it twice."""

import json
import re
from dataclasses import replace

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.words import Language
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.shown import OWN_DATA, Shown, as_json
from dashboard.views import VIEWS, shown_page
from dashboard.warehouse.store import Warehouse

MAPS = lay_out_assets().maps


def asked(warehouse: Warehouse, filters: Filters, language: Language = "zh") -> Asking:
    return Asking(warehouse, Say(language), filters, MAPS)


def told(drawn: Shown, *held: str) -> dict[str, object]:
    read: dict[str, object] = json.loads(drawn.told(held, asked={}))
    return read


@pytest.mark.parametrize("page", PAGES)
def test_the_tree_names_every_part_and_no_other(warehouse: Warehouse, page: str) -> None:
    drawn = shown_page(asked(warehouse, default_filters(warehouse.months)), page, Choices())
    named = set(re.findall(r'"([0-9a-f]{12})"', drawn.tree))
    assert named == drawn.parts.keys()
    figures = [figure.key for figure in make_page(
        asked(warehouse, default_filters(warehouse.months)), page, Choices()
    ).figures]  # fmt: skip
    assert re.findall(r'"figure":"([a-z_-]+)"', drawn.tree) == figures


def test_a_page_is_made_once(warehouse: Warehouse) -> None:
    filters = default_filters(warehouse.months)
    first = shown_page(asked(warehouse, filters), "overview", Choices())
    assert shown_page(asked(warehouse, filters), "overview", Choices()) is first
    assert shown_page(asked(warehouse, filters, "en"), "overview", Choices()) != first


def test_the_same_content_has_the_same_version(warehouse: Warehouse) -> None:
    filters = default_filters(warehouse.months)
    first, again = (
        shown_page(asked(each, filters), "housing", Choices())
        for each in (warehouse, Warehouse(warehouse.path))
    )
    assert first == again
    town = replace(filters, town_codes=(warehouse.town_codes[0],))
    assert shown_page(asked(warehouse, town), "housing", Choices()).version != first.version


def test_only_what_is_lacking_is_told(warehouse: Warehouse) -> None:
    usual = default_filters(warehouse.months)
    one, other = (
        shown_page(asked(warehouse, replace(usual, town_codes=(town,))), "overview", Choices())
        for town in warehouse.town_codes[:2]
    )
    assert told(one)["parts"] == {id: json.loads(text) for id, text in one.parts.items()}
    lacking = told(other, *one.parts)["parts"]
    assert isinstance(lacking, dict)
    assert lacking.keys() == other.parts.keys() - one.parts.keys()
    # The map of all towns is the same whichever is chosen: the browser marks it.
    assert not any(part.get("kind") == "map" for part in lacking.values())


def test_chinese_is_told_as_it_is_written_and_no_number_that_no_browser_reads() -> None:
    assert "数据" in as_json({"words": "数据"})
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"value": float("nan")})


def test_every_page_is_in_the_header(warehouse: Warehouse) -> None:
    drawn = shown_page(asked(warehouse, default_filters(warehouse.months)), "needs", Choices())
    header = json.loads(drawn.parts[json.loads(drawn.tree)["header"]])
    names = [name for _, pages in header["entries"] for name, _ in pages]
    assert sorted(names) == sorted(name for name in VIEWS if name != OWN_DATA)
    assert header["data"]["page"] == OWN_DATA
