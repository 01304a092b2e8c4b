"""Reason about housing: who is full and who is not, how new places fill, what targets ask for."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isnan, nan
from statistics import median
from typing import Any, Literal

import numpy as np
import pandas as pd

from dashboard.contract.columns import Floats, as_floats, rows_where
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    as_written,
    measure,
    percent,
    short_figure,
    written,
)
from dashboard.contract.rounding import percent_written
from dashboard.contract.tables import target_kind
from dashboard.insight.headline import Headline, foremost
from dashboard.insight.occupancy import (
    FEWEST_BEHIND,
    FILLING_MONTHS,
    LOW_OCCUPANCY,
    OCCUPANCY,
    let_told,
)
from dashboard.insight.survival import Curve, time_curve
from dashboard.language import Say

FULL = 100.0


def without_faults(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Drop the values of measured rows that can't be true: shares of over 100 %."""
    values = rows["value"].to_numpy()
    if indicator.kind != "share" or not (values > FULL).any():
        return rows
    return rows.assign(value=shares_known(values))


def shares_known(values: Floats) -> Floats:
    """Leave out the shares that can't be true: those of over 100 %."""
    return np.where(values > FULL, nan, values)


def over_let(rows: pd.DataFrame) -> pd.DataFrame:
    """List the rows with more let than available, the latest and largest first."""
    faults = rows_where(rows, as_floats(rows["let_count"]) > as_floats(rows["available_count"]))
    if faults.empty:
        return faults
    faults = faults.assign(excess=faults["let_count"] - faults["available_count"])
    return faults.sort_values(
        ["month", "excess", "community_code"], ascending=[False, False, True], ignore_index=True
    )


def spread(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Give the quartiles of measured communities by place; missing where they are too few.

    Columns: ``by``, ``lower``, ``middle``, ``upper`` and ``behind``, how many communities have a value.
    """
    values = _known_by(rows, by)
    told = [
        quartiles(each) if len(each) >= FEWEST_BEHIND else (nan, nan, nan)
        for each in values.values()
    ]
    found = pd.DataFrame(told, columns=["lower", "middle", "upper"])
    found.insert(0, by, pd.Series(list(values), dtype="str"))
    return found.assign(behind=[len(each) for each in values.values()])


def with_spread(rows: pd.DataFrame, communities: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add to places the quartiles of their measured communities, as ``spread`` gives them."""
    found = spread(communities, by).set_index(by).reindex(rows[by])
    return rows.assign(**{name: found[name].to_numpy() for name in found})


def _known_by(rows: pd.DataFrame, by: str) -> dict[Any, list[float]]:
    """Gather the measured values, in order, by what a column holds, in order; what holds nothing, such
    as an operator that nobody told, is none's."""
    values: defaultdict[Any, list[float]] = defaultdict(list)
    measured = zip(rows["value"].tolist(), rows[by].tolist(), strict=True)
    known = [each for each in measured if not isnan(each[0]) and not pd.isna(each[1])]
    for value, key in sorted(known):
        values[key].append(value)
    return dict(sorted(values.items()))


def quartiles(ordered: list[float]) -> tuple[float, float, float]:
    """Give the quartiles of values in order, between two of them in proportion."""
    lower, upper = (_quantile(ordered, share) for share in (0.25, 0.75))
    return lower, median(ordered), upper


def _quantile(ordered: list[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place % 1)


def fill_curve(rows: pd.DataFrame) -> pd.DataFrame:
    """Give median and quartiles of new communities' occupancy by months since opening.

    ``rows``: those of fill_up, measured. Each community counts as one; ``count`` says how many are behind
    a point, and points with too few behind them are left out.
    """
    curve = [
        (age, *quartiles(values), len(values))
        for age, values in _known_by(rows, "months_open_count").items()
        if len(values) >= FEWEST_BEHIND
    ]
    return pd.DataFrame(curve, columns=["age", "low", "median", "high", "count"])


def time_to_fill(rows: pd.DataFrame) -> Curve | None:
    """Estimate after how many months new communities are first let to the bar.

    ``rows``: those of fill_up, measured. Those that fill still, or closed before, are censored in
    the last month that is known of them. None with too few.
    """
    columns = (rows[name].tolist() for name in ("months_open_count", "community_code", "value"))
    last, first = dict[str, float](), dict[str, float]()
    for months, community, value in sorted(zip(*columns, strict=True)):
        if isnan(value):
            continue
        last[community] = months
        if as_written(value, OCCUPANCY) >= LOW_OCCUPANCY:
            first.setdefault(community, months)
    curve = time_curve(
        pd.Series([first.get(each, months) for each, months in last.items()], dtype="float64"),
        pd.Series([each in first for each in last], dtype="bool"),
        pd.Series([1] * len(last)),
    )
    return None if curve is None or curve.count < FEWEST_BEHIND else curve


def fill_headline(say: Say, curve: Curve | None) -> str:
    """Say after how many months half of the new communities are let to the bar, and how sure."""
    if curve is None:
        return say("新开社区的入住曲线")
    values = {
        "bar": LOW_OCCUPANCY,
        "months": curve.median,
        "low": curve.median_low,
        "high": curve.median_high,
    }
    if curve.followed_at(curve.median) < FEWEST_BEHIND and not pd.isna(curve.median):
        return say(
            "新开社区多久租到 {bar:.0f}%，还说不出：{count} 个中 {reached} 个租到过，跟踪到那时的太少",
            **values,
            count=curve.count,
            reached=curve.reached_count,
        )
    if pd.isna(curve.median):
        return say("新开社区过半数尚未租到 {bar:.0f}%", **values)
    if pd.isna(curve.median_high):
        return say(
            "开业约 {months:.0f} 个月后，半数新开社区租到 {bar:.0f}%（估数，实际可能更久，上限还算不出）",
            **values,
        )
    return say(
        "开业约 {months:.0f} 个月后，半数新开社区租到 {bar:.0f}%（95% 误差范围 {low:.0f}–{high:.0f} 个月）",
        **values,
    )


# Sentences -------------------------------------------------------------------------------


def distribution_headline(
    say: Say, rows: pd.DataFrame, indicator: Indicator, bar: float | None
) -> str:
    """Say how the measured communities are spread: how many lie below the bar, if there is one."""
    values, name = rows["value"].dropna(), say.words(indicator.name)
    if values.empty:
        return name
    if bar is None:
        return say(
            "{indicator}：一半社区在 {low} 至 {high} 之间",
            indicator=name,
            low=short_figure(values.quantile(0.25), indicator, say.language),
            high=written(values.quantile(0.75), indicator, say.language),
        )
    low = int((as_written(values, indicator) < bar).sum())
    return say(
        "{indicator}：{count} 个社区中 {low} 个低于 {bar:.0f}%，占 {share:.1f}%",
        indicator=name,
        count=len(values),
        low=low,
        bar=bar,
        share=percent(low, len(values)),
    )


def housing_headline(
    say: Say,
    *,
    tiers: pd.DataFrame,
    communities: pd.DataFrame,
    town_names: dict[str, str] | None,
    turnover: tuple[float | None, float | None],
    fault_count: int,
) -> Headline:
    """Write the page's headline.

    ``tiers``: measured rows of the end month; ``communities``: those of ``by_community``;
    ``town_names``: None where no town may be named;
    ``turnover``: a month and a year, in percent.
    """
    shares = let_told(say, tiers)
    names = ("town_code", "is_low", "is_filling")
    judged = list(zip(*(communities[name].tolist() for name in names), strict=True))
    settled = [town for town, is_low, is_filling in judged if is_low and not is_filling]
    filling_count = sum(is_low and is_filling for _, is_low, is_filling in judged)
    is_judged = len(communities) > 1 and bool(communities["value"].notna().any())
    if not shares:
        state = say("没有社区报有已租与可租，入住率不详")
    elif is_judged and settled:
        state = say(
            "入住率：{shares}；{count} 个成熟社区不足 {bar:.0f}%",
            shares=shares,
            count=len(settled),
            bar=LOW_OCCUPANCY,
        )
    elif is_judged:
        state = say(
            "入住率：{shares}；成熟社区都不低于 {bar:.0f}%", shares=shares, bar=LOW_OCCUPANCY
        )
    else:
        state = say("入住率：{shares}", shares=shares)
    parts = [
        *(_low_sentences(say, settled, filling_count, town_names) if is_judged else []),
        _turnover_sentence(say, *turnover),
        say("{count} 处已租多于可租，属数据错误，见下。", count=fault_count) if fault_count else "",
    ]
    return Headline(state, "".join(parts))


def _low_sentences(
    say: Say, settled: list[str], filling_count: int, town_names: dict[str, str] | None
) -> list[str]:
    """Say in which towns the mature ones are, which to look at first, and how many fill still."""
    sentences = [say("成熟：开业满 {months} 个月；按主要层次计。", months=FILLING_MONTHS)]
    if town_names:
        sentences.append(_where_settled(say, settled, town_names))
    if filling_count:
        sentences.append(
            say(
                "另有 {count} 个不足，开业不满 {months} 个月，仍在入住。",
                count=filling_count,
                months=FILLING_MONTHS,
            )
        )
    return sentences


def _where_settled(say: Say, settled: list[str], town_names: dict[str, str]) -> str:
    counts = Counter(settled)
    towns = pd.DataFrame({"key": list(counts), "count": list(counts.values())})
    most = foremost(towns, "count", count=1)
    names = say.listed([town_names[code] for code in most["key"]])
    if len(towns) == 1 and len(settled) > 1:
        return say("均在{town}，宜先核查。", town=names)
    if len(towns) == 1:
        return say("在{town}，宜先核查。", town=names)
    if most.empty:
        return ""
    return say("{towns}最多（{most} 个），宜先核查。", towns=names, most=int(most["count"].max()))


def _turnover_sentence(say: Say, turnover: float | None, annual: float | None) -> str:
    if pd.isna(turnover):
        return ""
    monthly = written(turnover, BY_CODE["turnover"], say.language)
    if pd.isna(annual):
        return say("每月约 {turnover} 的居民迁出。", turnover=monthly)
    return say(
        "所选月份每月约 {turnover} 的居民迁出；近 12 个月合计每百名居民迁出 {annual:.1f} 人次（不是离开的比例：一个床位可换多人）。",
        turnover=monthly,
        annual=annual,
    )


def turnover_headline(
    say: Say,
    values: Mapping[pd.Timestamp, float],
    stays: Sequence[Mapping[pd.Timestamp, float]],
    end_month: date,
) -> str:
    """Say the turnover of the window that ends with the end month, a year before, and between which
    two the mean stay lies.

    ``values`` and ``stays``, those implied by move-ins and by move-outs, are by the month with which
    each window ends. Seasons differ, so a year before is told.
    """
    turnover = BY_CODE["turnover"]
    now = values.get(pd.Timestamp(end_month))
    if now is None or pd.isna(now):
        return say("流动率逐月")
    before = values.get(pd.Timestamp(add_months(end_month, -12)))
    shown = written(now, turnover, say.language)
    if before is None or pd.isna(before):
        state = say("月均流动率 {turnover}", turnover=shown)
    else:
        state = say(
            "月均流动率 {turnover}，上年同期 {before}",
            turnover=shown,
            before=written(before, turnover, say.language),
        )
    by_in, by_out = (each.get(pd.Timestamp(end_month), nan) for each in stays)
    if isnan(by_in) or isnan(by_out):
        return state
    return say(
        "{state}；平均居住时长为估算：按迁入人数算 {by_in:.1f} 个月，按迁出人数算 {by_out:.1f} 个月",
        state=state,
        by_in=by_in,
        by_out=by_out,
    )


Outcome = Literal["met", "missed", "open", "forecast"]


@dataclass(frozen=True)
class TargetState:
    """Say how one published target stands."""

    outcome: Outcome
    title: str
    text: str


def target_states(rows: pd.DataFrame, units: dict[str, str], say: Say) -> list[TargetState]:
    """Say of each target whether it was met, or the pace it asks for; rows of supply_completion.

    Where not all reported what they have built, it is not known how a target stands.
    """
    rows = rows[rows["supply_count"].notna()]
    completion, pace = BY_CODE["supply_completion"], BY_CODE["required_pace"]
    rows = rows.assign(share=measure(rows, completion)["value"], pace=measure(rows, pace)["value"])
    return [_target_state(row, units[row.tier], say) for row in rows.itertuples()]


def _target_state(row: Any, unit: str, say: Say) -> TargetState:
    title = say(
        "{kind}：{due} 前 {count:,} {unit}",
        kind=say.words(target_kind.allowed[row.target_kind]),
        due=f"{row.due_on:%Y-%m-%d}",
        count=int(row.target_count),
        unit=unit,
    )
    outcome, text = _standing(row, unit, say)
    return TargetState(
        outcome, title, say("{text}。来源：{source}", text=text, source=row.source_title)
    )


def _standing(row: Any, unit: str, say: Say) -> tuple[Outcome, str]:
    gap, days = int(row.gap_count), int(row.days_left_count)
    supply, share = int(row.supply_count), percent_written(row.share)
    if days > 0 and gap > 0:
        return "open", say(
            "尚差 {gap:,} {unit}，剩 {days} 天，需每天 {pace:.1f} {unit}（已完成 {share}）",
            gap=gap, unit=unit, days=days, share=share, pace=row.pace,
        )  # fmt: skip
    if days > 0:
        return "met", say(
            "已提前达到：{supply:,} {unit}，为目标的 {share}", supply=supply, unit=unit, share=share
        )
    if row.target_kind == "forecast":
        return "forecast", say(
            "已到期：实有 {supply:,} {unit}，与预计相差 {gap:+,}（{share}）",
            supply=supply, unit=unit, gap=-gap, share=share,
        )  # fmt: skip
    if gap <= 0:
        return "met", say(
            "已到期，达到：实有 {supply:,} {unit}，超出 {over:,}（{share}）",
            supply=supply, unit=unit, over=-gap, share=share,
        )  # fmt: skip
    return "missed", say(
        "已到期，未达到：实有 {supply:,} {unit}，差 {gap:,}（{share}）",
        supply=supply, unit=unit, gap=gap, share=share,
    )  # fmt: skip
