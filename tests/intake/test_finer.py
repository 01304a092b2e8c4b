"""Check that housing by tier stands for what was said of it without a tier, whichever comes first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.intake.checking import Reading
from dashboard.intake.finer import settle_tiers
from dashboard.intake.loading import Loaded, Places, Submission, load, undo
from dashboard.warehouse.uploads import current_state
from tests.intake import messy

Key = Callable[[], bytes]
REGISTER: list[list[Any]] = [
    ["社区名册（截至2026年3月底）"],
    ["社区名称", "街镇", "类型", "覆盖类型", "套数", "居民数"],
    ["甲苑", "莘庄镇", "长租公寓", "居村治理", 300, 280],
    ["乙苑", "莘庄镇", "长租公寓", "居村治理", 200, 150],
]
REPORT: list[list[Any]] = [
    ["入住月报（2026年3月）"],
    ["社区名称", "房源层次", "房源", "可租", "已租"],
    ["甲苑", "套", 100, 100, 90],
    ["甲苑", "间", 200, 200, 180],
    ["乙苑", "间", 190, 190, 150],
]


def brought(places: Places, key: Key, to: Path, *books: list[list[Any]]) -> Loaded:
    paths = []
    for number, rows in enumerate(books):
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        paths.append(to / f"{rows[0][0]}{number}.xlsx")
        book.save(paths[-1])
    return load(paths, places, Reading(messy.TODAY, key), Submission("tester"))


def stands(places: Places) -> dict[tuple[str, str], tuple[Any, ...]]:
    state = current_state(places.own)
    assert state is not None
    names = state.frame("community").set_index("community_code")["name_zh"]
    rows = state.frame("occupancy")
    return {
        (names[row.community_code], row.tier): tuple(
            None if pd.isna(each) else int(each) for each in (row.dwelling_count, row.resident_count)
        )
        for row in rows.itertuples()
    }  # fmt: skip


BOTH = {
    ("甲苑", "flat"): (100, None), ("甲苑", "room"): (200, None), ("乙苑", "room"): (190, None),
    ("甲苑", "unstated"): (None, 280), ("乙苑", "unstated"): (None, 150),
}  # fmt: skip


@pytest.mark.parametrize("order", ["register first", "report first", "together"])
def test_a_register_and_a_report_by_tier_count_nothing_twice(
    places: Places, key: Key, tmp_path: Path, order: str
) -> None:
    names_only = [REGISTER[0], *([*row[:4], "", ""] for row in REGISTER[1:])]
    names_only[1] = REGISTER[1]
    steps = {
        "register first": [[REGISTER], [REPORT]],
        "report first": [[names_only], [REPORT], [REGISTER]],
        "together": [[REGISTER, REPORT]],
    }[order]
    for number, books in enumerate(steps):
        (tmp_path / str(number)).mkdir()
        done = brought(places, key, tmp_path / str(number), *books)
        assert done.check.faults == [], [fault.what.zh for fault in done.check.faults]
    assert stands(places) == BOTH
    told = [words.zh for words in done.check.warnings if "不分层次的让位" in words.zh]
    assert len(told) == 1
    assert "2 个社区月" in told[0] and "其中 1 个与各层次之和不同" in told[0]


def test_what_a_register_counts_beside_the_tiers_is_not_offered_to_be_deleted(
    places: Places, key: Key, tmp_path: Path
) -> None:
    brought(
        places, key, tmp_path, [*REGISTER[:2], *([*row[:4], "", row[5]] for row in REGISTER[2:])]
    )
    (tmp_path / "report").mkdir()
    done = brought(places, key, tmp_path / "report", REPORT)
    assert done.check.absent == {}
    assert stands(places) == BOTH


def test_a_row_whose_numbers_all_give_way_goes_and_comes_back(
    places: Places, key: Key, tmp_path: Path
) -> None:
    brought(places, key, tmp_path, [row[:5] if len(row) > 1 else row for row in REGISTER])
    first = stands(places)
    assert first == {("甲苑", "unstated"): (300, None), ("乙苑", "unstated"): (200, None)}
    done = brought(places, key, tmp_path, REPORT)
    assert done.check.absent == {}
    assert {tier for _, tier in stands(places)} == {"flat", "room"}
    undo(places)
    assert stands(places) == first


def test_one_sheet_with_and_without_a_tier_is_refused(
    places: Places, key: Key, tmp_path: Path
) -> None:
    brought(places, key, tmp_path, REGISTER[:2] + [[*row[:4], "", ""] for row in REGISTER[2:]])
    done = brought(places, key, tmp_path, [*REPORT, ["乙苑", "", 10, 10, 9]])
    assert "tiers" in {fault.code.partition("_")[0] for fault in done.check.faults}


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["unstated", "flat", "room"]), st.none() | st.integers(0, 3), st.integers(0, 1)),
    max_size=6, unique_by=lambda row: row[:2],
)  # fmt: skip


@given(ROWS, ROWS)
def test_whatever_is_there_nothing_counts_twice_afterwards(new: Any, there: Any) -> None:
    def frame(rows: Any) -> pd.DataFrame:
        made = pd.DataFrame(
            [row[:3] for row in rows], columns=["community_code", "tier", "n"], dtype="object"
        )
        return made.assign(month=pd.Timestamp("2026-03-01"))  # fmt: skip

    fresh, old = frame(new), frame(there)
    sheets = pd.Series([row[3] for row in new], index=fresh.index, dtype="int64")
    settled = settle_tiers(fresh, old, sheets, ["n"])
    after = {(row[0], row[1]): row[2] for row in there}
    for row in settled.before.itertuples():
        after[row.community_code, row.tier] = None if pd.isna(row.n) else row.n
    for number, row in enumerate(new):
        after[row[0], row[1]] = None if settled.cleared["n"].iloc[number] else row[2]
    was_sound = all(
        not any(tier == "unstated" and n is not None for c, tier, n, _ in there if c == code)
        or not any(tier != "unstated" and n is not None for c, tier, n, _ in there if c == code)
        for code in "ab"
    )
    if settled.refused.any() or not was_sound:
        return
    for code in "ab":
        counted = {tier for (c, tier), n in after.items() if c == code and n is not None}
        assert "unstated" not in counted or counted == {"unstated"}
