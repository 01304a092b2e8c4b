"""Check that a build keeps its promises: right or not at all, and never in the way."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
import pytest

from dashboard.contract.agreement import agrees
from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import DATA, ROOT
from dashboard.warehouse.build import MOST_ATTENDANCES, build, check_control_totals, content_version
from dashboard.warehouse.catalogue import build_statements, named_queries
from dashboard.warehouse.placing import newest, put_in_place, unfinished
from dashboard.warehouse.store import Store, Warehouse

FEW = 2_000
SEVEN_HOURS = 7 * 3600


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The published facts, to be altered."""
    return Path(shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("built")))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file that stands where the warehouse is to go."""
    file = tmp_path / "place" / "minhang.duckdb"
    file.parent.mkdir()
    file.write_bytes(b"the old one")
    return file


class Other(NamedTuple):
    """Hold what another seed builds, and the progress that was told meanwhile."""

    file: Path
    shares: list[float]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Other:
    to = tmp_path_factory.mktemp("other") / "minhang.duckdb"
    shares: list[float] = []

    def progress(share: float, step: Words) -> None:
        assert step.zh
        assert step.en
        shares.append(share)

    return Other(build(data=DATA, to=to, attendances=FEW, seed=6, progress=progress), shares)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("built") / "minhang.duckdb"
    return build(data=DATA, to=to, attendances=FEW, seed=5)


def alter(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def problems_of(data: Path, to: Path) -> str:
    """Build what can't be built; return what was said, and check that nothing happened."""
    before = to.read_bytes()
    with pytest.raises(Problem) as caught:
        build(data=data, to=to, attendances=FEW)
    assert all(words.zh and words.en for words in caught.value.problems)
    assert to.read_bytes() == before
    assert list(to.parent.iterdir()) == [to]
    return str(caught.value)


def answers(file: Path) -> dict[str, pd.DataFrame]:
    warehouse = Warehouse(file)
    months = warehouse.months
    parameters = Filters(months[-6], months[-1]).parameters()
    return {name: warehouse.run(name, parameters) for name in named_queries()}


# Published figures -----------------------------------------------------------------------


def test_the_built_file_agrees_with_every_control_total(warehouse: Warehouse) -> None:
    rows = warehouse.run("control_totals", {})
    assert len(rows) == len(pd.read_csv(DATA / "control_totals.csv"))
    for row in rows.itertuples():
        assert agrees(
            own=row.own_count,
            published=float(row.published_value),
            qualifier=row.qualifier,
            rounding=row.rounding,
        ), row
    by_measure = rows[rows["month"] == "2024-10-01"].set_index("measure")["own_count"]
    assert by_measure["community_count"] == 520
    assert by_measure["committee_community_count"] == 222
    assert by_measure["home_count"] == 21


def test_a_figure_that_one_source_gives_twice_is_told(data: Path, old: Path) -> None:
    file = data / "published_figures.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    again = next(line for line in lines if line.startswith("F024,")).replace("F024", "F999", 1)
    file.write_text("\n".join([*lines, again]) + "\n", encoding="utf-8")
    assert "F024, F999 are one figure of one source" in problems_of(data, old)


def test_a_figure_without_a_source_is_told_and_not_taken(data: Path, old: Path) -> None:
    alter(data / "published_figures.csv", ",[headline not read] 青年报 马桥“新家”理论宣讲团,", ",,")
    assert "published_figures.csv: F202 has no source; name the page" in problems_of(data, old)


def test_missed_published_figures_fail_the_build_and_name_both_values(
    data: Path, old: Path
) -> None:
    alter(data / "published_figures.csv", ",communities_total,520,", ",communities_total,521,")
    alter(
        data / "published_figures.csv", ",beds_available_built,5387,", ",beds_available_built,5388,"
    )
    communities, beds = problems_of(data, old).splitlines()
    assert "2024-10 Communities: published as 521 (exact, F001), the data give 520;" in communities
    assert "published as 5388 (exact, F005), the data give 5387;" in beds


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("month = date '2031-01-01'", "2031-01 Communities: .* the data give —"),
        ("measure = 'nothing'", "nothing: published as 520 .* the data give —"),
        ("figure_id = 'F021'", r"5000 \(planned, F021\), the data give 520"),
        ("figure_id = 'WORD'", r"many \(exact, WORD\), the data give 520"),
    ],
)
def test_a_control_total_that_cannot_be_met_is_told(
    built: Path, tmp_path: Path, fault: str, said: str
) -> None:
    with duckdb.connect(shutil.copy(built, tmp_path)) as connection:
        connection.execute(
            "insert into published_figure select * replace "
            "('WORD' as figure_id, 'many' as published_value) from published_figure limit 1"
        )
        check_control_totals(connection)
        connection.execute(f"update control_total set {fault} where control_code = 'C01'")
        with pytest.raises(Problem, match=said):
            check_control_totals(connection)


# The contract ----------------------------------------------------------------------------


def test_breaks_of_the_contract_are_all_told_with_table_and_column(data: Path, old: Path) -> None:
    alter(data / "control_totals.csv", "2024-10-01,1\n", "2024-10-02,0\n")
    alter(data / "published_figures.csv", ",exact,", ",exactly,")
    alter(data / "towns.csv", ",121.392,", ",12.1392,")
    said = problems_of(data, old)
    for where, value in {
        "control_total.month": "2024-10-02",
        "control_total.rounding": "0",
        "published_figure.qualifier": "exactly",
        "town.lon": "12.1392",
    }.items():
        assert re.search(rf"^{where}: .*{value}", said, re.MULTILINE)


def test_values_of_the_wrong_type_are_all_told_with_file_and_column(data: Path, old: Path) -> None:
    alter(data / "supply_targets.csv", "2024-12-31,5000", "31.12.2024,many")
    alter(data / "towns.csv", ",30.27,", ",30 km,")
    said = problems_of(data, old)
    assert "supply_targets.csv, column due_on, is not date" in said
    assert "supply_targets.csv, column target_count, is not integer" in said
    assert "towns.csv, column area_km2, is not number" in said


def test_a_changed_header_is_told_with_its_columns(data: Path, old: Path) -> None:
    alter(data / "towns.csv", "area_km2", "area")
    assert "towns.csv: columns missing ['area_km2'], unknown ['area']" in problems_of(data, old)


def test_missing_files_are_all_told(data: Path, old: Path) -> None:
    gone = ["towns.csv", "named_communities.csv", "geography/schematic.json"]
    for name in gone:
        (data / name).unlink()
    said = problems_of(data, old)
    assert all(f"{name} is missing" in said for name in gone)


@pytest.mark.parametrize(
    "content",
    ["街镇".encode("gb18030"), b"", b'a,b\n"1,2\n', b"a,b\n1,2\n1,2,3\n"],
    ids=["GBK", "empty", "open quote", "ragged"],
)
def test_a_file_that_is_no_csv_is_named(data: Path, old: Path, content: bytes) -> None:
    (data / "towns.csv").write_bytes(content)
    assert "towns.csv: " in problems_of(data, old)


def test_a_repeated_key_is_told(data: Path, old: Path) -> None:
    file = data / "towns.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    assert re.search(r"town\.town_code: .*310112501", problems_of(data, old))


def test_a_lost_reference_is_told(data: Path, old: Path) -> None:
    alter(
        data / "committees.csv", "310112001001,北街居委会,310112001", "310112001001,北街居委会,310"
    )
    assert "committee.town_code: “310” is not in town" in problems_of(data, old)


@pytest.mark.parametrize("attendances", [0, -1, MOST_ATTENDANCES + 1])
def test_an_impossible_number_of_attendances_is_refused(tmp_path: Path, attendances: int) -> None:
    with pytest.raises(Problem, match=f"between 1 and {MOST_ATTENDANCES}"):
        build(data=DATA, to=tmp_path / "minhang.duckdb", attendances=attendances)
    assert not any(tmp_path.iterdir())


# The same again --------------------------------------------------------------------------


def test_the_data_version_is_of_the_rows_alone(built: Path, other: Other, tmp_path: Path) -> None:
    first, second = Warehouse(built).version, Warehouse(other.file).version
    assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}", first)
    assert first != second
    copy = Path(shutil.copy(built, tmp_path / "copy.duckdb"))
    with duckdb.connect(copy) as connection:
        assert content_version(connection) == first
        connection.execute("create table again as select * from attendance order by random()")
        connection.execute("delete from attendance")
        connection.execute("insert into attendance select * from again")
        connection.execute("update warehouse_about set built_at = '2020-01-01T00:00:00+00:00'")
        assert content_version(connection) == first
        connection.execute("update community set name_zh = 'x' where rowid = 0")
        assert content_version(connection) != first


def test_the_same_seed_gives_the_same_answers(built: Path, tmp_path: Path) -> None:
    again = build(data=DATA, to=tmp_path / "again.duckdb", attendances=FEW, seed=5)
    first, second = answers(built), answers(again)
    for name, rows in first.items():
        pd.testing.assert_frame_equal(rows, second[name])


def test_another_seed_gives_other_answers(built: Path, other: Other) -> None:
    first, second = answers(built), answers(other.file)
    differing = {name for name, rows in first.items() if not rows.equals(second[name])}
    assert {"coverage_by_town", "occupancy_by_town", "participation_by_town"} <= differing
    assert differing.isdisjoint({"towns", "months", "published_figures"})


def test_progress_only_rises_and_ends_at_one(other: Other) -> None:
    assert other.shares == sorted(other.shares)
    assert (other.shares[0], other.shares[-1]) == (0, 1)


# The engine -----------------------------------------------------------------------------


@pytest.mark.parametrize(("attendances", "seed"), [(20_000, 1018), (20_000, 5049)])
def test_data_that_the_engine_once_failed_on_are_built(
    tmp_path: Path, attendances: int, seed: int
) -> None:
    to = build(data=DATA, to=tmp_path / "minhang.duckdb", attendances=attendances, seed=seed)
    assert Warehouse(to).about["attendances"] == attendances


def test_what_the_engine_fails_on_is_told_and_leaves_the_old_one(
    old: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing = tmp_path / "50_failing.sql"
    failing.write_text("select error('INTERNAL Error: a fault')\n", encoding="utf-8")
    monkeypatch.setattr(
        "dashboard.warehouse.build.build_statements", lambda: [*build_statements(), failing]
    )
    said = problems_of(DATA, old)
    assert "INTERNAL Error: a fault" in said
    assert "the old warehouse stays in use" in said


# Killed, refused, left over --------------------------------------------------------------


@pytest.fixture
def killed(built: Path, tmp_path: Path) -> Iterator[Path]:
    """A warehouse beside which a build was killed half-way."""
    to = Path(shutil.copy(built, tmp_path / "minhang.duckdb"))
    command = [sys.executable, "-m", "dashboard", "build", "--to", str(to)]
    process = subprocess.Popen(
        [*command, "--attendances", "30000000"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("*.building-*")) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    yield to


def test_a_killed_build_leaves_the_old_one_serving(killed: Path, built: Path) -> None:
    (left_over, *logs) = sorted(killed.parent.glob("*.building-*"))
    assert killed.read_bytes() == built.read_bytes()
    assert newest(killed) == killed
    assert Store(killed).current().about["seed"] == 5

    with unfinished(killed):
        assert left_over.exists(), "it may be another build's that still runs"
    (spilled := killed.with_name(f"{left_over.name}.tmp")).mkdir(exist_ok=True)
    (spilled / "block").write_bytes(b"spilled")
    long_ago = time.time() - SEVEN_HOURS
    for path in (left_over, *logs, spilled):
        os.utime(path, (long_ago, long_ago))
    with unfinished(killed):
        assert sorted(killed.parent.iterdir()) == [killed]


def test_a_failed_build_clears_its_file_its_log_and_its_spill(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        with unfinished(tmp_path / "minhang.duckdb") as path:
            path.write_bytes(b"half")
            path.with_name(f"{path.name}.wal").write_bytes(b"log")
            path.with_name(f"{path.name}.tmp").mkdir()
            raise ZeroDivisionError
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Problem, match="can't be made"):
        build(data=DATA, to=tmp_path / "file" / "minhang.duckdb", attendances=FEW)


def refuse_to_replace(monkeypatch: pytest.MonkeyPatch, served: Path) -> None:
    """Do as Windows does with a file that a server has open."""
    replace, unlink = Path.replace, Path.unlink

    def replace_unless_served(path: Path, target: Path) -> Path:
        if target == served:
            raise PermissionError(13, "in use", str(target))
        return replace(path, target)

    def unlink_unless_served(path: Path, missing_ok: bool = False) -> None:
        if path == served:
            raise PermissionError(13, "in use", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "replace", replace_unless_served)
    monkeypatch.setattr(Path, "unlink", unlink_unless_served)


def test_where_replacing_is_refused_the_new_one_lies_beside_and_is_preferred(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = Path(shutil.copy(built, tmp_path / "minhang.duckdb"))
    with monkeypatch.context() as windows:
        refuse_to_replace(windows, to)
        beside = build(data=DATA, to=to, attendances=FEW, seed=6)
    assert re.fullmatch(r"minhang\.\d+\.duckdb", beside.name)
    assert newest(to) == beside
    assert Store(to).current().about["seed"] == 6

    later = Path(shutil.copyfile(built, tmp_path / "later"))
    assert put_in_place(later, to) == to
    assert list(tmp_path.iterdir()) == [to]
    assert Store(to).current().about["seed"] == 5


def test_a_numbered_one_still_read_is_left_and_no_longer_preferred(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered = old.with_name("minhang.123.duckdb")
    numbered.write_bytes(b"numbered")
    long_ago = time.time() - SEVEN_HOURS
    os.utime(numbered, (long_ago, long_ago))
    new = old.with_name("minhang.duckdb.building-1")
    new.write_bytes(b"new")
    refuse_to_replace(monkeypatch, numbered)
    assert put_in_place(new, old) == old
    assert numbered.exists()
    assert newest(old) == old
    assert old.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["minhang.old.duckdb", "minhang.1.duckdb.bak", "other.1.duckdb"])
def test_other_files_beside_it_are_neither_served_nor_cleared(old: Path, name: str) -> None:
    other = old.with_name(name)
    other.write_bytes(b"other")
    os.utime(old, (1, 1))
    assert newest(old) == old
    new = old.with_name("minhang.duckdb.building-1")
    new.write_bytes(b"new")
    put_in_place(new, old)
    assert other.read_bytes() == b"other"
