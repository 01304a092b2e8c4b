"""The prescription card of the one community or town that a briefing is of: what its profile says."""

from dataclasses import replace

from dashboard.asking.questions import Questions
from dashboard.asking.scope import scope_named
from dashboard.brief.layout import fits, that_fit
from dashboard.brief.material import Material, Page
from dashboard.brief.sentences import HEADLINE, Message
from dashboard.brief.slides import Column, Slide, SlidePlace, Stack, Table
from dashboard.contract.rounding import MISSING
from dashboard.figures.advice import advised
from dashboard.insight.advice_told import verdict_told
from dashboard.language import Say
from dashboard.subjects.profile.card import Line, community_lines, within
from dashboard.subjects.profile.gap import (
    COVERAGE,
    Gap,
    closing_title,
    closing_told,
    dates_told,
    gap_of,
    town_lines,
)


def card(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    ask = _whole(asking)
    columns = (
        Column(say("事项"), 0.16),
        Column(say("内容"), 0.53),
        Column(say("牵头（建议）"), 0.17),
        Column(say("时限（建议）"), 0.14),
    )
    named: list[tuple[str, str]] = []
    if code := _community(asking):
        lines, message = community_lines(ask, code), _of_community(ask, code)
    else:
        gap = gap_of(ask, material.own, COVERAGE)
        assert gap is not None
        lines, message = town_lines(ask, material.own, COVERAGE), _of_town(ask, gap)
        named = closing_told(ask, gap)
    told = [line for line in lines if line.brief]
    steps = sum(bool(line.who) for line in told)
    table = shown = Table("", columns, tuple(_row(say, line) for line in told))
    if named:
        shown = _with_names(say, table, [name for name, _ in named], steps)
    elif not fits(table):
        rows = tuple(_short(say, line) for line in told)
        # Steps stay as far as there is room.
        shown = that_fit(that_fit(replace(table, rows=rows), stay=steps))
    if left_out := len(table.rows) + bool(named) - len(shown.rows):
        values = {"conclusion": message.conclusion.rstrip(), "count": left_out}
        more = say("{conclusion}另有 {count} 行见 XLSX 附表。", **values)
        message = Message(message.headline, more)
    places = ((name, about, MISSING, MISSING) for name, about in named)
    listed = replace(table, rows=(*table.rows, *places))
    slide = material.slide(
        message,
        Stack((shown,)),
        notes=(say("与画像里的处方卡同一组值；差异是关联，不是效果。"),),
        counted=(ask.count("communities"),),
    )
    return replace(slide, listed=listed) if shown != listed else slide


def _with_names(say: Say, table: Table, names: list[str], steps: int) -> Table:
    """Add a row above the steps that names as many communities as the page has room for."""
    at = len(table.rows) - steps
    for count in range(len(names), 0, -1):
        told = say.listed(names[:count])
        if left_out := len(names) - count:
            told = say("{names}；另有 {count} 个见 XLSX 附表", names=told, count=left_out)
        row = (say("先列的社区"), told, MISSING, MISSING)
        shown = replace(table, rows=(*table.rows[:at], row, *table.rows[at:]))
        if fits(shown):
            break
    return that_fit(shown, stay=steps + 1)


def _short(say: Say, line: Line) -> tuple[str, ...]:
    """Give a line's row, shorter; the whole list tells what the example did, and a rule's words."""
    about, brief, *rest = _row(say, line)
    return line.item.badge or about, brief.split(say("；"))[0] if line.item.key else brief, *rest


def _row(say: Say, line: Line) -> tuple[str, ...]:
    due = within(say, line.days) if line.days else MISSING
    return line.about or line.item.title, line.brief, line.who or MISSING, due


def _of_community(ask: Questions, code: str) -> Message:
    say = ask.say
    told = verdict_told(say, advised(ask, code).advice.verdict)
    headline = say("{name}：{told}", name=ask.communities.at[code, "name"], told=told)
    if len(headline) > HEADLINE[say.language]:
        headline = say("模式选择：{told}", told=told)
    return Message(headline, say("决策表的建议，由人决定；牵头单位与时限为建议。"))


def _of_town(ask: Questions, gap: Gap) -> Message:
    """Say what would close the gap; of a sample's real town nothing that holds it up."""
    say, count = ask.say, gap.needed[1]
    if not ask.names_towns:
        headline = say("处方卡：差距从哪里来，怎样补上")
        if not count:
            headline = say("处方卡：与{whole}差在哪里", whole=scope_named(ask))
        return Message(headline, say("街镇数为示例，未曾公布，不据此评判。"))
    headline = say("居村治理覆盖率不低于{whole}", whole=scope_named(ask))
    conclusion = say("三部分合计等于差距")
    if count:
        headline, conclusion = closing_title(ask, gap), dates_told(say)
    if len(headline) > HEADLINE[say.language]:
        headline = say("处方卡")
    return Message(headline, say("{told}。", told=conclusion))


def _whole(ask: Questions) -> Questions:
    """Ask as a profile does: of the whole place."""
    return ask.on(ask.filters.of_places)


def _community(ask: Questions) -> str:
    codes = ask.filters.community_codes
    return codes[0] if len(codes) == 1 else ""


def _is_told(ask: Questions) -> bool:
    """Tell whether there is a card: of one community that is no real project of a sample, or of one
    whole town that lies a community or more apart."""
    if code := _community(ask):
        return code not in ask.named_projects
    own = Material(ask).own
    return bool(own) and not ask.filters.is_narrowed and gap_of(ask, own, COVERAGE) is not None


PAGE = Page(
    "card",
    card,
    lambda say: say("处方卡"),
    SlidePlace("steps"),
    is_told=_is_told,
)
