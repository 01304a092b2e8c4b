"""Check that what would be read wrongly without a word is read right, or told."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import MultiPoint, Point

from dashboard.contract.problem import Problem
from dashboard.intake import reading
from dashboard.intake.checking import Reading
from dashboard.intake.faults import Check
from dashboard.intake.loading import Places, check
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

HOUSING = ["社区代码", "月份", "房源层次", "房源", "建成供应", "可租", "已租", "可住人数", "入住居民", "迁入", "迁出"]  # fmt: skip
PROPOSALS = "proposal_code,community_code,proposal_category,raised_on,accepted_on,settled_on,stage,is_reopened,responsible_unit,proposal_text"
Key = Callable[[], bytes]
Checked = Callable[..., Check]


@pytest.fixture
def codes(sample: Path) -> list[str]:
    return sorted(Warehouse(sample).table("community")["community_code"])[:4]


@pytest.fixture
def checked(places: Places, key: Key, tmp_path: Path) -> Checked:
    def check_content(content: bytes | str, name: str = "a.csv") -> Check:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return check([file], places, Reading(messy.TODAY, key))

    return check_content


def month(code: str, let: object = 171, when: str = "2026-02") -> list[Any]:
    return [code, when, "间", 200, 200, 190, let, 400, 230, 5, 4]


def workbook(rows: list[list[Any]], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "月度入住"
    for row in rows:
        sheet.append(row)
    change(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_text(rows: list[list[Any]]) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def told(found: Check) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found.faults]


# Cells ------------------------------------------------------------------------------------


def test_a_percent_cell_is_no_count(checked: Checked, codes: list[str]) -> None:
    def as_percent(sheet: Any) -> None:
        sheet["G2"].number_format = "0%"

    found = checked(workbook([HOUSING, month(codes[0], 1)], as_percent), "a.xlsx")
    assert told(found) == [("G2", "number")]
    assert found.faults[0].value == "100%"


@pytest.mark.parametrize("heading", ["青年占比", "青年占比（%）"])
def test_a_percent_cell_is_a_share(checked: Checked, sample: Path, heading: str) -> None:
    town = Warehouse(sample).table("community")["town_code"].iloc[0]
    head = ["名称", "街镇", "运营方", "社区类型", "开业日期", heading, "经度", "纬度", "坐标系"]
    row = ["新寓", town, "某运营", "长租公寓", "2021-06-01", 0.6, 121.38, 31.11, "WGS-84"]

    def as_percent(sheet: Any) -> None:
        sheet.title = "社区"
        sheet["F2"].number_format = "0%"

    found = checked(workbook([head, row], as_percent), "a.xlsx")
    assert found.frames["community"]["youth_share"].tolist() == [0.6]


def test_hidden_rows_and_columns_are_read_and_that_is_said(
    checked: Checked, codes: list[str]
) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["J"].hidden = True

    found = checked(workbook([HOUSING, month(codes[0]), month(codes[1])], hide), "a.xlsx")
    assert len(found.frames["occupancy"]) == 2
    said = " ".join(words.en for words in found.warnings)
    assert "1 hidden or filtered row is read too" in said
    assert "the hidden column “迁入” is read too" in said


def prefilled(code: str, result: str) -> bytes:
    """Write a workbook with thirty rows of formulas below its one row."""
    formulas = "".join(
        f'<row r="{row}"><c r="G{row}"{result}><f>IF(A{row}="","",1)</f><v></v></c></row>'
        for row in range(3, 33)
    )
    file, changed = io.BytesIO(workbook([HOUSING, month(code)])), io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", f"{formulas}</sheetData>".encode())
            new.writestr(name, text)
    return changed.getvalue()


def test_prefilled_formulas_that_give_nothing_are_no_rows(
    checked: Checked, codes: list[str]
) -> None:
    found = checked(prefilled(codes[0], ' t="str"'), "a.xlsx")
    assert told(found) == []
    assert len(found.frames["occupancy"]) == 1


def test_formulas_never_calculated_are_told_and_nothing_else_of_their_rows(
    checked: Checked, codes: list[str]
) -> None:
    found = checked(prefilled(codes[0], ""), "a.xlsx")
    assert told(found) == [(f"G{row}", "formula") for row in range(3, 33)]


# Rows that are no rows --------------------------------------------------------------------


def test_lines_printed_below_a_table_are_remarks(checked: Checked, codes: list[str]) -> None:
    below = ["打印时间：2026-03-01 10:00", "第1页 共1页", "以下空白", "Page 1 of 1"]
    found = checked(csv_text([HOUSING, month(codes[0]), *([line] for line in below)]))
    assert told(found) == []
    assert found.notes["occupancy", "", "remark"] == len(below)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_repeated_headings_and_the_titles_over_them_are_left_out(
    checked: Checked, codes: list[str], kind: str
) -> None:
    assert {code[:9] for code in codes[:2]} == {"310112001"}
    town = ["江川路街道"]
    rows = [town, HOUSING, month(codes[0]), [], town, HOUSING, month(codes[1])]
    content = csv_text(rows) if kind == "csv" else workbook(rows)
    found = checked(content, f"a.{kind}")
    assert told(found) == []
    assert len(found.frames["occupancy"]) == 2
    assert found.notes["occupancy", "", "heading"] == 1


def test_headings_in_another_order_are_one_fault(checked: Checked, codes: list[str]) -> None:
    rows = [HOUSING, month(codes[0]), HOUSING[::-1], month(codes[1])[::-1], month(codes[2])[::-1]]
    assert told(checked(csv_text(rows))) == [("A3", "headings")]


def test_an_unquoted_comma_is_told_at_its_row(checked: Checked, codes: list[str]) -> None:
    row = (
        f"T-{{}},{codes[0]},transport,2026-02-02,2026-02-03,2026-02-10,self_service,no,town,{{}}\n"
    )
    text = PROPOSALS + "\n" + row.format(1, "增设班车") + row.format(2, "增设班车,最好早晚各一班")
    assert told(checked(text)) == [("K3", "cells")]
    assert told(checked(PROPOSALS + "\n" + row.format(2, "增设班车,早晚"))) == [("K2", "cells")]
    assert told(checked(text.replace("车,最", "车，最").replace("\n", ",,\n"))) == []


# Instants, encodings, geography -----------------------------------------------------------


def proposal(code: str, **days: Any) -> pd.DataFrame:
    row = ["T-1", code, "transport", None, None, None, "self_service", "no", "town", "增设班车"]
    return pd.DataFrame([row], columns=PROPOSALS.split(",")).assign(**days)


def utc(text: str) -> pd.DatetimeIndex:
    return pd.to_datetime([text], utc=True)


def test_instants_in_utc_are_of_the_day_in_shanghai(
    checked: Checked, codes: list[str], tmp_path: Path
) -> None:
    frame = proposal(
        codes[0],
        raised_on=utc("2026-01-31T16:00:00Z"),
        accepted_on=utc("2026-02-02T15:59:59Z"),
        settled_on=pd.to_datetime(["2026-02-10T23:00:00"]),
    )
    frame.to_parquet(tmp_path / "proposal.parquet")
    found = checked((tmp_path / "proposal.parquet").read_bytes(), "a.parquet").frames["proposal"]
    assert [str(found[name][0].date()) for name in ("raised_on", "accepted_on", "settled_on")] == [
        "2026-02-01", "2026-02-02", "2026-02-10",
    ]  # fmt: skip


def test_months_in_utc_are_the_months_of_shanghai(
    checked: Checked, codes: list[str], tmp_path: Path
) -> None:
    names = ["community_code", "month", "tier", "dwelling_count", "supply_count", "available_count",
             "let_count", "capacity_count", "resident_count", "move_in_count", "move_out_count"]  # fmt: skip
    frame = pd.DataFrame([month(codes[0])], columns=names).assign(month=utc("2026-01-31T16:00Z"))
    frame.to_parquet(tmp_path / "occupancy.parquet")
    found = checked((tmp_path / "occupancy.parquet").read_bytes(), "a.parquet")
    assert str(found.frames["occupancy"]["month"][0].date()) == "2026-02-01"


def test_instants_of_no_time_zone_are_told(
    checked: Checked, codes: list[str], tmp_path: Path
) -> None:
    frame = proposal(codes[0], raised_on=pd.to_datetime(["2026-01-31T16:00:00"]))
    frame.to_parquet(tmp_path / "a", use_deprecated_int96_timestamps=True)
    with pytest.raises(Problem, match="INT96.* of raised_on"):
        checked((tmp_path / "a").read_bytes(), "a.parquet")


def communities(points: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    count = len(points)
    frame = {"名称": [f"新寓{n}" for n in range(count)], "街镇": ["七宝镇"] * count,
             "社区类型": ["长租公寓"] * count, "开业日期": ["2021-06-01"] * count}  # fmt: skip
    return gpd.GeoDataFrame(frame | columns, geometry=points, crs="EPSG:4326")


def test_instants_of_a_geopackage_are_of_the_day_in_shanghai(
    checked: Checked, tmp_path: Path
) -> None:
    opened = pd.to_datetime(["2021-05-31T16:00:00Z", None], utc=True)
    communities([Point(121.35, 31.15)] * 2, 开业日期=opened).to_file(tmp_path / "b.gpkg")
    found = checked((tmp_path / "b.gpkg").read_bytes(), "a.gpkg")
    assert str(found.frames["community"]["opened_on"][0].date()) == "2021-06-01"
    assert found.frames["community"]["opened_on"].isna().tolist() == [False, True]


def test_multipoints_of_one_point_are_points(checked: Checked, tmp_path: Path) -> None:
    points = [MultiPoint([(121.351, 31.156)]), Point(121.355, 31.158)]
    communities(points).to_file(tmp_path / "b.geojson")
    found = checked((tmp_path / "b.geojson").read_bytes(), "a.geojson")
    assert found.frames["community"]["lon"].tolist() == [121.351, 121.355]


def test_multipoints_of_several_points_are_told(checked: Checked, tmp_path: Path) -> None:
    points = [Point(121.355, 31.158), MultiPoint([(121.351, 31.156), (121.352, 31.157)])]
    communities(points).to_file(tmp_path / "b.geojson")
    with pytest.raises(Problem, match="features 2 have several points each"):
        checked((tmp_path / "b.geojson").read_bytes(), "a.geojson")


def shapefile(
    folder: Path, frame: gpd.GeoDataFrame, encoding: str, cut: bytes = b"", **parts: str
) -> bytes:
    """Zip a Shapefile, parts of it replaced, the name of the place cut short in the middle."""
    folder = folder / "shapes"
    folder.mkdir(parents=True)
    frame = frame.rename(columns={"社区类型": "类型", "开业日期": "开业"})  # names are short there
    frame.to_file(folder / "b.shp", encoding=encoding)
    if cut:
        table = (folder / "b.dbf").read_bytes()
        name = "新寓0".encode()
        (folder / "b.dbf").write_bytes(table.replace(name, cut.ljust(len(name))))
    for ending, text in parts.items():
        (folder / f"b.{ending}").write_text(text)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", ["UTF-8", "GBK", "936", "OEM", "nonsense"])
def test_texts_of_a_shapefile_are_read_whatever_it_declares(
    checked: Checked, tmp_path: Path, encoding: str, declared: str
) -> None:
    content = shapefile(tmp_path, communities([Point(121.35, 31.15)]), encoding, cpg=declared)
    found = checked(content, "a.zip")
    assert found.frames["community"]["name_zh"].tolist() == ["新寓0"]


def test_garbled_texts_of_a_shapefile_are_told(checked: Checked, tmp_path: Path) -> None:
    frame = communities([Point(121.35, 31.15)])
    for kind in ("gb18030", "utf-8"):
        content = shapefile(tmp_path / kind, frame, "utf-8", cpg=kind, cut="新寓".encode()[:5])
        with pytest.raises(Problem, match="its texts are garbled"):
            checked(content, "a.zip")


LOCAL = 'LOCAL_CS["Shanghai 2000",UNIT["metre",1]]'


def test_points_in_a_system_of_the_city_are_told(checked: Checked, tmp_path: Path) -> None:
    content = shapefile(tmp_path, communities([Point(-10_000, -9_000)]), "utf-8", prj=LOCAL)
    with pytest.raises(Problem, match="“Shanghai 2000” cannot be converted to WGS-84"):
        checked(content, "a.zip")


def test_degrees_minutes_and_seconds_are_read(checked: Checked) -> None:
    head = "名称,街镇,社区类型,开业日期,经度,纬度,坐标系\n"
    row = "新寓,七宝镇,长租公寓,2021-06-01,121°21′03.6″,31°09′21.6″,WGS-84\n"
    rows = checked(head + row).frames["community"]
    assert rows[["lon", "lat"]].values.tolist() == [[121.351, 31.156]]


SENTENCE = "希望增設接駁班車並延長夜間照明"


def test_big5_is_told_and_not_stored(checked: Checked, codes: list[str]) -> None:
    row = f"T-1,{codes[0]},transport,2026-02-02,,,self_service,no,town,{SENTENCE}"
    with pytest.raises(Problem, match="garbled when read as GB18030"):
        checked(f"{PROPOSALS}\n{row}\n".encode("big5"))
    (text,) = checked(f"{PROPOSALS}\n{row}\n".encode("gb18030")).frames["proposal"].proposal_text
    assert text == SENTENCE


def test_damaged_utf_8_is_told(checked: Checked, codes: list[str]) -> None:
    row = f"T-1,{codes[0]},transport,2026-02-02,,,self_service,no,town,".encode()
    text = "希望增设接驳班车".encode()
    with pytest.raises(Problem, match="garbled when read as GB18030"):
        checked(f"{PROPOSALS}\n".encode() + row + text[:-2] + b"\n")


def test_a_mark_of_the_end_is_no_row(checked: Checked, codes: list[str]) -> None:
    found = checked(csv_text([HOUSING, month(codes[0])]).encode("gb18030") + b"\x1a\r\n\x1a")
    assert told(found) == []
    assert len(found.frames["occupancy"]) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('<?mso-application progid="Excel.Sheet"?><Workbook/>', "XML Spreadsheet 2003"),
        ('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML Spreadsheet 2003"),
        ('<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>', ".fods"),
        ("<rows/>", "is an XML file"),
        ('<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>', "web page"),
    ],
)  # fmt: skip
def test_other_xml_is_called_what_it_is(checked: Checked, content: str, kind: str) -> None:
    with pytest.raises(Problem, match=kind):
        checked('<?xml version="1.0"?>\n' + content, "a.xls")


def test_a_text_of_too_many_lines_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINES", 1_000)
    with pytest.raises(Problem, match="too large a table"):
        reading.csv_sheet(Path("a.csv"), b"a\n" * 1_002)


VOTES = "社区代码,表决日期,表决事项,选项,得票,投票人数"


@pytest.mark.parametrize(
    ("votes", "voters", "codes_told"),
    [
        ((30, 20), (50, 50), []),
        ((30, 21), (50, 50), ["votes"] * 2),
        ((3, 2), (50, 40), ["voters"] * 2),
    ],
)
def test_a_vote_adds_up_to_no_more_than_its_voters(
    checked: Checked, codes: list[str], votes: tuple[int, int], voters: tuple[int, int],
    codes_told: list[str],
) -> None:  # fmt: skip
    rows = [
        f"{codes[0]},2026-02-01,屋顶作什么用,{option},{count},{of}"
        for option, count, of in zip(("花园", "健身"), votes, voters, strict=True)
    ]
    found = checked("\n".join([VOTES, *rows]), "空间表决.csv")
    assert [fault.code for fault in found.faults] == codes_told


@pytest.mark.parametrize(
    ("answers", "score", "highest", "code"),
    [("40", "3.9", "5", None), ("4", "3.9", "5", "few"), ("40", "5.1", "5", "scale"), ("40", "0.9", "5", "range")],
)  # fmt: skip
def test_a_survey_of_few_or_beyond_its_scale_is_told(
    checked: Checked, codes: list[str], answers: str, score: str, highest: str, code: str | None
) -> None:
    head = "社区代码,调查日期,有效答卷,归属感平均分,满分"
    found = checked(f"{head}\n{codes[0]},2026-02-01,{answers},{score},{highest}", "归属感调查.csv")
    assert [fault.code for fault in found.faults] == ([code] if code else [])


def test_a_club_does_not_end_before_it_begins(checked: Checked, codes: list[str]) -> None:
    head = "社区代码,社团类别,牵头人类型,社团成员,起始日期,终止日期"
    row = f"{codes[0]},文艺,学长,12,2025-03-01,2025-02-28"
    found = checked(f"{head}\n{row}", "社团.csv")
    assert [fault.code for fault in found.faults] == ["order"]


def test_what_came_of_a_proposal_is_taken_masked(checked: Checked, codes: list[str]) -> None:
    head = PROPOSALS.replace("proposal_text", "提出渠道,办理结果,已回复居民")
    row = f"T-1,{codes[0]},transport,2026-02-02,2026-02-03,2026-02-09,self_service,no,town,社长下午茶,已加班车，问13800000000,是"
    (one,) = checked(f"{head}\n{row}").frames["proposal"].to_dict("records")
    assert (one["channel"], one["is_replied"]) == ("manager_tea", True)
    assert "13800000000" not in one["outcome_text"]
    assert one["outcome_text"].startswith("已加班车")
