/* Let Esc close a dialog from wherever the keyboard is in it: after a download its button is
   disabled and loses focus, and a grid of data keeps the key to itself. */

document.addEventListener(
  "keydown",
  ({ key }) => {
    const { activeElement: at, body } = document;
    if (key !== "Escape" || (at !== body && !at.matches('[data-testid="data-grid-canvas"]'))) return;
    document.querySelector('section[role="dialog"] button[aria-label="Close"]')?.click();
  },
  { capture: true },
);
