"""Make the map that pages and briefings draw, from the user's own boundaries or the schematic.

The schematic needs nothing that reads files of maps: that takes longer to load than a figure does.
"""

from dataclasses import dataclass
from pathlib import Path

from dashboard.contract.problem import Problem
from dashboard.warehouse.geography import MapGeometry, map_geometry, schematic_map, town_shapes


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
    problem = None
    if own or any(data.glob("boundaries.*")):
        from dashboard.intake.boundaries import folder_boundaries

        try:
            if own := own or folder_boundaries(data):
                # The river's line is the schematic's, and would lie wrong.
                return DrawnTowns(
                    map_geometry(town_shapes(data, own), river=None), False, None, map_number
                )
        except Problem as found:
            problem = found
    return DrawnTowns(schematic_map(data / "geography" / "schematic.json"), True, problem)
