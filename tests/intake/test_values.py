"""Check how typed values are read, what is refused, and that no text breaks the parsers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.contract import tables
from dashboard.contract.fields import Field
from dashboard.intake.headings import proposal_state
from dashboard.intake.messages import CellError
from dashboard.intake.values import (
    CHOICE_SYNONYMS,
    NOTES,
    Parsed,
    is_blank,
    parse_date,
    parse_month,
    parse_number,
    take,
)

FIELDS = {column.name: column.field for table in tables.TABLES for column in table.columns}
COUNT, AREA, SHARE = tables.resident_count, tables.floor_area_m2, tables.youth_share
UNITS = tables.dwelling_count

# Anything that a cell of a workbook or of a CSV file may hold.
CELLS = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,万亿千余约近多左右%年月日-/ 　０１２，．+<>≥", max_size=14),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.none(),
)


def refused(raw: Any, field: Field, *, typed: bool = True) -> str:
    with pytest.raises(CellError) as caught:
        take(raw, field, typed=typed)
    assert caught.value.what.zh and caught.value.todo.en
    return caught.value.code


@pytest.mark.parametrize(
    ("raw", "field", "value", "qualifier"),
    [
        ("1,000", COUNT, 1000, None),
        ("１，０００", COUNT, 1000, None),
        ("14.8万", COUNT, 148_000, None),
        ("14.8万余", COUNT, 148_000, "at_least"),
        ("880间", UNITS, 880, None),
        ("880 套", UNITS, 880, None),
        ("约1000", COUNT, 1000, "about"),
        ("近1000人", COUNT, 1000, "about"),
        ("1000余人", COUNT, 1000, "at_least"),
        ("1000多", COUNT, 1000, "at_least"),
        ("400张左右", UNITS, 400, "about"),
        ("超过400", COUNT, 400, "at_least"),
        ("0.15万", COUNT, 1500, None),
        (880.0, COUNT, 880, None),
        ("0", COUNT, 0, None),
        ("2400平方米", AREA, 2400.0, None),
        ("400.5", AREA, 400.5, None),
        ("55%", SHARE, 0.55, None),
        (0.55, SHARE, 0.55, None),
    ],
)
def test_numbers_are_read_as_people_write_them(
    raw: Any, field: Field, value: float, qualifier: str | None
) -> None:
    taken = take(raw, field, typed=True)
    assert taken.value == value
    assert type(taken.value) is (int if field.type == "integer" else float)
    assert taken.qualifier == qualifier
    assert set(taken.notes) <= NOTES.keys()


@pytest.mark.parametrize(
    ("raw", "field", "code"),
    [
        ("abc", COUNT, "number"),
        ("约一百", COUNT, "number"),
        ("1,00", COUNT, "number"),
        ("10-20", COUNT, "number"),
        ("不到1000", COUNT, "number"),
        (12.5, COUNT, "integer"),
        ("880人", UNITS, "unit"),
        ("880间", COUNT, "unit"),
        (True, COUNT, "number"),
        (date(2024, 1, 1), COUNT, "number"),
        (float("inf"), COUNT, "number"),
        ("9" * 40, COUNT, "number"),
        (55, SHARE, "share"),
        ("55%", COUNT, "number"),
        ("#REF!", COUNT, "formula"),
        ("=cmd|'/c calc'!A0", COUNT, "number"),
    ],
)
def test_what_is_no_honest_number_is_refused(raw: Any, field: Field, code: str) -> None:
    assert refused(raw, field) == code


@pytest.mark.parametrize(
    "raw", ["—", "/", "无", "暂无", " ", "－－", "N/A", "", None, float("nan")]
)
def test_signs_for_nothing_are_read_as_nothing(raw: Any) -> None:
    assert take(raw, COUNT, typed=True).value is None


def test_a_no_is_no_blank_where_yes_or_no_is_asked() -> None:
    assert take("无", tables.is_home, typed=True).value is False
    assert take("—", tables.is_home, typed=True).value is None


@pytest.mark.parametrize(
    "raw",
    [
        "2024.09", "2024年9月", "2024/9/30", "2024-09", "202409", "2024年09月份", "２０２４年９月",
        "2024-9-30 00:00:00", "20240930", "45565", 45565, 45565.0, 202409, 2024.09, 2024.9,
        date(2024, 9, 30), datetime(2024, 9, 1), "2024年9月底",
    ],
)  # fmt: skip
def test_months_are_read_as_people_write_them(raw: Any) -> None:
    assert parse_month(raw, typed=True).value == date(2024, 9, 1)


@pytest.mark.parametrize("raw", ["2026年底", "2026年末", "2026年年底"])
def test_the_end_of_a_year_is_its_last_month(raw: str) -> None:
    taken = parse_month(raw, typed=False)
    assert (taken.value, taken.notes) == (date(2026, 12, 1), ("month",))


@pytest.mark.parametrize("raw", [2024.1, 2025.1])
def test_the_number_that_may_be_october_is_refused(raw: float) -> None:
    with pytest.raises(CellError, match="October"):
        parse_month(raw, typed=True)
    with pytest.raises(CellError, match="October"):
        parse_month(f"{raw}", typed=False)  # CSV can't tell a number from a text
    assert parse_month("2024.10", typed=False).value == date(2024, 10, 1)
    assert parse_month("2024.1", typed=True).value == date(2024, 1, 1)  # a text in a workbook


@pytest.mark.parametrize("raw", [2024.11, 2024.12, 2024.01, 2024.02])
def test_other_numbers_with_a_point_are_months(raw: float) -> None:
    assert parse_month(raw, typed=True).value.month == round((raw - 2024) * 100)


@pytest.mark.parametrize(
    "raw", ["9月", "2024", "24年9月", "2024年13月", "Sep-24", 2024, 0.5, True, "2024.0"]
)
def test_what_is_no_month_is_refused(raw: Any) -> None:
    with pytest.raises(CellError):
        parse_month(raw, typed=True)


@pytest.mark.parametrize(
    "raw",
    ["2024年", 2024.9, "9/30/2024", "30.9.24", "2024-02-30", "today", 2024.09, 1e9, "1024-01-01"],
)
def test_what_is_no_day_is_refused(raw: Any) -> None:
    with pytest.raises(CellError):
        parse_date(raw)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_the_same_in_every_way_of_writing(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    ways: list[Any] = [
        day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", serial, float(serial), f"{serial}",
        datetime(day.year, day.month, day.day, 13, 5),
    ]  # fmt: skip
    assert {parse_date(way).value for way in ways} == {day}
    assert {parse_month(way, typed=False).value for way in ways} == {day.replace(day=1)}


@given(st.integers(0, 10**9))
def test_a_count_is_read_the_same_in_every_way_of_writing(count: int) -> None:
    wide = f"{count}".translate({ord("0") + d: ord("０") + d for d in range(10)})
    ways = [
        count,
        float(count),
        f"{count}",
        f"{count:,}",
        wide,
        f" {count} ",
        f"{count}人",
        f"约{count}",
    ]
    assert {take(way, COUNT, typed=True).value for way in ways} == {count}


@given(CELLS, st.sampled_from(sorted(FIELDS)), st.booleans())
@example("٣", "resident_count", True)
@example("²", "month", False)
@example("2024.1\u0660", "month", False)
@example("\ud800", "name_zh", True)
@example(timedelta.max, "name_zh", True)
def test_whatever_a_cell_holds_it_is_taken_or_refused(raw: Any, name: str, typed: bool) -> None:
    field = FIELDS[name]
    try:
        taken = take(raw, field, typed=typed)
    except CellError as no:
        assert no.what.zh and no.what.en and no.todo.zh and no.todo.en
        return
    assert isinstance(taken, Parsed)
    if taken.value is None:
        return
    if field.allowed:
        assert taken.value in field.allowed
    elif field.type == "integer":
        assert isinstance(taken.value, int)
    elif field.type in ("month", "date"):
        assert isinstance(taken.value, date)


@given(CELLS)
def test_blankness_never_fails(raw: Any) -> None:
    assert is_blank(raw) in (True, False)


@given(st.text())
def test_numbers_never_fail_otherwise_than_by_refusing(text: str) -> None:
    try:
        parse_number(text, AREA)
    except CellError:
        return


def test_every_synonym_leads_to_an_option() -> None:
    for name, synonyms in CHOICE_SYNONYMS.items():
        field = proposal_state if name == proposal_state.name else getattr(tables, name)
        assert set(synonyms.values()) <= field.allowed.keys(), name
        for synonym, code in synonyms.items():
            assert take(synonym, field, typed=True).value == code, synonym


def test_an_option_is_read_by_its_code_and_both_names() -> None:
    for field in FIELDS.values():
        for code, words in field.allowed.items():
            for name in (code, words.zh, words.en, f" {words.zh} "):
                assert take(name, field, typed=True).value == code


# Two in one, marks, units of the heading --------------------------------------------------


@pytest.mark.parametrize("raw", ["3\n2", "1 2", "12 34", "3\r\n2", "1\t2", "1\x0b2", "1 20", "1 2041", "1\n204", "1 2 人"])  # fmt: skip
def test_two_numbers_in_one_cell_are_refused(raw: str) -> None:
    assert refused(raw, COUNT) == "two"


@pytest.mark.parametrize(
    "raw", ["1 204", "1\u2009204", "1\u00a0204", "1\u202f204", " 1204 ", "1204 人", "约 1204"]
)
def test_spaces_between_thousands_are_read(raw: str) -> None:
    assert take(raw, COUNT, typed=True).value == 1204


@pytest.mark.parametrize("raw", ["230²", "230①", "230 ③", "230人¹", "230⑴", "230❶"])
def test_footnote_marks_are_no_digits(raw: str) -> None:
    taken = take(raw, COUNT, typed=True)
    assert taken.value == 230
    assert "footnote" in taken.notes


@pytest.mark.parametrize("raw", ["2²30", "①230", "½", "3½", "2026年1²月"])
def test_raised_digits_within_a_number_are_refused(raw: str) -> None:
    assert refused(raw, COUNT) == "number"
    with pytest.raises(CellError):
        parse_month(raw, typed=True)


def test_square_metres_are_no_footnote() -> None:
    assert take("2400m²", AREA, typed=True).value == 2400
    assert take("2400㎡", AREA, typed=True).value == 2400


@pytest.mark.parametrize(
    "raw", ["2026年5月2日（周六）", "2026-05-02 星期六", "2026/5/2(周六)", "2026年5月2日礼拜六"]
)
def test_a_day_may_be_followed_by_its_weekday(raw: str) -> None:
    assert parse_date(raw).value == date(2026, 5, 2)


def test_a_weekday_that_is_another_is_refused() -> None:
    with pytest.raises(CellError, match="agree"):
        parse_date("2026年5月2日（周五）")


@pytest.mark.parametrize(
    ("raw", "value"), [(2, 20_000), ("2.35", 23_500), ("2.3万", 23_000), ("230人", 230)]
)
def test_the_headings_unit_counts_where_the_cell_has_none(raw: Any, value: int) -> None:
    assert take(raw, COUNT, typed=True, scale=4).value == value


@pytest.mark.parametrize("raw", [0.6, 1, "0.6", 0.005])
def test_a_small_number_under_a_per_cent_sign_is_asked(raw: Any) -> None:
    with pytest.raises(CellError, match="may be"):
        take(raw, SHARE, typed=True, heading="青年占比（%）")
    assert refused(raw, tables.reported_occupancy_pct) == "percent"


@pytest.mark.parametrize(("raw", "value"), [("60%", 0.6), (60, 0.6), ("0.5%", 0.005), (0, 0.0)])
def test_a_plain_percentage_is_read(raw: Any, value: float) -> None:
    assert take(raw, SHARE, typed=True, heading="青年占比（%）").value == value


@pytest.mark.parametrize("raw", ["2024年9月", "2024.09", "2024-9", "2024/09"])
def test_a_day_known_to_its_month_is_about_its_first(raw: str) -> None:
    assert parse_date(raw) == Parsed(date(2024, 9, 1), ("month_known",), "about")
