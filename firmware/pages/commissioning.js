// Commissioning: each link of the chain until the first reading agrees, and the aiming of the light sensors.

import { get, post } from "./api.js";
import { absent, h, lamp, number, put, refill, state } from "./dom.js";
import { whole } from "./fields.js";
import { Form } from "./form.js";
import { chainList, failed } from "./parts.js";
import { QUALITY, chain, verdict } from "./words.js";

export function open(root, context) {
  const lead = h("div", { class: "verdict lead", role: "status", "data-state": "wait" });
  const leadWord = h("strong", null, "Reading the device …");
  const leadText = h("p");
  lead.append(lamp(), leadWord, leadText);
  const links = chainList(false);
  const fix = h("div");
  const readings = h("dl", { class: "figures" });
  const aiming = aimPanel();
  root.append(
    lead,
    h(
      "div",
      { class: "cols" },
      h("div", null, fix, h("section", { class: "panel", "aria-labelledby": "chain-title" }, h("h2", { id: "chain-title" }, "From the Wi-Fi to the first agreement"), links.node)),
      h("div", null, h("section", { class: "panel", "aria-labelledby": "first-title" }, h("h2", { id: "first-title" }, "First readings"), readings), aiming.node)
    )
  );

  return {
    every: 2000,
    close: () => aiming.close(),
    async poll() {
      const of = await get("/api/state");
      links.update(of);
      const [word, words, text] = summary(of);
      state(lead, word);
      put(leadWord, words);
      put(leadText, text);
      showReadings(readings, of);
      aiming.update(of);
      const isRefused = of.wifi && of.wifi.state !== "up" && of.wifi.why;
      refill(fix, isRefused ? of.wifi.ssid : "", () => (isRefused ? [wifiFix(of, context)] : []));
    },
  };
}

function summary(of) {
  const links = chain(of);
  const wrong = links.find(([, word]) => word === "bad");
  if (wrong) return ["bad", `${wrong[0]}: ${wrong[2]}`, [wrong[3], "Everything else goes on meanwhile."].filter(Boolean).join(" ")];
  const judged = of.meters.filter((m) => m.verdict !== "unchecked");
  if (of.meters.length && of.meters.every((m) => m.reading) && judged.every((m) => m.verdict === "agree")) {
    const address = of.wifi?.address || of.address;
    const where = address && !/^(none|127\.)/.test(address) ? ` From now on this page is at http://${address}/ in your network.` : "";
    return ["ok", judged.length ? "Done: the first reading agrees" : "Done: the meters are read", `Both ways tell the same energy.${where}`.replace(/^Both ways tell the same energy\./, judged.length ? "$&" : "")];
  }
  const waiting = links.find(([, word]) => word === "wait");
  if (waiting && waiting[0] !== "Check") return ["wait", `${waiting[0]}: ${waiting[2]}`, waiting[3] || "This takes a moment."];
  return ["wait", "Waiting for the first agreement", "Some energy must flow first: switch a load on, the larger the sooner."];
}

function showReadings(list, of) {
  of.meters.forEach((m, i) => {
    if (!list.children[i]) list.append(h("div", null, h("dt"), h("dd", { class: "num" }), h("dd", { class: "hint" })));
    const [name, value, text] = list.children[i].children;
    put(name, `Meter ${m.address}, ${m.profile}`);
    const key = !absent(m.reading?.energy_import_kwh) ? "energy_import_kwh" : "energy_export_kwh";
    number(value, m.reading ? m.reading[key] : null, "kWh");
    put(text, m.reading ? verdict(m.verdict)[1] : "no reading yet");
  });
}

/** Another password, or another name, where the network refuses. */
function wifiFix(of, context) {
  const form = new Form();
  const made = { ssid: of.wifi.ssid };
  const secret = {};
  const said = h("div", { "aria-live": "polite" });
  const button = h("button", { class: "main" }, "Save and try again");
  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    form.clear();
    try {
      const given = await get("/api/settings");
      const config = whole(given.config);
      const rest = config.wifi.filter((n) => n.ssid !== of.wifi.ssid && n.ssid !== made.ssid);
      config.wifi = [{ ssid: made.ssid }, ...rest];
      await post("/api/settings", { config, secrets: { wifi: { [made.ssid]: secret.value || null } } });
      context.restarting("Saved. The device starts again and tries the Wi-Fi with it; this takes about 20 seconds.");
    } catch (e) {
      button.disabled = false;
      if (e.status === undefined) throw e;
      if (e.status === 422) form.show(e.message, e.errors);
      else said.replaceChildren(failed(e));
    }
  }
  return h(
    "form",
    { class: "panel", novalidate: true, onsubmit: submit, "aria-labelledby": "fix-title" },
    h("h2", { id: "fix-title" }, "Correct the Wi-Fi"),
    form.summary,
    form.field("wifi[0].ssid", "Name of the network", made, "ssid", { required: true }),
    form.secret(`secrets.wifi.${of.wifi.ssid}`, "Its password", secret, "value", false, { hint: "8 to 63 characters; empty for an open network." }),
    said,
    h("p", null, button)
  );
}

/** Aim the light sensors: asked each second while it runs. */
function aimPanel() {
  const start = h("button", { type: "button" }, "Aim for 2 minutes");
  const said = h("p", { class: "hint" }, "Shows each second what the sensor sees, while you move it over the meter’s LED.");
  const lights = h("div");
  const node = h("section", { class: "panel", "aria-labelledby": "aim-title", hidden: true }, h("h2", { id: "aim-title" }, "Aim the light sensor"), said, lights, h("p", null, start));
  let runs = false;
  let names = new Map();

  function show(meters) {
    meters.forEach((aim, i) => {
      if (!lights.children[i]) {
        lights.append(
          h("div", { class: "note" }, h("p", { class: "soft" }), h("p", { class: "quality", role: "status" }), h("p"), h("p", { class: "hint" }))
        );
      }
      const box = lights.children[i];
      const [name, quality, what, counts] = box.children;
      const [word, hint] = QUALITY[aim.quality] || ["wait", ""];
      state(box, word);
      put(name, names.size > 1 ? `Meter ${names.get(aim.meter) ?? aim.meter ?? ""}` : `${aim.left_s} s left`);
      put(quality, aim.quality);
      put(what, hint);
      const refused = Object.values(aim.refused || {}).reduce((a, b) => a + b, 0);
      const power = absent(aim.power_light_w) ? "" : `, ${aim.power_light_is_most ? "at most " : ""}${aim.power_light_w} W`;
      put(counts, `${aim.pulses_10s} pulses in the last 10 s, ${aim.pulses} since it began${power}. ${refused} flashes refused.`);
    });
  }

  async function run() {
    runs = true;
    put(start, "Stop aiming");
    lights.replaceChildren();
    try {
      await post("/api/aim", { seconds: 120 });
      for (let silent = 0; runs && silent < 10; ) {
        await new Promise((done) => setTimeout(done, 1000));
        if (!runs) return;
        try {
          const { meters } = await get("/api/aim");
          silent = meters.length ? 0 : silent + 1;
          show(meters);
          if (meters.length && meters.every((aim) => aim.left_s <= 1)) break;
        } catch (e) {
          if (e.status) throw e;
          silent += 1;
        }
      }
    } catch (e) {
      if (e.status === undefined) throw e;
      lights.replaceChildren(failed(e));
    }
    stop();
  }

  function stop() {
    runs = false;
    put(start, "Aim for 2 minutes");
  }

  start.addEventListener("click", async () => {
    if (!runs) return run();
    stop();
    await post("/api/aim", { seconds: 0 }).catch(() => {});
  });

  return {
    node,
    close: () => {
      if (runs) post("/api/aim", { seconds: 0 }).catch(() => {});
      runs = false;
    },
    update(of) {
      names = new Map(of.meters.map((m) => [m.meter, m.address]));
      node.hidden = !of.meters.some((m) => m.light !== null);
    },
  };
}
