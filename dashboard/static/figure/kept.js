/* Keep the parts of figures that were sent, by their digest. */

export const MOST_KEPT = 1000;

/* The oldest go first; what is used again counts as new. */
export class Kept {
  constructor(most = MOST_KEPT) {
    this.most = most;
    this.parts = new Map();
  }

  /* Take in what came along; give the parts wanted, or the digests of those that are missing. */
  take({ ids, parts }) {
    for (const [id, part] of Object.entries(parts ?? {})) this.put(id, part);
    const missing = ids.filter((id) => !this.parts.has(id));
    if (missing.length) return { missing };
    for (const id of ids) this.put(id, this.parts.get(id));
    return { figure: Object.assign({}, ...ids.map((id) => this.parts.get(id))), missing };
  }

  put(id, part) {
    this.parts.delete(id);
    this.parts.set(id, part);
    while (this.parts.size > this.most) this.parts.delete(this.parts.keys().next().value);
  }
}

/* Python sends UTF-8, which takes half of what its own JSON would. */
export function readSent(data) {
  return data instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(data)) : data;
}
