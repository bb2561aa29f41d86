// History: the last hours' power as a stepped curve, and the same in words and in a table.

import { get } from "./api.js";
import { absent, clock, h, lasting, refill, s } from "./dom.js";

const TICKS_W = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];
const TOP = 28;
const BOTTOM = 28;
const LEFT = 52;
const RIGHT = 12;

export function open(root) {
  const list = h("div", null, h("p", { class: "panel loading soft" }, "Reading the device …"));
  root.append(list);
  const narrow = matchMedia("(max-width: 44rem)");
  let last = null;
  const draw = () => last && refill(list, JSON.stringify([last, narrow.matches]), () => last.meters.map((m) => panel(m, last, narrow.matches)));
  narrow.addEventListener("change", draw);
  return {
    every: 30000,
    close: () => narrow.removeEventListener("change", draw),
    async poll() {
      last = await get("/api/history");
      draw();
    },
  };
}

function panel(m, of, isNarrow) {
  const power = m.power_w.map((w) => (absent(w) ? null : Number(w)));
  const known = power.filter((w) => w !== null);
  const title = h("h2", null, m.meter ? `Meter ${m.meter}` : "Meter");
  const node = h("section", { class: "panel" }, h("header", null, title));
  if (known.length < 2) {
    node.append(h("p", { class: "soft" }, `Nothing to draw yet: a point comes each ${lasting(of.step_s)}.`));
    return node;
  }
  const words = inWords(power, known, of);
  node.append(
    h("figure", null, plot(power, of, isNarrow, words), h("figcaption", { class: "hint" }, words)),
    h("details", null, h("summary", null, "The same in figures"), figures(power, of))
  );
  return node;
}

const watts = (w) => `${Math.round(w)} W`;

/** When the place `i` of the row begins: text, by the clock where it is known. */
function moment(i, count, of) {
  const before = (count - i) * of.step_s;
  return absent(of.now_ts) ? `−${lasting(before)}` : clock(Number(of.now_ts) - before);
}

function inWords(power, known, of) {
  const least = Math.min(...known);
  const most = Math.max(...known);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const gaps = power.length - known.length;
  const text = `Power over the last ${lasting(power.length * of.step_s)}: ${watts(mean)} on the mean, ${watts(least)} at the least, ${watts(most)} at the most.`;
  return gaps ? `${text} Nothing is known of ${lasting(gaps * of.step_s)}.` : text;
}

function plot(power, of, isNarrow, words) {
  const width = isNarrow ? 360 : 960;
  const height = isNarrow ? 240 : 320;
  const known = power.filter((w) => w !== null);
  const top = Math.max(...known, 1);
  const bottom = Math.min(...known, 0);
  const tick = TICKS_W.find((t) => (top - bottom) / t <= 5) || 100000;
  const high = Math.ceil(top / tick) * tick;
  const low = Math.floor(bottom / tick) * tick;
  const x = (i) => LEFT + ((width - LEFT - RIGHT) * i) / power.length;
  const y = (w) => TOP + ((height - TOP - BOTTOM) * (high - w)) / (high - low);
  const parts = [];
  const inKw = high >= 2000;
  for (let w = low; w <= high; w += tick) {
    parts.push(s("line", { class: w ? "grid" : "grid zero", x1: LEFT, x2: width - RIGHT, y1: y(w), y2: y(w) }));
    const label = inKw ? (w / 1000).toFixed(tick < 1000 ? 1 : 0) : w;
    parts.push(s("text", { x: LEFT - 8, y: y(w) + 4, "text-anchor": "end" }, `${label}`));
  }
  parts.push(s("text", { x: LEFT - 8, y: 12, "text-anchor": "end" }, inKw ? "kW" : "W"));
  for (const [i, label, anchor] of hours(power.length, of, isNarrow ? 4 : 8)) {
    parts.push(s("line", { class: "grid", x1: x(i), x2: x(i), y1: TOP, y2: height - BOTTOM + 4 }));
    parts.push(s("text", { x: x(i), y: height - 8, "text-anchor": anchor || "middle" }, label));
  }
  for (const [from, to] of runs(power, (w) => w === null)) {
    parts.push(s("rect", { class: "gap", x: x(from), width: x(to) - x(from), y: TOP, height: height - TOP - BOTTOM }));
  }
  for (const [from, to] of runs(power, (w) => w !== null)) {
    let line = "";
    for (let i = from; i < to; i++) line += `${i === from ? "M" : "L"}${x(i)} ${y(power[i])}H${x(i + 1)}`;
    parts.push(s("path", { class: "area", d: `${line}V${y(0)}H${x(from)}Z` }), s("path", { class: "curve", d: line }));
  }
  return s("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words }, parts);
}

/** Runs [from, to) of what fits. */
function runs(row, fits) {
  const found = [];
  row.forEach((w, i) => {
    if (!fits(w)) return;
    const last = found[found.length - 1];
    if (last && last[1] === i) last[1] = i + 1;
    else found.push([i, i + 1]);
  });
  return found;
}

/** Ticks of the time axis: whole hours by the reader's clock, or hours before now. */
function hours(count, of, most) {
  const span = count * of.step_s;
  const step = [300, 900, 1800, 3600, 7200, 10800, 21600, 43200].find((t) => span / t <= most) || 86400;
  const found = [];
  const now = absent(of.now_ts) ? null : Number(of.now_ts);
  const zone = now === null ? 0 : new Date(now * 1000).getTimezoneOffset() * 60;
  const first = now === null ? step : (((now - zone) % step) + step) % step;
  for (let before = first; before <= span; before += step) {
    const i = (span - before) / of.step_s;
    if (i / count < 0.04 || i / count > 0.97) continue;
    found.push([i, now === null ? `−${lasting(before)}` : clock(now - before).split(", ").pop()]);
  }
  return found;
}

function figures(power, of) {
  const each = Math.max(1, Math.round(3600 / of.step_s));
  const rows = [];
  for (let end = power.length; end > 0; end -= each) {
    const from = Math.max(0, end - each);
    const known = power.slice(from, end).filter((w) => w !== null);
    const cell = (f) => h("td", { class: "n" }, known.length ? watts(f(known)) : "–");
    rows.push(
      h(
        "tr",
        null,
        h("th", { scope: "row" }, `${moment(from, power.length, of)} to ${moment(end, power.length, of)}`),
        cell((k) => k.reduce((a, b) => a + b, 0) / k.length),
        cell((k) => Math.min(...k)),
        cell((k) => Math.max(...k))
      )
    );
  }
  const head = ["Time", "Mean", "Least", "Most"].map((t, i) => h("th", { scope: "col", class: i ? "n" : null }, t));
  return h("table", null, h("thead", null, h("tr", null, head)), h("tbody", null, rows));
}
