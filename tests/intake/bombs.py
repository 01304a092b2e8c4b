"""Make small files that would take a reader's time, its memory or its life."""

import io
import json
import random
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as parquet

from dashboard.contract.tables import TOWN
from dashboard.paths import DATA
from dashboard.warehouse.published import read_table

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip

TOWN_CODES = read_table(DATA / "towns.csv", TOWN)["town_code"].tolist()
Parts = dict[str, str | bytes]


def zipped(parts: Parts) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def book(
    rows: str = "", *, whole: str = "", sheets: str = "", links: str = "", **more: str
) -> bytes:
    """Write a workbook of one sheet from its XML; ``more`` are its strings or its styles."""
    parts = {"worksheets/sheet1": whole or worksheet(rows), **more}
    kinds = {"worksheets/sheet1": "worksheet"}
    links += "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kinds.get(name, name)}" '
        f'Target="{name}.xml"/>'
        for number, name in enumerate(parts, start=1)
    )
    sheets = sheets or '<sheet name="甲" sheetId="1" r:id="rId1"/>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f"<sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_LINKS}">{links}</Relationships>',
            **{f"xl/{name}.xml": text for name, text in parts.items()},
        }
    )


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def shared(strings: str) -> str:
    return f'<sst xmlns="{_MAIN}">{strings}</sst>'


def many_sheets(count: int) -> bytes:
    names = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="rId1"/>' for n in range(count))
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c></row>' for n in range(1, 800))
    return book(rows, sheets=names)


def laughing(part: str) -> bytes:
    text = f'{_LAUGHS}<worksheet xmlns="{_MAIN}"><sheetData><row><c><v>&a11;</v></c></row></sheetData></worksheet>'
    if part == "sheet":
        return book(whole=text)
    return zipped({"xl/workbook.xml": text, "xl/_rels/workbook.xml.rels": text})


def overlapping() -> bytes:
    """Let many members of an archive lie in the same place."""
    content = bytearray(zipped({"xl/workbook.xml": bytes(20_000_000)}))
    start = content.find(b"PK\x01\x02")
    entry, end = content[start : content.find(b"PK\x05\x06")], content[-22:]
    count = 3_000
    end[8:12] = struct.pack("<HH", count, count)
    end[12:16] = struct.pack("<I", count * len(entry))
    return bytes(content[:start] + entry * count + end)


def compound(next_sector: int) -> bytes:
    """Write an OLE file whose chain of sectors leads round in a circle."""
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    )
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    fat = struct.pack("<I", 0xFFFFFFFD) + struct.pack("<I", next_sector) * 127
    name = "Workbook".encode("utf-16-le")
    entry = (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIIIQQIQQIQ", 18, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1 << 30)[:64]
    )
    return (head[:512] + fat + entry.ljust(128, b"\0") * 4).ljust(200_000, b"\1")


def column(values: list[object], count: int, kind: pa.DataType) -> bytes:
    """Write a Parquet file that says the same values over and over."""
    file = io.BytesIO()
    indices = pa.array([n % len(values) for n in range(1000)], pa.int32())
    chunk = pa.DictionaryArray.from_arrays(indices, pa.array(values, kind))
    table = pa.table({"甲": pa.chunked_array([chunk] * (count // 1000))})
    parquet.write_table(table, file, use_dictionary=True, compression="zstd")
    return file.getvalue()


def nothing(rows: int) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table({"甲": pa.nulls(rows, pa.int32())}), file, compression="zstd")
    return file.getvalue()


def nested(depth: int) -> bytes:
    kind: pa.DataType = pa.int32()
    for _ in range(depth):
        kind = pa.list_(kind)
    file = io.BytesIO()
    parquet.write_table(pa.table({"甲": pa.nulls(10, kind)}), file)
    return file.getvalue()


def features(*geometries: object, **more: object) -> bytes:
    each = [
        {"type": "Feature", "properties": {"town_code": code}, "geometry": geometry}
        for code, geometry in zip(TOWN_CODES, geometries, strict=False)
    ]
    return json.dumps({"type": "FeatureCollection", "features": each, **more}).encode()


def polygon(points: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def tangle(count: int) -> dict[str, object]:
    """Draw a polygon whose every side crosses most others."""
    draw = random.Random(0)
    return polygon([[121 + draw.random(), 31 + draw.random()] for _ in range(count)])


def collected(depth: int) -> bytes:
    inner = '{"type": "Point", "coordinates": [121, 31]}'
    for _ in range(depth):
        inner = f'{{"type": "GeometryCollection", "geometries": [{inner}]}}'
    return f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{}}, "geometry": {inner}}}]}}'.encode()


def endless_view() -> bytes:
    """Write a GeoPackage whose layer is a view that never ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        points = gpd.points_from_xy([121.4], [31.1])
        frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=points, crs="EPSG:4326")
        frame.to_file(path, layer="a", spatial_index=False)
        with sqlite3.connect(path) as base:
            base.execute("alter table a rename to b")
            base.execute(
                "create view a as with recursive n(i) as (select 1 union all select i + 1 from n) "
                "select n.i as fid, b.geom, b.name from n, b"
            )
            base.execute("drop table gpkg_ogr_contents")
        base.close()
        return path.read_bytes()


def shapefile(**parts: bytes) -> bytes:
    head = struct.pack(">i5ii", 9994, 0, 0, 0, 0, 0, 50) + struct.pack("<ii8d", 1000, 1, *[0.0] * 8)
    there: Parts = {"a.shp": head, "a.shx": head, "a.dbf": b"\3" + bytes(31) + b"\r"}
    return zipped({**there, **{f"a.{name}": content for name, content in parts.items()}})


FAR = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
MANY = 16_000

# By name: the file's name, how to make it, and whether it can only be refused.
BOMBS: dict[str, tuple[str, Callable[[], bytes], bool]] = {
    "far cell in single quotes": ("a.xlsx", lambda: book(FAR), True),
    "far cell in double quotes": ("a.xlsx", lambda: book(FAR.replace("'", '"')), True),
    "far cell with a prefix": ("a.xlsx", lambda: book(whole=f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData><x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'), False),
    "far cell in spaces": ("a.xlsx", lambda: book('<row r="1"><c  r = "XFD1048576"><v>1</v></c></row>'), False),
    "far row and near cell": ("a.xlsx", lambda: book('<row r="1"><c r="A1"><v>1</v></c></row><row r=\'1048576\'><c r=\'XFD1048576\'/></row>'), False),
    "two far corners": ("a.xlsx", lambda: book("<row r='1'><c r='XFD1'><v>1</v></c></row><row r='1048576'><c r='A1048576'><v>1</v></c></row>"), True),
    "dimension of everything": ("a.xlsx", lambda: book(whole=f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{FAR}</sheetData></worksheet>'), True),
    "merged over everything": ("a.xlsx", lambda: book(whole=f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'), False),
    "many merged areas": ("a.xlsx", lambda: book(whole=f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>' + '<mergeCell ref="A1:B2"/>' * 900_000 + "</mergeCells></worksheet>"), False),
    "error cells without a value": ("a.xlsx", lambda: book('<c r="A1" t="e"/>' * MANY), False),
    "more error cells without a value": ("a.xlsx", lambda: book('<c r="A1" t="e"/>' * 8 * MANY), False),
    "cells that do not end": ("a.xlsx", lambda: book('<c t="e" <f' + "<c " * 400_000), False),
    "rows that do not end": ("a.xlsx", lambda: book("<row " * 400_000), False),
    "formulas that do not end": ("a.xlsx", lambda: book('<c r="A1" t="e"><f>' * 60_000), False),
    "attributes without end": ("a.xlsx", lambda: book('<c t="e" ' + 'r="A1" ' * 100_000), False),
    "shared string in many cells": ("a.xlsx", lambda: book("<row>" + '<c t="s"><v>0</v></c>' * 20_000 + "</row>", sharedStrings=shared(f"<si><t>{'x' * 1_000_000}</t></si>")), True),
    "many empty shared strings": ("a.xlsx", lambda: book("<row/>", sharedStrings=shared("<si><t/></si>" * 3_700_000)), False),
    "shared strings counted wrong": ("a.xlsx", lambda: book("<row/>", sharedStrings=f'<sst xmlns="{_MAIN}" uniqueCount="4294967295" count="4294967295"/>'), False),
    "rich text without end": ("a.xlsx", lambda: book('<row><c t="s"><v>0</v></c></row>', sharedStrings=shared("<si>" + "<r><t>x</t></r>" * 3_000_000)), False),
    "many styles": ("a.xlsx", lambda: book("<row/>", styles=f'<styleSheet xmlns="{_MAIN}"><cellXfs>' + '<xf numFmtId="14"/>' * 2_200_000 + "</cellXfs></styleSheet>"), False),
    "cells without a place": ("a.xlsx", lambda: book("<row>" + "<c><v>1</v></c>" * 3_200_000 + "</row>"), False),
    "rows without a cell": ("a.xlsx", lambda: book("<row/>" * 8_000_000), False),
    "three thousand sheets on one member": ("a.xlsx", lambda: many_sheets(3_000), False),
    "many links": ("a.xlsx", lambda: book("<row/>", links='<Relationship Id="x" Target="y"/>' * 900_000), False),
    "deep elements": ("a.xlsx", lambda: book("<a>" * 5_000_000), False),
    "deep elements in the workbook": ("a.xlsx", lambda: book("<row/>", sheets="<a>" * 3_000_000), True),
    "entities in a sheet": ("a.xlsx", lambda: laughing("sheet"), False),
    "entities in the workbook": ("a.xlsx", lambda: laughing("workbook"), True),
    "zip of zeros": ("a.xlsx", lambda: zipped({"xl/workbook.xml": bytes(400_000_000)}), True),
    "zip of many members": ("a.xlsx", lambda: zipped({f"xl/{n}": "" for n in range(6_000)}), True),
    "zip of overlapping members": ("a.xlsx", overlapping, True),
    "zip in zip": ("a.zip", lambda: zipped({"a.zip": zipped({"b": bytes(30_000_000)})}), True),
    "circle in an old workbook": ("a.xls", lambda: compound(1), True),
    "self-reference in an old workbook": ("a.xls", lambda: compound(0), True),
    "parquet of one long text": ("a.parquet", lambda: column(["x" * 20_000], 100_000, pa.string()), True),
    "parquet of longer texts": ("a.parquet", lambda: column(["x" * 900_000, "y"], 1_000_000, pa.string()), True),
    "parquet of long bytes": ("a.parquet", lambda: column([b"x" * 200_000], 200_000, pa.binary()), True),
    "parquet of nothing": ("a.parquet", lambda: nothing(29_000_000), True),
    "parquet of deep lists": ("a.parquet", lambda: nested(60), False),
    "csv of one-letter lines": ("a.csv", lambda: b"x\n" * 20_000_000, True),
    "csv of empty lines": ("a.csv", lambda: b"a,b" + b"\n" * 20_000_000 + b"c,d", True),
    "csv of one line": ("a.csv", lambda: b"x," * 10_000_000, True),
    "csv of one cell": ("a.csv", lambda: b'"' + b"x" * 30_000_000, True),
    "csv of quotes": ("a.csv", lambda: b'""' * 10_000_000, True),
    "json nested deep": ("a.geojson", lambda: b'{"a":' * 1_000_000, True),
    "json of a long number": ("a.geojson", lambda: b'{"a":' + b"9" * 5_000_000 + b"}", True),
    "json of many keys": ("a.geojson", lambda: features(None, **{f"k{n}": {} for n in range(300_000)}), False),
    "json of many empty features": ("a.geojson", lambda: b'{"type":"FeatureCollection","features":[' + b"{}," * 6_000_000 + b"{}]}", True),
    "polygon that crosses itself": ("a.geojson", lambda: features(tangle(30_000)), True),
    "towns that cross each other": ("a.geojson", lambda: features(*[tangle(1_500)] * 14), True),
    "geometries in geometries": ("a.geojson", lambda: collected(900), True),
    "view without end": ("a.gpkg", endless_view, True),
    "damaged geopackage": ("a.gpkg", lambda: endless_view()[:9_000] + b"\xff" * 90_000, True),
    "shapefile of zeros": ("a.zip", lambda: shapefile(dbf=b"\3" + bytes(45_000_000)), False),
    "shapefile of many records": ("a.zip", lambda: shapefile(dbf=b"\3" + bytes(3) + struct.pack("<IHH", 0x7FFFFFFF, 65, 60_000) + bytes(20) + b"\r"), False),
}  # fmt: skip
