/* Write what stands round figures: header, path, headline, filters, pickers. What is chosen by a
   button or an option stands in its data-go: the changes that it makes in the address. */

import { toggled } from "./address.js";
import { element } from "./elements.js";

export function header({ header: head, asOf, name }, addressOf) {
  const [language, text] = head.other;
  const [isPublished, only] = head.published;
  const entries = head.entries.map(([title, pages]) => {
    const isHere = pages.some(([page]) => page === name);
    return pageLink(pages[0][0], title, addressOf, pages.length > 1 ? isHere && "true" : isHere && "page");
  });
  const { page: own } = head.data;
  const toOwn = own && { href: addressOf(own, { published: "" }), "data-page": own, title: head.data.told };
  const whose = chip(head.data.text, head.data.caveat ? "mh-caveat" : "mh-whose", toOwn && {
    ...toOwn, "aria-current": name === own ? "page" : null,
  });
  const missing = chip(head.missing.text, "mh-caveat mh-missing", toOwn && { ...toOwn, title: head.missing.told });
  return [
    element("div", { class: "mh-brand" }, head.brand),
    element("nav", { class: "mh-pages", "aria-label": head.pagesLabel }, ...entries),
    element("div", { class: "mh-state" }, ...whose, ...missing, element("span", { class: "mh-as-of" }, asOf)),
    element("button", { type: "button", class: "mh-published", "aria-pressed": String(isPublished), ...going({ published: isPublished ? "" : "1" }) }, only),
    element("button", { type: "button", class: "mh-language", lang: language || "zh-CN", ...going({ lang: language }) }, text),
  ];
}

function pageLink(page, title, addressOf, current) {
  return element("a", { href: addressOf(page), "data-page": page, "aria-current": current || null }, title);
}

/* The pages that share this page's entry in the header. */
function siblings({ entries }, name, addressOf) {
  const [title, pages] = entries.find(([, among]) => among.some(([page]) => page === name)) ?? ["", []];
  if (pages.length < 2) return [];
  const links = pages.map(([page, text]) => pageLink(page, text, addressOf, page === name && "page"));
  return [element("nav", { class: "mh-siblings", "aria-label": title }, ...links)];
}

/* A short word on the data, which leads to where one brings one's own. */
function chip(text, look, link) {
  if (!text) return [];
  return [link ? element("a", { class: look, ...link }, text) : element("span", { class: look }, text)];
}

/* A link from what is missing to where its table is brought; at is the address of one's own data. */
export function unlock({ rung, text }, at) {
  return element("a", { class: "mh-unlock", href: rung ? `${at}${at.includes("?") ? "&" : "?"}rung=${rung}` : at, "data-page": "own" }, text.replace(/ ›$/, "\u00a0›"));
}

export function path({ path: way, name }, head, addressOf) {
  const beside = siblings(head, name, addressOf);
  if (!way?.here) return beside;
  const back = way.back.map(([text, changes]) =>
    element("button", { type: "button", ...going(changes) }, `${text} ›`),
  );
  const profile = way.profile && name !== "profile"
    ? [element("a", { href: addressOf("profile"), "data-page": "profile" }, way.profile)]
    : [];
  return [...beside, ...back, element("b", {}, way.here), ...profile];
}

export function headline({ state, change, scope, unlock: missing }, own) {
  const printed = scope ? [element("p", { class: "mh-scope" }, scope)] : [];
  const link = missing ? [" ", unlock(missing, own)] : [];
  return [element("h1", {}, state), element("p", {}, change ?? "", ...link), ...printed];
}

/* Three buttons that say what is chosen, each opening what may be; and one that clears. */
export function filters({ offered, filters: now }, opened) {
  if (!offered) return [];
  const { words } = offered;
  const bodies = {
    months: () => monthsBody(offered, now),
    towns: () => [
      several({ key: "town", label: words.town, options: offered.towns }, now, {
        isSingle: offered.single, others: { community: "" },
      }),
    ],
    communities: () => offered.describing.map((each) => (each.several ? several(each, now) : oneOf(each, now, words.any))),
  };
  if (!offered.describing.length) delete bodies.communities;
  const choices = Object.entries(bodies).map(([name, body]) =>
    element("div", { class: "mh-choice", "data-part": `choose-${name}` },
      element("button", {
        type: "button",
        "data-opens": name,
        "aria-expanded": String(opened === name),
        class: now.narrowed.includes(name) ? "mh-narrowed" : null,
      }, now.labels[name]),
      ...(opened === name ? [element("div", { class: "mh-offered" }, ...body())] : [])),
  );
  const clear = element("button", { type: "button", class: "mh-clear", ...going(offered.cleared) }, words.clear);
  return [...choices, ...(now.clears ? [clear] : [])];
}

function monthsBody(offered, now) {
  const { words, months, spans } = offered;
  const set = (from, to) => {
    const isUsual = String([from, to]) === String(offered.usual);
    return going({ from: isUsual ? "" : from, to: isUsual ? "" : to });
  };
  const options = (chosen, changes) =>
    months.map((month) =>
      element("option", { value: month, selected: month === chosen ? "" : null, ...changes(month) }, month));
  return [
    element("div", { class: "mh-toggles" }, ...spans.map(([name, from, to]) =>
      toggle(name, from === now.from && to === now.to, set(from, to)))),
    ...(months.length ? [element("div", { class: "mh-months" },
      labelled(words.from, element("select", { name: "from" },
        ...options(now.from, (month) => set(month, month > now.to ? month : now.to)))),
      labelled(words.to, element("select", { name: "to" },
        ...options(now.to, (month) => set(month < now.from ? month : now.from, month)))))] : []),
    element("p", {}, words.compared),
  ];
}

function labelled(text, control) {
  return element("label", {}, text, control);
}

function several({ key, label, options }, now, { isSingle = false, others = {} } = {}) {
  const chosen = now.codes[key] ?? [];
  return group(label, options.map(([code, name]) =>
    toggle(name, chosen.includes(code), going({ [key]: toggled(chosen, code, !isSingle).join(), ...others }))));
}

function oneOf({ key, label, options }, now, any) {
  const [chosen = ""] = now.codes[key] ?? [];
  return group(label, [["", any], ...options].map(([code, name]) =>
    toggle(name, code === chosen, going({ [key]: code }))));
}

function group(label, toggles) {
  return element("fieldset", {}, element("legend", {}, label), element("div", { class: "mh-toggles" }, ...toggles));
}

function toggle(name, isChosen, attributes) {
  return element("button", { type: "button", "aria-pressed": String(isChosen), ...attributes }, name);
}

/* Options side by side, or in a list where they are many. */
export function picker({ key, title, options, chosen, sideBySide }) {
  if (sideBySide) {
    return element("div", { class: "mh-picker", role: "group", "aria-label": title, "data-part": key },
      ...options.map(([code, name, changes]) => toggle(name, code === chosen, going(changes))));
  }
  const [, shown = title] = options.find(([code]) => code === chosen) ?? [];
  // A list is as wide as its longest entry: what is chosen gives the width instead.
  return element("span", { class: "mh-picker mh-list", "data-part": key },
    element("span", { "aria-hidden": "true" }, shown),
    element("select", { "aria-label": title },
      ...options.map(([code, name, changes]) =>
        element("option", { value: code, selected: code === chosen ? "" : null, ...going(changes) }, name))));
}

export function search({ name, title, placeholder, text }) {
  const typed = element("input", { type: "search", name, placeholder, value: text, autocomplete: "off" });
  return element("label", { class: "mh-search" }, title, typed);
}

function going(changes) {
  return { "data-go": JSON.stringify(changes) };
}
