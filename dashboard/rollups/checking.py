"""Hold what lies on the cluster against the contract there: counts of faults, with a few examples."""

from collections.abc import Iterator, Mapping
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from dashboard.contract.fields import Column
from dashboard.contract.words import Words
from dashboard.intake.messages import CellError, cell_error
from dashboard.intake.personal import shown
from dashboard.intake.values import is_blank, option_key, parse_boolean, parse_choice
from dashboard.rollups.sources import Source

_MOST_WORDS = 1000
_DAYS = ("yyyy-MM-dd", "yyyy/M/d", "yyyyMMdd")
_FAULTS: Mapping[str, Words] = {
    "blank": Words("为空", "empty"),
    "value": Words("读不出所需的值", "not readable as what it should be"),
    "minimum": Words("小于允许的最小值", "below the least allowed"),
    "repeated": Words("主键重复", "keys given more than once"),
    "reference": Words("在所指的表中找不到", "not found in the table they lead to"),
    "residence": Words(
        "同一人同一场活动既是又不是居民", "both a resident and none at one activity"
    ),
}
_OF_PERSONS = Words("认不出是谁（{kind}）", "naming nobody ({kind})")
# What a load says of such cells.
_UNTOLD: Mapping[str, str] = {
    "blank": "blank.nobody",
    "boolean": "boolean",
    "digits": "digits.identity",
    "masked": "masked",
}
_NO_PSEUDONYM = Words("不是 P-… 形式的假名", "is no pseudonym P-…")
_SUFFIX = "__given"


def typed(rows: DataFrame, source: Source) -> DataFrame:
    """Give the table's columns as the contract types them, and beside each the text that it was.

    What can't be read is null beside its text. Words are read as a load reads them, each once.
    """
    meanings = _meanings(rows, source)
    cells: list[SparkColumn] = []
    for column in source.table.columns:
        if column.name == "participant_code":
            continue
        heading = source.columns.get(column.name)
        raw = f.lit(None) if heading is None else f.col(f"`{heading}`")
        text = f.trim(raw.cast("string"))
        text = f.when(text != "", text)
        cells += [
            _value(raw, text, column, meanings.get(column.name, {})).alias(column.name),
            text.alias(column.name + _SUFFIX),
        ]
    others = [
        f.col(f"`{heading}`").cast("string").alias(f"person{n}")
        for n, (_, heading) in enumerate(source.persons)
    ]
    return rows.select(*cells, *others)


def _meanings(rows: DataFrame, source: Source) -> dict[str, dict[str, Any]]:
    """Read each word of the columns that have few: choices, and yes or no."""
    few = [
        c
        for c in source.table.columns
        if (c.field.allowed or c.field.type == "boolean") and c.name in source.columns
    ]
    pairs = [
        f.struct(
            f.lit(c.name).alias("name"),
            f.trim(f.col(f"`{source.columns[c.name]}`").cast("string")).alias("word"),
        )
        for c in few
    ]
    found = rows.select(f.explode(f.array(*pairs)).alias("each")).select("each.name", "each.word")
    words = found.distinct().limit(_MOST_WORDS).collect()
    fields = {c.name: c.field for c in few}
    meanings: dict[str, dict[str, Any]] = {c.name: {} for c in few}
    for name, word in words:
        said = {option_key(each): code for each, code in source.values.get(name, {}).items()}
        try:
            if word is not None and not is_blank(word):
                parsed = (
                    parse_choice(word, fields[name], said)
                    if fields[name].allowed
                    else parse_boolean(word)
                )
                meanings[name][word] = parsed.value
        except CellError:
            continue
    return meanings


def _value(
    raw: SparkColumn, text: SparkColumn, column: Column, meanings: Mapping[str, Any]
) -> SparkColumn:
    kind = column.field.type
    if column.field.allowed or kind == "boolean":
        known = [f.lit(each) for pair in meanings.items() for each in pair]
        none = f.lit(None).cast("boolean" if kind == "boolean" else "string")
        return f.create_map(*known)[text] if known else none
    if kind == "date":
        day = f.substring(text, 1, 10)
        return f.coalesce(*(f.try_to_timestamp(day, f.lit(each)).cast("date") for each in _DAYS))
    if kind == "integer":
        return _whole(text)
    return text


def _whole(text: SparkColumn) -> SparkColumn:
    """Read a whole number; null for what is none, which a cast would fail at."""
    whole = f.when(text.rlike(r"^[+-]?\d{1,18}(\.0*)?$"), f.substring_index(text, ".", 1))
    return whole.cast("bigint")


def faults(rows: DataFrame, source: Source) -> Iterator[Words]:
    """Count what breaks the contract in the columns of typed rows, in one pass over them."""
    asked: list[tuple[str, str]] = []
    sums: list[SparkColumn] = []
    for column in source.table.columns:
        if column.name == "participant_code":
            continue
        value, text = f.col(column.name), f.col(column.name + _SUFFIX)
        conditions = {
            "value": value.isNull() & text.isNotNull() & ~text.isin("-", "—", "/", "无", "不详")
        }
        if not column.nullable:
            conditions = {"value": value.isNull() & text.isNotNull(), "blank": text.isNull()}
        if column.field.minimum is not None:
            conditions["minimum"] = value < column.field.minimum
        for fault, condition in conditions.items():
            asked.append((column.name, fault))
            sums += [
                f.count_if(condition),
                f.min(f.when(condition, text)),
                f.max(f.when(condition, text)),
            ]
    counted = rows.agg(*(each.alias(f"c{n}") for n, each in enumerate(sums))).collect()[0]
    for number, (name, fault) in enumerate(asked):
        count, *examples = counted[3 * number : 3 * number + 3]
        if count:
            yield told(f"{source.table.name}.{name}", fault, count, examples)


def told(where: str, fault: str, count: int, examples: list[str | None] | None = None) -> Words:
    """Say how often something is wrong and where, with a few examples of what is not personal."""
    what = _FAULTS.get(fault) or _nobody(fault)
    few = ", ".join(dict.fromkeys(shown(each) for each in examples or () if each))
    return Words(
        f"{where}：{count} 处{what.zh}{f'，例如 {few}' if few else ''}；请在来源或对照文件中改正。",
        f"{where}: {count} {what.en}{f', such as {few}' if few else ''}; correct the source or the mapping.",
    )


def _nobody(kind: str) -> Words:
    """Say why rows name nobody, as a load says it."""
    why = cell_error(_UNTOLD[kind]).what if kind in _UNTOLD else _NO_PSEUDONYM
    return Words(_OF_PERSONS.zh.format(kind=why.zh), _OF_PERSONS.en.format(kind=why.en))


def repeated(rows: DataFrame, key: str, where: str) -> Iterator[Words]:
    """Count keys that stand in more than one row."""
    many = rows.groupBy(key).count().where("count > 1")
    count, *examples = many.agg(f.count("*"), f.min(key), f.max(key)).collect()[0]
    if count:
        yield told(where, "repeated", count, examples)


def lost(rows: DataFrame, known: DataFrame, key: str, where: str) -> Iterator[Words]:
    """Count rows whose key is not among those known."""
    gone = rows.where(f.col(key).isNotNull()).join(known.select(key).distinct(), key, "left_anti")
    count, *examples = gone.agg(f.count("*"), f.min(key), f.max(key)).collect()[0]
    if count:
        yield told(where, "reference", count, examples)


def of_other_months(rows: DataFrame, activities: DataFrame) -> Iterator[Words]:
    """Count attendances of activities in months that were not to be brought."""
    late = rows.join(activities.select("activity_code", "held_on"), "activity_code")
    count, _, named = counted(late)
    if count:
        yield Words(
            f"attendance.activity_code：{count} 行属于其他月份（{named}）：请用 --month 一并给出这些月份，各带该月全部行。",
            f"attendance.activity_code: {count} rows are of other months ({named}): name those with "
            "--month too, each with all its rows.",
        )


def counted(rows: DataFrame) -> tuple[int, str, str]:
    """Count rows of activities; give one's code, and the months in which they were held, first and last."""
    month = f.date_format("held_on", "yyyy-MM")
    asked = rows.agg(f.count("*"), f.min("activity_code"), f.min(month), f.max(month))
    count, code, *months = asked.collect()[0]
    return (count, shown(code), ", ".join(dict.fromkeys(months))) if count else (0, "", "")
