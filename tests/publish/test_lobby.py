"""Hold the lobby sheet to what the profile lists, to one page, and to saying that a sample is one."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.cli.main import main
from dashboard.figures.figure import PublishedFigure
from dashboard.publish.lobby import ANSWERED, MOST_LINES, lobby_sheet, told
from dashboard.publish.published import figures_of, published
from dashboard.warehouse.store import Warehouse
from tests.publish.conftest import asked_at


@pytest.fixture(scope="module")
def busiest(warehouse: Warehouse) -> str:
    """The nameless community that settled most proposals."""
    _, _, ask = asked_at(warehouse, "profile?from=2023-11&to=2025-12")
    return str(ask.count("answered_proposals").rows["community_code"].mode()[0])


def sheet_of(warehouse: Warehouse, address: str) -> PublishedFigure:
    page, read, ask = asked_at(warehouse, address)
    return published(ask, page, read, figures_of(ask, page, read)[ANSWERED])


def test_the_sheet_lists_what_the_profile_does_in_both_languages(
    warehouse: Warehouse, busiest: str
) -> None:
    figure = sheet_of(warehouse, f"profile?community={busiest}&from=2023-11&to=2025-12")
    rows = figure.counted.rows
    assert len(rows) > MOST_LINES
    zh, en = told(figure, "zh"), told(figure, "en")
    assert [row[2] for row in zh["rows"]] == [str(days) for days in rows["day_count"][:MOST_LINES]]
    assert [row[3] for row in zh["rows"]] == rows["outcome_text"][:MOST_LINES].tolist()
    assert str(len(rows) - MOST_LINES) in zh["left"]
    assert zh["rows"][0][0] != en["rows"][0][0]
    assert "示例" in zh["sample"]
    assert "Sample" in en["sample"]


def test_the_sheet_is_one_upright_page_however_much_is_told(
    warehouse: Warehouse, busiest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdfs = [
        lobby_sheet(sheet_of(warehouse, f"profile?community={busiest}&{months}"))
        for months in ("from=2023-11&to=2025-12", "from=2025-12&to=2025-12")
    ]
    everything = sheet_of(warehouse, f"profile?community={busiest}&from=2023-11&to=2025-12")
    for each in everything.told.values():
        for row in each.drawing.body["rows"]:
            monkeypatch.setitem(row, "cells", (*row["cells"][:3], "换了灯，修了门。" * 12))
    for pdf in (*pdfs, lobby_sheet(everything)):
        boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
        ((width, height),) = [tuple(map(float, box)) for box in boxes]
        assert (width, height) == pytest.approx((595.3, 841.9), abs=0.2)


def test_where_residents_are_few_nothing_is_listed_or_handed_out(
    warehouse: Warehouse, busiest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"profile?community={busiest}&from=2023-11&to=2025-12"
    page, read, ask = asked_at(warehouse, address)
    assert ANSWERED in figures_of(ask, page, read)
    few = Warehouse(warehouse.path)
    few.small_cell = 10_000
    page, read, ask = asked_at(few, address)
    assert ANSWERED not in figures_of(ask, page, read)


def test_the_command_writes_it(warehouse_file: Path, busiest: str, tmp_path: Path) -> None:
    to = tmp_path / "sheet.pdf"
    words = ["lobby", busiest, "--month", "2025-11", "--to", str(to)]
    answer = CliRunner().invoke(main, [*words, "--warehouse", str(warehouse_file)])
    assert answer.exit_code == 0, answer.output
    assert to.read_bytes().startswith(b"%PDF")
    # Of a real project the sample knows nothing that was answered.
    words[1] = "310112112-001"
    answer = CliRunner().invoke(main, [*words, "--warehouse", str(warehouse_file)])
    assert answer.exit_code != 0
    assert "named project" in answer.output
