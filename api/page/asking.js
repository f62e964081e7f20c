/** The view of questions: the box, recent questions, and the answer of the address. */

import { answered } from "./answer.js";
import { announce, button, element, foreign } from "./elements.js";
import { forget, recent, remember } from "./recent.js";
import { ask, get } from "./service.js";
import { failure, soon, state, waiting } from "./states.js";

const MOST_ANSWERS = 20;
const SAID = 300;
const answers = new Map();
const form = made();

/** Answers may be others now: the documents have changed. */
export function forgetAnswers() {
  answers.clear();
}

/** Show the box, and with `q` in the address the answer to it. */
export function showAsk(root, view) {
  const question = view.query.get("q")?.trim() ?? "";
  form.field.value = question;
  const place = element("div", { class: "result" });
  if (question) root.replaceChildren(element("h1", { class: "unseen" }, "Answer"), form.element, place);
  else root.replaceChildren(welcome(), form.element, place);
  if (question) return answer(place, question, view);
  place.append(...recentQuestions(view));
  if (view.left !== null || matchMedia("(hover: hover)").matches) form.field.focus({ preventScroll: true });
  return greet(place, view);
}

function made() {
  const field = element("textarea", {
    id: "question", rows: 1, dir: "auto", enterkeyhint: "search", autocomplete: "off", placeholder: "Ask a question",
    "aria-keyshortcuts": "/", keydown: entered,
  });
  const submit = (event) => {
    event.preventDefault();
    const question = field.value.trim();
    if (!question) return field.focus();
    const address = `#/ask?${new URLSearchParams({ q: question })}`;
    answers.delete(question);
    if (location.hash === address) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = address;
  };
  return {
    field,
    element: element("form", { class: "ask", role: "search", submit },
      element("label", { for: "question", class: "unseen" }, "Question"), field,
      element("button", { type: "submit", class: "primary" }, "Ask")),
  };
}

/** Enter asks; the box is one of several lines only so that a long question is seen whole. */
function entered(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function welcome() {
  return element("div", { class: "welcome" },
    element("h1", {}, "What do your documents say?"),
    element("p", {}, "Every answer is a sentence of theirs, word for word, with its place."));
}

/** Where there is nothing to ask yet, say so; where the service does not answer, too. */
async function greet(place, view) {
  try {
    const { documents } = await get("v1/documents?limit=1", view.signal);
    if (documents.length === 0)
      place.prepend(state("There are no documents yet", "Add some, and ask.",
        element("a", { href: "#/documents", class: "primary" }, "Add documents")));
  } catch (error) {
    if (error.name !== "AbortError") place.prepend(failure(error, view.again));
  }
}

function recentQuestions(view) {
  const questions = recent();
  if (questions.length === 0) return [];
  const clear = () => {
    forget();
    view.again();
  };
  const line = (question) => element("li", {},
    element("a", { href: `#/ask?${new URLSearchParams({ q: question })}`, "data-place": "" }, foreign(question)));
  return [element("section", { class: "recent" },
    element("h2", {}, "Recent questions"), button("Clear", clear, { class: "quiet", "aria-label": "Clear recent questions" }),
    element("ul", {}, questions.map(line)))];
}

async function answer(place, question, view) {
  document.title = `${question} · Pincite`;
  const known = answers.get(question);
  if (known) return drawn(place, known, view);
  form.field.blur();
  const slow = soon(view.signal, () => place.replaceChildren(waiting("Looking through the documents")));
  try {
    const body = await ask({ question }, view.signal, () => place.replaceChildren(waiting("Pincite is starting")));
    remember(question);
    if (answers.size >= MOST_ANSWERS) answers.delete(answers.keys().next().value);
    answers.set(question, body);
    drawn(place, body, view);
    announce(body.answerable ? `Answered: ${body.answer.text.slice(0, SAID)}` : "Not in these documents.");
  } catch (error) {
    if (error.name !== "AbortError") place.replaceChildren(failure(error, view.again));
  } finally {
    clearTimeout(slow);
  }
}

/** Draw the answer; who comes back from a document finds the place that was opened under the focus. */
function drawn(place, body, view) {
  place.replaceChildren(...answered(body));
  const opened = view.left && [...place.querySelectorAll("[data-place]")].find((one) => one.hash === view.left);
  if (!opened) return;
  opened.focus({ preventScroll: true });
  (opened.closest("[data-card]") ?? opened).scrollIntoView({ block: "center" });
}
