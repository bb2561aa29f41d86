// Device: what it is, its log, the lamp, a restart, and the way out.

import { get, post } from "./api.js";
import { absent, h, lasting, put, sure } from "./dom.js";
import { failed } from "./parts.js";

export function open(root, context) {
  const facts = h("dl", { class: "pairs" });
  const lines = h("pre", { class: "log", tabindex: "0", role: "region", "aria-label": "Log, the newest last" }, "…");
  const said = h("div", { "aria-live": "polite" });

  const tell = (node) => said.replaceChildren(node);
  const note = (text) => tell(h("p", { class: "note", "data-state": "ok" }, text));
  const attempt = async (work) => {
    try {
      await work();
    } catch (e) {
      if (e.status === undefined) throw e;
      tell(failed(e));
    }
  };

  const restart = () =>
    attempt(async () => {
      if (!(await sure("Restart the device?", "Metering pauses for about 20 seconds. Energy in the meantime is taken from the register.", "Restart"))) return;
      await post("/api/restart");
      context.restarting("The device starts again. This takes about 20 seconds.");
    });
  const blink = () =>
    attempt(async () => {
      await post("/api/identify");
      note("The device's lamp blinks for 10 seconds, where it has one.");
    });
  const leave = () =>
    attempt(async () => {
      await post("/api/logout");
      context.again();
    });

  async function readLog() {
    const { lines: all } = await get("/api/log");
    const isAtEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 8;
    const text = all.length ? all.join("\n") : "Nothing was logged since the start.";
    if (lines.textContent === text) return;
    lines.textContent = text;
    if (isAtEnd) lines.scrollTop = lines.scrollHeight;
  }

  root.append(
    said,
    h("section", { class: "panel", "aria-labelledby": "about" }, h("h2", { id: "about" }, "About"), facts),
    h("section", { class: "panel", "aria-labelledby": "log" }, h("h2", { id: "log" }, "Log"), lines),
    h(
      "section",
      { class: "panel row", "aria-label": "What can be done" },
      h("button", { onclick: blink }, "Blink its lamp"),
      h("button", { onclick: restart, class: "risk" }, "Restart"),
      context.hello.session && h("button", { onclick: leave }, "Log out")
    )
  );
  return {
    every: 5000,
    async poll() {
      const of = await get("/api/state");
      const pairs = [
        ["Firmware", `${of.version} on ${of.platform}`],
        ["Name in topics", of.gateway],
        ["Running for", `${lasting(of.uptime_s)}, start number ${of.boot}`],
        ["Mode", of.mode === "safe" ? "safe: starts did not last, so the network is left alone for half an hour" : of.mode],
        ["Free memory", absent(of.heap_free) ? "not known" : `${Math.floor(of.heap_free / 1024)} KiB`],
        ["Waiting to send", `${of.mqtt?.waiting ?? 0} messages`],
      ];
      if (of.wifi) pairs.push(["Wi-Fi", `${of.wifi.ssid}: ${of.wifi.state}; joined: ${of.wifi.joins}, lost: ${of.wifi.losses}`]);
      if (of.bus) pairs.push(["Bus", `${of.bus.baud} baud; no reply: ${of.bus.no_reply}, damaged: ${of.bus.damaged}, asked again: ${of.bus.repeats}`]);
      pairs.forEach(([key, value], i) => {
        if (!facts.children[i]) facts.append(h("div", null, h("dt", null, key), h("dd", null)));
        put(facts.children[i].lastChild, value);
      });
      await readLog();
    },
  };
}
