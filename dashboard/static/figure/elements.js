/* Make elements of the page and shapes of a picture; fetch files and scripts once. */

export const SVG = "http://www.w3.org/2000/svg";
const fetched = new Map();

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  setAll(made, attributes);
  made.append(...children);
  return made;
}

export function shape(tag, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, tag);
  setAll(made, attributes);
  if (text !== null) made.textContent = text;
  return made;
}

export function setAll(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
}

/* Files lie beside the folder of these scripts. One that failed is asked for again. */
function once(file, ask) {
  if (!fetched.has(file)) {
    const answer = ask(new URL(`../${file}`, import.meta.url));
    answer.catch(() => fetched.delete(file));
    fetched.set(file, answer);
  }
  return fetched.get(file);
}

export function fetchOnce(file) {
  return once(file, async (address) => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${file}: ${response.status}`);
    return response.json();
  });
}

export function plotly(file) {
  const load = (address) =>
    new Promise((resolve, reject) => {
      const script = element("script", { src: address.href });
      script.addEventListener("load", () => resolve(window.Plotly));
      script.addEventListener("error", () => reject(new Error(`${file} could not be loaded`)));
      document.head.append(script);
    });
  return once(file, load);
}
