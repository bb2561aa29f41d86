// Live: what each meter says, by its register and by its light, and whether they agree.

import { get } from "./api.js";
import { absent, clock, cut, h, lamp, lasting, number, put, refill, state, trimmed } from "./dom.js";
import { chainList, eventList, eventsKey, rail } from "./parts.js";
import { verdict } from "./words.js";

const SCALES_W = [50, 100, 250, 500, 1000, 2500, 5000, 10000, 15000, 50000, 100000];
const WATT = "W";

export function open(root) {
  const modules = rail();
  const troubles = chainList(true);
  const wrong = h("section", { class: "panel", "aria-label": "What is wrong" }, troubles.node);
  const meters = h("div");
  const events = h("section", { class: "panel", "aria-labelledby": "last-events" });
  const list = h("div");
  events.append(h("header", null, h("h2", { id: "last-events" }, "Last events"), h("a", { href: "#events" }, "All events")), list);
  wrong.hidden = true;
  const loading = h("p", { class: "panel loading soft" }, "Reading the device …");
  const content = h("div", { class: "cols", hidden: true }, meters, h("div", null, wrong, events));
  root.append(modules.node, loading, content);
  modules.node.hidden = true;
  let shown = [];
  let ages = [];
  const ticking = setInterval(() => shown.forEach((panel, i) => panel.age(ages[i])), 1000);

  return {
    every: 3000,
    close: () => clearInterval(ticking),
    async poll() {
      const of = await get("/api/state");
      loading.remove();
      content.hidden = modules.node.hidden = false;
      modules.update(of);
      troubles.update(of);
      wrong.hidden = troubles.node.hidden;
      refill(meters, of.meters.map((m) => `${m.address}/${m.profile}`).join(), () => {
        shown = of.meters.map((m) => meterPanel(m));
        return shown.map((panel) => panel.node);
      });
      ages = of.meters.map((m) => (absent(m.age_s) ? null : Date.now() - Number(m.age_s) * 1000));
      shown.forEach((panel, i) => {
        panel.update(of.meters[i], of);
        panel.age(ages[i]);
      });
      refill(list, eventsKey(of, 5), () => eventList(of, 5));
    },
  };
}

function meterPanel(m) {
  const id = `meter-${m.address}`;
  const identity = h("p", { class: "mono soft" });
  const word = h("strong");
  const since = h("p");
  const says = h("p");
  const judged = h("div", { class: "verdict", role: "status" }, lamp(), word, says, since);
  const figures = h("dl", { class: "figures" });
  const values = {};
  const age = h("p", { class: "hint" });
  const power = twin();
  const more = h("p", { class: "hint" });
  const node = h(
    "article",
    { class: "panel", "aria-labelledby": id },
    h("header", null, h("h2", { id }, `Meter ${m.address}`), identity),
    judged,
    figures,
    power.node,
    more,
    age
  );

  function row(key, label, wide) {
    if (values[key]) return values[key];
    const dd = h("dd", { class: wide ? "num big" : "num" });
    const bound = h("dd", { class: "hint" });
    const group = h("div", { class: wide ? "wide" : null }, h("dt", null, label), dd, bound);
    figures.append(group);
    return (values[key] = { group, dd, bound });
  }

  function update(now, of) {
    const [lampWord, words, text, what] = verdict(now.verdict);
    put(identity, [now.profile, now.meter].filter(Boolean).join(" · "));
    state(judged, lampWord);
    put(word, words);
    put(says, [text, what].filter(Boolean).join(" "));
    put(since, sinceWords(now, of));
    const r = now.reading || {};
    const one = (key, label) => {
      if (key in r) number(row(key, label).dd, r[key], "kWh");
    };
    row("energy_import_kwh", "Import register");
    number(values.energy_import_kwh.dd, r.energy_import_kwh, "kWh");
    one("energy_export_kwh", "Export register");
    // The sum of both directions is nobody's bill: it is shown where there is one direction only.
    fused(absent(r.energy_import_fused_kwh) ? "energy_fused_kwh" : "", "fused_bound_wh", "Total by register and light");
    fused("energy_import_fused_kwh", "energy_import_bound_wh", "Import by register and light");
    fused("energy_export_fused_kwh", "energy_export_bound_wh", "Export by register and light");
    power.update(now, r);
    const details = [
      [r.voltage_v, "V"],
      [r.current_a, "A"],
      [r.frequency_hz, "Hz"],
    ].filter(([v]) => !absent(v)).map(([v, unit]) => `${v} ${unit}`);
    if (!absent(r.power_factor)) details.push(`power factor ${r.power_factor}`);
    put(more, details.join(" · "));
    more.hidden = !details.length;

    function fused(key, bound, label) {
      if (absent(r[key])) {
        if (values[key]) values[key].group.hidden = true;
        return;
      }
      const at = row(key, label, true);
      at.group.hidden = false;
      const register = String(r.energy_import_kwh ?? r.energy_export_kwh ?? "");
      number(at.dd, trimmed(r[key], 4), "kWh", (register.split(".")[1] || "").length);
      put(at.bound, absent(r[bound]) ? "" : `± ${trimmed(r[bound], 1)} Wh, if no pulse was lost since the check began`);
    }
  }

  return {
    node,
    update,
    age: (at) => put(age, at === null || at === undefined ? "No reading yet." : `Read ${lasting((Date.now() - at) / 1000)} ago.`),
  };
}

function sinceWords(m, of) {
  if (absent(m.since_uptime_s)) return "";
  const seconds = Number(of.uptime_s) - Number(m.since_uptime_s);
  return absent(of.ts) ? `For ${lasting(seconds)}.` : `Since ${clock(Number(of.ts) - seconds)} (${lasting(seconds)}).`;
}

/** Two bars on one scale: where both agree they are of one length. */
function twin() {
  const line = (name, label, place) => {
    const fill = h("i");
    const bar = h("div", { class: `bar-of ${name}`, "aria-hidden": "true" }, fill);
    return { fill, bar, label: h("span", { class: `l${place}` }, label), value: h("span", { class: `value v${place}` }) };
  };
  const wire = line("by-wire", "By the meter", 1);
  const light = line("by-light", "By the light", 2);
  const most = h("span");
  const bars = h(
    "div",
    { class: "twin" },
    [wire, light].map((l) => [l.label, l.bar, l.value]),
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", null, "0"), most)
  );
  const node = h("section", { "aria-label": "Power" }, h("h3", null, "Power"), bars);

  function update(m, r) {
    node.hidden = absent(r.power_w) && absent(r.power_light_w) && absent(r.power_light_max_w);
    const isMost = absent(r.power_light_w) && !absent(r.power_light_max_w);
    const byLight = isMost ? r.power_light_max_w : r.power_light_w;
    const largest = Math.max(...[r.power_w, byLight].filter((v) => !absent(v)).map((v) => Math.abs(Number(v))), 0);
    const full = SCALES_W.find((w) => w >= largest * 1.05) || largest;
    set(wire, r.power_w, absent(r.power_w) ? "not given" : `${cut(r.power_w, 1)} ${WATT}`);
    const none = m.light === null ? "no light" : "no pulse yet";
    set(light, byLight, absent(byLight) ? none : `${isMost ? "≤ " : ""}${cut(byLight, 1)} ${WATT}`);
    light.bar.classList.toggle("most", isMost);
    put(most, full < 1000 ? `${full} W` : `${full / 1000} kW`);

    function set(line, value, text) {
      put(line.value, text);
      line.fill.style.width = `${absent(value) ? 0 : Math.min(100, (Math.abs(Number(value)) * 100) / full)}%`;
    }
  }
  return { node, update };
}
