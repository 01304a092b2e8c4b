"""Published (公开): every published figure, event and report by topic; and any page by these alone."""

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.figures.events import events
from dashboard.figures.page import Choice, Choices, Page, Row, choice_picker, row
from dashboard.figures.quoted import facts
from dashboard.insight.headline import Headline, towns_named
from dashboard.insight.published import TOPICS, about, conflict_count
from dashboard.language import Say
from dashboard.subjects.published import figures
from dashboard.subjects.published.sentences import (
    STATES,
    TOPICS_OF,
    counted_headline,
    faults_told,
    place_headline,
)

TOPIC = Choice("topic", ("all", *TOPICS))
CHOICES = (TOPIC,)


def title(say: Say) -> str:
    return say("公开")


def page(ask: Questions, choices: Choices) -> Page:
    say, topic = ask.say, choices.of(TOPIC)
    there = {about(code).topic for code in facts(ask)}
    names = say.names({code: words for code, words in TOPICS.items() if code in there})
    shown = tuple(TOPICS) if topic == "all" else (topic,)
    return Page(
        _headline(ask),
        rows=_rows(ask, shown, is_whole=topic == "all"),
        describing=False,
        controls=(choice_picker(choices, TOPIC, say("主题"), {"all": say("全部"), **names}),),
        quoted=() if figures.is_of_places(ask) else figures.tiles(ask, "published"),
    )


def alone(ask: Questions, name: str) -> Page:
    """Make a page of what was published alone: its own topics, nothing estimated and no sample."""
    if figures.is_of_places(ask):
        return Page(_headline(ask), rows=_rows(ask, tuple(TOPICS), is_whole=True), describing=False)
    return Page(
        _state(ask, name),
        rows=_rows(ask, TOPICS_OF.get(name, tuple(TOPICS)), is_whole=name not in TOPICS_OF),
        describing=False,
        quoted=figures.tiles(ask, name),
    )


def _rows(ask: Questions, topics: tuple[str, ...], *, is_whole: bool) -> tuple[Row, ...]:
    """Lay out the topics' figures: what is of the whole district first, reports last."""
    is_district = not figures.is_of_places(ask)
    found = [
        figures.snapshots(ask) if is_district and "governance" in topics else None,
        figures.targets(ask) if is_district and "housing" in topics else None,
        *(figures.of_topic(ask, topic) for topic in topics),
        figures.timeline(ask, () if is_whole else topics),
        figures.reports(ask) if is_whole or "place" in topics else None,
    ]
    return tuple(row(each) for each in found if each is not None)


@remembered
def _headline(ask: Questions) -> Headline:
    """Say how much was published of what is chosen."""
    say, rows = ask.say, figures.chosen_figures(ask).rows
    reports = len(figures.chosen_reports(ask).rows)
    if figures.is_of_places(ask):
        return place_headline(say, _place(ask), figures=len(rows), reports=reports)
    undated = rows["figure_id"][rows["as_of"].isna()]
    change = faults_told(
        say,
        conflicts=conflict_count(rows),
        undated=len(undated),
        superseded=sum(bool(about(code).superseded_by) for code in rows["figure_id"]),
    )
    return counted_headline(
        say, figures=len(rows), reports=reports, events=len(events(ask)), change=change
    )


def _place(ask: Questions) -> str:
    """Name the places that are chosen."""
    if codes := ask.filters.community_codes:
        names = ask.communities["name"]
        return ask.say.listed([names[code] for code in codes[:2]])
    towns = ask.town_names(short=False)
    return towns_named(ask.say, [towns[code] for code in ask.filters.town_codes])


def _state(ask: Questions, name: str) -> Headline:
    """Say a page's state by published numbers alone."""
    known, how = facts(ask), ask.say("只看公开数字：估计与示例都不显示，也不随月份变化。")
    if name in STATES:
        state, needed = STATES[name]
        if set(needed) <= known.keys():
            return Headline(state(ask.say, known), how)
    return Headline(_headline(ask).state, how)
