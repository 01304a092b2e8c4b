"""Check who delivered what: a scripted week, the board as a function of a set, locks, the log."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED
from dashboard.intake import loading, returning
from dashboard.intake.checking import Reading
from dashboard.intake.deliveries import (
    Board,
    Standing,
    receipts,
    reminders,
)
from dashboard.intake.loading import Loaded, Places, Submission, check, known_towns, load, undo
from dashboard.intake.returning import Said, returned, towns_register
from dashboard.intake.template import template
from dashboard.warehouse.delivery_log import Event, read_log
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import current_state
from tests.intake import messy

Key = Callable[[], bytes]
TABLES = ("community", "governance", "occupancy")
MONTH = "2025-11"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock by which events are dated, in UTC."""

    def put(when: str) -> None:
        at = datetime.fromisoformat(when).replace(tzinfo=UTC)
        for module in (loading, returning):
            monkeypatch.setattr(module, "now", lambda: at)

    return put


@pytest.fixture
def unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put states in force without building a warehouse of each, which the board does not need."""

    def in_force(
        places: Any, state: Any, before_placing: Callable[[], None], progress: Any
    ) -> None:
        before_placing()

    monkeypatch.setattr(loading, "rebuild", in_force)


def of_towns(sample: Path, month: str = MONTH) -> dict[str, dict[str, pd.DataFrame]]:
    """Split a few of the sample's communities by town: their register, governance and a month."""
    warehouse = Warehouse(sample)
    rows = {name: warehouse.table(name, exact=True) for name in TABLES}
    community = rows["community"].groupby("town_code").head(3)
    community = community[community["opened_on"] < "2025-01-01"]
    occupancy = rows["occupancy"]
    occupancy = occupancy[occupancy["month"] == f"{month}-01"]
    files = {}
    for town, mine in community.groupby("town_code"):
        codes = set(mine["community_code"])
        files[str(town)] = {
            "community": mine,
            **{
                name: each[each["community_code"].isin(codes)]
                for name, each in (("governance", rows["governance"]), ("occupancy", occupancy))
            },
        }
    return files


class Office:
    """Play a district office: check, return, load, lock, each on a day."""

    def __init__(
        self, places: Places, key: Key, folder: Path, clock: Callable[[str], None]
    ) -> None:
        self.places, self.clock, self.folder = places, clock, folder
        self.reading = Reading(messy.TODAY, key)

    def write(self, name: str, tables: dict[str, pd.DataFrame], *, spoil: bool = False) -> Path:
        file = self.folder / f"{name}.xlsx"
        file.write_bytes(template(tables))
        if spoil:
            book = openpyxl.load_workbook(file)
            sheet = book[NAMED["occupancy"].label.zh]
            place = {cell.value: cell.column for row in sheet.iter_rows(max_row=4) for cell in row}
            label = NAMED["occupancy"].column("resident_count").field.label.zh
            column = next(n for text, n in place.items() if str(text).startswith(label))
            sheet.cell(sheet.max_row, column).value = "很多"
            book.save(file)
        return file

    def load(self, when: str, file: Path, **said: Any) -> Loaded:
        self.clock(when)
        return load([file], self.places, self.reading, Submission("tester", **said))

    def send_back(self, when: str, file: Path, said: Said | None = None) -> Event:
        self.clock(when)
        found = check([file], self.places, self.reading)
        assert found.faults
        event = returned(found, towns_register(self.places), said or Said(), "tester")
        return returning.record(self.places, event)

    @property
    def events(self) -> list[Event]:
        state = current_state(self.places.own)
        batches = state.batches if state else []
        return [*read_log(self.places.own).events, *receipts(batches)]

    def board(self, day: str) -> Board:
        return Board(self.events, date.fromisoformat(day), tuple(known_towns(self.places)))

    def standings(self, day: str, table: str = "occupancy") -> dict[str, Standing]:
        board = self.board(day)
        return {t: board.cell(t, table, MONTH).standing for t in board.expected_towns}


@pytest.fixture
def office(
    places: Places, key: Key, tmp_path: Path, clock: Callable[[str], None], unbuilt: None
) -> Office:
    folder = tmp_path / "files"
    folder.mkdir()
    return Office(places, key, folder, clock)


def test_a_week_of_fourteen_towns_comes_out_right(sample: Path, office: Office) -> None:
    files = of_towns(sample)
    towns = list(known_towns(office.places))
    assert set(files) == set(towns)
    *in_time, wrong, wrong_too, late, never = towns
    for number, town in enumerate(in_time):  # from 2 to 6 December
        day = f"2025-12-{2 + number // 2:02}T03:00"
        assert office.load(day, office.write(town, files[town])).batch == number + 1
    names = known_towns(office.places)
    bad = office.write(f"{names[wrong].zh}月报", files[wrong], spoil=True)
    event = office.send_back("2025-12-04T01:00", bad)
    assert {(cell.town, cell.table) for cell in event.held} == {(wrong, name) for name in TABLES}
    assert [(each.code, each.cells, each.table) for each in event.faults] == [
        ("number", 1, "occupancy")
    ]
    bad_too = office.write(f"{names[wrong_too].zh}月报", files[wrong_too], spoil=True)
    office.send_back("2025-12-05T01:00", bad_too)

    def expected(**other: Standing) -> dict[str, Standing]:
        usual = dict.fromkeys(towns, Standing.NOT_DUE)
        return usual | other

    def received(until: int) -> dict[str, Standing]:
        return dict.fromkeys(in_time[: 2 * (until - 1)], Standing.RECEIVED)

    assert office.board("2025-12-01").months == ()
    assert office.standings("2025-12-02") == expected(**received(2))
    assert office.standings("2025-12-03") == expected(**received(3))
    assert office.standings("2025-12-04") == expected(**received(4), **{wrong: Standing.RETURNED})
    both_back = dict.fromkeys([wrong, wrong_too], Standing.RETURNED)
    assert office.standings("2025-12-06") == expected(**received(6), **both_back)

    office.load("2025-12-08T01:00", office.write("corrected", files[wrong]))
    corrected = {wrong: Standing.CORRECTED, wrong_too: Standing.RETURNED}
    assert office.standings("2025-12-10") == expected(**received(6), **corrected)
    owing = {late: Standing.MISSING, never: Standing.MISSING}
    assert office.standings("2025-12-11") == expected(**received(6), **corrected, **owing)
    told = reminders(office.board("2025-12-11"), names)
    assert set(told) == {wrong_too, late, never}
    assert "已退回待改：月度入住（2025-11），问题：不是数 1 处" in told[wrong_too].zh
    assert (
        "已退回待改：治理沿革（名册，交一次即可），问题在同一文件的其他表；" in told[wrong_too].zh
    )
    assert "未报：月度入住（2025-11），应于 2025-12-10 前报送" in told[never].zh
    assert told[never].zh.startswith(f"{names[never].zh}：截至 2025-12-11")
    assert "not delivered: Monthly occupancy (2025-11), due by 2025-12-10" in told[never].en

    office.load("2025-12-10T17:00", office.write("late", files[late]))  # 01:00 on the 11th here
    office.load("2025-12-12T01:00", office.write("corrected too", files[wrong_too]))
    done = {wrong: Standing.CORRECTED, wrong_too: Standing.CORRECTED, late: Standing.LATE}
    assert office.standings("2025-12-12") == expected(
        **received(6), **done, **{never: Standing.MISSING}
    )
    assert office.standings("2025-12-10") == expected(**received(6), **corrected)

    # Locked: who delivered is locked, who never did is still overdue.
    office.clock("2025-12-13T01:00")
    returning.lock(office.places, [MONTH], [], "tester")
    assert office.standings("2025-12-13") == {
        **dict.fromkeys(towns, Standing.LOCKED), never: Standing.MISSING
    }  # fmt: skip
    changed = {**files[late], "occupancy": files[late]["occupancy"].assign(move_in_count=0)}
    file = office.write("changed", changed)
    found = check([file], office.places, office.reading)
    rows = sum(cell.rows for cell in found.locked)
    assert rows and {cell[:3] for cell in found.locked} == {(late, "occupancy", MONTH)}
    with pytest.raises(Problem) as refused:
        office.load("2025-12-14T01:00", file)
    (words,) = refused.value.problems
    assert f"（{MONTH}）" in words.zh and f"月度入住 {rows} 行" in words.zh
    assert names[late].zh in words.zh
    before = current_state(office.places.own)
    assert before is not None

    # A restatement: loaded, the old values kept, the reason with them.
    done_again = office.load("2025-12-14T02:00", file, restate="复核后更正")
    assert any("复核后更正" in line.zh for line in done_again.lines())
    board = office.board("2025-12-14")
    assert board.cell(late, "occupancy", MONTH).standing is Standing.LOCKED
    assert board.cell(late, "occupancy", MONTH).restated == ("复核后更正",)
    assert board.cell(wrong, "occupancy", MONTH).restated == ()
    after = current_state(office.places.own)
    assert after is not None
    assert set(after.frame("restatement")["column_name"]) == {"move_in_count"}

    # Undone: not in silence, and the lock stays.
    with pytest.raises(Problem, match="nothing was undone"):
        undo(office.places)
    office.clock("2025-12-15T01:00")
    undo(office.places, who="tester", restate="误报")
    assert office.board("2025-12-15").cell(late, "occupancy", MONTH).restated == ()
    assert office.board("2025-12-15").cell(late, "occupancy", MONTH).standing is Standing.LOCKED
    assert [e.reason for e in office.events if e.kind == "undone"] == ["误报"]
    returning.lock(office.places, [MONTH], ["occupancy"], "tester", is_undone=True)
    assert office.standings("2025-12-15")[wrong] is Standing.CORRECTED
    assert office.standings("2025-12-15", "governance")[wrong] is Standing.LOCKED
