"""Own data of a few columns: every page, briefing and query stands, and says only what is true."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.asking.questions import Asking
from dashboard.brief.content import filters_for, make_brief
from dashboard.brief.files import KINDS
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE
from dashboard.contract.tables import COLUMN_GROUPS, UNSTATED_TIER
from dashboard.figures.page import Choices
from dashboard.figures.unloaded import recorded_told
from dashboard.figures.written import page_as_dict
from dashboard.language import Say
from dashboard.subjects.pages import PAGES
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.shown import Frame, shown
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import make, own_warehouse

Tables = dict[str, pd.DataFrame]
TOWNS = ("310112103", "310112112", "310112114")
NOT_IN_REGISTER = ["aliases", "operator", "closed_on", "resident_profile", "youth_share", "lon", "lat",
                   "neighbour_committee", "is_inside_boundary", "neighbour_household_count"]  # fmt: skip
LETTINGS = ["supply_count", "available_count", "let_count", "capacity_count", "move_in_count", "move_out_count", "rent_cny"]  # fmt: skip
# What stands for nothing in code has no place in a sentence; "None of …" is a word.
_NOTHING = re.compile(r"(?<![A-Za-z])(nan|NaN|NaT|<NA>|None(?! of| accepted)|inf)(?![A-Za-z])")


@pytest.fixture(scope="module")
def register(warehouse: Warehouse) -> Tables:
    """A register of fifteen communities in three towns, and all that was told of them."""
    names = ("community", "governance", "occupancy", "organisation", "activity", "proposal")
    tables = {name: warehouse.table(name, exact=True) for name in names}
    community = tables["community"]
    there = community[community["closed_on"].isna() & (community["origin"] != "published")]
    codes = there[there["town_code"].isin(TOWNS)].groupby("town_code").head(5)["community_code"]
    found = {}
    for name, rows in tables.items():
        rows = rows[rows["community_code"].isin(codes)].reset_index(drop=True)
        found[name] = rows.assign(origin="own") if "origin" in rows else rows
    return found


def of_register(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**dict.fromkeys(NOT_IN_REGISTER), opened_on=pd.NaT)


def governed_now(rows: pd.DataFrame) -> pd.DataFrame:
    last = rows.sort_values("valid_from").groupby("community_code").tail(1)
    since = pd.Timestamp("2025-12-01")
    return last.assign(valid_from=since, valid_to=pd.NaT, leading_organisation=None)


def housed_now(rows: pd.DataFrame) -> pd.DataFrame:
    now = rows[rows["month"] == rows["month"].max()]
    counts = ["dwelling_count", "resident_count"]
    now = now.groupby(["community_code", "month"], as_index=False)[counts].sum()
    return now.assign(tier=UNSTATED_TIER, **dict.fromkeys(LETTINGS))


def residents_beside_tiers(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the last month's dwellings by tier, and the residents of each whole community."""
    tiers = rows[rows["month"] == rows["month"].max()].assign(resident_count=None)
    whole = housed_now(rows).assign(dwelling_count=None)
    told = tiers.assign(move_in_count=None, move_out_count=None)
    return pd.concat([told.astype("object"), whole.astype("object")], ignore_index=True)


def own_kinds(register: Tables) -> dict[str, Tables]:
    community = {"community": of_register(register["community"])}
    governed = {**community, "governance": governed_now(register["governance"])}
    housed = {**governed, "occupancy": housed_now(register["occupancy"])}
    some = {
        "governance": housed["governance"].sample(frac=0.5, random_state=1),
        "occupancy": housed["occupancy"].sample(frac=0.5, random_state=2),
    }
    by_month = register["occupancy"].groupby(["community_code", "month"], as_index=False)
    residents = by_month[["resident_count"]].sum()
    only_residents = residents.assign(
        tier=UNSTATED_TIER, **dict.fromkeys(["dwelling_count", *LETTINGS])
    )
    only_dwellings = housed["occupancy"].assign(resident_count=None)
    either = housed["occupancy"].astype({"dwelling_count": "object", "resident_count": "object"})
    either.loc[either.index % 3 == 0, "dwelling_count"] = None
    either.loc[either.index % 3 == 1, "resident_count"] = None
    beside_tiers = residents_beside_tiers(register["occupancy"])
    return {
        "residents alone": {**governed, "occupancy": only_residents},
        "dwellings alone": {**governed, "occupancy": only_dwellings},
        "with either": {**governed, "occupancy": either},
        "residents beside tiers": {**governed, "occupancy": beside_tiers},
        "communities": community,
        "with governance": governed,
        "with residents": housed,
        "with some of both": {**community, **some},
        "without governance": {**community, "occupancy": housed["occupancy"]},
        "with governance and proposals": {**governed, "proposal": register["proposal"]},
    }


KIND_NAMES = (
    "communities", "with governance", "with residents", "with some of both", "without governance",
    "with governance and proposals", "residents alone", "dwellings alone", "with either",
    "residents beside tiers",
)  # fmt: skip


@pytest.fixture(scope="module")
def kinds(
    register: Tables, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Tables, Warehouse]]:
    made: dict[str, tuple[Tables, Warehouse]] = {}

    def of(kind: str) -> tuple[Tables, Warehouse]:
        if kind not in made:
            tables = own_kinds(register)[kind]
            made[kind] = tables, own_warehouse(tmp_path_factory.mktemp("own"), tables)
        return made[kind]

    return of


def said(ask: Asking, page: Any) -> str:
    """Give all that a page says, without the rows that are behind it; it is fit to be shown too."""
    assert shown(ask, page, Choices(), Frame("overview", (), (), "")).parts
    written = page_as_dict(ask, page)
    for figure in written["figures"].values():
        del figure["data"], figure["parameters"]
    return json.dumps(written, ensure_ascii=False, default=str)


@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands_and_says_nothing_made_of_nothing(
    kind: str, page: str, kinds: Callable[[str], tuple[Tables, Warehouse]]
) -> None:
    tables, warehouse = kinds(kind)
    code = tables["community"]["community_code"].iloc[0]
    for language in ("zh", "en"):
        for address in ({}, {"town": TOWNS[0]}, {"community": code}):
            ask, made = make(warehouse, page, language, **address)
            assert not _NOTHING.search(said(ask, made)), (language, address)
            for tile in made.tiles:
                lacks = ask.lacking_of(tile.indicator)
                assert not lacks or (tile.value is None and tile.comparison), tile.indicator.code


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_every_briefing_is_written(
    kind: str, kinds: Callable[[str], tuple[Tables, Warehouse]]
) -> None:
    _, warehouse = kinds(kind)
    for language, town in (("zh", None), ("en", TOWNS[0])):
        filters = filters_for(warehouse.months, warehouse.town_codes, month=None, town=town)
        say = Say("en" if language == "en" else "zh")
        brief = make_brief(Asking(warehouse, say, filters, lay_out_assets().maps))
        told = [(each.headline, each.conclusion, each.lack) for each in brief.slides]
        assert not _NOTHING.search(repr(told).replace("None", "")), language
        for each in KINDS:
            assert each.write(brief)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_every_query_answers(kind: str, kinds: Callable[[str], tuple[Tables, Warehouse]]) -> None:
    _, warehouse = kinds(kind)
    month = warehouse.months[-1]
    for name in named_queries():
        warehouse.run(name, Filters(month, month).parameters())


# Against a plain count ------------------------------------------------------------------------


def counted(tables: Tables, town: str | None) -> dict[str, float | None]:
    """Count by hand what can be known of one town or all at the last month."""
    rows = tables["community"]
    codes = set(rows.loc[rows["town_code"] == town if town else rows.index, "community_code"])
    governed = {
        row.community_code: row.coverage_type
        for row in tables.get("governance", pd.DataFrame()).itertuples()
        if row.community_code in codes and pd.isna(row.valid_to)
    }
    housing = tables.get("occupancy", pd.DataFrame())
    if len(housing):
        now = housing["month"] == housing["month"].max()
        housing = housing[now & housing["community_code"].isin(codes)]
    covered = sum(each == "committee" for each in governed.values())
    told: dict[str, dict[str, float]] = {"dwelling_count": {}, "resident_count": {}}
    for name, sums in told.items():
        for row in housing.dropna(subset=[name]).itertuples() if len(housing) else ():
            sums[row.community_code] = sums.get(row.community_code, 0) + getattr(row, name)
    dwellings, residents = told.values()
    both = dwellings.keys() & residents.keys()
    lived_in = sum(dwellings[code] for code in both)
    under = {code for code, each in governed.items() if each == "committee"}
    is_told = bool(under & residents.keys()) or not under
    governed_residents = sum(residents[code] for code in governed.keys() & residents.keys())
    return {
        "communities": len(codes),
        "committee_coverage": 100 * covered / len(governed) if governed else None,
        "dwellings": sum(dwellings.values()) if dwellings else None,
        "residents": sum(residents.values()) if residents else None,
        "residents_per_dwelling": sum(residents[code] for code in both) / lived_in
        if lived_in
        else None,
        "resident_coverage": 100
        * sum(residents.get(code, 0) for code in under)
        / governed_residents
        if governed_residents and is_told
        else None,
    }


@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize("town", [None, *TOWNS])
def test_what_can_be_known_is_counted(
    kind: str, town: str | None, kinds: Callable[[str], tuple[Tables, Warehouse]]
) -> None:
    tables, warehouse = kinds(kind)
    check_counts(tables, warehouse, town)


def check_counts(tables: Tables, warehouse: Warehouse, town: str | None) -> None:
    """Hold what is measured to what is counted by hand; what is not there must be missing."""
    month = warehouse.months[-1]
    filters = Filters(month, month, town_codes=(town,) if town else ())
    ask = Asking(warehouse, Say("zh"), filters, lay_out_assets().maps)
    for code, expected in counted(tables, town).items():
        found = ask.by_town(BY_CODE[code]).rows.set_index("town_code")["value"]
        value = found.get(town) if town else ask.district_total(BY_CODE[code])
        is_missing = value is None or pd.isna(value)
        if expected is None:
            assert is_missing, code
        else:
            assert not is_missing and value == pytest.approx(expected), code


def test_a_number_of_some_says_of_how_many(
    kinds: Callable[[str], tuple[Tables, Warehouse]],
) -> None:
    tables, warehouse = kinds("with some of both")
    month, count = warehouse.months[-1], len(tables["governance"])
    ask = Asking(warehouse, Say("zh"), Filters(month, month), lay_out_assets().maps)
    told = f"按有记录的 {count} 个社区（共 15 个）"
    assert recorded_told(ask, BY_CODE["committee_coverage"]) == told
    assert told in " ".join(tile.comparison for tile in make(warehouse, "coverage")[1].tiles)


# Whatever is left out ---------------------------------------------------------------------------


def left_out_by_chance(register: Tables, chance: random.Random) -> Tables:
    """Leave out tables, and columns that may be left out, wholly or here and there."""
    optional = [name for name in register if name != "community" and chance.random() < 0.6]
    tables = {name: register[name] for name in ("community", *optional)}
    for group in COLUMN_GROUPS:
        if group.table not in tables or chance.random() < 0.3:
            continue
        rows, names = tables[group.table], list(group.columns)
        if names == ["tier"]:
            continue
        share = chance.choice((0.4, 1.0))
        is_gone = pd.Series([chance.random() < share for _ in rows.index], rows.index)
        changed = {name: rows[name].mask(is_gone) for name in names}
        tables[group.table] = rows.assign(**changed)
    if "occupancy" in tables and chance.random() < 0.4:
        tables["occupancy"] = housed_now(tables["occupancy"])
    return tables


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_left_out_pages_stand_and_numbers_are_right(
    seed: int, register: Tables, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    tables = left_out_by_chance(register, chance)
    warehouse = own_warehouse(tmp_path, tables)
    for page in PAGES:
        ask, made = make(warehouse, page, chance.choice(("zh", "en")))
        assert not _NOTHING.search(said(ask, made)), page
        for tile in made.tiles:
            assert tile.value is not None or tile.comparison, (page, tile.indicator.code)
    for town in (None, *TOWNS):
        check_counts(tables, warehouse, town)
