"""No real town is held up by invented numbers; with own data towns are named."""

import re
from collections.abc import Iterator

import pytest

from dashboard.asking.questions import Questions
from dashboard.brief.content import make_brief
from dashboard.brief.slides import Table
from dashboard.figures.page import Page
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import TOWN, make, own_warehouse

OWN = ("community", "governance", "occupancy", "organisation", "activity", "attendance", "proposal")
VIEWS = tuple(
    {"view": view, "map": indicator}
    for view in ("map", "ranking", "multiples", "bivariate", "scatter", "distribution", "table")
    for indicator in ("communities", "committee_coverage", "reach", "occupancy_room")
)
WHOLE: tuple[tuple[str, dict[str, str]], ...] = (
    *((page, {}) for page in ("housing", "participation", "needs", "coverage")),
    *(("explore", view) for view in VIEWS),
)


@pytest.fixture(scope="module")
def own(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    tables = {name: warehouse.table(name, exact=True) for name in OWN}
    return own_warehouse(tmp_path_factory.mktemp("own"), tables)


def told(page: Page) -> Iterator[str]:
    """Give the sentences of a page: what is said of its figures, not what they draw."""
    assert page.headline is not None
    yield from (page.headline.state, page.headline.change)
    yield from (tile.comparison for tile in page.tiles)
    for figure in page.figures:
        yield from (figure.caption.headline, figure.caption.note, figure.drawing.alt)


# The names of communities that the sample invents.
_OF_SAMPLE = re.compile(r"示例社区·[^\d\s]+?-\d+|[A-Z]\w+-\d+ \(sample\)")


def in_brief(ask: Questions) -> Iterator[str]:
    """Give a briefing's sentences and what its tables say; a case is told from reports."""
    for slide in make_brief(ask).slides:
        if slide.key not in ("case", "conclusion"):
            yield from (slide.headline, slide.conclusion, *slide.notes)
            tables = (part for part in slide.parts if isinstance(part, Table))
            # The first column says where: a sample's communities bear towns' names.
            cells = (str(cell) for table in tables for row in table.rows for cell in row[1:])
            yield from (_OF_SAMPLE.sub("", cell) for cell in cells)


def names_in(ask: Questions, texts: Iterator[str]) -> set[str]:
    """Find the towns that sentences name, by either name."""
    texts_ = " ".join(texts)
    pairs = zip(ask.town_names().values(), ask.town_names(short=False).values(), strict=True)
    return {short for short, long in pairs if short in texts_ or long in texts_}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sample_holds_no_town_up(warehouse: Warehouse, language: str) -> None:
    for name, address in WHOLE:
        ask, page = make(warehouse, name, language, **address)
        assert names_in(ask, told(page)) == set(), (name, address)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_samples_briefing_holds_no_town_up(warehouse: Warehouse, language: str) -> None:
    for address in ({}, {"town": TOWN}):
        ask, _ = make(warehouse, "housing", language, **address)
        assert names_in(ask, in_brief(ask)) == set(), address


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chosen_town_of_a_sample_is_not_judged(warehouse: Warehouse, language: str) -> None:
    for view in ({"map": "communities"}, {"map": "reach"}, {"map": "committee_coverage"}):
        ask, page = make(warehouse, "explore", language, town=TOWN, **view)
        assert page.headline is not None
        assert names_in(ask, iter([page.headline.state, page.headline.change])) == set()
    ask, page = make(warehouse, "profile", language, town=TOWN)
    assert page.headline is not None
    assert ask.town_names(short=False)[TOWN] in page.headline.state
    assert ("示例" if language == "zh" else "sample") in page.headline.state
    assert "%" not in page.headline.state + page.headline.change


@pytest.mark.parametrize("language", ["zh", "en"])
def test_own_towns_are_named(own: Warehouse, language: str) -> None:
    views = ("map", "multiples", "bivariate")
    for view, indicator in ((view, each) for view in views for each in ("communities", "reach")):
        ask, page = make(own, "explore", language, view=view, map=indicator)
        assert names_in(ask, told(page)), (view, indicator)
    ask, page = make(own, "profile", language, town=TOWN)
    assert page.headline is not None
    assert "%" in page.headline.state
    ask, _ = make(own, "housing", language)
    assert names_in(ask, in_brief(ask))
