/* Zoom a picture with Ctrl and the wheel, two fingers or keys; drag moves what is zoomed. */

const MOST = 8;
const STEP = 1.5;
const IS_DRAG = 4;

/* Keep k times the picture, moved by x and y, over its whole box; 1 is the picture itself. */
export function within({ k, x, y }, { width, height }) {
  const held = Math.min(MOST, Math.max(1, k));
  const move = (by, length) => Math.min(0, Math.max(length * (1 - held), by));
  return { k: held, x: move(x, width), y: move(y, height) };
}

/* Zoom so that the point stays where it is. */
export function about({ k, x, y }, times, [px, py], box) {
  const held = Math.min(MOST, Math.max(1, k * times));
  const factor = held / k;
  return within({ k: held, x: px - (px - x) * factor, y: py - (py - y) * factor }, box);
}

export class Zoom {
  constructor(svg, onChange) {
    this.svg = svg;
    this.onChange = onChange;
    this.view = { k: 1, x: 0, y: 0 };
    this.fingers = new Map();
    this.hasDragged = false;
    svg.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.onDown(event));
    svg.addEventListener("pointermove", (event) => this.onMove(event));
    for (const end of ["pointerup", "pointercancel"]) {
      svg.addEventListener(end, ({ pointerId }) => this.fingers.delete(pointerId));
    }
  }

  get isZoomed() {
    return this.view.k > 1;
  }

  set(view) {
    this.view = within(view, this.svg.getBoundingClientRect());
    this.svg.classList.toggle("mh-zoomed", this.isZoomed);
    this.onChange();
  }

  reset() {
    this.set({ k: 1, x: 0, y: 0 });
  }

  /* Answer a key; say whether it was one of ours. */
  key(name) {
    const box = this.svg.getBoundingClientRect();
    const times = { "+": STEP, "=": STEP, "-": 1 / STEP }[name];
    if (times) this.set(about(this.view, times, [box.width / 2, box.height / 2], box));
    else if (name === "0") this.reset();
    else return false;
    return true;
  }

  onWheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = this.svg.getBoundingClientRect();
    const times = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.005));
    this.set(about(this.view, times, [event.clientX - box.left, event.clientY - box.top], box));
  }

  onDown({ pointerId, clientX, clientY }) {
    if (!this.fingers.size) {
      this.hasDragged = false;
      this.from = [clientX, clientY];
    }
    this.fingers.set(pointerId, [clientX, clientY]);
  }

  onMove({ pointerId, clientX, clientY }) {
    const before = this.fingers.get(pointerId);
    if (!before) return;
    const now = [clientX, clientY];
    const other = [...this.fingers].find(([id]) => id !== pointerId)?.[1];
    if (!other && !this.isZoomed) return;
    if (!other && !this.hasDragged && apart(now, this.from) < IS_DRAG) return;
    this.hasDragged = true;
    // From here on the pointer is the drag's, also where it leaves the picture.
    this.svg.setPointerCapture(pointerId);
    this.fingers.set(pointerId, now);
    const box = this.svg.getBoundingClientRect();
    if (other) {
      const middle = [(now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top];
      this.set(about(this.view, apart(now, other) / (apart(before, other) || 1), middle, box));
    } else {
      const { k, x, y } = this.view;
      this.set({ k, x: x + now[0] - before[0], y: y + now[1] - before[1] });
    }
  }
}

function apart([ax, ay], [bx, by]) {
  return Math.hypot(ax - bx, ay - by);
}
