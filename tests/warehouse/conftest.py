"""What the oracles compare: the warehouse's tables as plain values."""

import pandas as pd
import pytest

from dashboard.contract.tables import TABLES
from dashboard.paths import DATA
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import next_state, put_in_force, write_frame
from tests.warehouse.plainly import Raw, read

# With those that the oracles' filters name.
KNOCKED_TOWNS = ("310112101", "310112112", "310112114")


@pytest.fixture(scope="session")
def raw(whole: Warehouse) -> Raw:
    return read(whole)


@pytest.fixture(scope="session")
def knocked(whole: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Give a warehouse of own data of which much was not reported: a part of the sample with rows and
    cells knocked out by chance, of a seed."""
    folder = tmp_path_factory.mktemp("knocked")
    tables = {each.name: whole.table(each.name, exact=True) for each in TABLES if each.is_sample}
    tables = {name: knocked_out(name, rows, tables) for name, rows in tables.items()}
    with next_state(folder, None) as state:
        for name, rows in tables.items():
            write_frame(state, name, rows)
        placed = put_in_force(folder, state)
    opened = Warehouse(build(data=DATA, to=folder / "m.duckdb", attendances=2_000, own=placed))
    opened.small_cell = 1
    return opened


def knocked_out(name: str, rows: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Leave out communities, rows and cells of a table, by chance."""
    community = tables["community"]
    kept = community.loc[community["town_code"].isin(KNOCKED_TOWNS), "community_code"]
    if name == "attendance":
        held = tables["activity"].loc[tables["activity"]["community_code"].isin(kept)]
        return rows[rows["activity_code"].isin(held["activity_code"])]
    rows = rows[rows["community_code"].isin(kept)].reset_index(drop=True)
    if "origin" in rows:
        rows = rows.assign(origin="own")

    def some(*columns: str, share: float, seed: int) -> pd.DataFrame:
        gone = pd.Series(rows.index).sample(frac=share, random_state=seed)
        return rows.assign(**{each: rows[each].mask(rows.index.isin(gone)) for each in columns})

    if name == "community":
        rows = some("opened_on", share=0.3, seed=1)
        rows = some("lon", "lat", share=0.4, seed=2)
    elif name == "governance":
        rows = some("leading_organisation", share=0.3, seed=3)
        # Spans follow each other without a gap: what is not known is known of nothing before.
        rows = rows.sort_values(["community_code", "valid_from"])
        last = rows.groupby("community_code").tail(1)
        rows = pd.concat([last, rows.drop(last.index).loc[lambda r: r["mode"].isna()]])
        rows = rows.drop_duplicates("community_code")
        return rows.sample(frac=0.8, random_state=4)
    elif name == "occupancy":
        rows = some("let_count", "available_count", share=0.3, seed=5)
        rows = some("move_in_count", "move_out_count", share=0.3, seed=6)
        rows = some("supply_count", share=0.2, seed=7)
        # Of these nobody stated the tier: they have one row a month.
        alone = ~rows.duplicated(["community_code", "month"], keep=False)
        unstated = alone & rows["community_code"].str[-1].isin(list("15"))
        rows = rows.assign(tier=rows["tier"].mask(unstated, "unstated"))
        rows = some("dwelling_count", share=0.15, seed=9)
        rows = some("resident_count", share=0.15, seed=10)
        # Of these the residents were told of the whole community, beside its tiers.
        of_whole = rows["community_code"].str[-1].isin(list("37")) & ~unstated
        rows = residents_of_whole(rows, of_whole)
        return rows.sample(frac=0.8, random_state=8)
    return rows


def residents_of_whole(rows: pd.DataFrame, of_whole: "pd.Series[bool]") -> pd.DataFrame:
    """Tell residents and moves of these rows in a row of no tier, in the place of those of each tier."""
    told = ["resident_count", "move_in_count", "move_out_count"]
    place = ["community_code", "month"]
    rows = rows.astype({name: "Int64" for name in rows.columns if name.endswith("_count")})
    whole = rows[of_whole].groupby(place, as_index=False)[told].sum(min_count=1)
    left = rows.assign(**{name: rows[name].mask(of_whole) for name in told})
    added = whole.assign(tier="unstated")
    return pd.concat([left, added], ignore_index=True)


@pytest.fixture(scope="session")
def knocked_raw(knocked: Warehouse) -> Raw:
    return read(knocked)
