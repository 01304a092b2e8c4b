/* Lead from a line of a list to another page, as a link does. */

export function addressOf({ opens }, key) {
  return new URL(opens + encodeURIComponent(key), document.baseURI).href;
}

/* Streamlit goes to the page of an address when it is told that one went there in the history. */
export function visit(address, event) {
  if (event?.ctrlKey || event?.metaKey || event?.shiftKey) {
    window.open(address, "_blank", "noopener");
    return;
  }
  window.history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
