/* Write the address that a line of a list leads to. */

export function addressOf({ opens }, key) {
  return new URL(opens + encodeURIComponent(key), document.baseURI).href;
}
