"""Check that uploads take no more memory than their bounds, and that names are fit for files."""

from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from dashboard.ui import uploads


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    monkeypatch.setattr(uploads, "MOST_OF_ONE", 100)
    monkeypatch.setattr(uploads, "MOST_OF_ALL", 250)
    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", uploads._add_file)
    uploads.bound_uploads()
    return MemoryUploadedFileManager("/upload")


def sizes(manager: MemoryUploadedFileManager) -> list[int]:
    return [len(f.data) for files in manager.file_storage.values() for f in files.values()]


def add(manager: MemoryUploadedFileManager, session: str, name: str, size: int) -> None:
    manager.add_file(session, UploadedFileRec(name, name, "text/csv", bytes(size)))


def test_one_session_keeps_no_more_than_its_share(manager: MemoryUploadedFileManager) -> None:
    for number in range(6):
        add(manager, "one", f"{number}.csv", 40)
    assert sizes(manager) == [40, 40, 0, 0, 0, 0]
    manager.remove_file("one", "0.csv")
    add(manager, "one", "again.csv", 40)
    assert sum(sizes(manager)) == 80


def test_all_sessions_keep_no_more_than_the_server_may(manager: MemoryUploadedFileManager) -> None:
    for number in range(4):
        add(manager, str(number), "a.csv", 90)
    assert sizes(manager) == [90, 90, 0, 0]
    manager.remove_session_files("0")
    add(manager, "4", "a.csv", 90)
    assert sum(sizes(manager)) == 180


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("居民台账.xlsx", "居民台账.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.csv", "a.csv"),
        ("a\0b<c>:d.xlsx", "a_b_c__d.xlsx"),
        ("..", "file"),
        ("", "file"),
        ("folder/", "file"),
        (".xlsx", "xlsx"),
        ("a.tar.gz", "a.tar.gz"),
    ],
)
def test_names_hold_no_path_and_no_sign_that_a_system_refuses(name: str, expected: str) -> None:
    assert uploads.file_name(name) == expected


@pytest.mark.parametrize("name", ["x" * 300 + ".xlsx", "社" * 305 + ".parquet", "a." + "x" * 400])
def test_a_name_that_is_too_long_is_cut_and_keeps_its_ending(name: str, tmp_path: Path) -> None:
    made = uploads.file_name(name)
    (tmp_path / made).write_bytes(b"")
    assert len(made.encode()) <= 200
    assert made.endswith(Path(name).suffix[:8]) or len(Path(name).suffix) > 10
