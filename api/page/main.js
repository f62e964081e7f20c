/** The page: which view an address shows, and the keys that work everywhere. */

import { forgetAnswers, showAsk } from "./asking.js";
import { showDocuments } from "./documents.js";
import { showDocument } from "./reading.js";
import { add } from "./uploads.js";
import { help, install } from "./dialogs.js";
import { element } from "./elements.js";
import { state } from "./states.js";

const main = document.getElementById("main");
let current = null;
let left = null; // the address before this one
let showing = new AbortController();

/** The parts of an address: `#/documents/ID?start=1&end=2`. */
function parsed(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  return { hash, parts: path.split("/").filter(Boolean), query: new URLSearchParams(query) };
}

function viewOf({ parts }) {
  if (parts.length === 0 || (parts[0] === "ask" && parts.length === 1)) return ["ask", showAsk];
  if (parts[0] === "documents" && parts.length === 1) return ["documents", showDocuments];
  if (parts[0] === "documents" && parts.length === 2 && /^[0-9a-f]{16}$/.test(parts[1])) return ["document", showDocument];
  return ["none", showNothing];
}

function showNothing(root) {
  root.replaceChildren(state("There is nothing at this address", "The link may have been cut short.",
    element("a", { href: "#/" }, "Ask a question")));
}

/** Draw the view of the address; what the one before still waits for is dropped. */
function show() {
  showing.abort();
  showing = new AbortController();
  const address = parsed(location.hash);
  const [name, view] = viewOf(address);
  if (address.hash !== current) [left, current] = [current, address.hash];
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.view === name || (link.dataset.view === "documents" && name === "document");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = "Pincite";
  document.body.dataset.view = name;
  window.scrollTo(0, 0);
  view(main, { ...address, left, signal: showing.signal, back, again: show });
}

/** To where the reader came from. */
function back() {
  if (left !== null) history.back();
  else location.hash = document.body.dataset.view === "document" ? "#/documents" : "#/";
}

function focusQuestion() {
  const field = document.getElementById("question");
  if (field) {
    field.focus();
    field.select();
  } else {
    location.hash = "#/";
  }
}

/** Move the focus among what can be opened. */
function move(step) {
  const places = [...document.querySelectorAll("[data-place]")];
  const at = places.indexOf(document.activeElement?.closest("[data-place]") ?? null);
  if (at === 0 && step < 0) return focusQuestion();
  const next = places[at < 0 ? (step > 0 ? 0 : places.length - 1) : at + step];
  next?.focus({ preventScroll: true });
  (next?.closest("[data-card]") ?? next)?.scrollIntoView({ block: "nearest" });
}

function escape() {
  const view = document.body.dataset.view;
  if (view === "document") return back();
  if (view === "documents") location.hash = "#/";
  else if (document.activeElement?.id === "question") document.activeElement.blur();
  else focusQuestion();
}

const KEYS = { "/": focusQuestion, "?": help, ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: escape };

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const writing = event.target.closest?.("input, textarea, select");
  const leaving = event.key === "Escape" || (event.key === "ArrowDown" && writing?.selectionEnd === writing?.value.length);
  if (writing && !leaving) return;
  const arrow = event.key.startsWith("Arrow");
  if (!KEYS[event.key] || (arrow && !document.querySelector("[data-place]"))) return;
  event.preventDefault();
  KEYS[event.key]();
}

function followConnection() {
  const banner = document.getElementById("offline");
  const told = () => (banner.textContent = navigator.onLine ? "" : "You are offline. Pincite may not answer until the connection is back.");
  addEventListener("offline", told);
  addEventListener("online", () => {
    told();
    document.querySelector("[data-retry]")?.click();
  });
  told();
}

history.scrollRestoration = "manual";
install(() => {
  forgetAnswers(); // they were another key's
  show();
});
followConnection();
addEventListener("hashchange", show);
addEventListener("keydown", pressed);
addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
});
addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
  location.hash = "#/documents";
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
show();
