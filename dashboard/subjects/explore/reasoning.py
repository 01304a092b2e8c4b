"""Say by rule what a view of any indicator shows: who is high and low, and what goes together.

Rows are measured ones with ``key`` and ``name``, as the drawings take them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dashboard.contract.columns import names_of_most, written_months
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    as_written,
    count_written,
    percent,
    ratio,
    total,
    written,
)
from dashboard.contract.rounding import number_written, rounded
from dashboard.insight.changes import difference_shown
from dashboard.insight.headline import MOST_NAMES, Headline, foremost, towns_told
from dashboard.insight.limits import FEWEST_PLACES, Comparison, compared
from dashboard.insight.verdicts import (
    false_alarms_told,
    gap_told,
    gaps_told,
    p_written,
    verdict_told,
    who_differs,
)
from dashboard.language import Say, tied

YEAR = 12
STRONG, MODERATE = 0.7, 0.4
# A community's rate of fewer persons or dwellings moves too much by chance to be correlated.
LEAST_BEHIND = 30
# Residuals beyond three robust standard deviations stand out.
STANDS_OUT = 3
_MAD_TO_SD = 1.4826
_Z95 = 1.959964


# One indicator ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """Describe how places differ: the ends, the middle half, and who was told apart.

    ``found``: how all places were judged; None where chance is no measure; ``whole`` names what they
    were held against where it is part of the district; ``names_towns``: whether towns may be named;
    ``is_part``: whether part of the district was loaded.
    """

    rows: pd.DataFrame
    missing: int
    median: float
    low_quarter: float
    high_quarter: float
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    found: Comparison | None = None
    whole: str = ""
    names_towns: bool = True
    is_part: bool = False

    def is_ranked(self, place: pd.Series) -> bool:
        """Tell whether a place's rank is worth telling: not if it could not be told apart."""
        return self.found is None or place["name"] in (*self.above, *self.below)

    @property
    def highest(self) -> pd.Series:
        return self.rows.iloc[0]

    @property
    def lowest(self) -> pd.Series:
        return self.rows.iloc[-1]


def ranked(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Put places with a value in order, the highest first, with ``rank``; those written alike
    share a rank."""
    valued = rows.dropna(subset=["value"])
    ranks = as_written(valued["value"], indicator).rank(method="min", ascending=False)
    valued = valued.assign(rank=ranks.astype(int))
    return valued.sort_values(["value", "key"], ascending=[False, True]).reset_index(drop=True)


def spread(
    rows: pd.DataFrame,
    indicator: Indicator,
    district: float | None,
    *,
    every: pd.DataFrame | None = None,
) -> Spread | None:
    """Describe how measured places differ; None where none has a value.

    ``every``: the places of the whole district, where rows are of some towns only: a place is
    judged alike whichever towns are chosen.
    """
    there = ranked(rows, indicator)
    if there.empty:
        return None
    quarters = there["value"].quantile([0.25, 0.5, 0.75]).tolist()
    plain = Spread(there, len(rows) - len(there), quarters[1], quarters[0], quarters[2])
    every = rows if every is None else every
    found = compared(every, district, indicator)
    if found is None:
        return plain
    verdicts = there["key"].map(dict(zip(every["key"], found.verdicts, strict=True)))
    above, below = (tuple(there.loc[verdicts == each, "name"]) for each in ("above", "below"))
    there = there.assign(verdict=verdicts)
    return replace(plain, rows=there, above=above, below=below[::-1], found=found)


def towns_headline(
    say: Say,
    found: Spread,
    indicator: Indicator,
    *,
    district: float | None,
    chosen: tuple[str, ...],
) -> Headline:
    """Say which towns are highest and lowest, or where the chosen one stands."""
    mine = found.rows[found.rows["key"].isin(chosen)]
    if len(mine) == 1:
        state = _one_place(say, found, mine.iloc[0], indicator, of_towns=True)
    else:
        state = _all_towns(say, found, indicator)
    if len(mine) == 1 and found.found is not None:
        return Headline(state, verdict_told(say, found.found, mine["verdict"].iloc[0], found.whole))
    if len(mine) == 1 and indicator.uncertainty == "decided" and district is not None:
        return Headline(state, gap_told(say, mine, district, indicator, found.whole))
    differences = _differences(say, found, indicator, district)
    return Headline(state, f"{_district_sentence(say, found, indicator, district)}{differences}")


def _all_towns(say: Say, found: Spread, indicator: Indicator) -> str:
    """Say which towns have most, or are highest and lowest; where none may be named, how far apart
    they are."""
    name, high, low = say.words(indicator.name), found.highest, found.lowest
    first = foremost(found.rows, "value", count=MOST_NAMES)
    if as_written(high["value"], indicator) == as_written(low["value"], indicator):
        return say(
            "{indicator}：所载街镇相同，都是 {value}"
            if found.is_part
            else "{indicator}：各街镇相同，都是 {value}",
            indicator=name,
            value=written(high["value"], indicator, say.language),
        )
    if indicator.kind == "count" and len(first):
        values = {
            "indicator": name,
            "count": len(found.rows),
            "share": percent(total(first["value"]), total(found.rows["value"])),
        }
        if not found.names_towns:
            return say(
                "{indicator}：最多的 {most} 个街镇合计占 {count} 个街镇总和的 {share:.1f}%",
                **values,
                most=len(first),
            )
        return say(
            "{indicator}最多的是{towns}，合计占 {count} 个街镇总和的 {share:.1f}%",
            **values,
            towns=say.listed(first["name"].tolist()),
        )
    ends = [written(end["value"], indicator, say.language) for end in (high, low)]
    if not found.names_towns:
        return say(
            "{indicator}：{count} 个街镇从 {low} 到 {high}",
            indicator=name,
            count=len(found.rows),
            low=ends[1],
            high=ends[0],
        )
    return say(
        "{indicator}：{high}最高，{high_value}；{low}最低，{low_value}",
        indicator=name,
        high=with_equals(say, found.rows, high, indicator),
        high_value=ends[0],
        low=with_equals(say, found.rows, low, indicator),
        low_value=ends[1],
    )


def _one_place(
    say: Say, found: Spread, place: pd.Series, indicator: Indicator, *, of_towns: bool
) -> str:
    """Say what one place's value is, and its rank where that is worth telling."""
    is_named = found.names_towns or not of_towns
    values = {
        "place": place["name"] if is_named else say("所选街镇"),
        "indicator": say.words(indicator.name),
        "value": written(place["value"], indicator, say.language),
    }
    if not is_named or not found.is_ranked(place):
        return say("{place}：{indicator} {value}", **values)
    values |= {"rank": place["rank"], "count": len(found.rows)}
    if of_towns:
        return say("{place}：{indicator} {value}，在 {count} 个街镇中排第 {rank}", **values)
    return say("{place}：{indicator} {value}，在 {count} 个社区中排第 {rank}", **values)


def with_equals(say: Say, rows: pd.DataFrame, row: pd.Series, indicator: Indicator) -> str:
    """Name a place, and how many have its value as it is written."""
    values = as_written(rows["value"], indicator)
    count = int((values == as_written(row["value"], indicator)).sum())
    if count == 1:
        return str(row["name"])
    return say("{first}等 {count} 个街镇", first=row["name"], count=count)


def _district_sentence(
    say: Say, found: Spread, indicator: Indicator, district: float | None
) -> str:
    if district is None:
        return ""
    value = written(district, indicator, say.language)
    return say("{whole} {value}。", whole=found.whole or say("全区"), value=value)


def _differences(say: Say, found: Spread, indicator: Indicator, district: float | None) -> str:
    """Say who was told apart; of complete counts, how many communities or how far apart it is."""
    if found.found is not None:
        return who_differs(
            say, found.found, found.above, found.below, found.whole,
            names_towns=found.names_towns, is_part=found.is_part,
        )  # fmt: skip
    if indicator.uncertainty == "decided" and district is not None:
        return gaps_told(say, found.rows, district, indicator, found.whole, is_part=found.is_part)
    high, low = (as_written(end["value"], indicator) for end in (found.highest, found.lowest))
    if indicator.kind == "share":
        return say("最高与最低相差 {gap:.1f} 个百分点。", gap=high - low)
    if low > 0:
        return say("街镇中最高的是最低的 {times:.1f} 倍。", times=ratio(high, low))
    return ""


def communities_headline(
    say: Say,
    found: Spread,
    indicator: Indicator,
    *,
    district: float | None,
    chosen: tuple[str, ...],
    places: list[str],
) -> Headline:
    """Say where the middle half of communities lies, or where the chosen one stands."""
    mine = found.rows[found.rows["key"].isin(chosen)]
    if len(mine) == 1:
        state = _one_place(say, found, mine.iloc[0], indicator, of_towns=False)
    else:
        state = say(
            "{count} 个社区的{indicator}：居中的一半在 {low} 到 {high} 之间",
            count=len(found.rows),
            indicator=say.words(indicator.name),
            low=written(found.low_quarter, indicator, say.language),
            high=written(found.high_quarter, indicator, say.language),
        )
        state = _of_places(say, places) + state
    parts = [
        say("社区中位数 {value}。", value=written(found.median, indicator, say.language)),
        _district_sentence(say, found, indicator, district),
    ]
    if found.found is not None:
        parts.append(_communities_apart(say, found, found.found))
    if found.missing:
        parts.append(say("{count} 个没有数据或人数过少。", count=found.missing))
    return Headline(state, "".join(parts))


def _communities_apart(say: Say, found: Spread, judged: Comparison) -> str:
    """Say how many of many were told apart from the district, and by which measure."""
    values = {
        "whole": found.whole or say("全区"),
        "above": len(found.above),
        "below": len(found.below),
        "alarms": false_alarms_told(say),
    }
    if judged.is_widened and not judged.is_any_apart:
        said = say("社区之间本来相差就大，还不能点名说哪个特别高或特别低。")
    elif judged.is_widened:
        said = say(
            "{above} 个明显高于、{below} 个明显低于{whole}，其余不超出社区间平常的差异；{alarms}。",
            **values,
        )
    elif judged.may_be_chance:
        said = say("社区间的差异，随机波动可以解释。")
    else:
        said = say(
            "{above} 个明显高于、{below} 个明显低于{whole}，其余随机波动可以解释；{alarms}。",
            **values,
        )
    left_out = int((found.rows["verdict"] == "none").sum())
    if left_out:
        said += say("{count} 个没有办过活动，不比较。", count=left_out)
    return said


# Months ----------------------------------------------------------------------------------


def months_headline(
    say: Say, rows: pd.DataFrame, indicator: Indicator, *, places: list[str]
) -> Headline:
    """Say how an indicator went over the months in the chosen places, or in all if none are.

    Rows: ``month`` and what is measured. What runs higher in some months is set beside the same
    months a year before, or beside none.
    """
    there = rows.dropna(subset=["value"])
    name = say.words(indicator.name)
    name = _of_places(say, places) + name
    if there.empty:
        return Headline(say("{indicator}：没有数据", indicator=name), "")
    last = there.iloc[-1]
    first = _year_before(there) if indicator.is_seasonal else there.iloc[0]
    ends = _ends_told(say, there, indicator)
    values = {
        "indicator": name,
        "last": f"{last['month']:%Y-%m}",
        "end": written(last["value"], indicator, say.language),
    }
    if first is None:
        return Headline(say("{indicator}：{last} 为 {end}，没有上年同期可比", **values), ends)
    difference = difference_shown(last["value"], first["value"], indicator)
    values |= {
        "first": f"{first['month']:%Y-%m}",
        "start": written(first["value"], indicator, say.language),
    }
    if difference > 0:
        state = say("{indicator}从 {first} 的 {start} 升到 {last} 的 {end}", **values)
    elif difference < 0:
        state = say("{indicator}从 {first} 的 {start} 降到 {last} 的 {end}", **values)
    else:
        state = say("{indicator}从 {first} 的 {start} 到 {last} 的 {end}，持平", **values)
    return Headline(state, ends)


def _year_before(rows: pd.DataFrame) -> pd.Series | None:
    """Find the row of the same month a year before the last; None if there is none."""
    before = rows[rows["month"] == rows["month"].iloc[-1] - pd.DateOffset(months=YEAR)]
    return None if before.empty else before.iloc[0]


def _ends_told(say: Say, rows: pd.DataFrame, indicator: Indicator) -> str:
    """Say in which months it was highest and lowest, and that it has its seasons if it has."""
    shown, months = as_written(rows["value"], indicator), written_months(rows["month"])
    values = {
        "top": tied(say, names_of_most(months, shown.tolist())),
        "high": written(shown.max(), indicator, say.language),
        "bottom": tied(say, names_of_most(months, (-shown).tolist())),
        "low": written(shown.min(), indicator, say.language),
    }
    if indicator.is_seasonal:
        return say("随季节起伏：最高在 {top}（{high}），最低在 {bottom}（{low}）。", **values)
    return say("最高在 {top}（{high}），最低在 {bottom}（{low}）。", **values)


def _of_places(say: Say, places: list[str]) -> str:
    """Begin a sentence with the chosen places; with nothing if none are."""
    if not places:
        return ""
    if len(places) == 1:
        return say("{places}：", places=places[0])
    return say("{places}：", places=say("{first}等 {count} 处", first=places[0], count=len(places)))


def year_changes(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Set each town's last month beside the one a year before, or its first if that is later and
    the indicator has no seasons.

    Rows: ``key``, ``name``, ``month``, ``value``. Gives ``key``, ``name``, ``before``, ``now``
    and ``months`` between them; towns without two months to compare are left out.
    """
    found = []
    for key, mine in rows.dropna(subset=["value"]).sort_values("month").groupby("key", sort=False):
        last = mine["month"].iloc[-1]
        year = mine[mine["month"] >= last - pd.DateOffset(months=YEAR)]
        if len(year) > 1 and (not indicator.is_seasonal or _year_before(year) is not None):
            found.append(
                {
                    "key": key,
                    "name": mine["name"].iloc[0],
                    "before": year["value"].iloc[0],
                    "now": year["value"].iloc[-1],
                    "months": (last.year - year["month"].iloc[0].year) * YEAR
                    + last.month
                    - year["month"].iloc[0].month,
                }
            )
    return pd.DataFrame(found, columns=["key", "name", "before", "now", "months"])


def multiples_headline(
    say: Say, changes: pd.DataFrame, indicator: Indicator, *, names_towns: bool = True
) -> Headline:
    """Say in how many towns an indicator rose and fell. ``changes``: rows of year_changes."""
    name = say.words(indicator.name)
    if changes.empty:
        if indicator.is_seasonal:
            return Headline(say("{indicator}：没有上年同期可比", indicator=name), "")
        return Headline(say("{indicator}：没有数据", indicator=name), "")
    now, before = (as_written(changes[name], indicator) for name in ("now", "before"))
    moved = as_written(now - before, indicator)
    state = say(
        "近 {months} 个月{indicator}：{up} 个街镇上升，{down} 个下降",
        months=int(changes["months"].max()),
        indicator=name,
        up=int((moved > 0).sum()),
        down=int((moved < 0).sum()),
    )
    by_most = changes[moved.abs() == moved.abs().max()]
    # Of several that changed alike none is held up.
    if not moved.any() or len(by_most) > 1:
        return Headline(state, "")
    most = by_most.iloc[0]
    change = difference_shown(most["now"], most["before"], indicator)
    values = {
        "start": written(most["before"], indicator, say.language),
        "end": written(most["now"], indicator, say.language),
        "change": _difference(change, indicator, say),
    }
    if not names_towns:
        return Headline(state, say("变化最大的街镇：{start} → {end}（{change}）。", **values))
    told = say("变化最大的是{town}：{start} → {end}（{change}）。", town=most["name"], **values)
    return Headline(state, told)


def totals_headline(say: Say, values: pd.Series) -> Headline:
    """Say the four numbers that describe the chosen communities. ``values``: by indicator."""
    coverage, reach = (
        written(values.get(code), BY_CODE[code], say.language)
        for code in ("committee_coverage", "reach")
    )
    return Headline(
        say(
            "{communities} 个社区、{residents}名居民：居村治理覆盖 {coverage}，活动参与 {reach}",
            communities=count_written(values["communities"], say.language),
            residents=count_written(values["residents"], say.language),
            coverage=coverage,
            reach=reach,
        ),
        "",
    )


def _difference(difference: float, indicator: Indicator, say: Say) -> str:
    if indicator.kind == "share":
        return say("{change:+.1f} 个百分点", change=difference)
    return number_written(difference, indicator.decimals, signed=True)


# Two indicators --------------------------------------------------------------------------


@dataclass(frozen=True)
class Correlation:
    """Hold Spearman's rank correlation with its 95 % interval and the p-value of none.

    ``cluster_count``: of how many towns the places are, where they are clustered in them; None
    where each stands for itself. ``left_out``: places of too few to tell. Interval and p are
    missing where there are too few towns.
    """

    rho: float
    low: float
    high: float
    p: float
    count: int
    cluster_count: int | None = None
    left_out: int = 0

    @property
    def is_withheld(self) -> bool:
        return bool(np.isnan(self.p))

    @property
    def is_seen(self) -> bool:
        return self.low > 0 or self.high < 0


def correlation(
    x: pd.Series, y: pd.Series, clusters: pd.Series | None = None
) -> Correlation | None:
    """Correlate ranks; None for fewer than five pairs or where one does not vary.

    The interval is Fisher's with Bonett and Wright's (2000) standard error for ranks. Places of
    one ``cluster`` are alike, so that they tell less than as many others: then the standard error
    is the jackknife's, which leaves one cluster out at a time, with as many degrees of freedom as
    there are clusters less one.
    """
    both = x.notna().to_numpy() & y.notna().to_numpy()
    xs, ys = (each.to_numpy("float64")[both] for each in (x, y))
    count = len(xs)
    if count < 5 or len(np.unique(xs)) < 2 or len(np.unique(ys)) < 2:
        return None
    rho = _rank_correlation(xs, ys)
    if clusters is not None:
        return _clustered(rho, xs, ys, clusters.to_numpy(object)[both])
    if abs(rho) > 1 - 1e-12:
        return Correlation(rho, rho, rho, 0.0, count)
    from scipy.special import stdtr

    t = abs(rho) * ((count - 2) / (1 - rho**2)) ** 0.5
    half = _Z95 * ((1 + rho**2 / 2) / (count - 3)) ** 0.5
    low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
    return Correlation(rho, float(low), float(high), float(2 * stdtr(count - 2, -t)), count)


def _rank_correlation(xs: np.ndarray, ys: np.ndarray) -> float:
    ranks = [pd.Series(each).rank().to_numpy() for each in (xs, ys)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.clip(np.corrcoef(*ranks)[0, 1], -1, 1))


def _clustered(rho: float, xs: np.ndarray, ys: np.ndarray, clusters: np.ndarray) -> Correlation:
    from scipy.special import stdtr, stdtrit

    names, count = pd.unique(clusters), len(xs)
    nan = float("nan")
    if len(names) < FEWEST_PLACES:
        return Correlation(rho, nan, nan, nan, count, len(names))
    without = [_rank_correlation(xs[clusters != each], ys[clusters != each]) for each in names]
    # Of very nearly one, Fisher's scale has no end.
    scaled = np.arctanh(np.clip([rho, *without], -0.999_999, 0.999_999))
    degrees = len(names) - 1
    if np.isnan(scaled).any():
        return Correlation(rho, nan, nan, nan, count, len(names))
    error = (degrees / len(names) * ((scaled[1:] - scaled[1:].mean()) ** 2).sum()) ** 0.5
    half = float(stdtrit(degrees, 0.975)) * error
    low, high = np.tanh(scaled[0] + np.array([-half, half]))
    p = float(2 * stdtr(degrees, -abs(scaled[0]) / error)) if error > 0 else 0.0
    return Correlation(rho, float(low), float(high), p, count, len(names))


def stands_out(x: pd.Series, y: pd.Series) -> pd.Series:
    """Tell which points lie far from the line of median slope (Theil–Sen)."""
    known = (x.notna() & y.notna()).to_numpy()
    xs, ys = x.to_numpy("float64")[known], y.to_numpy("float64")[known]
    far = pd.Series(False, index=x.index)
    one, other = np.triu_indices(len(xs), 1)
    run = xs[other] - xs[one]
    if not run.any():
        return far
    slope = np.median((ys[other] - ys[one])[run != 0] / run[run != 0])
    residual = ys - slope * xs
    residual -= np.median(residual)
    usual = np.median(np.abs(residual)) * _MAD_TO_SD
    if usual > 0:
        far[known] = np.abs(residual) > STANDS_OUT * usual
    return far


def scatter_headline(
    say: Say, found: Correlation | None, x: Indicator, y: Indicator, *, of_towns: bool
) -> Headline:
    """Say whether two indicators go together over places, and how closely."""
    names = {"x": say.words(x.name), "y": say.words(y.name)}
    if found is None:
        return Headline(say("{y}与{x}：数据不足，不能判断关联", **names), "")
    if found.is_withheld:
        state = say("{y}与{x}：街镇太少，不能判断关联", **names)
        return Headline(state, correlation_written(say, found))
    names["strength"] = _strength(say, found)
    if not found.is_seen:
        state = say("{y}与{x}之间看不出关联", **names)
    elif found.rho > 0 and of_towns:
        state = say("{y}越高的街镇，{x}往往越高（{strength}）", **names)
    elif found.rho > 0:
        state = say("{y}越高的社区，{x}往往越高（{strength}）", **names)
    elif of_towns:
        state = say("{y}越高的街镇，{x}往往越低（{strength}）", **names)
    else:
        state = say("{y}越高的社区，{x}往往越低（{strength}）", **names)
    return Headline(state, correlation_written(say, found))


def _strength(say: Say, found: Correlation) -> str:
    if abs(found.rho) >= STRONG:
        return say("强相关")
    return say("中等相关") if abs(found.rho) >= MODERATE else say("弱相关")


def correlation_written(say: Say, found: Correlation) -> str:
    """Write the correlation with its uncertainty, and what it is not."""
    values = {
        "rho": rounded(found.rho, 2) + 0.0,  # not -0.00
        "low": found.low,
        "high": found.high,
        "p": p_written(found.p),
        "count": found.count,
        "towns": found.cluster_count,
    }
    if found.is_withheld:
        said = say(
            "相关系数 {rho:.2f}（Spearman：0 为不相关，±1 为完全相关），n = {count}。社区聚在街镇内，只有 {towns} 个街镇，不给区间与 p。",
            **values,
        )
    elif found.cluster_count is None:
        said = say(
            "相关系数 {rho:.2f}（Spearman：0 为不相关，±1 为完全相关），95% 区间 {low:.2f} 至 {high:.2f}，{p}，n = {count}。",
            **values,
        )
    else:
        said = say(
            "相关系数 {rho:.2f}（Spearman：0 为不相关，±1 为完全相关），95% 区间 {low:.2f} 至 {high:.2f}，{p}，n = {count}。"
            "社区聚在 {towns} 个街镇内，区间与 p 已计入（逐个去掉街镇的刀切法）。",
            **values,
        )
    if found.left_out:
        said += say(
            "{count} 个分母不足 {least}、或没有办过活动的社区不计入相关系数。",
            count=found.left_out,
            least=LEAST_BEHIND,
        )
    return said + say("关联，不是因果。")


def thirds(values: pd.Series, indicator: Indicator) -> pd.Series:
    """Put places into thirds by rank: 0, 1, 2; those written alike are in one third, the missing in
    none."""
    values = as_written(values, indicator)
    share = (values.rank(method="average") - 0.5) / values.notna().sum()
    return (share * 3).clip(upper=2.999).apply(np.floor).astype("Int64")


def bivariate_headline(
    say: Say,
    rows: pd.DataFrame,
    x: Indicator,
    y: Indicator,
    found: Correlation | None,
    *,
    names_towns: bool = True,
) -> Headline:
    """Name the towns high in both, and those low in both. Rows: ``name``, ``x_third``, ``y_third``."""
    both = {
        third: tuple(rows.loc[(rows["x_third"] == third) & (rows["y_third"] == third), "name"])
        for third in (0, 2)
    }
    low, high = (towns_told(say, each, names_towns=names_towns) for each in both.values())
    names = {"x": say.words(x.name), "y": say.words(y.name), "high": high, "low": low}
    if both[2] and both[0]:
        state = say("{high}的{y}与{x}都在前三分之一，{low}都在后三分之一", **names)
    elif both[2]:
        state = say("{high}的{y}与{x}都在前三分之一", **names)
    elif both[0]:
        state = say("{low}的{y}与{x}都在后三分之一", **names)
    else:
        state = say("没有街镇的{y}与{x}同在前三分之一或后三分之一", **names)
    if found is None:
        return Headline(state, "")
    # As many towns share a third of both by chance where the two have nothing to do with each other.
    is_unseen = not found.is_seen and not found.is_withheld
    unseen = say("两项之间看不出关联。") if is_unseen else ""
    return Headline(state, unseen + correlation_written(say, found))
