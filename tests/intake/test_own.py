"""Check that damaged own data are told and cured, kept from others, and deleted for good."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dashboard.cli.main import main
from dashboard.contract.problem import Problem
from dashboard.intake import forgetting, loading
from dashboard.intake.checking import Reading
from dashboard.intake.forgetting import forget, purge
from dashboard.intake.loading import Places, Submission, load, undo
from dashboard.intake.personal import pseudonym
from dashboard.paths import DATA, ROOT
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import Damaged, State, current_state, loader
from tests.intake import messy
from tests.intake.conftest import KEY

Key = Callable[[], bytes]
FIRST, SECOND = "13800001111", "13900002222"


def bringing(places: Places, tmp_path: Path) -> Callable[..., None]:
    """Load attendances of some persons, the activities being the sample's."""
    activities = Warehouse(places.warehouse).table("activity")["activity_code"]

    def run(*people: str, activity: int = 0, resident: str = "是") -> None:
        file = tmp_path / "rows.csv"
        rows = [f"{activities.iloc[activity]},{each},{resident}" for each in people]
        file.write_text("\n".join(["活动代码,手机号,本社区居民", *rows]) + "\n", encoding="utf-8")
        load([file], places, Reading(messy.TODAY, lambda: KEY), Submission("tester"))

    return run


@pytest.fixture
def bring(places: Places, tmp_path: Path) -> Callable[..., None]:
    return bringing(places, tmp_path)


def prepared(sample: Path, folder: Path) -> Places:
    warehouse = Path(shutil.copy(sample, folder / "minhang.duckdb"))
    return Places(DATA, folder / "own", warehouse)


@pytest.fixture(scope="module")
def two_loads(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Places:
    there = prepared(sample, tmp_path_factory.mktemp("two"))
    bring = bringing(there, tmp_path_factory.mktemp("rows"))
    bring(FIRST)
    bring(SECOND)
    return there


@pytest.fixture(scope="module")
def long_history(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Load four times, one of them undone."""
    there = prepared(sample, tmp_path_factory.mktemp("long"))
    bring = bringing(there, tmp_path_factory.mktemp("rows"))
    bring(FIRST, SECOND)
    bring(FIRST, activity=1)
    bring(FIRST, SECOND, activity=2)
    undo(there)
    bring(FIRST, resident="否")  # said anew, so it stands among the restatements too
    return there


def copied(there: Places, to: Places) -> None:
    """Lay out again what another place holds; files are shared there as they were."""
    shutil.copy(there.warehouse, to.warehouse)
    seen: dict[int, Path] = {}
    for path in sorted(there.own.rglob("*")):
        new = to.own / path.relative_to(there.own)
        if path.is_dir():
            new.mkdir(parents=True, exist_ok=True)
        elif (first := seen.setdefault(path.stat().st_ino, new)) == new:
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, new)
        else:
            new.hardlink_to(first)


def state(places: Places) -> State:
    found = current_state(places.own)
    assert found is not None
    return found


def command(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


# Damage -----------------------------------------------------------------------------------


def made_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replaced(file: Path, content: bytes) -> None:
    """Put other content in a file's place; another state may share the old one."""
    file.unlink(missing_ok=True)
    file.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "current is garbage": lambda own: (own / "current").write_bytes(b"\xff\x00 what"),
    "current is a word": lambda own: (own / "current").write_text("two"),
    "current is a folder": lambda own: made_folder(own / "current"),
    "current names no state": lambda own: (own / "current").write_text("77"),
    "current is negative": lambda own: (own / "current").write_text("-1"),
    "record is empty": lambda own: (own / "states/000002/state.json").write_text("{}"),
    "record is a list": lambda own: (own / "states/000002/state.json").write_text("[]"),
    "record is cut": lambda own: (own / "states/000002/state.json").write_text('{"number": 2, "par'),
    "record is deep": lambda own: (own / "states/000002/state.json").write_text("[" * 200_000),
    "record is bytes": lambda own: (own / "states/000002/state.json").write_bytes(b"\xff\xfe\x00"),
    "batches are numbers": lambda own: (own / "states/000002/state.json").write_text('{"number": 2, "parent": 1, "batches": [1]}'),
    "record is gone": lambda own: (own / "states/000002/state.json").unlink(),
    "table is garbage": lambda own: replaced(own / "states/000002/attendance.parquet", b"garbage"),
    "table is empty": lambda own: replaced(own / "states/000002/attendance.parquet", b""),
    "changes are garbage": lambda own: replaced(own / "states/000002/restatement.parquet", b"garbage"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_own_data_are_told_and_cured_by_undoing(
    damage: str, places: Places, two_loads: Places
) -> None:
    copied(two_loads, places)
    DAMAGES[damage](places.own)
    with pytest.raises(Damaged, match="load --undo"):
        current_state(places.own)
    for arguments in (("build",), ("forget", "--participant", FIRST)):
        told = command(
            *arguments, *(("--to", str(places.warehouse)) if arguments == ("build",) else ())
        )
        assert told.exit_code == 1
        assert "自有数据已损坏" in told.output, told.output
        assert isinstance(told.exception, SystemExit)
    told = command("load", "--undo")
    assert told.exit_code == 0, told.output
    found = state(places)
    assert found.number == (2 if damage.startswith("current") else 1)
    assert Warehouse(places.warehouse).row_count("attendance") == len(found.frame("attendance"))


def test_what_a_damaged_state_came_from_is_brought_back_before_one_that_was_undone(
    places: Places, bring: Callable[..., None], two_loads: Places
) -> None:
    copied(two_loads, places)
    undo(places)
    bring("13700003333")
    assert (state(places).number, state(places).parent) == (3, 1)
    replaced(places.own / "states/000003/attendance.parquet", b"garbage")
    assert undo(places) == 0
    assert state(places).number == 1


def test_with_no_sound_state_the_sample_is_brought_back(
    places: Places, bring: Callable[..., None]
) -> None:
    bring(FIRST)
    replaced(places.own / "states/000001/attendance.parquet", b"garbage")
    assert undo(places) == 0
    assert current_state(places.own) is None
    assert Warehouse(places.warehouse).about["own_tables"] == ""


# Who may read it --------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="the system knows no owners")
def test_own_data_are_readable_by_their_owner_only(
    places: Places, bring: Callable[..., None]
) -> None:
    places.own.mkdir(mode=0o755)
    bring(FIRST)
    for path in (places.own, *places.own.rglob("*")):
        if path.name not in (".lock", "current"):
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize(
    ("who", "shown"),
    [("root (app)", "app"), ("10.0.0.7 (app)", "app"), ("root (command)", "command line"), ("王科", "王科")],
)  # fmt: skip
def test_users_of_the_server_are_not_named(who: str, shown: str) -> None:
    assert loader({"who": who}) == shown


def test_a_load_without_a_name_names_nobody(
    places: Places, bring: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "svc-dashboard")
    activity = Warehouse(places.warehouse).table("activity", limit=1)["activity_code"].iloc[0]
    file = tmp_path / "own.csv"
    file.write_text(f"活动代码,手机号,本社区居民\n{activity},{FIRST},是\n", encoding="utf-8")
    assert command("load", str(file)).exit_code == 0
    assert loader(state(places).batches[-1]) == "command line"
    assert b"svc-dashboard" not in places.warehouse.read_bytes()


# Forgetting -------------------------------------------------------------------------------


def pseudonyms(places: Places) -> Iterator[tuple[Path, set[int]]]:
    for file in sorted(places.own.rglob("attendance.parquet")):
        yield file, {int(code) for code in pd.read_parquet(file)["participant_code"]}


def everywhere(places: Places, code: int) -> list[str]:
    """Say where a pseudonym is found: in any state's tables, or in the warehouse."""
    found = [str(file) for file, codes in pseudonyms(places) if code in codes]
    for file in places.own.rglob("restatement.parquet"):
        if any(str(code) in key for key in pd.read_parquet(file)["row_key"]):
            found.append(str(file))
    if code in set(Warehouse(places.warehouse).table("attendance", exact=True)["participant_code"]):
        found.append("warehouse")
    return found


@pytest.fixture
def history(places: Places, long_history: Places) -> int:
    """Lay out the long history; return the pseudonym of the first person."""
    copied(long_history, places)
    code = pseudonym(f"phone:{FIRST}", KEY)
    assert len(everywhere(places, code)) == 6
    return code


def test_one_persons_rows_are_deleted_for_good(places: Places, history: int, key: Key) -> None:
    other = pseudonym(f"phone:{SECOND}", KEY)
    states = json.loads((places.own / "states/000004/state.json").read_text("utf-8"))
    assert forget(["138 0000 1111"], places, key=key) == 2
    assert everywhere(places, history) == []
    assert len(everywhere(places, other)) == 5
    assert json.loads((places.own / "states/000004/state.json").read_text("utf-8")) == states
    assert undo(places) == 3
    assert everywhere(places, history) == []
    assert forget([FIRST], places, key=key) == 0


def test_a_failed_build_deletes_nothing_and_the_same_again_finishes(
    places: Places, history: int, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places.warehouse.read_bytes()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise Problem([])

    with monkeypatch.context() as broken:
        broken.setattr(loading, "build", fail)
        with pytest.raises(Problem):
            forget([FIRST], places, key=key)
    assert len(everywhere(places, history)) == 6
    assert places.warehouse.read_bytes() == before

    with monkeypatch.context() as killed:  # when the files are replaced and the warehouse is not
        killed.setattr(forgetting, "rebuild", lambda places, state, in_force, progress: in_force())
        forget([FIRST], places, key=key)
    assert everywhere(places, history) == ["warehouse"]
    forget([FIRST], places, key=key)
    assert everywhere(places, history) == []
    assert [path.name for path in places.own.glob("scratch-*")] == []


def test_undone_states_are_deleted_when_asked(places: Places, history: int) -> None:
    assert purge(places) == 1
    assert [path.name for path in sorted((places.own / "states").iterdir())] == [
        "000001", "000002", "000004",
    ]  # fmt: skip
    assert purge(places) == 0
    assert undo(places) == 3


def test_forgetting_on_the_command_line(
    places: Places, bring: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_PSEUDONYM_KEY", KEY.decode())
    bring(FIRST, SECOND)
    assert command("forget").exit_code == 1
    told = command("forget", "--participant", "-", "--undone", given=f"{FIRST}\n\n")
    assert told.exit_code == 0, told.output
    assert "1 rows of the present one" in told.output
    assert FIRST not in told.output
    assert len(state(places).frame("attendance")) == 1


def test_a_forgetting_killed_half_way_leaves_sound_states(
    places: Places, history: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill it for real when the first file has been replaced."""
    program = (
        "import os, pathlib\n"
        "from dashboard.cli.main import main\n"
        "replace = pathlib.Path.replace\n"
        "def once(self, to):\n"
        "    found = replace(self, to)\n"
        "    os._exit(9) if str(self).endswith('.new') and 'states' in str(self) else None\n"
        "    return found\n"
        "pathlib.Path.replace = once\n"
        "main(prog_name='dashboard')\n"
    )
    monkeypatch.setenv("DASHBOARD_PSEUDONYM_KEY", KEY.decode())
    arguments = ["forget", "--participant", FIRST, "--warehouse", str(places.warehouse)]
    killed = subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert state(places).number == 4
    assert 0 < len(everywhere(places, history)) < 6
    assert command(*arguments).exit_code == 0
    assert everywhere(places, history) == []
