/* Let Esc close a dialog also after a download: its button is disabled meanwhile and loses focus. */

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || document.activeElement !== document.body) return;
  document.querySelector('section[role="dialog"] button[aria-label="Close"]')?.click();
});
