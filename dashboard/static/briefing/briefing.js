/*
 * Preview a briefing's pages on the Briefing page, and show them full screen.
 *
 * Protocol. Python sends {pages, sheet, style, words, isShown}: the HTML of each page or, instead
 * of them, of one large sheet; the styles of both; the words of the controls. The browser answers
 * with the trigger left when the viewer is done.
 */

import { Show } from "./show.js";

const views = new WeakMap();
let left = 0;

export default function preview({ parentElement, data, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) views.set(parentElement, (view = new Preview(parentElement)));
  view.tell = setTriggerValue;
  view.update(data);
  return () => {
    view.remove();
    views.delete(parentElement);
  };
}

class Preview {
  constructor(parent) {
    this.style = document.createElement("style");
    this.body = document.createElement("div");
    this.body.className = "preview";
    parent.append(this.style, this.body);
    this.parent = parent;
  }

  update(data) {
    if (this.style.textContent !== data.style) this.style.textContent = data.style;
    const html = data.sheet || this.html(data);
    if (html !== this.drawn) {
      this.body.innerHTML = html;
      this.drawn = html;
      for (const thumb of this.body.querySelectorAll("nav button"))
        thumb.addEventListener("click", () => this.goTo(Number(thumb.dataset.at)));
    }
    this.body.classList.toggle("one-sheet", Boolean(data.sheet));
    this.show ??= new Show(this.parent, data.words, () => this.onLeft());
    // The answer to leaving may come after a rerun that does not know of it yet.
    if (!data.isShown) this.hasLeft = false;
    const isOpen = this.show.dialog.open;
    if (data.isShown && isOpen) this.show.update(data.pages);
    else if (data.isShown && !this.hasLeft) this.start(data.pages);
    else if (!data.isShown && isOpen) this.show.close();
  }

  /* Thumbnails beside the pages; the ids stand in the pages alone. */
  html(data) {
    const thumbs = data.pages
      .map((page, at) => {
        const small = page.replace(/ id="[^"]*"/g, "");
        return `<button type="button" data-at="${at}" aria-label="${at + 1}"><span>${at + 1}</span>
          <div inert>${small}</div></button>`;
      })
      .join("");
    return `<nav>${thumbs}</nav><div class="pages">${data.pages.join("")}</div>`;
  }

  goTo(at) {
    this.body.querySelectorAll(".pages .screen")[at]?.scrollIntoView({ behavior: "smooth" });
  }

  start(pages) {
    this.show.open(pages);
    // Works just after the button was pressed; an address opened by hand shows in the window.
    if (navigator.userActivation?.isActive) this.show.fill();
  }

  onLeft() {
    left += 1;
    this.hasLeft = true;
    this.tell("left", left);
  }

  remove() {
    this.show?.remove();
    this.style.remove();
    this.body.remove();
  }
}
