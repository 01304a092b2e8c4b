"""Check who a row of attendances is about: nothing is stored as it came, and one person is one."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.intake import bulk
from dashboard.intake.checking import Reading, check_sources
from dashboard.intake.faults import Check
from dashboard.intake.loading import Places, known_at, read_all
from dashboard.intake.personal import pseudonym
from dashboard.intake.persons import ASKED, NoPerson, person, written
from dashboard.paths import DATA
from dashboard.warehouse.store import Warehouse
from tests.intake import messy
from tests.intake.conftest import KEY

Key = Callable[[], bytes]
HEADINGS = (
    "参与者", "参与者代码", "参与者假名", "假名", "Participant", "participant_code", "证件号", "手机号", "微信号", "姓名",
)  # fmt: skip
# Nobody's.
IDENTIFIERS = (
    "310112900101123", "310112199001011234", "008613812345678", "13812345678", "54321234",
    "021-54321234", "123456789", "6222020000000000123", "9223372036854775807", "E12345678", "zhang1990",
)  # fmt: skip


@pytest.fixture
def activity(places: Places) -> str:
    return str(Warehouse(places.warehouse).table("activity", limit=1)["activity_code"].iloc[0])


@pytest.fixture(params=["small", "large", "xlsx"])
def checked(
    request: pytest.FixtureRequest,
    places: Places,
    activity: str,
    key: Key,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Check]:
    """Check the rows as a small CSV, as a large one, or as a workbook."""

    def run(headings: tuple[str, ...], *rows: tuple[str, ...]) -> Check:
        table = pd.DataFrame([(activity, *row, "是") for row in rows])
        table.columns = pd.Index(["活动代码", *headings, "本社区居民"])
        file = tmp_path / f"rows.{'xlsx' if request.param == 'xlsx' else 'csv'}"
        if request.param == "xlsx":
            table.to_excel(file, index=False)
        else:
            table.to_csv(file, index=False)
        if request.param == "large":
            monkeypatch.setattr(bulk, "BULK_FROM", 10)
        sources, _ = read_all([file], DATA)
        found = check_sources(
            sources, known_at(places, None), Reading(messy.TODAY, key), scratch=tmp_path
        )
        if staged := found.staged.get("attendance"):
            found.frames["attendance"] = pd.read_parquet(staged)
        return found

    return run


def codes(found: Check) -> list[int]:
    assert [(fault.cell, fault.code) for fault in found.faults] == []
    return [int(code) for code in found.frames["attendance"]["participant_code"]]


@pytest.mark.parametrize("heading", HEADINGS)
def test_no_identifier_is_stored_as_it_came(heading: str, checked: Callable[..., Check]) -> None:
    stored = codes(checked((heading,), *[(each,) for each in IDENTIFIERS]))
    digits = {int(each) for each in IDENTIFIERS if each.isdigit()}
    assert not set(stored) & digits
    assert len(set(stored)) == len(IDENTIFIERS) - 1  # the phone is there in two ways


def test_only_the_exact_form_of_our_pseudonyms_is_taken_as_it_is(
    checked: Callable[..., Check],
) -> None:
    ours = 0x1234567890ABCDEF
    near = ("P-1234567890abcdee0", "P-123", str(ours), "p1234567890abcdef")
    stored = codes(checked(("参与者",), (written(ours),), *[(each,) for each in near]))
    assert ours in stored
    assert len(set(stored)) == 5
    assert stored.count(ours) == 1


def test_one_person_has_one_pseudonym_in_files_of_every_kind(
    checked: Callable[..., Check],
) -> None:
    """What a cell says of itself comes before its column."""
    rows = (
        "13800001111", "31011219900307852X", "138 0000 2222", "wxid_abcdef123", "１３８００００３３３３",
        "zhang1990", "310112900307852",
    )  # fmt: skip
    want = {
        pseudonym(identity, KEY)
        for identity in (
            "phone:13800001111", "id_number:31011219900307852X", "phone:13800002222",
            "wechat:WXID_ABCDEF123", "phone:13800003333", "id_number:ZHANG1990",
        )
    }  # fmt: skip
    assert set(codes(checked(("证件号",), *[(each,) for each in rows]))) == want


def test_the_surest_cell_of_a_row_names_the_person(checked: Callable[..., Check]) -> None:
    found = checked(("姓名", "手机号"), ("某甲乙"[1:], "13800001111"), ("甲乙", ""), ("丙丁", "／"))
    assert set(codes(found)) == {
        pseudonym(identity, KEY) for identity in ("phone:13800001111", "name:甲乙", "name:丙丁")
    }


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("身份证号", "3.10112E+17", "digits"), ("手机号", "1.38E+10", "digits"), ("参与者", "1E+17", "digits"),
        ("身份证号", "310112199003070000", "digits"), ("手机号", "138****1234", "masked"),
        ("身份证号", "310112********1234", "masked"), ("手机号", "138xxxx1234", "masked"),
        ("手机号", "00000000000", "masked"), ("手机号", "1380000111", "digits"), ("联系电话", "86 138000011112", "digits"), ("电话", "3800001111", "digits"),
        ("手机号", "13800", "digits"), ("手机号", "138000#####", "masked"), ("手机号", "#N/A", "blank"), ("手机号", "同上", "blank"),
        ("手机号", "不详", "blank"), ("姓名", "匿名", "blank"), ("姓名", "张某", "masked"), ("姓名", "张**", "masked"), ("参与者", "138****1234", "masked"),
    ],
)  # fmt: skip
def test_what_may_be_many_persons_is_refused(
    heading: str, value: str, code: str, checked: Callable[..., Check]
) -> None:
    faults = checked((heading,), (value,)).faults
    assert [(fault.cell, fault.code, fault.value) for fault in faults] == [("B2", code, "")]


@pytest.mark.parametrize(
    "number",
    ["54321234", "021-5432 1234", "010 62345678", "4001234567", "+852 9123 4567", "0086 138 0000 1111"],
)  # fmt: skip
def test_whole_phone_numbers_of_every_kind_are_taken(number: str) -> None:
    assert str(person([("phone", 0, number)], messy.TODAY)).startswith("phone:")


def test_children_are_counted_and_not_named(checked: Callable[..., Check]) -> None:
    found = checked(
        ("证件号", "年龄", "儿童姓名"),
        ("310112201701010000", "8", ""),
        ("310112200301010000", "22", ""),
        ("110105201512310022", "", ""),  # by the day of birth in the number
        ("", "", "小朋友甲"),
        ("13800001111", "35", "小朋友乙"),
    )
    assert set(codes(found)) == {
        pseudonym(identity, KEY)
        for identity in ("id_number:310112200301010000", "phone:13800001111")
    }
    assert found.notes["attendance", "participant_code", "child"] == 3
    assert any("3 行是未满 18 岁的儿童" in words.zh for words in found.warnings)


def test_a_child_told_in_its_name_or_a_remark_is_counted_alone(
    checked: Callable[..., Check],
) -> None:
    found = checked(("姓名", "备注"), ("甲乙（8岁）", ""), ("丙丁", "儿童"), ("戊己", "志愿者"))
    assert codes(found) == [pseudonym("name:戊己", KEY)]
    assert found.notes["attendance", "participant_code", "child"] == 2


def test_two_of_one_phone_are_told_as_one_person_who_differs(
    places: Places, activity: str, key: Key, tmp_path: Path
) -> None:
    rows = [(activity, "13812345678", "是"), (activity, "13812345678", "否")]
    file = tmp_path / "family.xlsx"
    pd.DataFrame(rows, columns=["活动代码", "手机号", "本社区居民"]).to_excel(file, index=False)
    found = check_sources(
        read_all([file], DATA)[0], known_at(places, None), Reading(messy.TODAY, key)
    )
    (fault,) = found.faults
    assert "是同一活动的同一人" in fault.what.zh
    assert "各填自己的证件号" in fault.todo.zh
    assert fault.value == activity


@pytest.mark.parametrize(
    ("cells", "is_child"),
    [
        ([("name", 0, "甲乙"), ("birth", 1, "2010-05-01")], True),
        ([("name", 0, "甲乙"), ("birth", 1, "1990年5月")], False),
        ([("name", 0, "甲乙"), ("age", 1, "7岁")], True),
        ([("name", 0, "甲乙"), ("age", 1, "不详")], False),
        ([("name", 0, "甲乙"), ("age", 1, 17.0)], True),
        ([("name", 0, "甲乙（8岁）")], True),
        ([("name", 0, "甲乙 8岁")], True),
        ([("name", 0, "甲乙（儿童）")], True),
        ([("name", 0, "甲乙（38岁）")], False),
        ([("name", 0, "甲乙"), ("note", 1, "8岁")], True),
        ([("name", 0, "甲乙"), ("note", 1, "儿童")], True),
        ([("name", 0, "甲乙"), ("note", 1, "带8岁孩子")], False),  # the one who brings it
        ([("name", 0, "甲乙"), ("note", 1, "儿童友好志愿者")], False),
        ([("id_number", 0, "310112200803160012")], True),  # eighteen tomorrow
        ([("id_number", 0, "310112200803150012")], False),
    ],
)
def test_who_is_under_eighteen_is_a_child(cells: Any, is_child: bool) -> None:
    assert (person(cells, messy.TODAY) is None) == is_child


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(ASKED))
def test_a_plain_phone_is_read_as_any_other(phone: str, kind: str) -> None:
    assert person([(kind, 0, phone)], messy.TODAY) == person([(kind, 0, f" {phone}")], messy.TODAY)


def test_a_row_that_names_nobody_is_refused() -> None:
    with pytest.raises(NoPerson, match="names no participant"):
        person([("phone", 3, " "), ("age", 4, 30)], messy.TODAY)


def test_names_alone_are_told_to_be_unsure(checked: Callable[..., Check]) -> None:
    found = checked(("姓名",), ("甲乙",), ("丙丁",))
    assert any("names only" in words.en for words in found.warnings)


def test_a_blank_row_is_no_row(
    places: Places, activity: str, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.csv"
    rows = [
        "活动代码,姓名,手机号,本社区居民",
        f"{activity},甲乙,13800001111,是",
        ",,,",
        f"{activity},丙丁,,是",
    ]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for limit in (bulk.BULK_FROM, 10):
        monkeypatch.setattr(bulk, "BULK_FROM", limit)
        sources, _ = read_all([file], DATA)
        known = known_at(places, None)
        found = check_sources(sources, known, Reading(messy.TODAY, key), scratch=tmp_path)
        assert ([fault.cell for fault in found.faults], found.pseudonyms) == ([], 2)


@pytest.mark.parametrize("are_sound", [True, False])
def test_a_large_file_is_judged_as_a_small_one(
    places: Places, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, are_sound: bool
) -> None:
    """Whatever stands in the cells: the same pseudonyms, children, notes and faults."""
    draw = random.Random(7)
    sound = (
        "13800001111",
        "138 0000 2222",
        "008613800003333",
        "zhang1990",
        "甲乙",
        "31011219900307852X",
        "",
    )
    phones = (*sound, *(f"1390000{n:04d}" for n in range(200)))
    bad = () if are_sound else ("138****1234", "1E+17", "同上", "310112199003070000")
    activities = list(Warehouse(places.warehouse).table("activity", limit=9)["activity_code"])
    rows = [
        (
            draw.choice([*activities, *(() if are_sound else ("HD-?", ""))]),
            draw.choice((*phones, *bad)),
            draw.choice(("丙丁", "戊己", "小明（8岁）", "")) if draw.random() < 0.2 else "庚辛",
            # One person of one activity is or is not a resident.
            "是" if are_sound else draw.choice(("是", "否", "也许")),
        )
        for _ in range(1_500)
    ]
    rows.insert(700, ("合计", "", "", ""))
    file = tmp_path / "rows.csv"
    table = pd.DataFrame(rows, columns=["活动代码", "手机号", "姓名", "本社区居民"])
    table.to_csv(file, index=False)
    whole = bulk._Parser.parsed

    def in_slices(parser: Any, batch: pa.RecordBatch) -> pa.Table:
        parts = [whole(parser, batch.slice(n, 97)) for n in range(0, len(batch), 97)]
        return pa.concat_tables(parts)

    monkeypatch.setattr(bulk._Parser, "parsed", in_slices)
    found = []
    for limit in (bulk.BULK_FROM, 10):
        monkeypatch.setattr(bulk, "BULK_FROM", limit)
        sources, _ = read_all([file], DATA)
        known = known_at(places, None)
        check = check_sources(sources, known, Reading(messy.TODAY, key), scratch=tmp_path)
        if staged := check.staged.get("attendance"):
            check.frames["attendance"] = pd.read_parquet(staged)
        found.append(check)
    small, large = found
    faults = [
        {(f.code, f.column, f.value) for f in check.faults if f.code != "conflict"}
        for check in found
    ]
    assert faults[0] == faults[1]
    assert bool(faults[0]) != are_sound
    assert (
        small.notes["attendance", "participant_code", "child"]
        == large.notes["attendance", "participant_code", "child"]
        or not are_sound
    )
    assert small.notes["attendance", "", "total"] == large.notes["attendance", "", "total"] == 1
    if are_sound:
        keys = ["activity_code", "participant_code"]
        frames = [
            check.frames["attendance"][[*keys, "is_resident"]]
            .sort_values(keys)
            .astype(str)
            .reset_index(drop=True)
            for check in found
        ]
        pd.testing.assert_frame_equal(*frames)
        assert small.pseudonyms == large.pseudonyms > 100
