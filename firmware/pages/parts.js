// Pieces that several views show: the rail, the chain, a list of events.

import { h, lamp, lasting, put, refill, state, when } from "./dom.js";
import { chain, event } from "./words.js";

/** One module on the rail for each link of the chain; `update(state)`. */
export function rail() {
  const node = h("ul", { class: "rail", "aria-label": "State of each part" });
  const cells = [];
  return {
    node,
    update(of) {
      chain(of).forEach(([name, lampWord, says], i) => {
        if (!cells[i]) {
          const words = h("span", { class: "sr" });
          cells[i] = { words, li: h("li", null, lamp(), name, words) };
          node.append(cells[i].li);
        }
        state(cells[i].li, lampWord);
        put(cells[i].words, `: ${says}`);
        cells[i].li.title = says;
      });
    },
  };
}

/** The chain as a list with what is and what to do; `update(state)`, only what is wrong with `troubles`. */
export function chainList(troubles) {
  const node = h("ol", { class: "chain", "aria-live": "polite" });
  return {
    node,
    update(of) {
      const links = chain(of).filter(([, word]) => !troubles || word === "bad");
      refill(node, JSON.stringify(links), () =>
        links.map(([name, word, says, what]) =>
          h("li", { "data-state": word }, lamp(), h("p", null, h("h3", null, name), " ", h("span", { class: "says" }, says)), what && h("p", null, what))
        )
      );
      node.hidden = links.length === 0;
    },
  };
}

function pulses(of) {
  if (of.pulses_low === null || of.pulses_low === undefined) return "";
  if (of.pulses_low === of.pulses_high) return `${of.pulses_low} pulses`;
  return of.pulses_high === null ? `at least ${of.pulses_low} pulses` : `${of.pulses_low} to ${of.pulses_high} pulses`;
}

/** Events, the newest first, an event's last message only. */
export function eventList(of, most) {
  const newest = new Map();
  for (const e of of.events || []) newest.set(`${e.boot}.${e.event}`, e);
  const list = [...newest.values()].reverse().slice(0, most);
  if (!list.length) return h("p", { class: "soft" }, "Nothing has happened since the start.");
  return h(
    "ul",
    { class: "events" },
    list.map((e) => {
      const [words, what, isFault] = event(e.kind);
      const meter = (of.meters || []).find((m) => m.meter && m.meter === e.meter);
      const more = [e.open && isFault ? "goes on" : isFault && e.open === false ? "over" : "", meter && of.meters.length > 1 ? `meter ${meter.address}` : "", pulses(e), e.text || ""];
      return h(
        "li",
        { "data-state": isFault ? (e.open === false ? "wait" : "bad") : "off" },
        lamp(),
        h("p", null, h("b", null, words)),
        h("time", null, [when(e.ts, e.uptime_s, of.uptime_s), ...more].filter(Boolean).join(" · ")),
        what && h("p", { class: "do" }, what)
      );
    })
  );
}

export const eventsKey = (of, most) => JSON.stringify([of.events, most, of.events?.some((e) => !e.ts) ? lasting(of.uptime_s) : 0]);

/** A panel that says what went wrong in a view. */
export const failed = (e) => h("p", { class: "note", "data-state": "bad", role: "alert" }, e.message);
