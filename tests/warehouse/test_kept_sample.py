"""The sample is made once for what it follows from, and made again when that changes."""

import shutil
import time
from pathlib import Path

import pytest

from dashboard.contract.problem import Problem
from dashboard.paths import DATA
from dashboard.warehouse import sample as module
from dashboard.warehouse.geography import schematic_towns
from dashboard.warehouse.sample import sample_folder

SHAPES = schematic_towns(DATA / "geography" / "schematic.json")


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_KEPT", tmp_path / "kept")
    return tmp_path / "kept"


def made(tmp_path: Path, *, data: Path = DATA, seed: int = 3, attendances: int = 500) -> Path:
    return sample_folder(
        data=data, shapes=SHAPES, seed=seed, attendances=attendances,
        beside=tmp_path / "beside", progress=lambda share: None,
    )  # fmt: skip


def test_the_same_sample_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(tmp_path)

    def refuse(*arguments: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(module, "_generate", refuse)
    assert made(tmp_path) == first
    with pytest.raises(AssertionError, match="made again"):
        made(tmp_path, seed=4)


def test_other_facts_make_another_sample(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("towns.csv", "named_communities.csv"):
        shutil.copy(DATA / name, data)
    first = made(tmp_path, data=data)
    towns = data / "towns.csv"
    towns.write_text(towns.read_text(encoding="utf-8").replace("莘庄", "辛庄"), encoding="utf-8")
    assert made(tmp_path, data=data) != first


def test_a_large_one_is_made_beside_and_not_kept(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT_ATTENDANCES", 400)
    assert made(tmp_path) == tmp_path / "beside"
    assert not kept.exists()


def test_what_fails_leaves_nothing_and_says_why(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    with pytest.raises(Problem, match="The sample can't be made"):
        made(tmp_path)
    assert list(kept.iterdir()) == []


def test_those_used_longest_ago_are_forgotten(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 2)
    # What is in them is no matter here, but when each was made is.
    monkeypatch.setattr(module, "_generate", lambda *_: time.sleep(0.05))
    first, second = made(tmp_path, seed=1), made(tmp_path, seed=2)
    assert made(tmp_path, seed=1) == first
    third = made(tmp_path, seed=3)
    assert set(kept.iterdir()) == {first, third}
    assert not second.exists()
