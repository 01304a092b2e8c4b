"""Check that files are known by their bytes, read whole or not at all, and never trusted."""

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.contract.problem import Problem
from dashboard.intake import reading
from dashboard.intake.reading import read

FILES = Path(__file__).parent / "files"
ROWS: list[list[object]] = [["社区名称", "月份"], ["春申青年公寓", "2026-01"]]
TEXT = "\n".join(",".join(map(str, row)) for row in ROWS) + "\n"


def workbook(rows: list[list[object]] | None = None, **sheets: list[list[object]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": True})
    for name, cells in (sheets or {"月度入住": rows or ROWS}).items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


SOUND = workbook()


def told(path: Path) -> str:
    with pytest.raises(Problem) as caught:
        read(path)
    (words,) = caught.value.problems
    assert path.name in words.zh
    return words.en


def put(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, sign: str) -> None:
    file = put(tmp_path, "a.csv", TEXT.replace(",", sign).encode(encoding))
    (sheet,) = read(file).sheets
    assert sheet.rows == ROWS
    assert not sheet.typed


def test_a_workbook_under_any_name_is_a_workbook(tmp_path: Path) -> None:
    (sheet,) = read(put(tmp_path, "a.csv", workbook())).sheets
    assert (sheet.name, sheet.rows) == ("月度入住", ROWS)


def test_parquet_and_points_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame(ROWS[1:], columns=[str(name) for name in ROWS[0]])
    frame.to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").sheets[0].rows == ROWS
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([121.4], [31.1]), crs="EPSG:4326")
    points.to_file(tmp_path / "a.geojson", engine="pyogrio")
    points.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    (tmp_path / "shp").mkdir()
    points = points.rename(columns={"社区名称": "社区"})  # a Shapefile's names are short
    points.to_file(tmp_path / "shp" / "a.shp", engine="pyogrio", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in (tmp_path / "shp").iterdir():
            archive.write(part, part.name)
    for name in ("a.geojson", "a.gpkg", "a.zip"):
        (sheet,) = read(tmp_path / name).sheets
        assert sheet.rows[1][-2:] == [121.4, 31.1]
        assert sheet.rows[1][0] == "春申青年公寓"
        assert sheet.coordinates == "WGS-84"


def test_formula_errors_and_formulas_without_a_result_are_found(tmp_path: Path) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("甲")
    sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C2", "=1+1", None, 2)
    sheet.write_formula("D2", "=A1", None, "")
    book.close()
    (read_sheet,) = read(put(tmp_path, "a.xlsx", file.getvalue())).sheets
    assert read_sheet.failed == {(1, 1): "#DIV/0!", (1, 3): ""}
    assert read_sheet.rows[1][2] == 2


def test_an_old_workbook_is_read_with_its_failed_formulas() -> None:
    shown, hidden = read(FILES / "old.xls").sheets
    assert shown.merged == [(0, 0, 0, 10)]
    assert shown.rows[2][:7] == [
        "310112001-001",
        date(2026, 1, 31),
        "一间房",
        880,
        880,
        860,
        "８００",
    ]
    assert shown.failed == {(3, 6): "#DIV/0!", (4, 6): "#N/A", (5, 3): "#NAME?"}
    assert (shown.is_hidden, hidden.is_hidden) == (False, True)


def test_a_workbook_really_locked_is_told() -> None:
    assert "password" in told(FILES / "locked.xlsx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_old_workbook_is_told(tmp_path: Path, share: float) -> None:
    content = (FILES / "old.xls").read_bytes()
    assert told(put(tmp_path, "a.xls", content[: int(len(content) * share)]))


def test_a_formula_that_runs_a_program_is_read_as_its_result(tmp_path: Path) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("甲")
    sheet.write_formula("A1", "=cmd|' /C calc'!A0", None, "safe")
    sheet.write_string("A2", "=cmd|' /C calc'!A0")
    book.close()
    (read_sheet,) = read(put(tmp_path, "a.xlsx", file.getvalue())).sheets
    assert read_sheet.rows == [["safe"], ["=cmd|' /C calc'!A0"]]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_told(tmp_path: Path, share: float) -> None:
    content = workbook()
    assert "cut short" in told(put(tmp_path, "a.xlsx", content[: int(len(content) * share)]))


def test_a_protected_workbook_is_told(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in told(put(tmp_path, "a.xlsx", ole))


def test_a_zip_with_locked_members_is_told(tmp_path: Path) -> None:
    content = bytearray(workbook())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 4)
    assert "password" in told(put(tmp_path, "a.xlsx", bytes(content)))


@pytest.mark.parametrize("start", [b"<html><table>", b"\xef\xbb\xbf\r\n<!DOCTYPE html>"])
def test_a_web_page_called_xls_is_told(tmp_path: Path, start: bytes) -> None:
    assert "web page" in told(put(tmp_path, "a.xls", start + b"<tr><td>1</td></tr>"))


def test_a_zip_bomb_is_told_before_it_is_unpacked(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(120):
                member.write(bytes(1_000_000))
    assert "would unpack to 120 MB" in told(put(tmp_path, "a.xlsx", file.getvalue()))


def test_a_zip_that_lies_about_its_size_is_told(tmp_path: Path) -> None:
    content = bytearray(workbook([["x" * 50_000]]))
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 24 : place + 28] = struct.pack("<I", 10)
        place = content.find(b"PK\x01\x02", place + 4)
    assert "damaged" in told(put(tmp_path, "a.xlsx", bytes(content)))


def test_one_cell_far_away_is_told_and_takes_no_memory(tmp_path: Path) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("远")
    sheet.write("A1", "社区名称")
    sheet.write("XFD1048576", 1)
    book.close()
    assert "reaches over 1048576 rows" in told(put(tmp_path, "a.xlsx", file.getvalue()))


def test_three_hundred_columns_are_read(tmp_path: Path) -> None:
    row: list[object] = [f"列{number}" for number in range(300)]
    (sheet,) = read(put(tmp_path, "a.xlsx", workbook([row, row]))).sheets
    assert len(sheet.rows[0]) == 300


def test_an_empty_file_and_a_missing_one_are_told(tmp_path: Path) -> None:
    assert "is empty" in told(put(tmp_path, "a.csv", b"\xef\xbb\xbf".strip(b"\xef\xbb\xbf")))
    assert "can't be read" in told(tmp_path / "none.csv")


def test_a_file_replaced_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path, "a.csv", TEXT.encode())
    read_bytes = Path.read_bytes

    def replaced_meanwhile(path: Path) -> bytes:
        content = read_bytes(path)
        other = put(tmp_path, "other", b"other,\n")
        other.replace(path)
        return content

    monkeypatch.setattr(Path, "read_bytes", replaced_meanwhile)
    assert "changed while it was read" in told(file)


def test_a_file_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert "larger than" in told(put(tmp_path, "a.csv", TEXT.encode()))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"PAR1",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"{",
            b"SQLite format 3\0",
        ]
    ),
)
def test_bytes_that_are_no_table_are_told_or_read_as_text(
    tmp_path: Path, content: bytes, start: bytes
) -> None:
    file = put(tmp_path, "fuzz.bin", start + content)
    try:
        read(file)
    except Problem as problem:
        assert all(words.zh and words.en for words in problem.problems)


def test_a_damaged_stream_in_a_sound_zip_is_told(tmp_path: Path) -> None:
    content = bytearray(SOUND)
    content[49] = 0  # found by the fuzzing below: zlib says it in its own way
    assert "damaged" in told(put(tmp_path, "a.xlsx", bytes(content)))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.sampled_from([SOUND, (FILES / "old.xls").read_bytes()]), st.data())
def test_a_damaged_workbook_is_told_or_read(
    tmp_path: Path, sound: bytes, data: st.DataObject
) -> None:
    content = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(put(tmp_path, "fuzz.xlsx", bytes(content)))
    except Problem as problem:
        assert problem.problems
