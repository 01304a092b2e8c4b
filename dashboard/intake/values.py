"""Turn what people type into values of the contract, or say why that can't be done. Pure.

Each function takes one raw cell and returns a ``Parsed``: the value, how it had to be read
(``notes``), and its qualifier when it was not exact. What can't be read raises ``CellError``.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dashboard.contract.fields import Field
from dashboard.contract.tables import PERSONS, SQUARE_KILOMETRES, SQUARE_METRES, TIMES
from dashboard.contract.words import Words
from dashboard.intake.messages import CellError, cell_error
from dashboard.intake.vocabulary import VOCABULARY

BLANKS = frozenset(
    ("", "-", "--", "---", "—", "——", "–", "/", "\\", "无", "暂无", "空", "未填", "未填写")
    + ("无数据", "暂无数据", "n/a", "na", "nan", "none", "null", "nil", ".", "…", "……")
    + ("不详", "不明", "未知", "不清楚", "待定", "待统计", "未统计", "待核实", "待补", "待补充")
)
NO_BOOLEAN_BLANKS = frozenset(("无", "none", "nil"))
FORMULA_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA")
    + ("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!")
)
EXCEL_ZERO = date(1899, 12, 30)
SERIALS = range(36526, 73051)  # 2000-01-01 to 2100-01-01
MOST = 10**12  # no count of the field comes near it

NOTES: dict[str, Words] = {
    "footnote": Words("去掉脚注标记", "footnote marks removed"),
    "heading_unit": Words("按表头单位换算", "multiplied by the unit in the heading"),
    "width": Words("全角或空白已规整", "full-width letters or white space tidied"),
    "blank": Words("占位符读作空", "a placeholder read as empty"),
    "thousands": Words("去掉千分位", "thousands separators removed"),
    "scale": Words("换算万、亿", "ten thousands multiplied out"),
    "unit": Words("去掉单位", "a unit removed"),
    "percent": Words("百分数化为比例", "a percentage made a share"),
    "about": Words("约数", "about"),
    "at_least": Words("余、以上", "at least"),
    "month": Words("月份改写", "a month rewritten"),
    "day_dropped": Words("日期读作其月份", "a day read as its month"),
    "date": Words("日期改写", "a date rewritten"),
    "year": Words("未写年份的日期取标题的年份", "the year of the title for days without one"),
    "month_known": Words(
        "只知到月，以其首日记，原文另存",
        "known to the month: its first day stands for it, the text is kept",
    ),
    "serial": Words("表格序列日期", "a spreadsheet's serial date"),
    "number_text": Words("数字读作文本", "a number read as text"),
    "left_out": Words("退回或撤销的不计，不入库", "what was returned or withdrawn left out"),
    "grid": Words(
        "片区网格没有治理模式，读作覆盖类型", "a grid, which has no mode, read as the coverage"
    ),
    "answered": Words("按对照文件换成代码", "made a code as the mapping file says"),
    "choice": Words("选项名称换成代码", "an option's name made its code"),
    "boolean": Words("是否换成真假", "yes or no made true or false"),
    "activity": Words(
        "按日期、社区与活动认出活动代码", "activity codes found by day, community and activity"
    ),
    "town": Words("街镇名换成代码", "a town's name made its code"),
    "community": Words("社区名换成代码", "a community's name made its code"),
    "merged": Words("合并单元格填充", "merged cells filled"),
    "total": Words("合计、小计行不入库", "rows of totals left out"),
    "remark": Words("表外说明行不入库", "remarks around the table left out"),
    "heading": Words("重复的表头不入库", "repeated headings left out"),
    "section": Words(
        "分节行中的街镇用于其下各行", "towns named by lines of their own taken for the rows below"
    ),
    "nothing": Words(
        "这张表的各列皆空的行，不入此表", "rows that say nothing of this table left out of it"
    ),
    "example": Words("示例行不入库", "example lines left out"),
    "unfilled": Words("没有填数的行不入库", "lines in which nothing was filled in left out"),
    "repeated": Words("一致的重复行合为一行", "repeated rows that agree made one"),
    "filled": Words("缺省值已补", "a default filled in"),
    "begun": Words(
        "未填的起始日期：治理有变的取数据最早月份的首日，其余取开业日期，不详的取该月首日与同批最早的起始日期中较早的",
        "a first day that was not given: where governance changed, the first day of the earliest month of the data, "
        "else the day of opening, else that first day or the earliest one given beside it, whichever is earlier",
    ),
    "in_force": Words(
        "未填的起始日期：治理与已载入的相同，沿用其起始日期",
        "a first day that was not given: governed as loaded before, so since the day given then",
    ),
    "indicator": Words("指标名换成代码", "an indicator's name made its code"),
    "target_unit": Words("去掉单位", "taken without its unit"),
    "bound": Words(
        "未填的要求按指标取：越低越好的不高于，其余不低于",
        "a requirement that was not given: at most where low is better, else at least",
    ),
    "unstated": Words("未填的记为“层次未分”", "not given, so “tier not stated”"),
    "coordinates": Words("坐标换算为 WGS-84", "coordinates converted to WGS-84"),
    "degrees": Words("度分秒换成十进制度", "degrees and minutes made decimal"),
    "masked": Words("文本中的个人信息已遮去", "personal data masked in a text"),
    "pseudonym": Words("个人标识换成假名", "a person's identifier made a pseudonym"),
    "child": Words("儿童不入名册，只计人数", "children left out: they are only counted"),
}


@dataclass(frozen=True)
class Parsed:
    """Hold a value as the contract has it, and how it had to be read."""

    value: Any
    notes: tuple[str, ...] = ()
    qualifier: str | None = None


# Characters -------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")


def tidy(text: str) -> str:
    """Make a text half-width, without invisible characters, its white space single."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _SPACES.sub(" ", _CONTROL.sub("", text)).strip()
    return text.strip("'’‘`\"“”") if text[:1] in "'’‘`\"“”" and len(text) > 1 else text


HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}


def tidy_prose(text: str) -> str:
    """Make letters and digits half-width, white space single; Chinese punctuation stays."""
    text = _CONTROL.sub("", _INVISIBLE.sub("", text).translate(HALF_WIDTH))
    return _SPACES.sub(" ", text).strip()


def squeeze(text: str) -> str:
    """Leave out white space altogether: for names and numbers."""
    if text.isascii() and text.isalnum():
        return text  # most numbers, and quickly
    return _SPACES.sub("", tidy(text))


# Superscript, circled and other digits that are no digits of the number they stand behind.
_RAISED = "\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u24ff\u2776-\u2793"
_FOOTNOTE = re.compile(rf"(?<=[\d\u4e00-\u9fff%％)）])\s*[{_RAISED}]+\s*$")
_PARTED = re.compile(r"\d[\s\x00-\x1f]+(?=\d)")
_BEFORE_TIME = re.compile(r"(?<=\d)\s+(?=\d{1,2}(?:[:：]\d{2}|[点时]))")
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")


def _digits(raw: str) -> tuple[str, tuple[str, ...]]:
    """Squeeze what holds a number or a day; raises CellError where that would join two numbers."""
    text = _FOOTNOTE.sub("", raw)
    notes = ("footnote",) if text != raw else ()
    if _PARTED.search(_BEFORE_TIME.sub("T", _GROUPED.sub("0", text))):
        raise cell_error("two")
    plain = re.sub("(?<=[mM])[²³]", "", text)
    if any(unicodedata.category(sign) == "No" for sign in plain):
        raise cell_error("number.raised")
    return squeeze(text), notes if notes or squeeze(text) == raw else ("width",)


def plain_cell(value: Any) -> str:
    """Write a raw cell as a person would see it."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == value.time().min:
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def is_blank(raw: Any) -> bool:
    """Tell whether a cell holds nothing, or one of the signs people write for nothing."""
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return True
    return isinstance(raw, str) and (not raw or squeeze(raw).casefold() in BLANKS)


def refuse_formula_error(raw: Any) -> None:
    """Raise CellError when the cell holds what a failed formula leaves."""
    if isinstance(raw, str) and raw.strip().upper() in FORMULA_ERRORS:
        raise cell_error("formula.failed")


# One cell ---------------------------------------------------------------------------------


def take(
    raw: Any,
    field: Field,
    *,
    typed: bool,
    heading: str = "",
    scale: int = 0,
    said: Mapping[str, str] | None = None,
) -> Parsed:
    """Read one cell as a field of the contract; raises CellError.

    ``typed``: the file tells numbers from texts, as a workbook does and CSV does not.
    ``heading`` is the column's own, which may declare a per cent sign; ``scale`` is the power of
    ten of its unit, which counts where the cell itself says no unit. ``said``: which options
    words were said to mean, by their keys.
    """
    refuse_formula_error(raw)
    if is_blank(raw) and not (
        field.type == "boolean" and isinstance(raw, str) and squeeze(raw) in NO_BOOLEAN_BLANKS
    ):
        shown = isinstance(raw, str) and bool(raw.strip())
        return Parsed(None, ("blank",) if shown else ())
    if field.allowed:
        return parse_choice(raw, field, said, heading)
    match field.type:
        case "integer" | "number" | "share":
            return parse_number(raw, field, heading=heading, scale=scale)
        case "boolean":
            return parse_boolean(raw)
        case "month":
            return parse_month(raw, typed=typed)
        case "date":
            return parse_date(raw)
        case _:
            return parse_text(raw)


def parse_text(raw: Any) -> Parsed:
    """Read a text; a whole number is read as its digits, as codes are often typed."""
    if isinstance(raw, bool):
        return Parsed("是" if raw else "否", ("number_text",))
    if isinstance(raw, int | float):
        if not math.isfinite(raw) or abs(raw) > 2**53:
            raise cell_error("digits.number")
        number = int(raw) if float(raw).is_integer() else raw
        return Parsed(str(number), ("number_text",))
    if isinstance(raw, datetime | date):
        return Parsed(_day(raw).isoformat(), ("number_text",))
    text = tidy_prose(str(raw))
    return Parsed(text or None, () if text == raw else ("width",))


# Numbers ----------------------------------------------------------------------------------

_ABOUT = ("大约", "约", "将近", "接近", "近", "左右", "上下", "大概", "~", "≈", "about", "ca.")
_AT_LEAST = ("超过", "超", "逾", "至少", "不少于", "余", "多", "以上", "+", ">=", "≥", ">")
_BELOW = ("不到", "不足", "以下", "以内", "<", "≤", "<=")
_UNITS: dict[str, frozenset[str]] = {
    "persons": frozenset(("人", "名", "位", "persons", "people")),
    "times": frozenset(("人次",)),
    "area": frozenset(("平方米", "平米", "m2", "平方", "㎡", "m²")),
    "km2": frozenset(("平方公里", "km2", "km²")),
    "pieces": frozenset(
        ("套/间", "套(间)", "套", "间", "张", "床", "户", "个", "张床", "床位", "个床位")
        + ("units", "rooms", "beds")
    ),
}
_UNIT_KIND = {word: kind for kind, words in _UNITS.items() for word in words}
_FITS: dict[Words, str] = {
    PERSONS: "persons",
    TIMES: "times",
    SQUARE_METRES: "area",
    SQUARE_KILOMETRES: "km2",
}
_DEGREES = ("lon", "lat")
_SCALES = {"": 0, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}


def _either(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER = re.compile(
    rf"(?P<before>{_either(_ABOUT + _AT_LEAST + _BELOW)})?"
    r"(?P<sign>[+-])?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?"
    r"(?P<percent>%)?"
    r"(?P<more>余|多)?"
    rf"(?P<scale>{_either([word for word in _SCALES if word])})?"
    rf"(?P<middle>{_either(['余', '多'])})?"
    rf"(?P<unit>{_either(list(_UNIT_KIND))})?"
    rf"(?P<after>{_either(['左右', '上下', '余', '多', '以上', '+', '以下', '以内'])})?",
    re.IGNORECASE,
)


def parse_number(raw: Any, field: Field, *, heading: str = "", scale: int = 0) -> Parsed:
    """Read a number as people write it: 1,000, 14.8万, 880间, 约1000, 1000余, 55%."""
    if isinstance(raw, bool | datetime | date | time | timedelta):
        raise cell_error("number.day")
    if isinstance(raw, int | float):
        number = Decimal(repr(raw)).scaleb(scale) if math.isfinite(raw) else None
        taken = _as_number(number, field, heading)
        return Parsed(taken.value, ("heading_unit", *taken.notes)) if scale else taken
    text, read_as = _digits(str(raw))
    notes = list(read_as)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise cell_error("number.none")
    words = [match[name] for name in ("before", "more", "middle", "after") if match[name]]
    if any(word in _BELOW for word in words):
        raise cell_error("number.below")
    if match["unit"]:
        _refuse_other_unit(match["unit"], field)
        notes.append("unit")
    if "," in match["digits"]:
        notes.append("thousands")
    number = Decimal(
        (match["sign"] or "") + match["digits"].replace(",", "") + (match["fraction"] or "")
    )
    if match["scale"]:
        number = number.scaleb(_SCALES[match["scale"]])
        notes.append("scale")
    elif scale and not match["unit"]:
        number = number.scaleb(scale)
        notes.append("heading_unit")
    qualifier = None
    if words:
        qualifier = "at_least" if any(word in _AT_LEAST for word in words) else "about"
        notes.append(qualifier)
    taken = _as_number(number, field, heading, percent=bool(match["percent"]))
    return Parsed(taken.value, (*notes, *taken.notes), qualifier)


def _as_number(
    number: Decimal | None, field: Field, heading: str, *, percent: bool = False
) -> Parsed:
    if number is None or abs(number) > MOST:
        raise cell_error("number.huge")
    notes: tuple[str, ...] = ()
    is_percentage = field.unit is not None and field.unit.en == "%"
    if field.type == "share" and "%" in unicodedata.normalize("NFKC", heading):
        is_percentage = True
    if is_percentage and not percent and 0 < number <= 1:
        # A spreadsheet's own 60 % is the number 0.6.
        raise cell_error("percent", percent=float(number) * 100, share=float(number))
    if field.type == "share":
        if percent or is_percentage:
            number, notes = number / 100, ("percent",)
        elif number > 1:
            raise cell_error("share")
    elif percent and not is_percentage:
        raise cell_error("number.percentage")
    if field.type != "integer":
        return Parsed(float(number), notes)
    if number != number.to_integral_value():
        raise cell_error("integer")
    return Parsed(int(number), notes)


@dataclass(frozen=True)
class Unit:
    """Say what a heading or a title gives as the unit: its power of ten, and of what."""

    scale: int
    kind: str | None


_ENGLISH_SCALES = {
    "hundred": 2,
    "thousand": 3,
    "tenthousand": 4,
    "10000": 4,
    "million": 6,
    "000": 3,
}
_DECLARED = re.compile(
    rf"(?:单位:?|units?:?|in)?(?P<scale>{_either([word for word in _SCALES if word])})?"
    rf"(?P<english>{_either(list(_ENGLISH_SCALES))})?s?(?:of)?"
    rf"(?P<unit>{_either(list(_UNIT_KIND))})?",
    re.IGNORECASE,
)
_PERCENT = frozenset(
    ("%", "百分比", "百分数", "比例", "占比", "率", "percent", "percentage", "pct")
)
_OTHER_UNITS = frozenset(
    ("‰", "千分比", "亩", "公顷", "元", "万元", "米", "ha", "hectares", "yuan", "rmb")
)


def declared_unit(text: str) -> Unit | None:
    """Read what stands in a heading's brackets as a unit, if it is one: 万人, 百套, %."""
    plain = squeeze(text).casefold().replace(",", "").replace("'", "")
    bare = re.sub("^(?:单位|units?):?", "", plain)
    if bare in _PERCENT:
        return Unit(0, "percent")
    if bare in _OTHER_UNITS:
        return Unit(0, "other")
    match = _DECLARED.fullmatch(plain)
    if match is None or not (match["scale"] or match["english"] or match["unit"]):
        return None
    scale = _SCALES[match["scale"] or ""] + _ENGLISH_SCALES.get(match["english"] or "", 0)
    return Unit(scale, _UNIT_KIND.get(match["unit"] or ""))


def wanted_unit(field: Field) -> str | None:
    """Say of which kind a field's unit is; None where it has none or is no number."""
    if field.type == "share":
        return "percent"
    if field.type not in ("integer", "number") or field.unit is None or field.name in _DEGREES:
        return None
    return "percent" if field.unit.en == "%" else _FITS.get(field.unit, "pieces")


def unit_fits(unit: Unit, field: Field) -> bool:
    """Tell whether a field can be given in a unit."""
    wanted = wanted_unit(field)
    if wanted == "percent":
        return unit.kind == "percent"
    return unit.kind in (wanted, None) or {unit.kind, wanted} == {"persons", "times"}


def _refuse_other_unit(unit: str, field: Field) -> None:
    kind = _UNIT_KIND.get(unit) or _UNIT_KIND.get(unit.lower(), "pieces")
    if field.unit and not unit_fits(Unit(0, kind), field):
        raise cell_error("unit.other", unit=unit, label=field.unit)


def out_of_range(field: Field) -> CellError:
    """Say between what a field's values lie."""
    low, high = ("" if end is None else f"{end:g}" for end in (field.minimum, field.maximum))
    return cell_error("range", span=f"{low}–{high}")


# Days and months --------------------------------------------------------------------------

# The hour at which something is held, and until when, say nothing of the day.
_HOUR = r"(?:[01]?\d|2[0-4])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?|[点时](?:[0-5]?\d分?|半|整)?)"
_PART = r"(?:上午|下午|中午|早上|晚上|晚间|晚|[AP]M)?"
_HOURS = rf"T?{_PART}(?:{_HOUR}(?:[-—–~～至到]+{_PART}{_HOUR})?)?{_PART}"
_WEEKDAY = r"\(?(?:星期|周|礼拜)([一二三四五六日天])\)?"
_DAY_TEXT = re.compile(
    r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?"
    rf"(?:{_WEEKDAY})?{_HOURS}(?:{_WEEKDAY})?",
    re.IGNORECASE,
)
_DAY_DIGITS = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_MONTH_TEXT = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月份|月)?(?:底|末)?")
_YEAR_END = re.compile(r"(\d{4})年(?:底|末|年底|年末)")
_MONTH_DIGITS = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
_LOST_ZERO = re.compile(r"(?:19|20)\d{2}\.1")


def parse_month(raw: Any, *, typed: bool) -> Parsed:
    """Read a month; returns its first day. The number 2024.1 is refused: it may be October."""
    if isinstance(raw, bool):
        raise cell_error("month.none")
    if isinstance(raw, datetime | date):
        day = _day(raw)
        return Parsed(_sane(day).replace(day=1), () if day.day == 1 else ("day_dropped",))
    text = _day_text(raw)
    if _LOST_ZERO.fullmatch(text) and (isinstance(raw, float) or not typed):
        raise _lost_zero(text)
    if match := _MONTH_TEXT.fullmatch(text) or _MONTH_DIGITS.fullmatch(text):
        month = _made(int(match[1]), int(match[2]), 1)
        return Parsed(month, () if text == f"{month:%Y-%m}" else ("month",))
    if match := _YEAR_END.fullmatch(text):
        return Parsed(_made(int(match[1]), 12, 1), ("month",))
    if _DAY_TEXT.fullmatch(text) or _DAY_DIGITS.fullmatch(text):
        day = parse_date(text).value
        return Parsed(day.replace(day=1), () if day.day == 1 else ("day_dropped",))
    if _is_serial(text):
        return Parsed(_from_serial(int(text)).replace(day=1), ("serial",))
    raise cell_error("month.none")


def parse_date(raw: Any) -> Parsed:
    """Read a day; a month alone is about its first day; an order of day and month to guess at is refused."""
    if isinstance(raw, bool):
        raise cell_error("date.none")
    if isinstance(raw, datetime | date):
        return Parsed(_sane(_day(raw)))
    text = _day_text(raw)
    if match := _DAY_TEXT.fullmatch(text):
        day = _made(int(match[1]), int(match[2]), int(match[3]))
        told = [name.replace("天", "日") for name in (match[4], match[5]) if name]
        if any("一二三四五六日".index(name) != day.weekday() for name in told):
            raise cell_error("date.weekday")
        return Parsed(day, () if text == day.isoformat() else ("date",))
    if _DAY_DIGITS.fullmatch(text):
        return Parsed(_made(int(text[:4]), int(text[4:6]), int(text[6:])), ("date",))
    if isinstance(raw, str) and (match := _MONTH_TEXT.fullmatch(text)):
        # No more is known than the month: its first day stands for it, and the text is kept beside.
        return Parsed(_made(int(match[1]), int(match[2]), 1), ("month_known",), "about")
    if _is_serial(text):
        return Parsed(_from_serial(int(text)), ("serial",))
    raise cell_error("date.none")


_NO_YEAR = re.compile(r"\s*(1[0-2]|0?[1-9])\s*(月|[./])\s*(\d{1,2})(?!\d)\s*[日号]?(.*)", re.DOTALL)


def with_year(raw: Any, year: int, month: int | None, *, typed: bool) -> str | None:
    """Write a day that lacks its year, 9月5日 or 9.5, with the year of what it stands in; None for any
    other, for one of another month than that is of, and for a number that may have lost a zero."""
    is_text = isinstance(raw, str)
    match = _NO_YEAR.fullmatch(tidy(str(raw))) if is_text or isinstance(raw, float) else None
    if match is None or month not in (None, int(match[1])):
        return None
    if match[2] == "." and match[3] in ("1", "2", "3") and not (is_text and typed):
        return None
    return f"{year}-{match[1]}-{match[3]}{match[4]}"


def _day_text(raw: Any) -> str:
    """Write what may hold a day or a month, a number as its digits."""
    if isinstance(raw, int | float):
        return str(raw).removesuffix(".0")
    return _digits(_BEFORE_TIME.sub("T", str(raw)))[0]  # 9-1 12:00 is not the 11th


def _day(raw: datetime | date) -> date:
    return raw.date() if isinstance(raw, datetime) else raw


def _is_serial(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 5 and int(text) in SERIALS


def _from_serial(serial: int) -> date:
    return EXCEL_ZERO + timedelta(days=serial)


def _made(year: int, month: int, day: int) -> date:
    try:
        return _sane(date(year, month, day))
    except ValueError:
        raise cell_error("date.none") from None


def _sane(day: date) -> date:
    if not 1950 <= day.year <= 2100:
        raise cell_error("date.year")
    return day


def _lost_zero(text: str) -> CellError:
    year = text[:4]
    return cell_error("month.lost_zero", text=text, year=year)


# Choices ----------------------------------------------------------------------------------

_YES = frozenset(("是", "有", "对", "真", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1"))
_NO = frozenset(
    (
        "否",
        "无",
        "没有",
        "不是",
        "非",
        "假",
        "×",
        "✗",
        "✘",
        "x",
        "n",
        "no",
        "false",
        "f",
        "0",
        "none",
        "nil",
    )
)
# What people also call an option; checked by a test against the contract.
CHOICE_SYNONYMS: Mapping[str, Mapping[str, str]] = {
    name: {word: code for code, words in options.items() for word in words}
    for name, options in VOCABULARY["synonyms"].items()
}
_SIGNS = re.compile(r"[\s()\[\]【】、,;:·.。\-_]+")


def option_key(text: str) -> str:
    """Reduce a name to what tells it from others: no case, white space or punctuation."""
    return _SIGNS.sub("", tidy(text)).casefold()


def parse_choice(
    raw: Any, field: Field, said: Mapping[str, str] | None = None, heading: str = ""
) -> Parsed:
    """Read one of a field's options by what was said of it, its code, its names or synonyms, or by a yes
    where the heading asks for one."""
    text = str(parse_text(raw).value)
    key = option_key(text)
    if said and key in said:
        return Parsed(said[key] or None, ("answered",))
    if text in field.allowed:
        return Parsed(text)
    found = (
        _options(field).get(key)
        or _by_level(text, field, said)
        or _by_ending(key, field)
        or _by_yes(key, field, heading)
    )
    if found is None:
        raise cell_error("choice", options=list(field.allowed.values()))
    return Parsed(found, ("choice",))


_LEVELS = re.compile(r"\s*(?:[/／\\>＞|｜→]|--+|——)\s*")


def _by_level(text: str, field: Field, said: Mapping[str, str] | None) -> str | None:
    """Read a class by its parts, the most particular one that is known: 城市管理/环境卫生.

    Elsewhere parts are of one rank: 套/间 is both, and so neither.
    """
    parts = [option_key(part) for part in _LEVELS.split(text) if part.strip()]
    known = {**_options(field), **(said or {})}
    found = [
        code for part in reversed(parts if len(parts) > 1 else ()) if (code := known.get(part))
    ]
    if field.name != "proposal_category" and len(set(found)) > 1:
        return None
    return next(iter(found), None)


def _by_ending(key: str, field: Field) -> str | None:
    """Read an option by what a name ends in, the longest such ending: 莘庄镇, 区房管局."""
    endings = VOCABULARY["endings"].get(field.name, {})
    fitting = [
        (len(ending), code)
        for code, words in endings.items()
        for ending in words
        if key.endswith(ending)
    ]
    return max(fitting)[1] if fitting else None


def _by_yes(key: str, field: Field, heading: str) -> str | None:
    """Read a yes under a heading, perhaps below another, that asks for one option."""
    asked = VOCABULARY["yes"].get(field.name, {})
    texts = {option_key(text) for text in heading.split()}
    meant = [code for code, headings in asked.items() if not texts.isdisjoint(headings)]
    return meant[0] if meant and key in _YES else None


def names_option(raw: Any, field: Field) -> str | None:
    """Give the option of a field that a cell names plainly, if it does."""
    return _options(field).get(option_key(raw)) if isinstance(raw, str) else None


def _options(field: Field) -> dict[str, str]:
    if field.name not in _OPTIONS:
        names = {option_key(code): code for code in field.allowed}
        for code, words in field.allowed.items():
            names |= {option_key(words.zh): code, option_key(words.en): code}
        also = {option_key(k): v for k, v in CHOICE_SYNONYMS.get(field.name, {}).items()}
        _OPTIONS[field.name] = also | names
    return _OPTIONS[field.name]


_OPTIONS: dict[str, dict[str, str]] = {}


def parse_boolean(raw: Any) -> Parsed:
    """Read a yes or a no."""
    if isinstance(raw, bool):
        return Parsed(raw)
    text = squeeze(str(raw)).casefold().removesuffix(".0")
    if text in _YES or text in _NO:
        return Parsed(text in _YES, () if text in ("true", "false") else ("boolean",))
    raise cell_error("boolean")
