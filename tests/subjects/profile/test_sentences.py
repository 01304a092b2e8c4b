"""Facts say what they rest on, headlines what is counted, ranks what chance allows."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.attention import Concern
from dashboard.insight.facts import community_facts, governed_how, proof_of, report_text
from dashboard.language import Say
from dashboard.subjects.profile.sentences import (
    community_headline,
    furthest_behind,
    project_headline,
    standings,
    town_headline,
)

ZH, EN = Say("zh"), Say("en")
ROW = SimpleNamespace(
    community_code="c",
    name_zh="有巢马桥",
    name_en="Youtha Maqiao",
    origin="published",
    operator="华润有巢",
    community_kind="affordable_rental",
    is_home=True,
    opened_on=pd.Timestamp("2023-03-01"),
    resident_count=2932,
    youth_share=0.74,
    resident_profile="young",
    coverage_type="committee",
    mode="1",
    leading_organisation="community",
)
TIERS = pd.DataFrame(
    {
        "tier": ["room", "bed"],
        "supply_count": [2158, 440],
        "dwelling_count": [2158, 138],
    }
)
CONCERN = Concern("c", "t", "示例社区", "late", "居民 401 人，91 天无活动", 401)


@pytest.mark.parametrize(
    ("columns", "origin", "is_sample", "expected"),
    [
        (("operator",), "published", True, "published"),
        (("youth_share",), "published", True, "estimated"),
        (("bed_room_count", "bed_count"), "published", True, "estimated"),
        (("operator", "bed_count"), "published", True, "published"),
        ((), "published", True, "estimated"),
        (("operator",), "sample", True, "sample"),
        (("youth_share",), "published", False, "own"),
    ],
)
def test_what_a_fact_rests_on(
    columns: tuple[str, ...], origin: str, is_sample: bool, expected: str
) -> None:
    published = "name_zh;operator;bed_count"
    assert proof_of(columns, origin=origin, published=published, is_sample=is_sample) == expected


def test_a_column_is_not_published_because_its_name_begins_alike() -> None:
    assert (
        proof_of(("mode",), origin="published", published="mode_since", is_sample=True)
        == "estimated"
    )


def test_facts_are_written_with_what_they_rest_on() -> None:
    facts = community_facts(
        ROW, TIERS, ZH, town="马桥镇", published="operator;room_count", is_sample=True
    )
    said = {fact.name: (fact.text, fact.proof) for fact in facts}
    assert said["运营方"] == ("华润有巢", "published")
    assert said["一间房"] == ("2,158 间", "published")
    assert said["一张床"] == ("440 张（138 间内）", "estimated")
    assert said["居民"] == ("2,932人", "estimated")
    assert said["开业"][0] == "2023-03"
    assert said["治理模式"][0] == "居委会（筹备组）"


def test_the_youth_of_few_residents_is_not_told() -> None:
    row = SimpleNamespace(**{**vars(ROW), "youth_share": np.nan})
    facts = community_facts(row, TIERS, ZH, town="马桥镇", published="", is_sample=True)
    (text,) = (fact.text for fact in facts if fact.name == "青年占比")
    assert text.startswith("人数过少或不详")


def test_a_grid_has_no_mode_and_an_invented_operator_says_so_in_english() -> None:
    row = SimpleNamespace(
        **{**vars(ROW), "coverage_type": "grid", "mode": None, "operator": "示例运营方甲"}
    )
    names = [
        (fact.name, fact.text)
        for fact in community_facts(row, TIERS, EN, town="T", published="", is_sample=True)
    ]
    assert "Mode" not in dict(names)
    assert dict(names)["Operator"] == "Sample operator Jia"


@pytest.mark.parametrize(
    ("coverage", "mode", "expected"),
    [
        ("grid", None, "片区网格"),
        ("committee", np.nan, "居村治理，未分类"),
        ("committee", "5", "自治共治"),
    ],
)
def test_governance_in_words(coverage: str, mode: object, expected: str) -> None:
    assert governed_how(coverage, mode, ZH) == expected


def headline(**changes: object) -> tuple[str, str]:
    said = community_headline(
        ROW,
        ZH,
        **{
            "occupancy": (BY_CODE["occupancy_room"], 95.87),
            "found": [],
            "none_found": "没有触发关注规则。",
            "reach": (74.1, 48.9),
            **changes,
        },  # type: ignore[arg-type]
    )
    return said.state, said.change


def test_a_new_community_is_said_to_be_new() -> None:
    assert headline(opened="2025-12")[1].startswith("2025-12 新开业，仍在入住。")
    assert "新开业" not in headline()[1]


def test_a_communitys_headline() -> None:
    state, change = headline()
    assert state == "有巢马桥：居民 2,932 人，“一间房”入住率 95.9%，居委会（筹备组）"
    assert change == "没有触发关注规则。活动参与率 74.1%，五个最相似社区的中位数 48.9%。"
    assert headline(found=[CONCERN])[1].startswith("需要关注：居民 401 人")
    assert headline(reach=(np.nan, 48.9))[1] == "没有触发关注规则。"


@pytest.mark.parametrize("say", [ZH, EN])
def test_a_real_project_is_told_by_what_is_published_of_it_alone(say: Say) -> None:
    facts = community_facts(ROW, TIERS, say, town="", published="room_count;mode", is_sample=True)
    said = project_headline(say, "有巢马桥" if say is ZH else "Youtha Maqiao", facts)
    assert "2,158" in said.state
    assert not {"2,932", "440", "%"} & set(re.findall(r"[\d,]+|%", said.state))
    if say is ZH:
        assert said.state == "有巢马桥（据公开资料）：一间房 2,158 间、治理模式 居委会（筹备组）"
    unknown = project_headline(ZH, "河东小区建管家", [])
    assert unknown.state == "河东小区建管家：公开的数字很少"


TOWNS = pd.DataFrame(
    {
        "key": list("abcd"),
        "committee_community_count": [30, 20, 20, 0],
        "governed_community_count": [40, 40, 40, 0],
        "community_count": [40, 40, 40, 0],
    }
)


def stand(key: str, *, code: str = "committee_coverage", district: float | None = 58.3):
    measured, indicator = measure(TOWNS, BY_CODE[code]), BY_CODE[code]
    return standings(measured, [key], indicator, district=district)[key]


def test_equals_share_the_better_rank_and_what_has_no_value_has_none() -> None:
    assert [stand(key).rank for key in "abcd"] == [1, 2, 2, None]
    assert stand("b").among == 3


def test_a_decided_share_is_told_by_communities_and_not_by_chance() -> None:
    assert {stand(key).verdict for key in "abcd"} == {"none"}
    assert [stand(key).short for key in "ab"] == [-7, 3]
    assert stand("a", district=None).short == 0


def test_a_tested_share_is_told_by_its_limits() -> None:
    towns = TOWNS.rename(
        columns={
            "committee_community_count": "in_time_count",
            "governed_community_count": "followed_count",
        }
    )
    closing = BY_CODE["closing_rate"]
    measured = measure(towns, closing)
    found = standings(measured, "abcd", closing, district=58.3)
    assert found["a"].low < 75 < found["a"].high
    assert [found[key].verdict for key in "abcd"] == ["alike", "alike", "alike", "none"]
    far = standings(measured, "abcd", closing, district=90.0)
    assert [far[key].verdict for key in "abcd"] == ["below", "below", "below", "none"]
    assert standings(measured, "a", closing, district=None)["a"].verdict == "none"
    # A plain count could not have gone either way.
    assert stand("a", code="communities").verdict == "none"


def test_a_towns_headline() -> None:
    now = pd.Series(
        {
            "community_count": 40,
            "governed_community_count": 40,
            "resident_count": 9000,
            "governed_resident_count": 9000,
            "committee_resident_count": 5850,
        }  # fmt: skip
    )
    lag = replace(stand("b"), indicator=BY_CODE["closing_rate"], value=41.4, district=57.5)

    def told(
        say=ZH,
        key="b",
        others=(lag,),
        found=(),
        gap="比全区 58.3% 低 8.3 个百分点。",
        compared=True,
    ):
        return town_headline(
            say, name="马桥镇" if say is ZH else "Maqiao", now=now,
            standings=[stand(key), *others], gap=gap, found=list(found),
            whole=say("全区"), is_compared=compared, none_found=say("没有社区触发关注规则。"),
        )  # fmt: skip

    said = told(found=[CONCERN])
    assert said.state == (
        "马桥镇：14 天闭环率 41.4%，比全区低 16.1 个百分点，为可确认的最大差距；"
        "居村治理覆盖 50.0% 的社区、65.0% 的居民"
    )
    assert said.change.startswith(
        "40 个社区、9,000 名居民。居村治理覆盖率比全区 58.3% 低 8.3 个百分点。1 个社区需要关注"
    )
    assert told(gap="").change == "40 个社区、9,000 名居民。没有社区触发关注规则。"
    # Two that lie as far behind as it is written are none the furthest.
    alike = replace(lag, value=41.44, district=57.5)
    assert "，为可确认的最大差距之一；" in told(others=(lag, alike)).state
    english = told(EN).state
    assert "41.4%, 16.1 points below the district" in english
    assert "50.0% of communities, 65.0% of residents" in english
    assert told(key="a", others=()).state.endswith("；没有一项可确认低于全区")
    assert told(others=()).state.endswith("；可确认的差距中，以居村治理覆盖率为最大")
    # Where there is nothing to compare with, only what it is.
    assert told(compared=False).state == "马桥镇：居村治理覆盖 50.0% 的社区、65.0% 的居民"


def test_what_chance_or_usual_differences_explain_is_no_lag() -> None:
    closing = replace(stand("b"), indicator=BY_CODE["closing_rate"])
    alike = replace(closing, value=30.0, district=60.0, verdict="alike")
    sure = replace(closing, value=50.0, district=60.0, verdict="below")
    assert furthest_behind([alike, sure]) == sure
    assert furthest_behind([alike]) is None
    decided = replace(stand("b"), value=45.0, district=60.0)
    assert furthest_behind([decided, sure]) == decided
    assert furthest_behind([replace(decided, short=0)]) is None


def test_a_report_is_told_by_its_numbers() -> None:
    nothing = dict.fromkeys(
        ("reported_rooms", "reported_beds", "reported_residents", "reported_occupancy_pct",
         "reported_opened_on"), np.nan,
    )  # fmt: skip
    report = SimpleNamespace(**{**nothing, "reported_rooms": 2475, "reported_occupancy_pct": 95.87})
    assert report_text(report, ZH) == "房源 2,475 套/间、入住率 95.87%"
    assert report_text(SimpleNamespace(**nothing), ZH) == ""


def test_a_town_is_judged_by_how_widely_all_towns_differ() -> None:
    shares = (44, 45, 46, 47, 53, 54, 55, 56)
    towns = pd.DataFrame(
        {
            "key": list("abcdefgh"),
            "in_time_count": [share * 100 for share in shares],
            "followed_count": 10_000,
        }
    )
    closing = BY_CODE["closing_rate"]
    measured = measure(towns, closing)
    assert standings(measured, ["a"], closing, district=50.0)["a"].verdict == "alike"
    alone = standings(measured[measured["key"] == "a"], ["a"], closing, district=50.0)["a"]
    assert alone.verdict == "below"
