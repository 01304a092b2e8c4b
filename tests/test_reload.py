"""While sources are edited the server shows them as they are, and it does so on its machine alone."""

import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from websockets.exceptions import WebSocketException

from dashboard.cli.main import main
from dashboard.paths import ROOT
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.test_server import finished, page

PATIENCE_SECONDS = 60


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the product runs from, to be edited."""
    here = tmp_path / "checkout"
    not_sources = shutil.ignore_patterns("__pycache__", "built", "own", "figure-*", "briefing-*")
    for name in ("dashboard", "queries", "data", ".streamlit"):
        shutil.copytree(ROOT / name, here / name, ignore=not_sources)
    return here


def wait_for(server: Server, is_there: Callable[[str], bool]) -> str:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with suppress(OSError, WebSocketException):
            shown: str = finished(page(server, ""))
            if is_there(shown):
                return shown
        time.sleep(0.2)
    pytest.fail("the page never showed the change")


def style_of(shown: str) -> str:
    found = re.search(r"dashboard\.css\?v=\w+", shown)
    assert found
    return found[0]


def test_what_is_saved_is_shown_and_a_broken_source_waits_for_the_next_save(
    checkout: Path, warehouse_file: Path, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    command = [*dashboard_command(warehouse_file, port), "--reload"]
    with served(command, port=port, log=log, folder=checkout) as server:
        before = style_of(finished(page(server, "")))
        with (checkout / "dashboard/static/dashboard.css").open("a") as style:
            style.write("/* edited */\n")
        wait_for(server, lambda shown: style_of(shown) != before)

        source = checkout / "dashboard/subjects/overview/page.py"
        text = source.read_text(encoding="utf-8")
        source.write_text(text + "\nraise SyntaxError\n", encoding="utf-8")
        wait_for_text(log, "SyntaxError")
        source.write_text(text, encoding="utf-8")
        catalogue = checkout / "dashboard/locale/en.po"
        english = catalogue.read_text(encoding="utf-8").replace('"Overview"', '"Edited overview"')
        catalogue.write_text(english, encoding="utf-8")
        wait_for(server, lambda shown: "Edited overview" in shown)
    assert "nanobind" not in log.read_text(encoding="utf-8")


def wait_for_text(log: Path, text: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while text not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.parametrize(
    "others", [["--host", "0.0.0.0"], ["--host-name", "a.example"], ["--base-path", "minhang"]]
)
def test_it_is_not_for_servers_that_others_reach(others: list[str]) -> None:
    answer = CliRunner().invoke(main, ["--reload", "--no-browser", *others], env=dict(os.environ))
    assert answer.exit_code == 1
    assert "--reload" in answer.stderr
