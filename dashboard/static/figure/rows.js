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

/* What is told in sentences breaks like them: a column whose longest text would take a fifth of a
   laptop's width. Names, dates and numbers stay on one line. */
const SENTENCE = 40;
const WIDE = /[\u2e80-\u9fff\uff00-\uff60]/g;

function isProse(rows, at) {
  return rows.some(({ cells }) => cells[at].length + (cells[at].match(WIDE)?.length ?? 0) > SENTENCE);
}

const HAN = /(\p{Script=Han}[\p{Script=Han}\d\s\p{P}]*)/u;

/* Tell who reads aloud what is Chinese on a page in another language. */
export function spokenParts(text, language) {
  if (language !== "en" || !HAN.test(text)) return [text];
  return text.split(HAN).filter(Boolean).map((part) => (HAN.test(part) ? element("span", { lang: "zh-CN" }, part) : part));
}

const LINK = /^https?:\/\/([^/]+)\/\S*$/;

/* In a column of links, lead to what lies elsewhere, named by its site. */
function linked(text, column) {
  const site = column.link && LINK.exec(text)?.[1];
  return site && element("a", { href: text, target: "_blank", rel: "noopener noreferrer" }, site);
}

/* Lead from a mode's name to its card, which a pointer at rest tells in brief. */
function carded({ cards, cardAt }, text) {
  const card = cardAt && cards && Object.hasOwn(cards, text) ? cards[text] : null;
  if (!card) return null;
  const href = new URL(cardAt + card[0], document.baseURI).href;
  return element("a", { href, title: card[1], "data-page": "cases", class: "mh-card" }, text);
}

function told(data, text, column) {
  const link = linked(text, column) || carded(data, text);
  return link ? [link] : spokenParts(text, data.words?.language);
}

class RowsPainter {
  constructor(body, drawer) {
    this.drawer = drawer;
    this.body = body;
    this.listener = (event) => {
      if (event.target.closest("a[target], a[data-page]")) return;
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
    const kinds = body.columns.map((column, at) =>
      classOf(column) ?? (column.link ? "mh-link" : isProse(body.rows, at) ? "mh-prose" : null));
    // On a narrow screen the lines of such a table stand as blocks, each cell after its heading.
    const isTold = kinds.includes("mh-prose");
    const heading = (at) => (isTold ? { "data-heading": body.columns[at].text } : {});
    const head = body.columns.map((column, at) =>
      element("th", { scope: "col", class: kinds[at] }, column.text),
    );
    const rows = body.rows.map(({ key, cells }) => {
      const line = cells.map((text, at) =>
        element("td", { class: kinds[at] ?? dated(text), "data-missing": text === "—" ? "" : null, ...heading(at) }, ...(at === 0 ? [named(data, key, text)] : told(data, text, body.columns[at]))),
      );
      return element("tr", { "data-key": key, class: chosen.includes(key) ? "mh-chosen" : null }, ...line);
    });
    this.body.replaceChildren(
      element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
    );
  }
}

/* Write what a line says, its end in small; where it leads to another figure of the page, as a button. */
function said({ text = "", small = "", go, to, title = "", leads }, { words, pageAt }) {
  const main = small ? text.slice(0, -small.length).replace(/ · $/, "") : text;
  const parts = spokenParts(main, words?.language);
  const end = small ? [element("small", {}, small)] : [];
  if (leads) return [element("a", { href: pageAt(leads, go), "data-page": leads, class: "mh-card" }, ...parts)];
  if (!go) return [element("span", {}, ...parts), ...end];
  const button = element("button", {
    type: "button", "data-go": JSON.stringify(go), "data-to": to || null, "aria-label": `${title} ${text}`.trim(),
  }, ...parts);
  return [button, ...end];
}

/* Write a line that has one large number: it, what it counts, its change, and the rest in small. */
function counted({ number: { figure, unit, of, change, origin, named: mark }, small }) {
  const large = element("b", mark ? { "data-origin": origin, title: mark } : {}, figure);
  return [
    element("span", { class: "mh-large" }, large, element("i", {}, unit), element("span", {}, of)),
    ...(change ? [element("span", { class: "mh-change" }, change)] : []),
    ...(small ? [element("small", {}, small)] : []),
  ];
}

export class ListPainter extends RowsPainter {
  async paint(data) {
    const { body, chosen } = data;
    const items = body.items.map((item) => {
      const { key, badge, level, title = "" } = item;
      const line = element("li", { "data-key": key, class: chosen.includes(key) ? "mh-chosen" : null });
      if (badge) line.append(element("span", { class: `mh-badge mh-${level}` }, badge));
      if (title) line.append(element("strong", { class: level && !badge ? `mh-${level}` : null }, named(data, key, title)), " ");
      line.append(...(item.number ? counted(item) : said(item, data)));
      return line;
    });
    this.body.replaceChildren(element("ul", {}, ...items));
  }
}
