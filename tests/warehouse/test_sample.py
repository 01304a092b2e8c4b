"""Check that the sample meets what is published, keeps the contract and looks like life."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import chi2_contingency

from dashboard.contract.tables import NAMED, NAMED_ASPECTS, TABLES
from dashboard.intake.personal import mask
from dashboard.warehouse.geography import schematic_towns
from dashboard.warehouse.sample import DEFAULT_ATTENDANCES, DEFAULT_SEED
from data.sample import Sample, assumptions, make_sample
from data.sample.apportion import apportion
from data.sample.attendances import activity_count

pytestmark = pytest.mark.slow  # Most draw a whole sample.

DATA = Path(__file__).parents[2] / "data"
SEPTEMBER, OCTOBER, YEAR_END, LAST = (
    pd.Timestamp(day) for day in ("2024-09-30", "2024-10-31", "2024-12-31", "2025-12-31")
)

Make = Callable[..., Sample]


@pytest.fixture(scope="module")
def make() -> Make:
    shapes = schematic_towns(DATA / "geography" / "schematic.json")
    towns = pd.read_csv(DATA / "towns.csv", dtype={"town_code": str})
    named = pd.read_csv(DATA / "named_communities.csv", dtype=str, keep_default_na=False)

    def make(*, seed: int = DEFAULT_SEED, attendances: int = DEFAULT_ATTENDANCES) -> Sample:
        return make_sample(
            seed=seed,
            attendances=attendances,
            towns=towns,
            named=named,
            town_shapes=dict(zip(shapes["town_code"], shapes.geometry, strict=True)),
        )

    return make


@pytest.fixture(scope="module")
def sample(make: Make) -> Sample:
    return make()


@pytest.fixture(scope="module")
def other(make: Make) -> Sample:
    return make(seed=7)


@pytest.fixture(scope="module")
def attended(sample: Sample) -> pd.DataFrame:
    """All attendances, with the community and month of their activity."""
    return attended_with_place(sample)


def all_attendances(sample: Sample) -> pd.DataFrame:
    chunks = [
        chunk.assign(activity_code=chunk["activity_code"].astype("category"))
        for chunk in sample.attendance_chunks()
    ]
    return pd.concat(
        [chunk.assign(activity_code=chunk["activity_code"].astype("str")) for chunk in chunks],
        ignore_index=True,
    )


def attended_with_place(sample: Sample) -> pd.DataFrame:
    activity = sample.tables["activity"][["activity_code", "community_code", "held_on"]]
    activity = activity.assign(month=activity["held_on"].dt.to_period("M").dt.start_time)
    return all_attendances(sample).merge(activity, on="activity_code", validate="many_to_one")


def open_on(sample: Sample, day: pd.Timestamp) -> pd.DataFrame:
    community = sample.tables["community"]
    closed = community["closed_on"]
    return community[(community["opened_on"] <= day) & (closed.isna() | (closed > day))]


def valid_on(spans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    ended = spans["valid_to"].notna() & (spans["valid_to"] < day)
    return spans[(spans["valid_from"] <= day) & ~ended]


def covered_on(sample: Sample, day: pd.Timestamp) -> set[str]:
    governance = valid_on(sample.tables["governance"], day)
    return set(governance.loc[governance["coverage_type"] == "committee", "community_code"])


def month_of(day: pd.Timestamp) -> pd.Timestamp:
    return day.replace(day=1)


def occupancy_at(sample: Sample, day: pd.Timestamp) -> pd.DataFrame:
    occupancy = sample.tables["occupancy"]
    return occupancy[occupancy["month"] == month_of(day)]


def residents_by_community(sample: Sample) -> pd.Series:
    return sample.tables["occupancy"].groupby(["community_code", "month"])["resident_count"].sum()


def let_share(sample: Sample, name_zh: str, day: str, tiers: tuple[str, ...]) -> float:
    rows = named_rows(sample, name_zh, day)
    rows = rows[rows["tier"].isin(tiers)]
    return float(rows["let_count"].sum() / rows["available_count"].sum())


def named_rows(sample: Sample, name_zh: str, day: str) -> pd.DataFrame:
    community = sample.tables["community"]
    code = community.loc[community["name_zh"] == name_zh, "community_code"].item()
    rows = occupancy_at(sample, pd.Timestamp(day))
    return rows[rows["community_code"] == code]


# Control totals ---------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["sample", "other"])
@pytest.mark.parametrize("day", [SEPTEMBER, OCTOBER])
def test_published_totals_of_autumn_2024(
    which: str, day: pd.Timestamp, request: pytest.FixtureRequest
) -> None:
    sample = request.getfixturevalue(which)
    there, covered = open_on(sample, day), covered_on(sample, day)
    occupancy = occupancy_at(sample, day)
    assert len(there) == 520
    assert len(covered) == 222
    assert len(set(there["community_code"]) - covered) == 298
    homes = set(there.loc[there["is_home"], "community_code"])
    assert len(homes) == 21
    assert homes <= covered
    assert occupancy.loc[occupancy["tier"] == "bed", "supply_count"].sum() == 5_387
    assert 148_000 <= occupancy["dwelling_count"].sum() < 149_000
    assert round(occupancy["resident_count"].sum(), -3) == 151_000


@pytest.mark.parametrize("which", ["sample", "other"])
def test_published_totals_of_the_later_report(which: str, request: pytest.FixtureRequest) -> None:
    sample = request.getfixturevalue(which)
    there, covered = open_on(sample, LAST), covered_on(sample, LAST)
    occupancy = occupancy_at(sample, LAST)
    assert len(there) == 547
    assert there["is_home"].sum() == 23
    assert set(there.loc[there["is_home"], "community_code"]) <= covered
    assert 285 <= len(covered) <= 310
    assert 147_000 <= occupancy["dwelling_count"].sum() < 148_000
    assert round(occupancy["resident_count"].sum(), -3) == 169_000


def test_beds_come_close_to_the_forecast_but_miss_it(sample: Sample) -> None:
    occupancy = occupancy_at(sample, YEAR_END)
    beds = occupancy.loc[occupancy["tier"] == "bed", "supply_count"].sum()
    assert 5_400 <= beds < 5_600
    assert beds != 5_500


def test_every_town_has_communities_and_by_the_end_of_2024_a_home(sample: Sample) -> None:
    assert open_on(sample, OCTOBER).groupby("town_code").size().min() >= 12
    there = open_on(sample, YEAR_END)
    assert there.loc[there["is_home"], "town_code"].nunique() == 14


def test_coverage_never_falls_and_stands_still_in_october_2024(sample: Sample) -> None:
    ends = pd.date_range("2023-11-30", "2025-12-31", freq="ME")
    counts = pd.Series([len(covered_on(sample, day)) for day in ends], ends)
    assert (counts.diff().dropna() >= -2).all()
    assert counts.iloc[0] < 150
    assert covered_on(sample, SEPTEMBER) == covered_on(sample, OCTOBER)
    shares = open_on(sample, OCTOBER).assign(
        covered=lambda rows: rows["community_code"].isin(covered_on(sample, OCTOBER))
    )
    by_town = shares.groupby("town_code")["covered"].mean()
    assert 0.15 < by_town.min() < 0.38
    assert 0.5 < by_town.max() < 0.7


@pytest.mark.parametrize("which", ["sample", "other"])
def test_night_school_is_as_published(which: str, request: pytest.FixtureRequest) -> None:
    sample = request.getfixturevalue(which)
    activity = sample.tables["activity"]
    courses = activity[activity["programme"] == "night_school"]
    assert (courses["held_on"] >= "2024-01-01").all()
    published = courses[courses["held_on"] <= "2024-10-19"]  # F055 to F057
    assert published["community_code"].nunique() == 20
    assert len(published) == 52
    attendances = all_attendances(sample)["activity_code"].isin(published["activity_code"]).sum()
    assert 4_200 <= attendances < 6_000


@pytest.mark.parametrize("which", ["sample", "other"])
def test_social_work_stations_are_few_and_the_first_is_as_published(
    which: str, request: pytest.FixtureRequest
) -> None:
    organisation = request.getfixturevalue(which).tables["organisation"]
    stations = organisation[organisation["organisation_kind"] == "social_work_station"]
    first = stations.sort_values("valid_from").iloc[0]
    assert first["valid_from"] == pd.Timestamp("2024-08-31")  # F215
    assert (stations["valid_from"] == first["valid_from"]).sum() == 1
    assert 8 <= len(stations) <= 40


@pytest.mark.parametrize("which", ["sample", "other"])
def test_towns_differ_in_coverage_by_more_than_chance(
    which: str, request: pytest.FixtureRequest
) -> None:
    sample = request.getfixturevalue(which)
    for day in (OCTOBER, LAST):
        there = open_on(sample, day)
        covered = there["community_code"].isin(covered_on(sample, day))
        found = chi2_contingency(pd.crosstab(there["town_code"], covered))
        assert found.pvalue < 0.05
        assert found.statistic < 120  # nor are they worlds apart


# What is planted, and told on the page of data --------------------------------------------


@pytest.mark.parametrize("which", ["sample", "other"])
def test_answers_get_slower_with_one_invented_operator(
    which: str, request: pytest.FixtureRequest
) -> None:
    sample = request.getfixturevalue(which)
    proposal = sample.tables["proposal"].merge(sample.tables["community"], on="community_code")
    assert (
        proposal[proposal["operator"] == assumptions.SLOWING_OPERATOR]["origin"] == "sample"
    ).all()
    days = (proposal["settled_on"] - proposal["accepted_on"]).dt.days
    is_slow = proposal["operator"] == assumptions.SLOWING_OPERATOR
    is_later = proposal["accepted_on"] >= "2025-06-01"
    median = days.groupby([is_slow, is_later]).median()
    assert median[True, True] > 1.5 * median[True, False]
    assert median[False, True] < 1.2 * median[False, False]


@pytest.mark.parametrize("which", ["sample", "other"])
def test_more_take_part_where_the_planted_station_opened(
    which: str, request: pytest.FixtureRequest
) -> None:
    sample = request.getfixturevalue(which)
    opening = pd.Timestamp(assumptions.OPENING_STATION_ON)
    organisation, community = sample.tables["organisation"], sample.tables["community"]
    stations = organisation[organisation["organisation_kind"] == "social_work_station"]
    attended = attended_with_place(sample)
    span = pd.DateOffset(months=9)
    rises = []
    for code in stations.loc[stations["valid_from"] == opening, "community_code"]:
        assert community.set_index("community_code").loc[code, "origin"] == "sample"
        here = attended.loc[attended["community_code"] == code, "held_on"]
        before, after = here.between(opening - span, opening), here.between(opening, opening + span)
        rises.append((after.sum() + 1) / (before.sum() + 1))
    assert max(rises) > 2


@pytest.mark.parametrize("which", ["sample", "other"])
def test_the_share_of_beds_let_breaks_in_one_month(
    which: str, request: pytest.FixtureRequest
) -> None:
    occupancy = request.getfixturevalue(which).tables["occupancy"]
    beds = occupancy[occupancy["tier"] == "bed"].groupby("month")
    totals = beds[["let_count", "available_count", "resident_count", "supply_count"]].sum()
    change = (totals["let_count"] / totals["available_count"]).diff()["2025-01":]
    assert change.idxmin() == pd.Timestamp("2025-07-01")
    assert change.min() < 2 * change.drop(change.idxmin()).min() < 0
    # Only what is counted changes: neither what is built nor who lives there.
    assert totals["resident_count"].pct_change()["2025-07-01"] > -0.02
    assert totals["supply_count"].diff()["2025-07-01"] == 0


# Communities named in public --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name_zh", "town", "tiers"),
    [
        ("有巢马桥", "马桥镇", {"bed": 138, "room": 2_158, "flat": 179}),
        ("龙湖冠寓", "颛桥镇", {"room": 880}),
        ("微领地浦江中心", "浦江镇", {"room": 3_116}),
        ("微领地浦江第二项目", "浦江镇", {"room": 5_500}),
        ("中航公寓", "新虹街道", {"bed": 123}),
        ("虹尚·安雅居", "华漕镇", {"bed": 51}),
        ("9号楼公寓", "梅陇镇", {"bed": 125}),
        ("商发人才公寓", "吴泾镇", {"room": 1_070}),
    ],
)
def test_named_communities_have_their_published_dwellings(
    sample: Sample, name_zh: str, town: str, tiers: dict[str, int]
) -> None:
    towns = pd.read_csv(DATA / "towns.csv", dtype=str).set_index("name_zh")["town_code"]
    community = sample.tables["community"].set_index("name_zh").loc[name_zh]
    rows = named_rows(sample, name_zh, "2024-10-31")
    assert community["town_code"] == towns[town]
    assert community["origin"] == "published"
    assert rows.set_index("tier")["dwelling_count"].to_dict() == tiers


@pytest.mark.parametrize(
    ("name_zh", "units"), [("宽庭九星", 1_230), ("宽庭浦江", 2_362), ("虹桥乐贤居", 1_561)]
)
def test_named_communities_without_published_tiers_keep_their_total(
    sample: Sample, name_zh: str, units: int
) -> None:
    assert named_rows(sample, name_zh, "2024-10-31")["dwelling_count"].sum() == units


@pytest.mark.parametrize(
    ("name_zh", "day", "tiers", "low", "high"),
    [
        ("有巢马桥", "2025-06-30", ("room", "flat", "bed"), 0.955, 0.965),
        ("微领地浦江中心", "2024-10-31", ("room",), 0.96, 0.975),
        ("微领地浦江第二项目", "2024-10-31", ("room",), 0.47, 0.50),
        ("中航公寓", "2024-10-31", ("bed",), 0.85, 0.87),
        ("阡集·莘社区", "2024-10-31", ("room",), 0.98, 0.99),
        ("宽庭九星", "2025-08-31", ("room", "flat"), 0.995, 1.0),
        ("宽庭浦江", "2025-08-31", ("room", "flat"), 0.995, 1.0),
        ("城方活力社区·江月路店", "2024-12-31", ("room",), 0.90, 0.93),
    ],
)
def test_named_communities_are_let_as_published(
    sample: Sample, name_zh: str, day: str, tiers: tuple[str, ...], low: float, high: float
) -> None:
    assert low <= let_share(sample, name_zh, day, tiers) <= high


def test_residents_of_named_communities(sample: Sample) -> None:
    beds = named_rows(sample, "有巢马桥", "2023-11-30").set_index("tier").loc["bed"]
    assert beds["supply_count"] == 440
    assert abs(beds["resident_count"] - 249) <= 5  # published for 2023-12-01
    assert 950 <= named_rows(sample, "龙湖冠寓", "2024-10-31")["resident_count"].sum() < 1_000
    assert named_rows(sample, "中航公寓", "2024-10-31")["supply_count"].sum() > 400


def test_longfor_passes_to_mode_3_with_its_station(sample: Sample) -> None:
    governance = sample.tables["governance"]
    spans = governance[governance["community_code"] == "310112103-001"]
    last = spans.iloc[-1]
    assert (last["mode"], last["valid_from"]) == ("3", pd.Timestamp("2024-08-31"))
    assert spans.iloc[-2]["mode"] == "2"
    organisation = sample.tables["organisation"]
    stations = organisation[organisation["organisation_kind"] == "social_work_station"]
    # It was the first, so that no invented station may be older.
    assert stations.sort_values("valid_from").iloc[0]["community_code"] == "310112103-001"


def test_weilingdi_has_mode_5_with_branch_and_station(sample: Sample) -> None:
    governance = sample.tables["governance"].set_index("community_code")
    organisation = sample.tables["organisation"].set_index("community_code")
    assert governance.loc[["310112114-001"]].iloc[-1]["mode"] == "5"
    assert {"party_branch", "service_station"} <= set(
        organisation.loc["310112114-001", "organisation_kind"]
    )


def test_invented_communities_are_visibly_invented(sample: Sample) -> None:
    community = sample.tables["community"]
    invented = community[community["origin"] == "sample"]
    assert invented["name_zh"].str.fullmatch(r"示例社区·\S+-\d{2,3}").all()
    assert invented["name_en"].str.endswith(" (sample)").all()
    assert invented["operator"].str.fullmatch("示例运营方.").all()
    assert invented["community_code"].str.fullmatch(r"310112\d{3}-\d{3}").all()
    assert 10 <= invented["operator"].nunique() <= 14
    assert (community["origin"] == "published").sum() == 14


# Contract ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [table.name for table in TABLES if table.is_sample and table.name != "attendance"]
)
def test_tables_keep_the_contract(sample: Sample, name: str) -> None:
    table, frame = NAMED[name], sample.tables[name]
    assert list(frame.columns) == [column.name for column in table.columns]
    assert not frame.duplicated(list(table.key)).any()
    for column in table.columns:
        values, field = frame[column.name], column.field
        assert column.nullable or values.notna().all(), column.name
        present = values.dropna()
        if field.allowed:
            assert set(present) <= set(field.allowed), column.name
        if field.minimum is not None:
            assert (present >= field.minimum).all(), column.name
        if field.maximum is not None:
            assert (present <= field.maximum).all(), column.name
        if field.type in ("date", "month"):
            assert (present == present.dt.normalize()).all(), column.name
        yes_or_no = "boolean" if column.nullable else "bool"
        counts = "Int64" if values.isna().any() else "int64"
        expected = {"text": "str", "integer": counts, "boolean": yes_or_no}.get(field.type)
        assert expected is None or str(values.dtype) == expected, column.name
    for reference in table.foreign_keys:
        if reference.table in sample.tables:
            assert (
                frame[reference.column].isin(sample.tables[reference.table][reference.column]).all()
            )


def test_attendances_keep_the_contract(sample: Sample) -> None:
    chunk = next(sample.attendance_chunks())
    assert list(chunk.columns) == [column.name for column in NAMED["attendance"].columns]
    assert chunk["participant_code"].dtype == np.uint64
    assert (chunk["participant_code"] < 2**63).all()
    assert chunk["is_resident"].dtype == bool
    assert not chunk.isna().any().any()


def test_communities_lie_in_their_towns(sample: Sample) -> None:
    shapes = schematic_towns(DATA / "geography" / "schematic.json").set_index("town_code").geometry
    community = sample.tables["community"]
    for code, rows in community.groupby("town_code"):
        assert shapely.contains_xy(shapes[code], rows["lon"], rows["lat"]).all()
        assert not rows[["lon", "lat"]].duplicated().any()


# Housing ----------------------------------------------------------------------------------


def test_stocks_follow_from_flows(sample: Sample) -> None:
    occupancy = sample.tables["occupancy"].sort_values(["community_code", "tier", "month"])
    opened = sample.tables["community"].set_index("community_code")["opened_on"]
    series = occupancy.groupby(["community_code", "tier"])
    before = series["resident_count"].shift()
    implied = occupancy["resident_count"] - occupancy["move_in_count"] + occupancy["move_out_count"]
    later = before.notna()
    assert (implied[later] == before[later]).all()
    opened_inside = occupancy["community_code"].map(opened) >= pd.Timestamp("2023-11-01")
    assert (implied[~later & opened_inside] == 0).all()
    months = occupancy["month"].dt.year * 12 + occupancy["month"].dt.month
    assert (
        months.groupby([occupancy["community_code"], occupancy["tier"]]).diff().dropna() == 1
    ).all()


def test_housing_is_never_overfull(sample: Sample) -> None:
    occupancy = sample.tables["occupancy"]
    assert (occupancy["let_count"] <= occupancy["available_count"]).all()
    assert (occupancy["available_count"] <= occupancy["supply_count"]).all()
    assert (occupancy["resident_count"] <= occupancy["capacity_count"]).all()
    is_bed = occupancy["tier"] == "bed"
    assert (occupancy["dwelling_count"] == occupancy["supply_count"])[~is_bed].all()
    assert (occupancy["dwelling_count"] <= occupancy["supply_count"])[is_bed].all()


def test_occupancy_rows_are_the_months_a_community_is_open(sample: Sample) -> None:
    rows = sample.tables["occupancy"].groupby("month")["community_code"].agg(set)
    for month, codes in rows.items():
        assert codes == set(open_on(sample, month + pd.offsets.MonthEnd())["community_code"])
    assert len(rows) == 26


def test_occupancy_rises_and_dips_at_spring_festival(sample: Sample) -> None:
    occupancy = sample.tables["occupancy"]
    rooms = occupancy[occupancy["tier"] == "room"].groupby("month")[
        ["let_count", "available_count"]
    ]
    share = rooms.sum().eval("let_count / available_count")
    assert 0.81 < share.iloc[0] < 0.87
    assert 0.90 < share.iloc[-1] < 0.945
    assert share["2024-01-01"] < share["2023-12-01"]
    let = (
        occupancy[occupancy["tier"] != "bed"]
        .groupby("month")[["resident_count", "let_count"]]
        .sum()
    )
    assert (let["resident_count"] / let["let_count"]).between(1.1, 1.3).all()


def test_refurbished_housing_is_withheld_before_it_grows_fewer(sample: Sample) -> None:
    rooms = sample.tables["occupancy"].query("tier == 'room'").set_index("month")
    shrunk = 0
    for _, rows in rooms.groupby("community_code"):
        loss = -rows["supply_count"].diff().fillna(0)
        for month in loss.index[loss > 0]:
            shrunk += 1
            before = rows.loc[month - pd.DateOffset(months=1)]
            assert before["supply_count"] - before["available_count"] >= loss[month]
    assert shrunk == 40
    assert 0.97 < rooms["available_count"].sum() / rooms["supply_count"].sum() < 0.995


def test_turnover_differs_by_profile(sample: Sample) -> None:
    occupancy = sample.tables["occupancy"].merge(sample.tables["community"], on="community_code")
    totals = occupancy.groupby("resident_profile")[["move_out_count", "resident_count"]].sum()
    turnover = totals["move_out_count"] / totals["resident_count"]
    assert turnover.between(0.02, 0.07).all()
    assert turnover["family"] < turnover["mixed"] < turnover["young"] < turnover["worker"]


def test_new_communities_fill_up_slowly(sample: Sample) -> None:
    community = sample.tables["community"]
    new = community[
        (community["origin"] == "sample")
        & ~community["is_home"]
        & community["opened_on"].between("2024-11-01", "2024-12-31")
    ]
    rows = sample.tables["occupancy"].merge(new[["community_code"]], on="community_code")
    totals = rows.groupby("month")[["let_count", "available_count"]].sum()
    share = totals["let_count"] / totals["available_count"]
    assert share.iloc[0] < 0.3
    assert share["2025-04-01"] < 0.75
    assert share["2025-12-01"] > 0.8


# Governance -------------------------------------------------------------------------------


def test_governance_runs_from_opening_without_overlap_or_gap(sample: Sample) -> None:
    spans = sample.tables["governance"].sort_values(["community_code", "valid_from"])
    community = sample.tables["community"].set_index("community_code")
    by_community = spans.groupby("community_code")
    assert (by_community["valid_from"].min() == community["opened_on"]).all()
    next_from = by_community["valid_from"].shift(-1)
    followed = next_from.notna()
    assert (spans["valid_to"][followed] + pd.Timedelta(days=1) == next_from[followed]).all()
    last_to = spans[~followed].set_index("community_code")["valid_to"]
    closed_on = community["closed_on"].reindex(last_to.index)
    assert (last_to.isna() == closed_on.isna()).all()
    ended = last_to.notna()
    assert (last_to[ended] + pd.Timedelta(days=1) == closed_on[ended]).all()
    assert (spans["valid_to"].isna() | (spans["valid_to"] >= spans["valid_from"])).all()


def test_modes_belong_to_committees_and_change_over_time(sample: Sample) -> None:
    spans = sample.tables["governance"]
    assert spans.loc[spans["coverage_type"] == "grid", "mode"].isna().all()
    assert (
        spans.loc[spans["coverage_type"] == "grid", "leading_organisation"]
        .isin(["block", "park"])
        .all()
    )
    now = valid_on(spans[spans["coverage_type"] == "committee"], LAST)
    assert set(now["mode"].dropna()) == {"1", "2", "3", "4", "5"}
    assert 0.02 < now["mode"].isna().mean() < 0.15
    steps = spans.groupby("community_code")["mode"].agg(lambda modes: list(modes.dropna()))
    assert sum(modes[-2:] == ["2", "3"] for modes in steps) >= 5


@pytest.mark.parametrize(
    ("mode", "kinds"), [("3", {"social_work_station"}), ("5", {"party_branch", "service_station"})]
)
def test_a_mode_has_the_organisations_it_rests_on(
    sample: Sample, mode: str, kinds: set[str]
) -> None:
    for day in (SEPTEMBER, YEAR_END, LAST):
        spans = valid_on(sample.tables["governance"], day)
        there = valid_on(sample.tables["organisation"], day)
        for kind in kinds:
            having = set(there.loc[there["organisation_kind"] == kind, "community_code"])
            assert set(spans.loc[spans["mode"] == mode, "community_code"]) <= having


def test_organisations_neither_overlap_nor_outlive_their_community(sample: Sample) -> None:
    spans = sample.tables["organisation"].sort_values(
        ["community_code", "organisation_kind", "valid_from"]
    )
    next_from = spans.groupby(["community_code", "organisation_kind"])["valid_from"].shift(-1)
    followed = next_from.notna()
    assert followed.any()
    assert (spans["valid_to"][followed] < next_from[followed]).all()
    community = sample.tables["community"].set_index("community_code")
    closed = spans["community_code"].map(community["closed_on"])
    assert (spans["valid_to"] < closed)[closed.notna()].all()
    assert (spans["valid_from"] >= spans["community_code"].map(community["opened_on"])).all()


def test_organisations_are_about_as_common_as_planned(sample: Sample) -> None:
    there = valid_on(sample.tables["organisation"], LAST)
    share = there.groupby("organisation_kind")["community_code"].nunique() / 547
    assert 0.28 < share["party_branch"] < 0.42
    assert 0.23 < share["service_station"] < 0.37
    assert 0.015 < share["social_work_station"] < 0.07


# Activities and attendances ---------------------------------------------------------------


def test_festival_months_have_more_activities(sample: Sample) -> None:
    held = sample.tables["activity"]["held_on"]
    day = (
        held.dt.floor("D")
        .value_counts()
        .reindex(pd.date_range("2023-11-01", "2025-12-31"), fill_value=0)
    )
    month = day.resample("MS").sum()
    for festive, ordinary in [
        ("2025-01-01", "2024-12-01"),
        ("2024-06-01", "2024-04-01"),
        ("2024-09-01", "2024-11-01"),
        ("2025-05-01", "2025-03-01"),
        ("2025-10-01", "2025-11-01"),
    ]:
        assert month[festive] > 1.1 * month[ordinary], festive
    ordinary_day = pd.concat([day["2024-03"], day["2025-03"]]).mean()
    before = pd.concat([day["2024-02-01":"2024-02-09"], day["2025-01-20":"2025-01-28"]])
    lull = pd.concat([day["2024-02-10":"2024-02-17"], day["2025-01-29":"2025-02-05"]])
    assert before.mean() > 1.2 * ordinary_day
    assert lull.mean() < 0.3 * ordinary_day
    food = held[sample.tables["activity"]["activity_kind"] == "food_fair"]
    assert food.dt.month.isin([7, 8]).mean() > 0.5


def test_programmes_fit_kind_and_season(sample: Sample) -> None:
    activity = sample.tables["activity"]
    kinds = activity.dropna(subset="programme").groupby("programme")["activity_kind"].unique()
    assert {programme: set(kind) for programme, kind in kinds.items()} == {
        "night_school": {"course"},
        "manager_tea": {"consultation"},
        "summer_food": {"food_fair"},
        "festivals": {"festival"},
        "garden": {"co_building"},
    }
    summer = activity[activity["programme"] == "summer_food"]
    assert summer["held_on"].dt.month.isin([7, 8]).all()
    domains = activity.groupby("aspect")["domain"].nunique()
    assert (domains == 1).all()
    assert set(domains.index) == set(NAMED_ASPECTS)


def test_activities_are_held_while_their_community_is_open(sample: Sample) -> None:
    activity = sample.tables["activity"].merge(sample.tables["community"], on="community_code")
    assert (activity["held_on"] >= activity["opened_on"]).all()
    closed = activity["closed_on"].notna()
    assert (activity["held_on"] < activity["closed_on"])[closed].all()


def test_some_communities_are_quiet(sample: Sample) -> None:
    activity = sample.tables["activity"]
    recent = activity[activity["held_on"].between("2025-10-03", "2025-12-31")]
    there = open_on(sample, LAST)["community_code"]
    assert 0.05 < (~there.isin(recent["community_code"])).mean() < 0.3


def test_there_are_exactly_as_many_attendances_as_asked_for(attended: pd.DataFrame) -> None:
    assert len(attended) == DEFAULT_ATTENDANCES
    assert not attended.duplicated(["activity_code", "participant_code"]).any()


@pytest.mark.parametrize("attendances", [1, 999, 2_500_000])
def test_any_number_of_attendances(make: Make, attendances: int) -> None:
    sample = make(attendances=attendances)
    sizes = [len(chunk) for chunk in sample.attendance_chunks()]
    assert sum(sizes) == attendances
    assert max(sizes) <= 1_000_000
    assert len(sample.tables["activity"]) == activity_count(attendances)
    assert activity_count(attendances) == (20_834 if attendances > 1_200_000 else 10_000)


def test_a_full_stress_keeps_nobody_twice_and_reach_below_all(make: Make) -> None:
    sample = make(attendances=2_500_000)
    attended = attended_with_place(sample)
    assert not attended.duplicated(["activity_code", "participant_code"]).any()
    assert (reach_by_month(sample, attended) <= 1).all()


def test_activities_at_their_fullest_take_nobody_twice(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So many to an activity that most draw on everyone who would ever come.
    monkeypatch.setattr(assumptions, "MOST_ATTENDANCES_PER_ACTIVITY", 170)
    sample = make(attendances=1_700_000)
    attended = attended_with_place(sample)
    assert len(attended) == 1_700_000
    assert not attended.duplicated(["activity_code", "participant_code"]).any()


def test_more_than_the_activities_hold_is_refused(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assumptions, "MOST_ATTENDANCES_PER_ACTIVITY", 10_000)
    with pytest.raises(ValueError, match="attendances: 100000000"):
        make(attendances=100_000_000)


def reach_by_month(sample: Sample, attended: pd.DataFrame) -> pd.Series:
    residents = attended[attended["is_resident"]]
    distinct = residents.groupby(["community_code", "month"])["participant_code"].nunique()
    return distinct / residents_by_community(sample).reindex(distinct.index)


def test_no_more_resident_participants_than_residents(
    sample: Sample, attended: pd.DataFrame
) -> None:
    reach = reach_by_month(sample, attended)
    assert reach.notna().all()
    assert (reach <= 1).all()
    assert reach.max() > 0.3


def test_quarterly_reach_is_plausible(sample: Sample, attended: pd.DataFrame) -> None:
    quarter = attended[
        attended["is_resident"] & attended["held_on"].between("2024-07-01", "2024-09-30")
    ]
    residents = sample.tables["occupancy"].groupby("month")["resident_count"].sum()
    share = quarter["participant_code"].nunique() / residents["2024-07-01":"2024-09-01"].mean()
    assert 0.25 < share < 0.45


def test_attendances_are_heavy_tailed(sample: Sample, attended: pd.DataFrame) -> None:
    times = attended["participant_code"].value_counts()
    assert times.median() <= 5
    assert times.quantile(0.99) > 40
    occupancy = sample.tables["occupancy"]
    first = occupancy["month"] == "2023-11-01"
    ever_resident = (
        occupancy.loc[first, "resident_count"].sum() + occupancy.loc[~first, "move_in_count"].sum()
    )
    never = 1 - attended.loc[attended["is_resident"], "participant_code"].nunique() / ever_resident
    assert 0.45 < never < 0.62


def test_visitors_and_movers(attended: pd.DataFrame) -> None:
    assert 0.05 < (~attended["is_resident"]).mean() < 0.07
    residents = attended[attended["is_resident"]]
    homes = residents.groupby(["participant_code", "month"])["community_code"].nunique()
    assert (homes == 1).all()
    over_time = residents.groupby("participant_code")["community_code"].nunique()
    assert over_time.max() == 2
    assert 0.005 < (over_time == 2).mean() < 0.05


# Proposals --------------------------------------------------------------------------------


def test_proposals_have_a_life_of_their_own(sample: Sample) -> None:
    proposal = sample.tables["proposal"]
    assert 3_700 < len(proposal) < 4_300
    assert (
        proposal["accepted_on"].isna() | (proposal["accepted_on"] >= proposal["raised_on"])
    ).all()
    settled = proposal["settled_on"].notna()
    assert (proposal["settled_on"] > proposal["accepted_on"])[settled].all()
    assert (proposal[["raised_on", "accepted_on", "settled_on"]].max() <= LAST).all()
    assert 0.06 < (~settled).mean() < 0.11
    assert 0.01 < proposal["is_reopened"].mean() < 0.04
    days = (proposal["settled_on"] - proposal["accepted_on"]).dt.days
    assert 7 <= days.median() <= 11
    by_category = days.groupby(proposal["proposal_category"]).median()
    assert by_category.idxmax() == "transport"


def test_texts_of_proposals_are_marked_and_name_nobody(sample: Sample) -> None:
    proposal = sample.tables["proposal"]
    assert proposal["proposal_text"].str.startswith("示例：").all()
    by_category = proposal.groupby("proposal_category")["proposal_text"].nunique()
    assert (by_category == 2).all()
    assert proposal["proposal_text"].nunique() == 12
    for text in proposal["proposal_text"].unique():
        assert mask(text, is_prose=True) == (text, 0)


def test_the_stage_of_a_proposal_fits_its_dates(sample: Sample) -> None:
    proposal = sample.tables["proposal"]
    settled = proposal["settled_on"].notna()
    assert proposal.loc[settled, "stage"].isin(["platform_built", "self_service"]).all()
    assert not proposal.loc[~settled, "stage"].eq("self_service").any()
    never = proposal["accepted_on"].isna()
    assert proposal.loc[never, "stage"].eq("need_raised").all()
    assert proposal.loc[proposal["is_reopened"], "settled_on"].isna().all()


def test_proposals_are_settled_at_different_speeds_by_town(sample: Sample) -> None:
    proposal = sample.tables["proposal"].merge(sample.tables["community"], on="community_code")
    days = (proposal["settled_on"] - proposal["accepted_on"]).dt.days
    by_town = days.groupby(proposal["town_code"]).median()
    assert by_town.max() > 1.4 * by_town.min()


# Determinism ------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes(make: Make, sample: Sample) -> None:
    again = make()
    for name, frame in sample.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name], check_exact=True)
    for chunk, same in zip(sample.attendance_chunks(), again.attendance_chunks(), strict=True):
        pd.testing.assert_frame_equal(chunk, same, check_exact=True)


def test_chunks_can_be_streamed_again(sample: Sample) -> None:
    first, second = all_attendances(sample), all_attendances(sample)
    pd.testing.assert_frame_equal(first, second)


def test_another_seed_gives_another_sample(sample: Sample, other: Sample) -> None:
    for name in sample.tables:
        assert not sample.tables[name].equals(other.tables[name]), name
    chunk, another = next(sample.attendance_chunks()), next(other.attendance_chunks())
    assert not set(chunk["participant_code"]) & set(another["participant_code"])


def test_the_number_of_attendances_leaves_the_other_tables_alone(
    make: Make, sample: Sample
) -> None:
    few = make(attendances=1_000)
    for name in sample.tables:
        pd.testing.assert_frame_equal(sample.tables[name], few.tables[name])


# Apportionment ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "weights", "options", "expected"),
    [
        (10, [1, 1, 1], {}, [4, 3, 3]),
        (10, [3, 1, 0], {}, [8, 2, 0]),
        (10, [5, 1, 1], {"minimum": 2}, [5, 3, 2]),
        (10, [8, 1, 1], {"caps": [4, 9, 9]}, [4, 3, 3]),
        (9, [8, 1, 1], {"caps": [3, 3, 3]}, [3, 3, 3]),
        (0, [1, 2], {}, [0, 0]),
    ],
)
def test_apportion(
    total: int, weights: list[float], options: dict[str, Any], expected: list[int]
) -> None:
    shares = apportion(total, weights, **options)
    assert shares.sum() == total
    assert shares.tolist() == expected


@pytest.mark.parametrize("options", [{"minimum": 4}, {"caps": [1, 1, 1]}])
def test_apportion_refuses_the_impossible(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="total: 10"):
        apportion(10, [1, 1, 1], **options)
