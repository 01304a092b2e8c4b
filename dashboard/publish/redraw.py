"""由数据重画这幅图；可在数据仓库上重新运行查询并核对。

Redraw the figure from its data; run its query again on a warehouse and compare.

    python redraw.py                      writes figure.html, holds the data against themselves
    python redraw.py --query FILE.duckdb  runs query.sql on that warehouse and compares with query.csv
"""

import argparse
import csv
import hashlib
import html
import json
import math
import sys
from datetime import date
from pathlib import Path
from statistics import NormalDist
from typing import Any

HERE = Path(__file__).resolve().parent
MOST_TOLD = 10
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def main() -> int:
    """Read the command line, redraw, compare; the exit code is 1 where something differs."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("--to", type=Path, default=HERE / "figure.html", help="file to write")
    asked.add_argument("--json", type=Path, help="write the redrawn description too")
    asked.add_argument("--query", type=Path, metavar="WAREHOUSE", help="warehouse to ask again")
    told = asked.parse_args()
    described = read_json("metadata.json")
    figure = filled(read_json("figure.json"), read_rows("data.csv", described))
    if told.json:
        told.json.write_text(json.dumps(figure, ensure_ascii=False), encoding="utf-8")
    told.to.write_text(page(figure, described), encoding="utf-8")
    print(f"已写入 / written: {told.to}")
    faults = tampered(described) + recomputed(read_rows("data.csv", described), described)
    if told.query:
        faults += compared(told.query, described)
    for fault in faults[:MOST_TOLD]:
        print(fault, file=sys.stderr)
    if len(faults) > MOST_TOLD:
        print(f"… {len(faults)}", file=sys.stderr)
    return 1 if faults else 0


def read_json(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def read_rows(name: str, described: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a CSV file with the types that the metadata say; what is missing is None."""
    resource = next(each for each in described["resources"] if each["path"] == name)
    types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return [
            {column: typed(text, types[column]) for column, text in row.items()}
            for row in csv.DictReader(file)
        ]


def typed(text: str, kind: str) -> Any:
    if text == "":
        return None
    if kind in ("integer", "number"):
        return float(text)
    # An apostrophe keeps spreadsheets from running a text as a formula.
    return text[1:] if text.startswith("'") and text[1:].startswith(RUNS) else text


def filled(value: Any, rows: list[dict[str, Any]]) -> Any:
    """Put the data in the places of the figure that name a column of them."""
    if isinstance(value, list):
        return [filled(each, rows) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"column", "rows"}:
        return [rows[row][value["column"]] for row in value["rows"]]
    return {name: filled(each, rows) for name, each in value.items()}


def page(figure: dict[str, Any], described: dict[str, Any]) -> str:
    """Write a page that needs nothing from outside: the figure and what it says."""
    drawing = DRAWN[figure["kind"]](figure)
    captions = "".join(
        f"<p>{html.escape(line)}</p>" for line in described["description"].split("\n")
    )
    title = html.escape(described["title"])
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f"<title>{title}</title><style>body{{font-family:sans-serif;max-width:60rem;margin:2rem auto}}"
        "table{border-collapse:collapse}th,td{padding:.2rem .6rem;text-align:left;"
        "border-bottom:1px solid #ccc}p{color:#4A5763}</style>"
        f"<h1>{html.escape(figure['headline'])}</h1>{drawing}{captions}</html>"
    )


def plot(figure: dict[str, Any]) -> str:
    return as_html({"data": figure["body"]["data"], "layout": figure["body"]["layout"]})


def town_map(figure: dict[str, Any]) -> str:
    """Draw the regions as filled outlines: a schematic, in its own units."""
    geometry, body = read_json("geometry.json"), figure["body"]
    traces = []
    for region in geometry["regions"]:
        own = body["regions"].get(region["code"], {})
        points = [point for ring in region["rings"] for point in [*ring, ring[0], [None, None]]]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "fill": "toself",
                "x": [x for x, _ in points], "y": [y for _, y in points],
                "fillcolor": own.get("fill", "#E6E6E6"), "line": {"color": "#FFFFFF", "width": 1},
                "name": unmarked(own.get("name", region["code"])), "text": unmarked(own.get("hover", "")),
                "hoverinfo": "text", "showlegend": False,
            }
        )  # fmt: skip
    texts = [
        {
            "x": region["label"][0], "y": region["label"][1], "showarrow": False,
            "bgcolor": "rgba(255,255,255,0.75)", "borderpad": 1,
            "text": f"{unmarked(own.get('name', ''))}<br>{unmarked(own.get('label', ''))}",
        }
        for region in geometry["regions"]
        if (own := body["regions"].get(region["code"]))
    ]  # fmt: skip
    traces.append(circles(geometry, body))
    axis = {"visible": False}
    layout = {
        "annotations": texts, "plot_bgcolor": "#FFFFFF", "xaxis": {**axis, "constrain": "domain"},
        "yaxis": {**axis, "autorange": "reversed", "scaleanchor": "x"}, "height": 720,
    }  # fmt: skip
    return as_html({"data": traces, "layout": layout}) + legend(body)


def circles(geometry: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Stand a circle of the value's area on each region that has one."""
    sized = [
        (region["label"], own)
        for region in geometry["regions"]
        if (own := body["regions"].get(region["code"], {})).get("symbol")
    ]
    return {
        "type": "scatter", "mode": "markers", "hoverinfo": "skip", "showlegend": False,
        "x": [x for (x, _), _ in sized], "y": [y for (_, y), _ in sized],
        "marker": {
            "size": [float(own["size"]) * 90 for _, own in sized],
            "color": [own["symbol"] for _, own in sized],
        },
    }  # fmt: skip


def legend(body: dict[str, Any]) -> str:
    """Set what the colours mean under a map: classes in a row, or a grid of two measures."""
    described = body.get("legend") or []
    if isinstance(described, dict):
        rows = reversed(described["grid"])
        cells = "".join(f"<tr>{''.join(swatch(fill) for fill in row)}</tr>" for row in rows)
        x, y = html.escape(described["x"]), html.escape(described["y"])
        return f"<table class='legend'><caption>↑ {y} → {x}</caption>{cells}</table>"
    cells = "".join(
        f"{swatch(each.get('fill') or each['symbol'])}<td>{html.escape(each['text'])}</td>"
        for each in described
    )
    note = html.escape(body.get("note", ""))
    return f"<table class='legend'><caption>{note}</caption><tr>{cells}</tr></table>"


def swatch(fill: str) -> str:
    return f'<td style="background:{html.escape(fill)};width:2rem;height:1rem"></td>'


def unmarked(text: str) -> str:
    """Keep plotly from reading markup in a text."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def as_html(described: dict[str, Any]) -> str:
    import plotly.graph_objects as go

    made = go.Figure(described)
    return str(made.to_html(full_html=False, include_plotlyjs=True))


def table(figure: dict[str, Any]) -> str:
    body = figure["body"]
    head = "".join(f"<th>{html.escape(column['text'])}</th>" for column in body["columns"])
    return f"<table><tr>{head}</tr>{lines(row['cells'] for row in body['rows'])}</table>"


def listed(figure: dict[str, Any]) -> str:
    items = figure["body"]["items"]
    texts = ([item.get(name, "") for name in ("badge", "title", "text")] for item in items)
    return f"<table>{lines(texts)}</table>"


def lines(rows: Any) -> str:
    return "".join(
        "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows
    )


def nothing(figure: dict[str, Any]) -> str:
    return f"<p>{html.escape(figure['empty'])}</p>"


DRAWN = {"plot": plot, "map": town_map, "table": table, "list": listed, "empty": nothing}


def tampered(described: dict[str, Any]) -> list[str]:
    """Name the files that are no longer as they were packed."""
    faults = []
    for name, digest in described["hashes"].items():
        if not (HERE / name).is_file():
            faults.append(f"{name}: 缺失 / missing")
        elif hashlib.sha256((HERE / name).read_bytes()).hexdigest() != digest:
            faults.append(f"{name}: 与打包时不同 / not as it was packed")
    return faults


def recomputed(rows: list[dict[str, Any]], described: dict[str, Any]) -> list[str]:
    """Hold the numerator and denominator of each row against its counts, its value against
    numerator ÷ denominator, and its interval against both."""
    faults = []
    for number, row in enumerate(rows, start=2):
        indicator = indicator_of(row, described["indicators"])
        if indicator is None or not {"value", "numerator", "denominator"} <= row.keys():
            continue
        for name, expected in derived(row, indicator, described["intervals"]).items():
            own = row.get(name)
            if own is None or expected is None:
                continue
            if not math.isclose(own, expected, rel_tol=1e-9, abs_tol=1e-9):
                faults.append(f"data.csv:{number}: {name} {own} ≠ {expected}")
    return faults


def indicator_of(row: dict[str, Any], indicators: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Find what a row measures: the only indicator, or that of the row's tier."""
    if len(indicators) == 1:
        return indicators[0]
    tiered = (each for each in indicators if each["tier"] and each["tier"] == row.get("tier"))
    return next(tiered, None)


def derived(
    row: dict[str, Any], indicator: dict[str, Any], intervals: dict[str, Any] | None
) -> dict[str, float | None]:
    """Make again what was made of a row's counts."""
    numerator, denominator = row.get(indicator["numerator"]), row.get(indicator["denominator"])
    if denominator is not None and indicator["meanOverMonths"]:
        denominator = denominator / row["month_count"] if row["month_count"] else None
    made: dict[str, float | None] = {
        "numerator": numerator, "denominator": denominator or None, "value": None,
    }  # fmt: skip
    if indicator["denominator"] is None:
        return {**made, "value": numerator}
    numerator, denominator = row["numerator"], row["denominator"]
    if numerator is None or not denominator:
        return made
    share = numerator / denominator
    value = share * 12 if indicator["isAnnual"] else share
    made["value"] = value * indicator["scale"]
    possible = indicator["possible"]
    if intervals is None or possible in row and not row[possible]:
        return made
    z = NormalDist().inv_cdf((1 + intervals["level"]) / 2)
    edges = None
    if indicator["uncertainty"] == "persons":
        edges = byar(numerator, denominator, z)
    elif indicator["uncertainty"] == "binomial" and share <= 1:
        edges = wilson(numerator, denominator, z)
    if edges:
        made["low"], made["high"] = (edge * indicator["scale"] for edge in edges)
    return made


def byar(count: float, size: float, z: float) -> tuple[float, float]:
    """Give Byar's interval of a Poisson count, over its size."""
    low, more = 0.0, count + 1
    if count:
        low = max(count * (1 - 1 / (9 * count) - z / (3 * count**0.5)) ** 3, 0)
    return low / size, more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3 / size


def wilson(successes: float, trials: float, z: float) -> tuple[float, float]:
    """Give Wilson's score interval of a share."""
    share = successes / trials
    spread = 1 + z**2 / trials
    centre = (share + z**2 / (2 * trials)) / spread
    half = z * (share * (1 - share) / trials + z**2 / (4 * trials**2)) ** 0.5 / spread
    return max(centre - half, 0), min(centre + half, 1)


def compared(warehouse: Path, described: dict[str, Any]) -> list[str]:
    """Run the query again on a warehouse and say what differs from ``query.csv``."""
    import duckdb

    query = described["query"]
    protected = query.get("protected")
    off_by = protected["offBy"] if protected else {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        about = connection.execute("from warehouse_about")
        names = [column[0] for column in about.description or ()]
        version = dict(zip(names, about.fetchone() or (), strict=False)).get("data_version", "?")
        if version != described["version"]:
            print(f"另一数据版本 / another data version: {version} ≠ {described['version']}")
        if protected:
            connection.execute("set search_path = 'protected,main'")
        sql = (HERE / "query.sql").read_text(encoding="utf-8")
        answer = connection.execute(sql, parameters(read_json("parameters.json")))
        names = [column[0] for column in answer.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    for name, codes in query["leavesOut"].items():
        rows = [row for row in rows if row[name] not in codes]
    kept = read_rows("query.csv", described)
    if len(rows) != len(kept):
        return [f"query.csv: {len(kept)} 行 / rows ≠ {len(rows)}"]
    key = [name for name in query["keys"] if name in names]
    rows.sort(key=lambda row: [plain(row[name]) for name in key])
    kept.sort(key=lambda row: [str(row[name]) for name in key])
    faults, hidden = [], 0
    for mine, theirs in zip(kept, rows, strict=True):
        for name in names:
            if mine[name] is None and theirs[name] is not None and name in query["hidesSmall"]:
                hidden += 1
            elif not (
                same(mine[name], theirs[name])
                or near(mine[name], theirs[name], off_by.get(name, 0))
            ):
                place = ", ".join(f"{each}={mine[each]}" for each in key)
                faults.append(f"query.csv [{place}] {name}: {mine[name]} ≠ {theirs[name]}")
    print(
        f"已核对 / compared: {len(rows)} × {len(names)}; 因人数少而隐去 / hidden for few persons: {hidden}"
    )
    return faults


def near(mine: Any, theirs: Any, most: float | None) -> bool:
    """Tell whether protected numbers are as near as they must be; where no bound is known all are."""
    if mine is None or theirs is None:
        return False
    return most is None or (most > 0 and abs(mine - float(theirs)) <= most)


def parameters(described: dict[str, Any]) -> dict[str, Any]:
    """Give the query its parameters in their types."""
    return {
        name: date.fromisoformat(each["value"]) if each["type"] == "DATE" else each["value"]
        for name, each in described.items()
    }


def plain(value: Any) -> str:
    return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value)


def same(mine: Any, theirs: Any) -> bool:
    if mine is None or theirs is None:
        return mine is None and (theirs is None or theirs != theirs)
    if isinstance(mine, float):
        return math.isclose(mine, float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    return str(mine) == plain(theirs)


if __name__ == "__main__":
    sys.exit(main())
