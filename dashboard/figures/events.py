"""Tell what happened and was published, each with how well its day is known and its source."""

from dataclasses import dataclass
from datetime import date

from dashboard.asking.memo import remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.draw.drawing import Drawing
from dashboard.draw.marks import with_marks, with_months_marked
from dashboard.figures.quoted import facts
from dashboard.figures.told import Source, sources, title_told
from dashboard.insight.published import OUTSIDE, Dated, about, dated_events
from dashboard.insight.quoting import Precision, dated_told, precision_of
from dashboard.language import Say

# An event whose day is known no better than this has no place on an axis of months.
_LONGEST_DAYS = 92
# The published figures of two proposals that were answered.
BUS, PADS = "F228", "F229"


@dataclass(frozen=True)
class Event:
    """Hold an event between two days: the same where the day is known, a month's where the month is.

    ``label`` is its short name, ``dated`` its date as it is known; ``place`` names where it was,
    of the whole district nothing. ``is_wide`` marks what concerned the district or more.
    """

    code: str
    earliest: date
    latest: date
    precision: Precision
    label: str
    dated: str
    place: str
    is_wide: bool
    topic: str
    figure_id: str
    source: Source


@remembered_for_all_filters
def events(ask: Questions) -> tuple[Event, ...]:
    """List the published events, the earliest first: for marks on axes of time and for lists."""
    figures = ask.count("published_figures").rows.set_index("figure_id")
    known, places = sources(ask), figures["place"].to_dict()
    return tuple(
        _event(ask.say, each, known[each.figure_id], places[each.figure_id])
        for each in dated_events()
        if each.figure_id in places
    )


def _event(say: Say, dated: Dated, source: Source, place: str) -> Event:
    topic = about(dated.figure_id).topic
    is_wide = place in ("district", "national law") or place.startswith("city")
    return Event(
        dated.code,
        dated.earliest,
        dated.latest,
        precision_of(dated.earliest, dated.latest),
        say.words(dated.name),
        dated_told(say, dated.earliest, dated.latest),
        "" if place == "district" else say.published(place),
        is_wide and topic not in OUTSIDE,
        topic,
        dated.figure_id,
        source,
    )


def with_events(ask: Questions, drawing: Drawing) -> Drawing:
    """Mark on a chart's axis of months what was published to have happened in the district."""
    return with_months_marked(drawing, _by_month(ask))


@remembered_for_all_filters
def _by_month(ask: Questions) -> dict[str, str]:
    """Tell the district's events by the month of each, with their sources."""
    say, told = ask.say, dict[str, list[str]]()
    for each in events(ask):
        span = each.latest - each.earliest
        if not each.is_wide or span.days > _LONGEST_DAYS:
            continue
        line = say(
            "{day} {event}（来源：{title}）",
            day=each.dated, event=each.label, title=each.source.title,
        )  # fmt: skip
        told.setdefault(f"{each.earliest + span / 2:%Y-%m}", []).append(line)
    return {month: "\n".join(lines) for month, lines in told.items()}


def with_cases(ask: Questions, drawing: Drawing) -> Drawing:
    """Mark on a chart's axis of days how soon published proposals were answered."""
    say, known = ask.say, facts(ask)
    bus, pads = known.get(BUS), known.get(PADS)
    if bus is None or pads is None or bus.number is None:
        return drawing
    source = title_told(str(bus.row.source_title))
    told = {
        0.0: say("公开案例：桌椅包静音毡，马上办（来源：{title}）", title=source),
        bus.number: say(
            "公开案例：班车提案，不到 {days:g} 天有回应（来源：{title}）",
            days=bus.number, title=source,
        ),
    }  # fmt: skip
    return with_marks(drawing, told)
