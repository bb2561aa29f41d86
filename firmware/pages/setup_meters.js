// Set-up's third step: search the bus, choose what was found, and say how each is read.

import { get, post } from "./api.js";
import { absent, h, put, refill } from "./dom.js";
import { meterFields } from "./fields.js";

const EACH_MS = 1000;
const RATES = [["auto", "try all rates"], [300, "300 baud"], [600, "600 baud"], [1200, "1200 baud"], [2400, "2400 baud"], [4800, "4800 baud"], [9600, "9600 baud"]];

export function metersStep(wizard, form) {
  const { config, given, memory } = wizard;
  const rate = h("select", { id: "search-baud" }, RATES.map(([, text], i) => h("option", { value: String(i) }, text)));
  const begin = h("button", { type: "button", onclick: () => search() }, "Search the bus");
  const bar = h("progress", { max: 100, value: 0, "aria-label": "Progress of the search", hidden: true });
  const said = h("p", { class: "hint", role: "status" }, "The device asks every address; found meters appear here.");
  const found = h("ul", { class: "choices", "aria-label": "Found on the bus", hidden: true });
  const chosen = h("div");
  const byHand = h("button", { type: "button", class: "quiet", onclick: () => addByHand() }, "Add a meter by its address");
  const line = h("div");
  let isClosed = false;
  rate.value = String(Math.max(0, RATES.findIndex(([value]) => value === (memory.rate ?? "auto"))));

  function describe(one) {
    const what = [one.manufacturer, one.medium].filter(Boolean).join(", ");
    return [h("b", null, `Address ${one.address}`), what && ` ${what}`, h("br"), h("small", { class: "mono" }, one.secondary || ""), one.profile ? null : h("small", null, " no profile fits it yet")];
  }

  const isChosen = (one) => config.meters.some((m) => m.address === one.address);

  function showFound(list) {
    memory.found = list;
    found.hidden = !list.length;
    refill(found, JSON.stringify(list), () =>
      list.map((one) => {
        const input = h("input", { type: "checkbox", checked: isChosen(one) });
        input.addEventListener("change", () => {
          if (input.checked) choose(one);
          else config.meters = config.meters.filter((m) => m.address !== one.address);
          drawChosen();
        });
        return h("li", null, h("label", null, input, h("span", null, describe(one)), h("small", null, `${one.baud} baud`)));
      })
    );
  }

  function choose(one) {
    const used = config.meters.map((m) => m.light);
    const meter = { address: one.address, profile: one.profile || given.profiles[0] };
    for (let n = 0; n < given.lights; n++) {
      if (!used.includes(n)) {
        meter.light = n;
        break;
      }
    }
    config.meters.push(meter);
    if (one.baud) config.bus.baud = one.baud;
  }

  function drawChosen(focus) {
    form.forget("meters[");
    form.forget("bus.");
    chosen.replaceChildren(
      ...config.meters.map((meter, i) => {
        const drop = h("button", { type: "button", class: "quiet", "aria-label": `Remove meter ${i + 1}` }, "Remove this meter");
        drop.addEventListener("click", () => {
          config.meters.splice(i, 1);
          found.filledWith = null;
          showFound(memory.found || []);
          drawChosen();
          byHand.focus();
        });
        return h("fieldset", { class: "panel sub" }, h("legend", null, absent(meter.address) ? "Meter" : `Meter at address ${meter.address}`), meterFields(form, config, i, given), drop);
      })
    );
    const needsLine = config.meters.some((m) => !(memory.found || []).some((one) => one.address === m.address));
    line.replaceChildren(
      ...(needsLine
        ? [form.field("bus.baud", "Baud rate of the bus", config.bus, "baud", { kind: "select", otherwise: 2400, options: RATES.slice(1) })]
        : [])
    );
    if (focus) form.fields.get(`meters[${config.meters.length - 1}].address`)?.input.focus();
  }

  function addByHand() {
    config.meters.push({ profile: given.profiles[0] });
    drawChosen(true);
  }

  async function search() {
    memory.rate = RATES[Number(rate.value)][0];
    begin.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    put(said, "Searching …");
    try {
      await post("/api/search", { baud: memory.rate });
      await follow();
    } catch (e) {
      if (e.status === undefined) throw e;
      put(said, e.message);
    }
    begin.disabled = false;
    bar.hidden = true;
  }

  async function follow() {
    for (;;) {
      await new Promise((done) => setTimeout(done, EACH_MS));
      if (isClosed) return;
      let of;
      try {
        of = await get("/api/search");
      } catch (e) {
        if (e.status) throw e;
        continue;
      }
      bar.value = Number(of.progress);
      showFound(of.found);
      const count = `${of.found.length} ${of.found.length === 1 ? "meter" : "meters"} found`;
      if (of.running) {
        put(said, of.found.length ? `Searching … ${count} so far.` : "Searching …");
        continue;
      }
      if (of.error) put(said, of.error);
      else if (of.found.length) put(said, `${count}. Choose which are read.`);
      else put(said, "Nobody answered. Check the two bus wires, the meter’s supply and the level converter; then search again.");
      return;
    }
  }

  showFound(memory.found || []);
  drawChosen();
  return {
    nodes: [
      h("div", { class: "row" }, h("div", { class: "field" }, h("label", { for: "search-baud" }, "Baud rate"), rate), begin),
      bar,
      said,
      found,
      chosen,
      line,
      h("p", null, byHand),
    ],
    close: () => (isClosed = true),
    check() {
      if (!config.meters.length) return [["", "Choose at least one meter, or add one by its address."]];
      return config.meters.flatMap((m, i) => (absent(m.address) ? [[`meters[${i}].address`, "say its address"]] : []));
    },
  };
}
