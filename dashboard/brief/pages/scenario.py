"""The scenario: what bringing its communities under committees would change, and what it needs."""

from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import Message
from dashboard.brief.slides import Cell, Chart, Column, Series, Slide, SlidePlace, Stack, Table
from dashboard.contract.rounding import MISSING, number_written, percent_written
from dashboard.insight.governance import short_kind_names
from dashboard.insight.scenario import bundled_ratios
from dashboard.language import Say
from dashboard.subjects.scenario.figures import Line, change_lines, not_known, titles, told
from dashboard.subjects.scenario.plan import NEEDS, communities, kinds_changed
from dashboard.subjects.scenario.sentences import Told, caution, plan_named


def scenario(material: Material) -> Slide:
    """Make the page."""
    ask, say, asked = material.asking, material.asking.say, material.scenario
    found, names, titled = told(ask, asked.alone), short_kind_names(say), titles(say, asked)
    of_modes = {say("方式：{kind}", kind=name) for name in names.values()}
    # How many each mode has stands in the chart.
    lines = [each for each in change_lines(ask, asked) if each.name not in of_modes]
    width = 0.5 if asked.against is None else 0.6
    title, heads = plan_named(say, asked.name), (say("现在"), say("方案"))
    columns = {
        heads[0]: [_cell(each, each.before) for each in lines],
        heads[1]: [_cell(each, each.after) for each in lines],
    }
    states = dict(zip(heads, kinds_changed(ask, asked.alone), strict=True))
    if asked.against is not None:
        title = say("{plan}，对照“{name}”", plan=plan_named(say, titled[0]), name=titled[1])
        columns[say("另一方案")] = [_cell(each, each.other) for each in lines]
        states[say("另一方案")] = kinds_changed(ask, asked.against)[1]
    table = Table.of(
        title,
        {
            Column(say("项目"), 0.5): [each.name for each in lines],
            **{
                Column(head, 0.5 / len(columns), is_number=True): cells
                for head, cells in columns.items()
            },
        },
    )
    there = [code for code in names if any(counts[code] for counts in states.values())]
    chart = Chart(
        "bars",
        say("各种治理方式的社区数"),
        tuple(names[code] for code in there),
        tuple(
            Series(head, tuple(float(counts[code]) for code in there))
            for head, counts in states.items()
        ),
        "0",
    )
    ratios = bundled_ratios().ratios.values()
    return material.slide(
        _message(say, found, told(ask, asked.against) if asked.against else None),
        Stack((table,), width),
        Stack((chart,), 1 - width),
        notes=(
            caution(say),
            *(say.words(each.reason) for each in ratios),
            *not_known(ask, asked),
        ),
        counted=(communities(ask), material.months),
        rests_on=NEEDS,
    )


def _cell(line: Line, value: float | None) -> str:
    if value is None:
        return MISSING
    if line.is_share:
        return percent_written(value)
    return Cell(number_written(value), float(value))


def _message(say: Say, found: Told, other: Told | None) -> Message:
    before, after = map(percent_written, found.shares)
    if found.new:
        state = say("方案纳入 {count} 个社区，覆盖率升至 {after}", count=found.new, after=after)
    else:
        state = say("方案改变 {count} 个社区的模式，覆盖率不变", count=found.count)
    if other is not None:
        told = say(
            "原为 {before}，对照方案纳入 {count} 个至 {after}；需要为假定，不是预测。",
            before=before, count=other.new, after=percent_written(other.shares[1]),
        )  # fmt: skip
        return Message(state, told)
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
