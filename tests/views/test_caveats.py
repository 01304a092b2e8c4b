"""A rate that passes 100 % says why, wherever it does and nowhere else."""

import json
import re
from collections.abc import Mapping
from math import nan
from pathlib import Path
from typing import Any

import pytest

from dashboard.brief.material import Material
from dashboard.brief.pages.participation import participation
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.draw.rows import heading
from dashboard.figures.figure import Figure
from dashboard.insight.windows import passing_told, why_it_passes
from dashboard.language import Say
from dashboard.subjects.profile import card
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import make

REACH = BY_CODE["reach"]
WHY = {"zh": "搬走的参加者也算", "en": "participants who moved out count too"}


def passes(text: str) -> bool:
    return any(float(each) > 100 for each in re.findall(r"([\d.]+)%", text.replace(",", "")))


def shows_passing(figure: Figure, say: Say) -> bool:
    """Tell by what is read in a figure whether it shows a reach above 100 %."""
    listed: Mapping[str, Any] = figure.drawing.listed or {}
    column = [each for each in listed.get(heading(REACH, say), ()) if each is not None]
    body = json.dumps(figure.drawing.body, ensure_ascii=False)
    return any(each > 100 for each in column) or passes(body)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("is_over", [True, False])
def test_what_passes_the_whole_says_why_and_nothing_else_does(
    warehouse: Warehouse, language: str, *, is_over: bool
) -> None:
    months = {"from": f"{warehouse.months[1]:%Y-%m}"} if is_over else {}
    everything, _ = make(warehouse, "participation", **months)
    rows = measure(everything.count("participation_by_community").rows, REACH)
    rows = rows.dropna(subset="value").sort_values("value")["community_code"]
    code, why = rows.iloc[-1 if is_over else 0], WHY[language]
    found: set[str] = set()
    for name in ("participation", "profile", "overview"):
        ask, page = make(warehouse, name, language, community=code, **months)
        assert ask.named_projects.isdisjoint({code})
        for tile in page.tiles:
            is_told = tile.indicator is REACH and tile.value is not None and tile.value > 100
            assert (why in tile.comparison) == is_told, tile
        for figure in page.figures:
            is_told = shows_passing(figure, ask.say)
            assert (why in f"{figure.caption.note} {figure.drawing.body}") == is_told, figure.key
            found.add(figure.key if is_told else "")
    told = {"participation-trend", "profile-reach", "profile-comparison", "outcomes", "changes"}
    assert (told <= found) == is_over, found
    slide = participation(Material(ask))
    assert (why in slide.lack) == is_over == passes(slide.headline)


@pytest.mark.parametrize("by", ["town", "community"])
@pytest.mark.parametrize("view", ["ranking", "scatter", "table", "bivariate", "distribution"])
def test_every_way_of_exploring_says_why(warehouse: Warehouse, view: str, by: str) -> None:
    address = {"from": f"{warehouse.months[1]:%Y-%m}", "map": "reach", "view": view, "by": by}
    _, page = make(warehouse, "explore", **address)
    for figure in page.figures:
        rows = figure.counted.rows
        shown = (
            rows["reach" if "reach" in rows else "value"]
            if REACH in figure.counted.indicators
            else []
        )
        assert (WHY["zh"] in figure.caption.note) == any(each > 100 for each in shown), figure.key
    assert any(REACH in each.counted.indicators for each in page.figures)


def test_a_card_says_why_its_reach_passes_the_whole(
    warehouse_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, measured = Warehouse(warehouse_file), card.taking_part
    more = lambda ask: measured(ask).assign(value=lambda rows: rows["value"] + 101)  # noqa: E731
    monkeypatch.setattr(card, "taking_part", more)
    everything, _ = make(own, "profile")
    code = str(everything.count("communities").rows["community_code"].iloc[3])
    for language, why in WHY.items():
        ask, _ = make(own, "profile", language, community=code)
        present, *_ = card.community_lines(ask, code)
        assert present.item.text.endswith(why)
        assert why not in present.brief


@pytest.mark.parametrize(
    ("code", "value", "is_told"),
    [
        ("reach", 100.06, True),
        ("reach", 100.04, False),
        ("reach", nan, False),
        ("reach", None, False),
        ("supply_completion", 120.0, False),
        ("attendance_rate", 120.0, False),
    ],
)
def test_only_a_share_of_persons_that_is_written_above_100_is_explained(
    code: str, value: float | None, *, is_told: bool
) -> None:
    assert bool(why_it_passes(Say("en"), BY_CODE[code], value)) == is_told
    assert bool(passing_told(Say("en"), BY_CODE[code], [None, 3.0, value])) == is_told


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "有记录以来第一次"), ("en", "since records begin")]
)
def test_cohorts_are_told_to_be_of_the_first_time_on_record(
    warehouse: Warehouse, language: str, told: str
) -> None:
    ask, page = make(warehouse, "participation", language)
    (note,) = (each.caption.note for each in page.figures if each.key == "cohorts")
    since = ask.count("participation_cohorts").rows["first_month"].min()
    assert told in note
    assert f"{since:%Y-%m}" in note
