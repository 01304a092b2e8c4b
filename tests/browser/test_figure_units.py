"""The modules that draw figures, each by itself, in the browser that runs them."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.draw.parts import where_room
from dashboard.figures.page import Choices
from dashboard.insight.scenario import Pick, put_together
from dashboard.subjects.scenario.plan import asked_of
from dashboard.ui.assets import STATIC, lay_out_assets
from tests.browser.conftest import PATIENCE_MS, Watch

Run = Callable[..., Any]

# What follows sooner counts as the second half of a double click.
_NO_DOUBLE_CLICK_MS = 400
# Modules are fetched from no server: every address of this page is answered from the disk.
_HOME = "http://127.0.0.1/"
_PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/dashboard.css"><style>
  .mh-body, .mh-plot { position: relative; width: 400px; height: 300px } .mh-map { width: 400px; height: 300px }
</style><body></body>"""
_GEOMETRY = """{"width": 20, "height": 20, "regions": [
  {"code": "a", "rings": [[[0, 0], [10, 0], [10, 20], [0, 20]]], "label": [5, 10]},
  {"code": "b", "rings": [[[10, 0], [20, 0], [20, 20], [10, 20]]], "label": [15, 10]}]}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    lay_out_assets()
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.set_default_timeout(PATIENCE_MS)

    def answer(route: Any) -> None:
        name = route.request.url.removeprefix(_HOME)
        path = STATIC / name
        if name == "geometry.json":
            route.fulfill(body=_GEOMETRY, content_type="application/json")
        elif name and path.is_file():
            kind = "css" if path.suffix == ".css" else "javascript"
            route.fulfill(path=path, content_type=f"text/{kind}")
        else:
            route.fulfill(body=_PAGE, content_type="text/html")

    page.route("**/*", answer)
    yield page
    page.close()


@pytest.fixture
def run(modules: Page) -> Iterator[Run]:
    """Run a function on a fresh page; it is given a way to a module, and the arguments."""
    modules.emulate_media(color_scheme="light")
    watch = Watch(modules)
    modules.goto(_HOME)

    def run(script: str, argument: object = None) -> Any:
        return modules.evaluate(
            f"async (given) => {{ const use = (name) => import(`/figure/${{name}}.js`);"
            f" return await ({script})(use, given); }}",
            argument,
        )

    yield run
    watch.end()


# Words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Source: 闵行:创新党建 让每一位", "en", ["Source: ", "zh-CN|闵行:创新党建 让每一位"]),
        ("520 exact", "en", ["520 exact"]),
        ("来源：闵行", "zh-CN", ["来源：闵行"]),
        ("", "en", [""]),
    ],
)
def test_chinese_is_marked_on_an_english_page(
    run: Run, text: str, language: str, parts: list[str]
) -> None:
    script = """async (use, [text, language]) => (await use('rows')).spokenParts(text, language)
      .map((part) => typeof part === "string" ? part : `${part.lang}|${part.textContent}`)"""
    assert run(script, [text, language]) == parts


# Colours ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fill", "ink"),
    [
        ("#1F4E79", "#FFFFFF"),
        ("#E4EDF6", "#1B2733"),
        ("#000000", "#FFFFFF"),
        ("#FFFFFF", "#1B2733"),
    ],
)
def test_ink_stands_out(run: Run, fill: str, ink: str) -> None:
    assert run("async (use, fill) => (await use('colours')).inkOn(fill)", fill) == ink


def test_ink_is_readable_on_every_colour_of_a_map(run: Run) -> None:
    from dashboard.draw.theme import NO_DATA, SEQUENCE

    colours = run("async (use) => (await use('colours')).DARK")
    fills = [*SEQUENCE, NO_DATA]
    for fill in [*fills, *(colours[each] for each in fills)]:
        ink = run("async (use, fill) => (await use('colours')).inkOn(fill)", fill)
        lighter, darker = sorted((luminance(fill), luminance(ink)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, fill


def test_every_class_of_a_map_stands_out_from_the_ground_in_the_dark(run: Run) -> None:
    from dashboard.draw.theme import SEQUENCE

    dark = run("async (use) => (await use('colours')).DARK")
    scale = [luminance(dark[each]) for each in ("#FFFFFF", *SEQUENCE)]
    for below, above in zip(scale, scale[1:], strict=False):
        assert (above + 0.05) / (below + 0.05) >= 1.3


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in channels]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("light", "dark"),
    [
        ("#1f4e79", "#8DB8E8"),
        ("rgba(31,78,121,0.10)", "rgba(141,184,232,0.10)"),
        ("rgb(31, 78, 121)", "rgb(141,184,232)"),
        ("#123456", "#123456"),
        ("rgba(1,2,3,0.5)", "rgba(1,2,3,0.5)"),
        (None, None),
    ],
)
def test_colours_have_a_dark_one(run: Run, light: str | None, dark: str | None) -> None:
    script = "async (use, [colour, isDark]) => (await use('colours')).shown(colour, isDark)"
    assert run(script, [light, True]) == dark
    assert run(script, [light, False]) == light


def test_a_plot_is_turned_dark_and_never_changed_itself(run: Run) -> None:
    before, turned, plain = run(
        """async (use) => {
          const { shownIn } = await use("colours");
          const plot = { marker: { color: ["#FFFFFF", "#123456"] },
            colorscale: [[0, "#1F4E79"], [1, "rgba(31,78,121,1)"]], z: [[1, null]] };
          const plain = shownIn(plot, false);
          plain.marker.color[0] = "changed";
          return [plot, shownIn(plot, true), plain];
        }"""
    )
    assert before["marker"]["color"] == ["#FFFFFF", "#123456"]
    assert turned["marker"]["color"] == ["#0F1720", "#123456"]
    assert turned["colorscale"] == [[0, "#8DB8E8"], [1, "rgba(141,184,232,1)"]]
    assert turned["z"] == [[1, None]]
    assert plain["marker"]["color"][0] == "changed"


# What is kept -----------------------------------------------------------------------------


_TREE = """const tree = (...ids) => ({ rows: [{ columns: [[{ figure: "f", ids }]] }] });"""


def test_parts_are_kept_and_missing_ones_named(run: Run) -> None:
    taken = run(
        f"""async (use) => {{
          {_TREE}
          const kept = new (await use("kept")).Kept();
          return [
            kept.take({{ tree: tree("f", "b"), parts: {{ f: {{ words: 1 }}, b: {{ kind: "map" }} }} }}),
            kept.take({{ tree: tree("f", "b"), parts: {{}} }}),
            kept.take({{ tree: tree("f", "other"), parts: {{}} }}),
            kept.get("f"),
          ];
        }}"""
    )
    assert taken == [[], [], ["other"], {"words": 1}]


def test_the_oldest_go_first_and_what_is_used_stays(run: Run) -> None:
    there = run(
        f"""async (use) => {{
          {_TREE}
          const kept = new (await use("kept")).Kept(2);
          kept.take({{ tree: tree("a"), parts: {{ a: {{}} }} }});
          kept.take({{ tree: tree("b"), parts: {{ b: {{}} }} }});
          kept.take({{ tree: tree("a"), parts: {{}} }});
          kept.take({{ tree: tree("c"), parts: {{ c: {{}} }} }});
          return ["b", "a", "c"].map((id) => kept.has(id));
        }}"""
    )
    assert there == [False, True, True]


def test_what_is_sent_is_read_as_utf_8(run: Run) -> None:
    read = run(
        """async (use) => {
          const { readSent } = await use("kept");
          return readSent(new TextEncoder().encode('{"chosen":["闵行"]}'));
        }"""
    )
    assert read == {"chosen": ["闵行"]}


# The address ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "key", "add", "expected"),
    [
        ([], "a", False, ["a"]),
        (["b"], "a", False, ["a"]),
        (["a"], "a", False, []),
        (["a", "b"], "a", False, ["a"]),
        ([], "a", True, ["a"]),
        (["b"], "a", True, ["b", "a"]),
        (["a", "b"], "a", True, ["b"]),
        (["a"], "a", True, []),
        (["a", "b"], None, False, []),
        (["a", "b"], None, True, []),
    ],
)
def test_a_click_chooses_adds_takes_back_or_clears(
    run: Run, chosen: list[str], key: str | None, add: bool, expected: list[str]
) -> None:
    clicked = "async (use, given) => (await use('address')).toggled(...given)"
    assert run(clicked, [chosen, key, add]) == expected


def test_an_address_is_written_in_order_and_without_what_is_empty(run: Run) -> None:
    script = "async (use, given) => (await use('address')).written(...given)"
    pairs = {"town": "a,b", "lang": "en", "map": "", "other": "x"}
    assert run(script, [["lang", "town", "map"], pairs]) == "lang=en&town=a%2Cb"


def test_an_address_is_the_browsers_in_any_order(run: Run) -> None:
    here = run(
        """async (use) => {
          const { isHere } = await use("address");
          history.replaceState({}, "", "?b=2&a=1%2C3&c=");
          return [{ a: "1,3", b: "2" }, { a: "1,3", b: "2", d: "" }, { a: "1,3" }, { a: "1", b: "2" }]
            .map(isHere);
        }"""
    )
    assert here == [True, True, False, False]


# What is written anew ---------------------------------------------------------------------


def test_what_is_written_anew_keeps_its_elements_and_the_focus(run: Run) -> None:
    told = run(
        """async (use) => {
          const { fill } = await use("morph");
          const { element } = await use("elements");
          const place = element("div");
          document.body.append(place);
          const made = (text, isOn) => [element("b", {}, text),
            element("button", { "aria-pressed": isOn, lang: isOn ? "zh" : null }, text)];
          fill(place, [...made("old", true), element("i")]);
          const button = place.querySelector("button");
          button.focus();
          fill(place, made("new", false));
          return [document.activeElement === button, place.innerHTML];
        }"""
    )
    assert told == [True, '<b>new</b><button aria-pressed="false">new</button>']


def test_a_list_shows_what_was_chosen_whatever_the_reader_did(run: Run) -> None:
    shown = run(
        """async (use) => {
          const { fill } = await use("morph");
          const { element } = await use("elements");
          const list = (chosen) => [element("select", {}, ...["a", "b", "c"].map((value) =>
            element("option", { value, selected: value === chosen ? "" : null }, value)))];
          const place = element("div");
          document.body.append(place);
          fill(place, list("a"));
          place.firstChild.value = "b";
          fill(place, list("c"));
          return place.firstChild.value;
        }"""
    )
    assert shown == "c"


# What is chosen ---------------------------------------------------------------------------


def chosen(run: Run, trace: dict[str, Any], *keys: str, **body: Any) -> tuple[Any, Any]:
    layout = body.pop("layout", {})
    data = {"body": {"data": [trace], **body}, "chosen": list(keys)}
    traces, painted = run(
        "async (use, [data, layout]) => (await use('chosen')).withChosen(data, layout)",
        [data, layout],
    )
    return traces[0], painted


def test_nothing_chosen_changes_nothing(run: Run) -> None:
    trace = {"type": "bar", "customdata": ["a"], "marker": {"color": "#000000"}}
    assert chosen(run, trace) == (trace, {})
    assert chosen(run, trace, "other") == (trace, {})


def test_chosen_bars_and_points_are_red(run: Run) -> None:
    one = {"type": "bar", "customdata": ["a", "b"], "marker": {"color": "#1F4E79"}}
    assert chosen(run, one, "b")[0]["marker"]["color"] == ["#1F4E79", "#C00000"]
    own = {"type": "scatter", "mode": "markers", "customdata": ["a", ["b", 1]],
           "marker": {"color": ["#111111", "#222222"]}}  # fmt: skip
    assert chosen(run, own, "b")[0]["marker"]["color"] == ["#111111", "#C00000"]


def test_chosen_rows_are_bold_and_points_named(run: Run) -> None:
    layout = {"yaxis": {"ticktext": ["A", "B"]}}
    trace = {"type": "bar", "customdata": ["a", "b"], "marker": {"color": "#1F4E79"}}
    painted = chosen(run, trace, "a", rows=["a", "b"], layout=layout)[1]
    assert painted["yaxis"]["ticktext"] == ["<b>A</b>", "B"]
    named = {"type": "scatter", "mode": "markers+text", "customdata": ["a", "b"], "marker": {},
             "text": ["", ""], "meta": {"names": ["A", "B"]}}  # fmt: skip
    assert chosen(run, named, "b")[0]["text"] == ["", "B"]


def test_a_line_of_one_key_is_red_and_of_many_gets_a_dot(run: Run) -> None:
    line = {"type": "scatter", "mode": "lines", "line": {"color": "#1F4E79", "width": 2}}
    whole = chosen(run, {**line, "customdata": ["a", "a"]}, "a")[0]
    assert whole["line"] == {"color": "#C00000", "width": 3}
    dotted = chosen(run, {**line, "customdata": ["a", "b"]}, "b")[0]
    assert dotted["line"] == line["line"]
    assert dotted["mode"] == "lines+markers"
    assert dotted["marker"]["size"] == [0, 9]
    assert dotted["marker"]["color"] == "#C00000"


def test_chosen_cells_get_an_outline(run: Run) -> None:
    heat = {"type": "heatmap", "x": ["p", "q"], "y": [1, 2], "z": [[1, 2], [3, 4]],
            "customdata": [["a", "b"], ["c", "d"]]}  # fmt: skip
    trace, layout = chosen(run, heat, "c", layout={"shapes": [{"type": "line"}]})
    assert trace == heat
    line, outline = layout["shapes"]
    assert line == {"type": "line"}
    assert [outline[each] for each in ("x0", "x1", "y0", "y1")] == [-0.5, 0.5, 1.5, 2.5]
    assert outline["line"]["color"] == "#C00000"


@pytest.mark.parametrize(
    ("values", "axis", "edges"),
    [
        ([1, 2, 4], {}, [[0.5, 1.5], [1.5, 3], [3, 5]]),
        ([7], {}, [[6.5, 7.5]]),
        (["p", "q"], {"categoryarray": ["q", "p"]}, [[0.5, 1.5], [-0.5, 0.5]]),
        (
            ["1970-01-01", "1970-01-03"],
            {},
            [[-86_400_000, 86_400_000], [86_400_000, 3 * 86_400_000]],
        ),
    ],
)
def test_cells_end_halfway_to_their_neighbours(
    run: Run, values: list[object], axis: dict[str, object], edges: object
) -> None:
    script = "async (use, [values, axis]) => (await use('chosen')).edges(values, axis)"
    assert run(script, [values, axis]) == edges


# Keys and texts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "key"),
    [
        (None, None),
        ({}, None),
        ({"customdata": "a"}, "a"),
        ({"customdata": ["a", 3]}, "a"),
        ({"customdata": ["a", "b"], "pointNumbers": [0, 4]}, None),
        ({"customdata": ["a", "a"], "pointNumbers": [0, 4]}, "a"),
    ],
)
def test_key_of_a_point(run: Run, point: object, key: str | None) -> None:
    assert run("async (use, point) => (await use('plot')).keyOf(point)", point) == key


def test_source_line_marks_the_caveat(run: Run) -> None:
    html = run(
        """async (use) => {
          const { sourceLine } = await use("figure");
          const lines = [{ caveat: "示例", asOf: "2025", source: "来源" }, { asOf: "", source: "<b>" }];
          return lines.map((data) => {
            const made = document.createElement("p");
            made.append(...sourceLine(data));
            return made.innerHTML;
          });
        }"""
    )
    assert html == ['<span class="mh-caveat">示例</span>2025 · 来源', "&lt;b&gt;"]


def test_captions_leave_out_what_is_missing(run: Run) -> None:
    script = "async (use, data) => (await use('pictures')).captions(data)"
    full = run(script, {"headline": "h", "note": "n", "caveat": "c", "asOf": "a", "source": "s"})
    assert [each["text"] for each in full["above"]] == ["h", "n"]
    assert [each["text"] for each in full["below"]] == ["c · a · s"]
    assert run(script, {"headline": "h", "note": ""})["below"] == []
    assert len(run(script, {"headline": "h", "note": ""})["above"]) == 1


def test_kinds_beside_each_other_are_told_apart_without_colour(run: Run) -> None:
    script = "async (use, traces) => (await use('grey')).toldApart(traces)"
    bars = [{"type": "bar", "marker": {"color": colour}} for colour in ("#000001", "#000002")]
    first, second = run(script, bars)
    assert first["marker"]["pattern"]["shape"] != second["marker"]["pattern"]["shape"]
    assert second["marker"] | {"pattern": None} == {"color": "#000002", "pattern": None}
    # Of one kind, or in panels of their own, they stay as they are.
    assert run(script, bars[:1]) == bars[:1]
    panels = [{**bar, "xaxis": axis} for bar, axis in zip(bars, ("x", "x2"), strict=True)]
    assert run(script, panels) == panels
    lines = [
        {"type": "scatter", "mode": "lines", "line": {"color": colour, "width": width}}
        for colour, width in (("#000001", 2), ("#000002", 2), ("#000003", 0))
    ]
    solid, dashed, edge = run(script, lines)
    assert (solid["line"]["dash"], dashed["line"]["dash"]) == ("solid", "dash")
    assert edge == lines[2]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("居村治理社区占全部，社区", ["居村治理社区占", "全部，社区"]),
        ("居村治理社区占，", ["居村治理社区占，"]),
        ("unbreakable", ["unbreakable"]),
    ],
)
def test_long_captions_are_broken(run: Run, text: str, lines: list[str]) -> None:
    script = "async (use, text) => (await use('pictures')).broken(text, (line) => line.length <= 7)"
    assert run(script, text) == lines


# Rows and tiles ---------------------------------------------------------------------------


def painted(run: Run, module: str, painter: str, data: dict[str, Any]) -> Any:
    return run(
        """async (use, [module, painter, data]) => {
          const body = document.createElement("div");
          const clicks = [];
          const made = new (await use(module))[painter](body, { click: (key) => clicks.push(key) });
          await made.paint(data);
          made.show("a");
          for (const each of body.querySelectorAll("td:first-child, li")) each.click();
          made.remove();
          body.querySelector("[data-key]")?.click();
          return [body.innerHTML, clicks];
        }""",
        [module, painter, data],
    )


def test_table(run: Run) -> None:
    html, clicks = painted(
        run, "rows", "TablePainter",
        {
            "body": {
                "columns": [{"text": "N"}, {"text": "<i>", "number": True}],
                "rows": [{"key": "a", "cells": ["x", "1"]}, {"key": None, "cells": ["<b>", "2"]}],
            },
            "chosen": ["a"],
        },
    )  # fmt: skip
    assert '<th scope="col" class="mh-number">&lt;i&gt;</th>' in html
    assert '<tr data-key="a" class="mh-chosen mh-hovered"><td>x</td>' in html
    assert '<tr><td>&lt;b&gt;</td><td class="mh-number">2</td></tr>' in html
    assert clicks == ["a"]


def test_list(run: Run) -> None:
    html, clicks = painted(
        run, "rows", "ListPainter",
        {
            "body": {"items": [
                {"key": "b", "badge": "滞后", "level": "late", "title": "T", "text": "<b>"},
                {"title": "U", "text": "v"},
            ]},
            "chosen": [],
        },
    )  # fmt: skip
    assert '<li data-key="b"><span class="mh-badge mh-late">滞后</span><strong>T</strong>' in html
    assert "<span>&lt;b&gt;</span></li><li><strong>U</strong> <span>v</span></li>" in html
    assert clicks == ["b"]


def test_tiles_keep_their_elements(run: Run) -> None:
    tile, stays, focused, texts = run(
        """async (use) => {
          const { Tiles } = await use("tiles");
          const tiles = new Tiles(document.body);
          const names = [{ code: "a", label: "L", definition: "<d>" }, { code: "b", label: "M", definition: "" }];
          const value = (figure, line) => ({ figure, unit: "%", comparison: "c", line });
          const words = { language: "en" };
          tiles.update({ names, values: [value("1", [0, 36]), value("2", [])], words });
          const first = document.querySelector(".mh-tile");
          const html = first.outerHTML;
          first.focus();
          tiles.update({ names, values: [value("3", [36]), value("4", [])], words });
          return [html, document.querySelector(".mh-tile") === first, document.activeElement === first,
            [...document.querySelectorAll("b")].map((each) => each.textContent)];
        }"""
    )
    for part in ('tabindex="0"', 'role="group"', 'data-indicator="a"', "&lt;d&gt;", "<small>%"):
        assert part in tile
    assert 'd="M3.0 22.0L79.0 4.0"' in tile
    assert '<circle cx="79.0" cy="4.0"' in tile
    assert stays
    assert focused
    assert texts == ["3", "4"]


# Zoom -------------------------------------------------------------------------------------


def test_zoom_keeps_the_point_and_the_box_filled(run: Run) -> None:
    about, held, whole = run(
        """async (use) => {
          const { about, within } = await use("zoom");
          const box = { width: 400, height: 300 };
          return [about({ k: 1, x: 0, y: 0 }, 2, [100, 150], box), within({ k: 2, x: 50, y: -900 }, box),
            about({ k: 2, x: -100, y: -150 }, 0.1, [3, 3], box)];
        }"""
    )
    assert about == {"k": 2, "x": -100, "y": -150}
    assert held == {"k": 2, "x": 0, "y": -300}
    assert (whole["k"], abs(whole["x"]), abs(whole["y"])) == (1, 0, 0)


# Whole figures ----------------------------------------------------------------------------

_FIGURE = """async (use, given) => {
  const { Drawer } = await use("figure");
  window.told = [];
  window.drawer = new Drawer(document.body);
  drawer.tell = (name, value) => told.push([name, value]);
  window.figure = { id: "1", chosen: [], keys: [], clickable: true, headline: "H", alt: "A",
    height: 300, words: { language: "en", whole: "Reset" }, plotly: given.plotly, ...given };
  await drawer.update(figure);
}"""


def draw(run: Run, **given: Any) -> None:
    run(_FIGURE, {"plotly": lay_out_assets().plotly, **given})


def clicked(page: Page) -> list[Any]:
    told: list[list[Any]] = page.evaluate("told.splice(0)")
    return [value["key"] for name, value in told if name == "clicked"]


def click_at(page: Page, x: float, y: float) -> list[Any]:
    """Click at a place of the axes, in the data's own terms."""
    at = page.evaluate(
        """([x, y]) => {
          const place = document.querySelector(".mh-plot");
          const { xaxis, yaxis } = place._fullLayout;
          const box = place.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [x, y],
    )
    # A pointer comes from somewhere, and rests before it clicks.
    page.mouse.move(at[0] - 30, at[1] - 30)
    page.mouse.move(*at, steps=3)
    page.wait_for_timeout(100)
    page.mouse.click(*at)
    page.wait_for_timeout(_NO_DOUBLE_CLICK_MS)
    return clicked(page)


_AXES = {
    "xaxis": {"range": [-1, 4], "fixedrange": True},
    "yaxis": {"range": [0, 10], "fixedrange": True},
}


@pytest.mark.parametrize(
    ("traces", "layout", "hits", "misses"),
    [
        (
            [{"type": "scatter", "mode": "markers", "x": [0, 3], "y": [2, 8], "customdata": ["a", "b"]},
             {"type": "scatter", "mode": "markers", "x": [1], "y": [5]}],
            {}, [(0, 2, "a"), (3, 8, "b")], [(1, 5), (2, 2)],
        ),
        (
            [{"type": "scatter", "mode": "lines", "x": [0, 2], "y": [2, 8], "customdata": ["a", "b"]}],
            {}, [(2, 8, "b")], [(3.5, 1)],
        ),
        (
            [{"type": "bar", "x": [0, 2], "y": [3, 4], "customdata": ["a", "b"]},
             {"type": "bar", "x": [0, 2], "y": [4, 4], "customdata": ["c", "d"]}],
            {"barmode": "stack"}, [(0, 1, "a"), (0, 5, "c"), (2, 6, "d")], [(1, 9)],
        ),
        (
            [{"type": "heatmap", "x": [0, 2], "y": [2, 6], "z": [[1, 2], [3, 4]], "showscale": False,
              "customdata": [["a", "b"], ["c", "d"]]}],
            {}, [(0, 2, "a"), (2, 2, "b"), (0, 6, "c")], [(3.7, 9.5)],
        ),
        (
            [{"type": "box", "x": [1, 1, 1, 1], "y": [2, 4, 6, 8], "boxpoints": "all", "pointpos": 0,
              "jitter": 0, "customdata": ["a", "b", "c", "d"], "hoveron": "points"}],
            {}, [(1, 2, "a"), (1, 8, "d")], [(3, 5)],
        ),
    ],
    ids=["points", "line", "stacked bars", "heat map", "box"],
)  # fmt: skip
def test_clicks_on_marks(
    run: Run, modules: Page, traces: Any, layout: Any, hits: Any, misses: Any
) -> None:
    draw(
        run,
        kind="plot",
        body={"data": traces, "layout": {**_AXES, "hovermode": "closest", **layout}},
    )
    for x, y, key in hits:
        assert click_at(modules, x, y) == [key]
    for x, y in misses:
        assert click_at(modules, x, y) == [None]


_ZOOMABLE = {
    "xaxis": {"range": [0, 10], "fixedrange": False},
    "yaxis": {"range": [0, 10], "fixedrange": True},
}
_POINTS = {
    "type": "scatter",
    "mode": "markers",
    "x": [1, 5, 9],
    "y": [2, 5, 8],
    "customdata": ["a", "b", "c"],
}
_RANGE = "() => document.querySelector('.mh-plot')._fullLayout.xaxis.range"


def drag(page: Page, selector: str, start: float, end: float) -> None:
    box = page.locator(selector).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=5)
    page.mouse.up()
    page.wait_for_timeout(_NO_DOUBLE_CLICK_MS)


def test_a_plot_keeps_its_zoom_over_an_update_and_resets(run: Run, modules: Page) -> None:
    draw(run, kind="plot", body={"data": [_POINTS], "layout": _ZOOMABLE})
    reset = modules.locator('button[data-what="whole"]')
    assert reset.is_hidden()
    drag(modules, ".nsewdrag", 0.3, 0.7)
    reset.wait_for(state="visible")
    zoomed = modules.evaluate(_RANGE)
    assert zoomed[0] > 1
    assert zoomed[1] < 9
    assert clicked(modules) == []
    modules.evaluate(
        """() => drawer.update({ ...figure, id: "2", chosen: ["b"],
          body: { ...figure.body, data: [{ ...figure.body.data[0], y: [3, 6, 9] }] } })"""
    )
    assert modules.evaluate(_RANGE) == zoomed
    assert modules.evaluate("figure.body.layout.xaxis.range") == [0, 10]
    assert click_at(modules, 5, 6) == ["b"]
    reset.click()
    reset.wait_for(state="hidden")
    assert modules.evaluate(_RANGE) == [0, 10]
    drag(modules, ".nsewdrag", 0.3, 0.7)
    reset.wait_for(state="visible")
    modules.mouse.dblclick(200, 200)
    reset.wait_for(state="hidden")
    assert modules.evaluate(_RANGE) == [0, 10]


def test_a_plot_waits_until_its_place_has_a_width(run: Run, modules: Page) -> None:
    titled = {**_ZOOMABLE, "xaxis": {"range": [0, 10], "title": {"text": "days", "standoff": 4}}}
    modules.add_style_tag(content="body:not(.wide) .mh-plot { width: 10px !important }")
    draw(run, kind="plot", body={"data": [_POINTS], "layout": titled})
    assert modules.locator(".main-svg").count() == 0
    modules.evaluate("""() => {
      document.body.classList.add("wide");
      document.querySelector(".mh-body").style.width = "390px";
    }""")
    modules.locator(".xtitle").wait_for()


_WRITTEN = """() => [...document.querySelectorAll(".annotation text")].map((text) => {
  const { left, top, right, bottom } = text.getBoundingClientRect();
  return [text.textContent, left, top, right, bottom];
})"""
_PICTURED = """async () => [...(await drawer.painter.picture({ width: 300, height: 200 }))
  .querySelectorAll(".annotation text")].map((text) => text.textContent)"""


def test_names_stand_above_a_plot_where_they_have_room(run: Run, modules: Page) -> None:
    festivals = {"Dragon Boat Festival": 22, "Mid-Autumn Festival": 40, "New Year's Day": 0,
                 "Spring Festival": 4, "Lantern Festival": 6, "National Day": 39}  # fmt: skip
    notes = [where_room(name, week, "#C00000") for name, week in festivals.items()]
    layout = {"xaxis": {"range": [0, 52]}, "yaxis": {}, "annotations": notes, "margin": {"t": 40},
              "font": {"family": "sans-serif", "size": 12}}  # fmt: skip
    modules.add_style_tag(content=".mh-plot { width: 100% !important }")
    draw(run, kind="plot", body={"data": [_POINTS], "layout": layout})
    shown = {}
    for width in (390, 760, 300):
        modules.evaluate(
            "(wide) => document.querySelector('.mh-body').style.width = `${wide}px`", width
        )
        modules.wait_for_function(
            f"document.querySelector('.mh-plot')._fullLayout.width === {width}"
        )
        boxes = modules.evaluate(_WRITTEN)
        for at, (name, left, top, right, bottom) in enumerate(boxes):
            for other, left2, top2, right2, bottom2 in boxes[at + 1 :]:
                is_apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
                assert is_apart, (width, name, other)
        shown[width] = [box[0] for box in boxes]
        assert next(iter(festivals)) in shown[width]
    assert shown[760] == list(festivals)
    assert len(shown[300]) <= len(shown[390]) < len(festivals)
    # A picture is as wide as it is asked for, not as what is seen.
    modules.evaluate("document.querySelector('.mh-body').style.width = '760px'")
    modules.wait_for_function("document.querySelector('.mh-plot')._fullLayout.width === 760")
    assert modules.evaluate(_PICTURED) == shown[300]


def test_another_uirevision_shows_the_whole(run: Run, modules: Page) -> None:
    draw(run, kind="plot", body={"data": [_POINTS], "layout": {**_ZOOMABLE, "uirevision": "reach"}})
    drag(modules, ".nsewdrag", 0.3, 0.7)
    modules.evaluate(
        """() => drawer.update({ ...figure, id: "2",
          body: { ...figure.body, layout: { ...figure.body.layout, uirevision: "beds" } } })"""
    )
    assert modules.evaluate(_RANGE) == [0, 10]


def test_what_is_pointed_at_elsewhere_is_ringed(run: Run, modules: Page) -> None:
    line = {"type": "scatter", "mode": "lines", "x": [0, 10], "y": [1, 9], "customdata": ["l", "l"]}
    heat = {"type": "heatmap", "x": [2, 4], "y": [2], "z": [[1, 2]], "customdata": [["h", "i"]]}
    bar = {"type": "bar", "x": [7], "y": [4], "customdata": ["k"]}
    draw(run, kind="plot", body={"data": [_POINTS, line, heat, bar], "layout": _ZOOMABLE})
    marks = """(key) => {
      dispatchEvent(new CustomEvent("mh-hover", { detail: key }));
      return [...document.querySelectorAll(".mh-marks svg > *")].map((each) => each.tagName);
    }"""
    assert modules.evaluate(marks, "b") == ["circle"]
    assert modules.evaluate(marks, "l") == ["polyline"]
    assert modules.evaluate(marks, "i") == ["rect"]
    assert modules.evaluate(marks, "k") == ["rect"]
    assert modules.evaluate(marks, "nobody") == []
    assert modules.evaluate(marks, None) == []


_MAP = {
    "geometry": "geometry.json",
    "regions": {"a": {"fill": "#1F4E79", "name": "A"}, "b": {"fill": "#E4EDF6", "name": "B"}},
}
_MOVED = "() => document.querySelector('.mh-map > g').getAttribute('transform')"


def test_a_map_zooms_by_wheel_keys_and_drag_and_keeps_it(run: Run, modules: Page) -> None:
    draw(run, kind="map", body=_MAP, keys=[["a", "A"]])
    whole, region = modules.evaluate(_MOVED), modules.locator('.mh-region[data-key="a"]')
    region.click(position={"x": 50, "y": 100})
    assert clicked(modules) == ["a"]
    modules.mouse.wheel(0, -200)
    assert modules.evaluate(_MOVED) == whole  # Without Ctrl the wheel scrolls the page.
    modules.keyboard.down("Control")
    modules.mouse.wheel(0, -200)
    modules.keyboard.up("Control")
    modules.locator('button[data-what="whole"]').wait_for(state="visible")
    zoomed = modules.evaluate(_MOVED)
    assert zoomed != whole
    modules.evaluate("() => drawer.update({ ...figure, id: '2', chosen: ['a'] })")
    assert modules.evaluate(_MOVED) == zoomed
    drag(modules, ".mh-map", 0.5, 0.3)
    assert modules.evaluate(_MOVED) != zoomed
    assert clicked(modules) == []
    modules.mouse.click(120, 200)
    assert clicked(modules) == ["a"]
    modules.locator(".mh-body").focus()
    modules.keyboard.press("0")
    assert modules.evaluate(_MOVED) == whole
    modules.keyboard.press("+")
    assert modules.evaluate(_MOVED) != whole
    modules.locator('button[data-what="whole"]').click()
    assert modules.evaluate(_MOVED) == whole


def test_a_map_of_two_measures_has_a_grid(run: Run, modules: Page) -> None:
    fills = [["#E8E8E8", "#ACE4E4"], ["#DFB0D6", "#A5ADD3"]]
    body = {**_MAP, "legend": {"grid": fills, "x": "Beds", "y": "Reach"}}
    draw(run, kind="map", body=body)
    legend = modules.locator(".mh-legend")
    drawn = legend.locator("rect")
    assert [each.get_attribute("fill") for each in drawn.all()] == [*fills[0], *fills[1]]
    tops = [float(each.get_attribute("y") or 0) for each in drawn.all()]
    assert tops[0] == tops[1] > tops[2] == tops[3]
    assert legend.locator("text").all_text_contents() == ["Reach ↑", "Beds →"]


@pytest.mark.parametrize("kind", ["heatmap", "scatter", "histogram", "bar", "box", "violin"])
def test_plots_of_all_kinds_are_drawn_dark_in_the_dark(run: Run, modules: Page, kind: str) -> None:
    modules.emulate_media(color_scheme="dark")
    values = {"z": [[1, 2], [3, 4]], "colorscale": [[0, "#E4EDF6"], [1, "#1F4E79"]]}
    trace = {
        "type": kind,
        **(values if kind == "heatmap" else {"y": [1, 2, 2, 5], "x": [1, 1, 2, 2]}),
    }
    if kind != "heatmap":
        trace["marker"] = {"color": "#1F4E79"}
    layout = {"paper_bgcolor": "#FFFFFF", "plot_bgcolor": "rgba(255,255,255,1)"}
    draw(run, kind="plot", body={"data": [trace], "layout": layout})
    full = modules.evaluate(
        "() => { const { _fullData: [t], _fullLayout: l } = document.querySelector('.mh-plot');"
        " return [t.colorscale?.[1][1] ?? t.marker.color, l.paper_bgcolor, l.plot_bgcolor]; }"
    )
    assert full == ["#8DB8E8", "#0F1720", "rgba(15,23,32,1)"]
    assert modules.locator(".main-svg path[d], .main-svg image").count() > 2


@pytest.mark.parametrize(
    ("given", "role"),
    [
        ({"kind": "map", "body": _MAP, "keys": [["a", "A"]]}, "application"),
        ({"kind": "plot", "body": {"data": [], "layout": {}}}, "img"),
        ({"kind": "table", "body": {"columns": [], "rows": []}}, "region"),
        ({"kind": "list", "body": {"items": []}}, "region"),
        ({"kind": "list", "body": {"items": []}, "keys": [["a", "A"]]}, "application"),
    ],
)
def test_every_figure_has_a_role_and_a_name(
    run: Run, modules: Page, given: dict[str, Any], role: str
) -> None:
    draw(run, **given)
    body = modules.locator(".mh-body")
    assert (body.get_attribute("role"), body.get_attribute("aria-label")) == (role, "A")


def test_a_name_that_comes_later_is_seen(run: Run, modules: Page) -> None:
    points = {"type": "scatter", "mode": "markers+text", "x": [1, 2], "y": [1, 2]}
    draw(run, kind="plot", body={"data": [{**points, "text": ["one", ""]}], "layout": _AXES})
    texts = modules.locator(".mh-plot svg text")
    expect(texts.filter(has_text="one")).to_be_visible()
    modules.evaluate(
        "body => drawer.update({ ...figure, id: '2', body })",
        {"data": [{**points, "text": ["one", "two"]}], "layout": _AXES},
    )
    expect(texts.filter(has_text="two")).to_be_visible()


def test_the_text_of_a_bar_that_comes_later_is_seen_and_the_bar_answers(
    run: Run, modules: Page
) -> None:
    bars = {"type": "bar", "x": [1, 2], "textposition": "outside", "customdata": ["a", "b"]}
    none = {**bars, "y": [1, None], "text": ["one", "—"]}
    draw(run, kind="plot", body={"data": [none], "layout": _AXES})
    modules.evaluate(
        "body => drawer.update({ ...figure, id: '2', body })",
        {"data": [{**bars, "y": [1, 8], "text": ["one", "two"]}], "layout": _AXES},
    )
    texts = modules.locator(".mh-plot svg text")
    expect(texts.filter(has_text="one")).to_be_visible()
    expect(texts.filter(has_text="two")).to_be_visible()
    assert click_at(modules, 2, 4) == ["b"]


# Scenarios --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_click_puts_a_community_into_a_plan_or_takes_it_out(run: Run, seed: int) -> None:
    """Whatever was clicked before, one click changes the one community, and nothing else."""
    draw = random.Random(seed)
    codes = [f"31011200{n}-00{n}" for n in range(6)] + ["A.1", "A"]
    rule = ["", "advice"][seed % 2]
    base = {code: Pick("2", "advice") for code in codes[::2]} if rule else {}
    address = {"rule": rule, "add": f"{codes[1]}.3@{codes[2]}", "out": ""}
    script = (
        "async (use, [pairs, key, isAdded]) => (await use('address')).planned(pairs, key, isAdded)"
    )

    def chosen() -> dict[str, str]:
        asked = asked_of(Choices(own=tuple(address.items())), codes)
        added = {each.code: Pick(each.mode or "2", "hand") for each in asked.added}
        return {code: pick.mode for code, pick in put_together(base, added, asked.out).items()}

    for _ in range(30):
        code, before = draw.choice(codes), chosen()
        address["as"] = draw.choice(["", "5"])
        address |= run(script, [address, code, code not in before])
        expected = {**before, code: address["as"] or "2"}
        if code in before:
            del expected[code]
        assert chosen() == expected
