"""Make the figures that several pages have: towns as map and ranking, months, what needs attention."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from math import isnan

import pandas as pd

from dashboard.asking.memo import remembered, remembered_for_all_filters, remembered_for_all_towns
from dashboard.asking.questions import QueryResult, Questions, columns_of
from dashboard.asking.scope import compared_here
from dashboard.contract.agreement import agrees
from dashboard.contract.filters import MONTHS_A_YEAR
from dashboard.contract.indicators import BY_CODE, Indicator, Months, column_heading, measure
from dashboard.contract.origins import Origin
from dashboard.contract.rounding import number_written
from dashboard.draw import maps
from dashboard.draw.charts import ranking, trend
from dashboard.draw.classes import QUINTILES, SYMBOLS, VERDICTS, Classes
from dashboard.draw.drawing import Height, nothing
from dashboard.draw.maps import Ground
from dashboard.draw.rows import Item, item_list
from dashboard.figures.baseline import since_handbook
from dashboard.figures.events import with_events
from dashboard.figures.figure import Caption, Click, Figure
from dashboard.figures.scope import is_settled, settled_told, whole_named
from dashboard.figures.targets import target_note
from dashboard.figures.tiles import SPARK_MONTHS, Tile
from dashboard.insight.attention import (
    RULES,
    Concern,
    Rule,
    concerns,
    level_names,
    unchecked,
    unchecked_told,
)
from dashboard.insight.changes import change_since
from dashboard.insight.limits import Comparison
from dashboard.insight.verdicts import false_alarms_told, method_told, test_told
from dashboard.insight.windows import month_end_told
from dashboard.language import Say


@remembered_for_all_towns
def town_ranking(
    ask: Questions, key: str, indicator: str, caption: Caption, height: Height = 440
) -> Figure | None:
    """Rank the towns by an indicator beside all of them; a click chooses one. None where too few were
    loaded to compare."""
    if not ask.scope.compares_towns:
        return None
    measured, chosen = BY_CODE[indicator], ask.by_town(BY_CODE[indicator])
    if is_settled(ask, measured):
        drawing = nothing("plot", settled_told(ask.say), height=height)
        return Figure(key, drawing, caption, chosen)
    district, whole = ask.district_value(measured), whole_named(ask)
    if (chosen.rows["value"].dropna() == district).all():
        # A line that every bar ends at, as they do where all are chosen by what is measured.
        district = None
    found = compared_here(ask, chosen.rows, district, measured)
    notes = [caption.note, *ranked_how(ask, found, district)]
    method = "" if found is None else judged_how(ask.say, found)
    drawing = ranking(
        with_verdicts(chosen.rows, found), measured, ask.say,
        district=district, height=height, whole=whole,
    )  # fmt: skip
    caption = replace(caption, note=" · ".join(filter(None, notes)), method=method)
    return Figure(key, drawing, caption, chosen, click="town")


def with_verdicts(rows: pd.DataFrame, found: Comparison | None) -> pd.DataFrame:
    """Add the ``verdict`` on each row, where they were judged: of those that are no more apart
    than places usually are, "usual"."""
    if found is None:
        return rows
    alike = "usual" if found.is_widened else "alike"
    return rows.assign(verdict=[alike if each == "alike" else each for each in found.verdicts])


def ranked_how(ask: Questions, found: Comparison | None, district: float | None) -> list[str]:
    """Say what a ranking's colours are, and how sure they are where places were judged."""
    say, whole = ask.say, whole_named(ask)
    if found is not None:
        return [
            say("深色高于、浅色低于{whole}，中间色不超出各地平常的差异", whole=whole)
            if found.is_widened
            else say("深色高于、浅色低于{whole}，中间色的差异随机可以解释", whole=whole),
            false_alarms_told(say),
        ]
    return [] if district is None else [say("深色：不低于{whole}", whole=whole)]


def judged_how(say: Say, found: Comparison) -> str:
    """Say by which limits and by which test places were judged, for who knows statistics."""
    return say("{method}；{test}", method=method_told(say, found), test=test_told(say, found))


def ranking_by_name(
    ask: Questions,
    key: str,
    indicator: str,
    height: Height = 440,
    *,
    note: str = "",
    spoken_only: bool = True,
) -> Figure | None:
    """Rank the towns under the indicator's name; ``note`` is told in the place of its formula."""
    say, measured = ask.say, BY_CODE[indicator]
    headline = say("{indicator}，按街镇", indicator=say.words(measured.name))
    as_of = ask.as_of(window=measured.span == "window")
    caption = Caption(headline, note or ranking_note(say, measured), as_of, spoken_only)
    return town_ranking(ask, key, indicator, caption, height)


def ranking_note(say: Say, indicator: Indicator) -> str:
    """Say how an indicator is made, and what its thin lines are."""
    formula = say.words(indicator.formula)
    if indicator.has_interval:
        return say("{formula} · 细线为各地自己的 95% 区间", formula=formula)
    return say("{formula}，%", formula=formula) if indicator.kind == "share" else formula


def months_by_name(
    ask: Questions,
    key: str,
    counted: QueryResult,
    indicator: str,
    height: Height,
    *,
    district: pd.DataFrame | None = None,
) -> Figure:
    """Draw an indicator month by month under its name."""
    say, measured = ask.say, BY_CODE[indicator]
    headline = say("{indicator}，逐月", indicator=say.words(measured.name))
    note = months_note(ask, measured, with_district=district is not None)
    caption = Caption(headline, note, ask.as_of())
    return months_line(ask, key, indicator, counted, caption, height, district=district)


def months_note(ask: Questions, indicator: Indicator, *, with_district: bool) -> str:
    """Say of which unit months are, over which months each is, and what else is drawn."""
    say = ask.say
    parts = [say.words(indicator.unit)]
    if indicator.span != "month_end":
        months = ask.spanning(indicator).window_months
        parts.append(say("各月为截至该月的 {months} 个月", months=months))
    if indicator.has_interval:
        parts.append(say("阴影为 95% 区间"))
    if with_district:
        parts.append(say("灰线为{whole}", whole=whole_named(ask)))
    return " · ".join(parts)


def months_line(
    ask: Questions,
    key: str,
    indicator: str,
    counted: QueryResult,
    caption: Caption,
    height: Height,
    *,
    district: pd.DataFrame | None = None,
) -> Figure:
    """Draw an indicator month by month, the chosen end month marked; ``district``: the measured
    months to set beside them."""
    measured = BY_CODE[indicator]
    rows = measure(counted.rows, measured)
    lines = trend(
        rows, measured, ask.say,
        marked=pd.Timestamp(ask.filters.end_month), height=height, district=district,
    )  # fmt: skip
    drawing = with_events(ask, lines)
    return Figure(key, drawing, caption, replace(counted.showing(measured), rows=rows))


@remembered_for_all_towns
def town_map(
    ask: Questions,
    key: str,
    indicator: str,
    caption: Caption,
    height: Height,
    classes: Classes | None = None,
    *,
    tiles: bool = False,
) -> Figure:
    """Draw an indicator of every town on the map or as ``tiles``; a click chooses a town.

    Without ``classes`` towns that could not be told apart look alike, where they are tested.
    """
    say, measured = ask.say, BY_CODE[indicator]
    counted = ask.by_town(measured)
    found = compared_here(ask, counted.rows, ask.district_value(measured), measured)
    if classes is None:
        usual = SYMBOLS if measured.kind == "count" and not tiles else QUINTILES
        classes = usual if found is None else VERDICTS
    drawing = maps.town_map(
        with_verdicts(counted.rows, found), measured, say, ground(ask, tiles=tiles),
        height=height, classes=classes,
    )  # fmt: skip
    if measured.kind == "count":
        totals = say("深浅为总数，大的街镇自然多；要比较请看占比")
        if classes is SYMBOLS:
            totals = say("圆的面积为总数，大的街镇自然多；要比较请看占比")
        caption = replace(caption, note=" · ".join(filter(None, (caption.note, totals))))
    return Figure(key, drawing, caption, counted, click="town")


def ground(ask: Questions, *, tiles: bool = False) -> Ground:
    """Give what maps are drawn on: the towns' shapes, or a tile for each."""
    return Ground(ask.town_names(), ask.maps.tiles if tiles else ask.maps.towns, centred=tiles)


def map_note(ask: Questions, formula: str, *, tiles: bool) -> str:
    """Say that a map is a schematic, or under which number an official one was approved."""
    say, number = ask.say, ask.maps.map_number
    if ask.maps.is_schematic or tiles:
        return say("{formula} · 示意图，非法定界线", formula=formula)
    if number:
        return say("{formula} · 审图号：{number}", formula=formula, number=number)
    return formula


def of_points(ask: Questions) -> str:
    """Name the column that a map of communities rests on: residents, where they are loaded."""
    return "community_kind" if ask.lacking(["resident_count"]) else "resident_count"


def without_place(say: Say, note: str, count: int) -> str:
    """Say besides a map's note how many communities it lacks, as nobody gave their place."""
    if not count:
        return note
    return say("{note} · {count} 个社区没有经纬度，不在图上", note=note, count=count)


def tile(
    ask: Questions,
    indicator: Indicator,
    months: Months,
    *,
    before: Iterable[str] = (),
    after: Iterable[str] = (),
) -> Tile:
    """Make a tile of measured months; ``before`` and ``after`` stand round the change since.

    Where a year or more is chosen, what stands at a month's end says so: it is no mean of the year.
    """
    if is_settled(ask, indicator):
        return Tile(indicator, [], settled_told(ask.say))
    end, change = ask.filters.end_month, change_since(months, ask.earlier, indicator, ask.say)
    is_long = ask.filters.window_months >= MONTHS_A_YEAR and indicator.span == "month_end"
    stood = [month_end_told(ask.say, end)] if is_long else []
    since = since_handbook(ask, indicator.code, float(months.value[-1]))
    target = target_note(ask, indicator.code, float(months.value[-1]))
    texts = (*stood, *before, change, *after, *filter(None, (since, target)))
    return Tile(
        indicator,
        months.value[-SPARK_MONTHS:].tolist(),
        " · ".join(texts),
        tile_origin(ask, indicator),
    )


def tile_origin(ask: Questions, indicator: Indicator) -> Origin:
    """Tell what a key number rests on: published where it is a published total that ours agrees with;
    what is divided of two was not published."""
    found = ask.origin_of(columns_of(indicator))
    is_whole = not ask.filters.town_codes and not ask.filters.is_narrowed
    if found != "sample" or not is_whole or indicator.denominator:
        return found
    total = (indicator.numerator, ask.filters.end_month)
    return "published" if total in _published_totals(ask) else found


@remembered_for_all_filters
def _published_totals(ask: Questions) -> frozenset[tuple[str, date]]:
    """Name the counts and months of the district that were published as they are counted here."""
    rows = ask.count("control_totals").rows
    named = zip(rows["measure"], rows["month"].dt.date, published_agreement(ask), strict=True)
    return frozenset((measure, month) for measure, month, is_same in named if is_same)


@remembered_for_all_filters
def published_agreement(ask: Questions) -> list[bool | None]:
    """Tell of each row of control_totals whether ours agrees; None where own data reach not so far back."""
    return [
        None
        if pd.isna(row.own_count)
        else agrees(
            own=float(row.own_count),
            published=float(row.published_value),
            qualifier=row.qualifier,
            rounding=row.rounding,
        )
        for row in ask.count("control_totals").rows.itertuples()
    ]


def made_of(months: Months) -> list[str]:
    """Write what the last month's share was divided of, where it is known."""
    counts = [float(each[-1]) for each in (months.numerator, months.denominator)]
    return [] if any(map(isnan, counts)) else ["/".join(map(number_written, counts))]


# What needs attention --------------------------------------------------------------------


@remembered
def chosen_concerns(ask: Questions) -> list[Concern]:
    """List the chosen communities that a rule catches and that may be held up."""
    return concerns(
        ask.count("communities").rows,
        ask.say,
        first_month=ask.warehouse.months[0],
        end_month=ask.filters.end_month,
        not_loaded=ask.not_loaded,
        silent=ask.warehouse.silent_towns,
    )


def unchecked_rules(ask: Questions) -> list[Rule]:
    """List the rules of attention that what was loaded does not let one check."""
    lacking = _never_checked(ask)
    return [each for each in RULES if each in lacking or each.table in ask.not_loaded]


@remembered_for_all_filters
def _never_checked(ask: Questions) -> list[Rule]:
    return unchecked(RULES, ask.count("communities", named="whole").rows, ask.not_loaded)


def unchecked_said(ask: Questions) -> str:
    """Name the rules of attention that are not checked; nothing where all are."""
    return unchecked_told(ask.say, unchecked_rules(ask), ask.not_loaded, ask.empty_columns)


def none_caught(ask: Questions) -> str:
    """Say that no rule of attention catches any community, of those that are checked."""
    say, left = ask.say, unchecked_rules(ask)
    if not left:
        return say("没有社区触发关注规则。")
    told = unchecked_said(ask)
    if len(left) == len(RULES):
        return say("{unchecked}。", unchecked=told)
    return say("没有社区触发已检查的规则；{unchecked}。", unchecked=told)


@remembered
def attention(
    ask: Questions, key: str, height: Height | None, click: Click | None = None
) -> Figure:
    """List the chosen communities that need attention, the most pressing first; without
    ``click`` its lines lead to their profiles."""
    say, found, badges = ask.say, chosen_concerns(ask), level_names(ask.say)
    items = [
        Item(each.name, each.reason, each.community_code, badges[each.level], each.level)
        for each in found
    ]
    return Figure(
        key,
        item_list(
            items,
            alt=say("需要关注的社区"),
            empty=none_caught(ask),
            height=height,
            listed=_concerns_listed(ask, found),
        ),
        Caption(
            say("需要关注"),
            " · ".join(
                filter(
                    None,
                    (
                        say("{count} 个社区需关注，先列紧急的", count=len(found)),
                        unchecked_said(ask),
                    ),
                )
            ),
            ask.as_of(),
        ),
        ask.count("communities"),
        click=click,
        opens_profile=click is None,
    )


def _concerns_listed(ask: Questions, found: list[Concern]) -> dict[str, list[object]]:
    """Give the communities that need attention as a file tells them: all that is seen, by name."""
    say, badges, towns = ask.say, level_names(ask.say), ask.town_names(short=False)
    return {
        say("社区"): [each.name for each in found],
        say("街镇"): [towns[each.town_code] for each in found],
        say("程度"): [badges[each.level] for each in found],
        say("原因"): [each.reason for each in found],
        column_heading("resident_count", say.language): [each.residents or None for each in found],
    }
