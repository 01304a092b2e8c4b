"""What stands under a figure is plain; by which test places were judged goes into what is published."""

import re

import pytest

from dashboard.figures.figure import caption_lines
from dashboard.publish.published import published
from dashboard.subjects.pages import make_page
from dashboard.warehouse.store import Warehouse
from tests.publish.conftest import asked_at

TECHNICAL = re.compile(r"χ²|BH\b|标准差|\bSD\b|随机效应|random effects")
JUDGED = {
    "participation": "participation-ranking",
    "needs": "needs-closing_rate",
    "explore?map=reach": "explore-map",
    "profile?town=310112103": "profile-standings",
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", JUDGED)
def test_tests_are_named_in_the_method_alone(
    warehouse: Warehouse, address: str, language: str
) -> None:
    there = f"{address}{'&' if '?' in address else '?'}lang={language}"
    page, read, ask = asked_at(warehouse, there)
    made = make_page(ask, page, read.chosen)
    assert made.headline is not None
    assert not TECHNICAL.search(made.headline.state + made.headline.change)
    figures = {each.key: each for each in made.figures}
    for key, figure in figures.items():
        assert not TECHNICAL.search(figure.caption.headline + figure.caption.note), key
    assert "χ²" in figures[JUDGED[address]].caption.method


def test_what_is_published_names_the_method(warehouse: Warehouse) -> None:
    page, read, ask = asked_at(warehouse, "participation")
    (own,) = (
        each for each in make_page(ask, page, read.chosen).figures if each.key == JUDGED[page]
    )
    taken = published(ask, page, read, own)
    assert any("χ²" in line for line in caption_lines(taken, "zh"))
    assert any("BH" in line for line in caption_lines(taken, "en"))
