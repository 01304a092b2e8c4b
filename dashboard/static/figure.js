/*
 * Draw every figure of every page, and keep it between reruns.
 *
 * Protocol. Python sends {script, chosen, id} per figure and rerun; chosen are the keys that are
 * drawn red. The first time it adds figure, which id is the digest of, and which is kept here:
 *   kind      "plot" (a plotly figure), "map" (values by region; geometry is fetched once by URL),
 *             "table" or "list";   body   what to draw;   height   pixels or a CSS length
 *   keys      [[key, spoken text], ...] in the order in which the arrow keys walk them
 *   headline, note, alt, source, asOf, caveat, words, file   texts, in the user's language
 *   empty     a sentence instead of a drawing, if there is nothing to draw
 * The browser answers with two triggers:
 *   clicked   {key, add, n}: a region, bar, point or row; key null is a click on nothing or Esc
 *   asked     {what, n}: "data", "sql" or "cite" from the menu, or "figure" with the id of one
 *             that did not arrive
 */

import "./print.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_KEPT = 500;
/* Drawings come in light colours. Where the reader's system is dark these stand for them;
   pictures that are taken away are always light. */
const DARK = {
  "#FFFFFF": "#0F1720", "#1B2733": "#E6EBF0", "#5B6673": "#A3B0BD", "#E3E8EE": "#2B3642",
  "#C00000": "#FF8A80", "#1F4E79": "#8DB8E8", "#8FA9C4": "#48617A", "#4A5763": "#C3CDD7",
  "#9AA7B4": "#6B7885", "#E6E6E6": "#2A333C", "#A9CCE3": "#33607D", "#E4EDF6": "#1B2B3B",
  "#BED2E6": "#27455F", "#8DB0D3": "#3D6A91", "#6B9AC8": "#6397C6", "#D9DEE4": "#3A4652",
};
const scheme = window.matchMedia("(prefers-color-scheme: dark)");
const INK = "#1B2733";
const PAPER = "#FFFFFF";
const RED = "#C00000";
const drawers = new WeakMap();
const figures = new Map();
const fetched = new Map();
let clicks = 0;

const here = new URL(".", import.meta.url);

export default function draw(component) {
  const { parentElement, data, setTriggerValue } = component;
  let drawer = drawers.get(parentElement);
  if (!drawer) {
    drawer = new Drawer(parentElement);
    drawers.set(parentElement, drawer);
  }
  drawer.tell = setTriggerValue;
  drawer.update(data);
}

function shown(colour) {
  return scheme.matches ? (DARK[colour?.toUpperCase()] ?? colour) : colour;
}

function shownIn(body) {
  if (!scheme.matches) return body;
  return JSON.parse(JSON.stringify(body).replace(/#[0-9A-F]{6}/gi, (colour) => shown(colour)));
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function shape(tag, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== null) made.textContent = text;
  return made;
}

function fetchOnce(address) {
  if (!fetched.has(address)) {
    const answer = fetch(new URL(address, here)).then((response) => {
      if (!response.ok) throw new Error(`${address}: ${response.status}`);
      return response.json();
    });
    answer.catch(() => fetched.delete(address));
    fetched.set(address, answer);
  }
  return fetched.get(address);
}

/* Keep what was sent; the oldest go first. */
function kept({ id, figure }) {
  if (figure) {
    figures.delete(id);
    figures.set(id, figure);
    if (figures.size > MOST_KEPT) figures.delete(figures.keys().next().value);
  }
  return figures.get(id);
}

let plotlyScript = null;
function plotly(file) {
  if (!plotlyScript) {
    plotlyScript = new Promise((resolve, reject) => {
      const script = element("script", { src: new URL(file, here).href });
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error(`${file} could not be loaded`));
      document.head.append(script);
    });
  }
  return plotlyScript;
}

class Drawer {
  constructor(parent) {
    this.headline = element("h3");
    this.note = element("p");
    this.body = element("div", { class: "mh-body", tabindex: "0" });
    this.spoken = element("div", { class: "mh-spoken", "aria-live": "polite" });
    this.source = element("span", { class: "mh-source" });
    this.menu = element("span", { class: "mh-menu" });
    this.frame = element(
      "figure",
      { class: "mh-figure" },
      element("figcaption", {}, this.headline, this.note),
      this.body,
      this.spoken,
      element("footer", {}, this.source, this.menu),
    );
    parent.append(this.frame);
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.onHover = (event) => (this.frame.isConnected ? this.show(event.detail) : this.remove());
    window.addEventListener("mh-hover", this.onHover);
    this.onScheme = () => this.painter?.paint(this.data, () => true);
    scheme.addEventListener("change", this.onScheme);
    this.resized = new ResizeObserver(() => this.onResize());
    this.resized.observe(this.body);
    this.turn = 0;
  }

  /* Nothing tells when the page drops a figure: the first hover after it finds out. */
  remove() {
    window.removeEventListener("mh-hover", this.onHover);
    scheme.removeEventListener("change", this.onScheme);
    this.resized.disconnect();
    if (this.painter?.remove) this.painter.remove();
    this.frame.remove();
  }

  async update(sent) {
    const turn = ++this.turn;
    const figure = kept(sent);
    if (!figure) {
      this.tell("asked", { what: "figure", id: sent.id, n: ++clicks });
      return;
    }
    const data = { ...figure, chosen: sent.chosen, id: sent.id };
    if (data.id !== this.data?.id) this.position = null;
    const menu = JSON.stringify([data.words, data.kind]);
    this.data = data;
    this.headline.textContent = data.headline;
    this.headline.classList.toggle("mh-spoken", Boolean(data.headlineSpokenOnly));
    this.note.textContent = data.note ?? "";
    this.source.replaceChildren(...sourceLine(data));
    if (menu !== this.menuFilled) this.fillMenu(data.words);
    this.menuFilled = menu;
    this.body.style.height = typeof data.height === "number" ? `${data.height}px` : (data.height ?? "");
    this.body.setAttribute("role", data.kind === "table" ? "region" : "application");
    this.body.setAttribute("aria-label", data.alt);
    this.body.dataset.kind = data.kind;
    document.documentElement.lang = data.words.language;
    this.frame.classList.toggle("mh-clickable", data.clickable);
    try {
      if (data.empty) {
        this.change(null);
        this.body.replaceChildren(element("p", { class: "mh-empty" }, data.empty));
      } else {
        if (!(this.painter instanceof PAINTERS[data.kind])) this.change(PAINTERS[data.kind]);
        await this.painter.paint(data, () => turn === this.turn);
      }
    } catch (error) {
      this.change(null);
      this.body.replaceChildren(element("p", { class: "mh-empty" }, data.words.failed));
      console.error(error);
    }
    if (turn === this.turn) this.frame.dataset.painted = String(turn);
  }

  change(Painter) {
    if (this.painter?.remove) this.painter.remove();
    this.body.replaceChildren();
    this.painter = Painter ? new Painter(this.body, this) : null;
  }

  fillMenu(words) {
    const entry = (what, text) => {
      const button = element("button", { type: "button", "data-what": what }, text);
      button.addEventListener("click", () => this.choose(what));
      return button;
    };
    const pictures = ["svg", "png"].map((what) => entry(what, what.toUpperCase()));
    this.menu.replaceChildren(
      entry("data", words.data),
      ...(this.data.kind === "plot" || this.data.kind === "map" ? pictures : []),
      entry("sql", "SQL"),
      entry("cite", words.cite),
    );
  }

  async choose(what) {
    if (what !== "svg" && what !== "png") {
      this.tell("asked", { what, n: ++clicks });
      return;
    }
    if (!this.painter) return;
    const address = await this.painter.picture(what);
    element("a", { href: address, download: `${this.data.file}.${what}` }).click();
  }

  click(key, event) {
    if (!this.data.clickable) return;
    this.tell("clicked", { key, add: Boolean(event?.ctrlKey || event?.metaKey), n: ++clicks });
  }

  hover(key) {
    window.dispatchEvent(new CustomEvent("mh-hover", { detail: key }));
  }

  show(key) {
    if (this.painter?.show) this.painter.show(key);
  }

  onResize() {
    if (this.painter?.resize) this.painter.resize();
  }

  onKey(event) {
    const keys = this.data.keys;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step && keys.length) {
      event.preventDefault();
      const from = this.position ?? (step > 0 ? -1 : keys.length);
      this.position = (from + step + keys.length) % keys.length;
      this.spoken.textContent = keys[this.position][1];
      this.hover(keys[this.position][0]);
    } else if ((event.key === "Enter" || event.key === " ") && this.position !== null) {
      event.preventDefault();
      this.click(keys[this.position][0], event);
    } else if (event.key === "Escape") {
      this.click(null, event);
    }
  }
}

function sourceLine(data) {
  const parts = [];
  if (data.caveat) parts.push(element("span", { class: "mh-caveat" }, data.caveat));
  parts.push(document.createTextNode([data.asOf, data.source].filter(Boolean).join(" · ")));
  return parts;
}

class PlotPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.place = element("div", { class: "mh-plot" });
    body.append(this.place);
    this.place.addEventListener("click", (event) => this.onClick(event));
  }

  async paint(data, isCurrent) {
    const Plotly = await plotly(data.plotly);
    if (!isCurrent()) return;
    const { width, height } = this.place.getBoundingClientRect();
    const layout = { ...data.body.layout, width, height };
    const config = { displayModeBar: false, doubleClick: false, responsive: false };
    const [traces, shownLayout] = withChosen(data, layout);
    await Plotly.react(this.place, shownIn(traces), shownIn(shownLayout), config);
    if (!this.listening) {
      this.listening = true;
      this.place.on("plotly_hover", ({ points }) => {
        this.hovered = keyOf(points[0]);
        this.drawer.hover(this.hovered);
      });
      this.place.on("plotly_unhover", () => {
        this.hovered = null;
        this.drawer.hover(null);
      });
    }
    this.place.querySelector(".main-svg")?.setAttribute("aria-hidden", "true");
  }

  // Rows of a bar chart answer over their whole height; elsewhere the point under the pointer.
  onClick(event) {
    this.drawer.click(this.rowAt(event) ?? this.hovered ?? null, event);
  }

  rowAt(event) {
    const rows = this.drawer.data.body.rows;
    const axis = this.place._fullLayout?.yaxis;
    if (!rows || !axis) return null;
    const top = this.place.getBoundingClientRect().top + axis._offset;
    const row = Math.round(axis.p2c(event.clientY - top));
    return rows[row] ?? null;
  }

  show(key) {
    const rows = this.drawer.data.body.rows;
    if (!rows || !window.Plotly || !this.place._fullLayout) return;
    this.band?.remove();
    const row = rows.indexOf(key);
    if (row < 0) return;
    const axis = this.place._fullLayout.yaxis;
    const height = Math.abs(axis.c2p(1) - axis.c2p(0));
    const top = axis._offset + axis.c2p(row) - height / 2;
    this.band = element("div", {
      class: "mh-band",
      style: `top:${top}px;height:${height}px`,
    });
    this.place.append(this.band);
  }

  resize() {
    if (!window.Plotly || !this.place._fullLayout) return;
    const { width, height } = this.place.getBoundingClientRect();
    const { width: drawnWidth, height: drawnHeight } = this.place._fullLayout;
    if (width && (Math.abs(width - drawnWidth) > 1 || Math.abs(height - drawnHeight) > 1)) {
      window.Plotly.relayout(this.place, { width, height });
    }
  }

  picture(format) {
    const { width, height } = this.place.getBoundingClientRect();
    const { data } = this.drawer;
    const [traces, layout] = withChosen(data, data.body.layout);
    const { t = 8, b = 28 } = layout.margin;
    const margin = { ...layout.margin, t: t + ABOVE, b: b + BELOW };
    const words = captions(data).map(({ text, size, bold, top, bottom }) => ({
      text: bold ? `<b>${text}</b>` : text, font: { size }, showarrow: false, align: "left",
      xref: "paper", x: 0, xanchor: "left", xshift: 8 - this.place._fullLayout._size.l,
      yref: "paper", y: top === undefined ? 0 : 1,
      yanchor: top === undefined ? "bottom" : "top",
      yshift: top === undefined ? -(b + BELOW - bottom) : t + ABOVE - top,
    }));
    const annotations = [...(layout.annotations ?? []), ...words];
    const size = { width, height: height + ABOVE + BELOW };
    return window.Plotly.toImage(
      { data: traces, layout: { ...layout, ...size, margin, annotations } },
      { ...size, format, scale: format === "png" ? 3 : 1 },
    );
  }

  remove() {
    if (window.Plotly) window.Plotly.purge(this.place);
  }
}

/* Paint the chosen points and bars red and their names bold: the drawing itself knows of none. */
function withChosen({ body, chosen }, layout) {
  if (!chosen.length) return [body.data, layout];
  const traces = body.data.map((trace) => {
    if (!Array.isArray(trace.customdata) || !trace.marker) return trace;
    const isChosen = trace.customdata.map((key) => chosen.includes(key));
    const before = trace.marker.color;
    const color = isChosen.map((yes, i) => (yes ? RED : Array.isArray(before) ? before[i] : before));
    const names = trace.meta?.names;
    const text = names ? trace.text.map((own, i) => (isChosen[i] ? names[i] : own)) : trace.text;
    return { ...trace, marker: { ...trace.marker, color }, text };
  });
  if (!body.rows) return [traces, layout];
  const ticktext = layout.yaxis.ticktext.map((name, row) =>
    chosen.includes(body.rows[row]) ? `<b>${name}</b>` : name,
  );
  return [traces, { ...layout, yaxis: { ...layout.yaxis, ticktext } }];
}

/* What a picture needs to stand alone: above it what it shows, below it where it comes from. */
const ABOVE = 46;
const BELOW = 22;
function captions(data) {
  return [
    { text: data.headline, size: 15, bold: true, top: 4 },
    { text: data.note, size: 12, top: 26 },
    { text: [data.caveat, data.asOf, data.source].filter(Boolean).join(" · "), size: 11, bottom: 4 },
  ].filter(({ text }) => text);
}

function keyOf(point) {
  const custom = point?.customdata;
  return (Array.isArray(custom) ? custom[0] : custom) ?? null;
}

class MapPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.svg = shape("svg", { class: "mh-map", "font-family": "inherit" });
    this.regions = new Map();
    this.labels = new Map();
    body.append(this.svg);
    this.svg.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]")?.getAttribute("data-key");
      this.drawer.click(key ?? null, event);
    });
    this.svg.addEventListener("pointerover", (event) => {
      this.drawer.hover(event.target.closest("[data-key]")?.getAttribute("data-key") ?? null);
    });
    this.svg.addEventListener("pointerleave", () => this.drawer.hover(null));
  }

  async paint(data, isCurrent) {
    const geometry = await fetchOnce(data.body.geometry);
    if (!isCurrent()) return;
    if (geometry !== this.geometry) this.lay(geometry);
    this.lines.setAttribute("stroke", shown("#A9CCE3"));
    const chosen = new Set(data.chosen);
    for (const [code, { area, name, value }] of this.regions) {
      const region = data.body.regions[code] ?? {};
      area.setAttribute("fill", shown(region.fill ?? "#E6E6E6"));
      area.querySelector("title").textContent = region.hover ?? "";
      area.setAttribute("stroke", shown(chosen.has(code) ? RED : PAPER));
      area.setAttribute("stroke-width", chosen.has(code) ? 2.5 : 1.2);
      if (chosen.has(code)) area.parentNode.append(area);
      for (const text of [name, value]) {
        text.setAttribute("fill", inkOn(shown(region.fill ?? "#E6E6E6")));
        text.setAttribute("stroke", shown(region.fill ?? "none"));
      }
      name.textContent = region.name ?? "";
      value.textContent = region.label ?? "";
    }
    this.legend(data.body.legend, data.body.note);
    this.resize();
  }

  lay(geometry) {
    this.geometry = geometry;
    this.regions.clear();
    const areas = shape("g", { "stroke-linejoin": "round" });
    const texts = shape("g", { "text-anchor": "middle", "pointer-events": "none" });
    this.lines = shape("g", { fill: "none", "stroke-linecap": "round" });
    for (const region of geometry.regions) {
      const path = region.rings.map((ring) => `M${ring.map((p) => p.join(",")).join("L")}Z`).join("");
      const area = shape("path", {
        d: path,
        "data-key": region.code,
        class: "mh-region",
        "vector-effect": "non-scaling-stroke",
      });
      area.append(shape("title"));
      const [x, y] = region.label;
      const name = shape("text", { x, y, class: "mh-name" });
      const value = shape("text", { x, y, class: "mh-value" });
      areas.append(area);
      texts.append(name, value);
      this.regions.set(region.code, { area, name, value, x, y });
    }
    for (const line of geometry.lines ?? []) {
      const path = `M${line.points.map((p) => p.join(",")).join("L")}`;
      this.lines.append(shape("path", { d: path, "vector-effect": "non-scaling-stroke", "stroke-width": 5 }));
    }
    this.key = shape("g", { class: "mh-legend" });
    this.svg.replaceChildren(areas, this.lines, texts, this.key);
  }

  resize() {
    if (!this.geometry) return;
    const box = this.svg.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const { width, height } = this.geometry;
    this.scale = Math.min(box.width / width, box.height / height);
    // The district leans to the left of its box, which leaves its right corner for the legend.
    const left = this.drawer.data.body.centred ? (box.width / this.scale - width) / 2 : 0;
    this.svg.setAttribute("viewBox", `${-left} 0 ${box.width / this.scale} ${box.height / this.scale}`);
    const size = Math.max(10, Math.min(15, this.scale * 0.85)) / this.scale;
    for (const { name, value, y } of this.regions.values()) {
      for (const text of [name, value]) {
        text.setAttribute("font-size", size);
        text.setAttribute("stroke-width", size * 0.22);
        text.setAttribute("paint-order", "stroke");
      }
      name.setAttribute("y", y - size * 0.1);
      value.setAttribute("y", y + size * 1.0);
    }
    this.placeLegend(box);
  }

  legend(classes, note) {
    this.classes = classes ?? [];
    this.legendNote = note;
  }

  placeLegend(box) {
    const unit = 1 / this.scale;
    const step = Math.min(46, (box.width * 0.42) / Math.max(1, this.classes.length)) * unit;
    const right = box.width * unit - (this.drawer.data.body.centred ? (box.width * unit - this.geometry.width) / 2 : 0);
    const left = right - step * this.classes.length - 4 * unit;
    const top = 14 * unit;
    this.key.replaceChildren();
    this.classes.forEach(({ fill, text }, index) => {
      const x = left + index * step;
      this.key.append(
        shape("rect", { x, y: top, width: step - unit, height: 8 * unit, fill: shown(fill) }),
        shape("text", { x, y: top + 20 * unit, "font-size": 10.5 * unit, fill: shown("#5B6673") }, text),
      );
    });
    if (this.legendNote) {
      this.key.append(
        shape("text", { x: left, y: top - 4 * unit, "font-size": 10.5 * unit, fill: shown("#5B6673") }, this.legendNote),
      );
    }
  }

  show(key) {
    for (const [code, { area }] of this.regions) area.classList.toggle("mh-hovered", code === key);
  }

  async picture(format) {
    const { width, height } = this.svg.getBoundingClientRect();
    const copy = this.svg.cloneNode(true);
    if (scheme.matches) lighten(copy);
    copy.setAttribute("xmlns", SVG);
    copy.setAttribute("y", ABOVE);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const whole = shape("svg", { xmlns: SVG, width, height: height + ABOVE + BELOW });
    for (const { text, size, bold, top, bottom } of captions(this.drawer.data)) {
      const y = top === undefined ? height + ABOVE + BELOW - bottom : top + size;
      const weight = bold ? "bold" : "normal";
      whole.append(shape("text", { x: 8, y, "font-size": size, "font-weight": weight, fill: INK }, text));
    }
    whole.append(copy);
    whole.setAttribute("font-family", getComputedStyle(this.svg).fontFamily);
    const text = new XMLSerializer().serializeToString(whole);
    const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    if (format === "svg") return address;
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = element("canvas", { width: width * 3, height: (height + ABOVE + BELOW) * 3 });
    const context = canvas.getContext("2d");
    context.fillStyle = "#FFFFFF";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  }
}

/* Turn dark colours back into the light ones they stand for, and inks with them. */
function lighten(svg) {
  const light = Object.fromEntries(Object.entries(DARK).map(([own, dark]) => [dark, own]));
  for (const drawn of svg.querySelectorAll("[fill],[stroke]")) {
    for (const name of ["fill", "stroke"]) {
      const colour = drawn.getAttribute(name);
      if (light[colour]) drawn.setAttribute(name, light[colour]);
    }
    const halo = drawn.getAttribute("stroke");
    if (drawn.tagName === "text" && halo?.startsWith("#")) drawn.setAttribute("fill", inkOn(halo));
  }
}

/* Choose white or dark text, whichever stands out more on a colour (WCAG luminance). */
function inkOn(fill) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(fill.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? PAPER : INK;
}

class RowsPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.body = body;
    this.listener = (event) => {
      const key = event.target.closest("[data-key]")?.getAttribute("data-key");
      if (key) this.drawer.click(key, event);
    };
    body.addEventListener("click", this.listener);
  }

  remove() {
    this.body.removeEventListener("click", this.listener);
  }

  show(key) {
    for (const row of this.body.querySelectorAll("[data-key]")) {
      row.classList.toggle("mh-hovered", row.getAttribute("data-key") === key);
    }
  }
}

class TablePainter extends RowsPainter {
  async paint({ body, chosen }) {
    const head = element("tr");
    for (const { text, number } of body.columns) {
      head.append(element("th", { scope: "col", class: number ? "mh-number" : null }, text));
    }
    const rows = element("tbody");
    for (const { key, cells } of body.rows) {
      const row = element("tr", { "data-key": key, class: chosen.includes(key) ? "mh-chosen" : null });
      cells.forEach((text, index) => {
        row.append(element("td", { class: body.columns[index].number ? "mh-number" : null }, text));
      });
      rows.append(row);
    }
    this.body.replaceChildren(element("table", {}, element("thead", {}, head), rows));
  }
}

class ListPainter extends RowsPainter {
  async paint({ body, chosen }) {
    const items = body.items.map(({ key, badge, level, title, text }) => {
      const line = element("li", { "data-key": key, class: chosen.includes(key) ? "mh-chosen" : null });
      if (badge) line.append(element("span", { class: `mh-badge mh-${level}` }, badge));
      line.append(element("strong", {}, title), ` ${text}`);
      return line;
    });
    this.body.replaceChildren(element("ul", {}, ...items));
  }
}

const PAINTERS = { plot: PlotPainter, map: MapPainter, table: TablePainter, list: ListPainter };

