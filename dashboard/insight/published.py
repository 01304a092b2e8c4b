"""Read what published figures, reports and events are about, and find where sources differ."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from dashboard.contract.words import Words
from dashboard.paths import DATA

TOPIC_FILE, EVENT_FILE = DATA / "published_topics.csv", DATA / "published_events.csv"

TOPICS = {
    "governance": Words("治理与覆盖", "Governance and coverage"),
    "housing": Words("住房与供应", "Housing and supply"),
    "participation": Words("参与和活动", "Participation and activities"),
    "needs": Words("服务、空间与提案", "Services, spaces and proposals"),
    "place": Words("地方与人口", "Places and people"),
    "policy": Words("政策与法规", "Policy and law"),
    "research": Words("研究", "Research"),
    "city": Words("全市（不是闵行）", "The city (not Minhang)"),
    "comparator": Words("区外对照（不是闵行）", "Comparators outside Minhang"),
    # What users load themselves has no topic of ours.
    "other": Words("其他", "Other"),
}
# What is not Minhang's stands apart, and in no page's own topics.
OUTSIDE = ("city", "comparator")

# What makes two figures figures of one thing.
ONE_THING = ["subject", "published_measure", "place", "as_of"]


@dataclass(frozen=True)
class About:
    """Hold what a figure or report is about: its topic, the figure that took its place, the figure
    that says how far a target was reached, the one that it contradicts although told of another
    subject or time, the days it lies between where its source has no date, and a note in Chinese."""

    topic: str
    superseded_by: str = ""
    reached_by: str = ""
    conflicts_with: str = ""
    around: tuple[date, date] | None = None
    note: str = ""


@dataclass(frozen=True)
class Dated:
    """Hold an event: the earliest and the latest day that its source allows for, and its figure."""

    code: str
    name: Words
    earliest: date
    latest: date
    figure_id: str


NO_TOPIC = About("other")


@cache
def abouts() -> dict[str, About]:
    """Read what every published figure and report is about, by its code."""
    return {
        row["code"]: About(
            row["topic"],
            row["superseded_by"],
            row["reached_by"],
            row["conflicts_with"],
            _between(row["around"]),
            row["zh"],
        )
        for row in _rows(TOPIC_FILE)
    }


def about(code: str) -> About:
    return abouts().get(code, NO_TOPIC)


@cache
def dated_events() -> tuple[Dated, ...]:
    """Read the events, the earliest first."""
    found = (
        Dated(
            row["event_code"],
            Words(row["name_zh"], row["name_en"]),
            date.fromisoformat(row["earliest_day"]),
            date.fromisoformat(row["latest_day"]),
            row["figure_id"],
        )
        for row in _rows(EVENT_FILE)
    )
    return tuple(sorted(found, key=lambda each: (each.latest, each.earliest, each.code)))


def conflicting(figures: pd.DataFrame) -> pd.Series:
    """Tell which figures another source contradicts: same subject, measure, place and date."""
    values = figures.groupby(ONE_THING, dropna=False)["published_value"].transform("nunique")
    return (values > 1) & figures["as_of"].notna()


def conflict_count(figures: pd.DataFrame) -> int:
    """Count the things on which what still holds differs: found by date, or told so by us."""
    codes = figures["figure_id"]
    held = figures[[not about(code).superseded_by for code in codes]]
    pairs = {frozenset((code, about(code).conflicts_with)) for code in codes}
    declared = [pair for pair in pairs if "" not in pair]
    return held[conflicting(held)].groupby(ONE_THING).ngroups + len(declared)


def _between(text: str) -> tuple[date, date] | None:
    if not text:
        return None
    first, last = map(date.fromisoformat, text.split("/"))
    return first, last


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
