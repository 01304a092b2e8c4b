"""Check that sign-in sheets without codes find their activities, or make them for approval."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.contract.problem import Problem
from dashboard.contract.tables import ACTIVITY, COMMUNITY, TOWN, activity_kind, programme
from dashboard.intake.checking import Known, Reading, check_sources
from dashboard.intake.faults import Check
from dashboard.intake.headings import read_mapping, recognise, written_mapping
from dashboard.intake.messages import CellError
from dashboard.intake.personal import pseudonym
from dashboard.intake.reading import Sheet, Source
from dashboard.intake.report import report
from dashboard.intake.signing import no_activities
from dashboard.intake.values import parse_date
from dashboard.intake.vocabulary import VOCABULARY, activity_kinds, programmes
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table
from tests.intake.conftest import KEY

TODAY = date(2026, 11, 1)
LOHAS, SPRING = "310112101-001", "310112102-001"
BOOK = ["日期", "社区", "活动名称", "姓名", "手机号", "是否本社区居民", "年龄"]


def known(activities: pd.DataFrame | None = None) -> Known:
    communities = pd.DataFrame(
        [
            {
                "community_code": LOHAS,
                "name_zh": "龙湖冠寓",
                "name_en": "Lohas",
                "town_code": "310112101",
            },
            {
                "community_code": SPRING,
                "name_zh": "春申青年公寓",
                "name_en": "Spring",
                "town_code": "310112102",
            },
        ],
        columns=[column.name for column in COMMUNITY.columns],
        dtype="object",
    )
    return Known(
        towns=read_table(DATA / "towns.csv", TOWN),
        communities=communities,
        own_activities=activities,
        has_own_communities=True,
    )


def held(*rows: tuple[str, str, str, str, str | None, int]) -> pd.DataFrame:
    """Lay out activities: code, community, day, kind, programme, children."""
    names = [
        "activity_code",
        "community_code",
        "held_on",
        "activity_kind",
        "programme",
        "child_count",
    ]
    frame = pd.DataFrame(rows, columns=names).assign(is_online=False)
    columns = {column.name: column.field.form.pandas for column in ACTIVITY.columns}
    return frame.reindex(columns=list(columns)).astype(columns)


def checked(
    *sheets: list[list[Any]],
    there: pd.DataFrame | None = None,
    mapping: dict[str, Any] | None = None,
    name: str = "签到表",
) -> Check:
    made = [
        Sheet("a.xlsx", name if len(sheets) == 1 else f"{name}{n}", [list(row) for row in rows])
        for n, rows in enumerate(sheets)
    ]
    source = Source(Path("a.xlsx"), "0" * 64, 1, made)
    return check_sources([source], known(there), Reading(TODAY, lambda: KEY, mapping))


def faults(found: Check) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found.faults]


TITLED: list[list[Any]] = [
    ["青年夜校·AI课签到表"],
    ["活动名称：青年夜校·AI课  时间：2026年9月12日 19:00  地点：龙湖冠寓"],
    ["序号", "姓名", "手机号", "是否本社区居民", "备注"],
    [1, "甲乙", "13800001111", "是", ""],
    [2, "丙丁", "13800002222", "否", ""],
    [3, "小明", "", "是", "8岁"],
]


def test_a_titled_sheet_makes_its_activity_and_counts_its_children() -> None:
    found = checked(TITLED)
    assert faults(found) == []
    (made,) = found.made_activities
    assert (made.community, made.held_on, made.kind) == ("龙湖冠寓", date(2026, 9, 12), "course")
    assert (made.programme, made.name) == ("night_school", "青年夜校·AI课")
    assert (made.attendances, made.children) == (2, 1)
    assert made.code.startswith(f"{LOHAS}-2026-09-12-course-")
    (row,) = found.frames["activity"].to_dict("records")
    assert (row["activity_code"], row["child_count"], row["is_online"]) == (made.code, 1, False)
    rows = found.frames["attendance"]
    assert set(rows["activity_code"]) == {made.code}
    assert set(rows["participant_code"]) == {
        pseudonym(f"phone:1380000{n}", KEY) for n in ("1111", "2222")
    }
    told = [words.zh for words in report(found)]
    assert "1 场活动" in "".join(told)
    assert "其中新建活动 1 场，载入即确认" in told[-1]


def test_the_same_sheet_again_makes_the_same_or_finds_it() -> None:
    first, again = checked(TITLED), checked(TITLED[:3] + TITLED[:2:-1])
    assert [m.code for m in first.made_activities] == [m.code for m in again.made_activities]
    found = checked(TITLED, there=first.frames["activity"])
    assert found.made_activities == []
    assert set(found.frames["attendance"]["activity_code"]) == {first.made_activities[0].code}
    assert "activity" not in found.frames or found.frames["activity"].empty


def book(*rows: tuple[Any, ...]) -> list[list[Any]]:
    return [BOOK, *([*row[:3], "某", row[3], "是", row[4] if len(row) > 4 else 30] for row in rows)]


def test_a_book_finds_what_is_there_and_makes_what_is_not() -> None:
    there = held(
        ("HD-1", LOHAS, "2026-09-12", "course", "night_school", 0),
        ("HD-2", LOHAS, "2026-09-12", "sport", None, 0),
        ("HD-3", SPRING, "2026-09-13", "talk", None, 0),
    )
    found = checked(
        book(
            ("2026-09-12", "龙湖冠寓", "青年夜校·AI课", "13800001111"),
            ("2026年9月12日", "龙湖冠寓", "羽毛球比赛", "13800001111"),
            ("2026.9.13", "春申青年公寓", "中秋灯谜", "13800002222"),
            ("2026.9.13", "春申青年公寓", "中秋灯谜", "13800003333"),
        ),
        there=there,
    )
    assert faults(found) == []
    assert list(found.frames["attendance"]["activity_code"])[:2] == ["HD-1", "HD-2"]
    (made,) = found.made_activities
    assert (made.kind, made.attendances, made.same_day) == ("festival", 2, ("HD-3",))
    assert any("2 场活动认作已有的" in words.zh and "HD-1" in words.zh for words in found.warnings)


def test_several_that_fit_are_asked_about() -> None:
    there = held(
        ("HD-1", LOHAS, "2026-09-12", "course", None, 0),
        ("HD-2", LOHAS, "2026-09-12", "course", None, 0),
    )
    found = checked(book(("2026-09-12", "龙湖冠寓", "夜校", "13800001111")), there=there)
    assert faults(found) == [("C2", "activity")]
    assert "HD-1、HD-2" in found.faults[0].what.zh
    assert found.made_activities == []


def test_two_of_a_name_on_one_day_are_two_and_stay_two() -> None:
    sheet = book(
        ("2026-09-12", "龙湖冠寓", "夜校·AI课", "13800001111"),
        ("2026-09-12", "龙湖冠寓", "夜校·摄影课", "13800001111"),
    )
    found = checked(sheet)
    assert len(found.made_activities) == 2
    again = checked(sheet, there=found.frames["activity"])
    assert again.made_activities == []
    assert list(again.frames["attendance"]["activity_code"]) == list(
        found.frames["attendance"]["activity_code"]
    )


def test_an_unknown_kind_is_one_question_and_is_answered_by_the_mapping() -> None:
    sheet = book(
        ("2026-09-12", "龙湖冠寓", "邻里日", "13800001111"),
        ("2026-09-12", "龙湖冠寓", "邻里日", "13800002222"),
        ("2026-09-19", "龙湖冠寓", "邻里日", "13800002222"),
    )
    found = checked(sheet)
    assert faults(found) == [("C2", "activity")]
    (question,) = found.questions
    assert (question.field, question.word, question.count) == ("activity_kind", "邻里日", 3)
    assert question.options == activity_kind.allowed
    answered = checked(
        sheet,
        mapping={
            "签到表": {"table": "attendance", "values": {"activity_kind": {"邻里日": "festival"}}}
        },
    )
    assert faults(answered) == []
    assert [m.kind for m in answered.made_activities] == ["festival", "festival"]


def test_children_are_counted_by_age_tick_and_number() -> None:
    sheet: list[list[Any]] = [
        ["日期", "社区", "活动名称", "姓名", "身份证号", "是否本社区居民", "年龄", "是否儿童"],
        ["2026-09-12", "龙湖冠寓", "夜校", "甲乙", "", "是", 8, ""],
        ["2026-09-12", "龙湖冠寓", "夜校", "丙丁", "", "是", "", "是"],
        ["2026-09-12", "龙湖冠寓", "夜校", "戊己", "110105201512310022", "是", "", "否"],
        ["2026-09-12", "龙湖冠寓", "夜校", "庚辛", "", "是", 18, "否"],
    ]
    found = checked(sheet)
    assert faults(found) == []
    (made,) = found.made_activities
    assert (made.attendances, made.children) == (1, 3)
    assert list(found.frames["attendance"]["participant_code"]) == [pseudonym("name:庚辛", KEY)]


def test_children_of_a_known_activity_raise_its_number_and_never_lower_it() -> None:
    there = held(
        ("HD-1", LOHAS, "2026-09-12", "course", "night_school", 0),
        ("HD-2", SPRING, "2026-09-12", "course", None, 9),
    )
    found = checked(
        book(
            ("2026-09-12", "龙湖冠寓", "夜校", "", 8),
            ("2026-09-12", "龙湖冠寓", "夜校", "13800001111", 40),
            ("2026-09-12", "春申青年公寓", "夜校", "", 8),
            ("2026-09-12", "春申青年公寓", "夜校", "13800001111", 40),
        ),
        there=there,
    )
    assert faults(found) == []
    counts = found.frames["activity"].set_index("activity_code")["child_count"]
    assert counts.to_dict() == {"HD-1": 1}


def test_blocks_below_each_other_are_of_their_own_activities() -> None:
    second: list[list[Any]] = [
        ["合唱排练签到表"],
        ["时间：2026年9月13日 14:00-16:00", None, "社区：春申青年公寓"],
        ["序号", "姓名", "手机号", "是否本社区居民", "备注"],
        [1, "甲乙", "13800001111", "是", ""],
    ]
    found = checked([*TITLED, [], *second])
    assert faults(found) == []
    assert {(m.community, m.kind, m.attendances) for m in found.made_activities} == {
        ("龙湖冠寓", "course", 2),
        ("春申青年公寓", "arts", 1),
    }


@pytest.mark.parametrize(
    ("title", "cell", "code"),
    [
        ("活动名称：夜校 时间：2026年9月 地点：龙湖冠寓", "A1", "date"),
        ("活动名称：夜校 时间：2026年12月12日 地点：龙湖冠寓", "A1", "future"),
        ("活动名称：夜校 时间：2026年9月12日 地点：龙湖天街", "A1", "unknown"),
        ("活动名称：夜校 时间：2026年9月12日", "2", "activity"),
        ("时间：2026年9月12日 地点：龙湖冠寓", "2", "activity"),
        ("地点：龙湖冠寓", "2", "activity"),
    ],
)
def test_a_title_that_leaves_it_open_is_told_once(title: str, cell: str, code: str) -> None:
    found = checked([[title], *TITLED[2:]])
    assert faults(found) == [(cell, code)]


def test_a_room_behind_the_community_is_no_other_place() -> None:
    for place in ("龙湖冠寓一楼活动室", "龙湖冠寓 B1 共享厨房", "龙湖冠寓（3号楼大堂）"):
        found = checked([[f"活动名称：夜校 时间：2026年9月12日 地点：{place}"], *TITLED[2:]])
        assert faults(found) == [], place
    found = checked([["活动名称：夜校 时间：2026年9月12日 地点：龙湖冠寓对面的公园"], *TITLED[2:]])
    assert [code for _, code in faults(found)] == ["unknown"]


def test_without_a_kind_the_only_one_of_the_day_is_meant() -> None:
    rows = [
        ["日期", "社区", "手机号", "是否本社区居民"],
        ["2026-09-12", "龙湖冠寓", "13800001111", "是"],
    ]
    there = held(("HD-1", LOHAS, "2026-09-12", "course", None, 0))
    assert set(checked(rows, there=there).frames["attendance"]["activity_code"]) == {"HD-1"}
    assert faults(checked(rows)) == [("1", "activity")]


def test_an_activity_brought_along_is_found() -> None:
    activities: list[list[Any]] = [
        ["活动代码", "社区", "举办日期", "活动类别", "线上", "儿童人数"],
        ["HD-9", "龙湖冠寓", "2026-09-12", "夜校课程", "否", 0],
    ]
    found = checked(activities, TITLED, name="表")
    assert faults(found) == []
    assert found.made_activities == []
    assert set(found.frames["attendance"]["activity_code"]) == {"HD-9"}
    assert list(found.frames["activity"]["child_count"]) == [1]


def test_a_register_of_activities_is_no_sign_in_sheet() -> None:
    heads = ["日期", "社区", "活动名称", "活动类型", "负责人", "联系电话", "参加人数"]
    found = recognise(
        Sheet(
            "a.xlsx",
            "Sheet1",
            [heads, ["2026-09-12", "龙湖冠寓", "夜校", "夜校课程", "某", "1", 9]],
        )
    )
    assert found is not None and found.table is ACTIVITY


def test_a_persons_name_in_a_title_is_not_told() -> None:
    found = checked(
        [["活动名称：夜校，主讲欧阳建国老师 时间：2026年9月12日 地点：龙湖冠寓"], *TITLED[2:]]
    )
    told = "".join(zh + en for zh, en in report(found))
    assert "欧阳建国" not in told + repr(found.made_activities)


def test_what_a_book_was_read_as_can_be_saved_and_used_again() -> None:
    sheet = Sheet("a.xlsx", "签到表", book(("2026-09-12", "龙湖冠寓", "夜校", "13800001111")))
    found = recognise(sheet)
    assert found is not None
    assert {"held_on", "community_code", "activity_name", "is_resident"} == found.fields.keys()
    text = written_mapping([found])
    assert '"活动名称" = "activity_name"' in text


def test_the_words_for_activities_lead_to_what_the_contract_has() -> None:
    words = VOCABULARY["activity"]
    assert {*words["form"], *words["topic"]} <= activity_kind.allowed.keys()
    assert words["programme"].keys() <= programme.allowed.keys()
    for label in programme.allowed.values():
        assert len(programmes(label.zh)) == 1, label
    assert activity_kinds("青年夜校·瑜伽") == {"course"}
    assert activity_kinds("亲子运动会") == {"parent_child"}
    assert activity_kinds("市集与议事") == {"food_fair", "consultation"}
    assert activity_kinds("党课") == {"talk"}
    assert activity_kinds("邻里日") == set()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年9月12日 19:00", 12), ("2026年9月12日（周六）19:00-21:00", 12), ("2026-09-12 19:00—20:30", 12),
        ("2026年9月12日下午2点", 12), ("2026年9月12日 晚上7点半", 12), ("2026-9-1 12:00", 1), ("2026-9-1 12点", 1),
        ("2026年9月12日 14:00至16:00 周六", 12), ("2026年9月12日-13日", None), ("2026年9月12日（周五）19:00", None),
    ],
)  # fmt: skip
def test_the_hour_says_nothing_of_the_day(text: str, day: int | None) -> None:
    if day is None:
        with pytest.raises(CellError):
            parse_date(text)
        return
    assert parse_date(text).value == date(2026, 9, day)


def test_no_activities_have_the_contracts_columns() -> None:
    assert list(no_activities().columns) == [column.name for column in ACTIVITY.columns]


def test_columns_side_by_side_are_all_read() -> None:
    heads = ["序号", "姓名", "手机号", "是否本社区居民"]
    rows: list[list[Any]] = [
        *TITLED[:2],
        heads * 2,
        [1, "甲乙", "13800001111", "是", 3, "丙丁", "13800003333", "是"],
        [2, "戊己", "13800002222", "是", 4, "庚辛", "138****4444", "是"],
        [3, "壬癸", "13800005555", "是", None, None, None, None],
    ]
    found = checked(rows)
    assert faults(found) == [("G5", "masked")]
    rows[4][6] = "13800004444"
    found = checked(rows)
    assert faults(found) == []
    assert len(found.frames["attendance"]) == 5
    assert [m.attendances for m in found.made_activities] == [5]
    assert any("左右并排 2 组" in words.zh for words in found.warnings)


def test_a_written_mapping_holds_what_is_to_be_answered_and_what_was(tmp_path: Path) -> None:
    sheet = book(("2026-09-12", "龙湖冠寓", "邻里日", "13800001111"))
    found = checked(sheet)
    text = written_mapping(found.recognised, found.open_words)
    assert '# "邻里日" = ""' in text
    file = tmp_path / "m.toml"
    file.write_text(text.replace('# "邻里日" = ""', '"邻里日" = "festival"'), encoding="utf-8")
    answered = checked(sheet, mapping=read_mapping(file))
    assert faults(answered) == []
    file.write_text(written_mapping(answered.recognised, answered.open_words), encoding="utf-8")
    assert faults(checked(sheet, mapping=read_mapping(file))) == []
    file.write_text('["签到表".values.activity_kind]\n"邻里日" = "party"\n', encoding="utf-8")
    with pytest.raises(Problem, match="no option party"):
        read_mapping(file)
    file.write_text('["签到表".values.held_on]\n"邻里日" = "party"\n', encoding="utf-8")
    with pytest.raises(Problem, match="has no options"):
        read_mapping(file)


def test_who_lives_there_is_asked_once_a_sheet_and_answered_for_all_of_it() -> None:
    rows = [[cell for n, cell in enumerate(row) if n != 3] for row in TITLED]
    found = checked(rows)
    assert faults(found) == [("A3", "residents")]
    (question,) = found.recognised[0].questions
    assert [answer.told.zh for answer in question.answers] == ["都是本社区居民", "都不是"]
    for answer, is_resident in zip(question.answers, (True, False), strict=True):
        answered = checked(rows, mapping={"签到表": dict(answer.said)})
        assert faults(answered) == []
        assert set(answered.frames["attendance"]["is_resident"]) == {is_resident}
