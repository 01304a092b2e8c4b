"""No sentence says more than was tested: in Chinese and in English."""

import re
from fractions import Fraction
from itertools import count as count_up

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.indicators import BY_CODE, INDICATORS, as_written, measure
from dashboard.insight.limits import compared
from dashboard.insight.verdicts import (
    false_alarms_told,
    gap_told,
    gaps_told,
    method_told,
    test_told,
    verdict_told,
    verdict_words,
    who_differs,
)
from dashboard.language import Say

test_told.__test__ = False  # type: ignore[attr-defined]

ZH, EN = Say("zh"), Say("en")
CLOSING, COVERAGE = BY_CODE["closing_rate"], BY_CODE["committee_coverage"]
CHANCE = {"zh": "随机", "en": "hance"}
USUAL = {"zh": "平常", "en": "usual"}


def judged(*counts, of=100):
    rows = pd.DataFrame({"in_time_count": counts, "followed_count": of})
    found = compared(measure(rows, CLOSING), 50.0, CLOSING)
    assert found is not None
    return found


ALIKE = judged(52, 48, 50, 49, 51, 50)
ONE_OFF = judged(50, 51, 49, 10)
WIDE = judged(440, 450, 460, 540, 550, 560, of=1000)
WIDE_AND_ONE = judged(*[450, 460, 540, 550] * 6, 950, of=1000)


@pytest.mark.parametrize("say", [ZH, EN], ids=lambda say: say.language)
@pytest.mark.parametrize("verdict", ["above", "below", "alike"])
def test_chance_is_said_only_where_it_was_not_rejected(say, verdict):
    chance, usual = CHANCE[say.language], USUAL[say.language]
    assert chance in verdict_told(say, ALIKE, verdict)
    assert usual not in verdict_told(say, ALIKE, verdict)
    assert usual in verdict_told(say, WIDE, verdict)
    assert chance not in verdict_told(say, WIDE, verdict)


@pytest.mark.parametrize("say", [ZH, EN], ids=lambda say: say.language)
def test_in_tables_too(say):
    assert CHANCE[say.language] in verdict_words(say, ALIKE)["alike"]
    assert CHANCE[say.language] not in verdict_words(say, WIDE)["alike"]


def test_towns_together_are_told_as_they_were_tested():
    assert who_differs(ZH, ALIKE, [], []).startswith("各街镇的差异，随机波动可以解释。")
    assert who_differs(EN, ALIKE, [], []).startswith("Chance can explain how towns differ.")
    assert who_differs(ZH, WIDE, [], []).startswith("各街镇的差异不是随机波动，但没有一处超出")
    assert "none by more than places usually differ" in who_differs(EN, WIDE, [], [])
    assert who_differs(ZH, WIDE_AND_ONE, ["甲"], []) == (
        "甲明显高于全区；其余街镇的高低不超出各地平常的差异。"
    )
    assert who_differs(ZH, ONE_OFF, [], ["甲"]) == (
        "甲明显低于全区；其余街镇的高低，随机波动可以解释。"
    )
    assert who_differs(EN, ONE_OFF, [], ["A"]).startswith(
        "A clearly below the district; chance can"
    )
    # Four places are too few to say how widely places differ.
    together = judged(40, 44, 56, 60)
    assert together.p < 0.05 and not together.is_any_apart
    assert "合在一起超出随机波动，但没有一处单独超出" in who_differs(ZH, together, [], [])
    assert "no single one does" in who_differs(EN, together, [], [])


def test_how_far_places_differ_is_told_beside_the_test():
    text = test_told(ZH, WIDE)
    chi2 = float(((np.array([440, 450, 460, 540, 550, 560]) - 500) ** 2 / 250).sum())
    assert f"χ²(5) = {chi2:.1f}，p < 0.001" in text
    assert "个百分点" in text
    assert "标准差" not in test_told(ZH, ALIKE)
    assert "SD between places" in test_told(EN, WIDE)


@pytest.mark.parametrize("say", [ZH, EN], ids=lambda say: say.language)
def test_sentences_name_no_test_and_say_how_many_are_marked_by_mistake(say):
    told = [
        who_differs(say, found, above, below)
        for found, above, below in (
            (ALIKE, [], []), (WIDE, [], []), (WIDE_AND_ONE, ["A"], []), (ONE_OFF, [], ["A"]),
        )
    ]  # fmt: skip
    for text in (*told, false_alarms_told(say)):
        assert not re.search(r"χ²|BH|p [<=]|标准差|SD |random effects|随机效应", text)
    assert "20" in false_alarms_told(say)


def test_the_method_is_named():
    assert "可加随机效应" in method_told(ZH, WIDE)
    assert "exact binomial" in method_told(EN, ALIKE)
    assert "5%" in method_told(ZH, ALIKE)
    assert "BH" in method_told(EN, ALIKE)


# Complete counts --------------------------------------------------------------------------


def covered(*counts, of=50):
    rows = pd.DataFrame({"committee_community_count": counts, "governed_community_count": of})
    return measure(rows, COVERAGE)


def test_a_gap_is_told_in_communities():
    assert gap_told(ZH, covered(23), 54.1, COVERAGE) == (
        "比全区 54.1% 低 8.1 个百分点，相当于少 4 个社区。"
    )
    assert gap_told(EN, covered(23), 54.1, COVERAGE) == (
        "8.1 points below the 54.1% of the district: 4 communities fewer."
    )
    assert "多 3 个社区" in gap_told(ZH, covered(30), 54.1, COVERAGE)
    assert "不到 1 个社区" in gap_told(ZH, covered(27), 54.1, COVERAGE)
    assert "Less than one community" in gap_told(EN, covered(27), 54.1, COVERAGE)
    assert gap_told(ZH, covered(pd.NA), 54.1, COVERAGE) == ""


@pytest.mark.parametrize(("say", "part"), [(ZH, "所选范围"), (EN, "chosen communities")])
def test_part_of_the_district_is_named_as_part(say, part):
    whole = {"zh": "所选范围", "en": "Chosen communities"}[say.language]
    told = [
        gap_told(say, covered(23), 54.1, COVERAGE, whole),
        gaps_told(say, covered(23, 20, 40), 54.1, COVERAGE, whole),
        who_differs(say, ONE_OFF, [], ["A"], whole),
        *(verdict_told(say, WIDE, each, whole) for each in ("above", "below", "alike")),
    ]
    for text in told:
        assert part in text
        assert "全区" not in text
        assert "district" not in text


def test_gaps_of_all_are_added_up_but_not_set_off():
    assert gaps_told(ZH, covered(23, 20, 40), 54.1, COVERAGE) == (
        "2 个街镇低于全区的 54.1%：合计再有 13 个现有社区做到，就各自达到这个比例。"
    )
    assert "13 more of their existing communities" in gaps_told(
        EN, covered(23, 20, 40), 54.1, COVERAGE
    )
    assert "相差不到 1 个社区" in gaps_told(ZH, covered(27, 27), 54.1, COVERAGE)


@given(
    st.lists(
        st.tuples(st.integers(1, 120), st.integers(0, 120)).map(
            lambda each: (max(each), min(each))
        ),
        min_size=1,
        max_size=14,
    ),
    st.integers(1, 999),
)
def test_what_is_told_is_the_fewest_by_which_each_reaches_the_share(towns, district):
    rows = pd.DataFrame(towns, columns=["governed_community_count", "committee_community_count"])
    told = gaps_told(ZH, measure(rows, COVERAGE), district / 10, COVERAGE)
    share = Fraction(district, 1000)
    short = [of * share - count for of, count in towns]
    if max(short) < 1:
        assert "相差不到 1 个社区" in told
        return
    below = [
        (of, count)
        for of, count in towns
        if as_written(100 * count / of, COVERAGE) < as_written(district / 10, COVERAGE)
    ]
    fewest = sum(
        next(more for more in count_up() if count + more >= of * share) for of, count in below
    )
    assert re.findall(r"\d+ 个", told) == [f"{len(below)} 个", f"{fewest} 个"]


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.code)
def test_what_is_decided_is_a_share_of_communities_and_what_is_tested_a_share(indicator):
    if indicator.uncertainty != "none":
        assert indicator.kind == "share"
    if indicator.uncertainty == "decided":
        assert "community" in indicator.numerator
        assert "community" in (indicator.denominator or "")
        assert not indicator.has_interval
    assert (indicator.uncertainty == "persons") == (indicator.mean_over_months)
