"""Read files in a child process: what the child does, and what is made here of its answer.

Cells cross as Arrow: the distinct values of a file as texts with their kinds, and for each cell
which value it is. So a value that stands in a million cells is held once, on either side.
"""

import hashlib
import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError
from shapely.geometry import shape

from dashboard import apart
from dashboard.confined import Output
from dashboard.contract.plain import as_plain, from_plain
from dashboard.contract.problem import Problem
from dashboard.intake.boundaries import SHAPEFILE_START
from dashboard.intake.headings import read_mapping
from dashboard.intake.messages import message
from dashboard.intake.reading import (
    Cell,
    Row,
    Sheet,
    Source,
    read,
    read_bytes,
)
from dashboard.intake.scanning import MAX_CELLS

MAX_ROWS = 3_000_000
MAX_LETTERS = 1_000_000_000  # in all cells together, a value in two cells counted twice

_TICK = timedelta(microseconds=1)
_KINDS: dict[str, tuple[Any, Any]] = {
    "none": (str, lambda text: None),
    "str": (str, str),
    "bool": (lambda value: str(int(value)), lambda text: bool(int(text))),
    "int": (str, int),
    "float": (repr, float),
    "datetime": (datetime.isoformat, datetime.fromisoformat),
    "date": (date.isoformat, date.fromisoformat),
    "time": (time.isoformat, time.fromisoformat),
    "timedelta": (lambda value: str(value // _TICK), lambda text: int(text) * _TICK),
    "Decimal": (str, Decimal),
}
_VALUES = pa.schema([("kind", pa.string()), ("text", pa.large_string())])
_CELLS = pa.schema([("value", pa.uint32())])
_ROWS = pa.schema([("sheet", pa.uint32()), ("length", pa.uint32())])


# In the child -----------------------------------------------------------------------------


def read_in_child(files: list[str], towns: list[dict[str, Any]], output: Output) -> dict[str, Any]:
    """Read a file and write its cells; or, where it holds areas, the towns' shapes."""
    from dashboard.intake.boundaries import read_boundaries

    path = Path(files[0])
    source = read(path)
    if source.holds_areas:
        shapes = read_boundaries(path, pd.DataFrame(towns))
        with output.part() as part:
            part.write(shapes.to_json().encode())
        return {"sheets": None}
    _write_cells(source.sheets, output)
    return {"sheets": [_plain_sheet(sheet) for sheet in source.sheets]}


def _plain_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        each.name: as_plain(getattr(sheet, each.name))
        for each in fields(Sheet)
        if each.name != "rows"
    }


def _write_cells(sheets: Sequence[Sheet], output: Output) -> None:
    known: dict[tuple[type, Cell], int] = {}
    cells, owners, lengths = array("I"), array("I"), array("I")
    for number, sheet in enumerate(sheets):
        for row in sheet.rows:
            owners.append(number)
            lengths.append(len(row))
            cells.extend([known.setdefault(_key(value), len(known)) for value in row])
    values = [_written(value) for _, value in known]
    _write(output, _VALUES, [kind for kind, _ in values], [text for _, text in values])
    _write(output, _CELLS, np.asarray(cells))
    _write(output, _ROWS, np.asarray(owners), np.asarray(lengths))


def _key(value: Cell) -> tuple[type, Cell]:
    try:
        hash(value)
    except TypeError:
        value = str(value)
    return value.__class__, value


def _written(value: Cell) -> tuple[str, str]:
    """Write a value as its kind and a text; what has no kind of its own is written as seen."""
    if value is None:
        return "none", ""
    if isinstance(value, pd.Timestamp):
        value = None if value is pd.NaT else value.to_pydatetime(warn=False)
    elif isinstance(value, np.generic):
        value = value.item()
    kind = type(value).__name__
    if kind not in _KINDS:
        kind, value = ("none", "") if value is pd.NaT or value is None else ("str", str(value))
    text = _KINDS[kind][0](value)
    return kind, text.encode("utf-8", "replace").decode() if kind == "str" else text


def _write(output: Output, schema: pa.Schema, *columns: Any) -> None:
    arrays = [pa.array(each, field.type) for each, field in zip(columns, schema, strict=True)]
    with output.part() as part, pa.ipc.new_stream(part, schema) as stream:
        stream.write_table(pa.Table.from_arrays(arrays, schema=schema))


def map_in_child(files: list[str], said: Any, output: Output) -> dict[str, Any]:
    return read_mapping(Path(files[0]))


# In the server ----------------------------------------------------------------------------


def read_apart(path: Path, towns: pd.DataFrame, waiting: apart.Waiting = apart.unheard) -> Source:
    """Read a file in a child; raises Problem that says what it is instead and what to do."""
    content = read_bytes(path)
    digest = hashlib.sha256(content).hexdigest()
    rows = json.loads(towns.to_json(orient="records"))
    answer = apart.run(
        "dashboard.intake.crossing:read_in_child",
        {path.name: content, **_beside(path, content)},
        rows,
        about=path.name,
        waiting=waiting,
    )
    try:
        if answer.said["sheets"] is None:
            shapes = _judged_shapes(bytes(answer.parts[0]), set(towns["town_code"]))
            return Source(path, digest, len(content), [], holds_areas=True, shapes=shapes)
        sheets = _judged_sheets(path, answer)
    except (ValueError, TypeError, KeyError, IndexError, pa.ArrowException, ValidationError) as bad:
        raise apart.senseless(path.name) from bad
    return Source(path, digest, len(content), sheets)


def _beside(path: Path, content: bytes) -> dict[str, bytes]:
    """Read what belongs to a Shapefile that is not zipped."""
    if not content.startswith(SHAPEFILE_START):
        return {}
    parts = (path.with_suffix(ending) for ending in (".shx", ".dbf", ".prj", ".cpg"))
    return {part.name: read_bytes(part) for part in parts if part.is_file()}


def read_mapping_apart(name: str, content: bytes) -> dict[str, Any]:
    """Read an uploaded mapping in a child; raises Problem naming what it can't mean."""
    answer = apart.run(f"{__name__}:map_in_child", {name: content}, about=name)
    if not isinstance(answer.said, dict):
        raise apart.senseless(name)
    return answer.said


def _judged_sheets(path: Path, answer: apart.Answer) -> list[Sheet]:
    """Make the sheets anew of what came back."""
    values, cells, rows = (
        _table(part, schema)
        for part, schema in zip(answer.parts, (_VALUES, _CELLS, _ROWS), strict=True)
    )
    indices = cells["value"].to_numpy()
    texts = values["text"].to_pylist()
    letters = np.fromiter(map(len, texts), np.int64, len(texts))
    if len(rows) > MAX_ROWS or len(cells) > MAX_CELLS or letters[indices].sum() > MAX_LETTERS:
        raise _too_large(path)
    kinds = [_KINDS[kind][1] for kind in values["kind"].to_pylist()]
    known = [make(text) for make, text in zip(kinds, texts, strict=True)]
    owners, lengths = rows["sheet"].to_numpy(), rows["length"].to_numpy()
    if lengths.sum() != len(indices):
        raise ValueError("cells and rows do not agree")
    sheets = [_judged_sheet(path, plain) for plain in answer.said["sheets"]]
    for owner, row in zip(owners.tolist(), _rows(known, indices, lengths), strict=True):
        sheets[owner].rows.append(row)
    return sheets


def _rows(known: list[Cell], indices: Any, lengths: Any) -> Iterator[Row]:
    start = 0
    for length in lengths.tolist():
        yield [known[index] for index in indices[start : start + length].tolist()]
        start += length


_SHEET: TypeAdapter[Sheet] = TypeAdapter(Sheet)


def _judged_sheet(path: Path, plain: dict[str, Any]) -> Sheet:
    said = {name: from_plain(each) for name, each in plain.items()}
    return _SHEET.validate_python({**said, "file": path.name, "rows": []})


def _table(part: memoryview, schema: pa.Schema) -> pa.Table:
    with pa.ipc.open_stream(pa.py_buffer(part)) as stream:
        if stream.schema != schema:
            raise ValueError("another schema than agreed")
        table = stream.read_all()
    table.validate(full=True)
    if any(column.null_count for column in table.columns):
        raise ValueError("a missing value")
    return table


def _judged_shapes(text: bytes, towns: set[str]) -> bytes:
    """Write the towns' shapes anew: nothing else of the file is kept."""
    features = [
        {
            "type": "Feature",
            "properties": {"town_code": feature["properties"]["town_code"]},
            "geometry": shape(feature["geometry"]).__geo_interface__,
        }
        for feature in json.loads(text)["features"]
    ]
    if {each["properties"]["town_code"] for each in features} != towns:
        raise ValueError("other towns than asked")
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _too_large(path: Path) -> Problem:
    return Problem(message("sheet.too_many_cells", file=path.name, rows=MAX_ROWS, cells=MAX_CELLS))
