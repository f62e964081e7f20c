/** Copying a citation in each of its forms. */

import { FORMS } from "./citations.js";
import { button, element, tell } from "./elements.js";

/** The row of buttons that copy a citation. */
export function copying(citation) {
  const forms = Object.entries(FORMS).map(([name, written]) =>
    button(name, () => copy(written(citation), name), { class: "quiet", "aria-label": `Copy as ${name}` }),
  );
  return element("div", { class: "copying", role: "group", "aria-label": "Copy the quotation" },
    element("span", { "aria-hidden": "true" }, "Copy"), forms);
}

async function copy(text, name) {
  const done = (await byClipboard(text)) || bySelection(text);
  tell(done ? `Copied as ${name}` : "This browser does not let the page copy");
}

async function byClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not allowed, or not there: browsers have a clipboard only on HTTPS and on this machine
  }
}

function bySelection(text) {
  const field = element("textarea", { class: "unseen", readonly: true, "aria-hidden": "true" });
  field.value = text;
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}
