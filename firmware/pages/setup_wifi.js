// Set-up's first step: a network of those that are heard, a hidden one, or a cable.

import { get } from "./api.js";
import { h, s } from "./dom.js";

const HIDDEN = "hidden";
const CABLE = "cable";

/** How strong −67 dBm is: bars of 4, and the word. */
function strength(dbm) {
  if (dbm >= -55) return [4, "very good"];
  if (dbm >= -67) return [3, "good"];
  if (dbm >= -77) return [2, "fair"];
  return [1, "weak"];
}

function bars(count) {
  return s(
    "svg",
    { viewBox: "0 0 20 16", width: 20, height: 16, "aria-hidden": "true" },
    [0, 1, 2, 3].map((i) => s("rect", { x: i * 5, y: 12 - i * 4, width: 4, height: 4 + i * 4, fill: "currentColor", opacity: i < count ? 1 : 0.2 }))
  );
}

export function wifiStep(wizard, form) {
  const { config, secrets, given, memory } = wizard;
  const first = config.wifi[0]?.ssid;
  const typed = { ssid: memory.ssid };
  const list = h("ul", { class: "choices" });
  const said = h("p", { class: "hint", role: "status" });
  const details = h("div");
  const search = h("button", { type: "button", onclick: () => scan() }, "Look again");
  let chosen = memory.choice ?? (first || (given.config ? CABLE : null));
  let isClosed = false;

  function choice(value, label, aside) {
    const input = h("input", { type: "radio", name: "network", value, checked: chosen === value });
    input.addEventListener("change", () => {
      chosen = value;
      more();
    });
    return h("li", null, h("label", null, input, h("span", null, label), aside));
  }

  function draw(networks) {
    const known = networks.map(([ssid]) => ssid);
    if (chosen && chosen !== HIDDEN && chosen !== CABLE && !known.includes(chosen)) networks = [...networks, [chosen, null, true]];
    memory.networks = networks;
    list.replaceChildren(
      ...networks.map(([ssid, dbm, isSecured]) => {
        const [count, word] = dbm === null ? [0, "not heard now"] : strength(dbm);
        return choice(ssid, ssid, [h("small", null, dbm === null ? word : `${word}, ${String(dbm).replace("-", "−")} dBm${isSecured ? "" : ", open"}`), bars(count)]);
      }),
      choice(HIDDEN, "Another network, or a hidden one"),
      choice(CABLE, "No Wi-Fi: by network cable")
    );
  }

  function more() {
    form.forget("");
    details.replaceChildren(...choiceDetails());
  }

  function choiceDetails() {
    if (!chosen || chosen === CABLE) return [];
    const isHidden = chosen === HIDDEN;
    const found = (memory.networks || []).find(([ssid]) => ssid === chosen);
    if (found && !found[2]) return [h("p", { class: "note" }, "This network is open: anybody near it can read along.")];
    const nodes = [];
    if (isHidden) nodes.push(form.field("wifi[0].ssid", "Name of the network", typed, "ssid", { required: true, hint: "Upper and lower case count." }));
    memory.passwords = memory.passwords || {};
    nodes.push(
      form.secret("password", isHidden ? "Its password" : `Password of ${chosen}`, memory.passwords, chosen, !isHidden && !!given.secrets.wifi[chosen], {
        hint: isHidden ? "8 to 63 characters; empty for an open network." : "8 to 63 characters.",
      })
    );
    return nodes;
  }

  async function scan() {
    search.disabled = true;
    said.textContent = "Looking for networks …";
    try {
      const { networks } = await get("/api/networks");
      if (isClosed) return;
      const strongest = new Map();
      for (const network of [...networks].sort((a, b) => b[1] - a[1])) if (network[0] && !strongest.has(network[0])) strongest.set(network[0], network);
      draw([...strongest.values()]);
      said.textContent = strongest.size ? strongest.size === 1 ? "1 network is heard." : `${strongest.size} networks, the strongest first.` : "No network is heard here.";
    } catch (e) {
      if (e.status === undefined) throw e;
      said.textContent = `${e.message} Enter its name instead, or choose the cable.`;
    } finally {
      search.disabled = false;
    }
  }

  draw(memory.networks || []);
  more();
  if (memory.networks?.length && memory.ssids) said.textContent = "";
  scan();

  return {
    nodes: [
      h("fieldset", null, h("legend", { class: "label" }, "Networks"), list),
      h("div", { class: "row" }, search, said),
      h("div", { "aria-live": "polite" }, details),
    ],
    close: () => (isClosed = true),
    check() {
      memory.choice = chosen;
      memory.ssid = typed.ssid;
      if (!chosen) return [["", "Choose a network, or the cable."]];
      if (chosen === CABLE) {
        config.wifi = [];
        return [];
      }
      const ssid = chosen === HIDDEN ? typed.ssid : chosen;
      if (!ssid) return [["wifi[0].ssid", "say its name"]];
      const found = (memory.networks || []).find(([name]) => name === chosen);
      const password = (memory.passwords || {})[chosen];
      const isOpen = found ? !found[2] : chosen === HIDDEN && !password;
      const isKept = given.secrets.wifi[ssid] && password === undefined;
      if (!isOpen && !isKept && (!password || password.length < 8 || password.length > 64)) {
        return [["password", `has ${(password || "").length} characters; 8 to 63 are needed`]];
      }
      config.wifi = [{ ssid }, ...config.wifi.filter((n) => n.ssid !== ssid && n.ssid !== first)];
      secrets.wifi = {};
      if (isOpen) {
        if (given.secrets.wifi[ssid]) secrets.wifi[ssid] = null;
      } else if (!isKept) secrets.wifi[ssid] = password;
      return [];
    },
  };
}
