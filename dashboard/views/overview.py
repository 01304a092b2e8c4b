"""Overview (总览): the state in one sentence, six numbers, a map, a ranking, what to act on."""

import pandas as pd
import streamlit as st

from dashboard.asking.questions import QueryResult
from dashboard.contract.agreement import agrees
from dashboard.contract.indicators import BY_CODE, BY_TOWN, Indicator, measure
from dashboard.contract.measures import FIELDS
from dashboard.contract.rounding import number_written
from dashboard.contract.tables import qualifier as qualifier_field
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Item, item_list, table
from dashboard.insight.changes import change_lines, change_since, value_before
from dashboard.insight.headline import Headline, overview_headline
from dashboard.insight.participation import window_told
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.controls import choose_indicator
from dashboard.ui.figures import map_note, show_concerns, show_town_map, show_town_ranking
from dashboard.ui.filters import profile_of
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import begin_page
from dashboard.ui.tiles import SPARK_MONTHS, Tile, show_tiles

# The map and the ranking fill the first screen below the header, the headline and the tiles.
FILLS = "clamp(380px, 100vh - 334px, 900px)"
LIST_FILLS = "clamp(176px, 100vh - 572px, 620px)"


def title(say: Say) -> str:
    return say("总览")


def show(context: Context) -> None:
    """Show the page."""
    district = context.district_months()
    if not begin_page(
        context, lambda: _headline(context, district.rows), is_empty=context.has_none_open
    ):
        return
    participation = context.participation_months()
    _tiles(context, district.rows, participation.rows)
    left, middle, right = st.columns([1.28, 1.3, 0.82], gap="medium")
    with left:
        indicator = choose_indicator(context, BY_TOWN)
        _map(context, indicator)
    with middle:
        _ranking(context, indicator)
    with right:
        show_concerns(
            context, "attention", height=LIST_FILLS,
            opens=profile_of(context),
        )  # fmt: skip
        _changes(context, district.rows, participation)
    _published(context)


def _headline(context: Context, months: pd.DataFrame) -> Headline:
    coverage = BY_CODE["committee_coverage"]
    return context.remember_chosen(
        "overview-headline",
        make=lambda: overview_headline(
            context.say,
            now=months.iloc[-1],
            changes=context.count("changes").rows.iloc[0] if context.has_before else None,
            towns=context.by_town(coverage).rows,
            chosen=context.filters.town_codes,
            district_coverage=context.district_value(coverage) or 0.0,
            is_narrowed=context.filters.is_narrowed,
        ),
    )


def _tiles(context: Context, months: pd.DataFrame, participation: pd.DataFrame) -> None:
    tiles = context.remember_chosen(
        "overview-tiles", make=lambda: _made_tiles(context, months, participation)
    )
    show_tiles(tiles, context)


def _made_tiles(context: Context, months: pd.DataFrame, participation: pd.DataFrame) -> list[Tile]:
    say = context.say
    tiles = []
    for code in (
        "communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach",
    ):  # fmt: skip
        indicator = BY_CODE[code]
        rows = measure(participation if code == "reach" else months, indicator)
        parts = [change_since(rows, context.earlier, indicator, say)]
        if code == "committee_coverage":
            last = months.iloc[-1]
            parts.insert(0, f"{last[indicator.numerator]:,}/{last[indicator.denominator]:,}")
        if code == "bed_supply":
            parts = [*_supply_forecast(context), *parts]
        if code == "reach":
            parts.append(window_told(say, context.filters.window_months))
        tiles.append(Tile(indicator, rows["value"].tail(SPARK_MONTHS), " · ".join(parts)))
    return tiles


def _supply_forecast(context: Context) -> list[str]:
    """Say how far the last published forecast, which is the district's, was met when due."""
    if context.filters.town_codes or context.filters.is_narrowed:
        return []
    targets = measure(context.count("supply_completion").rows, BY_CODE["supply_completion"])
    forecasts = targets[targets["target_kind"] == "forecast"]
    return [
        context.say("{year} 年末预计完成 {share:.1f}%", year=row.due_on.year, share=row.value)
        for row in forecasts.tail(1).itertuples()
    ]


def _map(context: Context, indicator: Indicator) -> None:
    say, tiles = context.say, context.address.tiles
    show_town_map(
        context,
        "town-map",
        indicator,
        Caption(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            map_note(context, say.words(indicator.formula), tiles=tiles),
            context.as_of(window=indicator.span == "window"),
            spoken_only=True,
        ),
        tiles=tiles,
        height=FILLS,
    )


def _ranking(context: Context, indicator: Indicator) -> None:
    say, values = context.say, context.by_town(indicator).rows["value"]
    show_town_ranking(
        context,
        "town-ranking",
        indicator,
        Caption(
            say("{count} 个街镇与全区对比", count=int(values.notna().sum())),
            _ranking_note(context, indicator),
            context.as_of(window=indicator.span == "window"),
        ),
        height=FILLS,
    )


def _ranking_note(context: Context, indicator: Indicator) -> str:
    say = context.say
    if indicator.has_interval:
        return say("细线为 95% 区间，已按各地的普遍差异放宽：跨过全区线的，与全区无显著差别")
    if indicator.kind == "count" and context.is_sample:
        return say("街镇数为示例，未曾公布 · {unit}", unit=say.words(indicator.unit))
    return say(
        "{indicator}，{unit}", indicator=say.words(indicator.name), unit=say.words(indicator.unit)
    )


def _changes(context: Context, months: pd.DataFrame, participation: QueryResult) -> None:
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
    context: Context, counted: QueryResult, months: pd.DataFrame, participation: QueryResult
) -> list[tuple[str, str]]:
    say, reach = context.say, BY_CODE["reach"]
    reached = measure(participation.rows, reach).set_index("month")["value"]
    chosen = months[months["month"] >= pd.Timestamp(context.filters.start_month)]
    return change_lines(
        say,
        changes=counted.rows.iloc[0] if context.has_before else None,
        reach=(reached.iloc[-1], value_before(reached, context.earlier, reach)),
        reach_indicator=reach,
        settled=chosen["settled_count"].sum(),
        # A community that left the list before has no such month.
        overdue=float("nan") if chosen.empty else chosen["overdue_count"].iloc[-1],
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
                f"{number_written(float(value))} {say.words(qualifier_field.allowed[qualifier])}"
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
