"""The menu under a figure: its data, its picture, its query, and how to cite it."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Route, expect

from tests.bench.serving import Server
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
    screen = visit(f"coverage?lang=en&town={ZHUANQIAO}&tier=bed")
    screen.choose("town-map", "data")
    expect(screen.dialog).to_be_visible()
    buttons = screen.dialog.get_by_test_id("stDownloadButton").locator("button")
    name, content = saved(screen, buttons.nth(0).click)
    assert name.endswith(".csv")
    rows = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"Town code": str})
    expected = asked("coverage_by_town", "tiers=bed", "start_month=2025-12")
    counts = rows.set_index("Town code")["Communities of known governance (count)"]
    expected = expected.set_index("town_code")
    assert counts.to_dict() == expected["governed_community_count"].to_dict()
    share = 100 * expected["committee_community_count"] / expected["governed_community_count"]
    shown = rows.set_index("Town code")["Committee coverage (%)"]
    assert shown.to_dict() == pytest.approx(share[shown.index].to_dict())
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
    screen.choose("due", "sql")
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


def picture(screen: Screen, figure: str, what: str, size: str) -> bytes:
    frame = screen.figure(figure)
    frame.locator('.mh-menu button[data-what="picture"]').click()
    wanted = frame.locator(f'.mh-sizes button[data-what="{what}"][data-size="{size}"]')
    name, content = saved(screen, wanted.click)
    assert name.endswith(f".{what}")
    expect(wanted).to_be_hidden()
    return content


def png_header(content: bytes) -> tuple[int, int, int | None]:
    """Read a PNG's width, height and dots per metre."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    at = content.find(b"pHYs", 0, 100)
    if at < 0:
        return width, height, None
    across, down, unit = struct.unpack(">IIB", content[at + 4 : at + 13])
    assert (across, unit) == (down, 1)
    (checksum,) = struct.unpack(">I", content[at + 13 : at + 17])
    assert checksum == zlib.crc32(content[at : at + 13])
    return width, height, across


@pytest.mark.parametrize("figure", ["town-map", "town-ranking"])
def test_pictures(visit: Callable[..., Screen], figure: str) -> None:
    screen = visit("coverage?lang=zh")
    drawn = ElementTree.fromstring(picture(screen, figure, "svg", "screen"))
    assert drawn.findall(".//{http://www.w3.org/2000/svg}path")
    said = "".join(drawn.itertext())
    assert "浦江" in said
    # The picture stands alone: headline, note, caveat, as-of and source go with it.
    note = screen.figure(figure).locator("figcaption p").inner_text()
    for part in (note, "示例数据", "2025-12"):
        assert part.replace(" ", "") in said.replace(" ", "")
    png = picture(screen, figure, "png", "screen")
    assert png_header(png)[2] is None
    assert len(png) > 20_000


@pytest.mark.parametrize(
    ("figure", "late"), [("town-map", "**/geometry-*.json"), ("town-ranking", "**/plotly-*.js")]
)
def test_a_picture_asked_for_before_its_figure_is_drawn_is_of_the_figure(
    server: Server, another: Callable[[], Screen], figure: str, late: str
) -> None:
    screen = another()
    held: list[Route] = []
    screen.page.route(late, lambda route: held.append(route))
    screen.page.goto(f"{server.address}/coverage?lang=zh")
    frame = screen.figure(figure)
    frame.locator('.mh-menu button[data-what="picture"]').click()
    expect(frame).not_to_have_attribute("data-painted", "1")

    def ask() -> None:
        frame.locator('.mh-sizes button[data-what="svg"][data-size="screen"]').click()
        for route in held:
            route.continue_()

    _, content = saved(screen, ask)
    assert "浦江" in "".join(ElementTree.fromstring(content).itertext())


@pytest.mark.parametrize("figure", ["town-map", "town-ranking"])
def test_pictures_for_print_and_slides(visit: Callable[..., Screen], figure: str) -> None:
    screen = visit("coverage?lang=en")
    for size, millimetres in (("column", 85), ("page", 170)):
        drawn = ElementTree.fromstring(picture(screen, figure, "svg", size))
        assert drawn.attrib["width"] == f"{millimetres}mm"
        left, top, width, height = map(float, drawn.attrib["viewBox"].split())
        assert (left, top) == (0, 0)
        assert float(drawn.attrib["height"].removesuffix("mm")) == pytest.approx(
            millimetres * height / width, rel=0.01
        )
        dots, down, resolution = png_header(picture(screen, figure, "png", size))
        assert dots == pytest.approx(millimetres / 25.4 * 300, abs=3)
        assert down == pytest.approx(dots * height / width, rel=0.01)
        assert resolution == 11811
    drawn = ElementTree.fromstring(picture(screen, figure, "svg", "slide"))
    assert (drawn.attrib["width"], drawn.attrib["height"]) == ("1920", "1080")
    assert png_header(picture(screen, figure, "png", "slide"))[:2] == (1920, 1080)


def test_pictures_are_light_also_for_who_reads_in_the_dark(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage?lang=zh")
    light = picture(screen, "town-map", "svg", "page")
    screen.page.emulate_media(color_scheme="dark")
    try:
        expect(screen.regions.first).not_to_have_attribute("stroke", "#FFFFFF")
        assert picture(screen, "town-map", "svg", "page") == light
    finally:
        screen.page.emulate_media(color_scheme="null")


def test_the_choice_of_sizes_opens_and_closes_by_keyboard(visit: Callable[..., Screen]) -> None:
    screen = visit("coverage?lang=en")
    opener = screen.figure("town-map").locator('.mh-menu button[data-what="picture"]')
    sizes = screen.figure("town-map").locator(".mh-sizes")
    expect(sizes).to_be_hidden()
    opener.press("Enter")
    expect(sizes).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Escape")
    expect(sizes).to_be_hidden()
    # Also from anywhere else on the page.
    opener.press("Enter")
    screen.page.evaluate("document.activeElement.blur()")
    screen.page.keyboard.press("Escape")
    expect(sizes).to_be_hidden()
    opener.press("Enter")
    expect(sizes).to_be_visible()
    screen.headline.click()
    expect(sizes).to_be_hidden()
