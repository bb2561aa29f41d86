// The device's answers.  Decimals come as text, so that 12.50 stays 12.50.

const TIMEOUT_MS = 12000;
const DECIMAL = /("(?:[^"\\]|\\.)*")|-?\d+\.\d+(?:[eE][-+]?\d+)?/g;

/** What went wrong: status 0 is no answer at all. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error || (status ? `The device answered ${status}.` : "No answer from the device."));
    this.status = status;
    this.body = body;
    this.errors = body.errors || [];
  }
}

/** Told after each request: "well", "busy" where the device has no room for it now, "not" without an answer. */
export const watch = { answered: () => {}, loginNeeded: () => {} };

export function parse(text) {
  return JSON.parse(text.replace(DECIMAL, (all, string) => (string ? all : `"${all}"`)));
}

async function ask(path, options) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), TIMEOUT_MS);
  let response, text;
  try {
    response = await fetch(path, { ...options, signal: ending.signal, cache: "no-store", credentials: "same-origin" });
    text = await response.text();
  } catch {
    watch.answered("not");
    throw new Refused(0, {});
  } finally {
    clearTimeout(timer);
  }
  watch.answered(response.status === 503 ? "busy" : "well");
  let body = {};
  try {
    body = text ? parse(text) : {};
  } catch {
    body = response.ok ? { error: "The device's answer was cut short." } : {};
    if (response.ok) throw new Refused(response.status, body);
  }
  if (response.ok) return body;
  if (response.status === 401) watch.loginNeeded();
  throw new Refused(response.status, body);
}

export const get = (path) => ask(path, {});

export const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Lumbus": "1" },
    body: JSON.stringify(body || {}),
  });

/** A file's bytes, at most 4 KiB, under a name that the device knows. */
export const upload = (name, bytes) =>
  ask(`/api/upload?name=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", "X-Lumbus": "1" },
    body: bytes,
  });
