/** The view of the library: its documents, and how they come, change and go. */

import { forgetAnswers } from "./asking.js";
import { confirmed } from "./dialogs.js";
import { button, count, element, foreign, tell } from "./elements.js";
import { ACCEPTED, FORMATS, kindOf } from "./formats.js";
import { get, remove } from "./service.js";
import { failure, soon, state, waiting } from "./states.js";
import { add, list as uploads, onChange } from "./uploads.js";

const PAGE = 50;

/** Show the documents, a page at a time. */
export function showDocuments(root, view) {
  document.title = "Documents · Pincite";
  const found = element("div", { class: "library" });
  root.replaceChildren(
    element("header", { class: "page-head" }, element("h1", {}, "Documents")), adding(), uploads, found);
  onChange(() => refresh(found, view));
  return refresh(found, view);
}

function adding() {
  const chooser = element("input", {
    type: "file", id: "chooser", class: "unseen", multiple: true, accept: ACCEPTED, tabindex: "-1", "aria-hidden": "true",
    change: () => {
      add([...chooser.files]);
      chooser.value = "";
    },
  });
  const zone = element("section", { class: "drop", "aria-label": "Add documents" },
    element("p", { class: "lead" }, "Drop files anywhere on this page, or ",
      button("choose files", () => chooser.click(), { class: "primary" }), chooser),
    element("p", { class: "kinds" }, Object.values(FORMATS).map(([name, endings]) =>
      element("span", { title: endings.join(" ") }, name))));
  const over = (on) => () => zone.classList.toggle("over", on);
  for (const [event, on] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]])
    zone.addEventListener(event, over(on));
  return zone;
}

/** Draw the first page anew. */
async function refresh(found, view) {
  const slow = soon(view.signal, () => found.replaceChildren(waiting("Opening the library")));
  try {
    const page = await get(`v1/documents?limit=${PAGE}`, view.signal, () => found.replaceChildren(waiting("Pincite is starting")));
    clearTimeout(slow);
    if (page.documents.length === 0) {
      found.replaceChildren(state("There are no documents yet", "What is added here can be asked and cited at once."));
      return;
    }
    const rows = element("ul", { class: "documents" });
    found.replaceChildren(rows);
    append(found, rows, page, view);
  } catch (error) {
    if (error.name !== "AbortError") found.replaceChildren(failure(error, view.again));
  } finally {
    clearTimeout(slow);
  }
}

function append(found, rows, page, view) {
  const added = page.documents.map((one) => row(one, found, view));
  rows.append(...added);
  found.querySelector(".more")?.remove();
  if (page.next_cursor) found.append(button("Show more", () => next(found, rows, page.next_cursor, view), { class: "more" }));
  return added;
}

async function next(found, rows, cursor, view) {
  try {
    const page = await get(`v1/documents?limit=${PAGE}&cursor=${cursor}`, view.signal);
    append(found, rows, page, view)[0]?.querySelector("a").focus();
  } catch (error) {
    if (error.name !== "AbortError") found.append(failure(error, view.again));
  }
}

function row(one, found, view) {
  const facts = [one.source === one.title ? null : one.source, kindOf(one), count(one.length, "character")].filter(Boolean);
  const chooser = element("input", {
    type: "file", class: "unseen", accept: ACCEPTED, tabindex: "-1", "aria-hidden": "true",
    change: () => {
      add([...chooser.files], one);
      chooser.value = "";
    },
  });
  return element("li", { "data-card": "" },
    element("div", {},
      element("a", { href: `#/documents/${one.id}`, "data-place": "" }, foreign(one.title)),
      element("p", { class: "facts" }, facts.map((fact, at) => [at ? " · " : "", foreign(fact)]).flat())),
    element("div", { class: "actions" }, chooser,
      button("Replace", () => chooser.click(), { class: "quiet", "aria-label": `Replace ${one.title}` }),
      button("Delete", () => erase(one, found, view), { class: "quiet danger", "aria-label": `Delete ${one.title}` })));
}

async function erase(one, found, view) {
  if (!(await confirmed(one.title))) return;
  try {
    await remove(one);
    forgetAnswers();
    tell(`Deleted “${one.title}”`);
    await refresh(found, view);
    document.querySelector(".documents a, .drop button")?.focus();
  } catch (error) {
    found.prepend(failure(error, () => refresh(found, view)));
  }
}
