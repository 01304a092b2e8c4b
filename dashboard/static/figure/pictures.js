/* Make pictures that stand alone: what they show above, where it comes from below. */

import { INK, PAPER } from "./colours.js";
import { element, shape } from "./elements.js";

const MM = 96 / 25.4;
const DOTS_PER_MM = 300 / 25.4;
/* On paper texts are drawn three quarters as large as on screen: about 7 points. */
const ON_PAPER = 0.75;
const EDGE = 8;

/* Each size: how wide and high the picture is drawn, and what it is on paper or in dots. */
export const SIZES = {
  screen: ({ width, height }) => ({ width, height, dots: 3 }),
  column: (box) => onPaper(85, box),
  page: (box) => onPaper(170, box),
  slide: () => ({ width: 960, outer: 540, unit: 2, dots: 2 }),
};

function onPaper(mm, { height }) {
  const width = (mm * MM) / ON_PAPER;
  const held = Math.min(width * 1.25, Math.max(width * 0.4, height));
  return { width, height: held, mm, dots: (mm * DOTS_PER_MM) / width, isPrint: true };
}

/* What is written round a picture, from its upper and its lower edge inwards. */
export function captions(data) {
  const source = [data.caveat, data.asOf, data.source].filter(Boolean).join(" · ");
  return {
    above: [{ text: data.headline, size: 15, bold: true }, { text: data.note, size: 12 }]
      .filter(({ text }) => text),
    below: [{ text: source, size: 11 }].filter(({ text }) => text),
  };
}

/* Break a text into lines that fit: at spaces, and between Chinese characters. */
export function broken(text, fits) {
  const lines = [""];
  for (const part of text.match(/[\u2E80-\uFFEF]|[^\s\u2E80-\uFFEF]+\s*|\s+/g) ?? []) {
    const longer = lines.at(-1) + part;
    // A full stop or comma never begins a line.
    if (!lines.at(-1) || fits(longer.trimEnd()) || /^[，。；：、！？）》”]/.test(part)) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => line.trim());
}

function laid(texts, width, family) {
  const pen = document.createElement("canvas").getContext("2d");
  return texts.flatMap(({ text, size, bold }) => {
    pen.font = `${bold ? "bold " : ""}${size}px ${family}`;
    const fits = (line) => pen.measureText(line).width <= width - 2 * EDGE;
    return broken(text, fits).map((line) => ({ text: line, size, bold }));
  });
}

function heightOf(lines) {
  return lines.reduce((sum, { size }) => sum + Math.ceil(size * 1.4), 6);
}

/* Compose the whole picture as an svg; ``draw`` draws the figure itself at a size. */
export async function composed(data, size, family, draw) {
  const { above, below } = captions(data);
  const [top, bottom] = [above, below].map((texts) => laid(texts, size.width, family));
  const [head, foot] = [heightOf(top), heightOf(bottom)];
  const width = Math.round(size.width);
  const height = Math.round(size.height ?? size.outer - head - foot);
  const outer = height + head + foot;
  const measures = size.mm
    ? { width: `${size.mm}mm`, height: `${((outer * size.mm) / size.width).toFixed(2)}mm` }
    : { width: width * (size.unit ?? 1), height: outer * (size.unit ?? 1) };
  const whole = shape("svg", { ...measures, viewBox: `0 0 ${width} ${outer}`, "font-family": family });
  whole.append(shape("rect", { width, height: outer, fill: PAPER }));
  const drawn = await draw({ width, height, isPrint: size.isPrint });
  drawn.setAttribute("y", head);
  whole.append(drawn);
  write(whole, top, 4);
  write(whole, bottom, head + height + 2);
  return { whole, width, outer };
}

function write(whole, lines, from) {
  let y = from;
  for (const { text, size, bold } of lines) {
    const weight = bold ? "bold" : "normal";
    y += Math.ceil(size * 1.4);
    whole.append(shape("text", { x: EDGE, y: y - size * 0.35, "font-size": size, "font-weight": weight, fill: INK }, text));
  }
}

/* Draw the figure alone for print, by width in millimetres; captions are set where it is typeset. */
export async function drawnForPrint(painter, body) {
  const drawings = ["column", "page"].map(async (name) => {
    const { width, height, mm, isPrint } = SIZES[name](body.getBoundingClientRect());
    const drawn = await painter.picture({ width: Math.round(width), height: Math.round(height), isPrint });
    return [mm, new XMLSerializer().serializeToString(drawn)];
  });
  return Object.fromEntries(await Promise.all(drawings));
}

/* Give the address of a picture as svg or png. */
export async function pictured(data, name, format, painter, body) {
  const size = SIZES[name](body.getBoundingClientRect());
  const family = getComputedStyle(body).fontFamily;
  const { whole, width, outer } = await composed(data, size, family, (box) => painter.picture(box));
  const text = new XMLSerializer().serializeToString(whole);
  if (format === "svg") return URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const dots = { width: Math.round(width * size.dots), height: Math.round(outer * size.dots) };
  const bytes = await rastered(text, dots);
  return URL.createObjectURL(new Blob([size.isPrint ? withResolution(bytes) : bytes], { type: "image/png" }));
}

async function rastered(text, dots) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = element("canvas", dots);
  canvas.getContext("2d").drawImage(image, 0, 0, dots.width, dots.height);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  return new Uint8Array(await blob.arrayBuffer());
}

/* Say in a PNG that it has 300 dots an inch: a pHYs chunk right after the first one. */
export function withResolution(png) {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  const dotsPerMetre = Math.round(DOTS_PER_MM * 1000);
  view.setUint32(8, dotsPerMetre);
  view.setUint32(12, dotsPerMetre);
  chunk[16] = 1;
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  const end = 8 + 25;
  const made = new Uint8Array(png.length + chunk.length);
  made.set(png.subarray(0, end));
  made.set(chunk, end);
  made.set(png.subarray(end), end + chunk.length);
  return made;
}

/* CRC-32 as PNG has it. */
export function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
