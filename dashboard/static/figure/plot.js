/* Draw plots with plotly's own script: its traces and layout come as Python made them. */

import { shown, shownIn } from "./colours.js";
import { element, plotly, shape } from "./elements.js";
import { withChosen } from "./chosen.js";
import { toldApart } from "./grey.js";
import { asksForRoom, measuring, withRoom } from "./names.js";

// A page still being laid out has places of no width; plotly can't put names along such an axis.
const NARROWEST = 40;

export class PlotPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.place = element("div", { class: "mh-plot" });
    body.append(this.place);
    this.place.addEventListener("click", (event) => this.onClick(event));
  }

  async paint(data, isCurrent) {
    this.Plotly = await plotly(data.plotly);
    if (!isCurrent()) return;
    // To measure makes the browser lay the page out: whatever changes the size calls resize.
    if (!this.size || data.height !== this.height) this.size = this.place.getBoundingClientRect();
    this.height = data.height;
    const { width, height } = this.size;
    this.waits = width < NARROWEST;
    if (this.waits) return;
    this.isZoomable = ["xaxis", "yaxis"].some((name) => data.body.layout[name]?.fixedrange === false);
    const [traces, layout] = withChosen(data, data.body.layout);
    // What the reader zoomed or hid stays while the figure shows the same things.
    const sized = { dragmode: "zoom", uirevision: "same", ...layout, width, height };
    const config = { displayModeBar: false, doubleClick: false, responsive: false };
    this.beginAnewWhereBarsCome(traces);
    await this.Plotly.react(this.place, shownIn(traces.map(withAllTexts)), shownIn(sized), config);
    if (!this.listening) this.listen();
    this.placeNames();
    this.place.querySelector(".main-svg")?.setAttribute("aria-hidden", "true");
    this.drawer.onZoom();
  }

  /* Plotly loses the text of a bar that comes where there was a place for it and none stood. */
  beginAnewWhereBarsCome(traces) {
    const bars = traces.filter(({ type, text }) => type === "bar" && text);
    const there = bars.map(({ x, y }) => [x, y].map((values) => (values ?? []).map((value) => value !== null)));
    const comes = there.some((both, bar) => both.some((axis, side) => {
      const before = this.bars?.[bar]?.[side];
      return axis.some((isThere, at) => isThere && before?.[at] === false);
    }));
    if (comes) {
      this.Plotly.purge(this.place);
      this.listening = false;
    }
    this.bars = there;
  }

  listen() {
    this.listening = true;
    this.place.on("plotly_hover", ({ points }) => this.drawer.hover(keyOf(points[0])));
    this.place.on("plotly_unhover", () => this.drawer.hover(null));
    // Plotly tells of a click on a mark just before the page tells of the same click.
    this.place.on("plotly_click", ({ points }) => {
      this.clicked = keyOf(points[0]);
    });
    this.place.on("plotly_doubleclick", () => {
      if (this.isZoomed) this.reset();
    });
    this.place.on("plotly_relayout", () => {
      this.placeNames();
      this.drawer.onZoom();
    });
  }

  /* Write the names that have room at the size that is drawn; nothing where they stand so. */
  placeNames() {
    const { layout } = this.place;
    if (!asksForRoom(layout)) return;
    const annotations = this.roomy(layout, this.layout.width);
    if (placesOf(annotations) !== placesOf(layout.annotations)) this.Plotly.relayout(this.place, { annotations });
  }

  /* Of a figure so wide: what stands beside the axis is as wide as in the one that is drawn. */
  roomy({ annotations, xaxis, font }, width) {
    const { _offset: offset, _length: drawn } = this.layout.xaxis;
    const length = drawn + width - this.layout.width;
    return withRoom(annotations, xaxis.range, { offset, length, width }, measuring({ font }));
  }

  // Rows of a bar chart answer over their whole height; elsewhere the mark under the pointer.
  onClick(event) {
    const key = this.rowAt(event) ?? this.clicked ?? null;
    this.clicked = null;
    if (event.target.closest?.(".legend, .annotation")) return;
    if (this.isZoomable && event.detail > 1) return;
    this.drawer.click(key, event);
  }

  rowAt(event) {
    const { rows } = this.drawer.data.body;
    const axis = this.layout?.yaxis;
    if (!rows || !axis) return null;
    const top = this.place.getBoundingClientRect().top + axis._offset;
    const row = Math.round(axis.p2c(event.clientY - top));
    return rows[row] ?? null;
  }

  get layout() {
    return this.place._fullLayout;
  }

  get isZoomed() {
    if (!this.isZoomable || !this.layout) return false;
    return ["xaxis", "yaxis"].some((name) => {
      const [axis, whole] = [this.layout[name], this.drawer.data.body.layout[name]?.range];
      if (!axis?.range) return false;
      return whole ? whole.some((end, at) => axis.r2l(end) !== axis.r2l(axis.range[at])) : !axis.autorange;
    });
  }

  reset() {
    const changes = ["xaxis", "yaxis"].map((name) => {
      const whole = this.drawer.data.body.layout[name]?.range;
      return whole ? [`${name}.range`, [...whole]] : [`${name}.autorange`, true];
    });
    return this.Plotly.relayout(this.place, Object.fromEntries(changes));
  }

  key(name) {
    if (name !== "0" || !this.isZoomable) return false;
    this.reset();
    return true;
  }

  /* Mark what a key stands for: a whole row, or rings round points, boxes round cells and bars. */
  show(key) {
    this.marks?.remove();
    this.marks = null;
    if (key === null || !this.layout) return;
    const { rows } = this.drawer.data.body;
    const marks = rows ? this.band(rows.indexOf(key)) : this.rings(key);
    if (!marks.length) return;
    this.marks = element("div", { class: "mh-marks" }, ...marks);
    this.place.append(this.marks);
  }

  band(row) {
    if (row < 0) return [];
    const axis = this.layout.yaxis;
    const height = Math.abs(axis.c2p(1) - axis.c2p(0));
    const top = axis._offset + axis.c2p(row) - height / 2;
    return [element("div", { class: "mh-band", style: `top:${top}px;height:${height}px` })];
  }

  rings(key) {
    const svg = shape("svg", { width: this.layout.width, height: this.layout.height });
    for (const trace of this.place._fullData) {
      if (trace.visible === true) svg.append(...marksOf(trace, key, this.layout));
    }
    return svg.childElementCount ? [svg] : [];
  }

  resize() {
    this.size = this.place.getBoundingClientRect();
    if (this.waits) this.paint(this.drawer.data, () => true);
    if (!this.layout) return;
    const { width, height } = this.size;
    const { width: drawnWidth, height: drawnHeight } = this.layout;
    if (width >= NARROWEST && (Math.abs(width - drawnWidth) > 1 || Math.abs(height - drawnHeight) > 1)) {
      this.Plotly.relayout(this.place, { width, height });
    }
  }

  /* Draw the plot anew, in light colours, at another size; as far zoomed as it is. */
  async picture({ isPrint, ...size }) {
    const { data } = this.drawer;
    const [traces, layout] = withChosen(data, data.body.layout);
    const drawn = structuredClone({ data: isPrint ? toldApart(traces) : traces, layout: { ...layout, ...size } });
    if (asksForRoom(drawn.layout) && this.layout) drawn.layout.annotations = this.roomy(drawn.layout, size.width);
    if (this.isZoomed) {
      for (const name of ["xaxis", "yaxis"]) drawn.layout[name].range = [...this.layout[name].range];
    }
    const address = await this.Plotly.toImage(drawn, { ...size, format: "svg" });
    const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    return new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  }

  remove() {
    this.Plotly?.purge(this.place);
  }
}

function placesOf(notes) {
  return JSON.stringify(notes.map(({ visible, xshift, yshift }) => [visible, xshift, yshift]));
}

/* Plotly drops an empty text for good, so that a name given later would not be seen. */
function withAllTexts(trace) {
  if (!trace.mode?.includes("text") || !Array.isArray(trace.text)) return trace;
  return { ...trace, text: trace.text.map((text) => text || " ") };
}

/* Give the key of a point: its customdata, or the first of them. A bar of many is nobody's. */
export function keyOf(point) {
  const custom = point?.customdata;
  if (!Array.isArray(custom)) return custom ?? null;
  const isMany = point.pointNumbers?.length > 1 && custom.length === point.pointNumbers.length;
  if (isMany && new Set(custom.map(String)).size > 1) return null;
  return [custom[0]].flat()[0] ?? null;
}

/* Draw round each mark of a trace that stands for the key. */
function marksOf(trace, key, layout) {
  if (!Array.isArray(trace.customdata)) return [];
  const [xaxis, yaxis] = [trace.xaxis, trace.yaxis].map((name, at) =>
    layout[(name ?? "xy"[at]).replace(/^[xy]/, (letter) => `${letter}axis`)],
  );
  if (!xaxis?.d2p || !yaxis?.d2p) return [];
  const look = { fill: "none", stroke: shown("#1B2733"), "stroke-width": 1.5 };
  const left = (value) => xaxis._offset + xaxis.d2p(value);
  const top = (value) => yaxis._offset + yaxis.d2p(value);
  if (trace.type === "heatmap") return cellsOf(trace, key, [left, top], look);
  const found = trace.customdata.flatMap((custom, at) => ([custom].flat()[0] === key ? [at] : []));
  if (trace.type === "bar") {
    const across = { x: xaxis._offset, width: xaxis._length };
    const down = { y: yaxis._offset, height: yaxis._length };
    const band = { fill: shown("#1F4E79"), "fill-opacity": 0.1 };
    const isRow = trace.orientation === "h";
    const places = (isRow ? trace.y : trace.x).map(isRow ? top : left);
    const width = step(places);
    return found.map((at) => {
      const from = places[at] - width / 2;
      const box = isRow ? { ...across, y: from, height: width } : { ...down, x: from, width };
      return shape("rect", { ...box, ...band });
    });
  }
  if (trace.type !== "scatter" && trace.type !== "scattergl") return [];
  const points = found.map((at) => [left(trace.x[at]), top(trace.y[at])]);
  const isLine = trace.mode?.includes("lines") && points.length > 1;
  if (isLine) {
    const line = points.map((point) => point.join(",")).join(" ");
    return [shape("polyline", { ...look, "stroke-width": 6, "stroke-opacity": 0.3, points: line })];
  }
  return points.map(([cx, cy]) => shape("circle", { cx, cy, r: 9, ...look }));
}

function cellsOf(trace, key, [left, top], look) {
  const columns = (trace.x ?? trace.customdata[0].map((_, at) => at)).map(left);
  const rows = (trace.y ?? trace.customdata.map((_, at) => at)).map(top);
  const [width, height] = [step(columns), step(rows)];
  return trace.customdata.flatMap((line, row) =>
    line.flatMap((own, column) =>
      own === key
        ? [shape("rect", { x: columns[column] - width / 2, y: rows[row] - height / 2, width, height, ...look })]
        : [],
    ),
  );
}

/* The least distance between neighbours. */
function step(places) {
  const sorted = [...new Set(places)].toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((place, at) => place - sorted[at]);
  return gaps.length ? Math.min(...gaps) : 24;
}
