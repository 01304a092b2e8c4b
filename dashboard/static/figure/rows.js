/* Paint what is read as lines: tables and lists. */

import "./enter.js";
import { element } from "./elements.js";
import { addressOf } from "./links.js";

function classOf({ number }) {
  return number ? "mh-number" : null;
}

/* Dates and months stay on one line. */
function dated(text) {
  return /^\d{4}-\d{2}(-\d{2})?$/.test(text) ? "mh-date" : null;
}

const HAN = /(\p{Script=Han}[\p{Script=Han}\d\s\p{P}]*)/u;

/* Tell who reads aloud what is Chinese on a page in another language. */
export function spokenParts(text, language) {
  if (language !== "en" || !HAN.test(text)) return [text];
  return text.split(HAN).filter(Boolean).map((part) => (HAN.test(part) ? element("span", { lang: "zh-CN" }, part) : part));
}

class RowsPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.body = body;
    this.listener = (event) => {
      const key = event.target.closest("[data-key]")?.dataset.key;
      if (!key) return;
      event.preventDefault();
      this.drawer.click(key, event);
    };
    body.addEventListener("click", this.listener);
  }

  remove() {
    this.body.removeEventListener("click", this.listener);
  }

  show(key) {
    for (const row of this.body.querySelectorAll("[data-key]")) {
      row.classList.toggle("mh-hovered", row.dataset.key === key);
    }
  }
}

/* Where lines lead elsewhere their names are links: to be opened apart, copied, reached by Tab. */
function named(data, key, text) {
  return data.opens && key ? element("a", { href: addressOf(data, key) }, text) : text;
}

export class TablePainter extends RowsPainter {
  async paint(data) {
    const { body, chosen } = data;
    const head = body.columns.map((column) =>
      element("th", { scope: "col", class: classOf(column) }, column.text),
    );
    const rows = body.rows.map(({ key, cells }) => {
      const line = cells.map((text, at) =>
        element("td", { class: classOf(body.columns[at]) ?? dated(text) }, ...(at === 0 ? [named(data, key, text)] : spokenParts(text, data.words?.language))),
      );
      return element("tr", { "data-key": key, class: chosen.includes(key) ? "mh-chosen" : null }, ...line);
    });
    this.body.replaceChildren(
      element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
    );
  }
}

/* Write what a line says: its figures set apart, each with what it rests on; where the line leads to
   another figure of the page, as a button. */
function told({ text = "", numbers = [], go, to, title = "" }, { words }) {
  const parts = [];
  let last = 0;
  for (const [from, until, origin] of numbers) {
    parts.push(text.slice(last, from), element("b", { class: "mh-figure-number", "data-origin": origin }, text.slice(from, until)));
    last = until;
  }
  parts.push(...spokenParts(text.slice(last), words?.language));
  if (!go) return element("span", {}, ...parts);
  return element("button", {
    type: "button", "data-go": JSON.stringify(go), "data-to": to || null, "aria-label": `${title} ${text}`.trim(),
  }, ...parts);
}

export class ListPainter extends RowsPainter {
  async paint(data) {
    const { body, chosen } = data;
    const items = body.items.map((item) => {
      const { key, badge, level, title = "" } = item;
      const line = element("li", { "data-key": key, class: chosen.includes(key) ? "mh-chosen" : null });
      if (badge) line.append(element("span", { class: `mh-badge mh-${level}` }, badge));
      if (title) line.append(element("strong", { class: level && !badge ? `mh-${level}` : null }, named(data, key, title)), " ");
      line.append(told(item, data));
      return line;
    });
    this.body.replaceChildren(element("ul", {}, ...items));
  }
}
