"""Show what is offered: services, youth needs against supply, the five micros."""

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.tables import NAMED_ASPECTS, aspect, domain, need
from dashboard.draw.drawing import Drawing
from dashboard.figures.common import ranking_by_name
from dashboard.figures.figure import Caption, Figure
from dashboard.language import Say
from dashboard.subjects.needs.drawings import scorecard, service_matrix, supply_and_demand
from dashboard.subjects.needs.measures import (
    aspects_each,
    breadth_together,
    micro_counts,
)
from dashboard.subjects.needs.micros import MICROS, made_of, micro_scores
from dashboard.subjects.needs.reasoning import supply_against_demand, supply_sentence


@remembered
def services(ask: Questions) -> Figure:
    say = ask.say
    counted = ask.count("services")
    domains = ask.say.names(domain.allowed)
    aspects = ask.say.names(aspect.allowed)
    return Figure(
        "needs-services",
        service_matrix(counted.rows, domains, aspects, say),
        Caption(
            _services_sentence(ask, len({*NAMED_ASPECTS} & {*counted.rows["aspect"]})),
            say("场次，按三个领域 · 公开的九个方面中另四个没有名称，不编造"),
            ask.as_of(window=True),
        ),
        counted,
    )


def _services_sentence(ask: Questions, delivered: int) -> str:
    say, breadth = ask.say, breadth_together(ask)
    if breadth["value"].isna().all():
        return say("五个具名服务方面中 {delivered} 个有活动", delivered=delivered)
    each = aspects_each(breadth)
    if delivered == len(NAMED_ASPECTS):
        return say("五个具名服务方面都有活动，平均每社区 {mean:.1f} 个", mean=each)
    return say(
        "五个具名服务方面中 {delivered} 个有活动，平均每社区 {mean:.1f} 个",
        delivered=delivered,
        mean=each,
    )


@remembered
def youth_needs(ask: Questions) -> Figure:
    say = ask.say
    counted = ask.count("youth_needs")
    needs = supply_against_demand(counted.rows)
    names = ask.say.names(need.allowed)
    return Figure(
        "needs-youth",
        supply_and_demand(needs, names, say, height=360),
        Caption(
            supply_sentence(needs, say),
            say(
                "各占四类之和的比例：{proposals:.0f} 件提案、{activities:.0f} 场活动 · 没有人提出的需求不在其中",
                proposals=needs["proposal_count"].sum(),
                activities=needs["activity_count"].sum(),
            ),
            ask.as_of(window=True),
        ),
        counted,
    )


@remembered
def micros(ask: Questions) -> Figure:
    say = ask.say
    return Figure(
        "needs-micros",
        _scorecard(say, micro_counts(ask)),
        Caption(
            say("五微评分（本系统假定）"),
            say(
                "0–100，各取两项的平均，括号内为零分与满分 · 公开的只有五个名称，构成与分值由本系统假定"
            ),
            ask.as_of(window=True),
        ),
        ask.count("micros_by_town"),
    )


def _scorecard(say: Say, counts: pd.DataFrame) -> Drawing:
    scores = micro_scores(counts)
    lines = [
        made_of(micro, values, say) for micro, values in zip(MICROS, scores["values"], strict=True)
    ]
    scores = scores.assign(name=[say.words(micro.name) for micro in MICROS], made_of=lines)
    return scorecard(scores, say, height=440)


def breadth_by_town(ask: Questions) -> Figure | None:
    return ranking_by_name(ask, "needs-service_breadth", "service_breadth", spoken_only=False)
