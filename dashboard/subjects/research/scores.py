"""Score and rank towns by the thirteen parts, in own data alone, and say how far that hangs on weights."""

from dataclasses import dataclass, replace

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.asking.scope import FEWEST_COMPARED
from dashboard.contract.indicators import BY_CODE, as_percent
from dashboard.contract.rounding import MISSING, number_written
from dashboard.draw.drawing import nothing
from dashboard.draw.rows import Written, table
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.strategy import (
    DECIMALS,
    composites,
    correlations,
    part_scores,
    rank_intervals,
    strategy,
)
from dashboard.subjects.research.drawings import correlation_cells, rank_lines

HEIGHT = 440


@dataclass(frozen=True)
class Scored:
    """Hold the towns' parts, composites and ranks, each with one row a town; too few to rank are none."""

    parts: pd.DataFrame
    composites: pd.DataFrame
    ranks: pd.DataFrame


@remembered
def scored(ask: Questions) -> Scored | None:
    """Score the towns; None of a sample, which would hold real towns up by invented numbers, and where
    what was loaded does not compare towns."""
    if not ask.names_towns or not ask.scope.compares_towns:
        return None
    found = strategy()
    values = pd.DataFrame(
        {
            code: ask.by_town(BY_CODE[code]).rows.set_index("key")["value"].astype("float64")
            for code in found.codes
        },
        index=list(ask.scope.towns),
    )
    parts = part_scores(values, found)
    ranks = rank_intervals(parts, found)
    return Scored(
        parts, composites(parts, found), ranks if len(ranks) >= FEWEST_COMPARED else ranks.head(0)
    )


@remembered
def told(ask: Questions) -> str:
    """Say how far ranks hang on weights, or why there are none."""
    say, found = ask.say, scored(ask)
    if ask.is_sample:
        return say("示例不给街镇打分、排名。")
    if found is None:
        return say("所载不足以比较街镇，不打分、不排名。")
    if found.ranks.empty:
        return say(
            "有总分的街镇只有 {count} 个，不排名。",
            count=int(found.composites["arithmetic"].notna().sum()),
        )
    ranks, without = found.ranks, len(found.composites) - len(found.ranks)
    drawn = {"draws": number_written(strategy().draws), "towns": len(ranks)}
    first = number_written(as_percent(ranks["share"].iloc[0]))
    width = number_written((ranks["high"] - ranks["low"]).median())
    is_fixed = (ranks["high"] == ranks["low"]).all()
    doubt = say(
        "名次不随所抽的权重而变：抽 {draws} 组权重，{towns} 个街镇的名次区间都只有一位，第一名在 {share}% 的抽取里仍是第一。",
        **drawn, share=first,
    ) if is_fixed else say(
        "排名随权重而变：抽 {draws} 组权重，{towns} 个街镇的名次区间中位宽 {width} 位，第一名在 {share}% 的抽取里仍是第一。",
        **drawn, width=width, share=first,
    )  # fmt: skip
    more = say("另有 {count} 个街镇缺的权重过多，没有总分。", count=without) if without else ""
    return say("{first}{second}", first=doubt, second=more).strip()


def _counted(ask: Questions) -> QueryResult:
    every = [BY_CODE[code] for code in strategy().codes]
    first = ask.by_town(BY_CODE["committee_coverage"])
    others = {each.query: ask.by_town(each) for each in every if each.query != first.query}
    return replace(first.beside_others(*every), beside=tuple(others.values()))


def _scored(ask: Questions) -> Scored:
    found = scored(ask)
    assert found is not None
    return found


def _only_weights(ask: Questions) -> str:
    return ask.say("只计权重怎么定，不计数据和随机的误差")


@remembered
def rank_figure(ask: Questions) -> Figure:
    """Draw each town's rank and where 5 to 95 % of drawn weights put it."""
    say, ranks, names = ask.say, _scored(ask).ranks, ask.town_names()
    rows = ranks.assign(key=ranks.index, name=[names[code] for code in ranks.index])
    drawing = (
        nothing("plot", told(ask), height=HEIGHT)
        if rows.empty
        else rank_lines(rows, say, height=HEIGHT)
    )
    listed = {
        say("街镇"): rows["name"],
        say("名次"): rows["rank"],
        say("5% 的抽取"): rows["low"],
        say("95% 的抽取"): rows["high"],
        say("保持名次的抽取，%"): as_percent(rows["share"]),
    }
    return Figure(
        "research-ranks",
        replace(drawing, listed=listed),
        Caption(
            say("权重变动下的名次区间"),
            say("点：所设权重下的名次；线：5–95% 的抽取 · {only}", only=_only_weights(ask)),
            ask.as_of(window=True),
            method=say(
                "Dirichlet 分布抽 {draws} 组权重，集中度 {concentration}，种子 {seed}；算术平均",
                draws=strategy().draws,
                concentration=number_written(strategy().concentration),
                seed=strategy().seed,
            ),
        ),
        _counted(ask),
        click="town",
    )


@remembered
def correlation_figure(ask: Questions) -> Figure:
    """Colour how the parts go together over towns: what does so counts twice."""
    say, found = ask.say, strategy()
    names = {part.code: say.words(part.name) for part in found.parts}
    pairs = correlations(_scored(ask).parts, found)
    if pairs["spearman"].isna().all():
        few = say("两个部分都有得分的街镇不到 {count} 个，不算相关。", count=found.fewest_towns)
        drawing, note = nothing("plot", few, height=HEIGHT), ""
    else:
        drawing = correlation_cells(pairs, names, say, height=HEIGHT)
        low, high = (int(pairs["count"].agg(end)) for end in ("min", "max"))
        note = say(
            "左下 Spearman，右上 Pearson · n = {count} 个街镇 · 是关联，不是因果",
            count=high if low == high else f"{low}–{high}",
        )
    listed = {
        say("部分"): pairs["first"].map(names),
        say("另一部分"): pairs["second"].map(names),
        "Spearman ρ": pairs["spearman"],
        "Pearson r": pairs["pearson"],
        say("街镇数"): pairs["count"],
    }
    return Figure(
        "research-correlations",
        replace(drawing, listed=listed),
        Caption(say("各部分一起高低的，等于算了两遍"), note, ask.as_of(window=True)),
        _counted(ask),
    )


@remembered
def score_table(ask: Questions) -> Figure:
    """List the towns with both scores, rank, its interval and the parts; without a score, why."""
    say, found, names = ask.say, _scored(ask), ask.town_names()
    rows = found.composites.join(found.ranks)
    rows = rows.sort_values("arithmetic", ascending=False)
    shown = found.parts.loc[rows.index]
    parts = {part.code: say.words(part.name) for part in strategy().parts}

    def numbers(values: "pd.Series[float]", decimals: int = 0) -> Written:
        return Written([number_written(each, decimals) for each in values], values)

    intervals = [
        MISSING if pd.isna(row["low"]) else f"{row['low']:.0f}–{row['high']:.0f}"
        for _, row in rows.iterrows()
    ]
    unscored = [
        say(
            "缺权重 {share}%，没有总分：{parts}",
            share=number_written(as_percent(row["missing"])),
            parts=say.listed([parts[each] for each in shown.columns[shown.loc[code].isna()]]),
        )
        if pd.isna(row["arithmetic"])
        else ""
        for code, row in rows.iterrows()
    ]
    drawing = table(
        {
            say("街镇"): [names[code] for code in rows.index],
            say("名次"): numbers(rows["rank"]),
            say("名次区间"): Written(intervals),
            say("算术总分"): numbers(rows["arithmetic"], DECIMALS),
            say("几何总分"): numbers(rows["geometric"], DECIMALS),
            **{parts[each]: numbers(shown[each]) for each in shown.dropna(axis=1, how="all")},
            **({say("缺的部分"): unscored} if any(unscored) else {}),
        },
        say,
        keys=rows.index,
    )
    return Figure(
        "research-scores",
        drawing,
        Caption(
            say("街镇的总分、名次和部分得分，0–100 分"),
            say(
                "几何总分不许一长掩多短，有一部分为 0 即为 0 · 名次按算术总分 · {only}",
                only=_only_weights(ask),
            ),
            ask.as_of(window=True),
        ),
        _counted(ask),
        click="town",
    )
