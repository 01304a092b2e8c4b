"""What the Overview tells of what is chosen says what its numbers count, and against what."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import Filters, default_filters
from dashboard.contract.tables import activity_kind
from dashboard.contract.words import Language
from dashboard.figures.common import chosen_concerns
from dashboard.language import Say
from dashboard.subjects.overview import figures, outcomes
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse


def asking(warehouse: Warehouse, language: Language = "zh", /, **chosen: object) -> Asking:
    filters: Filters = replace(default_filters(warehouse.months), **chosen)  # type: ignore[arg-type]
    return Asking(warehouse, Say(language), filters, lay_out_assets().maps)


def between(first: str, last: str) -> dict[str, object]:
    return {
        "start_month": date.fromisoformat(f"{first}-01"),
        "end_month": date.fromisoformat(f"{last}-01"),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_evening_courses_are_named_as_the_dictionary_names_the_kind(
    warehouse: Warehouse, language: Language
) -> None:
    ask = asking(warehouse, language)
    told = outcomes.make_a_career(ask).number
    kinds = ask.count("activity_kinds").rows.groupby("activity_kind")["activity_count"].sum()
    assert told is not None
    assert told.figure == f"{kinds['course']:,.0f}"
    assert told.of == ask.say.words(activity_kind.allowed["course"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_what_is_not_compared_nothing_is_said_of_chance(
    warehouse: Warehouse, language: Language
) -> None:
    few, chance = {"zh": ("不比较", "随机"), "en": ("too few to compare", "chance")}[language]
    told = [
        figures.closing_told(
            asking(warehouse, language, town_codes=(town,), **between("2024-09", "2024-09"))
        )
        for town in warehouse.town_codes
    ]
    assert {few in each for each in told} == {True, False}
    assert any(chance in each for each in told)
    assert not [each for each in told if few in each and chance in each]


@pytest.mark.parametrize(
    ("month", "zh", "en"),
    [
        ("2023-11", "2024 年公开计划 5,000 张，尚未到期", "published plan for 2024: 5,000 beds, not due yet"),
        ("2025-12", "2024 年公开计划 5,000 张，到期时 5,495", "published plan for 2024: 5,000 beds, 5,495 when due"),
    ],
)  # fmt: skip
def test_a_plan_is_told_with_what_was_reached_only_once_it_is_due(
    warehouse: Warehouse, month: str, zh: str, en: str
) -> None:
    for language, told in (("zh", zh), ("en", en)):
        ask = asking(warehouse, "en" if language == "en" else "zh", **between(month, month))
        assert outcomes.come_in(ask).text.endswith(told)


@pytest.mark.parametrize("chosen", [{"coverage_types": ("grid",)}, {"modes": ("2",)}])
def test_of_who_was_chosen_by_governance_nothing_newly_covered_is_said(
    warehouse: Warehouse, chosen: dict[str, object]
) -> None:
    month = between("2024-06", "2024-06")
    (every,) = asking(warehouse, **month).count("changes").rows.to_dict("records")
    assert 0 < every["newly_covered_opened_count"] < every["newly_covered_count"]
    ask = asking(warehouse, **month, **chosen)
    said = figures.headline(ask).change + repr(figures.changes(ask).drawing.body)
    assert "纳入" not in said
    assert "居村治理占" not in outcomes.live_well(ask).text


@pytest.mark.parametrize(("language", "base"), [("zh", "较 2025-04 月末"), ("en", "since 2025-04")])
def test_a_change_of_occupancy_names_its_base(
    warehouse: Warehouse, language: Language, base: str
) -> None:
    ask = asking(warehouse, language, town_codes=("310112114",), **between("2025-05", "2025-07"))
    told = outcomes.stay(ask).small
    assert "−6.5" in told
    assert base in told
    assert "6.5" in figures.headline(ask).state
    assert base in figures.headline(ask).state
    # Nothing to compare with, no base.
    first = outcomes.stay(asking(warehouse, language, **between("2023-11", "2023-11"))).small
    assert base.split()[0] not in first.split(" · ")[0]


@pytest.mark.parametrize("modes", [(), ("2",)])
def test_the_map_counts_what_presses_in_the_chosen_places_as_the_list_does(
    warehouse: Warehouse, modes: tuple[str, ...]
) -> None:
    month = between("2023-11", "2024-04")
    every = figures.communities_map(asking(warehouse, modes=modes, **month))
    drawn = len(every.drawing.body["points"]["reasons"])
    for town in ("310112112", "310112114"):
        ask = asking(warehouse, modes=modes, town_codes=(town,), **month)
        pressing = [each for each in chosen_concerns(ask) if each.level != "watch"]
        told = figures.communities_map(ask)
        assert told.drawing == every.drawing
        headline = f"所选范围有 {len(pressing)} 个社区要先办；全图 {drawn} 个"
        assert told.caption.headline == headline


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "整期在册"), ("en", "open all these months")]
)
def test_who_held_nothing_is_told_as_open_throughout_and_opened_before(
    warehouse: Warehouse, language: Language, told: str
) -> None:
    ask = asking(warehouse, language)
    (idle,) = (each for each in figures.found(ask) if each.kind.code == "idle")
    assert told in ask.say.words(idle.kind.told, count=idle.count)
    rows = ask.count("communities", named="whole").rows
    start, days = pd.Timestamp(ask.filters.start_month), rows["days_quiet_count"]
    chosen = (pd.Timestamp(ask.filters.end_month) + pd.offsets.MonthEnd(0) - start).days + 1
    without = rows[days.isna() | (days >= chosen)]
    newly = (without["opened_on"] >= start).sum()
    assert newly
    assert idle.count == len(without) - newly
