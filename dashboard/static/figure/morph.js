/* Make what stands there be as it was written anew, and keep the elements: focus stays where it is. */

export function morph(old, made) {
  if (old.nodeType !== made.nodeType || old.nodeName !== made.nodeName) {
    old.replaceWith(made);
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== made.data) old.data = made.data;
  } else {
    morphAttributes(old, made);
    fill(old, [...made.childNodes]);
    if (old.localName === "select") old.value = made.querySelector("option[selected]")?.value ?? "";
    if (old.localName === "input" && old !== document.activeElement) old.value = made.value;
  }
}

/* Make a place hold these nodes. */
export function fill(place, made) {
  const old = [...place.childNodes];
  made.forEach((node, at) => (at < old.length ? morph(old[at], node) : place.append(node)));
  for (const node of old.slice(made.length)) node.remove();
}

function morphAttributes(old, made) {
  for (const name of old.getAttributeNames()) if (!made.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
