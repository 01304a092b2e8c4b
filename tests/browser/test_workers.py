"""Pages behind several workers: chosen, downloaded, uploaded, and a worker killed under them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import TimeoutError, expect

from dashboard.paths import OWN_VARIABLE
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.bench.session import given_cookies
from tests.browser.conftest import Screen
from tests.browser.test_own_data import open_section

ZHUANQIAO, MAQIAO = "310112103", "310112112"


def worker_of(screen: Screen) -> str:
    cookies = screen.page.context.cookies()
    return next(each["value"] for each in cookies if each["name"].startswith("mh-worker-"))


def use(screen: Screen, server: Server, tmp_path: Path) -> None:
    """Do what needs a session's own worker: change, come back, bring a file, take one along."""
    page = screen.page
    open_section(screen, server, "zh")
    assert template(screen).read_bytes().startswith(b"PK")
    file = tmp_path / "names.csv"
    file.write_text("name\nx\n")
    page.locator('[data-testid="stFileUploader"] input').first.set_input_files(file)
    expect(page.get_by_role("heading", name="读作什么")).to_be_visible()
    page.goto(f"{server.address}/?lang=en")
    screen.settle(figures=4)
    screen.click_region(ZHUANQIAO)
    screen.in_address(f"town={ZHUANQIAO}")
    expect(screen.chosen).to_contain_text("Zhuanqiao")


def template(screen: Screen) -> Path:
    """Take the template along; a click may fall into the run that draws its button anew."""
    button = screen.page.get_by_role("button", name="全部表的模板", exact=True)
    try:
        with screen.page.expect_download(timeout=10_000) as download:
            button.click()
    except TimeoutError:
        with screen.page.expect_download() as download:
            button.click()
    return Path(download.value.path())


def both_take_part(server: Server) -> bool:
    """Tell whether new readers go to either worker."""
    given = [given_cookies(server.address) for _ in range(8)]
    return len({text for each in given for name, text in each.items() if "worker" in name}) == 2


def test_four_readers_work_on_two_workers_and_outlive_the_death_of_one(
    another: Callable[[], Screen], warehouse_file: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    command = dashboard_command(warehouse_file, port, workers=2)
    own = {OWN_VARIABLE: str(tmp_path / "own")}
    with served(command, port=port, log=log, environment=own) as server:
        screens = [another() for _ in range(4)]
        while not both_take_part(server):
            screens[0].page.wait_for_timeout(100)
        for screen in screens:
            use(screen, server, tmp_path)
        went = [worker_of(screen) for screen in screens]
        assert sorted(went.count(each) for each in set(went)) == [2, 2]
        os.kill(server.workers()[0], signal.SIGKILL)
        # A browser takes a moment to see that it is cut off; what is clicked then is lost.
        screens[0].page.wait_for_timeout(1000)
        for screen in screens:
            app = screen.page.get_by_test_id("stApp")
            expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
            screen.settle(figures=4)
            screen.click_region(MAQIAO)
            screen.in_address(f"town={MAQIAO}")
            expect(screen.chosen).to_contain_text("Maqiao")
        for screen in screens:
            use(screen, server, tmp_path)
    assert "Traceback" not in log.read_text(encoding="utf-8")
