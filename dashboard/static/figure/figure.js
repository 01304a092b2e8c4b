/*
 * Draw one figure, and keep it when other numbers are shown.
 *
 * It tells its page (see page.js): clicked {key, add}: a region, bar, point, cell or row, key null: a
 * click on nothing, or Esc; rests {key}: the pointer or the arrow keys stand there; visits {address,
 * event}: a link; asked {what}: "data" or "sql", or "research" with drawings, as SVG by width in mm.
 */

import { scheme } from "./colours.js";
import { element } from "./elements.js";
import { addressOf } from "./links.js";
import { MapPainter } from "./map.js";
import { SIZES, drawnForPrint, pictured } from "./pictures.js";
import { PlotPainter } from "./plot.js";
import { ListPainter, TablePainter } from "./rows.js";

const PAINTERS = { plot: PlotPainter, map: MapPainter, table: TablePainter, list: ListPainter };
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class Drawer {
  constructor(parent) {
    this.headline = element("h2");
    this.note = element("p");
    this.body = element("div", { class: "mh-body" });
    this.spoken = element("div", { class: "mh-spoken", "aria-live": "polite" });
    this.source = element("span", { class: "mh-source" });
    this.menu = element("span", { class: "mh-menu" });
    this.sizes = element("div", { class: "mh-sizes", hidden: "" });
    const footer = element("footer", {}, this.source, this.menu, this.sizes);
    const caption = element("figcaption", {}, this.headline, this.note);
    this.frame = element("figure", { class: "mh-figure" }, caption, this.body, this.spoken, footer);
    parent.append(this.frame);
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.onHover = (event) => (this.frame.isConnected ? this.painter?.show?.(event.detail) : this.remove());
    window.addEventListener("mh-hover", this.onHover);
    this.onScheme = () => this.painter?.paint(this.data, () => true);
    scheme.addEventListener("change", this.onScheme);
    this.resized = new ResizeObserver(() => this.painter?.resize?.());
    this.resized.observe(this.body);
    this.turn = 0;
  }

  /* Nothing tells when the page drops a figure: the first hover after it finds out. */
  remove() {
    window.removeEventListener("mh-hover", this.onHover);
    scheme.removeEventListener("change", this.onScheme);
    this.resized.disconnect();
    this.painter?.remove?.();
    this.frame.remove();
  }

  async update(data) {
    this.turn += 1;
    const { turn } = this;
    const isNew = data.id !== this.data?.id;
    const isAsDrawn = this.isDrawn && !isNew && String(data.chosen) === String(this.data.chosen);
    this.data = data;
    if (isNew) {
      this.position = null;
      this.write(data);
    }
    if (isAsDrawn) {
      this.frame.dataset.painted = String(turn);
      return;
    }
    this.isDrawn = false;
    try {
      if (data.empty) {
        this.change(null);
        this.body.replaceChildren(element("p", { class: "mh-empty" }, ...beside(data.empty, data.unlocking)));
      } else {
        if (!(this.painter instanceof PAINTERS[data.kind])) this.change(PAINTERS[data.kind]);
        await this.painter.paint(data, () => turn === this.turn);
      }
    } catch (error) {
      this.change(null);
      this.body.replaceChildren(element("p", { class: "mh-empty" }, data.words.failed));
      console.error(error);
    }
    if (turn !== this.turn) return;
    this.isDrawn = Boolean(this.painter);
    this.frame.dataset.painted = String(turn);
  }

  /* Write everything that stands round the drawing. */
  write(data) {
    this.headline.textContent = data.headline;
    this.headline.classList.toggle("mh-spoken", Boolean(data.headlineSpokenOnly));
    this.note.replaceChildren(...beside(data.note, data.empty ? "" : data.unlocking));
    this.source.replaceChildren(...sourceLine(data));
    this.frame.classList.toggle("mh-clickable", data.clickable);
    this.body.style.height = typeof data.height === "number" ? `${data.height}px` : (data.height ?? "");
    this.body.dataset.kind = data.kind;
    this.body.setAttribute("aria-label", data.alt);
    this.body.setAttribute("role", roleOf(data));
    this.body.tabIndex = isReached(data) ? 0 : -1;
    const menu = JSON.stringify([data.words, data.kind, Boolean(data.empty)]);
    if (menu !== this.menuFilled) this.fillMenu(data);
    this.menuFilled = menu;
  }

  change(Painter) {
    this.painter?.remove?.();
    this.body.replaceChildren();
    this.painter = Painter ? new Painter(this.body, this) : null;
    this.onZoom();
  }

  fillMenu({ words, kind, empty }) {
    const isPicture = (kind === "plot" || kind === "map") && !empty;
    const ask = (what) => () => this.tell("asked", { what });
    this.whole = button("whole", words.whole, () => this.painter?.reset?.());
    this.whole.hidden = true;
    this.menu.replaceChildren(
      this.whole,
      button("data", words.data, ask("data")),
      ...(isPicture ? [button("picture", words.picture, () => this.offerSizes(this.sizes.hidden))] : []),
      button("sql", "SQL", ask("sql")),
      button("research", words.research, () => this.askForPrint(isPicture)),
    );
    const rows = Object.keys(SIZES).map((size) =>
      element("div", { role: "group", "aria-label": words[size] }, element("span", {}, words[size]),
        ...["svg", "png"].map((format) => {
          const take = () => this.take(size, format);
          const made = button(format, format.toUpperCase(), take);
          made.dataset.size = size;
          return made;
        })),
    );
    this.sizes.replaceChildren(...(isPicture ? rows : []));
    this.offerSizes(false);
  }

  offerSizes(isOffered) {
    const opener = this.menu.querySelector('[data-what="picture"]');
    opener?.setAttribute("aria-expanded", String(isOffered));
    const hadFocus = this.sizes.contains(document.activeElement);
    this.sizes.hidden = !isOffered;
    if (hadFocus) opener?.focus();
    this.away?.abort();
    if (isOffered) this.closeFromAway();
  }

  /* Close the offer on Escape wherever the focus is, and on a press outside. */
  closeFromAway() {
    this.away = new AbortController();
    const inside = ({ target }) => this.menu.contains(target) || this.sizes.contains(target);
    const listen = (type, isMeant) =>
      document.addEventListener(
        type,
        (event) => {
          if (!isMeant(event)) return;
          if (type === "keydown") event.stopPropagation();
          this.offerSizes(false);
        },
        { capture: true, signal: this.away.signal },
      );
    listen("keydown", ({ key }) => key === "Escape");
    listen("pointerdown", (event) => !inside(event));
  }

  async take(size, format) {
    // What draws it, or its geometry, may still be on its way.
    await this.painted;
    if (!this.painter?.picture) return;
    const href = await pictured(this.data, size, format, this.painter, this.body);
    const suffix = size === "screen" ? "" : `-${size}`;
    element("a", { href, download: `${this.data.file}${suffix}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    this.offerSizes(false);
  }

  /* Print needs what only the browser can draw: it goes along with the question. */
  async askForPrint(isPicture) {
    await this.painted;
    const drawings = isPicture ? await drawnForPrint(this.painter, this.body) : {};
    this.tell("asked", { what: "research", drawings });
  }

  click(key, event) {
    if (!this.data.clickable) return;
    if (this.data.opens && !this.data.click) {
      if (key) this.visit(key, event);
      return;
    }
    this.tell("clicked", { key, add: Boolean(event?.ctrlKey || event?.metaKey) });
  }

  /* Go to a community's profile. */
  visit(key, event) {
    this.tell("visits", { address: addressOf(this.data, key), event });
  }

  hover(key) {
    if (this.data.clickable && (this.data.click || !this.data.opens)) this.tell("rests", { key });
    window.dispatchEvent(new CustomEvent("mh-hover", { detail: key }));
  }

  onZoom() {
    if (this.whole) this.whole.hidden = !this.painter?.isZoomed;
  }

  onKey(event) {
    const { keys } = this.data;
    const step = STEPS[event.key];
    if (step && keys.length) {
      event.preventDefault();
      const from = this.position ?? (step > 0 ? -1 : keys.length);
      this.position = (from + step + keys.length) % keys.length;
      this.spoken.textContent = keys[this.position][1];
      this.hover(keys[this.position][0]);
    } else if ((event.key === "Enter" || event.key === " ") && this.position !== null) {
      event.preventDefault();
      this.click(keys[this.position][0], event);
    } else if (event.key === "Escape") {
      this.click(null, event);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && this.painter?.key?.(event.key)) {
      event.preventDefault();
    }
  }
}

/* Give the keys to walk by: a list's are its items' own. */
export function keysOf({ kind, keys, body }) {
  if (kind !== "list") return keys ?? [];
  const named = (body.items ?? []).filter(({ key }) => key);
  return named.map(({ key, title, text }) => [key, `${title} ${text}`]);
}

/* Whether the Tab key stops here: where one can walk, scroll or zoom back. */
function isReached({ kind, keys, body }) {
  const axes = [body.layout?.xaxis, body.layout?.yaxis];
  return kind !== "plot" || keys.length > 0 || axes.some((axis) => axis?.fixedrange === false);
}

/* Lines are read as they stand; what one walks by keys is an application, the rest a picture. */
function roleOf({ kind, keys, clickable, empty }) {
  if (empty) return "group";
  if (kind === "table" || (kind === "list" && !(clickable && keys.length))) return "region";
  return keys.length ? "application" : "img";
}

/* Set texts and links beside each other. */
function beside(...parts) {
  return parts.filter(Boolean).flatMap((each, at) => (at ? [" ", each] : [each]));
}

function button(what, text, onClick) {
  const made = element("button", { type: "button", "data-what": what }, text);
  made.addEventListener("click", onClick);
  return made;
}

export function sourceLine(data) {
  const parts = [];
  if (data.caveat) parts.push(element("span", { class: "mh-caveat" }, data.caveat));
  parts.push(document.createTextNode([data.asOf, data.source].filter(Boolean).join(" · ")));
  return parts;
}
