// Making elements, and numbers as text: a register is never arithmetic here.

/** An element: h("p", {class: "hint", onclick: f}, "text", child, null). */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  return fill(node, props, children);
}

/** The same in SVG. */
export function s(tag, props, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** Change a node's text only where it is another: what did not change is not read out again. */
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Put children into a node only where `key` changed since the last time. */
export function refill(node, key, make) {
  if (node.filledWith === key) return;
  node.filledWith = key;
  node.replaceChildren(...[make()].flat(3).filter(Boolean));
}

export function state(node, word) {
  if (node.dataset.state !== word) node.dataset.state = word;
}

export const lamp = () => h("i", { class: "lamp" });

/** "1234.079400" with at least so many decimals, cut of zeros that say nothing. */
export function trimmed(text, least) {
  text = String(text);
  const point = text.indexOf(".");
  if (point < 0) return text;
  let end = text.length;
  while (end > point + 1 + least && text[end - 1] === "0") end--;
  return text.slice(0, end === point + 1 ? point : end);
}

/** A decimal's text with at most so many decimals; the rest is cut. */
export function cut(text, most) {
  text = trimmed(text, 0);
  const point = text.indexOf(".");
  return point < 0 ? text : text.slice(0, most ? point + 1 + most : point);
}

export const absent = (value) => value === null || value === undefined;

/** A register as on a counter: what is behind the point stands out, and what is finer than the register's decimals. */
export function number(node, text, unit, decimals = 9) {
  const key = `${text}|${unit}|${decimals}`;
  refill(node, key, () => {
    if (absent(text)) return [h("span", { class: "soft" }, "not read")];
    const [whole, frac] = String(text).split(".");
    const finer = (frac || "").slice(decimals);
    return [
      whole,
      frac && h("span", { class: "frac" }, `.${frac.slice(0, decimals)}`),
      finer && h("span", { class: "finer" }, finer),
      h("span", { class: "unit" }, `\u00a0${unit}`),
    ];
  });
}

/** 4000 → "1 h 6 min". */
export function lasting(seconds) {
  const t = Math.max(0, Math.floor(Number(seconds)));
  if (t < 100) return `${t} s`;
  if (t < 3600) return `${Math.floor(t / 60)} min`;
  if (t < 172800) return `${Math.floor(t / 3600)} h${t % 3600 < 60 ? "" : ` ${Math.floor((t % 3600) / 60)} min`}`;
  return `${Math.floor(t / 86400)} days`;
}

/** UTC seconds as the reader's own clock says them; with the day where it is another. */
export function clock(ts) {
  const at = new Date(Number(ts) * 1000);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return time;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

/** When something happened, by what is known: the clock's time, or how long ago. */
export function when(ts, uptime, now) {
  if (!absent(ts)) return clock(ts);
  if (!absent(uptime) && !absent(now)) return `${lasting(Number(now) - Number(uptime))} ago`;
  return "at a time that is not known";
}

/** Ask before something is done; a promise of true or false. */
export function sure(title, text, yes) {
  const dialog = document.getElementById("ask");
  put(document.getElementById("ask-title"), title);
  put(document.getElementById("ask-text"), text);
  put(document.getElementById("ask-yes"), yes);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}
