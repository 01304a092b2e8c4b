"""Names and operators of a workbook are shown as they stand, on every page: nothing is a link or bold."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from dashboard.paths import OWN_VARIABLE, PSEUDONYM_KEY_VARIABLE, ROOT
from dashboard.warehouse.store import Warehouse
from tests.bench.serving import Server, dashboard_command, free_port, served
from tests.browser.conftest import FIGURES, Screen
from tests.intake import messy

NAME = '<a href="http://evil.example">春申</a><br><b>公寓</b>'
OPERATOR = "[点此](http://evil.example) <b>&lt;运营</b>"
FILE = "www.evil.example [x](mailto:a@evil.example).xlsx"
ALIASES = {"春申青年公寓": NAME, "春申运营": OPERATOR}

# Links elsewhere, and texts of pictures that hold a link, a bold or a broken part of our names.
_MARKUP = """() => [
  ...[...document.querySelectorAll("a")].filter((a) => `${a.href?.baseVal ?? a.href}`.includes("evil"))
    .map((a) => a.outerHTML),
  ...[...document.querySelectorAll("svg text")]
    .filter((text) => /春申|公寓<|点此/.test(text.textContent) && text.querySelector("a, [style*='font-weight']"))
    .map((text) => text.outerHTML),
]"""


def environment(own_copy: Path) -> dict[str, str]:
    return {
        OWN_VARIABLE: str(own_copy.parent / "own"),
        PSEUDONYM_KEY_VARIABLE: "a key for tests, long enough",
    }


def run(own_copy: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dashboard", *map(str, words), "--warehouse", str(own_copy)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment(own_copy)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def hostile(browser: Browser, own_copy: Path, tmp_path: Path) -> Iterator[Server]:
    """Serve what was loaded from a workbook with hostile names."""
    annotated, corrected = tmp_path / "annotated.xlsx", tmp_path / FILE
    run(own_copy, "check", messy.write(tmp_path / "messy.xlsx"), "--annotated", annotated)
    messy.correct(annotated, corrected)
    book = openpyxl.load_workbook(corrected)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in ALIASES:
                    cell.value = ALIASES[cell.value]
    book.save(corrected)
    loaded = run(own_copy, "load", corrected)
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    port, log = free_port(), tmp_path / "log.txt"
    command = dashboard_command(own_copy, port)
    with served(command, port=port, log=log, environment=environment(own_copy)) as server:
        yield server


def test_names_and_operators_are_nowhere_markup(
    hostile: Server, own_copy: Path, another: Callable[[], Screen]
) -> None:
    communities = Warehouse(own_copy).table("community").set_index("name_zh")
    code = communities.loc[NAME, "community_code"]
    screen = another()
    shown = ""
    addresses = [*FIGURES, f"profile?community={code}", "explore?by=community&view=ranking"]
    for address in addresses:
        path = "" if address == "overview" else address
        screen.page.goto(f"{hostile.address}/{path}")
        screen.page.wait_for_timeout(500)
        screen.settle(figures=1 if FIGURES.get(address) else 0)
        if address == "own":
            screen.page.get_by_text("最近一次").first.click()
            expect(screen.page.get_by_text("evil.example").first).to_be_visible()
        assert screen.page.evaluate(_MARKUP) == [], address
        shown += screen.page.evaluate("() => document.body.textContent").replace("\u2060", "")
    assert NAME in shown
    assert OPERATOR in shown
    for form in ("report", "a3", "show"):
        to = own_copy.parent / f"{form}.html"
        assert run(own_copy, "brief", "--to", to, "--as", form).returncode == 0
        text = to.read_text(encoding="utf-8")
        assert "<a href=" not in text, form
        assert "<b>公寓" not in text, form
    for ending in ("pptx", "docx", "xlsx"):
        to = own_copy.parent / f"briefing.{ending}"
        assert run(own_copy, "brief", "--to", to).returncode == 0
        with zipfile.ZipFile(to) as archive:
            links = [name for name in archive.namelist() if name.endswith(".rels")]
            assert not any(b"evil" in archive.read(name) for name in links), ending
