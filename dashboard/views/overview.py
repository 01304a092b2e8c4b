"""Overview (总览): the state in one sentence, six numbers, a map, a ranking, what to act on."""

import pandas as pd
import streamlit as st

from dashboard.draw.charts import ranking
from dashboard.draw.drawing import Drawing
from dashboard.draw.maps import town_map
from dashboard.draw.rows import Item, item_list, table
from dashboard.insight.attention import Concern, concerns
from dashboard.insight.changes import change_lines, change_since
from dashboard.insight.headline import overview_headline
from dashboard.language import Say
from dashboard.model.agreement import agrees
from dashboard.model.indicators import BY_CODE, BY_TOWN, Indicator, measure
from dashboard.model.measures import FIELDS
from dashboard.model.tables import qualifier as qualifier_field
from dashboard.ui.context import Context, Counted
from dashboard.ui.controls import choose_indicator
from dashboard.ui.filters import choose_community, choose_town, show_filters, show_path
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import show_headline
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

SHOWN_CONCERNS = 8
# The map and the ranking fill the first screen below the header, the headline and the tiles.
FILLS = "clamp(380px, 100vh - 334px, 900px)"
LIST_FILLS = "clamp(176px, 100vh - 572px, 620px)"


def title(say: Say) -> str:
    return say("总览")


def show(context: Context) -> None:
    """Show the page."""
    district = context.district_months()
    show_path(context)
    with st.container(key="top", horizontal=True, vertical_alignment="bottom"):
        _headline(context, district.rows)
        show_filters(context)
    if district.rows.empty:
        st.info(context.say("没有符合所选条件的社区：请放宽筛选，或点“清除”。"))
        return
    participation = context.participation_months()
    _tiles(context, district.rows, participation.rows)
    left, middle, right = st.columns([1.28, 1.3, 0.82], gap="medium")
    with left:
        choose_indicator(context, BY_TOWN)
        _map(context)
    with middle:
        _ranking(context)
    with right:
        _attention(context)
        _changes(context, district.rows, participation)
    _published(context)


def _headline(context: Context, months: pd.DataFrame) -> None:
    say = context.say
    if months.empty:
        show_headline(say("没有符合所选条件的社区"), "")
        return
    coverage = BY_CODE["committee_coverage"]
    headline = context.remember_chosen(
        "overview-headline",
        make=lambda: overview_headline(
            say,
            now=months.iloc[-1],
            changes=context.count("changes").rows.iloc[0] if context.has_before else None,
            towns=context.by_town(coverage).rows,
            chosen=context.filters.town_codes,
            district_coverage=context.district_value(coverage) or 0.0,
            is_narrowed=context.filters.is_narrowed,
        ),
    )
    show_headline(headline.state, headline.change)


def _tiles(context: Context, months: pd.DataFrame, participation: pd.DataFrame) -> None:
    tiles = context.remember_chosen(
        "overview-tiles", make=lambda: _made_tiles(context, months, participation)
    )
    show_tiles(tiles, context)


def _made_tiles(context: Context, months: pd.DataFrame, participation: pd.DataFrame) -> list[Tile]:
    say = context.say
    before = pd.Timestamp(context.month_before)
    tiles = []
    for code in (
        "communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach",
    ):  # fmt: skip
        indicator = BY_CODE[code]
        rows = measure(participation if code == "reach" else months, indicator)
        parts = [change_since(rows, before, indicator, say)]
        if code == "committee_coverage":
            last = months.iloc[-1]
            parts.insert(0, f"{last[indicator.numerator]:,}/{last[indicator.denominator]:,}")
        if code == "bed_supply":
            parts = [*_supply_targets(context, rows["value"].iloc[-1]), *parts]
        if code == "reach":
            parts.append(say("{months} 个月", months=context.filters.window_months))
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    return tiles


def _supply_targets(context: Context, beds: float) -> list[str]:
    """Compare with the last published forecast, which is the district's."""
    if context.filters.town_codes or context.filters.is_narrowed:
        return []
    targets = context.count("supply_targets").rows
    forecasts = targets[targets["target_kind"] == "forecast"]
    return [
        context.say(
            "{year} 年末预计的 {share:.1f}%",
            year=row.due_on.year,
            share=beds / row.target_count * 100,
        )
        for row in forecasts.tail(1).itertuples()
    ]


def _map(context: Context) -> None:
    say, indicator = context.say, BY_CODE[context.address.indicator]
    counted = context.by_town(indicator)
    tiles = context.address.tiles
    show_figure(
        context,
        "town-map",
        context.remember(
            "town-map", indicator.code, tiles,
            make=lambda: town_map(
                counted.rows, indicator, say, names=context.town_names(), centred=tiles,
                geometry=context.assets.tiles if tiles else context.assets.towns, height=FILLS,
            ),
        ),
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            _map_note(context, say.words(indicator.formula), tiles=tiles),
            context.as_of(window=indicator.span == "window"),
            spoken_only=True,
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def _ranking(context: Context) -> None:
    say, indicator = context.say, BY_CODE[context.address.indicator]
    counted = context.by_town(indicator)
    show_figure(
        context,
        "town-ranking",
        context.remember(
            "town-ranking", indicator.code,
            make=lambda: ranking(
                counted.rows, indicator, say, district=context.district_value(indicator),
                height=FILLS,
            ),
        ),
        Caption(
            say("{count} 个街镇与全区对比", count=int(counted.rows["value"].notna().sum())),
            _ranking_note(context, indicator),
            context.as_of(window=indicator.span == "window"),
        ),
        counted,
        on_click=choose_town(context),
        chosen=context.chosen_towns,
    )  # fmt: skip


def _ranking_note(context: Context, indicator: Indicator) -> str:
    say = context.say
    if indicator.has_interval:
        return say("细线为 95% 区间：区间跨过全区线的，与全区无显著差别")
    if indicator.kind == "count" and context.is_sample:
        return say("街镇数为示例，未曾公布 · {unit}", unit=say.words(indicator.unit))
    return say(
        "{indicator}，{unit}", indicator=say.words(indicator.name), unit=say.words(indicator.unit)
    )


def _attention(context: Context) -> None:
    say = context.say
    counted = context.count("communities")
    found = context.remember_chosen("concerns", make=lambda: _concerns(context, counted.rows))
    badges = {"fault": say("数据有误"), "late": say("滞后"), "watch": say("关注")}
    show_figure(
        context,
        "attention",
        item_list(
            [
                Item(each.name, each.reason, each.community_code, badges[each.level], each.level)
                for each in found[:SHOWN_CONCERNS]
            ],
            alt=say("需要关注的社区"),
            empty=say("没有社区触发关注规则。"),
            height=LIST_FILLS,
        ),
        Caption(
            say("需要关注"),
            say("共 {count} 个社区触发规则，列出最急的", count=len(found)),
            context.as_of(),
        ),
        counted,
        on_click=choose_community(context),
        chosen=context.filters.community_codes,
    )


def _map_note(context: Context, formula: str, *, tiles: bool) -> str:
    """Say that a map is a schematic, or under which number an official one was approved."""
    say, number = context.say, context.assets.map_number
    if context.assets.is_schematic or tiles:
        return say("{formula} · 示意图，非法定界线", formula=formula)
    return (
        say("{formula} · 审图号：{number}", formula=formula, number=number) if number else formula
    )


def _concerns(context: Context, communities: pd.DataFrame) -> list[Concern]:
    if context.is_sample:
        # What ails a real, named project in the sample is invented: it must not be held up.
        communities = communities[communities["origin"] != "published"]
    return concerns(communities, context.say, not_loaded=context.not_loaded)


def _changes(context: Context, months: pd.DataFrame, participation: Counted) -> None:
    say = context.say
    counted = context.count("changes")
    lines = context.remember_chosen(
        "change-lines", make=lambda: _change_lines(context, counted, months, participation)
    )
    show_figure(
        context,
        "changes",
        item_list(
            [Item(subject, sentence) for subject, sentence in lines],
            alt=say("较上期的变化"),
            empty=say("没有变化。"),
        ),
        Caption(say("较上期的变化"), "", context.as_of(window=True)),
        counted,
    )


def _change_lines(
    context: Context, counted: Counted, months: pd.DataFrame, participation: Counted
) -> list[tuple[str, str]]:
    say, reach = context.say, BY_CODE["reach"]
    reached = measure(participation.rows, reach).set_index("month")["value"]
    chosen = months[months["month"] >= pd.Timestamp(context.filters.start_month)]
    return change_lines(
        say,
        changes=counted.rows.iloc[0] if context.has_before else None,
        reach=(reached.iloc[-1], reached.get(pd.Timestamp(context.month_before))),
        reach_indicator=reach,
        settled=chosen["settled_count"].sum(),
        # A community that left the list before has no such month.
        overdue=float("nan") if chosen.empty else chosen["overdue_count"].iloc[-1],
        is_narrowed=context.filters.is_narrowed,
    )


def _published(context: Context) -> None:
    say = context.say
    counted = context.count("control_totals")
    drawing, same = context.remember("published", make=lambda: _agreement(say, counted.rows))
    show_figure(
        context,
        "published",
        drawing,
        Caption(
            say("{same}/{all} 项公开数字与本系统一致", same=same, all=len(counted.rows)),
            say("公开数字皆为全区合计，不随筛选变化；街镇合计未曾公布"),
            "",
        ),
        counted,
    )


def _agreement(say: Say, rows: pd.DataFrame) -> tuple[Drawing, int]:
    """Set each published figure beside the system's own; return the table and how many agree."""
    same = [
        None
        if pd.isna(row.own_count)  # the user's own data need not reach back so far
        else agrees(
            own=float(row.own_count),
            published=float(row.published_value),
            qualifier=row.qualifier,
            rounding=row.rounding,
        )
        for row in rows.itertuples()
    ]
    texts = pd.DataFrame(
        {
            "measure": [say.words(FIELDS[name].label) for name in rows["measure"]],
            "month": rows["month"].dt.strftime("%Y-%m"),
            "published": [
                f"{float(value):,.0f} {say.words(qualifier_field.allowed[qualifier])}"
                for value, qualifier in zip(rows["published_value"], rows["qualifier"], strict=True)
            ],
            "own": rows["own_count"],
            "agreement": [
                "—" if each is None else say("一致") if each else say("不一致") for each in same
            ],
            "as_of": rows["as_of"].fillna(say("来源未注明日期")),
            "source": rows["source_title"],
        }
    )
    headings = {
        "measure": say("指标"),
        "month": say("对应月份"),
        "published": say("公开数字"),
        "own": say("本系统值"),
        "agreement": say("核对"),
        "as_of": say("来源时点"),
        "source": say("来源"),
    }
    return table(texts, headings, say, key=None, height=300), same.count(True)
