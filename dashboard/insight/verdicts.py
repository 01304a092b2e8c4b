"""Say how places stand beside the district: no more than was tested, and communities where all
were counted."""

from collections.abc import Sequence
from math import ceil

import pandas as pd

from dashboard.contract.indicators import Indicator, as_share, as_written, written
from dashboard.contract.rounding import number_written, rounded
from dashboard.insight.changes import difference_shown
from dashboard.insight.headline import towns_told
from dashboard.insight.limits import LEVEL, Comparison, Verdict
from dashboard.language import Say


def p_written(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {number_written(p, 3)}"


def test_told(say: Say, found: Comparison) -> str:
    """Tell the test of one value for all places, and how far apart they are where it was rejected."""
    values = {"chi2": found.chi2, "degrees": found.degrees, "p": p_written(found.p)}
    if not found.is_widened:
        return say("同值检验 χ²({degrees}) = {chi2:,.1f}，{p}", **values)
    return say(
        "同值检验 χ²({degrees}) = {chi2:,.1f}，{p}；各地标准差 {apart:.1f} 个百分点",
        **values,
        apart=found.funnel.apart,
    )


def limits_told(say: Say, found: Comparison) -> str:
    """Say what the limits are made of."""
    if found.is_widened:
        return say("界限含各地平常的差异（可加随机效应）")
    if found.funnel.indicator.uncertainty == "binomial":
        return say("界限按二项分布的确切概率")
    return say("界限按泊松分布的确切概率")


def method_told(say: Say, found: Comparison) -> str:
    """Say by which limits places were judged, and what holds false alarms down."""
    return say(
        "{limits}，误报不超过 {level:.0%}（BH）",
        limits=limits_told(say, found),
        level=LEVEL,
    )


def verdict_words(say: Say, found: Comparison | None, whole: str = "") -> dict[Verdict, str]:
    """Name the verdicts on a standing beside the district, or beside what ``whole`` names."""
    is_widened = found is not None and found.is_widened
    return {
        "above": say("高于{whole}", whole=whole) if whole else say("高于全区"),
        "below": say("低于{whole}", whole=whole) if whole else say("低于全区"),
        "alike": say("平常差异内") if is_widened else say("随机可解释"),
        "none": "—",
    }


def verdict_told(say: Say, found: Comparison, verdict: Verdict, whole: str = "") -> str:
    """Say how one place stands beside the district, or beside what ``whole`` names."""
    indicator = found.funnel.indicator
    beside = {
        "whole": whole or say("全区"),
        "value": written(found.funnel.common, indicator, say.language),
    }
    if verdict == "none":
        return ""
    if verdict == "alike":
        if found.is_widened:
            return say("与{whole} {value} 的差异不超出各地平常的差异。", **beside)
        return say("与{whole} {value} 的差异，随机波动可以解释。", **beside)
    if verdict == "above":
        if found.is_widened:
            return say("高于{whole} {value}，超出各地平常的差异。", **beside)
        return say("高于{whole} {value}，超出随机波动。", **beside)
    if found.is_widened:
        return say("低于{whole} {value}，超出各地平常的差异。", **beside)
    return say("低于{whole} {value}，超出随机波动。", **beside)


def who_differs(
    say: Say,
    found: Comparison,
    above: Sequence[str],
    below: Sequence[str],
    whole: str = "",
    *,
    names_towns: bool = True,
    is_part: bool = False,
) -> str:
    """Say which towns differ from the district, or the ``whole``; where none does, what may explain
    that they do; ``is_part``: they are not all of the district's towns."""
    if not above and not below and is_part:
        if found.is_widened:
            return say("所载街镇的差异不是随机波动，但没有一处超出各地平常的差异。")
        if found.may_be_chance:
            return say("所载街镇的差异，随机波动可以解释。")
        return say("所载街镇合在一起超出随机波动，但没有一处单独超出。")
    if not above and not below:
        if found.is_widened:
            return say("各街镇的差异不是随机波动，但没有一处超出各地平常的差异。")
        if found.may_be_chance:
            return say("各街镇的差异，随机波动可以解释。")
        return say("各街镇合在一起超出随机波动，但没有一处单独超出。")
    whole = whole or say("全区")
    higher, lower = (towns_told(say, each, names_towns=names_towns) for each in (above, below))
    parts = [
        say("{towns}明显高于{whole}", towns=higher, whole=whole) if above else "",
        say("{towns}明显低于{whole}", towns=lower, whole=whole) if below else "",
    ]
    towns = say.listed([part for part in parts if part])
    if found.is_widened:
        return say("{towns}；其余街镇的高低不超出各地平常的差异。", towns=towns)
    return say("{towns}；其余街镇的高低，随机波动可以解释。", towns=towns)


def false_alarms_told(say: Say) -> str:
    """Say in plain words how many of those told apart are told apart by mistake."""
    return say("标为高或低的，平均每 {many} 处至多 1 处只是碰巧", many=f"{1 / LEVEL:.0f}")


# Complete counts of communities ------------------------------------------------------------


# Of what would be a whole number but for the sixteenth digit.
_NOISE = 1e-9


def communities_short(rows: pd.DataFrame, district: float) -> "pd.Series[float]":
    """Give how many communities each place has fewer than it would at the district's share, in
    percent; less than nothing where it has more, and none where it is less than one."""
    short = _short(rows, district)
    return short.map(rounded).mask(short.abs() < 1 - _NOISE, 0.0)


def _short(rows: pd.DataFrame, district: float) -> "pd.Series[float]":
    short: pd.Series[float] = rows["denominator"] * as_share(district) - rows["numerator"]
    return short


def _to_reach(rows: pd.DataFrame, district: float) -> "pd.Series[float]":
    """Give the fewest communities by which each place reaches the share: none where it has."""
    return (_short(rows, district) - _NOISE).clip(lower=0).map(ceil, na_action="ignore")


def gap_told(
    say: Say,
    place: pd.DataFrame,
    district: float,
    indicator: Indicator,
    whole: str = "",
    *,
    in_communities: bool = True,
) -> str:
    """Say how far one place, a measured row, is from the district, in points and, unless that is told
    elsewhere, in communities; ``whole`` names that where it is part of the district."""
    (value,), (short,) = place["value"], communities_short(place, district)
    if pd.isna(value):
        return ""
    points = difference_shown(value, district, indicator)
    values = {
        "whole": whole or say("全区"),
        "district": written(district, indicator, say.language),
        "points": abs(points),
        "count": abs(int(short)),
    }
    if not short:
        return say("与{whole} {district} 相差不到 1 个社区。", **values)
    if short > 0:
        told = say("比{whole} {district} 低 {points:.1f} 个百分点", **values)
        fewer = say("，相当于少 {count} 个社区", **values)
    else:
        told = say("比{whole} {district} 高 {points:.1f} 个百分点", **values)
        fewer = say("，相当于多 {count} 个社区", **values)
    return say("{told}。", told=told + fewer if in_communities else told)


def gaps_told(
    say: Say,
    towns: pd.DataFrame,
    district: float,
    indicator: Indicator,
    whole: str = "",
    *,
    is_part: bool = False,
) -> str:
    """Say how many towns read as below the district, or the ``whole``, and the fewest communities by
    which each of them reaches that share as it is."""
    whole = whole or say("全区")
    below = as_written(towns["value"], indicator) < as_written(district, indicator)
    is_apart = (below & (communities_short(towns, district) > 0)).any()
    if not is_apart:
        return say(
            "所载街镇与{whole} {district:.1f}% 都相差不到 1 个社区。"
            if is_part
            else "各街镇与{whole} {district:.1f}% 都相差不到 1 个社区。",
            whole=whole,
            district=district,
        )
    return say(
        "{count} 个街镇低于{whole}的 {district:.1f}%：合计再有 {communities} 个现有社区做到，就各自达到这个比例。",
        whole=whole,
        count=int(below.sum()),
        district=district,
        communities=int(_to_reach(towns, district)[below].sum()),
    )
