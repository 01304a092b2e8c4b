"""Pack a figure so that a researcher can redo it: data, query, description, script, citation."""

import hashlib
import io
import json
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.contract.privacy import OF_FEW
from dashboard.figures.figure import PublishedFigure, title_of
from dashboard.figures.tables import as_csv
from dashboard.publish.binding import bound
from dashboard.publish.citation import bibtex, gbt7714
from dashboard.publish.metadata import metadata, resource
from dashboard.warehouse.gate import off_by

_HERE = Path(__file__).parent
# Those that the script needs, in the versions that drew and counted here.
_NEEDED = ("plotly", "duckdb")


def reproduction(figure: PublishedFigure, *, geometry: bytes = b"") -> bytes:
    """Pack a figure as a zip; a map comes with its ``geometry``, the file the page draws it from."""
    packed = io.BytesIO()
    # The same figure on the same day gives the same bytes.
    stamp = (figure.taken_on.year, figure.taken_on.month, figure.taken_on.day, 0, 0, 0)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files(figure, geometry).items():
            info = zipfile.ZipInfo(f"{figure.name}/{name}", stamp)
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def files(figure: PublishedFigure, geometry: bytes = b"") -> dict[str, str | bytes]:
    """Write each file of the package."""
    counted = figure.counted
    answer = figure.warehouse.run(counted.query, counted.parameters, named=counted.named)
    described = json.loads(metadata(figure))
    points = drawn(figure)
    described["resources"] += [resource("query", answer), resource("drawn", points)]
    described["query"]["keys"] = list(figure.query.keys)
    hides = set(answer.columns) if counted.named == "as_places" else OF_FEW & set(answer.columns)
    described["query"]["hidesSmall"] = sorted(hides)
    if figure.warehouse.is_protected:
        described["query"]["protected"] = {"offBy": off_by(figure.query)}
    described["query"]["leavesOut"] = _left_out(figure, answer)
    template = (_HERE / "reproduce.md").read_text(encoding="utf-8")
    written: dict[str, str | bytes] = {
        "README.md": template.format(
            title=described["title"], address=figure.url or figure.address
        ),
        "redraw.py": (_HERE / "redraw.py").read_bytes(),
        "requirements.txt": "".join(f"{name}=={version(name)}\n" for name in _NEEDED),
        "data.csv": as_csv(counted.rows),
        "figure.json": _json(description(figure)),
        "query.sql": figure.query.sql,
        "parameters.json": _json(
            {
                each.name: {"type": each.type, "value": figure.parameters[each.name]}
                for each in figure.query.parameters
            }
        ),
        "query.csv": as_csv(answer),
        "drawn.csv": as_csv(points),
        "citation.bib": f"{bibtex(figure, 'figure')}\n\n{bibtex(figure, 'data')}\n",
        "citation.txt": f"{gbt7714(figure, 'figure')}\n{gbt7714(figure, 'data')}\n",
    }
    if geometry:
        written["geometry.json"] = geometry
    described["hashes"] = {name: _sha256(written[name]) for name in sorted(written)}
    written["metadata.json"] = _json(described)
    return written


def _left_out(figure: PublishedFigure, answer: pd.DataFrame) -> dict[str, list[str]]:
    """Name what the query tells of and the answer leaves out: a sample's real projects."""
    counted = figure.counted
    whole = figure.warehouse.run(counted.query, counted.parameters, named="whole")
    if len(whole) == len(answer):
        return {}
    key = "community_code" if "community_code" in whole.columns else "operator"
    return {key: sorted(set(whole[key]) - set(answer[key]))}


def _sha256(content: str | bytes) -> str:
    data = content if isinstance(content, bytes) else content.encode()
    return hashlib.sha256(data).hexdigest()


def drawn(figure: PublishedFigure) -> pd.DataFrame:
    """List the points that a plot draws, with those that are in no data: limits, curves, bands."""
    rows = []
    for number, trace in enumerate(figure.drawing.body.get("data", ())):
        name = (trace.get("meta") or {}).get("name") or trace.get("name") or ""
        x, y = (trace.get(axis) for axis in ("x", "y"))
        if isinstance(x, list) and isinstance(y, list) and len(x) == len(y):
            rows += [(number, trace["type"], name, *pair) for pair in zip(x, y, strict=True)]
    points = pd.DataFrame(rows, columns=["trace", "type", "name", "x", "y"])
    return points[points["x"].notna() & points["y"].notna()]


def description(figure: PublishedFigure) -> dict[str, Any]:
    """Describe the figure as drawn, with the values that its data hold left to them."""
    drawing = figure.drawing
    body = (
        bound(drawing.body, figure.counted.rows)
        if drawing.kind == "plot" and not drawing.empty
        else drawing.body
    )
    return {
        "kind": "empty" if drawing.empty else drawing.kind,
        "headline": title_of(figure, figure.asking.say.language),
        "alt": drawing.alt,
        "empty": drawing.empty,
        "body": body,
    }


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str)
