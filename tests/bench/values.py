"""Make pages as values, without Streamlit: what CPU a new one costs, and an answer asked before."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, default_filters
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.server import collect_seldom
from dashboard.subjects.pages import PAGES
from dashboard.ui.assets import lay_out_assets
from dashboard.views import shown_page
from dashboard.warehouse.store import Warehouse


@dataclass(frozen=True)
class Cost:
    """Hold CPU milliseconds, one a sample: DuckDB's threads are counted too."""

    new_month: list[float]
    new_town: list[float]
    asked_before: list[float]


def costs(warehouse_file: Path, page: str) -> Cost:
    """Ask for towns in months not asked for before, then for other towns, then for an answer again."""
    warehouse, maps = Warehouse(warehouse_file), lay_out_assets().maps
    cost = Cost([], [], [])
    collect_seldom()  # as the server does

    def make(filters: Filters) -> float:
        began = time.process_time()
        shown_page(Asking(warehouse, Say("zh"), filters, maps), page, Choices())
        return (time.process_time() - began) * 1000

    def ask_again(filters: Filters) -> float:
        shown_page(Asking(warehouse, Say("zh"), filters, maps), page, Choices())
        began = time.process_time()
        shown_page(Asking(warehouse, Say("zh"), filters, maps), page, Choices())
        return (time.process_time() - began) * 1000

    for number, (month, towns) in enumerate(_asked(warehouse)):
        taken = [make(replace(month, town_codes=(town,))) for town in towns]
        again = ask_again(replace(month, town_codes=(towns[-1],)))
        if number == 0:
            continue  # warm-up: imports and first plans
        cost.new_month.append(taken[0])
        # The second town of a month is counted for all of them.
        cost.new_town.extend(taken[2:])
        cost.asked_before.append(again)
    return cost


def _asked(warehouse: Warehouse) -> Iterator[tuple[Filters, list[str]]]:
    """Give months, each with some towns."""
    usual, towns = default_filters(warehouse.months), warehouse.town_codes
    for number, month in enumerate(warehouse.months[4:]):
        start = warehouse.months[2 + number]
        yield replace(usual, start_month=start, end_month=month), towns[number % 8 :][:6]


def pages() -> tuple[str, ...]:
    return tuple(PAGES)
