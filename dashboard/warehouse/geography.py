"""Make the geometry that the browser and the briefings draw: the schematic, maps, tiles."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
import shapely.geometry
from numpy.typing import ArrayLike, NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

if TYPE_CHECKING:
    import geopandas as gpd

WGS84 = "EPSG:4326"
METRES = "EPSG:32651"  # UTM zone 51N, in which Minhang's distances are right to 0.1 %
KM_PER_DEGREE_EAST = 111.32  # at the equator
KM_PER_DEGREE_NORTH = 110.57
LABEL_ASPECT = 1.2  # a name over a figure is a little wider than tall
TILE_KM, TILE_GAP_KM = 5.0, 0.25  # about a town's size: text and strokes suit both layouts

# The schematic ----------------------------------------------------------------------------


def schematic_towns(path: Path) -> "gpd.GeoDataFrame":
    """Build the schematic's towns: ``town_code``, ``geometry`` (EPSG:4326), in code order.

    Raise ``ValueError`` when a label point names no face of its own.
    """
    import geopandas as gpd

    codes, shapes = _schematic_shapes(path)
    return gpd.GeoDataFrame({"town_code": codes}, geometry=shapes, crs=WGS84)


def schematic_map(path: Path) -> "MapGeometry":
    """Draw the schematic's towns and its river."""
    return _flattened(*_schematic_shapes(path), schematic_river(path))


def _schematic_shapes(path: Path) -> tuple[list[str], NDArray[np.object_]]:
    plan = _plan(path)
    edges = shapely.union_all([shapely.LinearRing(plan["outline"]), *_arcs(plan)])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    codes = sorted(plan["label_points"])
    labels = shapely.points([plan["label_points"][code] for code in codes])
    label, face = shapely.STRtree(faces).query(labels, predicate="within")
    if label.tolist() != list(range(len(codes))) or len(set(face)) != len(faces):
        raise ValueError(f"{path.name}: each face needs exactly one label point inside it")
    return codes, _degrees(plan, faces[face])


def schematic_river(path: Path) -> LineString:
    """Read the Huangpu's line between its banks' towns, south to north, in EPSG:4326."""
    plan = _plan(path)
    return _degrees(plan, LineString(plan["river_huangpu"]))


def _plan(path: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return plan


def _degrees(plan: dict[str, Any], shapes: Any) -> Any:
    """Turn the plan's thousandths of a degree into degrees."""
    return shapely.transform(shapes, lambda points: points / 1000 + plan["origin"])


def _arcs(plan: dict[str, Any]) -> list[LineString]:
    """Spell out the arcs, each free end run on so that it surely crosses the outline."""
    arcs = plan["arcs"]
    uses = Counter(point for arc in arcs for point in arc if isinstance(point, str))
    lines = []
    for arc in arcs:
        points = [plan["nodes"][point] if isinstance(point, str) else point for point in arc]
        if uses[arc[0]] == 1:
            points.insert(0, _beyond(points[1], points[0]))
        if uses[arc[-1]] == 1:
            points.append(_beyond(points[-2], points[-1]))
        lines.append(LineString(points))
    return lines


def _beyond(start: Sequence[float], end: Sequence[float], *, by: float = 4) -> list[float]:
    """Run on from ``start`` through ``end`` by so many thousandths of a degree."""
    stretch = 1 + by / math.dist(start, end)
    return [a + (b - a) * stretch for a, b in zip(start, end, strict=True)]


def town_shapes(data: Path, boundaries: Path | None) -> "gpd.GeoDataFrame":
    """Read the towns' shapes: from a boundary file that was checked and made ours, else the
    schematic's. Raises Problem when that file is damaged."""
    import geopandas as gpd

    if boundaries is None:
        return schematic_towns(data / "geography" / "schematic.json")
    try:
        features = json.loads(boundaries.read_text(encoding="utf-8"))["features"]
        codes = [str(feature["properties"]["town_code"]) for feature in features]
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(
            Words(
                f"{boundaries.name}：保存的街镇边界已损坏；请重新载入边界文件。",
                f"{boundaries.name}: the towns' boundaries that are kept are damaged; load their "
                "file again.",
            )
        ) from error
    return gpd.GeoDataFrame({"town_code": codes}, geometry=shapes, crs=WGS84)


# What is drawn ----------------------------------------------------------------------------

Point = list[float]


@dataclass(frozen=True)
class Projection:
    """Flatten longitude and latitude to km east and km south of the map's north-west corner."""

    west: float
    north: float
    km_per_degree_east: float

    def points(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Project degrees to km, rounded to the metre; x and y are the last axis."""
        x = (np.asarray(lon, dtype=float) - self.west) * self.km_per_degree_east
        y = (self.north - np.asarray(lat, dtype=float)) * KM_PER_DEGREE_NORTH
        return np.stack([x, y], axis=-1).round(3)


@dataclass(frozen=True)
class Region:
    """Hold one town to draw: closed rings (holes too: fill even-odd), and its label's centre."""

    code: str
    rings: list[list[Point]]
    label: Point


@dataclass(frozen=True)
class Line:
    """Hold one line to draw over the regions."""

    name: str
    points: list[Point]


@dataclass(frozen=True)
class MapGeometry:
    """Hold a map in flat km, y downwards; a tile layout has no projection."""

    width: float
    height: float
    regions: tuple[Region, ...]
    lines: tuple[Line, ...] = ()
    projection: Projection | None = None

    def as_dict(self) -> dict[str, Any]:
        """Make the JSON-ready form the browser draws."""
        return {
            "width": self.width,
            "height": self.height,
            "regions": [asdict(region) for region in self.regions],
            "lines": [asdict(line) for line in self.lines],
        }

    def project(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Place degrees on this map, in km; raise ``ValueError`` on a tile layout."""
        if self.projection is None:
            raise ValueError("a tile layout has no place for longitude and latitude")
        return self.projection.points(lon, lat)


def map_geometry(towns: "gpd.GeoDataFrame", *, river: LineString | None) -> MapGeometry:
    """Flatten ``town_code`` polygons in EPSG:4326 to a map in km; ``river`` becomes a line."""
    return _flattened(towns["town_code"], towns.geometry.to_numpy(), river)


def _flattened(
    codes: Iterable[str], shapes: NDArray[np.object_], river: LineString | None
) -> MapGeometry:
    west, south, east, north = shapely.total_bounds(shapes)
    km_per_degree_east = KM_PER_DEGREE_EAST * math.cos(math.radians((south + north) / 2))
    projection = Projection(west, north, km_per_degree_east)
    width, height = projection.points(east, south).tolist()
    regions = tuple(
        _region(str(code), shapely.transform(shape, lambda points: projection.points(*points.T)))
        for code, shape in zip(codes, shapes, strict=True)
    )
    lines = (
        () if river is None else (Line("huangpu", projection.points(*river.coords.xy).tolist()),)
    )
    return MapGeometry(width, height, regions, lines, projection)


def _region(code: str, shape: BaseGeometry) -> Region:
    parts = shapely.get_parts(shape)
    rings = [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(parts)]
    return Region(code, rings, _label(max(parts, key=shapely.area)))


def _label(shape: Polygon) -> Point:
    """Find the centre of the largest ellipse, as wide for its height as a label, in the shape."""
    squeezed = shapely.transform(shape, lambda points: points / [LABEL_ASPECT, 1])
    x, y = shapely.maximum_inscribed_circle(squeezed, tolerance=0.01).coords[0]
    return [round(x * LABEL_ASPECT, 3), round(y, 3)]


def tile_geometry(path: Path) -> MapGeometry:
    """Lay the schematic's tiles out as equal squares with gaps, in the form of a map."""
    tiles = sorted(_plan(path)["tiles"].items())
    regions = tuple(_tile(code, column, row) for code, (column, row) in tiles)
    points = np.concatenate([region.rings[0] for region in regions])
    width, height = points.max(axis=0).tolist()
    return MapGeometry(width, height, regions)


def _tile(code: str, column: int, row: int) -> Region:
    pitch = TILE_KM + TILE_GAP_KM
    left, top = column * pitch, row * pitch
    right, bottom = left + TILE_KM, top + TILE_KM
    ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    return Region(code, [ring], [left + TILE_KM / 2, top + TILE_KM / 2])


def metres(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Project WGS-84 degrees to metres east and north; one row each."""
    from pyproj import Transformer

    projected = Transformer.from_crs(WGS84, METRES, always_xy=True).transform(
        np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    )
    return np.stack(projected, axis=-1)


# Who is next door -------------------------------------------------------------------------


def nearest_other_town(points: pd.DataFrame, towns: "gpd.GeoDataFrame") -> pd.DataFrame:
    """Find each community's nearest town but its own, and how far its polygon is in metres.

    ``points`` has ``community_code``, ``lon``, ``lat``, ``town_code``; the result, in the same
    order, ``community_code``, ``neighbour_town_code``, ``neighbour_distance_m``.
    """
    import geopandas as gpd

    places = gpd.GeoSeries.from_xy(points["lon"], points["lat"], crs=WGS84).to_crs(METRES)
    shapes = towns.geometry.to_crs(METRES).to_numpy()
    codes = towns["town_code"].to_numpy()
    distances = shapely.distance(places.to_numpy()[:, None], shapes[None, :])
    distances[points["town_code"].to_numpy()[:, None] == codes[None, :]] = np.inf
    nearest = distances.argmin(axis=1)
    return pd.DataFrame(
        {
            "community_code": points["community_code"].to_numpy(),
            "neighbour_town_code": codes[nearest],
            "neighbour_distance_m": distances[np.arange(len(points)), nearest],
        }
    )
