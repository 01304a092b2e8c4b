"""Tables and lists are texts with keys, plain enough for the browser."""

import json

import pandas as pd
import pytest

from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Item, Large, Written, item_list, table
from dashboard.language import Say

ZH, EN = Say("zh"), Say("en")
FRAME = pd.DataFrame(
    {
        "code": ["a", "b"],
        "name": ["浦江公寓", "<b>马桥</b>"],
        "count": [1234, 5],
        "share": [0.6, float("nan")],
    }
)
HEADINGS = {"name": "社区", "count": "居民", "share": "天数"}


def drawn(frame=FRAME, key="code", headings=HEADINGS) -> Drawing:
    columns = {text: frame[name] for name, text in headings.items()}
    return table(columns, ZH, keys=frame[key] if key else None, height=300)


def cells(frame) -> list[list[str]]:
    drawing = drawn(frame, key=None, headings={name: name for name in frame})
    return [row["cells"] for row in drawing.body["rows"]]


def test_only_a_column_said_to_lead_elsewhere_holds_links():
    columns = {"社区": ["http://evil.example/a"], "链接": ["https://good.example/b"]}
    drawn = table(columns, ZH, link="链接").body["columns"]
    assert [each.get("link", False) for each in drawn] == [False, True]


def test_table_shows_the_columns_that_have_headings():
    assert drawn().body["columns"] == [
        {"text": "社区", "number": False},
        {"text": "居民", "number": True},
        {"text": "天数", "number": True},
    ]


def test_numbers_have_separators_and_missing_ones_a_dash():
    assert drawn().body["rows"][0]["cells"] == ["浦江公寓", "1,234", "1"]
    assert drawn().body["rows"][1]["cells"][-1] == "—"


def test_texts_stay_as_they_are():
    assert drawn().body["rows"][1]["cells"][0] == "<b>马桥</b>"


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
@pytest.mark.parametrize("dtype", ["object", "str"])
def test_missing_text_is_a_dash(missing, dtype):
    frame = pd.DataFrame({"name": pd.Series(["x", missing], dtype=dtype)})
    assert cells(frame) == [["x"], ["—"]]


def test_missing_whole_number_is_a_dash():
    assert cells(pd.DataFrame({"count": pd.array([1000, None], dtype="Int64")})) == [
        ["1,000"],
        ["—"],
    ]


def test_rows_carry_their_keys():
    assert [row["key"] for row in drawn().body["rows"]] == ["a", "b"]


def test_rows_without_a_key_column_have_none():
    assert [row["key"] for row in drawn(key=None).body["rows"]] == [None, None]


def test_table_says_how_many_rows_it_has():
    assert drawn().alt == "共 2 行的表格。"
    assert "2" in table({"Name": FRAME["name"]}, EN, height=300).alt


def test_table_is_plain_json():
    frame = FRAME.assign(name=[None, "x"])
    json.dumps(drawn(frame).as_dict(), allow_nan=False)


@pytest.mark.parametrize("say", [ZH, EN])
def test_table_of_nothing_is_a_sentence(say):
    drawing = table({"社区": FRAME["name"].head(0)}, say, height=300)
    assert drawing.kind == "table"
    assert drawing.empty == say("所选范围内没有数据。")
    assert table({"社区": []}, say, empty="没有记录。").empty == "没有记录。"


def test_figures_already_written_are_set_as_numbers_and_kept_as_numbers_for_files():
    drawing = table({"人": Written(["1.2万", "—"], [12_000.0, None])}, ZH, keys=["a", None])
    assert drawing.body["columns"] == [{"text": "人", "number": True}]
    assert drawing.body["rows"] == [{"key": "a", "cells": ["1.2万"]}, {"key": None, "cells": ["—"]}]
    assert drawing.listed is not None
    assert drawing.listed["人"][0] == 12_000


ITEMS = [
    Item("浦江公寓", "400 天无活动", "310112114", "滞后", "late"),
    Item("提案", "办结 40 件"),
]


def test_list_keeps_every_part_of_its_items_and_sends_no_empty_one():
    assert item_list(ITEMS, alt="需要关注", empty="无").body["items"] == [
        {
            "title": "浦江公寓",
            "text": "400 天无活动",
            "key": "310112114",
            "badge": "滞后",
            "level": "late",
        },
        {"title": "提案", "text": "办结 40 件"},
    ]


def test_only_items_with_a_key_can_be_chosen():
    drawing = item_list(ITEMS, alt="需要关注", empty="无")
    assert drawing.keys == (("310112114", "浦江公寓 400 天无活动"),)


def test_list_is_plain_json_with_its_alt():
    drawing = item_list(ITEMS, alt="需要关注", empty="无", height=200)
    json.dumps(drawing.as_dict(), allow_nan=False)
    assert (drawing.kind, drawing.alt, drawing.height) == ("list", "需要关注", 200)


def test_list_of_nothing_is_its_sentence():
    drawing = item_list([], alt="需要关注", empty="没有社区触发关注规则。")
    assert drawing.empty == drawing.alt == "没有社区触发关注规则。"


def test_a_line_says_its_large_number_in_its_text_too():
    large = Large("65.3", "%", "14 天内办结", "较上期 −2.8 个百分点", "sample", "示例")
    line = Item(
        "住得安", "14 天内办结 65.3% · 有效覆盖 48.3%", number=large, small="有效覆盖 48.3%"
    )
    (said,) = item_list([line], alt="成效", empty="无").body["items"]
    assert said["number"]["figure"] in said["text"]
    assert said["text"].endswith(said["small"])
    assert "badge" not in said and "level" not in said and "go" not in said
    json.dumps(said, allow_nan=False)
