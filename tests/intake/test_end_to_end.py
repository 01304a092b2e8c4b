"""Take the messy workbook all the way: check, annotated copy, corrected, loaded, counted, undone."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dashboard.cli.main import main
from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.contract.tables import TABLES
from dashboard.insight.facts import community_facts
from dashboard.intake.checking import Reading
from dashboard.intake.loading import Loaded, Places, Submission, check, load, undo
from dashboard.intake.report import report
from dashboard.language import Say
from dashboard.warehouse.store import Warehouse
from tests.intake import messy

Key = Callable[[], bytes]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return messy.write(tmp_path / "messy.xlsx")


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def corrected(workbook: Path, places: Places, key: Key) -> Path:
    from dashboard.intake.annotating import annotate

    found = check([workbook], places, Reading(messy.TODAY, key))
    (copy,) = annotate([workbook], found, workbook.with_name("annotated.xlsx"))
    return messy.correct(copy, workbook.with_name("corrected.xlsx"))


def loaded(workbook: Path, places: Places, key: Key) -> Loaded:
    return load(
        [corrected(workbook, places, key)], places, Reading(messy.TODAY, key), Submission("tester")
    )


def district(places: Places) -> pd.DataFrame:
    warehouse = Warehouse(places.warehouse)
    months = warehouse.months
    return warehouse.run("district_by_month", Filters(months[0], months[-1]).parameters())


def test_every_fault_of_the_messy_workbook_is_told_at_its_cell(
    workbook: Path, places: Places, key: Key
) -> None:
    found = check([workbook], places, Reading(messy.TODAY, key))
    assert {(fault.sheet, fault.cell): fault.code for fault in found.faults} == messy.FAULTS
    lines = list(report(found))
    said = "\n".join(words.zh for words in lines)
    assert "messy.xlsx 社区名单!C9：“虹桥”：" in said
    assert "是否指 马桥镇" in said
    assert all(words.zh and words.en for words in lines)


def test_nothing_is_loaded_while_there_are_faults(workbook: Path, places: Places, key: Key) -> None:
    before = places.warehouse.read_bytes()
    result = load([workbook], places, Reading(messy.TODAY, key), Submission("tester"))
    assert result.is_refused
    assert result.batch is None
    assert places.warehouse.read_bytes() == before
    assert not (places.own / "current").exists()


def test_the_annotated_copy_marks_every_fault_and_keeps_the_rest(
    workbook: Path, tmp_path: Path, places: Places
) -> None:
    copy = tmp_path / "annotated.xlsx"
    result = command("check", workbook, "--annotated", copy)
    assert result.exit_code == 1
    book = openpyxl.load_workbook(copy)
    original = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["检查结果", *original.sheetnames]
    for sheet, cell in messy.FAULTS:
        assert book[sheet][cell].comment is not None, (sheet, cell)
        assert book[sheet][cell].fill.fgColor.rgb.endswith("FFC7CE")
    for sheet in original.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert book[sheet.title][cell.coordinate].value == cell.value


def test_the_corrected_copy_is_loaded_and_counted(workbook: Path, places: Places, key: Key) -> None:
    result = loaded(workbook, places, key)
    assert [f"{f.sheet}!{f.cell} {f.code} {f.value}" for f in result.check.faults] == []
    assert result.batch == 1
    warehouse = Warehouse(places.warehouse)
    assert warehouse.about["sample_tables"] == ""
    optional = [table.name for table in TABLES if table.is_optional and table.is_sample]
    assert warehouse.about["empty_tables"] == ";".join(["organisation", *optional])
    rows = district(places).set_index("month")
    january = rows.loc["2026-01-01"]
    assert january["community_count"] == 9
    assert january["committee_community_count"] == 3
    assert january["home_count"] == 1
    assert (
        january["resident_count"] == 1010 + 40 + 900 + 450 + 500 + 12 + 170 + 120 + 120 + 120 + 120
    )
    assert january["bed_supply_count"] == 500
    december = rows.loc["2025-12-01"]
    assert december["resident_count"] == 1000 + 121 + 440
    assert warehouse.row_count("attendance") == 5


def test_what_people_type_is_read_as_it_was_meant(workbook: Path, places: Places, key: Key) -> None:
    loaded(workbook, places, key)
    warehouse = Warehouse(places.warehouse)
    community = warehouse.table("community", exact=True).set_index("name_zh")
    assert community.loc["春申青年公寓", "town_code"] == "310112101"
    assert community.loc["春申青年公寓", "youth_share"] == 0.62
    assert community.loc["浦江之星", "youth_share"] == 0.71
    assert community.loc["七宝驿站", "opened_on"] == pd.Timestamp("2023-01-01")
    assert set(community["origin"]) == {"own"}
    # GCJ-02 lies some 450 m south-east of WGS-84 here.
    assert 0.003 < 121.3775 - community.loc["春申青年公寓", "lon"] < 0.006
    assert -0.004 < 31.1120 - community.loc["春申青年公寓", "lat"] < -0.001
    occupancy = warehouse.table("occupancy", exact=True).set_index(
        ["community_code", "month", "tier"]
    )
    code = community.loc["春申青年公寓", "community_code"]
    first = occupancy.loc[(code, pd.Timestamp("2025-12-01"), "room")]
    assert (first["dwelling_count"], first["let_count"], first["capacity_count"]) == (
        880,
        800,
        1760,
    )
    assert first["resident_count"] == 1000
    proposal = warehouse.table("proposal", exact=True).set_index("proposal_code")
    assert proposal.loc["T-1", "proposal_text"] == "希望开通班车,请联系〔已隐去〕".replace(
        ",", "，"
    )


def test_a_number_that_came_as_about_is_shown_so(workbook: Path, places: Places, key: Key) -> None:
    loaded(workbook, places, key)
    warehouse = Warehouse(places.warehouse)
    codes = warehouse.table("community", exact=True).set_index("name_zh")["community_code"]

    def residents(name: str, month: date) -> str:
        asked = Filters(month, month, community_codes=(codes[name],))
        row = next(warehouse.run("communities", asked.parameters()).itertuples())
        rows = warehouse.run("qualified_values", asked.parameters())
        tiers = warehouse.run("occupancy_by_community", asked.parameters())
        facts = community_facts(
            row, tiers, Say("zh"), town="", published="", is_sample=False, qualified=rows
        )
        return next(fact.text for fact in facts if fact.name == "居民")

    assert residents("春申青年公寓", date(2025, 12, 1)) == "约 1,000人"
    assert residents("浦江之星", date(2026, 1, 1)) == "约 450人"
    assert residents("七宝驿站", date(2026, 1, 1)) == "512人"


def test_the_same_person_has_one_pseudonym_and_no_name(
    workbook: Path, places: Places, key: Key
) -> None:
    loaded(workbook, places, key)
    rows = Warehouse(places.warehouse).table("attendance", exact=True).set_index("activity_code")
    first = set(rows.loc["HD-1", "participant_code"])
    assert len(first) == 2  # the phone typed twice in two ways is one person
    assert len(first & set(rows.loc["HD-2", "participant_code"])) == 1
    assert rows["participant_code"].min() > 2**20


def test_no_personal_identifier_is_found_anywhere(
    workbook: Path, places: Places, key: Key, tmp_path: Path
) -> None:
    result = loaded(workbook, places, key)
    told = "\n".join(f"{zh}\n{en}" for zh, en in [*report(result.check), *result.lines()])
    exported = tmp_path / "exported"
    assert command("export", "--to", exported).exit_code == 0
    files = [
        places.warehouse,
        *(
            path
            for folder in (places.own, exported)
            for path in folder.rglob("*")
            if path.is_file()
        ),
    ]
    assert len(files) > 20
    texts = [path.read_bytes() for path in files] + [told.encode()]
    # The warehouse and Parquet are compressed: look into their values, too.
    warehouse = Warehouse(places.warehouse)
    for name in ("community", "activity", "attendance", "proposal", "governance"):
        texts.append(warehouse.table(name, exact=True).to_csv().encode())
    for extra in places.own.rglob("*.parquet"):
        texts.append(pd.read_parquet(extra).to_csv().encode())
    for secret in messy.SECRETS:
        for form in (secret, re.sub(r"\s", "", secret), secret.upper()):
            assert not any(
                form.encode() in text or form.encode("gb18030") in text for text in texts
            ), form


def test_loading_the_same_again_changes_nothing_and_undo_brings_back_the_sample(
    workbook: Path, places: Places, key: Key
) -> None:
    sample = district(places)
    file = corrected(workbook, places, key)
    first = load([file], places, Reading(messy.TODAY, key), Submission("tester"))
    counted = district(places)
    stamp = places.warehouse.stat().st_mtime_ns
    again = load([file], places, Reading(messy.TODAY, key), Submission("tester"))
    assert (first.batch, again.batch) == (1, None)
    assert places.warehouse.stat().st_mtime_ns == stamp
    assert undo(places) == 1
    pd.testing.assert_frame_equal(district(places), sample)
    with pytest.raises(Problem, match="no load to undo"):
        undo(places)
    load([file], places, Reading(messy.TODAY, key), Submission("tester"))
    pd.testing.assert_frame_equal(district(places), counted)


def test_next_month_adds_to_history_and_a_restated_month_is_kept(
    workbook: Path, places: Places, key: Key, tmp_path: Path
) -> None:
    loaded(workbook, places, key)
    file = tmp_path / "february.csv"
    file.write_text(
        "社区名称,月份,房源层次,房源,建成供应,可租,已租,可住人数,入住居民,迁入,迁出\n"
        "春申青年公寓,2026年2月,一间房,880,880,860,820,1760,1030,25,15\n"
        "春申青年公寓,2026年1月,一间房,880,880,860,810,1760,1015,25,15\n",
        encoding="gb18030",
    )
    result = load([file], places, Reading(messy.TODAY, key), Submission("other"))
    counts = result.tables["occupancy"]
    assert (counts.added, counts.restated, counts.unchanged) == (1, 1, 0)
    rows = district(places).set_index("month")["resident_count"]
    assert rows["2026-02-01"] == 1030
    restated = pd.read_parquet(places.own / "states" / "000002" / "restatement.parquet")
    assert restated[["column_name", "before_value", "after_value"]].values.tolist() == [
        ["resident_count", "1010", "1015"]
    ]
    undo(places)
    assert district(places)["month"].max() == pd.Timestamp("2026-01-01")


def test_the_batch_record_says_who_when_what_and_how(
    workbook: Path, places: Places, key: Key
) -> None:
    loaded(workbook, places, key)
    (batch,) = json.loads((places.own / "states" / "000001" / "state.json").read_text("utf-8"))[
        "batches"
    ]
    assert batch["who"] == "tester"
    assert re.fullmatch(r"[0-9a-f]{64}", batch["files"][0]["sha256"])
    assert batch["tables"]["community"]["rows"] == 9
    assert batch["coercions"]["occupancy resident_count about"] == 2
    assert batch["dropped"]["name"] > 5


def test_all_of_it_on_the_command_line(
    workbook: Path, places: Places, tmp_path: Path, key: Key
) -> None:
    assert command("template", "--to", tmp_path / "t.xlsx").exit_code == 0
    file = corrected(workbook, places, key)
    told = command("load", file, "--by", "tester")
    assert told.exit_code == 0, told.output
    assert "Loaded as batch 1" in told.output
    counted = command("query", "district_by_month", "--as", "json")
    assert json.loads(counted.output)[-1]["community_count"] == 9
    assert "Undone: batch 1" in command("load", "--undo").output
    assert command("load").exit_code == 1
    keys = list((tmp_path / "keys").iterdir())
    assert [key.stat().st_mode & 0o777 for key in keys] == [0o600]
