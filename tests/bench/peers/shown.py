"""Give the Overview's own value as plain things that any framework draws."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from dashboard.asking.questions import Asking
from dashboard.draw.theme import INK, NO_DATA, RED
from dashboard.figures.address import read_address
from dashboard.figures.page import Choices
from dashboard.language import Say
from dashboard.paths import warehouse_path
from dashboard.subjects.pages import make_page
from dashboard.ui.assets import STATIC, lay_out_assets
from dashboard.warehouse.store import Store

Dict = dict[str, Any]
HEIGHT = 440


@dataclass(frozen=True)
class Overview:
    """Hold what the page says and the bodies of its figures, by key."""

    headline: str
    sentence: str
    numbers: list[Dict]
    titles: dict[str, str]
    bodies: dict[str, Dict]


@cache
def store() -> Store:
    return Store(warehouse_path())


def overview(town: str | None, month: str) -> Overview:
    """Make the page for a town, or for all, in one month."""
    warehouse, say = store().current(), Say("zh")
    given = {"from": month, "to": month, **({"town": town} if town else {})}
    address, _ = read_address(given, months=warehouse.months, town_codes=warehouse.town_codes)
    ask = Asking(warehouse, say, address.filters, lay_out_assets().maps)
    page = make_page(ask, "overview", Choices())
    assert page.headline is not None, "every town has communities"
    figures = list(page.figures)
    return Overview(
        page.headline.state,
        page.headline.change,
        numbers_of(figures[0].drawing.body),
        {figure.key: figure.caption.headline for figure in figures},
        {figure.key: figure.drawing.body for figure in figures},
    )


def numbers_of(body: Dict) -> list[Dict]:
    """Give the outcomes' large numbers, each with its name and what else its line says."""
    return [
        {**each["number"], "label": each["title"], "small": each.get("small", "")}
        for each in body.get("items", [])
        if "number" in each
    ]


def towns() -> dict[str, str]:
    rows = store().current().run("towns", {})
    return dict(zip(rows["town_code"], rows["short_name_zh"], strict=True))


@cache
def geometry(name: str) -> Any:
    return json.loads((STATIC / name).read_text(encoding="utf-8"))


def outline(shape: Dict, region: Dict, is_chosen: bool) -> Dict:
    """Say what of a town on the map follows what is chosen."""
    return {
        "fillcolor": region.get("fill", NO_DATA),
        "line": {"color": RED if is_chosen else "#FFFFFF", "width": 2.5 if is_chosen else 1.2},
        "text": region.get("hover", "").replace("\n", "<br>"),
    }


def dots(body: Dict) -> Dict:
    """Draw the communities, grey and red as the product does."""
    given = body["points"]
    due, (usual, standing) = len(given["reasons"]), given["fills"]
    return {
        "type": "scatter", "mode": "markers", "hoverinfo": "text", "showlegend": False,
        "x": given["x"], "y": given["y"], "text": given["names"],
        "marker": {
            "size": [2 * radius for radius in given["sizes"]],
            "color": [usual] * (len(given["keys"]) - due) + [standing] * due,
        },
    }  # fmt: skip


def labels(body: Dict) -> list[str]:
    """Write the towns' names and values on the map, in its own order."""
    shapes = geometry(body["geometry"])["regions"]
    texts = [body["regions"][each["code"]] for each in shapes if each["code"] in body["regions"]]
    return [f"{text['name']}<br>{text.get('label', '')}" for text in texts]


def mapped(body: Dict, chosen: tuple[str, ...]) -> Dict:
    """Draw the towns as filled outlines: a choropleth would fetch the world's map from elsewhere."""
    shapes, regions = geometry(body["geometry"])["regions"], body["regions"]
    traces: list[Dict] = []
    for shape in shapes:
        # Nothing stands between two rings, and after the last one neither.
        corners = [point for ring in shape["rings"] for point in (*ring, (None, None))][:-1]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "fill": "toself", "hoveron": "fills",
                "hoverinfo": "text", "showlegend": False,
                "x": [x for x, _ in corners], "y": [y for _, y in corners],
                **outline(shape, regions.get(shape["code"], {}), shape["code"] in chosen),
            }
        )  # fmt: skip
    traces.append(dots(body))
    named = [shape["label"] for shape in shapes if shape["code"] in regions]
    traces.append(
        {
            "type": "scatter", "mode": "text", "hoverinfo": "skip", "showlegend": False,
            "x": [x for x, _ in named], "y": [y for _, y in named], "text": labels(body),
        }
    )  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    size = geometry(body["geometry"])
    layout = {
        "template": None, "font": {"size": 12, "color": INK},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "xaxis": {**hidden, "range": [0, size["width"]]},
        "yaxis": {**hidden, "range": [size["height"], 0], "scaleanchor": "x"},
    }  # fmt: skip
    return {"data": traces, "layout": layout}


def listed(body: Dict) -> list[tuple[str, str, str]]:
    """Give a list's lines: badge, title, text."""
    return [
        (each.get("badge") or "", each["title"], each["text"]) for each in body.get("items", [])
    ]
