/* Paint the key numbers: name, value, unit, a small line of the months before, comparison. */

import { element, shape } from "./elements.js";

const [WIDTH, HEIGHT] = [84, 26];
/* The line's heights come as whole numbers from 0, lowest, to this. */
export const SPARK_TOP = 36;

export class Tiles {
  constructor(parent) {
    this.row = element("div", { class: "mh-tiles" });
    this.made = new Map();
    parent.append(this.row);
  }

  /* Tiles that stay keep their elements, so that focus stays where it is. */
  update({ names, values }) {
    const tiles = names.map((name, at) => this.tile(name, values[at]));
    const isSame = tiles.length === this.row.childElementCount
      && tiles.every((tile, at) => tile === this.row.children[at]);
    if (!isSame) this.row.replaceChildren(...tiles);
    this.keepHeight(isSame, names.map(({ label }) => label).join());
  }

  /* A choice that shortens a comparison by a line moves nothing below: the row stays as high as it was. */
  keepHeight(isSame, labels) {
    const { offsetWidth: width } = this.row;
    if (!isSame || width !== this.width || labels !== this.labels) this.row.style.minHeight = "";
    Object.assign(this, { width, labels });
    this.row.style.minHeight = `${this.row.offsetHeight}px`;
  }

  tile({ code, label, definition }, { figure, unit, comparison, line, origin, origin_name: named }) {
    if (!this.made.has(code)) this.made.set(code, this.make(code));
    const { tile, parts } = this.made.get(code);
    const texts = { label, figure, unit, comparison, definition };
    for (const [part, text] of Object.entries(texts)) {
      if (parts[part].textContent !== text) parts[part].textContent = text;
    }
    ink(parts.figure, origin, named);
    parts.line.replaceChildren(...sparkline(line));
    return tile;
  }

  make(code) {
    const parts = {
      label: element("span"),
      figure: element("b"),
      unit: element("small"),
      line: shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }),
      comparison: element("div", { class: "mh-comparison" }),
      definition: element("div", { class: "mh-definition" }),
    };
    const label = element("div", { class: "mh-label" }, parts.label, element("i", { "aria-hidden": "true" }, "i"));
    const number = element("div", { class: "mh-number-line" },
      element("span", {}, parts.figure, " ", parts.unit), parts.line);
    const tile = element("div", { class: "mh-tile", "data-indicator": code, tabindex: "0", role: "group" },
      label, number, parts.comparison, parts.definition);
    return { tile, parts };
  }
}

/* Underline a number by what it rests on, and say so; own data are plain. */
function ink(number, origin, name) {
  if (!origin) {
    number.removeAttribute("data-origin");
    number.removeAttribute("title");
    return;
  }
  number.setAttribute("data-origin", origin);
  number.setAttribute("title", name);
}

/* A line that ends in a dot; nothing where there are fewer than two values. */
export function sparkline(heights) {
  if (heights.length < 2) return [];
  const points = heights.map((height, at) => [
    3 + (at * (WIDTH - 8)) / (heights.length - 1),
    HEIGHT - 4 - (height / SPARK_TOP) * (HEIGHT - 8),
  ]);
  const path = points.map((point) => point.map((each) => each.toFixed(1)).join(" ")).join("L");
  const [cx, cy] = points.at(-1).map((each) => each.toFixed(1));
  return [shape("path", { d: `M${path}` }), shape("circle", { cx, cy, r: 2.6 })];
}
