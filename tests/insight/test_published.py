"""Check that every published figure and report is about something, and that events have sources."""

import csv
import re
from collections import Counter

import pytest

from dashboard.insight.published import TOPICS, abouts, dated_events
from dashboard.paths import DATA


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FIGURES = {row["figure_id"]: row for row in rows("published_figures.csv")}
REPORTS = {row["report_code"]: row for row in rows("project_reports.csv")}


def test_every_figure_and_report_has_a_topic_and_nothing_else_has() -> None:
    assert abouts().keys() == FIGURES.keys() | REPORTS.keys()
    assert {each.topic for each in abouts().values()} == TOPICS.keys() - {"other"}


def test_what_is_superseded_or_reached_is_so_by_a_figure_of_the_same_unit() -> None:
    for code, each in abouts().items():
        for other in filter(None, (each.superseded_by, each.reached_by)):
            assert other in FIGURES, code
            assert other != code
        if each.reached_by:
            mine, reached = FIGURES[code], FIGURES[each.reached_by]
            assert mine["published_unit"] == reached["published_unit"], code
            assert mine["qualifier"] != "exact", code
            assert mine["as_of"] > reached["as_of"], code


def test_the_committee_law_in_force_is_known_and_the_older_range_is_marked() -> None:
    now = {row["published_value"] for row in FIGURES.values() if row["as_of"] == "2026-01-01"}
    assert {"1000", "3000"} <= now
    for code in ("F158", "F159", "F160", "F161"):
        by = FIGURES[abouts()[code].superseded_by]
        assert "2025 年修订" in by["source_title"]
    assert FIGURES["F262"]["source_url"] == ""


def test_notes_for_chinese_readers_are_chinese() -> None:
    english = re.compile(r"\b(the|of|and|not|page|undated)\b")
    for code, each in abouts().items():
        assert not english.search(each.note), code
        told = re.sub(r"\[.*", "", FIGURES[code]["note"]) if code in FIGURES else ""
        assert bool(each.note) == bool(told.strip(" ;")), code


def test_every_event_rests_on_a_figure_and_lies_where_its_date_allows() -> None:
    found = dated_events()
    assert [each for each in found if each.figure_id not in FIGURES] == []
    assert Counter(each.figure_id for each in found).most_common(1)[0][1] == 1
    for each in found:
        assert each.earliest <= each.latest, each.code
        as_of = FIGURES[each.figure_id]["as_of"]
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", as_of):
            assert f"{each.earliest}" == f"{each.latest}" == as_of, each.code
        elif as_of:
            assert f"{each.earliest:%Y-%m}" <= as_of <= f"{each.latest:%Y-%m}", each.code
        else:
            assert each.earliest != each.latest, each.code


@pytest.mark.parametrize(
    "measure", ["event_held", "service_opened", "document_issued", "document_released"]
)
def test_no_published_event_is_left_out(measure: str) -> None:
    told = {each.figure_id for each in dated_events()}
    mine = {code for code, row in FIGURES.items() if row["published_measure"] == measure}
    assert mine - told == set()
