"""Load checked files: all or nothing, undone in one step, and the same again changes nothing."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, TABLES, TOWN
from dashboard.contract.words import Words
from dashboard.intake.boundaries import boundaries_in_force
from dashboard.intake.bulk import is_bulk, read_head
from dashboard.intake.checking import Known, check_sources
from dashboard.intake.crossing import Boundaries, read_apart
from dashboard.intake.faults import Check, Digest
from dashboard.intake.merging import Merged, merge, no_longer_there, without
from dashboard.intake.messages import message
from dashboard.intake.personal import shown
from dashboard.intake.reading import Source
from dashboard.warehouse.build import build
from dashboard.warehouse.bulk import merged_attendances
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

Progress = Callable[[float, Words], None]


@dataclass(frozen=True)
class Places:
    """Say where everything lies that a load reads and writes."""

    data: Path
    own: Path
    warehouse: Path


@dataclass
class Loaded:
    """Say what a load did; with faults in its check it did nothing."""

    check: Check
    tables: dict[str, Merged] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    batch: int | None = None

    @property
    def is_refused(self) -> bool:
        return bool(self.check.faults)

    def lines(self) -> list[Words]:
        """Say it in sentences."""
        if self.batch is None:
            return [message("load.nothing")]
        lines = [
            Words(
                f"{NAMED[name].label.zh}：新增 {m.added} 行，更正 {m.restated} 行，不变 {m.unchanged} 行"
                + (f"，删去 {m.removed} 行" if m.removed else ""),
                f"{NAMED[name].label.en}: {m.added} rows added, {m.restated} restated, {m.unchanged} unchanged"
                + (f", {m.removed} removed" if m.removed else ""),
            )
            for name, m in self.tables.items()
        ]
        if self.check.boundaries is not None:
            lines.append(
                Words("街镇边界：已替换示意图", "Towns' boundaries: they replace the schematic")
            )
        if self.emptied:
            labels = [NAMED[name].label for name in self.emptied]
            lines.append(message("load.emptied", tables=labels))
        lines.append(message("load.done", batch=self.batch))
        return lines


def known_at(places: Places, state: State | None) -> Known:
    """Gather what rows may refer to: the user's own tables, else those of the warehouse."""
    published = read_published(places.data)
    own_tables = state.tables if state else ()
    found = newest(places.warehouse)
    served = Warehouse(found) if found else None

    def rows(name: str) -> pd.DataFrame:
        if state is not None and name in own_tables:
            return state.frame(name)
        if name in left_out(own_tables) or served is None:
            return pd.DataFrame(columns=[c.name for c in NAMED[name].columns], dtype="object")
        return served.table(name, exact=True)

    figures = set(published["published_figure"]["figure_id"])
    if state is not None:
        figures |= set(state.frame("published_figure")["figure_id"])
    return Known(
        towns=published["town"],
        communities=rows("community"),
        activities=frozenset(rows("activity")["activity_code"]),
        figures=frozenset(figures),
        has_own_communities="community" in own_tables,
        own_tables=frozenset(own_tables),
    )


def check(
    paths: Sequence[Path],
    places: Places,
    *,
    today: date,
    key: Callable[[], bytes],
    mapping: Mapping[str, Any] | None = None,
    progress: Progress = lambda share, step: None,
) -> Check:
    """Check files against what is loaded; raises Problem for files that can't be read."""
    sources, boundaries = read_all(paths, places.data, progress)
    if boundaries is not None and not sources:
        return _only_boundaries(boundaries)
    state = current_state(places.own)
    known = known_at(places, state)
    with TemporaryDirectory() as scratch:
        found = check_sources(
            sources,
            known,
            today=today,
            mapping=mapping,
            key=key,
            scratch=Path(scratch),
            progress=progress,
        )
    found.boundaries = boundaries.shapes if boundaries else None
    found.absent = {name: len(rows) for name, rows in _absent(found, state, known).items()}
    return found


def _absent(found: Check, state: State | None, known: Known) -> dict[str, pd.DataFrame]:
    """Find the loaded rows that the files, of the same towns and months, no longer have."""
    if state is None:
        return {}
    communities = pd.concat(
        [known.communities, found.frames.get("community", known.communities.iloc[:0])]
    )
    town_of = dict(zip(communities["community_code"], communities["town_code"], strict=True))
    rows = {
        name: no_longer_there(NAMED[name], state.frame(name), frame, town_of)
        for name, frame in found.frames.items()
        if name in state.tables
    }
    return {name: gone for name, gone in rows.items() if len(gone)}


def read_all(
    paths: Sequence[Path], data: Path, progress: Progress = lambda share, step: None
) -> tuple[list[Source], Boundaries | None]:
    """Read all files, and find the one that holds the towns' boundaries, if any.

    Raises Problem with everything that can't be read at all.
    """
    sources: list[Source] = []
    boundaries: Boundaries | None = None
    problems: list[Words] = []
    towns = read_table(data / "towns.csv", TOWN)
    for number, path in enumerate(paths):
        step = partial(progress, 0.4 * number / len(paths))
        step(Words("读取文件", "Reading files"))
        try:
            found = read_head(path) if is_bulk(path) else read_apart(path, towns, step)
            if isinstance(found, Boundaries):
                boundaries = found
            else:
                sources.append(found)
        except Problem as problem:
            problems.extend(problem.problems)
    if problems:
        raise Problem(problems)
    return sources, boundaries


def load(
    paths: Sequence[Path],
    places: Places,
    *,
    who: str,
    today: date,
    key: Callable[[], bytes],
    mapping: Mapping[str, Any] | None = None,
    map_number: str | None = None,
    replace: Collection[str] = (),
    wait_seconds: float = WAIT_SECONDS,
    progress: Progress = lambda share, step: None,
) -> Loaded:
    """Check and load files. With faults nothing is loaded, and they are in the result.

    ``map_number`` is the number (审图号) under which the map of a boundary file was approved.
    ``replace`` names the tables of which the files are the whole truth: rows loaded before, of
    the same towns and months, that the files no longer have are removed.
    """
    with locked(places.own, wait_seconds=wait_seconds):
        state = current_state(places.own)
        sources, boundaries = read_all(
            paths, places.data, lambda share, step: progress(share * 0.3, step)
        )
        there = {
            file["sha256"] for batch in (state.batches if state else []) for file in batch["files"]
        }
        fresh = [source for source in sources if replace or source.sha256 not in there]
        if boundaries is not None and boundaries.sha256 in there:
            boundaries = None
        if boundaries is not None and not fresh:
            found = _only_boundaries(boundaries)
            return _take_in(found, places, state, who, progress, map_number)
        if not fresh:
            _catch_up(places, state, progress)
            return Loaded(Check())
        with _told_when_full(), TemporaryDirectory(dir=places.own, prefix=SCRATCH) as scratch:
            known = known_at(places, state)
            found = check_sources(
                fresh,
                known,
                today=today,
                mapping=mapping,
                key=key,
                scratch=Path(scratch),
                progress=lambda share, step: progress(share * 0.3, step),
            )
            if found.faults:
                return Loaded(found)
            if boundaries is not None:
                found.boundaries = boundaries.shapes
                found.files.append(_digest_of(boundaries))
            gone = _absent(found, state, known)
            found.absent = {name: len(rows) for name, rows in gone.items() if name not in replace}
            gone = {name: rows for name, rows in gone.items() if name in replace}
            return _take_in(found, places, state, who, progress, map_number, gone)


def _digest_of(source: Boundaries) -> Digest:
    return Digest(source.path.name, source.sha256, source.size)


def _only_boundaries(source: Boundaries) -> Check:
    return Check(files=[_digest_of(source)], boundaries=source.shapes)


def _take_in(
    found: Check,
    places: Places,
    before: State | None,
    who: str,
    progress: Progress,
    map_number: str | None,
    gone: Mapping[str, pd.DataFrame] | None = None,
) -> Loaded:
    gone = gone or {}
    with _told_when_full(), next_state(places.own, before) as state:
        batch = 1 + max((each["batch"] for each in state.batches), default=0)
        merged: dict[str, Merged] = {}
        restated: list[pd.DataFrame] = []
        for table in TABLES:
            if table.name in found.frames:
                rows, said_anew, counts = merge(
                    table, state.frame(table.name), found.frames[table.name]
                )
                if table.name in gone:
                    rows, left = without(table, rows, gone[table.name])
                    counts = dataclasses.replace(counts, removed=len(left))
                    restated.append(left)
                write_frame(state, table.name, rows)
                merged[table.name] = counts
                restated.append(said_anew)
        for name, file in found.staged.items():
            old = state.file(name) if state.file(name).is_file() else None
            to = file.with_name(f"{name}.merged.parquet")
            count, added, changed, said_anew = merged_attendances(old, file, to)
            state.file(name).unlink(missing_ok=True)
            to.replace(state.file(name))
            merged[name] = Merged(count, added, changed, count - added - changed)
            restated.append(said_anew)
        if found.boundaries is not None:
            set_boundaries(state, found.boundaries, map_number)
        if found.boundaries is None and not any(
            counts.added or counts.restated or counts.removed for counts in merged.values()
        ):
            _catch_up(places, before, progress)
            return Loaded(found)
        if restated:
            _append(state, "restatement", pd.concat(restated), batch)
        _append(state, "qualified_value", _qualified(found), batch)
        state.batches.append(_record(found, merged, batch, who))

        def in_force() -> None:
            put_in_force(places.own, state)

        rebuild(
            places, state, in_force,
            lambda share, step: progress(0.3 + 0.7 * share, step),
        )  # fmt: skip
        return Loaded(found, merged, left_out(state.tables), batch)


def undo(
    places: Places,
    *,
    progress: Progress = lambda share, step: None,
) -> int:
    """Bring back the state before the last load; return the batch that is undone.

    Where that is damaged, it is the newest sound state that is brought back, and 0 returned.
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
        except Damaged:
            before = _newest_sound(places, below)
        number = before.number if before else 0
        with _told_when_full():
            rebuild(places, before, lambda: point_to(places.own, number), progress)
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
        progress=progress,
        before_placing=before_placing,
    )


class _told_when_full:  # noqa: N801 - used as a statement
    """Say in a sentence that there is no room or no right to write; nothing has changed then."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError):
            raise Problem(message("load.unwritable", reason=error.strerror)) from error


def _append(state: State, name: str, rows: pd.DataFrame, batch: int) -> None:
    if len(rows):
        both = [frame for frame in (state.frame(name), rows.assign(batch=batch)) if len(frame)]
        write_frame(state, name, pd.concat(both, ignore_index=True))


def _qualified(found: Check) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "table_name": each["table"],
                "row_key": each["key"],
                "column_name": each["column"],
                "raw_value": shown(each["raw"]),
                "qualifier": each["qualifier"],
            }
            for each in found.qualified
            if "key" in each
        ]
    )


def _record(found: Check, merged: Mapping[str, Merged], batch: int, who: str) -> dict[str, Any]:
    """Write down who loaded what and when, and what was done to it."""
    return {
        "batch": batch,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": who,
        "files": [
            {"name": shown(f.name), "sha256": f.sha256, "bytes": f.size} for f in found.files
        ],
        "tables": {name: vars(counts) for name, counts in merged.items()},
        "coercions": {" ".join(filter(None, k)): count for k, count in found.notes.items()},
        "dropped": dict(found.dropped),
        "pseudonyms": found.pseudonyms,
    }
