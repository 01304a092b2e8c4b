"""Pages that are made before anyone asks: the ones that readers meet, in nobody's time."""

import threading
import time
from pathlib import Path

import pytest

from dashboard import ahead, views
from dashboard.ahead import make_ahead, making_ahead
from dashboard.asking.questions import Questions
from dashboard.figures.page import Choices, Page
from dashboard.subjects.answers import asked
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Store, Warehouse


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that are made from now on, each by its name."""
    names: list[str] = []

    def noted(ask: Questions, page: str, choices: Choices) -> Page:
        names.append(page)
        return make_page(ask, page, choices)

    monkeypatch.setattr("dashboard.views.make_page", noted)
    return names


def test_what_readers_meet_first_is_made_already(warehouse_file: Path, made: list[str]) -> None:
    warehouse = Warehouse(warehouse_file)
    make_ahead(warehouse, lambda: True)
    assert made.count("overview") == 1 + len(warehouse.town_codes)
    made.clear()
    for page in PAGES:
        for address in (page, f"{page}?town={warehouse.town_codes[3]}"):
            name, read, ask = asked(warehouse, address, lay_out_assets().maps)
            views.shown_page(ask, name, read.chosen)
    assert made == []


def test_nothing_is_made_while_somebody_waits(
    warehouse_file: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_REST_SECONDS", 0)
    is_served = threading.Event()

    def serve() -> None:
        while not is_served.is_set():
            pass

    reader = threading.Thread(target=serve)
    reader.start()
    try:
        with making_ahead(Store(warehouse_file)):
            time.sleep(0.5)
            assert made == []
            is_served.set()
            reader.join()
            end = time.monotonic() + 30
            while len(made) < 3 and time.monotonic() < end:
                time.sleep(0.02)
            assert made[:3] == ["overview"] * 3
    finally:
        is_served.set()
    # It ended with what it stood beside.
    count = len(made)
    time.sleep(0.3)
    assert len(made) == count
