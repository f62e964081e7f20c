/** Offsets: the service counts Unicode code points, JavaScript's strings UTF-16 units. */

const ASTRAL = /[\ud800-\udbff]/;
const LOW = /[\udc00-\udfff]/;

/** The unit at which code point `point` of `text` begins; the text's length where it has fewer. */
export function unitOf(text, point) {
  if (!ASTRAL.test(text)) return Math.min(point, text.length);
  let unit = 0;
  for (let seen = 0; seen < point && unit < text.length; seen++) unit += ASTRAL.test(text[unit]) ? 2 : 1;
  return Math.min(unit, text.length);
}

/** How many code points begin before unit `unit` of `text`. */
export function pointOf(text, unit) {
  if (!ASTRAL.test(text)) return Math.min(unit, text.length);
  let points = 0;
  for (let at = 0; at < Math.min(unit, text.length); points++) at += ASTRAL.test(text[at]) ? 2 : 1;
  return points;
}

/** A place at or before `unit` at which `text` may be cut: never inside a pair of surrogates. */
export function safe(text, unit) {
  return unit > 0 && unit < text.length && LOW.test(text[unit]) ? unit - 1 : unit;
}

/** `text` from code point `start` to `end`. */
export function sliced(text, start, end) {
  const from = unitOf(text, start);
  return text.slice(from, from + unitOf(text.slice(from), end - start));
}

/** `text` as before, between and after, cut at code points that are clamped to it. */
export function parted(text, start, end) {
  const from = unitOf(text, Math.max(0, start));
  const to = from + unitOf(text.slice(from), Math.max(0, end - Math.max(0, start)));
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
