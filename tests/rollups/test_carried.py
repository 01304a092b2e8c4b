"""What is carried to the workers makes the same pseudonyms there, where nothing is installed."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dashboard.rollups.carried import carried
from dashboard.rollups.people import key_there, pseudonym_maker

KINDS, TODAY = ("phone", "name"), date(2026, 1, 15)
CELLS = [
    ("13912345678", None), ("021-54123456", "王小明"), (None, "王小明（8岁）"), (None, "王小明"),
    ("1391234", "王小明"), (None, None), ("110101199003070011", "李四"), ("139****5678", None),
]  # fmt: skip
_BARE = """
import sys
sys.path.insert(0, sys.argv[1])
import json
from datetime import date
from dashboard.rollups.people import key_there, pseudonym_maker
given = json.load(sys.stdin)
made = pseudonym_maker(given["kinds"], date.fromisoformat(given["today"]), given["secret"])
told = [made(*cells) for cells in given["cells"]]
print(json.dumps({"told": told, "mark": key_there(given["secret"]), "none": key_there(given["none"])}))
"""


@pytest.fixture
def secret(tmp_path: Path) -> str:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text("ab" * 32)
    return str(file)


def test_a_bare_python_makes_the_same_of_them(secret: str, tmp_path: Path) -> None:
    given = {"kinds": KINDS, "today": str(TODAY), "secret": secret, "cells": CELLS}
    given["none"] = none = str(tmp_path / "none")
    with carried() as archive:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _BARE, str(archive)],
            input=json.dumps(given), capture_output=True, text=True, encoding="utf-8",
            cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not archive.exists()
    answer = json.loads(done.stdout)
    made = pseudonym_maker(KINDS, TODAY, secret)
    assert answer["told"] == [list(made(*cells)) for cells in CELLS]
    assert {fault for _, fault in answer["told"]} == {None, "digits", "blank", "masked"}
    assert answer["mark"] == list(key_there(secret))
    assert answer["none"] == list(key_there(none))
