"""Read a user's own boundary file, which takes the schematic's place.

``read_boundaries`` says everything that is wrong with a file at once.
"""

import difflib
import json
import math
import os
import re
import unicodedata
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
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
from dashboard.contract.words import Words
from dashboard.warehouse.drawn import own_boundaries
from dashboard.warehouse.geography import METRES, WGS84, schematic_towns

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


def read_boundaries(path: Path, towns: pd.DataFrame, *, crs: str | None = None) -> gpd.GeoDataFrame:
    """Read a GeoJSON, GeoPackage or (zipped) Shapefile: ``town_code``, ``geometry`` (EPSG:4326).

    Features are matched on nine- or twelve-digit town code, else on name, short name or alias.
    ``crs`` says what the coordinates are in when the file declares nothing or a wrong thing.
    The result is in code order and small enough for the browser, shared edges kept.
    Raise ``BoundaryProblems`` with every problem found.
    """
    frame = read_layer(path)
    features = _features(frame, towns, file=path.name)
    problems = _name_problems(features, towns, file=path.name, columns=_attributes(frame))
    problems += _shape_problems(features)
    declared = crs or frame.crs
    if problem := _crs_problem(declared, file=path.name):
        raise BoundaryProblems([*problems, problem])

    sound = [feature for feature in features if feature.is_sound]
    placed = _placed([feature.shape for feature in sound], declared)
    near = _is_near(placed)
    problems += _place_problems([f for f, ok in zip(sound, near, strict=True) if not ok], declared)
    parts = gpd.GeoDataFrame({"town_code": [f.town_code for f in sound]}, geometry=placed)
    merged = parts[near].dissolve("town_code").to_crs(METRES)  # drops features of no town
    problems += _overlap_problems(merged.geometry, towns, file=path.name)
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
    raise BoundaryProblems(
        [
            Words(
                f"{path.name}：应只有一个含图形的图层，实有：{found}；请只保留街镇边界图层后重新导出。",
                f"{path.name}: needs exactly one layer with shapes, has: {found}; "
                "export it again with the town boundaries only.",
            )
        ]
    )


def _unreadable(file: str, reason: Words) -> BoundaryProblems:
    return BoundaryProblems(
        [
            Words(
                f"{file}：无法读取（{reason.zh}）；请从GIS软件重新导出为GeoJSON或GeoPackage，"
                "或把.shp、.shx、.dbf、.prj一起压缩为一个zip。",
                f"{file}: cannot be read ({reason.en}); export it again as GeoJSON or GeoPackage, "
                "or zip the .shp, .shx, .dbf and .prj together.",
            )
        ]
    )


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
        Words(
            "不是GeoJSON、GeoPackage、Shapefile或zip", "not GeoJSON, GeoPackage, Shapefile or zip"
        ),
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
            reason = Words(
                f"zip中应有1个.shp，实有{len(inner)}个", f"{len(inner)} .shp in the zip, not 1"
            )
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
    raise BoundaryProblems(
        [
            Words(
                f"{file}：属性文字是乱码，不是UTF-8也不是GBK编码；请重新导出为GeoPackage，或以UTF-8导出。",
                f"{file}: its texts are garbled, neither UTF-8 nor GBK; export it again as "
                "GeoPackage, or in UTF-8.",
            )
        ]
    )


def _layer(source: Source, layer: str, encoding: str | None) -> gpd.GeoDataFrame:
    return gpd.read_file(source, layer=layer, encoding=encoding, on_invalid="ignore")


# Whose feature is it


def _features(frame: gpd.GeoDataFrame, towns: pd.DataFrame, *, file: str) -> list[_Feature]:
    """Match each feature on the column with most town codes and the one with most names."""
    by_code = {code: code for code in towns["town_code"]}
    code_values, codes = _best(frame, by_code, _plain_code)
    name_values, named = _best(frame, _town_by_name(towns), _plain_name)
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
    frame: gpd.GeoDataFrame, towns: dict[str, str], plain: Callable[[object], str]
) -> tuple[list[object], list[str | None]]:
    """Choose the column in which most values are towns: its values and the town of each."""
    columns = [frame[column].tolist() for column in _attributes(frame)] or [[None] * len(frame)]
    matched = [(values, [towns.get(plain(value)) for value in values]) for values in columns]
    return max(matched, key=lambda pair: len(pair[1]) - pair[1].count(None))


def _title(value: object) -> str:
    is_missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if is_missing else str(value)


def _town_by_name(towns: pd.DataFrame) -> dict[str, str]:
    """Map every plain name, short name and alias to its town; leave out what means two."""
    found: dict[str, set[str]] = defaultdict(set)
    for town in towns.fillna("").itertuples():
        names = (town.name_zh, town.name_en, town.short_name_zh, town.short_name_en)
        for name in chain(names, str(town.aliases).split(";")):
            found[_plain_name(name)].add(str(town.town_code))
    return {name: min(codes) for name, codes in found.items() if name and len(codes) == 1}


def _plain_name(value: object) -> str:
    text = "".join(unicodedata.normalize("NFKC", str(value)).casefold().split())
    return text.replace("-", "").removeprefix("上海市").removeprefix("闵行区")


def _plain_code(value: object) -> str:
    """Strip what spreadsheets and the statistical twelve-digit form add to a town code."""
    text = str(value).strip().removesuffix(".0")
    return text.removesuffix("000") if len(text) == 12 else text


def _town_words(towns: pd.DataFrame) -> dict[str, Words]:
    return {str(t.town_code): Words(t.name_zh, t.name_en) for t in towns.itertuples()}


def _name_problems(
    features: Sequence[_Feature], towns: pd.DataFrame, *, file: str, columns: Sequence[str]
) -> list[Words]:
    """Say which features belong to no town, to two towns or to a town already taken."""
    names = _town_words(towns)
    by_town: dict[str, list[_Feature]] = defaultdict(list)
    unknown = []
    for feature in features:
        if feature.town_code is None:
            unknown.append(feature)
        else:
            by_town[feature.town_code].append(feature)
    if features and not by_town:
        return [_no_column_problem(file, columns)]
    claimed = {code for feature in features for code in (feature.code, feature.named_code)}
    missing = [name for code, name in names.items() if code not in claimed]
    return [
        *_unknown_problems(unknown, names.values(), file=file),
        *(_conflict_problem(f, names) for f in features if _disagrees(f)),
        *(
            _double_problem(group, names[code])
            for code, group in by_town.items()
            if len(group) > 1 and any(feature.code is None for feature in group)
        ),
        *([_missing_problem(file, missing)] if missing else []),
    ]


def _disagrees(feature: _Feature) -> bool:
    return None not in (feature.code, feature.named_code) and feature.code != feature.named_code


def _no_column_problem(file: str, columns: Sequence[str]) -> Words:
    found = ", ".join(columns)
    return Words(
        f"{file}：没有一列是街镇代码或街镇名称（现有列：{found or '无'}）；"
        "请加一列town_code，填九位街镇代码。",
        f"{file}: no column holds town codes or names (columns: {found or 'none'}); "
        "add a column town_code with the nine-digit codes.",
    )


def _unknown_problems(
    features: Sequence[_Feature], names: Collection[Words], *, file: str
) -> list[Words]:
    problems = [_unknown_problem(feature, names) for feature in features[:LISTED]]
    if more := len(features) - len(problems):
        problems.append(
            Words(
                f"{file}：另有{more}个要素不是闵行区的街镇；请只保留闵行区的14个街镇。",
                f"{file}: {more} more features are no town of Minhang; keep its 14 towns only.",
            )
        )
    return problems


def _unknown_problem(feature: _Feature, names: Collection[Words]) -> Words:
    known = {text: name for name in names for text in name}
    close = difflib.get_close_matches(feature.title, known, n=1)
    if close:
        guess = known[close[0]]
        advice = Words(
            f"是否应为“{guess.zh}”？请改正名称或代码。",
            f"did you mean {guess.en} ({guess.zh})? Correct its name or code.",
        )
    else:
        advice = Words(
            "请改正名称或代码，或删去该要素。", "correct its name or code, or delete it."
        )
    return Words(
        f"{feature.where.zh}：不是已知的街镇；{advice.zh}",
        f"{feature.where.en}: is not a known town; {advice.en}",
    )


def _conflict_problem(feature: _Feature, names: dict[str, Words]) -> Words:
    code, named = names[feature.code or ""], names[feature.named_code or ""]
    return Words(
        f"{feature.where.zh}：代码{feature.code}是{code.zh}，名称却是{named.zh}；请改正其一。",
        f"{feature.where.en}: its code {feature.code} is {code.en} but its name is {named.en}; "
        "correct one of them.",
    )


def _double_problem(features: Sequence[_Feature], town: Words) -> Words:
    where = _together([feature.where for feature in features])
    return Words(
        f"{where.zh}：都是{town.zh}；若是同一街镇的几个部分，请填相同的街镇代码，否则请删去多余的。",
        f"{where.en}: all are {town.en}; if they are parts of it, give each the town code, "
        "else delete what is too many.",
    )


def _missing_problem(file: str, missing: Sequence[Words]) -> Words:
    return Words(
        f"{file}：缺少{len(missing)}个街镇：{'、'.join(town.zh for town in missing)}；"
        "请补上，或改正它们的名称或代码。",
        f"{file}: {len(missing)} missing: {', '.join(town.en for town in missing)}; "
        "add them, or correct their names or codes.",
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
    return Words(
        f"{feature.where.zh}：{kind.zh}；请换成闭合的多边形。",
        f"{feature.where.en}: {kind.en}; draw it as a closed polygon.",
    )


def _invalid_problem(feature: _Feature) -> Words:
    reason, _, place = shapely.is_valid_reason(feature.shape).partition("[")
    place = place.removesuffix("]")
    return Words(
        f"{feature.where.zh}：多边形无效，在（{place}）处{REASONS_ZH.get(reason, reason)}；"
        "请在GIS软件中修复（如QGIS“修正几何图形”）后重新导出。",
        f"{feature.where.en}: the polygon is invalid at ({place}): {reason.lower()}; "
        "repair it in your GIS (QGIS: Fix geometries) and export again.",
    )


def _crs_problem(crs: CRS | str | None, *, file: str) -> Words | None:
    if crs is None:
        return Words(
            f"{file}：未声明坐标系；请附上.prj文件，或指明坐标系（如EPSG:4549、EPSG:4326）。",
            f"{file}: declares no coordinate system; add its .prj file, or name the system "
            "(such as EPSG:4549 or EPSG:4326).",
        )
    try:
        Transformer.from_crs(crs, WGS84, always_xy=True)
    except ProjError:
        name = _crs_name(crs)
        return Words(
            f"{file}：坐标系“{name}”无法换算到WGS-84；请先转换为EPSG:4326再导出，或指明正确的坐标系。",
            f"{file}: its coordinate system “{name}” cannot be converted to WGS-84; convert it to "
            "EPSG:4326 and export again, or name the right system.",
        )
    return None


def in_wgs84(frame: gpd.GeoDataFrame, *, file: str) -> gpd.GeoDataFrame:
    """Convert a layer to WGS-84, one of no declared system left as it is; raises BoundaryProblems."""
    if frame.crs is None:
        return frame
    if problem := _crs_problem(frame.crs, file=file):
        raise BoundaryProblems([problem])
    return frame.to_crs(WGS84)


def _crs_name(crs: CRS | str) -> str:
    return crs if isinstance(crs, str) else str(crs.name)


def _placed(shapes: Sequence[BaseGeometry | None], crs: CRS | str) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84)


def _is_near(shapes: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Tell which shapes lie around Minhang."""
    west, south, east, north = NEAR_MINHANG
    bounds = shapes.bounds
    near = (bounds.minx >= west) & (bounds.miny >= south)
    near &= (bounds.maxx <= east) & (bounds.maxy <= north)
    return np.asarray(near, dtype=bool)


def _place_problems(features: Sequence[_Feature], crs: CRS | str) -> list[Words]:
    """Say which features lie far from Minhang, and whether their axes are swapped."""
    shapes = [feature.shape for feature in features]
    turned = [shapely.transform(shape, lambda points: points[:, ::-1]) for shape in shapes]
    is_swapped = dict(zip(features, _is_near(_placed(turned, crs)), strict=True))
    swapped = [feature.where for feature in features if is_swapped[feature]]
    astray = [feature.where for feature in features if not is_swapped[feature]]
    return [
        *([_swapped_problem(_together(swapped))] if swapped else []),
        *([_far_problem(_together(astray), _crs_name(crs))] if astray else []),
    ]


def _swapped_problem(where: Words) -> Words:
    return Words(
        f"{where.zh}：经度与纬度（或东与北坐标）似乎写反了；请先写经度（东），再写纬度（北）。",
        f"{where.en}: longitude and latitude (or east and north) look swapped; "
        "write longitude (east) first.",
    )


def _far_problem(where: Words, crs: str) -> Words:
    west, south, east, north = NEAR_MINHANG
    return Words(
        f"{where.zh}：按坐标系“{crs}”远离闵行区（应在东经{west}–{east}、北纬{south}–{north}之间）；"
        "请指明正确的坐标系。",
        f"{where.en}: in “{crs}” far from Minhang (which is within {west}–{east} E, "
        f"{south}–{north} N); name the right coordinate system.",
    )


def _overlap_problems(shapes: gpd.GeoSeries, towns: pd.DataFrame, *, file: str) -> list[Words]:
    """Say which towns (shapes in metres, indexed by town code) lie on one another, and where."""
    names = _town_words(towns)
    problems = []
    for (one, a), (other, b) in combinations(shapes.items(), 2):
        common = a.intersection(b)
        share = common.area / min(a.area, b.area)
        if share > MAX_OVERLAP_SHARE:
            inside = gpd.GeoSeries([common.representative_point()], crs=METRES).to_crs(WGS84)[0]
            place = f"{inside.x:.4f}, {inside.y:.4f}"
            problems.append(
                Words(
                    f"{file}：{names[one].zh}与{names[other].zh}重叠{common.area / 1e6:.2f}平方公里"
                    f"（占较小者{share:.1%}，在{place}附近）；请改正两者的公共边界。",
                    f"{file}: {names[one].en} and {names[other].en} overlap by "
                    f"{common.area / 1e6:.2f} km² ({share:.1%} of the smaller, near {place}); "
                    "correct their common border.",
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


def town_shapes(data: Path, towns: pd.DataFrame, *, own: Path | None = None) -> gpd.GeoDataFrame:
    """Read the shapes in force: the user's own (loaded, or in the folder), else the schematic.

    Raise ``BoundaryProblems`` when the user's file can't be used.
    """
    own = own or own_boundaries(data)
    if own is not None:
        return read_boundaries(own, towns)
    return schematic_towns(data / "geography" / "schematic.json")
