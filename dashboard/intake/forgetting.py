"""Delete for good: one person's rows from every state of the own data, and states undone long ago."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from dashboard.contract.problem import Problem
from dashboard.intake.checking import Progress
from dashboard.intake.loading import Places, rebuild
from dashboard.intake.messages import message
from dashboard.intake.persons import ways_named
from dashboard.warehouse.uploads import (
    SCRATCH,
    Damaged,
    State,
    current_state,
    every_state,
    keep_private,
    locked,
    share,
    undone_states,
)

_KEYED_BY_ROW = ("restatement", "qualified_value")


def forget(
    identifiers: Sequence[str],
    places: Places,
    *,
    key: Callable[[], bytes],
    progress: Progress = lambda share, step: None,
) -> int:
    """Delete the rows of persons from all states and build anew; return how many rows went.

    Until the new warehouse is made nothing changes. One that is killed while the files are
    replaced is finished by the same once more. Raises Problem where a state can't be read.
    """
    secret = key()
    codes = sorted({code for each in identifiers for code in ways_named(each, secret)})
    with (
        locked(places.own),
        TemporaryDirectory(dir=places.own, prefix=SCRATCH) as scratch,
    ):
        state = current_state(places.own)
        without: dict[tuple[int, int], tuple[Path, int]] = {}
        files: list[tuple[Path, Path]] = []
        gone = 0
        for each in every_state(places.own):
            for file in _tables_of_persons(each):
                status = file.stat()
                mark = (status.st_dev, status.st_ino)  # states share files
                if mark not in without:
                    to = Path(scratch) / f"{len(without)}.parquet"
                    without[mark] = (to, _write_without(file, codes, to))
                to, count = without[mark]
                if count:
                    files.append((file, to))
                if state and each.number == state.number and file.stem == "attendance":
                    gone = count
        _replace_and_build(places, state, files, Path(scratch), progress)
    return gone


def _tables_of_persons(state: State) -> Iterator[Path]:
    for name in ("attendance", *_KEYED_BY_ROW):
        if state.file(name).is_file():
            yield state.file(name)


def _write_without(file: Path, codes: Sequence[int], to: Path) -> int:
    """Write a table without the rows of some persons; return how many there were."""
    try:
        rows = parquet.read_table(file)
    except (pa.ArrowException, OSError) as error:
        raise Damaged(file) from error
    if file.stem in _KEYED_BY_ROW:
        of_persons = compute.equal(rows["table_name"], "attendance")
        last = compute.replace_substring_regex(rows["row_key"], "^.* ", "")
        goes = compute.and_(of_persons, compute.is_in(last, pa.array([str(c) for c in codes])))
    else:
        column = compute.cast(rows["participant_code"], pa.uint64())
        goes = compute.is_in(column, pa.array(codes, pa.uint64()))
    kept = rows.filter(compute.invert(compute.fill_null(goes, False)))
    if kept.num_rows < rows.num_rows:
        parquet.write_table(kept, to)
        keep_private(to)
    return int(rows.num_rows - kept.num_rows)


def _replace_and_build(
    places: Places,
    state: State | None,
    files: Sequence[tuple[Path, Path]],
    scratch: Path,
    progress: Progress,
) -> None:
    """Build from the state in force as it will be, and put the files in place at the very end."""
    coming = state
    if state is not None:
        folder = scratch / "state"
        folder.mkdir()
        rewritten = dict(files)
        for file in state.folder.iterdir():
            share(rewritten.get(file, file), folder / file.name)
        coming = State(folder, state.number, state.parent, state.batches)

    new = {file: file.with_suffix(".new") for file, _ in files}

    def in_force() -> None:
        for file in new:
            new[file].replace(file)

    try:
        for file, to in files:
            shutil.copyfile(to, new[file])
            keep_private(new[file])
        if state is None:
            in_force()  # nothing of these is in the warehouse
        else:
            rebuild(places, coming, in_force, progress)
    except OSError as error:
        raise Problem(message("forget.unwritable", reason=error.strerror)) from error
    finally:
        for half in new.values():
            half.unlink(missing_ok=True)


def purge(places: Places) -> int:
    """Delete the states that no undoing leads back to; return how many there were."""
    with locked(places.own):
        folders = undone_states(places.own)
        for folder in folders:
            # What is killed here is cleared away by the next load.
            leaving = folder.replace(folder.with_name(f"{folder.name}.making-purged"))
            shutil.rmtree(leaving)
    return len(folders)
