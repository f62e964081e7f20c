/** A long text, of which only the part around where one reads is drawn. */

import { button, element } from "./elements.js";
import { safe } from "./offsets.js";

/** Units of a piece, of a text that is drawn whole, and pieces that are drawn at most of a longer one. */
const PIECE = 4000;
const WHOLE = 200_000;
const MOST = 40;
const STEP = 8;
const AHEAD = "1200px";

/** `[from, to)` cut into pieces, at the end of a line or a word where there is one. */
function cut(text, from, to) {
  const pieces = [];
  for (let at = from; at < to; ) {
    let end = Math.min(at + PIECE, to);
    if (end < to) {
      const piece = text.slice(at, end); // looked through alone: behind it may lie millions without a line's end
      const [line, space] = [piece.lastIndexOf("\n"), piece.lastIndexOf(" ")];
      if (line > PIECE / 2) end = at + line + 1;
      else if (space > PIECE - 200) end = at + space + 1;
      else end = safe(text, end);
    }
    pieces.push({ from: at, to: end, mark: false });
    at = end;
  }
  return pieces;
}

/** Draws `text`, in UTF-16 units, with the range `place` marked; pieces are inline, so that the text is as it is. */
export class TextWindow {
  constructor(text, place) {
    this.text = text;
    this.place = place;
    const [from, to] = place ?? [0, 0];
    const marked = place && to - from <= WHOLE ? [{ from, to, mark: true }] : cut(text, from, to);
    for (const piece of marked) piece.mark = true;
    this.pieces = [...cut(text, 0, from), ...marked, ...cut(text, to, text.length)];
    this.first = this.last = 0; // the pieces that are drawn: [first, last)
    this.body = element("div", { class: "body", dir: "auto" });
    this.earlier = button("Show earlier text", () => this.extend(-STEP), { class: "more" });
    this.later = button("Show later text", () => this.extend(STEP), { class: "more" });
    this.element = element("div", { class: "text-window" }, this.earlier, this.body, this.later);
    this.watching = new IntersectionObserver((seen) => this.near(seen), { rootMargin: AHEAD });
  }

  /** Draw what is shown first; call it once the element is in the page. */
  begin() {
    if (this.place) this.toPlace();
    else this.draw(0);
    this.watching.observe(this.earlier);
    this.watching.observe(this.later);
  }

  /** Bring the marked place into sight, and under the focus. */
  toPlace() {
    this.draw(this.pieces.findIndex((piece) => piece.mark));
    const mark = this.body.querySelector("mark");
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: mark.offsetHeight > innerHeight / 2 ? "start" : "center" });
  }

  /** Draw the pieces around piece `middle`, or all of them where they are few. */
  draw(middle) {
    const all = this.text.length <= WHOLE;
    this.first = all ? 0 : Math.max(0, middle - STEP / 2);
    this.last = all ? this.pieces.length : Math.min(this.pieces.length, middle + STEP);
    this.body.replaceChildren(...this.drawn(this.first, this.last));
    this.bound();
  }

  /** Draw more pieces, and let go of as many at the other end as are too many; what is in sight stays where it is. */
  extend(by) {
    const kept = this.body.children[by < 0 ? 0 : this.body.children.length - 1];
    const top = kept?.getBoundingClientRect().top;
    if (by < 0) {
      const first = Math.max(0, this.first + by);
      this.body.prepend(...this.drawn(first, this.first));
      this.first = first;
      while (this.last - this.first > MOST) this.last -= this.drop(this.body.lastChild);
    } else {
      const last = Math.min(this.pieces.length, this.last + by);
      this.body.append(...this.drawn(this.last, last));
      this.last = last;
      while (this.last - this.first > MOST) this.first += this.drop(this.body.firstChild);
    }
    this.bound();
    if (kept?.isConnected) scrollBy(0, kept.getBoundingClientRect().top - top);
  }

  drop(node) {
    node.remove();
    return 1;
  }

  drawn(first, last) {
    return this.pieces.slice(first, last).map(({ from, to, mark }) =>
      element(mark ? "mark" : "span", { class: mark ? "place" : null }, this.text.slice(from, to)));
  }

  bound() {
    this.earlier.hidden = this.first === 0;
    this.later.hidden = this.last >= this.pieces.length;
  }

  near(seen) {
    for (const { isIntersecting, target } of seen)
      if (isIntersecting && !target.hidden) {
        this.extend(target === this.earlier ? -STEP : STEP);
        this.watching.unobserve(target); // observed anew, it is told of even where it is still in sight
        this.watching.observe(target);
      }
  }
}
