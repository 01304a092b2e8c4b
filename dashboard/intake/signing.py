"""Find of which activity each row of a sign-in sheet is, where no code says so; make what is missing.

An activity is known by its day, its community and its kind, programme or name. The one that fits is
taken; where none does, one is made, to be approved; where several do, that is asked.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from dashboard.contract.tables import ACTIVITY, activity_kind, programme
from dashboard.contract.words import Words
from dashboard.intake.faults import Check, MadeActivity
from dashboard.intake.gazetteer import Register
from dashboard.intake.headings import Recognised, fields_of
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.personal import mask
from dashboard.intake.reading import Row
from dashboard.intake.stated import Constant
from dashboard.intake.titles import PLACE, Labelled
from dashboard.intake.values import is_blank, option_key, parse_choice, parse_date, plain_cell, tidy
from dashboard.intake.vocabulary import VOCABULARY, activity_kinds, programmes, says_online

SHOWN = 5
# What a title between two blocks says anew for all that follows.
_OF_ONE = frozenset(("activity_code", "activity_name", "held_on", "activity_kind", "programme"))
_NUMBERED = re.compile(r"-([1-9]\d{5})$")
_STOREYS = r"(?:[a-z]?\d{1,4}|[一二三四五六七八九十两负地下]{1,4}|b\d)?(?:号|栋|幢|座|楼|层|f|室)?"
_WITHIN = re.compile(
    rf"(?:{_STOREYS}){{0,3}}(?:{'|'.join(map(re.escape, VOCABULARY['place']['rooms']))})?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Held:
    """Hold what is known of one activity on a day in a community."""

    code: str
    kind: str | None
    programme: str | None


@dataclass
class HeldActivities:
    """Know the user's activities by community and day, those that are loaded, brought and made."""

    there: dict[tuple[str, date], list[Held]] = field(default_factory=lambda: defaultdict(list))
    made: dict[str, MadeActivity] = field(default_factory=dict)
    children: Counter[str] = field(default_factory=Counter)

    def add_all(self, activities: pd.DataFrame) -> None:
        names = ["activity_code", "community_code", "held_on", "activity_kind", "programme"]
        rows = activities[names].dropna(subset=names[:3]).itertuples(index=False)
        for code, community, day, kind, brand in rows:
            held = Held(code, _or_none(kind), _or_none(brand))
            self.there[community, pd.Timestamp(day).date()].append(held)


@dataclass(frozen=True)
class Told:
    """Hold what a row says of its activity, read."""

    community: str
    day: date
    kind: str | None
    programme: str | None
    name: str
    is_online: bool


class Unfit(Exception):
    """Say which field of a row leaves its activity open, and why."""

    def __init__(self, name: str, refused: CellError, question: str = "") -> None:
        super().__init__(refused.code)
        self.name, self.refused, self.question = name, refused, question


@dataclass
class SignIn:
    """Tell the activities of one sheet's rows.

    ``sections``: the titles between its blocks, each with the row from which it holds.
    """

    found: Recognised
    communities: Register
    held: HeldActivities
    today: date
    sections: Sequence[tuple[int, Sequence[Labelled]]]
    check: Check

    def codes(self, numbers: Sequence[int], rows: Sequence[Row]) -> list[str | None]:
        """Give each row's activity code; None, and a fault, where that stays open."""
        constants = self._constants(numbers)
        known: dict[Hashable, str | Unfit] = {}
        asked: dict[str, tuple[CellError, list[tuple[int, int]]]] = {}
        told: set[Hashable] = set()
        used: dict[str, Told] = {}
        codes: list[str | None] = []
        for number, row, said in zip(numbers, rows, constants, strict=True):
            raws = {name: self._raw(name, row, said) for name in self._names}
            key = tuple((raw.__class__, raw) for raw in raws.values())
            if key not in known:
                known[key] = self._code(raws, self._where(number, said), used)
            taken = known[key]
            codes.append(taken if isinstance(taken, str) else None)
            if isinstance(taken, str):
                continue
            row_at, column = self._place(taken.name, number, row, said)
            if taken.question:
                question = asked.setdefault(taken.question, (taken.refused, []))
                question[1].append((row_at, column or 0))
            elif (row_at, column, key) not in told:
                told.add((row_at, column, key))
                raw = raws.get(taken.name)
                self.check.refuse(self.found.sheet, row_at, column, raw, taken.refused)
        options = activity_kind.allowed
        for word, (refused, cells) in asked.items():
            self.check.ask_value(
                self.found.sheet, cells, activity_kind.name, word, refused, options
            )
        self._tell_used(used)
        return codes

    @property
    def _names(self) -> tuple[str, ...]:
        return ("community_code", "held_on", "activity_name", "activity_kind", "programme")

    # Where it is said -----------------------------------------------------------------

    def _constants(self, numbers: Sequence[int]) -> list[Mapping[str, Constant]]:
        """Give what titles say of each row: those above the sheet, then those above its block."""
        said: Mapping[str, Constant] = self.found.constants
        waiting, constants = list(self.sections), []
        for number in numbers:
            while waiting and waiting[0][0] <= number:
                said = self._anew(said, waiting.pop(0)[1])
            constants.append(said)
        return constants

    def _anew(
        self, said: Mapping[str, Constant], title: Sequence[Labelled]
    ) -> Mapping[str, Constant]:
        fresh: dict[str, Constant] = {}
        for each in title:
            cell = self.found.sheet.cell(each.row, each.column)
            where = Words(cell, cell)
            fresh.setdefault(each.field, Constant(each.raw, where, (each.row, each.column)))
        if place := fresh.pop(PLACE, None):
            fresh.setdefault("community_code", place)
        is_another = bool(fresh.keys() & _OF_ONE)
        kept = {n: c for n, c in said.items() if not (is_another and n in _OF_ONE)}
        return kept | fresh

    def _raw(self, name: str, row: Row, said: Mapping[str, Constant]) -> Any:
        column = self.found.fields.get(name)
        if column is not None and column.number < len(row) and not is_blank(row[column.number]):
            return row[column.number]
        return said[name].raw if name in said else None

    def _place(
        self, name: str, number: int, row: Row, said: Mapping[str, Constant]
    ) -> tuple[int, int | None]:
        """Give the cell that says a field of a row; the headings where nothing does."""
        column = self.found.fields.get(name)
        if column is not None and (column.number < len(row) and not is_blank(row[column.number])):
            return number, column.number
        if name in said and (cell := said[name].cell) is not None:
            return cell
        if column is not None:
            return number, column.number
        return self.found.heading_row, None

    def _where(self, number: int, said: Mapping[str, Constant]) -> str:
        cell = said["activity_name"].cell if "activity_name" in said else None
        column = self.found.fields.get("activity_name") or self.found.fields.get("held_on")
        row, at = (number, column.number) if column else cell or (self.found.heading_row, 0)
        return f"{self.found.title}!{self.found.sheet.cell(row, at)}"

    # Which activity it is -------------------------------------------------------------

    def _code(self, raws: Mapping[str, Any], where: str, used: dict[str, Told]) -> str | Unfit:
        try:
            told = self._told(raws)
            fitting = self._fitting(told)
        except Unfit as unfit:
            return unfit
        if len(fitting) > 1:
            codes = [each.code for each in fitting[:SHOWN]]
            refused = cell_error("activity.several", count=len(fitting), codes=codes)
            return Unfit("activity_name" if told.name else "held_on", refused)
        if fitting:
            code = fitting[0].code
            if code not in self.held.made:
                used[code] = replace(told, kind=fitting[0].kind)
            return code
        if told.kind is None:
            return self._kindless(told)
        return self._made(told, where)

    def _told(self, raws: Mapping[str, Any]) -> Told:
        community = self._read(
            "community_code", raws, lambda raw: community_of(raw, self.communities)
        )
        day = self._read("held_on", raws, _day)
        if day > self.today:
            raise Unfit("held_on", cell_error("future"))
        name = shown_name(raws["activity_name"])
        kind = self._read("activity_kind", raws, lambda raw: self._choice(raw, activity_kind), ())
        brand = self._read("programme", raws, lambda raw: self._choice(raw, programme), ())
        if kind is None:
            answered = self.found.values.get(activity_kind.name, {})
            kinds = (
                {answered[option_key(name)]}
                if option_key(name) in answered
                else activity_kinds(name)
            )
            kind = next(iter(kinds)) if len(kinds) == 1 else None
        if brand is None and len(brands := programmes(name)) == 1:
            brand = next(iter(brands))
        is_online = says_online(name + plain_cell(raws["community_code"]))
        return Told(community, day, kind, brand, name, is_online)

    def _read(
        self, name: str, raws: Mapping[str, Any], read: Callable[[Any], Any], *optional: Any
    ) -> Any:
        if is_blank(raws[name]):
            if optional:
                return None
            if name in self.found.fields:
                label = fields_of("attendance")[name].label
                raise Unfit(name, cell_error("blank", label=label))
            raise Unfit(name, cell_error("activity.untold"))
        try:
            return read(raws[name])
        except CellError as refused:
            raise Unfit(name, refused) from refused

    def _choice(self, raw: Any, declared: Any) -> Any:
        return parse_choice(raw, declared, self.found.values.get(declared.name)).value

    def _fitting(self, told: Told) -> list[Held]:
        """List the activities that may be meant, those of the same name or programme alone."""
        there = self.held.there[told.community, told.day]
        if told.name and (same := [each for each in there if _number(each.code) == _of(told.name)]):
            return same
        fitting = [
            each
            for each in there
            if (told.kind is None or each.kind in (told.kind, None))
            and (told.programme is None or each.programme in (told.programme, None))
            and not (told.name and _number(each.code))
        ]
        if told.kind is None and told.name and not (told.programme and fitting):
            return []  # what kind it is has to be asked
        named = [each for each in fitting if told.programme and each.programme == told.programme]
        return named or fitting

    def _kindless(self, told: Told) -> Unfit:
        if not told.name:
            return Unfit("activity_name", cell_error("activity.nameless"))
        options = list(activity_kind.allowed.values())
        refused = cell_error("activity.kind", options=options)
        return Unfit("activity_name", refused, question=told.name)

    def _made(self, told: Told, where: str) -> str:
        """Make the activity, by the rule of codes that are filled in; its name gives its number."""
        number = _of(told.name) if told.name else "1"
        code = f"{told.community}-{told.day}-{told.kind}-{number}"
        there = self.held.there[told.community, told.day]
        self.held.made[code] = MadeActivity(
            code=code,
            community_code=told.community,
            community=self.communities.titles.get(told.community, told.community),
            held_on=told.day,
            kind=str(told.kind),
            programme=told.programme,
            is_online=told.is_online,
            name=told.name,
            where=where,
            same_day=tuple(each.code for each in there),
        )
        there.append(Held(code, told.kind, told.programme))
        return code

    # What is said of it ---------------------------------------------------------------

    def _tell_used(self, used: Mapping[str, Told]) -> None:
        if not used:
            return
        shown = [
            f"{told.day} {self.communities.titles.get(told.community, told.community)}"
            + (f"“{told.name}”" if told.name else "")
            + f" → {code}"
            for code, told in list(used.items())[:SHOWN]
        ]
        more = Words(" 等", " and more") if len(used) > SHOWN else ""
        self.check.warnings.append(
            message(
                "sheet.activities_known",
                title=self.found.title,
                count=len(used),
                shown=shown,
                more=more,
            )
        )


def community_of(raw: Any, communities: Register) -> str:
    """Find a community by its name, or by its name and a room within it; raises CellError."""
    try:
        return str(communities.find(raw, "community").value)
    except CellError:
        key = option_key(plain_cell(raw))
        inside = {
            len(name): codes
            for name, codes in communities.names.items()
            if len(name) > 2 and key.startswith(name) and _WITHIN.fullmatch(key[len(name) :])
        }
        codes = inside[max(inside)] if inside else set()
        if len(codes) == 1:
            return next(iter(codes))
        raise


def _day(raw: Any) -> date:
    """Read the day of an activity; its month alone does not tell which one is meant."""
    taken = parse_date(raw)
    if taken.qualifier:
        raise cell_error("date.none")
    return date.fromisoformat(str(taken.value))


def shown_name(raw: Any) -> str:
    """Write an activity's name fit to be shown: whoever teaches is nobody's business."""
    return mask(tidy(plain_cell(raw)))[0]


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value


def _of(name: str) -> str:
    """Give the number that stands for an activity's name in its code: the same for the same name."""
    digest = hashlib.sha256(option_key(name).encode()).digest()
    return str(100_000 + int.from_bytes(digest[:8], "big") % 900_000)


def _number(code: str) -> str | None:
    match = _NUMBERED.search(code)
    return match[1] if match else None


def no_activities() -> pd.DataFrame:
    columns = {column.name: column.field.form.pandas for column in ACTIVITY.columns}
    return pd.DataFrame(columns=list(columns)).astype(columns)


# After all sheets -------------------------------------------------------------------------


def settle(
    held: HeldActivities, attendances: pd.DataFrame, loaded: pd.DataFrame, check: Check
) -> None:
    """List the activities that were made, with who came; count children into their activities.

    ``loaded``: the user's activities so far, those of this check aside.
    """
    came = Counter(attendances["activity_code"].dropna())
    check.made_activities = [
        replace(each, attendances=came[code], children=held.children[code])
        for code, each in sorted(held.made.items())
    ]
    there = check.frames.get(ACTIVITY.name, loaded.iloc[:0])
    others = loaded[~loaded["activity_code"].isin(there["activity_code"])]
    there = pd.concat([there, _with_more(others, held.children, check)], ignore_index=True)
    there = _raised(there, held.children)
    made = pd.DataFrame([_row(each) for each in check.made_activities])
    if len(made) or len(there):
        columns = {column.name: column.field.form.pandas for column in ACTIVITY.columns}
        rows = pd.concat([there, made.reindex(columns=list(columns))], ignore_index=True)
        check.frames[ACTIVITY.name] = rows[list(columns)].astype(columns)
        if ACTIVITY.name in check.unsaid:
            # Those of the files stand first; of the others all is known.
            unsaid = check.unsaid[ACTIVITY.name]
            check.unsaid[ACTIVITY.name] = unsaid.reindex(range(len(rows)), fill_value=False)


def _with_more(loaded: pd.DataFrame, children: Mapping[str, int], check: Check) -> pd.DataFrame:
    """Give the loaded activities to which more children came than they say."""
    counted = loaded["activity_code"].map(children).fillna(0)
    more = loaded[counted > loaded["child_count"].fillna(0)]
    if len(more):
        codes = list(more["activity_code"][:SHOWN])
        check.warnings.append(message("sheet.children_raised", count=len(more), codes=codes))
    return more


def _raised(activities: pd.DataFrame, children: Mapping[str, int]) -> pd.DataFrame:
    counted = activities["activity_code"].map(children)
    told = activities["child_count"]
    return activities.assign(child_count=told.where(counted.isna() | (told >= counted), counted))


def _row(made: MadeActivity) -> dict[str, Any]:
    return {
        "activity_code": made.code, "community_code": made.community_code,
        "held_on": pd.Timestamp(made.held_on), "activity_kind": made.kind,
        "programme": made.programme, "is_online": made.is_online, "child_count": made.children or None,
    }  # fmt: skip
