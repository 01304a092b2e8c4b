"""Needs, services and proposals (需求与响应): what is asked for, what answers it, how fast."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.draw.charts import ranking
from dashboard.draw.drawing import Drawing, nothing
from dashboard.draw.needs import loop, scorecard, service_matrix, settling, supply_and_demand
from dashboard.draw.rows import table
from dashboard.insight.changes import change_since
from dashboard.insight.micros import MICROS, made_of, micro_scores
from dashboard.insight.needs import (
    COHORT_COUNTS,
    DAYS_BAR,
    Curve,
    loop_sentence,
    loop_steps,
    median_written,
    needs_headline,
    over_windows,
    settling_curve,
    settling_sentence,
    supply_against_demand,
    supply_sentence,
)
from dashboard.language import Say
from dashboard.model.contract import Field
from dashboard.model.indicators import BY_CODE, Indicator, add_up, measure
from dashboard.model.tables import (
    aspect,
    coverage_type,
    domain,
    need,
    proposal_category,
    responsible_unit,
    stage,
)
from dashboard.ui.address import Choice
from dashboard.ui.context import Context, Counted
from dashboard.ui.filters import choose, choose_community, choose_town, show_filters, show_path
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline, show_not_loaded
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

CURVES = Choice("curves", ("all", "category", "coverage"))
RANKED = Choice("ranked", ("town", "category"))
CHOICES = (CURVES, RANKED)


def title(say: Say) -> str:
    return say("需求与响应")


def show(context: Context) -> None:
    """Show the page."""
    say = context.say
    district = context.district_months()
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        if district.rows.empty:
            show_headline(say("没有符合所选条件的社区"), "")
        elif not show_not_loaded(context, COHORT_COUNTS):
            _headline(context)
        show_filters(context)
    if district.rows.empty:
        st.info(say("没有符合所选条件的社区：请放宽筛选，或点“清除”。"))
        return
    show_tiles(context.remember_chosen("needs-tiles", make=lambda: _tiles(context)), context)
    left, right = st.columns(2, gap="medium")
    with left:
        _loop(context)
    with right:
        _settling(context)
    left, right = st.columns(2, gap="medium")
    with left:
        _closing(context)
    with right:
        _open(context)
    left, right = st.columns(2, gap="medium")
    with left:
        _services(context)
    with right:
        _needs(context)
    left, right = st.columns(2, gap="medium")
    with left:
        _micros(context)
    with right:
        _breadth_by_town(context)


# What several figures stand on ------------------------------------------------------------


def _windows(context: Context) -> pd.DataFrame:
    """Count proposals over windows as long as the chosen one, one for each month it ends with."""
    return context.remember_chosen(
        "needs-windows",
        make=lambda: over_windows(
            context.count("proposals_by_month", start_month=context.warehouse.months[0]).rows,
            [month for month in context.warehouse.months if month <= context.filters.end_month],
            context.filters.window_months,
        ),
    )


def _curve(context: Context) -> Curve | None:
    return context.remember_chosen(
        "needs-curve", make=lambda: settling_curve(context.count("proposal_days").rows)
    )


def _all(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add the towns' counts up to one row."""
    counts = [name for name in (indicator.numerator, indicator.denominator) if name]
    return add_up(rows.assign(all=0), ["all"], counts)


def _breadth(context: Context) -> pd.DataFrame:
    indicator = BY_CODE["service_breadth"]
    return context.remember_chosen(
        "needs-breadth",
        make=lambda: measure(_all(context.count("micros_by_town").rows, indicator), indicator),
    )


def _as_known(context: Context) -> str:
    """Say which proposals are meant, and until when they were followed."""
    return context.say(
        "{span} 提出，办理情况截至 {last} 月末",
        span=context.as_of(window=True),
        last=f"{context.warehouse.months[-1]:%Y-%m}",
    )


def _names(context: Context, field: Field) -> dict[str, str]:
    return {code: context.say.words(words) for code, words in field.allowed.items()}


# Figure by figure -------------------------------------------------------------------------


def _headline(context: Context) -> None:
    headline = context.remember_chosen(
        "needs-headline",
        make=lambda: needs_headline(
            context.say,
            cohort=_windows(context)[list(COHORT_COUNTS)].iloc[-1],
            curve=_curve(context),
            categories=context.count("proposals_by_category").rows,
            open_rows=context.count("open_proposals").rows,
            is_invented=_is_invented(context),
        ),
    )
    show_headline(headline.state, headline.change)


def _is_invented(context: Context) -> bool:
    """Tell whether only real, named projects are chosen, while the data are a sample."""
    codes = list(context.filters.community_codes)
    origins = context.communities.loc[codes, "origin"]
    return context.is_sample and bool(codes) and bool((origins == "published").all())


def _tiles(context: Context) -> list[Tile]:
    say, windows = context.say, _windows(context)
    before, curve = pd.Timestamp(context.month_before), _curve(context)
    tiles = []
    for code in ("proposals", "acceptance", "closing_rate"):
        rows = measure(windows, BY_CODE[code])
        last, parts = rows.iloc[-1], [change_since(rows, before, BY_CODE[code], say)]
        if BY_CODE[code].denominator and pd.notna(last["denominator"]):
            parts.insert(0, f"{last['numerator']:,.0f}/{last['denominator']:,.0f}")
        tiles.append(Tile(BY_CODE[code], rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    median = pd.Series([curve.median] if curve else [], dtype="float64")
    tiles.append(Tile(BY_CODE["closing_days"], median, median_written(curve, say)))
    overdue = measure(context.district_months().rows, BY_CODE["overdue"])
    change = change_since(overdue, before, BY_CODE["overdue"], say)
    tiles.append(Tile(BY_CODE["overdue"], overdue["value"].tail(SPARK_MONTHS), change))
    breadth = _breadth(context)
    return [
        *tiles,
        Tile(BY_CODE["service_breadth"], breadth["value"], _breadth_words(say, breadth)),
    ]


def _breadth_words(say: Say, breadth: pd.DataFrame) -> str:
    if breadth["value"].isna().all():
        return ""
    return say("平均每社区 {count:.1f}/9 个方面", count=_aspects_each(breadth))


def _loop(context: Context) -> None:
    say = context.say
    counted = context.count("proposals_by_stage")
    steps = context.remember_chosen("needs-steps", make=lambda: loop_steps(counted.rows))
    names = _names(context, stage)
    show_figure(
        context,
        "needs-loop",
        context.remember_chosen("needs-loop", make=lambda: loop(steps, names, say, height=366)),
        Caption(
            loop_sentence(steps, say),
            say("件，按已到达的最远阶段 · 近期提出的仍在途中"),
            _as_known(context),
        ),
        counted,
    )


def _settling(context: Context) -> None:
    say = context.say
    names = {"all": say("合计"), "category": say("按类别"), "coverage": say("按覆盖类型")}
    by = choose(context, CURVES, say("曲线分组"), names)
    counted = context.count("proposal_days")
    curves = context.remember_chosen(
        "needs-curves", by, make=lambda: _group_curves(context, counted.rows, by)
    )
    note = say("Kaplan–Meier，未办结与重启的按删失计 · 阴影为 95% 区间")
    if by == "coverage":
        note = say("Kaplan–Meier，95% 区间 · 覆盖类型因规模与区位而定：差异是关联，不是效果")
    show_figure(
        context,
        "needs-settling",
        context.remember_chosen(
            "needs-settling", by, make=lambda: settling(curves, say, bar=DAYS_BAR)
        ),
        Caption(settling_sentence(curves, say), note, _as_known(context)),
        counted,
    )


def _group_curves(context: Context, rows: pd.DataFrame, by: str) -> list[tuple[str, Curve]]:
    """Estimate a curve for all, or one for each category or coverage type that is there."""
    say = context.say
    if by == "all":
        curve = _curve(context)
        return [(say("合计"), curve)] if curve else []
    field = proposal_category if by == "category" else coverage_type
    groups = [(words, rows[rows[field.name] == code]) for code, words in field.allowed.items()]
    curves = [(say.words(words), settling_curve(mine)) for words, mine in groups]
    return [(name, curve) for name, curve in curves if curve is not None]


def _closing(context: Context) -> None:
    say, rate = context.say, BY_CODE["closing_rate"]
    names = {"town": say("闭环率，按街镇"), "category": say("闭环率，按类别")}
    by = choose(context, RANKED, say("排列"), names)
    if by == "town":
        _ranking(context, rate, _as_known(context))
        return
    counted = context.count("proposals_by_category")
    show_figure(
        context,
        "needs-categories",
        context.remember_chosen(
            "needs-categories", make=lambda: _categories(context, counted.rows)
        ),
        Caption(names[by], _ranking_note(say, rate), _as_known(context), spoken_only=True),
        counted,
    )


def _categories(context: Context, rows: pd.DataFrame) -> Drawing:
    say, rate = context.say, BY_CODE["closing_rate"]
    rows = measure(rows, rate)
    codes = rows["proposal_category"]
    rows = rows.assign(key=codes, name=codes.map(_names(context, proposal_category)))
    is_whole = context.filters == context.everywhere and not context.filters.is_narrowed
    district = context.district_value(rate) if is_whole else None
    drawing = ranking(rows, rate, say, district=district)
    return drawing if drawing.empty else replace(drawing, alt=say("14 天闭环率，按提案类别排列。"))


def _breadth_by_town(context: Context) -> None:
    _ranking(context, BY_CODE["service_breadth"], context.as_of(window=True), headline=True)


def _ranking(context: Context, indicator: Indicator, as_of: str, *, headline: bool = False) -> None:
    say, counted = context.say, context.by_town(indicator)
    show_figure(
        context,
        f"needs-{indicator.code}",
        context.remember(
            "needs-ranking", indicator.code,
            make=lambda: ranking(
                counted.rows, indicator, say, district=context.district_value(indicator)
            ),
        ),
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            _ranking_note(say, indicator),
            as_of,
            spoken_only=not headline,
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def _ranking_note(say: Say, indicator: Indicator) -> str:
    formula = say.words(indicator.formula)
    if indicator.has_interval:
        return say("{formula} · 细线为 95% 区间", formula=formula)
    return say("{formula}，%", formula=formula)


def _open(context: Context) -> None:
    say = context.say
    counted = context.count("open_proposals")
    rows = counted.rows
    late = int((rows["open_day_count"] > DAYS_BAR).sum())
    note = say("最久的在前 · 重启的没有重启日期，列在最后 · 阶段为数据截止时的")
    if context.is_sample:
        # What is open at a real, named project in the sample is invented: it is not held up.
        rows = rows[rows["origin"] != "published"]
        note = say(
            "最久的在前，重启的没有重启日期，列在最后 · 具名真实项目的 {count} 件为虚构，不列",
            count=len(counted.rows) - len(rows),
        )
    show_figure(
        context,
        "needs-open",
        context.remember_chosen("needs-open", make=lambda: _open_table(context, rows)),
        Caption(
            say("{open} 件未办结，其中 {late} 件超过 14 天", open=len(counted.rows), late=late),
            note,
            context.as_of(),
        ),
        Counted(rows, counted.query, counted.parameters),
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _open_table(context: Context, rows: pd.DataFrame) -> Drawing:
    say = context.say
    if rows.empty:
        if _is_invented(context):
            return nothing("table", say("具名的真实项目：其提案均为示例，纯属虚构。"))
        return nothing("table", say("没有可列出的未办结提案。"))

    def named(field: Field) -> pd.Series:
        return rows[field.name].map(_names(context, field))

    stages = named(stage)
    texts = pd.DataFrame(
        {
            "community_code": rows["community_code"],
            "name": rows["name_zh" if say.language == "zh" else "name_en"],
            "town": rows["town_code"].map(context.town_names()),
            "category": named(proposal_category),
            "open_day_count": rows["open_day_count"],
            "stage": stages.where(~rows["is_reopened"], stages + say("（重启）")),
            "unit": named(responsible_unit),
        }
    )
    headings = {
        "name": say("社区"),
        "town": say("街镇"),
        "category": say("类别"),
        "open_day_count": say("受理后天数"),
        "stage": say("阶段"),
        "unit": say("责任单位"),
    }
    return table(texts, headings, say, key="community_code", height=430)


def _services(context: Context) -> None:
    say = context.say
    counted = context.count("services")
    domains = _names(context, domain)
    aspects = _names(context, aspect)
    show_figure(
        context,
        "needs-services",
        context.remember_chosen(
            "needs-services", make=lambda: service_matrix(counted.rows, domains, aspects, say)
        ),
        Caption(
            _services_sentence(context, counted.rows["aspect"].nunique()),
            say("场次，按三个领域 · 另四个方面未公布名称，照计而不命名"),
            context.as_of(window=True),
        ),
        counted,
    )


def _services_sentence(context: Context, delivered: int) -> str:
    say, breadth = context.say, _breadth(context)
    if breadth["value"].isna().all():
        return say("九个服务方面中 {delivered} 个有活动", delivered=delivered)
    return say(
        "九个服务方面中 {delivered} 个有活动，平均每社区 {mean:.1f} 个",
        delivered=delivered,
        mean=_aspects_each(breadth),
    )


def _aspects_each(breadth: pd.DataFrame) -> float:
    return float(breadth["value"].iloc[0]) / 100 * len(aspect.allowed)


def _needs(context: Context) -> None:
    say = context.say
    counted = context.count("youth_needs")
    needs = context.remember_chosen(
        "needs-supply", make=lambda: supply_against_demand(counted.rows)
    )
    names = _names(context, need)
    show_figure(
        context,
        "needs-youth",
        context.remember_chosen(
            "needs-youth", make=lambda: supply_and_demand(needs, names, say, height=360)
        ),
        Caption(
            supply_sentence(needs, say),
            say(
                "各占四类之和的比例：{proposals:.0f} 件提案、{activities:.0f} 场活动 · 没有人提出的需求不在其中",
                proposals=needs["proposal_count"].sum(),
                activities=needs["activity_count"].sum(),
            ),
            context.as_of(window=True),
        ),
        counted,
    )


def _micros(context: Context) -> None:
    say = context.say
    counted = context.count("micros_by_town")
    show_figure(
        context,
        "needs-micros",
        context.remember_chosen("needs-micros", make=lambda: _scorecard(say, counted.rows)),
        Caption(
            say("五微评分（本系统假定）"),
            say(
                "0–100，各取两项的平均，括号内为零分与满分 · 公开的只有五个名称，构成与分值均为假定"
            ),
            context.as_of(window=True),
        ),
        counted,
    )


def _scorecard(say: Say, rows: pd.DataFrame) -> Drawing:
    counts = [name for name in rows.columns if name != "town_code"]
    scores = micro_scores(add_up(rows.assign(all=0), ["all"], counts))
    lines = [
        made_of(micro, values, say) for micro, values in zip(MICROS, scores["values"], strict=True)
    ]
    scores = scores.assign(name=[say.words(micro.name) for micro in MICROS], made_of=lines)
    return scorecard(scores, say, height=440)
