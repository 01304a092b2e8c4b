"""The next steps, proposed by rule from what the pages before say."""

import pandas as pd

from dashboard.brief.material import ATTENTION, Material, Page, month_cell
from dashboard.brief.sentences import steps_message
from dashboard.brief.slides import Column, Sentence, Slide, SlidePlace, Stack, Table
from dashboard.contract.filters import add_months
from dashboard.figures.common import unchecked_rules
from dashboard.insight.attention import QUIET_DAYS, days_quiet
from dashboard.insight.occupancy import LOW_OCCUPANCY


def steps(material: Material) -> Slide:
    """Make the page."""
    say = material.asking.say
    steps = next_steps(material)
    table = Table(
        "",
        (
            Column(say("工作"), 0.55),
            Column(say("牵头（建议）"), 0.28),
            Column(say("时限（建议）"), 0.17),
        ),
        tuple(steps),
    )
    unchecked = len(unchecked_rules(material.asking))
    message = steps_message(say, count=len(steps), late=material.late, unchecked=unchecked)
    none = message.headline if unchecked else say("没有按规则提出的工作。")
    part = table if steps else Sentence(none)
    return material.slide(
        message,
        Stack((part,)),
        notes=(say("各项由前面各页的数字按规则提出，供修改。"),),
        counted=(material.months, material.asking.count("communities"), material.tiers),
        rests_on=ATTENTION,
    )


def next_steps(material: Material) -> list[tuple[str, str, str]]:
    """Propose work by rule from what the pages before say; nothing where nothing is due."""
    asking, say = material.asking, material.asking.say
    now = material.months.rows.iloc[-1]
    towns = say("各街镇") if asking.scope.is_district else say("属地街镇")
    if asking.filters.town_codes and not asking.scope.operator:
        towns = material.place if asking.names_towns else say("属地街镇")
    elif material.own and not asking.scope.operator:
        towns = asking.town_names(short=False)[material.own]
    soon, later = (month_cell(add_months(material.end, count)) for count in (1, 3))
    steps = []
    if material.late:
        steps.append(
            (say("逐个核查 {count} 个先办社区，按月销号", count=material.late), towns, soon)
        )
    overdue = material.overdue
    if overdue:
        steps.append((say("办结 {count} 件超 14 天的提案", count=overdue), towns, soon))
    grid = now["grid_community_count"]
    if pd.notna(grid) and grid:
        text = say("研究 {count} 个网格社区适用的模式，成熟的先纳入", count=int(grid))
        steps.append((text, say("社会工作部门、{towns}", towns=towns), later))
    low = len(material.less_filled())
    if low:
        text = say("核查 {count} 个入住率不足 {bar:.0f}% 的社区", count=low, bar=LOW_OCCUPANCY)
        steps.append((text, say("房管部门、运营方"), later))
    every = asking.count("communities").rows.itertuples()
    quiet = sum(days_quiet(each) >= QUIET_DAYS for each in every)
    if quiet:
        text = say("为 {count} 个 {days} 天无活动的社区恢复活动", count=quiet, days=QUIET_DAYS)
        steps.append((text, say("社工站、{towns}", towns=towns), later))
    return steps


PAGE = Page(
    "steps",
    steps,
    lambda say: say("下一步"),
    SlidePlace("steps", row=2, column=1, width=174),
)
