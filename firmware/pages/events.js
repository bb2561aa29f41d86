// Events: what happened, the newest first, and what to do about each.

import { get } from "./api.js";
import { h, refill } from "./dom.js";
import { eventList, eventsKey } from "./parts.js";

export function open(root) {
  const list = h("div", { class: "loading soft" }, "Reading the device …");
  root.append(
    h("section", { class: "panel", "aria-live": "polite", "aria-label": "Events" }, list),
    h("p", { class: "hint" }, "These are the last ones since the start. The broker gets each of them, with its evidence.")
  );
  return {
    every: 5000,
    async poll() {
      const of = await get("/api/state");
      list.classList.remove("loading", "soft");
      refill(list, eventsKey(of, 99), () => eventList(of, 99));
    },
  };
}
