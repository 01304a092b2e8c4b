"""Housing and occupancy (住房与入住): how full, how fast it turns over, how new places fill."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.draw.charts import trend
from dashboard.draw.drawing import Drawing
from dashboard.draw.housing import dots, fill_curves, spread_ranking, supply, tier_lines
from dashboard.draw.rows import Item, Level, item_list, table
from dashboard.insight.changes import change_since
from dashboard.insight.headline import Headline
from dashboard.insight.housing import (
    FEWEST_BEHIND,
    LOW_OCCUPANCY,
    Outcome,
    by_community,
    distribution_headline,
    fill_curve,
    housing_headline,
    months_to_fill,
    occupancies,
    over_let,
    spread,
    target_states,
    turnover_headline,
    windowed,
    without_faults,
)
from dashboard.insight.names import operator_names
from dashboard.language import Say
from dashboard.model.filters import Filters
from dashboard.model.indicators import (
    BY_CODE,
    Indicator,
    column_heading,
    measure,
    written,
)
from dashboard.model.tables import target_kind, tier
from dashboard.ui.address import Choice
from dashboard.ui.context import Context, Counted
from dashboard.ui.controls import choose_indicator
from dashboard.ui.filters import choose, choose_community, choose_town, show_filters, show_path
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

OCCUPANCY = tuple(f"occupancy_{code}" for code in tier.allowed)
TILES = (*OCCUPANCY, "turnover", "mean_stay", "residents_per_dwelling")
INDICATORS = (*OCCUPANCY, "turnover", "annual_turnover", "mean_stay", "residents_per_dwelling")
ORDER = Choice("order", ("empty", "vacant", "turnover", "residents"))
CHOICES = (ORDER,)
SHOWN_FAULTS = 20
TABLE_HEIGHT = 420


def title(say: Say) -> str:
    return say("住房与入住")


def show(context: Context) -> None:
    """Show the page."""
    say = context.say
    tiers = _tiers(context)
    district = context.district_months()
    nothing_there = district.rows.empty or _now(context, tiers.rows).empty
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        if nothing_there:
            show_headline(say("没有符合所选条件的社区"), "")
        else:
            _headline(context, tiers.rows, district.rows)
        show_filters(context)
    if nothing_there:
        st.info(say("没有符合所选条件的社区：请放宽筛选，或点“清除”。"))
        return
    _tiles(context, tiers.rows, district.rows)
    left, right = st.columns(2, gap="medium")
    with left:
        _tier_trend(context, tiers)
        _tier_table(context, tiers)
    with right:
        choose_indicator(
            context,
            [BY_CODE[code] for code in INDICATORS],
            default=_usual_indicator(context),
            shapes=False,
        )
        _towns(context)
    left, right = st.columns(2, gap="medium")
    with left:
        _distribution(context)
        _fill_up(context)
    with right:
        _operators(context)
        _turnover(context, district)
    _faults(context)
    _communities(context)
    left, right = st.columns(2, gap="medium")
    with left:
        _supply(context)
    with right:
        _targets(context)
        _per_dwelling(context, district)


def _tiers(context: Context) -> Counted:
    """Count the tiers for every month up to the end month, measured."""

    def make() -> Counted:
        counted = context.count("occupancy_by_month", start_month=context.warehouse.months[0])
        return replace(counted, rows=occupancies(counted.rows))

    return context.remember_chosen("housing-tiers", make=make)


def _now(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["month"] == pd.Timestamp(context.filters.end_month)]


def _rows_height(count: int) -> int:
    return min(TABLE_HEIGHT, 42 + 30 * count)


def tier_names(say: Say) -> dict[str, str]:
    return {code: say.words(words) for code, words in tier.allowed.items()}


def tier_units(say: Say) -> dict[str, str]:
    return {"flat": say("套"), "room": say("间"), "bed": say("张")}


def _indicator(context: Context) -> Indicator:
    """Take the indicator in the address where it is one of this page's."""
    code = context.address.indicator
    return BY_CODE[code if code in INDICATORS else _usual_indicator(context)]


def _usual_indicator(context: Context) -> str:
    """Name the occupancy of the tier chosen, or of that which most of the communities have."""
    if context.filters.tiers:
        return f"occupancy_{context.filters.tiers[0]}"

    def make() -> str:
        now = _now(context, _tiers(context).rows)
        return f"occupancy_{now.at[now['community_count'].idxmax(), 'tier']}"

    return context.remember_chosen("housing-usual-indicator", make=make)


def _beside(context: Context) -> Filters:
    """The filters of figures that show the chosen communities among the others."""
    return replace(context.filters, community_codes=())


# Headline and tiles ----------------------------------------------------------------------


def _headline(context: Context, tiers: pd.DataFrame, months: pd.DataFrame) -> None:

    def make() -> Headline:
        window = windowed(months, context.filters.window_months)
        values = {
            code: measure(window, BY_CODE[code])["value"].iloc[-1]
            for code in ("turnover", "annual_turnover")
        }
        return housing_headline(
            context.say,
            tiers=_now(context, tiers),
            communities=_by_community(context, context.filters),
            town_names=context.town_names(),
            turnover=values["turnover"],
            annual=values["annual_turnover"],
            fault_count=_fault_count(context),
        )

    headline = context.remember_chosen("housing-headline", make=make)
    show_headline(headline.state, headline.change)


def _by_community(context: Context, filters: Filters) -> pd.DataFrame:
    """Describe the communities of some filters, with ``key`` and ``name``."""

    def make() -> pd.DataFrame:
        rows = by_community(
            context.count("housing_by_community", filters).rows,
            context.count("occupancy_by_community", filters.at_end).rows,
            filters.end_month,
        )
        names = rows["name_zh" if context.say.language == "zh" else "name_en"]
        return rows.assign(key=rows["community_code"], name=names)

    return context.warehouse.remember(("housing-communities", context.say.language, filters), make)


def _fault_count(context: Context) -> int:
    rows = _tiers(context).rows
    is_chosen = rows["month"] >= pd.Timestamp(context.filters.start_month)
    return int(rows.loc[is_chosen, "over_let_count"].sum())


def _over_let(context: Context) -> Counted:
    """List what was over-let in the chosen months."""
    counted = context.count("occupancy_by_community")
    rows = context.remember_chosen("over-let", make=lambda: over_let(counted.rows))
    return replace(counted, rows=rows)


def _tiles(context: Context, tiers: pd.DataFrame, months: pd.DataFrame) -> None:
    tiles = context.remember_chosen(
        "housing-tiles", make=lambda: _made_tiles(context, tiers, months)
    )
    show_tiles(tiles, context.say)


def _made_tiles(context: Context, tiers: pd.DataFrame, months: pd.DataFrame) -> list[Tile]:
    say, window = context.say, windowed(months, context.filters.window_months)
    before, end = pd.Timestamp(context.month_before), pd.Timestamp(context.filters.end_month)
    tiles = []
    for code in TILES:
        indicator = BY_CODE[code]
        rows = measure(
            tiers if indicator.tier else window if indicator.span == "window" else months,
            indicator,
        )
        rows = without_faults(rows, indicator)
        if rows.empty or rows["month"].iloc[-1] != end:
            tiles.append(Tile(indicator, pd.Series(dtype="float64"), say("没有这一层次")))
            continue
        change = change_since(rows, before, indicator, say)
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), change))
    return tiles


# By tier ---------------------------------------------------------------------------------


def _tier_trend(context: Context, tiers: Counted) -> None:
    say = context.say
    show_figure(
        context,
        "tier-trend",
        context.remember_chosen(
            "tier-trend",
            make=lambda: tier_lines(
                tiers.rows, tier_names(say), say,
                marked=pd.Timestamp(context.filters.end_month), height=230,
            ),
        ),
        Caption(
            say("三个层次的入住率，逐月"),
            say("已租 ÷ 可租，% · 层次之间不相加 · 纵轴不从 0 起"),
            context.as_of(),
        ),
        tiers,
    )  # fmt: skip


def _tier_table(context: Context, tiers: Counted) -> None:
    say = context.say
    show_figure(
        context,
        "tiers",
        context.remember_chosen("housing-tier-table", make=lambda: _tiers_drawn(context, tiers)),
        Caption(
            say("按层次"),
            say("各以本层次单位计（套、间、张） · 可租不含整修中"),
            context.as_of(),
        ),
        tiers,
    )


def _tiers_drawn(context: Context, tiers: Counted) -> Drawing:
    say = context.say
    now = _now(context, tiers.rows).set_index("tier")
    now = now.reindex([code for code in tier.allowed if code in now.index]).reset_index()
    texts = pd.DataFrame(
        {
            "tier": now["tier"].map(tier_names(say)),
            "community_count": now["community_count"],
            "supply_count": now["supply_count"],
            "available_count": now["available_count"],
            "let_count": now["let_count"],
            "vacant": (now["available_count"] - now["let_count"]).mask(now["is_fault"]),
            "value": [
                say("数据有误") if row.is_fault
                else written(row.value, BY_CODE[f"occupancy_{row.tier}"], say.language)
                for row in now.itertuples()
            ],
        }
    )  # fmt: skip
    headings = {
        "tier": say("层次"),
        "value": say("入住率"),
        "community_count": say("社区"),
        "supply_count": say("建成"),
        "available_count": say("可租"),
        "let_count": say("已租"),
        "vacant": say("空置"),
    }
    return table(texts, headings, say, key=None, height=_rows_height(len(texts)))


# By town, by community, by operator ------------------------------------------------------


def _measured(context: Context, indicator: Indicator, filters: Filters) -> Counted:
    """Measure the indicator for every community of some filters, with ``key`` and ``name``."""

    def make() -> Counted:
        people = context.count("housing_by_community", filters)
        if indicator.tier:
            counted = context.count("occupancy_by_community", filters.at_end)
            operators = people.rows[["community_code", "operator"]]
            rows = counted.rows.merge(operators, on="community_code")
        else:
            counted, rows = people, people.rows
        rows = without_faults(measure(rows, indicator), indicator)
        code = rows["community_code"]
        named = code.map(context.communities["name"])
        if context.is_sample:
            known = code.map(context.communities["origin"]) == "published"
            named = named.mask(known, named + context.say("（具名项目，数值多为估计）"))
        return replace(counted, rows=rows.assign(key=code, name=named))

    key = ("housing-measured", indicator.code, context.say.language, filters)
    return context.warehouse.remember(key, make)


def _towns(context: Context) -> None:
    say, indicator = context.say, _indicator(context)
    counted = context.by_town(indicator)

    def make() -> Drawing:
        communities = _measured(context, indicator, context.everywhere).rows
        rows = without_faults(counted.rows, indicator).merge(
            spread(communities, "town_code"), on="town_code", how="left"
        )
        return spread_ranking(
            rows, indicator, say, district=context.district_value(indicator), height=404
        )

    show_figure(
        context,
        "housing-towns",
        context.remember("housing-towns", indicator.code, make=make),
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            say(
                "{formula} · 点为合计，粗线为各社区的中间一半 · 不从 0 起",
                formula=say.words(indicator.formula),
            ),
            context.as_of(window=indicator.span == "window"),
            spoken_only=True,
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )


def _distribution(context: Context) -> None:
    """Show the communities of the chosen towns; chosen communities are marked among them."""
    say, indicator = context.say, _indicator(context)
    filters = _beside(context)
    counted = _measured(context, indicator, filters)
    bar = LOW_OCCUPANCY if indicator.tier else None
    show_figure(
        context,
        "housing-dots",
        context.warehouse.remember(
            ("housing-dots", indicator.code, say.language, filters),
            lambda: dots(counted.rows, indicator, say, bar=bar),
        ),
        Caption(
            distribution_headline(say, counted.rows, indicator, bar),
            _dots_note(say, counted.rows, bar),
            context.as_of(window=indicator.span == "window"),
        ),
        counted,
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _dots_note(say: Say, rows: pd.DataFrame, bar: float | None) -> str:
    unknown = int(rows["value"].isna().sum())
    return " · ".join(
        [
            say("每点一个社区；点击选择"),
            *([] if bar is None else [say("低于 {bar:.0f}% 的突出显示（假定的界限）", bar=bar)]),
            *([say("另有 {count} 个数据不足或人数过少", count=unknown)] if unknown else []),
        ]
    )


def _operators(context: Context) -> None:
    """Show the operators of the chosen towns; those of chosen communities are marked."""
    say, indicator, filters = context.say, _indicator(context), _beside(context)
    query = "occupancy_by_operator" if indicator.tier else "housing_by_operator"
    counted = context.count(query, filters)
    of = context.count("housing_by_community", filters).rows.set_index("community_code")["operator"]
    show_figure(
        context,
        "housing-operators",
        context.warehouse.remember(
            ("housing-operators", indicator.code, say.language, filters),
            lambda: _operators_drawn(context, counted.rows, indicator, filters),
        ),
        Caption(
            say("{indicator}，按运营方", indicator=say.words(indicator.name)),
            say("点为合计，粗线为各社区的中间一半 · 示例运营方均为虚构；具名项目的运营方不参与排名")
            if context.is_sample
            else say("点为合计，粗线为各社区的中间一半 · 不从 0 起"),
            context.as_of(window=indicator.span == "window"),
        ),
        counted,
        chosen=tuple(of[of.index.isin(context.filters.community_codes)].unique()),
    )


def _operators_drawn(
    context: Context, rows: pd.DataFrame, indicator: Indicator, filters: Filters
) -> Drawing:
    communities = _measured(context, indicator, filters).rows
    rows = without_faults(measure(rows, indicator), indicator)
    if context.is_sample:
        # What is invented of a real operator's communities must not rank it.
        real = communities["community_code"].map(context.communities["origin"]) == "published"
        rows = rows[~rows["operator"].isin(communities.loc[real, "operator"])]
    names = operator_names(rows["operator"], context.say)
    rows = rows.assign(key=rows["operator"], name=names).merge(
        spread(communities, "operator"), on="operator", how="left"
    )
    return spread_ranking(rows, indicator, context.say, height=330)


# Coming and going ------------------------------------------------------------------------


def _turnover(context: Context, months: Counted) -> None:
    say, turnover, end = context.say, BY_CODE["turnover"], context.filters.end_month
    headline = context.remember_chosen(
        "turnover-headline",
        make=lambda: turnover_headline(
            say, windowed(months.rows, context.filters.window_months), end
        ),
    )
    show_figure(
        context,
        "turnover",
        context.remember_chosen(
            "turnover",
            make=lambda: trend(
                measure(months.rows, turnover), turnover, say,
                marked=pd.Timestamp(end), height=330,
            ),
        ),
        Caption(
            headline,
            say("迁出 ÷ 月初与月末居民的平均，逐月，% · 居住时长为 1 ÷ 流动率，并非实测"),
            context.as_of(),
        ),
        months,
    )  # fmt: skip


def _fill_up(context: Context) -> None:
    """Show how new communities fill; chosen ones that are new stand out among the others."""
    say, chosen = context.say, context.filters.community_codes
    counted = context.count("fill_up", _beside(context))

    def make() -> tuple[pd.DataFrame, Drawing]:
        curve, rows = fill_curve(counted.rows), occupancies(counted.rows)
        own = rows[rows["community_code"].isin(chosen)].rename(columns={"months_open_count": "age"})
        own = own.assign(name=own["community_code"].map(context.communities["name"]))
        return curve, fill_curves(curve, own, say)

    curve, drawing = context.remember_chosen("fill-up", make=make)
    months = months_to_fill(curve)
    show_figure(
        context,
        "fill-up",
        drawing,
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
            context.as_of(),
        ),
        counted,
    )


# Faults and communities ------------------------------------------------------------------


def _faults(context: Context) -> None:
    say, names = context.say, tier_names(context.say)
    if _fault_count(context) == 0:
        return
    counted = _over_let(context)
    items = [
        Item(
            context.communities.at[row.community_code, "name"],
            say(
                "{tier}，{month}：已租 {let:,}，可租 {available:,}",
                tier=names[row.tier], month=f"{row.month:%Y-%m}", let=int(row.let_count),
                available=int(row.available_count),
            ),
            row.community_code, say("数据有误"), "fault",
        )
        for row in counted.rows.head(SHOWN_FAULTS).itertuples()
    ]  # fmt: skip
    show_figure(
        context,
        "over-let",
        item_list(items, alt=say("已租多于可租的记录"), empty="", height=200),
        Caption(
            say("{count} 处已租多于可租：数据错误，请核对后重报", count=len(counted.rows)),
            say("入住率不可能超过 100%；这些记录不计入社区分布与排名"),
            context.as_of(window=True),
        ),
        counted,
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _communities(context: Context) -> None:
    say, order = context.say, context.address.choice(ORDER)
    counted = context.count("housing_by_community")
    rows = _by_community(context, context.filters)
    with st.container(horizontal=True, vertical_alignment="center"):
        choose(
            context,
            ORDER,
            say("排列"),
            {
                "empty": say("入住率最低"),
                "vacant": say("空置最多"),
                "turnover": say("流动最快"),
                "residents": say("居民最多"),
            },
        )
    show_figure(
        context,
        "housing-communities",
        context.remember_chosen(
            "housing-table", order, make=lambda: _community_table(context, rows, order)
        ),
        Caption(
            say("{count} 个社区", count=len(rows)),
            say("按主要层次排列；点击选择 · 具名项目的数值多为估计，列在最后")
            if context.is_sample
            else say("按主要层次排列；点击选择"),
            context.as_of(),
        ),
        counted,
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _ordered(rows: pd.DataFrame, order: str, *, is_sample: bool) -> pd.DataFrame:
    """Put the rows in the chosen order; real projects, whose state is invented, come last."""
    rows = rows.assign(
        turnover=measure(rows, BY_CODE["turnover"])["value"],
        is_last=is_sample & (rows["origin"] == "published"),
    )
    by, ascending = {
        "empty": ("value", True),
        "vacant": ("vacant", False),
        "turnover": ("turnover", False),
        "residents": ("resident_count", False),
    }[order]
    return rows.sort_values(
        ["is_last", by, "community_code"], ascending=[True, ascending, True], ignore_index=True
    )


def _community_table(context: Context, rows: pd.DataFrame, order: str) -> Drawing:
    say, names = context.say, tier_names(context.say)
    rows = _ordered(rows, order, is_sample=context.is_sample)
    occupancy = occupancies(context.count("occupancy_by_community", context.filters.at_end).rows)
    shown = {
        (row.community_code, row.tier): say("数据有误")
        if row.is_fault
        else say(
            "{share}（{let:,}/{available:,}）",
            share=written(row.value, BY_CODE[f"occupancy_{row.tier}"], say.language),
            let=int(row.let_count),
            available=int(row.available_count),
        )
        for row in occupancy.itertuples()
    }
    turnover = BY_CODE["turnover"]
    texts = pd.DataFrame(
        {
            "key": rows["key"],
            "name": rows["name"],
            "town": rows["town_code"].map(context.town_names()),
            **{
                code: [shown.get((community, code), "") for community in rows["community_code"]]
                for code in names
            },
            "vacant": rows["vacant"],
            "resident_count": rows["resident_count"],
            "turnover": [
                "—" if pd.isna(value) else written(value, turnover, say.language)
                for value in rows["turnover"]
            ],
            "opened_on": [
                say("{month}，仍在入住", month=month) if is_filling else month
                for month, is_filling in zip(
                    rows["opened_on"].dt.strftime("%Y-%m"),
                    rows["is_filling"] & rows["is_low"],
                    strict=True,
                )
            ],
            "operator": operator_names(rows["operator"], say),
        }
    )
    headings = {
        "name": say("社区"),
        "town": say("街镇"),
        **names,
        "turnover": say.words(turnover.name),
        "opened_on": say("开业"),
        "operator": say("运营方"),
        "vacant": say("主要层次空置"),
        "resident_count": column_heading("resident_count", say.language),
    }
    return table(texts, headings, say, key="key", height=_rows_height(len(texts)))


# Supply against targets: the district's only ---------------------------------------------


def _whole_district(context: Context) -> Filters:
    return Filters(context.filters.start_month, context.filters.end_month)


def _supply(context: Context) -> None:
    say = context.say
    counted = context.count(
        "occupancy_by_month", _whole_district(context), start_month=context.warehouse.months[0]
    )
    targets = context.count("supply_completion").rows
    targets = targets[targets["tier"] == "bed"]
    targets = targets.assign(
        label=[
            say("{kind} {count:,}", kind=say.words(target_kind.allowed[kind]), count=int(count))
            for kind, count in zip(targets["target_kind"], targets["target_count"], strict=True)
        ]
    )
    beds = counted.rows[counted.rows["tier"] == "bed"]
    if beds.empty:
        return
    show_figure(
        context,
        "supply",
        context.remember(
            "supply",
            make=lambda: supply(
                beds, targets, say, marked=pd.Timestamp(context.filters.end_month), height=360
            ),
        ),
        Caption(
            say("全区“一张床”建成供应 {count:,} 张", count=int(beds["supply_count"].iloc[-1])),
            say("月末，张 · 菱形为公布的目标与期限 · 只有全区数，不随筛选变化"),
            context.as_of(),
        ),
        counted,
    )


def _targets(context: Context) -> None:
    say = context.say
    counted = context.count("supply_completion")
    badges: dict[Outcome, tuple[str, Level]] = {
        "met": (say("达标"), "plain"),
        "missed": (say("未达标"), "late"),
        "open": (say("进行中"), "watch"),
        "forecast": (say("预计"), "plain"),
    }
    states = context.remember(
        "target-states", make=lambda: target_states(counted.rows, tier_units(say), say)
    )
    items = [Item(state.title, state.text, None, *badges[state.outcome]) for state in states]
    show_figure(
        context,
        "supply-targets",
        item_list(items, alt=say("供应目标"), empty=say("没有公布的目标。")),
        Caption(
            say("公布的目标与预计"),
            say("所需进度 = 缺口 ÷ 剩余天数 · 目标为公布，到期时的实有数为示例、未曾公布")
            if context.is_sample
            else say("所需进度 = 缺口 ÷ 剩余天数"),
            context.as_of(),
        ),
        counted,
    )


def _per_dwelling(context: Context, months: Counted) -> None:
    say, indicator = context.say, BY_CODE["residents_per_dwelling"]
    show_figure(
        context,
        "per-dwelling",
        context.remember_chosen(
            "per-dwelling",
            make=lambda: trend(
                measure(months.rows, indicator), indicator, say,
                marked=pd.Timestamp(context.filters.end_month), height=130,
            ),
        ),
        Caption(
            say("套均居民不是入住率：一套可住多人，也可空着"),
            say("居民 ÷ 房源，人/套（间） · 床位计其所在房间"),
            context.as_of(),
        ),
        months,
    )  # fmt: skip
