/* Ask for a page's address over HTTP, and keep what was answered. */

const MOST_KEPT = 200;
/* What was answered so lately is not asked for again. */
const FRESH_MS = 5_000;
/* A pointer that passes over does not ask. */
const REST_MS = 60;

export class Answers {
  /* kept holds the parts of all answers. */
  constructor(kept) {
    this.kept = kept;
    this.known = new Map();
    this.underWay = new Map();
  }

  /* Give what was answered before, while all its parts are here. */
  before(page, query) {
    const answer = this.known.get(`${page}?${query}`);
    return answer && this.kept.hasAll(answer.ids) ? answer : null;
  }

  isFresh(answer) {
    return Date.now() - answer.askedAt < FRESH_MS;
  }

  /* Ask the server; held are the parts that need not be sent again. */
  ask(page, query, held) {
    const address = `${page}?${query}`;
    if (!this.underWay.has(address)) {
      const asking = this.fetched(page, query, held).finally(() => this.underWay.delete(address));
      this.underWay.set(address, asking);
    }
    return this.underWay.get(address);
  }

  async fetched(page, query, held) {
    const before = this.before(page, query);
    const headers = { "Parts-Held": held.join() };
    if (before) headers["If-None-Match"] = before.tag;
    const url = new URL(`answers/${page}?${query}`, document.baseURI);
    const response = await fetch(url, { headers, cache: "no-store" });
    if (response.status === 304) {
      before.askedAt = Date.now();
      return before;
    }
    if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
    const sent = await response.json();
    const missing = this.kept.take(sent);
    // What was held when it was asked may have been given up meanwhile.
    if (missing.length) return this.fetched(page, query, held.filter((id) => this.kept.has(id)));
    const answer = { ...sent, ids: idsOf(sent.tree), tag: response.headers.get("ETag"), askedAt: Date.now() };
    delete answer.parts;
    const address = `${page}?${query}`;
    this.known.delete(address);
    this.known.set(address, answer);
    if (this.known.size > MOST_KEPT) this.known.delete(this.known.keys().next().value);
    return answer;
  }
}

/* Ask for what may be chosen next: one at a time, only what the pointer still rests on. */
export class Ahead {
  constructor(ask) {
    this.ask = ask;
    this.wanted = null;
    this.isAsking = false;
  }

  want(query) {
    if (isFrugal()) return;
    this.wanted = query;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), window.matchMedia("(hover: none)").matches ? 0 : REST_MS);
  }

  drop() {
    this.wanted = null;
  }

  async next() {
    if (this.isAsking || this.wanted === null) return;
    const query = this.wanted;
    this.wanted = null;
    this.isAsking = true;
    try {
      await this.ask(query);
    } catch {
      // Whoever chooses it asks again, and is told.
    }
    this.isAsking = false;
    this.next();
  }
}

/* Whether the reader pays for bytes, or waits for them. */
function isFrugal() {
  const { saveData, effectiveType } = navigator.connection ?? {};
  return Boolean(saveData) || ["slow-2g", "2g", "3g"].includes(effectiveType);
}

/* List the digests of all parts that a tree names. */
export function idsOf(tree) {
  const columns = (tree.rows ?? []).flatMap((row) => row.columns);
  const placed = [...(tree.controls ?? []), ...columns.flat()].flatMap((part) => part.beside ?? [part]);
  const own = placed.flatMap(({ ids, picker, search }) => ids ?? [picker, search]);
  return [tree.header, tree.words, tree.offered, ...(tree.tiles ?? []), ...own].filter(Boolean);
}
