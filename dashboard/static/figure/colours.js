/* Choose colours: those of the reader's light or dark, and inks that stand out on a fill. */

export const INK = "#1B2733";
export const PAPER = "#FFFFFF";
const INK_LUMINANCE = 0.0192;
export const RED = "#C00000";
export const SOFT = "#5B6673";
export const NO_DATA = "#E6E6E6";
export const WATER = "#A9CCE3";

/* Drawings come in light colours. Where the reader's system is dark these stand for them;
   pictures that are taken away are always light. */
export const DARK = {
  "#FFFFFF": "#0F1720", "#1B2733": "#E6EBF0", "#5B6673": "#A3B0BD", "#E3E8EE": "#2B3642",
  "#C00000": "#FF8A80", "#1F4E79": "#8DB8E8", "#8FA9C4": "#48617A", "#4A5763": "#C3CDD7",
  "#9AA7B4": "#6B7885", "#E6E6E6": "#2A333C", "#A9CCE3": "#33607D", "#E4EDF6": "#274059",
  "#BED2E6": "#35597A", "#8DB0D3": "#47759F", "#6B9AC8": "#6595C6", "#D9DEE4": "#3A4652",
  "#F1F4F7": "#18212B", "#E0E6EC": "#2F3B47",
};
export const scheme = window.matchMedia("(prefers-color-scheme: dark)");
const COLOUR = /#[0-9A-F]{6}\b|rgba?\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*(?:,\s*[\d.]+\s*)?\)/gi;

/* Give the colour that a light one is drawn in here; what is no known colour stays. */
export function shown(colour, dark = scheme.matches) {
  if (!dark || typeof colour !== "string") return colour;
  if (!colour.startsWith("rgb")) return DARK[colour.toUpperCase()] ?? colour;
  const [red, green, blue, alpha] = colour.match(/[\d.]+/g);
  const stands = DARK[hex([red, green, blue])];
  if (!stands) return colour;
  const channels = channelsOf(stands).join(",");
  return alpha === undefined ? `rgb(${channels})` : `rgba(${channels},${alpha})`;
}

export function asDrawn(colour) {
  return colour;
}

/* Turn every colour of a plot's description, which is never changed itself. */
export function shownIn(described, dark = scheme.matches) {
  if (!dark) return structuredClone(described);
  return JSON.parse(JSON.stringify(described).replace(COLOUR, (colour) => shown(colour, dark)));
}

function hex(channels) {
  const digits = channels.map((each) => Number(each).toString(16).padStart(2, "0"));
  return `#${digits.join("")}`.toUpperCase();
}

function channelsOf(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/* Choose white or dark text, whichever stands out more on a colour (WCAG luminance). */
export function inkOn(fill) {
  const [red, green, blue] = channelsOf(fill).map((each) => {
    const channel = each / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [paper, ink] = [1.05 / (luminance + 0.05), (luminance + 0.05) / (INK_LUMINANCE + 0.05)];
  return paper > ink ? PAPER : INK;
}
