"""The problem list: which communities the rules catch, whose task that is, and until when."""

from dataclasses import replace

from dashboard.brief.layout import that_fit
from dashboard.brief.material import ATTENTION, Material, Page, day_cell, month_end
from dashboard.brief.sentences import problems_message
from dashboard.brief.slides import Column, Sentence, Slide, SlidePlace, Stack, Table
from dashboard.contract.filters import add_months
from dashboard.figures.common import none_caught, unchecked_rules, unchecked_said
from dashboard.insight.attention import RULES, level_names, rule_told

SHOWN_PROBLEMS = 6


def problems(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    towns = dict.fromkeys(asking.towns.index, say("属地街镇"))
    if asking.names_towns:
        towns = asking.town_names(short=False)
    levels = level_names(say)
    columns = (
        Column(say("地点"), 0.22),
        Column(say("问题"), 0.3),
        Column(say("责任单位（建议）"), 0.23),
        Column(say("期限（建议）"), 0.14),
        Column(say("程度"), 0.11, is_state=True),
    )
    rows = tuple(
        (
            each.name,
            each.reason,
            say("{town}、运营方", town=towns[each.town_code])
            if each.level in ("fault", "watch")
            else towns[each.town_code],
            day_cell(month_end(add_months(material.end, 3 if each.level == "watch" else 1))),
            levels[each.level],
        )
        for each in material.found
    )
    shown = that_fit(Table("", columns, rows[:SHOWN_PROBLEMS]))
    part = shown if rows else Sentence(none_caught(asking))
    slide = material.slide(
        problems_message(
            say,
            count=len(material.found),
            late=material.late,
            shown=len(shown.rows),
            unchecked=len(unchecked_rules(asking)),
        ),
        Stack((part,)),
        notes=(
            *(rule_told(say, rule) for rule in RULES),
            *filter(None, [unchecked_said(asking)]),
            say("期限按规则建议：先办与数据有误的一个月内，关注的三个月内。"),
            *((say("数据为示例，公开具名的真实项目不列入。"),) if asking.is_sample else ()),
        ),
        counted=(asking.count("communities"),),
        rests_on=ATTENTION,
    )
    if names := [say.words(each.short) for each in unchecked_rules(asking)]:
        slide = replace(slide, lack=say("未检查：{rules}", rules=say.listed(names)))
    return replace(slide, listed=Table("", columns, rows)) if len(rows) > len(shown.rows) else slide


PAGE = Page(
    "problems",
    problems,
    lambda say: say("问题清单"),
    SlidePlace("problems", row=2, column=0, width=222),
)
