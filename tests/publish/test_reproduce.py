"""A figure's package: unpacked elsewhere it redraws the figure and finds its query's answer again."""

import ast
import csv
import hashlib
import html
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from frictionless import validate

from dashboard.draw.drawing import Drawing
from dashboard.figures.figure import PublishedFigure
from dashboard.figures.tables import as_csv
from dashboard.publish import redraw
from dashboard.publish.metadata import metadata
from dashboard.publish.reproduce import description, drawn, files, reproduction
from dashboard.ui.assets import geometry_of
from dashboard.warehouse.store import Warehouse
from tests.publish.conftest import FigureAt

# One of each kind, of which each has something of its own.
KINDS = [
    ("coverage", "town-map"),
    ("coverage?lang=en", "coverage-trend"),
    ("participation?lang=en&coverage=grid&from=2025-03", "participation-ranking"),
    ("needs", "needs-settling"),
    ("housing", "tiers"),
    ("overview?list=all", "attention"),
    ("explore?view=bivariate", "explore-bivariate"),
]
# What the product has and a fresh environment made from the package's requirements has not.
ALONE = """import runpy, sys
for name in ("numpy", "pandas", "pyarrow"):
    sys.modules[name] = None
sys.argv = ["redraw.py", *sys.argv[1:]]
runpy.run_path("redraw.py", run_name="__main__")
"""


def unpacked(figure: PublishedFigure, to: Path) -> Path:
    content = reproduction(figure, geometry=geometry_of(figure.drawing))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(to)
    return to / figure.name


def run(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ALONE, *(str(word) for word in words)]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def as_sent(drawing: Drawing) -> Any:
    """Give what the page draws, as the browser reads it."""
    return json.loads(json.dumps(drawing.body, default=str))


@pytest.mark.parametrize(("address", "key"), KINDS)
def test_the_script_redraws_the_page_s_figure_and_finds_the_answer_again(
    figure_at: FigureAt, warehouse: Warehouse, tmp_path: Path, address: str, key: str
) -> None:
    figure = figure_at(address, key)
    folder = unpacked(figure, tmp_path)
    done = run(folder, "--json", "redrawn.json", "--query", warehouse.path)
    assert (done.returncode, done.stderr) == (0, "")
    redrawn = json.loads((folder / "redrawn.json").read_text(encoding="utf-8"))
    assert redrawn["body"] == as_sent(figure.drawing)
    page = (folder / "figure.html").read_text(encoding="utf-8")
    assert redrawn["headline"] in page
    # The page works by itself: nothing is fetched.
    assert 'src="http' not in page
    answer = len(warehouse.run(figure.counted.query, figure.counted.parameters))
    assert f"compared: {answer} ×" in done.stdout


def test_every_figure_reads_back_as_it_is_drawn(
    figures: dict[str, dict[str, PublishedFigure]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = 0
    for found in figures.values():
        for figure in found.values():
            for name, content in files(figure, geometry_of(figure.drawing)).items():
                data = content if isinstance(content, bytes) else content.encode()
                (tmp_path / name).write_bytes(data)
            monkeypatch.setattr(redraw, "HERE", tmp_path)
            described = redraw.read_json("metadata.json")
            rows = redraw.read_rows("data.csv", described)
            redrawn = redraw.filled(redraw.read_json("figure.json"), rows)
            assert redrawn["body"] == as_sent(figure.drawing), figure.key
            assert redraw.page(redrawn, described)
            assert redraw.tampered(described) == []
            assert redraw.recomputed(rows, described) == []
            bound += '"column"' in json.dumps(description(figure))
    assert bound > 25


def change(folder: Path, file: str, column: str, value: str) -> None:
    """Change one cell of the first row."""
    text = (folder / file).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[0][column] = value
    with (folder / file).open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_a_changed_answer_is_found_and_named(
    figure_at: FigureAt, warehouse: Warehouse, tmp_path: Path
) -> None:
    folder = unpacked(figure_at("coverage", "town-ranking"), tmp_path)
    change(folder, "query.csv", "community_count", "999")
    done = run(folder, "--query", warehouse.path)
    assert done.returncode == 1
    assert "community_count: 999.0 ≠" in done.stderr
    assert "Traceback" not in done.stderr


def test_changed_data_change_the_figure_and_are_held_against_their_counts(
    figure_at: FigureAt, tmp_path: Path
) -> None:
    folder = unpacked(figure_at("coverage", "town-ranking"), tmp_path)
    change(folder, "data.csv", "value", "12.5")
    done = run(folder, "--json", "redrawn.json")
    redrawn = json.loads((folder / "redrawn.json").read_text(encoding="utf-8"))
    assert 12.5 in redrawn["body"]["data"][0]["x"]
    assert done.returncode == 1
    assert "value 12.5 ≠" in done.stderr


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [("data.csv", "low", "1.0"), ("data.csv", "denominator", "3"), ("data.csv", "numerator", "1")],
)
def test_changed_intervals_and_counts_are_found_by_themselves(
    figure_at: FigureAt, tmp_path: Path, file: str, column: str, value: str
) -> None:
    key = ("participation?lang=en&coverage=grid&from=2025-03", "participation-ranking")
    folder = unpacked(figure_at(*key), tmp_path)
    change(folder, file, column, value)
    # Also who mends the hashes is found.
    described = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    described["hashes"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    (folder / "metadata.json").write_text(json.dumps(described), encoding="utf-8")
    done = run(folder)
    assert done.returncode == 1
    assert f"data.csv:2: {column} {float(value)} ≠" in done.stderr


@pytest.mark.parametrize("file", ["data.csv", "query.csv", "query.sql", "figure.json", "drawn.csv"])
def test_a_file_that_is_not_as_it_was_packed_is_named(
    figure_at: FigureAt, tmp_path: Path, file: str
) -> None:
    folder = unpacked(figure_at("needs", "needs-settling"), tmp_path)
    with (folder / file).open("ab") as opened:
        opened.write(b"\n")
    done = run(folder)
    assert done.returncode == 1
    assert f"{file}: 与打包时不同" in done.stderr


def test_the_script_imports_only_what_its_requirements_install(
    figure_at: FigureAt, tmp_path: Path
) -> None:
    folder = unpacked(figure_at("needs", "needs-loop"), tmp_path)
    lines = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    installed = {line.split("==")[0] for line in lines}
    imported = set()
    for node in ast.walk(ast.parse((folder / "redraw.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    assert imported - sys.stdlib_module_names == installed


def test_every_package_is_valid_frictionless(
    figures: dict[str, dict[str, PublishedFigure]], tmp_path: Path
) -> None:
    of_each_kind = {key: figure for found in figures.values() for key, figure in found.items()}
    for figure in of_each_kind.values():
        folder = unpacked(figure, tmp_path)
        report = validate(str(folder / "metadata.json"))
        assert report.valid, (figure.key, report.flatten(["title", "note", "fieldName"])[:5])
        assert [task.name for task in report.tasks] == ["data", "query", "drawn"]


def test_the_description_by_itself_names_the_file_beside_it(
    figure_at: FigureAt, tmp_path: Path
) -> None:
    # Some of its cells are hidden: what is left are whole numbers all the same.
    figure = figure_at("participation?lang=en&coverage=grid&from=2025-03", "reach-funnel")
    assert figure.counted.rows["participant_count"].isna().any()
    (tmp_path / "reach.csv").write_bytes(as_csv(figure.counted.rows))
    (tmp_path / "reach.json").write_bytes(metadata(figure, data="reach.csv"))
    report = validate(str(tmp_path / "reach.json"), type="package")
    assert report.valid, report.flatten(["title", "note", "fieldName"])[:5]
    fields = json.loads((tmp_path / "reach.json").read_bytes())["resources"][0]["schema"]["fields"]
    types = {field["name"]: field["type"] for field in fields}
    assert types["participant_count"] == "integer"


def test_the_description_says_how_intervals_were_made(figure_at: FigureAt) -> None:
    for address, key, how, said in (
        ("participation?lang=en&coverage=grid&from=2025-03", "reach-funnel", "persons", "Poisson"),
        ("needs", "needs-closing_rate", "binomial", "Wilson"),
    ):
        described = json.loads(metadata(figure_at(address, key)))
        (indicator,) = described["indicators"]
        assert indicator["uncertainty"] == how
        assert said in described["intervals"]["method"][how]
        (low,) = [f for f in described["resources"][0]["schema"]["fields"] if f["name"] == "low"]
        assert said in low["description"]
    assert json.loads(metadata(figure_at("needs", "needs-loop")))["intervals"] is None
    # A complete count has none.
    assert json.loads(metadata(figure_at("coverage?lang=en", "town-ranking")))["intervals"] is None


@pytest.mark.parametrize(
    ("address", "key", "texts"),
    [
        ("needs", "needs-settling", ["low95", "high95", "合计"]),
        ("participation?lang=en&coverage=grid&from=2025-03", "reach-funnel", ["low998", "high95"]),
        ("participation?lang=en&coverage=grid&from=2025-03", "lorenz", []),
    ],
)
def test_limits_and_curves_are_in_the_package_point_by_point(
    figure_at: FigureAt, address: str, key: str, texts: list[str]
) -> None:
    figure = figure_at(address, key)
    points = drawn(figure)
    for text in texts:
        assert points["name"].str.contains(text).any()
    line = next(t for t in figure.drawing.body["data"] if len(t["x"]) > 5)
    number = figure.drawing.body["data"].index(line)
    assert points.loc[points["trace"] == number, "y"].tolist() == line["y"]


def test_a_redrawn_map_says_what_its_colours_mean(figure_at: FigureAt, tmp_path: Path) -> None:
    figure = figure_at("coverage", "town-map")
    folder = unpacked(figure, tmp_path)
    assert run(folder).returncode == 0
    page = (folder / "figure.html").read_text(encoding="utf-8")
    _, _, legend = page.partition("class='legend'")
    for each in figure.drawing.body["legend"]:
        assert html.escape(each["text"]) in legend
        assert each["fill"] in legend
    assert figure.drawing.body["note"] in legend


def hidden(rows: pd.DataFrame) -> Iterator[str]:
    for name in rows.columns:
        if rows[name].isna().any():
            yield name


def test_small_cells_stay_hidden_in_the_package(
    figure_at: FigureAt, warehouse: Warehouse, tmp_path: Path
) -> None:
    figure = figure_at("participation?lang=en&coverage=grid&from=2025-03", "reach-funnel")
    answer = warehouse.run(figure.counted.query, figure.counted.parameters)
    assert "participant_count" in list(hidden(answer))
    folder = unpacked(figure, tmp_path)
    assert (folder / "query.csv").read_bytes() == as_csv(answer)
    done = run(folder, "--query", warehouse.path)
    assert done.returncode == 0
    count = int(done.stdout.rsplit("hidden for few persons: ", 1)[1])
    assert count > 0
    assert json.loads(metadata(figure))["counts"]["missing"]["participant_count"] > 0


def test_metadata_describe_each_column_and_how_it_came_about(figure_at: FigureAt) -> None:
    figure = figure_at("participation?lang=en&coverage=grid&from=2025-03", "participation-ranking")
    described = json.loads(metadata(figure))
    (data,) = described["resources"]
    columns = [field["name"] for field in data["schema"]["fields"]]
    assert columns == list(figure.counted.rows.columns)
    assert all(field["type"] for field in data["schema"]["fields"])
    assert data["bytes"] == len(as_csv(figure.counted.rows))
    query = described["query"]
    assert query["name"] == "participation_by_town"
    assert query["parameters"]["coverage_types"] == ["grid"]
    assert query["parameters"]["start_month"] == "2025-03-01"
    assert query["sql"] == figure.query.sql
    (indicator,) = described["indicators"]
    assert (indicator["code"], indicator["scale"]) == ("reach", 100)
    assert described["figure"]["told"]["zh"]["filters"].startswith("2025-03 至 2025-12")
    assert described["counts"]["rows"] == len(figure.counted.rows)
    assert described["counts"]["hiddenBelow"] == 5
    assert described["warehouse"]["version"] == described["version"] == figure.warehouse.version
    assert described["licenses"][0]["name"] == "Apache-2.0"


def test_the_same_figure_gives_the_same_bytes(figure_at: FigureAt) -> None:
    figure = figure_at("needs", "needs-loop")
    assert reproduction(figure) == reproduction(figure)
