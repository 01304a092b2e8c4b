"""Check the command line: what it lists, answers and says when something is wrong."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dashboard import __version__
from dashboard.cli.main import main
from dashboard.paths import (
    DATA,
    EVERYBODY,
    LOADING_VARIABLE,
    NOBODY,
    OWN_MACHINE,
    OWN_VARIABLE,
    ROOT,
)
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse

YEAR = ("--set", "start_month=2025-01", "--set", "end_month=2025-12")


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def sentences(result: Result) -> str:
    """Check that a command failed with sentences alone, in both languages."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert any("\u4e00" <= letter <= "\u9fff" for letter in result.stderr)
    return result.stderr


def test_queries_are_listed_with_parameters_columns_and_grain() -> None:
    result = call("queries")
    assert result.exit_code == 0
    blocks = {block.split(":")[0]: block for block in result.stdout.strip().split("\n\n")}
    assert blocks.keys() == named_queries().keys()
    assert blocks.keys() >= {
        "district_by_month",
        "coverage_by_town",
        "occupancy_by_town",
        "participation_by_town",
        "communities",
    }
    for name, query in named_queries().items():
        lines = [line.strip() for line in blocks[name].splitlines()]
        assert lines[0] == f"{name}: {query.title}"
        assert f"grain: {query.grain}" in lines
        assert f"columns: {', '.join(query.columns)}" in lines
        assert {line.split()[0] for line in lines if line.startswith("$")} == {
            f"${parameter}" for parameter in query.parameter_names
        }


def test_a_query_is_answered_as_csv(warehouse: Warehouse) -> None:
    asked = ("--set", "town_codes=310112112,310112114", *YEAR)
    result = call("query", "coverage_by_town", "--warehouse", warehouse.path, *asked)
    assert result.exit_code == 0
    rows = pd.read_csv(io.StringIO(result.stdout), dtype={"town_code": str})
    assert tuple(rows.columns) == named_queries()["coverage_by_town"].columns
    assert set(rows["town_code"]) == {"310112112", "310112114"}
    assert sorted(set(rows["month"])) == [f"2025-{month:02}-01" for month in range(1, 13)]


def test_a_query_is_answered_as_json(warehouse: Warehouse) -> None:
    asked = ("--set", "is_home=true", "--as", "json")
    result = call("query", "communities", "--warehouse", warehouse.path, *asked)
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert len(rows) == 18
    assert tuple(rows[0]) == named_queries()["communities"].columns
    # What a sample invents of real, named projects is not told of them, and that is said.
    assert "有巢马桥" not in result.stdout
    assert "5 " in result.stderr
    assert all(row["is_home"] is True for row in rows)
    assert {len(row["opened_on"]) for row in rows} == {len("2025-01-01")}


def test_months_default_to_the_last_three(warehouse: Warehouse) -> None:
    result = call("query", "district_by_month", "--warehouse", warehouse.path)
    rows = pd.read_csv(io.StringIO(result.stdout))
    assert list(rows["month"]) == ["2025-10-01", "2025-11-01", "2025-12-01"]


@pytest.mark.parametrize("name", named_queries())
def test_every_query_is_answered_in_every_form(name: str, warehouse: Warehouse) -> None:
    asked = ("query", name, "--warehouse", warehouse.path, "--as")
    comma_parted, objects, parquet = (call(*asked, form) for form in ("csv", "json", "parquet"))
    assert (comma_parted.exit_code, objects.exit_code, parquet.exit_code) == (0, 0, 0)
    frames = [
        pd.read_csv(io.StringIO(comma_parted.stdout)),
        pd.DataFrame(json.loads(objects.stdout)),
        pd.read_parquet(io.BytesIO(parquet.stdout_bytes)),
    ]
    # Without rows JSON names no columns.
    named = [frame for frame in frames if len(frame)] or frames[::2]
    assert {tuple(frame.columns) for frame in named} == {named_queries()[name].columns}
    assert len({len(frame) for frame in frames}) == 1


def test_csv_runs_nothing_where_it_is_opened(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = pd.DataFrame({"name": ["=cmd|x", "＝1+1", "@a", "浦江"], "change": [-1, -2.5, 0, 3]})
    monkeypatch.setattr(Warehouse, "table", lambda *_, **__: hostile.copy())
    asked = ("table", "town", "--warehouse", warehouse.path)
    lines = call(*asked).stdout.splitlines()
    assert lines[1:] == ["'=cmd|x,-1.0", "'＝1+1,-2.5", "'@a,0.0", "浦江,3.0"]
    assert json.loads(call(*asked, "--as", "json").stdout)[0]["name"] == "=cmd|x"


def test_an_unknown_query_is_answered_with_those_there_are(warehouse: Warehouse) -> None:
    said = sentences(call("query", "coverage", "--warehouse", warehouse.path))
    assert "There is no query “coverage”" in said
    assert "coverage_by_town" in said


def test_bad_settings_are_told_together(warehouse: Warehouse) -> None:
    bad = ("--set", "end_month=soon", "--set", "town=310112112")
    said = sentences(call("query", "coverage_by_town", "--warehouse", warehouse.path, *bad))
    assert "end_month=soon" in said
    assert "town=310112112" in said


def test_no_warehouse_is_answered_with_how_to_build_one(tmp_path: Path) -> None:
    said = sentences(call("query", "towns", "--warehouse", tmp_path / "none.duckdb"))
    assert "python -m dashboard build" in said


def test_a_damaged_warehouse_is_answered_with_sentences(tmp_path: Path) -> None:
    file = tmp_path / "minhang.duckdb"
    file.write_bytes(b"not a database" * 1000)
    assert "may be damaged" in sentences(call("query", "towns", "--warehouse", file))


def test_a_warehouse_that_another_program_writes_to_is_not_called_damaged(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    file = tmp_path / "minhang.duckdb"
    shutil.copy(warehouse.path, file)
    holding = f"import duckdb; held = duckdb.connect({str(file)!r}); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        said = sentences(call("query", "towns", "--warehouse", file))
        other.communicate(b"\n")
    assert "open for writing in another program" in said
    assert "may be damaged" not in said
    assert call("query", "towns", "--warehouse", file).exit_code == 0


def test_build_refuses_an_impossible_number_of_attendances(tmp_path: Path) -> None:
    to = ("--to", tmp_path / "minhang.duckdb")
    assert "must lie between 1 and" in sentences(call("build", "--attendances", "0", *to))
    result = call("build", "--attendances", "many", *to)
    assert result.exit_code == 2
    assert "'many' is not a valid integer" in result.stderr
    assert "命令写得不对" in result.stderr
    assert not any(tmp_path.iterdir())


def test_build_tells_every_file_that_is_missing(tmp_path: Path) -> None:
    said = sentences(call("build", "--data", tmp_path, "--to", tmp_path / "minhang.duckdb"))
    for name in ("towns.csv", "control_totals.csv", "named_communities.csv"):
        assert f"{name} is missing" in said


def test_what_is_built_can_be_asked(tmp_path: Path) -> None:
    to = tmp_path / "new folder" / "minhang.duckdb"
    result = call("build", "--attendances", "1000", "--to", to)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert str(to) in result.stderr
    assert call("query", "months", "--warehouse", to).stdout.startswith("month\n2023-11-01\n")


def test_the_version_is_told() -> None:
    assert __version__ in call("--version").stdout


def test_the_module_runs_as_a_program(warehouse: Warehouse) -> None:
    command = [sys.executable, "-W", "error", "-m", "dashboard", "query"]
    chosen = ["--warehouse", str(warehouse.path)]
    parquet = subprocess.run(
        [*command, "towns", "--as", "parquet", *chosen], cwd=ROOT, capture_output=True
    )
    assert (parquet.returncode, parquet.stderr) == (0, b"")
    assert len(pd.read_parquet(io.BytesIO(parquet.stdout))) == 14

    unknown = subprocess.run([*command, "nothing", *chosen], cwd=ROOT, capture_output=True)
    assert (unknown.returncode, unknown.stdout) == (1, b"")
    assert b"There is no query" in unknown.stderr
    assert b"Traceback" not in unknown.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), OWN_MACHINE),
        (("--host", "localhost"), OWN_MACHINE),
        (("--host", "0.0.0.0"), NOBODY),
        (("--base-path", "minhang"), NOBODY),
        (("--host-name", "minhang.example.cn"), NOBODY),
        (("--no-loading",), NOBODY),
        (("--host", "0.0.0.0", "--loading"), EVERYBODY),
    ],
)
def test_who_opens_the_page_may_load_on_this_machine_alone(
    options: tuple[str, ...], expected: str, warehouse_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOADING_VARIABLE, "to be put back")
    allowed = []

    def serve(*, sockets: list[socket.socket], **_: object) -> None:
        allowed.append(os.environ[LOADING_VARIABLE])
        for each in sockets:
            each.close()

    monkeypatch.setattr("dashboard.server.serve", serve)
    told = [*options, "--port", "0", "--workers", "1", "--warehouse", str(warehouse_file)]
    answer = CliRunner().invoke(main, told)
    assert answer.exit_code == 0, answer.output
    assert allowed == [expected]


def test_wrong_host_names_are_told_in_a_sentence() -> None:
    said = sentences(call("--host-name", "https://a.example/", "--host-name", "b c"))
    assert "--host-name https://a.example/" in said
    assert "--host-name b c" in said


@pytest.mark.parametrize("words", [("--port", "many"), ("--nothing",), ("nothing",), ("table",)])
def test_what_is_written_wrongly_is_told_in_chinese_too(words: tuple[str, ...]) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("命令写得不对")
    assert "--help" in result.stderr


@pytest.mark.parametrize("command", ["check", "load"])
def test_files_that_are_not_there_are_told_all_at_once(command: str, tmp_path: Path) -> None:
    said = sentences(call(command, tmp_path / "a.xlsx", tmp_path, tmp_path / "b.csv"))
    assert said.count("there is no such file") == 2
    assert said.count("holds no file that can be read") == 1
    said = sentences(call(command, "--mapping", tmp_path / "m.toml"))
    assert f"--mapping {tmp_path / 'm.toml'}：没有这个文件" in said


# Briefings -------------------------------------------------------------------------------


def test_a_briefing_is_written(tmp_path: Path, warehouse: Warehouse) -> None:
    to = tmp_path / "汇报.pptx"
    asked = ("--town", "310112112", "--month", "2025-06", "--lang", "en", "--unit", "Maqiao")
    result = call("brief", "--to", to, *asked, "--warehouse", warehouse.path)
    assert result.exit_code == 0
    assert to.read_bytes()[:2] == b"PK"
    assert [file.name for file in tmp_path.iterdir()] == [to.name]


def test_a_briefing_that_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, warehouse: Warehouse
) -> None:
    from_here = ("--warehouse", warehouse.path)
    to = ("brief", "--to", tmp_path / "a.pptx", *from_here)
    assert "no data for the month “2031-01”" in sentences(call(*to, "--month", "2031-01"))
    assert "no town with the code “马桥”" in sentences(call(*to, "--town", "马桥"))
    wrong = call("brief", "--to", tmp_path / "a.odp", *from_here)
    assert "end the name with .pptx" in sentences(wrong)
    lost = call(*to, "--template", tmp_path / "ours.pptx")
    assert "ours.pptx: there is no such file" in sentences(lost)
    nowhere = call("brief", "--to", tmp_path / "none" / "a.pptx", *from_here)
    assert "can't be written" in sentences(nowhere)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("command", [("build",), ("template",), ("export",)])
def test_a_place_that_cannot_be_written_to_is_told_in_a_sentence(
    command: tuple[str, ...], tmp_path: Path, warehouse: Warehouse
) -> None:
    """A name longer than any system takes stands for every place that can't be written to."""
    to = tmp_path / ("x" * 300)
    asked = ("--warehouse", warehouse.path) if command == ("export",) else ()
    said = subprocess.run(
        [sys.executable, "-m", "dashboard", *command, "--to", str(to), *map(str, asked)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert "too long" in said.stderr


def test_own_data_that_have_no_place_are_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "file" / "own"))
    assert "DASHBOARD_OWN_DATA" in sentences(call("load", tmp_path / "file"))


def test_other_towns_than_the_fourteen_are_told_by_their_codes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("built", "own"))
    towns = data / "towns.csv"
    text = towns.read_text(encoding="utf-8")
    towns.write_text(text.replace("310112101", "310112999", 1), encoding="utf-8")
    said = sentences(call("build", "--data", data, "--to", tmp_path / "m.duckdb"))
    assert "310112999" in said
    assert "310112101" in said


def test_figures_of_a_page_are_listed_and_one_is_packed(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    listed = call("reproduce", "housing?lang=en", "--warehouse", warehouse.path)
    assert listed.exit_code == 0
    kinds = dict(line.split("\t")[:2] for line in listed.stdout.splitlines())
    assert kinds["tiers"] == "table"
    assert kinds["turnover"] == "plot"
    to = tmp_path / "figure.zip"
    address = "housing?lang=en&town=310112103"
    site = "https://data.example.org/minhang"
    packed = call(
        "reproduce", address, "turnover", "--to", to, "--warehouse", warehouse.path,
        "--public-address", f"{site}/",
    )  # fmt: skip
    assert packed.exit_code == 0
    with zipfile.ZipFile(to) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("citation.txt")]
        assert f"{site}/housing?lang=en" in archive.read(name).decode()
        (name,) = [each for each in archive.namelist() if each.endswith("parameters.json")]
        parameters = json.loads(archive.read(name))
    assert parameters["town_codes"]["value"] == ["310112103"]


def test_a_figure_loads_nothing_that_only_other_tasks_need(warehouse: Warehouse) -> None:
    """Files of maps, checks of uploads and office files take longer to load than a figure does."""
    heavy = {"streamlit", "geopandas", "pyogrio", "pyproj", "pandera", "pydantic", "scipy",
             "plotly", "docx", "pptx", "xlsxwriter", "openpyxl"}  # fmt: skip
    told = (
        "import sys; from dashboard.cli.main import main\n"
        f"main(['figure', 'coverage/town-map', '--warehouse', {str(warehouse.path)!r}],"
        " standalone_mode=False)\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert json.loads(answer.stdout)["kind"] == "map"
    loaded = set(answer.stderr.split())
    assert "dashboard" in loaded
    assert not heavy & loaded


@pytest.mark.parametrize(
    ("address", "figure", "said"),
    [
        ("nowhere", "x", "nowhere"),
        ("housing?town=1&from=x", "x", "town=1"),
        ("housing", "x", "tier-trend"),
        ("needs?indicator=reach", "x", "网址里没有“indicator”这一项；可用：lang、from"),
    ],
)
def test_a_figure_that_is_not_there_is_told_in_a_sentence(
    warehouse: Warehouse, address: str, figure: str, said: str
) -> None:
    answer = call("reproduce", address, figure, "--warehouse", warehouse.path)
    assert said in sentences(answer)


@pytest.mark.parametrize("text", ["data.example.org", "ftp://example.org", "https://", "x"])
def test_a_public_address_that_is_none_is_told(text: str) -> None:
    for words in (["--public-address", text], ["reproduce", "needs", "--public-address", text]):
        answer = call(*words)
        assert answer.exit_code == 2
        assert "https://data.example.org/minhang" in answer.stderr


def test_advice_is_given_by_name_with_what_it_rests_on(warehouse: Warehouse) -> None:
    asked = ("advise", "龙湖冠寓", "--warehouse", warehouse.path)
    told = json.loads(call(*asked, "--as", "json").stdout)
    assert (told["advice"], told["before"], told["keep"]) == (["3"], "2024-08-30", False)
    assert {each["basis"] for each in told["inputs"].values()} == {"published", "estimated"}
    published = json.loads(call(*asked, "--as", "json", "--published").stdout)
    assert published["advice"] == []
    assert [each["input"] for each in published["ask"]] == ["has_branch", "has_service_station"]
    assert set(published["missing"]) > set(told["missing"])
    text = call(*asked, "--lang", "en").stdout
    assert "association, not effect" in text and "Runner-up" in text
    assert "2024-08-30" in text and "left aside" in text
    assert text.index("published alone") < text.index("with estimates")
    assert "● Published" in text and "○ Estimated" in text
    assert (told["published_advice"], told["is_sample"]) == ([], False)
    assert told["as_of"] == "2024-08-30" and told["source"]
    assert "--month is not used" in call(*asked, "--lang", "en", "--month", "2025-12").stdout
    assert not told["notes"]
    there = warehouse.table("community", exact=True)
    invented = there[(there["origin"] == "sample") & there["closed_on"].isna()]["community_code"]
    one = json.loads(call("advise", invented.iloc[0], *asked[2:], "--as", "json").stdout)
    unused = call("advise", invented.iloc[0], *asked[2:], "--as", "json", "--published").stdout
    assert "--published" in json.loads(unused)["notes"][0]
    assert one["is_sample"] is True and one["as_of"] == "2025-12"


def test_advice_on_a_community_that_is_not_open_is_told_in_a_sentence(
    warehouse: Warehouse,
) -> None:
    there = warehouse.table("community", exact=True)
    closed = there[there["closed_on"] < "2025-12-01"].iloc[0]["community_code"]
    asked = ("--month", "2025-12", "--warehouse", warehouse.path)
    assert "is not open at the end of 2025-12" in sentences(call("advise", closed, *asked))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("龙湖公寓九号",), "There is no community"),
        (("微领地",), "310112114-002"),
        (("龙湖冠寓", "--if", "youth=1"), "there is no “youth”"),
        (("龙湖冠寓", "--if", "youth_share=60"), "a number from 0 to 1"),
        (("龙湖冠寓", "--if", "dwellings=1", "--if", "dwellings=2"), "two values are given"),
        (("龙湖冠寓", "--if", "is_inside_boundary=yes", "--if", "has_neighbour=no"), "contradict"),
        (("龙湖冠寓", "--limit", "youth=0"), "a positive number"),
    ],
)
def test_advice_that_cannot_be_given_is_told_in_a_sentence(
    words: tuple[str, ...], said: str, warehouse: Warehouse
) -> None:
    assert said in sentences(call("advise", *words, "--warehouse", warehouse.path))
