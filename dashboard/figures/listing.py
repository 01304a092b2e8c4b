"""Give the rows behind a figure as people read them: what is seen, by name, codes as words.

A table or list gives its own lines, all of them and in its order; another figure gives what was
counted for it, with the rates that it shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.indicators import Indicator, column_heading, measure, with_unit
from dashboard.contract.measures import FIELDS, vocabulary
from dashboard.contract.rounding import MISSING
from dashboard.contract.tables import activity_kind, aspect, domain, is_online, programme
from dashboard.contract.words import Words
from dashboard.draw.drawing import Drawing, Values
from dashboard.language import Say
from dashboard.warehouse.store import named_query

MONTH, DATE, WHOLE = "yyyy-mm", "yyyy-mm-dd", "#,##0"
_BREAKDOWNS = {
    **{
        code: field.label
        for code, field in {
            "kind": activity_kind, "domain": domain, "aspect": aspect, "programme": programme,
        }.items()
    },
    "setting": is_online.label,
}  # fmt: skip
_CATEGORIES = {
    **activity_kind.allowed, **domain.allowed, **aspect.allowed, **programme.allowed,
    "online": Words("线上", "Online"), "offline": Words("线下", "In person"),
    "none": Words("不属任何品牌", "No programme"),
}  # fmt: skip
_PLACES = {
    "town_code": Words("街镇", "Town"),
    "neighbour_town_code": Words("邻近街镇", "Nearest other town"),
    "community_code": Words("社区", "Community"),
}


@dataclass(frozen=True)
class Listing:
    """Hold rows under headings in words; ``formats`` say how a column's numbers and dates are
    written, as spreadsheets put it."""

    rows: pd.DataFrame
    formats: dict[str, str] = field(default_factory=dict)

    def written(self) -> pd.DataFrame:
        """Write dates as text, months without their day; numbers stay numbers."""
        forms = {MONTH: "%Y-%m", DATE: "%Y-%m-%d"}
        return self.rows.assign(
            **{
                name: self.rows[name].dt.strftime(forms[form])
                for name, form in self.formats.items()
                if form in forms
            }
        )


def listing(asking: Questions, counted: QueryResult, drawing: Drawing) -> Listing:
    """Give the rows that a figure shows, or that it is made of."""
    say = asking.say
    if drawing.kind in ("plot", "map") and drawing.listed is not None:
        return _told(
            {str(name): (pd.Series(list(values)), "") for name, values in drawing.listed.items()}
        )
    if drawing.kind in ("plot", "map"):
        return _told(dict(_columns(asking, counted)))
    if drawing.empty is not None:
        return Listing(pd.DataFrame({say("说明"): [drawing.empty]}))
    if drawing.kind == "list":
        rows = _items(drawing, say) if drawing.listed is None else _lines(drawing.listed)
        keys = [item.get("key") for item in drawing.body["items"]]
    else:
        assert drawing.listed is not None
        rows, keys = (
            _texts_known(_lines(drawing.listed)),
            [row["key"] for row in drawing.body["rows"]],
        )
    if any(keys):
        rows = rows.assign(**{say("代码"): keys})
    return _told({str(name): (rows[name], "") for name in rows})


def _items(drawing: Drawing, say: Say) -> pd.DataFrame:
    names = {"badge": say("状态"), "title": say("名称"), "text": say("内容")}
    rows = pd.DataFrame(drawing.body["items"]).reindex(columns=list(names))
    return rows.dropna(axis="columns", how="all").rename(columns=names)


def _lines(columns: Mapping[str, Values]) -> pd.DataFrame:
    return pd.DataFrame(dict(columns)).reset_index(drop=True)


def _texts_known(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave empty what a table's texts only mark as missing."""
    texts = rows.select_dtypes(exclude=["number", "bool"]).astype("object")
    return rows.assign(**texts.where(texts.notna() & (texts != MISSING), None))


# What was counted -------------------------------------------------------------------------


def _columns(
    asking: Questions, counted: QueryResult
) -> Iterator[tuple[str, tuple["pd.Series[Any]", str]]]:
    """Give each column under its heading, with its number format: names first, codes last."""
    say, rows = asking.say, counted.measured.rows
    codes = [name for name in _PLACES if name in rows]
    names = {
        "town_code": asking.town_names(short=False),
        "neighbour_town_code": asking.town_names(short=False),
        "community_code": asking.community_names,
    }
    for name in reversed(codes):
        yield say.words(_PLACES[name]), (rows[name].map(names[name]), "")
    if "name" in rows and not codes and "month" not in rows:
        yield say("名称"), (rows["name"], "")
    for name in _of_interest(counted, rows):
        values, form = _in_words(rows[name], name, say)
        yield column_heading(name, say.language), (values, form)
    yield from _rates(counted, rows, say)
    for name in codes:
        yield column_heading(name, say.language), (rows[name], "")
    if "key" in rows and not codes and rows["key"].notna().any():
        yield say("代码"), (rows["key"], "")


def _of_interest(counted: QueryResult, rows: pd.DataFrame) -> list[str]:
    """List the declared columns that tell the rows apart or that the figure shows."""
    keys = named_query(counted.query).keys
    named = {"name_zh", "name_en", "short_name_zh", "short_name_en"}
    has_place = any(name in rows for name in ("town_code", "community_code"))
    left_out = _PLACES.keys() | (named if has_place else set())
    wanted = {*keys, *counted.shown} if counted.shown else set(FIELDS)
    return [
        str(name) for name in rows if name in FIELDS and name in wanted and name not in left_out
    ]


def _in_words(values: "pd.Series[Any]", name: str, say: Say) -> tuple["pd.Series[Any]", str]:
    declared = FIELDS[name]
    if declared.allowed:
        words = say.names(vocabulary(declared))
        return values.map(lambda code: words.get(code, code), na_action="ignore"), ""
    if declared.type == "boolean":
        return values.map({True: say("是"), False: say("否")}), ""
    if name == "breakdown":
        return values.map(lambda code: say.words(_BREAKDOWNS[code]), na_action="ignore"), ""
    if name == "category":
        words = say.names(_CATEGORIES)
        return values.map(lambda code: words.get(code, code), na_action="ignore"), ""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values, MONTH if declared.type == "month" else DATE
    return values, ""


def _rates(
    counted: QueryResult, rows: pd.DataFrame, say: Say
) -> Iterator[tuple[str, tuple["pd.Series[Any]", str]]]:
    """Give the values that the figure shows, and how sure they are."""
    single = counted.indicators[0] if len(counted.indicators) == 1 else None
    if "value" in rows and (single is None or single.denominator is not None):
        if single is not None and single.mean_over_months:
            yield say("同期平均居民"), (rows["denominator"], "#,##0.0")
        unit = say.words((single or counted.indicators[0]).unit) if counted.indicators else "%"
        name = say.words(single.name) if single else say("数值")
        yield with_unit(name, unit, say.language), (rows["value"], "0.0")
        if "low" in rows and rows["low"].notna().any():
            how = interval_words(counted.indicators, say)
            for column, edge in (("low", say("95% 区间下限")), ("high", say("95% 区间上限"))):
                heading = with_unit(f"{edge} {how}", unit, say.language)
                yield heading, (rows[column], "0.0")
        return
    for each in counted.indicators:
        if each.denominator is None:
            continue
        values = _values(each, rows)
        if values is not None:
            yield (
                with_unit(say.words(each.name), say.words(each.unit), say.language),
                (values, "0.0"),
            )


def _values(indicator: Indicator, rows: pd.DataFrame) -> "pd.Series[Any] | None":
    if indicator.code in rows:
        return rows[indicator.code]
    needed = [indicator.numerator, indicator.denominator or indicator.numerator]
    if indicator.tier is not None or not set(needed) <= set(rows.columns):
        return None
    return measure(rows, indicator)["value"]


def interval_words(indicators: Sequence[Indicator], say: Say) -> str:
    """Say how intervals were made."""
    names = {"binomial": "Wilson", "persons": say("泊松（Byar）")}
    made = dict.fromkeys(names[each.uncertainty] for each in indicators if each.has_interval)
    return say.listed(list(made)) or "Wilson"


# Types ------------------------------------------------------------------------------------


def _told(columns: dict[str, tuple["pd.Series[Any]", str]]) -> Listing:
    rows = pd.DataFrame({name: _typed(values) for name, (values, _) in columns.items()})
    formats = {name: form or _form(rows[name]) for name, (_, form) in columns.items()}
    return Listing(rows, {name: form for name, form in formats.items() if form})


def _typed(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Make numbers that are whole, but for missing ones, whole numbers again."""
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return values.where(values.notna(), None)
    numbers = values.astype("Float64")
    is_whole = bool((numbers.dropna() % 1 == 0).all())
    return numbers.astype("Int64") if is_whole else numbers


def _form(values: "pd.Series[Any]") -> str:
    if not pd.api.types.is_numeric_dtype(values):
        return ""
    return WHOLE if pd.api.types.is_integer_dtype(values) else "#,##0.0"
