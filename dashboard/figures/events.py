"""Tell what happened and was published, each with how well its day is known and its source."""

from dataclasses import dataclass
from datetime import date

from dashboard.asking.memo import remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.words import Words
from dashboard.figures.told import Source, sources
from dashboard.insight.published import OUTSIDE, Dated, about, dated_events
from dashboard.insight.quoting import Precision, dated_told, precision_of
from dashboard.language import Say


@dataclass(frozen=True)
class Event:
    """Hold an event between two days: the same where the day is known, a month's where the month is.

    ``words`` is its short name, ``dated`` its date as it is known; ``place`` names where it was,
    of the whole district nothing. ``is_wide`` marks what concerned the district or more.
    """

    code: str
    earliest: date
    latest: date
    precision: Precision
    words: Words
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
        dated.name,
        say.words(dated.name),
        dated_told(say, dated.earliest, dated.latest),
        "" if place == "district" else say.published(place),
        is_wide and topic not in OUTSIDE,
        topic,
        dated.figure_id,
        source,
    )
