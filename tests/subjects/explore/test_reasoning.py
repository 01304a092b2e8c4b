"""What Explore says is what the rows hold: ends, ranks, chance, and what goes together."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.language import Say
from dashboard.subjects.explore.reasoning import (
    Correlation,
    Spread,
    bivariate_headline,
    communities_headline,
    correlation,
    months_headline,
    multiples_headline,
    ranked,
    scatter_headline,
    spread,
    stands_out,
    thirds,
    totals_headline,
    towns_headline,
    year_changes,
)

ZH, EN = Say("zh"), Say("en")
DECIDED, RESIDENTS = BY_CODE["committee_coverage"], BY_CODE["residents"]
# As if it were of a sample: to be held against chance.
COVERAGE = replace(DECIDED, uncertainty="binomial")
PER_DWELLING, OCCUPANCY = BY_CODE["residents_per_dwelling"], BY_CODE["occupancy_room"]
REACH = BY_CODE["reach"]
NAMES = ("甲", "乙", "丙", "丁")


def covered(*counts, of=100, keys=4):
    names = NAMES if keys == 4 else [str(number) for number in range(keys)]
    rows = pd.DataFrame(
        {
            "key": (list("abcd") if keys == 4 else names)[: len(counts)],
            "name": list(names)[: len(counts)],
            "committee_community_count": counts,
            COVERAGE.denominator: of,
        }
    )
    return measure(rows, COVERAGE)


def counted(*counts):
    keys = list("abcdefgh")[: len(counts)]
    return measure(pd.DataFrame({"key": keys, "name": keys, "resident_count": counts}), RESIDENTS)


def described(rows, indicator, district) -> Spread:
    found = spread(rows, indicator, district)
    assert found is not None
    return found


def correlated(x, y) -> Correlation:
    found = correlation(x, y)
    assert found is not None
    return found


def towns(rows, indicator=COVERAGE, *, district=50.0, chosen=(), say=ZH):
    found = described(rows, indicator, district)
    return towns_headline(say, found, indicator, district=district, chosen=chosen)


def test_what_is_written_alike_is_ranked_and_told_alike():
    rows = covered(9204, 9196, 5000, of=10_000)
    assert ranked(rows, COVERAGE)["rank"].tolist() == [1, 1, 3]
    assert "甲等 2 个街镇最高，92.0%" in towns(rows).state
    same = towns(covered(9204, 9196, of=10_000)).state
    assert "各街镇相同" in same


# One indicator ---------------------------------------------------------------------------


def test_equal_values_share_a_rank_and_missing_ones_have_none():
    rows = ranked(counted(5, 9, 9, None, 1), COVERAGE)
    assert list(zip(rows["key"], rows["rank"], strict=True)) == [
        ("b", 1), ("c", 1), ("a", 3), ("e", 4)
    ]  # fmt: skip


def test_the_highest_and_the_lowest_are_named():
    said = towns(covered(40, 60, 55))
    assert said.state == "居村治理覆盖率：乙最高，60.0%；甲最低，40.0%"
    assert said.change.startswith("全区 50.0%。各街镇合在一起超出随机波动，但没有一处单独超出")
    far = towns(covered(30, 70, 55))
    assert far.change.startswith(
        "全区 50.0%。乙明显高于全区、甲明显低于全区；其余街镇的高低，随机波动"
    )


def test_differences_within_chance_are_said_to_be_so():
    assert "各街镇的差异，随机波动可以解释" in towns(covered(4, 6, of=10)).change
    assert "Chance can explain" in towns(covered(4, 6, of=10), say=EN).change


def test_towns_of_one_value_have_no_highest():
    assert towns(covered(50, 50)).state == "居村治理覆盖率：各街镇相同，都是 50.0%"


def test_equals_are_counted():
    assert "甲等 2 个街镇最高，60.0%" in towns(covered(60, 60, 20)).state


@pytest.mark.parametrize(
    ("chosen", "rank", "chance"),
    [
        ("b", 1, "高于全区 50.0%，超出随机波动。"),
        ("a", 3, "低于全区 50.0%，超出随机波动。"),
    ],
)
def test_a_chosen_town_is_told_by_its_rank_and_its_own_chance(chosen, rank, chance):
    said = towns(covered(30, 70, 55), chosen=(chosen,))
    assert said.state.endswith(f"在 3 个街镇中排第 {rank}")
    assert said.change == chance


def test_no_rank_is_told_that_chance_may_have_given():
    said = towns(covered(30, 70, 55), chosen=("c",))
    assert said.state == "丙：居村治理覆盖率 55.0%"
    assert said.change == "与全区 50.0% 的差异，随机波动可以解释。"
    found = described(covered(30, 70, 55), COVERAGE, 50.0)
    said = communities_headline(ZH, found, COVERAGE, district=50.0, chosen=("c",), places=[])
    assert said.state == "丙：居村治理覆盖率 55.0%"


def test_equals_are_all_named_or_none():
    said = towns(counted(30, 50, 30, 30, 1), RESIDENTS, district=None)
    assert said.state.startswith("入住居民最多的是b，")
    said = towns(counted(50, 30, 30, 30, 30), RESIDENTS, district=None)
    assert said.state.startswith("入住居民最多的是a，")


def test_counts_are_told_by_the_share_of_the_largest():
    said = towns(counted(10, 50, 30, 10), RESIDENTS, district=None)
    assert said.state == "入住居民最多的是b、c，合计占 4 个街镇总和的 80.0%"
    assert said.change == "街镇中最高的是最低的 5.0 倍。"


def test_shares_without_interval_are_told_by_their_distance():
    rows = counted(80, 95).assign(low=np.nan, high=np.nan)
    assert towns(rows, OCCUPANCY).change == "全区 50.0%。最高与最低相差 15.0 个百分点。"


def test_nothing_measured_is_nothing_to_describe():
    assert spread(counted(None, None), RESIDENTS, None) is None


def test_communities_are_told_by_their_middle_half():
    found = described(counted(1, 2, 3, 4, 5, None), RESIDENTS, None)
    said = communities_headline(ZH, found, RESIDENTS, district=None, chosen=(), places=[])
    assert said.state == "5 个社区的入住居民：居中的一半在 2人 到 4人 之间"
    assert said.change == "社区中位数 3人。1 个没有数据或人数过少。"


def test_a_chosen_community_is_told_by_its_rank():
    found = described(counted(1, 2, 3), RESIDENTS, None)
    said = communities_headline(ZH, found, RESIDENTS, district=None, chosen=("c",), places=[])
    assert said.state == "c：入住居民 3人，在 3 个社区中排第 1"


def test_communities_beyond_chance_are_counted():
    found = described(covered(10, 90, 50, 95), COVERAGE, 50.0)
    said = communities_headline(ZH, found, COVERAGE, district=50.0, chosen=(), places=["甲"])
    assert said.state.startswith("甲：4 个社区")
    assert (
        "2 个明显高于、1 个明显低于全区，其余随机波动可以解释；标为高或低的，平均每 20 处至多 1 处只是碰巧。"
        in said.change
    )


def test_communities_that_differ_anyhow_are_not_told_by_chance():
    rows = covered(*[30, 40, 60, 70] * 10, of=200, keys=40)
    found = described(rows, COVERAGE, 25.0)
    for say, usual, chance in ((ZH, "本来相差就大", "随机"), (EN, "differ much", "hance")):
        said = communities_headline(say, found, COVERAGE, district=25.0, chosen=(), places=[])
        assert usual in said.change
        assert chance not in said.change


def test_communities_without_activity_are_said_not_to_be_compared():
    rows = pd.DataFrame({
        "key": list("abcd"), "name": list("abcd"), "participant_count": [0, 30, 31, 29],
        "resident_month_count": 90, "month_count": 1, "activity_count": [0, 1, 1, 1],
    })  # fmt: skip
    found = described(measure(rows, REACH), REACH, 33.3)
    said = communities_headline(ZH, found, REACH, district=33.3, chosen=(), places=[])
    assert "1 个没有办过活动，不比较。" in said.change
    said = communities_headline(EN, found, REACH, district=33.3, chosen=(), places=[])
    assert "1 had no activity and is not compared." in said.change


@pytest.mark.parametrize("say", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("chosen", [(), ("a",)])
def test_decided_shares_are_told_in_communities_and_never_by_chance(say, chosen):
    rows = measure(covered(30, 70, 55), DECIDED)
    said = towns(rows, DECIDED, chosen=chosen, say=say)
    assert {"zh": "20 个", "en": "20"}[say.language] in said.change
    assert not {"随机", "hance"} & {word for word in ("随机", "hance") if word in said.change}
    if chosen:
        assert {"zh": "排第 3", "en": "3"}[say.language] in said.state


# Months ----------------------------------------------------------------------------------


def monthly(*values, key="a", name="甲"):
    months = pd.date_range("2024-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"key": key, "name": name, "month": months, "value": values})


@pytest.mark.parametrize(
    ("values", "words"), [((10, 30, 20), "升到"), ((20, 30, 10), "降到"), ((20, 5, 20.01), "持平")]
)
def test_months_are_told_by_their_ends(values, words):
    said = months_headline(ZH, monthly(*values), COVERAGE, places=[])
    assert words in said.state
    assert said.state.startswith(f"居村治理覆盖率从 2024-01 的 {values[0]:.1f}%")
    assert f"{max(values):.1f}%" in said.change


def test_months_that_are_written_alike_are_all_the_highest():
    said = months_headline(ZH, monthly(10, 30.01, 20, 29.99), COVERAGE, places=[])
    assert "最高在 2024-02、2024-04（并列）（30.0%），最低在 2024-01（10.0%）" in said.change


def test_what_has_seasons_is_set_beside_the_same_month_a_year_before():
    rows = monthly(*[20.0] * 11, 30.0, 50.0)
    said = months_headline(ZH, rows, REACH, places=[])
    assert said.state == "活动参与率从 2024-01 的 20.0% 升到 2025-01 的 50.0%"
    assert said.change.startswith("随季节起伏：最高在 2025-01")
    short = months_headline(ZH, rows.iloc[1:], REACH, places=[])
    assert short.state == "活动参与率：2025-01 为 50.0%，没有上年同期可比"
    short = months_headline(EN, rows.iloc[1:], REACH, places=[])
    assert short.state.endswith("50.0% in 2025-01, without a year before to compare")
    # Another is set beside the first month there is.
    assert "2024-02" in months_headline(ZH, rows.iloc[1:], COVERAGE, places=[]).state


def test_towns_with_less_than_a_year_of_what_has_seasons_are_not_compared():
    rows = pd.concat([monthly(*range(20)), monthly(5, 4, key="b", name="乙")])
    assert year_changes(rows, REACH)["key"].tolist() == ["a"]
    nothing = multiples_headline(ZH, year_changes(monthly(5, 4), REACH), REACH)
    assert nothing.state == "活动参与率：没有上年同期可比"


def test_chosen_places_are_named_before_the_months():
    assert months_headline(ZH, monthly(1, 2), COVERAGE, places=["甲"]).state.startswith("甲：")
    many = months_headline(ZH, monthly(1, 2), COVERAGE, places=["甲", "乙", "丙"])
    assert many.state.startswith("甲等 3 处：")


def test_months_without_a_value_are_left_out():
    assert "2024-02" in months_headline(ZH, monthly(None, 1, 2), COVERAGE, places=[]).state
    assert "没有数据" in months_headline(ZH, monthly(None), COVERAGE, places=[]).state


def test_a_year_is_looked_back_on_or_what_there_is_of_it():
    rows = pd.concat(
        [
            monthly(*range(20)),
            monthly(5, 4, key="b", name="乙"),
            monthly(1, key="c", name="丙"),
        ]
    )
    changes = year_changes(rows, COVERAGE).set_index("key")
    assert changes.loc["a"].tolist() == ["甲", 7, 19, 12]
    assert changes.loc["b"].tolist() == ["乙", 5, 4, 1]
    assert "c" not in changes.index


def test_towns_that_rose_and_fell_are_counted_as_they_are_written():
    rows = pd.concat(
        [
            monthly(10, 20),
            monthly(30, 15, key="b", name="乙"),
            monthly(5, 5.01, key="c", name="丙"),
        ]
    )
    said = multiples_headline(ZH, year_changes(rows, COVERAGE), COVERAGE)
    assert said.state == "近 1 个月居村治理覆盖率：1 个街镇上升，1 个下降"
    assert said.change == "变化最大的是乙：30.0% → 15.0%（−15.0 个百分点）。"
    alike = pd.concat([monthly(10, 20), monthly(30, 20, key="b", name="乙")])
    assert multiples_headline(ZH, year_changes(alike, COVERAGE), COVERAGE).change == ""


def test_counts_change_by_plain_numbers():
    said = multiples_headline(ZH, year_changes(monthly(100, 1350), RESIDENTS), RESIDENTS)
    assert "（+1,250）" in said.change


def test_no_months_are_no_change():
    assert "没有数据" in multiples_headline(ZH, year_changes(monthly(), COVERAGE), COVERAGE).state
    assert multiples_headline(ZH, year_changes(monthly(5, 5), COVERAGE), COVERAGE).change == ""


def test_totals_say_four_numbers():
    values = pd.Series(
        {"communities": 547, "residents": 169_040, "committee_coverage": 54.11, "reach": 33.57}
    )
    assert totals_headline(ZH, values).state == (
        "547 个社区、16.9 万名居民：居村治理覆盖 54.1%，活动参与 33.6%"
    )


# Two indicators --------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=5, max_size=40))
def test_correlation_is_spearmans(numbers):
    x, y = (pd.Series(each, dtype="float64") for each in zip(*numbers, strict=True))
    if x.nunique() == 1 or y.nunique() == 1:
        assert correlation(x, y) is None
        return
    found = correlated(x, y)
    theirs = stats.spearmanr(x, y)
    assert found.rho == pytest.approx(theirs.statistic)
    assert found.p == pytest.approx(theirs.pvalue, abs=1e-9)
    assert found.low <= found.rho + 1e-9
    assert found.rho <= found.high + 1e-9


def test_correlation_interval_is_bonett_and_wrights():
    x = pd.Series(range(20), dtype="float64")
    y = x.sample(frac=1, random_state=3).reset_index(drop=True) + x
    found = correlated(x, y)
    half = 1.959964 * ((1 + found.rho**2 / 2) / 17) ** 0.5
    assert np.arctanh(found.high) - np.arctanh(found.rho) == pytest.approx(half)
    assert np.arctanh(found.rho) - np.arctanh(found.low) == pytest.approx(half)


def clustered(numbers, towns=14, each=40, alike=1.0):
    """Make two unrelated measures of communities that are alike within their town."""
    codes = np.repeat(np.arange(towns), each)
    x, y = (
        alike * numbers.normal(size=towns)[codes] + numbers.normal(size=len(codes))
        for _ in range(2)
    )
    return pd.Series(x), pd.Series(y), pd.Series(codes.astype(str))


def test_communities_alike_within_towns_are_not_taken_for_so_many_witnesses():
    """Unrelated measures: at 5 % one in twenty may be called related, by each alone most are."""
    seen, naive = [], []
    for seed in range(200):
        x, y, towns = clustered(np.random.default_rng(seed))
        found = correlation(x, y, towns)
        assert found is not None
        seen.append(found.p < 0.05)
        naive.append(correlated(x, y).p < 0.05)
    assert np.mean(seen) < 0.1
    assert np.mean(naive) > 0.4


def test_the_jackknife_over_towns_is_as_wide_as_drawing_towns_again():
    numbers = np.random.default_rng(11)
    x, y, towns = clustered(numbers, alike=0.7)
    y = y + 0.5 * x
    found = correlation(x, y, towns)
    assert found is not None
    members = [np.flatnonzero(towns == each) for each in towns.unique()]
    drawn = []
    for _ in range(600):
        own = np.concatenate([members[at] for at in numbers.integers(0, len(members), 14)])
        drawn.append(np.arctanh(stats.spearmanr(x.iloc[own], y.iloc[own]).statistic))
    half = stats.t.ppf(0.975, 13) * np.std(drawn)
    own_half = (np.arctanh(found.high) - np.arctanh(found.low)) / 2
    assert own_half == pytest.approx(half, rel=0.3)
    assert (found.count, found.cluster_count) == (560, 14)


def test_a_clustered_correlation_says_so_and_is_withheld_of_few_towns():
    x, y, towns = clustered(np.random.default_rng(1))
    found = correlation(x, x + y / 10, towns)
    assert found is not None
    found = replace(found, left_out=7)
    said = scatter_headline(ZH, found, OCCUPANCY, REACH, of_towns=False)
    assert "社区聚在 14 个街镇内" in said.change
    assert "7 个分母不足 30、或没有办过活动的社区不计入相关系数。" in said.change
    assert said.change.endswith("关联，不是因果。")
    said = scatter_headline(EN, found, OCCUPANCY, REACH, of_towns=False)
    assert "clustered in 14 towns" in said.change
    assert "7 communities with a denominator below 30 or without activity left out" in said.change
    few = correlation(x.head(120), y.head(120), towns.head(120))
    assert few is not None
    assert few.is_withheld
    assert not few.is_seen
    for say, state, change in (
        (ZH, "街镇太少，不能判断关联", "不给区间与 p"),
        (EN, "too few towns", "neither interval nor p"),
    ):
        said = scatter_headline(say, few, OCCUPANCY, REACH, of_towns=False)
        assert state in said.state
        assert change in said.change
        assert "p =" not in said.change


def test_pairs_with_a_missing_side_are_left_out():
    x = pd.Series([1.0, 2, 3, 4, 5, None, 7])
    y = pd.Series([2.0, 4, 6, 8, 10, 0, None])
    found = correlated(x, y)
    assert found.rho == pytest.approx(1)
    assert (found.count, found.p) == (5, 0)
    assert correlation(x.head(4), y.head(4)) is None


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (range(30), "往往越高（强相关）"),
        (range(30, 0, -1), "往往越低（强相关）"),
        ([0, 9, 3, 8, 1, 7, 4, 6, 2, 5], "看不出关联"),
    ],
)
def test_correlation_is_put_into_words_and_never_called_a_cause(order, words):
    y = pd.Series(list(order), dtype="float64")
    found = correlated(pd.Series(range(len(y)), dtype="float64"), y)
    said = scatter_headline(ZH, found, OCCUPANCY, REACH, of_towns=True)
    assert words in said.state
    assert said.change.endswith("关联，不是因果。")
    assert f"n = {len(y)}" in said.change


def test_a_correlation_of_too_few_is_not_told():
    said = scatter_headline(ZH, None, OCCUPANCY, REACH, of_towns=True)
    assert "数据不足" in said.state


def test_communities_are_not_called_towns():
    x = pd.Series(range(9), dtype="float64")
    said = scatter_headline(ZH, correlation(x, x), OCCUPANCY, REACH, of_towns=False)
    assert "越高的社区" in said.state


def test_only_a_point_off_the_line_stands_out():
    x = pd.Series(range(12), dtype="float64")
    y = 2 * x + pd.Series([0.1, -0.1] * 6)
    y[4] = 40
    assert stands_out(x, y).tolist() == [number == 4 for number in range(12)]


@pytest.mark.parametrize("x", [[1.0, 1, 1], [1.0, 2, None], [None, None, None]])
def test_nothing_stands_out_where_there_is_no_line(x):
    assert not stands_out(pd.Series(x, dtype="float64"), pd.Series([1.0, 5, 9])).any()


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_thirds_go_by_rank_and_keep_equals_together(numbers):
    values = pd.Series(numbers, dtype="float64")
    own = thirds(values, COVERAGE)
    assert own.between(0, 2).all()
    assert own.groupby(values).nunique().max() == 1
    assert own[values.sort_values().index].is_monotonic_increasing
    if values.is_unique and len(values) % 3 == 0:
        assert own.value_counts().tolist() == [len(values) // 3] * 3


def test_the_missing_are_in_no_third():
    values = pd.Series([1.0, None, 3.0, 2.0])
    assert thirds(values, COVERAGE).isna().tolist() == [False, True, False, False]


def test_what_is_written_alike_is_in_one_third():
    assert thirds(pd.Series([9.0, 30.04, 29.96]), COVERAGE).nunique() == 2


@pytest.mark.parametrize(
    ("thirds_of", "state"),
    [
        ([(2, 2), (0, 0)], "甲的活动参与率与“一间房”入住率都在前三分之一，乙都在后三分之一"),
        ([(2, 2), (0, 1)], "甲的活动参与率与“一间房”入住率都在前三分之一"),
        ([(2, 1), (0, 0)], "乙的活动参与率与“一间房”入住率都在后三分之一"),
        ([(2, 0), (0, 2)], "没有街镇的活动参与率与“一间房”入住率同在前三分之一或后三分之一"),
    ],
)
def test_towns_high_or_low_in_both_are_named(thirds_of, state):
    rows = pd.DataFrame(thirds_of, columns=["x_third", "y_third"]).assign(name=["甲", "乙"])
    assert bivariate_headline(ZH, rows, OCCUPANCY, REACH, None).state == state


def test_towns_in_a_third_of_both_are_no_association():
    rows = pd.DataFrame([(2, 2), (0, 0)], columns=["x_third", "y_third"]).assign(name=["甲", "乙"])
    x = pd.Series(range(10), dtype="float64")
    unseen, seen = correlation(x, pd.Series([0.0, 9, 3, 8, 1, 7, 4, 6, 2, 5])), correlation(x, x)
    for say, said in ((ZH, "看不出关联"), (EN, "No association is seen")):
        assert said in bivariate_headline(say, rows, OCCUPANCY, REACH, unseen).change
        assert said not in bivariate_headline(say, rows, OCCUPANCY, REACH, seen).change


def test_english_sentences_are_spaced():
    said = towns(covered(30, 70, 55), say=EN)
    assert said.change.startswith("District 50.0%. 乙 clearly above the district,")
