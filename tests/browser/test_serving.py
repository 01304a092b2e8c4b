"""The served product when something is missing, broken or replaced."""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Response, Route, expect

from dashboard.contract.filters import Filters, add_months
from dashboard.paths import DATA
from dashboard.ui.assets import STATIC
from dashboard.warehouse.build import build
from dashboard.warehouse.store import Store
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.browser.conftest import Screen

ZHUANQIAO, MAQIAO = "310112103", "310112112"


def test_without_internet(another: Callable[[], Screen], server: Server) -> None:
    def answer(route: Route) -> None:
        if route.request.url.startswith(server.address):
            route.continue_()
        else:
            route.abort()

    screen = another()
    screen.page.route("**/*", answer)
    screen.page.goto(f"{server.address}/")
    screen.settle(figures=4)
    expect(screen.regions).to_have_count(14)
    expect(screen.page.locator(".mh-empty")).to_have_count(0)


def test_the_first_page_is_found_by_its_name_too(
    visit: Callable[..., Screen], server: Server
) -> None:
    screen = visit("overview?lang=en", figures=4)
    assert screen.page.url == f"{server.address}/?lang=en"


def test_a_broken_warehouse_is_said_in_a_sentence(
    another: Callable[[], Screen], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"this is no warehouse" * 1000)
    port, log = free_port(), tmp_path / "log.txt"
    with served(dashboard_command(broken, port), port=port, log=log) as server:
        screen = another()
        screen.page.goto(f"{server.address}/?lang=en")
        expect(screen.alerts).to_contain_text("broken.duckdb can't be opened")
        expect(screen.page.get_by_role("button", name="Rebuild")).to_be_visible()
        screen.page.goto(f"{server.address}/?lang=zh")
        expect(screen.alerts).to_contain_text("无法打开")
    assert "Traceback" not in log.read_text(encoding="utf-8")
    assert broken.read_bytes().startswith(b"this is no warehouse")


def test_a_newer_warehouse_is_taken_up_and_a_broken_one_is_not(
    another: Callable[[], Screen], own_copy: Path, tmp_path: Path
) -> None:
    newer = build(data=DATA, to=tmp_path / "newer" / "newer.duckdb", attendances=60_000)
    month = Store(newer).current().months[-1]
    window = Filters(add_months(month, -2), month, (MAQIAO,))
    rows = (
        Store(newer)
        .current()
        .run("participation_by_month", {**window.parameters(), "start_month": month})
    )
    row = rows.iloc[-1]
    reach = row["participant_count"] / (row["resident_month_count"] / row["month_count"]) * 100
    port, log = free_port(), tmp_path / "log.txt"
    with served(dashboard_command(own_copy, port), port=port, log=log) as server:
        screen = another()
        screen.page.goto(f"{server.address}/?town={MAQIAO}")
        screen.settle(figures=4)
        reached = screen.figure("outcomes").locator(".mh-large b").last
        older = reached.inner_text()
        assert older != f"{reach:.1f}"
        newer.replace(own_copy)
        screen.click_region(ZHUANQIAO)
        screen.in_address(f"town={ZHUANQIAO}")
        screen.click_region(MAQIAO)
        screen.in_address(f"town={MAQIAO}")
        expect(reached).to_have_text(f"{reach:.1f}")
        garbage = tmp_path / "garbage"
        garbage.write_bytes(b"no warehouse")
        garbage.replace(own_copy)
        screen.click_region(ZHUANQIAO)
        screen.in_address(f"town={ZHUANQIAO}")
        expect(screen.chosen).to_contain_text("颛桥")
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_a_page_left_open_outlives_a_restart(
    another: Callable[[], Screen], warehouse_file: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    screen = another()
    with served(dashboard_command(warehouse_file, port), port=port, log=log) as server:
        screen.page.goto(server.address)
        screen.settle(figures=4)
        screen.links.nth(1).click()
        screen.settle(figures=7)
        screen.page.go_back()
        screen.settle(figures=4)
        expect(screen.regions).to_have_count(14)
    app = screen.page.get_by_test_id("stApp")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with served(dashboard_command(warehouse_file, port), port=port, log=log):
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
        screen.settle(figures=4)
        screen.click_region(ZHUANQIAO)
        screen.in_address(f"town={ZHUANQIAO}")
        expect(screen.chosen).to_contain_text("颛桥")


def test_scripts_are_kept_for_good_also_under_a_base_path(
    another: Callable[[], Screen], warehouse_file: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    command = [*dashboard_command(warehouse_file, port), "--base-path", "minhang/board"]
    with served(command, port=port, log=log, base_path="/minhang/board") as server:
        screen = another()
        scripts: dict[str, Response] = {}
        screen.page.on(
            "response",
            lambda answer: (
                scripts.update({answer.url: answer}) if "/app/static/figure" in answer.url else None
            ),
        )
        screen.page.goto(f"{server.address}/")
        screen.settle(figures=4)
        expect(screen.regions).to_have_count(14)
        assert len(scripts) == len(list((STATIC / "figure").glob("*.js")))
        for address, answer in scripts.items():
            assert "/minhang/board/app/static/figure-" in address
            assert answer.headers["content-type"].startswith("text/javascript")
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["content-encoding"] == "gzip"
        for outside in ("../server.py", "%2e%2e/server.py", "figure/../../server.py", "figure"):
            asked = screen.page.request.get(
                f"{server.address}/app/static/{outside}", fail_on_status_code=False
            )
            assert "import " not in asked.text()


def test_plain_streamlit_run(
    another: Callable[[], Screen], warehouse_file: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    command = [
        sys.executable, "-m", "streamlit", "run", "dashboard/app.py",
        "--server.port", str(port), "--server.address", "127.0.0.1",
    ]  # fmt: skip
    environment = {"DASHBOARD_WAREHOUSE": str(warehouse_file)}
    with served(command, port=port, log=log, environment=environment) as server:
        screen = another()
        screen.page.goto(f"{server.address}/")
        screen.settle(figures=4)
        expect(screen.regions).to_have_count(14)
        screen.click_region(ZHUANQIAO)
        screen.in_address(f"town={ZHUANQIAO}")
