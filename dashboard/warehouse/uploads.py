"""Keep the user's own tables: one folder for each state of them, and one file that says which.

A state never changes once it is current. A load makes the next one beside it; taking effect is
the replacing of one small file, so that whatever fails or is killed leaves the state before.
"""

import getpass
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
from filelock import FileLock, Timeout

from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, TABLES
from dashboard.contract.words import Words

BOUNDARIES = "boundaries.geojson"
_CURRENT, _STATES, _LOCK, _RECORD = "current", "states", ".lock", "state.json"
_MAP_NUMBER = "map-number.txt"
SCRATCH = "scratch-"
WAIT_SECONDS = 30.0
_EXTRAS: dict[str, tuple[str, ...]] = {
    "restatement": ("table_name", "row_key", "column_name", "before_value", "after_value", "batch"),
    "qualified_value": ("table_name", "row_key", "column_name", "raw_value", "qualifier", "batch"),
}


_OF_BATCH: dict[str, type] = {
    "batch": int, "when": str, "who": str, "files": list, "tables": dict, "coercions": dict, "dropped": dict,
}  # fmt: skip
APP, COMMAND = " (app)", " (command)"


class Damaged(Problem):
    """Say that what is kept can't be read, and how it is cured."""

    def __init__(self, path: Path) -> None:
        where = "/".join(path.parts[-2:])  # the page shows it to everybody
        super().__init__(
            Words(
                f"自有数据已损坏（{where}）：请恢复该文件夹的备份，或撤销最近一次载入"
                "（命令行：python -m dashboard load --undo），回到最近一份完好的数据。",
                f"Your own data are damaged ({where}): restore that folder from a copy, or undo the last "
                "load (on the command line: python -m dashboard load --undo), which goes back to the newest sound state.",
            )
        )


@dataclass(frozen=True)
class State:
    """Hold one state of the user's own data: what is in it, and how it came about."""

    folder: Path
    number: int
    parent: int
    batches: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.number:06d}"

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables there are rows of, in load order."""
        return tuple(table.name for table in TABLES if self.file(table.name).is_file())

    def file(self, table_name: str) -> Path:
        return self.folder / f"{table_name}.parquet"

    def frame(self, table_name: str) -> pd.DataFrame:
        """Read one table; empty when there is none."""
        columns = _EXTRAS.get(table_name) or [c.name for c in NAMED[table_name].columns]
        if self.file(table_name).is_file():
            try:
                rows = pd.read_parquet(self.file(table_name))
            except (pa.ArrowException, OSError, ValueError) as error:
                raise Damaged(self.file(table_name)) from error
            # A column that a later version added is missing from what an earlier one wrote.
            return rows.reindex(columns=list(columns))
        return pd.DataFrame(columns=list(columns), dtype="object")

    @property
    def boundaries(self) -> Path | None:
        """Find the boundary file that was loaded, if there is one."""
        file = self.folder / BOUNDARIES
        return file if file.is_file() else None

    @property
    def map_number(self) -> str:
        """The number (审图号) under which the map of these boundaries was approved, if said."""
        file = self.folder / _MAP_NUMBER
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def current_state(own: Path) -> State | None:
    """Read the state in force; None when there is none. Raises Damaged."""
    file = own / _CURRENT
    try:
        number = int(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Damaged(file) from error
    return read_state(own, number) if number else None


def loaded_boundaries(own: Path) -> tuple[Path | None, str]:
    """Find the user's own boundary file in force and the number of its map; none if damaged."""
    try:
        state = current_state(own)
    except Problem:
        return None, ""  # the page says so where it shows the user's own data
    if state is None or state.boundaries is None:
        return None, ""
    return state.boundaries, state.map_number


def read_state(own: Path, number: int) -> State:
    """Read one state by its number, as far as tells whether it is sound. Raises Damaged."""
    folder = own / _STATES / f"{number:06d}"
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        state = State(folder, record["number"], record["parent"], record["batches"])
        is_sound = (
            (state.number, type(state.parent)) == (number, int)
            and 0 <= state.parent < number
            and bool(state.batches)
            and all(
                isinstance(batch[name], kind)
                for batch in state.batches
                for name, kind in _OF_BATCH.items()
            )
        )
        for name in (*state.tables, *_EXTRAS) if is_sound else ():
            if state.file(name).is_file():
                parquet.read_metadata(state.file(name))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, pa.ArrowException) as error:
        raise Damaged(folder) from error
    if not is_sound:
        raise Damaged(folder)
    return state


def every_state(own: Path) -> list[State]:
    """Read all states. Raises Damaged where one can't be read."""
    return [read_state(own, number) for number in sorted(_numbers(own))]


def sound_states(own: Path) -> list[State]:
    """Read the states that can be read, the newest first."""
    states = []
    for number in sorted(_numbers(own), reverse=True):
        with suppress(Damaged):
            states.append(read_state(own, number))
    return states


def parent_of_damaged(own: Path) -> int:
    """Read from what is left of the state in force which one it came from; 0 if that is lost."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        number = int((own / _CURRENT).read_text(encoding="ascii"))
        record = json.loads((own / _STATES / f"{number:06d}" / _RECORD).read_text(encoding="utf-8"))
        return int(record["parent"])
    return 0


def _numbers(own: Path) -> list[int]:
    folder = own / _STATES
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return [int(name) for name in names if len(name) == 6 and name.isascii() and name.isdecimal()]


def undone_states(own: Path) -> list[Path]:
    """List the folders of states that no undoing leads back to."""
    kept = set()
    state = current_state(own)
    while state is not None:
        kept.add(state.number)
        state = read_state(own, state.parent) if state.parent else None
    return [own / _STATES / f"{n:06d}" for n in sorted(_numbers(own)) if n not in kept]


def loader(batch: dict[str, Any]) -> str:
    """Name who loaded a batch as everybody may see it: users of the server are not named."""
    who = str(batch["who"])
    user = ""
    with suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
    if who.endswith(APP):
        return "app"
    return "command line" if who.endswith(COMMAND) or who == user else who


@contextmanager
def next_state(own: Path, before: State | None) -> Iterator[State]:
    """Give the state that is to follow, with all that stands in the one before.

    It is gone again unless ``put_in_force`` is called for it.
    """
    states = own / _STATES
    states.mkdir(parents=True, exist_ok=True)
    keep_private(states)
    number = max(_numbers(own), default=0) + 1
    folder = states / f"{number:06d}.making-{os.getpid()}-{time.time_ns()}"
    folder.mkdir()
    state = State(
        folder, number, before.number if before else 0, list(before.batches) if before else []
    )
    try:
        if before is not None:
            for path in before.folder.iterdir():
                if path.name != _RECORD:
                    share(path, folder / path.name)
        yield state
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def share(path: Path, to: Path) -> None:
    """Let two states hold the same file; neither ever writes into it."""
    try:
        to.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, to)


def write_frame(state: State, name: str, frame: pd.DataFrame) -> None:
    """Write a table of a state that is being made."""
    file = state.file(name)
    file.unlink(missing_ok=True)  # it may be shared with the state before
    frame.to_parquet(file, index=False)


def set_boundaries(state: State, shapes: bytes, map_number: str | None) -> None:
    """Put the towns' shapes, as GeoJSON of our own, into a state that is being made, and their
    map's number."""
    for name in (BOUNDARIES, _MAP_NUMBER):
        (state.folder / name).unlink(missing_ok=True)
    (state.folder / BOUNDARIES).write_bytes(shapes)
    if map_number:
        (state.folder / _MAP_NUMBER).write_text(map_number.strip(), encoding="utf-8")


def put_in_force(own: Path, state: State) -> State:
    """Make a state the current one, in one step."""
    record = {"number": state.number, "parent": state.parent, "batches": state.batches}
    (state.folder / _RECORD).write_text(
        json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    final = state.folder.with_name(state.name)
    for path in (state.folder, *state.folder.iterdir()):
        keep_private(path)
    state.folder.replace(final)
    point_to(own, state.number)
    return State(final, state.number, state.parent, state.batches)


def keep_private(path: Path) -> None:
    """Let nobody but its owner read a file or a folder, where the system knows of owners."""
    if os.name == "posix":
        with suppress(PermissionError):  # it is somebody else's, and theirs to close
            path.chmod(0o700 if path.is_dir() else 0o600)


def point_to(own: Path, number: int) -> None:
    """Say which state is in force; 0 means none."""
    file = own / f"{_CURRENT}.new"
    with file.open("w", encoding="ascii") as opened:
        opened.write(f"{number}\n")
        opened.flush()
        os.fsync(opened.fileno())
    if (own / _CURRENT).is_dir():
        shutil.rmtree(own / _CURRENT)
    file.replace(own / _CURRENT)


@contextmanager
def locked(own: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the right to change the user's own data; raises Problem when another has it.

    The system gives it back when its holder ends, however that ends.
    """
    try:
        own.mkdir(parents=True, exist_ok=True)
        for folder in (own, own / _STATES, *own.glob(f"{_STATES}/*")):
            if folder.is_dir():
                keep_private(folder)
        lock = FileLock(own / _LOCK, timeout=wait_seconds, poll_interval=0.1)
        lock.acquire()
    except Timeout as error:
        raise Problem(
            Words(
                "另一次载入正在进行：请等它结束后再试。",
                "Another load is under way: try again when it has finished.",
            )
        ) from error
    except OSError as error:
        raise Problem(
            Words(
                f"无法写入自有数据的文件夹 {own}（{error.strerror}）：请核对权限，"
                "或用 DASHBOARD_OWN_DATA 指向可写的位置。",
                f"The folder of your own data {own} can't be written to ({error.strerror}): check its "
                "rights, or point DASHBOARD_OWN_DATA at a place that can be.",
            )
        ) from error
    try:
        for left_over in (*own.glob(f"{_STATES}/*.making-*"), *own.glob(f"{SCRATCH}*")):
            # Of a load that was killed: nobody else works here now.
            shutil.rmtree(left_over, ignore_errors=True)
        for half in own.glob(f"{_STATES}/*/*.new"):
            half.unlink()
        yield
    finally:
        lock.release()


# What a state means for the warehouse -----------------------------------------------------


def left_out(own_tables: tuple[str, ...]) -> tuple[str, ...]:
    """List the sample tables that are left empty: those that hang from a table brought.

    Invented numbers are never shown about somebody's real communities.
    """
    gone: list[str] = []
    for table in TABLES:
        if not table.is_sample or table.name in own_tables:
            continue
        leads_to = {reference.table for reference in table.foreign_keys}
        sampled = {name for name in own_tables if NAMED[name].is_sample}
        if leads_to & (sampled | set(gone)):
            gone.append(table.name)
    return tuple(gone)


def overlaid(own: pd.DataFrame, published: pd.DataFrame, table_name: str) -> pd.DataFrame:
    """Lay the user's own rows over the published ones, by key."""
    key = list(NAMED[table_name].key)
    both = pd.concat([published.astype("object"), own.astype("object")], ignore_index=True)
    rows = both.drop_duplicates(key, keep="last").reset_index(drop=True)
    return rows.astype({name: published[name].dtype for name in published.columns})
