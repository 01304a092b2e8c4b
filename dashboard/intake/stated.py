"""Find what is stated once for a whole sheet: in a title, its name or its file's; pure.

A month is taken from the first of these places that names exactly one, a town from any that names
one alone. What two places say differently is asked about, never chosen.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dashboard.contract.words import Words
from dashboard.intake.gazetteer import AMBIGUOUS, Towns
from dashboard.intake.reading import Cell, Sheet
from dashboard.intake.values import option_key, tidy

TITLE, SHEET = Words("标题", "title"), Words("表名", "sheet's name")
FILE, FOLDER = Words("文件名", "file's name"), Words("文件夹名", "folder's name")
HEADING = Words("表头的单位", "headings' units")


@dataclass(frozen=True)
class Constant:
    """Hold a value that stands once for all rows of a sheet, and where it is stated.

    ``cell``: its row and column from 0, where one cell of the sheet says it.
    """

    raw: Cell
    where: Words
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class Place:
    """Hold the texts of one place that may state something of a sheet."""

    where: Words
    texts: Sequence[str]


def places_of(sheet: Sheet, heading_row: int) -> list[Place]:
    """List the places around a sheet, the nearest first."""
    titles = [
        tidy(str(cell))
        for row in sheet.rows[:heading_row]
        for cell in dict.fromkeys(cell for cell in row if isinstance(cell, str | date))
        if str(cell).strip()
    ]
    of_sheet = [
        tidy(cell)
        for row in getattr(sheet, "titles", [])
        for cell in dict.fromkeys(cell for cell in row if isinstance(cell, str))
        if cell.strip()
    ]
    return [
        Place(TITLE, titles),
        Place(TITLE, of_sheet),
        Place(SHEET, [tidy(sheet.name)]),
        Place(FILE, [tidy(Path(sheet.file).stem)]),
        Place(FOLDER, [tidy(sheet.folder)]),
    ]


# Months -----------------------------------------------------------------------------------

_DIGITS = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0"}  # fmt: skip
_SIGNS = "〇零○O一二三四五六七八九十"
_WRITTEN = re.compile(
    rf"([{_SIGNS}]{{4}})年(?:([{_SIGNS}]{{1,3}})月(?:份)?(?:([{_SIGNS}]{{1,3}})日)?)?"
)
# Several months at once, or a rate of change: no month of its own.
_SPAN = re.compile(
    r"\d{1,2}月?(?:份)?\s*(?:[-—–~至到]|to)\s*(?:(?:19|20)\d{2}年)?\d{1,2}月|累计|(?:19|20)\d{2}年?\s*[-—–~至到]\s*(?:19|20)\d{2}年"
    r"|季度|半年|(?<!\d)\d{1,2}月?(?:份)?\s*[、,，和及与]\s*\d{1,2}月"
)
_DAY = r"((?:19|20)\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*\d{1,2}\s*日?"
_DAYS = re.compile(rf"(?<!\d){_DAY}\s*(?:[-—–~至到]|to)\s*{_DAY}")
_MADE_ON = re.compile(
    r"(?:打印|导出|制表|填表|填报|报送|上报|审核|印发|更新|生成|签字|签名|联系)[^，,；;\s]{0,6}[:：]?\s*[\d年月日./:-]+"
    # 20251031上报: a day said with its year before what was done on it.
    r"|(?<!\d)(?:19|20)\d{2}(?:\d{4}|[年./-]\d{1,2}[月./-]\d{1,2}日?)\s*(?:打印|导出|制表|填表|填报|报送|上报|印发|更新|生成|制)"
)
_MONTH = re.compile(
    r"(?P<as_of>(?:截至|截止|时点|统计|数据)[^\d]{0,8})?"
    r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})\s*(?:年|[-/.])\s*(?P<month>1[0-2]|0?[1-9])(?!\d)(?:月|(?=[-/.]))?(?:[-/.]?(?P<day>[0-3]?\d)(?!\d)日?)?"
    r"|(?P<year2>(?:19|20)\d{2})(?P<month2>1[0-2]|0[1-9])(?P<day2>[0-3]\d)?(?!\d))"
)
_BARE = re.compile(r"(?<![\d年/.-])(1[0-2]|0?[1-9])\s*月(?:份)?")
_BARE_WRITTEN = re.compile(
    r"(?<![〇一二三四五六七八九十年])(十[一二]?|[一二三四五六七八九])月(?:份)?"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?(?:度)?(?!\d)")


def _number(written: str) -> int:
    """Read a small number in Chinese signs: 九, 十, 十二, 二十三."""
    if "十" not in written:
        return int("".join(_DIGITS[sign] for sign in written))
    tens, _, ones = written.partition("十")
    return 10 * int(_DIGITS.get(tens, "1")) + int(_DIGITS.get(ones, "0"))


def in_digits(text: str) -> str:
    """Write years, months and days that stand in Chinese signs in digits: 二〇二五年九月."""

    def digits(match: re.Match[str]) -> str:
        year = "".join(_DIGITS.get(sign, "") for sign in match[1])
        month = f"{_number(match[2])}月" if match[2] else ""
        return f"{year}年{month}" + (f"{_number(match[3])}日" if match[3] else "")

    plain = _WRITTEN.sub(digits, text)
    return _BARE_WRITTEN.sub(lambda match: f"{_number(match[1])}月", plain)


def months_in(text: str) -> tuple[set[date], set[int]]:
    """Find the months that a text names, and the numbers of those it names without a year."""
    plain = in_digits(_MADE_ON.sub(" ", text))
    days = _DAYS.search(plain)
    if _SPAN.search(plain) or (days and days.group(1, 2) != days.group(3, 4)):
        return set(), set()
    whole = {month for match in _MONTH.finditer(plain) if (month := _month_of(match))}
    rest = _MONTH.sub(" ", plain)
    return whole, {int(match[1]) for match in _BARE.finditer(rest)}


_FIRST_DAYS = 10


def _month_of(match: re.Match[str]) -> date | None:
    """Take a match for its month; a day that ends no month may be the one on which it was printed."""
    year, month = int(match["year"] or match["year2"]), int(match["month"] or match["month2"])
    day = match["day"] or match["day2"]
    # As of its first days, a month is hardly meant: the one before it is.
    is_meant = bool(match["as_of"]) and int(day or 0) > _FIRST_DAYS
    is_month = not day or is_meant or int(day) == monthrange(year, month)[1]
    return date(year, month, 1) if is_month else None


def years_in(text: str) -> set[int]:
    return {int(match[1]) for match in _YEAR.finditer(in_digits(_MADE_ON.sub(" ", text)))}


def year_stated(places: Sequence[Place]) -> int | None:
    """Find the one year that the nearest place names which names any; None where the title, the sheet's
    name and the file's name different ones."""
    found: list[tuple[Words, set[int]]] = []
    for place in places:
        years = {year for text in place.texts for year in years_in(text)}
        years |= {month.year for text in place.texts for month in months_in(text)[0]}
        if years:
            found.append((place.where, years))
    if not found or len(found[0][1]) > 1:
        return None
    nearest = found[0][1]
    others = [years for where, years in found[1:] if where is not FOLDER and len(years) == 1]
    return min(nearest) if all(years == nearest for years in others) else None


def months_stated(places: Sequence[Place], year: int | None = None) -> list[Constant]:
    """List the months that places state; of one place several where it does. ``year``: of those that
    stand without theirs, where somebody has said it."""
    found: dict[date, Constant] = {}
    year = year or year_stated(places)
    for place in places:
        whole, bare = _months_of(place)
        if not whole and year:
            whole = {date(year, number, 1) for number in bare}
        for month in sorted(whole):
            found.setdefault(month, Constant(f"{month:%Y-%m}", place.where))
    return list(found.values())


def lacks_only_year(places: Sequence[Place]) -> bool:
    """Tell whether places name one month, all the same, and leave open of which year it is."""
    bare = [numbers for place in places if (numbers := _months_of(place)[1])]
    return bool(bare) and all(len(numbers) == 1 and numbers == bare[0] for numbers in bare)


def _months_of(place: Place) -> tuple[set[date], set[int]]:
    whole, bare = set[date](), set[int]()
    for text in place.texts:
        these, those = months_in(text)
        whole |= these
        bare |= those
    return whole, bare


def month_named(cell: Cell) -> tuple[int | None, int] | None:
    """Read a heading that is a month and nothing else: its year, if it has one, and its number."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, datetime | date):
        return (cell.year, cell.month) if cell.day == 1 else None
    if isinstance(cell, int | float):
        text = str(cell).removesuffix(".0")
        match = re.fullmatch(r"((?:19|20)\d{2})(1[0-2]|0[1-9])", text)
        return (int(match[1]), int(match[2])) if match else None
    text = in_digits(tidy(str(cell))).replace(" ", "")
    text = re.sub(r"[(（].*?[)）]$", "", text).strip("末底初")
    if match := re.fullmatch(r"(?:((?:19|20)\d{2})年)?(1[0-2]|0?[1-9])月(?:份|末|底)?", text):
        return (int(match[1]) if match[1] else None), int(match[2])
    if match := re.fullmatch(r"((?:19|20)\d{2})[-/.]?(1[0-2]|0[1-9])", text):
        return int(match[1]), int(match[2])
    return None


def year_named(cell: Cell) -> int | None:
    """Read a heading that is a year and nothing else."""
    match = re.fullmatch(r"((?:19|20)\d{2})(?:年度?)?", in_digits(tidy(str(cell or ""))))
    return int(match[1]) if match else None


# Towns ------------------------------------------------------------------------------------

NUMBERED = re.compile(
    r"^(?:[(（](?:[一二三四五六七八九十]+|\d{1,2})[)）]|(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.．:：)）])\s*"
)
_COUNTED = re.compile(r"[(（\[【].*?[)）\]】]$|[:：]?\s*(?:共|合计)?\s*\d+\s*(?:个|家|处).*$")
# What names of sheets and files say beside the town.
_COMMON = re.compile(
    r"闵行区?|新型居住社区|社区|项目|房源|入住|居住|情况|统计|汇总|登记|基本|信息|治理|覆盖|月度|月报|年报|报表|台账|名册|名单|清单|一览|"
    r"上报|报送|数据|表|册|单|年度?|月份?|日|版|终稿|定稿|最终|副本|copy|final|v|[\d\s()（）_.\-—–~·]+",
    re.IGNORECASE,
)


def says_nothing(name: str) -> bool:
    """Tell whether a sheet's name is one that any sheet may have: Sheet1, 9月, 月报表."""
    return not _COMMON.sub("", re.sub("sheet|工作表", "", tidy(name), flags=re.IGNORECASE))


def is_section(row: Sequence[Cell]) -> bool:
    """Tell whether a row holds one text and nothing else, as the line above a section does."""
    return len({cell for cell in row if cell not in (None, "")}) == 1 and any(
        isinstance(cell, str) and cell.strip() for cell in row
    )


def town_of_section(row: Sequence[Cell], towns: Towns) -> str | None:
    """Find the town that the line above a section names: 一、莘庄镇（12 个）."""
    text = next(tidy(cell) for cell in row if isinstance(cell, str) and cell.strip())
    text = _COUNTED.sub("", NUMBERED.sub("", text)).strip()
    if not text or option_key(text) in AMBIGUOUS:
        return None
    return text if towns.named_by(text) else None


def towns_stated(places: Sequence[Place], towns: Towns) -> list[Constant]:
    """List the towns that places name: by their full names, or by short ones that stand alone."""
    found: dict[str, Constant] = {}
    for place in places:
        for text in place.texts:
            for code in _towns_in(text, towns, is_title=place.where is TITLE):
                found.setdefault(code, Constant(towns.titles[code], place.where))
    return list(found.values())


def _towns_in(text: str, towns: Towns, *, is_title: bool) -> Iterator[str]:
    named = [code for code, title in towns.titles.items() if title in text]
    if named or is_title:
        yield from named
        return
    rest = _COMMON.sub("", text)
    if rest and option_key(rest) not in AMBIGUOUS and (code := towns.named_by(rest)):
        yield code
