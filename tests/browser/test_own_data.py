"""Bring the messy workbook in the browser: checked, corrected, loaded, on the Overview, undone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboard.places import OWN_VARIABLE, PSEUDONYM_KEY_VARIABLE
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.browser.conftest import Screen
from tests.intake import messy

PATIENCE_MS = 60_000


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


def open_section(screen: Screen, server: Server, language: str) -> None:
    page = screen.page
    page.goto(f"{server.address}/definitions?lang={language}")
    page.get_by_role("tab", name="您的数据" if language == "zh" else "Your data").click()
    screen.settle(figures=0)


def test_a_messy_workbook_goes_from_the_upload_to_the_overview_and_back(
    own_server: Server,
    another: Callable[[], Screen],
    keep: Callable[..., Path],
    tmp_path: Path,
) -> None:
    screen = another()
    page = screen.page
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    open_section(screen, own_server, "zh")
    with page.expect_download() as template:
        page.get_by_role("button", name="下载模板", exact=True).click()
    assert template.value.suggested_filename == "minhang-template.xlsx"

    upload = page.locator('[data-testid="stFileUploader"] input').first
    upload.set_input_files(messy.write(tmp_path / "messy.xlsx"))
    expect(page.get_by_text(f"须改正 {len(messy.FAULTS)} 处")).to_be_visible()
    expect(page.get_by_role("button", name="载入", exact=True)).to_have_count(0)
    keep(screen, "own-data-check-zh", whole=True)
    with page.expect_download() as annotated:
        page.get_by_role("button", name="下载标注副本").click()
    copy = tmp_path / "annotated.xlsx"
    annotated.value.save_as(copy)

    corrected = messy.correct(copy, tmp_path / "corrected.xlsx")
    open_section(screen, own_server, "en")
    page.locator('[data-testid="stFileUploader"] input').first.set_input_files(corrected)
    expect(page.get_by_text("No problems; ready to load")).to_be_visible()
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("Loaded as batch 1")).to_be_visible()
    keep(screen, "own-data-loaded-en", whole=True)

    page.goto(f"{own_server.address}/?lang=en")
    screen.settle()
    expect(screen.tile("communities").locator(".mh-number-line")).to_contain_text("9")
    expect(page.locator(".mh-state")).not_to_contain_text("Sample data")
    expect(page.locator(".mh-state")).to_contain_text("not loaded: Organisations and stations")
    keep(screen, "own-data-overview-en")
    page.goto(f"{own_server.address}/coverage?lang=en")
    expect(screen.headline).to_be_visible()
    screen.settle(figures=5)

    open_section(screen, own_server, "en")
    page.get_by_role("button", name="Undo the last load").click()
    expect(page.get_by_text("Batch 1 is undone.")).to_be_visible()
    page.goto(f"{own_server.address}/?lang=en")
    screen.settle()
    expect(screen.tile("communities").locator(".mh-number-line")).to_contain_text("547")
    expect(page.locator(".mh-state")).to_contain_text("Sample data")
