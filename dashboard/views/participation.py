"""Activity and participation (活动参与): who takes part, in what, and who is not reached."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard.draw.charts import ranking, trend
from dashboard.draw.drawing import Drawing, nothing
from dashboard.draw.participation import calendar, categories, cohorts, lorenz, reach_funnel
from dashboard.draw.rows import table
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline
from dashboard.insight.limits import dispersion, funnel_limits
from dashboard.insight.participation import (
    TOLD_MONTHS,
    calendar_headline,
    equity,
    participation_headline,
    retained,
    retention,
    unreached,
)
from dashboard.language import Say
from dashboard.model.festivals import festivals_between
from dashboard.model.filters import Filters, add_months
from dashboard.model.indicators import BY_CODE, Indicator, measure
from dashboard.model.tables import activity_kind, aspect, domain, programme
from dashboard.ui.address import Choice
from dashboard.ui.context import Context, Counted
from dashboard.ui.controls import choose_indicator
from dashboard.ui.filters import choose, choose_community, choose_town, show_filters, show_path
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

TILES = ("reach", "attendances", "attendance_rate", "repeat_rate", "first_timers", "intensity")
USUAL_INDICATOR = "reach"
PANELS = ("reach", "attendances", "activities")
BY = Choice("by", ("kind", "domain", "aspect", "setting", "programme"))
DAYS_OF = Choice("days", ("attendances", "activities"))
CHOICES = (BY, DAYS_OF)
CALENDAR_MONTHS = 12
# The ranking and the categories fill the first screen below the tiles.
FILLS = "clamp(340px, 100vh - 338px, 620px)"
FILLS_BELOW_CHOICE = "clamp(319px, 100vh - 359px, 599px)"


def title(say: Say) -> str:
    return say("活动参与")


def show(context: Context) -> None:
    """Show the page."""
    say = context.say
    months = context.participation_months()
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        if months.rows.empty:
            show_headline(say("没有符合所选条件的社区"), "")
        else:
            headline = context.remember_chosen(
                "participation-headline", make=lambda: _headline(context, months.rows)
            )
            show_headline(headline.state, headline.change)
        show_filters(context)
    if months.rows.empty:
        st.info(say("没有符合所选条件的社区：请放宽筛选，或点“清除”。"))
        return
    show_tiles(
        context.remember_chosen(
            "participation-tiles", make=lambda: _made_tiles(context, months.rows)
        ),
        say,
    )
    left, right = st.columns(2, gap="medium")
    with left:
        choose_indicator(
            context, [BY_CODE[code] for code in TILES], default=USUAL_INDICATOR, shapes=False
        )
        _ranking(context)
    with right:
        _by_category(context)
    left, right = st.columns(2, gap="medium")
    with left:
        _funnel(context)
    with right:
        _unreached(context)
    _calendar(context)
    left, middle, right = st.columns(3, gap="medium")
    with left:
        _trend(context, months)
    with middle:
        _cohorts(context)
    with right:
        _lorenz(context)


def _headline(context: Context, months: pd.DataFrame) -> Headline:
    rows = _reached(context).rows
    low = rows[rows["is_low"]].sort_values("unreached_count", ascending=False)
    return participation_headline(
        context.say,
        now=months.iloc[-1],
        window_months=context.filters.window_months,
        low=low,
        without=int(rows["is_without"].sum()),
        total=len(rows),
        district=context.district_value(BY_CODE["reach"])
        if context.filters.community_codes
        else None,
    )


def _made_tiles(context: Context, months: pd.DataFrame) -> list[Tile]:
    say, before = context.say, pd.Timestamp(context.month_before)
    tiles = []
    for code in TILES:
        indicator = BY_CODE[code]
        rows = measure(months, indicator)
        parts = [change_since(rows, before, indicator, say)]
        last = rows.iloc[-1]
        if indicator.kind == "share" and pd.notna(last["numerator"]):
            parts.insert(0, say("{count:,.0f} 人", count=last["numerator"]))
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    return tiles


def _chosen_indicator(context: Context) -> Indicator:
    """Take the indicator in the address where it is one of this page's."""
    code = context.address.indicator
    return BY_CODE[code if code in TILES else USUAL_INDICATOR]


def _ranking(context: Context) -> None:
    say, indicator = context.say, _chosen_indicator(context)
    counted = context.by_town(indicator)
    show_figure(
        context,
        "participation-ranking",
        context.remember(
            "participation-ranking", indicator.code,
            make=lambda: ranking(
                counted.rows, indicator, say, district=context.district_value(indicator),
                height=FILLS,
            ),
        ),
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            _ranking_note(say, indicator, counted.rows),
            context.as_of(window=True),
            spoken_only=True,
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def _ranking_note(say: Say, indicator: Indicator, rows: pd.DataFrame) -> str:
    if rows["value"].isna().all() and indicator.caveat:
        return say.words(indicator.caveat)
    if indicator.has_interval:
        return say("{formula} · 细线为 95% 区间", formula=say.words(indicator.formula))
    return say.words(indicator.formula)


def category_names(say: Say, breakdown: str) -> dict[str, str]:
    """Name the categories of a breakdown."""
    fields = {"kind": activity_kind, "domain": domain, "aspect": aspect, "programme": programme}
    if breakdown == "setting":
        return {"offline": say("线下"), "online": say("线上")}
    names = {code: say.words(words) for code, words in fields[breakdown].allowed.items()}
    return {**names, "none": say("不属任何品牌")}


def _by_category(context: Context) -> None:
    say = context.say
    by = choose(
        context,
        BY,
        say("分类方式"),
        {
            "kind": say("类别"),
            "domain": say("领域"),
            "aspect": say("方面"),
            "setting": say("线上线下"),
            "programme": say("品牌"),
        },
    )
    counted = context.count("participation_by_category")
    rows = counted.rows[counted.rows["breakdown"] == by]
    drawing, headline = context.remember_chosen(
        "participation-categories", by, make=lambda: _categories(say, rows, by)
    )
    show_figure(
        context,
        "participation-categories",
        drawing,
        Caption(
            headline,
            say("参与率按不重复的居民计，各类不可相加；细线为 95% 区间"),
            context.as_of(window=True),
        ),
        replace(counted, rows=rows),
    )


def _categories(say: Say, rows: pd.DataFrame, by: str) -> tuple[Drawing, str]:
    """Draw one breakdown's categories, the one that reached most first; say which that is."""
    rows = rows.assign(key=rows["category"], name=rows["category"].map(category_names(say, by)))
    # What is in no category of its own stands last, and is no finding.
    reached = measure(rows.assign(is_rest=rows["key"] == "none"), BY_CODE["reach"]).sort_values(
        ["is_rest", "value"], ascending=[True, False]
    )
    headline = say("所选范围内没有活动。")
    if len(reached):
        headline = say("{name}到的人最多", name=reached["name"].iloc[0])
    panels = [(BY_CODE[code], measure(rows.loc[reached.index], BY_CODE[code])) for code in PANELS]
    return categories(panels, say, height=FILLS_BELOW_CHOICE), headline


@dataclass(frozen=True)
class Reached:
    """Hold how the communities are reached: judged against all towns', so that the same one is
    judged alike whichever town is chosen."""

    rows: pd.DataFrame
    centre: float
    wide: float


def _communities(context: Context) -> Reached:
    """Tell for each community that the page may hold up whether it is reached."""
    everywhere = context.everywhere
    counted = context.count("participation_by_community", everywhere).rows
    measured = measure(counted, BY_CODE["reach"])
    centre = context.district_value(BY_CODE["reach"])
    centre = float("nan") if centre is None else centre
    wide = dispersion(measured["value"], measured["denominator"], centre)
    rows = unreached(counted, centre, wide=wide, least=context.warehouse.small_cell)
    places = context.communities.loc[rows["community_code"]]
    rows = rows.assign(
        key=rows["community_code"], name=places["name"].tolist(), origin=places["origin"].tolist()
    )
    if context.is_sample:
        # What ails a real, named project in the sample is invented: it must not be held up.
        rows = rows[rows["origin"] != "published"]
    return Reached(rows, centre, wide)


def _round_chosen(context: Context) -> Filters:
    """The filters without the chosen communities: the others of their town stay in view."""
    return replace(context.filters, town_codes=context.chosen_towns, community_codes=())


def _reached(context: Context) -> Reached:
    """Give the communities of the chosen towns, and what all towns' are judged against."""
    reached = context.remember("participation-communities", make=lambda: _communities(context))
    towns = context.chosen_towns
    if not towns:
        return reached
    return replace(reached, rows=reached.rows[reached.rows["town_code"].isin(towns)])


def _funnel(context: Context) -> None:
    say, filters = context.say, _round_chosen(context)
    reach = BY_CODE["reach"]
    reached = _reached(context)
    rows, centre, wide = reached.rows, reached.centre, reached.wide
    low = int(rows["is_low"].sum())
    show_figure(
        context,
        "reach-funnel",
        context.warehouse.remember(
            ("reach-funnel", say.language, filters),
            lambda: reach_funnel(
                rows,
                funnel_limits(centre, _sizes(rows), dispersion=wide),
                reach,
                say,
                district=centre,
                height=340,
            ),
        ),
        Caption(
            say("{count} 个社区参与偏低，超出社区间的普遍差异", count=low)
            if low
            else say("没有社区的参与率低到超出普遍差异。"),
            _community_note(
                context,
                say(
                    "每点一个社区，橙色为偏低或没有活动 · 点线 95%、虚线 99.8% 界限，"
                    "已按社区间的普遍差异放宽"
                ),
            ),
            context.as_of(window=True),
        ),
        context.count("participation_by_community", filters),
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _sizes(rows: pd.DataFrame) -> pd.Series:
    """Choose the sizes at which to draw the limits: close together where they are steep."""
    most = rows["denominator"].max()
    most = 10.0 if pd.isna(most) else float(most)
    return pd.Series([most * 1.06 * (n / 60) ** 2 for n in range(2, 61)])


def _community_note(context: Context, note: str) -> str:
    if context.is_sample:
        return context.say("{note} · 不含具名项目", note=note)
    return note


def _unreached(context: Context) -> None:
    say = context.say
    rows = _reached(context).rows
    rows = rows[rows["is_low"] | rows["is_without"]]
    show_figure(
        context,
        "unreached",
        context.warehouse.remember(
            ("unreached", say.language, _round_chosen(context)),
            lambda: _unreached_table(context, rows),
        ),
        Caption(
            say(
                "{without} 个社区没有活动，{low} 个有活动而参与偏低",
                without=int(rows["is_without"].sum()),
                low=int(rows["is_low"].sum()),
            ),
            _community_note(context, say("按未参与的居民排列 · 点一行看该社区")),
            context.as_of(window=True),
        ),
        context.count("participation_by_community", _round_chosen(context)),
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _unreached_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say = context.say
    if rows.empty:
        return nothing("table", say("每个社区都有活动，参与率都不低于界限。"))
    rows = rows.sort_values(["unreached_count", "key"], ascending=[False, True])
    texts = pd.DataFrame(
        {
            "key": rows["key"],
            "name": rows["name"],
            "town": rows["town_code"].map(context.town_names()),
            "state": [
                say("没有活动") if without else say("参与偏低") for without in rows["is_without"]
            ],
            "residents": rows["denominator"],
            "activity_count": rows["activity_count"],
            "participant_count": rows["participant_count"],
            "reach": [f"{value:.1f}%" if pd.notna(value) else None for value in rows["value"]],
        }
    )
    headings = {
        "name": say("社区"),
        "town": say("街镇"),
        "state": say("状况"),
        "reach": say("参与率"),
        "participant_count": say("参与人数"),
        "residents": say("平均居民"),
        "activity_count": say("场次"),
    }
    return table(texts, headings, say, key="key", height=340)


def _calendar(context: Context) -> None:
    say, filters = context.say, context.filters
    shown = choose(
        context, DAYS_OF, say("日历所示"), {"attendances": say("人次"), "activities": say("场次")}
    )
    indicator = BY_CODE[shown]
    first = min(filters.start_month, add_months(filters.end_month, 1 - CALENDAR_MONTHS))
    first = max(first, context.warehouse.months[0])
    last = add_months(filters.end_month, 1) - timedelta(days=1)
    counted = context.count("activity_by_day", start_month=first)

    def make() -> tuple[Drawing, str]:
        rows, festivals = measure(counted.rows, indicator), festivals_between(first, last)
        unit = say.words(indicator.unit)
        drawing = calendar(rows, first, last, festivals, say, unit=unit, height=250)
        return drawing, calendar_headline(say, rows, festivals)

    drawing, headline = context.remember_chosen("activity-calendar", shown, make=make)
    show_figure(
        context,
        "activity-calendar",
        drawing,
        Caption(
            headline,
            say("每格一天，每列一周；红框为节日当天（公历事实）· 最深一档为最多的 2% 日子"),
            _span(say, first, last),
        ),
        counted,
    )  # fmt: skip


def _span(say: Say, first: date, last: date) -> str:
    return say("{start} 至 {end}", start=f"{first:%Y-%m}", end=f"{last:%Y-%m}")


def _trend(context: Context, counted: Counted) -> None:
    say, indicator = context.say, _chosen_indicator(context)
    show_figure(
        context,
        "participation-trend",
        context.remember_chosen(
            "participation-trend", indicator.code,
            make=lambda: trend(
                measure(counted.rows, indicator), indicator, say,
                marked=pd.Timestamp(context.filters.end_month), height=340,
            ),
        ),
        Caption(
            say("{indicator}，逐月", indicator=say.words(indicator.name)),
            say(
                "{unit} · 每点为到该月为止的 {months} 个月",
                unit=say.words(indicator.unit), months=context.filters.window_months,
            ),
            context.as_of(),
        ),
        counted,
    )  # fmt: skip


def _cohorts(context: Context) -> None:
    say = context.say
    counted = context.count("participation_cohorts")

    def make() -> tuple[Drawing, list[float | None]]:
        rows = retention(counted.rows)
        return cohorts(rows, say, height=340), [retained(rows, months) for months in TOLD_MONTHS]

    drawing, (soon, later) = context.remember_chosen("cohorts", make=make)
    headline = say("首次参与后再来的人")
    if soon is not None and later is not None:
        headline = say(
            "首次参与后第 {first} 个月有 {soon:.0f}% 再来，第 {second} 个月有 {later:.0f}%",
            first=TOLD_MONTHS[0], soon=soon, second=TOLD_MONTHS[1], later=later,
        )  # fmt: skip
    show_figure(
        context,
        "cohorts",
        drawing,
        Caption(
            headline,
            say("按首次参与的月份分组；第一组含数据之前已参与的人，不计入标题"),
            context.as_of(),
        ),
        counted,
    )


def _lorenz(context: Context) -> None:
    say = context.say
    counted = context.count("attendance_spread")
    towns = context.count("equity_by_town").rows
    found = context.remember_chosen("equity", make=lambda: equity(counted.rows, towns))
    first = add_months(context.filters.end_month, -11)
    if found is None:
        reason = say("所选范围内一年的参与不足，或数据不满 12 个月。")
        drawing, headline, note = nothing("plot", reason, height=340), say("参与是否均衡"), ""
    else:
        drawing = context.remember_chosen(
            "lorenz", make=lambda: lorenz(found.points, say, gini=found.gini, height=340)
        )
        headline = say(
            "最活跃的一成居民占 {share:.0f}% 人次，基尼系数 {gini:.2f}",
            share=found.most_active * 100, gini=found.gini,
        )  # fmt: skip
        note = say(
            "居民按全年平均计，没来过的计 0（{absent:.0f}%）· 泰尔指数 {theil:.2f}，街镇之间占 {between:.0f}%",
            absent=found.absent * 100, theil=found.theil, between=found.between * 100,
        )  # fmt: skip
    show_figure(
        context,
        "lorenz",
        drawing,
        Caption(headline, note, _span(say, first, context.filters.end_month)),
        counted,
    )
