"""Give the tests of the intake a warehouse of their own, and a key."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.intake.loading import Places
from dashboard.paths import (
    DATA,
    OWN_VARIABLE,
    PSEUDONYM_KEY_FILE_VARIABLE,
    PSEUDONYM_KEY_VARIABLE,
    WAREHOUSE_VARIABLE,
)
from tests.kept import warehouse_of_sample

FEW = 2_000
KEY = b"a key for tests, sixteen and more"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("sample") / "minhang.duckdb"
    return warehouse_of_sample(to, attendances=FEW, seed=5)


@pytest.fixture
def places(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Lay out a warehouse of the sample that loads may change."""
    here = tmp_path / "place"
    here.mkdir()
    warehouse = Path(shutil.copy(sample, here / "minhang.duckdb"))
    monkeypatch.setenv(OWN_VARIABLE, str(here / "own"))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(warehouse))
    monkeypatch.setenv(PSEUDONYM_KEY_FILE_VARIABLE, str(tmp_path / "keys" / "pseudonym.key"))
    monkeypatch.delenv(PSEUDONYM_KEY_VARIABLE, raising=False)
    return Places(DATA, here / "own", warehouse)


@pytest.fixture(scope="session")
def key() -> Callable[[], bytes]:
    return lambda: KEY
