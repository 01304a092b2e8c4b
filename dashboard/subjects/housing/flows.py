"""Show coming and going: turnover, and how new communities fill."""

from dashboard.asking.measured import counted_here
from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.columns import by_month
from dashboard.contract.indicators import BY_CODE
from dashboard.figures.common import months_line
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.occupancy import FEWEST_BEHIND, LOW_OCCUPANCY, occupancies
from dashboard.subjects.housing.drawings import fill_curves
from dashboard.subjects.housing.reasoning import fill_curve, months_to_fill, turnover_headline


@remembered
def turnover(ask: Questions) -> Figure:
    say = ask.say
    values, *stays = (
        by_month(counted_here(ask, BY_CODE[code]).rows)
        for code in ("turnover", "mean_stay_in", "mean_stay")
    )
    caption = Caption(
        turnover_headline(say, values, stays, ask.filters.end_month),
        say(
            "迁出 ÷ 月初与月末居民的平均，逐月，% · 居住时长由近 12 个月的居民月数 ÷ 迁入、÷ 迁出推算，并非实测"
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
    months = months_to_fill(curve)
    return Figure(
        "fill-up",
        fill_curves(curve, own, say),
        Caption(
            say("新开社区的入住曲线")
            if months is None
            else say(
                "新开社区约 {months} 个月后过半数租到 {bar:.0f}%", months=months, bar=LOW_OCCUPANCY
            ),
            say(
                "数据期内开业的社区，主要层次 · 线为中位数，带为四分位 · 柱为社区数，少于 {fewest} 个不画",
                fewest=FEWEST_BEHIND,
            ),
            ask.as_of(),
        ),
        counted,
    )
