/** A citation's place: its address in this page, its words, and its forms for other programs. */

import { pointOf, unitOf } from "./offsets.js";
import { number } from "./elements.js";

const AROUND = 32;
const seen = new Map();

/** The address of a place in a document; it stays the same as long as the document does. */
export function address({ document_id, start_char_index, end_char_index }) {
  return `#/documents/${document_id}?start=${start_char_index}&end=${end_char_index}`;
}

/** Remember a citation as the service gave it, for the document's view. */
export function noted(citation) {
  seen.set(address(citation), citation);
  return citation;
}

/** Whether the service gave the citation of that place. */
export function isKnown(citation) {
  return seen.has(address(citation));
}

/** The citation of a place: as the service gave it, or made from the text as the service makes it. */
export function citationOf(document, text, start, end) {
  const known = seen.get(address({ document_id: document.id, start_char_index: start, end_char_index: end }));
  if (known) return known;
  const from = unitOf(text, start);
  const to = from + unitOf(text.slice(from), end - start);
  const exact = text.slice(from, to);
  const before = text.slice(Math.max(0, from - 2 * AROUND), from);
  const after = text.slice(to, to + 2 * AROUND);
  return {
    type: "char_location",
    document_id: document.id,
    document_title: document.title,
    url: null,
    cited_text: exact,
    start_char_index: start,
    end_char_index: end,
    page: null,
    document_sha256: document.sha256,
    selectors: [
      {
        type: "TextQuoteSelector",
        exact,
        prefix: before.slice(unitOf(before, Math.max(0, pointOf(before, before.length) - AROUND))),
        suffix: after.slice(0, unitOf(after, AROUND)),
      },
      { type: "TextPositionSelector", start, end },
    ],
  };
}

/** "page 3, characters 0–116". */
export function place({ page, start_char_index: start, end_char_index: end }) {
  return `${page === null ? "" : `page ${number(page)}, `}characters ${number(start)}–${number(end)}`;
}

const absolute = (citation) => new URL(address(citation), location.href).href;
const flat = (text) => text.replace(/\s+/g, " ").trim();
const escapedMarkdown = (text) => text.replace(/[\\`*_{}[\]<>#|~!&$]/g, "\\$&").replace(/^(\s*)([-+=]|\d+[.)])/, "$1\\$2");
const TEX = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
const escapedTex = (text) => flat(text).replace(/[\\~^]|[{}%&#$_]/g, (one) => TEX[one] ?? `\\${one}`);

/** What a citation can be copied as, each with the function that writes it. */
export const FORMS = {
  Text: (citation) => `“${citation.cited_text}”\n${citation.document_title}, ${place(citation)}\n${absolute(citation)}`,
  Markdown: (citation) => {
    const quoted = citation.cited_text.split(/\r\n|\r|\n/).map((line) => `> ${escapedMarkdown(line)}`.trimEnd());
    const source = `[${escapedMarkdown(flat(citation.document_title))}](${absolute(citation)})`;
    return `${quoted.join("\n")}\n>\n> ${source}, ${place(citation)}`;
  },
  BibTeX: (citation) => {
    const { document_id: id, start_char_index: start, end_char_index: end } = citation;
    const lines = [
      `  title = {${escapedTex(citation.document_title)}}`,
      citation.page === null ? null : `  pages = {${citation.page}}`,
      `  url = {${citation.url ?? absolute(citation)}}`,
      `  note = {Characters ${start}--${end}, SHA-256 ${citation.document_sha256}}`,
      `  annote = {${escapedTex(citation.cited_text)}}`,
    ];
    return `@misc{pincite-${id}-${start}-${end},\n${lines.filter(Boolean).join(",\n")}\n}`;
  },
  JSON: (citation) => JSON.stringify(citation, null, 2),
  Link: absolute,
};
