"""An answer is the page it was made of, made once, and the same wherever its content is."""

import gzip
import json
from dataclasses import replace

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.words import Language
from dashboard.figures.page import Choices
from dashboard.figures.written import page_as_dict
from dashboard.language import Say
from dashboard.subjects.answers import answer
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse

MAPS = lay_out_assets().maps


def asked(warehouse: Warehouse, filters: Filters, language: Language = "zh") -> Asking:
    return Asking(warehouse, Say(language), filters, MAPS)


@pytest.mark.parametrize("page", PAGES)
def test_an_answer_holds_its_page(warehouse: Warehouse, page: str) -> None:
    ask = asked(warehouse, default_filters(warehouse.months), "en")
    told = json.loads(gzip.decompress(answer(ask, page, Choices()).content))
    made = page_as_dict(ask, make_page(ask, page, Choices()))
    assert told == json.loads(json.dumps(made, default=str))


def test_an_answer_is_made_once(warehouse: Warehouse) -> None:
    filters = default_filters(warehouse.months)
    first = answer(asked(warehouse, filters), "overview", Choices())
    assert answer(asked(warehouse, filters), "overview", Choices()) is first
    assert answer(asked(warehouse, filters, "en"), "overview", Choices()) != first


def test_the_same_content_has_the_same_version(warehouse: Warehouse) -> None:
    filters = default_filters(warehouse.months)
    first, again = (
        answer(asked(each, filters), "housing", Choices())
        for each in (warehouse, Warehouse(warehouse.path))
    )
    assert first == again
    town = replace(filters, town_codes=(warehouse.town_codes[0],))
    assert answer(asked(warehouse, town), "housing", Choices()).version != first.version
