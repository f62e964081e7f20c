/** The view of a document: its text, with the place of the address marked and in sight. */

import { citationOf, isKnown, noted, place } from "./citations.js";
import { copying } from "./copying.js";
import { button, count, element, foreign } from "./elements.js";
import { kindOf } from "./formats.js";
import { unitOf } from "./offsets.js";
import { get, text as textOf, verify } from "./service.js";
import { failure, soon, waiting } from "./states.js";
import { TextWindow } from "./window.js";

const DIGITS = /^\d{1,9}$/;

/** Show the document of the address. */
export async function showDocument(root, view) {
  const id = view.parts[1];
  const slow = soon(view.signal, () => root.replaceChildren(waiting("Opening the document")));
  try {
    const [document_, text] = await Promise.all([get(`v1/documents/${id}`, view.signal), textOf(id, view.signal)]);
    clearTimeout(slow);
    draw(root, document_, text, view);
  } catch (error) {
    if (error.name !== "AbortError") root.replaceChildren(failure(error, view.again));
  } finally {
    clearTimeout(slow);
  }
}

/** The range that the address names, in code points; null without one. */
function rangeOf({ query }) {
  const [start, end] = [query.get("start") ?? "", query.get("end") ?? ""];
  return DIGITS.test(start) && DIGITS.test(end) ? [Number(start), Number(end)] : null;
}

function draw(root, document_, text, view) {
  document.title = `${document_.title} · Pincite`;
  const range = rangeOf(view);
  const holds = range !== null && range[0] < range[1] && range[1] <= document_.length;
  const units = holds ? unitsOf(text, range) : null;
  const shown = new TextWindow(text, units);
  const citation = holds ? citationOf(document_, text, ...range) : null;
  const above = bar(document_, citation, shown, view);
  root.replaceChildren(
    above,
    element("article", { class: "document", "aria-labelledby": "document-title" },
      head(document_),
      range && !holds ? element("p", { class: "note", role: "alert" },
        `The link names characters ${view.query.get("start")}–${view.query.get("end")}, but there is nothing at that place.`) : null,
      shown.element));
  shown.begin();
  if (!citation) document.getElementById("main").focus({ preventScroll: true });
  else complete(citation, view, (whole) => above.replaceWith(bar(document_, whole, shown, view)));
}

/** A link says only the place: ask the service for all that it would say of it, the page of a PDF, say. */
async function complete(citation, view, use) {
  if (isKnown(citation)) return;
  try {
    const { verdict, citation: whole } = await verify(citation, view.signal);
    if (verdict === "verified") use(noted(whole));
  } catch {
    // What the page made itself is exact, too; it only says less.
  }
}

function unitsOf(text, [start, end]) {
  const from = unitOf(text, start);
  return [from, from + unitOf(text.slice(from), end - start)];
}

/** What stays in sight while the text is read: the way back, the title, and the place. */
function bar(document_, citation, shown, view) {
  const spot = citation && [
    button(sentenceCase(place(citation)), () => shown.toPlace(), { class: "spot", title: "Back to the place" }),
    copying(citation),
  ];
  return element("div", { class: "reader" },
    button("← Back", view.back, { class: "quiet", "aria-keyshortcuts": "Escape" }),
    element("span", { class: "running", "aria-hidden": "true" }, foreign(document_.title)), spot);
}

const sentenceCase = (text) => text[0].toUpperCase() + text.slice(1);

function head(document_) {
  const facts = [kindOf(document_), count(document_.length, "character"), count(document_.passages, "passage")];
  const line = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, foreign(String(value))));
  const metadata = Object.entries(document_.metadata ?? {});
  return element("header", {},
    element("h1", { id: "document-title" }, foreign(document_.title)),
    element("p", { class: "facts" }, facts.join(" · ")),
    element("details", {},
      element("summary", {}, "About this document"),
      element("dl", {},
        line("Source", document_.source),
        metadata.map(([name, value]) => line(name, value)),
        line("Id", document_.id), line("SHA-256", document_.sha256),
        document_.original_sha256 && document_.original_sha256 !== document_.sha256
          ? line("SHA-256 of the file", document_.original_sha256) : null)));
}
