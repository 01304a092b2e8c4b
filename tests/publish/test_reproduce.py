"""A figure's package: unpacked elsewhere it redraws the figure and finds its query's answer again."""

import csv
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

from dashboard.brief.tables import as_csv
from dashboard.draw.drawing import Drawing
from dashboard.publish import redraw
from dashboard.publish.figure import Figure
from dashboard.publish.metadata import metadata
from dashboard.publish.reproduce import description, files, reproduction
from dashboard.ui.assets import geometry_of
from dashboard.warehouse.store import Warehouse
from tests.publish.conftest import FigureAt

# One of each kind, of which each has something of its own.
KINDS = [
    ("overview", "town-map"),
    ("coverage?lang=en", "coverage-trend"),
    ("participation?lang=en&coverage=grid&from=2025-03", "participation-ranking"),
    ("needs", "needs-settling"),
    ("housing", "tiers"),
    ("overview", "attention"),
]


def unpacked(figure: Figure, to: Path) -> Path:
    content = reproduction(figure, geometry=geometry_of(figure.drawing))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(to)
    return to / figure.name


def run(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "redraw.py", *(str(word) for word in words)]
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
    figures: dict[str, dict[str, Figure]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
            assert redraw.recomputed(rows, described["indicators"]) == []
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
    folder = unpacked(figure_at("overview", "town-ranking"), tmp_path)
    change(folder, "query.csv", "community_count", "999")
    done = run(folder, "--query", warehouse.path)
    assert done.returncode == 1
    assert "community_count: 999.0 ≠" in done.stderr
    assert "Traceback" not in done.stderr


def test_changed_data_change_the_figure_and_are_held_against_their_counts(
    figure_at: FigureAt, tmp_path: Path
) -> None:
    folder = unpacked(figure_at("overview", "town-ranking"), tmp_path)
    change(folder, "data.csv", "value", "12.5")
    done = run(folder, "--json", "redrawn.json")
    redrawn = json.loads((folder / "redrawn.json").read_text(encoding="utf-8"))
    assert 12.5 in redrawn["body"]["data"][0]["x"]
    assert done.returncode == 1
    assert "value 12.5 ≠" in done.stderr


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
