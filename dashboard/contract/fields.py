"""Declare what a field and a table are: the forms in which the data model is written down.

The tables themselves are in ``tables.py``. Validation, DuckDB's column types, the data
dictionary, the sample and the axis titles are derived from these declarations.
"""

from dataclasses import dataclass, field
from typing import Literal

from dashboard.contract.words import Words

FieldType = Literal["text", "integer", "number", "share", "boolean", "date", "month", "pseudonym"]


@dataclass(frozen=True)
class TypeForm:
    """Say what a type is called, and what it is in pandas, DuckDB and a Frictionless package."""

    words: Words
    pandas: str
    duckdb: str
    frictionless: str


FIELD_TYPES: dict[FieldType, TypeForm] = {
    "text": TypeForm(Words("文本", "text"), "object", "VARCHAR", "string"),
    "integer": TypeForm(Words("整数", "integer"), "Int64", "BIGINT", "integer"),
    "number": TypeForm(Words("数值", "number"), "float64", "DOUBLE", "number"),
    "share": TypeForm(Words("比例（0–1）", "share (0–1)"), "float64", "DOUBLE", "number"),
    "boolean": TypeForm(Words("是/否", "yes/no"), "boolean", "BOOLEAN", "boolean"),
    "date": TypeForm(Words("日期", "date"), "datetime64[s]", "DATE", "date"),
    "month": TypeForm(
        Words("月份（以当月1日表示）", "month (as its first day)"), "datetime64[s]", "DATE", "date"
    ),
    # 64 bits: more than a number keeps in many programs.
    "pseudonym": TypeForm(
        Words("假名（64位整数）", "pseudonym (64-bit integer)"), "UInt64", "UBIGINT", "string"
    ),
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
    # Of what is counted: the tables that it rests on, and of their columns those that may be
    # left out, as "table.column".
    source_tables: tuple[str, ...] = ()
    source_columns: tuple[str, ...] = ()

    @property
    def form(self) -> TypeForm:
        return FIELD_TYPES[self.type]


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
    ``is_optional``: not everybody keeps it, so that nobody is reminded of it but where it would show.
    ``held_by``: who usually has it.
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
    is_optional: bool = False
    held_by: Words | None = None

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class ColumnGroup:
    """Declare columns of a table that may be left out, and are brought together or not at all.

    ``held_by``: who usually has them.
    """

    table: str
    columns: tuple[str, ...]
    label: Words
    held_by: Words

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns as what is counted names them."""
        return tuple(f"{self.table}.{name}" for name in self.columns)
