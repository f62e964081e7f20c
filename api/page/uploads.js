/** Files on their way into the library: one after the other, each with its progress and what became of it. */

import { forgetAnswers } from "./asking.js";
import { enterKey } from "./dialogs.js";
import { button, count, element, foreign, sentences, tell } from "./elements.js";
import { Problem, send, Unreachable } from "./service.js";

/** The list of them; it outlives the view that shows it. */
export const list = element("ul", { class: "uploads", "aria-label": "Files that were sent" });
const queue = [];
let busy = false;
let changed = () => {};

/** Call `listener` when a file has come in. */
export function onChange(listener) {
  changed = listener;
}

/** Send files as new documents, or one in the place of `replaced`. */
export function add(files, replaced = null) {
  for (const file of files) {
    const line = element("li", {});
    list.append(line);
    queue.push({ file, replaced, line });
    draw(line, file, "waiting");
  }
  work();
}

function draw(line, file, kind, ...rest) {
  line.className = kind;
  line.replaceChildren(element("span", { class: "file" }, foreign(file.name)), ...rest.filter(Boolean));
}

async function work() {
  if (busy) return;
  busy = true;
  while (queue.length) await one(queue.shift());
  busy = false;
}

async function one({ file, replaced, line }) {
  const progress = element("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
  const said = element("span", { class: "said" }, "Sending");
  draw(line, file, "going", progress, said);
  try {
    const sent = await send(file, replaced, (part) => {
      progress.value = part;
      if (part < 1) return;
      progress.removeAttribute("value"); // from here on it takes as long as it takes
      said.textContent = "Reading";
    });
    forgetAnswers();
    draw(line, file, "done", element("span", { class: "said" }, outcome(sent, replaced)), dismissal(line));
    tell(`${file.name}: ${outcome(sent, replaced)}`);
    changed();
  } catch (error) {
    failed(line, file, replaced, error);
  }
}

function outcome(sent, replaced) {
  const documents = 1 + (sent.also?.length ?? 0);
  const what = replaced ? "replaced" : sent.created ? "added" : "already there";
  const many = documents > 1 ? `, ${count(documents, "document")}` : "";
  return sentences(`${what}${many}`, ...(sent.notes ?? []));
}

function failed(line, file, replaced, error) {
  const why = error instanceof Problem ? sentences(unnamed(error.detail, file), error.remedy)
    : error instanceof Unreachable ? "It could not be read or sent. Try again." : String(error);
  const again = () => {
    line.remove();
    add([file], replaced);
  };
  const denied = error.status === 401 || error.status === 403;
  draw(line, file, "failed", element("span", { class: "said", role: "alert" }, why),
    denied ? button("Enter a key", () => enterKey(error)) : null, button("Try again", again), dismissal(line));
  if (error.status === 401) enterKey(error);
}

/** A problem without the name of the file, which stands before it. */
function unnamed(detail, file) {
  return detail.startsWith(`${file.name}: `) ? detail.slice(file.name.length + 2) : detail;
}

function dismissal(line) {
  return button("Dismiss", () => line.remove(), { class: "quiet" });
}
