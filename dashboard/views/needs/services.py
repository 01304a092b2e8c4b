"""Show what is offered: services, youth needs against supply, the five micros."""

import pandas as pd

from dashboard.contract.indicators import BY_CODE, add_up
from dashboard.contract.tables import aspect, domain, need
from dashboard.draw.drawing import Drawing
from dashboard.draw.needs import scorecard, service_matrix, supply_and_demand
from dashboard.insight.micros import MICROS, made_of, micro_scores
from dashboard.insight.needs import supply_against_demand, supply_sentence
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.frame import Caption, show_figure
from dashboard.views.needs.asking import aspects_each, breadth_together, show_ranking


def show_services(context: Context) -> None:
    say = context.say
    counted = context.count("services")
    domains = context.say.names(domain.allowed)
    aspects = context.say.names(aspect.allowed)
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
    say, breadth = context.say, breadth_together(context)
    if breadth["value"].isna().all():
        return say("九个服务方面中 {delivered} 个有活动", delivered=delivered)
    return say(
        "九个服务方面中 {delivered} 个有活动，平均每社区 {mean:.1f} 个",
        delivered=delivered,
        mean=aspects_each(breadth),
    )


def show_needs(context: Context) -> None:
    say = context.say
    counted = context.count("youth_needs")
    needs = context.remember_chosen(
        "needs-supply", make=lambda: supply_against_demand(counted.rows)
    )
    names = context.say.names(need.allowed)
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


def show_micros(context: Context) -> None:
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


def show_breadth_by_town(context: Context) -> None:
    show_ranking(context, BY_CODE["service_breadth"], context.as_of(window=True), headline=True)
