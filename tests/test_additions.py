"""What ARCHITECTURE.md says to touch is enough: a figure and a page are added in a scratch copy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.paths import ROOT

PAGE = '''"""Residents, month by month."""

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.figures.common import months_line
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import NOTHING, Choices, Page, row
from dashboard.insight.headline import Headline
from dashboard.language import Say


def title(say: Say) -> str:
    return say("新页")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return NOTHING
    return Page(Headline(ask.say("新页的一句话"), ""), rows=(row(residents(ask)),))


@remembered
def residents(ask: Questions) -> Figure:
    counted = ask.district_months()
    caption = Caption(ask.say("居民，逐月"), ask.say("月末，人"), ask.as_of())
    return months_line(ask, "residents", "residents", counted, caption, 240)
'''
ENGLISH = """
msgid "新页"
msgstr "A new page"

msgid "新页的一句话"
msgstr "One sentence of it"

msgid "居民，逐月"
msgstr "Residents by month"

msgid "月末，人"
msgstr "Persons at the month's end"
"""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the checkout and add to it what the table's row names, and nothing else."""
    here = tmp_path_factory.mktemp("scratch")
    made = shutil.ignore_patterns("__pycache__", "built", "own", "node_modules", "screenshots")
    for name in ("dashboard", "queries", "data", "tests"):
        shutil.copytree(ROOT / name, here / name, ignore=made)
    shutil.copy(ROOT / "pyproject.toml", here)
    folder = here / "dashboard/subjects/added"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "page.py").write_text(PAGE, encoding="utf-8")
    pages = here / "dashboard/subjects/pages.py"
    text = pages.read_text(encoding="utf-8")
    text = text.replace(
        "\n\n\n@dataclass",
        "\nfrom dashboard.subjects.added import page as added\n\n\n@dataclass",
        1,
    )
    text = text.replace(
        "PAGES = {", 'PAGES = {\n    "added": Declared(added.title, added.page),', 1
    )
    pages.write_text(text, encoding="utf-8")
    with (here / "dashboard/locale/en.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write(ENGLISH)
    return here


def run(scratch: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(scratch)}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=scratch, env=environment, capture_output=True, encoding="utf-8",
    )  # fmt: skip


def test_an_added_page_is_made_with_its_figure(scratch: Path, warehouse_file: Path) -> None:
    at = ("--warehouse", str(warehouse_file))
    made = run(scratch, "dashboard", "page", "added?lang=en", *at)
    assert made.returncode == 0, made.stderr
    page = json.loads(made.stdout)
    assert "One sentence of it" in json.dumps(page)
    (figure,) = page["figures"].values()
    assert "Residents by month" in json.dumps(figure)
    rows = run(scratch, "dashboard", "figure", "added/residents", "--as", "csv", *at)
    assert rows.returncode == 0, rows.stderr
    assert len(rows.stdout.splitlines()) > 12


def test_the_tests_of_the_project_miss_nothing_of_it(scratch: Path) -> None:
    tests = ["tests/test_project.py", "-k", "sentence or text or chinese or import", "-n", "0"]
    checked = run(scratch, "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert checked.returncode == 0, checked.stdout
