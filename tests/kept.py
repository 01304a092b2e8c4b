"""Build a test's warehouse once for what it is built from, and give copies of it."""

import hashlib
import os
import shutil
from datetime import date
from functools import cache
from pathlib import Path

from dashboard.paths import DATA, QUERIES, ROOT
from dashboard.warehouse.build import build
from dashboard.warehouse.sample import DEFAULT_SEED

_KEPT = DATA / "built" / "tests"
_MOST_KEPT = 6
# All that a build reads or runs: the layers hold it to these.
_SOURCES = (
    ROOT / "dashboard" / "contract",
    ROOT / "dashboard" / "warehouse",
    ROOT / "dashboard" / "paths.py",
    ROOT / "dashboard" / "__init__.py",
    ROOT / "requirements.txt",
    QUERIES / "build",
    DATA,
)
_MADE = (DATA / "built", DATA / "own")


def warehouse_of_sample(to: Path, *, attendances: int, seed: int = DEFAULT_SEED) -> Path:
    """Put a warehouse of the sample at ``to``."""
    kept = _KEPT / f"{_digest_of_sources()}-{attendances}-{seed}.duckdb"
    if not kept.is_file():
        made = build(data=DATA, to=to, attendances=attendances, seed=seed)
        _keep(made, kept)
        return made
    kept.touch()
    to.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(kept, to))


@cache
def _digest_of_sources() -> str:
    # A warehouse says on which day it was built.
    digest = hashlib.sha256(date.today().isoformat().encode())
    for source in _SOURCES:
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            is_made = "__pycache__" in path.parts or any(map(path.is_relative_to, _MADE))
            if path.is_file() and not is_made:
                digest.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _keep(made: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    copy = kept.with_name(f"copying-{os.getpid()}")
    shutil.copy(made, copy)
    copy.replace(kept)
    by_age = sorted(kept.parent.glob("*.duckdb"), key=lambda each: each.stat().st_mtime)
    for old in by_age[:-_MOST_KEPT]:
        old.unlink(missing_ok=True)
