"""Names of uploads become names of files, whatever they are."""

from pathlib import Path

import pytest

from dashboard.ui.own_data import file_name


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
    assert file_name(name) == expected


@pytest.mark.parametrize("name", ["x" * 300 + ".xlsx", "社" * 305 + ".parquet", "a." + "x" * 400])
def test_a_name_that_is_too_long_is_cut_and_keeps_its_ending(name: str, tmp_path: Path) -> None:
    made = file_name(name)
    (tmp_path / made).write_bytes(b"")
    assert len(made.encode()) <= 200
    assert made.endswith(Path(name).suffix[:8]) or len(Path(name).suffix) > 10
