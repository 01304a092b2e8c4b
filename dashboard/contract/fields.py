"""Declare what a field and a table are: the forms in which the data model is written down.

The tables themselves are in ``tables.py``. Validation, DuckDB's column types, the data
dictionary, the sample and the axis titles are derived from these declarations.
"""

from dataclasses import dataclass, field
from typing import Literal

from dashboard.contract.words import Words

FieldType = Literal["text", "integer", "number", "share", "boolean", "date", "month", "pseudonym"]

TYPE_WORDS: dict[FieldType, Words] = {
    "text": Words("文本", "text"),
    "integer": Words("整数", "integer"),
    "number": Words("数值", "number"),
    "share": Words("比例（0–1）", "share (0–1)"),
    "boolean": Words("是/否", "yes/no"),
    "date": Words("日期", "date"),
    "month": Words("月份（以当月1日表示）", "month (as its first day)"),
    "pseudonym": Words("假名（64位整数）", "pseudonym (64-bit integer)"),
}


@dataclass(frozen=True)
class Field:
    """Declare one column: the same name means the same thing in every table and query."""

    name: str
    type: FieldType
    label: Words
    description: Words
    unit: Words | None = None
    allowed: dict[str, Words] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Column:
    """Place a field in a table; ``nullable`` is the table's own choice."""

    field: Field
    nullable: bool = False

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True)
class ForeignKey:
    """Say that a column's values are found in the same column of another table."""

    column: str
    table: str


@dataclass(frozen=True)
class Table:
    """Declare one table: what a row is, its columns, keys, source and caveats.

    ``is_sample``: the bundled rows are a sample and so are the figures made of them.
    """

    name: str
    label: Words
    row: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    source: Words
    caveat: Words
    foreign_keys: tuple[ForeignKey, ...] = ()
    is_sample: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
