/** The dialogs: keyboard help, the key, and the question before something is deleted. */

import { hasKey, useKey } from "./service.js";
import { sentences } from "./elements.js";

const of = (id) => document.getElementById(id);
const KEY_TEXT = of("key-text").textContent.replace(/\s+/g, " ");

/** Make the dialogs work; `changed` hears that there is another key. */
export function install(changed) {
  for (const dialog of document.querySelectorAll("dialog"))
    dialog.addEventListener("click", (event) => {
      if (isBeside(dialog, event) || event.target.closest("[data-close]")) dialog.close();
    });
  const set = (key) => {
    useKey(key);
    of("key-dialog").close();
    showKeyButton();
    changed();
  };
  of("help-button").addEventListener("click", help);
  of("key-button").addEventListener("click", () => enterKey());
  of("key-forget").addEventListener("click", () => set(null));
  of("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    set(of("key-field").value.trim() || null);
  });
  showKeyButton();
}

/** Whether a click was on what lies behind the dialog. */
function isBeside(dialog, { target, clientX: x, clientY: y }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (x < left || x > right || y < top || y > bottom);
}

function showKeyButton() {
  if (hasKey()) of("key-button").hidden = false;
}

/** Show the help. */
export function help() {
  if (!of("help").open) of("help").showModal();
}

/** Ask for a key; `problem` is why one is needed. */
export function enterKey(problem = null) {
  of("key-button").hidden = false;
  of("key-text").textContent = problem && hasKey() ? sentences(problem.detail, problem.remedy) : KEY_TEXT;
  of("key-forget").hidden = !hasKey();
  of("key-field").value = "";
  if (!of("key-dialog").open) of("key-dialog").showModal();
}

/** Whether the reader confirms that `title` is to be deleted. */
export function confirmed(title) {
  const dialog = of("confirm");
  of("confirm-text").textContent = `“${title}” will not be found or cited any more. This cannot be undone.`;
  return new Promise((resolve) => {
    const listening = new AbortController();
    const end = (answer) => {
      listening.abort();
      dialog.close();
      resolve(answer);
    };
    of("confirm-yes").addEventListener("click", () => end(true), listening);
    dialog.addEventListener("close", () => end(false), listening);
    dialog.showModal();
  });
}
