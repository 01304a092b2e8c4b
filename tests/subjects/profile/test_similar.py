"""The most similar places are those nearest in what they are, each aspect counted once."""

import numpy as np
import pandas as pd
import pytest

from dashboard.subjects.profile.similar import (
    COMMUNITY_ASPECTS,
    TOWN_ASPECTS,
    community_features,
    most_similar,
    town_features,
)

ASPECTS = {"size": ("size",), "mix": ("left", "right")}


def features(**rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["size", "left", "right"])


def test_the_nearest_comes_first_and_not_the_place_itself() -> None:
    table = features(a=(1, 1, 0), b=(5, 1, 0), c=(2, 1, 0), d=(1.5, 0, 1))
    assert list(most_similar(table, "a", ASPECTS, count=2)) == ["c", "d"]
    assert list(most_similar(table, "a", {"size": ("size",)})) == ["d", "c", "b"]


def test_distances_are_in_standard_deviations_and_an_aspect_counts_once() -> None:
    table = features(a=(0, 1, 0), b=(2, 0, 1))
    # Of two places each lies one standard deviation from the mean, in each aspect.
    assert most_similar(table, "a", ASPECTS) == pytest.approx({"b": 2})
    assert most_similar(table, "a", {"mix": ("left", "right")}) == pytest.approx({"b": 2})


def test_units_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.random((30, 3)), columns=["size", "left", "right"])
    larger = table.assign(size=table["size"] * 1000 + 7)
    expected = most_similar(table, 3, ASPECTS, count=9)  # type: ignore[arg-type]
    found = most_similar(larger, 3, ASPECTS, count=9)  # type: ignore[arg-type]
    assert list(found) == list(expected)
    assert found == pytest.approx(expected)


def test_what_is_missing_is_left_out_and_what_all_share_tells_nothing() -> None:
    table = features(a=(1, 1, 0), b=(np.nan, 1, 0), c=(9, 1, 0))
    # Nothing is known of how large b is, and of the mix all have the same.
    size = ((1 - 9) / 4) ** 2
    assert most_similar(table, "a", ASPECTS) == {"b": 0, "c": (size / 2) ** 0.5}


def test_equally_near_ones_come_by_key() -> None:
    table = features(a=(1, 1, 0), z=(2, 1, 0), y=(0, 1, 0), x=(2, 1, 0))
    assert list(most_similar(table, "a", ASPECTS)) == ["x", "y", "z"]


def community(code: str, **changes: object) -> dict[str, object]:
    return {
        "community_code": code,
        "town_code": "A",
        "dwelling_count": 100,
        "resident_count": 110,
        "youth_share": 0.6,
        "community_kind": "long_rent_apartment",
        "opened_on": pd.Timestamp("2023-12-31"),
        **changes,
    }


def tiers(**counts: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"community_code": code, "town_code": "A", "tier": tier, "dwelling_count": count}
            for code, mix in counts.items()
            for tier, count in mix.items()
        ]
    )


ON = pd.Timestamp("2025-12-31")


def test_a_community_is_described_by_what_it_is() -> None:
    rows = pd.DataFrame([community("c"), community("d", community_kind="builders_home")])
    table = community_features(rows, tiers(c={"room": 75, "bed": 25}, d={"bed": 10}), on=ON)
    one = table.loc["c"]
    assert one["log_dwellings"] == pytest.approx(np.log(100))
    assert (one["flat"], one["room"], one["bed"]) == (0, 0.75, 0.25)
    assert one["log_years"] == pytest.approx(np.log(3), abs=0.002)
    assert (one["long_rent_apartment"], one["builders_home"]) == (1, 0)
    assert {name for names in COMMUNITY_ASPECTS.values() for name in names} == set(table.columns)


def test_how_well_a_community_does_makes_no_difference() -> None:
    rows = pd.DataFrame([community(code) for code in "cde"])
    mix = tiers(**{code: {"room": 100} for code in "cde"})
    other = rows.assign(resident_count=[1, 100, 900], overdue_count=[0, 9, 99])
    pd.testing.assert_frame_equal(
        community_features(rows, mix, on=ON), community_features(other, mix, on=ON)
    )


def test_a_town_is_described_by_its_communities() -> None:
    rows = pd.DataFrame(
        [
            community("c", resident_count=300, youth_share=0.9),
            community("d", resident_count=100, youth_share=0.5, community_kind="builders_home"),
            community("e", town_code="B"),
        ]
    )
    mix = tiers(c={"room": 80}, d={"flat": 20}, e={"bed": 5}).assign(town_code=["A", "A", "B"])
    table = town_features(rows, mix)
    one = table.loc["A"]
    assert one["log_communities"] == pytest.approx(np.log(2))
    assert one["log_residents"] == pytest.approx(np.log(400))
    assert one["youth_share"] == pytest.approx(0.8)
    assert (one["flat"], one["room"]) == (0.2, 0.8)
    assert one["builders_home"] == 0.5
    assert {name for names in TOWN_ASPECTS.values() for name in names} == set(table.columns)
