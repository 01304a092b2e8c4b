"""Housing: faults are no success, tiers stay apart, and targets are told for what they are."""

from datetime import date

import pandas as pd
import pytest

from dashboard.contract.columns import by_month
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.occupancy import FEWEST_BEHIND, LOW_OCCUPANCY, by_community, occupancies
from dashboard.language import Say
from dashboard.subjects.housing.reasoning import (
    distribution_headline,
    fill_curve,
    fill_headline,
    housing_headline,
    over_let,
    spread,
    target_states,
    time_to_fill,
    turnover_headline,
    without_faults,
)

ZH, EN = Say("zh"), Say("en")
ROOMS, STAY = BY_CODE["occupancy_room"], BY_CODE["mean_stay"]
DECEMBER = date(2025, 12, 1)
UNITS = {"flat": "flats", "room": "rooms", "bed": "beds"}


def lettings(*rows, month="2025-12-01") -> pd.DataFrame:
    """Rows of community, tier, dwellings, available and let."""
    names = ["community_code", "tier", "dwelling_count", "available_count", "let_count"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(month=pd.Timestamp(month), town_code="A", supply_count=100)


def people(*rows) -> pd.DataFrame:
    """Rows of community and day of opening."""
    frame = pd.DataFrame(rows, columns=["community_code", "opened_on"])
    return frame.assign(
        opened_on=pd.to_datetime(frame["opened_on"]), town_code="A", origin="sample"
    )


# Faults -----------------------------------------------------------------------------------


def test_more_let_than_available_is_a_fault_and_no_occupancy():
    rows = occupancies(lettings(("a", "room", 9, 10, 11), ("b", "room", 9, 10, 10)))
    assert rows["is_fault"].tolist() == [True, False]
    assert rows["value"].isna().tolist() == [True, False]


def test_let_without_any_available_is_a_fault_too():
    rows = occupancies(lettings(("a", "bed", 9, 0, 1), ("b", "bed", 9, 0, 0)))
    assert rows["is_fault"].tolist() == [True, False]
    assert rows["value"].isna().all()


def test_faults_are_listed_latest_and_largest_first():
    june = lettings(("a", "room", 9, 10, 30), month="2025-06-01")
    july = lettings(("b", "bed", 9, 10, 11), ("c", "bed", 9, 10, 15), ("d", "bed", 9, 10, 10))
    assert over_let(pd.concat([june, july]))["community_code"].tolist() == ["c", "b", "a"]


def test_only_shares_can_be_too_large():
    rows = pd.DataFrame({"value": [99.0, 101.0]})
    assert without_faults(rows, ROOMS)["value"].isna().tolist() == [False, True]
    assert without_faults(rows, STAY)["value"].tolist() == [99, 101]


# Communities ------------------------------------------------------------------------------


def test_a_community_is_judged_by_the_tier_with_most_dwellings():
    occupancy = lettings(("a", "flat", 5, 5, 1), ("a", "room", 50, 50, 45), ("b", "bed", 3, 12, 6))
    rows = by_community(
        people(("a", "2020-01-01"), ("b", "2025-03-09")), occupancies(occupancy), DECEMBER
    )
    assert rows["tier"].tolist() == ["room", "bed"]
    assert rows["value"].tolist() == [90, 50]
    assert rows["vacant"].tolist() == [5, 6]
    assert rows["is_low"].tolist() == [False, True]
    assert rows["months_open"].tolist() == [71, 9]
    assert rows["is_filling"].tolist() == [False, True]


def test_a_community_is_low_as_its_share_is_written():
    occupancy = lettings(("a", "room", 9, 10_000, 7995), ("b", "room", 9, 10_000, 7994))
    rows = by_community(
        people(("a", "2020-01-01"), ("b", "2020-01-01")), occupancies(occupancy), DECEMBER
    )
    assert rows["is_low"].tolist() == [False, True]
    said = distribution_headline(ZH, rows, BY_CODE["occupancy_room"], 80.0)
    assert "2 个社区中 1 个低于 80%" in said


def test_a_community_without_housing_or_with_a_fault_is_neither_low_nor_vacant():
    occupancy = lettings(("a", "room", 5, 5, 6))
    rows = by_community(
        people(("a", "2020-01-01"), ("b", "2020-01-01")), occupancies(occupancy), DECEMBER
    )
    assert rows["is_fault"].tolist() == [True, False]
    assert not rows["is_low"].any()
    assert rows["vacant"].isna().all()


def test_spread_is_missing_where_few_communities_are():
    values = [10.0, 20.0, 30.0, 40.0, 50.0]
    assert len(values) == FEWEST_BEHIND
    rows = pd.DataFrame({"town_code": ["A"] * 5 + ["B"] * 5, "value": [*values, *values[:4], None]})
    found = spread(rows, "town_code").set_index("town_code")
    assert found.loc["A"].tolist() == [20, 30, 40, 5]
    assert found.loc["B", ["lower", "upper"]].isna().all()
    assert found.loc["B", "behind"] == 4


# Filling up -------------------------------------------------------------------------------


def new_places(ages: dict[int, list[int]]) -> pd.DataFrame:
    """Make communities let to these percentages at these ages."""
    rows = [
        (f"{number}", "room", 9, 100, let, age)
        for age, lets in ages.items()
        for number, let in enumerate(lets)
    ]
    frame = lettings(*[row[:5] for row in rows])
    return frame.assign(months_open_count=[row[5] for row in rows])


def test_fill_curve_gives_median_and_quartiles_where_enough_are_behind():
    curve = fill_curve(occupancies(new_places({0: [10, 20, 30, 40, 50], 1: [80] * 6, 2: [90] * 4})))
    assert curve["age"].tolist() == [0, 1]
    assert curve.loc[0, ["low", "median", "high", "count"]].tolist() == [20, 30, 40, 5]
    assert curve.loc[1, "count"] == 6


def filling(*communities: list[int]) -> pd.DataFrame:
    """Make new communities of the percentages let in each month since they opened."""
    rows = [
        (f"{number}", "room", 9, 100, let, age)
        for number, lets in enumerate(communities)
        for age, let in enumerate(lets)
    ]
    frame = lettings(*[row[:5] for row in rows])
    return occupancies(frame.assign(months_open_count=[row[5] for row in rows]))


def test_what_fills_still_or_has_closed_is_censored_and_not_dropped():
    # Three fill in months 1, 2 and 4; one is not there in month 2 yet, one closed after month 0.
    rows = filling([50, 80], [50, 60, 81], [10, 20, 30, 40, 90], [10, 20, 30], [5])
    curve = time_to_fill(rows)
    assert curve is not None
    assert (curve.count, curve.reached_count) == (5, 3)
    # 4 are followed in month 1, 3 in month 2, 1 in month 4.
    assert curve.by(1) == pytest.approx(25)
    assert curve.by(2) == pytest.approx(100 * (1 - 3 / 4 * 2 / 3))
    assert curve.by(4) == pytest.approx(100)
    assert curve.median == 2
    assert fill_headline(ZH, curve) == (
        "新开社区多久租到 80%，还说不出：5 个中 3 个租到过，跟踪到那时的太少"
    )
    assert "too few were followed so long" in fill_headline(EN, curve)


def test_half_is_told_of_where_enough_were_followed_so_long():
    curve = time_to_fill(filling(*[[50, 80], [50, 60, 81], [10, 20, 30, 40, 90], [10, 20, 30]] * 2))
    said = fill_headline(ZH, curve)
    assert said == "开业约 2 个月后，半数新开社区租到 80%（估数，实际可能更久，上限还算不出）"
    assert "About 2 months after opening half of the new communities" in fill_headline(EN, curve)


def test_what_half_have_not_reached_has_no_number_of_months():
    curve = time_to_fill(filling([80], *[[10, 20]] * 5))
    assert fill_headline(ZH, curve) == "新开社区过半数尚未租到 80%"
    assert fill_headline(EN, curve) == "Over half of the new communities are not yet 80% let"
    assert time_to_fill(filling([80], [10, 90])) is None
    assert fill_headline(ZH, None) == "新开社区的入住曲线"


def test_a_place_that_empties_again_has_filled_once():
    curve = time_to_fill(filling(*[[80, 40]] * 6))
    assert curve is not None
    assert curve.by(0) == pytest.approx(100)


def test_fill_curve_leaves_faults_out():
    curve = fill_curve(occupancies(new_places({0: [10, 20, 30, 40, 50, 101]})))
    assert curve.loc[0, "count"] == 5


# Sentences --------------------------------------------------------------------------------


NAMES = {"A": "浦江", "B": "马桥"}


def headline(rows, *, say=ZH, faults=0, turnover=3.5, annual=34.8, names=NAMES):
    tiers = occupancies(lettings(("", "bed", 1, 100, 91), ("", "flat", 1, 100, 92)))
    found = housing_headline(
        say,
        tiers=tiers,
        communities=rows,
        town_names=names,
        turnover=(turnover, annual),
        fault_count=faults,
    )
    return found.state, found.change


def communities(*rows) -> pd.DataFrame:
    listed = pd.DataFrame(rows, columns=["town_code", "is_low", "is_filling"])
    return listed.assign(value=listed["is_low"].map({True: 70.0, False: 90.0}))


def test_headline_keeps_tiers_apart_in_their_order_and_counts_the_low():
    state, change = headline(
        communities(("A", True, False), ("B", True, True), ("B", False, False))
    )
    assert state == "入住率：一套房 92.0%、一张床 91.0%；1 个成熟社区不足 80%"
    assert change.startswith(
        "成熟：开业满 12 个月；按主要层次计。在浦江，宜先核查。"
        "另有 1 个不足，开业不满 12 个月，仍在入住。"
    )
    assert "3.5%" in change
    assert "近 12 个月合计每百名居民迁出 34.8 人次" in change


def test_headline_of_new_places_only_says_that_they_are_filling():
    state, change = headline(communities(("A", True, True), ("B", False, False)))
    assert state.endswith("成熟社区都不低于 80%")
    assert "宜先核查" not in change
    assert "另有 1 个不足，开业不满 12 个月，仍在入住。" in change


def test_headline_says_where_the_mature_ones_are():
    def said(*towns):
        return headline(communities(*((town, True, False) for town in towns)))[1]

    assert "均在马桥，宜先核查。" in said("B", "B")
    assert "马桥最多（2 个），宜先核查。" in said("A", "B", "B")
    assert "浦江、马桥最多（1 个），宜先核查。" in said("A", "B")


def test_headline_names_no_town_that_may_not_be_named():
    _, change = headline(communities(("A", True, False), ("B", True, False)), names={})
    assert change.startswith("成熟：开业满 12 个月；按主要层次计。所选月份每月约")


def test_headline_bears_missing_turnover_and_names_faults():
    _, change = headline(
        communities(("A", False, False), ("B", False, False)),
        faults=2, turnover=float("nan"), annual=float("nan"),
    )  # fmt: skip
    assert change.endswith("2 处已租多于可租，属数据错误，见下。")


def test_one_community_is_not_counted():
    state, change = headline(communities(("A", True, False)), say=EN)
    assert state == "Occupancy: flats 92.0%, beds 91.0%"
    assert "check" not in change


def test_distribution_says_the_share_below_the_bar():
    rows = pd.DataFrame({"value": [50.0, 79.9, 80.0, None]})
    text = distribution_headline(ZH, rows, ROOMS, LOW_OCCUPANCY)
    assert "3 个社区中 2 个低于 80%，占 66.7%" in text
    assert distribution_headline(ZH, rows.tail(1), ROOMS, LOW_OCCUPANCY) == ROOMS.name.zh
    spreading = pd.DataFrame({"value": [10.0, 20.0, 30.0]})
    assert "15.0 至 25.0" in distribution_headline(ZH, spreading, STAY, None)


def target(kind: str, count: int, supply: int, days: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "tier": ["bed"],
            "target_kind": [kind],
            "due_on": [pd.Timestamp("2024-12-31")],
            "target_count": [count],
            "supply_count": [supply],
            "gap_count": [count - supply],
            "days_left_count": [days],
            "source_title": ["A page"],
        }
    )


@pytest.mark.parametrize(
    ("kind", "count", "supply", "days", "outcome", "said"),
    [
        ("plan", 5000, 5495, 0, "met", "495 more"),
        ("plan", 5000, 5000, 0, "met", "0 more"),
        ("aim", 6050, 5495, 0, "missed", "555 short"),
        ("forecast", 5500, 5495, 0, "forecast", "−5 against"),
        ("aim", 6050, 5387, 92, "open", "7.2 beds a day"),
        ("plan", 5000, 5387, 92, "met", "107.7%"),
    ],
)
def test_a_target_is_met_or_missed_or_asks_for_a_pace(kind, count, supply, days, outcome, said):
    (state,) = target_states(target(kind, count, supply, days), UNITS, EN)
    assert state.outcome == outcome
    assert said in state.text
    assert "2024-12-31" in state.title
    assert state.text.endswith("Source: A page")


def test_there_is_no_pace_once_the_date_has_passed():
    rows = measure(target("aim", 6050, 5495, 0), BY_CODE["required_pace"])
    assert rows["value"].isna().all()


def test_turnover_is_told_with_the_same_months_a_year_before():
    months = pd.date_range("2024-12-01", periods=13, freq="MS")
    rows = pd.DataFrame(
        {"month": months, "resident_month_count": 100.0, "move_out_count": 5, "move_in_count": 8}
    )
    rows.loc[0, "move_out_count"] = 8

    def told(rows: pd.DataFrame) -> str:
        values, *stays = (
            by_month(measure(rows, BY_CODE[code]))
            for code in ("turnover", "mean_stay_in", "mean_stay")
        )
        return turnover_headline(EN, values, stays, DECEMBER)

    expected = (
        "Turnover 5.0% a month, 8.0% a year before; the mean stay is an estimate: "
        "12.5 months by how many move in, 20.0 by how many move out"
    )
    assert told(rows) == expected
    assert "year before" not in told(rows.tail(3))
    assert told(rows.assign(move_out_count=None)) == "Turnover by month"
    assert told(rows.assign(move_in_count=None)) == "Turnover 5.0% a month, 8.0% a year before"
