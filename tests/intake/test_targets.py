"""Check that targets are read from a sheet as offices write it, and judged by on every page."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from inspect import unwrap
from math import nan
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dashboard.asking.grains import query_at
from dashboard.asking.measured import measured_here
from dashboard.asking.questions import Asking
from dashboard.asking.scope import Scope
from dashboard.asking.targets import (
    judged,
    judged_at,
    judged_each,
    judged_here,
    places_here,
    target_here,
    targets,
)
from dashboard.brief.content import make_brief
from dashboard.brief.files import writer_for
from dashboard.brief.material import Material
from dashboard.brief.pages.targets import targets_slide
from dashboard.brief.sentences import Standing
from dashboard.brief.slides import Table
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_CODE
from dashboard.contract.tables import NAMED
from dashboard.contract.targets import NOT_OF_ONE, TARGETABLE
from dashboard.figures.targets import Line, target_lines, targets_figure
from dashboard.insight.changes import Before
from dashboard.intake.checking import Reading
from dashboard.intake.loading import Places, Submission, check, load, take_back, undo
from dashboard.intake.messages import CellError
from dashboard.intake.targets import due, split_bound, take_value
from dashboard.language import Say
from dashboard.paths import DATA
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

Key = Callable[[], bytes]
HEADINGS = ["序号", "指标", "目标范围", "要求", "目标值", "到期月份", "制定单位", "依据"]
TOWN = "310112114"
ROWS: list[list[Any]] = [
    ["居村治理覆盖率", "全区", "不低于", "50%", "2026-12", "区社会工作部", "年度工作要点"],
    ["居村治理覆盖率", "各街镇", None, 55, "2025年6月", "区社会工作部", None],
    ["活动参与率", "浦江镇", None, 2, "2025-06", "区社会工作部", None],
    ["月流动率", "全区", None, "5%", "2026-12", "区房管局", None],
    ["入住居民", "闵行区", "不低于", 20_000_000, "2026-12", "区房管局", None],
]


def book(file: Path, rows: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "2026年目标"
    sheet.append(["2026年新型居住社区治理工作目标"])
    sheet.append(HEADINGS)
    for number, row in enumerate(rows, 1):
        sheet.append([number, *row])
    made.save(file)
    return file


def asked(warehouse: Path) -> Asking:
    there = Warehouse(warehouse)
    return Asking(there, Say("zh"), default_filters(there.months), lay_out_assets().maps)


@pytest.fixture(scope="module")
def loaded(sample: Path, key: Key, tmp_path_factory: pytest.TempPathFactory) -> Asking:
    """Load the targets over the sample, once."""
    here = tmp_path_factory.mktemp("targets")
    warehouse = Path(shutil.copy(sample, here / "minhang.duckdb"))
    places = Places(DATA, here / "own", warehouse)
    result = load(
        [book(here / "目标.xlsx", ROWS)], places, Reading(messy.TODAY, key), Submission("区")
    )
    assert result.check.faults == []
    return asked(warehouse)


def test_a_sheet_of_targets_arrives_as_it_is_written(loaded: Asking) -> None:
    found = {(each.indicator, each.place): each for each in targets(loaded)}
    assert {key: (each.bound, each.value, f"{each.due:%Y-%m}") for key, each in found.items()} == {
        ("committee_coverage", "whole"): ("at_least", 50.0, "2026-12"),
        ("committee_coverage", "each_town"): ("at_least", 55.0, "2025-06"),
        ("reach", TOWN): ("at_least", 2.0, "2025-06"),
        ("turnover", "whole"): ("at_most", 5.0, "2026-12"),
        ("residents", "whole"): ("at_least", 20_000_000.0, "2026-12"),
    }
    assert found["committee_coverage", "whole"].basis == "年度工作要点"


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        (["幸福率", "全区", None, 80, "2026-12", "区", None], "B3", "unknown"),
        (["居村治理覆盖率", "火星镇", None, 80, "2026-12", "区", None], "C3", "unknown"),
        (["居村治理覆盖率", "全区", None, 0.8, "2026-12", "区", None], "E3", "percent"),
        (["居村治理覆盖率", "全区", None, 180, "2026-12", "区", None], "E3", "target"),
        (["入住居民", "全区", None, "80%", "2026-12", "区", None], "E3", "number"),
        (["居村治理覆盖率", "全区", None, 80, None, "区", None], "F3", "blank"),
        (["居村治理覆盖率", "全区", None, 80, "2026-12", None, None], "G3", "blank"),
        (["居村治理覆盖率", "全镇", None, 80, "2026-12", "区", None], "C3", "target"),
        (["居村治理覆盖率", "每个社区", None, 80, "2026-12", "区", None], "C3", "target"),
        (["居村治理覆盖率", "全区", "不高于", "≥80%", "2026-12", "区", None], "E3", "target"),
        (["活动参与率", "全区", None, "50人", "2026-12", "区", None], "E3", "target"),
        (["入住居民", "全区", None, "300套", "2026-12", "区", None], "E3", "target"),
    ],
)  # fmt: skip
def test_what_can_not_be_a_target_is_refused_where_it_stands(
    row: list[Any], cell: str, code: str, places: Places, key: Key, tmp_path: Path
) -> None:
    found = check([book(tmp_path / "t.xlsx", [row])], places, Reading(messy.TODAY, key))
    (fault,) = found.faults
    assert fault.code == code
    assert fault.cell == cell


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"指标": "入住居民", "目标值": "20万人"}, ("at_least", 200_000.0)),
        ({"指标": "“一张床”供应", "目标值": "6,500张"}, ("at_least", 6_500.0)),
        ({"指标": "月流动率", "目标值": "0.8%"}, ("at_most", 0.8)),
        ({"指标": "活动参与率", "目标值": "30％", "要求": "≥"}, ("at_least", 30.0)),
        ({"指标": "月流动率", "目标值": 5, "要求": "不超过"}, ("at_most", 5.0)),
        ({"指标": "活动参与率", "目标值": 30, "目标范围": TOWN}, ("at_least", 30.0)),
        ({"指标": "月流动率", "目标值": "≥0.8%", "到期月份": "到2026年底前"}, ("at_least", 0.8)),
    ],
)
def test_targets_are_read_as_offices_write_them(
    cells: dict[str, Any], kept: tuple[str, float], places: Places, key: Key, tmp_path: Path
) -> None:
    usual = {"目标范围": "全区", "到期月份": "2026-12", "制定单位": "区"} | cells
    row = [usual.get(heading) for heading in HEADINGS[1:]]
    found = check([book(tmp_path / "t.xlsx", [row])], places, Reading(messy.TODAY, key))
    assert found.faults == []
    (read,) = found.frames["target"].itertuples()
    assert (read.target_bound, read.target_value) == kept
    assert f"{read.due_month:%Y-%m}" == "2026-12"


@pytest.mark.parametrize(
    ("raw", "bound", "value"),
    [
        ("≥80%", "at_least", 80), ("80％以上", "at_least", 80), ("不低于 3%", "at_least", 3),
        ("20万人以上", "at_least", 200_000), ("5%以下", "at_most", 5), ("<=5", "at_most", 5), (5, None, 5),
    ],
)  # fmt: skip
def test_a_requirement_may_stand_with_its_value(raw: Any, bound: str | None, value: float) -> None:
    assert split_bound(raw)[0] == bound
    assert take_value(raw).value == value


@pytest.mark.parametrize("raw", ["高于80%", "≥60%，力争80%", "60%～80%", "＞80%", "≥", "达标"])
def test_a_strict_bound_or_two_of_them_are_no_value(raw: str) -> None:
    with pytest.raises(CellError):
        take_value(raw)


@pytest.mark.parametrize(
    ("raw", "month"),
    [
        ("2026年底前", "2026年底"), ("到2026年末", "2026年末"), ("2026年12月31日前", "2026年12月31日"),
        ("二〇二六年底", "2026年底"), ("2027年1月底之前", "2027年1月底"), ("2026.6.15前", "2026.6.15"), ("2026-11", "2026-11"), (202611, 202611),
    ],
)  # fmt: skip
def test_a_month_may_say_that_it_is_due_by_then(raw: Any, month: Any) -> None:
    assert due(raw) == month


@pytest.mark.parametrize("raw", ["2027年1月1日前", "2027-01-01前", "2027.1.1之前", "2026年6月前"])
def test_what_is_due_before_a_month_may_be_due_in_the_one_before_and_is_refused(raw: str) -> None:
    with pytest.raises(CellError):
        due(raw)


def test_what_is_not_counted_of_single_communities_is_named_as_such() -> None:
    not_counted = {c for c, each in TARGETABLE.items() if query_at(each, "community") is None}
    assert not_counted - {"communities"} == NOT_OF_ONE - {"communities"}


def test_states_are_those_of_the_targets_and_nothing_else_has_one(loaded: Asking) -> None:
    coverage = judged_here(loaded, "committee_coverage")
    assert coverage is not None
    months = loaded.district_months().rows.iloc[-1]
    share = 100 * months["committee_community_count"] / months["governed_community_count"]
    assert coverage.value == pytest.approx(share)
    assert coverage.state == ("good" if round(share, 1) >= 50 else "watch")
    residents = judged_here(loaded, "residents")
    assert residents is not None
    assert residents.state == "watch"
    assert judged_here(loaded, "closing_rate") is None
    lines = {(each.target.indicator, each.target.place): each for each in target_lines(loaded)}
    assert lines["residents", "whole"].state == "watch"
    assert lines["committee_coverage", "each_town"].state == "late"
    # A sample's towns are not named by numbers that are made up.
    assert ("reach", TOWN) not in lines
    assert "、" not in lines["committee_coverage", "each_town"].gap


def test_of_a_sample_s_towns_and_communities_nothing_is_judged(loaded: Asking) -> None:
    for narrowed in (
        replace(loaded.filters, town_codes=(TOWN,)),
        replace(loaded.filters, community_codes=("310112008-001",)),
        replace(loaded.filters, modes=("1",)),
    ):
        ask = loaded.on(narrowed)
        assert places_here(ask) == ()
        assert judged_here(ask, "reach") is None
        assert targets_figure(ask) is None
    assert places_here(loaded) == ("whole",)


def test_a_town_is_judged_by_its_own_target_or_that_of_each(
    loaded: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Asking, "is_sample", False)
    town = loaded.on(replace(loaded.filters, town_codes=(TOWN,)))
    assert places_here(town) == (TOWN, "each_town")
    coverage, reach = (target_here(town, code) for code in ("committee_coverage", "reach"))
    assert coverage is not None
    assert coverage.value == 55.0
    assert reach is not None
    assert reach.place == TOWN
    both = replace(loaded.filters, town_codes=(TOWN, "310112101"))
    assert places_here(loaded.on(both)) == ()
    # Listed among others it has the same value as chosen alone.
    alone, listed = judged(town, reach), judged_at(loaded, reach)
    assert listed.value == pytest.approx(alone.value, nan_ok=True)


@pytest.mark.parametrize(
    ("scope", "places"),
    [
        (Scope((TOWN,), is_district=False), (TOWN, "loaded", "each_town")),
        (Scope((TOWN, "310112101"), is_district=False), ("loaded",)),
        (Scope((TOWN,), is_district=False, operator="甲"), ("loaded",)),
    ],
)
def test_a_part_is_not_held_against_the_district_s_target(
    scope: Scope, places: tuple[str, ...], loaded: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Asking, "scope", scope)
    monkeypatch.setattr(Asking, "is_sample", False)
    assert places_here(loaded) == places


def test_each_town_is_counted_as_a_slow_reading_counts_it(loaded: Asking) -> None:
    target = next(each for each in targets(loaded) if each.place == "each_town")
    missed = []
    for code in loaded.towns.index:
        rows = loaded.on(replace(loaded.filters, town_codes=(code,))).district_months().rows
        now = rows.iloc[-1]
        share = 100 * now["committee_community_count"] / now["governed_community_count"]
        if round(share, 1) < 55:
            missed.append(code)
    found = judged_each(loaded, target)
    assert sorted(found.missed) == sorted(missed)
    assert (found.places, found.unknown) == (len(loaded.towns), 0)


def test_whatever_may_have_a_target_is_counted_month_by_month(loaded: Asking) -> None:
    counted = {code: measured_here(loaded, each) for code, each in TARGETABLE.items()}
    assert [code for code, each in counted.items() if each is None or each.rows.empty] == []


def test_page_deck_and_figure_say_the_same(loaded: Asking) -> None:
    figure = targets_figure(loaded)
    assert figure is not None
    brief = make_brief(loaded)
    slide = next(each for each in brief.slides if each.key == "targets")
    # A briefing is set without spaces between figures and Chinese words.
    assert slide.headline == figure.caption.headline.replace(" ", "")
    (table,) = slide.parts
    assert isinstance(table, Table)
    assert len(table.rows) == len(target_lines(loaded))
    # All of them stand on the page, so that no sheet of their own repeats them.
    assert slide.listed is None
    # A value stands with its unit, on the page and in its file.
    assert figure.drawing.listed is not None
    assert figure.drawing.listed["现状"] == [line.now for line in target_lines(loaded)]
    assert brief.state_rules


@pytest.mark.parametrize(("shown", "chosen"), [(104.0, 33.0), (80.0, 104.0)])
def test_why_a_rate_passes_100_is_told_where_a_target_stands_beside_one(
    loaded: Asking, monkeypatch: pytest.MonkeyPatch, shown: float, chosen: float
) -> None:
    target = next(each for each in targets(loaded) if each.indicator == "reach")
    lines = (Line(target, f"{shown}%", "good", "", shown),)
    for module in ("dashboard.figures.targets", "dashboard.brief.pages.targets"):
        monkeypatch.setattr(f"{module}.target_lines", lambda ask: lines)
    # What is chosen, over the chosen months, stands neither on the page nor in the figure.
    standing = Standing(BY_CODE["reach"], chosen, Before(nan))
    monkeypatch.setattr(Material, "standing", lambda self, code: standing)
    figure = unwrap(targets_figure)(loaded)  # what is remembered shows other lines
    assert figure is not None
    assert ("超过 100%" in figure.caption.note) == (shown > 100)
    assert ("超过 100%" in targets_slide(Material(loaded)).lack) == (shown > 100)


def test_where_no_aspect_has_a_target_no_paper_speaks_of_their_states(
    places: Places, key: Key, tmp_path: Path
) -> None:
    beds = ["“一张床”供应", "全区", None, 6500, "2026-12", "区房管局", None]
    load([book(tmp_path / "t.xlsx", [beds])], places, Reading(messy.TODAY, key), Submission("区"))
    brief = make_brief(asked(places.warehouse))
    assert brief.slides[0].key == "conclusion"
    assert not brief.slides[0].says_states
    assert "targets" in {each.key for each in brief.slides}
    sheet = writer_for(Path("a.html"), form="a3")(brief).decode()
    assert "四个方面" in sheet
    assert "四个方面的状态" not in sheet


def test_without_targets_nothing_has_a_state(sample: Path) -> None:
    ask = asked(sample)
    assert targets_figure(ask) is None
    brief = make_brief(ask)
    assert "targets" not in {each.key for each in brief.slides}
    assert brief.state_rules == ()
    tables = [part for slide in brief.slides for part in slide.parts if isinstance(part, Table)]
    assert tables
    assert "状态" not in {column.heading for table in tables for column in table.columns}


def test_a_target_is_taken_back_and_that_undone(places: Places, key: Key, tmp_path: Path) -> None:
    load([book(tmp_path / "t.xlsx", ROWS[:2])], places, Reading(messy.TODAY, key), Submission("区"))
    gone = {
        "target_indicator": "committee_coverage", "target_place": "whole",
        "due_month": pd.Timestamp("2026-12-01"),
    }  # fmt: skip
    done = take_back(places, NAMED["target"], gone, Submission("区"))
    assert done.tables["target"].removed == 1
    assert [each.place for each in targets(asked(places.warehouse))] == ["each_town"]
    assert take_back(places, NAMED["target"], gone, Submission("区")).batch is None
    last = gone | {"target_place": "each_town", "due_month": pd.Timestamp("2025-06-01")}
    take_back(places, NAMED["target"], last, Submission("区"))
    assert targets(asked(places.warehouse)) == ()
    undo(places)
    assert [each.place for each in targets(asked(places.warehouse))] == ["each_town"]
    # The file that brought them brings back what was taken out.
    load([tmp_path / "t.xlsx"], places, Reading(messy.TODAY, key), Submission("区"))
    assert len(targets(asked(places.warehouse))) == 2


def test_a_sheet_of_one_target_says_nothing_of_the_others(
    places: Places, key: Key, tmp_path: Path
) -> None:
    load([book(tmp_path / "t.xlsx", ROWS[:2])], places, Reading(messy.TODAY, key), Submission("区"))
    found = check([book(tmp_path / "u.xlsx", ROWS[3:4])], places, Reading(messy.TODAY, key))
    assert found.absent == {}
