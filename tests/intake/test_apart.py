"""Check that what a foreign file does to its reader reaches nobody else, and that it is told."""

import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import xlsxwriter

from dashboard import apart
from dashboard.contract.problem import Problem
from dashboard.contract.tables import TOWN
from dashboard.intake import crossing
from dashboard.intake.crossing import read_apart
from dashboard.intake.reading import Sheet, Source, read
from dashboard.intake.values import plain_cell
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table
from tests.intake import messy
from tests.intake.bombs import BOMBS
from tests.intake.test_reading import SOUND
from tests.warehouse.test_geography import listener

TOWNS = read_table(DATA / "towns.csv", TOWN)
FILES = Path(__file__).parent / "files"
# In the tests children get less time and memory than users' files, so that many can be tried. Those give
# way to whatever runs beside them: it is the processor's time that is held to a limit, not the clock's.
FEW_SECONDS, LITTLE_MEMORY, PATIENCE = 1, 600_000_000, 180.0
# To start, until the limit, and until it is killed that lets the limit pass.
MOST_SECONDS_OF_A_CHILD = 10

# What a child does whose reader was taken over, or that has lost its way.
_HOSTILE = """
import ctypes, json, os, signal, socket, subprocess, sys, time
def loop(files, said, output):
    while True: pass
def sleep(files, said, output): time.sleep(1000)
def deaf(files, said, output):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True: pass
def abort(files, said, output): os.abort()
def crash(files, said, output): ctypes.string_at(0)
def leave(files, said, output): os._exit(0)
def fail(files, said, output): raise SystemExit(3)
def memory(files, said, output): return [bytearray(1 << 20) for _ in range(1 << 20)]
def numbers(files, said, output): return bytearray(1 << 45)
def threads(files, said, output):
    import threading
    kept = [threading.Thread(target=time.sleep, args=(99,), daemon=True) for _ in range(100_000)]
    for each in kept: each.start()
def recurse(files, said, output): return recurse(files, said, output)
def write(files, said, output):
    with output.part() as part:
        while True: part.write(bytes(1 << 20))
def scratch(files, said, output):
    with open("large", "wb") as file:
        while True: file.write(bytes(1 << 20))
def handles(files, said, output): return [os.pipe() for _ in range(10_000)] and "held"
def _answered(output, text):
    output._file.write(text + len(text).to_bytes(8, "little")); output._file.flush(); os._exit(0)
def say(files, said, output): _answered(output, json.dumps(said).encode())
def garbage(files, said, output): _answered(output, os.urandom(1000))
def deep(files, said, output): _answered(output, b"[" * 1_000_000)
def long(files, said, output):
    output._file.write(b"x" * 100 + (1 << 62).to_bytes(8, "little")); output._file.flush(); os._exit(0)
def elsewhere(files, said, output):
    _answered(output, json.dumps({"said": 1, "holds": [], "parts": [[-9, 1 << 40]]}).encode())
def look(files, said, output):
    seen = {"environment": list(os.environ.values())}
    for path in said["paths"]:
        try: seen[path] = open(path).read() or "empty"
        except OSError as error: seen[path] = type(error).__name__
    try: seen["listed"] = os.listdir(said["folder"])
    except OSError as error: seen["listed"] = type(error).__name__
    return seen
def spread(files, said, output):
    seen = {}
    def tried(name, do):
        try: seen[name] = str(do())
        except OSError as error: seen[name] = type(error).__name__
    host, port = said["host"], said["port"]
    tried("tcp", lambda: socket.create_connection((host, port), 2).send(b"GET / HTTP/1.0\\r\\n\\r\\n"))
    tried("program", lambda: subprocess.run(["/bin/sh", "-c", "echo run"], capture_output=True))
    tried("signal", lambda: os.kill(said["parent"], 0))
    tried("overwrite", lambda: open(said["file"], "a").write("x"))
    tried("link", lambda: os.link(said["file"], "linked"))
    return seen
"""


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = apart.limits_for

    def fewer(size: int, **more: object) -> apart.Limits:
        seconds = FEW_SECONDS
        return replace(usual(size), seconds=seconds, memory=LITTLE_MEMORY, patience=PATIENCE)

    monkeypatch.setattr(apart, "limits_for", fewer)


@pytest.fixture(scope="module", autouse=True)
def spare() -> Iterator[None]:
    """Keep a child ready, as the server does, and none afterwards."""
    apart.start_spare()
    yield
    apart.stop_spare()


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what has a hostile function done in a child."""
    archive = tmp_path / "hostile.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("hostile.py", _HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(archive))
    return lambda name, said=None, **more: apart.run(
        f"hostile:{name}", said=said, about="x", reads=[archive], **more
    )


# What may come of it ----------------------------------------------------------------------


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_told_in_a_sentence_within_its_limits(tmp_path: Path, name: str) -> None:
    file, make, is_refused = BOMBS[name]
    path = tmp_path / file
    path.write_bytes(make())
    assert path.stat().st_size < 60_000_000
    start, used = time.monotonic(), used_by_children()
    try:
        found = read_apart(path, TOWNS)
    except Problem as problem:
        assert all(file in words.zh and file in words.en for words in problem.problems)
    else:
        assert not is_refused
        assert isinstance(found, Source)
        assert sum(len(sheet.rows) for sheet in found.sheets) <= crossing.MAX_ROWS
    assert used_by_children() - used < MOST_SECONDS_OF_A_CHILD
    assert time.monotonic() - start < PATIENCE


def used_by_children() -> float:
    """Give the seconds of the processor that children took which have ended."""
    taken = os.times()
    return taken.children_user + taken.children_system


@pytest.mark.parametrize(
    ("name", "told"),
    {
        "loop": "far longer", "deaf": "far longer", "memory": "far more memory",
        "numbers": "far more memory", "write": "far more memory", "scratch": "far more memory",
        "abort": "break down", "crash": "break down", "leave": "break down", "fail": "break down",
        "threads": "", "recurse": "break down", "handles": "break down", "garbage": "break down",
        "deep": "break down", "long": "break down", "elsewhere": "",
    }.items(),
)  # fmt: skip
def test_a_child_that_fails_is_told(hostile: Callable[..., Any], name: str, told: str) -> None:
    try:
        answer = hostile(name)
    except Problem as problem:
        (words,) = problem.problems
        assert told in words.en
        assert words.zh.startswith("x：")
    else:
        assert name == "elsewhere"
        assert all(len(part) < 1_000 for part in answer.parts)


@pytest.mark.parametrize(
    "reply",
    [
        {"problems": 5}, {"problems": [["one"]]}, {"problems": [[1, 2]]}, {"said": 1},
        {"said": 1, "parts": [1], "holds": []}, {"said": 1, "parts": [["a", "b"]], "holds": []},
        {"said": 1, "parts": [], "holds": 5},
    ],
)  # fmt: skip
def test_a_reply_of_no_sense_is_told(hostile: Callable[..., Any], reply: object) -> None:
    with pytest.raises(Problem, match="makes no sense"):
        hostile("say", reply)


def test_of_very_many_problems_some_are_told(hostile: Callable[..., Any]) -> None:
    with pytest.raises(Problem) as caught:
        hostile("say", {"problems": [["错", "wrong" * 1_000]] * 500})
    assert len(caught.value.problems) == 100
    assert len(caught.value.problems[0].en) == 2_000


def test_a_child_that_gets_nowhere_is_ended_and_the_file_is_not_blamed(
    hostile: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        apart, "limits_for", lambda size, **more: apart.Limits(10**9, 60, 2.0, 10**8)
    )
    start = time.monotonic()
    with pytest.raises(apart.Busy, match="perhaps because the server is busy"):
        hostile("sleep")
    assert time.monotonic() - start < 20


# What it can reach ------------------------------------------------------------------------

needs = pytest.mark.skipif


def test_a_child_sees_neither_files_nor_secrets(
    hostile: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_PSEUDONYM_KEY", "a secret of the server")
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the server")
    paths = [str(secret), "/etc/passwd", str(DATA / "towns.csv"), f"/proc/{os.getpid()}/environ"]
    answer = hostile("look", {"paths": paths, "folder": str(tmp_path)})
    assert "a secret of the server" not in answer.said["environment"]
    if "files" not in answer.holds:
        pytest.skip("this kernel has no Landlock")
    assert {answer.said[path] for path in [*paths, "listed"]} == {"PermissionError"}


def test_a_child_reaches_no_network_program_or_process(
    hostile: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("kept")
    with listener() as (address, asked):
        host, _, port = address.removeprefix("http://").partition(":")
        said = {"host": host, "port": int(port), "parent": os.getpid(), "file": str(file)}
        answer = hostile("spread", said)
    if "files" not in answer.holds:
        pytest.skip("this kernel has no Landlock")
    assert asked == []
    assert "run" not in answer.said["program"]
    assert answer.said["overwrite"] == answer.said["program"] == "PermissionError"
    assert answer.said["link"] in ("PermissionError", "OSError")
    assert answer.said["tcp"].endswith("Error")
    assert file.read_text() == "kept"


def test_nothing_is_left_of_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "mkdtemp", lambda prefix: str(_made(tmp_path / "children")))
    monkeypatch.setattr(apart._spare, "take", apart._Child)
    path = tmp_path / "a.xlsx"
    path.write_bytes(SOUND)
    read_apart(path, TOWNS)
    assert not (tmp_path / "children").exists()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


# What comes back --------------------------------------------------------------------------


def test_a_file_reads_the_same_apart_as_here(tmp_path: Path) -> None:
    for path in (messy.write(tmp_path / "messy.xlsx"), FILES / "old.xls"):
        found = read_apart(path, TOWNS)
        assert isinstance(found, Source)
        assert found == read(path)


def test_what_a_sheet_shows_and_hides_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "shown.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("甲")
        sheet.write("A1", 0.25, book.add_format({"num_format": "0.0%"}))
        sheet.write("B1", 7, book.add_format({"num_format": "000"}))
        sheet.write_formula("A3", "=1/0", value="#DIV/0!")
        sheet.write_formula("B3", "=2", value=2)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("C:D", None, None, {"hidden": True})
    found = read_apart(path, TOWNS)
    assert isinstance(found, Source)
    assert found == read(path)
    (back,) = found.sheets
    assert back.rows[0] == ["25%", "007"]
    assert (back.hidden_rows, back.hidden_columns) == ({1}, {2, 3})
    assert back.failed == {(2, 0): "#DIV/0!"}


def test_every_form_reads_the_same_apart_as_here(tmp_path: Path) -> None:
    points = gpd.points_from_xy([121.4, None], [31.1, None])
    columns = {"name": ["春申", None], "count": [3, 4]}
    frame = gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
    for ending in ("geojson", "gpkg", "shp"):
        frame.to_file(tmp_path / f"a.{ending}", engine="pyogrio")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"a.{ending}", f"a.{ending}")
    pd.DataFrame(columns).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("名称,数\n春申,3\n", encoding="gb18030")
    for ending in ("geojson", "gpkg", "shp", "zip", "parquet", "csv"):
        path = tmp_path / f"a.{ending}"
        found = read_apart(path, TOWNS)
        assert isinstance(found, Source)
        assert [plain(sheet) for sheet in found.sheets] == [
            plain(each) for each in read(path).sheets
        ]


def plain(sheet: Sheet) -> list[list[str]]:
    return [[plain_cell(cell) for cell in row] for row in sheet.rows]


def test_every_kind_of_cell_comes_back_as_it_was(tmp_path: Path) -> None:
    values = [
        None, "", "甲", True, False, 1, 1.0, -(10**20), 0.1, 1e300, date(2026, 1, 31),
        datetime(2026, 1, 31, 12, 30, 1, 5), clock(8, 5), timedelta(days=1, microseconds=3),
        Decimal("1.10"),
    ]  # fmt: skip
    (back,) = crossed([Sheet("a", "a", [values, [], values[:2]], failed={(1, 2): "#N/A"})])
    assert back.rows == [values, [], values[:2]]
    assert [type(value) for value in back.rows[0]] == [type(value) for value in values]
    assert back.failed == {(1, 2): "#N/A"}


def test_what_has_no_kind_of_its_own_comes_back_as_it_is_seen() -> None:
    (back,) = crossed(
        [Sheet("a", "a", [[pd.Timestamp(2026, 1, 31), [1, 2], b"x", "\ud800", pd.NaT]])]
    )
    assert back.rows == [[datetime(2026, 1, 31), "[1, 2]", "b'x'", "?", None]]


def crossed(sheets: list[Sheet]) -> list[Sheet]:
    """Send sheets as a child does, and make them anew."""
    import io

    from dashboard.confined import Output

    file = io.BytesIO()
    output = Output(file)
    crossing._write_cells(sheets, output)
    body = memoryview(file.getvalue())
    parts = [body[start : start + length] for start, length in output._places]
    said = {"sheets": [crossing._plain_sheet(sheet) for sheet in sheets]}
    return crossing._judged_sheets(Path("a"), apart.Answer(said, parts, frozenset()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer.parts.reverse(),
        lambda answer: answer.parts.__setitem__(1, answer.parts[1][:-40]),
        lambda answer: answer.parts.__setitem__(0, memoryview(b"")),
        lambda answer: answer.parts.pop(),
        lambda answer: answer.said.__setitem__("sheets", []),
        lambda answer: answer.said.__setitem__("sheets", 5),
        lambda answer: answer.said["sheets"][0].__setitem__("merged", {"class": "Path", "fields": {}}),
        lambda answer: answer.said["sheets"][0].__setitem__("failed", "x"),
    ],
)  # fmt: skip
def test_an_answer_that_is_spoilt_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[apart.Answer], object]
) -> None:
    usual = apart.run

    def spoilt(*args: Any, **more: Any) -> apart.Answer:
        answer = usual(*args, **more)
        spoil(answer)
        return answer

    monkeypatch.setattr(apart, "run", spoilt)
    path = tmp_path / "a.xlsx"
    path.write_bytes(SOUND)
    with pytest.raises(Problem, match="makes no sense"):
        read_apart(path, TOWNS)


def test_boundaries_come_back_as_shapes_of_our_own(tmp_path: Path) -> None:
    from dashboard.intake.boundaries import read_boundaries
    from tests.intake.test_loading import boundary_file

    path = boundary_file(tmp_path / "official.geojson")
    found = read_apart(path, TOWNS)
    assert found.holds_areas and found.sheets == []
    kept = tmp_path / "kept.geojson"
    kept.write_bytes(found.shapes)
    once, again = read_boundaries(path, TOWNS), read_boundaries(kept, TOWNS)
    assert once["town_code"].tolist() == again["town_code"].tolist()
    assert once.geometry.geom_equals_exact(again.geometry, 1e-6).all()


# Turns ------------------------------------------------------------------------------------


def test_two_work_at_once_and_the_third_is_told_to_wait(tmp_path: Path) -> None:
    turns, told, order = apart._Turns(), [], []
    with turns.taken("a", is_large=True, waiting=apart.unheard):

        def large() -> None:
            with turns.taken("b", is_large=True, waiting=lambda words: told.append(words.zh)):
                order.append("large")

        waiting = Thread(target=large)
        waiting.start()
        time.sleep(0.8)
        with turns.taken("c", is_large=False, waiting=apart.unheard):
            order.append("small")
    waiting.join(10)
    assert order == ["small", "large"]
    assert any("排队" in words for words in told)


def test_too_many_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_WAITING", 0)
    with pytest.raises(Problem, match="too many files"):
        with apart._Turns().taken("a", is_large=False, waiting=apart.unheard):
            pass


def test_whoever_waits_may_leave(hostile: Callable[..., Any]) -> None:
    class Left(Exception):
        pass

    def leave(words: object) -> None:
        raise Left

    before = apart._turns._working[:]
    with pytest.raises(Left):
        hostile("sleep", waiting=leave)
    assert apart._turns._working == before
