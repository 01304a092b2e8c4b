"""Pages that are made before anyone asks: the ones that readers meet, in nobody's time."""

import threading
import time
from pathlib import Path
from types import SimpleNamespace

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


def test_it_goes_on_as_soon_as_nobody_waits_and_ends_with_its_server(
    warehouse_file: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_REST_SECONDS", 0)
    is_idle = threading.Event()

    def until_idle(ended: threading.Event) -> bool:
        while not is_idle.wait(0.01) and not ended.is_set():
            pass
        return not ended.is_set()

    monkeypatch.setattr(ahead, "_until_idle", until_idle)
    with making_ahead(Store(warehouse_file)):
        time.sleep(0.2)
        assert made == []
        is_idle.set()
        end = time.monotonic() + 60
        while len(made) < 3 and time.monotonic() < end:
            time.sleep(0.02)
        assert made[:3] == ["overview"] * 3
    count = len(made)
    time.sleep(0.2)
    assert len(made) == count


def test_a_process_is_idle_when_it_used_hardly_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    used, looks = 0.0, 0

    def process_time() -> float:
        return used

    def sleep(seconds: float) -> None:
        nonlocal used, looks
        looks += 1
        used += seconds if looks < 4 else seconds / 100

    monkeypatch.setattr(ahead, "time", SimpleNamespace(process_time=process_time, sleep=sleep))
    assert ahead._until_idle(threading.Event())
    assert looks == 4
    ended = threading.Event()
    ended.set()
    assert not ahead._until_idle(ended)
