/*
 * Show pages one at a time, full screen, as a clicker, a keyboard or a finger turns them.
 *
 * pages: the HTML of each page, an article of class "screen". Keys: arrows, Page keys, space and
 * Enter turn; Home and End; B or a full stop blanks the screen; F fills it; Esc leaves.
 */

const NEXT = new Set(["ArrowRight", "ArrowDown", "PageDown", " ", "Enter", "n", "N"]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp", "Backspace", "p", "P"]);
const ICONS = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  fill: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  leave: "M5 5l14 14M19 5L5 19",
};
const REST_MS = 2500;
const SWIPE = 50;

export class Show {
  /* leave: called once when the viewer is done; without it Esc does nothing here. */
  constructor(parent, words, leave) {
    this.leave = leave;
    this.dialog = document.createElement("dialog");
    this.dialog.className = "show";
    this.dialog.setAttribute("aria-label", words.show);
    this.dialog.innerHTML = `<div class="stage" tabindex="-1"><div class="page"></div>
      <nav><button data-do="back"></button><output aria-live="polite"></output>
      <button data-do="next"></button><button data-do="fill"></button>
      <button data-do="leave"></button></nav></div>`;
    this.stage = this.dialog.querySelector(".stage");
    this.page = this.dialog.querySelector(".page");
    this.counter = this.dialog.querySelector("output");
    for (const button of this.dialog.querySelectorAll("button")) {
      button.type = "button";
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[button.dataset.do]}"/></svg>`;
      button.title = words[button.dataset.do];
      button.setAttribute("aria-label", words[button.dataset.do]);
      button.hidden = button.dataset.do === "leave" && !leave;
      button.addEventListener("click", () => this[button.dataset.do === "leave" ? "done" : button.dataset.do]());
    }
    this.listen();
    parent.append(this.dialog);
  }

  listen() {
    this.onFilled = () => {
      // Where the browser takes Esc for itself, it still means that one is done.
      if (!document.fullscreenElement && this.isFilled && this.dialog.open) this.done();
      this.isFilled = Boolean(document.fullscreenElement);
    };
    document.addEventListener("fullscreenchange", this.onFilled);
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.done();
    });
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("pointermove", () => this.wake());
    this.dialog.addEventListener("pointerdown", (event) => (this.from = event));
    this.dialog.addEventListener("pointerup", (event) => this.onSwipe(event));
  }

  open(pages, at = 0) {
    this.pages = pages;
    this.at = Math.min(at, pages.length - 1);
    this.dialog.showModal();
    this.stage.focus();
    this.paint();
    this.wake();
    // A long word on one page shall not put the screen to sleep.
    navigator.wakeLock?.request("screen").then(
      (lock) => (this.dialog.open ? (this.lock = lock) : lock.release()),
      () => {},
    );
  }

  /* Take changed pages, and stay where one is. */
  update(pages) {
    this.pages = pages;
    this.go(this.at);
  }

  paint() {
    this.page.innerHTML = this.pages[this.at];
    this.counter.textContent = `${this.at + 1} / ${this.pages.length}`;
    this.dialog.querySelector('[data-do="back"]').disabled = this.at === 0;
    this.dialog.querySelector('[data-do="next"]').disabled = this.at === this.pages.length - 1;
    this.stage.scrollTop = 0;
  }

  go(at) {
    this.stage.classList.remove("blank");
    this.at = Math.max(0, Math.min(at, this.pages.length - 1));
    this.paint();
  }

  next() {
    this.go(this.at + 1);
  }

  back() {
    this.go(this.at - 1);
  }

  async fill() {
    if (document.fullscreenElement) {
      this.isFilled = false;
      await document.exitFullscreen();
    } else await this.stage.requestFullscreen?.().catch(() => {});
  }

  done() {
    if (!this.leave) return;
    this.close();
    this.leave();
  }

  close() {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    if (this.dialog.open) this.dialog.close();
    this.lock?.release();
    this.lock = null;
  }

  remove() {
    this.close();
    document.removeEventListener("fullscreenchange", this.onFilled);
    this.dialog.remove();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key);
    if (onButton) return;
    if (event.key === "Escape") this.done();
    else if (event.key === " " && event.shiftKey) this.back();
    else if (NEXT.has(event.key)) this.next();
    else if (BACK.has(event.key)) this.back();
    else if (event.key === "Home") this.go(0);
    else if (event.key === "End") this.go(this.pages.length - 1);
    else if (["b", "B", "."].includes(event.key)) this.stage.classList.toggle("blank");
    else if (["f", "F"].includes(event.key)) this.fill();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  onSwipe(event) {
    const across = event.clientX - (this.from?.clientX ?? event.clientX);
    const down = event.clientY - (this.from?.clientY ?? event.clientY);
    if (event.pointerType === "touch" && Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down))
      this.go(this.at + (across < 0 ? 1 : -1));
  }

  /* The controls and the pointer are there while one moves, and rest with it. */
  wake() {
    this.stage.classList.add("awake");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.stage.classList.remove("awake"), REST_MS);
  }
}
