"""Bring the messy workbook in the browser: checked, corrected, loaded, on the Overview, undone."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from dashboard.paths import DATA, OWN_VARIABLE, PSEUDONYM_KEY_VARIABLE
from dashboard.warehouse.geography import schematic_towns
from dashboard.warehouse.store import Warehouse
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.browser.conftest import Screen
from tests.intake import messy

PATIENCE_MS = 60_000
_OPENING_MS = 1_000


@pytest.fixture
def own_server(browser: Browser, own_copy: Path, tmp_path: Path) -> Iterator[Server]:
    environment = {
        OWN_VARIABLE: str(tmp_path / "own"),
        PSEUDONYM_KEY_VARIABLE: "a key for tests, long enough",
    }
    port, log = free_port(), tmp_path / "log.txt"
    command = dashboard_command(own_copy, port)
    with served(command, port=port, log=log, environment=environment) as server:
        yield server
    text = log.read_text(encoding="utf-8")
    assert "Traceback" not in text
    assert not [secret for secret in messy.SECRETS if secret in text]


def patient(screen: Screen) -> tuple[Screen, Page]:
    """Wait as long as a load takes on a busy machine."""
    screen.page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return screen, screen.page


def open_section(screen: Screen, server: Server, language: str) -> None:
    page = screen.page
    page.goto(f"{server.address}/own?lang={language}")
    screen.settle(figures=0)


# The links to what is lacking that run out of what they stand in.
_CUT_OFF = """[...document.querySelectorAll(".mh-unlock")].filter(each =>
  each.getBoundingClientRect().right > each.parentElement.getBoundingClientRect().right + 1
).map(each => each.textContent)"""


def test_a_messy_workbook_goes_from_the_upload_to_the_overview_and_back(
    own_server: Server,
    another: Callable[[], Screen],
    keep: Callable[..., Path],
    tmp_path: Path,
) -> None:
    screen, page = patient(another())
    open_section(screen, own_server, "zh")
    with page.expect_download() as template:
        page.get_by_role("button", name="全部表的模板", exact=True).click()
    assert template.value.suggested_filename == "minhang-template.xlsx"

    upload(page, messy.write(tmp_path / "messy.xlsx"))
    expect(verdict(page)).to_contain_text("单元格要改")
    told = [int(count) for count in re.findall(r"\d+", verdict(page).inner_text())]
    assert sum(told) == len(messy.FAULTS)
    expect(page.get_by_role("button", name="载入", exact=True)).to_have_count(0)
    expect(page.get_by_text("下载检查报告")).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    keep(screen, "own-data-check-zh", whole=True)
    with page.expect_download() as annotated:
        page.get_by_role("button", name="下载标注副本").click()
    copy = tmp_path / "annotated.xlsx"
    annotated.value.save_as(copy)

    corrected = messy.correct(copy, tmp_path / "corrected.xlsx")
    open_section(screen, own_server, "en")
    page.locator('[data-testid="stFileUploader"] input').first.set_input_files(corrected)
    expect(page.get_by_text("No problems:")).to_be_visible()
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("Loaded as batch 1")).to_be_visible()
    keep(screen, "own-data-loaded-en", whole=True)

    # What was loaded leads to one's own first page, and what lacks there back to its sheet.
    expect(page.locator(".mh-rung-up")).not_to_have_count(0)
    page.get_by_text("See your Overview ›").click()
    page.wait_for_url(re.compile(r"/\?lang=en$"))
    screen.settle()
    expect(screen.sentence).to_contain_text("9")
    expect(page.locator(".mh-state")).not_to_contain_text("Invented")
    expect(page.locator(".mh-state")).to_contain_text("1 table missing")
    keep(screen, "own-data-overview-en")
    assert not page.evaluate(_CUT_OFF)
    page.goto(f"{own_server.address}/coverage?lang=en&map=own_branch")
    expect(screen.headline).to_be_visible()
    screen.settle(figures=4)
    page.locator(".mh-unlock").first.click()
    expect(page.get_by_text("To be added: Organisations and stations")).to_be_visible()
    with page.expect_download() as sheet:
        page.locator(".st-key-own-sheet-asked-organisation button").click()
    stations = tmp_path / "stations.xlsx"
    sheet.value.save_as(stations)
    upload(page, fill_first(stations, {"组织类型": "社工站", "起始日期": date(2025, 3, 1)}))
    expect(verdict(page)).to_have_text("Ready to load")
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("Loaded as batch 2")).to_be_visible()
    page.get_by_role("button", name="Undo the last load").click()
    page.get_by_role("button", name="Undo it", exact=True).click()
    expect(page.get_by_text("Undone: batch 2.")).to_be_visible()

    open_section(screen, own_server, "en")
    page.get_by_role("button", name="Undo the last load").click()
    expect(page.get_by_text("Undo batch 1 (corrected.xlsx)?")).to_be_visible()
    page.get_by_role("button", name="Undo it", exact=True).click()
    expect(page.get_by_text("Undone: batch 1.")).to_be_visible()
    page.goto(f"{own_server.address}/?lang=en")
    screen.settle()
    expect(screen.sentence).to_contain_text("= 547")
    expect(page.locator(".mh-state")).to_contain_text("Invented")


def fill_first(file: Path, values: dict[str, Any]) -> Path:
    """Fill in the first line of a sheet that was handed out, by its headings."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    for cell in sheet[1]:
        if (heading := str(cell.value).rstrip("*")) in values:
            sheet.cell(3, cell.column).value = values[heading]
    book.save(file)
    return file


def verdict(page: Page) -> Locator:
    return page.locator(".mh-verdict")


def upload(page: Page, file: Path) -> None:
    page.locator('[data-testid="stFileUploader"] input').first.set_input_files(file)


def load(page: Page) -> None:
    page.get_by_role("button", name="载入", exact=True).click()
    expect(page.get_by_text("已载入，批次")).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a select box by typing, as its list shows only some of its options at once."""
    box = page.get_by_label(label, exact=True)
    for _ in range(3):
        with suppress(TimeoutError):
            settled(page)
            # By keyboard, since a click may scroll the page, which closes the list again.
            box.scroll_into_view_if_needed()
            box.focus()
            box.press("ArrowDown")
            box.fill(option)
            # A rerun that comes late closes the list as well: it is then opened once more.
            page.get_by_role("option", name=option, exact=True).click(timeout=PATIENCE_MS / 4)
            break
    expect(box).to_have_value(option)
    settled(page)


def settled(page: Page) -> None:
    still = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(still).to_be_visible()


def a_proposal(warehouse: Path) -> list[str]:
    """Write a proposal of one of the communities there."""
    codes = Warehouse(warehouse).table("community", limit=1, exact=True)["community_code"]
    return ["A-1", codes.iloc[0], "交通出行", "2025-11-05", "需求提出", "否", "街镇", "班车"]


def proposals(to: Path, rows: list[list[str]]) -> Path:
    head = ["编号", "社区", "提案类别", "哪天提的", "闭环阶段", "是否重启", "责任单位", "内容"]
    pd.DataFrame(rows, columns=head).to_excel(to, sheet_name="第一页", index=False)
    return to


def test_what_is_not_recognised_is_corrected_by_hand_and_kept_for_next_month(
    own_server: Server, own_copy: Path, another: Callable[[], Screen],
    keep: Callable[..., Path], tmp_path: Path,
) -> None:  # fmt: skip
    row = a_proposal(own_copy)
    screen, page = patient(another())
    open_section(screen, own_server, "zh")

    upload(page, proposals(tmp_path / "november.xlsx", [row, ["A-2", *row[1:]]]))
    # It opens by itself, and stays open whatever is chosen.
    expect(page.get_by_label("是哪张表", exact=True)).to_be_visible()
    page.wait_for_timeout(_OPENING_MS)
    choose(page, "是哪张表", "活动")
    expect(page.get_by_text("缺少列“举办日期”").first).to_be_attached()
    choose(page, "是哪张表", "提案")
    expect(page.get_by_text("缺少列“举办日期”")).to_have_count(0)
    choose(page, "D · 哪天提的", "提出日期")
    choose(page, "A · 编号", "提案代码")
    expect(page.get_by_text("没有问题：提案 2")).to_be_visible()
    keep(screen, "own-data-corrected-zh", whole=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载对照文件，下月再用").click()
    mapping = tmp_path / "mapping.toml"
    download.value.save_as(mapping)
    assert '"哪天提的" = "raised_on"' in mapping.read_text(encoding="utf-8")
    load(page)

    # Next month: the same headings are read by the file, one row says another thing, one is gone.
    open_section(screen, own_server, "zh")
    upload(page, proposals(tmp_path / "again.xlsx", [[*row[:4], "资源对接", *row[5:]]]))
    expect(verdict(page)).to_have_text("还有 1 个问题")
    settled(page)  # until then what stood elsewhere before is there twice
    page.get_by_role("button", name="用上月的对照文件").click()
    expect(page.get_by_text("对照文件（可选）")).to_be_visible()
    page.locator('[data-testid="stFileUploader"] input').last.set_input_files(mapping)
    expect(page.get_by_text("没有问题：提案 1")).to_be_visible()
    page.get_by_text("有 1 行这次没有").click()
    load(page)
    expect(page.get_by_text("提案：新增 0 行，更正 1 行，不变 0 行，删去 1 行")).to_be_visible()
    page.get_by_text("更正过的数值：2 处").click()
    keep(screen, "own-data-restated-zh", whole=True)


def test_a_target_is_set_on_the_page_shown_and_taken_back(
    own_server: Server, another: Callable[[], Screen]
) -> None:
    screen, page = patient(another())
    open_section(screen, own_server, "zh")
    page.get_by_role("button", name="定一个目标").click()
    set_it = page.get_by_role("button", name="定下", exact=True)
    expect(set_it).to_be_disabled()
    value = page.get_by_label("目标值（%）")
    # What might be taken is said, and taken for nobody's target.
    assert "本系统假定" in str(value.get_attribute("placeholder"))
    value.fill("99.5")
    page.get_by_label("制定单位").fill("区社会工作部")
    page.keyboard.press("Tab")
    expect(set_it).to_be_enabled()
    set_it.click()
    expect(page.get_by_text("目标：新增 1 行")).to_be_visible()
    expect(page.get_by_role("cell", name="不低于 99.5%")).to_be_visible()
    page.goto(f"{own_server.address}/?lang=zh")
    screen.settle()
    expect(page.get_by_text("1 个目标中 0 个达标")).to_be_visible()
    expect(page.get_by_role("cell", name="滞后")).to_be_visible()
    open_section(screen, own_server, "zh")
    page.get_by_role("button", name="撤下一个目标").click()
    page.get_by_role("button", name="撤下", exact=True).click()
    expect(page.get_by_text("已撤下 1 个目标")).to_be_visible()
    expect(page.get_by_role("cell", name="不低于 99.5%")).to_have_count(0)


def test_what_is_open_stays_open_while_other_parts_come_and_go(
    own_server: Server, own_copy: Path, another: Callable[[], Screen], tmp_path: Path
) -> None:
    row = a_proposal(own_copy)
    screen, page = patient(another())
    open_section(screen, own_server, "zh")
    page.get_by_role("button", name="定一个目标").click()
    value = page.get_by_label("目标值（%）")
    value.fill("99.5")
    sheet = page.get_by_text("填一张表", exact=True)
    expect(sheet).to_be_visible()
    upload(page, proposals(tmp_path / "november.xlsx", [row]))
    expect(verdict(page)).to_be_visible()
    settled(page)
    expect(sheet).to_have_count(0)
    expect(value).to_be_visible()
    expect(value).to_have_value("99.5")


def test_an_official_boundary_file_replaces_the_schematic_with_its_number(
    own_server: Server, another: Callable[[], Screen], tmp_path: Path
) -> None:
    file = tmp_path / "official.geojson"
    schematic_towns(DATA / "geography" / "schematic.json").to_file(file, engine="pyogrio")
    screen, page = patient(another())
    open_section(screen, own_server, "zh")
    upload(page, file)
    expect(page.get_by_text("没有问题：14 个街镇的边界")).to_be_visible()
    page.get_by_label("审图号（印在每张地图下）").fill("GS(2026)1234")
    page.keyboard.press("Enter")
    load(page)
    page.goto(f"{own_server.address}/?lang=zh")
    screen.settle()
    expect(page.get_by_text("审图号：GS(2026)1234").first).to_be_visible()


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    own_server: Server, another: Callable[[], Screen], tmp_path: Path
) -> None:
    file = tmp_path / "cut.xlsx"
    file.write_bytes(messy.write(tmp_path / "messy.xlsx").read_bytes()[:5000])
    screen = another()
    open_section(screen, own_server, "zh")
    upload(screen.page, file)
    expect(screen.page.get_by_text("cut.xlsx：已损坏或没有传完")).to_be_visible()


def test_what_has_to_be_pointed_out_is_offered_where_it_is(
    own_server: Server, own_copy: Path, another: Callable[[], Screen], tmp_path: Path
) -> None:
    """A sheet in order comes first; in the other two columns say the same."""
    community = Warehouse(own_copy).table("community", limit=1)["community_code"].iloc[0]
    head = ["社区", *messy.HOUSING]
    row = [community, "2025-11", "间", 20, 20, 20, 18, 40, 30, 1, 1]
    file = tmp_path / "two.xlsx"
    with pd.ExcelWriter(file) as book:
        pd.DataFrame([row], columns=head).to_excel(book, sheet_name="入住月报", index=False)
        pd.DataFrame([[*row[:1], "2025-10", *row[2:], 19]], columns=[*head, "在租"]).to_excel(
            book, sheet_name="月报", index=False
        )
    screen, page = patient(another())
    open_section(screen, own_server, "zh")
    upload(page, file)
    expect(page.get_by_text("其中 1 处也可在下面的“改正读法”中指明")).to_be_visible()
    expect(page.get_by_label("工作表", exact=True)).to_have_value("two.xlsx:月报")
    choose(page, "L · 在租", "已租")
    expect(page.get_by_text("没有问题")).to_be_visible()
    expect(page.get_by_label("L · 在租", exact=True)).to_be_visible()
    assert "load" not in page.locator('[data-testid="stMain"]').inner_text()
