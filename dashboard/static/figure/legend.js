/* Draw a map's legend at its upper right: classes in a row, or a grid of two measures. */

import { SOFT } from "./colours.js";
import { shape } from "./elements.js";

const SIZE = 10.5;
const CELL = 15;

/* Give the legend's shapes; ``right`` is its right edge, ``room`` the width it may take. */
export function legend(described, note, { right, room, colour, largest }) {
  if (!described) return [];
  if (described[0]?.symbol) return circles(described, note, { right, colour, largest });
  return described.grid
    ? grid(described, { right, colour })
    : classes(described, note, { right, room, colour });
}

function classes(described, note, { right, room, colour }) {
  const step = Math.min(46, room / Math.max(1, described.length));
  const left = right - step * described.length - 4;
  const shapes = described.flatMap(({ fill, text }, at) => {
    const x = left + at * step;
    return [
      shape("rect", { x, y: 14, width: step - 1, height: 8, fill: colour(fill) }),
      written(text, x, 34, colour),
    ];
  });
  return note ? [...shapes, written(note, left, 10, colour)] : shapes;
}

/* Circles within each other stand on one line, the largest behind. */
function circles(described, note, { right, colour, largest }) {
  const [centre, foot] = [right - 44 - largest, 18 + 2 * largest];
  const shapes = described.toReversed().flatMap(({ symbol, size, text }) => {
    const r = size * largest;
    return [
      shape("circle", { cx: centre, cy: foot - r, r, fill: colour(symbol), stroke: colour(SOFT), "stroke-width": 0.6 }),
      written(text, centre + largest + 4, foot - 2 * r + 9, colour),
    ];
  });
  return [...shapes, written(note, right - 4, 10, colour, { "text-anchor": "end" })];
}

/* The first row stands lowest, as it does in the plot of two measures. */
function grid({ grid: rows, x, y }, { right, colour }) {
  const left = right - 4 - CELL * rows[0].length;
  const top = 18;
  const cells = rows.flatMap((row, up) =>
    row.map((fill, at) =>
      shape("rect", {
        x: left + at * CELL,
        y: top + (rows.length - 1 - up) * CELL,
        width: CELL - 1,
        height: CELL - 1,
        fill: colour(fill),
      }),
    ),
  );
  const below = top + rows.length * CELL + SIZE;
  const ends = { "text-anchor": "end" };
  return [
    ...cells,
    written(`${y} ↑`, right - 4, top - 6, colour, ends),
    written(`${x} →`, right - 4, below, colour, ends),
  ];
}

export function written(text, x, y, colour, more = {}) {
  return shape("text", { x, y, "font-size": SIZE, fill: colour(SOFT), ...more }, text);
}
