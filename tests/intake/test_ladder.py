"""The ladder says what stands, and promises of a table only what rests on it."""

from pathlib import Path

import pandas as pd
import pytest

from dashboard.contract.lineage import sources_of, unlocks
from dashboard.contract.tables import NAMED
from dashboard.intake.headings import LOADABLE
from dashboard.intake.ladder import (
    MORE,
    RUNGS,
    Standing,
    is_up,
    next_rung,
    rung_of,
    standing,
    unlocked,
)
from dashboard.warehouse.uploads import State, next_state, put_in_force, write_frame

TOWN, OTHER = "310112101", "310112103"


def state_of(folder: Path, tables: dict[str, pd.DataFrame]) -> State:
    with next_state(folder, None) as state:
        for name, rows in tables.items():
            columns = [column.name for column in NAMED[name].columns]
            write_frame(state, name, rows.reindex(columns=columns))
        state.batches.append({})
        return put_in_force(folder, state)


COMMUNITIES = pd.DataFrame(
    {
        "community_code": ["A", "B", "C"],
        "town_code": [TOWN, OTHER, OTHER],
        "name_zh": ["甲", "乙", "丙"],
    }
)


def occupancy(*months: str) -> pd.DataFrame:
    rows = [(code, month, "room") for month in months for code in ("A", "B")]
    columns = ["community_code", "month", "tier"]
    return pd.DataFrame(rows, columns=columns).assign(
        month=lambda each: pd.to_datetime(each["month"])
    )


def test_nothing_stands_of_the_sample() -> None:
    assert standing(None) == {}
    assert next_rung({}) is RUNGS[0]
    assert not any(is_up(rung, {}) for rung in (*RUNGS, *MORE))


def test_what_stands_is_counted_by_rows_months_and_towns(tmp_path: Path) -> None:
    tables = {"community": COMMUNITIES, "occupancy": occupancy("2026-08-01", "2026-09-01")}
    there = standing(state_of(tmp_path, tables))
    assert there["community"] == Standing(3, 0, 2, None)
    assert (there["occupancy"].rows, there["occupancy"].months, there["occupancy"].towns) == (
        4,
        2,
        2,
    )
    assert f"{there['occupancy'].last:%Y-%m}" == "2026-09"


@pytest.mark.parametrize(
    ("tables", "up", "following"),
    [
        ((), (), "community"),
        (("community",), ("community",), "governance"),
        (("community", "governance"), ("community", "governance"), "occupancy"),
        (("community", "governance", "one month"), ("community", "governance"), "occupancy"),
        (
            ("community", "governance", "two months"),
            ("community", "governance", "occupancy"),
            "activity",
        ),
        (("proposal",), ("proposal",), "community"),
    ],
    ids=str,
)
def test_steps_stand_one_by_one(
    tables: tuple[str, ...], up: tuple[str, ...], following: str, tmp_path: Path
) -> None:
    rows = {
        "community": COMMUNITIES,
        "governance": pd.DataFrame(
            {"community_code": ["A"], "valid_from": [pd.Timestamp("2024-01-01")]}
        ),
        "proposal": pd.DataFrame(
            {"community_code": [f"{TOWN}-001"], "raised_on": [pd.Timestamp("2026-09-03")]}
        ),
        "one month": occupancy("2026-09-01"),
        "two months": occupancy("2026-08-01", "2026-09-01"),
    }
    loaded = {"occupancy" if "month" in name else name: rows[name] for name in tables}
    there = standing(state_of(tmp_path, loaded)) if loaded else {}
    assert tuple(rung.table.name for rung in RUNGS if is_up(rung, there)) == up
    found = next_rung(there)
    assert found is not None and found.table.name == following


def test_proposals_about_the_sample_s_communities_have_towns(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "community_code": [f"{TOWN}-001", f"{OTHER}-002", f"{OTHER}-003"],
            "raised_on": pd.to_datetime(["2026-09-03"] * 3),
        }
    )
    assert standing(state_of(tmp_path, {"proposal": rows}))["proposal"].towns == 2


@pytest.mark.parametrize("rung", (*RUNGS, *MORE), ids=lambda each: each.table.name)
def test_a_step_promises_only_what_rests_on_it(rung: object) -> None:
    assert isinstance(rung, type(RUNGS[0]))
    own = {table.name for table in rung.tables}
    if rung is RUNGS[0]:
        # One sheet of three tables.
        own |= {"governance", "occupancy"}
    for indicator in unlocked(rung):
        assert own & sources_of(indicator)
    above = RUNGS[RUNGS.index(rung) + 1 :] if rung in RUNGS else ()
    if rung is not RUNGS[0]:
        to_come = {table.name for each in above for table in each.tables}
        assert not [each for each in unlocked(rung) if to_come & sources_of(each)]


def test_all_steps_together_unlock_every_indicator_that_rests_on_own_tables() -> None:
    steps = {each.code for rung in (*RUNGS, *MORE) for each in unlocked(rung)}
    tables = [table.name for rung in (*RUNGS, *MORE) for table in rung.tables]
    assert steps == {each.code for each in unlocks(tables)}


def test_every_table_of_a_step_can_be_loaded_and_says_who_has_it() -> None:
    for rung in (*RUNGS, *MORE):
        assert all(table in LOADABLE for table in rung.tables)
        assert all(rung_of(table.name) is rung for table in rung.tables)
    assert all(rung.table.held_by for rung in RUNGS)
    assert rung_of("nothing") is None
