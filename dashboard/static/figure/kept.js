/* Keep the parts of pages that were sent, by their digest. */

import { idsOf } from "./answers.js";

export const MOST_KEPT = 2000;

/* The oldest go first; what is used again counts as new. */
export class Kept {
  constructor(most = MOST_KEPT) {
    this.most = most;
    this.parts = new Map();
  }

  /* Take in what came along; give the digests of those that are missing. */
  take({ tree, parts }) {
    for (const [id, part] of Object.entries(parts)) this.put(id, part);
    const missing = idsOf(tree).filter((id) => !this.parts.has(id));
    if (missing.length === 0) for (const id of idsOf(tree)) this.put(id, this.parts.get(id));
    return missing;
  }

  get(id) {
    return this.parts.get(id);
  }

  has(id) {
    return this.parts.has(id);
  }

  hasAll(ids) {
    return ids.every((id) => this.parts.has(id));
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
