"""The menu under a figure: its data, its picture, its query, and how to cite it."""

import io
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Asked, Screen

ZHUANQIAO = "310112103"


def saved(screen: Screen, click: Callable[[], None]) -> tuple[str, bytes]:
    """Click what downloads a file; return its name and content."""
    with screen.page.expect_download() as download:
        click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_data_as_csv_and_xlsx_are_the_rows_of_the_query(
    visit: Callable[..., Screen], asked: Asked
) -> None:
    screen = visit(f"?lang=en&town={ZHUANQIAO}&coverage=committee")
    screen.choose("town-map", "data")
    expect(screen.dialog).to_be_visible()
    buttons = screen.dialog.get_by_test_id("stDownloadButton").locator("button")
    name, content = saved(screen, buttons.nth(0).click)
    assert name.endswith(".csv")
    rows = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"town_code": str})
    expected = asked("coverage_by_town", "coverage_types=committee", "start_month=2025-12")
    pd.testing.assert_frame_equal(
        rows[expected.columns].sort_values("town_code", ignore_index=True),
        expected.sort_values("town_code", ignore_index=True),
    )
    name, content = saved(screen, buttons.nth(1).click)
    assert name.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.worksheets[0].max_row == len(expected) + 1
    about = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert "coverage_by_town" in about.values()
    assert not any(
        str(cell.value).startswith("=")
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
    )
    book.close()


def test_query_with_its_parameters(visit: Callable[..., Screen]) -> None:
    screen = visit(f"?town={ZHUANQIAO}&from=2025-03")
    screen.choose("attention", "sql")
    code = screen.dialog.get_by_test_id("stCode").last
    expect(code).to_contain_text("$end_month = 2025-12-01")
    expect(code).to_contain_text(ZHUANQIAO)
    expect(code).to_contain_text("select")
    screen.page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    # The dialog is answered once: what is chosen next doesn't bring it back.
    screen.click_region("310112112")
    screen.in_address("town=310112112")
    expect(screen.dialog).to_have_count(0)


def test_citation_names_data_and_query(visit: Callable[..., Screen]) -> None:
    screen = visit("?lang=en")
    screen.choose("town-ranking", "cite")
    text = screen.dialog.get_by_test_id("stCode")
    for part in (
        "Minhang",
        "2025-12",
        "coverage_by_town#",
        "only district totals match published figures",
    ):
        expect(text).to_contain_text(part)


def picture(screen: Screen, figure: Locator, what: str) -> bytes:
    name, content = saved(screen, figure.locator(f'.mh-menu button[data-what="{what}"]').click)
    assert name.endswith(f".{what}")
    return content


@pytest.mark.parametrize("figure", ["town-map", "town-ranking"])
def test_pictures(visit: Callable[..., Screen], figure: str) -> None:
    screen = visit("?lang=zh")
    drawn = ElementTree.fromstring(picture(screen, screen.figure(figure), "svg"))
    assert drawn.findall(".//{http://www.w3.org/2000/svg}path")
    assert "浦江" in "".join(drawn.itertext())
    png = picture(screen, screen.figure(figure), "png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) > 20_000
