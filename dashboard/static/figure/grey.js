/* Tell kinds apart without their colours: what is published is often printed in grey. */

const HATCHES = ["", "/", "x", ".", "\\", "-", "|"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

/* Give bars of several colours hatches and lines of several colours dashes, in their order. */
export function toldApart(traces) {
  const bars = coloursOf(traces, hatchable);
  const lines = coloursOf(traces, dashable);
  return traces.map((trace) => {
    const hatch = bars.indexOf(hatchable(trace));
    const dash = lines.indexOf(dashable(trace));
    if (bars.length > 1 && hatch >= 0) {
      const pattern = { shape: HATCHES[hatch % HATCHES.length], fgcolor: "#FFFFFF", size: 5, solidity: 0.3 };
      return { ...trace, marker: { ...trace.marker, pattern } };
    }
    if (lines.length > 1 && dash >= 0) {
      return { ...trace, line: { ...trace.line, dash: DASHES[dash % DASHES.length] } };
    }
    return trace;
  });
}

function coloursOf(traces, colourOf) {
  return [...new Set(traces.map(colourOf).filter(Boolean))];
}

function hatchable({ type, marker }) {
  return type === "bar" && typeof marker?.color === "string" ? marker.color : null;
}

/* Bands and lines that are dashed already are left as they are. */
function dashable({ type, mode, line, fill }) {
  const isLine = type === "scatter" && mode?.includes("lines") && !fill && !line?.dash && line?.width !== 0;
  return isLine && typeof line?.color === "string" ? line.color : null;
}
