/* Read and write the page's address: the one owner of what is chosen. */

/* Streamlit keeps these to itself. */
const NOT_OURS = new Set(["embed", "embed_options"]);

/* Give the pairs of the browser's address, empty ones left out. */
export function present() {
  const pairs = [...new URLSearchParams(window.location.search)];
  return Object.fromEntries(pairs.filter(([name, text]) => text && !NOT_OURS.has(name)));
}

/* Write pairs as a query, in the order of names; what is not among them is left out. */
export function written(names, pairs) {
  const query = new URLSearchParams();
  for (const name of names) if (pairs[name]) query.set(name, pairs[name]);
  return query.toString();
}

/* Whether an address that was asked for is the browser's. */
export function isHere(asked) {
  const here = present();
  const names = Object.keys(here);
  const told = Object.keys(asked).filter((name) => asked[name] && !NOT_OURS.has(name));
  return told.length === names.length && names.every((name) => asked[name] === here[name]);
}

/* Name the page of an address: the first page has none. */
export function pageOf(path) {
  return path.split("/").pop() || "overview";
}

/* Answer a click: choose the key alone, add it, take it back; null clears. */
export function toggled(chosen, key, add) {
  if (key === null) return [];
  if (add) return chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key];
  return chosen.length === 1 && chosen[0] === key ? [] : [key];
}

function entries(text) {
  return text.split("~").filter(Boolean);
}

/* Add a community to the plan that an address holds, or take it out. Single ones stand in add, each
   perhaps with a mode; in out are those left out of what the rule chooses. */
export function planned({ add = "", out = "", as = "", rule = "" }, key, isAdded) {
  const isIts = (entry) => {
    const [single] = entry.split("@");
    return single === key || (single.startsWith(`${key}.`) && single.length === key.length + 2);
  };
  const others = entries(add).filter((entry) => !isIts(entry));
  const kept = entries(out).filter((each) => each !== key);
  if (isAdded) others.push(as ? `${key}.${as}` : key);
  else if (rule) kept.push(key);
  return { add: others.join("~"), out: kept.join("~") };
}
