"""Lay out the files that the browser fetches once: plotly's own script, ours, the map geometries.

They are made beside the hand-written ones in ``dashboard/static``, under names that change with
their content, so that a browser never draws with a stale one.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from dashboard.asking.questions import Maps
from dashboard.contract.problem import Problem
from dashboard.draw.drawing import Drawing
from dashboard.paths import DATA, ROOT, own_path
from dashboard.warehouse.uploads import loaded_boundaries

if TYPE_CHECKING:
    from dashboard.warehouse.geography import MapGeometry

STATIC = ROOT / "dashboard" / "static"


@dataclass(frozen=True)
class Assets:
    """Name the files for the browser, relative to the static folder.

    ``problem`` says why the user's own boundary file could not be used; the schematic then
    stands in for it. ``geometry`` is what ``towns`` holds, for placing points on it.
    """

    plotly: str
    towns: str
    tiles: str
    figure: str
    briefing: str
    style: str
    is_schematic: bool
    map_number: str
    problem: Problem | None
    geometry: "MapGeometry"

    @property
    def maps(self) -> Maps:
        """What figures need of the maps."""
        return Maps(self.towns, self.tiles, self.is_schematic, self.map_number, self.geometry)


def lay_out_assets(data: Path = DATA) -> Assets:
    """Write what is missing and return the names, once a process and state of the user's own
    data. Safe to run twice at once."""
    return _laid_out(data, *loaded_boundaries(own_path()))


@cache
def _laid_out(data: Path, loaded: Path | None, map_number: str) -> Assets:
    from dashboard.intake.drawn import drawn_towns
    from dashboard.warehouse.geography import tile_geometry

    towns = drawn_towns(data, own=loaded, map_number=map_number)
    script = STATIC / f"plotly-{version('plotly')}.min.js"
    if not script.is_file():
        source_script = _package("plotly") / "package_data" / "plotly.min.js"
        _write(script.with_name(f"{script.name}.gz"), gzip.compress(source_script.read_bytes(), 6))
        _write(script, source_script.read_bytes())
    return Assets(
        plotly=script.name,
        towns=_geometry("towns", towns.geometry.as_dict()),
        tiles=_geometry("tiles", tile_geometry(data / "geography" / "schematic.json").as_dict()),
        figure=_scripts(STATIC / "figure", first="page.js"),
        briefing=_scripts(STATIC / "briefing", first="briefing.js"),
        style=_versioned("dashboard.css"),
        is_schematic=towns.is_schematic,
        map_number=towns.map_number,
        problem=towns.problem,
        geometry=towns.geometry,
    )


def geometry_of(drawing: Drawing) -> bytes:
    """Read the file that a map is drawn from; nothing for other drawings."""
    if drawing.kind != "map" or drawing.empty:
        return b""
    return (STATIC / drawing.body["geometry"]).read_bytes()


def _package(name: str) -> Path:
    """Find an installed package's folder without importing it: drawing is not this layer's."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return Path(spec.origin).parent


def _geometry(name: str, geometry: dict[str, object]) -> str:
    content = json.dumps(geometry, separators=(",", ":")).encode()
    path = STATIC / f"geometry-{name}-{_digest(content)}.json"
    if not path.is_file():
        _write(path, content)
    return path.name


def _scripts(folder: Path, first: str) -> str:
    """Copy our scripts into a folder named by the digest of them all: they import each other by
    name, so that a change of one changes every address. Return the address of the first."""
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.js"))}
    digest = _digest(b"".join(name.encode() + text for name, text in texts.items()))
    copied = folder.with_name(f"{folder.name}-{digest}")
    copied.mkdir(exist_ok=True)
    for name, text in texts.items():
        if not (copied / name).is_file():
            _write(copied / f"{name}.gz", gzip.compress(text, 9, mtime=0))
            _write(copied / name, text)
    return f"{copied.name}/{first}"


def _versioned(name: str) -> str:
    return f"{name}?v={_digest((STATIC / name).read_bytes())}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _write(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as unfinished:
        unfinished.write(content)
    Path(unfinished.name).replace(path)
