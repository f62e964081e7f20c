/** What is shown where there is nothing else to show: waiting, empty, wrong. */

import { Problem, Unreachable } from "./service.js";
import { button, element, sentences } from "./elements.js";
import { enterKey } from "./dialogs.js";

const WAIT_MS = 150;

/** A heading, what it means, and what can be done. */
export function state(title, text, ...actions) {
  return element("section", { class: "state" },
    element("h2", {}, title), text ? element("p", {}, text) : null,
    actions.length ? element("p", { class: "buttons" }, actions) : null);
}

/** Work is going on. */
export function waiting(text) {
  return element("p", { class: "waiting" }, element("span", { class: "dots", "aria-hidden": "true" }), text);
}

/** Call `show` once a view has waited long enough to be noticed, unless it is left before; the timer to clear. */
export function soon(signal, show) {
  return setTimeout(() => signal.aborted || show(), WAIT_MS);
}

/** What went wrong, and how to go on; `retry` tries once more. */
export function failure(error, retry) {
  const again = button("Try again", retry, { "data-retry": "" });
  if (error instanceof Unreachable) {
    const [title, text] = navigator.onLine
      ? ["Pincite cannot be reached", "The service does not answer. See whether “pincite serve” is running."]
      : ["You are offline", "It goes on by itself when the connection is back."];
    return alerting(state(title, text, again));
  }
  if (!(error instanceof Problem)) {
    console.error(error);
    return alerting(state("Something went wrong in this page", String(error?.message ?? error), again));
  }
  const said = sentences(error.detail, error.remedy);
  const key = (label) => button(label, () => enterKey(error), { class: "primary" });
  if (error.status === 401) return alerting(state("This library needs a key", said, key("Enter a key")));
  if (error.status === 403) return alerting(state("That is not allowed here", said, key("Use another key")));
  if (error.status === 404) return alerting(state("This document is not in the library", said,
    element("a", { href: "#/documents" }, "See the documents")));
  return alerting(state(error.status >= 500 ? "The service could not answer" : "That does not work", said, again));
}

function alerting(section) {
  section.setAttribute("role", "alert");
  return section;
}
