"""Have another program render the files: LibreOffice, where it is installed."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.brief.docx import as_docx
from dashboard.brief.powerpoint.deck import as_pptx
from dashboard.brief.slides import Brief
from dashboard.contract.words import Language
from tests.brief.conftest import Make

pytestmark = [
    pytest.mark.typefaces,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]
PATIENCE_S = 240


def pages(file: Path) -> int:
    """Render a file as PDF, with no settings but the program's own, and count its pages."""
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run(
        [*command, str(file.parent), str(file)], check=True, capture_output=True, timeout=PATIENCE_S
    )
    return len(re.findall(rb"/Type\s*/Page\b", file.with_suffix(".pdf").read_bytes()))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("ending", "write", "least", "most"), [("pptx", as_pptx, 0, 0), ("docx", as_docx, -7, -2)]
)
def test_every_page_is_rendered(
    make: Make,
    tmp_path: Path,
    ending: str,
    write: Callable[[Brief], bytes],
    least: int,
    most: int,
    language: Language,
) -> None:
    file = tmp_path / f"brief.{ending}"
    brief = make(None, None, language)
    file.write_bytes(write(brief))
    assert brief.total + least <= pages(file) <= brief.total + most
