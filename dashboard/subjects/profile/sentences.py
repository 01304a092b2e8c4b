"""Say how a town or a community stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.contract.indicators import BY_CODE, Indicator, as_written, count_written, written
from dashboard.insight.attention import Concern
from dashboard.insight.facts import governed_how
from dashboard.insight.headline import Headline
from dashboard.insight.limits import Comparison, Verdict, compared
from dashboard.insight.verdicts import communities_short, gap_told
from dashboard.language import Say


def community_headline(
    row: Any,
    say: Say,
    *,
    occupancy: tuple[Indicator, float],
    found: list[Concern] | None,
    reach: tuple[float, float],
    opened: str | None = None,
) -> Headline:
    """Write a community's headline: who lives there, how full it is, how it is governed.

    ``occupancy`` is of the tier with most dwellings; ``found`` is what needs attention, None
    where what would ail a real project is invented; ``reach`` and the median of the most similar
    are in percent; ``opened`` is the month in which a new one, still filling, opened.
    """
    indicator, let = occupancy
    state = say(
        "{name}：居民 {residents} 人，{occupancy} {let}，{governance}",
        name=row.name_zh if say.language == "zh" else row.name_en,
        residents=count_written(row.resident_count, say.language),
        occupancy=say.words(indicator.name),
        let=written(let, indicator, say.language),
        governance=governed_how(row.coverage_type, row.mode, say),
    )
    if found is None:
        # Nor is what is invented of it set beside others.
        return Headline(state, say("具名项目：标“公开”的有来源，其余为估计，故不作评判。"))
    if found:
        need = say("需要关注：{reason}。", reason=found[0].reason)
    else:
        need = say("没有触发关注规则。")
    if opened:
        need = say("{month} 新开业，仍在入住。", month=opened) + need
    return Headline(state, need + _beside_similar(*reach, say))


def _beside_similar(reach: float, similar: float, say: Say) -> str:
    if pd.isna(reach) or pd.isna(similar):
        return ""
    indicator = BY_CODE["reach"]
    return say(
        "活动参与率 {reach}，五个最相似社区的中位数 {similar}。",
        reach=written(reach, indicator, say.language),
        similar=written(similar, indicator, say.language),
    )


@dataclass(frozen=True)
class Standing:
    """Tell how one town stands among all in one indicator."""

    indicator: Indicator
    value: float
    low: float
    high: float
    district: float | None
    rank: int | None
    among: int
    verdict: Verdict
    found: Comparison | None = None
    # How many communities fewer than at the district's share.
    short: int = 0


def standings(
    rows: pd.DataFrame, keys: Iterable[str], indicator: Indicator, *, district: float | None
) -> dict[str, Standing]:
    """Rank towns by an indicator, the highest first, equals sharing the better rank.

    ``rows`` are all towns, measured, with ``key``; one of the ``keys`` that has no value has no
    rank. Only what could have gone either way by chance is held against the limits round the
    district's value.
    """
    known, nan = rows[rows["value"].notna()], float("nan")
    among, shown = len(known), as_written(known["value"], indicator).tolist()
    compare = compared(known, district, indicator)
    verdicts: list[Verdict] = ["none"] * among if compare is None else compare.verdicts
    short = [0] * among
    if indicator.uncertainty == "decided" and district is not None:
        short = communities_short(known, district).astype(int).tolist()
    columns = (known[name].tolist() for name in ("key", "value", "low", "high"))
    found = {key: Standing(indicator, nan, nan, nan, district, None, among, "none") for key in keys}
    for (key, value, low, high), mine, verdict, lacks in zip(
        zip(*columns, strict=True), shown, verdicts, short, strict=True
    ):
        rank = 1 + sum(other > mine for other in shown)
        found[key] = Standing(
            indicator, value, low, high, district, rank, among, verdict, compare, lacks
        )
    return found


def town_headline(
    say: Say,
    *,
    name: str,
    now: pd.Series,
    coverage: pd.DataFrame,
    district: float | None,
    found: list[Concern],
) -> Headline:
    """Write a town's headline. ``now`` is its row of district_by_month at the end month,
    ``coverage`` its measured row; ``district``: the coverage of all towns, in percent."""
    indicator = BY_CODE["committee_coverage"]
    state = say(
        "{name}：{communities} 个社区、{residents} 名居民，居村治理覆盖率 {share}",
        name=name,
        communities=int(now["community_count"]),
        residents=count_written(now["resident_count"], say.language),
        share=written(coverage["value"].iloc[0], indicator, say.language),
    )
    gap = "" if district is None else gap_told(say, coverage, district, indicator)
    if not found:
        return Headline(state, gap + say("没有社区触发关注规则。"))
    need = say(
        "{count} 个社区需要关注，最急的是{name}（{reason}）。",
        count=len(found),
        name=found[0].name,
        reason=found[0].reason,
    )
    return Headline(state, gap + need)
