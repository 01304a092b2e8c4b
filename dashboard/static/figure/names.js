/* Write names above a plot, in two rows: as many as have room, in the order in which they are given. */

const NAMED = "where there is room";
const ROWS = [2, 16];
const GAP = 6;

export function asksForRoom({ annotations }) {
  return (annotations ?? []).some(({ name }) => name === NAMED);
}

/* Place those of the annotations that are to stand where there is room; the others stay. ``place``: where the
   axis begins, how long it is and how wide the figure; ``widthOf`` measures an annotation's text. */
export function withRoom(annotations, [first, last], { offset, length, width }, widthOf) {
  const taken = ROWS.map(() => []);
  return annotations.map((note) => {
    if (note.name !== NAMED) return note;
    const at = offset + ((note.x - first) / (last - first)) * length;
    const found = freeAt(at, widthOf(note), width, taken);
    if (!found) return { ...note, visible: false };
    taken[found.row].push(found.ends);
    return { ...note, visible: true, xshift: found.shift, yshift: ROWS[found.row] };
  });
}

/* Find the lowest row that is free about a place: with the name's middle there, or else one of its ends. */
function freeAt(at, wide, width, taken) {
  for (const shift of [0, wide / 2, -wide / 2]) {
    const ends = [at + shift - wide / 2, at + shift + wide / 2];
    if (ends[0] < 0 || ends[1] > width) continue;
    const row = taken.findIndex((each) => each.every(([from, to]) => ends[1] + GAP <= from || to + GAP <= ends[0]));
    if (row >= 0) return { row, shift, ends };
  }
  return null;
}

/* Measure texts as the plot writes them. */
export function measuring({ font }) {
  const pen = document.createElement("canvas").getContext("2d");
  return ({ text, font: own }) => {
    pen.font = `${own?.size ?? font.size}px ${font.family}`;
    return pen.measureText(text).width;
  };
}
