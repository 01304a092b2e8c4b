"""An indicator is the same number whichever way a page asks for it."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.asking.grains import ONE_MONTH_EACH, query_at
from dashboard.asking.measured import counted_at, counted_here, ever_present
from dashboard.contract.filters import add_months, default_filters
from dashboard.contract.indicators import BY_CODE, BY_TOWN, Indicator, measure
from dashboard.contract.words import Language
from dashboard.figures.address import Address
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.subjects.participation.page import page
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.warehouse.store import Warehouse

TOWN = "310112112"
MONTHLY = [each for each in BY_TOWN if query_at(each, "month")]


def seen(warehouse: Warehouse, **filters) -> Context:
    chosen = replace(default_filters(warehouse.months), **filters)
    return Context(warehouse, Address("zh", chosen), Say("zh"), lay_out_assets())


@pytest.mark.parametrize("indicator", MONTHLY, ids=lambda each: each.code)
def test_the_last_month_of_a_town_is_its_value_on_the_map(
    indicator: Indicator, warehouse: Warehouse
) -> None:
    context = seen(warehouse, town_codes=(TOWN,))
    here = counted_here(context, indicator).rows
    assert here["month"].iloc[-1] == pd.Timestamp(context.filters.end_month)
    towns = counted_at(context, indicator, "town").rows.set_index("key")
    assert here["value"].iloc[-1] == pytest.approx(towns.at[TOWN, "value"])


@pytest.mark.parametrize(
    "indicator",
    [each for each in BY_TOWN if query_at(each, "town_month")],
    ids=lambda each: each.code,
)
def test_the_last_months_of_all_towns_are_their_values_on_the_map(
    indicator: Indicator, warehouse: Warehouse
) -> None:
    context = seen(warehouse)
    months = counted_at(context, indicator, "town_month").rows
    last = months[months["month"] == pd.Timestamp(context.filters.end_month)].set_index("key")
    towns = counted_at(context, indicator, "town").rows.set_index("key")
    assert last["value"].to_dict() == pytest.approx(towns["value"].to_dict(), nan_ok=True)


def test_windows_begin_where_the_data_do(warehouse: Warehouse) -> None:
    context = seen(warehouse, start_month=warehouse.months[-5])
    for indicator in MONTHLY:
        if indicator.query in ONE_MONTH_EACH:
            first = context.spanning(indicator).window_months - 1
            found = counted_here(context, indicator).rows
            assert found["month"].dt.date.tolist() == warehouse.months[first:]


# What is hidden is missing -----------------------------------------------------------------

SMALL = "310112001-001"
OF_MOVES = ("turnover", "annual_turnover", "mean_stay")


@pytest.mark.parametrize("code", OF_MOVES)
def test_months_of_few_move_outs_do_not_count_as_none(code: str, warehouse: Warehouse) -> None:
    """Single months of so small a community are hidden, its three months together are not."""
    context = seen(warehouse, community_codes=(SMALL,))
    indicator = BY_CODE[code]
    moved = context.count("district_by_month").rows["move_out_count"]
    assert moved.isna().any()
    rows = counted_here(context, indicator).rows
    counted = context.count(indicator.query, context.spanning(indicator))
    (whole,) = measure(counted.rows, indicator)["value"]
    assert rows["value"].iloc[-1] == pytest.approx(whole)
    assert whole > 0
    assert rows["value"].isna().any()


def test_no_window_of_a_community_is_told_too_low(warehouse: Warehouse, whole: Warehouse) -> None:
    turnover = BY_CODE["turnover"]
    for code in sorted(warehouse.community_codes)[::40]:
        told = counted_here(seen(warehouse, community_codes=(code,)), turnover).rows
        true = counted_here(seen(whole, community_codes=(code,)), turnover).rows
        both = told.merge(true, on="month", suffixes=("", "_true")).dropna(subset=["value"])
        assert both["value"].tolist() == pytest.approx(both["value_true"].tolist()), code


@pytest.mark.parametrize("code", [*OF_MOVES, "residents", "resident_coverage", "attendances"])
def test_the_district_is_told_whole_or_not_at_all(
    code: str, warehouse: Warehouse, whole: Warehouse
) -> None:
    for chosen in ({"modes": ("2",)}, {"is_home": True}, {"modes": ("5",), "is_home": False}):
        for end in warehouse.months[5::6]:
            filters = {"start_month": add_months(end, -3), "end_month": end, **chosen}
            told = seen(warehouse, **filters).district_total(BY_CODE[code])
            true = seen(whole, **filters).district_total(BY_CODE[code])
            assert told is None or told == pytest.approx(true), filters


@pytest.mark.parametrize("code", ["annual_turnover", "mean_stay", "mean_stay_in"])
def test_what_is_of_a_year_is_the_same_whichever_months_are_chosen(
    code: str, warehouse: Warehouse
) -> None:
    indicator, end = BY_CODE[code], warehouse.months[-1]
    year = seen(warehouse, start_month=warehouse.months[-12], end_month=end)
    whole = measure(
        year.count("district_by_month").rows.sum(numeric_only=True).to_frame().T, indicator
    )
    for months in (1, 3, 15):
        context = seen(warehouse, start_month=warehouse.months[-months], end_month=end)
        assert context.district_total(indicator) == pytest.approx(whole["value"].iloc[0])
        by_month = counted_here(context, indicator).rows
        assert by_month["value"].iloc[-1] == pytest.approx(whole["value"].iloc[0])
        towns = context.by_town(indicator).rows["value"].tolist()
        assert towns == pytest.approx(year.by_town(indicator).rows["value"].tolist(), nan_ok=True)


def test_a_year_is_not_multiplied_up_from_less(warehouse: Warehouse) -> None:
    indicator = BY_CODE["annual_turnover"]
    early = seen(warehouse, start_month=warehouse.months[8], end_month=warehouse.months[10])
    assert early.district_total(indicator) is None
    assert early.by_town(indicator).rows["value"].isna().all()
    assert counted_here(early, indicator).rows.empty
    each = counted_at(seen(warehouse), indicator, "community").rows
    start = pd.Timestamp(warehouse.months[-12])
    assert each.loc[each["opened_on"] > start, "value"].isna().all()
    assert each.loc[each["opened_on"] <= start, "value"].notna().any()


@pytest.mark.parametrize("months", [1, 3, 12])
def test_who_ever_lived_there_are_those_at_the_start_and_all_who_moved_in(
    months: int, whole: Warehouse
) -> None:
    context = seen(whole, start_month=whole.months[-months], town_codes=(TOWN,))
    rows = context.district_months().rows.set_index("month")
    before = rows.at[pd.Timestamp(whole.months[-months - 1]), "resident_count"]
    moved_in = rows["move_in_count"].tail(months).sum()
    # Who lived in a community that closed since left it before the months began, or in them.
    assert ever_present(context, context.filters) == pytest.approx(before + moved_in, rel=0.01)
    assert ever_present(context, context.filters) >= rows["resident_count"].iloc[-1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_participation_page_names_the_denominators_it_uses(
    language: Language, warehouse: Warehouse
) -> None:
    filters = default_filters(warehouse.months)
    context = Context(warehouse, Address(language, filters), Say(language), lay_out_assets())
    made = page(context, Choices())
    figures = {each.key: each.caption for each in made.figures}
    reach = next(each for each in made.tiles if each.indicator.code == "reach")
    lorenz, cohorts = figures["lorenz"], figures["cohorts"]
    said = {
        "zh": (
            "占期间住过的",
            "不是“",
            "按这一年住过的所有人算",
            "已迁出的算没再来",
        ),
        "en": (
            "who lived there meanwhile",
            "living there on average",
            "reckoned over all who lived there",
            "moved out count as not coming again",
        ),
    }[language]
    texts = (reach.comparison, lorenz.note, lorenz.note, cohorts.note)
    assert all(words in text for words, text in zip(said, texts, strict=True))
    assert f"{add_months(warehouse.months[0], 12):%Y-%m}" in cohorts.note
