"""Show the three tiers, each apart: occupancy, supply and the published targets."""

import pandas as pd

from dashboard.asking.questions import QueryResult
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, written
from dashboard.contract.tables import target_kind, tier
from dashboard.draw.drawing import Drawing
from dashboard.draw.housing import supply, tier_lines
from dashboard.draw.rows import Item, Level, item_list, table
from dashboard.insight.housing import Outcome, target_states
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.figures import show_months
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.housing.asking import tiers_at_end
from dashboard.views.housing.communities import rows_height


def tier_units(say: Say) -> dict[str, str]:
    return {"flat": say("套"), "room": say("间"), "bed": say("张")}


def show_tier_trend(context: Context, tiers: QueryResult) -> None:
    say = context.say
    show_figure(
        context,
        "tier-trend",
        context.remember_chosen(
            "tier-trend",
            make=lambda: tier_lines(
                tiers.rows, say,
                marked=pd.Timestamp(context.filters.end_month), height=230,
            ),
        ),
        Caption(
            say("三个层次的入住率，逐月"),
            say("已租 ÷ 可租，% · 层次之间不相加 · 纵轴不从 0 起"),
            context.as_of(),
        ),
        tiers.showing(*(BY_CODE[f"occupancy_{code}"] for code in tier.allowed)),
    )  # fmt: skip


def show_tier_table(context: Context, tiers: QueryResult) -> None:
    say = context.say
    show_figure(
        context,
        "tiers",
        context.remember_chosen("housing-tier-table", make=lambda: _tier_table(context, tiers)),
        Caption(
            say("按层次"),
            say("各以本层次单位计（套、间、张） · 可租不含整修中"),
            context.as_of(),
        ),
        tiers.showing(*(BY_CODE[f"occupancy_{code}"] for code in tier.allowed)),
    )


def _tier_table(context: Context, tiers: QueryResult) -> Drawing:
    say = context.say
    now = tiers_at_end(context, tiers.rows).set_index("tier")
    now = now.reindex([code for code in tier.allowed if code in now.index]).reset_index()
    texts = pd.DataFrame(
        {
            "tier": now["tier"].map(say.names(tier.allowed)),
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
        "community_count": say("社区数"),
        "supply_count": say("建成"),
        "available_count": say("可租"),
        "let_count": say("已租"),
        "vacant": say("空置"),
    }
    return table(texts, headings, say, key=None, height=rows_height(len(texts)))


def _whole_district(context: Context) -> Filters:
    return Filters(context.filters.start_month, context.filters.end_month)


def show_supply(context: Context) -> None:
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


def show_targets(context: Context) -> None:
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


def show_per_dwelling(context: Context, months: QueryResult) -> None:
    say = context.say
    show_months(
        context,
        "per-dwelling",
        BY_CODE["residents_per_dwelling"],
        months,
        Caption(
            say("套均居民不是入住率：一套可住多人，也可空着"),
            say("居民 ÷ 房源，人/套（间） · 床位计其所在房间"),
            context.as_of(),
        ),
        height=130,
    )
