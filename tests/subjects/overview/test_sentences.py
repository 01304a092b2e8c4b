"""The sentences above a page follow from counts by rule, short and in one language each."""

import re
from datetime import date

import pandas as pd
import pytest

from dashboard.insight.headline import largest_gaps
from dashboard.insight.windows import month_end_told
from dashboard.language import Say
from dashboard.subjects.coverage.sentences import coverage_headline
from dashboard.subjects.overview.sentences import newly_told

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def numbers_in(sentence: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", sentence))


def newly(say: Say, communities: int, residents: int, opened: int = 0) -> str:
    counts = {
        "newly_covered_count": communities,
        "newly_covered_opened_count": opened,
        "newly_covered_resident_count": residents,
    }
    return newly_told(say, pd.Series(counts), month_end_told(say, date(2025, 9, 1)))


def test_no_newly_covered_community_is_said() -> None:
    assert newly(ZH, 0, 0) == "较 2025-09 月末没有新纳入居村治理的社区。"


def test_newly_covered_are_counted_with_their_residents() -> None:
    assert newly(ZH, 35, 12_345, 8).startswith(
        "较 2025-09 月末新纳入居村治理 35 个社区（网格转入 27、本期新开 8）、1.23 万"
    )
    assert "1 个社区（由网格转入）、" in newly(ZH, 1, 300)
    assert "2 个社区（本期新开）、" in newly(ZH, 2, 300, 2)
    said = newly(EN, 35, 12_345, 8)
    assert {"35", "27", "8", "12", "345"} <= numbers_in(said)
    assert not CHINESE.search(said)


def test_equal_gaps_are_named_together_or_not_at_all() -> None:
    towns = pd.DataFrame({"key": list("4321"), "name": list("丁丙乙甲"), "grid_community_count": 5})
    assert largest_gaps(towns).empty
    assert largest_gaps(towns[1:])["name"].tolist() == ["甲", "乙", "丙"]
    towns.loc[3, "grid_community_count"] = 9
    assert largest_gaps(towns)["name"].tolist() == ["甲"]


# Coverage ---------------------------------------------------------------------------------


NOW = pd.Series(
    {
        "community_count": 520,
        "committee_community_count": 222,
        "grid_community_count": 298,
        "own_branch_community_count": 123,
        "effective_community_count": 100,
    }
)


def test_coverage_says_both_kinds_and_what_is_effective():
    said = coverage_headline(ZH, now=NOW)
    assert said.state == "居村治理 222 + 片区网格 298 = 520，全覆盖"
    assert "123 个有独立党支部" in said.change
    assert "100 个有效覆盖" in said.change
    assert "90 天由本系统假定" in said.change


def test_coverage_in_english_has_no_chinese_in_it():
    said = coverage_headline(EN, now=NOW)
    assert numbers_in(said.state) == {"520", "222", "298"}
    assert numbers_in(said.change) == {"123", "100", "90"}
    assert not CHINESE.search(said.state + said.change)


@pytest.mark.parametrize("say", [ZH, EN])
def test_coverage_says_where_too_few_days_are_known(say):
    said = coverage_headline(say, now=pd.Series({**NOW, "effective_community_count": float("nan")}))
    assert numbers_in(said.change) == {"123", "90"}
    assert "有效覆盖尚不可知" in said.change or "not known" in said.change


def test_coverage_of_who_was_chosen_by_coverage_is_not_told():
    now = {
        "community_count": 54, "committee_community_count": 54, "grid_community_count": 0,
        "own_branch_community_count": 9, "effective_community_count": 20,
    }  # fmt: skip
    said = coverage_headline(ZH, now=pd.Series(now), chosen_as="按条件所选（纳入居委会管理）")
    assert said.state == "按条件所选（纳入居委会管理）：54 个社区"
    assert "片区网格" not in said.state
