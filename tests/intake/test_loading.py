"""Check that loads keep their promises: all or nothing, one at a time, and nothing is lost."""

import errno
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import GOVERNANCE, NAMED, OCCUPANCY
from dashboard.intake import bulk, loading
from dashboard.intake.checking import Reading
from dashboard.intake.faults import Check
from dashboard.intake.headings import LOADABLE
from dashboard.intake.loading import Places, Submission, check, load, undo
from dashboard.intake.merging import merge, no_longer_there
from dashboard.intake.template import template
from dashboard.paths import DATA, ROOT
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.geography import schematic_towns
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import current_state, left_out, locked
from tests.intake import messy

Key = Callable[[], bytes]
FEW_COMMUNITIES = 12


@pytest.fixture(scope="module")
def some(sample: Path) -> dict[str, pd.DataFrame]:
    """A dozen of the sample's communities and all that hangs from them."""
    warehouse = Warehouse(sample)
    rows = {table.name: warehouse.table(table.name, exact=True) for table in LOADABLE}
    codes = set(rows["community"]["community_code"].iloc[::45][:FEW_COMMUNITIES])
    codes.add(rows["space_vote"]["community_code"].iloc[0])  # few have voted
    for name in (table.name for table in LOADABLE if table.is_sample):
        if name == "attendance":
            continue
        rows[name] = rows[name][rows[name]["community_code"].isin(codes)]
    activities = set(rows["activity"]["activity_code"])
    rows["attendance"] = rows["attendance"][rows["attendance"]["activity_code"].isin(activities)]
    reports = rows["project_report"]
    rows["project_report"] = reports[
        reports["community_code"].isin(codes) | reports["community_code"].isna()
    ]
    # Nobody has set a target in the sample.
    set_by = {"target_bound": "at_least", "set_by": "区社会工作部", "target_basis": None}
    rows["target"] = pd.DataFrame(
        [
            {"target_indicator": code, "target_place": place, "target_value": value, **set_by}
            for code, place, value in (("reach", "whole", 30.0), ("residents", "310112114", 900.0))
        ]
    ).assign(due_month=pd.Timestamp("2026-12-01"))
    return {name: frame.reset_index(drop=True) for name, frame in rows.items()}


def as_loaded(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Give rows the types of loaded ones, in the order of their keys."""
    frame = rows.copy()
    if "origin" in frame:
        frame["origin"] = "own"
    frame = frame[[c.name for c in table.columns]].astype(
        {c.name: c.field.form.pandas for c in table.columns}
    )
    frame = frame.where(frame.notna(), None).astype(
        {c.name: c.field.form.pandas for c in table.columns}
    )
    return frame.sort_values(list(table.key)).reset_index(drop=True)


# The template ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(some: dict[str, pd.DataFrame]) -> bytes:
    """The template of all tables, filled."""
    return template(some)


def test_the_template_filled_and_read_back_gives_the_same_rows(
    some: dict[str, pd.DataFrame], filled: Path, places: Places, key: Key
) -> None:
    found = check([filled], places, Reading(messy.TODAY, key))
    assert [f"{f.sheet}!{f.cell} {f.code} {f.value}" for f in found.faults] == []
    for table in LOADABLE:
        mine = found.frames[table.name].sort_values(list(table.key)).reset_index(drop=True)
        pd.testing.assert_frame_equal(
            as_loaded(table, mine), as_loaded(table, some[table.name]), obj=table.name
        )


def test_an_empty_template_is_told_to_be_empty(places: Places, key: Key, tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    file.write_bytes(template())
    assert {fault.code for fault in check([file], places, Reading(messy.TODAY, key)).faults} == {
        "empty"
    }


# One at a time, all or nothing -----------------------------------------------------------


@pytest.fixture
def filled(book: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "filled.xlsx"
    file.write_bytes(book)
    return file


def handed(key: Key, **said: Any) -> tuple[Reading, Submission]:
    return Reading(messy.TODAY, key), Submission("tester", **said)


def test_a_second_load_waits_or_is_told(filled: Path, places: Places, key: Key) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(places.own):
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    with pytest.raises(Problem, match="Another load is under way"):
        load([filled], places, *handed(key), wait_seconds=0)
    threading.Timer(0.3, leave.set).start()
    assert load([filled], places, *handed(key), wait_seconds=20).batch == 1
    holder.join()


@pytest.mark.parametrize("where", ["write_frame", "put_in_force", "build"])
def test_a_full_disk_loses_nothing(
    filled: Path, places: Places, key: Key, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    before = places.warehouse.read_bytes()

    def no_room(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(loading, where, no_room)
        with pytest.raises(Problem, match="nothing was loaded"):
            load([filled], places, *handed(key))
    assert places.warehouse.read_bytes() == before
    assert current_state(places.own) is None
    assert [path.name for path in (places.own / "states").iterdir()] == []
    assert load([filled], places, *handed(key)).batch == 1


def test_a_load_killed_at_its_very_end_is_made_good_by_the_next(
    filled: Path, places: Places, key: Key
) -> None:
    sample = places.warehouse.read_bytes()
    load([filled], places, *handed(key))
    places.warehouse.write_bytes(sample)  # as if it had not been put in place any more
    assert load([filled], places, *handed(key)).batch is None
    assert Warehouse(places.warehouse).about["own_state"] == 1


def test_what_a_killed_load_left_is_cleared_away(filled: Path, places: Places, key: Key) -> None:
    for name in ("states/000007.making-1-2", "scratch-abc"):
        (places.own / name).mkdir(parents=True)
        (places.own / name / "half.parquet").write_bytes(b"half")
    assert load([filled], places, *handed(key)).batch == 1
    assert sorted(path.name for path in places.own.iterdir()) == [".lock", "current", "states"]
    assert [path.name for path in (places.own / "states").iterdir()] == ["000001"]


def test_a_register_of_eight_columns_is_enough(
    some: dict[str, pd.DataFrame], places: Places, key: Key, tmp_path: Path
) -> None:
    """Name, town, kind; coverage, mode; since where it is known; dwellings and residents of a month."""
    month = some["occupancy"]["month"].max()
    community = some["community"][["name_zh", "town_code", "community_kind", "community_code"]]
    community = community.iloc[:6]
    names = dict(zip(community["community_code"], community["name_zh"], strict=True))
    last = some["governance"].sort_values("valid_from").groupby("community_code").tail(1)
    governance = last[last["community_code"].isin(names)].reset_index(drop=True)
    since = governance["valid_from"].where(governance.index < 2)
    housing = some["occupancy"][some["occupancy"]["month"] == month]
    housing = housing[housing["community_code"].isin(names)]
    counts = ["dwelling_count", "resident_count"]
    housing = housing.groupby(["community_code", "month"], as_index=False)[counts].sum()

    def named(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
        codes = rows["community_code"].map(names)
        return rows.assign(community_code=codes)[["community_code", *columns]]

    file = tmp_path / "register.xlsx"
    sheets = {
        "community": community.drop(columns="community_code"),
        "governance": named(governance.assign(valid_from=since), "valid_from", "coverage_type", "mode"),
        "occupancy": named(housing, "month", *counts),
    }  # fmt: skip
    headings = {
        "name_zh": "名称", "town_code": "街镇代码", "community_kind": "社区类型", "community_code": "社区代码",
        "valid_from": "起始日期", "coverage_type": "覆盖类型", "mode": "治理模式", "month": "月份",
        "dwelling_count": "房源", "resident_count": "入住居民",
    }  # fmt: skip
    with pd.ExcelWriter(file) as book:
        for name, rows in sheets.items():
            label = NAMED[name].label.zh
            rows.rename(columns=headings).to_excel(book, sheet_name=label, index=False)
    result = load([file], places, *handed(key))
    assert result.check.faults == []
    filled = {(table, column): count for (table, column, note), count in result.check.notes.items() if note in ("begun", "unstated")}  # fmt: skip
    assert filled == {("governance", "valid_from"): 4, ("occupancy", "tier"): 6}
    warehouse = Warehouse(places.warehouse)
    assert warehouse.months == [month.date()]
    began = warehouse.table("governance", exact=True)["valid_from"]
    # None is newer than those beside it, so that coverage does not seem to change with them.
    assert sorted(began) == sorted([*since.dropna(), *[min(since.min(), month)] * 4])
    stored = warehouse.table("occupancy", exact=True)
    assert set(stored["tier"]) == {"unstated"}
    assert stored["resident_count"].sum() == housing["resident_count"].sum()
    assert {"occupancy.tier", "occupancy.let_count", "community.lon"} <= warehouse.unloaded


def test_the_same_governance_told_again_is_the_same_span(
    some: dict[str, pd.DataFrame], places: Places, key: Key, tmp_path: Path
) -> None:
    """A register of each month gives no first day: only who is governed otherwise begins anew."""
    community = some["community"].iloc[:4]
    names = community["name_zh"].tolist()
    opened = [None, pd.Timestamp("2024-05-06"), None, pd.Timestamp("2023-02-01")]

    def register(month: str, modes: list[str | None], *, opening: bool) -> Path:
        kinds = ["committee" if mode else "grid" for mode in modes]
        rows = {
            "名称": names, "街镇代码": community["town_code"].tolist(),
            "社区类型": community["community_kind"].tolist(),
            **({"开业日期": opened} if opening else {}),
            "覆盖类型": kinds, "治理模式": modes, "月份": [month] * 4,
            "房源": [100, 200, 300, 400], "入住居民": [90, 180, 270, 360],
        }  # fmt: skip
        sheets = {
            "community": ["名称", "街镇代码", "社区类型", *(["开业日期"] if opening else [])],
            "governance": ["名称", "覆盖类型", "治理模式"],
            "occupancy": ["名称", "月份", "房源", "入住居民"],
        }
        file = tmp_path / f"{month}.xlsx"
        with pd.ExcelWriter(file) as book:
            for name, columns in sheets.items():
                part = pd.DataFrame(rows)[columns]
                if name != "community":
                    part = part.rename(columns={"名称": "社区代码"})
                part.to_excel(book, sheet_name=NAMED[name].label.zh, index=False)
        return file

    def spans() -> list[tuple[str, str, str, str]]:
        found = Warehouse(places.warehouse).table("governance", exact=True)
        titles = Warehouse(places.warehouse).table("community", exact=True)
        place = dict(zip(titles["community_code"], titles["name_zh"], strict=True))
        return sorted(
            (
                str(names.index(place[row.community_code])),
                f"{row.valid_from:%Y-%m-%d}",
                "" if pd.isna(row.valid_to) else f"{row.valid_to:%Y-%m-%d}",
                "" if pd.isna(row.mode) else row.mode,
            )
            for row in found.itertuples()
        )

    modes = ["1", "2", None, None]
    first = load([register("2025-09", modes, opening=True)], places, *handed(key))
    assert first.check.faults == []
    at_first = [
        ("0", "2025-09-01", "", "1"), ("1", "2024-05-06", "", "2"),
        ("2", "2025-09-01", "", ""), ("3", "2023-02-01", "", ""),
    ]  # fmt: skip
    assert spans() == at_first

    again = load([register("2025-10", modes, opening=False)], places, *handed(key))
    assert again.check.faults == []
    assert spans() == at_first
    assert again.check.notes["governance", "valid_from", "in_force"] == 4
    assert ("governance", "valid_from", "begun") not in again.check.notes

    changed = load([register("2025-11", ["1", "3", None, "1"], opening=True)], places, *handed(key))
    assert changed.check.faults == []
    assert spans() == [
        ("0", "2025-09-01", "", "1"),
        ("1", "2024-05-06", "2025-10-31", "2"), ("1", "2025-11-01", "", "3"),
        ("2", "2025-09-01", "", ""),
        ("3", "2023-02-01", "2025-10-31", ""), ("3", "2025-11-01", "", "1"),
    ]  # fmt: skip


def test_what_belongs_together_is_given_together(
    some: dict[str, pd.DataFrame], places: Places, key: Key, tmp_path: Path
) -> None:
    tables = {name: some[name].copy() for name in ("community", "governance", "occupancy")}
    first = tables["occupancy"].index[0]
    tables["occupancy"].loc[first, "let_count"] = None
    tables["occupancy"].loc[first, "move_in_count"] = None
    file = tmp_path / "half.xlsx"
    file.write_bytes(template(tables))
    result = load([file], places, *handed(key))
    assert sorted(fault.code for fault in result.check.faults) == ["letting", "moves"]


def test_what_may_be_missing_of_a_community_may_be_missing(
    some: dict[str, pd.DataFrame], places: Places, key: Key, tmp_path: Path
) -> None:
    community = some["community"].assign(operator=None, resident_profile=None, youth_share=None)
    community = community.assign(community_code=None, name_en=None)
    names = community["name_zh"].tolist()
    there = dict(zip(some["community"]["community_code"], names, strict=True))
    tables = {name: some[name] for name in ("governance", "occupancy")}
    by_name = {
        name: rows.assign(community_code=rows["community_code"].map(there))
        for name, rows in tables.items()
    }
    file = tmp_path / "sparse.xlsx"
    file.write_bytes(template({"community": community, **by_name}))
    result = load([file], places, *handed(key))
    assert [f"{f.sheet}!{f.cell} {f.code} {f.value}" for f in result.check.faults] == []
    loaded = Warehouse(places.warehouse).table("community", exact=True)
    assert sorted(loaded["name_zh"]) == sorted(names)
    assert loaded["community_code"].is_unique
    assert loaded["youth_share"].isna().all()


def test_one_table_of_the_samples_communities_leaves_the_rest_a_sample(
    some: dict[str, pd.DataFrame], places: Places, key: Key, tmp_path: Path
) -> None:
    file = tmp_path / "proposals.xlsx"
    file.write_bytes(template({"proposal": some["proposal"]}))
    load([file], places, *handed(key))
    warehouse = Warehouse(places.warehouse)
    assert warehouse.row_count("proposal") == len(some["proposal"])
    assert "proposal" not in warehouse.about["sample_tables"].split(";")
    assert "occupancy" in warehouse.about["sample_tables"].split(";")
    undo(places)
    assert Warehouse(places.warehouse).row_count("proposal") > len(some["proposal"])


def test_sample_tables_that_hang_from_own_ones_are_left_out() -> None:
    assert left_out(()) == ()
    assert left_out(("proposal",)) == ()
    assert left_out(("activity",)) == ("attendance",)
    assert left_out(("community", "governance", "occupancy")) == (
        "organisation",
        "activity",
        "attendance",
        "proposal",
        "space",
        "space_vote",
        "club",
        "monthly_record",
        "belonging_survey",
    )
    assert left_out(("supply_target", "published_figure")) == ()


# History ---------------------------------------------------------------------------------


def occupancy(**changes: Any) -> pd.DataFrame:
    row = {
        "community_code": "A", "month": pd.Timestamp("2026-01-01"), "tier": "room", "dwelling_count": 10,
        "supply_count": 10, "available_count": 10, "let_count": 9, "capacity_count": 20,
        "resident_count": 12, "move_in_count": 1, "move_out_count": 1, "rent_cny": None, **changes,
    }  # fmt: skip
    return pd.DataFrame([row]).astype({c.name: c.field.form.pandas for c in OCCUPANCY.columns})


def test_merging_adds_restates_and_leaves_alone() -> None:
    old = pd.concat([occupancy(), occupancy(tier="bed")], ignore_index=True)
    new = pd.concat(
        [occupancy(let_count=8), occupancy(tier="bed"), occupancy(tier="flat")], ignore_index=True
    )
    rows, restated, counts = merge(OCCUPANCY, old, new)
    assert (counts.added, counts.restated, counts.unchanged) == (1, 1, 1)
    assert len(rows) == 3
    assert rows.set_index("tier")["let_count"].to_dict() == {"bed": 9, "room": 8, "flat": 9}
    (change,) = restated.to_dict("records")
    assert (change["column_name"], change["before_value"], change["after_value"]) == (
        "let_count",
        "9",
        "8",
    )
    again, none, counts = merge(OCCUPANCY, rows, new)
    assert (counts.added, counts.restated, len(none)) == (0, 0, 0)
    assert len(again) == 3


def test_a_new_arrangement_ends_the_one_before() -> None:
    def arrangement(start: str, end: str | None) -> dict[str, Any]:
        return {
            "community_code": "A", "valid_from": pd.Timestamp(start), "valid_to": end and pd.Timestamp(end),
            "coverage_type": "grid", "mode": None, "leading_organisation": "block", "origin": "own",
        }  # fmt: skip

    types = {c.name: c.field.form.pandas for c in GOVERNANCE.columns}
    old = pd.DataFrame([arrangement("2024-01-01", None)]).astype(types)
    new = pd.DataFrame([arrangement("2025-03-01", None)]).astype(types)
    rows, _, _ = merge(GOVERNANCE, old, new)
    assert rows["valid_to"].iloc[0] == pd.Timestamp("2025-02-28")
    assert pd.isna(rows["valid_to"].iloc[1])


# Rows that a later file no longer has -----------------------------------------------------


def test_a_file_speaks_for_its_own_towns_and_months_alone() -> None:
    months = [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01")]
    old = pd.concat(
        [occupancy(community_code=code, month=month) for code in "ABC" for month in months],
        ignore_index=True,
    )
    new = occupancy(community_code="A", month=months[1])
    town_of = {"A": "one", "B": "one", "C": "two"}
    gone = no_longer_there(OCCUPANCY, old, new, town_of)
    assert gone[["community_code", "month"]].to_numpy().tolist() == [["B", months[1]]]
    assert no_longer_there(OCCUPANCY, old, old, town_of).empty
    assert no_longer_there(OCCUPANCY, old.iloc[:0], new, town_of).empty


def test_rows_a_later_file_lacks_are_counted_and_removed_only_where_asked(
    some: dict[str, pd.DataFrame], filled: Path, places: Places, key: Key, tmp_path: Path
) -> None:
    load([filled], places, *handed(key))
    loaded = Warehouse(places.warehouse).row_count("proposal")
    fewer = tmp_path / "fewer.xlsx"
    fewer.write_bytes(template({"proposal": some["proposal"].iloc[1:]}))
    assert check([fewer], places, Reading(messy.TODAY, key)).absent == {"proposal": 1}
    kept = load([fewer], places, *handed(key))
    assert kept.batch is None
    assert Warehouse(places.warehouse).row_count("proposal") == loaded

    result = load([fewer], places, *handed(key, replace=["proposal"]))
    assert result.tables["proposal"].removed == 1
    assert any("删去 1 行" in words.zh for words in result.lines())
    assert Warehouse(places.warehouse).row_count("proposal") == loaded - 1
    state = current_state(places.own)
    assert state is not None
    (gone,) = state.frame("restatement").to_dict("records")
    assert (gone["table_name"], gone["column_name"]) == ("proposal", "")
    assert gone["row_key"] == some["proposal"]["proposal_code"].iloc[0]
    undo(places)
    assert Warehouse(places.warehouse).row_count("proposal") == loaded


def test_rows_that_others_hang_from_are_not_removed(
    some: dict[str, pd.DataFrame], filled: Path, places: Places, key: Key, tmp_path: Path
) -> None:
    load([filled], places, *handed(key))
    before = places.warehouse.read_bytes()
    fewer = tmp_path / "fewer.xlsx"
    busy = some["attendance"]["activity_code"].iloc[0]
    activities = some["activity"]
    fewer.write_bytes(template({"activity": activities[activities["activity_code"] != busy]}))
    with pytest.raises(Problem, match="is not in activity"):
        load([fewer], places, *handed(key, replace=["activity"]))
    assert places.warehouse.read_bytes() == before


# Boundaries ------------------------------------------------------------------------------


def boundary_file(to: Path, *, drop: int = 0) -> Path:
    towns = schematic_towns(DATA / "geography" / "schematic.json")
    towns.iloc[drop:].to_file(to, engine="pyogrio")
    return to


def test_official_boundaries_replace_the_schematic_and_are_undone(
    places: Places, key: Key, tmp_path: Path
) -> None:
    assert lay_out_assets().is_schematic
    file = boundary_file(tmp_path / "official.geojson")
    result = load([file], places, *handed(key, map_number="GS(2026)1234"))
    assert result.batch == 1
    assets = lay_out_assets()
    assert (assets.is_schematic, assets.map_number, assets.problem) == (False, "GS(2026)1234", None)
    assert Warehouse(places.warehouse).about["sample_tables"]
    assert load([file], places, *handed(key)).batch is None
    undo(places)
    assert lay_out_assets().is_schematic


def test_boundaries_that_lack_a_town_are_told(places: Places, key: Key, tmp_path: Path) -> None:
    file = boundary_file(tmp_path / "official.geojson", drop=1)
    with pytest.raises(Problem, match="Jiangchuan"):
        load([file], places, *handed(key))
    assert current_state(places.own) is None


# Large files -----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_large_csv_gives_the_same_as_a_small_one(
    some: dict[str, pd.DataFrame],
    places: Places,
    key: Key,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    encoding: str,
) -> None:
    activities = some["activity"]["activity_code"].tolist()
    lines = ["签到汇总", "活动编号,手机号,是否居民"]
    lines += [f"{activities[n % 7]},138{n % 11:08d},{'是' if n % 3 else '否'}" for n in range(77)]
    lines += lines[2:12]
    file = tmp_path / "attendances.csv"
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    small = check([file], places, Reading(messy.TODAY, key))
    monkeypatch.setattr(bulk, "BULK_FROM", 10)
    conflicting = load([file], places, *handed(key)) if small.faults else None
    assert conflicting is None
    result = load([file], places, *handed(key))
    assert result.batch == 1
    loaded = Warehouse(places.warehouse).table("attendance", exact=True)
    order = ["activity_code", "participant_code"]
    pd.testing.assert_frame_equal(
        loaded.sort_values(order).reset_index(drop=True),
        small.frames["attendance"].sort_values(order).reset_index(drop=True),
        check_dtype=False,
    )
    assert (
        result.check.notes["attendance", "", "repeated"]
        == small.notes["attendance", "", "repeated"]
    )
    assert load([file], places, *handed(key)).batch is None


def test_faults_of_a_large_csv_are_told_with_their_lines(
    places: Places, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = (
        Warehouse(places.warehouse).table("activity", limit=1, exact=True)["activity_code"].iloc[0]
    )
    file = tmp_path / "attendances.csv"
    file.write_text(
        f"活动代码,身份证号,是否居民\n{activity},11010519491231002X,是\nHD-NONE,11010519491231002X,是\n"
        f"{activity},,是\n{activity},440524188001010014,也许\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(bulk, "BULK_FROM", 10)
    faults = check([file], places, Reading(messy.TODAY, key)).faults
    assert {(fault.cell, fault.code) for fault in faults} == {
        ("A3", "unknown"), ("B4", "blank"), ("C5", "boolean"),
    }  # fmt: skip


ODD_ATTENDANCES = {
    "plain": "{0},13800000001,是\n{1},13800000002,否\n",
    "blank rows": "{0},13800000001,是\n,,\n , , \n{1},13800000002,否\n",
    "totals, remarks and headings again": "{0},13800000001,是\n合计,1,\n活动代码,手机号,是否居民\n"
    "打印时间：2026-03-01,,\n第1页\n{1},13800000002,否\n",
    "other ways to say yes and no": "{0},13800000001,TRUE\n{1},13800000002,×\n{0},13800000003,无\n",
    "codes in full width": "{0:w},13800000001,是\n",
    "cells that say nothing": '{0},13800000001,是,,\n{1},13800000002,否,\n{0},13800000003,"是"\n',
    "a break in a quoted cell": '"{0}",13800000001,"是\n"\n{1},13800000002,否\n',
    "the mark that ends a file": "{0},13800000001,是\n\x1a",
    "an unquoted comma": "{0},13800000001,是\n{1},138,00000002,否\n{0},13800000003,是\n",
    "no answer": "{0},13800000001,\n{1},13800000002,-\n",
    "another answer": "{0},13800000001,也许\n{1},13800000002,是\n",
    "an unknown activity": "{0},13800000001,是\nHD-NONE,13800000002,是\n,13800000002,是\n",
    "nobody": "{0},,是\n{1},13800000002,是\n",
    "a formula that failed": "{0},13800000001,#N/A\n",
}


class _Wide(str):
    def __format__(self, spec: str) -> str:
        return "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in self) if spec else self


@pytest.mark.parametrize(
    ("what", "encoding"),
    [(what, "utf-8") for what in ODD_ATTENDANCES]
    + [(what, encoding) for encoding in ("utf-8-sig", "gb18030", "utf-16")
       for what in ("plain", "the mark that ends a file")],
)  # fmt: skip
def test_large_and_small_files_are_judged_alike(
    places: Places,
    key: Key,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    encoding: str,
) -> None:
    codes = Warehouse(places.warehouse).table("activity", limit=2)["activity_code"]
    file = tmp_path / "attendances.csv"
    file.write_text(
        "活动代码,手机号,是否居民\n" + ODD_ATTENDANCES[what].format(*map(_Wide, codes)),
        encoding=encoding,
    )
    small = check([file], places, Reading(messy.TODAY, key))
    monkeypatch.setattr(bulk, "BULK_FROM", 10)
    large = check([file], places, Reading(messy.TODAY, key))

    def told(found: Check) -> set[tuple[str, str, str]]:
        return {(fault.cell, fault.code, fault.value) for fault in found.faults}

    assert told(large) == told(small)
    if not small.faults:
        assert large.staged_rows == len(small.frames["attendance"])
        pseudonyms = ("attendance", "participant_code", "pseudonym")
        assert large.notes == Counter({k: v for k, v in small.notes.items() if k != pseudonyms})


def test_a_large_file_that_contradicts_itself_is_told_with_its_lines(
    places: Places, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = Warehouse(places.warehouse).table("activity", limit=1)["activity_code"].iloc[0]
    file = tmp_path / "attendances.csv"
    rows = [("1", "是"), ("2", "是"), ("1", "是"), ("2", "否"), ("2", "否")]
    text = "".join(f"{activity},1380000000{n},{said}\n" for n, said in rows)
    file.write_text("活动代码,手机号,是否居民\n" + text, encoding="utf-8")
    monkeypatch.setattr(bulk, "BULK_FROM", 10)
    (fault,) = check([file], places, Reading(messy.TODAY, key)).faults
    assert (fault.cell, fault.code) == ("C5", "conflict")
    assert "row 3" in fault.what.en


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("活动代码,手机号,是否居民\nHD-1,1,是\n".encode("utf-16-le"), "no text in UTF-8"),
        ("活动代码,手机号,是否居民\n".encode() + b"HD-1,\xff\xff\xff,1\n" * 9, "no text in UTF-8"),
        (
            "活动代码,手机号,是否居民\n".encode("gb18030") * 9_000 + b"\xff\xff\n",
            "no text in UTF-8",
        ),
        ('活动代码,手机号,是否居民\nHD-1,"1,是\n'.encode() * 3, "CSV"),
        ("活动代码,手机号,是否居民\n".encode() + b"HD-1,1,1\n" * 7 + b"1,1,1,1,1,1,1\n", "line 9"),
        ("活動代碼,手機號,樓下垃圾站異味嚴重請增加\nHD-1,1,是\n".encode("big5"), "garbled"),
    ],
    ids=["UTF-16 unsaid", "no text", "no text further on", "quotation", "columns", "Big5"],
)
def test_a_large_file_that_is_no_table_is_told(
    places: Places,
    key: Key,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    words: str,
) -> None:
    file = tmp_path / "attendances.csv"
    file.write_bytes(content)
    monkeypatch.setattr(bulk, "BULK_FROM", 10)
    with pytest.raises(Problem, match=words):
        check([file], places, Reading(messy.TODAY, key))


def test_a_large_workbook_called_csv_is_a_workbook(
    filled: Path, places: Places, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = filled.rename(filled.with_suffix(".csv"))
    monkeypatch.setattr(bulk, "BULK_FROM", 10)
    assert check([file], places, Reading(messy.TODAY, key)).faults == []


def test_every_loadable_table_has_a_sheet_and_only_fixed_ones_have_none() -> None:
    assert set(NAMED) - {table.name for table in LOADABLE} == {"town", "control_total"}


# For real: other processes, and a system that refuses -------------------------------------

_LIMITED = """
import resource, sys
from dashboard.cli.main import main
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main(prog_name="dashboard")
"""


def test_a_system_that_takes_no_more_bytes_loses_nothing(
    filled: Path, places: Places, key: Key
) -> None:
    """Let files grow no larger than they may: at the tables, then at the warehouse."""
    before = places.warehouse.read_bytes()
    for limit in (1_000, 60_000, 300_000):
        said = subprocess.run(
            [sys.executable, "-c", _LIMITED, str(limit), "load", str(filled)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 1, limit
        assert "Traceback" not in said.stderr, said.stderr
        assert "原有" in said.stderr, said.stderr
        assert places.warehouse.read_bytes() == before
        assert current_state(places.own) is None
    assert sorted(path.name for path in places.warehouse.parent.iterdir()) == [
        "minhang.duckdb",
        "own",
    ]
    assert load([filled], places, *handed(key)).batch == 1


def test_two_loads_at_once_are_both_in_or_one_is_told(
    some: dict[str, pd.DataFrame], places: Places, tmp_path: Path
) -> None:
    half = len(some["proposal"]) // 2
    loads = []
    for number, rows in enumerate((some["proposal"].iloc[:half], some["proposal"].iloc[half:])):
        file = tmp_path / f"part-{number}.xlsx"
        file.write_bytes(template({"proposal": rows}))
        loads.append(
            subprocess.Popen(
                [sys.executable, "-m", "dashboard", "load", str(file)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )  # fmt: skip
        )
    ends = [each.communicate(timeout=120) for each in loads]
    assert [each.returncode for each in loads] == [0, 0], ends
    assert Warehouse(places.warehouse).row_count("proposal") == len(some["proposal"])
    state = current_state(places.own)
    assert state is not None
    assert [batch["batch"] for batch in state.batches] == [1, 2]
