"""Check that an export describes itself truly and runs nothing in a spreadsheet."""

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner

from dashboard.cli.main import main
from dashboard.contract.problem import Problem
from dashboard.contract.tables import TABLES
from dashboard.intake.exporting import export
from dashboard.warehouse.store import Warehouse


def test_a_folder_holds_every_table_twice_and_says_what_they_are(
    sample: Path, tmp_path: Path
) -> None:
    warehouse = Warehouse(sample)
    described = json.loads(export(warehouse, tmp_path / "out", exact=True).read_text("utf-8"))
    assert len(described["resources"]) == 2 * len(TABLES)
    assert "occupancy" in described["sampleTables"]
    for resource in described["resources"]:
        content = (tmp_path / "out" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
    for table in TABLES:
        names = [column.name for column in table.columns]
        csv = pd.read_csv(tmp_path / "out" / f"{table.name}.csv", dtype=str, encoding="utf-8-sig")
        parquet = pd.read_parquet(tmp_path / "out" / f"{table.name}.parquet")
        assert list(parquet) == names
        # Where the file lies its coordinates say of which system they are.
        assert list(csv) == [*names, *(["coordinate_system"] if "lon" in names else [])]
        schema = next(
            r["schema"] for r in described["resources"] if r["name"] == f"{table.name}-csv"
        )
        assert [field["name"] for field in schema["fields"]] == list(csv)
        assert len(csv) == len(parquet) == warehouse.row_count(table.name)
    points = gpd.read_parquet(tmp_path / "out" / "community.geo.parquet")
    assert points.crs.to_epsg() == 4326


def test_what_is_not_exact_holds_no_few_persons_and_no_person(sample: Path, tmp_path: Path) -> None:
    warehouse = Warehouse(sample)
    described = json.loads(export(warehouse, tmp_path / "out").read_text("utf-8"))
    assert described["hidesBelow"] == warehouse.small_cell
    assert not (tmp_path / "out" / "attendance.csv").exists()
    assert not (tmp_path / "out" / "attendance.parquet").exists()
    rows = pd.read_csv(tmp_path / "out" / "occupancy.csv")
    for name in ("resident_count", "move_in_count", "move_out_count"):
        assert rows[name].isna().any()
        assert not rows[name].between(1, warehouse.small_cell - 1).any()
    schema = next(r["schema"] for r in described["resources"] if r["path"] == "occupancy.csv")
    required = {f["name"] for f in schema["fields"] if f.get("constraints", {}).get("required")}
    assert "month" in required
    assert "resident_count" not in required


def test_cells_that_a_spreadsheet_would_run_are_neutralised(sample: Path, tmp_path: Path) -> None:
    class Poisoned(Warehouse):
        def table(
            self, name: str, *, limit: int | None = None, exact: bool = False
        ) -> pd.DataFrame:
            rows = super().table(name, limit=limit, exact=exact)
            if name == "community":
                rows.loc[0, "name_zh"] = "=cmd|'/c calc'!A0"
            return rows

    export(Poisoned(sample), tmp_path / "out")
    text = (tmp_path / "out" / "community.csv").read_text("utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd" not in text


def test_a_place_that_cannot_be_written_is_told(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Problem, match="Can't write"):
        export(Warehouse(sample), tmp_path / "file" / "out")


def test_what_is_exact_is_loaded_again(sample: Path, tmp_path: Path) -> None:
    export(Warehouse(sample), tmp_path / "out", exact=True)
    files = [str(tmp_path / "out" / f"{name}.csv") for name in ("community", "governance")]
    checked = CliRunner().invoke(main, ["check", *files, "--warehouse", str(sample)])
    assert checked.exit_code == 0, checked.output
    assert "Ready to load: Communities" in checked.output
