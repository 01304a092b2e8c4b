/*
 * Show a page, keep its elements when another choice is shown, and answer choices without a rerun.
 *
 * Protocol. Python sends JSON as UTF-8, over Streamlit or as the answer to an address by HTTP:
 *   asked    the pairs of the address that this answers: what is not the browser's is not shown
 *   notices  what was left out of the address, in sentences; read: the pairs that were not
 *   tree     what stands where; it names parts by their digest, see idsOf and dashboard/ui/shown.py
 *   parts    those that were not sent before; a figure is made of two: the drawing (kind, body, alt,
 *            height, keys, empty) and what is said of it (headline, note, source, file, click, …)
 *   answers  whether addresses are answered by HTTP here (only over Streamlit)
 * Streamlit is told one thing, asked {what, n}: "parts" with ids, those that did not arrive; "data",
 * "sql" or "research" of a figure, with the address that its reader sees.
 *
 * The address owns what is chosen. A choice writes it first; then the page follows it: at once by
 * what was answered before, else by asking; where that fails, Streamlit makes the page anew.
 */

import "./dialog.js";
import "./print.js";
import { isHere, pageOf, planned, present, toggled, written } from "./address.js";
import { Ahead, Answers, idsOf } from "./answers.js";
import * as around from "./around.js";
import { element } from "./elements.js";
import { Drawer, keysOf } from "./figure.js";
import { Kept, readSent } from "./kept.js";
import { fill } from "./morph.js";
import { Tiles } from "./tiles.js";

const TYPED_MS = 150;
/* Who waits longer is told for how long. */
const PATIENT_S = 2;
const kept = new Kept();
const answers = new Answers(kept);
const pages = new WeakMap();
let current = null;
let isTellingStreamlit = false;
let asked = 0;

export default function draw({ parentElement, data, setTriggerValue }) {
  if (!pages.has(parentElement)) pages.set(parentElement, new Page(parentElement));
  current = pages.get(parentElement);
  current.tell = setTriggerValue;
  current.receive(readSent(data));
}

/* Streamlit makes the page of the browser's address anew when it hears that one went there. */
function tellStreamlit() {
  isTellingStreamlit = true;
  window.dispatchEvent(new PopStateEvent("popstate"));
  isTellingStreamlit = false;
}

window.addEventListener("popstate", () => {
  if (!isTellingStreamlit && current?.isFor(window.location)) current.follow();
});

function place(name, tag = "div") {
  return element(tag, { class: `mh-${name}` });
}

function choosing(towns, communities) {
  return { town: towns.join(), community: communities.join() };
}

/* Say what a button or option changes in the address. */
function changesOf(target) {
  const going = target instanceof Element && target.closest("[data-go]");
  return going ? JSON.parse(going.dataset.go) : null;
}

class Page {
  constructor(parent) {
    this.header = place("header", "header");
    this.path = place("path");
    this.headline = place("headline");
    this.filters = element("div", { class: "mh-filters", role: "group" });
    this.notices = element("p", { class: "mh-notices", role: "alert" });
    this.nothing = element("p", { class: "mh-nothing", role: "status" });
    this.tiles = place("tiles-place");
    this.controls = place("controls");
    this.waiting = element("p", { class: "mh-waiting", role: "status" });
    this.rows = place("rows");
    this.inks = element("p", { class: "mh-inks" });
    const top = element("div", { class: "mh-top" }, this.headline, this.filters);
    this.root = element("div", { class: "mh-page" }, this.header, this.notices, this.path, top,
      this.nothing, this.tiles, this.controls, this.waiting, this.rows, this.inks);
    parent.append(this.root);
    this.drawers = new Map();
    this.slots = [];
    this.opened = null;
    this.turn = 0;
    this.drawing = 0;
    this.ahead = new Ahead((query) => this.ask(query));
    this.listen();
  }

  isFor({ pathname }) {
    return this.root.isConnected && this.tree && pageOf(pathname) === this.tree.name;
  }

  /* Take what Streamlit sent; a late answer to another address is not shown. */
  receive(sent) {
    const missing = kept.take(sent);
    this.isAnswered = sent.answers;
    if (missing.length) {
      asked += 1;
      this.tell("asked", { what: "parts", ids: missing, n: asked });
    } else if (isHere(sent.asked) || !this.tree) {
      this.show(sent);
      // What takes long is asked for when there is something to see.
      if (!isHere(sent.asked) && this.isAnswered) this.follow();
    }
  }

  /* The address that changes lead to, from the present one. */
  queryWith(changes) {
    const { header, offered } = this.parts;
    const dropped = offered?.dropped ?? [];
    const names = [...header.names, ...header.own].filter((name) => !dropped.includes(name));
    return written(names, { ...this.chosen(), ...changes });
  }

  /* Give the pairs of the present address, without those that could not be read. */
  chosen() {
    const { asked: answered, notices, read } = this.answer;
    return notices.length && isHere(answered) ? read : present();
  }

  addressOf(page, changes = {}) {
    const { names, entries: [[, [[first]]]] } = this.parts.header;
    const query = written([...new Set([...names, ...Object.keys(changes)])], { ...this.chosen(), ...changes });
    // The first page stands where the others lie: by its name Streamlit would lead there once more.
    const path = page === first ? "./" : page;
    return query ? `${path}?${query}` : path;
  }

  /* Choose: what is typed takes the place of what was typed before. */
  async go(changes, { isTyped = false } = {}) {
    const query = this.queryWith(changes);
    if (query === window.location.search.slice(1)) return;
    const address = query ? `?${query}` : window.location.pathname;
    if (isTyped) window.history.replaceState({}, "", address);
    else window.history.pushState({}, "", address);
    await this.follow();
  }

  /* Choose what a button says, then bring the figure into view that it is to show. */
  async goTo(target) {
    const { to } = target.closest("[data-go]").dataset;
    await this.go(changesOf(target));
    if (to) this.rows.querySelector(`[data-part="${to}"]`)?.scrollIntoView({ block: "start" });
  }

  /* Go to a page's address, as a link does. */
  visit(address, event) {
    const url = new URL(address, document.baseURI);
    if (event?.ctrlKey || event?.metaKey || event?.shiftKey) {
      window.open(url.href, "_blank", "noopener");
      return;
    }
    // A link to where one is is no new place, as everywhere.
    if (url.href !== window.location.href) window.history.pushState({}, "", url.href);
    if (this.isFor(url)) this.follow();
    else tellStreamlit();
  }

  /* Show what the browser's address says. */
  async follow() {
    this.turn += 1;
    const { turn } = this;
    const query = window.location.search.slice(1);
    if (!this.isAnswered) {
      tellStreamlit();
      return;
    }
    this.ahead.drop();
    const before = answers.before(this.tree.name, query);
    if (before) await this.show(before);
    if (before && answers.isFresh(before)) return;
    const watch = this.watched(turn);
    try {
      const answer = await this.ask(query);
      if (query === window.location.search.slice(1) && this.root.isConnected) await this.show(answer);
    } catch {
      if (turn === this.turn) tellStreamlit();
    } finally {
      clearInterval(watch);
      if (turn === this.turn) this.waiting.replaceChildren();
    }
  }

  /* Say how long an answer is waited for, and let the reader give it up: back to what is shown. */
  watched(turn) {
    const began = Date.now();
    this.waiting.replaceChildren();
    return setInterval(() => {
      if (turn !== this.turn) return;
      const seconds = Math.round((Date.now() - began) / 1000);
      if (seconds < PATIENT_S) return;
      const { words } = this.parts.words;
      if (!this.waiting.firstChild) {
        const button = element("button", { type: "button" }, words.giveUp);
        button.addEventListener("click", () => this.giveUp());
        this.waiting.append(element("span"), " ", button);
      }
      this.waiting.firstChild.textContent = words.working.replace("{seconds}", seconds);
    }, 500);
  }

  /* Show again the address of what is shown; the server keeps what it finds, for whoever asks next. */
  giveUp() {
    this.turn += 1;
    this.waiting.replaceChildren();
    const query = written(Object.keys(this.answer.asked), this.answer.asked);
    window.history.replaceState({}, "", query ? `?${query}` : window.location.pathname);
    // Controls say again what is shown.
    this.controls.replaceChildren();
    this.shown = null;
    return this.show(this.answer);
  }

  ask(query) {
    return answers.ask(this.tree.name, query, this.tree ? idsOf(this.tree) : []);
  }

  /* Show what was answered: in one frame what is in view, the rest right after. */
  async show(answer) {
    const { tree, notices } = answer;
    this.answer = answer;
    const shown = JSON.stringify([tree, notices]);
    // What is shown until the address is answered is not whole.
    const here = isHere(answer.asked) ? window.location.search : "awaited";
    if (shown === this.shown) {
      if (this.isWhole) Object.assign(this.root.dataset, { inView: here, whole: here });
      return;
    }
    this.shown = shown;
    this.isWhole = false;
    this.drawing += 1;
    const { drawing } = this;
    this.tree = tree;
    this.root.dataset.page = tree.name;
    this.parts = { header: kept.get(tree.header), words: kept.get(tree.words), offered: kept.get(tree.offered) };
    this.fillAround(notices);
    this.placeRows();
    const figures = this.slots.filter(({ part }) => part.figure);
    const [inView, others] = [[], []];
    for (const slot of figures) (isInView(slot.host) ? inView : others).push(slot);
    await Promise.all(inView.map((slot) => this.drawFigure(slot)));
    if (drawing === this.drawing) this.root.dataset.inView = here;
    await this.drawInTurn(others, drawing);
    if (drawing !== this.drawing) return;
    this.isWhole = true;
    this.root.dataset.whole = here;
  }

  /* Draw one after another, so that the browser answers in between; stop when others are shown. */
  async drawInTurn([slot, ...others], drawing) {
    if (!slot) return;
    await new Promise((resolve) => setTimeout(resolve));
    if (drawing !== this.drawing) return;
    await this.drawFigure(slot);
    await this.drawInTurn(others, drawing);
  }

  fillAround(notices) {
    const { tree } = this;
    const { header, words } = this.parts;
    document.documentElement.lang = words.words.language;
    document.title = header.title;
    document.querySelector('[data-testid="stSkipToContent"]')?.replaceChildren(header.skip);
    const links = (page, changes) => this.addressOf(page, changes);
    fill(this.header, around.header({ header, asOf: tree.asOf, name: tree.name }, links));
    fill(this.path, around.path(tree, header, links));
    fill(this.headline, tree.state === undefined ? [] : around.headline(tree, links("own", { published: "" })));
    this.fillFilters();
    this.notices.textContent = notices.join(" ");
    this.nothing.textContent = tree.empty ?? "";
    this.inks.textContent = tree.state === undefined ? "" : header.inks;
    fill(this.controls, (tree.controls ?? []).map((part) => around.picker(kept.get(part.picker))));
    if (tree.note) this.controls.append(element("p", { class: "mh-note", role: "status" }, tree.note));
    if (tree.tiles?.length) {
      this.tileRow ??= new Tiles(this.tiles);
      const [names, values] = tree.tiles.map((id) => kept.get(id));
      this.tileRow.update({ ...names, ...values });
    }
    this.tiles.hidden = !tree.tiles?.length;
    if (!this.isPlaced) this.showCurrentPage();
  }

  fillFilters() {
    this.filters.setAttribute("aria-label", this.parts.offered?.words.filters ?? "");
    fill(this.filters, around.filters({ offered: this.parts.offered, filters: this.tree.filters }, this.opened));
  }

  /* On a narrow screen the pages scroll sideways: begin where one is. */
  showCurrentPage() {
    this.isPlaced = true;
    const here = this.header.querySelector("[aria-current]");
    const row = here?.parentElement;
    if (row) row.scrollLeft = here.offsetLeft - row.offsetLeft + (here.offsetWidth - row.clientWidth) / 2;
  }

  /* Lay out rows and columns anew only where other things stand there; drawings come along. */
  placeRows() {
    const rows = this.tree.rows ?? [];
    const parts = rows.flatMap(({ columns }) => columns.flat());
    const layout = JSON.stringify(rows.map(({ widths, columns }) => [widths, columns.map((column) => column.map(nameOf))]));
    if (layout !== this.layout) {
      this.layout = layout;
      const hosts = parts.map((part) => element("div", { class: "mh-part", "data-part": part.figure }));
      const rest = [...hosts];
      const made = rows.map(({ widths, columns }) =>
        element("div", { class: "mh-row", style: `--columns: ${widths.map((width) => `minmax(0, ${width}fr)`).join(" ")}` },
          ...columns.map((column) => element("div", { class: "mh-column" }, ...column.map(() => rest.shift())))));
      const keys = new Set(parts.map(({ figure }) => figure));
      for (const [key, drawer] of this.drawers) {
        if (keys.has(key)) continue;
        drawer.remove();
        this.drawers.delete(key);
      }
      parts.forEach(({ figure }, at) => {
        if (this.drawers.has(figure)) hosts[at].append(this.drawers.get(figure).frame);
      });
      this.rows.replaceChildren(...made);
      this.slots = hosts.map((host) => ({ host }));
    }
    this.slots.forEach((slot, at) => {
      slot.part = parts[at];
      if (!slot.part.figure) fill(slot.host, [this.control(slot.part)]);
    });
  }

  control({ picker, search, beside }) {
    if (beside) return element("div", { class: "mh-beside" }, ...beside.map((part) => this.control(part)));
    return search ? around.search(kept.get(search)) : around.picker(kept.get(picker));
  }

  drawFigure({ host, part }) {
    const { words } = this.parts;
    const figure = Object.assign({}, words, ...part.ids.map((id) => kept.get(id)));
    const opens = figure.opens ? `${this.addressOf("profile", { town: "", community: "" })}` : undefined;
    const cases = this.addressOf("cases");
    const own = this.addressOf("own", { published: "" });
    if (!this.drawers.has(part.figure)) this.drawers.set(part.figure, new Drawer(host));
    const drawer = this.drawers.get(part.figure);
    drawer.tell = (what, told) => this.hear(part, figure, what, told);
    drawer.painted = drawer.update({
      ...figure,
      opens: opens && `${opens}${opens.includes("?") ? "&" : "?"}community=`,
      cardAt: `${cases}${cases.includes("?") ? "&" : "?"}card=`,
      unlocking: figure.unlock ? around.unlock(figure.unlock, own) : "",
      pageAt: (name, changes) => this.addressOf(name, changes),
      keys: keysOf(figure),
      chosen: part.chosen ?? [],
      id: [...part.ids, opens, cases, own].join(),
    });
    return drawer.painted;
  }

  /* What a figure tells: a click, where the pointer rests, what its menu asks, a link. */
  hear(part, figure, what, told) {
    if (what === "clicked") {
      const changes = this.changesBy(part, figure, told);
      if (changes) this.go(changes);
    } else if (what === "rests") {
      const changes = told.key && figure.click ? this.changesBy(part, figure, { key: told.key }) : null;
      if (changes) this.rest(changes);
      else this.ahead.drop();
    } else if (what === "visits") {
      this.visit(told.address, told.event);
    } else {
      asked += 1;
      this.tell("asked", { ...told, figure: part.figure, address: present(), n: asked });
    }
  }

  /* Say what a click on a mark changes in the address. */
  changesBy({ chosen = [] }, { click }, { key, add: isAdded = false }) {
    const { towns, communities } = this.tree;
    const add = isAdded && !this.parts.offered.single;
    if (click === "town") return choosing(toggled(towns, key, add), []);
    if (click === "community") {
      if (key === null && !communities.length) return null;
      const next = toggled(communities, key, add);
      // The last one taken back leads to its town.
      return choosing(next.length ? [] : towns, next);
    }
    if (key === null || chosen.includes(key)) return null;
    if (click === "adds" || click === "takes_out") return planned(this.chosen(), key, click === "adds");
    const isTown = this.parts.offered.towns.some(([code]) => code === key);
    return isTown ? choosing([key], []) : choosing([], toggled(communities, key, false));
  }

  /* Ask ahead for what these changes lead to, where that starts no solver. */
  rest(changes) {
    if (!this.isAnswered || this.tree.solved) return;
    const query = this.queryWith(changes);
    const before = answers.before(this.tree.name, query);
    if (!before || !answers.isFresh(before)) this.ahead.want(query);
  }

  listen() {
    this.root.addEventListener("click", (event) => {
      const { target } = event;
      const opener = target.closest("[data-opens]");
      const link = target.closest("a[data-page]");
      if (opener) this.open(opener.dataset.opens === this.opened ? null : opener.dataset.opens);
      else if (changesOf(target) && target.localName !== "option") this.goTo(target);
      else if (link) {
        event.preventDefault();
        this.visit(link.href, event);
      }
    });
    this.root.addEventListener("change", ({ target }) => {
      if (target.localName === "select") this.go(changesOf(target.selectedOptions[0]));
    });
    this.root.addEventListener("input", ({ target }) => {
      if (target.type !== "search") return;
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.find(target), TYPED_MS);
    });
    this.root.addEventListener("keydown", ({ target, key }) => {
      if (target.type === "search" && key === "Enter") this.takeOnly(target);
    });
    for (const type of ["pointerover", "focusin"]) {
      this.root.addEventListener(type, ({ target }) => {
        const changes = changesOf(target);
        if (changes) this.rest(changes);
      });
    }
  }

  /* Show what is found by what is typed; of a pasted address only what it asks for. */
  find({ name, value }) {
    clearTimeout(this.typing);
    return this.go({ [name]: value.trim().replace(/^https?:\/\/[^?]*\?/, "") }, { isTyped: true });
  }

  /* Enter chooses what is found where that is one thing. */
  async takeOnly(typed) {
    await this.find(typed);
    const lists = [...this.drawers.values()].filter(({ data }) => data.kind === "list");
    if (lists.length === 1 && lists[0].data.keys.length === 1) lists[0].click(lists[0].data.keys[0][0]);
  }

  /* Open what one of the filters offers, or close it; Esc, a press or the focus outside close it, too. */
  open(name) {
    this.opened = name;
    this.fillFilters();
    this.away?.abort();
    if (!name) return;
    this.away = new AbortController();
    const { signal } = this.away;
    const opener = this.filters.querySelector(`[data-opens="${name}"]`);
    for (const type of ["pointerdown", "focusin"]) {
      document.addEventListener(type, ({ target }) => {
        if (!opener.parentElement.contains(target)) this.open(null);
      }, { capture: true, signal });
    }
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.open(null);
      opener.focus();
    }, { capture: true, signal });
  }
}

/* Name what stands at a place, whatever it says. */
function nameOf({ figure, beside, search }) {
  return figure ?? (beside ? "beside" : search ? "search" : "picker");
}

function isInView(host) {
  const { top, bottom } = host.getBoundingClientRect();
  return top < window.innerHeight && bottom >= 0;
}
