"""Read a user's own boundary file, which takes the schematic's place.

``read_boundaries`` says everything that is wrong with a file at once.
"""

import hashlib
import json
import math
import os
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

# Some of GDAL's drivers follow what a file says to other files, to the network or to programs.
# It heeds this when it is first imported.
os.environ["GDAL_SKIP"] = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,"
    "Elasticsearch,FlatGeobuf,GDALG,GML,GPSBabel,GPX,GTFS,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,"
    "JSONFG,KML,LIBKML,LVBAG,MBTiles,MEM,MVT,MapInfo File,MapML,MiraMonVector,NGW,OAPIF,ODS,"
    "OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,"
    "SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from dashboard.contract.encodings import is_garbled
from dashboard.contract.problem import Problem
from dashboard.contract.tables import TOWN
from dashboard.contract.words import Words
from dashboard.intake.gazetteer import Towns, plain_code
from dashboard.intake.messages import message
from dashboard.paths import warehouse_path
from dashboard.warehouse.geography import (
    METRES,
    WGS84,
)
from dashboard.warehouse.published import read_table
from dashboard.warehouse.uploads import State

NEAR_MINHANG = (120.8, 30.6, 122.2, 31.9)
MAX_POINTS = 3_500  # a point costs 16 bytes in the browser: 14 towns stay below 60 kB
MAX_OVERLAP_SHARE = 0.005
SLIVER_M = 10  # a gap between two towns no wider than this is a slip of the pen
LISTED = 3  # a sentence or a list names this many features, then counts the rest


class BoundaryProblems(Problem):
    """Carry every problem found in one boundary file, a sentence each."""


@dataclass(frozen=True)
class _Feature:
    """Hold one feature in the file's own coordinates and the towns its attributes name."""

    where: Words
    title: str
    code: str | None
    named_code: str | None
    shape: BaseGeometry | None

    @property
    def town_code(self) -> str | None:
        return self.code or self.named_code

    @property
    def is_polygonal(self) -> bool:
        return isinstance(self.shape, Polygon | MultiPolygon) and not self.shape.is_empty

    @property
    def is_sound(self) -> bool:
        return self.is_polygonal and bool(shapely.is_valid(self.shape))


def read_boundaries(path: Path, towns: pd.DataFrame) -> gpd.GeoDataFrame:
    """Read a GeoJSON, GeoPackage or (zipped) Shapefile: ``town_code``, ``geometry`` (EPSG:4326).

    Features are matched on nine- or twelve-digit town code, else on name, short name or alias.
    The result is in code order and small enough for the browser, shared edges kept.
    Raise ``BoundaryProblems`` with every problem found.
    """
    frame, known = read_layer(path), Towns(towns)
    features = _features(frame, known, file=path.name)
    problems = _name_problems(features, known, file=path.name, columns=_attributes(frame))
    problems += _shape_problems(features)
    if problem := _crs_problem(frame.crs, file=path.name):
        raise BoundaryProblems([*problems, problem])

    sound = [feature for feature in features if feature.is_sound]
    placed = _placed([feature.shape for feature in sound], frame.crs)
    near = _is_near(placed)
    problems += _place_problems([f for f, ok in zip(sound, near, strict=True) if not ok], frame.crs)
    parts = gpd.GeoDataFrame({"town_code": [f.town_code for f in sound]}, geometry=placed)
    merged = parts[near].dissolve("town_code").to_crs(METRES)  # drops features of no town
    problems += _overlap_problems(merged.geometry, known, file=path.name)
    if problems:
        raise BoundaryProblems(problems)
    merged.geometry = _simplified(merged.geometry.to_numpy())
    return merged.to_crs(WGS84).reset_index()[["town_code", "geometry"]]


# Opening the file

DRIVERS = frozenset(("ESRI Shapefile", "GPKG", "GeoJSON"))
MAX_DEPTH = 40
SHAPEFILE_START = b"\0\0\x27\x0a"
# Whatever a .cpg file declares, and often wrongly: no text in GBK happens to be sound UTF-8.
SHAPEFILE_ENCODINGS = ("utf-8", "gb18030")


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """Read the file's one layer, or raise ``BoundaryProblems`` when there is not exactly one."""
    if more := pyogrio.list_drivers().keys() - DRIVERS:
        raise RuntimeError(f"GDAL was imported before its drivers were shut off: {sorted(more)}")
    try:
        source, encodings = _source(path)
        with warnings.catch_warnings():
            # GDAL's warnings (an unclosed ring, say) come back below as sentences of our own.
            warnings.simplefilter("ignore")
            layers = [name for name, kind in pyogrio.list_layers(source) if kind is not None]
            if len(layers) == 1:
                return _decoded(source, layers[0], encodings, file=path.name)
    except (OSError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise _unreadable(path.name, Words(str(error), str(error))) from error
    found = ", ".join(layers) or "0"
    raise BoundaryProblems([message("boundaries.layers", file=path.name, found=found)])


def _unreadable(file: str, reason: Words) -> BoundaryProblems:
    return BoundaryProblems([message("boundaries.unreadable", file=file, reason=reason)])


Source = str | bytes


def _source(path: Path) -> tuple[Source, tuple[str | None, ...]]:
    """Name the source for GDAL, or give its bytes, and the text encodings to try.

    The first bytes must be those of a format we accept.
    """
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(b"PK"):
        return _zipped_source(path)
    if start.startswith(SHAPEFILE_START):
        return str(path), SHAPEFILE_ENCODINGS
    if start.startswith(b"SQLite format 3\0"):
        return str(path), (None,)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return plain_geojson(path), (None,)
    raise _unreadable(
        path.name,
        message("boundaries.no_format"),
    )


_NAMED_CRS = re.compile(
    r"urn:ogc:def:crs:[\w.]*:[\w.]*:\w+|EPSG:\d+|https?://www\.opengis\.net/def/crs/\w+/[\w.]+/\w+",
    re.IGNORECASE,
)


def plain_geojson(path: Path) -> bytes:
    """Read a GeoJSON file and write it anew: its features and the name of its system alone.

    What GDAL is given can then be nothing else, and leads nowhere.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        said = json.loads(text, object_hook=_without_links, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        reason = Words("不是合格的JSON", f"no sound JSON: {str(error)[:80]}")
        raise _unreadable(path.name, reason) from error
    features = [said] if said.get("type") == "Feature" else said.get("features")
    if said.get("type") not in ("Feature", "FeatureCollection") or not isinstance(features, list):
        reason = Words("不是GeoJSON要素集", "no FeatureCollection of GeoJSON")
        raise _unreadable(path.name, reason)
    plain: dict[str, Any] = {"type": "FeatureCollection", "name": "features"}
    plain["features"] = [_plain_feature(each) for each in features]
    if (crs := said.get("crs")) is not None:
        name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
        if not isinstance(name, str) or not _NAMED_CRS.fullmatch(name):
            reason = Words("坐标系不是按EPSG编号写的", "its crs is not named by an EPSG number")
            raise _unreadable(path.name, reason)
        plain["crs"] = {"type": "name", "properties": {"name": name}}
    return json.dumps(plain).encode()


def _without_links(said: dict[str, Any]) -> dict[str, Any]:
    """Refuse a coordinate system that is to be fetched from elsewhere, however deep it stands."""
    crs = said.get("crs")
    if isinstance(crs, dict) and crs.get("type") != "name":
        raise ValueError("a crs must be named, not linked")
    return said


def _plain_feature(feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict):
        return {"type": "Feature", "properties": {}, "geometry": None}
    kept = {name: feature[name] for name in ("id", "properties") if name in feature}
    return {"type": "Feature", "geometry": _plain_geometry(feature.get("geometry")), **kept}


def _plain_geometry(geometry: Any, depth: int = 0) -> Any:
    if not isinstance(geometry, dict) or depth > MAX_DEPTH:
        return None
    kept = {name: geometry[name] for name in ("type", "coordinates") if name in geometry}
    if isinstance(parts := geometry.get("geometries"), list):
        kept["geometries"] = [_plain_geometry(part, depth + 1) for part in parts]
    return kept


def _zipped_source(path: Path) -> tuple[Source, tuple[str | None, ...]]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
        inner = [name for name in names if name.lower().endswith(".shp")]
        if len(inner) != 1:
            reason = message("boundaries.zip", count=len(inner))
            raise _unreadable(path.name, reason)
        with archive.open(inner[0]) as file:
            if file.read(4) != SHAPEFILE_START:
                raise _unreadable(path.name, Words("不是Shapefile", f"{inner[0]} is no Shapefile"))
    return f"/vsizip/{{{path.absolute()}}}/{inner[0]}", SHAPEFILE_ENCODINGS


def _decoded(
    source: Source, layer: str, encodings: tuple[str | None, ...], *, file: str
) -> gpd.GeoDataFrame:
    for encoding in encodings:
        try:
            frame = _layer(source, layer, encoding)
        except UnicodeDecodeError:
            continue
        texts = [*frame.columns, *(str(v) for name in _attributes(frame) for v in frame[name])]
        if encoding != "gb18030" or not is_garbled("".join(texts)):
            return frame
    raise BoundaryProblems([message("boundaries.garbled", file=file)])


def _layer(source: Source, layer: str, encoding: str | None) -> gpd.GeoDataFrame:
    return gpd.read_file(source, layer=layer, encoding=encoding, on_invalid="ignore")


# Whose feature is it


def _features(frame: gpd.GeoDataFrame, towns: Towns, *, file: str) -> list[_Feature]:
    """Match each feature on the column with most town codes and the one with most names."""
    code_values, codes = _best(
        frame, lambda text: plain_code(text) if plain_code(text) in towns.titles else None
    )
    name_values, named = _best(frame, towns.named_by)
    titles = [_title(value) for value in (name_values if any(named) else code_values)]
    return [
        _Feature(
            where=Words(f"{file} 第{n}个要素“{title}”", f"{file}, feature {n} “{title}”"),
            title=title,
            code=code,
            named_code=named_code,
            shape=None if shape is None else shapely.force_2d(shape),
        )
        for n, (title, code, named_code, shape) in enumerate(
            zip(titles, codes, named, frame.geometry, strict=True), start=1
        )
    ]


def _attributes(frame: gpd.GeoDataFrame) -> list[str]:
    return [column for column in frame.columns if column != frame.geometry.name]


def _best(
    frame: gpd.GeoDataFrame, town_of: Callable[[str], str | None]
) -> tuple[list[object], list[str | None]]:
    """Choose the column in which most values are towns: its values and the town of each."""
    columns = [frame[column].tolist() for column in _attributes(frame)] or [[None] * len(frame)]
    matched = [(values, [town_of(_title(value)) for value in values]) for values in columns]
    return max(matched, key=lambda pair: len(pair[1]) - pair[1].count(None))


def _title(value: object) -> str:
    is_missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if is_missing else str(value)


def _name_problems(
    features: Sequence[_Feature], towns: Towns, *, file: str, columns: Sequence[str]
) -> list[Words]:
    """Say which features belong to no town, to two towns or to a town already taken."""
    by_town: dict[str | None, list[_Feature]] = defaultdict(list)
    for feature in features:
        by_town[feature.town_code].append(feature)
    unknown = by_town.pop(None, [])
    if features and not by_town:
        found: Sequence[str | Words] = columns or [Words("无", "none")]
        return [message("boundaries.no_column", file=file, columns=found)]
    claimed = {code for feature in features for code in (feature.code, feature.named_code)}
    missing = [name for code, name in towns.words.items() if code not in claimed]
    told = [_unknown_problem(feature, towns) for feature in unknown[:LISTED]]
    if more := len(unknown) - len(told):
        told.append(message("boundaries.more_unknown", file=file, more=more))
    told += [_conflict_problem(feature, towns) for feature in features if _disagrees(feature)]
    for code, group in by_town.items():
        if len(group) > 1 and any(feature.code is None for feature in group):
            where = _together([feature.where for feature in group])
            told.append(message("boundaries.double", where=where, town=towns.words[code or ""]))
    if missing:
        told.append(message("boundaries.missing", file=file, count=len(missing), towns=missing))
    return told


def _disagrees(feature: _Feature) -> bool:
    return None not in (feature.code, feature.named_code) and feature.code != feature.named_code


def _unknown_problem(feature: _Feature, towns: Towns) -> Words:
    near = towns.suggestions(feature.title)[:1]
    advice = (
        message("boundaries.perhaps", town=towns.words[near[0]], zh=towns.titles[near[0]])
        if near
        else message("boundaries.rename")
    )
    return message("boundaries.unknown", where=feature.where, advice=advice)


def _conflict_problem(feature: _Feature, towns: Towns) -> Words:
    code, named = (towns.words[code or ""] for code in (feature.code, feature.named_code))
    return message(
        "boundaries.conflict", where=feature.where, number=feature.code, code=code, named=named
    )


def _together(wheres: Sequence[Words]) -> Words:
    """Join the first few places and count the rest."""
    more = len(wheres) - LISTED
    return Words(
        "、".join(where.zh for where in wheres[:LISTED])
        + (f"等{len(wheres)}处" if more > 0 else ""),
        "; ".join(where.en for where in wheres[:LISTED])
        + (f" and {more} more" if more > 0 else ""),
    )


# Is its shape sound, and where is it

REASONS_ZH = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞相互嵌套",
    "Nested shells": "部分相互重叠",
    "Interior is disconnected": "内部不连通",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "点太少",
}


def _shape_problems(features: Sequence[_Feature]) -> list[Words]:
    return [
        _invalid_problem(feature) if feature.is_polygonal else _not_polygonal_problem(feature)
        for feature in features
        if not feature.is_sound
    ]


def _not_polygonal_problem(feature: _Feature) -> Words:
    if feature.shape is None or feature.shape.is_empty:
        kind = Words("没有可读取的图形", "has no readable shape")
    else:
        geometry = feature.shape.geom_type
        kind = Words(f"图形是{geometry}，不是面", f"is a {geometry}, not a polygon")
    return message("boundaries.no_polygon", where=feature.where, kind=kind)


def _invalid_problem(feature: _Feature) -> Words:
    reason, _, place = shapely.is_valid_reason(feature.shape).partition("[")
    place = place.removesuffix("]")
    return message(
        "boundaries.invalid",
        where=feature.where,
        place=place,
        reason=Words(REASONS_ZH.get(reason, reason), reason.lower()),
    )


def _crs_problem(crs: CRS | None, *, file: str) -> Words | None:
    if crs is None:
        return message("boundaries.no_crs", file=file)
    try:
        Transformer.from_crs(crs, WGS84, always_xy=True)
    except ProjError:
        return message("boundaries.crs", file=file, name=crs.name)
    return None


def in_wgs84(frame: gpd.GeoDataFrame, *, file: str) -> gpd.GeoDataFrame:
    """Convert a layer to WGS-84, one of no declared system left as it is; raises BoundaryProblems."""
    if frame.crs is None:
        return frame
    if problem := _crs_problem(frame.crs, file=file):
        raise BoundaryProblems([problem])
    return frame.to_crs(WGS84)


def _placed(shapes: Sequence[BaseGeometry | None], crs: CRS) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84)


def _is_near(shapes: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Tell which shapes lie around Minhang."""
    west, south, east, north = NEAR_MINHANG
    bounds = shapes.bounds
    near = (bounds.minx >= west) & (bounds.miny >= south)
    near &= (bounds.maxx <= east) & (bounds.maxy <= north)
    return np.asarray(near, dtype=bool)


def _place_problems(features: Sequence[_Feature], crs: CRS) -> list[Words]:
    """Say which features lie far from Minhang, and whether their axes are swapped."""
    shapes = [feature.shape for feature in features]
    turned = [shapely.transform(shape, lambda points: points[:, ::-1]) for shape in shapes]
    is_swapped = dict(zip(features, _is_near(_placed(turned, crs)), strict=True))
    swapped = [feature.where for feature in features if is_swapped[feature]]
    astray = [feature.where for feature in features if not is_swapped[feature]]
    west, south, east, north = NEAR_MINHANG
    told: list[Words] = [message("boundaries.swapped", where=_together(swapped))] if swapped else []
    if astray:
        where, name = _together(astray), str(crs.name)
        told.append(
            message(
                "boundaries.far",
                where=where,
                crs=name,
                west=west,
                east=east,
                south=south,
                north=north,
            )
        )
    return told


def _overlap_problems(shapes: gpd.GeoSeries, towns: Towns, *, file: str) -> list[Words]:
    """Say which towns (shapes in metres, indexed by town code) lie on one another, and where."""
    problems: list[Words] = []
    for (one, a), (other, b) in combinations(shapes.items(), 2):
        common = a.intersection(b)
        share = common.area / min(a.area, b.area)
        if share > MAX_OVERLAP_SHARE:
            inside = gpd.GeoSeries([common.representative_point()], crs=METRES).to_crs(WGS84)[0]
            place = f"{inside.x:.4f}, {inside.y:.4f}"
            problems.append(
                message(
                    "boundaries.overlap",
                    file=file,
                    one=towns.words[one],
                    other=towns.words[other],
                    area=common.area / 1e6,
                    share=share,
                    place=place,
                )
            )
    return problems


def _simplified(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Thin polygons (in metres) to ``MAX_POINTS`` as gently as that allows, shared edges kept."""
    if not shapely.coverage_is_valid(shapes, gap_width=SLIVER_M):
        # A sliver's two sides would be thinned apart and grow: make one edge of them first.
        shapes = shapely.coverage_clean(shapes, gap_width=SLIVER_M)
    thinned = shapes
    for tolerance_m in (1, 2, 5, 10, 20, 50, 100, 200):
        if shapely.get_num_coordinates(thinned).sum() <= MAX_POINTS:
            break
        thinned = shapely.coverage_simplify(shapes, tolerance_m)
    return thinned


# Which shapes are in force


BOUNDARY_FILES = ("boundaries.geojson", "boundaries.gpkg", "boundaries.zip", "boundaries.shp")


def folder_boundaries(data: Path) -> Path | None:
    """Find the boundary file that was put into the data folder, if there is one, made ours.

    It is checked once; what came of it is kept beside the warehouse. Raises Problem.
    """
    own = next((data / name for name in BOUNDARY_FILES if (data / name).is_file()), None)
    if own is None:
        return None
    digest = hashlib.sha256()
    for part in sorted(data.glob("boundaries.*")):  # a Shapefile is several
        digest.update(part.read_bytes())
    made = warehouse_path().parent / f"boundaries-{digest.hexdigest()[:16]}.geojson"
    if not made.is_file():
        shapes = read_boundaries(own, read_table(data / "towns.csv", TOWN)).to_json()
        try:
            made.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=made.parent, delete=False, encoding="utf-8") as file:
                file.write(shapes)
            Path(file.name).replace(made)
        except OSError as error:
            told = message("boundaries.unwritable", folder=made.parent, reason=error.strerror)
            raise BoundaryProblems([told]) from error
    return made


def boundaries_in_force(data: Path, own: State | None) -> Path | None:
    """Find the user's own boundaries: those loaded, else those in the data folder.

    Raises Problem when the folder's can't be used.
    """
    return own.boundaries if own and own.boundaries else folder_boundaries(data)
