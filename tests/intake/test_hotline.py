"""Check that lists of proposals are read as hotlines export them, and what is open is asked once."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.contract import tables
from dashboard.contract.tables import TABLES, proposal_category
from dashboard.intake.checking import Reading, check_sources
from dashboard.intake.faults import Check
from dashboard.intake.headings import as_mapped, proposal_state, read_mapping, written_mapping
from dashboard.intake.reading import Sheet, Source
from dashboard.intake.report import grouped, report
from dashboard.intake.values import take
from dashboard.intake.vocabulary import VOCABULARY
from tests.intake.conftest import KEY
from tests.intake.test_signing import known

TODAY = date(2026, 11, 1)
HEADINGS = [
    "工单编号", "来电时间", "小区名称", "诉求分类", "诉求内容", "派单时间", "承办单位", "办结时间", "办理状态", "是否满意", "是否回访",
]  # fmt: skip


def checked(rows: list[list[Any]], mapping: dict[str, Any] | None = None) -> Check:
    sheet = Sheet("gd.xlsx", "工单", [list(row) for row in rows])
    source = Source(Path("gd.xlsx"), "0" * 64, 1, [sheet])
    return check_sources([source], known(), Reading(TODAY, lambda: KEY, mapping))


def order(number: int, **said: Any) -> list[Any]:
    row = {
        "工单编号": f"SH{number:04d}", "来电时间": "2026-09-01 08:30:12", "小区名称": "龙湖冠寓",
        "诉求分类": "环境保护/噪声扰民", "诉求内容": "夜里施工", "派单时间": "2026-09-02 09:00",
        "承办单位": "莘庄镇", "办结时间": "2026-09-10 16:20", "办理状态": "已办结", "是否满意": "满意", "是否回访": "是",
    }  # fmt: skip
    return [({**row, **said})[heading] for heading in HEADINGS]


def faults(found: Check) -> list[tuple[str, str, int]]:
    return [(fault.cell, fault.code, fault.rows) for fault in found.faults]


def test_a_hotlines_export_is_read() -> None:
    found = checked(
        [
            ["12345 热线工单（2026年9月）"],
            HEADINGS,
            order(1),
            order(
                2, 办结时间="", 办理状态="督办", 承办单位="闵行区房管局", 诉求分类="交通 > 停车管理"
            ),
            order(3, 办结时间="", 派单时间="", 办理状态="待处理", 承办单位="龙湖物业"),
            order(4, 办结时间="", 办理状态="退单"),
            order(5, 办理状态="重办", 承办单位="某某居委会"),
        ]
    )
    assert faults(found) == []
    rows = found.frames["proposal"].set_index("proposal_code")
    assert list(rows.index) == ["SH0001", "SH0002", "SH0003", "SH0005"]
    assert list(rows["proposal_category"]) == [
        "environment",
        "transport",
        "environment",
        "environment",
    ]
    assert list(rows["responsible_unit"]) == ["town", "department", "operator", "committee"]
    assert list(rows["is_reopened"]) == [False, False, False, True]
    assert rows.loc["SH0001", "settled_on"] == pd.Timestamp("2026-09-10")
    assert rows["settled_on"].isna().tolist() == [False, True, True, False]
    assert rows["stage"].isna().all()
    assert found.notes["proposal", "", "left_out"] == 1


def test_each_unknown_word_is_asked_once_and_answered_once(tmp_path: Path) -> None:
    words = ["城市管理/物业管理"] * 5 + ["其他"] * 3 + ["环境"]
    rows = [HEADINGS, *(order(n, 诉求分类=word) for n, word in enumerate(words))]
    found = checked(rows)
    assert faults(found) == [("D2", "choice", 5), ("D7", "choice", 3)]
    assert [(q.field, q.word, q.count, q.cell) for q in found.questions] == [
        ("proposal_category", "城市管理/物业管理", 5, "D2"),
        ("proposal_category", "其他", 3, "D7"),
    ]
    assert found.questions[0].options == proposal_category.allowed
    assert [count for _, count in grouped(found.faults)] == [5, 3]
    assert any("其中 2 个是词义之问" in words.zh for words in report(found))
    text = written_mapping(found.recognised, found.open_words)
    for word, code in (("城市管理/物业管理", "facilities"), ("其他", "services")):
        assert f'# "{word}" = ""' in text
        text = text.replace(f'# "{word}" = ""', f'"{word}" = "{code}"')
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    answered = checked(rows, read_mapping(file))
    assert faults(answered) == []
    assert answered.questions == []
    counts = answered.frames["proposal"]["proposal_category"].value_counts().to_dict()
    assert counts == {"facilities": 5, "services": 3, "environment": 1}


def test_an_answer_to_a_level_holds_for_all_below_it() -> None:
    said = {"工单": {"values": {"proposal_category": {"物业管理": "facilities"}}}}
    found = checked([HEADINGS, order(1, 诉求分类="城市管理/物业管理")], said)
    assert faults(found) == []
    assert list(found.frames["proposal"]["proposal_category"]) == ["facilities"]


@pytest.mark.parametrize("heads", [("一级分类", "二级分类"), ("诉求大类", "诉求小类")])
def test_classes_in_two_columns_are_read_together(heads: tuple[str, str]) -> None:
    place = HEADINGS.index("诉求分类")

    def split(row: list[Any], general: str, particular: str) -> list[Any]:
        return [*row[:place], general, particular, *row[place + 1 :]]

    rows = [
        split(HEADINGS, *heads),
        split(order(1), "城市管理", "停车管理"),
        split(order(2), "环境", ""),
        split(order(3), "环境", "其他"),
        split(order(4), "城市管理", "物业管理"),
    ]
    found = checked(rows)
    assert faults(found) == [("E5", "choice", 1)]
    assert [q.word for q in found.questions] == ["城市管理/物业管理"]
    said = as_mapped(found.recognised[0])
    said["values"] = {"proposal_category": {"物业管理": "facilities"}}
    found = checked(rows, {"工单": said})
    assert faults(found) == []
    assert list(found.frames["proposal"]["proposal_category"]) == [
        "transport", "environment", "environment", "facilities",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"办理状态": "已办结", "办结时间": ""}, ("I2", "state", 1)),
        ({"办理状态": "办理中"}, ("I2", "state", 1)),
        ({"办结时间": "2026-08-30"}, ("H2", "order", 1)),
        ({"派单时间": "2026-08-30"}, ("F2", "order", 1)),
        ({"派单时间": ""}, ("H2", "unaccepted", 1)),
        ({"办理状态": "已通报"}, ("I2", "choice", 1)),
        ({"承办单位": "某某中心"}, ("G2", "choice", 1)),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_refused(said: dict[str, str], where: tuple[str, str, int]) -> None:
    assert faults(checked([HEADINGS, order(1, **said)])) == [where]


def test_any_field_with_options_asks_once_a_word() -> None:
    rows: list[list[Any]] = [
        ["社区", "起始日期", "覆盖类型", "治理模式", "牵头党组织"],
        ["龙湖冠寓", "2026-01-01", "居村治理", "托管", "社区党组织"],
        ["春申青年公寓", "2026-01-01", "居村治理", "托管", "社区党组织"],
    ]
    sheet = Sheet("a.xlsx", "治理", rows)

    def run(mapping: dict[str, Any] | None = None) -> Check:
        source = Source(Path("a.xlsx"), "0" * 64, 1, [sheet])
        return check_sources([source], known(), Reading(TODAY, lambda: KEY, mapping))

    found = run()
    assert [(q.field, q.word, q.count) for q in found.questions] == [("mode", "托管", 2)]
    assert len(found.faults) == 1
    found = run({"治理": {"values": {"mode": {"托管": "2"}}}})
    assert found.faults == []
    assert list(found.frames["governance"]["mode"]) == ["2", "2"]
    assert list(run({"治理": {"values": {"mode": {"托管": ""}}}}).frames["governance"]["mode"]) == [
        None,
        None,
    ]


def test_the_words_and_endings_lead_to_options() -> None:
    fields = {c.name: c.field for table in TABLES for c in table.columns}
    for name, options in VOCABULARY["endings"].items():
        assert options.keys() <= fields[name].allowed.keys()
        for code, endings in options.items():
            for ending in endings:
                assert take(f"某{ending}", fields[name], typed=True).value == code, ending
    for name in VOCABULARY["synonyms"]:
        assert name == proposal_state.name or hasattr(tables, name)


def without_a_call() -> Check:
    """An export whose only day is 受理时间: it is read as that of the call too."""
    headings = ["受理时间" if each == "来电时间" else each for each in HEADINGS]
    rows = [headings, order(1, 派单时间=""), order(2, 派单时间="")]
    return checked([[cell for n, cell in enumerate(row) if n != 5] for row in rows])


def test_a_column_read_as_two_fields_stays_both_with_its_mapping(tmp_path: Path) -> None:
    found = without_a_call()
    assert {"accepted_on", "raised_on"} <= found.recognised[0].fields.keys()
    said = as_mapped(found.recognised[0])["columns"]
    assert said["受理时间"] == "accepted_on"
    file = tmp_path / "m.toml"
    file.write_text(written_mapping(found.recognised), encoding="utf-8")
    sheet = found.recognised[0].sheet
    source = Source(Path("gd.xlsx"), "0" * 64, 1, [sheet])
    again = check_sources([source], known(), Reading(TODAY, lambda: KEY, read_mapping(file)))
    assert again.frames["proposal"].equals(found.frames["proposal"])


def test_a_column_read_as_two_fields_is_corrected_at_one_place() -> None:
    def page() -> None:
        from dashboard.language import Say
        from dashboard.ui.own_correcting import show_recognised
        from tests.intake.test_hotline import without_a_call

        show_recognised(Say("zh"), without_a_call().recognised, None)

    shown = AppTest.from_function(page).run()
    assert not shown.exception
    boxes = [box.label for box in shown.selectbox if "受理时间" in box.label]
    assert boxes == ["B · 受理时间"]
