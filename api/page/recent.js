/** Recent questions: kept in this browser only, and nowhere where storage is denied. */

const NAME = "pincite.recent";
const MOST = 12;
let kept = [];

/** The questions, latest first. */
export function recent() {
  try {
    const stored = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    if (Array.isArray(stored)) kept = stored.filter((one) => typeof one === "string").slice(0, MOST);
  } catch {
    // Denied or damaged: those of this visit are all there is.
  }
  return kept;
}

/** Put `question` in front. */
export function remember(question) {
  store([question, ...recent().filter((one) => one !== question)].slice(0, MOST));
}

/** Forget them all. */
export function forget() {
  store([]);
}

function store(questions) {
  kept = questions;
  try {
    localStorage.setItem(NAME, JSON.stringify(questions));
  } catch {
    // As above.
  }
}
