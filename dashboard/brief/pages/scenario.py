"""The scenario: what bringing its communities under committees would change, and what it needs."""

from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import Message
from dashboard.brief.slides import Cell, Chart, Column, Series, Slide, SlidePlace, Stack, Table
from dashboard.contract.rounding import MISSING, number_written, percent_written
from dashboard.insight.governance import short_kind_names
from dashboard.insight.scenario import bundled_ratios
from dashboard.language import Say
from dashboard.subjects.scenario.figures import Line, change_lines, not_known, told
from dashboard.subjects.scenario.plan import NEEDS, communities, kinds_changed
from dashboard.subjects.scenario.sentences import Told, caution, plan_named


def scenario(material: Material) -> Slide:
    """Make the page."""
    ask, say, asked = material.asking, material.asking.say, material.scenario
    found, names = told(ask, asked), short_kind_names(say)
    of_modes = {say("方式：{kind}", kind=name) for name in names.values()}
    # How many each mode has stands in the chart; what is not needed is not said.
    lines = [
        each
        for each in change_lines(ask, asked)
        if each.name not in of_modes and (each.before is not None or each.after)
    ]
    table = Table.of(
        plan_named(say, asked.name),
        {
            Column(say("项目"), 0.5): [each.name for each in lines],
            Column(say("现在"), 0.25, is_number=True): [_cell(each, each.before) for each in lines],
            Column(say("方案"), 0.25, is_number=True): [_cell(each, each.after) for each in lines],
        },
    )
    before, after = kinds_changed(ask, asked)
    there = [code for code in names if before[code] or after[code]]
    chart = Chart(
        "bars",
        say("各种治理方式的社区数"),
        tuple(names[code] for code in there),
        (
            Series(say("现在"), tuple(float(before[code]) for code in there)),
            Series(say("方案"), tuple(float(after[code]) for code in there)),
        ),
        "0",
    )
    ratios = bundled_ratios().ratios.values()
    return material.slide(
        _message(say, found),
        Stack((table,), 0.5),
        Stack((chart,), 0.5),
        notes=(caution(say), *(say.words(each.reason) for each in ratios), *not_known(ask, asked)),
        counted=(communities(ask), material.months),
        rests_on=NEEDS,
    )


def _cell(line: Line, value: float | None) -> str:
    if value is None:
        return MISSING
    if line.is_share:
        return percent_written(value)
    return Cell(number_written(value), float(value))


def _message(say: Say, found: Told) -> Message:
    before, after = map(percent_written, found.shares)
    if found.new:
        state = say("方案纳入 {count} 个社区，覆盖率升至 {after}", count=found.new, after=after)
    else:
        state = say("方案改变 {count} 个社区的模式，覆盖率不变", count=found.count)
    if found.new and found.count > found.new:
        told = say(
            "原为 {before}，另 {count} 个改变模式；需要按假定比例算；是假设，不是预测。",
            before=before, count=found.count - found.new,
        )  # fmt: skip
        return Message(state, told)
    return Message(
        state, say("原为 {before}；站点与社工按假定的比例算；是假设，不是预测。", before=before)
    )


PAGE = Page("scenario", scenario, lambda say: say("方案"), SlidePlace("steps"))
