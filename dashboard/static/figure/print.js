/* Lay the page out for a sheet: plotly draws in pixels, and paper has fewer than a screen. */

function fit() {
  for (const place of document.querySelectorAll(".mh-plot")) {
    const { clientWidth: width, clientHeight: height } = place;
    if (place._fullLayout && width) window.Plotly.relayout(place, { width, height });
  }
}

window.addEventListener("beforeprint", () => {
  document.documentElement.classList.add("mh-paper");
  fit();
});
window.addEventListener("afterprint", () => {
  document.documentElement.classList.remove("mh-paper");
  fit();
});
