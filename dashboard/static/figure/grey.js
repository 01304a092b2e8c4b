/* Tell kinds apart without their colours: what is published is often printed in grey. */

const HATCHES = ["", "/", "x", ".", "\\", "-", "|"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

/* Give bars of several colours hatches and lines of several colours dashes, in their order; what
   stands in panels of its own needs neither. */
export function toldApart(traces) {
  return traces.map((trace) => {
    const beside = traces.filter((each) => each.xaxis === trace.xaxis && each.yaxis === trace.yaxis);
    const [hatch, dash] = [hatchable, dashable].map((colourOf) => placeOf(trace, beside, colourOf));
    if (hatch !== null) {
      const shape = HATCHES[hatch % HATCHES.length];
      const pattern = { shape, fillmode: "overlay", fgcolor: "#FFFFFF", size: 5, solidity: 0.3 };
      return { ...trace, marker: { ...trace.marker, pattern } };
    }
    if (dash === null) return trace;
    return { ...trace, line: { ...trace.line, dash: DASHES[dash % DASHES.length] } };
  });
}

/* Which of several colours a trace has among those beside it; null where there is but one. */
function placeOf(trace, beside, colourOf) {
  const colours = [...new Set(beside.map(colourOf).filter(Boolean))];
  const place = colours.indexOf(colourOf(trace));
  return colours.length > 1 && place >= 0 ? place : null;
}

function hatchable({ type, marker }) {
  return type === "bar" && typeof marker?.color === "string" ? marker.color : null;
}

/* Bands and lines that are dashed already are left as they are. */
function dashable({ type, mode, line, fill }) {
  const isLine = type === "scatter" && mode?.includes("lines") && !fill && !line?.dash && line?.width !== 0;
  return isLine && typeof line?.color === "string" ? line.color : null;
}
