/* Draw maps: regions in the colours of their values, with names, labels and a legend. */

import { INK, NO_DATA, PAPER, RED, WATER, asDrawn, inkOn, scheme, shown } from "./colours.js";
import { fetchOnce, setAll, shape } from "./elements.js";
import { legend } from "./legend.js";
import { Zoom } from "./zoom.js";

/* How wide the largest circle may be, of the map's shorter side, and how much shines through it. */
const LARGEST = 0.07;
const SHEER = 0.8;
/* Room that a map may have beside it before it stands in the middle. */
const MOST_ROOM = 1.15;
const WHOLE = { k: 1, x: 0, y: 0 };

/* Fill an svg with a map. The drawing stands in pixels; only its ground is zoomed. */
class MapDrawing {
  constructor(svg, colour) {
    this.svg = svg;
    this.colour = colour;
    this.regions = new Map();
  }

  lay(geometry) {
    this.geometry = geometry;
    this.regions.clear();
    this.areas = shape("g", { "stroke-linejoin": "round" });
    this.lines = shape("g", { fill: "none", "stroke-linecap": "round", stroke: this.colour(WATER) });
    this.legend = shape("g", { class: "mh-legend", "pointer-events": "none" });
    const texts = shape("g", { "text-anchor": "middle", "pointer-events": "none" });
    this.symbols = shape("g", { "pointer-events": "none", "fill-opacity": SHEER });
    for (const region of geometry.regions) this.layRegion(region, texts);
    for (const { points } of geometry.lines ?? []) {
      const path = `M${points.map((point) => point.join(",")).join("L")}`;
      this.lines.append(shape("path", { d: path, "vector-effect": "non-scaling-stroke", "stroke-width": 5 }));
    }
    this.ground = shape("g");
    this.dots = shape("g");
    this.dotted = null;
    this.ground.append(this.areas, this.lines, this.symbols, this.dots, texts);
    this.svg.replaceChildren(this.ground, this.legend);
  }

  layRegion({ code, rings, label: [x, y] }, texts) {
    const path = rings.map((ring) => `M${ring.map((point) => point.join(",")).join("L")}Z`).join("");
    const area = shape("path", {
      d: path, "data-key": code, class: "mh-region", "vector-effect": "non-scaling-stroke",
    });
    area.append(shape("title"));
    const name = shape("text", { x, y, class: "mh-name", "paint-order": "stroke" });
    const value = shape("text", { x, y, class: "mh-value", "paint-order": "stroke" });
    const symbol = shape("circle", { cx: x, cy: y, r: 0, class: "mh-symbol" });
    this.areas.append(area);
    this.symbols.append(symbol);
    texts.append(name, value);
    this.regions.set(code, { area, name, value, symbol, y });
  }

  fill(data) {
    this.data = data;
    const { colour } = this;
    this.lines.setAttribute("stroke", colour(WATER));
    this.dot(data.body.points);
    for (const [code, { area, name, value, symbol }] of this.regions) {
      const region = data.body.regions[code] ?? {};
      const fill = colour(region.fill ?? NO_DATA);
      area.setAttribute("fill", fill);
      area.querySelector("title").textContent = region.hover ?? "";
      for (const text of [name, value]) {
        setAll(text, { fill: inkOn(fill), stroke: region.symbol ? "none" : fill });
      }
      if (region.symbol) symbol.setAttribute("fill", colour(region.symbol));
      name.textContent = region.name ?? "";
      value.textContent = region.label ?? "";
    }
    this.mark(data);
  }

  /* Set a dot for every point; those with reasons come last, over the others. */
  dot(points) {
    const [usual, standing] = points?.fills ?? [];
    if (points !== this.dotted) {
      const first = points ? points.keys.length - points.reasons.length : 0;
      const dots = (points?.keys ?? []).map((key, at) =>
        shape("circle", {
          cx: points.x[at], cy: points.y[at], "data-point": key, "data-at": at, class: at < first ? "mh-dot" : "mh-dot mh-dot-due",
        }),
      );
      this.dots.replaceChildren(...dots);
      this.dotted = points;
    }
    for (const dot of this.dots.children) {
      dot.setAttribute("fill", this.colour(dot.classList.contains("mh-dot-due") ? standing : usual));
    }
  }

  mark(data) {
    this.data = data;
    for (const [code, { area }] of this.regions) {
      const isChosen = data.chosen.includes(code);
      setAll(area, {
        stroke: this.colour(isChosen ? RED : PAPER), "stroke-width": isChosen ? 2.5 : 1.2,
      });
      // Its neighbours would cover half of a chosen region's line.
      if (isChosen) this.areas.append(area);
    }
    // A list that stands still: a ring moves its point to the end.
    for (const dot of this.dots.querySelectorAll("[data-point]")) {
      const isChosen = data.chosen.includes(dot.dataset.point);
      if (isChosen !== dot.classList.contains("mh-dot-chosen")) this.ring(dot, isChosen);
    }
  }

  /* Draw a ring round a chosen point; it lies over the others. */
  ring(dot, isChosen) {
    dot.classList.toggle("mh-dot-chosen", isChosen);
    if (isChosen) this.dots.append(dot);
    // A picture has no style sheet.
    const look = { stroke: this.colour(INK), "stroke-width": 3, "vector-effect": "non-scaling-stroke" };
    for (const [name, value] of Object.entries(look)) {
      if (isChosen) dot.setAttribute(name, value);
      else dot.removeAttribute(name);
    }
  }

  arrange({ width, height }, view = WHOLE) {
    const { geometry, svg, colour } = this;
    const { body } = this.data;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = Math.min(width / geometry.width, height / geometry.height);
    // The district leans to the left of its box, which leaves its right corner for the legend.
    const room = geometry.width * scale * (body.centred ? 1 : MOST_ROOM);
    const left = Math.max(0, (width - room) / 2);
    this.ground.setAttribute(
      "transform",
      `translate(${view.x + left * view.k} ${view.y}) scale(${scale * view.k})`,
    );
    // Names stay as large as they are: zooming gives them room.
    const size = Math.max(10, Math.min(15, scale * 0.85)) / (scale * view.k);
    const largest = Math.min(width, height) * LARGEST;
    for (const [code, { name, value, symbol, y }] of this.regions) {
      const common = { "font-size": size, "stroke-width": size * 0.22 };
      setAll(name, { ...common, y: y - size * 0.1 });
      setAll(value, { ...common, y: y + size });
      symbol.setAttribute("r", ((body.regions[code]?.size ?? 0) * largest) / (scale * view.k));
    }
    const { points } = body;
    for (const dot of this.dots.children) dot.setAttribute("r", points.sizes[dot.dataset.at] / (scale * view.k));
    this.legend.replaceChildren(
      ...legend(body.legend, body.note, { right: width - left, room: width * 0.42, colour, largest }),
    );
  }
}

export class MapPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.svg = shape("svg", { class: "mh-map", "font-family": "inherit" });
    this.drawing = new MapDrawing(this.svg, (colour) => shown(colour));
    this.zoom = new Zoom(this.svg, () => {
      this.resize();
      drawer.onZoom();
    });
    body.append(this.svg);
    this.svg.addEventListener("click", (event) => {
      if (this.zoom.hasDragged) return;
      const { point } = event.target.dataset;
      if (point) drawer.visit(point, event);
      else drawer.click(keyAt(event), event);
    });
    this.svg.addEventListener("pointerover", (event) => {
      this.name(event.target);
      drawer.hover(keyAt(event));
    });
    this.svg.addEventListener("pointerleave", () => drawer.hover(null));
  }

  get isZoomed() {
    return this.zoom.isZoomed;
  }

  reset() {
    this.zoom.reset();
  }

  key(name) {
    return this.zoom.key(name);
  }

  async paint(data, isCurrent) {
    const geometry = await fetchOnce(data.body.geometry);
    if (!isCurrent()) return;
    const isOther = geometry !== this.drawing.geometry;
    if (!isOther && data.body === this.drawing.data.body && scheme.matches === this.isDark) {
      this.drawing.mark(data);
      return;
    }
    if (isOther) {
      this.drawing.lay(geometry);
      this.zoom.view = WHOLE;
    }
    this.isDark = scheme.matches;
    this.drawing.fill(data);
    this.arrange(this.box ?? this.svg.getBoundingClientRect());
    this.drawer.onZoom();
  }

  resize() {
    this.arrange(this.svg.getBoundingClientRect());
  }

  /* To measure makes the browser lay the page out: it is done when the size has changed. */
  arrange(box) {
    this.box = box.width && box.height ? box : null;
    if (this.drawing.data && this.box) this.drawing.arrange(box, this.zoom.view);
  }

  /* Name a point when the pointer comes to it: thousands of titles would only cost time. */
  name(dot) {
    if (!dot.dataset.point || dot.firstChild) return;
    const { names, keys, reasons } = this.drawing.dotted;
    const at = Number(dot.dataset.at);
    const reason = reasons[at - (keys.length - reasons.length)];
    dot.append(shape("title", {}, reason ? `${names[at]}\n${reason}` : names[at]));
  }

  show(key) {
    for (const [code, { area }] of this.drawing.regions) {
      area.classList.toggle("mh-hovered", code === key);
    }
  }

  /* Draw the whole map anew, in light colours, at another size. */
  async picture({ width, height }) {
    const size = { width, height };
    const svg = shape("svg", { ...size });
    const drawing = new MapDrawing(svg, asDrawn);
    drawing.lay(this.drawing.geometry);
    drawing.fill(this.drawing.data);
    drawing.arrange(size);
    return withOwnStrokes(svg);
  }
}

/* Not every program knows strokes that keep their width where the drawing is scaled. */
function withOwnStrokes(svg) {
  for (const path of svg.querySelectorAll("[vector-effect]")) {
    const [, scale] = /scale\(([\d.e-]+)\)/.exec(path.closest("[transform]").getAttribute("transform"));
    path.removeAttribute("vector-effect");
    path.setAttribute("stroke-width", Number(path.getAttribute("stroke-width")) / Number(scale));
  }
  return svg;
}

function keyAt({ target }) {
  return target.closest("[data-key]")?.dataset.key ?? null;
}
