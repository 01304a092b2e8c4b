"""The page of one's own data: who one is stands in the address, and whatever lacks leads there."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.words import Language
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.paths import OWN_VARIABLE, PROTECTED_VARIABLE
from dashboard.subjects.pages import PAGES
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context, context_at
from dashboard.ui.own_reader import query_of, reader_of
from dashboard.ui.shown import OWN_DATA, Shown
from dashboard.views import own, shown_page
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import BASIS, TOWN, own_warehouse


@pytest.fixture(autouse=True)
def nothing_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))


def at(warehouse: Warehouse, **address: str) -> Context:
    context, notices = context_at(warehouse, OWN_DATA, address, own.CHOICES)
    assert notices == []
    return context


def drawn(warehouse: Warehouse, page: str, language: Language = "zh") -> Shown:
    ask = Asking(warehouse, Say(language), default_filters(warehouse.months), lay_out_assets().maps)
    return shown_page(ask, page, Choices())


def header(found: Shown) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(found.parts[json.loads(found.tree)["header"]])
    return made


def test_who_one_is_stands_in_the_address(warehouse: Warehouse) -> None:
    (who,) = own.page(at(warehouse)).controls
    assert who.chosen == ""
    assert [code for code, _, _ in who.options] == ["district", "town", "operator", "researcher"]
    who, town = own.page(at(warehouse, who="town")).controls
    assert (who.chosen, town.chosen) == ("town", "")
    assert [code for code, _, _ in town.options][1:] == list(at(warehouse).town_names())
    for code, _, changes in town.options[1:]:
        assert isinstance(changes, dict)
        there = at(warehouse, **changes)
        assert reader_of(there).towns == (code,)
        assert own.page(there).controls[1].chosen == code


def test_whoever_comes_from_a_town_speaks_for_it(warehouse: Warehouse) -> None:
    reader = reader_of(at(warehouse, town=TOWN))
    assert (reader.role, reader.towns) == ("town", (TOWN,))
    assert reader_of(at(warehouse, who="district", town=TOWN)).towns == ()


@pytest.mark.parametrize(
    ("address", "page", "query"),
    [
        ({}, "overview", {}),
        ({"who": "district", "lang": "en"}, "overview", {"lang": "en"}),
        ({"who": "town", "town": TOWN}, "overview", {"town": TOWN}),
        ({"who": "operator", "town": TOWN}, "housing", {}),
        ({"who": "researcher"}, "explore", {}),
    ],
)
def test_who_one_is_says_where_one_goes(
    warehouse: Warehouse, address: dict[str, str], page: str, query: dict[str, str]
) -> None:
    context = at(warehouse, **address)
    reader = reader_of(context)
    assert reader.first_page == page
    assert page in PAGES
    assert query_of(context, reader) == query


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_the_chip_leads_there_from_every_page(
    warehouse: Warehouse, page: str, language: Language
) -> None:
    data = header(drawn(warehouse, page, language))["data"]
    assert data["page"] == OWN_DATA
    assert data["caveat"] is True
    assert data["text"] == {"zh": "示例数据", "en": "Invented"}[language]


@pytest.fixture(scope="module")
def basis(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    tables = {name: warehouse.table(name, exact=True) for name in BASIS}
    return own_warehouse(tmp_path_factory.mktemp("own-basis"), tables)


def test_what_is_one_s_own_is_called_so_in_the_same_place(basis: Warehouse) -> None:
    data = header(drawn(basis, "overview"))["data"]
    assert (data["text"], data["caveat"], data["page"]) == ("您的数据", False, OWN_DATA)


def test_what_lacks_leads_to_its_step(basis: Warehouse) -> None:
    found = drawn(basis, "needs")
    tree = json.loads(found.tree)
    assert tree["unlock"]["rung"] == "proposal"
    figures = [
        json.loads(found.parts[id])
        for row in tree["rows"] for column in row["columns"] for part in column
        for id in part.get("ids", ())[1:]
    ]  # fmt: skip
    assert {each["unlock"]["rung"] for each in figures if each["unlock"]} >= {"proposal"}
    assert "补上" in tree["unlock"]["text"]
    full = json.loads(drawn(basis, "housing").tree)
    assert "unlock" not in full


def test_outsiders_are_led_nowhere(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROTECTED_VARIABLE, "1")
    protected = Warehouse(warehouse.path)
    found = drawn(protected, "overview")
    assert "page" not in header(found)["data"]
    made = own.page(at(protected))
    assert made.controls == ()
    assert made.headline is not None and made.headline.state == "这里不载入数据"


def test_filters_of_other_pages_are_kept_for_the_way_back(warehouse: Warehouse) -> None:
    context = at(warehouse, town=TOWN, home="1")
    assert context.written == {"town": TOWN, "home": "1"}
    assert replace(context.filters, town_codes=()).is_home is True
