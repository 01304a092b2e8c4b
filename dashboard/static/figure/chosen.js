/* Paint what is chosen red: the drawing itself knows of no choice. */

import { RED } from "./colours.js";

/* Give a plot's traces and layout with the marks of the chosen keys red, their names bold. */
export function withChosen({ body, chosen }, layout) {
  if (!chosen.length) return [body.data, layout];
  const traces = body.data.map((trace) => painted(trace, chosen));
  const cells = body.data.flatMap((trace) => outlines(trace, chosen, layout));
  const framed = cells.length ? { ...layout, shapes: [...(layout.shapes ?? []), ...cells] } : layout;
  if (!body.rows) return [traces, framed];
  const ticktext = layout.yaxis.ticktext.map((name, row) =>
    chosen.includes(body.rows[row]) ? `<b>${name}</b>` : name,
  );
  return [traces, { ...framed, yaxis: { ...layout.yaxis, ticktext } }];
}

function painted(trace, chosen) {
  if (!Array.isArray(trace.customdata) || trace.type === "heatmap") return trace;
  const isChosen = trace.customdata.map((custom) => chosen.includes([custom].flat()[0]));
  if (!isChosen.includes(true)) return trace;
  const isLine = trace.type === "scatter" && !(trace.mode ?? "lines+markers").includes("markers");
  if (isLine) return paintedLine(trace, isChosen);
  if (!["bar", "scatter", "scattergl"].includes(trace.type)) return trace;
  // Where the drawing sets no colour, plotly's own stands for the rest.
  const before = trace.marker?.color ?? trace.line?.color;
  const color = isChosen.map((yes, at) => (yes ? RED : Array.isArray(before) ? before[at] : before));
  const names = trace.meta?.names;
  const text = names ? trace.text.map((own, at) => (isChosen[at] ? names[at] : own)) : trace.text;
  return { ...trace, marker: { ...trace.marker, color }, text };
}

/* A line that is one thing turns red as a whole; of others the chosen points get a dot. */
function paintedLine(trace, isChosen) {
  if (!isChosen.includes(false)) {
    const width = (trace.line?.width ?? 2) + 1;
    return { ...trace, line: { ...trace.line, color: RED, width } };
  }
  const size = isChosen.map((yes) => (yes ? 9 : 0));
  const mode = `${trace.mode}+markers`;
  return { ...trace, mode, marker: { ...trace.marker, size, color: RED, line: { width: 0 }, opacity: 1 } };
}

/* A heat map's cells keep their colour and get a red line round them. */
function outlines(trace, chosen, layout) {
  if (trace.type !== "heatmap" || !Array.isArray(trace.customdata?.[0])) return [];
  const columns = edges(trace.x ?? [...trace.customdata[0].keys()], axisOf(layout, trace.xaxis ?? "x"));
  const rows = edges(trace.y ?? [...trace.customdata.keys()], axisOf(layout, trace.yaxis ?? "y"));
  const around = { type: "rect", xref: trace.xaxis ?? "x", yref: trace.yaxis ?? "y" };
  return trace.customdata.flatMap((line, row) =>
    line.flatMap((key, column) => {
      if (!chosen.includes(key)) return [];
      const [[x0, x1], [y0, y1]] = [columns[column], rows[row]];
      return [{ ...around, x0, x1, y0, y1, line: { color: RED, width: 2.5 } }];
    }),
  );
}

function axisOf(layout, name) {
  return layout[name.replace(/^[xy]/, (letter) => `${letter}axis`)] ?? {};
}

/* Find where each cell of an axis begins and ends: halfway to its neighbours. */
export function edges(values, axis = {}) {
  const numbers = places(values, axis);
  const half = (from, to) => (numbers[to] - numbers[from]) / 2;
  return numbers.map((number, at) => {
    const before = at > 0 ? half(at - 1, at) : numbers.length > 1 ? half(0, 1) : 0.5;
    const after = at < numbers.length - 1 ? half(at, at + 1) : before;
    return [number - before, number + after].toSorted((a, b) => a - b);
  });
}

const DATE = /^\d{4}-\d{2}/;
function places(values, { type, categoryarray }) {
  if (type !== "category" && values.every((value) => typeof value === "number")) return values;
  if (type !== "category" && values.every((value) => DATE.test(value))) {
    return values.map((value) => Date.parse(value));
  }
  return values.map((value, at) => (categoryarray ? categoryarray.indexOf(value) : at));
}
