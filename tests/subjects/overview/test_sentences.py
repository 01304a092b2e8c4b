"""The sentences above a page follow from counts by rule, short and in one language each."""

import re
from datetime import date

import pandas as pd
import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.headline import largest_gaps
from dashboard.insight.windows import month_end_told
from dashboard.language import Say
from dashboard.subjects.coverage.sentences import coverage_headline
from dashboard.subjects.overview.sentences import newly_told, overview_headline

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NAMES = {
    "zh": {"1": "浦江", "2": "马桥", "3": "莘庄", "4": "莘庄工业区"},
    "en": {"1": "Pujiang", "2": "Maqiao", "3": "Xinzhuang", "4": "Xinzhuang IZ"},
}
DISTRICT = 222 / 520 * 100
# Key: communities under committees, communities.
WITHIN = {"1": (43, 100), "2": (43, 110), "3": (3, 10)}
LOW = {"1": (10, 100), "2": (43, 110), "3": (3, 10)}
HIGH = {"1": (80, 100), "2": (43, 110), "3": (3, 10)}


def numbers_in(sentence: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", sentence))


def towns(say, counts):
    return pd.DataFrame(
        {
            "key": list(counts),
            "name": [NAMES[say.language][key] for key in counts],
            "community_count": [total for _, total in counts.values()],
            "committee_community_count": [covered for covered, _ in counts.values()],
            "grid_community_count": [total - covered for covered, total in counts.values()],
        }
    )


MONTH = date(2025, 12, 1)


def headline(say=ZH, *, counts=WITHIN, chosen=(), newly=(0, 0), now=(222, 520), is_narrowed=False):
    return overview_headline(
        say,
        now=pd.Series({"committee_community_count": now[0], "community_count": now[1]}),
        newly=newly_told(
            say,
            pd.Series({"newly_covered_count": newly[0], "newly_covered_resident_count": newly[1]}),
            month_end_told(say, date(2025, 9, 1)),
        ),
        towns=measure(towns(say, counts), BY_CODE["committee_coverage"]),
        filters=Filters(MONTH, MONTH, chosen, tiers=("bed",) if is_narrowed else ()),
        district_coverage=DISTRICT,
    )


# The state --------------------------------------------------------------------------------


def test_both_kinds_of_governance_cover_the_district():
    assert headline().state == "居村治理 222 + 片区网格 298 = 520 个社区，全覆盖"
    assert {"222", "298", "520"} == numbers_in(headline(EN).state)


def test_a_chosen_town_is_named_with_its_share():
    said = headline(chosen=("1",), now=(43, 100)).state
    assert said == "浦江：100 个社区中 43 个已纳入居村治理，占 43.0%"
    said = headline(EN, chosen=("1",), now=(43, 100)).state
    assert said.startswith("Pujiang")
    assert numbers_in(said) == {"43", "100", "43.0"}


def test_narrowed_communities_are_held_against_no_district():
    said = headline(is_narrowed=True, chosen=("1",), now=(43, 100), newly=(2, 300))
    assert said.state == "浦江：所选 100 个社区中 43 个在居村治理内，占 43.0%"
    assert said.change == "较 2025-09 月末新纳入 2 个社区、300 名居民。"


def test_up_to_three_chosen_towns_are_all_named():
    assert headline(chosen=("1", "2", "3")).state.startswith("浦江、马桥、莘庄：")
    assert headline(EN, chosen=("1", "2", "3")).state.startswith("Pujiang, Maqiao, Xinzhuang")


def test_more_chosen_towns_are_counted():
    counts, chosen = {**WITHIN, "4": (1, 2)}, ("1", "2", "3", "4")
    assert headline(counts=counts, chosen=chosen).state.startswith("浦江等 4 个街镇：")
    said = headline(EN, counts=counts, chosen=chosen).state
    assert said.startswith("Pujiang")
    assert "4" in numbers_in(said)
    assert "Maqiao" not in said


def test_no_gap_is_claimed_where_all_are_covered():
    counts = {"1": (5, 5), "2": (7, 7)}
    assert headline(counts=counts, now=(12, 12)).state == "12 个社区已全部纳入居村治理"
    assert "Maqiao" not in headline(EN, counts=counts, now=(12, 12)).state


def test_largest_gaps_are_in_communities_and_not_in_shares():
    counts = {"1": (0, 10), "2": (50, 100), "3": (80, 100)}
    assert largest_gaps(towns(ZH, counts))["name"].tolist() == ["马桥", "莘庄"]


def test_equal_gaps_are_named_together_or_not_at_all():
    counts = {"3": (0, 5), "2": (0, 5), "1": (0, 5)}
    assert largest_gaps(towns(ZH, counts))["name"].tolist() == ["浦江", "马桥", "莘庄"]
    four = {**counts, "4": (0, 5)}
    assert largest_gaps(towns(ZH, four)).empty
    led = {**four, "1": (0, 9)}
    assert largest_gaps(towns(ZH, led))["name"].tolist() == ["浦江"]


def test_a_town_without_a_gap_is_not_named():
    assert largest_gaps(towns(ZH, {"1": (5, 5), "2": (6, 7)}))["name"].tolist() == ["马桥"]


# What changed -----------------------------------------------------------------------------


def test_no_newly_covered_community_is_said():
    assert headline().change.startswith("较 2025-09 月末没有新纳入的社区。")


def test_newly_covered_are_counted_with_their_residents():
    said = headline(newly=(35, 12_345)).change
    assert said.startswith("较 2025-09 月末新纳入 35 个社区、1.23 万")
    said = headline(EN, newly=(35, 12_345)).change
    assert "35" in said
    assert "12,345" in said


# How far towns are from the district ------------------------------------------------------


def test_district_says_how_many_communities_the_towns_below_it_lack():
    assert headline(counts=LOW).change.endswith("要达到全区的 42.7%，3 个街镇共差约 38 个社区。")
    assert "3 towns together lack about 38 communities" in headline(EN, counts=LOW).change
    assert "浦江" not in headline(counts=LOW).change


@pytest.mark.parametrize(
    ("counts", "zh", "en"),
    [
        (WITHIN, "与全区 42.7% 相差不到 1 个社区。", "Less than one community"),
        (LOW, "比全区 42.7% 低 32.7 个百分点，相当于少 33 个社区。", "33 communities fewer."),
        (HIGH, "比全区 42.7% 高 37.3 个百分点，相当于多 37 个社区。", "37 communities more."),
    ],
)
def test_a_chosen_town_is_held_against_the_district(counts, zh, en):
    assert headline(counts=counts, chosen=("1",)).change.endswith(zh)
    assert en in headline(EN, counts=counts, chosen=("1",)).change
    assert "42.7" in numbers_in(headline(EN, counts=counts, chosen=("1",)).change)


@pytest.mark.parametrize("counts", [WITHIN, LOW, HIGH])
@pytest.mark.parametrize("chosen", [(), ("1",)])
def test_complete_counts_are_never_told_by_chance(counts, chosen):
    assert "随机" not in headline(counts=counts, chosen=chosen).change
    assert "chance" not in headline(EN, counts=counts, chosen=chosen).change.lower()


def test_several_chosen_towns_leave_the_sentence_on_all_towns():
    assert headline(counts=LOW, chosen=("2", "3")).change == headline(counts=LOW).change


def test_a_chosen_town_without_communities_leaves_the_sentence_on_all_towns():
    assert headline(counts=LOW, chosen=("9",)).change == headline(counts=LOW).change
    counts = {**LOW, "4": (0, 0)}
    assert headline(counts=counts, chosen=("4",)).change == headline(counts=LOW).change


# Language and length ----------------------------------------------------------------------


CASES = [
    {"counts": counts, "chosen": chosen, "newly": newly}
    for counts in (WITHIN, LOW, HIGH, {"1": (5, 5)}, {**WITHIN, "4": (1, 2)})
    for chosen in ((), ("1",), ("1", "2"), ("1", "2", "3", "4"))
    for newly in ((0, 0), (35, 12_345))
]


@pytest.mark.parametrize("case", CASES)
def test_english_has_no_chinese_in_it(case):
    said = headline(EN, **case)
    assert not CHINESE.search(said.state + said.change)


@pytest.mark.parametrize("case", CASES)
def test_chinese_state_is_short_enough_to_be_read_at_once(case):
    assert len(headline(**case).state) <= 46


@pytest.mark.parametrize("say", [ZH, EN])
def test_nothing_of_a_template_is_left(say):
    assert not any("{" in headline(say, **case).change for case in CASES)


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
    assert said.state == "520 个社区：居村治理 222 个，片区网格 298 个"
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


@pytest.mark.parametrize(
    ("say", "expected"),
    [(ZH, "所选 23 个社区都在居村治理内"), (EN, "All 23 chosen communities are under committees")],
)
def test_of_all_no_share_is_told(say, expected):
    assert headline(say, is_narrowed=True, now=(23, 23)).state == expected


def test_coverage_of_who_was_chosen_by_coverage_is_not_told():
    now = {
        "community_count": 54, "committee_community_count": 54, "grid_community_count": 0,
        "own_branch_community_count": 9, "effective_community_count": 20,
    }  # fmt: skip
    said = coverage_headline(ZH, now=pd.Series(now), chosen_as="按条件所选（纳入居委会管理）")
    assert said.state == "按条件所选（纳入居委会管理）：54 个社区"
    assert "片区网格" not in said.state
