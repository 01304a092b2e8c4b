"""What is told of places and modes rests on published figures and reports, and none of these is lost."""

import csv
import re

import pytest

from dashboard.asking.questions import Asking
from dashboard.contract.filters import default_filters
from dashboard.contract.tables import mode
from dashboard.figures.figure import Figure
from dashboard.figures.told import card_parts, case_parts
from dashboard.insight.lines import Line, case_lines, mode_lines, report_notes
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.subjects.cases import figures
from dashboard.subjects.cases.sentences import mechanisms
from dashboard.warehouse.store import Warehouse

HAN = re.compile(r"[\u3400-\u9fff]")
SAY = Say("zh")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FIGURES = {row["figure_id"]: row for row in rows_of("published_figures.csv")}
REPORTS = {row["report_code"]: row for row in rows_of("project_reports.csv")}


@pytest.mark.parametrize(
    "line", [*case_lines(), *mode_lines()], ids=lambda line: line.words.en[:40]
)
def test_every_line_rests_on_what_exists(line: Line) -> None:
    assert [each for each in line.rests_on if each not in FIGURES | REPORTS] == []
    assert line.is_ours or line.rests_on, "what was published names where"
    assert HAN.search(line.words.zh)
    assert not HAN.search(line.words.en)


def test_a_line_rests_on_reports_of_its_own_place() -> None:
    for line in case_lines():
        own = {REPORTS[each]["community_code"] for each in line.rests_on if each in REPORTS}
        assert own <= {line.of}, line.words.en


def test_lines_know_their_places_modes_parts_and_mechanisms() -> None:
    places = {row["community_code"] for row in rows_of("named_communities.csv")}
    assert {line.of for line in case_lines()} == places
    assert {line.part for line in case_lines()} == case_parts(SAY).keys()
    assert {each for line in case_lines() for each in line.mechanisms} == mechanisms(SAY).keys()
    for code in mode.allowed:
        assert {line.part for line in mode_lines() if line.of == code} == card_parts(SAY).keys()


def test_every_report_is_noted_in_both_languages() -> None:
    told = {code for code, row in REPORTS.items() if row["governance_note"] or row["note"]}
    assert told <= report_notes().keys() <= REPORTS.keys()
    for note in report_notes().values():
        assert HAN.search(note.zh)
        assert not HAN.search(note.en)


def test_every_figure_of_a_named_place_is_told_there() -> None:
    told = {each for line in case_lines() for each in line.rests_on}
    places = {row["place"] for row in FIGURES.values()} & {
        row["name_zh"] for row in REPORTS.values()
    }
    assert [
        code for code, row in FIGURES.items() if row["place"] in places and code not in told
    ] == []


@pytest.fixture
def ask(warehouse: Warehouse) -> Asking:
    return Asking(warehouse, SAY, default_filters(warehouse.months))


def cells(figure: Figure) -> list[list[str]]:
    return [row["cells"] for row in figure.drawing.body["rows"]]


def test_every_report_is_seen_on_the_page_or_on_a_profile(ask: Asking) -> None:
    others = set(figures.other_reports(ask).counted.rows["report_code"])
    profiled = {
        code for code, row in REPORTS.items() if row["community_code"] in ask.communities.index
    }
    assert others | profiled == REPORTS.keys()


def test_a_case_says_what_was_published_and_what_is_ours(ask: Asking) -> None:
    told = cells(figures.case(ask, "310112114-001"))
    bus = next(each for each in told if "班车" in each[1])
    assert bus[2] == "公开"
    assert bus[3] == "2024-10"
    assert {each[2] for each in told if each[0] == "可借鉴"} == {"我们的理解"}


def test_a_home_of_a_real_place_shows_no_invented_beds(ask: Asking) -> None:
    listed = cells(figures.homes(ask))
    beds = {each[0]: each[3] for each in listed}
    assert beds["中航公寓"] == "400 余张（123 间）。"
    assert not any("408" in text for each in listed for text in each)
    assert len(listed) == 23
    held = figures.homes(ask).counted.rows
    assert set(held["community_code"]).isdisjoint(ask.named_projects)
