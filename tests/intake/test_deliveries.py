"""Check who delivered what: a scripted week, the board as a function of a set, locks, the log."""

import io
import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.cli.main import main
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake import bulk, loading, returning
from dashboard.intake.checking import Reading
from dashboard.intake.deliveries import (
    Board,
    Standing,
    due_on,
    locked_months,
    month_after,
    receipts,
    reminders,
    rows_of,
)
from dashboard.intake.loading import Loaded, Places, Submission, check, known_towns, load, undo
from dashboard.intake.months import DATINGS, Whereabouts, held, touched
from dashboard.intake.report import report
from dashboard.intake.returning import Said, month_in, returned, towns_in, towns_register
from dashboard.intake.template import template
from dashboard.paths import DATA
from dashboard.warehouse.delivery_log import (
    LOG,
    Event,
    FaultCount,
    Held,
    Kind,
    append,
    event_of,
    read_log,
    written,
)
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
    assert f"已锁定的月份（{MONTH}）会改动：月度入住 {rows} 行" in "".join(
        w.zh for w in report(found)
    )
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


@pytest.mark.parametrize("is_large", [False, True])
def test_attendances_are_locked_by_their_activities_day(
    office: Office, sample: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    if is_large:
        monkeypatch.setattr(bulk, "BULK_FROM", 10)
    activities = Warehouse(sample).table("activity", exact=True)
    months = activities["held_on"].dt.strftime("%Y-%m")
    locked_in, other = months.iloc[0], months[months != months.iloc[0]].iloc[0]
    inside = activities[months == locked_in]["activity_code"].iloc[0]
    outside = activities[months == other]["activity_code"].iloc[0]

    def signed_in(name: str, *rows: tuple[str, int]) -> Path:
        file = office.folder / f"{name}.csv"
        lines = [f"{code},138{number:08d},是" for code, number in rows]
        file.write_text("\n".join(["活动代码,手机号,是否居民", *lines, ""]), encoding="utf-8")
        return file

    office.load("2025-12-01T01:00", signed_in("first", (inside, 1), (inside, 2), (outside, 1)))
    (receipt,) = office.events
    assert {(cell.month, cell.rows) for cell in receipt.held} == {(locked_in, 2), (other, 1)}
    office.clock("2025-12-02T01:00")
    returning.lock(office.places, [locked_in], ["attendance"], "tester")
    with pytest.raises(Problem, match=r"Attendances \(rows: 1\)"):
        office.load("2025-12-03T01:00", signed_in("more", (inside, 1), (inside, 3)))
    assert office.load("2025-12-03T01:00", signed_in("elsewhere", (outside, 3))).batch == 2
    done = office.load("2025-12-04T01:00", signed_in("more", (inside, 3)), restate="补录")
    assert [cell.rows for cell in done.check.locked] == [1]


# The board as a function of a set ----------------------------------------------------------

SOME_TOWNS, SOME_TABLES = ("310112101", "310112103"), ("governance", "occupancy", "proposal")
_MONTHS = ("2025-10", "2025-11", "2025-12")
_moments = st.integers(0, 80).map(
    lambda days: datetime(2025, 11, 1, tzinfo=UTC) + timedelta(days=days)
)


@st.composite
def _cells(draw: st.DrawFn) -> Held:
    table = draw(st.sampled_from(SOME_TABLES))
    month = draw(st.sampled_from(_MONTHS)) if DATINGS[table].is_monthly else ""
    return Held(draw(st.sampled_from(SOME_TOWNS)), table, month, draw(st.integers(0, 9)))


@st.composite
def _events(draw: st.DrawFn) -> Event:
    kind: Kind = draw(
        st.sampled_from(
            ("received", "received", "returned", "withdrawn", "nothing", "restated", "locked", "unlocked", "agreed")
        )
    )  # fmt: skip
    when = draw(_moments)
    if kind in ("locked", "unlocked"):
        tables = tuple(draw(st.sets(st.sampled_from(SOME_TABLES))))
        return Event(kind, when, "a", months=(draw(st.sampled_from(_MONTHS)),), tables=tables)
    if kind == "agreed":
        return Event(
            kind, when, "a", due_day=draw(st.none() | st.integers(1, 28)),
            scope=draw(st.none() | st.sampled_from(("all", "own"))),
            since=draw(st.none() | st.sampled_from(_MONTHS)),
        )  # fmt: skip
    faults = (FaultCount("blank", Words("空", "empty"), 2, "occupancy"),)
    held = tuple(draw(st.lists(_cells(), min_size=1, max_size=3)))
    return Event(
        kind, when, "a", held, faults if kind == "returned" else (), reason=draw(st.sampled_from(("", "why")))
    )  # fmt: skip


def told(events: list[Event], day: date) -> list[Any]:
    board = Board(events, day, SOME_TOWNS)
    names = {town: Words(town, town) for town in SOME_TOWNS}
    return [rows_of(board, _MONTHS, names), reminders(board, names), board.locks, board.months]


@settings(deadline=None)
@given(st.lists(_events(), max_size=12), st.randoms(), st.integers(0, 90))
def test_the_board_is_a_function_of_the_set_of_events(
    events: list[Event], order: random.Random, days: int
) -> None:
    day = date(2025, 11, 1) + timedelta(days=days)
    again = [*events, *events[: len(events) // 2]]
    order.shuffle(again)
    assert told(again, day) == told(events, day)
    until = [each for each in events if each.when.date() <= day]
    assert told(until, day) == told(events, day)


@settings(deadline=None)
@given(st.lists(_events(), max_size=12), st.integers(0, 90))
def test_a_state_is_what_its_events_say(events: list[Event], days: int) -> None:
    day = date(2025, 11, 1) + timedelta(days=days)
    board = Board(events, day, SOME_TOWNS)
    so_far = [each for each in events if each.when.date() <= day]
    locks = locked_months(so_far)
    for town in SOME_TOWNS:
        for month in _MONTHS:
            cell = board.cell(town, "occupancy", month)
            came = [
                each.when.date()
                for each in so_far
                for held in each.held
                if held[:3] == (town, "occupancy", month) and each.kind in ("received", "nothing")
            ]
            due = due_on(month, board.agreed.due_day)
            match cell.standing:
                case Standing.MISSING:
                    assert not came and day > due
                case Standing.NOT_DUE:
                    assert not came and day <= due
                case Standing.RECEIVED:
                    assert came and (min(came) <= due or month < board.since("occupancy"))
                case Standing.LATE:
                    assert came and min(came) > due
                case Standing.LOCKED:
                    assert came and month in locks["occupancy"]
                case Standing.CORRECTED:
                    assert came and month not in locks["occupancy"]
                case Standing.NOT_ASKED:
                    assert not came


@given(st.integers(-40, 40))
def test_months_are_counted_on_and_back(count: int) -> None:
    expected = pd.Period("2025-11", "M") + count
    assert month_after("2025-11", count) == str(expected)


def test_a_reminder_names_months_that_follow_each_other_by_the_first_and_last() -> None:
    came = Event(
        "received", datetime(2025, 6, 3, tzinfo=UTC), "a", (Held("one", "occupancy", "2025-05", 1),)
    )
    again = Event(
        "received", datetime(2025, 9, 3, tzinfo=UTC), "a", (Held("one", "occupancy", "2025-08", 1),)
    )
    board = Board([came, again], date(2025, 11, 11), ("one",))
    told_to = reminders(board, {"one": Words("一镇", "One")})["one"]
    assert told_to.zh.splitlines()[1:] == [
        "· 未报：月度入住（2025-06 至 2025-07、2025-09 至 2025-10），"
        "最近一个月应于 2025-11-10 前报送"
    ]
    assert "2025-06 to 2025-07, 2025-09" in told_to.en


# The log -----------------------------------------------------------------------------------


@given(_events())
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert event_of(json.loads(json.dumps(written(event)))) == event


def test_damaged_lines_are_told_and_skipped(tmp_path: Path) -> None:
    at = datetime(2025, 12, 1, tzinfo=UTC)
    first, second = (Event("locked", at, "a", months=(month,)) for month in _MONTHS[:2])
    append(tmp_path, first)
    damaged = (
        b"{", b"[]", b"null", b"7", b'"locked"', b'{"kind": "locked"}', b"\xff\xfe", b"[" * 9_000,
        b'{"kind": "opened", "when": "2025-12-01"}', b'{"kind": "locked", "when": 3}',
        b'{"kind": "locked", "when": "2025-12-01", "months": ["2025-13"]}',
        b'{"kind": "agreed", "when": "2025-12-01", "due_day": 31}',
        b'{"kind": "received", "when": "2025-12-01", "held": [["a"]]}',
        b'{"kind": "received", "when": "2025-12-01", "who": {}}',
    )  # fmt: skip
    with (tmp_path / LOG).open("ab") as log:
        log.write(b"\n\n".join(damaged) + b'\n{"kind": "lock')  # cut off in the middle
    append(tmp_path, second)
    log_read = read_log(tmp_path)
    assert log_read.events == (first, second)
    assert len(log_read.damaged) == len(damaged) + 1
    (words,) = log_read.warnings()
    assert "第 2、" in words.zh
    assert read_log(tmp_path / "nowhere").events == ()


# Which months a change touches ---------------------------------------------------------------

NOWHERE = Whereabouts.of([], [])
WHERE = Whereabouts.of(
    [pd.DataFrame({"community_code": ["A", "B"], "town_code": ["one", "two"]})],
    [pd.DataFrame({"activity_code": ["H"], "community_code": ["A"], "held_on": ["2025-11-05"]})],
)


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    columns = {c.name: c.field.form.pandas for c in NAMED[table].columns}
    return pd.DataFrame(list(rows), columns=list(columns)).astype(columns)


def proposal(**said: Any) -> dict[str, Any]:
    return {
        "proposal_code": "T", "community_code": "A", "proposal_category": "x", "raised_on": "2025-10-05",
        "stage": "raised", "is_reopened": False, **said,
    }  # fmt: skip


def governance(**said: Any) -> dict[str, Any]:
    return {"community_code": "A", "valid_from": "2025-01-01", "coverage_type": "grid", **said}


@pytest.mark.parametrize(
    ("table", "before", "after", "months"),
    [
        ("proposal", [], [proposal()], {"2025-10"}),
        ("proposal", [proposal()], [], {"2025-10"}),
        ("proposal", [proposal()], [proposal(stage="settled", settled_on="2025-12-03")], {"2025-12"}),
        ("proposal", [proposal()], [proposal(is_reopened=True)], set()),
        ("proposal", [proposal()], [proposal(raised_on="2025-11-05")], {"2025-10", "2025-11"}),
        ("proposal", [proposal()], [proposal(proposal_category="y")], {"2025-10"}),
        ("governance", [governance()], [governance(valid_to="2025-10-31")], {"2025-11", "2025-12"}),
        ("governance", [governance()], [governance(coverage_type="committee")], set(_MONTHS)),
        ("governance", [], [governance(valid_from="2025-12-02")], {"2025-12"}),
        ("attendance", [], [{"activity_code": "H", "participant_code": 1, "is_resident": True}], {"2025-11"}),
    ],
)  # fmt: skip
def test_a_change_touches_the_months_it_is_of(
    table: str, before: list[dict[str, Any]], after: list[dict[str, Any]], months: set[str]
) -> None:
    found = touched(table, frame(table, *before), frame(table, *after), WHERE, _MONTHS)
    assert {cell.month for cell in found} == months
    assert {cell.town for cell in found} <= {"one"}
    assert all(cell.rows == 1 for cell in found)
    assert not touched(table, frame(table, *after), frame(table, *after), WHERE, _MONTHS)


_rows = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from(_MONTHS)), st.integers(0, 2), max_size=6
)


@settings(deadline=None)
@given(_rows, _rows)
def test_rows_of_months_that_differ_are_counted(
    before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]
) -> None:
    def occupancy(rows: dict[tuple[str, str], int]) -> pd.DataFrame:
        return frame(
            "occupancy",
            *(
                {"community_code": code, "month": f"{month}-01", "tier": "room", "let_count": count}
                for (code, month), count in rows.items()
            ),
        )

    differing = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    expected = sorted(
        Held({"A": "one", "B": "two"}[code], "occupancy", month, 1)
        for code, month in differing
        if month in _MONTHS[:2]
    )
    found = touched("occupancy", occupancy(before), occupancy(after), WHERE, _MONTHS[:2])
    assert sorted(found) == expected
    counted = held("occupancy", occupancy(after), WHERE)
    assert sum(cell.rows for cell in counted) == len(after)
    assert held("occupancy", occupancy(after), NOWHERE) == []


# Whose a file is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "town", "month"),
    [
        ("莘庄镇2026年3月月报.xlsx", ["莘庄镇"], "2026-03"),
        ("莘庄工业区_202512.xlsx", ["莘庄工业区"], "2025-12"),
        ("虹桥月报 2026-1.xlsx", [], "2026-01"),
        ("虹桥镇、七宝镇.xlsx", ["七宝镇", "虹桥镇"], ""),
        ("月报20261312.xlsx", [], ""),
        ("汇总.xlsx", [], ""),
    ],
)
def test_towns_and_months_are_found_in_names(
    sample: Path, name: str, town: list[str], month: str
) -> None:
    places = Places(DATA, Path("nowhere"), sample)
    register = towns_register(places)
    assert sorted(register.titles[code] for code in towns_in(name, register)) == sorted(town)
    assert month_in(name) == month


# The command line ----------------------------------------------------------------------------


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_line_returns_locks_and_tells(office: Office, sample: Path) -> None:
    town, tables = next(iter(of_towns(sample).items()))
    name = known_towns(office.places)[town].zh
    file = office.write("月报", tables, spoil=True)
    answer = call("check", file, "--return", "--by", "tester")
    assert answer.exit_code == 1
    assert f"已登记退回：{name}（社区、治理沿革、月度入住）" in answer.stdout
    rows = json.loads(call("deliveries", "--month", MONTH, "--as", "json").stdout)
    states = {(row["town"], row["table"]): row["state"] for row in rows}
    assert states[name, "occupancy"] == "returned"
    # A town that loads its own is not held to the others' deliveries, unless one says so.
    assert len(rows) == 3
    every = call("deliveries", "--month", MONTH, "--as", "json", "--scope", "all")
    assert len(json.loads(every.stdout)) == 14 * 3
    assert call("deliveries", "--withdraw", "--town", name, "--table", "occupancy", "--month", MONTH).exit_code == 0  # fmt: skip
    csv = call("deliveries", "--month", MONTH, "--as", "csv", "--since", MONTH, "--due-day", "12")
    read = pd.read_csv(io.StringIO(csv.stdout))
    mine = read[(read["town"] == name) & (read["table"] == "occupancy")].iloc[0]
    assert (mine["state"], mine["due_on"]) == ("missing", "2025-12-12")
    assert name in call("deliveries", "--remind").stdout
    assert "已锁定" in call("lock", MONTH, "--table", "occupancy", "--reason", "已上报").stdout
    assert "已解锁" in call("lock", MONTH, "--table", "occupancy", "--undo").stdout
    to = office.folder / "board.xlsx"
    assert call("deliveries", "--to", to, "--day", "2026-02-01").exit_code == 0
    book = openpyxl.load_workbook(to)
    assert "催报" in book.sheetnames and "经过" in book.sheetnames
    kinds = [event.kind for event in read_log(office.places.own).events]
    assert kinds == ["returned", "agreed", "withdrawn", "agreed", "locked", "unlocked"]


@pytest.mark.parametrize(
    ("words", "told_of"),
    [
        (("lock", "2025-13"), "2026-03"),
        (("lock", MONTH, "--table", "homes"), "occupancy"),
        (("deliveries", "--nothing", "--town", "月球镇", "--table", "proposal"), "月球镇"),
        (("deliveries", "--nothing", "--town", "莘庄镇"), "--table"),
    ],
)
def test_what_the_command_line_does_not_know_is_told(
    places: Places, words: tuple[str, ...], told_of: str
) -> None:
    answer = call(*words)
    assert answer.exit_code == 1
    assert told_of in answer.stderr and "Traceback" not in answer.stderr
    assert read_log(places.own).events == ()


def test_a_file_that_names_no_town_is_asked_about(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "月报.csv"
    file.write_text("社区名称,月份,层次,居民\n不存在的社区,2025-11,套,很多\n", encoding="utf-8")
    answer = call("check", file, "--return")
    assert answer.exit_code == 1 and "--town" in answer.stderr
    answer = call("check", file, "--return", "--town", "七宝镇", "--table", "occupancy")
    assert "已登记退回：七宝镇（月度入住）" in answer.stdout
    (event,) = read_log(office.places.own).events
    assert {cell.table for cell in event.held} == {"occupancy"}


def test_a_file_that_cannot_be_read_goes_back_too(office: Office) -> None:
    file = office.folder / "七宝镇2025年11月.xlsx"
    file.write_bytes(b"no workbook")
    answer = call("check", file, "--return", "--table", "occupancy")
    assert answer.exit_code == 1
    assert "已登记退回：七宝镇（月度入住）" in answer.stdout
    (event,) = read_log(office.places.own).events
    assert [cell.month for cell in event.held] == [MONTH]
    assert [fault.code for fault in event.faults] == ["unreadable"]
