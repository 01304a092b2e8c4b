"""Tell who a row of attendances is about: a pseudonym of ours, an identity to be hashed, or a child.

One rule for small and large files: what a cell says of itself comes before what its column is
called. Nothing but the exact form of our pseudonyms is ever taken as it came.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.personal import (
    IDENTITY,
    born_on,
    is_id_number,
    normal_identity,
    personal_content,
    pseudonym,
)
from dashboard.intake.values import (
    FORMULA_ERRORS,
    is_blank,
    option_key,
    parse_boolean,
    parse_date,
    parse_month,
    plain_cell,
    squeeze,
)

# The rule is carried to a cluster's workers, which have none of what these need.
if TYPE_CHECKING:
    from dashboard.intake.faults import Check
    from dashboard.intake.headings import Recognised

PSEUDONYM, AGE, BIRTH, CHILD, MINOR, NOTE = "pseudonym", "age", "birth", "child", "minor", "note"
# In the order in which they are asked who somebody is.
ASKED = (PSEUDONYM, *IDENTITY)
# Whoever is younger is a child: counted, never given a pseudonym.
GROWN_UP = 18

# 小明（8岁）, and what stands in a column of remarks: 8岁, 儿童.
_AGED = re.compile(r"[（(]\s*(\d{1,2})\s*周?岁\s*[）)]|(\d{1,2})\s*周?岁$")
_SAID_CHILD = re.compile(
    r"(?:[（(]|^)(?:儿童|小孩|孩子|小朋友|未成年人?|幼儿|婴儿|child)(?:[）)]|$)", re.IGNORECASE
)
_AGE_NOTED = re.compile(r"(\d{1,2})\s*周?岁(?:儿童|小孩|孩子)?")
_NOTES = frozenset(
    ("备注", "说明", "人群", "人员类别", "身份", "对象", "remark", "remarks", "note", "notes")
)

_WRITTEN = re.compile(r"P-([0-9a-f]{16})")
_PLAIN_PHONE = re.compile(r"1[3-9][0-9]{9}")
_CUT = re.compile(r"\d{15}000")
# A mobile number has eleven digits; ten are a landline's with its area's, or a service's.
_CUT_PHONE = re.compile(r"phone:(?:(?!1[3-9]\d{9}$)1[3-9]\d*|(?!0|400|800)\d{10})")
_DIALLED = re.compile(r"(?:(?:\+|00)86)?(?!\+|00)[\d()-]+")
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_MASKED = re.compile(r"[*✱×●•■█▇〇○某…]|[x#]{3,}|\.{3,}", re.IGNORECASE)
_ONE_DIGIT = re.compile(r"(\d)\1{3,}")
# What stands where nobody was asked or nobody would say.
_UNSAID = frozenset(
    (
        "不详",
        "未知",
        "不清楚",
        "保密",
        "匿名",
        "未提供",
        "未登记",
        "拒绝提供",
        "没有",
        "忘记",
        "unknown",
        "anonymous",
    )
)
_LANDLINE = re.compile(r"(?:\+?86|0086)?-?0\d{2,3}-?\d{7,8}")


class NoPerson(CellError):
    """Say why a row names nobody, and which of its columns is at fault."""

    def __init__(self, column: int, key: str) -> None:
        why = cell_error(key)
        super().__init__(why.code, why.what, why.todo)
        self.column = column


def written(code: int) -> str:
    """Write a pseudonym in the form that is known again as ours."""
    return f"P-{code:016x}"


def person(cells: Sequence[tuple[str, int, Any]], today: date) -> int | str | None:
    """Give the pseudonym a row brings, else the identity to hash; None for a child.

    Each cell comes with its kind and its column, those that are asked first before the others.
    Raises NoPerson.
    """
    if len(cells) == 1 and (phone := _plain_phone(cells[0])):
        return f"phone:{phone}"
    said = [
        (kind, column, value, text)
        for kind, column, value in cells
        if not is_blank(value) and (text := plain_cell(value).strip()) not in _UNSAID
    ]
    if _is_child({kind: value for kind, _, value, _ in said}, today) or any(
        _is_said_child(kind, text) for kind, _, _, text in said
    ):
        return None
    if any(kind == MINOR and _is_ticked(value, column) for kind, column, value, _ in said):
        return None
    for kind, column, value, text in said:
        if kind not in ASKED:
            continue
        plain = squeeze(text)
        if isinstance(value, float) and abs(value) > 2**53 or _lost_digits(plain):
            raise NoPerson(column, "digits.identity")
        if kind == PSEUDONYM and (ours := _WRITTEN.fullmatch(text)):
            return int(ours[1], 16)
        if text.upper() in FORMULA_ERRORS or text in ("同上", "〃", '"'):
            raise NoPerson(column, "blank.nobody")
        if _MASKED.search(text) or _ONE_DIGIT.fullmatch(plain):
            raise NoPerson(column, "masked")
        identity = normal_identity(_kind(kind, plain), plain)
        if kind == "phone" and _DIALLED.fullmatch(plain) and _CUT_PHONE.fullmatch(identity):
            raise NoPerson(column, "digits.phone")
        born = born_on(identity.partition(":")[2]) if identity.startswith("id_number:") else None
        return None if born and _years(born, today) < GROWN_UP else identity
    if any(kind == CHILD for kind, *_ in said):
        return None
    raise NoPerson(cells[0][1], "blank.nobody")


def _plain_phone(cell: tuple[str, int, Any]) -> str | None:
    """Take a mobile number as it mostly stands; all that follows would say the same of it."""
    kind, _, value = cell
    is_plain = isinstance(value, str) and kind in ASKED and _PLAIN_PHONE.fullmatch(value)
    return value if is_plain else None


def ways_named(text: str, key: bytes) -> set[int]:
    """List the pseudonyms under which somebody may stand: whatever column the text came from."""
    if ours := _WRITTEN.fullmatch(text.strip()):
        return {int(ours[1], 16)}
    plain = squeeze(text)
    kinds = {kind for column in ASKED for kind in (column, _kind(column, plain))} - {PSEUDONYM}
    codes = {pseudonym(normal_identity(kind, plain), key) for kind in kinds}
    # As it may have been stored before nothing was stored as it came.
    return codes | ({int(plain)} if plain.isdecimal() and int(plain) < 2**64 else set())


def columns_of(found: "Recognised") -> list[tuple[str, int]]:
    """List the columns that say who a row is about, and whether that is a child."""
    headings = [(column.heading, column.personal or "") for column in found.columns]
    given = found.fields.get("participant_code")
    places = [column.number for column in found.columns]
    return telling(headings, places, given.number if given else None)


def telling(
    headings: Sequence[tuple[str, str]], places: Sequence[int], given: int | None
) -> list[tuple[str, int]]:
    """Order columns by what is asked first: of each comes its heading, what personal data that
    announces, and its place; ``given`` is the place of what was said to be the participant's code."""
    kinds = [
        (NOTE if option_key(heading) in _NOTES else personal, place)
        for (heading, personal), place in zip(headings, places, strict=True)
    ]
    if given is not None:
        kinds.insert(0, (PSEUDONYM, given))
    told = [
        cell for kind in (*ASKED, AGE, BIRTH, CHILD, MINOR) for cell in kinds if cell[0] == kind
    ]
    return told + [cell for cell in kinds if told and cell[0] == NOTE]


def tell_names_only(found: "Recognised", check: "Check") -> None:
    """Say that persons of one name are not told apart where there is nothing but names."""
    if {kind for kind, _ in columns_of(found)} & set(ASKED) == {"name"}:
        check.warnings.append(message("sheet.names_only", title=found.title))


class People:
    """Make the pseudonyms of one file's persons; the key is asked for when needed."""

    def __init__(self, today: date, make_key: Callable[[], bytes]) -> None:
        self.today = today
        self._key = cache(make_key)

    def pseudonym(self, cells: Sequence[tuple[str, int, Any]]) -> tuple[int | None, bool]:
        """Give the pseudonym of whoever a row is about (None for a child), and whether it was
        made here. Raises NoPerson."""
        found = person(cells, self.today)
        if isinstance(found, str):
            return pseudonym(found, self._key()), True
        return found, False


def _kind(kind: str, plain: str) -> str:
    """Say what an identifier is: by itself, else by its column."""
    if found := personal_content(plain):
        return found
    if born_on(plain) is not None:
        return "id_number"  # with a slip in its check digit, or of fifteen digits
    if _LANDLINE.fullmatch(plain):
        return "phone"
    return "name" if kind == PSEUDONYM else kind


def _lost_digits(plain: str) -> bool:
    """Tell whether a spreadsheet has cut a number: 3.1E+17, or an ID number that ends in 000."""
    cut = plain.endswith("000") and _CUT.fullmatch(plain) is not None and not is_id_number(plain)
    return cut or _SCIENTIFIC.fullmatch(plain) is not None


def _is_ticked(value: Any, column: int) -> bool:
    """Read a mark of children; raises NoPerson where it is neither yes nor no."""
    try:
        return bool(parse_boolean(value).value)
    except CellError as refused:
        raise NoPerson(column, "boolean") from refused


def _is_child(said: Mapping[str, Any], today: date) -> bool:
    if AGE in said and (age := re.match(r"\d{1,3}", squeeze(plain_cell(said[AGE])))):
        return int(age[0]) < GROWN_UP
    born = _day(said[BIRTH]) if BIRTH in said else None
    return born is not None and _years(born, today) < GROWN_UP


def _is_said_child(kind: str, text: str) -> bool:
    """Tell a child by words beside its name, or in a remark that says nothing else."""
    if kind == NOTE:
        age = _AGE_NOTED.fullmatch(text)
    elif kind in (CHILD, "name"):
        age = _AGED.search(text)
    else:
        return False
    years = next((int(each) for each in age.groups() if each), GROWN_UP) if age else GROWN_UP
    return years < GROWN_UP or _SAID_CHILD.search(text) is not None


def _day(raw: Any) -> date | None:
    for read in (parse_date, lambda raw: parse_month(raw, typed=True)):
        try:
            return date.fromisoformat(str(read(raw).value))
        except CellError:
            continue
    return None


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
