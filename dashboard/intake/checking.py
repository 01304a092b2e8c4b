"""Check files as a whole: every problem of every sheet at once, and nothing loaded.

A check gives frames that follow the contract, the faults, and an account of what was coerced
and of what personal data were left behind.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.contract.fields import Field, Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, TABLES
from dashboard.contract.words import Words
from dashboard.intake import gazetteer, persons, rules
from dashboard.intake.bulk import Judges, stage
from dashboard.intake.faults import Check, Digest
from dashboard.intake.headings import (
    COORDINATES,
    POINT_OUT,
    POINT_OUT_SHEET,
    Column,
    Recognised,
    field_names,
    is_remark,
    is_section_total,
    recognise,
    total_word,
)
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.personal import is_id_number, mask, personal_content
from dashboard.intake.reading import Cell, Row, Sheet, Source, plain_cell
from dashboard.intake.values import (
    Parsed,
    is_blank,
    missing,
    more_cells,
    option_key,
    parse_number,
    parse_text,
    squeeze,
    take,
)

# Codes that may be left out: each is made of these columns and a serial number.
MADE_CODES: Mapping[str, tuple[str, ...]] = {
    "organisation_code": ("community_code", "organisation_kind", "valid_from"),
    "activity_code": ("community_code", "held_on", "activity_kind"),
    "proposal_code": ("community_code", "raised_on", "proposal_category"),
    "target_code": ("tier", "target_kind", "due_on"),
    "report_code": ("name_zh", "published_on"),
}
# Texts that people write in sentences; the others are names and codes.
PROSE = frozenset(("proposal_text", "note", "governance_note"))
PLACE, SHEET, ROW = "_place", "_sheet", "_row"


@dataclass(frozen=True)
class Known:
    """Hold what rows may refer to and what is there already."""

    towns: pd.DataFrame
    communities: pd.DataFrame
    activities: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()
    # Whether the communities are the user's own, to which new ones are added.
    has_own_communities: bool = False
    own_tables: frozenset[str] = frozenset()


class NothingRecognised(Problem):
    """Say that no sheet is known; carries what was seen, so that it can be said by hand."""

    def __init__(self, words: Words, check: Check) -> None:
        super().__init__(words)
        self.check = check


@dataclass
class _Rows:
    """Hold one sheet's rows while they are read: typed columns and where each row stands."""

    recognised: Recognised
    table: Table
    numbers: list[int]
    rows: list[Row]
    # Rows of totals, with the word that marks each.
    totals: list[tuple[int, str]] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def sheet(self) -> Sheet:
        return self.recognised.sheet

    def column(self, name: str) -> int | None:
        found = self.recognised.fields.get(name)
        return found.number if found else None

    def raw(self, number: int) -> list[Cell]:
        return [row[number] if number < len(row) else None for row in self.rows]


def check_sources(
    sources: Sequence[Source],
    known: Known,
    *,
    today: date,
    mapping: Mapping[str, Any] | None = None,
    key: Callable[[], bytes],
    scratch: Path | None = None,
    progress: Callable[[float, Words], None] = lambda share, step: None,
) -> Check:
    """Check what was read; large files are staged in ``scratch``."""
    check = Check(files=[Digest(each.path.name, each.sha256, each.size) for each in sources])
    sheets = [sheet for source in sources for sheet in source.sheets]
    for sheet in sheets:
        if (found := recognise(sheet, mapping)) is None:
            continue
        check.recognised.append(found)
        if found.table is None and not found.is_mapped:
            which = "sheet.hidden" if sheet.is_hidden else "sheet.unrecognised"
            check.warnings.append(
                message(which, file=sheet.file, name=sheet.name, advice=POINT_OUT_SHEET)
            )
    large = {id(sheet): source for source in sources if source.bulk for sheet in source.sheets}
    loadable = [found for found in check.recognised if found.table is not None]
    if not loadable:
        names = "、".join(sheet.name for sheet in sheets)
        raise NothingRecognised(
            message("sheet.none_recognised", names=names, advice=POINT_OUT_SHEET),
            check,
        )
    checker = _Checker(check, known, today, key, progress)
    checker.run([found for found in loadable if id(found.sheet) not in large])
    for found in loadable:
        if source := large.get(id(found.sheet)):
            assert scratch is not None and found.table is not None
            if found.table.name != "attendance" or "attendance" in check.frames or check.staged:
                raise Problem(message("sheet.too_large", file=source.path.name))
            step = partial(progress, 0.9)
            step(Words("暂存大文件", "Staging a large file"))
            judges = Judges(checker.readers(found), checker.people)
            staged = stage(source, found, check, judges, scratch, step)
            if staged is not None:
                check.staged["attendance"] = staged
    return check


class _Checker:
    """Carry one check from raw rows to frames."""

    def __init__(
        self,
        check: Check,
        known: Known,
        today: date,
        key: Callable[[], bytes],
        progress: Callable[[float, Words], None],
    ) -> None:
        self.check, self.known, self.today = check, known, today
        self.people = persons.People(today, key)
        self.progress = progress
        self.towns = gazetteer.Towns(known.towns)
        self.communities = gazetteer.no_communities()
        self.activities = set(known.activities)
        self.figures = set(known.figures)

    def run(self, loadable: Sequence[Recognised]) -> None:
        by_table: dict[str, list[Recognised]] = defaultdict(list)
        for found in loadable:
            assert found.table is not None
            by_table[found.table.name].append(found)
        if "community" not in by_table or self.known.has_own_communities:
            self.communities = gazetteer.communities(self.known.communities)
        order = [table for table in TABLES if table.name in by_table]
        for number, table in enumerate(order):
            self.progress(0.4 + 0.5 * number / len(order), table.label)
            parts = [part for found in by_table[table.name] if (part := self._read(found)).rows]
            if parts:
                self.check.frames[table.name] = self._together(table, parts)
        if loadable and not self.check.frames and not self.check.faults:
            self.check.refuse(loadable[0].sheet, None, None, "", _no_rows(loadable))
            return
        self._refuse_missing_company()

    def readers(self, found: Recognised) -> dict[str, Callable[[Any], Parsed]]:
        """Give what reads the cells of each column of a sheet."""
        assert found.table is not None
        part = _Rows(found, found.table, [], [])
        return {
            column.name: self._reader(part, column.field, found.fields[column.name])
            for column in found.table.columns
            if column.name in found.fields
        }

    # One sheet

    def _read(self, found: Recognised) -> _Rows:
        assert found.table is not None
        part = _Rows(found, found.table, [], [])
        self._choose_rows(part)
        if not part.rows:
            return part
        self._tell_hidden(part)
        self._fill_merged(part)
        self._drop_personal(part)
        codes = self._participants(part) if part.table.name == "attendance" else None
        if not part.rows:
            return part
        frame: dict[str, Any] = {}
        for column in part.table.columns:
            frame[column.name] = self._column(part, column.field, nullable=column.nullable)
        part.frame = pd.DataFrame(frame, dtype="object")
        if codes is not None:
            part.frame["participant_code"] = codes
        self._convert_places(part)
        part.frame[SHEET] = id(part)
        part.frame[ROW] = part.numbers
        self._check_columns(part)
        self._check_totals(part)
        return part

    def _choose_rows(self, part: _Rows) -> None:
        """Keep the rows that are rows: no blank ones, totals, remarks or headings again."""
        found, sheet = part.recognised, part.sheet
        notes = self.check.notes
        wanted = [column.number for column in found.columns if column.field or column.personal]
        headings = sheet.rows[found.heading_row : found.body_row]
        width = max((len(row) for row in headings), default=0)
        heading_texts = {_plain(cell) for row in headings for cell in row} - {""}
        heading_texts |= field_names(part.table.name).keys()
        for number in range(found.body_row, len(sheet.rows)):
            row = sheet.rows[number]
            cells = [row[c] for c in wanted if c < len(row)]
            if all(
                cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())
                for cell in cells
            ):
                if is_remark(row):
                    notes[part.table.name, "", "remark"] += 1
                for c in wanted:
                    if (number, c) in sheet.failed:
                        self._refuse_formula(part, number, c)
                continue
            if word := total_word(row):
                part.totals.append((number, word))
                notes[part.table.name, "", "total"] += 1
                continue
            if is_remark(row):
                notes[part.table.name, "", "remark"] += 1
                continue
            if _is_heading(cells, heading_texts):
                self._leave_out_titles(part)
                if not any(_is_same(row, heading) for heading in headings):
                    self.check.refuse(sheet, number, wanted[0], cells[0], cell_error("headings"))
                    return
                notes[part.table.name, "", "heading"] += 1
                continue
            if not sheet.typed and any(not is_blank(cell) for cell in row[width:]):
                self.check.refuse(sheet, number, width, row[width], more_cells())
                continue
            part.numbers.append(number)
            part.rows.append(row)

    def _leave_out_titles(self, part: _Rows) -> None:
        """Leave out the lines of one text that stand right above a repeated heading."""
        while part.rows and sum(not is_blank(cell) for cell in part.rows[-1]) == 1:
            part.rows.pop()
            part.numbers.pop()
            self.check.notes[part.table.name, "", "remark"] += 1

    def _tell_hidden(self, part: _Rows) -> None:
        """Say which rows and columns are read though their sheet does not show them."""
        sheet, title = part.sheet, part.recognised.title
        if count := len(sheet.hidden_rows.intersection(part.numbers)):
            self.check.warnings.append(
                Words(
                    f"{title}：隐藏或被筛选掉的 {count} 行也已读入；不要载入的，请先删去。",
                    f"{title}: {count} hidden or filtered {'row is' if count == 1 else 'rows are'} "
                    "read too; delete what should not be loaded.",
                )
            )
        for column in part.recognised.fields.values():
            if column.number in sheet.hidden_columns:
                self.check.warnings.append(
                    message("sheet.hidden_column", title=title, heading=column.heading)
                )

    def _fill_merged(self, part: _Rows) -> None:
        """Fill merged cells downwards; a number over several rows may be their total."""
        if not part.sheet.merged or not part.rows:
            return
        index = {number: place for place, number in enumerate(part.numbers)}
        by_number = {column.number: column for column in part.recognised.columns}
        for top, left, bottom, right in part.sheet.merged:
            if bottom < part.numbers[0] or top > part.numbers[-1] or top not in index:
                continue
            value = part.rows[index[top]][left] if left < len(part.rows[index[top]]) else None
            if is_blank(value):
                continue
            for number in range(left, right + 1):
                column = by_number.get(number)
                if column is None or column.field is None:
                    continue
                declared = _declared(part.table, column.field)
                if (
                    declared is not None
                    and declared.type in ("integer", "number", "share")
                    and bottom > top
                ):
                    self.check.refuse(
                        part.sheet, top, number, value,
                        cell_error("merged"),
                    )  # fmt: skip
                for row in range(top, bottom + 1):
                    if (
                        row in index
                        and number < len(part.rows[index[row]])
                        and (row, number) != (top, left)
                    ):
                        part.rows[index[row]] = list(part.rows[index[row]])
                        part.rows[index[row]][number] = value
                        self.check.notes[part.table.name, column.field, "merged"] += 1

    def _drop_personal(self, part: _Rows) -> None:
        """Count what personal data stand in columns that are not loaded."""
        for column in part.recognised.columns:
            if column.field is not None:
                continue
            raw = part.raw(column.number)
            if column.personal:
                self.check.dropped[column.personal] += sum(not is_blank(value) for value in raw)
                continue
            kinds = Counter(
                kind
                for value, count in Counter(plain_cell(value) for value in raw if value).items()
                if (kind := personal_content(value))
                for _ in range(count)
            )
            if kinds:
                column.personal = kinds.most_common(1)[0][0]
            self.check.dropped.update(kinds)

    def _column(self, part: _Rows, declared: Field, *, nullable: bool) -> list[Any]:
        number = part.column(declared.name)
        if number is None or (
            part.table.name == "attendance" and declared.name == "participant_code"
        ):
            return [None] * len(part.rows)
        reader = self._reader(part, declared, part.recognised.fields[declared.name])
        memo: dict[Hashable, Parsed | CellError] = {}
        used: Counter[Hashable] = Counter()
        values: list[Any] = []
        table = part.table.name
        failed = part.sheet.failed
        for place, value in enumerate(part.raw(number)):
            if failed and (part.numbers[place], number) in failed:
                self._refuse_formula(part, part.numbers[place], number)
                values.append(None)
                continue
            key: Hashable = (value.__class__, value)
            taken = memo.get(key)
            if taken is None:
                taken = memo[key] = _try(reader, value)
            if isinstance(taken, CellError):
                self.check.refuse(part.sheet, part.numbers[place], number, value, taken)
                values.append(None)
                continue
            if taken.notes:
                used[key] += 1
            if taken.qualifier:
                self.check.qualified.append(
                    {"table": table, "sheet": id(part), "place": place, "column": declared.name,
                     "raw": plain_cell(value)[:40], "qualifier": taken.qualifier}
                )  # fmt: skip
            values.append(taken.value)
        for key, count in used.items():
            noted = memo[key]
            assert isinstance(noted, Parsed)
            for note in noted.notes:
                self.check.notes[table, declared.name, note] += count
        return values

    def _reader(self, part: _Rows, declared: Field, column: Column) -> Callable[[Any], Parsed]:
        """Choose what reads the cells of a column."""
        name, typed = declared.name, part.sheet.typed

        def reference(find: Callable[[Any], Parsed]) -> Callable[[Any], Parsed]:
            return lambda raw: Parsed(None) if is_blank(raw) else find(raw)

        if name == "town_code":
            return reference(self.towns.take)
        if name == "community_code" and part.table.name != "community":
            return reference(lambda raw: self.communities.find(raw, "community"))
        if name == "activity_code" and part.table.name == "attendance":
            return reference(
                lambda raw: self._existing(raw, self.activities, NAMED["activity"].label)
            )
        if name == "figure_id" and part.table.name != "published_figure":
            return reference(
                lambda raw: self._existing(raw, self.figures, NAMED["published_figure"].label)
            )
        if name in ("lon", "lat"):
            return lambda raw: (
                take(raw, declared, typed=typed)
                if (degrees := gazetteer.from_degrees(raw)) is None
                else Parsed(degrees, ("degrees",))
            )
        if declared.type == "text" and not declared.allowed:
            is_code = name.endswith(("_code", "_id"))
            return lambda raw: _clean_text(
                take(raw, declared, typed=typed), is_code=is_code, is_prose=name in PROSE
            )
        return lambda raw: take(
            raw, declared, typed=typed, heading=column.heading, scale=column.scale
        )

    def _existing(self, raw: Any, there: set[str], label: Words) -> Parsed:
        taken = parse_text(raw)
        if taken.value not in there:
            raise cell_error("unknown.code", label=label)
        return taken

    def _refuse_formula(self, part: _Rows, row: int, number: int) -> None:
        reason = part.sheet.failed[row, number]
        key = "formula.failed_as" if reason else "formula.never"
        self.check.refuse(part.sheet, row, number, reason, cell_error(key, reason=reason))

    # Persons

    def _participants(self, part: _Rows) -> list[int | None]:
        """Make pseudonyms of whatever identifies the participants; leave children's rows out."""
        columns = persons.columns_of(part.recognised)
        if not columns:
            self.check.refuse(
                part.sheet, part.recognised.heading_row, None, "",
                cell_error("missing"),
            )  # fmt: skip
            return [None] * len(part.rows)
        persons.tell_names_only(part.recognised, self.check)
        raws = [(kind, number, part.raw(number)) for kind, number in columns]
        codes: list[int | None] = []
        kept: list[int] = []
        made: set[int] = set()
        for place in range(len(part.rows)):
            try:
                cells = [(kind, number, raw[place]) for kind, number, raw in raws]
                code, is_made = self.people.pseudonym(cells)
            except persons.NoPerson as nobody:
                row = part.numbers[place]
                self.check.refuse(part.sheet, row, nobody.column, "", nobody)
                code = None
            else:
                if code is None:
                    continue
                if is_made:
                    made.add(code)
            kept.append(place)
            codes.append(code)
        self.check.tell_children(part.recognised.title, len(part.rows) - len(kept))
        part.rows = [part.rows[place] for place in kept]
        part.numbers = [part.numbers[place] for place in kept]
        self.check.pseudonyms += len(made)
        if made:
            self.check.notes["attendance", "participant_code", "pseudonym"] += len(codes)
        return codes

    # Places

    def _convert_places(self, part: _Rows) -> None:
        """Turn coordinates into WGS-84; refuse those of no declared system."""
        lon, lat = part.column("lon"), part.column("lat")
        if lon is None or lat is None:
            return
        column = part.column(COORDINATES)
        systems = part.raw(column) if column is not None else [None] * len(part.rows)
        lons, lats = part.frame["lon"].tolist(), part.frame["lat"].tolist()
        for place, (x, y, said) in enumerate(zip(lons, lats, systems, strict=True)):
            if x is None or y is None:
                continue
            row = part.numbers[place]
            named = None if is_blank(said) else gazetteer.system_named(str(said))
            system = named if not is_blank(said) else part.recognised.coordinates
            fault = gazetteer.place_fault(x, y)
            if system is None:
                self.check.refuse(
                    part.sheet, row, lon, x, cell_error("coordinates", systems=gazetteer.SYSTEMS)
                )
            if fault is not None:
                self.check.refuse(part.sheet, row, lon, f"{x:g}, {y:g}", fault)
            if system not in (None, "WGS-84") and fault is None:
                assert system is not None
                lons[place], lats[place] = (round(v, 6) for v in gazetteer.to_wgs84(x, y, system))
                self.check.notes[part.table.name, "lon", "coordinates"] += 1
        part.frame["lon"], part.frame["lat"] = (
            pd.Series(values, dtype="object") for values in (lons, lats)
        )

    # Columns that are missing, totals that differ

    def _check_columns(self, part: _Rows) -> None:
        found = part.recognised
        self.check.ask(found)
        asked = {question.field for question in found.questions}
        for column in part.table.columns:
            name = column.name
            if (
                name in asked
                or column.nullable
                or part.column(name) is not None
                or _is_made(part.table, name)
            ):
                continue
            if part.table.name == "attendance" and name == "participant_code":
                continue
            label = column.field.label
            self.check.refuse(
                part.sheet, part.recognised.heading_row, None, "",
                cell_error("column", label=label, advice=POINT_OUT),
            )  # fmt: skip

    def _check_totals(self, part: _Rows) -> None:
        """Hold rows of totals against the rows they add up."""
        sheet = part.sheet
        if not part.totals:
            return
        kept = np.asarray(part.numbers)
        for column in part.recognised.columns:
            declared = _declared(part.table, column.field) if column.field else None
            if declared is None or declared.type != "integer":
                continue
            values = pd.to_numeric(part.frame[declared.name]).to_numpy(
                dtype="float64", na_value=np.nan
            )
            since = part.recognised.body_row
            for number, word in part.totals:
                row = sheet.rows[number]
                raw = row[column.number] if column.number < len(row) else None
                section = _sum(values[(kept >= since) & (kept < number)])
                before = _sum(values[kept < number])
                whole = _sum(values)
                since = number + 1
                if is_blank(raw):
                    continue
                said = _try(partial(parse_number, field=declared, scale=column.scale), raw)
                if isinstance(said, CellError):
                    continue
                fits = {section} if is_section_total(word) else {section, before, whole}
                if said.qualifier is None and said.value not in fits:
                    right = section if is_section_total(word) else before or whole
                    self.check.refuse(
                        sheet, number, column.number, raw, cell_error("total", right=right)
                    )

    # All sheets of a table

    def _together(self, table: Table, parts: list[_Rows]) -> pd.DataFrame:
        by_id = {id(part): part for part in parts}
        rows = pd.concat([part.frame for part in parts], ignore_index=True)
        self._fill(table, rows, by_id)
        rows = rows.astype({c.name: c.field.form.pandas for c in table.columns})
        self._name_qualified(table, rows, parts)
        self._refuse_blanks(table, rows, by_id)
        self._refuse_rules(table, rows, by_id)
        rows = self._without_repeats(table, rows, by_id)
        self._register(table, rows)
        return rows[[column.name for column in table.columns]].reset_index(drop=True)

    def _fill(self, table: Table, rows: pd.DataFrame, by_id: Mapping[int, _Rows]) -> None:
        """Fill in what follows from the rest: origin, English name, codes."""
        notes = self.check.notes

        def fill(name: str, values: Any) -> None:
            blank = rows[name].isna()
            if blank.any():
                rows.loc[blank, name] = pd.Series(values, index=rows.index)[blank]
                notes[table.name, name, "filled"] += int((blank & rows[name].notna()).sum())

        names = {column.name for column in table.columns}
        if "origin" in names:
            rows["origin"] = "own"
        if "name_en" in names:
            fill("name_en", rows["name_zh"])
        if "is_home" in names:
            known = rows["community_kind"].notna()
            fill("is_home", (rows["community_kind"] == "builders_home").where(known, None))
        if table.name == "community":
            fill("community_code", self._community_codes(rows, by_id))
        for code, parts in MADE_CODES.items():
            if code in table.key and set(parts) <= names and rows[code].isna().any():
                fill(code, _made_codes(rows, parts, [c for c in names if c != code]))

    def _community_codes(self, rows: pd.DataFrame, by_id: Mapping[int, _Rows]) -> list[str | None]:
        """Give each community without a code the one it has already, or the next of its town."""
        there = self.known.communities if self.known.has_own_communities else None
        mine: dict[tuple[str, str], str] = {}
        used: set[str] = {code for code in rows["community_code"] if code}
        if there is not None:
            used |= set(there["community_code"])
            for row in there.itertuples():
                mine[row.town_code, squeeze(row.name_zh)] = row.community_code
        codes: list[str | None] = []
        last: Counter[str] = Counter()
        named = {option_key(name) for name in rows["name_zh"] if name}
        columns = ["town_code", "name_zh", "aliases", "lon", "lat", "community_code", SHEET, ROW]
        for row in rows[columns].rename(columns={SHEET: "part", ROW: "line"}).itertuples():
            town, name = row.town_code, row.name_zh
            if not town or not name:
                codes.append(None)
                continue
            key = (town, squeeze(name))
            if there is not None and key not in mine and not row.community_code:
                code, asked = gazetteer.renamed(row, there, named)
                if asked is not None:
                    part = by_id[row.part]
                    self.check.refuse(part.sheet, row.line, part.column("name_zh"), name, asked)
                    codes.append(None)
                    continue
                if code:
                    mine[key] = code
                    self._tell_renamed(by_id[row.part], name, code)
            while key not in mine:
                last[town] += 1
                code = f"{town}-{last[town]:03d}"
                if code not in used:
                    mine[key] = code
            codes.append(mine[key])
        return codes

    def _tell_renamed(self, part: _Rows, name: str, code: str) -> None:
        title = part.recognised.title
        old = self.communities.titles.get(code, code)
        self.check.warnings.append(
            message("sheet.renamed", title=title, name=name, old=old, code=code)
        )

    def _name_qualified(self, table: Table, rows: pd.DataFrame, parts: list[_Rows]) -> None:
        """Say of which rows, by their keys, a value came as about or at least."""
        starts, start = {}, 0
        for part in parts:
            starts[id(part)] = start
            start += len(part.frame)
        for each in self.check.qualified:
            if each["table"] == table.name and "sheet" in each:
                place = starts[each.pop("sheet")] + each.pop("place")
                values = (rows.at[place, name] for name in table.key)
                each["key"] = " ".join(_key_text(value) for value in values)

    def _refuse_blanks(self, table: Table, rows: pd.DataFrame, by_id: Mapping[int, _Rows]) -> None:
        refused = {(f.file, f.sheet, f.row, f.column) for f in self.check.faults}
        for column in table.columns:
            if column.nullable or (
                table.name == "attendance" and column.name == "participant_code"
            ):
                continue
            label = column.field.label
            for row in rows.loc[rows[column.name].isna(), [SHEET, ROW]].itertuples(index=False):
                part = by_id[row[0]]
                number = part.column(column.name)
                if number is None and not (_is_made(table, column.name)):
                    continue
                if column.name == "community_code" and table.name == "community":
                    continue  # its name or its town is missing, and that is told already
                where = (part.sheet.file, part.sheet.name, row[1], number)
                if number is not None and where in refused:
                    continue
                if number is None and column.name in MADE_CODES:
                    continue
                self.check.refuse(part.sheet, row[1], number, "", missing(label))

    def _refuse_rules(self, table: Table, rows: pd.DataFrame, by_id: Mapping[int, _Rows]) -> None:
        for rule, is_broken in rules.broken(table.name, rows):
            self._mark(
                rows[is_broken], rule.field, CellError(rule.code, rule.what, rule.todo), by_id
            )
        for column in table.columns:
            if column.field.type in ("date", "month"):
                late = rules.ahead(rows, column.name, self.today)
                self._mark(rows[late], column.name, cell_error("future"), by_id)
        if table.name == "governance":
            self._mark(rows[rules.overlapping(rows)], "valid_from", cell_error("overlap"), by_id)

    def _mark(
        self, rows: pd.DataFrame, name: str, refused: CellError, by_id: Mapping[int, _Rows]
    ) -> None:
        for sheet, row, value in zip(rows[SHEET], rows[ROW], rows[name], strict=True):
            part = by_id[sheet]
            shown = value.date().isoformat() if isinstance(value, pd.Timestamp) else value
            self.check.refuse(part.sheet, row, part.column(name), shown, refused)

    def _without_repeats(
        self, table: Table, rows: pd.DataFrame, by_id: Mapping[int, _Rows]
    ) -> pd.DataFrame:
        key = list(table.key)
        complete = rows[key].notna().all(axis=1)
        repeated = complete & rows.duplicated(key)
        if not repeated.any():
            return rows
        names = [column.name for column in table.columns]
        agree = rows.duplicated(names)
        self.check.notes[table.name, "", "repeated"] += int((repeated & agree).sum())
        labels = [table.column(name).field.label for name in key]
        first = rows[complete].drop_duplicates(key).set_index(key)[[SHEET, ROW]]
        for row in rows[repeated & ~agree].to_dict("records"):
            there = first.loc[tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]]
            other, part = by_id[int(there[SHEET])], by_id[row[SHEET]]
            where = f"{other.sheet.name}!{int(there[ROW]) + 1}"
            if other.sheet.file != part.sheet.file:
                where = f"{other.sheet.file} {where}"
            number = next((n for name in key if (n := part.column(name)) is not None), None)
            # Nobody knows a pseudonym again.
            said = [name for name in key if name != "participant_code"]
            value = " ".join(_key_text(row[name]) for name in said)
            found = (
                cell_error("conflict.row", where=where, columns=labels)
                if said == key
                else cell_error("conflict.person", where=where)
            )
            self.check.refuse(part.sheet, row[ROW], number, value, found)
        return rows[~repeated]

    def _register(self, table: Table, rows: pd.DataFrame) -> None:
        """Let the tables that follow refer to these rows."""
        if table.name == "community":
            there = rows.dropna(subset=["name_zh"])
            # One whose town is at fault has no code yet, but those who name it do nothing wrong.
            codes = there["community_code"].fillna("?" + there["name_zh"].astype(str))
            there = there.assign(community_code=codes)
            added = gazetteer.communities(there)
            for code, title in added.titles.items():
                self.communities.titles[code] = title
            for name, codes in added.names.items():
                self.communities.names[name] |= codes
        elif table.name == "activity":
            self.activities |= set(rows["activity_code"].dropna())
        elif table.name == "published_figure":
            self.figures |= set(rows["figure_id"].dropna())

    def _refuse_missing_company(self) -> None:
        """Own communities are counted with their own governance and housing, or not at all."""
        have = self.known.own_tables | set(self.check.frames)
        if "community" not in have:
            return
        if lacking := [name for name in ("governance", "occupancy") if name not in have]:
            labels = [NAMED[name].label for name in lacking]
            sheet = next(
                f.sheet
                for f in self.check.recognised
                if f.table and f.table.name in self.check.frames
            )
            self.check.refuse(
                sheet, None, None, "",
                cell_error("company", tables=labels),
            )  # fmt: skip


def _try(reader: Callable[[Any], Parsed], value: Any) -> Parsed | CellError:
    try:
        return reader(value)
    except CellError as refused:
        return refused


def _plain(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _is_heading(cells: Sequence[Cell], headings: set[str]) -> bool:
    """Tell whether a row of the table is a row of headings again."""
    texts = [text for cell in cells if (text := _plain(cell))]
    if len(texts) < 2 or texts[0] not in headings:
        return False
    return 2 * sum(text in headings for text in texts) > len(texts)


def _is_same(row: Row, other: Row) -> bool:
    return [_plain(cell) for cell in row] == [_plain(cell) for cell in other]


def _declared(table: Table, name: str) -> Field | None:
    return next((c.field for c in table.columns if c.name == name), None)


def _clean_text(taken: Parsed, *, is_code: bool, is_prose: bool) -> Parsed:
    """Mask what is personal in a text; a code that is personal is refused."""
    if not isinstance(taken.value, str):
        return taken
    if is_code:
        if is_id_number(taken.value) or personal_content(taken.value) == "phone":
            raise cell_error("personal")
        return taken
    text, count = mask(taken.value, is_prose=is_prose)
    return Parsed(text, (*taken.notes, "masked")) if count else taken


def _is_made(table: Table, name: str) -> bool:
    """Tell whether a column is filled in when it is not given."""
    if name in ("origin", "name_en", "is_home"):
        return True
    return (name in MADE_CODES and name in table.key) or (
        table.name == "community" and name == "community_code"
    )


def _made_codes(rows: pd.DataFrame, parts: Sequence[str], others: Sequence[str]) -> pd.Series:
    """Make codes of what a row is and a serial number; rows that agree share one."""
    given = rows[list(others)]
    frame = given.astype("object").where(given.notna(), "x").astype(str)
    base = frame[list(parts)].agg("-".join, axis=1).str.replace(" 00:00:00", "")
    same = frame.agg("|".join, axis=1)
    serial = same.groupby(base).transform(lambda group: pd.factorize(group)[0] + 1)
    return base + "-" + serial.astype(str)


def _sum(values: Any) -> float:
    return float(np.nansum(values))


def _key_text(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return "" if value is None or value is pd.NaT else str(value)


def _no_rows(found: Sequence[Recognised]) -> CellError:
    return cell_error("empty", sheets=[each.sheet.name for each in found])
