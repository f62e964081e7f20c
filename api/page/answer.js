/** An answer as elements: quotations with their sources, the confidence, and the passages. */

import { address, noted, place } from "./citations.js";
import { copying } from "./copying.js";
import { element, foreign } from "./elements.js";
import { parted, safe } from "./offsets.js";
import { state } from "./states.js";

/** UTF-16 units that are shown of a text, and of what stands around the marked range; twice as many are not cut. */
const MOST = 2000;
const AROUND = 300;

/** From a probability on, in words: those of the US Intelligence Community Directive 203. */
const WORDS = [
  [0.95, "Almost certain"], [0.8, "Very likely"], [0.55, "Likely"], [0.45, "Even chance"], [0.2, "Unlikely"],
  [0.05, "Very unlikely"], [0, "Almost no chance"],
];

/** Everything that is shown of an answer. */
export function answered(body) {
  if (!body.answerable) return unanswered(body);
  const also = body.answer.also ?? [];
  return [
    element("section", { class: "answer", "aria-label": "Answer" },
      quotation(body.answer, "first"), confidence(body.confidence), copying(noted(body.answer.citation))),
    also.length ? element("section", { class: "also", "aria-labelledby": "also-title" },
      element("h2", { id: "also-title" }, "The documents also say otherwise"),
      also.map((one) => element("div", { class: "other" }, quotation(one, "further"), copying(noted(one.citation))))) : null,
    passages(body, "Where it stands", "sentence"),
  ].filter(Boolean);
}

function unanswered(body) {
  if (body.passages.length === 0)
    return [state("There are no documents yet", "Add some, and ask again.",
      element("a", { href: "#/documents", class: "primary" }, "Add documents"))];
  return [
    element("section", { class: "answer none", "aria-label": "Answer" },
      element("h2", {}, "Not in these documents"),
      element("p", {}, "No sentence in them answers this. The nearest passages are below; they are no answer."),
      confidence(body.confidence)),
    passages(body, "Nearest passages", "nearest"),
  ];
}

/** A quotation, the words that answer marked in it, and its source. */
function quotation({ text, citation, span }, kind) {
  return element("figure", { class: `quotation ${kind}`, "data-card": "" },
    element("blockquote", { dir: "auto" }, marked(text, citation, span?.citation, "words")),
    element("figcaption", {}, source(citation)));
}

/** The text of `outer`, with the range of `inner` in it marked; far from it, an endless text is left out. */
function marked(text, outer, inner, kind) {
  if (!inner) return beginning(text, MOST);
  const begin = outer.start_char_index;
  const [before, within, after] = parted(text, inner.start_char_index - begin, inner.end_char_index - begin);
  return [...ending(before, AROUND), element("mark", { class: kind }, beginning(within, MOST)), ...beginning(after, AROUND)];
}

function beginning(text, length) {
  return text.length > 2 * length ? [text.slice(0, safe(text, length)), left()] : [text];
}

function ending(text, length) {
  return text.length > 2 * length ? [left(), text.slice(safe(text, text.length - length))] : [text];
}

const left = () => element("span", { class: "left-out", title: "Left out here; the document has it all" }, " … ");

/** The link to a citation's place, named by its document; and the place beside it. */
const link = (citation) =>
  element("a", { href: address(noted(citation)), "data-place": "" }, foreign(citation.document_title));
const source = (citation) =>
  element("span", { class: "source" }, link(citation), element("span", { class: "where" }, place(citation)));

function confidence(value) {
  const percent = Math.round(value * 100);
  const words = WORDS.find(([least]) => value >= least)[1];
  const bar = element("span", {
    class: "bar", role: "meter", "aria-label": "Confidence that the documents answer",
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": percent, "aria-valuetext": `${words}, ${percent} %`,
  }, element("span", { class: "fill" }));
  bar.firstChild.style.inlineSize = `${percent}%`;
  return element("p", { class: "confidence" }, bar,
    element("span", {}, element("strong", {}, words), ` that the documents answer this: ${percent} %`));
}

function passages({ passages: found }, title, kind) {
  return element("section", { class: "passages", "aria-labelledby": "passages-title" },
    element("h2", { id: "passages-title" }, title),
    element("ol", {}, found.map((one) => element("li", {}, passage(one, kind)))));
}

/** A passage; a click anywhere on it opens the document at its best sentence, unless text is being selected. */
function passage({ text, citation, sentence, copies = [] }, kind) {
  const line = source(sentence);
  const open = (event) => {
    if (!event.target.closest("a") && getSelection().isCollapsed) line.firstChild.click();
  };
  return element("article", { class: "passage", "data-card": "", click: open },
    element("p", { class: "text", dir: "auto" }, marked(text, citation, sentence, kind)), line,
    copies.length ? element("p", { class: "copies" }, "The same words in ", listed(copies.map(link))) : null);
}

/** The elements with a comma between them. */
const listed = (elements) => elements.flatMap((one, number) => (number ? [", ", one] : [one]));
