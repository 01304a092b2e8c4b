"""Show the three tiers, each apart: occupancy, supply and the published targets."""

import pandas as pd

from dashboard.asking.measured import tiers_by_month
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, as_written, with_unit, written
from dashboard.contract.tables import stated_tiers, target_kind, tier
from dashboard.draw.drawing import Drawing
from dashboard.draw.rows import Item, Level, Written, item_list, table
from dashboard.draw.tiers import tier_lines
from dashboard.figures.common import months_line, tile_origin
from dashboard.figures.events import with_events
from dashboard.figures.figure import Caption, Figure
from dashboard.language import Say
from dashboard.subjects.housing import drawings
from dashboard.subjects.housing.communities import rows_height
from dashboard.subjects.housing.measures import tiers_at_end
from dashboard.subjects.housing.reasoning import Outcome, target_states


def tier_units(say: Say) -> dict[str, str]:
    return {"flat": say("套"), "room": say("间"), "bed": say("张")}


@remembered
def trend(ask: Questions) -> Figure:
    say, tiers = ask.say, tiers_by_month(ask)
    return Figure(
        "tier-trend",
        with_events(
            ask,
            tier_lines(tiers.rows, say, marked=pd.Timestamp(ask.filters.end_month), height=230),
        ),
        Caption(
            say("三个层次的入住率，逐月"),
            say("已租 ÷ 可租，% · 层次之间不相加 · 纵轴不从 0 起"),
            ask.as_of(),
        ),
        tiers.showing(*(BY_CODE[f"occupancy_{code}"] for code in stated_tiers)),
    )


@remembered
def at_end(ask: Questions) -> Figure:
    """Set the three tiers side by side at the end month, each in its own unit."""
    say = ask.say
    return Figure(
        "tiers",
        _tier_table(ask),
        Caption(
            say("按层次"),
            say("各以本层次单位计（套、间、张） · 可租不含整修中"),
            ask.as_of(),
        ),
        tiers_by_month(ask).showing(*(BY_CODE[f"occupancy_{code}"] for code in stated_tiers)),
    )


def _tier_table(ask: Questions) -> Drawing:
    say = ask.say
    there = tiers_at_end(ask)["tier"].tolist()
    codes = [code for code in stated_tiers if code in there]
    now = tiers_at_end(ask).take([there.index(code) for code in codes])
    names = say.names(tier.allowed)
    fault, shares, numbers = say("数据有误"), list[str](), list[object]()
    for code, value, is_fault in zip(
        codes, now["value"].tolist(), now["is_fault"].tolist(), strict=True
    ):
        indicator = BY_CODE[f"occupancy_{code}"]
        shares.append(fault if is_fault else written(value, indicator, say.language))
        numbers.append(fault if is_fault else as_written(value, indicator))
    in_percent = with_unit(say("入住率"), "%", say.language)
    columns = {
        say("层次"): [names[code] for code in codes],
        say("入住率"): Written(shares, numbers, in_percent, is_text=True),
        say("社区数"): now["community_count"],
        say("建成"): now["supply_count"],
        say("可租"): now["available_count"],
        say("已租"): now["let_count"],
        say("空置"): (now["available_count"] - now["let_count"]).mask(now["is_fault"]),
    }
    return table(columns, say, height=rows_height(len(now)))


def _whole_district(ask: Questions) -> Filters:
    return Filters(ask.filters.start_month, ask.filters.end_month)


@remembered_for_all_towns
def supply(ask: Questions) -> Figure | None:
    """Show the district's beds beside the published targets; None where there are none, or where part
    of the district was loaded: the targets are not that part's."""
    if not ask.scope.is_district:
        return None
    say = ask.say
    counted = ask.count(
        "occupancy_by_month", _whole_district(ask), start_month=ask.warehouse.months[0]
    )
    targets = ask.count("supply_completion").rows
    targets = targets[targets["tier"] == "bed"]
    targets = targets.assign(
        label=[
            say("{kind} {count:,}", kind=say.words(target_kind.allowed[kind]), count=int(count))
            for kind, count in zip(targets["target_kind"], targets["target_count"], strict=True)
        ]
    )
    beds = counted.rows[counted.rows["tier"] == "bed"]
    if beds.empty:
        return None
    return Figure(
        "supply",
        with_events(
            ask,
            drawings.supply(
                beds, targets, say, marked=pd.Timestamp(ask.filters.end_month), height=360
            ),
        ),
        Caption(
            _supply_headline(ask, int(beds["supply_count"].iloc[-1])),
            say("月末，张 · 菱形为公布的目标与期限 · 只有全区数，不随筛选变化"),
            ask.as_of(),
        ),
        counted,
    )


def _supply_headline(ask: Questions, count: int) -> str:
    """Say how many beds there are, and whether that was published or is of a sample."""
    say = ask.say
    origin = tile_origin(ask.on(_whole_district(ask)), BY_CODE["bed_supply"])
    if origin == "sample":
        return say("推算（示例）：全区“一张床” {count:,} 张，非公布数，请勿引用", count=count)
    if origin == "published":
        return say("全区“一张床”已建成 {count:,} 张，与公布的一致", count=count)
    return say("全区“一张床”建成供应 {count:,} 张", count=count)


@remembered_for_all_towns
def targets(ask: Questions) -> Figure | None:
    """List the district's published targets; None where part of the district was loaded."""
    if not ask.scope.is_district:
        return None
    say, counted = ask.say, ask.count("supply_completion")
    badges: dict[Outcome, tuple[str, Level]] = {
        "met": (say("达标"), "plain"),
        "missed": (say("未达标"), "late"),
        "open": (say("进行中"), "watch"),
        "forecast": (say("预计"), "plain"),
    }
    items = [
        Item(state.title, state.text, None, *badges[state.outcome])
        for state in target_states(counted.rows, tier_units(say), say)
    ]
    return Figure(
        "supply-targets",
        item_list(items, alt=say("供应目标"), empty=say("没有公布的目标。")),
        Caption(
            say("公布的目标与预计"),
            say("所需进度 = 缺口 ÷ 剩余天数 · 目标为公布，到期时的实有数为示例、未曾公布")
            if ask.is_sample
            else say("所需进度 = 缺口 ÷ 剩余天数"),
            ask.as_of(),
        ),
        counted,
    )


@remembered
def per_dwelling(ask: Questions) -> Figure:
    say = ask.say
    caption = Caption(
        say("套均居民不是入住率：一套可住多人，也可空着"),
        say("居民 ÷ 房源，人/套（间） · 床位计其所在房间"),
        ask.as_of(),
    )
    code = "residents_per_dwelling"
    return months_line(ask, "per-dwelling", code, ask.district_months(), caption, 130)
