"""Check the towns' shapes: the schematic, a user's own boundaries, what is drawn, neighbours."""

import json
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import Transformer
from shapely import MultiPolygon, Point, Polygon, box

from dashboard.contract import tables
from dashboard.contract.words import Words
from dashboard.intake import boundaries
from dashboard.intake.boundaries import (
    MAX_POINTS,
    NEAR_MINHANG,
    BoundaryProblems,
    folder_boundaries,
    read_boundaries,
    read_layer,
)
from dashboard.intake.drawn import drawn_towns
from dashboard.paths import WAREHOUSE_VARIABLE
from dashboard.warehouse.geography import (
    METRES,
    WGS84,
    map_geometry,
    nearest_other_town,
    schematic_river,
    schematic_towns,
    tile_geometry,
    town_shapes,
)

DATA = Path(__file__).parents[2] / "data"
SCHEMATIC = DATA / "geography" / "schematic.json"
TOWNS = pd.read_csv(DATA / "towns.csv", dtype={"town_code": str})
CODE = dict(zip(TOWNS["short_name_zh"], TOWNS["town_code"], strict=True))
NAME = {code: name for name, code in CODE.items()}


@pytest.fixture(scope="module")
def schematic() -> gpd.GeoDataFrame:
    return schematic_towns(SCHEMATIC)


@pytest.fixture(scope="module")
def metric(schematic: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Give the schematic's polygons in metres, by town code."""
    return schematic.set_index("town_code").geometry.to_crs(METRES)


@pytest.fixture
def own(schematic: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give what a user might have drawn: full names, shapes, nothing else."""
    named = schematic.merge(TOWNS[["town_code", "name_zh"]], on="town_code")
    return named[["name_zh", "geometry"]]


# The schematic ----------------------------------------------------------------------------


def test_schematic_is_fourteen_valid_polygons(schematic: gpd.GeoDataFrame) -> None:
    assert schematic["town_code"].tolist() == sorted(TOWNS["town_code"])
    assert schematic.crs == WGS84
    assert (schematic.geom_type == "Polygon").all()
    assert schematic.geometry.is_valid.all()


def test_schematic_towns_fill_the_outline_without_overlap(
    schematic: gpd.GeoDataFrame, metric: gpd.GeoSeries
) -> None:
    plan = json.loads(SCHEMATIC.read_text(encoding="utf-8"))
    outline = Polygon(np.array(plan["outline"]) / 1000 + plan["origin"])
    assert schematic.union_all().symmetric_difference(outline).area < 1e-9 * outline.area
    assert max(a.intersection(b).area for a, b in combinations(metric, 2)) < 1


def test_schematic_areas_are_within_seven_percent_of_the_published(metric: gpd.GeoSeries) -> None:
    published = TOWNS.set_index("town_code")["area_km2"]
    assert (metric.area / 1e6 / published - 1).abs().max() < 0.07


def test_schematic_disagrees_with_three_published_areas_only(metric: gpd.GeoSeries) -> None:
    """Name the published areas it does not follow: sources conflict over these three towns."""
    figures = pd.read_csv(DATA / "published_figures.csv", dtype=str)
    by_name = dict(zip(TOWNS["name_zh"], TOWNS["town_code"], strict=True))
    areas = figures[figures["subject"].isin(by_name) & (figures["published_measure"] == "area")]
    far_off = {
        (row.subject, row.published_value)
        for row in areas.itertuples()
        if abs(metric[by_name[row.subject]].area / 1e6 / float(row.published_value) - 1) > 0.07
    }
    assert far_off == {("颛桥镇", "32.29"), ("江川路街道", "27.2"), ("虹桥镇", "8.98")}


@pytest.mark.parametrize(
    "pair",
    [
        "颛桥 莘工区", "浦锦 浦江", "吴泾 浦锦", "吴泾 浦江", "华漕 新虹", "新虹 七宝", "七宝 虹桥",
        "七宝 莘庄", "七宝 古美路", "虹桥 古美路", "古美路 梅陇", "莘庄 梅陇", "莘庄 莘工区",
        "梅陇 颛桥", "梅陇 吴泾", "吴泾 颛桥", "颛桥 江川路", "马桥 江川路", "马桥 莘工区",
    ],
)  # fmt: skip
def test_neighbours_share_a_border(metric: gpd.GeoSeries, pair: str) -> None:
    one, other = (metric[CODE[name]] for name in pair.split())
    assert one.intersection(other).length > 300


@pytest.mark.parametrize("pair", ["华漕 七宝", "马桥 吴泾", "浦江 梅陇", "虹桥 莘庄", "浦锦 颛桥"])
def test_towns_apart_do_not_touch(metric: gpd.GeoSeries, pair: str) -> None:
    one, other = (metric[CODE[name]] for name in pair.split())
    assert one.distance(other) > 200


def test_huangpu_parts_pujin_and_pujiang_from_wujing_and_meilong(metric: gpd.GeoSeries) -> None:
    river = gpd.GeoSeries([schematic_river(SCHEMATIC)], crs=WGS84).to_crs(METRES)[0]
    for share in (0.05, 0.3, 0.5, 0.7, 0.95):
        point = river.interpolate(share, normalized=True)
        west, east = Point(point.x - 250, point.y), Point(point.x + 250, point.y)
        assert metric.index[metric.contains(west)].map(NAME)[0] in {"吴泾", "梅陇"}
        assert metric.index[metric.contains(east)].map(NAME)[0] in {"浦锦", "浦江"}


def test_schematic_refuses_a_label_point_in_another_towns_face(tmp_path: Path) -> None:
    plan = json.loads(SCHEMATIC.read_text(encoding="utf-8"))
    plan["label_points"][CODE["颛桥"]] = plan["label_points"][CODE["马桥"]]
    path = tmp_path / "schematic.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(ValueError, match=r"schematic\.json: each face needs exactly one label"):
        schematic_towns(path)


# A user's own boundaries, sound -----------------------------------------------------------


def write_shapefile(frame: gpd.GeoDataFrame, path: Path, *, encoding: str = "utf-8") -> Path:
    frame.to_file(path, encoding=encoding)
    return path


def zip_shapefile(frame: gpd.GeoDataFrame, path: Path, *, encoding: str, with_cpg: bool) -> Path:
    inner = write_shapefile(frame, path.with_name("layer.shp"), encoding=encoding)
    kept = {".shp", ".shx", ".dbf", ".prj"} | ({".cpg"} if with_cpg else set())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/闵行/._layer.shp", b"not a Shapefile")
        for part in sorted(inner.parent.glob("layer.*")):
            if part.suffix in kept:
                archive.write(part, f"闵行/街镇边界{part.suffix}")
    return path


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> Path:
    frame.to_file(path, driver="GeoJSON")
    return path


def assert_same_towns(found: gpd.GeoDataFrame, expected: gpd.GeoDataFrame) -> None:
    """Compare with a tolerance for a Shapefile's and a datum's rounding: 0.1 % of the area."""
    assert found.columns.tolist() == ["town_code", "geometry"]
    assert found["town_code"].tolist() == expected["town_code"].tolist()
    assert found.crs == WGS84
    difference = found.to_crs(METRES).symmetric_difference(expected.to_crs(METRES))
    assert (difference.area / expected.to_crs(METRES).area).max() < 0.001


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:2385"])
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".zip"])
def test_own_boundaries_come_back_from_any_format_and_crs(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path, suffix: str, crs: str
) -> None:
    path = tmp_path / f"闵行 towns [1]{suffix}"
    if suffix == ".zip":
        zip_shapefile(own.to_crs(crs), path, encoding="utf-8", with_cpg=True)
    else:
        own.to_crs(crs).to_file(path)
    assert_same_towns(read_boundaries(path, TOWNS), schematic)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_shapefile_without_a_declared_encoding_is_read(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path, encoding: str
) -> None:
    path = zip_shapefile(own, tmp_path / "towns.zip", encoding=encoding, with_cpg=False)
    assert_same_towns(read_boundaries(path, TOWNS), schematic)
    (tmp_path / "layer.cpg").rename(tmp_path / "another.cpg")
    assert_same_towns(read_boundaries(tmp_path / "layer.shp", TOWNS), schematic)


@pytest.mark.parametrize("column", ["name_en", "short_name_zh", "short_name_en", "town_code"])
def test_towns_are_matched_on_any_of_their_names(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path, column: str
) -> None:
    own["name_zh"] = TOWNS[column]
    own["GRID"] = [f"G{n}" for n in range(14)]
    assert_same_towns(read_boundaries(write_geojson(own, tmp_path / "a.json"), TOWNS), schematic)


def test_aliases_prefixes_and_spaces_in_names_are_understood(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    own["name_zh"] = own["name_zh"].replace(
        {
            "古美路街道": "古美街道",
            "莘庄工业区": "莘工区",
            "七宝镇": " 上海市闵行区七宝镇 ",
            "新虹街道": "Xinhong Subdistrict",
        }
    )
    assert_same_towns(read_boundaries(write_geojson(own, tmp_path / "a.json"), TOWNS), schematic)


@pytest.mark.parametrize("factor", [1, 1000])
@pytest.mark.parametrize("kind", [int, float])
def test_codes_as_numbers_and_with_twelve_digits_are_understood(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path, factor: int, kind: type
) -> None:
    own["code"] = (TOWNS["town_code"].astype("int64") * factor).astype(kind)
    path = tmp_path / "a.gpkg"
    own.drop(columns="name_zh").to_file(path)
    assert_same_towns(read_boundaries(path, TOWNS), schematic)


def test_parts_with_the_same_code_become_one_town(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    own["code"] = TOWNS["town_code"]
    whole = own.geometry[12]
    middle = whole.centroid.y
    west, south, east, north = whole.bounds
    upper = own.iloc[[12]].set_geometry([whole.intersection(box(west, middle, east, north))])
    own.loc[12, "geometry"] = whole.intersection(box(west, south, east, middle))
    parts = pd.concat([own, upper])
    assert_same_towns(read_boundaries(write_geojson(parts, tmp_path / "a.json"), TOWNS), schematic)


def test_heights_are_dropped(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    own.geometry = shapely.force_3d(own.geometry.to_numpy(), z=4.0)
    own.to_file(tmp_path / "a.gpkg")
    assert gpd.read_file(tmp_path / "a.gpkg").has_z.all()
    assert not read_boundaries(tmp_path / "a.gpkg", TOWNS).has_z.any()


def wiggly(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Give each edge a point every 10 m or so, off the line, the same from both sides."""

    def bend(points: np.ndarray) -> np.ndarray:
        points = points.round(9)
        return points + 2e-5 * np.sin(points[:, ::-1] * 50_000)

    return shapes.segmentize(1e-4).transform(bend)


def test_a_detailed_file_is_thinned_with_its_shared_edges_kept(
    own: gpd.GeoDataFrame, schematic: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    own.geometry = wiggly(own.geometry)
    assert own.count_coordinates().sum() > 5 * MAX_POINTS
    own.to_file(tmp_path / "detailed.gpkg")
    found = read_boundaries(tmp_path / "detailed.gpkg", TOWNS)
    drawn = json.dumps(map_geometry(found, river=None).as_dict(), separators=(",", ":"))
    assert len(drawn) < 60_000
    metric = found.to_crs(METRES).geometry
    assert max(a.intersection(b).area for a, b in combinations(metric, 2)) < 1
    assert metric.union_all().area == pytest.approx(metric.area.sum(), rel=1e-9)
    assert (metric.area / schematic.to_crs(METRES).area - 1).abs().max() < 0.01
    assert shapely.coverage_is_valid(shapely.set_precision(found.geometry.to_numpy(), 1e-9))


def test_slivers_between_towns_are_closed(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    """Move 颛桥镇, which has neighbours all round, by 4 m: overlaps here, gaps there."""
    shifted = own.to_crs(METRES)
    shifted.loc[6, "geometry"] = shapely.affinity.translate(shifted.geometry[6], 3, 3)
    path = write_geojson(shifted.to_crs(WGS84), tmp_path / "slivers.geojson")
    metric = read_boundaries(path, TOWNS).to_crs(METRES).geometry
    assert max(a.intersection(b).area for a, b in combinations(metric, 2)) < 1
    (district,) = shapely.get_parts(metric.buffer(0.01).union_all())
    assert shapely.get_num_interior_rings(district) == 0


# A user's own boundaries, broken ----------------------------------------------------------


def problems_of(path: Path) -> list[Words]:
    with pytest.raises(BoundaryProblems) as caught:
        read_boundaries(path, TOWNS)
    for words in caught.value.problems:
        assert path.name in words.zh
        assert path.name in words.en
        assert words.en in str(caught.value)
    return caught.value.problems


def assert_one_problem(problems: list[Words], *, zh: str, en: str) -> None:
    assert len(problems) == 1, problems
    assert zh in problems[0].zh
    assert en in problems[0].en


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.geojson", b'{"type": "FeatureCollection", ', "no sound JSON"),
        ("deep.geojson", b'{"type": ' + b"[" * 200_000, "no sound JSON"),
        ("other.geojson", b'{"type": "Topology", "objects": {}}', "no FeatureCollection"),
        ("a.gpkg", b"SQLite format 3\0" + b"0" * 500, "not a database"),
        ("a.shp", b"\0\0\x27\x0a" + b"0" * 200, "shx"),
        ("a.zip", b"PK\3\4" + b"0" * 50, "not a zip file"),
        ("a.csv", b"town_code,geometry\n", "not GeoJSON, GeoPackage, Shapefile or zip"),
        ("empty.geojson", b"", "not GeoJSON, GeoPackage, Shapefile or zip"),
    ],
)
def test_an_unreadable_file_is_named(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    problems = problems_of(path)
    assert_one_problem(problems, zh="无法读取（", en="cannot be read (")
    assert_one_problem(problems, zh="请从GIS软件重新导出", en=reason)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path / "nowhere.gpkg")
    assert_one_problem(problems, zh="无法读取", en="No such file")


def test_gdal_has_no_driver_but_those_of_the_three_forms() -> None:
    assert set(pyogrio.list_drivers()) == {"ESRI Shapefile", "GPKG", "GeoJSON"}


POINT = {"type": "Point", "coordinates": [121.4, 31.1]}


def collection(crs: Any = None, *, feature: Any = None, geometry: Any = None) -> str:
    """Write a collection of one point, with what is said added at each depth."""
    one = {"type": "Feature", "properties": {"name": "x"}, "geometry": POINT | (geometry or {})}
    whole = {"type": "FeatureCollection", "features": [one | (feature or {})]}
    return json.dumps(whole | ({"crs": crs} if crs else {}))


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """Listen on this machine; give the address, and what was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'GEOGCS["x",DATUM["y",SPHEROID["z",6378137,298.25]]]')

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def hostile_layers(address: str, secret: Path) -> dict[str, str]:
    """Write files that lead to an address, or to a file of the server, each in its own way."""
    linked = {"type": "link", "properties": {"href": f"{address}/crs", "type": "ogcwkt"}}
    by_url = {"type": "url", "properties": {"url": f"{address}/crs"}}
    taken = f"select x.a as a, MakePoint(121, 31) as geom from 'CSV:{secret}'.secret x"
    read = f"gdal vector pipeline ! read {secret.parent / 'plain.geojson'}"
    sql = f'{read} ! sql --dialect sqlite --sql "{taken}"'
    fetched = f"gdal vector pipeline ! read /vsicurl/{address}/a.geojson"
    plain, link = collection(), f'"crs": {json.dumps(linked)}'
    return {
        "crs": collection(linked),
        "crs of a url": collection(by_url),
        "crs of a feature": collection(feature={"crs": linked}),
        "crs of a geometry": collection(geometry={"crs": linked}),
        "crs said twice": plain[:-1] + f', {link}, "crs": null}}',
        "crs by a name that is an address": collection(
            {"type": "name", "properties": {"name": f"{address}/crs"}}
        ),
        "crs by a name that is a file": collection(
            {"type": "name", "properties": {"name": str(secret)}}
        ),
        "pipeline": json.dumps({"type": "gdal_streamed_alg", "command_line": fetched}),
        "sql": json.dumps({"type": "gdal_streamed_alg", "command_line": sql}),
        "type said twice": f'{{"type": "gdal_streamed_alg", "command_line": {json.dumps(sql)}, '
        + plain[1:],
        "arcgis": json.dumps({"type": "FeatureCollection", "features": f"{address}/query?f=json"}),
        "remote": json.dumps({"type": "Feature", "geometry": f"/vsicurl/{address}/a.geojson"}),
        "vrt": f'{{}}<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>CSV:{secret}'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    }


@pytest.mark.parametrize("kind", hostile_layers("", Path()))
def test_a_file_leads_neither_to_an_address_nor_to_a_file(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\nBEGIN SECRET\n")
    (tmp_path / "plain.geojson").write_text(collection())
    path = tmp_path / "a.geojson"
    with listener() as (address, asked):
        path.write_text(hostile_layers(address, secret)[kind])
        try:
            told = str(read_layer(path).to_dict())
        except BoundaryProblems as problem:
            told = str(problem)
    assert asked == []
    assert "SECRET" not in told


@pytest.mark.parametrize("count", [0, 2])
def test_a_zip_holds_one_shapefile(tmp_path: Path, count: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "towns")
        for n in range(count):
            archive.writestr(f"{n}.shp", b"\0\0\x27\x0a")
    problems = problems_of(tmp_path / "a.zip")
    assert_one_problem(problems, zh=f"实有{count}个", en=f"{count} .shp in the zip, not 1")


def test_a_geopackage_has_one_layer(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for layer in ("towns", "villages"):
        own.to_file(tmp_path / "a.gpkg", layer=layer)
    problems = problems_of(tmp_path / "a.gpkg")
    assert_one_problem(problems, zh="实有：towns, villages", en="has: towns, villages;")


def test_no_crs_declared(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_shapefile(own, tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    problems = problems_of(path)
    assert_one_problem(problems, zh="未声明坐标系；请附上.prj文件", en="add its .prj file")


def test_a_local_crs_declared_by_the_file(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_shapefile(own, tmp_path / "a.shp")
    path.with_suffix(".prj").write_text('LOCAL_CS["Shanghai City",UNIT["metre",1]]')
    assert_one_problem(problems_of(path), zh="“Shanghai City”无法换算", en="“Shanghai City” cannot")


Break = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]


def with_shape(town: str, change: Callable[[Polygon], shapely.Geometry | None]) -> Break:
    """Change one town's shape, the town named in full."""

    def broken(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        row = frame.index[frame["name_zh"] == town][0]
        frame.loc[[row], "geometry"] = gpd.GeoSeries(
            [change(frame.geometry[row])], index=[row], crs=frame.crs
        )
        return frame

    return broken


def with_name(town: str, name: str) -> Break:
    return lambda frame: frame.replace({"name_zh": {town: name}})


def with_code(town: str, code: str) -> Break:
    def broken(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        frame["code"] = TOWNS["town_code"]
        frame.loc[frame["name_zh"] == town, "code"] = code
        return frame

    return broken


def bow_tie(_: Polygon) -> Polygon:
    return Polygon([(121.3, 31.0), (121.4, 31.1), (121.4, 31.0), (121.3, 31.1)])


def turned(shape: Polygon) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points[:, ::-1])


class Fault(NamedTuple):
    """Break a sound file in one way, and give a part of the sentence that must come of it."""

    broken: Break
    zh: str
    en: str


FAULTS: dict[str, Fault] = {
    "missing": Fault(
        lambda frame: frame[~frame["name_zh"].isin(["浦江镇", "马桥镇"])],
        "缺少2个街镇：马桥镇、浦江镇；请补上",
        "2 missing: Maqiao Town, Pujiang Town; add them",
    ),
    "twice": Fault(
        lambda frame: pd.concat([frame, frame[frame["name_zh"] == "莘庄镇"]]),
        "第5个要素“莘庄镇”、a.geojson 第15个要素“莘庄镇”：都是莘庄镇；",
        "feature 5 “莘庄镇”; a.geojson, feature 15 “莘庄镇”: all are Xinzhuang Town;",
    ),
    "extra": Fault(
        lambda frame: pd.concat([frame, frame.iloc[[4]].assign(name_zh="莘庄1")]),
        "第15个要素“莘庄1”：不是已知的街镇；是否应为“莘庄镇”？",
        "feature 15 “莘庄1”: is not a known town; did you mean Xinzhuang Town (莘庄镇)?",
    ),
    "stranger": Fault(
        lambda frame: pd.concat([frame, frame.iloc[[4]].assign(name_zh="九亭")]),
        "第15个要素“九亭”：不是已知的街镇；请改正名称或代码，或删去该要素。",
        "feature 15 “九亭”: is not a known town; correct its name or code, or delete it.",
    ),
    "conflict": Fault(
        with_code("七宝镇", CODE["莘庄"]),
        "第6个要素“七宝镇”：代码310112101是莘庄镇，名称却是七宝镇；",
        "its code 310112101 is Xinzhuang Town but its name is Qibao Town;",
    ),
    "self-intersection": Fault(
        with_shape("浦江镇", bow_tie),
        "第13个要素“浦江镇”：多边形无效，在（121.35 31.05）处自相交；",
        "feature 13 “浦江镇”: the polygon is invalid at (121.35 31.05): self-intersection;",
    ),
    "line": Fault(
        with_shape("浦江镇", lambda shape: shape.exterior),
        "第13个要素“浦江镇”：图形是LineString，不是面；",
        "feature 13 “浦江镇”: is a LineString, not a polygon;",
    ),
    "nothing": Fault(
        with_shape("浦江镇", lambda _: None),
        "第13个要素“浦江镇”：没有可读取的图形；",
        "feature 13 “浦江镇”: has no readable shape;",
    ),
    "overlap": Fault(
        with_shape("古美路街道", lambda shape: shapely.affinity.scale(shape, 1, 1.02)),
        "古美路街道与梅陇镇重叠",
        "Gumei Road Sub-district and Meilong Town overlap by",
    ),
    "swapped": Fault(
        lambda frame: frame.set_geometry(frame.geometry.map(turned)),
        "第3个要素“新虹街道”等14处：经度与纬度（或东与北坐标）似乎写反了；",
        "and 11 more: longitude and latitude (or east and north) look swapped;",
    ),
    "far": Fault(
        with_shape("浦江镇", lambda shape: shapely.affinity.translate(shape, 0, 5)),
        "第13个要素“浦江镇”：按坐标系“WGS 84”远离闵行区（应在东经120.8–122.2",
        "feature 13 “浦江镇”: in “WGS 84” far from Minhang (which is within 120.8–122.2 E",
    ),
    "no names": Fault(
        lambda frame: frame.rename(columns={"name_zh": "镇名"}).assign(镇名="?", 面积=1),
        "没有一列是街镇代码或街镇名称（现有列：镇名、面积）；请加一列town_code",
        "no column holds town codes or names (columns: 镇名, 面积); add a column town_code",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_sentence(own: gpd.GeoDataFrame, tmp_path: Path, name: str) -> None:
    fault = FAULTS[name]
    problems = problems_of(write_geojson(fault.broken(own), tmp_path / "a.geojson"))
    if name == "overlap":  # scaled up, it lies on several neighbours
        problems = [problem for problem in problems if fault.en in problem.en]
    assert_one_problem(problems, zh=fault.zh, en=fault.en)


def test_swapped_projected_coordinates_are_recognised(
    own: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    own = own.to_crs(4549)
    path = tmp_path / "a.gpkg"
    own.set_geometry(own.geometry.map(turned)).to_file(path)
    assert_one_problem(problems_of(path), zh="似乎写反了", en="look swapped")


@pytest.mark.parametrize(("share", "is_refused"), [(0.004, False), (0.006, True)])
def test_an_overlap_counts_beyond_half_a_percent_of_the_smaller(
    own: gpd.GeoDataFrame, tmp_path: Path, share: float, is_refused: bool
) -> None:
    """Lay a strip of 莘庄镇 (19.5 km², the smaller) onto 梅陇镇, its area chosen by bisection."""
    xinzhuang, meilong = own.to_crs(METRES).geometry[[4, 9]]
    low, high = 0.0, 1000.0
    for _ in range(30):
        middle = (low + high) / 2
        area = xinzhuang.buffer(middle).intersection(meilong).area
        low, high = (middle, high) if area < share * xinzhuang.area else (low, middle)
    strip = xinzhuang.buffer(low).intersection(meilong)
    frame = own.to_crs(METRES)
    frame.loc[4, "geometry"] = xinzhuang.union(strip)
    path = write_geojson(frame.to_crs(WGS84), tmp_path / "a.geojson")
    if is_refused:
        problems = problems_of(path)
        assert_one_problem(
            problems, zh="莘庄镇与梅陇镇重叠0.12平方公里（占较小者0.6%，在121.4", en="near"
        )
    else:
        assert len(read_boundaries(path, TOWNS)) == 14


def test_an_unclosed_ring_is_named_and_an_unnamed_feature_is_counted(
    own: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    content = json.loads(own.to_json())
    content["features"][2]["geometry"]["coordinates"][0].pop()
    content["features"][4]["properties"]["name_zh"] = None
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(content), encoding="utf-8")
    unnamed, missing, unclosed = problems_of(path)
    assert "第5个要素“”：不是已知的街镇" in unnamed.zh
    assert "缺少1个街镇：莘庄镇" in missing.zh
    assert "第3个要素“新虹街道”：没有可读取的图形" in unclosed.zh


def test_a_file_without_features_lacks_every_town(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    own.iloc[:0].to_file(tmp_path / "a.gpkg")
    assert_one_problem(problems_of(tmp_path / "a.gpkg"), zh="缺少14个街镇", en="14 missing:")


def test_a_name_that_means_two_towns_means_neither(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    towns = TOWNS.assign(aliases=TOWNS["aliases"].where(TOWNS["short_name_zh"] != "七宝", "莘庄"))
    path = write_geojson(with_name("莘庄镇", "莘庄")(own), tmp_path / "a.geojson")
    assert len(read_boundaries(path, TOWNS)) == 14
    with pytest.raises(BoundaryProblems, match="“莘庄”: is not a known town"):
        read_boundaries(path, towns)


def test_many_strangers_are_counted_not_listed(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    strangers = [own.iloc[[0]].assign(name_zh=f"外区{n}") for n in range(40)]
    problems = problems_of(write_geojson(pd.concat([own, *strangers]), tmp_path / "a.geojson"))
    assert len(problems) == 4
    assert "另有37个要素不是闵行区的街镇" in problems[-1].zh


def test_every_problem_is_reported_at_once(own: gpd.GeoDataFrame, tmp_path: Path) -> None:
    frame = with_name("马桥镇", "马乔")(own)
    frame = with_shape("吴泾镇", bow_tie)(frame)
    frame = with_shape("江川路街道", lambda _: None)(frame)
    frame = with_shape("华漕镇", turned)(frame)
    for name in ("far", "overlap", "twice"):
        frame = FAULTS[name].broken(frame)
    path = write_geojson(frame, tmp_path / "a.geojson")
    sentences = "\n".join(problem.en for problem in problems_of(path))
    for part in (
        "feature 12 “马乔”: is not a known town",
        "1 missing: Maqiao Town",
        "feature 11 “吴泾镇”: the polygon is invalid",
        "feature 1 “江川路街道”: has no readable shape",
        "feature 8 “华漕镇”: longitude and latitude",
        *(FAULTS[name].en for name in ("far", "overlap", "twice")),
    ):
        assert part in sentences


def test_a_missing_crs_does_not_hide_the_other_problems(
    own: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    frame = with_shape("浦江镇", bow_tie)(with_name("马桥镇", "马乔")(own))
    path = write_shapefile(frame, tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    sentences = "\n".join(problem.en for problem in problems_of(path))
    for part in ("“马乔”: is not", "Maqiao Town; add", "self-intersection", "declares no"):
        assert part in sentences


def test_a_place_is_judged_by_the_limits_of_the_data_model() -> None:
    limits = (tables.lon.minimum, tables.lat.minimum, tables.lon.maximum, tables.lat.maximum)
    assert limits == NEAR_MINHANG


# Boundaries in the data folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "built" / "minhang.duckdb"))
    data = tmp_path / "data"
    (data / "geography").mkdir(parents=True)
    shutil.copy(DATA / "towns.csv", data)
    shutil.copy(SCHEMATIC, data / "geography")
    return data


def test_a_file_in_the_folder_is_checked_once_and_drawn(
    own: gpd.GeoDataFrame, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drawn_towns(folder).is_schematic
    file = write_geojson(own, folder / "boundaries.geojson")
    made = folder_boundaries(folder)
    assert made is not None
    assert_same_towns(town_shapes(folder, made), read_boundaries(file, TOWNS))
    monkeypatch.setattr(boundaries, "read_layer", None)
    drawn = drawn_towns(folder, map_number="GS(2026)1")
    assert (drawn.is_schematic, drawn.problem, drawn.map_number) == (False, None, "GS(2026)1")


def test_a_bad_file_in_the_folder_is_told_and_the_schematic_drawn(
    own: gpd.GeoDataFrame, folder: Path
) -> None:
    write_geojson(own.iloc[1:], folder / "boundaries.geojson")
    drawn = drawn_towns(folder, map_number="GS(2026)1")
    assert (drawn.is_schematic, drawn.map_number) == (True, "")
    assert drawn.problem is not None
    assert "1 missing" in str(drawn.problem)


def test_kept_boundaries_that_are_damaged_are_told(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "boundaries.geojson"
    kept.write_text("{}", encoding="utf-8")
    drawn = drawn_towns(folder, own=kept)
    assert drawn.is_schematic
    assert "load their file again" in str(drawn.problem)


# What is drawn ----------------------------------------------------------------------------


def test_map_is_in_km_with_y_downwards(schematic: gpd.GeoDataFrame, metric: gpd.GeoSeries) -> None:
    drawn = map_geometry(schematic, river=schematic_river(SCHEMATIC))
    points = np.concatenate([ring for region in drawn.regions for ring in region.rings])
    assert points.min(axis=0).tolist() == [0, 0]
    assert points.max(axis=0).tolist() == [drawn.width, drawn.height]
    labels = {region.code: region.label for region in drawn.regions}
    assert labels[CODE["华漕"]][1] < labels[CODE["莘庄"]][1] < labels[CODE["马桥"]][1]
    assert labels[CODE["马桥"]][0] < labels[CODE["颛桥"]][0] < labels[CODE["浦江"]][0]
    areas = {region.code: Polygon(region.rings[0]).area for region in drawn.regions}
    assert (pd.Series(areas) / (metric.area / 1e6) - 1).abs().max() < 0.005


def test_project_places_dots_where_the_regions_are(schematic: gpd.GeoDataFrame) -> None:
    drawn = map_geometry(schematic, river=None)
    assert drawn.lines == ()
    for region, shape in zip(drawn.regions, schematic.geometry, strict=True):
        inside = shape.representative_point()
        assert Polygon(region.rings[0]).contains(Point(drawn.project(inside.x, inside.y)))
        corners = drawn.project(*shape.exterior.coords.xy)
        assert corners.tolist() == region.rings[0]


def test_map_as_dict_is_small_plain_json(schematic: gpd.GeoDataFrame) -> None:
    drawn = map_geometry(schematic, river=schematic_river(SCHEMATIC)).as_dict()
    assert json.loads(json.dumps(drawn)) == drawn
    assert set(drawn) == {"width", "height", "regions", "lines"}
    assert [set(region) for region in drawn["regions"]] == [{"code", "rings", "label"}] * 14
    assert [line["name"] for line in drawn["lines"]] == ["huangpu"]
    assert all(ring[0] == ring[-1] for region in drawn["regions"] for ring in region["rings"])
    numbers = np.concatenate([ring for region in drawn["regions"] for ring in region["rings"]])
    assert (numbers == numbers.round(3)).all()
    assert len(json.dumps(drawn)) < 10_000


def test_labels_sit_inside_their_towns(schematic: gpd.GeoDataFrame) -> None:
    """Fit name and figure, 12 px each on a map 450 px wide, into the town; 古美路 just not."""
    em, line = 0.86, 1.0
    for region in map_geometry(schematic, river=None).regions:
        x, y = region.label
        half = em * len(NAME[region.code]) / 2
        label = box(x - half, y - line, x + half, y + line)
        inside = label.intersection(Polygon(region.rings[0])).area / label.area
        assert inside > (0.9 if NAME[region.code] == "古美路" else 0.999), NAME[region.code]


def test_parts_and_holes_are_all_drawn_and_the_largest_part_labelled() -> None:
    holed = box(121.3, 31.0, 121.4, 31.1).difference(box(121.34, 31.04, 121.36, 31.06))
    shape = MultiPolygon([box(121.45, 31, 121.46, 31.01), holed])
    towns = gpd.GeoDataFrame({"town_code": ["310112001"]}, geometry=[shape], crs=WGS84)
    (region,) = map_geometry(towns, river=None).regions
    assert len(region.rings) == 3
    label = Point(region.label)
    assert Polygon(region.rings[1], [region.rings[2]]).contains(label)


def test_tiles_are_fourteen_equal_squares_with_gaps(schematic: gpd.GeoDataFrame) -> None:
    drawn = tile_geometry(SCHEMATIC)
    tiles = [Polygon(region.rings[0]) for region in drawn.regions]
    assert [region.code for region in drawn.regions] == schematic["town_code"].tolist()
    assert all(tile.equals(box(*tile.bounds)) for tile in tiles)
    sides = {(x1 - x0, y1 - y0) for x0, y0, x1, y1 in (tile.bounds for tile in tiles)}
    assert len(sides) == 1
    assert len(set(sides.pop())) == 1
    assert min(a.distance(b) for a, b in combinations(tiles, 2)) > 0
    assert all(
        tile.centroid.equals(Point(region.label))
        for tile, region in zip(tiles, drawn.regions, strict=True)
    )
    assert shapely.total_bounds(tiles).tolist() == [0, 0, drawn.width, drawn.height]
    assert set(drawn.as_dict()) == set(map_geometry(schematic, river=None).as_dict())


def test_tiles_have_no_place_for_a_dot() -> None:
    with pytest.raises(ValueError, match="tile layout"):
        tile_geometry(SCHEMATIC).project(121.4, 31.1)


# Who is next door -------------------------------------------------------------------------


def communities(schematic: gpd.GeoDataFrame, count: int) -> pd.DataFrame:
    """Scatter communities over the district, some a little outside their own town."""
    generator = np.random.default_rng(20240930)
    owners = generator.integers(0, 14, count)
    centres = schematic.geometry.representative_point()[owners]
    return pd.DataFrame(
        {
            "community_code": [f"C{n:03}" for n in range(count)],
            "lon": centres.x.to_numpy() + generator.normal(0, 0.015, count),
            "lat": centres.y.to_numpy() + generator.normal(0, 0.015, count),
            "town_code": schematic["town_code"].to_numpy()[owners],
        }
    )


def slow_neighbour(
    row: Any, shapes: gpd.GeoSeries, to_metres: Transformer
) -> tuple[str, str, float]:
    """Answer for one community the obvious way: measure every other town, take the least."""
    place = Point(*to_metres.transform(row.lon, row.lat))
    others = {code: place.distance(s) for code, s in shapes.items() if code != row.town_code}
    nearest = min(others, key=others.__getitem__)
    return row.community_code, nearest, others[nearest]


def test_nearest_other_town_is_what_a_slow_search_finds(
    schematic: gpd.GeoDataFrame, metric: gpd.GeoSeries
) -> None:
    points = communities(schematic, 120)
    found = nearest_other_town(points.set_index("lat", drop=False), schematic)
    to_metres = Transformer.from_crs(WGS84, METRES, always_xy=True)
    expected = [slow_neighbour(row, metric, to_metres) for row in points.itertuples()]
    assert found.columns.tolist() == [
        "community_code", "neighbour_town_code", "neighbour_distance_m",
    ]  # fmt: skip
    codes, towns, distances = zip(*expected, strict=True)
    assert found["community_code"].tolist() == list(codes)
    assert found["neighbour_town_code"].tolist() == list(towns)
    assert found["neighbour_distance_m"].tolist() == pytest.approx(distances, abs=0.01)
    assert found["neighbour_town_code"].nunique() > 5


def test_nearest_other_town_is_fast_and_takes_none(schematic: gpd.GeoDataFrame) -> None:
    points = communities(schematic, 547)
    started = time.perf_counter()
    assert len(nearest_other_town(points, schematic)) == 547
    assert time.perf_counter() - started < 0.3
    assert nearest_other_town(points.iloc[:0], schematic).empty
