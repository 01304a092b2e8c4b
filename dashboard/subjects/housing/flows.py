"""Show coming and going: turnover, and how new communities fill."""

from dashboard.asking.measured import months_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.common import months_line
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.occupancy import FEWEST_BEHIND, LOW_OCCUPANCY, occupancies
from dashboard.subjects.housing.drawings import fill_curves
from dashboard.subjects.housing.reasoning import (
    fill_curve,
    fill_headline,
    time_to_fill,
    turnover_headline,
)


@remembered
def turnover(ask: Questions) -> Figure:
    say = ask.say
    values, *stays = (
        months_here(ask, BY_CODE[code]).by_month()
        for code in ("turnover", "mean_stay_in", "mean_stay")
    )
    caption = Caption(
        turnover_headline(say, values, stays, ask.filters.end_month),
        say(
            "迁出 ÷ 月初与月末居民的平均，逐月，% · 平均居住时长是同一批居民的两个估数：近 12 个月的居民月数 ÷ 迁入人数、÷ 迁出人数；"
            "真实的平均多半在两个估数之间；两个估数不是最短与最长，也未实测"
        ),
        ask.as_of(),
    )
    return months_line(ask, "turnover", "turnover", ask.district_months(), caption, 330)


@remembered
def fill_up(ask: Questions) -> Figure:
    """Show how new communities fill; chosen ones that are new stand out among the others."""
    say, chosen = ask.say, ask.filters.community_codes
    counted = ask.count("fill_up", ask.in_towns)
    rows = occupancies(counted.rows)
    curve = fill_curve(rows)
    own = rows[rows["community_code"].isin(chosen)] if chosen else rows.head(0)
    own = own.assign(
        age=own["months_open_count"], name=own["community_code"].map(ask.communities["name"])
    )
    filled = time_to_fill(rows)
    notes = [
        say("数据期内开业的社区，主要层次"),
        say(
            "线为中位数，带为四分位，只含当月仍在的，退出的不再计 · 柱为社区数，少于 {fewest} 个不画",
            fewest=FEWEST_BEHIND,
        ),
    ]
    if filled is not None:
        notes.append(
            say(
                "用时为首次租到 {bar:.0f}%（{count} 个社区）：未到的 {open} 个（仍在入住或已退出）计到最后所见为止，不剔除",
                bar=LOW_OCCUPANCY,
                count=filled.count,
                open=filled.count - filled.reached_count,
            )
        )
    return Figure(
        "fill-up",
        fill_curves(curve, own, say),
        Caption(
            fill_headline(say, filled),
            " · ".join(notes),
            ask.as_of(),
            method="" if filled is None else say("Kaplan–Meier 估计"),
        ),
        counted,
    )
