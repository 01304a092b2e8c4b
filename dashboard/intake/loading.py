"""Load checked files: all or nothing, undone in one step, and the same again changes nothing."""

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from dashboard.contract.clock import in_shanghai
from dashboard.contract.fields import Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, TABLES, TOWN, UNSTATED_TIER
from dashboard.contract.words import Words
from dashboard.intake.boundaries import boundaries_in_force
from dashboard.intake.bulk import is_bulk, read_head
from dashboard.intake.checking import Known, Progress, Reading, check_sources, no_rows
from dashboard.intake.crossing import read_apart
from dashboard.intake.faults import Check, Digest
from dashboard.intake.locking import (
    locks_in_force,
    refusal,
    restated_line,
    touched_between,
    touched_by,
)
from dashboard.intake.merging import Merged, merge, no_longer_there, without
from dashboard.intake.messages import message
from dashboard.intake.months import Whereabouts, held_by
from dashboard.intake.personal import pseudonym_key, shown
from dashboard.intake.reading import Source, names_of
from dashboard.warehouse.build import build
from dashboard.warehouse.bulk import merged_attendances
from dashboard.warehouse.delivery_log import Event, Held, append, now, read_log
from dashboard.warehouse.placing import newest
from dashboard.warehouse.published import read_published, read_table
from dashboard.warehouse.sample import DEFAULT_ATTENDANCES, DEFAULT_SEED
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.uploads import (
    SCRATCH,
    WAIT_SECONDS,
    Damaged,
    State,
    current_state,
    left_out,
    locked,
    next_state,
    parent_of_damaged,
    point_to,
    put_in_force,
    read_state,
    set_boundaries,
    sound_states,
    write_frame,
)


@dataclass(frozen=True)
class Places:
    """Say where everything lies that a load reads and writes."""

    data: Path
    own: Path
    warehouse: Path


@dataclass(frozen=True)
class Submission:
    """Say who hands files in and what holds of them.

    ``map_number`` is the number (审图号) under which the map of a boundary file was approved.
    ``replace`` names the tables of which the files are the whole truth: rows loaded before, of
    the same towns and months, that the files no longer have are removed. ``restate`` is the reason
    for which rows of locked months may be changed; without one they may not.
    """

    who: str
    map_number: str | None = None
    replace: Collection[str] = ()
    restate: str = ""


@dataclass
class Loaded:
    """Say what a load did; with faults in its check it did nothing."""

    check: Check
    tables: dict[str, Merged] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    batch: int | None = None
    # Why rows of locked months were changed, where they were.
    reason: str = ""
    # Files that were loaded before as they are: which, in which batch, when.
    again: tuple[tuple[str, int, str], ...] = ()

    @property
    def is_refused(self) -> bool:
        return bool(self.check.faults)

    def _unchanged(self) -> list[Words]:
        """Say what stays as it is: files that came before, and tables where nothing came of it."""
        lines: list[Words] = [
            message("load.again", file=file, batch=batch, when=when)
            for file, batch, when in self.again
        ]
        if self.batch is None:
            lines += self._of_tables()
        return lines

    def _of_tables(self) -> Iterator[Words]:
        for name, counts in self.tables.items():
            key = "load.table_removed" if counts.removed else "load.table"
            yield message(key, label=NAMED[name].label, **vars(counts))

    def lines(self) -> list[Words]:
        """Say it in sentences."""
        if self.batch is None:
            return [message("load.nothing"), *self._unchanged()]
        lines = [*self._unchanged(), *self._of_tables()]
        if self.check.boundaries is not None:
            lines.append(message("load.boundaries"))
        if self.emptied:
            labels = [NAMED[name].label for name in self.emptied]
            lines.append(message("load.emptied", tables=labels))
        if self.check.locked:
            lines.append(restated_line(self.check.locked, self.reason))
        lines.append(message("load.done", batch=self.batch))
        return lines


def _again(sources: Sequence[Source], state: State | None) -> tuple[tuple[str, int, str], ...]:
    """List the files that were loaded before, each with the last batch that it came in."""
    batches = {file["sha256"]: batch for batch in (state.batches if state else []) for file in batch["files"]}  # fmt: skip
    return tuple(
        (
            each.path.name,
            batches[each.sha256]["batch"],
            f"{in_shanghai(batches[each.sha256]['when']):%Y-%m-%d}",
        )
        for each in sources
        if each.sha256 in batches
    )


def known_at(places: Places, state: State | None) -> Known:
    """Gather what rows may refer to: the user's own tables, else those of the warehouse."""
    published = read_published(places.data)
    own_tables = state.tables if state else ()
    rows = partial(_rows_in_force, places, state)
    figures = set(published["published_figure"]["figure_id"])
    if state is not None:
        figures |= set(state.frame("published_figure")["figure_id"])
    return Known(
        towns=published["town"],
        communities=rows("community"),
        activities=frozenset(rows("activity")["activity_code"]),
        own_activities=state.frame("activity") if state and "activity" in own_tables else None,
        figures=frozenset(figures),
        has_own_communities="community" in own_tables,
        **{
            name: rows(name) if name in own_tables else no_rows(name)
            for name in ("occupancy", "governance")
        },
    )


def _rows_in_force(places: Places, state: State | None, name: str) -> pd.DataFrame:
    """Read a table as it is served: the user's own, else that of the warehouse."""
    own_tables = state.tables if state else ()
    if state is not None and name in own_tables:
        return state.frame(name)
    found = newest(places.warehouse)
    if name in left_out(own_tables) or found is None:
        return pd.DataFrame(columns=[c.name for c in NAMED[name].columns], dtype="object")
    return Warehouse(found).table(name, exact=True)


def check(
    paths: Sequence[Path],
    places: Places,
    reading: Reading,
    *,
    progress: Progress = lambda share, step: None,
) -> Check:
    """Check files against what is loaded; raises Problem for files that can't be read."""
    sources, boundaries = read_all(paths, places.data, progress, reading.kept)
    found = Check()
    if sources or boundaries is None:
        state = current_state(places.own)
        known = known_at(places, state)
        with TemporaryDirectory() as scratch:
            found = check_sources(sources, known, reading, scratch=Path(scratch), progress=progress)
            where = _where(found, places, state, known)
            found.held = held_by(found.frames, found.staged, where)
        found.absent = {name: len(rows) for name, rows in _absent(found, state, known).items()}
        if not found.faults:
            found.locked = touched_by(found, state, where, locks_in_force(places.own))
    found.warnings += read_log(places.own).warnings()
    _add_boundaries(found, boundaries)
    return found


def _where(found: Check, places: Places, state: State | None, known: Known) -> Whereabouts:
    """Know the town of each community and the day of each activity, brought or there already."""
    activities = [found.frames["activity"]] if "activity" in found.frames else []
    if "attendance" in {*found.frames, *found.staged}:
        activities.insert(0, _rows_in_force(places, state, "activity"))
    brought = [found.frames["community"]] if "community" in found.frames else []
    return Whereabouts.of([known.communities, *brought], activities)


def _add_boundaries(found: Check, source: Source | None) -> None:
    if source is not None:
        found.boundaries = source.shapes
        found.files.append(Digest(source.path.name, source.sha256, source.size))


def _absent(found: Check, state: State | None, known: Known) -> dict[str, pd.DataFrame]:
    """Find the loaded rows that the files, of the same towns and months, no longer have."""
    if state is None:
        return {}
    communities = pd.concat(
        [known.communities, found.frames.get("community", known.communities.iloc[:0])]
    )
    town_of = dict(zip(communities["community_code"], communities["town_code"], strict=True))
    # Activities that a sign-in sheet tells of say nothing of those it does not.
    brought = {each.table.name for each in found.recognised if each.table is not None}
    rows = {
        name: no_longer_there(NAMED[name], state.frame(name), frame, town_of)
        for name, frame in found.frames.items()
        # Targets come one by one: a sheet of some says nothing of the others.
        if name in state.tables and name in brought and name != "target"
    }
    if "occupancy" in rows:
        rows["occupancy"] = _of_no_tier_left_out(rows["occupancy"], found.frames["occupancy"])
    return {name: gone for name, gone in rows.items() if len(gone)}


def _of_no_tier_left_out(gone: pd.DataFrame, brought: pd.DataFrame) -> pd.DataFrame:
    """Leave out housing without a tier of which tiers are brought: what else it counts, they need not."""
    place = ["community_code", "month"]
    there = brought[place].drop_duplicates().assign(is_there=True)
    is_there = gone[place].merge(there, on=place, how="left")["is_there"].eq(True).to_numpy()
    return gone[~((gone["tier"] == UNSTATED_TIER).to_numpy() & is_there)]


def _named_twice(paths: Sequence[Path]) -> list[Words]:
    """Refuse a file that is given twice."""
    twice = [path.name for path, count in Counter(paths).items() if count > 1]
    return [message("load.named_twice", names=twice)] if twice else []


def read_all(
    paths: Sequence[Path],
    data: Path,
    progress: Progress = lambda share, step: None,
    kept: dict[tuple[str, str], Source] | None = None,
) -> tuple[list[Source], Source | None]:
    """Read all files, and find the one that holds the towns' boundaries, if any. ``kept``: those that were
    read before, to which more are added.

    Raises Problem with everything that can't be read at all.
    """
    sources: list[Source] = []
    boundaries: Source | None = None
    problems: list[Words] = _named_twice(paths)
    towns = read_table(data / "towns.csv", TOWN)
    names = names_of(paths)
    for number, path in enumerate(paths):
        step = partial(progress, 0.4 * number / len(paths))
        step(Words("读取文件", "Reading files"))
        try:
            found = _named(_read(path, towns, step, kept), names[path])
            if found.holds_areas:
                boundaries = found
            else:
                sources.append(found)
        except Problem as problem:
            problems.extend(problem.problems)
    if problems:
        raise Problem(problems)
    return sources, boundaries


def _named(source: Source, name: str) -> Source:
    """Let the sheets of a file say its name, with folders where others are called the same."""
    if name == source.path.name:
        return source
    return replace(source, sheets=[replace(sheet, file=name) for sheet in source.sheets])


_MOST_KEPT = 2_000_000  # bytes of a file


def _read(
    path: Path,
    towns: pd.DataFrame,
    waiting: Callable[[Words], None],
    kept: dict[tuple[str, str], Source] | None,
) -> Source:
    if is_bulk(path):
        return read_head(path)
    if kept is None or not path.is_file() or path.stat().st_size > _MOST_KEPT:
        return read_apart(path, towns, waiting)
    known = kept.get((path.name, hashlib.sha256(path.read_bytes()).hexdigest()))
    if known is not None:
        return replace(known, path=path)
    found = read_apart(path, towns, waiting)
    if not found.holds_areas:
        kept[path.name, found.sha256] = found
    return found


def load(
    paths: Sequence[Path],
    places: Places,
    reading: Reading,
    submission: Submission,
    *,
    wait_seconds: float = WAIT_SECONDS,
    progress: Progress = lambda share, step: None,
) -> Loaded:
    """Check and load files. With faults nothing is loaded, and they are in the result."""
    with locked(places.own, wait_seconds=wait_seconds):
        state = current_state(places.own)
        beginning = _between(progress, 0, 0.3)
        sources, boundaries = read_all(paths, places.data, beginning, reading.kept)
        there = _files_there(state)
        fresh = [each for each in sources if submission.replace or each.sha256 not in there]
        if boundaries is not None and boundaries.sha256 in there:
            boundaries = None
        if boundaries is None and not fresh:
            _catch_up(places, state, progress)
            return Loaded(Check(), again=_again(sources, state))
        with _told_when_full(), TemporaryDirectory(dir=places.own, prefix=SCRATCH) as scratch:
            found, gone = Check(), dict[str, pd.DataFrame]()
            if fresh:
                known = known_at(places, state)
                found = check_sources(
                    fresh, known, reading, scratch=Path(scratch), progress=beginning
                )
                if found.faults:
                    return Loaded(found)
                gone = _absent(found, state, known)
                where = _where(found, places, state, known)
                found.held = held_by(found.frames, found.staged, where)
            found.warnings += read_log(places.own).warnings()
            _add_boundaries(found, boundaries)
            found.absent = {n: len(rows) for n, rows in gone.items() if n not in submission.replace}
            gone = {name: rows for name, rows in gone.items() if name in submission.replace}
            for name, rows in found.superseded.items():
                gone[name] = pd.concat([gone[name], rows]) if name in gone else rows
            done = _take_in(found, gone, places, state, submission, progress)
            return replace(done, again=_again([s for s in sources if s not in fresh], state))


def take_back(
    places: Places, table: Table, key: Mapping[str, Any], submission: Submission
) -> Loaded:
    """Take one row out of a table of the own data, as a load of its own that can be undone."""
    with locked(places.own):
        state = current_state(places.own)
        rows = pd.DataFrame() if state is None else state.frame(table.name)
        is_it = pd.Series(True, rows.index)
        for name, value in key.items():
            is_it &= rows[name] == value if name in rows else False
        if not is_it.any():
            return Loaded(Check())
        found = Check()
        found.frames[table.name] = rows.iloc[:0]
        return _take_in(
            found, {table.name: rows[is_it]}, places, state, submission, lambda share, step: None
        )


def _files_there(state: State | None) -> set[str]:
    """Name, by their digests, the files of which nothing was taken out again since they were loaded."""
    there: dict[str, set[str]] = {}
    for batch in state.batches if state else []:
        cut = {name for name, counts in batch["tables"].items() if counts.get("removed")}
        there = {file: names for file, names in there.items() if not names & cut}
        there |= {file["sha256"]: set(batch["tables"]) for file in batch["files"]}
    return set(there)


def _between(progress: Progress, start: float, end: float) -> Progress:
    """Let a step report its progress as a part of the whole."""
    return lambda share, step: progress(start + (end - start) * share, step)


def _take_in(
    found: Check,
    gone: Mapping[str, pd.DataFrame],
    places: Places,
    before: State | None,
    submission: Submission,
    progress: Progress,
) -> Loaded:
    """Make the state that follows, build the warehouse of it and put both in force."""
    with _told_when_full(), next_state(places.own, before) as state:
        merged, restated = _merge_all(state, found, gone)
        if found.boundaries is not None:
            set_boundaries(state, found.boundaries, submission.map_number)
        elif not any(counts.changed for counts in merged.values()):
            _catch_up(places, before, progress)
            return Loaded(found, merged)
        found.locked = _touched(places, before, state)
        if found.locked and not submission.restate.strip():
            raise refusal("locked.refused", found.locked, known_towns(places))
        batch = 1 + max((each["batch"] for each in state.batches), default=0)
        if restated:
            _append(state, "restatement", pd.concat(restated), batch)
        _append(state, "qualified_value", _qualified(found), batch)
        state.batches.append(_record(found, merged, batch, submission))

        def in_force() -> None:
            put_in_force(places.own, state)

        rebuild(places, state, in_force, _between(progress, 0.3, 1))
        return Loaded(found, merged, left_out(state.tables), batch, submission.restate)


def _touched(places: Places, before: State | None, after: State | None) -> list[Held]:
    """Count the rows of locked months that differ between two states."""
    locks = locks_in_force(places.own)
    if not locks:
        return []

    def rows(name: str) -> list[pd.DataFrame]:
        return [_rows_in_force(places, state, name) for state in (before, after)]

    activities = rows("activity") if "attendance" in locks else []
    return touched_between(before, after, Whereabouts.of(rows("community"), activities), locks)


def known_towns(places: Places) -> dict[str, Words]:
    """Name the district's towns by their codes."""
    towns = read_published(places.data)["town"]
    return {row.town_code: Words(row.name_zh, row.name_en) for row in towns.itertuples()}


def _merge_all(
    state: State, found: Check, gone: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Merged], list[pd.DataFrame]]:
    """Merge what was found into a state; return what that changes, and each value said anew."""
    merged: dict[str, Merged] = {}
    restated: list[pd.DataFrame] = []
    for table in TABLES:
        if table.name in found.frames:
            old = state.frame(table.name)
            rows, said_anew, counts = merge(
                table, old, found.frames[table.name], found.unsaid.get(table.name)
            )
            restated.append(said_anew)
            if table.name in gone:
                rows, left = without(table, rows, gone[table.name])
                counts = dataclasses.replace(counts, removed=len(left))
                restated.append(left)
            write_frame(state, table.name, rows)
            merged[table.name] = counts
    for name, file in found.staged.items():
        old_file = state.file(name) if state.file(name).is_file() else None
        to = file.with_name(f"{name}.merged.parquet")
        count, added, changed, said_anew = merged_attendances(old_file, file, to)
        state.file(name).unlink(missing_ok=True)
        to.replace(state.file(name))
        merged[name] = Merged(count, added, changed, count - added - changed)
        restated.append(said_anew)
    return merged, restated


def undo(
    places: Places,
    *,
    who: str = "",
    restate: str = "",
    progress: Progress = lambda share, step: None,
) -> int:
    """Bring back the state before the last load; return the batch that is undone.

    Where that is damaged, it is the newest sound state that is brought back, and 0 returned. What
    would change rows of locked months needs a reason, ``restate``; the locks stay.
    """
    with locked(places.own):
        batch = 0
        below: int | None = None
        try:
            state = current_state(places.own)
            if state is None:
                raise Problem(Words("没有可撤销的载入。", "There is no load to undo."))
            below = state.number
            before = read_state(places.own, state.parent) if state.parent else None
            batch = int(state.batches[-1]["batch"])
            if not restate.strip() and (found := _touched(places, state, before)):
                raise refusal("locked.undoing", found, known_towns(places))
        except Damaged:
            before = _newest_sound(places, below)
        number = before.number if before else 0
        with _told_when_full():
            rebuild(places, before, lambda: point_to(places.own, number), progress)
        append(places.own, Event("undone", now(), who, batch=batch, reason=restate))
        return batch


def undone_lines(batch: int) -> list[Words]:
    """Say in a sentence what an undoing did."""
    if batch:
        return [Words(f"已撤销批次 {batch}。", f"Undone: batch {batch}.")]
    return [message("load.undone_damaged")]


def _newest_sound(places: Places, below: int | None) -> State | None:
    """Find the state to go back to: what the damaged one came from, what is served, the newest."""
    found = newest(places.warehouse)
    served = Warehouse(found).about.get("own_state", 0) if found else 0
    wanted = [parent_of_damaged(places.own), int(served)]
    states = [state for state in sound_states(places.own) if below is None or state.number < below]
    states.sort(key=lambda s: wanted.index(s.number) if s.number in wanted else len(wanted))
    for state in states:
        try:
            for name in state.tables:
                state.frame(name)
        except Damaged:
            continue
        return state
    return None


def _catch_up(places: Places, state: State | None, progress: Progress) -> None:
    """Build anew when the warehouse is of another state: a load was killed at its very end."""
    found = newest(places.warehouse)
    if found is None or Warehouse(found).about.get("own_state", 0) != (
        state.number if state else 0
    ):
        rebuild(places, state, lambda: None, progress)


def rebuild(
    places: Places, state: State | None, before_placing: Callable[[], None], progress: Progress
) -> None:
    """Build with the same sample as before for the tables that are not the user's own."""
    found = newest(places.warehouse)
    about = Warehouse(found).about if found else {}
    build(
        data=places.data,
        to=places.warehouse,
        attendances=int(about.get("sample_attendances", DEFAULT_ATTENDANCES)),
        seed=int(about.get("seed", DEFAULT_SEED)),
        own=state,
        boundaries=boundaries_in_force(places.data, state),
        secret=pseudonym_key() if state else None,
        progress=progress,
        before_placing=before_placing,
    )


@contextmanager
def _told_when_full() -> Iterator[None]:
    """Say in a sentence that there is no room or no right to write; nothing has changed then."""
    try:
        yield
    except OSError as error:
        raise Problem(message("load.unwritable", reason=error.strerror)) from error


def _append(state: State, name: str, rows: pd.DataFrame, batch: int) -> None:
    if len(rows):
        both = [frame for frame in (state.frame(name), rows.assign(batch=batch)) if len(frame)]
        write_frame(state, name, pd.concat(both, ignore_index=True))


def _qualified(found: Check) -> pd.DataFrame:
    return pd.DataFrame(
        [{**vars(each), "raw_value": shown(each.raw_value)} for each in found.qualified]
    )


def _record(
    found: Check, merged: Mapping[str, Merged], batch: int, submission: Submission
) -> dict[str, Any]:
    """Write down who loaded what and when, and what was done to it."""
    restated = {"reason": shown(submission.restate), "held": found.locked}
    return {
        "batch": batch,
        "when": now().isoformat(),
        "who": submission.who,
        "files": [
            {"name": shown(f.name), "sha256": f.sha256, "bytes": f.size} for f in found.files
        ],
        "tables": {name: vars(counts) for name, counts in merged.items()},
        "coercions": {" ".join(filter(None, k)): count for k, count in found.notes.items()},
        "dropped": dict(found.dropped),
        "pseudonyms": found.pseudonyms,
        "held": found.held,
        **({"restated": restated} if found.locked else {}),
    }
