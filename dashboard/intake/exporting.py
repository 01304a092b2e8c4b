"""Write the whole warehouse as a folder that other programs read: CSV, Parquet, and what they mean.

The folder is a Frictionless data package. In the CSV files, texts that a spreadsheet would
run as formulas are neutralised; the Parquet files hold them as they are.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.contract.fields import Table
from dashboard.contract.privacy import OF_FEW
from dashboard.contract.problem import Problem
from dashboard.contract.tables import TABLES, is_of_persons
from dashboard.figures.tables import as_csv
from dashboard.intake.headings import COORDINATES, COORDINATES_LABEL
from dashboard.intake.messages import message
from dashboard.intake.persons import written
from dashboard.warehouse.store import Warehouse

CHUNK_ROWS = 500_000
_SYSTEM = {
    "name": COORDINATES,
    "type": "string",
    "title": f"{COORDINATES_LABEL.zh} · {COORDINATES_LABEL.en}",
    "description": "经纬度的坐标系。 The system of longitude and latitude.",
}


def export(warehouse: Warehouse, to: Path, *, exact: bool = False) -> Path:
    """Write every table and the description of them; return where that is.

    Unless they are ``exact``, as they are stored, few persons are hidden in them, a sample's rows of
    real, named projects left out, and so are tables in which each row is a person.
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
        resources: list[dict[str, Any]] = []
        for table in TABLES:
            if is_of_persons(table) and not exact:
                continue
            rows = warehouse.table(table.name, exact=exact)
            csv, parquet = to / f"{table.name}.csv", to / f"{table.name}.parquet"
            _write_csv(_as_loaded(table, rows), csv)
            rows.to_parquet(parquet, index=False)
            resources += [
                resource(table, file, form, exact=exact)
                for file, form in ((csv, "csv"), (parquet, "parquet"))
            ]
        if (points := _points(warehouse.table("community", exact=exact))) is not None:
            points.to_parquet(to / "community.geo.parquet", index=False)
        described = package(warehouse, resources, exact=exact)
        description = json.dumps(described, ensure_ascii=False, indent=1)
        (to / "datapackage.json").write_text(description, encoding="utf-8")
    except OSError as error:
        raise Problem(message("export.unwritable", to=to, reason=error.strerror)) from error
    return to / "datapackage.json"


def _as_loaded(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Write what is known again when the file is loaded: pseudonyms in our form, and of which system
    the coordinates are."""
    names = [column.name for column in table.columns if column.field.type == "pseudonym"]
    rows = rows.assign(**{name: rows[name].map(written) for name in names})
    return rows.assign(**{COORDINATES: "WGS-84"}) if _has_places(table) else rows


def _has_places(table: Table) -> bool:
    return any(column.name == "lon" for column in table.columns)


def _write_csv(rows: pd.DataFrame, file: Path) -> None:
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
    with file.open("wb") as opened:
        for start in range(0, max(len(rows), 1), CHUNK_ROWS):
            text = as_csv(rows.iloc[start : start + CHUNK_ROWS])
            if start:
                text = text.removeprefix(mark).split(b"\r\n", 1)[1]
            opened.write(text)


def _points(rows: pd.DataFrame) -> Any:
    """Give the communities that have a place as points."""
    import geopandas as gpd

    rows = rows[rows["lon"].notna() & rows["lat"].notna()]
    if rows.empty:
        return None
    places = gpd.points_from_xy(rows["lon"], rows["lat"])
    return gpd.GeoDataFrame(rows, geometry=places, crs="EPSG:4326")


def package(
    warehouse: Warehouse, resources: list[dict[str, Any]], *, exact: bool
) -> dict[str, Any]:
    """Describe the folder."""
    about = warehouse.about
    return {
        "name": "minhang-new-type-communities",
        "title": "闵行新型居住社区 · Minhang new-type residential communities",
        "created": about["built_at"],
        "version": warehouse.version,
        "sampleTables": [name for name in about["sample_tables"].split(";") if name],
        "ownTables": [name for name in about["own_tables"].split(";") if name],
        "hidesBelow": None if exact else warehouse.small_cell,
        "resources": resources,
    }


def resource(table: Table, file: Path, form: str, *, exact: bool) -> dict[str, Any]:
    """Describe one file; of one that is not exact, rows and counts may be missing."""
    content = file.read_bytes()
    return {
        "name": f"{table.name}-{form}",
        "path": file.name,
        "format": form,
        "mediatype": "text/csv" if form == "csv" else "application/vnd.apache.parquet",
        **({"encoding": "utf-8", "profile": "tabular-data-resource"} if form == "csv" else {}),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "title": f"{table.label.zh} · {table.label.en}",
        "description": f"{table.row.zh} {table.row.en}",
        "schema": {
            "fields": [
                *(
                    field(column, may_be_hidden=not exact and column.name in OF_FEW)
                    for column in table.columns
                ),
                *([_SYSTEM] if form == "csv" and _has_places(table) else []),
            ],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": reference.column,
                    "reference": {
                        "resource": f"{reference.table}-{form}",
                        "fields": reference.column,
                    },
                }
                for reference in table.foreign_keys
                if exact
            ],
            "missingValues": [""],
        },
    }


def field(column: Any, *, may_be_hidden: bool) -> dict[str, Any]:
    """Describe one column."""
    declared = column.field
    is_required = not (column.nullable or may_be_hidden)
    constraints: dict[str, Any] = {"required": True} if is_required else {}
    if declared.allowed:
        constraints["enum"] = list(declared.allowed)
    if declared.minimum is not None:
        constraints["minimum"] = declared.minimum
    if declared.maximum is not None:
        constraints["maximum"] = declared.maximum
    return {
        "name": column.name,
        "type": declared.form.frictionless,
        "title": f"{declared.label.zh} · {declared.label.en}",
        "description": f"{declared.description.zh} {declared.description.en}",
        **(
            {"trueValues": ["True"], "falseValues": ["False"]} if declared.type == "boolean" else {}
        ),
        **({"unit": declared.unit.en} if declared.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }
