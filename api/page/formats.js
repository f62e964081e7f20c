/** The formats that the service reads: what a file chooser offers, and what they are called. */

/** By media type: the name of the kind, and the endings of its files. A test compares them with the service's. */
export const FORMATS = {
  "text/plain": ["Text", [".txt", ".text", ".log", ".rst", ".adoc", ".org"]],
  "text/markdown": ["Markdown", [".md", ".markdown"]],
  "text/html": ["Web page", [".html", ".htm", ".xhtml"]],
  "application/pdf": ["PDF", [".pdf"]],
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ["Word", [".docx"]],
  "application/epub+zip": ["E-book", [".epub"]],
  "application/jsonl": ["JSON lines", [".jsonl", ".ndjson"]],
  "message/rfc822": ["E-mail", [".eml"]],
};

/** What a file chooser offers. */
export const ACCEPTED = Object.values(FORMATS).flatMap(([, endings]) => endings).join(",");

/** What a document's kind is called. */
export function kindOf({ media_type }) {
  return FORMATS[media_type]?.[0] ?? media_type;
}
