"""The contract is whole: each thing declared once, in both languages, and used."""

import re
from dataclasses import fields
from itertools import chain

import pytest

from dashboard.contract import tables
from dashboard.contract.fields import FIELD_TYPES, Field, Table
from dashboard.contract.indicators import BY_CODE, BY_TOWN, INDICATORS, Indicator
from dashboard.contract.measures import FIELDS, MEASURES, NEVER_ADDED
from dashboard.contract.tables import NAMED, TABLES
from dashboard.contract.words import Words
from dashboard.warehouse.catalogue import named_queries

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
DECLARED = {name: each for name, each in vars(tables).items() if isinstance(each, Field)}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
each_field = pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
each_indicator = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.code)


def name_of(thing: Field | Table | Indicator) -> str:
    return thing.code if isinstance(thing, Indicator) else thing.name


def words_of(thing: object) -> list[Words]:
    values = [getattr(thing, each.name) for each in fields(thing)]  # type: ignore[arg-type]
    values += chain.from_iterable(each.values() for each in values if isinstance(each, dict))
    return [each for each in values if isinstance(each, Words)]


@pytest.mark.parametrize("thing", [*FIELDS.values(), *TABLES, *INDICATORS], ids=name_of)
def test_everything_is_said_in_both_languages(thing):
    for words in words_of(thing):
        assert words.zh.strip()
        assert words.en.strip()
        assert not CHINESE.search(words.en), words.en


def test_constants_are_named_after_their_fields():
    assert {name: field.name for name, field in DECLARED.items()} == {n: n for n in DECLARED}


def test_every_declared_field_stands_in_a_table():
    assert DECLARED.keys() <= {column.name for table in TABLES for column in table.columns}


def test_every_measure_is_counted_by_a_query():
    counted = {name for query in named_queries().values() for name in query.columns}
    assert {measure.name for measure in MEASURES} <= counted


def test_no_measure_hides_a_tables_field():
    names = [*DECLARED, *(measure.name for measure in MEASURES)]
    assert len(names) == len(set(names)) == len(FIELDS)


@each_field
def test_field_type_is_known(field):
    assert field.type in FIELD_TYPES


@each_field
def test_suffix_tells_type(field):
    if field.name.endswith("_count"):
        assert field.type in ("integer", "number")
    if field.name.endswith("_share"):
        assert (field.type, field.minimum, field.maximum) == ("share", 0, 1)
    if field.name.startswith(("is_", "has_")):
        assert field.type == "boolean"
    if field.name.endswith("_code"):
        assert field.type in ("text", "pseudonym")


@each_table
def test_columns_of_a_table_are_unique(table):
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))


@each_table
def test_key_columns_are_there_and_never_null(table):
    assert table.key
    assert not any(table.column(name).nullable for name in table.key)


@each_table
def test_foreign_keys_lead_to_a_key_of_a_table_loaded_before(table):
    loaded = [each.name for each in TABLES]
    for foreign in table.foreign_keys:
        assert table.column(foreign.column)
        assert NAMED[foreign.table].key == (foreign.column,)
        assert loaded.index(foreign.table) < loaded.index(table.name)


def test_tables_are_found_by_name():
    assert list(NAMED.values()) == list(TABLES)


def test_indicator_codes_are_unique():
    assert len(BY_CODE) == len(INDICATORS)


@each_indicator
def test_indicators_query_counts_what_it_divides(indicator):
    columns = named_queries()[indicator.query].columns
    needed = {indicator.numerator} | ({"town_code"} if indicator in BY_TOWN else set())
    # A mode is divided by all modes together: the page adds those up first.
    if indicator in BY_TOWN and indicator.denominator:
        needed.add(indicator.denominator)
    needed |= {"month_count"} if indicator.mean_over_months else set()
    needed |= {"tier"} if indicator.tier else set()
    assert needed <= set(columns)


@each_indicator
def test_only_counts_go_without_a_denominator(indicator):
    assert (indicator.kind == "count") == (indicator.denominator is None)


@each_indicator
def test_only_shares_are_in_percent(indicator):
    assert (indicator.kind == "share") == (indicator.unit.en == "%")


def test_what_is_never_added_is_a_declared_column():
    assert FIELDS.keys() >= NEVER_ADDED
    assert "participant_count" in NEVER_ADDED
