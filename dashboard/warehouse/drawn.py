"""Make the map that pages and briefings draw, from the user's own boundaries or the schematic.

The schematic needs nothing that reads files of maps: that takes longer to load than a figure does.
"""

from dataclasses import dataclass
from pathlib import Path

from dashboard.contract.problem import Problem
from dashboard.contract.tables import TOWN
from dashboard.warehouse.geography import MapGeometry, map_geometry, schematic_map

BOUNDARY_FILES = ("boundaries.geojson", "boundaries.gpkg", "boundaries.zip", "boundaries.shp")


def own_boundaries(data: Path) -> Path | None:
    """Find the user's own boundary file in the data folder, if there is one."""
    return next((data / name for name in BOUNDARY_FILES if (data / name).is_file()), None)


@dataclass(frozen=True)
class DrawnTowns:
    """Hold the towns' map; ``problem`` says why the user's own file could not be used."""

    geometry: MapGeometry
    is_schematic: bool
    problem: Problem | None
    map_number: str = ""


def drawn_towns(data: Path, *, own: Path | None = None, map_number: str = "") -> DrawnTowns:
    """Make the map that pages and briefings draw; the schematic stands in for a bad own file.

    ``own`` is a loaded file and ``map_number`` its review number.
    """
    schematic, problem = data / "geography" / "schematic.json", None
    own = own or own_boundaries(data)
    if own is not None:
        try:
            return DrawnTowns(_own_map(data, own), False, None, map_number)
        except Problem as found:
            problem = found
    return DrawnTowns(schematic_map(schematic), True, problem)


def _own_map(data: Path, own: Path) -> MapGeometry:
    """Draw the user's own boundaries; the river's line is the schematic's, and would lie wrong."""
    from dashboard.warehouse.boundaries import read_boundaries
    from dashboard.warehouse.published import read_table

    shapes = read_boundaries(own, read_table(data / "towns.csv", TOWN))
    return map_geometry(shapes, river=None)
