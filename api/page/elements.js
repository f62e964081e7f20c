/** Elements of the page: everything that is shown is made here, and text only ever as text. */

/**
 * An element with attributes and children. An attribute that is null or false is left out; a function is a listener.
 * Children are nodes or strings; null ones are left out.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(attribute, value);
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Words of a document inside a line of the page: isolated, so that their direction stays theirs. */
export function foreign(text) {
  return element("bdi", {}, text);
}

/** A button that is not the main thing. */
export function button(label, click, attributes = {}) {
  return element("button", { type: "button", click, ...attributes }, label);
}

/** Say something that happened, for the eye and for a screen reader, and let it go after a while. */
export function tell(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (toast.textContent = ""), 4000);
}

/** Say to a screen reader what the eye has seen already. */
export function announce(text) {
  document.getElementById("said").textContent = text;
}

const NUMBER = new Intl.NumberFormat("en-GB");

/** 12345 as "12,345". */
export function number(value) {
  return NUMBER.format(value);
}

/** "1 passage", "2 passages". */
export function count(value, noun) {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** What the service says in lower case, as sentences. */
export function sentences(...said) {
  return said.filter(Boolean).map((one) => one[0].toUpperCase() + one.slice(1) + (/[.!?]$/.test(one) ? "" : ".")).join(" ");
}
