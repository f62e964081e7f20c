/** The service: requests to this origin, the key they carry, and errors as problems. */

const KEY = "pincite.key";
const NOT_READY = "urn:pincite:problem:not-ready";
const PATIENCE = 120;

/** An answer that is no success: what was wrong, and what to do (RFC 9457). */
export class Problem extends Error {
  constructor(status, { type = "", title = "", detail = "", remedy = "" } = {}) {
    super(detail || title || `the service answered with status ${status}`);
    Object.assign(this, { status, type, title, detail: detail || this.message, remedy });
  }
}

/** Nothing answered: no network, or no service. */
export class Unreachable extends Error {}

let key = null;
try {
  key = sessionStorage.getItem(KEY);
} catch {
  // Storage is denied: the key lives as long as the page.
}

/** Whether requests carry a key. */
export const hasKey = () => Boolean(key);

/** Send `value` with every request from now on; null sends none. */
export function useKey(value) {
  key = value;
  try {
    if (value) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

const authorization = () => (key ? { Authorization: `Bearer ${key}` } : {});

function problem(status, text) {
  try {
    return new Problem(status, JSON.parse(text) ?? {});
  } catch {
    return new Problem(status);
  }
}

/** The response to a request; while the service still loads its model, it is asked again. */
async function respond(path, { headers = {}, ...options } = {}, waiting = () => {}) {
  for (let turn = 0; ; turn++) {
    let response;
    try {
      response = await fetch(path, { redirect: "error", ...options, headers: { ...authorization(), ...headers } });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Unreachable(error.message);
    }
    if (response.ok) return response;
    const found = problem(response.status, await response.text());
    if (found.type !== NOT_READY || turn >= PATIENCE) throw found;
    waiting();
    await new Promise((resolve) => setTimeout(resolve, 500));
    options.signal?.throwIfAborted();
  }
}

/** What a GET of `path` answers, as JSON. */
export async function get(path, signal, waiting) {
  return (await respond(path, { signal }, waiting)).json();
}

/** What the question is answered with. */
export function ask(body, signal, waiting) {
  return post("v1/ask", body, signal, waiting);
}

/** What has become of a citation. */
export function verify(citation, signal) {
  return post("v1/verify", citation, signal);
}

async function post(path, body, signal, waiting) {
  const options = { method: "POST", body: JSON.stringify(body), signal, headers: { "Content-Type": "application/json" } };
  return (await respond(path, options, waiting)).json();
}

/** A document's text. The decoder leaves a byte order mark alone: it counts as a character. */
export async function text(id, signal) {
  const response = await respond(`v1/documents/${id}/text`, { signal });
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}

/** Delete a document, if it is still the one that was shown. */
export async function remove({ id, sha256 }) {
  await respond(`v1/documents/${id}`, { method: "DELETE", headers: { "If-Match": `"${sha256}"` } });
}

/** Send a file: as a new document, or in the place of `replaced`. `progress` hears the part that is sent, 0 to 1. */
export function send(file, replaced, progress) {
  const form = new FormData();
  form.append("file", file, file.name);
  const request = new XMLHttpRequest(); // fetch does not say how far an upload is
  return new Promise((resolve, reject) => {
    request.open(replaced ? "PUT" : "POST", replaced ? `v1/documents/${replaced.id}` : "v1/documents");
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    if (replaced) request.setRequestHeader("If-Match", `"${replaced.sha256}"`);
    request.upload.addEventListener("progress", (event) => progress(event.total ? event.loaded / event.total : 1));
    request.addEventListener("error", () => reject(new Unreachable("the file could not be sent")));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300)
        resolve({ created: request.status === 201, ...JSON.parse(request.responseText) });
      else reject(problem(request.status, request.responseText));
    });
    request.send(form);
  });
}
