/* Lay the page out for a sheet: plotly draws in pixels, and paper has fewer than a screen. */

/* Heights that follow the window would follow the sheet instead, after all is drawn. */
const WINDOW = /\dd?vh/;
const written = new Map();

function keepHeights() {
  for (const body of document.querySelectorAll(".mh-body")) {
    if (!WINDOW.test(body.style.height)) continue;
    written.set(body, body.style.height);
    body.style.height = `${body.clientHeight}px`;
  }
}

function freeHeights() {
  for (const [body, height] of written) body.style.height = height;
  written.clear();
}

function fit() {
  for (const place of document.querySelectorAll(".mh-plot")) {
    const { clientWidth: width, clientHeight: height } = place;
    if (place._fullLayout && width) window.Plotly.relayout(place, { width, height });
  }
}

window.addEventListener("beforeprint", () => {
  keepHeights();
  document.documentElement.classList.add("mh-paper");
  fit();
});
window.addEventListener("afterprint", () => {
  document.documentElement.classList.remove("mh-paper");
  freeHeights();
  fit();
});
